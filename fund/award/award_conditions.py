"""The conditions of an award: as they were decided, and whether they are met.

What always holds: a condition's words and day never change; who finds that one is met doesn't act for the organisation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, require
from data.store import Store
from fund.award.awards import award_at
from fund.deadlines import clock, oslo_day, stamp

_COLUMNS = "id, award, text, gates, due, met_at, met_by, note, version"
_QUERY = f"SELECT {_COLUMNS} FROM award_condition"


@dataclass(frozen=True)
class Condition:
    """A condition of an award. One that ``gates`` holds payouts back, from its day ``due`` on, until it is met.

    ``note`` says what it was found met by; when (UTC) and by which account it was, None while it isn't.
    """

    id: int
    award: int
    text: str
    gates: bool
    due: dt.date | None
    met_at: str | None
    met_by: str | None
    note: str
    version: int

    def holds_back(self, day: dt.date) -> bool:
        """Whether nothing is paid on that day because of it."""
        return self.gates and self.met_at is None and (self.due is None or self.due <= day)


def conditions_of(db: Database, award: int) -> list[Condition]:
    """The conditions of an award, as they were decided, asking nobody's leave."""
    rows = list(db.query(f"{_QUERY} WHERE award = ? ORDER BY id", [award]))
    return [
        Condition(
            **{
                **row,
                "gates": bool(row["gates"]),
                "due": dt.date.fromisoformat(row["due"]) if row["due"] else None,
            }
        )
        for row in rows
    ]


def condition_faults(db: Database, award: int, at: dt.datetime | None = None) -> list[Fault]:
    """The guard ``conditions_met``: a fault for each condition that holds payouts back."""
    day = oslo_day(clock(at))
    return [
        Fault("", "condition", shown(one.text), "award_conditions.not_met")
        for one in conditions_of(db, award)
        if one.holds_back(day)
    ]


def list_conditions(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> list[Condition]:
    """The conditions of an award. Needs ``award.read``."""
    with store.read() as db:
        require(actor, "award.read", award_at(db, award, clock(at)))
        return conditions_of(db, award)


def meet(store: Store, actor: Actor, condition: int, version: int, note: str, *, at: dt.datetime | None = None) -> int:
    """Find that a condition is met, by what the note says; its new version. Needs ``award.manage``.

    The same once more changes nothing. Raises :class:`Faults` for a note that says nothing, and for who acts for the
    organisation; Conflict where someone was first; LookupError.
    """
    moment, least = clock(at), limit("note_shortest")
    with store.write(actor.id, "award.condition", audited=False) as write:
        row = next(iter(write.db.query(f"{_QUERY} WHERE id = ?", [condition])), None)
        if row is None:
            raise LookupError(f"no condition {condition}")
        one = award_at(write.db, row["award"], moment)
        require(actor, "award.manage", one)
        if (row["version"], row["met_by"], row["note"]) == (version + 1, actor.id, note.strip()):  # a second click
            return version + 1
        faults = []
        if actor.id in one.owners:
            faults.append(Fault("", "condition", shown(row["text"]), "award_conditions.own"))
        if len(note.strip()) < least:
            faults.append(Fault("", "note", shown(note), "award_conditions.no_note", {"least": least}))
        if row["met_at"] is not None and row["version"] == version:
            faults.append(Fault("", "condition", shown(row["text"]), "award_conditions.met"))
        if faults:
            raise Faults(faults)
        changes = {"met_at": stamp(moment), "met_by": actor.id, "note": note.strip()}
        return write.update_row("award_condition", condition, version, changes)
