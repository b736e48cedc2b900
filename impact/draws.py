"""Uncertainty: every unknown as a column of values, [mode | draws | swings], so that one pass computes all.

Every unknown with a range is drawn from PERT(low, mode, high) with λ = 4, a Beta on [low, high] with
α = 1 + 4 (mode − low) / (high − low) and β = 6 − α. Each has a stream of its own, seeded by SHA-256 of the seed and
its path, so that neither the order of rows nor other unknowns change what it draws. After the draws come two columns
an unknown, its P10 and its P90 with the others at their modes: the tornado.

Two choices make areas and places coherent without changing any unknown's own distribution: a share given for three
study areas is one unknown (its three draws have the same ranks), and the draws of δ are in rising order, which every
other stream is independent of.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from data.dated import Parameters
from data.value import Evidence, Value
from impact.event import AREAS, Event, Number, PartOf, Ref, Rule, event_numbers
from impact.table import Array

PERT_WEIGHT = 4.0
SORTED = "parameter/flq.delta"
SHARED = ("parameter/", "jobs/")
"""Unknowns that are the same for every event: a batch draws them once."""
SWING = (0.10, 0.90)
MOST_KEPT = 2_000_000
"""Values that are remembered, eight bytes each."""
_PARAMETER_RULES: dict[str, Rule] = {"NOK": "amount", "persons": "positive"}


@dataclass(frozen=True)
class Unknown:
    """One input or parameter with a range, by path; ``group`` is what swings together in the tornado."""

    path: str
    low: float
    mode: float
    high: float
    evidence: Evidence
    group: str


def bounds(value: Value, rule: Rule | None, spreads: Mapping[str, float]) -> tuple[float, float, float]:
    """(low, mode, high): as given, or value × (1 ± the spread of its evidence), clipped to what the number may be."""
    if value.low is not None and value.high is not None:
        return value.low, value.mode, value.high
    reach = abs(value.mode) * spreads[value.evidence]
    low, high = value.mode - reach, value.mode + reach
    floor, roof = {"share": (0.0, 1.0), "change": (-0.99, np.inf)}.get(rule or "", (-np.inf, np.inf))
    return max(low, floor), value.mode, min(high, roof)


def pert(seed: int, path: str, low: float, mode: float, high: float, draws: int) -> Array:
    """``draws`` values of PERT(low, mode, high) from the stream of (seed, path)."""
    digest = hashlib.sha256(f"{seed}\n{path}".encode()).digest()
    stream = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
    alpha = 1 + PERT_WEIGHT * (mode - low) / (high - low)
    return low + (high - low) * stream.beta(alpha, 2 + PERT_WEIGHT - alpha, draws)


@dataclass
class Sampler:
    """The draws of one run: ``draws`` values an unknown from ``seed``; what events share is drawn once a batch."""

    seed: int
    draws: int
    _kept: dict[Unknown, tuple[Array, Array]] = field(default_factory=dict)

    def draw_all(self, unknowns: list[Unknown]) -> list[tuple[Array, Array]]:
        """The draws of each unknown; streams are independent, so they are drawn side by side."""
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            return list(pool.map(self.draw, unknowns))

    def draw(self, unknown: Unknown) -> tuple[Array, Array]:
        """(draws, [P10, P90] of them)."""
        if kept := self._kept.get(unknown):
            return kept
        values = pert(self.seed, unknown.path, unknown.low, unknown.mode, unknown.high, self.draws)
        ordered = np.sort(values)
        swing = np.array([quantile(ordered, p) for p in SWING])
        drawn = (self._ranked(ordered, unknown.group) if unknown.group != unknown.path else values), swing
        if unknown.path == SORTED:
            drawn = ordered, swing
        if unknown.path.startswith(SHARED):
            self._kept[unknown] = drawn
        return drawn

    def _ranked(self, ordered: Array, group: str) -> Array:
        """The values in the order of the group's own stream: the same ranks for each member of the group."""
        digest = hashlib.sha256(f"{self.seed}\n{group}".encode()).digest()
        stream = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
        return ordered[stream.permutation(self.draws)]


class Remembering(Sampler):
    """Keeps what it has drawn from one estimate to the next: while an event is typed, little of it changes.

    The draws are those of a :class:`Sampler`. Several threads may use one at once.
    """

    def draw_all(self, unknowns: list[Unknown]) -> list[tuple[Array, Array]]:
        """One after the other: where little is new, threads cost more than they save."""
        return [self.draw(unknown) for unknown in unknowns]

    def draw(self, unknown: Unknown) -> tuple[Array, Array]:
        """As :meth:`Sampler.draw`."""
        drawn = super().draw(unknown)
        if len(self._kept) * self.draws > MOST_KEPT:
            self._kept.clear()
        self._kept[unknown] = drawn
        return drawn


