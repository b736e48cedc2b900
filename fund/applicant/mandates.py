"""Mandates: which accounts may act for an organisation, until which day.

Whoever says so asks; a case officer confirms it against an extract of the register of organisations, and writes down
which one. A mandate ends on its day by itself, or earlier by a reason; another can take over in the middle of a grant.

What always holds: nobody confirms one's own mandate; an account has at most one open mandate for an organisation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, may, require
from data.store import Store, Write
from fund.applicant.owners import owners
from fund.deadlines import clock, in_time, stamp
from fund.outbox import tell

State = Literal["asked", "confirmed", "refused", "ended"]
_COLUMNS = "id, organisation, account, state, asked_at, decided_at, decided_by, extract, until, why, version"
_QUERY = f"SELECT {_COLUMNS} FROM mandate"


@dataclass(frozen=True)
class Mandate:
    """That an account may act for an organisation: ``until`` is its last day, ``extract`` what it was held against."""

    id: int
    organisation: int
    account: str
    state: State
    asked_at: str
    decided_at: str | None
    decided_by: str | None
    extract: str | None
    until: dt.date | None
    why: str | None
    version: int

    @property
    def owner(self) -> str:
        """Whose it is, as :func:`data.permission.may` asks."""
        return self.account

    def holds(self, at: dt.datetime) -> bool:
        """Whether it is confirmed and its last day hasn't passed in Norway."""
        return self.state == "confirmed" and self.until is not None and in_time(at, self.until)


@dataclass(frozen=True)
class MandateLine:
    """A mandate with the number and the name of its organisation."""

    mandate: Mandate
    number: str
    name: str


def mandate_faults(db: Database, organisation: int | None, actor: Actor, at: dt.datetime) -> list[Fault]:
    """The guard ``mandate``: a fault unless the actor may act for the organisation now."""
    if organisation is None or actor.id in owners(db, organisation, at):
        return []
    rows = db.query(f"{_QUERY} WHERE organisation = ? AND account = ? ORDER BY id DESC", [organisation, actor.id])
    latest = next((_mandate(row) for row in rows), None)
    if latest is None:
        return [Fault("", "mandate", "", "application.mandate.none")]
    if latest.state == "confirmed":
        return [Fault("", "mandate", str(latest.until), "application.mandate.past", {"day": str(latest.until)})]
    return [Fault("", "mandate", "", f"application.mandate.{latest.state}")]


def ask_mandate(store: Store, actor: Actor, organisation: int, *, at: dt.datetime | None = None) -> int:
    """Ask to act for an organisation, for oneself; the mandate's number. Asking again gives the one that is open.

    Needs ``mandate.ask``. Raises LookupError where there is no such organisation.
    """
    require(actor, "mandate.ask")
    moment = clock(at)
    with store.write(actor.id, "mandate.ask", audited=False) as write:
        if not write.db.execute("SELECT 1 FROM organisation WHERE id = ?", [organisation]).fetchone():
            raise LookupError(f"no organisation {organisation}")
        query = f"{_QUERY} WHERE organisation = ? AND account = ? AND state IN ('asked', 'confirmed')"
        for one in [_mandate(row) for row in write.db.query(query, [organisation, actor.id])]:
            if one.state == "asked" or one.holds(moment):
                return one.id
            write.update_row("mandate", one.id, one.version, {"state": "ended"})
        row = {"organisation": organisation, "account": actor.id, "state": "asked", "asked_at": stamp(moment)}
        return int(write.insert("mandate", row))


