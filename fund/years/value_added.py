"""What the supported events may have given: value added as ranges, in all and by year, place, kind and month.

Modelled, net of what would have come anyway, and in kroner of one price year. Sums are over the draws of each locked
estimate (:mod:`impact.summed`). An event counts once, for the year that it first got support in. A forecast is of every
event in a sum; an outcome only of those that were evaluated, and then it stands beside the forecast of the same events.
What came of an event isn't what came of the support: it might have been held without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from data.permission import Actor
from data.store import Store
from fund.years.supported import Supported
from impact.business import Prices
from impact.ranges import Range, range_of
from impact.reference import Reference
from impact.summed import PlacedDraws, placed_draws
from impact.table import Array

_By = TypeVar("_By", str, int)


@dataclass(frozen=True, eq=False)
class Known:
    """A supported event, and the draws of its forecast and of its outcome; None where they aren't known."""

    one: Supported
    forecast: PlacedDraws | None
    outcome: PlacedDraws | None

    @property
    def counts(self) -> bool:
        """Whether it is in sums: certain, with a forecast by municipality."""
        return self.one.certain and self.forecast is not None


@dataclass(frozen=True)
class Summed:
    """Some events together. Ranges are kroner of the common price year; None where no event has the figure.

    ``events`` are those in the sum, ``ore`` what was awarded to them; ``uncertain`` and ``unknown`` are left out: not
    certain, or without a figure for the region. ``forecast`` is of all in the sum; ``outcome`` of the ``evaluated``,
    with ``forecast_of_evaluated`` beside it. ``per_krone`` is kroner of value added for each krone awarded to them.
    """

    events: int
    ore: int
    uncertain: int
    unknown: int
    forecast: Range | None
    evaluated: int
    forecast_of_evaluated: Range | None
    outcome: Range | None
    per_krone: Range | None


@dataclass(frozen=True)
class PlaceSum:
    """What falls in one municipality of all events' value added; ``share`` of the region's forecast."""

    code: str
    forecast: Range | None
    forecast_of_evaluated: Range | None
    outcome: Range | None
    share: Range | None


def known_events(
    store: Store, actor: Actor, found: Iterable[Supported], reference: Reference, prices: Prices
) -> list[Known]:
    """The events with their draws. Raises Refused for who may not read the estimates."""

    def draws(one: Supported, *, after: bool) -> PlacedDraws | None:
        row = one.outcome if after else one.forecast
        return None if row is None or not one.certain else placed_draws(store, actor, row, reference, prices)

    return [Known(one, draws(one, after=False), draws(one, after=True)) for one in found]


def summed(found: Sequence[Known]) -> Summed:
    """Events together, the whole region's."""
    inside = [one for one in found if one.counts]
    after = [one for one in inside if one.outcome is not None]
    ore = sum(one.one.ore for one in inside)
    whole = [one.forecast.whole for one in inside if one.forecast]
    return Summed(
        events=len(inside),
        ore=ore,
        uncertain=sum(not one.one.certain for one in found),
        unknown=sum(one.one.certain and one.forecast is None for one in found),
        forecast=_range(whole),
        evaluated=len(after),
        forecast_of_evaluated=_range([one.forecast.whole for one in after if one.forecast]),
        outcome=_range([one.outcome.whole for one in after if one.outcome]),
        per_krone=range_of(np.sum(whole, axis=0) * 100 / ore) if whole and ore > 0 else None,
    )


def grouped(found: Sequence[Known], by: Callable[[Supported], _By]) -> dict[_By, Summed]:
    """Events together by what ``by`` says of each, in its order."""
    groups: dict[_By, list[Known]] = {}
    for one in found:
        groups.setdefault(by(one.one), []).append(one)
    return {key: summed(groups[key]) for key in sorted(groups)}


def by_place(found: Sequence[Known], codes: Iterable[str]) -> list[PlaceSum]:
    """What falls in each municipality, wherever the events are held."""
    inside = [one for one in found if one.counts]
    after = [one for one in inside if one.outcome is not None]
    whole = np.sum([one.forecast.whole for one in inside if one.forecast], axis=0) if inside else np.zeros(1)

    def part(code: str, some: Sequence[Known], *, outcome: bool = False) -> list[Array]:
        draws = [one.outcome if outcome else one.forecast for one in some]
        return [here for one in draws if one is not None and (here := one.of(code)) is not None]

    rows = []
    for code in codes:
        here = part(code, inside)
        share = range_of(np.sum(here, axis=0) / whole) if here and whole.min() > 0 else None
        rows.append(
            PlaceSum(code, _range(here), _range(part(code, after)), _range(part(code, after, outcome=True)), share)
        )
    return rows


def ranges_of_events(found: Iterable[Known]) -> Mapping[int, tuple[Range | None, Range | None]]:
    """The forecast and the outcome of each event that is added up, by its number."""
    return {
        one.one.event.id: (
            range_of(one.forecast.whole) if one.forecast else None,
            range_of(one.outcome.whole) if one.outcome else None,
        )
        for one in found
        if one.counts
    }


def _range(draws: Sequence[Array]) -> Range | None:
    return range_of(np.sum(draws, axis=0)) if draws else None
