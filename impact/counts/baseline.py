"""What would have been counted without the event: earlier years' same weekdays, and the difference with its range.

For each period of the event, the baseline is the mean of the same ISO week and weekday (or same month) of every earlier
year that the count has, but for days on which the register knows another event in the municipality. Years are taken as
draws from one and the same normal distribution, so what this year would have been lies in 8 of 10 cases within

    mean ± t(0.9; n − 1) · s · √(1 + 1/n)

n years, s their standard deviation, t Student's: a range for one more year, wide where years are few. With one year
there is a mean and no range. Source: Hahn and Meeker, Statistical Intervals (1991), on one more observation.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from dateutil.easter import easter

from data.permission import Actor, require
from data.store import Store
from impact.counts.series import Figures, Series, events_at
from impact.counts.units import Step, last_day, periods, same_in, year_of
from impact.reference import Reference
from impact.register import EventRow
from impact.student import t_quantile

HOLIDAYS = Path(__file__).parents[2] / "data" / "holidays.toml"
HIGH = 0.9
"""The upper end of a range, P90; the lower is its mirror, P10."""


@dataclass(frozen=True)
class Spread:
    """A middle, and P10 and P90 around it; these are None where there is only one year to go by."""

    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Compared:
    """One period of the event, by its first day: what was counted, and earlier years' same period, by year.

    ``seen`` is None where it wasn't counted, ``baseline`` where no earlier year is left. All in the count's unit.
    """

    period: dt.date
    seen: float | None
    years: Mapping[int, float]
    baseline: Spread | None

    @property
    def difference(self) -> Spread | None:
        """What was counted less the baseline; its low end is against the baseline's high one."""
        return None if self.seen is None or self.baseline is None else _less(self.seen, self.baseline)


@dataclass(frozen=True)
class LeftOut:
    """A day or week of an earlier year that isn't in the baseline, since another event was held then."""

    period: dt.date
    event: EventRow


@dataclass(frozen=True)
class Baseline:
    """A count against its baseline, period by period, and what to know about it.

    ``seen`` and ``baseline`` are sums over the periods that have both, ``compared`` of them; None where there are none.
    The range of the sum is made from sums of whole years, None where fewer than two years have every period.
    ``moved`` are pairs of a period and an earlier one of which only the one has a holiday, ``beside`` other events at
    the event's own time, ``busy`` other events within an earlier month, which is too long to be left out. ``pandemic``
    are earlier periods in the baseline under the measures against covid-19, ``nominal`` years whose kroner could not be
    carried to the event's own.
    """

    step: Step
    periods: tuple[Compared, ...]
    compared: int
    seen: float | None
    baseline: Spread | None
    left_out: tuple[LeftOut, ...] = ()
    moved: tuple[tuple[dt.date, dt.date], ...] = ()
    beside: tuple[EventRow, ...] = ()
    busy: tuple[EventRow, ...] = ()
    pandemic: tuple[dt.date, ...] = ()
    nominal: tuple[int, ...] = ()

    @property
    def difference(self) -> Spread | None:
        return None if self.seen is None or self.baseline is None else _less(self.seen, self.baseline)

    @property
    def years(self) -> tuple[int, ...]:
        """Every year that some period's baseline has."""
        return tuple(sorted({year for one in self.periods for year in one.years}))


def compare(
    store: Store,
    actor: Actor,
    series: Series,
    row: EventRow,
    wanted: Iterable[dt.date] | None = None,
    *,
    reference: Reference | None = None,
) -> Baseline:
    """A count of the event ``row`` against earlier years, over ``wanted`` periods or else the event's own.

    Kroner of earlier years are carried to the event's year with the consumer prices of ``reference``. Raises Refused.
    """
    require(actor, "count.read", row)
    if wanted is None:
        wanted = periods(series.step, row.first_day, row.last_day) if row.first_day and row.last_day else ()
    figures, nominal = series.figures, tuple[int, ...]()
    if series.kind == "cards" and row.first_day:
        figures, nominal = _in_prices_of(figures, series.step, row.first_day.year, reference)
    return compare_figures(figures, tuple(wanted), series.step, events_at(store, series.place, row.id), nominal)


