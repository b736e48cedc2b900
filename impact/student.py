"""Quantiles of Student's t, for intervals of few answers."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

SERIES = 2000
"""Degrees of freedom up to which the probability is summed exactly; beyond them an expansion is as good as exact."""


@cache
def t_quantile(p: float, df: int) -> float:
    """The value that Student's t with ``df`` degrees of freedom stays below with probability ``p``.

    Up to :data:`SERIES` by bisection on the finite sums of Abramowitz & Stegun (1964), 26.7.3–26.7.4; beyond by the
    expansion 26.7.5, whose error there is below 1e-12. Raises ValueError unless 0 < p < 1 and df ≥ 1.
    """
    if not 0 < p < 1 or df < 1:
        raise ValueError(f"no quantile {p} with {df} degrees of freedom")
    if p < 0.5:
        return -t_quantile(1 - p, df)
    if df > SERIES:
        return _expansion(NormalDist().inv_cdf(p), df)
    low, high = 0.0, 1.0
    while _below(high, df) < p:
        low, high = high, high * 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, df) < p else (low, middle)
    return (low + high) / 2


def _below(t: float, df: int) -> float:
    """P(T < t) for t ≥ 0: half of one plus P(|T| < t), a finite sum of powers of the cosine of atan(t / √df)."""
    angle = math.atan(t / math.sqrt(df))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = df % 2
    term = cosine if odd else 1.0
    total = term if df > 1 else 0.0
    for k in range(3 if odd else 2, df - 1, 2):
        term *= cosine**2 * (k - 1) / k
        total += term
    within = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return (1 + within) / 2


def _expansion(z: float, df: int) -> float:
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + g1 / df + g2 / df**2 + g3 / df**3
