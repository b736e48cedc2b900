"""What a visitor survey says: per audience and of everyone from outside, with intervals, and what the rules come to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.dated import Parameters
from data.faults import Fault, Faults
from data.value import Value
from impact.event import CATEGORIES, HOMES, ROLES
from impact.survey.bootstrap import bootstrap_interval
from impact.survey.estimators import Estimate, effective_size, mean, ratio, share, summed
from impact.survey.sample import LOCALS, Flags, Sample
from impact.survey.treatment import GAPS, MET, OUTLIERS, Rules, Weighted, dropped, treat, weigh
from impact.table import Array

SHARES = ("casual_share", "time_switcher_share", "commercial_share", "attribution")
FIGURES = (
    "days_per_person",
    "casual_share",
    "time_switcher_share",
    "attribution",
    "nights_per_person",
    "commercial_share",
    "persons_per_room",
    "days_in_area",
)
"""What is measured of an audience beside its spending, by the names of an event's audience."""
LEAST = {"days_per_person": 1.0, "persons_per_room": 1.0}
"""Below which a figure can't be, where that is above zero: an interval is shown from there."""


@dataclass(frozen=True, eq=False)
class AudienceFinding:
    """An audience: ``n`` answers, its share of visits, its figures (:data:`FIGURES`) and its spending.

    ``spend`` is kroner per person-day in the area, by category as in an event: accommodation is per person and
    commercial guest-night. ``per_day`` is the sum of all that was spent per person-day. Figures from the nights on are
    of those who came because of the event, since those are whom an estimate multiplies them with; of locals, who are
    there in any case, they are of all.
    """

    role: str
    home: str
    n: int
    visits: Estimate
    figures: dict[str, Estimate]
    spend: dict[str, Estimate]
    per_day: Estimate


@dataclass(frozen=True)
class Effect:
    """What spending per person-day would be under another rule: ``kind`` says which rule, ``name`` what it would be."""

    kind: str
    name: str
    value: float
    chosen: bool


@dataclass(frozen=True, eq=False)
class Findings:
    """What a survey says. ``per_day`` and ``spending`` are of visitors from outside (all, where there are none).

    ``n`` answered and ``weighed`` of them told how many days they came; ``trimmed`` had amounts changed by the rule
    for outliers; ``again`` is the bootstrap's interval where the formula's may be too narrow. ``effective`` is how many
    answers of equal weight would say as much. ``faults`` say why known totals were not used.
    """

    n: int
    weighed: int
    outside: bool
    rules: Rules
    weights: Weighted
    audiences: tuple[AudienceFinding, ...]
    per_day: Estimate
    spending: dict[str, Estimate]
    again: tuple[float, float] | None
    effective: float
    trimmed: int
    effects: tuple[Effect, ...]
    faults: tuple[Fault, ...]
    few: int
    fewest: int

    def shown(self, n: int) -> bool:
        """Whether so many answers may be shown."""
        return n >= self.fewest

    def faint(self, n: int) -> bool:
        """Whether so few answers are shown faintly."""
        return n < self.few


def find(sample: Sample, rules: Rules, parameters: Parameters) -> Findings:
    """Everything that the sample says under ``rules``. Totals that can't be fitted are left out, and told."""
    faults: tuple[Fault, ...] = ()
    try:
        weights = weigh(sample, rules)
    except Faults as found:
        faults, rules = found.faults, replace(rules, totals={})
        weights = weigh(sample, rules)
    w = weights.persons
    treated = treat(sample, rules, w)
    several = parameters["survey.several_reasons"].value
    inside = _visitors(sample)
    spending, per_day = spent_per_day(treated, w, inside)
    thin = per_day.needs(parameters.number("survey.skewness")) > per_day.n >= 2
    return Findings(
        n=len(sample),
        weighed=int((w > 0).sum()),
        outside=bool(_outside(sample).any()),
        rules=rules,
        weights=weights,
        audiences=tuple(
            _audience(treated, weights, role, home, several)
            for home in HOMES
            for role in ROLES
            if _met(sample, w, role, home)
        ),
        per_day=per_day,
        spending=spending,
        again=_bootstrap(treated, w, inside) if thin else None,
        effective=effective_size(w),
        trimmed=dropped(replace_gaps(sample, rules), treated),
        effects=tuple(_effects(sample, rules, inside)),
        faults=faults,
        few=round(parameters.number("survey.few_answers")),
        fewest=round(parameters.number("survey.fewest_answers")),
    )


def spent_per_day(sample: Sample, w: Array, inside: Flags) -> tuple[dict[str, Estimate], Estimate]:
    """Kroner per person-day in the area by category, each of those who answered it, and their sum."""
    days = sample.numbers["days_in_area"]
    found = {c: ratio(sample.spent[c], days, w, inside) for c in CATEGORIES}
    known = [one for one in found.values() if one.n]
    return found, summed(known, _tellers(sample, w, inside)) if known else next(iter(found.values()))


def replace_gaps(sample: Sample, rules: Rules) -> Sample:
    """The sample with the rule for gaps done, and nothing done to outliers."""
    return treat(sample, replace(rules, outliers="keep"), np.zeros(len(sample)))


