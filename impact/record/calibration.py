"""How often forecasts' ranges held: outcomes within P10–P90, of which 8 in 10 are promised."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Standing = Literal["below", "within", "above"]
Verdict = Literal["none", "holds", "narrow", "wide"]
PROMISED = 0.8
"""What lies between a P10 and a P90."""


@dataclass(frozen=True)
class Calibration:
    """How many outcomes lay below, within and above their forecast's range; ``low`` and ``high`` bound the share."""

    below: int
    within: int
    above: int
    low: float
    high: float

    @property
    def events(self) -> int:
        return self.below + self.within + self.above

    @property
    def verdict(self) -> Verdict:
        """Whether 80 % can be ruled out: ranges were too ``narrow`` or too ``wide``, or ``holds`` where it can't be."""
        if not self.events:
            return "none"
        return "narrow" if self.high < PROMISED else "wide" if self.low > PROMISED else "holds"


def calibration(standings: Iterable[Standing]) -> Calibration:
    """The counts, and the 95 % interval of the share within."""
    found = list(standings)
    below, within, above = (found.count(one) for one in ("below", "within", "above"))
    return Calibration(below, within, above, *exact(within, len(found)))


def exact(hits: int, tries: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share after ``hits`` of ``tries``; all of it where nothing was tried.

    Clopper and Pearson (1934, Biometrika 26): it holds however few were tried, unlike the usual approximations. One
    miss of one says nothing against 80 %.
    """
    tail, ways = (1 - level) / 2, _ways(tries)
    low = _share(lambda p: 1 - _at_most(hits - 1, ways, p), tail) if hits else 0.0
    high = 1 - _share(lambda p: _at_most(hits, ways, 1 - p), tail) if hits < tries else 1.0
    return low, high


def _share(chance: Callable[[float], float], wanted: float) -> float:
    """The share at which a chance that grows with it is ``wanted``."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < wanted else (low, middle)
    return (low + high) / 2


def _ways(tries: int) -> np.ndarray:
    """The logarithm of how many ways there are to 0, 1, … ``tries`` hits."""
    at = np.arange(1, tries + 1, dtype=float)
    return np.concatenate([[0.0], np.cumsum(np.log(tries - at + 1) - np.log(at))])


def _at_most(hits: int, ways: np.ndarray, share: float) -> float:
    """The chance of that many hits or fewer, by the binomial distribution, for 0 < ``share`` < 1."""
    at, tries = np.arange(hits + 1), len(ways) - 1
    return float(np.exp(ways[: hits + 1] + at * math.log(share) + (tries - at) * math.log1p(-share)).sum())
