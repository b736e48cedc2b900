"""The counts of an event as they are kept: figures by day, week or month, each with its place, date, grade and source.

Invariant: a figure that isn't known isn't there; a count is never deleted, only withdrawn with a reason; of each unit
in ``CHOSEN`` at most one count is the event's own. Every change is audited, day by day.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from data.audit import now
from data.clock import today
from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from data.value import EVIDENCE, Evidence
from impact.counts.units import CHOSEN, KINDS, STEPS, UNITS, Amount, Kind, Step, period_of, periods
from impact.published import GRADES
from impact.reference import Reference
from impact.register import EventRow, as_row, get_event
from impact.trade_map import read_trades

MOST = 4_000
"""Figures of one count: ten years of days."""
LARGEST = 1e12
LONGEST = 500
"""Signs of a source or a reason."""
NAME_LENGTH = 100
FIRST = dt.date(1990, 1, 1)
AHEAD = 366
"""Days from today beyond which a figure's day is a slip: tickets are sold for next year."""
Figures = Mapping[dt.date, float]


@dataclass(frozen=True)
class Given:
    """A count as it is given. ``figures`` by the first day of each period; ``rooms`` for let, of hotels' rooms only.

    ``place`` is a municipality's code, ``trade`` a trade's of card spending, ``taken`` the day on which the source gave
    the figures, ``grade`` the kind of source as published figures have it, "" where it isn't said.
    """

    kind: Kind
    name: str
    place: str
    step: Step
    figures: Figures
    taken: dt.date | None
    evidence: Evidence
    source: str
    rooms: Figures
    trade: str = ""
    grade: str = ""


@dataclass(frozen=True)
class Series:
    """A count that is kept: what was given, whether it is the event's own of its unit, and who stored it when."""

    id: int
    version: int
    event: int
    kind: Kind
    name: str
    place: str
    step: Step
    figures: Figures
    taken: dt.date
    evidence: Evidence
    source: str
    rooms: Figures
    trade: str
    grade: str
    chosen: str
    withdrawn_at: str | None
    withdrawn_why: str | None
    stored_at: str
    stored_by: str

    @property
    def unit(self) -> type[Amount]:
        return UNITS[self.kind]

    @property
    def holds(self) -> bool:
        """Whether it hasn't been withdrawn."""
        return self.withdrawn_at is None

    def of_event(self, row: EventRow) -> dict[dt.date, float]:
        """The figures of the event's own days, by period; empty where its days aren't known."""
        if not (row.first_day and row.last_day):
            return {}
        found = (one for one in periods(self.step, row.first_day, row.last_day) if one in self.figures)
        return {one: self.figures[one] for one in found}

    def lacking(self, row: EventRow) -> int:
        """How many of the event's periods it has no figure for."""
        if not (row.first_day and row.last_day):
            return 0
        return len(periods(self.step, row.first_day, row.last_day)) - len(self.of_event(row))

    def total(self, row: EventRow) -> Amount | None:
        """The sum over the event's days; None where there is none, or where days of this unit make no sum."""
        found = [self.unit(one) for one in self.of_event(row).values()]
        if not found or (len(found) > 1 and not self.unit.adds):
            return None
        return sum(found[1:], start=found[0])


def add_series(
    store: Store, actor: Actor, reference: Reference, event: int, given: Given, *, once: str | None = None
) -> int:
    """Store a count; its number. What has been stored ``once`` already isn't stored again.

    Raises :class:`Faults` with every fault, LookupError, Refused.
    """
    row = get_event(store, actor, event).row
    require(actor, "count.write", row)
    _refuse(given, row, reference)
    once = once or str(uuid.uuid4())
    kept = {"event": event, **_stored(given), "chosen": "", "withdrawn_at": None, "withdrawn_why": None, "once": once}
    with store.write(actor.id, "count.add") as write:
        held = write.db.execute("SELECT id FROM count_series WHERE once = ?", [once]).fetchone()
        if held:
            return int(held[0])
        return int(write.insert("count_series", {**kept, "stored_at": now(), "stored_by": actor.id}))


