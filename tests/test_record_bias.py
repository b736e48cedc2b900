"""The haircut: shrunk towards none while events are few, told by groups, and never above 1 without the evidence."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from impact.ranges import Range
from impact.record.bias import Bias, Terms, after, student, terms_on

TERMS = terms_on(dt.date(2026, 1, 1))
ONE = {"kind": "festival", "size": "small", "organiser": "a"}


def bias(*ratios: float, terms: Terms = TERMS) -> Bias:
    """Events of one organiser with these ratios of outcome to forecast."""
    return Bias([ONE] * len(ratios), [math.log(one) for one in ratios], terms)


def test_without_events_the_haircut_is_assumed_and_none() -> None:
    cut = bias().haircut(**ONE)
    assert (cut.factor, cut.events, cut.assumed, cut.held) == (1, 0, True, False)
    assert cut.low * cut.high == pytest.approx(1) and cut.low < 0.8
    spread = math.sqrt(TERMS.overall**2 + TERMS.kind**2 + TERMS.size**2 + TERMS.organiser**2)
    assert math.log(cut.high) == pytest.approx(spread * student(0.975, TERMS.event_weight))


def test_it_is_the_textbooks_posterior_of_one_mean() -> None:
    """Only an overall mean, the spread all but known: precision adds, and the mean is weighted by it."""
    known = replace(TERMS, kind=0, size=0, organiser=0, event_weight=1e9)
    logs = np.log([0.8, 0.7, 1.1])
    found = bias(0.8, 0.7, 1.1, terms=known).about()
    precision = 1 / known.overall**2 + 3 / known.event**2
    assert found.mean == pytest.approx(logs.sum() / known.event**2 / precision, rel=1e-6)
    assert found.scale == pytest.approx(precision**-0.5, rel=1e-6)
    assert found.at(0.975) - found.mean == pytest.approx(1.959964 * precision**-0.5, rel=1e-4)


def test_it_is_shrunk_while_events_are_few_and_comes_to_the_mean_with_many() -> None:
    factors = [bias(*[0.6] * count).haircut(**ONE).factor for count in (0, 1, 3, 10, 200)]
    assert factors == sorted(factors, reverse=True)
    assert (factors[1], factors[3]) == pytest.approx((0.78, 0.63), abs=0.005), "as the method says"
    assert factors[-1] == pytest.approx(0.6, abs=0.01)
    assert bias(0.5, 0.7, 1.4).event_spread > bias(0.8, 0.8, 0.8).event_spread


def test_what_is_learnt_of_one_reaches_others_less() -> None:
    found = bias(*[0.6] * 6)
    own, kind, nobody = (
        found.haircut(**ONE),
        found.haircut(kind="festival", organiser="b"),
        found.haircut(kind="cup", organiser="b"),
    )
    assert own.factor < kind.factor < nobody.factor < 1
    assert (own.events, kind.events, nobody.events) == (6, 0, 0) and not kind.assumed
    assert nobody.high / nobody.low > own.high / own.low


def test_a_forecast_is_never_raised_without_the_evidence() -> None:
    few = bias(*[1.8] * 4).haircut(**ONE)
    assert (few.factor, few.held) == (1, True) and few.belief.mean > 0 and few.low > 1
    loose = bias(*[1.1] * 6).haircut(**ONE)
    assert (loose.factor, loose.held) == (1, True) and loose.low < 1
    enough = bias(*[1.8] * 5).haircut(**ONE)
    assert enough.factor > 1.2 and not enough.held


def test_the_interval_holds_the_truth_at_its_rate() -> None:
    """Drawn from the model itself, its 95 % interval holds the organiser's own bias in 95 of 100."""
    rng, held, tries = np.random.default_rng(7), 0, 1500
    for _ in range(tries):
        spread = TERMS.event / math.sqrt(rng.chisquare(TERMS.event_weight) / TERMS.event_weight)
        scale = spread / TERMS.event
        truth = sum(rng.normal(0, getattr(TERMS, one) * scale) for one in ("overall", "kind", "size", "organiser"))
        found = Bias([ONE] * 4, list(rng.normal(truth, spread, 4)), TERMS).about(**ONE)
        held += found.at(0.025) <= truth <= found.at(0.975)
    assert 0.93 < held / tries < 0.97