def confirm_mandate(
    store: Store,
    actor: Actor,
    seen: Mandate,
    extract: str,
    until: dt.date,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Confirm a mandate against the register's extract, until the end of a day; the new version.

    Needs ``mandate.confirm``. Raises :class:`Faults` without the extract, for a day that has passed, for one's own
    mandate, and where it isn't asked for any more; Conflict where someone changed it.
    """
    require(actor, "mandate.confirm")
    moment = clock(at)
    faults = _decidable(seen, actor)
    if not extract.strip():
        faults.append(Fault("", "extract", shown(extract), "application.mandate.no_extract"))
    if not in_time(moment, until):
        faults.append(Fault("", "until", str(until), "application.mandate.until_past"))
    changes = {"state": "confirmed", "extract": extract.strip(), "until": until.isoformat()}
    return _decide(store, actor, seen, "confirm", changes, faults, moment)


def refuse_mandate(store: Store, actor: Actor, seen: Mandate, why: str, *, at: dt.datetime | None = None) -> int:
    """Refuse a mandate for a reason that the applicant reads; the new version. As :func:`confirm_mandate`."""
    require(actor, "mandate.confirm")
    faults = [*_decidable(seen, actor), *_no_reason(why)]
    return _decide(store, actor, seen, "refuse", {"state": "refused", "why": why.strip()}, faults, clock(at))


def end_mandate(store: Store, actor: Actor, seen: Mandate, why: str, *, at: dt.datetime | None = None) -> int:
    """End a confirmed mandate before its day: one's own, or any with ``mandate.confirm``. The new version."""
    if seen.account != actor.id:
        require(actor, "mandate.confirm")
    faults = _no_reason(why)
    if seen.state != "confirmed":
        faults.append(Fault("", "mandate", seen.state, "application.mandate.not_confirmed"))
    return _decide(store, actor, seen, "end", {"state": "ended", "why": why.strip()}, faults, clock(at))


def list_mandates(store: Store, actor: Actor, organisation: int | None = None) -> list[Mandate]:
    """Mandates of an organisation or of all, newest first: the actor's own, or every one with ``mandate.confirm``."""
    every = bool(may(actor, "mandate.confirm"))
    asked: dict[str, str | int] = {} if every else {"account": actor.id}
    asked |= {} if organisation is None else {"organisation": organisation}
    where = " AND ".join(f"{name} = :{name}" for name in asked) or "1"
    with store.read() as db:
        return [_mandate(row) for row in db.query(f"{_QUERY} WHERE {where} ORDER BY id DESC", asked)]


def mandate_lines(store: Store, actor: Actor) -> list[MandateLine]:
    """As :func:`list_mandates`, each with its organisation: an applicant whose mandate waits doesn't see that yet."""
    found = list_mandates(store, actor)
    with store.read() as db:
        names = {id: (number, name) for id, number, name in db.execute("SELECT id, number, name FROM organisation")}
    return [MandateLine(one, *names[one.organisation]) for one in found]


def waiting_mandates(store: Store, actor: Actor) -> list[MandateLine]:
    """The mandates that are asked for, the one that has waited longest first. Needs ``mandate.confirm``."""
    return _lines(store, actor, "m.state = 'asked'", [], -1)[0][::-1]


def decided_mandates(store: Store, actor: Actor, sought: str = "", *, most: int) -> tuple[list[MandateLine], int]:
    """The newest mandates that were decided, ``most`` of them, and how many there are. Needs ``mandate.confirm``.

    ``sought`` is a part of the organisation's name or number.
    """
    mark = "%" + sought.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    digits = mark.replace(" ", "")
    where = "m.state <> 'asked' AND (o.name LIKE ? ESCAPE '\\' OR o.number LIKE ? ESCAPE '\\')"
    return _lines(store, actor, where, [mark, digits], most)


def _lines(store: Store, actor: Actor, where: str, values: list[str], most: int) -> tuple[list[MandateLine], int]:
    """The newest that are so, ``most`` (-1: all), with their organisations; and how many there are."""
    require(actor, "mandate.confirm")
    of = f"FROM mandate m JOIN organisation o ON o.id = m.organisation WHERE {where}"
    columns = ", ".join(f"m.{name.strip()}" for name in _COLUMNS.split(","))
    with store.read() as db:
        (total,) = db.execute(f"SELECT count(*) {of}", values).fetchone()
        query = f"SELECT {columns}, o.number, o.name {of} ORDER BY m.id DESC LIMIT ?"
        rows = list(db.query(query, [*values, most]))
    return [MandateLine(number=row.pop("number"), name=row.pop("name"), mandate=_mandate(row)) for row in rows], total


def _decidable(seen: Mandate, actor: Actor) -> list[Fault]:
    faults = []
    if seen.account == actor.id:
        faults.append(Fault("", "mandate", "", "application.mandate.own"))
    if seen.state != "asked":
        faults.append(Fault("", "mandate", seen.state, "application.mandate.not_asked"))
    return faults


def _no_reason(why: str) -> list[Fault]:
    return [] if why.strip() else [Fault("", "why", shown(why), "application.no_reason")]


def _decide(
    store: Store,
    actor: Actor,
    seen: Mandate,
    what: str,
    changes: Mapping[str, Any],
    faults: list[Fault],
    at: dt.datetime,
) -> int:
    if faults:
        raise Faults(faults)
    with store.write(actor.id, f"mandate.{what}") as write:
        held = _same_person(write, seen)
        decided = {"decided_at": stamp(at), "decided_by": actor.id}
        version = write.update_row("mandate", seen.id, seen.version, {**changes, **decided})
        tell(write, held.account, f"outbox.mandate_{changes['state']}", {}, f"mandate:{seen.id}:{version}", at=at)
    return version


def _same_person(write: Write, seen: Mandate) -> Mandate:
    """The mandate as it is stored: a page can't say whose it is."""
    found = next(iter(write.db.query(f"{_QUERY} WHERE id = ?", [seen.id])), None)
    if found is None:
        raise LookupError(f"no mandate {seen.id}")
    held = _mandate(found)
    if (held.account, held.organisation) != (seen.account, seen.organisation):
        raise LookupError(f"mandate {seen.id} is another's")
    return held


def _mandate(row: Mapping[str, Any]) -> Mandate:
    until = dt.date.fromisoformat(row["until"]) if row["until"] else None
    return Mandate(**{**row, "until": until})
