"""The reference data that the program ships: whole, sourced, and the same as what it was made from."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact.statbank import industries_in
from impact.table import COLUMNS, IOTable, read_table, spectral_radius

REFERENCE = Path(__file__).parent.parent / "data" / "reference"
YEARS = (2017, 2018, 2019, 2020, 2021)
EIGHT = {"5001", "5027", "5028", "5029", "5031", "5035", "5054", "5059"}


@pytest.fixture(scope="module")
def tables() -> dict[int, IOTable]:
    return {year: read_table(REFERENCE / "tables" / f"norway-{year}") for year in YEARS}


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def quotients(year: int) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "region" / f"quotients-{year}.csv", index_col="group")


def type_one(table: IOTable) -> np.ndarray:
    inverse = np.linalg.inv(np.eye(len(table.codes)) - table.coefficients)
    return np.asarray(inverse.sum(axis=0))


def test_every_file_has_a_source_and_every_source_a_file():
    entries = tomllib.loads((REFERENCE / "sources.toml").read_text(encoding="utf-8"))["file"]
    listed = [entry["path"] for entry in entries]
    there = {path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*") if path.is_file()}
    assert sorted(listed) == sorted(there - {"README.md", "sources.toml"})
    for entry in entries:
        assert set(entry) == {"path", "name", "source", "licence", "retrieved"}
        assert all(entry.values())


@pytest.mark.parametrize("year", YEARS)
def test_table_says_what_it_is(tables, year):
    table = tables[year]
    assert table.year == year
    assert table.about["unit"] == "NOK million; employed persons"
    assert table.money_unit == 1e6 and table.employment_unit == 1
    assert "Statistics Norway (SSB)" in table.about["source"]
    assert len(table.codes) == 62 == len(set(table.names_nb)) == len(set(table.names_en))
    assert all(table.names_nb) and all(table.names_en)
    assert [row["code"] for row in rows("tables/industries.csv")] == list(table.codes)


@pytest.mark.parametrize("year", YEARS)
def test_table_has_known_multipliers(tables, year):
    multipliers = type_one(tables[year])
    assert 1.56 <= round(multipliers.mean(), 2) <= 1.60
    assert multipliers.min() >= 1
    assert 0.39 <= spectral_radius(tables[year].coefficients) <= 0.41
    if year == 2019:
        assert round(multipliers[tables[year].position["RI"]], 3) == 1.707


@pytest.mark.parametrize("year", YEARS)
def test_table_balances_and_leaves_room_for_imports(tables, year):
    table = tables[year]
    used = table.flows.sum(axis=0) + table.value_added
    assert (used <= table.output * (1 + 1e-9)).all()
    assert table.household_consumption[table.position["R68A"]] == 0
    assert 0.4 < table.household_consumption.sum() / table.about["household_consumption_total"] < 0.7


@pytest.mark.parametrize("year", (2017, 2018, 2019))
def test_employment_is_that_of_the_county_accounts(tables, year):
    groups = pd.Series({row["industry"]: row["group"] for row in rows("region/industry-groups.csv")})
    table = tables[year]
    by_group = pd.Series(table.employment, groups.reindex(list(table.codes))).groupby(level=0).sum()
    expected = quotients(year)["national_employed"]
    assert (by_group.reindex(expected.index) - expected).abs().max() < 0.6  # jobs per million have six decimals in 2019
    assert expected.sum() == {2017: 2_747_500, 2018: 2_792_500, 2019: 2_836_100}[year]


@pytest.mark.parametrize("year", (2020, 2021))
def test_pandemic_years_have_no_employment_and_say_so(tables, year):
    assert np.isnan(tables[year].employment).all()
    assert "pandemic" in tables[year].about["note"]
    assert not np.isnan(tables[year].output).any()


@pytest.mark.parametrize("year", (2017, 2018, 2019))
def test_quotients_follow_from_the_employed(year):
    frame = quotients(year)
    assert len(frame) == 21
    county, nation = frame["county_employed"], frame["national_employed"]
    slq = (county / county.sum()) / (nation / nation.sum())
    if year == 2019:
        assert (slq.round(6) == frame["slq"]).all()
        assert frame.loc["Boligtjenester, egen bolig", "slq"] == 0
        assert county.sum() == 243_000
    else:
        pd.testing.assert_series_equal(slq, frame["slq"], check_names=False, rtol=1e-12)


def test_groups_cover_every_industry_and_every_quotient(tables):
    pairs = rows("region/industry-groups.csv")
    assert [row["industry"] for row in pairs] == list(tables[2019].codes)
    assert {row["group"] for row in pairs} == set(quotients(2019).index)
    assert len({(row["group"], row["group_en"]) for row in pairs}) == 21


def test_divisions_cover_nace_once():
    covered = [
        division
        for row in rows("tables/industries.csv")
        if row["code"] != "R68A"
        for division in range(int(row["nace"][:2]), int(row["nace"][-2:]) + 1)
    ]
    unused = {4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89}
    assert sorted(covered) == [division for division in range(1, 99) if division not in unused]


def test_sn2007_groups_part_the_industries(tables):
    groups = rows("region/sn2007-groups.csv")
    inside = [code for row in groups for code in industries_in(row["nace"])]
    assert sorted(inside) == sorted(set(tables[2019].codes) - {"R68A"})
    assert industries_in("55-56") == ("RI",)
    assert industries_in("49-53") == ("R49", "R50", "R51", "R52", "R53")


def test_population_is_complete_and_sums():
    frame = pd.read_csv(REFERENCE / "region" / "population.csv", dtype={"code": str})
    wide = frame.pivot(index="year", columns="code", values="persons")
    assert set(wide.columns) == EIGHT | {"50", "0"}
    assert list(wide.index) == list(range(2005, 2027))
    assert not wide.isna().any().any()
    assert wide.loc[2019, sorted(EIGHT)].sum() == 299_316
    assert wide.loc[2019, "50"] == 465_632 and wide.loc[2019, "0"] == 5_328_212
    assert (wide[sorted(EIGHT)].sum(axis=1) < wide["50"]).all()


def test_commuting_touches_the_region_and_leaves_home():
    frame = pd.read_csv(REFERENCE / "region" / "commuting-2017.csv", dtype={"work": str, "home": str})
    assert list(frame.columns) == ["work", "home", "commuters"]
    assert (frame["work"].isin(EIGHT) | frame["home"].isin(EIGHT)).all()
    assert (frame["work"] != frame["home"]).all()
    assert not frame.duplicated(["work", "home"]).any()
    assert frame["work"].str.fullmatch(r"\d{4}").all() and (frame["commuters"] > 0).all()


@pytest.mark.parametrize("name", ("kommuner", "kommuner-M"))
def test_borders_are_those_of_the_eight(name):
    collection = json.loads((REFERENCE / "region" / f"{name}.geojson").read_text(encoding="utf-8"))
    assert {feature["id"] for feature in collection["features"]} == EIGHT
    assert {row["code"] for row in rows("region/municipalities.csv")} == EIGHT


def test_prices_have_every_year_up_to_2024():
    frame = pd.read_csv(REFERENCE / "prices" / "cpi.csv")
    assert list(frame["year"]) == list(range(2010, 2025))
    assert frame.set_index("year")["change"].loc[2024] == pytest.approx(3.14530134431073, abs=0)


@pytest.mark.parametrize("year", (2019, 2020, 2021))
def test_price_conversion_has_every_product(tables, year):
    frame = pd.read_csv(REFERENCE / "products" / f"price-conversion-{year}.csv", index_col="code")
    assert list(frame.index) == list(tables[year].codes)
    assert not frame[["supply_basic", "margins"]].isna().any().any()
    assert frame["import_share"].dropna().between(0, 1).all()
    assert set(frame.index[frame["margins"] < 0]) >= {"R46", "R47"}


def test_figures_are_plain_numbers(tables):
    for table in tables.values():
        for name in COLUMNS:
            column = getattr(table, name)
            assert column.shape == (62,)
            assert name == "employment" or np.isfinite(column).all()
