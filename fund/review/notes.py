"""Internal notes of a case: what officers write down for each other, never changed and never published.

    add_note(store, officer, 7, "Ringte søkeren om hallavtalen; den kommer i uke 12.")
    for one in notes_of(store, auditor, 7): …

Officers write and read them, and the auditor reads them. Who is in conflict or doubt about the case does neither, and
no member of the board does: what the board weighs stands in the case itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, may, require
from data.store import Store
from fund.deadlines import clock, stamp
from fund.review.conflicts import reading_faults, sent_case

_QUERY = "SELECT id, application, text, at, actor FROM case_note WHERE application = ? ORDER BY id"


@dataclass(frozen=True)
class Note:
    """What somebody noted of a case, and when (UTC)."""

    id: int
    application: int
    text: str
    at: str
    actor: str


def add_note(store: Store, actor: Actor, application: int, text: str, *, at: dt.datetime | None = None) -> int:
    """Note something of a case; the note's number. The same again, right after, is the note that is there.

    Needs ``case.handle``. Raises :class:`Faults` without a text or with one that is too long, and for who doesn't read
    the case; LookupError where it wasn't sent.
    """
    require(actor, "case.handle")
    moment, said, most = clock(at), text.strip(), limit("answer_longest")
    with store.write(actor.id, "case.note", audited=False) as write:
        faults = _closed(write.db, actor, application, moment)
        if not said or len(said) > most:
            faults.append(Fault("", "text", shown(said), "cases.note", {"most": most}))
        if faults:
            raise Faults(faults)
        held = _notes(write.db, application)
        if held and (held[-1].text, held[-1].actor) == (said, actor.id):  # a second click
            return held[-1].id
        row = {"application": application, "text": said, "at": stamp(moment), "actor": actor.id}
        return int(write.insert("case_note", row))


def reads_notes(actor: Actor) -> bool:
    """Whether the actor's roles read notes at all: officers, and who reads the trail."""
    return bool(may(actor, "case.handle") or may(actor, "audit.read"))


def notes_of(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> list[Note]:
    """The notes of a case, first to last. Needs ``case.handle`` or ``audit.read``. Raises as :func:`add_note`."""
    if not may(actor, "audit.read"):
        require(actor, "case.handle")
    with store.read() as db:
        if faults := _closed(db, actor, application, clock(at)):
            raise Faults(faults)
        return _notes(db, application)


def _closed(db: Database, actor: Actor, application: int, at: dt.datetime) -> list[Fault]:
    """What keeps the actor from the case."""
    sent_case(db, application, at)
    return reading_faults(db, actor, application)


def _notes(db: Database, application: int) -> list[Note]:
    return [Note(**row) for row in db.query(_QUERY, [application])]
