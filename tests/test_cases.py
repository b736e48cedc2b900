"""The case before the board: public facts before the declaration, the whole of it after, and who has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from applied import (
    APPLICANT,
    AUDITOR,
    COLLEAGUE,
    KR,
    NOON,
    OFFICER,
    club,
    codes,
    open_for_all,
    refused,
    typed,
    version,
)
from funded import TREASURER
from reviewed import (
    ADMINISTRATOR,
    CHAIR,
    DEPUTY,
    MEMBER,
    NUMBERS,
    OTHER,
    assessed,
    board,
    reviewed,
    set_state,
    taking_part,
)

from data.permission import Refused
from data.store import Conflict, Store, sqlite3
from fund.award.record import NewFact, enter_fact
from fund.intake.applications import attach
from fund.intake.revisions import submit
from fund.review.cases import assign, assignments, open_case, open_case_paper, public_facts, take_off
from fund.review.conflicts import declare
from fund.review.recommendations import recommend
from impact.beside import strategy_areas
from impact.estimates import lock_estimate
from impact.reference import Reference
from impact.register import create_event

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def case(store: Store) -> int:
    return reviewed(store)


def outbox(store: Store) -> list[tuple[str, str]]:
    query = "SELECT recipient, message FROM outbox WHERE message LIKE 'cases%' ORDER BY id"
    return list(store.db.execute(query).fetchall())


def test_everyone_sees_the_public_facts_and_no_more_before_a_declaration(store: Store, case: int) -> None:
    found = public_facts(store, MEMBER, case, at=NOON)
    assert (found.number, found.title, found.organisation) == ("2026-0001", "Eksempelcupen", "Eksempel idrettslag")
    assert (found.municipality, found.form, found.asked, found.state) == ("5001", "grant", 20_000 * KR, "in_review")
    assert (found.first_day, found.last_day) == (dt.date(2027, 8, 18), dt.date(2027, 8, 20))
    assert not {"least", "account", "estimate"} & set(vars(found))
    assert codes(refused(store, open_case, MEMBER, case, at=NOON)) == ["conflicts.part.undeclared"]
    assert public_facts(store, APPLICANT, case, at=NOON) == found
    with pytest.raises(Refused):
        public_facts(store, ADMINISTRATOR, case, at=NOON)


def test_a_declared_conflict_shows_public_facts_only(store: Store, case: int) -> None:
    for one, word in ((MEMBER, "conflict"), (OTHER, "doubt"), (OFFICER, "conflict")):
        declare(store, one, case, word, "Svoger til lederen", at=NOON)  # type: ignore[arg-type]
        assert codes(refused(store, open_case, one, case, at=NOON)) == [f"conflicts.part.{word}"]
        assert public_facts(store, one, case, at=NOON).number == "2026-0001"


def test_the_whole_case_is_there_for_those_who_take_part(store: Store, case: int) -> None:
    taking_part(store, case)
    found = open_case(store, MEMBER, case, at=NOON)
    assert found.standing == "none" and found.revision.number == 1
    assert found.contents.plan.cost == 200_000 * KR + 1 and found.contents.account
    assert {one.rule for one in found.checks} >= {"caps.running_share", "balance"}
    assert all(one.holds is not False for one in found.checks)
    assert found.aid.room.undertaking.orgnrs == (found.revision.body["organisation"]["number"],)
    assert found.ground is None and found.forecast is None and found.recommendation is None and found.record == ()
    owed = NewFact("deficit", dt.date(2025, 9, 1), "årsregnskapet for 2025", {"ore_deficit": 100 * KR})
    enter_fact(store, OFFICER, found.application.organisation or 0, owed, at=NOON)
    assert set(found.strategy.values()) == {None} and len(found.strategy) == 6
    assessed(store, case)
    recommend(store, OFFICER, case, version(store, case), "granted", 20_000 * KR, "Bredt tilbud til unge.", at=NOON)
    again = open_case(store, CHAIR, case, at=NOON)
    assert again.ground is not None and again.recommendation is not None
    assert again.recommendation.amount == 20_000 * KR
    assert [one.kind for one in again.record] == ["deficit"]
    for one in (COLLEAGUE, TREASURER, AUDITOR):
        assert open_case(store, one, case, at=NOON).standing == "undeclared"
    for one in (APPLICANT, ADMINISTRATOR):
        with pytest.raises(Refused):
            open_case(store, one, case, at=NOON)


def test_fit_with_the_strategy_and_the_locked_forecast(
    store: Store, event_dict: Callable[..., dict[str, Any]], reference: Reference
) -> None:
    call = open_for_all(store)
    board(store)
    estimate = lock_estimate(store, APPLICANT, create_event(store, APPLICANT, event_dict()), reference, draws=200)
    areas = list(strategy_areas())
    id = typed(store, call, club(store), estimate=estimate, strategy={areas[0]: 3, areas[4]: 1})
    submit(store, APPLICANT, id, version(store, id), at=NOON)
    taking_part(store, id, MEMBER)
    found = open_case(store, MEMBER, id, at=NOON)
    assert found.strategy == {**dict.fromkeys(areas), areas[0]: 3, areas[4]: 1}
    assert found.forecast is not None and found.forecast.id == estimate
    assert found.forecast.value_added is not None


def test_papers_open_as_the_case_does_and_only_those_that_were_sent(store: Store) -> None:
    call = open_for_all(store)
    board(store)
    id = typed(store, call, club(store))
    other = typed(store, call, club(store, number=NUMBERS[1]))
    paper = attach(store, APPLICANT, id, "other", "Plan.pdf", PDF, at=NOON)
    foreign = attach(store, APPLICANT, other, "other", "Annen.pdf", PDF + b"\n", at=NOON)
    submit(store, APPLICANT, id, version(store, id), at=NOON)
    assert codes(refused(store, open_case_paper, MEMBER, id, paper, at=NOON)) == ["conflicts.part.undeclared"]
    taking_part(store, id, MEMBER)
    row, content = open_case_paper(store, MEMBER, id, paper, at=NOON)
    assert (row.name, content) == ("Plan.pdf", PDF)
    assert [one.id for one in open_case(store, MEMBER, id, at=NOON).papers] == [paper]
    with pytest.raises(LookupError):  # of another case, that the member has not declared in
        open_case_paper(store, MEMBER, id, foreign, at=NOON)
    for one in (MEMBER, OFFICER):
        with pytest.raises(LookupError):  # never sent
            open_case(store, one, other, at=NOON)
    with pytest.raises(Refused):
        open_case_paper(store, APPLICANT, id, paper, at=NOON)


def test_what_is_typed_after_sending_is_no_part_of_the_case(store: Store, case: int) -> None:
    taking_part(store, case, MEMBER)
    store.db.execute("PRAGMA query_only = OFF")
    store.db.execute("UPDATE application_draft SET document = '{}'")
    store.db.execute("PRAGMA query_only = ON")
    found = open_case(store, MEMBER, case, at=NOON)
    assert found.contents.title == "Eksempelcupen"
    assert all(one.holds is not False for one in found.checks)


# -- who has a case


def test_a_case_is_given_to_someone_once_and_they_are_told(store: Store, case: int) -> None:
    first = assign(store, OFFICER, case, MEMBER.id, "scorer", at=NOON)
    assert assign(store, OFFICER, case, MEMBER.id, "scorer", at=NOON + dt.timedelta(minutes=1)) == first
    assert outbox(store) == [(MEMBER.id, "cases.assigned")]
    assert take_off(store, OFFICER, first, 1) == take_off(store, OFFICER, first, 1) == 2
    assert assignments(store, AUDITOR) == []
    assert assign(store, COLLEAGUE, case, MEMBER.id, "scorer", at=NOON) == first
    assert len(outbox(store)) == 2
    second = assign(store, OFFICER, case, COLLEAGUE.id, "officer", at=NOON)
    assert [one.id for one in assignments(store, MEMBER)] == [first, second]
    assert [one.part for one in assignments(store, OFFICER, account=COLLEAGUE.id)] == ["officer"]
    with pytest.raises(Conflict):
        take_off(store, OFFICER, first, 1)


def test_who_can_not_have_a_case(store: Store, case: int) -> None:
    def told(account: str, part: str) -> list[str]:
        return codes(refused(store, assign, OFFICER, case, account, part, at=NOON))

    assert told("account:6", "scorer") == ["cases.no_seat"]  # the role, and no seat
    assert told(MEMBER.id, "officer") == told("account:99", "officer") == ["cases.no_officer"]
    assert told(MEMBER.id, "reader") == ["cases.part"]
    for one, word in ((MEMBER, "conflict"), (DEPUTY, "doubt")):
        declare(store, one, case, word, "Svoger til lederen", at=NOON)  # type: ignore[arg-type]
        assert told(one.id, "scorer") == ["cases.conflicted"]
    set_state(store, case, "rejected")
    assert told(CHAIR.id, "scorer") == ["cases.decided"]
    for actor in (MEMBER, APPLICANT, AUDITOR):
        with pytest.raises(Refused):
            assign(store, actor, case, MEMBER.id, "scorer", at=NOON)
        with pytest.raises(Refused):
            take_off(store, actor, 1, 1)


def test_an_assignment_is_never_deleted(store: Store, case: int) -> None:
    assign(store, OFFICER, case, MEMBER.id, "scorer", at=NOON)
    with pytest.raises(sqlite3.Error), store.write("operator", "test.tamper", audited=False) as write:
        write.db.execute("DELETE FROM assignment")
