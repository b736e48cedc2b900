"""How often forecasts' ranges held: outcomes within P10–P90, of which 8 in 10 are promised."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

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
    return Calibration(below, within, above, *wilson(within, len(found)))


def wilson(hits: int, tries: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share after ``hits`` of ``tries`` (Wilson 1927, JASA 22); all of it where nothing was tried."""
    if not tries:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, weight = hits / tries, z**2 / tries
    middle = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / tries + weight / (4 * tries)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)
