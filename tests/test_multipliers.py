"""Multipliers: published examples to their printed decimals, an independent implementation, and the odd industries."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pymrio
import pytest
from conftest import Run

from data.faults import Faults
from impact.multipliers import COLUMNS, leontief, multipliers
from impact.reference import Reference
from impact.table import IOTable, read_table

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"
PUBLISHED = ("miller_blair_2009", "germany_1995", "netherlands_2000")
YEARS = (2017, 2018, 2019, 2020, 2021)
PRINTED = {"miller_blair_2009": 5e-6, "germany_1995": 5e-5, "netherlands_2000": 2e-3}
"""Half of the last printed digit; the Dutch household column is itself printed with two decimals only."""


def expected(example: str, kind: int) -> pd.DataFrame:
    return pd.read_csv(EXAMPLES / example / f"expected_type{kind}.csv", index_col="industry", dtype={"industry": str})


def agree(found: pd.DataFrame, printed: pd.DataFrame, tolerance: float) -> int:
    """How many printed figures were compared; fails where one is off."""
    assert list(found.index) == list(printed.index)
    compared = 0
    for column in printed:
        known = printed[column].notna()
        gap = (found[column] - printed[column])[known].abs()
        assert (gap <= tolerance * (1 + 1e-9)).all(), f"{column}: {gap.max()}"
        compared += int(known.sum())
    return compared


@pytest.mark.parametrize("example", PUBLISHED)
def test_type_1_is_what_is_printed(example: str) -> None:
    table = read_table(EXAMPLES / example)
    assert agree(multipliers(table).type_1, expected(example, 1), PRINTED[example]) >= 6


def test_type_2_is_what_is_printed() -> None:
    found = multipliers(read_table(EXAMPLES / "netherlands_2000"), 1.0)
    assert found.type_2 is not None
    assert agree(found.type_2, expected("netherlands_2000", 2), PRINTED["netherlands_2000"]) == 6


@pytest.mark.parametrize(("example", "kind"), [*((one, 1) for one in PUBLISHED), ("netherlands_2000", 2)])
def test_the_command_line_gives_the_same(example: str, kind: int, command: Callable[..., Run]) -> None:
    given = command("multipliers", EXAMPLES / example, "--type", kind, "--csv")
    assert (given.code, given.err) == (0, "")
    assert given.out.splitlines()[0] == ",".join(["industry", *COLUMNS])
    found = pd.read_csv(io.StringIO(given.out), index_col="industry", dtype={"industry": str})
    agree(found, expected(example, kind), PRINTED[example])
    both = multipliers(read_table(EXAMPLES / example), 1.0 if kind == 2 else None)
    exact = both.type_2 if kind == 2 else both.type_1
    assert exact is not None
    np.testing.assert_array_equal(found.to_numpy(), exact.to_numpy())  # full precision survives the text


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_table_for_people_names_every_industry(lang: str, command: Callable[..., Run]) -> None:
    given = command("multipliers", "norway-2019", "--type", 2, "--lang", lang)
    assert (given.code, given.err) == (0, "")
    assert "RI " in given.out and "Statistics Norway" in given.out
    assert {"nb": "Type II: husholdningene med", "en": "Type II: households included"}[lang] in given.out


@pytest.mark.parametrize("year", YEARS)
def test_pymrio_agrees(year: int, reference: Reference) -> None:
    table = reference.table(f"norway-{year}")
    labels = pd.Index(table.codes)
    z, x = pd.DataFrame(table.flows, labels, labels), pd.DataFrame({"x": table.output}, labels)
    a = pymrio.calc_A(z, x)
    inverse = pymrio.calc_L(a)
    np.testing.assert_allclose(table.coefficients, a.to_numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(leontief(table.coefficients), inverse.to_numpy(), rtol=0, atol=1e-12)
    found = multipliers(table)
    np.testing.assert_allclose(found.coefficients.to_numpy(), a.to_numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.type_1["output_multiplier"], inverse.sum(axis=0), rtol=0, atol=1e-12)
    for column, quantity in (("value_added_effect", "value_added"), ("income_effect", "compensation")):
        stressor = pd.DataFrame([getattr(table, quantity)], columns=labels)
        effect = pymrio.calc_M(pymrio.calc_S(stressor, x), inverse)
        np.testing.assert_allclose(found.type_1[column], effect.to_numpy()[0], rtol=0, atol=1e-12)


def test_a_krone_spent_on_hotels_and_restaurants_in_2019(reference: Reference) -> None:
    assert round(multipliers(reference.table("norway-2019")).type_1.loc["RI", "output_multiplier"], 3) == 1.707


@pytest.mark.parametrize("year", YEARS)
def test_type_2_is_the_closed_inverse(year: int, reference: Reference) -> None:
    """The rank-one formula against the inverse of the table with households as one industry more."""
    table, kappa = reference.table(f"norway-{year}"), 0.59
    n = len(table.codes)
    closed = np.zeros((n + 1, n + 1))
    closed[:n, :n] = table.coefficients
    closed[n, :n] = np.divide(table.compensation, table.output, out=np.zeros(n), where=table.output > 0)
    closed[:n, n] = kappa * table.household_consumption / table.about["household_consumption_total"]
    block = np.linalg.inv(np.eye(n + 1) - closed)[:n, :n]
    found = multipliers(table, kappa)
    assert found.type_2 is not None
    np.testing.assert_allclose(found.type_2["output_multiplier"], block.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.type_2["income_effect"], closed[n, :n] @ block, rtol=1e-12)


def test_type_2_is_never_below_type_1(reference: Reference) -> None:
    found = multipliers(reference.table("norway-2019"), 0.59)
    assert found.type_2 is not None
    assert (found.type_2["output_multiplier"] >= found.type_1["output_multiplier"]).all()


# -- industries without output, and figures that are unknown


def small(**changes: list[float]) -> IOTable:
    """Two industries that buy from each other and one that makes nothing."""
    columns = {
        "output": [100.0, 200.0, 0.0],
        "value_added": [60.0, 100.0, 0.0],
        "compensation": [40.0, 50.0, 0.0],
        "employment": [10.0, 30.0, 0.0],
        "household_consumption": [20.0, 40.0, 5.0],
        **changes,
    }
    flows = np.array([[10.0, 40.0, 0.0], [20.0, 30.0, 0.0], [0.0, 0.0, 0.0]])
    arrays = {name: np.array(values) for name, values in columns.items()}
    return IOTable(
        ("A", "B", "C"), ("", "", ""), ("", "", ""), flows, **arrays, about={"household_income_total": 200.0}
    )


@pytest.mark.parametrize("kappa", [None, 1.0])
def test_an_industry_without_output_has_multiplier_1_and_no_coefficients(kappa: float | None) -> None:
    table = small()
    assert not table.coefficients[:, 2].any()
    found = multipliers(table, kappa)
    row = (found.type_1 if found.type_2 is None else found.type_2).loc["C"]
    assert row["output_multiplier"] == 1
    assert [row[f"{name}_effect"] for name in ("value_added", "income", "employment")] == [0, 0, 0]
    assert [row[f"{name}_multiplier"] for name in ("value_added", "income", "employment")] == [1, 1, 1]


def test_an_unknown_employment_leaves_gaps_only_where_it_is_needed() -> None:
    """B buys from A and A from B, so that neither is known without the other; C, alone, is."""
    found = multipliers(small(employment=[10.0, np.nan, 0.0])).type_1
    assert found["employment_effect"].isna().tolist() == [True, True, False]
    assert found["employment_multiplier"].isna().tolist() == [True, True, False]
    assert not found.drop(columns=["employment_effect", "employment_multiplier"]).isna().any(axis=None)


def test_an_unknown_that_nobody_buys_from_touches_nobody_else() -> None:
    table = replace(small(), flows=np.diag([10.0, 30.0, 0.0]))
    found = multipliers(replace(table, employment=np.array([10.0, np.nan, 0.0]))).type_1
    assert found["employment_effect"].isna().tolist() == [False, True, False]
    assert found.loc["A", "employment_effect"] == pytest.approx(0.1 / 0.9)


def test_a_coefficient_of_zero_has_an_effect_and_no_ratio() -> None:
    found = multipliers(small(employment=[0.0, 30.0, 0.0])).type_1
    assert found.loc["A", "employment_effect"] > 0
    assert np.isnan(found.loc["A", "employment_multiplier"])


def test_type_2_needs_households() -> None:
    for changed, code in (
        (replace(small(), about={}), "table.no_household"),
        (small(compensation=[np.nan, 50.0, 0.0]), "table.household_unknown"),
        (small(household_consumption=[20.0, np.nan, np.nan]), "table.household_unknown"),
        (replace(small(), about={"household_income_total": 10.0}), "table.household_radius"),
    ):
        with pytest.raises(Faults) as caught:
            multipliers(changed, 1.0)
        assert {fault.code for fault in caught.value.faults} == {code}
        assert all(fault.line("nb") and fault.line("en") for fault in caught.value.faults)
