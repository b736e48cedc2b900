"""Meetings: planned, the agenda locked with its money reserved, held, or cancelled.

Locking the agenda keeps each case's recommendation as it stood and reserves what it recommends from the frame of its
call, so that a meeting never decides more than there is. A meeting of kind «between» decides an urgent case by votes
that are cast remotely; the next ordinary meeting's minutes have it too.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, require
from data.store import Store, Write
from fund.books.frames import frame_at, reserve
from fund.deadlines import clock, in_time, stamp
from fund.meeting.agenda import (
    Item,
    Kind,
    Meeting,
    agenda,
    frame_of,
    item_at,
    items_of,
    meeting_at,
    meeting_of_row,
    not_ready,
    off_agenda,
    order,
    put_on,
    release_at,
    take_off,
)
from fund.meeting.attendance import Attendance, attend, attendances, leave, present, seats_filled
from fund.review.board import quorum
from fund.review.recommendations import recommendation_at
from fund.workflow import Guard, step, workflows

__all__ = [
    "Attendance",
    "Item",
    "Kind",
    "Meeting",
    "agenda",
    "attend",
    "attendances",
    "cancel_meeting",
    "get_meeting",
    "hold",
    "item_at",
    "items_of",
    "leave",
    "list_meetings",
    "lock_agenda",
    "lock_faults",
    "meeting_at",
    "off_agenda",
    "order",
    "plan_meeting",
    "present",
    "put_on",
    "take_off",
]


def plan_meeting(
    store: Store, actor: Actor, title: str, day: dt.date, kind: Kind = "ordinary", *, at: dt.datetime | None = None
) -> int:
    """Plan a meeting on a day; its number. The same again, while it is planned, is the meeting that is there.

    Needs ``meeting.prepare``. Raises :class:`Faults`.
    """
    require(actor, "meeting.prepare")
    moment, most, faults = clock(at), limit("title_longest"), []
    if not title.strip() or len(title) > most:
        faults.append(Fault("", "title", shown(title), "meetings.title", {"most": most}))
    if not in_time(moment, day):
        faults.append(Fault("", "day", day.isoformat(), "meetings.day_passed"))
    if kind not in ("ordinary", "between"):
        faults.append(Fault("", "kind", shown(kind), "meetings.kind"))
    if faults:
        raise Faults(faults)
    row = {"title": title.strip(), "day": day, "kind": kind, "state": workflows()["meeting"].first}
    with store.write(actor.id, "meeting.plan", audited=False) as write:
        query = "SELECT id FROM meeting WHERE title = ? AND day = ? AND kind = ? AND state = ?"
        if held := write.db.execute(query, [title.strip(), day.isoformat(), kind, row["state"]]).fetchone():
            return int(held[0])  # a second click
        return int(write.insert("meeting", {**row, "moved_at": stamp(moment)}))


def get_meeting(store: Store, actor: Actor, id: int) -> Meeting:
    """A meeting. Needs ``case.read``. Raises LookupError where there is none."""
    require(actor, "case.read")
    with store.read() as db:
        return meeting_at(db, id)


def list_meetings(store: Store, actor: Actor) -> list[Meeting]:
    """Every meeting, the latest first. Needs ``case.read``."""
    require(actor, "case.read")
    with store.read() as db:
        rows = db.query("SELECT * FROM meeting ORDER BY day DESC, id DESC")
        return [meeting_of_row(row) for row in rows]


def lock_agenda(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Lock the agenda and reserve what its cases are recommended; the meeting's new version.

    Raises :class:`Faults` without cases, where one isn't ready or has no recommendation, and where a frame has too
    little left for all of them together.
    """
    moment = clock(at)

    def guards(db: Database) -> Mapping[str, Guard]:
        return {"cases_ready": lambda: _case_faults(db, id), "money": lambda: _money_faults(db, id)}

    def done(write: Write) -> None:
        for one in _on(write.db, id):
            advice = recommendation_at(write.db, one.application)
            assert advice is not None  # a guard has seen it
            changes = {"recommendation": advice.id, "reserved": advice.amount}
            write.update_row("agenda_item", one.id, one.version, changes)
            if advice.amount:
                frame, key = frame_of(write.db, one.application), f"item:{one.id}:reserved"
                reserve(write, key, frame, id, advice.amount, earmarks=advice.earmarks, at=moment)

    return _step(store, actor, id, version, "lock_agenda", guards, done, moment)


