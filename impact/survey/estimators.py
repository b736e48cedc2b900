"""Totals, means, ratios and shares of a weighted sample, with 95 % intervals by linearisation.

An estimate's variance is that of the sum of its influences z, one per respondent: Σ over strata of
n_h / (n_h − 1) Σ (z − z̄_h)² (Woodruff 1971; Särndal, Swensson & Wretman 1992, ch. 5). A domain is the whole sample with
the influences of those outside it set to zero, so that its size counts as random. What wasn't answered is NaN and is
outside the domain: missing is not zero. The population is taken as large beside the sample, and weights that were
fitted to totals as given: that makes intervals rather too wide than too narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from impact.student import t_quantile
from impact.table import Array

CONFIDENCE = 0.95
_UPPER = (1 + CONFIDENCE) / 2


@dataclass(frozen=True, eq=False)
class Estimate:
    """A figure of a domain with its standard error and interval; ``n`` respondents say something of it.

    ``influence`` has one figure per respondent of the whole sample. ``skewness`` is that of the influences in the
    domain (Fisher's G1): with many answers near zero and a few huge ones the interval holds the truth too seldom.
    ``low`` and ``high`` are NaN where fewer than two answered.
    """

    value: float
    se: float
    low: float
    high: float
    n: int
    influence: Array
    skewness: float

    def needs(self, factor: float) -> float:
        """How many answers Cochran's rule asks for: ``factor`` × G1²."""
        return factor * self.skewness**2


def total(y: Array, w: Array, domain: Any = True, strata: Any = None, df: int | None = None) -> Estimate:
    """Σ w y."""
    inside = _answered(domain, w, y)
    z = np.where(inside, w * np.nan_to_num(y), 0.0)
    return _estimate(float(z.sum()), z, inside, strata, df)


def mean(y: Array, w: Array, domain: Any = True, strata: Any = None, df: int | None = None) -> Estimate:
    """Σ w y / Σ w."""
    return ratio(y, np.ones(len(y)), w, domain, strata, df)


def ratio(
    y: Array,
    x: Array,
    w: Array,
    domain: Any = True,
    strata: Any = None,
    df: int | None = None,
    *,
    share: bool = False,
) -> Estimate:
    """R = Σ w y / Σ w x, with influence w (y − R x) / Σ w x.

    A ``share`` lies between 0 and 1, and so does its interval (:func:`_share_interval`). NaN where Σ w x is zero.
    """
    inside = _answered(domain, w, y, x)
    weight, top, base = np.where(inside, w, 0.0), np.nan_to_num(y), np.nan_to_num(x)
    whole = float((weight * base).sum())
    if whole == 0:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0, np.zeros(len(y)), 0.0)
    value = float((weight * top).sum()) / whole
    inside &= ~((top == 0) & (base == 0))  # who spent no night says nothing of where nights were spent
    found = _estimate(value, weight * (top - value * base) / whole, inside, strata, df)
    if not share:
        return found
    low, high = _share_interval(found, weight * base, df)
    return Estimate(value, found.se, low, high, found.n, found.influence, found.skewness)


def share(y: Array, w: Array, domain: Any = True, strata: Any = None, df: int | None = None) -> Estimate:
    """The share of the domain for whom ``y`` is 1; else it is 0, or NaN where it isn't known."""
    return ratio(y, np.ones(len(y)), w, domain, strata, df, share=True)


def summed(parts: list[Estimate], n: int | None = None) -> Estimate:
    """The sum of estimates of one sample, each with answers of its own: the influences add up."""
    z = np.sum([one.influence for one in parts], axis=0)
    found = _estimate(sum(one.value for one in parts), z, z != 0, None, None)
    return found if n is None else Estimate(found.value, found.se, found.low, found.high, n, z, found.skewness)


def effective_size(w: Array) -> float:
    """(Σ w)² / Σ w²: as many answers of equal weight would say as much of a mean (Kish 1965)."""
    squares = float((w**2).sum())
    return float(w.sum()) ** 2 / squares if squares else 0.0


def _answered(domain: Any, w: Array, *columns: Array) -> Any:
    inside = np.broadcast_to(np.asarray(domain, dtype=bool), w.shape) & (w > 0)
    for one in columns:
        inside = inside & ~np.isnan(one)
    return inside


def _estimate(value: float, z: Array, inside: Any, strata: Any, df: int | None) -> Estimate:
    n = int(inside.sum())
    groups = [np.ones(len(z), dtype=bool)] if strata is None else [strata == one for one in np.unique(strata[inside])]
    if n < 2 or any(group.sum() < 2 for group in groups):
        return Estimate(value, math.nan, math.nan, math.nan, n, z, 0.0)
    variance = sum(_spread(z[group]) for group in groups)
    se = math.sqrt(variance)
    half = t_quantile(_UPPER, df or max(1, n - len(groups))) * se
    return Estimate(value, se, value - half, value + half, n, z, _skewness(z[inside]))


def _spread(z: Array) -> float:
    return float(len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum())


def _skewness(z: Array) -> float:
    apart = z - z.mean()
    deviation = math.sqrt(float((apart**2).mean()))
    return 0.0 if deviation <= 1e-12 * max(1.0, float(np.abs(z).max())) else float((apart**3).mean()) / deviation**3


def _share_interval(found: Estimate, weight: Array, df: int | None) -> tuple[float, float]:
    """The interval on the logit scale; where all or none did, Clopper & Pearson's (1934) for the effective size."""
    p, n = found.value, effective_size(weight)
    if not 0 < p < 1:
        edge = (1 - _UPPER) ** (1 / n) if n else 0.0
        return (edge, 1.0) if p >= 1 else (0.0, 1 - edge)
    if math.isnan(found.se):
        return math.nan, math.nan
    middle = math.log(p / (1 - p))
    half = t_quantile(_UPPER, df or max(1, found.n - 1)) * found.se / (p * (1 - p))
    return _logistic(middle - half), _logistic(middle + half)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