def save_series(store: Store, actor: Actor, reference: Reference, id: int, version: int, given: Given) -> int:
    """Correct a count; its new version. Its kind stays, and with it its unit.

    Raises as :func:`add_series`, :class:`data.store.Conflict` where it was changed since, and :class:`Faults` where it
    is withdrawn.
    """
    held = get_series(store, actor, id)
    row = get_event(store, actor, held.event).row
    require(actor, "count.write", row)
    _refuse(given, row, reference)
    if given.kind != held.kind:
        raise ValueError(f"a count of {held.kind} never becomes one of {given.kind}")
    with store.write(actor.id, "count.save") as write:
        _open(write, id)
        changes = {**_stored(given), "stored_at": now(), "stored_by": actor.id}
        return write.update_row("count_series", id, version, changes)


def withdraw_series(store: Store, actor: Actor, id: int, version: int, why: str) -> None:
    """Withdraw a count, with the reason; it stays to be read, and nothing is taken from it any more."""
    held = get_series(store, actor, id)
    require(actor, "count.write", get_event(store, actor, held.event).row)
    why = why.strip()
    if not why or len(why) > LONGEST:
        raise Faults([Fault("", "", shown(why), "counts.no_reason", {"limit": LONGEST})])
    with store.write(actor.id, "count.withdraw") as write:
        _open(write, id)
        write.update_row("count_series", id, version, {"withdrawn_at": now(), "withdrawn_why": why, "chosen": ""})


def choose_series(store: Store, actor: Actor, id: int, version: int, *, chosen: bool = True) -> None:
    """Let a count be the event's own of its unit, in the place of any other; or no longer.

    Raises :class:`Faults` for a unit of which none is chosen, and for a count that is withdrawn.
    """
    held = get_series(store, actor, id)
    require(actor, "count.write", get_event(store, actor, held.event).row)
    unit = held.unit.unit
    if unit not in CHOSEN:
        raise Faults([Fault("", held.name, "", "counts.not_chosen_of")])
    with store.write(actor.id, "count.choose") as write:
        _open(write, id)
        if chosen:
            sql = "SELECT id, version FROM count_series WHERE event = ? AND chosen = ? AND id != ?"
            for other, its in write.db.execute(sql, [held.event, unit, id]).fetchall():
                write.update_row("count_series", other, its, {"chosen": ""})
        write.update_row("count_series", id, version, {"chosen": unit if chosen else ""})


def list_series(store: Store, actor: Actor, event: int) -> list[Series]:
    """The counts of an event, oldest first, the withdrawn ones too. Raises LookupError and Refused."""
    require(actor, "count.read", get_event(store, actor, event).row)
    with store.read() as db:
        return [_series(one) for one in db.query("SELECT * FROM count_series WHERE event = ? ORDER BY id", [event])]


def get_series(store: Store, actor: Actor, id: int) -> Series:
    """A count by its number. Raises LookupError where there is none, Refused where its event is another's."""
    with store.read() as db:
        found = next(iter(db.query("SELECT * FROM count_series WHERE id = ?", [id])), None)
    if found is None:
        require(actor, "count.read")
        raise LookupError(f"no count {id}")
    require(actor, "count.read", get_event(store, actor, found["event"]).row)
    return _series(found)


def events_at(store: Store, place: str, event: int) -> list[EventRow]:
    """The other events of a municipality that are to be or have been held, samples left out; for counting only.

    Whoever shows one by its name asks for the right to read it first.
    """
    sql = """
        SELECT * FROM event WHERE municipality = ? AND id != ? AND sample = 0 AND first_day IS NOT NULL
        AND state IN ('confirmed', 'held', 'evaluated') ORDER BY first_day, id"""
    with store.read() as db:
        columns = EventRow.__dataclass_fields__
        return [as_row({name: one[name] for name in columns}) for one in db.query(sql, [place, event])]


def _open(write: Write, id: int) -> None:
    """Raise :class:`Faults` where a count is withdrawn."""
    found = write.db.execute("SELECT name FROM count_series WHERE id = ? AND withdrawn_at IS NOT NULL", [id]).fetchone()
    if found:
        raise Faults([Fault("", found[0], "", "counts.withdrawn")])


