"""The range that people see of values by draw: P50 with P10 and P90."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from impact.draws import quantile
from impact.estimate import QUANTILES


@dataclass(frozen=True)
class Range:
    """P10, P50 and P90 of one figure over the draws."""

    p10: float
    p50: float
    p90: float


def range_of(values: Any) -> Range:
    """The range of one figure's draws."""
    return ranges_of(np.asarray(values)[None, :])[0]


def ranges_of(rows: Any) -> list[Range]:
    """The ranges of several figures, one a row."""
    ordered = np.sort(np.asarray(rows, dtype=float), axis=-1)
    ends = [quantile(ordered, p).tolist() for p in QUANTILES.values()]
    return [Range(*row) for row in zip(*ends, strict=True)]
