"""Jobs by municipality and industry that the owner has imported: quotients and shares of their own."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.estimate import estimate
from impact.event import AREAS
from impact.event_reading import read_event
from impact.reference import SHIPPED, Reference
from impact.simulation import Simulation, frame, simulate
from impact.warnings import warnings

with (SHIPPED / "region/sn2007-groups.csv").open(encoding="utf-8", newline="") as stream:
    GROUPS = [row["nace"] for row in csv.DictReader(stream)]
EIGHT = tuple(Reference((SHIPPED,)).municipalities)


def imported(folder: Path, jobs: dict[tuple[str, str], int | None]) -> Reference:
    """Reference data with a made-up import; a cell of None is withheld."""
    (folder / "region").mkdir(parents=True, exist_ok=True)
    rows = [f"{code},{group},{'' if count is None else count},{group}" for (code, group), count in jobs.items()]
    text = "\n".join(["municipality,group,jobs,nace", *rows]) + "\n"
    (folder / "region/jobs-2023.csv").write_text(text, encoding="utf-8")
    return Reference((folder, SHIPPED))


def even(per_cell: int = 500, nation: int = 50_000) -> dict[tuple[str, str], int | None]:
    jobs: dict[tuple[str, str], int | None] = {(code, group): per_cell for code in EIGHT for group in GROUPS}
    return jobs | {("0", group): nation for group in GROUPS}


def computed(reference: Reference, host: str, draws: int = 50) -> Simulation:
    guests = {"name": "Guests", "role": "guest", "home": "abroad", "visits": 1000, "nights_per_person": 1}
    spend = {"accommodation": 900, "food_service": 500, "groceries": 100, "shopping": 200}
    raw = {
        "event": {
            "id": "made-up",
            "name_nb": "Oppdiktet",
            "name_en": "Made up",
            "kind": "festival",
            "municipality": host,
            "first_day": "2024-06-14",
            "last_day": "2024-06-14",
            "price_year": 2024,
        },
        "audience": [{**guests, "commercial_share": 1, "spend": spend}],
    }
    event = read_event(raw, "made-up", reference)
    return simulate(event, frame(reference, event.first_day), draws=draws)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.sampled_from(EIGHT))
def test_a_municipality_never_gets_more_than_its_region(tmp_path: Path, seed: int, host: str) -> None:
    stream = np.random.default_rng(seed)
    jobs = {cell: max(1, int(count * stream.lognormal(0, 2))) for cell, count in even().items() if count}
    totals = computed(imported(tmp_path / f"{seed}-{host}", jobs), host).areas
    for quantity in ("output", "value_added", "compensation"):
        inner, middle, outer = (totals[area].effects[quantity]["total"] for area in AREAS)
        assert np.all(inner <= middle * (1 + 1e-12))
        assert np.all(middle <= outer * (1 + 1e-12))


def test_one_hotel_job_does_not_make_a_municipality_complete(tmp_path: Path) -> None:
    """A quotient near zero in the denominator of CILQ would else count every supplier as local."""
    found = computed(imported(tmp_path, even() | {("5027", "55-56"): 1}), "5027").areas
    inner, middle = (found[area].effects["value_added"]["total"][0] for area in ("municipality", "region"))
    assert 0 < inner <= middle


def test_a_withheld_cell_is_unknown_and_not_zero(tmp_path: Path) -> None:
    whole = computed(imported(tmp_path / "whole", even()), "5001")
    held = computed(imported(tmp_path / "held", even() | {("5001", "55-56"): None}), "5001")
    place = held.frame.table.position["RI"]
    region = held.frame.region("region", "5001")
    assert region is not None and region.slq[place] == 1
    assert held.jobs is not None and held.jobs.by_industry[0, place] == pytest.approx(500, rel=0.1)
    before, after = (one.areas["region"].effects["value_added"]["total"][0] for one in (whole, held))
    assert after == pytest.approx(before, rel=0.02)
    assert [one.figures for one in warnings(held, None) if one.code == "jobs_withheld"] == [
        {"year": "2023", "count": 1}
    ]
    assert "jobs_withheld" not in [one.code for one in warnings(whole, None)]


def test_municipalities_sum_to_the_region(tmp_path: Path) -> None:
    stream = np.random.default_rng(3)
    jobs = {cell: int(count * stream.lognormal()) for cell, count in even().items() if count}
    tree = estimate(computed(imported(tmp_path, jobs), "5035"))
    region = tree["areas"]["region"]["effects"]["value_added"]
    for part in ("direct", "indirect", "induced", "total"):
        rows = [row["value_added"][part]["mode"] for row in tree["municipalities"]["rows"].values()]
        assert sum(rows) == pytest.approx(region[part]["mode"], rel=1e-12)


def test_without_the_country_the_countys_quotients_stay(tmp_path: Path) -> None:
    jobs = {cell: count for cell, count in even().items() if cell[0] != "0"}
    found, shipped = computed(imported(tmp_path, jobs), "5001"), computed(Reference((SHIPPED,)), "5001")
    for area in AREAS:
        assert found.areas[area].effects["output"]["total"][0] == shipped.areas[area].effects["output"]["total"][0]