def _refuse(given: Given, row: EventRow, reference: Reference) -> None:
    if faults := [*_about_faults(given, reference), *_figure_faults(given, row)]:
        raise Faults(faults)


def _about_faults(given: Given, reference: Reference) -> Iterator[Fault]:
    def fault(field: str, value: Any, code: str, **figures: Any) -> Fault:
        return Fault("", field, shown(value), f"counts.{code}", figures)

    if given.kind not in KINDS or given.step not in STEPS:
        raise ValueError(f"no count of {given.kind} by {given.step}")
    if not given.name.strip() or len(given.name) > NAME_LENGTH:
        yield fault("name", given.name, "no_name", limit=NAME_LENGTH)
    if given.place not in reference.municipalities:
        yield fault("place", given.place, "no_place", known=", ".join(reference.municipalities.values()))
    if (given.trade not in read_trades().codes) if given.kind == "cards" else given.trade:
        yield fault("trade", given.trade, "no_trade")
    if given.taken is None or not FIRST <= given.taken <= today():
        yield fault("taken", given.taken, "no_date")
    if given.evidence not in EVIDENCE:
        yield fault("evidence", given.evidence, "no_evidence")
    if given.grade not in ("", *GRADES):
        yield fault("grade", given.grade, "no_grade", known=", ".join(GRADES))
    if not given.source.strip() or len(given.source) > LONGEST:
        yield fault("source", given.source, "no_source", limit=LONGEST)


def _figure_faults(given: Given, row: EventRow) -> Iterator[Fault]:
    if not given.figures:
        yield Fault("", "figures", "", "counts.no_figures")
    if len(given.figures) > MOST:
        yield Fault("", "figures", str(len(given.figures)), "counts.too_many", {"limit": MOST})
    if given.step == "whole" and given.figures.keys() - {row.first_day}:
        yield Fault("", "figures", "", "counts.one_figure")
    if given.kind == "rooms" and (given.step != "day" or given.rooms.keys() != given.figures.keys()):
        yield Fault("", "rooms", "", "counts.rooms_by_night")
    for date, figure in given.figures.items():
        yield from fault_of(given.step, date, figure, given.rooms.get(date), date.isoformat())


def fault_of(step: Step, date: dt.date, figure: float, rooms: float | None, place: str) -> Iterator[Fault]:
    """What is wrong with one figure of a period; ``place`` says where it stands."""
    if period_of(step, date) != date:
        yield Fault("", place, date.isoformat(), f"counts.not_a_{step}")
    if not FIRST <= date <= today() + dt.timedelta(AHEAD):
        yield Fault("", place, date.isoformat(), "counts.far_day", {"first": FIRST.year})
    if not (math.isfinite(figure) and 0 <= figure <= LARGEST):
        yield Fault("", place, f"{figure:g}", "counts.not_a_figure")
    elif rooms is not None and not (math.isfinite(rooms) and 0 < rooms <= LARGEST and figure <= rooms):
        yield Fault("", place, f"{figure:g}", "counts.more_than_rooms", {"rooms": float(rooms)})


def _stored(given: Given) -> dict[str, Any]:
    return {
        "kind": given.kind,
        "name": given.name.strip(),
        "place": given.place,
        "trade": given.trade,
        "step": given.step,
        "figures": _by_day(given.figures),
        "rooms": _by_day(given.rooms),
        "taken": given.taken,
        "evidence": given.evidence,
        "grade": given.grade,
        "source": given.source.strip(),
    }


def _by_day(figures: Figures) -> dict[str, float]:
    return {date.isoformat(): float(one) for date, one in sorted(figures.items())}


def _series(found: Mapping[str, Any]) -> Series:
    figures, rooms = (
        {dt.date.fromisoformat(date): float(one) for date, one in json.loads(found[name]).items()}
        for name in ("figures", "rooms")
    )
    row = {**found, "figures": figures, "rooms": rooms, "taken": dt.date.fromisoformat(found["taken"])}
    return Series(**{name: row[name] for name in Series.__dataclass_fields__})
