"""Invented events whose truth is known: what a survey on site says of them holds the truth as often as it claims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.clock import today
from data.dated import Parameters, read_parameters
from impact.survey.bootstrap import bootstrap_interval
from impact.survey.findings import figures_of, spent_per_day
from impact.survey.kept import usual_rules
from impact.survey.sample import Sample, sample_of
from impact.survey.treatment import Rules, treat, weigh
from impact.table import Array

pytestmark = pytest.mark.slow
PARAMETERS = Parameters(read_parameters(), today())
RULES = replace(usual_rules(PARAMETERS), outliers="keep")
SEVERAL = PARAMETERS["survey.several_reasons"].value
PERSONS, ANSWERS, EVENTS = 20_000, 400, 900
WITHIN = (0.93, 0.97)


def population(random: np.random.Generator) -> dict[str, Any]:
    """Everyone at an event: who comes on many days stays longer, spends less a day, came more often for it."""
    days = random.choice([1, 2, 3, 5, 8], PERSONS, p=[0.5, 0.2, 0.15, 0.1, 0.05])
    nights = np.where(random.random(PERSONS) < 0.6, np.maximum(0, days + random.integers(-1, 2, PERSONS)), 0)
    there = np.maximum(days, nights)
    party = random.integers(1, 5, PERSONS)
    food = random.gamma(2, 300, PERSONS) * there * party / (1 + 0.1 * days)
    other = random.gamma(1.5, 200, PERSONS) * there * party
    chance = random.random(PERSONS)
    otherwise = np.where(chance < 0.3 / days, "same_time", np.where(chance < 0.45, "another_time", "stayed_home"))
    return {
        "days": days,
        "nights": nights,
        "days_in_area": there,
        "party": party,
        "spend_food_service": food,
        "spend_shopping": other,
        "otherwise": otherwise,
    }


def met(random: np.random.Generator, everyone: dict[str, Any]) -> Sample:
    """Those met on a random visit: who comes on eight days is met eight times as often."""
    days = everyone["days"]
    who = random.choice(PERSONS, ANSWERS, p=days / days.sum())
    words = {"role": "spectator", "home": "abroad", "reason": "only", "lodging": "commercial"}
    columns = {name: one[who].tolist() for name, one in everyone.items()}
    return sample_of({**words, **dict(zip(columns, row, strict=True))} for row in zip(*columns.values(), strict=True))


def truth_of(everyone: dict[str, Any]) -> dict[str, float]:
    came = everyone["otherwise"] == "stayed_home"
    spent = (everyone["spend_food_service"] + everyone["spend_shopping"]) / everyone["party"]
    return {
        "days_per_person": everyone["days"].mean(),
        "casual_share": (everyone["otherwise"] == "same_time").mean(),
        "time_switcher_share": (everyone["otherwise"] == "another_time").mean(),
        "nights_per_person": everyone["nights"][came].mean(),
        "days_in_area": everyone["days_in_area"][came].mean(),
        "per_day": spent[came].sum() / everyone["days_in_area"][came].sum(),
    }


def said(sample: Sample, rules: Rules) -> dict[str, tuple[float, float]]:
    w = weigh(sample, rules).persons
    inside = np.ones(len(sample), dtype=bool)
    found = figures_of(sample, w, inside, sample.came, SEVERAL)
    found["per_day"] = spent_per_day(treat(sample, rules, w), w, sample.came)[1]
    return {name: (one.low, one.high) for name, one in found.items()}


def test_intervals_hold_the_truth_and_fail_without_weights() -> None:
    random = np.random.default_rng(11)
    everyone = population(random)
    truth = truth_of(everyone)

    def rates(rules: Rules, events: int) -> dict[str, float]:
        held = dict.fromkeys(truth, 0)
        for _ in range(events):
            spans = said(met(random, everyone), rules)
            for name, value in truth.items():
                held[name] += spans[name][0] <= value <= spans[name][1]
        return {name: count / events for name, count in held.items()}

    weighed = rates(RULES, EVENTS)
    assert all(WITHIN[0] <= rate <= WITHIN[1] for rate in weighed.values()), weighed
    without = rates(replace(RULES, met="list"), 100)
    for name in ("days_per_person", "casual_share", "nights_per_person", "days_in_area"):
        assert without[name] < 0.2, without


def test_the_bootstrap_holds_the_truth_with_moderate_skew() -> None:
    random = np.random.default_rng(7)
    shape = 4.0  # skewness 2 / sqrt(4) = 1
    held = 0
    for event in range(300):
        y: Array = random.gamma(shape, 100, ANSWERS)
        x = random.integers(1, 5, ANSWERS) * 1.0

        def per_day(again: Array, y: Array = y, x: Array = x) -> float:
            return float((again * y * x).sum() / (again * x).sum())

        low, high = bootstrap_interval(ANSWERS, per_day, replicates=400, seed=event)
        held += low <= shape * 100 <= high
    assert WITHIN[0] <= held / 300 <= WITHIN[1], held / 300
