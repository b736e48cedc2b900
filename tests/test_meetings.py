"""Meetings: agendas, what is reserved when they are locked, who takes part, and how they end."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, AUDITOR, COLLEAGUE, KR, NOON, OFFICER, codes, refused, state, version
from funded import FRAME, TREASURER, amiss, sums
from met import (
    ALL,
    CHAIR,
    DAY,
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
from reviewed import case, set_state

from data.permission import Refused
from data.store import Conflict, Store
from fund.books.frames import commit, frame_at
from fund.intake.handling import withdraw
from fund.meeting.agenda import agenda, item_at, off_agenda, order, put_on, take_off
from fund.meeting.attendance import attend, attendances, leave, present, seats_filled
from fund.meeting.meetings import (
    cancel_meeting,
    get_meeting,
    hold,
    list_meetings,
    lock_agenda,
    meeting_at,
    plan_meeting,
)
from fund.meeting.proposals import Proposal
from fund.meeting.votes import cast, latest
from fund.review.recommendations import take_back

NO = Proposal("rejected", None, GROUNDS)
YES = Proposal("granted", ALL, GROUNDS)


def reserved(store: Store) -> int:
    return sums(store).get("reserved", 0)


def room(store: Store) -> int:
    return frame_at(store.db, 1).room


# -- planning and the agenda


def test_a_meeting_has_a_name_a_day_to_come_and_a_kind(store: Store) -> None:
    wrong = refused(store, plan_meeting, OFFICER, " ", NOON.date() - dt.timedelta(1), "secret", at=NOON)  # type: ignore[arg-type]
    assert codes(wrong) == ["meetings.title", "meetings.day_passed", "meetings.kind"]
    meeting = plan_meeting(store, OFFICER, "Styremøte 3", NOON.date(), at=NOON)
    assert get_meeting(store, AUDITOR, meeting).state == "planned" and len(list_meetings(store, CHAIR)) == 1
    for who in (CHAIR, TREASURER, APPLICANT):
        with pytest.raises(Refused):
            plan_meeting(store, who, "Styremøte 4", DAY, at=NOON)
    with pytest.raises(Refused):
        get_meeting(store, APPLICANT, meeting)
    with pytest.raises(LookupError):
        get_meeting(store, OFFICER, 9)


def test_a_case_is_on_one_open_agenda_once(store: Store) -> None:
    id = ready(store, called(store))
    meeting, (item,) = meeting_with(store, id)
    before = store.db.execute("SELECT max(seq) FROM audit").fetchone()
    assert put_on(store, OFFICER, meeting, id, at=NOON) == item  # a double click
    assert store.db.execute("SELECT max(seq) FROM audit").fetchone() == before
    other, _ = meeting_with(store, title="Styremøte 4")
    assert codes(refused(store, put_on, OFFICER, other, id, at=NOON)) == ["meetings.on_another"]
    take_off(store, OFFICER, item, 1, "Hører til neste møte", at=NOON)
    take_off(store, OFFICER, item, 1, "Hører til neste møte", at=NOON)  # a double click
    assert agenda(store, OFFICER, meeting) == []
    assert put_on(store, OFFICER, other, id, at=NOON) > item


def test_only_what_is_ready_is_put_on_and_only_while_it_is_planned(store: Store) -> None:
    call = called(store)
    id, late = ready(store, call), ready(store, call, 1)
    set_state(store, id, "in_review")
    meeting, _ = meeting_with(store, late)
    assert codes(refused(store, put_on, OFFICER, meeting, id, at=NOON)) == ["meetings.not_ready"]
    set_state(store, id, "ready")
    lock_agenda(store, OFFICER, meeting, 1, at=NOON)
    assert codes(refused(store, put_on, OFFICER, meeting, id, at=NOON)) == ["meetings.not_planned"]
    for who in (CHAIR, MEMBER, TREASURER, APPLICANT):
        with pytest.raises(Refused):
            put_on(store, who, meeting, id, at=NOON)


def test_the_order_is_of_all_cases(store: Store) -> None:
    call = called(store)
    meeting, items = meeting_with(store, ready(store, call), ready(store, call, 1), ready(store, call, 2))
    order(store, OFFICER, meeting, [items[2], items[0], items[1]])
    assert [one.id for one in agenda(store, CHAIR, meeting)] == [items[2], items[0], items[1]]
    for wrong in (items[:2], [*items, items[0]], [items[0], items[0], items[1]]):
        assert codes(refused(store, order, OFFICER, meeting, wrong)) == ["meetings.other_cases"]
    lock_agenda(store, OFFICER, meeting, 1, at=NOON)
    assert codes(refused(store, order, OFFICER, meeting, items)) == ["meetings.not_planned"]


# -- locking


def test_locking_reserves_what_is_recommended_and_keeps_which_recommendation(store: Store) -> None:
    call = called(store)
    cases = [
        ready(store, call),
        ready(store, call, 1, "granted_in_part", ALL - KR),
        ready(store, call, 2, "rejected", None),
    ]
    meeting, _ = meeting_with(store, *cases)
    assert lock_agenda(store, OFFICER, meeting, 1, at=NOON) == 2
    assert reserved(store) == 2 * ALL - KR and room(store) == FRAME - 2 * ALL + KR
    assert [(one.recommendation, one.reserved) for one in agenda(store, OFFICER, meeting)] == [
        (1, ALL),
        (2, ALL - KR),
        (3, None),
    ]
    before = store.db.execute("SELECT max(seq) FROM audit").fetchone()
    assert lock_agenda(store, OFFICER, meeting, 1, at=NOON) == 2  # a double click reserves once
    assert store.db.execute("SELECT max(seq) FROM audit").fetchone() == before
    with pytest.raises(Conflict):
        lock_agenda(store, COLLEAGUE, meeting, 1, at=NOON)
    assert amiss(store) == []


def test_an_agenda_without_cases_or_with_one_that_is_not_ready_is_not_locked(store: Store) -> None:
    empty, _ = meeting_with(store)
    assert codes(refused(store, lock_agenda, OFFICER, empty, 1, at=NOON)) == ["meetings.no_cases"]
    call = called(store)
    gone, bare = ready(store, call), ready(store, call, 1)
    meeting, _ = meeting_with(store, gone, bare)
    set_state(store, gone, "in_review")
    faults = refused(store, lock_agenda, OFFICER, meeting, 1, at=NOON)
    assert codes(faults) == ["meetings.not_ready"] and "til vurdering" in faults[0].line("nb")
    with pytest.raises(Refused):
        lock_agenda(store, CHAIR, meeting, 1, at=NOON)


def test_a_case_without_a_recommendation_is_not_locked(store: Store) -> None:
    call = called(store)
    id = case(store, call)
    set_state(store, id, "ready")
    meeting, _ = meeting_with(store, id)
    assert codes(refused(store, lock_agenda, OFFICER, meeting, 1, at=NOON)) == ["meetings.no_recommendation"]


def test_no_more_is_reserved_than_the_frame_has_together(store: Store) -> None:
    call = called(store)
    meeting, items = meeting_with(store, ready(store, call), ready(store, call, 1))
    with store.write(TREASURER.id, "test.book") as write:
        commit(write, "test", 1, 99, FRAME - 2 * ALL + 1)
    faults = refused(store, lock_agenda, OFFICER, meeting, 1, at=NOON)
    assert codes(faults) == ["meetings.frame_full"]
    assert faults[0].figures == {"ore_room": 2 * ALL - 1, "ore_wanted": 2 * ALL, "ore_over": 1}
    take_off(store, OFFICER, items[0], 1, "Rammen er for liten", at=NOON)
    lock_agenda(store, OFFICER, meeting, 1, at=NOON)
    assert reserved(store) == ALL and room(store) == ALL - 1


# -- changes after locking


def test_a_case_on_a_locked_agenda_stays_until_it_is_taken_off(store: Store) -> None:
    id = ready(store, called(store))
    (item,) = under_way(store, id)
    assert codes(off_agenda(store.db, id)) == ["meetings.on_agenda"]
    faults = refused(store, withdraw, APPLICANT, id, version(store, id), off_agenda=off_agenda, at=MET)
    assert codes(faults) == ["meetings.on_agenda"]
    faults = refused(store, take_back, OFFICER, id, version(store, id), off_agenda=off_agenda, at=MET)
    assert codes(faults) == ["meetings.on_agenda"]
    assert codes(refused(store, take_off, OFFICER, item, 2, " ", at=MET)) == ["meetings.no_reason"]
    with pytest.raises(Refused):
        take_off(store, CHAIR, item, 2, "Saken er endret", at=MET)
    with pytest.raises(Conflict):
        take_off(store, OFFICER, item, 1, "Saken er endret", at=MET)
    assert reserved(store) == ALL
    take_off(store, OFFICER, item, 2, "Saken er endret", at=MET)
    take_off(store, OFFICER, item, 2, "Saken er endret", at=MET)  # a double click gives back once
    assert reserved(store) == 0 and room(store) == FRAME and off_agenda(store.db, id) == []
    take_back(store, OFFICER, id, version(store, id), off_agenda=off_agenda, at=MET)
    assert state(store, id) == "in_review" and amiss(store) == []


def test_votes_on_a_case_that_was_taken_off_stay_and_count_no_more(store: Store) -> None:
    id = ready(store, called(store))
    (item,) = under_way(store, id)
    all_for(store, item, YES)
    take_off(store, OFFICER, item, 2, "Søkeren har ringt", at=MET)
    assert codes(refused(store, cast, MEMBER, item, "against", YES, at=MET)) == ["votes.off"]
    assert len(latest(store.db, item)) == 3
    (again,) = under_way(store, id, title="Styremøte 4")
    assert again != item and latest(store.db, again) == {}


def test_what_one_case_reserved_is_given_back_and_no_more(store: Store) -> None:
    call = called(store)
    cases = [ready(store, call), ready(store, call, 1, "granted_in_part", 7_000 * KR, conditions=("Mindre cup.",))]
    items = under_way(store, *cases)
    take_off(store, OFFICER, items[1], 2, "Mangler svar", at=MET)
    assert reserved(store) == ALL
    decided(store, items[0], YES)
    assert reserved(store) == 0 and sums(store)["committed"] == ALL and room(store) == FRAME - ALL


def test_a_case_can_be_withdrawn_from_a_planned_agenda_which_is_then_not_locked(store: Store) -> None:
    id = ready(store, called(store))
    meeting, _ = meeting_with(store, id)
    withdraw(store, APPLICANT, id, version(store, id), off_agenda=off_agenda, at=NOON)
    assert codes(refused(store, lock_agenda, OFFICER, meeting, 1, at=NOON)) == ["meetings.not_ready"]


# -- who takes part


def test_who_has_a_seat_takes_part_and_says_so_or_is_entered(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)), there=())
    meeting = item_at(store.db, item).meeting
    first = attend(store, MEMBER, meeting, MEMBER.id, at=MET)
    assert attend(store, OFFICER, meeting, MEMBER.id, at=MET) == first
    attend(store, CHAIR, meeting, OTHER.id, True, at=MET)
    assert present(store.db, meeting) == (MEMBER.id, OTHER.id)
    assert [one.remote for one in attendances(store.db, meeting)] == [False, True]
    assert codes(refused(store, attend, OFFICER, meeting, OFFICER.id, at=MET)) == ["meetings.no_seat"]
    for who, account in ((MEMBER, CHAIR.id), (TREASURER, MEMBER.id), (APPLICANT, APPLICANT.id)):
        with pytest.raises(Refused):
            attend(store, who, meeting, account, at=MET)
    leave(store, MEMBER, meeting, MEMBER.id, at=MET)
    leave(store, MEMBER, meeting, MEMBER.id, at=MET + dt.timedelta(hours=1))
    assert present(store.db, meeting) == (OTHER.id,) and attendances(store.db, meeting)[0].left_at == MET.isoformat()
    attend(store, MEMBER, meeting, MEMBER.id, at=MET)
    assert present(store.db, meeting) == (MEMBER.id, OTHER.id)
    with pytest.raises(LookupError):
        leave(store, OFFICER, meeting, CHAIR.id, at=MET)


def test_nobody_takes_part_before_the_agenda_is_locked(store: Store) -> None:
    meeting, _ = meeting_with(store, ready(store, called(store)))
    assert codes(refused(store, attend, CHAIR, meeting, CHAIR.id, at=MET)) == ["meetings.not_under_way"]
    assert codes(refused(store, leave, CHAIR, meeting, CHAIR.id, at=MET)) == ["meetings.not_under_way"]


def test_a_deputy_fills_the_seat_of_who_is_away_once(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)), there=(CHAIR, DEPUTY))
    held = meeting_at(store.db, item_at(store.db, item).meeting)
    assert seats_filled(store.db, held) == 2
    attend(store, OTHER, held.id, OTHER.id, at=MET)
    assert seats_filled(store.db, held) == 2


def test_between_meetings_everyone_is_remote(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)), kind="between", there=(CHAIR,))
    assert attendances(store.db, item_at(store.db, item).meeting)[0].remote


# -- the end


def test_a_meeting_ends_when_its_cases_are_settled_and_enough_were_there(store: Store) -> None:
    call = called(store)
    items = under_way(store, ready(store, call), ready(store, call, 1), there=(CHAIR,))
    meeting = item_at(store.db, items[0]).meeting
    faults = refused(store, hold, CHAIR, meeting, 2, at=MET)
    assert codes(faults) == ["meetings.no_quorum", "meetings.unsettled"]
    assert faults[0].figures == {"filled": 1, "least": 2} and faults[1].figures["count"] == 2
    for one in (MEMBER, OTHER):
        attend(store, one, meeting, one.id, at=MET)
    decided(store, items[0], NO)
    assert codes(refused(store, hold, CHAIR, meeting, 2, at=MET)) == ["meetings.unsettled"]
    take_off(store, OFFICER, items[1], 2, "Mangler tall", at=MET)
    with pytest.raises(Refused):
        hold(store, MEMBER, meeting, 2, at=MET)
    assert hold(store, CHAIR, meeting, 2, at=MET) == hold(store, CHAIR, meeting, 2, at=MET) == 3
    assert codes(refused(store, attend, OTHER, meeting, OTHER.id, at=MET)) == ["meetings.not_under_way"]
    assert codes(refused(store, take_off, OFFICER, items[0], 3, "Angret", at=MET)) == ["meetings.decided_before"]


def test_a_cancelled_meeting_gives_back_what_it_reserved(store: Store) -> None:
    call = called(store)
    items = under_way(store, ready(store, call), ready(store, call, 1))
    meeting = item_at(store.db, items[0]).meeting
    with pytest.raises(Refused):
        cancel_meeting(store, CHAIR, meeting, 2, at=MET)
    assert cancel_meeting(store, OFFICER, meeting, 2, at=MET) == cancel_meeting(store, OFFICER, meeting, 2, at=MET) == 3
    assert reserved(store) == 0 and room(store) == FRAME and amiss(store) == []
    assert off_agenda(store.db, 1) == [] and put_on(store, OFFICER, meeting_with(store)[0], 1, at=MET)


def test_a_meeting_that_has_decided_is_not_cancelled(store: Store) -> None:
    call = called(store)
    items = under_way(store, ready(store, call), ready(store, call, 1))
    decided(store, items[0], NO)
    meeting = item_at(store.db, items[0]).meeting
    faults = refused(store, cancel_meeting, OFFICER, meeting, meeting_version(store, meeting), at=MET)
    assert codes(faults) == ["meetings.has_decided"]
