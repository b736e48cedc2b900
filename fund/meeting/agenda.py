"""Agendas: which cases a meeting decides, in which order, and what keeps a case on or off.

A case is on one open meeting at most. Until the agenda is locked, cases come and go; afterwards a case that changes is
taken off for a reason, what was reserved for it is given back, and votes on it count no more: they stay as rows, and
whoever takes it up in another meeting votes anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlite_utils import Database

from data.audit import history
from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.books.frames import release_reserved
from fund.deadlines import clock
from fund.intake.applications import application_at
from fund.intake.calls import call_at
from fund.review.conflicts import reading_faults
from fund.workflow import state_name

Kind = Literal["ordinary", "between"]
_MEETING = "id, title, day, kind, state, moved_at, minutes, minutes_sha256, version"
_ITEM = "id, meeting, position, application, recommendation, reserved, state, off_reason, version"
_OPEN = ("planned", "agenda_locked")


@dataclass(frozen=True)
class Meeting:
    """A meeting. ``between``: an urgent case, voted on from where each one is, and minuted at the next meeting.

    ``minutes`` is the JSON that was signed, and ``minutes_sha256`` its hash; None until then.
    """

    id: int
    title: str
    day: dt.date
    kind: Kind
    state: str
    moved_at: str
    minutes: str | None
    minutes_sha256: str | None
    version: int


@dataclass(frozen=True)
class Item:
    """A case on an agenda. ``recommendation`` and ``reserved`` (øre) are as they were when the agenda was locked."""

    id: int
    meeting: int
    position: int
    application: int
    recommendation: int | None
    reserved: int | None
    state: Literal["on", "off", "decided"]
    off_reason: str | None
    version: int


def put_on(store: Store, actor: Actor, meeting: int, application: int, *, at: dt.datetime | None = None) -> int:
    """Put a case last on the agenda of a planned meeting; the item's number. Needs ``meeting.prepare``.

    Raises :class:`Faults` where the case isn't ready, is on another open meeting, or the agenda is locked.
    """
    require(actor, "meeting.prepare")
    with store.write(actor.id, "meeting.put_on", audited=False) as write:
        held = meeting_at(write.db, meeting)
        one = application_at(write.db, application, clock(at))
        on = _open_item(write.db, application)
        if on is not None and on.meeting == meeting:  # a second click
            return on.id
        faults = _planned_faults(held)
        if one.state != "ready":
            faults.append(not_ready(write.db, application))
        if on is not None:
            other = meeting_at(write.db, on.meeting)
            figures = {"title": other.title, "day": other.day.isoformat()}
            faults.append(Fault("", "application", str(one.number), "meetings.on_another", figures))
        if faults:
            raise Faults(faults)
        (last,) = write.db.execute("SELECT max(position) FROM agenda_item WHERE meeting = ?", [meeting]).fetchone()
        row = {"meeting": meeting, "position": (last or 0) + 1, "application": application, "state": "on"}
        return int(write.insert("agenda_item", row))


def take_off(
    store: Store, actor: Actor, item: int, version: int, reason: str, *, at: dt.datetime | None = None
) -> None:
    """Take a case off an agenda, for a reason; what was reserved for it is available again. Needs ``meeting.prepare``.

    Before the agenda is locked the item goes away; afterwards it stays as taken off. Raises :class:`Faults` without a
    reason or where it is decided, Conflict where someone changed it, LookupError.
    """
    require(actor, "meeting.prepare")
    with store.write(actor.id, "meeting.take_off", audited=False) as write:
        if _gone(write.db, item):  # a second click, as the next
            return
        held = item_at(write.db, item)
        meeting = meeting_at(write.db, held.meeting)
        if held.state == "off":
            return
        faults = [] if reason.strip() else [Fault("", "reason", shown(reason), "meetings.no_reason")]
        if held.state == "decided" or meeting.state not in _OPEN:
            number = application_at(write.db, held.application, clock(at)).number
            faults.append(Fault("", "application", str(number), "meetings.decided_before"))
        if faults:
            raise Faults(faults)
        if meeting.state == "planned":
            write.delete_row("agenda_item", item, version)
            return
        write.update_row("agenda_item", item, version, {"state": "off", "off_reason": reason.strip()})
        release_at(write, held, held.reserved or 0, clock(at))


def order(store: Store, actor: Actor, meeting: int, items: Sequence[int]) -> None:
    """Put the cases of a planned meeting in this order: all of its items, each once. Needs ``meeting.prepare``.

    Raises :class:`Faults` where the agenda is locked, or has other cases by now.
    """
    require(actor, "meeting.prepare")
    with store.write(actor.id, "meeting.order", audited=False) as write:
        faults = _planned_faults(meeting_at(write.db, meeting))
        held = {one.id: one for one in items_of(write.db, meeting)}
        if sorted(items) != sorted(held):
            faults.append(Fault("", "agenda", "", "meetings.other_cases", {"count": len(held), "given": len(items)}))
        if faults:
            raise Faults(faults)
        for position, one in enumerate(items, 1):
            write.update_row("agenda_item", one, held[one].version, {"position": position})


def agenda(store: Store, actor: Actor, meeting: int) -> list[Item]:
    """The cases of a meeting in their order, those that were taken off included. Needs ``case.read``.

    What is recommended, and was reserved for it, is left out for who doesn't take part in a case.
    """
    require(actor, "case.read")
    with store.read() as db:
        meeting_at(db, meeting)
        return [_seen_by(db, actor, one) for one in items_of(db, meeting)]


def off_agenda(db: Database, application: int) -> list[Fault]:
    """The guard ``off_agenda``: a fault where the case stands on an agenda that is locked."""
    on = _open_item(db, application)
    meeting = None if on is None else meeting_at(db, on.meeting)
    if meeting is None or meeting.state != "agenda_locked":
        return []
    figures = {"title": meeting.title, "day": meeting.day.isoformat()}
    return [Fault("", "application", "", "meetings.on_agenda", figures)]


def release_at(write: Write, item: Item, amount: int, at: dt.datetime) -> None:
    """Give back what was reserved for a case, or the rest of it: once for each item. Asks nobody's leave."""
    if amount:
        key = f"item:{item.id}:released"
        release_reserved(write, key, frame_of(write.db, item.application), item.meeting, amount, at=at)