@pytest.mark.parametrize(("freedom", "expected"), [(4, 2.7764), (8, 2.3060), (30, 2.0423), (1e9, 1.9600)])
def test_students_quantile(freedom: float, expected: float) -> None:
    assert student(0.975, freedom) == pytest.approx(expected, abs=0.002)
    assert student(0.025, freedom) == pytest.approx(-student(0.975, freedom))


def test_a_forecast_after_its_haircut_is_lower_and_wider() -> None:
    cut = bias(*[0.6] * 6).haircut(**ONE)
    found = after(Range(8e6, 10e6, 13e6), cut)
    assert found is not None and found.p50 == pytest.approx(10e6 * cut.factor)
    assert found.p50 - found.p10 > cut.factor * 2e6 and found.p90 - found.p50 > cut.factor * 3e6
    below = after(Range(-1e6, 2e6, 3e6), cut)
    assert below is not None and below.p10 < -1e6 * cut.factor
    assert after(Range(-2.0, 0.0, 1.0), cut) is None


def test_a_spread_of_zero_is_all_but_certain() -> None:
    sure = replace(TERMS, overall=0, kind=0, size=0, organiser=0)
    assert bias(0.5, 0.5, terms=sure).haircut(**ONE).factor == pytest.approx(1, abs=1e-6)
    assert math.isfinite(bias(0.5, 0.6, terms=replace(TERMS, event=0)).haircut(**ONE).factor)


def test_thousands_of_organisers_are_no_more_than_their_events() -> None:
    """One matrix over every organiser would need 3 GB and minutes here."""
    count = 20_000
    groups = [{"kind": "festival", "size": "small", "organiser": f"o{number // 2}"} for number in range(count)]
    found = Bias(groups, [0.1] * count, terms_on(dt.date(2026, 1, 1)))
    assert found.about(kind="festival", size="small", organiser="o7").mean == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(
    "asked", [{}, {"kind": "a"}, {"kind": "a", "size": "s", "organiser": "o7"}, {"organiser": "new"}]
)
def test_organisers_taken_out_are_the_same_as_one_matrix_over_all(asked: dict[str, str]) -> None:
    """Against the plain solution: every level a column, and the whole precision inverted."""
    rng, terms = np.random.default_rng(3), terms_on(dt.date(2026, 1, 1))
    groups = [
        {"kind": "ab"[rng.integers(2)], "size": "sml"[rng.integers(3)], "organiser": f"o{rng.integers(60)}"}
        for _ in range(200)
    ]
    y, event = rng.normal(-0.2, 0.4, len(groups)), terms.event**2
    levels = sorted({level for one in groups for level in one.items()})

    def row(given: dict[str, str]) -> list[float]:
        return [1.0, *(float(given.get(factor) == name) for factor, name in levels)]

    rows = np.array([row(one) for one in groups])
    prior = np.array([terms.overall, *(getattr(terms, factor) for factor, _ in levels)]) ** 2 / event
    precision = rows.T @ rows + np.diag(1 / prior)
    inverse, own = np.linalg.inv(precision), np.array(row(asked))
    mean = inverse @ rows.T @ y
    spread = (terms.event_weight * event + y @ y - mean @ precision @ mean) / (terms.event_weight + len(y))
    unseen = sum(getattr(terms, factor) ** 2 for factor, name in asked.items() if (factor, name) not in levels) / event
    found = Bias(groups, list(y), terms).about(**asked)
    assert found.mean == pytest.approx(own @ mean)
    assert found.scale == pytest.approx(math.sqrt(spread * (own @ inverse @ own + unseen)))
