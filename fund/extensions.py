"""Extensions: a due date doesn't move when it passes; a later one is a row of its own, with a reason.

    due_day(db, "application", 7, "completing", first)     # the day that holds now
    extend(write, actor, "application", 7, "completing", first, until, reason, at=now)

What always holds: an extension is later than what held before it, has a reason, and stays (triggers).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor
from data.store import Write
from fund.deadlines import in_time, stamp


@dataclass(frozen=True)
class Extension:
    """A later day for something: until when, why, who gave it and when (UTC)."""

    until: dt.date
    reason: str
    actor: str
    at: str


def extensions(db: Database, kind: str, resource: int, what: str) -> list[Extension]:
    """The extensions of one due date, oldest first."""
    query = "SELECT until, reason, actor, at FROM extension WHERE kind = ? AND resource = ? AND what = ? ORDER BY id"
    found = db.execute(query, (kind, resource, what)).fetchall()
    return [Extension(dt.date.fromisoformat(until), *rest) for until, *rest in found]


def due_day(db: Database, kind: str, resource: int, what: str, first: dt.date) -> dt.date:
    """The day that holds now: the latest extension's, else the first one."""
    return max([first, *(one.until for one in extensions(db, kind, resource, what))])


def extend(
    write: Write,
    actor: Actor,
    kind: str,
    resource: int,
    what: str,
    first: dt.date,
    until: dt.date,
    reason: str,
    *,
    at: dt.datetime,
) -> int:
    """Give something until the end of a later day; the extension's number. The caller asks for the right.

    Raises :class:`Faults` without a reason, or where the day isn't later than what holds, or has passed.
    """
    held = due_day(write.db, kind, resource, what, first)
    faults = []
    if not reason.strip():
        faults.append(Fault("", "reason", shown(reason), "application.extension.no_reason"))
    if until <= held:
        faults.append(Fault("", "until", str(until), "application.extension.not_later", {"day": str(held)}))
    elif not in_time(at, until):
        faults.append(Fault("", "until", str(until), "application.extension.passed"))
    if faults:
        raise Faults(faults)
    row = {"kind": kind, "resource": resource, "what": what, "until": until, "reason": reason.strip()}
    return int(write.insert("extension", {**row, "at": stamp(at), "actor": actor.id}))
