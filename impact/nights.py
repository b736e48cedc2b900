"""The area's night register: rooms for let and rooms ordinarily sold, by municipality and span of nights.

Staff enter the rows, or take them from imported statistics. A night for which there is no row is not known, and never
guessed. Where two rows hold for a night the one of fewer nights is used, and of two as long the newer.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from data.faults import Fault, Faults, shown
from data.files import read_rows
from data.permission import Actor, require
from data.store import Store
from data.value import EVIDENCE, Evidence, Value
from impact.reference import Reference

LONGEST = 366
"""Nights in one row."""
SOURCE_LENGTH = 500
MOST_ROOMS = 100_000
OCCUPANCY = "kapasitetsutnytting av rom"
"""Statistics Norway's name of the measure, in table 14162."""
_STATISTICS = ("area", "month", "measure", "value")
_COLUMNS = "id, municipality, first_day, last_day, rooms, sold, sold_low, sold_high, evidence, source, version"


@dataclass(frozen=True)
class NightRow:
    """Rooms for let and rooms sold without any event, each night from ``first_day`` to ``last_day``.

    ``sold`` has the range, the evidence and the source of the row. ``id`` and ``version`` are 0 until it is stored.
    """

    municipality: str
    first_day: dt.date
    last_day: dt.date
    rooms: float
    sold: Value
    id: int = 0
    version: int = 0

    @property
    def nights(self) -> int:
        return (self.last_day - self.first_day).days + 1


def add_nights(store: Store, actor: Actor, reference: Reference, rows: Iterable[NightRow]) -> list[int]:
    """Store rows, all or none; their numbers. Raises :class:`Faults` with every fault, by row."""
    require(actor, "nights.write")
    rows = list(rows)
    _refuse(rows, reference)
    with store.write(actor.id, "nights.add") as write:
        return [int(key) for key in write.insert_rows("night", [_stored(one) for one in rows])]


def save_nights(store: Store, actor: Actor, reference: Reference, id: int, version: int, row: NightRow) -> int:
    """Change a row; its new version. Raises :class:`Faults`, :class:`data.store.Conflict` or LookupError."""
    require(actor, "nights.write")
    _refuse([row], reference)
    with store.write(actor.id, "nights.save") as write:
        return write.update_row("night", id, version, _stored(row))


def delete_nights(store: Store, actor: Actor, id: int, version: int) -> None:
    """Delete a row; its nights are then not known. Raises :class:`data.store.Conflict` or LookupError."""
    require(actor, "nights.write")
    with store.write(actor.id, "nights.delete") as write:
        write.delete_row("night", id, version)


def list_nights(
    store: Store, municipalities: Iterable[str] = (), since: dt.date | None = None, until: dt.date | None = None
) -> list[NightRow]:
    """The rows that hold for any night of the span, by municipality and first day; what they say is public."""
    codes = list(municipalities)
    where = f"municipality IN ({', '.join('?' * len(codes))})" if codes else "1 = 1"
    values = [*codes, (since or dt.date.min).isoformat(), (until or dt.date.max).isoformat()]
    sql = f"SELECT {_COLUMNS} FROM night WHERE {where} AND last_day >= ? AND first_day <= ?"
    with store.read() as db:
        return [_row(one) for one in db.query(f"{sql} ORDER BY municipality, first_day, id", values)]


def night_row(rows: Iterable[NightRow], municipality: str, date: dt.date) -> NightRow | None:
    """The row that holds for a night, None where it is not known: the shortest, of two as short the newest."""
    holding = (one for one in rows if one.municipality == municipality and one.first_day <= date <= one.last_day)
    return min(holding, key=lambda one: (one.nights, -one.id), default=None)


