"""The sample events: whole, sourced, and assumed only within wide ranges."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from data.value import EVIDENCE, Value
from impact.event import event_numbers
from impact.event_reading import read_event_file
from impact.reference import reference_in

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "samples").glob("*.toml"))
SKI_VM = next(path for path in SAMPLES if path.stem == "ski-vm-2025")
# Fields of an event file that hold a plain figure or text by their nature.
NOT_NUMBERS = {"price_year", "public", "first_day", "last_day", "date"}


def parsed(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def leaves(node: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value, reference and plain leaf with its place: a table with ``value`` or ``mode`` is one leaf."""
    if isinstance(node, dict) and not node.keys() & {"value", "mode", "ref"}:
        for key, below in node.items():
            yield from leaves(below, f"{place}/{key}")
    elif isinstance(node, list):
        for number, below in enumerate(node):
            yield from leaves(below, f"{place}/{number}")
    else:
        yield place, node


def values(path: Path) -> dict[str, dict[str, Any]]:
    return {place: leaf for place, leaf in leaves(parsed(path)) if isinstance(leaf, dict) and "ref" not in leaf}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_value_has_evidence_and_source(path: Path) -> None:
    for place, value in values(path).items():
        assert value.get("evidence") in EVIDENCE, place
        assert value.get("source", "").strip(), place


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_assumed_value_is_a_range_and_says_why(path: Path) -> None:
    for place, value in values(path).items():
        if value["evidence"] == "assumed":
            assert value["low"] <= value["mode"] <= value["high"], place
            assert value["low"] < value["high"], place
            assert value["source"].startswith("antatt: "), place


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_reported_values_carry_an_address(path: Path) -> None:
    for place, value in values(path).items():
        if value["evidence"] == "reported":
            assert value["source"].startswith("https://"), place


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_no_plain_numbers(path: Path) -> None:
    for place, leaf in leaves(parsed(path)):
        if isinstance(leaf, int | float):
            assert place.rpartition("/")[2] in NOT_NUMBERS, place


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_shares_of_one_total_sum_to_one_at_the_modes(path: Path) -> None:
    sums: dict[str, float] = defaultdict(float)
    for audience in parsed(path)["audience"]:
        visits = audience.get("visits", {})
        if "of" in visits:
            sums[visits["of"]] += visits["share"]["mode"]
    assert sums
    assert all(abs(total - 1) < 1e-9 for total in sums.values()), sums


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_named_numbers_are_there_and_used(path: Path) -> None:
    raw = parsed(path)
    named = {leaf["ref"] for _, leaf in leaves(raw) if isinstance(leaf, dict) and "ref" in leaf}
    named |= {one["visits"]["of"] for one in raw["audience"] if "of" in one.get("visits", {})}
    assert named == set(raw["numbers"])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_is_read_without_faults(path: Path) -> None:
    event = read_event_file(path, reference_in())
    assert event.id == path.stem
    assert not [place for place, number, _ in event_numbers(event) if isinstance(number, Value) and number.plain]


def test_ski_vm_people_outside_the_stands() -> None:
    """170 000 visits in the forest × without ticket × from outside the region: 0 × 0, 0.25 × 0.10, 0.50 × 0.20."""
    row = next(one for one in parsed(SKI_VM)["audience"] if "marka" in one["name"])
    visits = row["visits"]
    found = [visits["low"], visits["mode"], visits["high"]]
    assert found == [170_000 * without * outside for without, outside in ((0, 0), (0.25, 0.1), (0.5, 0.2))]


def test_ski_vm_rooms_follow_from_occupancy() -> None:
    numbers = parsed(SKI_VM)["numbers"]
    rooms = numbers["rooms"]["value"]
    assert numbers["sold"]["value"] == pytest.approx(rooms * 0.79)
    found = [numbers["baseline"][name] for name in ("low", "mode", "high")]
    assert found == pytest.approx([rooms * share for share in (0.46, 0.54, 0.62)])


def test_ski_vm_nights_are_those_of_the_event() -> None:
    raw = parsed(SKI_VM)
    dates = [night["date"] for night in raw["night"]]
    assert len(dates) == 12
    assert (dates[0], dates[-1]) == (raw["event"]["first_day"], raw["event"]["last_day"])
    assert all((later - earlier).days == 1 for earlier, later in pairwise(dates))


def test_ski_vm_account_does_not_close() -> None:
    """The rest of the income is what costs leave: negative at the budget and the mode, 60.7 million at the highest."""
    raw = parsed(SKI_VM)
    cost = raw["organiser_cost"][0]["amount"]
    fis, grant, rest = (income["amount"] for income in raw["organiser_income"])
    deficit = raw["organiser"]["deficit"]["value"]
    left = {name: cost[name] - deficit - fis["value"] - grant["value"] for name in ("low", "mode", "high")}
    assert left["low"] < left["mode"] < 0
    assert [rest[name] for name in left] == pytest.approx([max(0, amount) for amount in left.values()])
