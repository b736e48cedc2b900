"""What the events to come may mean for a trade in a municipality, and for a municipality itself. Open to anyone.

Kroner are a trade's output at basic prices, in one price year: VAT is out, and of goods only the trade's margin and
what the region makes are in. Totals are sums over the draws of every event that is certain, never sums of percentiles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.dated import Parameters, read_parameters
from data.store import Store
from data.value import Value
from impact.area_nights import NightView, nights_of
from impact.coming import Coming, Listed, coming_events
from impact.draws import bounds, pert
from impact.nights import list_nights
from impact.outcomes import Outcome, outcomes_for
from impact.ranges import Range, range_of, ranges_of
from impact.reference import Reference
from impact.table import Array
from impact.trade_map import Grounds, Part, Trade, read_trades
from impact.trades import DRAWS, SEED

LONGEST = 366
"""Days that are answered for at once."""


@dataclass(frozen=True, eq=False)
class EventLine(Listed):
    """What one event may mean. None is what is not known: an estimate for Norway alone says nothing of places.

    ``kroner`` in all and ``direct`` of them in the first round; ``room_nights`` in the municipality (or region), all
    nights; ``guests`` in commercial beds there on the night with most of them.
    """

    kroner: Range | None
    direct: Range | None
    room_nights: Range | None
    guests: Range | None


@dataclass(frozen=True)
class Answer:
    """The answer for one trade in one municipality (None: the whole region), from ``since`` to ``until``.

    ``kroner``, ``direct`` and ``shifts`` are sums over draws of the certain events; None where no such event has them.
    ``price_year`` is that of all kroner, ``other_years`` those of events that couldn't be carried to it. ``nights`` are
    the municipality's, empty for the region. ``grounds`` say which industries the trade is, and why; ``assumptions``
    are the hours a year and the hours a shift that shifts stand on.
    """

    trade: Trade
    municipality: str | None
    since: dt.date
    until: dt.date
    kroner: Range | None
    direct: Range | None
    shifts: Range | None
    price_year: int
    other_years: tuple[int, ...]
    events: tuple[EventLine, ...]
    nights: tuple[NightView, ...]
    outcomes: tuple[Outcome, ...]
    grounds: tuple[Part | Grounds, ...]
    assumptions: tuple[Value, ...]

    @property
    def full_nights(self) -> tuple[dt.date, ...]:
        """Nights on which no room is left at the median."""
        return tuple(night.date for night in self.nights if night.full)

    @property
    def certain(self) -> tuple[EventLine, ...]:
        """The events that are added up."""
        return tuple(one for one in self.events if one.certain)

    @property
    def uncertain(self) -> tuple[EventLine, ...]:
        """Ideas and bids: shown, and never added up."""
        return tuple(one for one in self.events if not one.certain)


SHIFT = ("shift.hours_per_year", "shift.hours")


def answer(
    store: Store,
    reference: Reference,
    trade: str,
    municipality: str | None,
    since: dt.date,
    until: dt.date,
    *,
    changed: Mapping[str, float] | None = None,
) -> Answer:
    """What the events with any day from ``since`` to ``until`` may mean for ``trade`` in ``municipality``.

    ``changed`` are parameters set by hand. Raises LookupError for a trade or municipality that isn't there and
    ValueError for days that turn or are more than :data:`LONGEST`.
    """
    found = read_trades().trade(trade)
    check_span(reference, municipality, since, until)
    parameters = Parameters(read_parameters(), since, changed)
    coming = shown_events(store, since, until)
    prices = Prices(reference)
    kroner = [_kroner(one, trade, municipality, prices) for one in coming]
    direct = [_direct(one, trade, municipality, prices) for one in coming]
    hours = _hours(parameters) / parameters.number(SHIFT[1])
    shifts = [_shifts(one, trade, worth, prices, hours) for one, worth in zip(coming, kroner, strict=True)]
    nights: list[NightView] = []
    if municipality is not None:
        nights = nights_of(
            municipality, since, until, coming, list_nights(store, [municipality], since, until), parameters
        )
    return Answer(
        trade=found,
        municipality=municipality,
        since=since,
        until=until,
        kroner=total(coming, kroner),
        direct=total(coming, direct),
        shifts=total(coming, shifts),
        price_year=prices.year,
        other_years=prices.beyond(coming),
        events=tuple(_lines(coming, municipality, kroner, direct)),
        nights=tuple(nights),
        outcomes=outcomes_for(trade),
        grounds=read_trades().grounds(trade),
        assumptions=tuple(parameters[key].value for key in SHIFT),
    )


def shown_events(store: Store, since: dt.date, until: dt.date) -> list[Coming]:
    """The events that a span shows: all that are published and not cancelled."""
    return [one for one in coming_events(store, since, until) if one.state != "cancelled"]


def check_span(reference: Reference, municipality: str | None, since: dt.date, until: dt.date) -> None:
    """Raise LookupError or ValueError where there is no such place, or the days turn or are too many."""
    if municipality is not None and municipality not in reference.municipalities:
        raise LookupError(f"no municipality {municipality}")
    if not 0 <= (until - since).days < LONGEST:
        raise ValueError(f"from {since} to {until} is not 1 to {LONGEST} days")


class Prices:
    """Kroner of one price year: the newest that the index knows. Beyond the index events keep their own."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.first, self.year = reference.price_years

    def factor(self, year: int) -> float:
        """What kroner of ``year`` are multiplied by."""
        return self.reference.price_factor(year, self.year) if self.first <= year <= self.year else 1.0

    def beyond(self, events: Sequence[Coming]) -> tuple[int, ...]:
        """The price years of events that could not be carried to this one."""
        years = {one.draws.price_year for one in events}
        return tuple(sorted(year for year in years if not self.first <= year <= self.year))