def _tellers(sample: Sample, w: Array, inside: Flags) -> int:
    """How many told of any spending and of their days."""
    any_amount = np.any([~np.isnan(one) for one in sample.spent.values()], axis=0)
    return int((inside & any_amount & (w > 0) & (sample.numbers["days_in_area"] > 0)).sum())


def _outside(sample: Sample) -> Flags:
    return np.asarray(~np.isin(sample.words["home"], (*LOCALS, "")) & sample.came)


def _visitors(sample: Sample) -> Flags:
    """Those from outside the region who came because of the event; everyone, where nobody did."""
    outside = _outside(sample)
    return outside if outside.any() else np.ones(len(sample), dtype=bool)


def _met(sample: Sample, w: Array, role: str, home: str) -> bool:
    return bool(_inside(sample, role, home)[w > 0].any())


def _inside(sample: Sample, role: str, home: str) -> Flags:
    return np.asarray((sample.words["role"] == role) & (sample.words["home"] == home))


def _audience(sample: Sample, weights: Weighted, role: str, home: str, several: Value) -> AudienceFinding:
    w, inside = weights.persons, _inside(sample, role, home)
    came = inside if home in LOCALS else inside & sample.came
    known = (sample.words["role"] != "") & (sample.words["home"] != "")
    spend, per_day = spent_per_day(sample, w, came)
    spend["accommodation"] = ratio(
        sample.spent["accommodation"], _commercial(sample), w, came & (_commercial(sample) > 0)
    )
    return AudienceFinding(
        role,
        home,
        int((inside & (w > 0)).sum()),
        share(inside.astype(float), weights.visits, known),
        figures_of(sample, w, inside, came, several),
        spend,
        per_day,
    )


def figures_of(sample: Sample, w: Array, inside: Flags, came: Flags, several: Value) -> dict[str, Estimate]:
    """:data:`FIGURES` of a domain; those of the trip are of who ``came`` because of the event."""
    numbers, commercial = sample.numbers, _commercial(sample)
    with np.errstate(divide="ignore", invalid="ignore"):
        rooms = np.where(commercial > 0, commercial / numbers["room_persons"], np.nan)
    return {
        "days_per_person": mean(numbers["days"], w, inside),
        "casual_share": share(sample.casual, w, inside),
        "time_switcher_share": share(sample.switcher, w, inside),
        "attribution": _attribution(sample, w, came, several),
        "nights_per_person": mean(numbers["nights"], w, came),
        "commercial_share": ratio(commercial, numbers["nights"], w, came, share=True),
        "persons_per_room": ratio(commercial, rooms, w, came),
        "days_in_area": mean(numbers["days_in_area"], w, came),
    }


def _commercial(sample: Sample) -> Array:
    """Each one's nights in hotels, hostels, camping cabins; NaN where nights were spent and it isn't told where."""
    nights, lodging = sample.numbers["nights"], sample.words["lodging"]
    return np.where(nights == 0, 0.0, np.where(lodging == "", np.nan, nights * (lodging == "commercial")))


def _attribution(sample: Sample, w: Array, came: Flags, several: Value) -> Estimate:
    """The trips' mean share that the event caused: all of it, or ``several`` where it was one of several reasons.

    The interval takes in that ``several`` is assumed: from its low to its high.
    """
    reason = sample.words["reason"]

    def at(part: float) -> Estimate:
        owed = np.where(reason == "only", 1.0, np.where(reason == "one_of_several", part, np.nan))
        return ratio(owed, np.ones(len(w)), w, came, share=True)

    middle = at(several.mode)
    low, high = (at(several.mode if end is None else end) for end in (several.low, several.high))
    return replace(middle, low=low.low, high=high.high)


def _bootstrap(sample: Sample, w: Array, inside: Flags) -> tuple[float, float]:
    """The interval of spending per person-day with respondents drawn again."""
    days = sample.numbers["days_in_area"]
    ys = [sample.spent[c] for c in CATEGORIES]
    known = [inside & ~np.isnan(y) & ~np.isnan(days) for y in ys]
    tops = np.array([np.where(k, w * np.nan_to_num(y), 0.0) for k, y in zip(known, ys, strict=True)])
    bases = np.array([np.where(k, w * np.nan_to_num(days), 0.0) for k in known])
    asked = bases.sum(axis=1) > 0

    def figure(again: Array) -> float:
        base = bases[asked] @ again
        return float((tops[asked] @ again / base).sum()) if (base > 0).all() else math.nan

    return bootstrap_interval(len(w), figure)


def _effects(sample: Sample, rules: Rules, inside: Flags) -> Sequence[Effect]:
    """Spending per person-day under every rule, the others as chosen."""

    def under(other: Rules, *, limited: bool = True) -> float:
        w = weigh(sample, other, limited=limited).persons
        return spent_per_day(treat(sample, other, w), w, inside)[1].value

    found = [
        *(Effect("outliers", one, under(replace(rules, outliers=one)), one == rules.outliers) for one in OUTLIERS),
        *(Effect("gaps", one, under(replace(rules, gaps=one)), one == rules.gaps) for one in GAPS),
        *(Effect("met", one, under(replace(rules, met=one)), one == rules.met) for one in MET),
    ]
    if any(rules.totals.values()):
        found += [
            Effect("totals", "limited", under(rules), True),
            Effect("totals", "free", under(rules, limited=False), False),
            Effect("totals", "none", under(replace(rules, totals={})), False),
        ]
    return found
