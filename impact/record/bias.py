"""By how much outcomes lie above or below their forecasts, shrunk towards no difference while events are few.

With y = ln(outcome / forecast) of an event of a kind k, a size s and an organiser o:

    y = overall + kind[k] + size[s] + organiser[o] + e
    overall, kind, size, organiser ~ N(0, σ² t²) each with its own t;  e ~ N(0, σ²);  σ² ~ scaled inverse-χ²(ν, σ₀²)

All four are known together in closed form (normal–inverse-χ², Gelman et al., Bayesian Data Analysis, 3rd ed., 14.2 and
14.8): an organiser's events tell of its kind and of all, and one that nobody has seen gets what is known of its kind,
its size and all. What is believed of a ratio is a Student t on the log scale.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from data.dated import Parameter, Parameters, read_parameters
from impact.ranges import Range
from impact.table import Array

FACTORS = ("kind", "size", "organiser")
"""What may set events apart, from the widest to the narrowest."""
NARROW = "organiser"
"""The factor that has as many levels as there are organisers; the others have a handful."""
LOW, HIGH = 0.025, 0.975
"""The ends of a 95 % interval."""
LEAST_SPREAD = 1e-6
"""A spread that someone sets to zero is this: all but certain."""


@dataclass(frozen=True)
class Terms:
    """The dated parameters ``record.…``: what is believed beforehand, and the limits of sizes and of what is said.

    ``overall``, ``kind``, ``size``, ``organiser`` and ``event`` are standard deviations of the log ratio;
    ``event_weight``, ``least_above`` and ``few`` are events, ``size_medium`` and ``size_large`` NOK.
    """

    overall: float
    kind: float
    size: float
    organiser: float
    event: float
    event_weight: float
    least_above: float
    few: float
    size_medium: float
    size_large: float


def terms_on(date: dt.date, known: Mapping[str, Parameter] | None = None) -> Terms:
    """The terms that hold on ``date``, from the shipped parameters or from ``known``."""
    return Terms(**Parameters(known or read_parameters(), date).under("record"))


@dataclass(frozen=True)
class Belief:
    """What is believed of a log ratio: a Student t with ``freedom`` degrees around ``mean``, ``scale`` wide.

    ``events`` is how many events of its own it stands on: of the group asked about that has the fewest.
    """

    mean: float
    scale: float
    freedom: float
    events: int

    def at(self, share: float) -> float:
        """The log ratio that the belief lies below with a chance of ``share``."""
        return self.mean + self.scale * student(share, self.freedom)


@dataclass(frozen=True)
class Haircut:
    """What a forecast is multiplied by before one relies on it, with the 95 % interval of the ratio it comes from.

    ``assumed`` where no event at all has been evaluated; ``held`` where outcomes lay above the forecasts and the
    evidence doesn't suffice to raise one, so that the factor stays at 1. ``belief`` is what it comes from.
    """

    factor: float
    low: float
    high: float
    events: int
    assumed: bool
    held: bool
    belief: Belief


class Bias:
    """What is believed after the events seen: ``groups`` are each event's levels by factor, ``logs`` its log ratio."""

    def __init__(self, groups: Sequence[Mapping[str, str]], logs: Sequence[float], terms: Terms) -> None:
        self.terms, self.events = terms, len(logs)
        self._counts: dict[tuple[str, str], int] = {}
        for one in groups:
            for level in one.items():
                self._counts[level] = self._counts.get(level, 0) + 1
        wide = sorted(level for level in self._counts if level[0] != NARROW)
        self._levels = {level: place for place, level in enumerate(wide, 1)}
        variances = [self._variance("overall"), *(self._variance(factor) for factor, _ in wide)]
        self._event = max(terms.event, LEAST_SPREAD) ** 2
        rows = np.array([self._row(one) for one in groups]).reshape(self.events, len(variances))
        y = np.array(logs, dtype=float)
        organisers = sorted(name for factor, name in self._counts if factor == NARROW)
        self._organisers = {name: place for place, name in enumerate(organisers)}
        self._organisers_known(groups, rows, y)
        weighted = self._shared / self._own[:, None]
        precision = rows.T @ rows + np.diag(self._event / np.array(variances)) - self._shared.T @ weighted
        self._covariance: Array = np.linalg.inv(precision)
        right = rows.T @ y
        self._mean: Array = self._covariance @ (right - weighted.T @ self._sums)
        narrow = (self._sums - self._shared @ self._mean) / self._own
        self._freedom = terms.event_weight + self.events
        told = float(right @ self._mean) + float(self._sums @ narrow)
        squares = terms.event_weight * self._event + float(y @ y) - told
        self.event_spread = math.sqrt(squares / self._freedom)
        """How much one event misses by itself, as now believed: a standard deviation of the log ratio."""

    def _organisers_known(self, groups: Sequence[Mapping[str, str]], rows: Array, y: Array) -> None:
        """What is known of each organiser: the rows of its events together, its own precision, and its log ratios' sum.

        An event has one organiser, so that between organisers the precision is a diagonal, and they are taken out of
        the whole exactly (Schur's complement): time and room grow with the events, not with organisers to the third.
        """
        count = len(self._organisers)
        place = np.array([self._organisers.get(one.get(NARROW, ""), count) for one in groups], dtype=int)
        shared, sums = np.zeros((count + 1, rows.shape[1])), np.zeros(count + 1)
        np.add.at(shared, place, rows)
        np.add.at(sums, place, y)
        self._shared: Array = shared[:count]
        self._sums: Array = sums[:count]
        self._own: Array = self._shared[:, 0] + self._event / self._variance(NARROW)

    def about(self, **levels: str) -> Belief:
        """What is believed of an event of these levels, as ``kind="festival"``; of any event where none are given."""
        row = self._row(levels)
        unseen = sum(self._variance(factor) for factor, level in levels.items() if (factor, level) not in self._counts)
        mean = relative = 0.0
        place = self._organisers.get(levels.get(NARROW, ""))
        if place is not None:
            precision = float(self._own[place])
            row = row - self._shared[place] / precision
            mean, relative = float(self._sums[place]) / precision, 1 / precision
        relative += float(row @ self._covariance @ row) + unseen / self._event
        mean += float(row @ self._mean)
        own = min((self._counts.get(level, 0) for level in levels.items()), default=self.events)
        return Belief(mean, self.event_spread * math.sqrt(relative), self._freedom, own)

    def haircut(self, **levels: str) -> Haircut:
        """What a forecast of these levels is multiplied by, never above 1 without the evidence for it.

        Raising one takes ``least_above`` events of its own, and a 95 % interval that lies above 1 as a whole.
        """
        found = self.about(**levels)
        low, high = math.exp(found.at(LOW)), math.exp(found.at(HIGH))
        enough = found.events >= self.terms.least_above and low > 1
        held = found.mean > 0 and not enough
        factor = 1.0 if held else math.exp(found.mean)
        return Haircut(factor, low, high, found.events, assumed=self.events == 0, held=held, belief=found)

    def _variance(self, factor: str) -> float:
        return max(float(getattr(self.terms, factor)), LEAST_SPREAD) ** 2

    def _row(self, levels: Mapping[str, str]) -> Array:
        row = np.zeros(1 + len(self._levels))
        row[0] = 1.0
        for level in levels.items():
            if level in self._levels:
                row[self._levels[level]] = 1.0
        return row


def after(band: Range, cut: Haircut) -> Range | None:
    """A forecast after its haircut: its own range, and how unsure the haircut is, as two independent spreads.

    Both are taken as half-widths from the middle and put together as the root of their squares. None where the
    forecast's middle isn't above zero: a ratio says nothing of it.
    """
    if band.p50 <= 0:
        return None
    middle = cut.factor * band.p50
    down = middle * (1 - math.exp(cut.belief.at(0.1) - cut.belief.mean))
    up = middle * (math.exp(cut.belief.at(0.9) - cut.belief.mean) - 1)
    low = middle - math.hypot(cut.factor * (band.p50 - band.p10), down)
    high = middle + math.hypot(cut.factor * (band.p90 - band.p50), up)
    return Range(low, middle, high)


def student(share: float, freedom: float) -> float:
    """The quantile of Student's t, within 0.002 from four degrees of freedom on (Abramowitz and Stegun, 26.7.5)."""
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))