def total(events: Sequence[Coming], values: Sequence[Array | None]) -> Range | None:
    """The range of the sum over the certain events that have the figure; None where none has."""
    known = [one for event, one in zip(events, values, strict=True) if event.certain and one is not None]
    if not known:
        return None
    summed = np.sum(known, axis=0, dtype=float)
    return None if np.isnan(summed).any() else range_of(summed)


def ranges(values: Sequence[Array | None]) -> list[Range | None]:
    """The range of each, all in one sorting; None stays None."""
    known = [one for one in values if one is not None]
    made = iter(ranges_of(np.array(known))) if known else iter(())
    return [None if one is None else next(made) for one in values]


def _kroner(event: Coming, trade: str, municipality: str | None, prices: Prices) -> Array | None:
    """Output of a trade in a municipality or the region by draw, in kroner of the common price year."""
    draws = event.draws
    if not draws.codes or trade not in draws.trades:
        return None
    at = draws.trades.index(trade)
    chosen = draws.output[:, at].sum(axis=0) if municipality is None else draws.output_of(trade, municipality)
    return None if chosen is None else np.asarray(chosen * prices.factor(draws.price_year), float)


def _direct(event: Coming, trade: str, municipality: str | None, prices: Prices) -> Array | None:
    """The first round of :func:`_kroner`."""
    draws = event.draws
    if not draws.codes or trade not in draws.trades:
        return None
    chosen = [at for at, place in enumerate(draws.places) if municipality in (None, place)]
    summed = draws.direct[chosen, draws.trades.index(trade)].sum(axis=0)
    return np.asarray(summed * prices.factor(draws.price_year), float)


def _shifts(event: Coming, trade: str, kroner: Array | None, prices: Prices, shifts_a_year: Array) -> Array | None:
    """Working shifts by draw: kroner × employed persons per krone × the shifts of a person's year."""
    if kroner is None:
        return None
    draws = event.draws
    persons = kroner / prices.factor(draws.price_year) * draws.jobs_per_krone[draws.trades.index(trade)]
    return np.asarray(persons * shifts_a_year)


def _hours(parameters: Parameters) -> Array:
    """Hours a year of an employed person by draw."""
    low, mode, high = bounds(parameters[SHIFT[0]].value, "amount", parameters.under("evidence"))
    return pert(SEED, SHIFT[0], low, mode, high, DRAWS) if low < high else np.full(DRAWS, mode)


def _lines(
    events: Sequence[Coming], municipality: str | None, kroner: Sequence[Array | None], direct: Sequence[Array | None]
) -> list[EventLine]:
    beds = [beds_in(one, municipality) for one in events]
    rooms = ranges([None if one is None else one[0] for one in beds])
    guests = ranges([None if one is None else one[1] for one in beds])
    return [
        EventLine(**one.listed, kroner=figures[0], direct=figures[1], room_nights=figures[2], guests=figures[3])
        for one, *figures in zip(events, ranges(kroner), ranges(direct), rooms, guests, strict=True)
    ]


def beds_in(event: Coming, municipality: str | None) -> tuple[Array, Array] | None:
    """(room-nights over all nights, guests on the night with most) in a municipality or the region, by draw."""
    draws = event.draws
    share: Any = 1.0 if municipality is None else draws.lodging_of(municipality)
    if share is None:
        return None
    return np.asarray(draws.room_nights.sum(axis=0) * share), np.asarray(draws.guests.max(axis=0) * share)
