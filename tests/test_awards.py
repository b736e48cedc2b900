"""Awards: what an offer freezes, whom it tells, who sees it, and what an organisation was given in a year."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, AUDITOR, BOARD, OFFICER, STRANGER, retyped, scheme
from awarded import AMOUNT, CHAIR, DECIDED, KR, NOON, applied, decided, moved_to, offered, seen
from funded import TREASURER

from data.connection import sqlite3
from data.permission import Actor, Refused
from data.store import Store
from fund.award.award_terms import read_terms
from fund.award.awards import awards_of, get_award, list_awards, offer
from fund.award.granted import granted_in_year
from fund.intake.applications import application_at, start_application
from fund.intake.calls import open_call, plan_call, set_frame
from fund.intake.completeness import facts_of, missing, read_case
from fund.outbox import messages
from fund.rulebook.periods import Period
from fund.rulebook.scheme_reading import read_scheme


def test_an_offer_freezes_the_terms_and_tells_the_organisation(store: Store) -> None:
    one = seen(store, offered(store, conditions=("Vis hvem som gir.",)))
    assert (one.state, one.form, one.amount, one.number) == ("offered", "grant", AMOUNT, "2026-0001")
    assert one.owners == (APPLICANT.id,)
    assert one.offered_on == dt.date(2026, 12, 4)
    assert (one.terms.asked, one.terms.cost, one.terms.eligible) == (20_000 * KR, 200_000 * KR + 1, 180_000 * KR + 1)
    assert read_terms(one.terms.document()) == one.terms
    newest = messages(store, OFFICER, at=DECIDED)[0]
    assert newest.recipient == "organisation:1"
    assert "tilbudt" in newest.subject("nb") and "offered" in newest.subject("en")


def test_the_day_to_accept_by_is_the_schemes_or_else_says_that_it_is_not(store: Store) -> None:
    one = seen(store, offered(store))
    assert one.accept_by == dt.date(2026, 12, 25) and not one.terms.by_scheme["acceptance"]


def test_a_scheme_with_an_acceptance_period_sets_the_day(store: Store) -> None:
    rules = read_scheme({**scheme().document, "acceptance": {"period": "5 days", "source": "x"}})
    one = seen(store, offered(store, application=applied(store, rules)))
    assert one.accept_by == dt.date(2026, 12, 9) and one.terms.by_scheme["acceptance"]
    assert one.terms.acceptance == Period(5, "days")


def test_what_was_awarded_is_never_changed_or_deleted(store: Store) -> None:
    award = offered(store)
    for sql in ("UPDATE award SET amount = 1", "UPDATE award SET terms = '{}'", "DELETE FROM award"):
        with pytest.raises(sqlite3.IntegrityError), store.write("test", "test.change") as write:
            write.db.execute(sql)
    assert seen(store, award).amount == AMOUNT


def test_a_decision_that_gives_nothing_makes_no_award(store: Store) -> None:
    id = applied(store)
    decision = decided(store, id, "rejected", None)
    with pytest.raises(ValueError), store.write(CHAIR.id, "test.offer") as write:
        one = application_at(write.db, id, DECIDED)
        offer(write, CHAIR, one, decision, "rejected", "grant", AMOUNT, 1, (), False, DECIDED)
    assert awards_of(store.db, id, DECIDED) == []


def test_an_award_is_seen_by_its_own_and_by_who_handles_cases(store: Store) -> None:
    award = offered(store)
    for actor in (APPLICANT, OFFICER, BOARD, CHAIR, TREASURER, AUDITOR):
        assert get_award(store, actor, award, at=DECIDED).id == award
        assert [one.id for one in list_awards(store, actor, at=DECIDED)] == [award]
    for actor in (STRANGER, Actor("account:99", frozenset({"administrator"}))):
        with pytest.raises(Refused):
            get_award(store, actor, award, at=DECIDED)
    assert list_awards(store, STRANGER, at=DECIDED) == []
    assert list_awards(store, OFFICER, states=("closed",), at=DECIDED) == []
    assert list_awards(store, OFFICER, organisation=2, at=DECIDED) == []
    with pytest.raises(LookupError):
        get_award(store, OFFICER, 99, at=DECIDED)


def test_what_was_given_in_a_year_is_of_its_events_and_what_lapsed_is_not(store: Store) -> None:
    award = offered(store)
    application = seen(store, award).application
    assert granted_in_year(store.db, 1, 2027) == AMOUNT  # the event's year, not the decision's
    assert granted_in_year(store.db, 1, 2026) == granted_in_year(store.db, 2, 2027) == 0
    assert granted_in_year(store.db, 1, 2027, besides=application) == 0
    assert granted_in_year(store.db, 1, 2027, scheme=scheme().key) == AMOUNT
    assert granted_in_year(store.db, 1, 2027, scheme="another") == 0
    moved_to(store, award, "lapsed")
    assert granted_in_year(store.db, 1, 2027) == 0


def test_an_application_is_held_against_what_the_organiser_has_had(store: Store) -> None:
    first = seen(store, offered(store))
    capped = {**scheme().document, "key": scheme().key}
    capped["caps"] = [{"kind": "organiser_year", "nok": 30_000, "source": "x"}]
    rules = read_scheme(capped)
    call = plan_call(store, OFFICER, rules, ("Mer", "More"), 2026, dt.date(2026, 12, 1), dt.date(2026, 12, 20), at=NOON)
    set_frame(store, OFFICER, call, 1, 1)
    open_call(store, OFFICER, call, 2, at=DECIDED)
    id = start_application(store, APPLICANT, call, 1, at=DECIDED)
    retyped(store, id, at=DECIDED, asked=10_000 * KR + 1)
    assert facts_of(read_case(store.db, id, DECIDED)).granted_this_year == first.amount
    found = [one for one in missing(store, APPLICANT, id, at=DECIDED) if one.place == "caps.organiser_year"]
    assert [one.code for one in found] == ["application.rule_fails"]
    retyped(store, id, at=DECIDED, asked=10_000 * KR)
    assert not [one for one in missing(store, APPLICANT, id, at=DECIDED) if one.place == "caps.organiser_year"]
