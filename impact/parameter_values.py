"""Parameters changed on screen: dated values with evidence and source, in front of those that are shipped.

A stored value holds from its day until the next, shipped or stored; on a shipped value's own day it takes its place.
Locked estimates keep what they were computed with, so that a change here changes none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from data.audit import Entry, history
from data.dated import DatedValue, Parameter, Parameters, new_value, read_parameters
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from data.value import Value
from impact.simulation import broken_parts

TABLE = "parameter_value"
_FIELDS = "id, version, key, since, low, mode, high, evidence, source"


@dataclass(frozen=True)
class NewValue:
    """A value to store: of which parameter, from which day. ``version`` is that of the stored value it changes.

    ``value`` is a point or a range with evidence and source; the source is never left out.
    """

    key: str
    since: dt.date
    value: Value
    version: int | None = None


@dataclass(frozen=True)
class StoredValue:
    """A value as it is stored."""

    id: int
    version: int
    key: str
    since: dt.date
    value: Value


def known_parameters(store: Store) -> Mapping[str, Parameter]:
    """Every parameter with its shipped and its stored values, for :func:`impact.simulation.frame`'s ``known``.

    A stored value of a parameter that this program doesn't have is left out; :func:`stored_values` lists it.
    """
    with store.read() as db:
        return parameters_in(db)


def parameters_in(db: Any) -> Mapping[str, Parameter]:
    """As :func:`known_parameters`, of the database within a read or a write."""
    return _merged(_stored_in(db))


def stored_values(store: Store) -> list[StoredValue]:
    """What is stored, by key and day."""
    with store.read() as db:
        return _stored_in(db)


def set_values(store: Store, actor: Actor, values: Iterable[NewValue]) -> list[int]:
    """Store values, all or none, and their ids; values whose parts are a whole are changed together.

    Raises :class:`Faults` with everything that is wrong: an unknown parameter, figures out of its range or out of
    order, evidence or source missing, a day that has a stored value already, parts that don't sum to 1; and
    :class:`data.store.Conflict` where someone else changed the value meanwhile.
    """
    require(actor, "parameter.write")
    values = list(values)
    with store.write(actor.id, "parameter.write") as write:
        here = {(one.key, one.since): one for one in stored_values(store)}
        faults = [fault for one in values for fault in _faults(one, here)]
        if len({(one.key, one.since) for one in values}) < len(values):
            faults.append(Fault("", "", "", "parameter.twice"))
        if faults:
            raise Faults(faults)
        after = here | {(one.key, one.since): StoredValue(0, 0, one.key, one.since, one.value) for one in values}
        _check_wholes(after.values())
        ids = []
        for one in values:
            row = _row(one)
            if one.version is None:
                ids.append(int(write.insert(TABLE, row)))
            else:
                found = here[one.key, one.since].id
                write.update_row(TABLE, found, one.version, row)
                ids.append(found)
        return ids


def remove_values(store: Store, actor: Actor, rows: Mapping[int, int]) -> None:
    """Take stored values (id → version) away, all or none: what held before them holds again.

    Raises :class:`Faults` where the parts of a whole then don't sum to 1, LookupError for a value that never was,
    :class:`data.store.Conflict` for one that was changed meanwhile.
    """
    require(actor, "parameter.write")
    with store.write(actor.id, "parameter.remove") as write:
        _check_wholes(one for one in stored_values(store) if one.id not in rows)
        for number, version in rows.items():
            write.delete_row(TABLE, number, version)


def value_history(store: Store, actor: Actor, key: str) -> list[Entry]:
    """Who stored, changed and removed values of a parameter, and when, oldest first."""
    require(actor, "parameter.read")
    with store.read() as db:
        made = db.execute("SELECT DISTINCT resource FROM audit WHERE kind = ?", [TABLE]).fetchall()
        found = [history(db, TABLE, resource) for (resource,) in made]
    own = (entries for entries in found if (entries[0].after or {}).get("key") == key)
    return sorted((entry for entries in own for entry in entries), key=lambda entry: entry.seq)


def _stored_in(db: Any) -> list[StoredValue]:
    return [_stored(row) for row in db.query(f"SELECT {_FIELDS} FROM {TABLE} ORDER BY key, since")]


def _faults(one: NewValue, here: Mapping[tuple[str, dt.date], StoredValue]) -> list[Fault]:
    """What is wrong with one value by itself."""
    given = one.value.as_dict()
    raw: dict[str, Any] = {"value": given} if one.value.plain else dict(given)
    raw["source"] = str(raw.get("source", "")).strip()
    try:
        new_value(read_parameters(), one.key, {**raw, "from": one.since})
    except Faults as error:
        return list(error.faults)
    stored = (one.key, one.since) in here
    if one.version is None and stored:
        return [Fault("", one.key, one.since.isoformat(), "parameter.day_taken")]
    if one.version is not None and not stored:
        return [Fault("", one.key, one.since.isoformat(), "parameter.not_stored")]
    return []


def _check_wholes(stored: Iterable[StoredValue]) -> None:
    """Raise where the parts of a whole don't sum to 1 on any day that something begins to hold."""
    known = _merged(stored)
    days = sorted({value.since for parameter in known.values() for value in parameter.values})
    faults = {fault.place: fault for day in days for fault in broken_parts(Parameters(known, day))}
    if faults:
        raise Faults(faults.values())


def _merged(stored: Iterable[StoredValue]) -> Mapping[str, Parameter]:
    known = dict(read_parameters())
    for one in stored:
        if one.key in known:
            parameter = known[one.key]
            dated = DatedValue(one.since, one.value, read_parameters()[one.key].at(one.since).fixed)
            values = [value for value in parameter.values if value.since != one.since]
            known[one.key] = replace(parameter, values=tuple(sorted([*values, dated], key=lambda value: value.since)))
    return known


def _row(one: NewValue) -> dict[str, Any]:
    value = one.value
    figures = {name: None if figure is None else float(figure) for name, figure in _figures(value)}
    return {"key": one.key, "since": one.since, **figures, "evidence": value.evidence, "source": value.source.strip()}


def _figures(value: Value) -> tuple[tuple[str, float | None], ...]:
    return ("low", value.low), ("mode", value.mode), ("high", value.high)


def _stored(row: Mapping[str, Any]) -> StoredValue:
    value = Value(row["mode"], row["low"], row["high"], row["evidence"], row["source"])
    return StoredValue(row["id"], row["version"], row["key"], dt.date.fromisoformat(row["since"]), value)
