"""Conditions of awards: what holds payouts back, from which day, and who finds one to be met."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, COLLEAGUE, OFFICER, STRANGER, acting, refused
from awarded import DECIDED, offered

from data.permission import Actor, Refused
from data.store import Conflict, Store
from fund.award.award_conditions import condition_faults, conditions_of, list_conditions, meet
from fund.award.awards import NewCondition

NOTE = "Leieavtalen med hallen, mottatt 8. desember."
LATER = NewCondition("Tall for besøkende, telt i hallen.", due=dt.date(2027, 9, 1))


def conditioned(store: Store) -> int:
    return offered(store, conditions=("Leieavtale med hallen.", LATER, NewCondition("Nevn fondet.", gates=False)))


def test_a_condition_holds_payouts_back_from_its_day_until_it_is_met(store: Store) -> None:
    award = conditioned(store)
    first, later, free = list_conditions(store, APPLICANT, award, at=DECIDED)
    assert [one.value for one in condition_faults(store.db, award, DECIDED)] == ["Leieavtale med hallen."]
    in_september = dt.datetime(2027, 8, 31, 22, 30, tzinfo=dt.UTC)  # 1 September in Norway
    assert len(condition_faults(store.db, award, in_september)) == 2
    assert meet(store, OFFICER, first.id, first.version, NOTE, at=DECIDED) == 2
    assert condition_faults(store.db, award, DECIDED) == []
    met = conditions_of(store.db, award)[0]
    assert (met.met_by, met.note) == (OFFICER.id, NOTE)
    assert meet(store, OFFICER, first.id, first.version, NOTE, at=DECIDED) == 2  # a second click
    assert not free.gates and later.due == dt.date(2027, 9, 1)


def test_who_acts_for_the_organisation_finds_nothing_met(store: Store) -> None:
    award = conditioned(store)
    both = Actor(COLLEAGUE.id, frozenset({"officer", "applicant"}))
    acting(store, 1, both)
    one = conditions_of(store.db, award)[0]
    (fault,) = refused(store, meet, both, one.id, 1, NOTE, at=DECIDED)
    assert fault.code == "award_conditions.own"
    for actor in (APPLICANT, STRANGER):
        with pytest.raises(Refused):
            meet(store, actor, one.id, 1, NOTE, at=DECIDED)
    with pytest.raises(Refused):
        list_conditions(store, STRANGER, award, at=DECIDED)


def test_a_note_says_what_shows_it_and_it_is_met_once(store: Store) -> None:
    award = conditioned(store)
    one = conditions_of(store.db, award)[0]
    assert [fault.code for fault in refused(store, meet, OFFICER, one.id, 1, " ok ", at=DECIDED)] == [
        "award_conditions.no_note"
    ]
    meet(store, OFFICER, one.id, 1, NOTE, at=DECIDED)
    assert [fault.code for fault in refused(store, meet, COLLEAGUE, one.id, 2, NOTE, at=DECIDED)] == [
        "award_conditions.met"
    ]
    with pytest.raises(Conflict):
        meet(store, COLLEAGUE, one.id, 1, NOTE, at=DECIDED)
    with pytest.raises(LookupError):
        meet(store, OFFICER, 99, 1, NOTE, at=DECIDED)
