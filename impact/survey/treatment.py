"""What is done with answers before they are summed: how they are weighed, and what becomes of outliers and gaps.

Someone chooses; nothing is chosen in silence, and :mod:`impact.survey.findings` shows what each choice comes to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from impact.event import CATEGORIES
from impact.survey.bootstrap import weighted_quantile
from impact.survey.raking import Raked, Totals, rake
from impact.survey.sample import Sample
from impact.table import Array

Met = Literal["event", "list"]
Outliers = Literal["keep", "winsorise", "drop"]
Gaps = Literal["leave_out", "zero"]
MET: tuple[Met, ...] = get_args(Met)
OUTLIERS: tuple[Outliers, ...] = get_args(Outliers)
GAPS: tuple[Gaps, ...] = get_args(Gaps)
MARGINS = ("role", "home", "day")


@dataclass(frozen=True)
class Rules:
    """The rules chosen for a survey.

    ``met``: at the event, where who comes on more days is met more often and so weighs 1 / days; or from a list where
    everyone stands once. ``outliers``: kept; brought down to the ``percentile`` of amounts per person and day; or
    left out above ``above`` kroner per person and day. ``gaps``: amounts that weren't answered are left out of their
    own mean, or taken as zero. ``totals`` are known visits (person-days) by margin and group, from ``totals_source``;
    a weight moves no further than ``limit`` and 1 / ``limit`` of itself to fit them.
    """

    percentile: float
    above: float
    limit: float
    met: Met = "event"
    outliers: Outliers = "winsorise"
    gaps: Gaps = "leave_out"
    totals: Totals = field(default_factory=dict)
    totals_source: str = ""


@dataclass(frozen=True, eq=False)
class Weighted:
    """Weights by respondent, zero for who can't be weighed since days aren't known: for ``persons`` and ``visits``."""

    persons: Array
    visits: Array
    raked: Raked | None


def weigh(sample: Sample, rules: Rules, *, limited: bool = True) -> Weighted:
    """What each respondent stands for. Raises Faults where the totals can't be fitted.

    Who is met at the event on some day stands for one visit, and for 1 / days of a person (the multiplicity of
    Birnbaum & Sirken 1965); who stands on a list stands for one person, and for as many visits as days.
    """
    days = sample.numbers["days"]
    known = ~np.isnan(days)
    visits = np.where(known, np.ones(len(days)) if rules.met == "event" else np.nan_to_num(days), 0.0)
    raked = None
    if any(rules.totals.values()) and known.any():
        groups = {"role": sample.words["role"], "home": sample.words["home"], "day": sample.day}
        here = {name: np.where(known, one, "") for name, one in groups.items()}
        raked = rake(visits, here, rules.totals, rules.limit if limited else None)
        visits = raked.weights
    return Weighted(np.where(known, visits / np.where(known, days, 1.0), 0.0), visits, raked)


def treat(sample: Sample, rules: Rules, w: Array) -> Sample:
    """The sample with the rules for gaps and outliers done to what was spent."""
    spent = dict(sample.spent)
    if rules.gaps == "zero":
        spent = {c: np.nan_to_num(y) for c, y in spent.items()}
    base = sample.numbers["days_in_area"]
    if rules.outliers == "winsorise":
        spent = {c: np.minimum(y, _most(y, base, w, rules.percentile)) for c, y in spent.items()}
    elif rules.outliers == "drop":
        known = [np.nan_to_num(spent[c]) for c in CATEGORIES]
        over = np.sum(known, axis=0) > rules.above * np.where(base > 0, base, np.nan)
        spent = {c: np.where(over, np.nan, y) for c, y in spent.items()}
    return replace(sample, spent=spent)


def dropped(before: Sample, after: Sample) -> int:
    """How many respondents had an amount changed or left out between the two."""
    changed = [~np.isclose(before.spent[c], after.spent[c], equal_nan=True) for c in CATEGORIES]
    return int(np.any(changed, axis=0).sum())


def _most(y: Array, base: Array, w: Array, percentile: float) -> Array:
    """The most each may have spent: days × the percentile, over person-days, of the amount per person and day."""
    known = ~np.isnan(y) & (base > 0)
    rate = np.where(known, np.nan_to_num(y) / np.where(known, base, 1.0), np.nan)
    found = weighted_quantile(rate, w * np.nan_to_num(base), percentile)
    return np.full(len(y), np.inf) if np.isnan(found) else np.where(base > 0, found * np.nan_to_num(base), np.inf)


def as_json(rules: Rules) -> dict[str, Any]:
    """The rules as the database keeps them."""
    return {**rules.__dict__, "totals": {name: dict(one) for name, one in rules.totals.items() if one}}


def from_json(usual: Rules, kept: Mapping[str, Any]) -> Rules:
    """The rules that were kept; what an older version of the program didn't know is as ``usual``."""
    return replace(usual, **{name: one for name, one in kept.items() if name in Rules.__dataclass_fields__})
