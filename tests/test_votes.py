"""Votes: who may cast one, which one counts, and the chain that they stand in."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from applied import APPLICANT, KR, NOON, OFFICER, codes, refused, version
from funded import TREASURER, tampered
from met import (
    ALL,
    CHAIR,
    DEPUTY,
    GROUNDS,
    MEMBER,
    MET,
    OTHER,
    all_for,
    called,
    decided,
    meeting_version,
    meeting_with,
    ready,
    under_way,
)
from reviewed import assessed, case

from data.connection import sqlite3
from data.permission import Refused
from data.store import Store
from fund.books.ledger import hash_of
from fund.meeting.agenda import agenda, item_at
from fund.meeting.attendance import attend, leave
from fund.meeting.decisions import read_out
from fund.meeting.meetings import lock_agenda
from fund.meeting.minutes import minutes_data
from fund.meeting.proposals import Proposal
from fund.meeting.votes import _body, cast, chain_faults, counting, latest, tally, votes_on
from fund.review.conflicts import declare, rule_on
from fund.review.recommendations import recommend

YES = Proposal("granted", ALL, GROUNDS)
LESS = dataclasses.replace(YES, outcome="granted_in_part", amount=ALL - KR)


def before(store: Store, **more: Any) -> int:
    """One case in a meeting that is under way: its item."""
    (item,) = under_way(store, ready(store, called(store)), **more)
    return item


def counted(store: Store, item: int) -> tuple[str, ...]:
    return counting(store.db, item_at(store.db, item))


def test_a_later_vote_counts_and_both_stay(store: Store) -> None:
    item = before(store)
    first = cast(store, MEMBER, item, "for", YES, at=MET)
    assert cast(store, MEMBER, item, "for", YES, at=MET) == first == 1  # a double click
    assert cast(store, MEMBER, item, "against", YES, at=MET) == 2
    assert cast(store, MEMBER, item, "for", YES, at=MET) == 3
    assert [one.word for one in votes_on(store, TREASURER, item)] == ["for", "against", "for"]
    assert latest(store.db, item)[MEMBER.id].id == 3
    with pytest.raises(Refused):
        votes_on(store, APPLICANT, item)


def test_who_has_a_conflict_sees_neither_recommendation_nor_votes_before_the_decision(store: Store) -> None:
    item = before(store, there=(CHAIR, MEMBER, DEPUTY))
    held = item_at(store.db, item)
    declare(store, OTHER, held.application, "conflict", "Søsteren leder klubben", at=MET)
    all_for(store, item, YES, CHAIR, MEMBER, DEPUTY)
    assert [one.reserved for one in agenda(store, CHAIR, held.meeting)] == [ALL]
    assert [(one.reserved, one.recommendation) for one in agenda(store, OTHER, held.meeting)] == [(None, None)]
    assert codes(refused(store, votes_on, OTHER, item)) == ["conflicts.part.conflict"]
    (shown,) = minutes_data(store, OTHER, held.meeting)["items"]
    assert (shown["recommendation"], shown["votes"], shown["decision"]) == (None, [], None)
    read_out(store, CHAIR, item, version(store, held.application), YES, at=MET)
    assert len(votes_on(store, OTHER, item)) == 3
    assert minutes_data(store, OTHER, held.meeting)["items"][0]["recommendation"]["amount"] == ALL


def test_only_the_board_votes_and_only_with_a_word_on_a_whole_proposal(store: Store) -> None:
    item = before(store)
    for who in (OFFICER, TREASURER, APPLICANT):
        with pytest.raises(Refused):
            cast(store, who, item, "for", YES, at=MET)
    wrong = dataclasses.replace(YES, grounds=" ", amount=2.5)  # type: ignore[arg-type]
    faults = refused(store, cast, MEMBER, item, "perhaps", wrong, at=MET)
    assert codes(faults) == ["votes.word", "proposals.no_grounds", "ledger.money.not_ore"]
    with pytest.raises(LookupError):
        cast(store, MEMBER, 99, "for", YES, at=MET)


def test_who_is_not_there_does_not_vote(store: Store) -> None:
    item = before(store, there=(CHAIR,))
    assert codes(refused(store, cast, MEMBER, item, "for", YES, at=MET)) == ["votes.not_there"]
    meeting = item_at(store.db, item).meeting
    attend(store, MEMBER, meeting, MEMBER.id, True, at=MET)
    cast(store, MEMBER, item, "for", YES, at=MET)
    assert latest(store.db, item)[MEMBER.id].remote
    leave(store, MEMBER, meeting, MEMBER.id, at=MET)
    assert codes(refused(store, cast, MEMBER, item, "against", YES, at=MET)) == ["votes.not_there"]
    assert tally(store.db, item_at(store.db, item), YES).given == 0  # who left counts no more


def test_nobody_votes_before_the_agenda_is_locked(store: Store) -> None:
    meeting, (item,) = meeting_with(store, ready(store, called(store)))
    assert codes(refused(store, cast, CHAIR, item, "for", YES, at=MET)) == ["meetings.not_under_way"]
    lock_agenda(store, OFFICER, meeting, 1, at=NOON)
    assert codes(refused(store, cast, CHAIR, item, "for", YES, at=MET)) == ["votes.not_there"]


def test_a_deputy_votes_for_who_is_away_and_not_beside(store: Store) -> None:
    item = before(store, there=(CHAIR, MEMBER, OTHER, DEPUTY))
    assert counted(store, item) == (CHAIR.id, MEMBER.id, OTHER.id)
    assert codes(refused(store, cast, DEPUTY, item, "for", YES, at=MET)) == ["votes.not_called"]
    leave(store, OTHER, item_at(store.db, item).meeting, OTHER.id, at=MET)
    cast(store, DEPUTY, item, "for", YES, at=MET)
    assert tally(store.db, item_at(store.db, item), YES).votes_for == (DEPUTY.id,)


def test_who_is_disqualified_does_not_vote_and_the_deputy_does(store: Store) -> None:
    call = called(store)
    id = case(store, call)
    for who in (CHAIR, MEMBER, DEPUTY, OFFICER):
        declare(store, who, id, "none", at=NOON)
    declare(store, OTHER, id, "doubt", "Trener i klubben til i fjor", at=NOON)
    assessed(store, id)
    recommend(store, OFFICER, id, 3, "granted", ALL, GROUNDS, at=NOON)
    (item,) = under_way(store, id, there=(CHAIR, MEMBER, OTHER, DEPUTY))
    assert counted(store, item) == (CHAIR.id, MEMBER.id, DEPUTY.id)
    assert codes(refused(store, cast, OTHER, item, "for", YES, at=MET)) == ["conflicts.part.doubt"]
    ruled = {CHAIR.id: False, MEMBER.id: False}
    rule_on(store, CHAIR, id, OTHER.id, False, "Vervet er avsluttet for lenge siden.", ruled, at=MET)
    cast(store, OTHER, item, "against", YES, at=MET)
    assert counted(store, item) == (CHAIR.id, MEMBER.id, OTHER.id)


def test_a_vote_counts_for_exactly_what_it_was_given_on(store: Store) -> None:
    item = before(store)
    cast(store, CHAIR, item, "for", YES, at=MET)
    cast(store, MEMBER, item, "for", LESS, at=MET)
    cast(store, OTHER, item, "against", YES, at=MET)
    held = item_at(store.db, item)
    assert tally(store.db, held, YES).votes_for == (CHAIR.id,) and tally(store.db, held, YES).given == 2
    for other in (
        dataclasses.replace(YES, grounds=f"{GROUNDS} "),
        dataclasses.replace(YES, amount=ALL + 1),
        dataclasses.replace(YES, conditions=("Politiets tillatelse.",)),
        dataclasses.replace(YES, earmarks=("ungdom",)),
        dataclasses.replace(YES, bid=True),
    ):
        assert tally(store.db, held, other).given == 0


def test_after_the_decision_nobody_votes_and_the_schema_holds_it(store: Store) -> None:
    item = before(store)
    decided(store, item, YES)
    assert codes(refused(store, cast, MEMBER, item, "against", YES, at=MET)) == ["votes.decided"]
    assert meeting_version(store, item_at(store.db, item).meeting) == 2
    row = (4, item, MEMBER.id, "against", "{}", 0, "now", "x")
    for sql, given in (
        ("INSERT INTO vote VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row),
        ("UPDATE vote SET word = ?", ("against",)),
        ("DELETE FROM vote WHERE id = ?", (3,)),
        ("UPDATE decision SET amount = ?", (1,)),
        ("DELETE FROM decision WHERE id = ?", (1,)),
    ):
        with pytest.raises(sqlite3.IntegrityError), store.write("test", "test.tamper", audited=False) as write:
            write.db.conn.execute(sql, given)


# -- the chains


TAMPERED = (
    ("UPDATE vote SET word = 'against' WHERE id = 2", ("vote_no_update",), [("vote 2", "changed")]),
    ("UPDATE vote SET at = at || ' ' WHERE id = 1", ("vote_no_update",), [("vote 1", "changed")]),
    ("DELETE FROM vote WHERE id = 2", ("vote_no_delete",), [("vote 2", "gap"), ("vote 2", "gone")]),
    ("DELETE FROM vote WHERE id = 3", ("vote_no_delete",), [("vote 3", "gone")]),
    ("UPDATE decision SET amount = amount - 1", ("decision_no_update",), [("decision 1", "changed")]),
    ("UPDATE decision SET revision_sha256 = 'x'", ("decision_no_update",), [("decision 1", "changed")]),
    (
        "UPDATE decision SET body = replace(body, 'bredde', 'bredd')",
        ("decision_no_update",),
        [("decision 1", "changed")],
    ),
    (
        "UPDATE decision SET hash = 'x'",
        ("decision_no_update",),
        [("decision 1", "changed"), ("decision 1", "not_audited")],
    ),
)


@pytest.mark.parametrize(("sql", "without", "expected"), TAMPERED, ids=[one[0][:60] for one in TAMPERED])
def test_what_was_changed_behind_the_programs_back_is_found(
    store: Store, sql: str, without: tuple[str, ...], expected: Any
) -> None:
    decided(store, before(store), YES)
    assert chain_faults(store.db) == []
    tampered(store, sql, without=without)
    found = chain_faults(store.db)
    assert [(one.place, one.code.removeprefix("votes.verify.")) for one in found] == expected
    assert all(one.line("nb") and one.line("en") for one in found)


def test_the_chain_made_anew_is_not_what_the_audit_has(store: Store) -> None:
    item = before(store)
    all_for(store, item, YES, CHAIR)
    (row,) = store.db.query("SELECT * FROM vote")
    forged = {**row, "word": "against"}
    digest = hash_of("", _body(forged))
    sql = "UPDATE vote SET word = 'against', hash = ?"
    tampered(store, sql, (digest,), without=("vote_no_update",))
    assert [one.code for one in chain_faults(store.db)] == ["votes.verify.not_audited"]