def frame_of(db: Database, application: int) -> int:
    """The frame that a case's call gives from. Raises :class:`Faults` where the call has none."""
    (call,) = db.execute("SELECT call FROM application WHERE id = ?", [application]).fetchone()
    frame = call_at(db, call).frame
    if frame is None:
        raise Faults([Fault("", "frame", "", "application.call.no_frame")])
    return frame


def not_ready(db: Database, application: int) -> Fault:
    """That a case isn't ready for the board, and what it is."""
    number, state = db.execute("SELECT number, state FROM application WHERE id = ?", [application]).fetchone()
    names = {f"state_{lang}": state_name("application", state, lang) for lang in ("nb", "en")}
    return Fault("", "application", str(number or ""), "meetings.not_ready", names)


def meeting_at(db: Database, id: int) -> Meeting:
    """A meeting, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"SELECT {_MEETING} FROM meeting WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no meeting {id}")
    return meeting_of_row(row)


def meeting_of_row(row: Mapping[str, Any]) -> Meeting:
    """A row of the table as a meeting."""
    return Meeting(**{**row, "day": dt.date.fromisoformat(row["day"])})


def item_at(db: Database, id: int) -> Item:
    """A case of an agenda, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"SELECT {_ITEM} FROM agenda_item WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no item {id} of an agenda")
    return Item(**row)


def items_of(db: Database, meeting: int) -> list[Item]:
    """The cases of a meeting in their order."""
    return [
        Item(**row)
        for row in db.query(f"SELECT {_ITEM} FROM agenda_item WHERE meeting = ? ORDER BY position, id", [meeting])
    ]


def _gone(db: Database, item: int) -> bool:
    """Whether the item was there, and was taken off before the agenda was locked."""
    past = history(db, "agenda_item", str(item))
    return bool(past) and past[-1].after is None


def _open_item(db: Database, application: int) -> Item | None:
    """Where a case stands on an agenda that is not done with."""
    query = (
        f"SELECT {', '.join(f'agenda_item.{name}' for name in _ITEM.split(', '))} FROM agenda_item"
        " JOIN meeting ON meeting.id = meeting WHERE application = ? AND agenda_item.state = 'on'"
        " AND meeting.state IN (?, ?)"
    )
    row = next(iter(db.query(query, [application, *_OPEN])), None)
    return None if row is None else Item(**row)


def _seen_by(db: Database, actor: Actor, item: Item) -> Item:
    known = item.state == "decided" or not reading_faults(db, actor, item.application)
    return item if known else replace(item, recommendation=None, reserved=None)


def _planned_faults(held: Meeting) -> list[Fault]:
    if held.state == "planned":
        return []
    names = {f"state_{lang}": state_name("meeting", held.state, lang) for lang in ("nb", "en")}
    return [Fault("", "meeting", held.title, "meetings.not_planned", names)]