def nights_from_statistics(
    reference: Reference, year: int, rooms: Mapping[str, float], *, into: int | None = None
) -> list[NightRow]:
    """Rows to add, from an import of table 14162: a month's room occupancy in ``year`` × the municipality's ``rooms``.

    ``into`` is the year that the rows are for, ``year`` where it is not given: a month as it was is then taken for an
    ordinary one, and marked as assumed. A month without the measure, or with it for several kinds of lodging, is left
    out. The average of a month hides that weekends and weekdays differ.
    """
    path = reference.path(name := f"region/accommodation-{year}.csv")
    if path is None:
        raise Faults([Fault(name, "", "", "business.no_statistics", {"year": str(year)})])
    found: dict[tuple[str, str], list[float]] = {}
    for code, month, measure, value in read_rows(path, lambda row: tuple(row[name] for name in _STATISTICS)):
        if OCCUPANCY in measure.casefold() and value:
            found.setdefault((code, month), []).append(float(value))
    evidence: Evidence = "reported" if into in (None, year) else "assumed"
    made = []
    for (code, month), occupancy in sorted(found.items()):
        if code in rooms and len(occupancy) == 1:
            number = int(month[-2:])
            first = dt.date(into or year, number, 1)
            last = first.replace(day=calendar.monthrange(first.year, number)[1])
            source = f"{reference.source(name)} {month}: {occupancy[0]:g} %"
            sold = Value(rooms[code] * occupancy[0] / 100, evidence=evidence, source=source.strip())
            made.append(NightRow(code, first, last, rooms[code], sold))
    return made


def _refuse(rows: list[NightRow], reference: Reference) -> None:
    """Raise every fault of the rows."""
    if faults := [fault for number, row in enumerate(rows, 1) for fault in _faults(row, f"{number}", reference)]:
        raise Faults(faults)


def _faults(row: NightRow, place: str, reference: Reference) -> Iterable[Fault]:
    ends = [end for end in (row.sold.low, row.sold.mode, row.sold.high) if end is not None]

    def fault(field: str, value: Any, code: str, **figures: Any) -> Fault:
        return Fault("", f"{place}, {field}", shown(value), f"business.{code}", figures)

    if row.municipality not in reference.municipalities:
        known = ", ".join(f"{code} {name}" for code, name in reference.municipalities.items())
        yield fault("municipality", row.municipality, "not_in_region", known=known)
    if row.last_day < row.first_day:
        yield fault("last_day", row.last_day, "days_turned", first=row.first_day.isoformat())
    elif row.nights > LONGEST:
        yield fault("last_day", row.last_day, "too_many_nights", limit=LONGEST, count=row.nights)
    if not (math.isfinite(row.rooms) and 0 < row.rooms <= MOST_ROOMS):
        yield fault("rooms", row.rooms, "not_rooms", limit=MOST_ROOMS)
    if not all(math.isfinite(end) for end in ends) or ends != sorted(ends) or len(ends) == 2:
        yield fault("sold", ", ".join(f"{end:g}" for end in ends), "not_a_range")
    elif min(ends) < 0 or max(ends) > row.rooms:
        yield fault("sold", f"{max(ends):g}", "more_than_rooms", rooms=row.rooms)
    if row.sold.evidence not in EVIDENCE:
        yield fault("evidence", row.sold.evidence, "no_evidence", known=", ".join(EVIDENCE))
    if not row.sold.source.strip() or len(row.sold.source) > SOURCE_LENGTH:
        yield fault("source", row.sold.source, "no_source", limit=SOURCE_LENGTH)


def _stored(row: NightRow) -> dict[str, Any]:
    return {
        "municipality": row.municipality,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "rooms": float(row.rooms),
        "sold": float(row.sold.mode),
        "sold_low": row.sold.low,
        "sold_high": row.sold.high,
        "evidence": row.sold.evidence,
        "source": row.sold.source.strip(),
    }


def _row(found: Mapping[str, Any]) -> NightRow:
    sold = Value(found["sold"], found["sold_low"], found["sold_high"], found["evidence"], found["source"])
    first, last = (dt.date.fromisoformat(found[name]) for name in ("first_day", "last_day"))
    return NightRow(found["municipality"], first, last, found["rooms"], sold, found["id"], found["version"])
