"""Minutes: everything that they state, and that they stay as they were signed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from applied import APPLICANT, AUDITOR, OFFICER, codes, refused, version
from funded import FRAME, tampered
from met import (
    ALL,
    CHAIR,
    DEPUTY,
    GROUNDS,
    MEMBER,
    MET,
    OTHER,
    PART,
    all_for,
    called,
    decided,
    meeting_version,
    ready,
    under_way,
)

from data import audit
from data.connection import sqlite3
from data.permission import Actor, Refused
from data.store import Store
from fund.books import ledger
from fund.meeting.agenda import item_at, take_off
from fund.meeting.attendance import leave
from fund.meeting.decisions import read_out
from fund.meeting.meetings import get_meeting, hold
from fund.meeting.minutes import minutes_data, minutes_faults, sign
from fund.meeting.proposals import Proposal
from fund.review.conflicts import declare

YES = Proposal("granted", ALL, GROUNDS)
NO = Proposal("rejected", None, GROUNDS)


def held(store: Store, item: int) -> int:
    """The item's meeting, ended."""
    meeting = item_at(store.db, item).meeting
    hold(store, CHAIR, meeting, meeting_version(store, meeting), at=MET)
    return meeting


def signed(store: Store, meeting: int) -> dict[str, Any]:
    sign(store, CHAIR, meeting, meeting_version(store, meeting), at=MET)
    return minutes_data(store, AUDITOR, meeting)


def test_the_minutes_state_everything(store: Store) -> None:
    call = called(store)
    cases = [ready(store, call), ready(store, call, 1, "granted_in_part", PART), ready(store, call, 2)]
    items = under_way(store, *cases, there=(CHAIR, MEMBER, OTHER, DEPUTY))
    meeting = item_at(store.db, items[0]).meeting
    declare(store, OTHER, cases[0], "conflict", "Søsteren leder klubben", at=MET)
    all_for(store, items[0], YES, CHAIR, MEMBER, DEPUTY)
    read_out(store, CHAIR, items[0], version(store, cases[0]), YES, at=MET)
    decided(store, items[1], NO)
    take_off(store, OFFICER, items[2], 2, "Politiet har ikke svart", at=MET)
    leave(store, MEMBER, meeting, MEMBER.id, at=MET)
    found = minutes_data(store, CHAIR, meeting)
    json.dumps(found)
    assert found["meeting"] == {"id": meeting, "title": "Styremøte 3", "day": "2026-12-10", "kind": "ordinary"}
    assert [(one["account"], one["deputy_for"], bool(one["left"])) for one in found["present"]] == [
        (CHAIR.id, None, False),
        (MEMBER.id, None, True),
        (OTHER.id, None, False),
        (DEPUTY.id, OTHER.id, False),
    ]
    assert found["absent"] == [] and found["quorum"] == {"least": 2, "filled": 3} and found["between"] == []
    first, second, third = found["items"]
    assert first["conflicts"] == [
        {"account": OTHER.id, "word": "conflict", "reason": "Søsteren leder klubben", "ruling": None}
    ]
    assert first["deputies"] == [{"account": DEPUTY.id, "for": OTHER.id}]
    assert first["decision"]["counted"] == [CHAIR.id, MEMBER.id, DEPUTY.id]
    assert (first["organisation"], first["title"], first["asked"]) == ("Eksempel idrettslag", "Eksempelcupen", ALL)
    assert first["decision"]["proposal"]["amount"] == ALL and len(first["votes"]) == 3
    assert first["recommendation"] == {"outcome": "granted", "amount": ALL, "grounds": GROUNDS}
    # the frame after the first: its award and what is reserved for the two others; after the second: that is back
    assert first["decision"]["frame_left"] == FRAME - 2 * ALL - PART
    assert second["decision"]["frame_left"] == FRAME - 2 * ALL and second["deputies"] == []
    assert (third["state"], third["off_reason"], third["decision"]) == ("off", "Politiet har ikke svart", None)
    seq = audit.head(store.db)
    assert found["heads"]["ledger"] == list(ledger.head(store.db)) and found["heads"]["audit"] == [seq.seq, seq.hash]
    assert found["heads"]["decision"][0] == 2 and found["heads"]["vote"][0] == 6