def compare_figures(
    figures: Figures,
    wanted: Sequence[dt.date],
    step: Step,
    events: Sequence[EventRow] = (),
    nominal: tuple[int, ...] = (),
) -> Baseline:
    """Figures of ``wanted`` periods against earlier years' in ``figures``, without those on which ``events`` were."""
    compared, left_out, moved, busy, pandemic = [], [], [], list[EventRow](), []
    for period in wanted:
        years: dict[int, float] = {}
        for year, other in _earlier(figures, period, step):
            found = [one for one in events if _within(one, step, other)]
            if found and step != "month":
                left_out.append(LeftOut(other, found[0]))
                continue
            busy += found
            years[year] = figures[other]
            if _pandemic(last_day(step, other)):
                pandemic.append(other)
            if _holidays_in(step, period) != _holidays_in(step, other):
                moved.append((period, other))
        compared.append(Compared(period, figures.get(period), years, _spread(list(years.values()))))
    both = [one for one in compared if one.difference is not None]
    beside = tuple(one for one in events if any(_within(one, step, period) for period in wanted))
    return Baseline(
        step,
        tuple(compared),
        len(both),
        math.fsum(one.seen or 0.0 for one in both) if both else None,
        _of_sum(both),
        tuple(left_out),
        tuple(moved),
        beside,
        tuple(dict.fromkeys(busy)),
        tuple(pandemic),
        nominal,
    )


def _earlier(figures: Figures, period: dt.date, step: Step) -> list[tuple[int, dt.date]]:
    """The same period of every earlier year that has a figure, by year."""
    if step == "whole":
        return []
    this = year_of(step, period)
    years = sorted({year_of(step, one) for one in figures if one < period} - {this})
    found = ((year, same_in(step, period, year)) for year in years if year < this)
    return [(year, other) for year, other in found if other in figures and other is not None]


def _spread(values: Sequence[float]) -> Spread | None:
    """The mean of years, and the range of one more year; never below nothing."""
    if not values:
        return None
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return Spread(mean)
    half = _half(values)
    return Spread(mean, max(0.0, mean - half), mean + half)


def _half(values: Sequence[float]) -> float:
    """Half the width of the range of one more year, from two years or more."""
    count = len(values)
    return t_quantile(HIGH, count - 1) * float(np.std(values, ddof=1)) * math.sqrt(1 + 1 / count)


def _of_sum(both: Sequence[Compared]) -> Spread | None:
    """The baseline of the sum: days of one year hang together, so that its range is made from whole years."""
    if not both:
        return None
    mean = math.fsum(one.baseline.mean for one in both if one.baseline)
    whole = set.intersection(*(set(one.years) for one in both))
    if len(whole) < 2:
        return Spread(mean)
    half = _half([math.fsum(one.years[year] for one in both) for year in sorted(whole)])
    return Spread(mean, max(0.0, mean - half), mean + half)


def _less(seen: float, baseline: Spread) -> Spread:
    if baseline.low is None or baseline.high is None:
        return Spread(seen - baseline.mean)
    return Spread(seen - baseline.mean, seen - baseline.high, seen - baseline.low)


def _within(event: EventRow, step: Step, period: dt.date) -> bool:
    """Whether an event has any day within a period."""
    first = event.first_day
    return first is not None and first <= last_day(step, period) and (event.last_day or first) >= period


def _in_prices_of(
    figures: Figures, step: Step, year: int, reference: Reference | None
) -> tuple[dict[dt.date, float], tuple[int, ...]]:
    """Kroner of every year in the kroner of ``year``, and the earlier years for which no price index tells."""
    first, last = reference.price_years if reference else (1, 0)
    carried, nominal = dict[dt.date, float](), set[int]()
    for period, figure in figures.items():
        its = year_of(step, period)
        if its == year or reference is None or not (first <= its <= last and first <= year <= last):
            carried[period] = figure
            nominal |= {its} - {year}
        else:
            carried[period] = figure * reference.price_factor(its, year)
    return carried, tuple(sorted(one for one in nominal if one < year))


# -- holidays


def _holidays_in(step: Step, period: dt.date) -> int:
    """How many days of a period are public holidays or within Easter."""
    end = last_day(step, period)
    return sum(one in special_days(one.year) for one in periods("day", period, end))


@cache
def _special() -> dict[str, Any]:
    """What the file of holidays says."""
    return tomllib.loads(HOLIDAYS.read_text(encoding="utf-8"))


def _pandemic(date: dt.date) -> bool:
    """Whether a day was under the national measures against covid-19."""
    first, last = map(dt.date.fromisoformat, _special()["pandemic"])
    return first <= date <= last


@cache
def special_days(year: int) -> frozenset[dt.date]:
    """The public holidays of a year, and the whole of Easter time."""
    raw = _special()
    fixed = (dt.date.fromisoformat(f"{year}-{one}") for one in raw["fixed"])
    start, end = raw["easter_time"]
    after = {*raw["after_easter"], *range(start, end + 1)}
    return frozenset([*fixed, *(easter(year) + dt.timedelta(days) for days in after)])