def quantile(ordered: Array, p: float) -> Array:
    """The p-quantile along the last axis of sorted values, linear between neighbours."""
    at = p * (ordered.shape[-1] - 1)
    below = int(at)
    above = min(below + 1, ordered.shape[-1] - 1)
    lower = ordered[..., below]
    return np.asarray(lower + (at - below) * (ordered[..., above] - lower))


class Columns:
    """Every number of one event and every parameter as values over the columns [mode | draws | swings].

    A number without a range is a plain float. ``groups`` are the tornado's inputs, in path order.
    """

    def __init__(self, event: Event, parameters: Parameters, sampler: Sampler, extra: Iterable[Unknown] = ()) -> None:
        self.draws = sampler.draws
        self.parameters = parameters
        self.event = event
        self.spreads = parameters.under("evidence")
        self.unknowns = [*self._event_unknowns(), *self._parameter_unknowns(), *extra]
        self.groups = sorted({one.group for one in self.unknowns})
        self.width = 1 + self.draws + 2 * len(self.groups)
        place = {group: 1 + self.draws + 2 * number for number, group in enumerate(self.groups)}
        self._columns: dict[str, Array] = {}
        for unknown, (values, swing) in zip(self.unknowns, sampler.draw_all(self.unknowns), strict=True):
            column = np.full(self.width, unknown.mode)
            column[1 : 1 + self.draws] = values
            at = place[unknown.group]
            column[at : at + 2] = swing
            self._columns[unknown.path] = column
        self._totals = self._part_totals()

    def _event_unknowns(self) -> Iterable[Unknown]:
        rules: dict[str, Rule | None] = dict.fromkeys(self.event.numbers)
        for path, number, rule in event_numbers(self.event):
            if isinstance(number, Ref | PartOf):
                name = number.name if isinstance(number, Ref) else number.total
                rules[name] = "share" if "share" in (rule, rules[name]) and isinstance(number, Ref) else rule
            if isinstance(number, PartOf):
                yield from self._unknown(f"{path}/share", number.share, "share")
            elif isinstance(number, Value):
                tail = path.rpartition("/")
                yield from self._unknown(path, number, rule, tail[0] if tail[2] in AREAS else path)
        for name, value in self.event.numbers.items():
            yield from self._unknown(f"numbers/{name}", value, rules[name])

    def _parameter_unknowns(self) -> Iterable[Unknown]:
        for key, dated in self.parameters.items():
            if not dated.fixed:
                unit = self.parameters.known[key].unit.partition(" ")[0]
                yield from self._unknown(f"parameter/{key}", dated.value, _PARAMETER_RULES.get(unit, "share"))

    def _unknown(self, path: str, value: Value, rule: Rule | None, group: str | None = None) -> Iterable[Unknown]:
        low, mode, high = bounds(value, rule, self.spreads)
        if low < high:
            yield Unknown(path, low, mode, high, value.evidence, group or path)

    def _part_totals(self) -> dict[str, Array | float]:
        """The sum of the shares of each named total, in path order."""
        totals: dict[str, Array | float] = {}
        for path, number, _ in event_numbers(self.event):
            if isinstance(number, PartOf):
                share = self._columns.get(f"{path}/share", number.share.mode)
                totals[number.total] = totals.get(number.total, 0.0) + share
        return totals

    def number(self, number: Number | None, path: str, default: float = 0.0) -> Array | float:
        """A number of the event over the columns, or ``default`` where it is not given."""
        if number is None:
            return default
        if isinstance(number, Ref):
            return self._columns.get(f"numbers/{number.name}", self.event.numbers[number.name].mode)
        if isinstance(number, PartOf):
            whole = self._columns.get(f"numbers/{number.total}", self.event.numbers[number.total].mode)
            share = self._columns.get(f"{path}/share", number.share.mode)
            return whole * share / self._totals[number.total]
        return self._columns.get(path, number.mode)

    def parameter(self, key: str) -> Array | float:
        """A parameter over the columns."""
        return self._columns.get(f"parameter/{key}", self.parameters.number(key))

    def column(self, path: str, default: float) -> Array | float:
        """Any unknown by its path, or ``default`` where it has no range."""
        return self._columns.get(path, default)

    def full(self, values: Array | float) -> Array:
        """``values`` with one entry a column."""
        return np.broadcast_to(np.asarray(values, dtype=float), (self.width,))