def test_signed_minutes_are_frozen_with_their_hash(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)))
    decided(store, item, YES)
    meeting = held(store, item)
    before = minutes_data(store, CHAIR, meeting)
    for who in (MEMBER, OFFICER, APPLICANT):
        with pytest.raises(Refused):
            sign(store, who, meeting, 3, at=MET)
    with pytest.raises(Refused):
        minutes_data(store, APPLICANT, meeting)
    assert sign(store, CHAIR, meeting, 3, at=MET) == sign(store, CHAIR, meeting, 3, at=MET) == 4
    frozen, row = minutes_data(store, CHAIR, meeting), get_meeting(store, CHAIR, meeting)
    assert frozen == {**before, "signed": {"account": CHAIR.id, "at": MET.isoformat()}}
    assert row.minutes_sha256 == hashlib.sha256((row.minutes or "").encode()).hexdigest()
    with pytest.raises(sqlite3.IntegrityError), store.write("test", "test.tamper") as write:
        write.update_row("meeting", meeting, 4, {"minutes": "{}"})
    assert minutes_faults(store.db) == []
    tampered(store, "UPDATE meeting SET minutes = replace(minutes, '1', '2')", without=("meeting_minutes_stay",))
    (fault,) = minutes_faults(store.db)
    assert fault.place == f"meeting {meeting}" and fault.line("nb") and fault.line("en")


def test_only_who_was_there_signs_and_only_after_the_end(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)))
    decided(store, item, NO)
    meeting = item_at(store.db, item).meeting
    assert codes(refused(store, sign, CHAIR, meeting, 2, at=MET)) == ["workflow.not_possible"]
    held(store, item)
    other = Actor("account:77", frozenset({"chair"}))
    assert codes(refused(store, sign, other, meeting, 3, at=MET)) == ["minutes.not_there"]
    sign(store, CHAIR, meeting, 3, at=MET)


def test_minutes_are_not_signed_over_a_vote_that_was_changed(store: Store) -> None:
    (item,) = under_way(store, ready(store, called(store)))
    decided(store, item, NO)
    meeting = held(store, item)
    tampered(store, "UPDATE vote SET account = 'account:99' WHERE id = 2", without=("vote_no_update",))
    faults = refused(store, sign, CHAIR, meeting, 3, at=MET)
    assert codes(faults) == ["votes.verify.changed"] and faults[0].place == "vote 2"


def test_an_urgent_case_is_minuted_at_the_next_meeting_once(store: Store) -> None:
    call = called(store)
    cases = [ready(store, call, place) for place in range(4)]
    (urgent,) = under_way(store, cases[0], kind="between", title="Hastesak")
    decided(store, urgent, YES)
    own = signed(store, held(store, urgent))
    assert own["between"] == [] and own["items"][0]["decision"]["proposal"]["outcome"] == "granted"
    (item,) = under_way(store, cases[1])
    decided(store, item, NO)
    first = held(store, item)
    (late,) = under_way(store, cases[2], kind="between", title="Hastesak 2")
    all_for(store, late, YES)
    after = MET + dt.timedelta(days=1)
    read_out(store, CHAIR, late, version(store, cases[2]), YES, at=after)  # after the meeting, before its minutes
    (minuted,) = signed(store, first)["between"]
    assert minuted["item"] == urgent and minuted["decision"]["proposal"]["amount"] == ALL
    (item,) = under_way(store, cases[3], title="Styremøte 4")
    decided(store, item, NO)
    assert [one["item"] for one in minutes_data(store, CHAIR, item_at(store.db, item).meeting)["between"]] == [late]


def test_a_meeting_that_is_not_there_has_no_minutes(store: Store) -> None:
    with pytest.raises(LookupError):
        minutes_data(store, OFFICER, 9)
