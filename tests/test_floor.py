"""What a meeting's page reads: agendas in words, what is on the table, who is there, and what hinders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from applied import APPLICANT, AUDITOR, KR, OFFICER
from funded import YEAR
from met import (
    ALL,
    CHAIR,
    DEPUTY,
    GROUNDS,
    GUARANTEE,
    MEMBER,
    MET,
    OTHER,
    all_for,
    called,
    decided,
    meeting_with,
    ready,
    under_way,
)

from data.faults import Faults
from data.permission import Refused
from data.store import Store
from fund.meeting.attendance import leave
from fund.meeting.decisions import read_out
from fund.meeting.floor import floor, hindrances, last_touched, places
from fund.meeting.meetings import get_meeting, lock_faults, take_off
from fund.meeting.outline import candidates, frames_behind, lines, money_wanted, planned_meetings
from fund.meeting.proposals import Proposal
from fund.meeting.votes import cast
from fund.review.board import needed
from fund.review.conflicts import declare

GRANT = Proposal("granted", ALL, GROUNDS)


def test_a_case_is_a_candidate_until_it_is_on_an_open_agenda(store: Store) -> None:
    first, second = (ready(store, call, place) for call in [called(store)] for place in (0, 1))
    assert [one.application for one in candidates(store, OFFICER)] == [first, second]
    meeting, (item,) = meeting_with(store, first)
    (left,) = candidates(store, OFFICER)
    assert (left.application, left.outcome, left.amount, left.asked) == (second, "granted", ALL, ALL)
    take_off(store, OFFICER, item, 1, "Venter.")
    assert len(candidates(store, OFFICER)) == 2 and not lines(store, OFFICER, meeting)


def test_a_line_tells_what_is_recommended_only_to_who_takes_part(store: Store) -> None:
    id = ready(store, called(store))
    declare(store, OTHER, id, "conflict", "Sitter i styret i klubben.")
    meeting, _ = meeting_with(store, id)
    (seen,), (hidden,) = lines(store, MEMBER, meeting), lines(store, OTHER, meeting)
    assert (seen.outcome, seen.amount, seen.knows) == ("granted", ALL, True)
    assert (hidden.outcome, hidden.amount, hidden.knows, hidden.title) == ("", None, False, seen.title)


def test_a_decided_line_tells_everyone_what_was_decided(store: Store) -> None:
    id = ready(store, called(store))
    (item,) = under_way(store, id)
    number = decided(store, item, Proposal("rejected", None, GROUNDS))
    (line,) = lines(store, AUDITOR, 1)
    assert (line.outcome, line.amount, line.decision) == ("rejected", None, number)
    (meeting,) = planned_meetings(store, AUDITOR)
    assert (meeting.cases, meeting.decided, meeting.meeting.id) == (1, 1, 1)


def test_what_an_agenda_wants_is_held_against_the_frame(store: Store) -> None:
    call = called(store)
    meeting, items = meeting_with(store, ready(store, call), ready(store, call, 1, "rejected", None))
    (wanted,) = money_wanted(store, OFFICER, meeting)
    assert wanted.amount == ALL and wanted.left == wanted.frame.room - ALL
    assert frames_behind(store, CHAIR, [meeting]) == {meeting: [wanted.frame]} and wanted.frame.year == YEAR
    assert not lock_faults(store, OFFICER, meeting)
    for one in items:
        take_off(store, OFFICER, one, 1, "Venter.")
    assert [one.code for one in lock_faults(store, OFFICER, meeting)] == ["meetings.no_cases"]


def test_a_motion_is_on_the_table_by_being_recommended_or_voted_on(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)))
    assert last_touched(store, OFFICER, 1) is None
    cast(store, MEMBER, item, "for", Proposal("rejected", None, GROUNDS), at=MET)
    held = floor(store, CHAIR, item)
    assert [(one.recommended, one.proposal.outcome) for one in held.motions] == [(True, "granted"), (False, "rejected")]
    assert held.motions[1].tally.votes_for == (MEMBER.id,) and held.counted == (CHAIR.id, MEMBER.id, OTHER.id)
    assert held.least == needed(store, AUDITOR, get_meeting(store, CHAIR, 1).day) == 2
    assert last_touched(store, OFFICER, 1) == item


def test_a_guarantee_is_put_forward_with_its_terms(store: Store) -> None:
    case = ready(store, called(store), outcome="guaranteed", form="guarantee", income=[_balanced()])
    (item,) = under_way(store, case)
    assert not floor(store, CHAIR, item).motions
    proposal = Proposal("guaranteed", ALL, GROUNDS, guarantee=GUARANTEE)
    all_for(store, item, proposal)
    assert [one.proposal for one in floor(store, CHAIR, item).motions] == [proposal]
    assert not hindrances(store, CHAIR, item, proposal, at=MET)


def _balanced() -> dict[str, Any]:
    return {"name": "Billetter", "amount": 170_000 * KR + 1}


def test_who_takes_no_part_sees_the_table_after_the_decision(store: Store) -> None:
    id = ready(store, called(store))
    declare(store, OTHER, id, "conflict", "Sitter i styret i klubben.")
    (item,) = under_way(store, id, there=(CHAIR, MEMBER, OTHER, DEPUTY))
    with pytest.raises(Faults):
        floor(store, OTHER, item)
    proposal = Proposal("rejected", None, GROUNDS)
    all_for(store, item, proposal, CHAIR, MEMBER)
    read_out(store, CHAIR, item, floor(store, CHAIR, item).version, proposal, at=MET)
    held = floor(store, OTHER, item)
    assert held.decision is not None and held.standings[OTHER.id] == "conflict"


def test_hindrances_are_all_named_before_it_is_read_out(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)))
    codes = {one.code for one in hindrances(store, CHAIR, item, GRANT, at=MET)}
    assert codes == {"decisions.no_quorum"}
    everything = Proposal("guaranteed", 2**52, GROUNDS, guarantee={**GUARANTEE, "cap": 2**52})
    codes = {one.code for one in hindrances(store, CHAIR, item, everything, at=MET)}
    assert {"decisions.no_quorum", "decisions.above_asked", "ledger.frame_full", "ledger.exposed"} <= codes
    all_for(store, item, GRANT)
    assert not hindrances(store, CHAIR, item, GRANT, at=MET)


def test_places_tell_who_is_there_and_who_has_left(store: Store) -> None:
    under_way(store, ready(store, called(store)), there=(CHAIR, MEMBER))
    leave(store, MEMBER, 1, MEMBER.id, at=MET)
    found = {one.seat.account: one.there for one in places(store, AUDITOR, 1)}
    assert list(found) == [CHAIR.id, MEMBER.id, OTHER.id, DEPUTY.id]
    chair, member = found[CHAIR.id], found[MEMBER.id]
    assert chair is not None and chair.left_at is None and member is not None and member.left_at
    assert found[OTHER.id] is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: candidates(store, CHAIR),
        lambda store: money_wanted(store, CHAIR, 1),
        lambda store: lock_faults(store, CHAIR, 1),
        lambda store: hindrances(store, MEMBER, 1, GRANT),
        lambda store: floor(store, APPLICANT, 1),
        lambda store: lines(store, APPLICANT, 1),
        lambda store: places(store, APPLICANT, 1),
        lambda store: planned_meetings(store, APPLICANT),
        lambda store: last_touched(store, APPLICANT, 1),
        lambda store: frames_behind(store, APPLICANT, [1]),
        lambda store: needed(store, APPLICANT, MET.date()),
    ],
)
def test_each_asks_for_its_right(store: Store, ask: Callable[[Store], object]) -> None:
    under_way(store, ready(store, called(store)))
    with pytest.raises(Refused):
        ask(store)
