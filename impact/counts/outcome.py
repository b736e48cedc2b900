"""What an evaluation takes from the counts: the event's visits, and its nights in the hotels.

Nothing is added up across counts: both come from the one count that was chosen for them, or from none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from data.clock import day
from data.permission import Actor, require
from data.phrases import say
from data.store import Store
from data.value import Value
from impact.counts.baseline import Compared, compare
from impact.counts.series import Series, list_series
from impact.entry_reading import as_date
from impact.register import Registered, get_event


@dataclass(frozen=True)
class NightSold:
    """One night: rooms for let, rooms sold, and rooms ordinarily sold on such a night (None where it isn't known)."""

    date: dt.date
    rooms: Value
    sold: Value
    baseline_sold: Value | None

    def as_dict(self) -> dict[str, Any]:
        """The night as a row ``[[night]]`` of an event's file."""
        row = {"date": self.date.isoformat(), "rooms": self.rooms.as_dict(), "sold": self.sold.as_dict()}
        return row if self.baseline_sold is None else {**row, "baseline_sold": self.baseline_sold.as_dict()}


def chosen_visits(store: Store, actor: Actor, event: int) -> Value | None:
    """Visits (person-days, not persons) of an event, from the count that was chosen as its total.

    The sum of the event's days that the count has, with its evidence and source; None where none is chosen, or where
    the count lacks some day of the event: part of a total is no total. Raises LookupError and Refused.
    """
    row = get_event(store, actor, event).row
    series = _chosen(store, actor, event, "visits")
    if series is None or series.lacking(row) or (total := series.total(row)) is None:
        return None
    return Value(total.value, evidence=series.evidence, source=_source(series))


def sold_by_night(store: Store, actor: Actor, event: int) -> tuple[NightSold, ...]:
    """Room-nights of an event from the hotels' count that was chosen, night by night, by date; () where none is.

    The nights are those of the event's document, else its days; a night that the count lacks is left out.
    ``baseline_sold`` is the mean of earlier years' same nights; with two years or more it has their P10 and P90 as its
    low and high, with one it is assumed. Raises LookupError and Refused.
    """
    registered = get_event(store, actor, event)
    series = _chosen(store, actor, event, "room_nights")
    if series is None:
        return ()
    compared = compare(store, actor, series, registered.row, _nights(registered))
    return tuple(_night(series, one) for one in compared.periods if one.seen is not None)


def _chosen(store: Store, actor: Actor, event: int, unit: str) -> Series | None:
    require(actor, "count.read")
    return next((one for one in list_series(store, actor, event) if one.chosen == unit), None)


def _nights(registered: Registered) -> list[dt.date]:
    """The nights of the document; where it has none, the event's days."""
    rows = registered.document.get("night") or []
    known = {date for one in rows if isinstance(one, dict) and (date := as_date(one.get("date")))}
    first, last = registered.row.first_day, registered.row.last_day
    if not known and first and last:
        known = {first + dt.timedelta(number) for number in range((last - first).days + 1)}
    return sorted(known)


def _night(series: Series, one: Compared) -> NightSold:
    rooms, sold = series.rooms[one.period], series.figures[one.period]
    grounds = {"evidence": series.evidence, "source": _source(series)}
    return NightSold(
        one.period,
        Value(rooms, **grounds),  # type: ignore[arg-type]
        Value(sold, **grounds),  # type: ignore[arg-type]
        _ordinary(series, one, rooms),
    )


def _ordinary(series: Series, one: Compared, rooms: float) -> Value | None:
    """The baseline of a night, never more than the rooms that there are now."""
    if one.baseline is None:
        return None
    found = one.baseline
    source = say("counts.baseline_source", "nb", years=", ".join(map(str, sorted(one.years))), source=_source(series))
    mode = min(found.mean, rooms)
    if found.low is None or found.high is None:
        return Value(mode, evidence="assumed", source=source)
    return Value(mode, min(found.low, mode), max(mode, min(found.high, rooms)), series.evidence, source)


def _source(series: Series) -> str:
    return f"{series.name}; {series.source}, {day(series.taken, 'nb')}"