def lock_faults(store: Store, actor: Actor, id: int) -> list[Fault]:
    """What keeps a meeting's agenda from being locked as it stands. Needs ``meeting.prepare``."""
    require(actor, "meeting.prepare")
    with store.read() as db:
        meeting_at(db, id)
        return [*_case_faults(db, id), *_money_faults(db, id)]


def hold(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """End a meeting when its cases are settled; the new version. Needs ``meeting.lead``.

    Raises :class:`Faults` where fewer seats were filled than a quorum, or a case is neither decided nor taken off.
    """

    def guards(db: Database) -> Mapping[str, Guard]:
        def enough() -> list[Fault]:
            held = meeting_at(db, id)
            filled, least = seats_filled(db, held), quorum(db, held.day)
            figures = {"filled": filled, "least": least}
            return [] if filled >= least else [Fault("", "meeting", held.title, "meetings.no_quorum", figures)]

        def settled() -> list[Fault]:
            left = [_number(db, one.application) for one in _on(db, id)]
            figures = {"count": len(left), "numbers": ", ".join(left)}
            return [Fault("", "agenda", "", "meetings.unsettled", figures)] if left else []

        return {"quorum": enough, "cases_settled": settled}

    return _step(store, actor, id, version, "hold", guards, lambda _: None, clock(at))


def cancel_meeting(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Cancel a meeting that has decided nothing, and give back what was reserved for it; the new version."""
    moment = clock(at)

    def guards(db: Database) -> Mapping[str, Guard]:
        decided = [_number(db, one.application) for one in items_of(db, id) if one.state == "decided"]
        figures = {"count": len(decided), "numbers": ", ".join(decided)}
        fault = Fault("", "agenda", "", "meetings.has_decided", figures)
        return {"nothing_decided": lambda: [fault] if decided else []}

    def done(write: Write) -> None:
        for one in _on(write.db, id):
            write.update_row("agenda_item", one.id, one.version, {"state": "off"})
            release_at(write, one, one.reserved or 0, moment)

    return _step(store, actor, id, version, "cancel", guards, done, moment)


def _step(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    action: str,
    guards: Callable[[Database], Mapping[str, Guard]],
    done: Callable[[Write], None],
    at: dt.datetime,
) -> int:
    """One transition with what follows from it, once."""
    with store.write(actor.id, f"meeting.{action}", audited=False) as write:  # a second click changes nothing
        one, held = meeting_at(write.db, id), guards(write.db)
        return step(write, actor, "meeting", one, version, action, held, lambda: done(write), at=at)


def _on(db: Database, meeting: int) -> list[Item]:
    return [one for one in items_of(db, meeting) if one.state == "on"]


def _case_faults(db: Database, id: int) -> list[Fault]:
    """What keeps the agenda from being locked, case by case."""
    cases, found = _on(db, id), []
    if not cases:
        return [Fault("", "agenda", "", "meetings.no_cases")]
    for one in cases:
        (state,) = db.execute("SELECT state FROM application WHERE id = ?", [one.application]).fetchone()
        if state != "ready":
            found.append(not_ready(db, one.application))
        elif recommendation_at(db, one.application) is None:
            number = _number(db, one.application)
            found.append(Fault("", "application", number, "meetings.no_recommendation"))
    return found


def _money_faults(db: Database, id: int) -> list[Fault]:
    """Frames that have less left than their cases are recommended together, with the figures."""
    wanted: dict[int, int] = defaultdict(int)
    for one in _on(db, id):
        advice = recommendation_at(db, one.application)
        if advice is not None and advice.amount:
            wanted[frame_of(db, one.application)] += advice.amount
    found = []
    for frame, amount in wanted.items():
        room = frame_at(db, frame).room
        if amount > room:
            figures = {"ore_room": room, "ore_wanted": amount, "ore_over": amount - room}
            found.append(Fault("", "frame", str(frame), "meetings.frame_full", figures))
    return found


def _number(db: Database, application: int) -> str:
    return str(db.execute("SELECT number FROM application WHERE id = ?", [application]).fetchone()[0])
