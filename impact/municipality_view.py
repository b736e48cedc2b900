"""What the events to come may mean for one municipality itself: its share of each, its trades, its tax. Open to anyone.

The municipality's part of an event is the one of :mod:`impact.places`: direct effects where the money is spent, later
rounds by where the jobs are. Income tax is gross: the equalisation between municipalities takes most of it back. What a
municipality paid in and what came back to it is the fund's to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.dated import Parameters, read_parameters
from data.store import Store
from impact.area_nights import NightView, nights_of
from impact.business import Prices, beds_in, check_span, ranges, shown_events, total
from impact.coming import Coming, Listed
from impact.nights import list_nights
from impact.ranges import Range
from impact.reference import Reference
from impact.table import Array
from impact.trade_map import Trade, read_trades


@dataclass(frozen=True, eq=False)
class MunicipalLine(Listed):
    """One event's part here. None is what is not known. ``share`` is of the region's value added, by draw."""

    value_added: Range | None
    share: Range | None
    room_nights: Range | None


@dataclass(frozen=True)
class MunicipalAnswer:
    """A municipality's part of the events from ``since`` to ``until``; sums over draws of the certain events.

    ``value_added`` and ``tax`` (municipal income tax, gross) in kroner of ``price_year``, ``employment`` employed
    persons for a year; ``trades`` the output of each trade here, in kroner.
    """

    municipality: str
    since: dt.date
    until: dt.date
    price_year: int
    other_years: tuple[int, ...]
    value_added: Range | None
    employment: Range | None
    tax: Range | None
    trades: tuple[tuple[Trade, Range | None], ...]
    events: tuple[MunicipalLine, ...]
    nights: tuple[NightView, ...]


def municipality_answer(
    store: Store,
    reference: Reference,
    municipality: str,
    since: dt.date,
    until: dt.date,
    *,
    changed: Mapping[str, float] | None = None,
) -> MunicipalAnswer:
    """The page of a municipality. Raises as :func:`impact.business.answer` does."""
    check_span(reference, municipality, since, until)
    parameters = Parameters(read_parameters(), since, changed)
    coming = shown_events(store, since, until)
    prices = Prices(reference)

    def kroner(name: str) -> list[Array | None]:
        return [_scaled(_part(one, municipality, name), prices.factor(one.draws.price_year)) for one in coming]

    def trade(code: str) -> list[Array | None]:
        factors = [prices.factor(one.draws.price_year) for one in coming]
        return [_scaled(one.draws.output_of(code, municipality), by) for one, by in zip(coming, factors, strict=True)]

    added = kroner("value_added")
    register = list_nights(store, [municipality], since, until)
    return MunicipalAnswer(
        municipality=municipality,
        since=since,
        until=until,
        price_year=prices.year,
        other_years=prices.beyond(coming),
        value_added=total(coming, added),
        employment=total(coming, [_part(one, municipality, "employment") for one in coming]),
        tax=total(coming, kroner("tax")),
        trades=tuple((one, total(coming, trade(one.code))) for one in read_trades().every),
        events=tuple(_lines(coming, municipality, added)),
        nights=tuple(nights_of(municipality, since, until, coming, register, parameters)),
    )


def _part(event: Coming, municipality: str, name: str) -> Array | None:
    """The municipality's part of value added, employment or tax by draw."""
    codes = event.draws.codes
    if municipality not in codes:
        return None
    return np.asarray(getattr(event.draws, name)[codes.index(municipality)], float)


def _scaled(values: Array | None, factor: float) -> Array | None:
    return None if values is None else np.asarray(values * factor, float)


def _share(event: Coming, municipality: str) -> Array | None:
    """The municipality's part of the region's value added by draw; None where that isn't above zero in every draw."""
    part = _part(event, municipality, "value_added")
    whole = event.draws.value_added.sum(axis=0, dtype=float)
    return None if part is None or whole.min() <= 0 else np.asarray(part / whole)


def _lines(events: list[Coming], municipality: str, added: list[Array | None]) -> list[MunicipalLine]:
    beds = [beds_in(one, municipality) for one in events]
    rooms = ranges([None if one is None else one[0] for one in beds])
    shares = ranges([_share(one, municipality) for one in events])
    return [
        MunicipalLine(**one.listed, value_added=figures[0], share=figures[1], room_nights=figures[2])
        for one, *figures in zip(events, ranges(added), shares, rooms, strict=True)
    ]
