"""Estimates of a weighted sample against a peer's (samplics; fixtures/survey/peer.py), and what they do at edges."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.faults import Faults
from impact.student import t_quantile
from impact.survey.bootstrap import bootstrap_interval, weighted_quantile
from impact.survey.estimators import Estimate, effective_size, mean, ratio, share, summed, total
from impact.survey.raking import rake

PEER: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures/survey/peer.json").read_text(encoding="utf-8"))
GIVEN = {name: np.array(one) for name, one in PEER["answers"].items()}


def estimate(kind: str, strata: Any, domain: Any, df: int) -> Estimate:
    y, x, w = (GIVEN[name].astype(float) for name in ("y", "x", "w"))
    if kind == "ratio":
        return ratio(y, x, w, domain, strata, df)
    if kind == "share":
        return share(GIVEN["yes"].astype(float), w, domain, strata, df)
    return {"total": total, "mean": mean}[kind](y, w, domain, strata, df)


@pytest.mark.parametrize("key", PEER["figures"])
def test_estimates_are_the_peers(key: str) -> None:
    kind, strata, domain = key.split()
    here = None if strata == "none" else GIVEN["stratum"]
    df = len(GIVEN["y"]) - (1 if here is None else 3)  # the peer counts all respondents, whatever the domain
    found = estimate(kind, here, True if domain == "all" else GIVEN["domain"] == domain, df)
    assert [found.value, found.se, found.low, found.high] == pytest.approx(PEER["figures"][key], rel=1e-9)


def test_raking_is_the_peers() -> None:
    totals = PEER["raked"]["totals"]
    found = rake(GIVEN["w"].astype(float), {name: GIVEN[name] for name in totals}, totals)
    assert found.converged and found.limited == 0
    assert found.weights == pytest.approx(np.array(PEER["raked"]["weights"]), rel=1e-6)


def test_raking_says_what_its_limit_costs() -> None:
    groups = {"home": np.array(["norway"] * 90 + ["abroad"] * 10, dtype=object)}
    totals = {"home": {"norway": 100.0, "abroad": 900.0}}
    free, limited = rake(np.ones(100), groups, totals), rake(np.ones(100), groups, totals, 0.2)
    assert free.converged and free.weights[-1] == pytest.approx(90)
    assert not limited.converged and limited.limited == 100
    assert limited.weights[-1] == pytest.approx(50) and limited.miss == pytest.approx(0.8)


def test_raking_refuses_totals_that_it_cannot_fit() -> None:
    groups = {"home": np.array(["norway", "norway"]), "role": np.array(["spectator", "guest"])}
    totals = {"home": {"norway": 10.0, "abroad": 5.0}, "role": {"spectator": 40.0, "guest": -1.0}}
    with pytest.raises(Faults) as refused:
        rake(np.ones(2), groups, totals)
    assert [one.code.rpartition(".")[2] for one in refused.value.faults] == [
        "total_without_answers",
        "total_not_above_zero",
        "totals_disagree",
    ]


def test_what_was_not_answered_is_not_zero() -> None:
    y, w = np.array([10.0, np.nan, 30.0]), np.ones(3)
    assert mean(y, w).value == 20 and mean(y, w).n == 2
    assert math.isnan(mean(np.full(3, np.nan), w).value)
    assert math.isnan(mean(np.array([10.0, np.nan, np.nan]), w).low)


def test_a_share_of_all_or_none_still_has_an_interval() -> None:
    none = share(np.zeros(20), np.ones(20))
    assert (none.value, none.low) == (0, 0) and none.high == pytest.approx(1 - 0.025**0.05)
    every = share(np.ones(20), np.ones(20))
    assert (every.value, every.high) == (1, 1) and every.low == pytest.approx(0.025**0.05)


def test_sums_of_estimates_carry_their_covariance() -> None:
    random = np.random.default_rng(1)
    a, b, x, w = (
        random.lognormal(5, 1, 200),
        random.lognormal(4, 1, 200),
        random.integers(1, 6, 200) * 1.0,
        np.ones(200),
    )
    both, parts = ratio(a + b, x, w), summed([ratio(a, x, w), ratio(b, x, w)])
    assert (parts.value, parts.se, parts.low) == pytest.approx((both.value, both.se, both.low))


def test_skewness_asks_for_more_answers() -> None:
    few = mean(np.array([1.0] * 99 + [1000.0]), np.ones(100))
    assert few.skewness > 9 and few.needs(25) > 2000
    assert mean(np.arange(100.0), np.ones(100)).needs(25) == pytest.approx(0, abs=1e-9)


def test_the_bootstrap_agrees_with_the_formula_and_repeats_itself() -> None:
    y = np.random.default_rng(3).gamma(4, 100, 400)
    formula = mean(y, np.ones(400))
    low, high = bootstrap_interval(400, lambda again: float((again * y).sum() / again.sum()))
    assert (low, high) == pytest.approx((formula.low, formula.high), rel=0.01)
    whole, ends = total(y, np.ones(400)), bootstrap_interval(400, lambda again: float((again * y).sum()))
    assert ends == pytest.approx((whole.low, whole.high), rel=0.01) and sum(ends) / 2 == pytest.approx(
        y.sum(), rel=1e-3
    )
    assert (low, high) == bootstrap_interval(400, lambda again: float((again * y).sum() / again.sum()))


def test_small_pieces() -> None:
    assert effective_size(np.array([1.0, 1.0, 0.0])) == 2
    assert weighted_quantile(np.array([3.0, 1.0, np.nan, 2.0]), np.array([1.0, 1.0, 9.0, 2.0]), 0.5) == 2
    # Student's t: tables in any textbook
    known = {1: 12.706205, 2: 4.302653, 3: 3.182446, 10: 2.228139, 30: 2.042272, 120: 1.979930, 10_000: 1.960201}
    assert {df: t_quantile(0.975, df) for df in known} == pytest.approx(known, rel=1e-6)
    assert t_quantile(0.025, 3) == -t_quantile(0.975, 3)
    with pytest.raises(ValueError):
        t_quantile(1.0, 3)
