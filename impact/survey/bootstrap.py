"""Intervals of figures that no formula gives: the respondents drawn again and again, in the same way each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from impact.survey.estimators import CONFIDENCE
from impact.table import Array

REPLICATES = 1000


def multipliers(n: int, replicates: int = REPLICATES, seed: int = 1) -> Iterator[Array]:
    """What each of n respondents' weights is multiplied with, one replicate after the other.

    n − 1 of n respondents are drawn with replacement and the weights rescaled by n / (n − 1), so that the spread over
    replicates is that of the linear estimators (Rao & Wu 1988; Rao, Wu & Yue 1992). Raises ValueError below two.
    """
    if n < 2:
        raise ValueError("fewer than two respondents can't be drawn again")
    random = np.random.default_rng(seed)
    for _ in range(replicates):
        drawn = np.bincount(random.integers(0, n, n - 1), minlength=n)
        yield drawn.astype(np.float64) * (n / (n - 1))


def bootstrap_interval(
    n: int, figure: Callable[[Array], float], *, replicates: int = REPLICATES, seed: int = 1
) -> tuple[float, float]:
    """The 95 % percentile interval of ``figure`` of the weights' multipliers; replicates that give NaN are left out."""
    found = np.array([figure(row) for row in multipliers(n, replicates, seed)])
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def weighted_quantile(y: Array, w: Array, p: float) -> float:
    """The smallest ``y`` that at least ``p`` of the weight doesn't exceed; NaN where nobody answered."""
    known = ~np.isnan(y) & (w > 0)
    if not known.any():
        return float("nan")
    order = np.argsort(y[known], kind="stable")
    reached = np.cumsum(w[known][order])
    place = int(np.searchsorted(reached, p * reached[-1] * (1 - 1e-12)))
    return float(y[known][order][min(place, len(order) - 1)])
