"""Who takes part in a meeting, for which seat, in the room or from elsewhere, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, may, require
from data.store import Store
from fund.deadlines import clock, stamp
from fund.meeting.agenda import Meeting, meeting_at
from fund.review.board import seat_of, seats_on
from fund.workflow import state_name

_QUERY = "SELECT id, meeting, account, seat, remote, at, left_at, version FROM attendance"


@dataclass(frozen=True)
class Attendance:
    """That someone took part: from when (UTC), and until when where it was not to the end."""

    id: int
    meeting: int
    account: str
    seat: int
    remote: bool
    at: str
    left_at: str | None
    version: int


def attend(
    store: Store, actor: Actor, meeting: int, account: str, remote: bool = False, *, at: dt.datetime | None = None
) -> int:
    """Write down that someone with a seat takes part; the row's number. Coming back after having left is the same row.

    A member says so of itself; who prepares or leads the meeting, of anyone. A meeting of kind «between» has no room:
    everyone is remote. Raises :class:`Faults` where the agenda isn't locked or the account has no seat that day.
    """
    _require_of(actor, account)
    with store.write(actor.id, "meeting.attend", audited=False) as write:
        held = meeting_at(write.db, meeting)
        faults = open_faults(held)
        seat = seat_of(write.db, account, held.day)
        if seat is None:
            faults.append(Fault("", "account", account, "meetings.no_seat", {"day": held.day.isoformat()}))
        if faults or seat is None:
            raise Faults(faults)
        from_elsewhere = remote or held.kind == "between"
        there = _row(write.db, meeting, account)
        if there is not None:
            changes = {"left_at": None, "remote": from_elsewhere, "seat": seat.id}
            write.update_row("attendance", there.id, there.version, changes)
            return there.id
        row = {"meeting": meeting, "account": account, "seat": seat.id, "remote": from_elsewhere}
        return int(write.insert("attendance", {**row, "at": stamp(clock(at)), "left_at": None}))


def leave(store: Store, actor: Actor, meeting: int, account: str, *, at: dt.datetime | None = None) -> None:
    """Write down that someone left before the end: votes of that person on what is undecided count no more.

    Rights as :func:`attend`. Raises :class:`Faults` where the meeting isn't under way, LookupError for who
    wasn't there.
    """
    _require_of(actor, account)
    with store.write(actor.id, "meeting.leave", audited=False) as write:
        if faults := open_faults(meeting_at(write.db, meeting)):
            raise Faults(faults)
        there = _row(write.db, meeting, account)
        if there is None:
            raise LookupError(f"{account} is not in meeting {meeting}")
        if there.left_at is None:
            write.update_row("attendance", there.id, there.version, {"left_at": stamp(clock(at))})


def attendances(db: Database, meeting: int) -> list[Attendance]:
    """Everyone who took part, those who left included, in the order in which they came."""
    return [_attendance(row) for row in db.query(f"{_QUERY} WHERE meeting = ? ORDER BY id", [meeting])]


def present(db: Database, meeting: int) -> tuple[str, ...]:
    """The accounts that are there now."""
    return tuple(one.account for one in attendances(db, meeting) if one.left_at is None)


def seats_filled(db: Database, meeting: Meeting) -> int:
    """How many seats had someone in the meeting: its member, or where that one was away one of its deputies."""
    there = {one.account for one in attendances(db, meeting.id)}
    seats = seats_on(db, meeting.day)
    deputies = {one.deputy_for for one in seats if one.account in there}
    return sum(one.account in there or one.id in deputies for one in seats if one.deputy_for is None)


def open_faults(held: Meeting) -> list[Fault]:
    """A fault unless the meeting's agenda is locked and the meeting not ended."""
    if held.state == "agenda_locked":
        return []
    names = {f"state_{lang}": state_name("meeting", held.state, lang) for lang in ("nb", "en")}
    return [Fault("", "meeting", held.title, "meetings.not_under_way", names)]


def _require_of(actor: Actor, account: str) -> None:
    if account == actor.id and may(actor, "case.vote"):
        return
    if not may(actor, "meeting.lead"):
        require(actor, "meeting.prepare")


def _row(db: Database, meeting: int, account: str) -> Attendance | None:
    row = next(iter(db.query(f"{_QUERY} WHERE meeting = ? AND account = ?", [meeting, account])), None)
    return None if row is None else _attendance(row)


def _attendance(row: Mapping[str, Any]) -> Attendance:
    return Attendance(**{**row, "remote": bool(row["remote"])})
