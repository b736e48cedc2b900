"""Each warning is raised by an event that is made for it, with the right figures, and by no plain one."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import number, spread

from data.phrases import LANGUAGES, TEXT
from impact.estimate import assumed_share, tornado
from impact.event_reading import read_event
from impact.reference import SHIPPED, Reference
from impact.simulation import Simulation, frame, simulate
from impact.warnings import Warning, warnings

Change = Callable[[dict[str, Any]], object]
DRAWS = 200


@pytest.fixture(scope="module")
def with_jobs(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Reference data with jobs by municipality brought in, so that none are assumed."""
    own = tmp_path_factory.mktemp("reference")
    (own / "region").mkdir()
    with (own / "region" / "jobs-2019.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["municipality", "nace", "jobs"])
        for code in Reference((SHIPPED,)).municipalities:
            rows.writerows([[code, "01-43", 500], [code, "45-82", 900], [code, "84-99", 700]])
    return Reference((own, SHIPPED))


def simulated(
    raw: dict[str, Any], reference: Reference, table: str = "norway-2019", changed: dict[str, float] | None = None
) -> Simulation:
    event = read_event(raw, "event.toml", reference)
    return simulate(event, frame(reference, event.first_day, table, changed), draws=DRAWS)


def raised(simulation: Simulation) -> list[Warning]:
    found = warnings(simulation, assumed_share(tornado(simulation)))
    for one in found:
        json.dumps(one.figures, allow_nan=False)
        for lang in LANGUAGES:
            text = f"{one.sentence(lang)} {one.advice(lang)}"
            assert not any(f"{{{name}}}" in text for name in one.figures)
        assert one.sentence("nb") != one.sentence("en")
    return found


def row(section: str, place: int, **values: Any) -> Change:
    return lambda raw: raw[section][place].update(values)


def nights(**values: Any) -> Change:
    return lambda raw: [night.update(values) for night in raw["night"]]


def audience(name: str, visits: float) -> dict[str, Any]:
    counts = {"visits": number(visits), "days_per_person": number(1.5)}
    return {"name": name, "role": "spectator", "home": "abroad", **counts}


# Visitors: 1000 persons, 2 days, 2 nights, half of them in hotels, two in a room: 1000 guest-nights, 500 room-nights.
CASES: dict[str, tuple[Change, dict[str, Any]]] = {
    "plain_numbers": (
        lambda raw: (row("audience", 1, attribution=1)(raw), raw.update(numbers={"unused": 3})),
        {"count": 2, "input": "audience/Visitors/attribution"},
    ),
    # 4000 visits of 1.5 days, a tenth of them, 200 kroner a day.
    "locals_retained": (row("audience", 0, retained_share=number(0.1)), {"nok_sum": 80_000}),
    "no_locals": (lambda raw: raw["audience"].pop(0), {"audiences": 1}),
    "visits_as_persons": (
        row("audience", 0, days_per_person=number(1)),
        {"audience": "Residents", "visits": 4000, "days": 2},
    ),
    "overlapping_counts": (
        lambda raw: raw["audience"].extend([audience("Tickets", 300), audience("Forest", 500)]),
        {"first": "Forest", "second": "Tickets", "counts": 2, "visits_1": 500, "visits_2": 300},
    ),
    "no_room_price": (
        row("audience", 1, spend={"food_service": number(400)}),
        {"audience": "Visitors", "nights": 1000},
    ),
    "days_beyond": (
        row("audience", 0, days_per_person=number(2.5)),
        {"audience": "Residents", "days": 2.5, "event_days": 2},
    ),
    "long_event": (lambda raw: raw["event"].update(last_day="2025-06-15"), {"days": 367}),
    "night_outside": (lambda raw: raw["night"][1].update(date="2024-07-15"), {"count": 1, "date": "2024-07-15"}),
    # 2100 rooms × 0.97 = 2037 can be sold, 2000 are; 250 more are asked for on each of two nights.
    "above_capacity": (nights(rooms=number(2100)), {"over": 426, "displaced": 426, "unhoused": 0}),
    "hotels_bound": (nights(sold=number(2100)), {"asked": 500, "shown": 200, "gap": 300}),
    "hotels_above": (nights(sold=number(2500)), {"asked": 500, "shown": 1000, "gap": 500}),
    "no_displacement": (
        lambda raw: (row("audience", 1, persons=spread(2400, 2500, 2600))(raw), raw.pop("night")),
        {"per_night": 625},
    ),
    "account_open": (
        lambda raw: raw.update(organiser={"deficit": number(50_000)}),
        {"nok_costs": 600_000, "nok_incomes": 500_000, "nok_deficit": 50_000, "nok_gap": -50_000},
    ),
    "tickets_twice": (
        lambda raw: (
            row("organiser_income", 0, name="Billettsalg")(raw),
            raw["audience"][1]["spend"].update(culture=number(90)),
        ),
        {"income": "Billettsalg", "audience": "Visitors"},
    ),
    "not_turnover": (row("organiser_cost", 0, name="Dugnadstimer"), {"name": "Dugnadstimer"}),
    "local_share_missing": (lambda raw: raw["organiser_cost"][0].pop("local_share"), {"name": "Stage"}),
    "inside_share_missing": (lambda raw: raw["organiser_income"][0].pop("inside_share"), {"name": "Sponsors"}),
    "falling_shares": (
        row("organiser_cost", 0, local_share={"municipality": 0.9, "region": 0.8, "norway": 1}),
        {"name": "Stage"},
    ),
    # 0.8 of 600 000 is bought in the area, 500 000 × the share is paid from it.
    "drain_municipality": (
        row("organiser_income", 0, inside_share={"municipality": number(1), "region": 0.5, "norway": 1}),
        {"nok_sum": 20_000},
    ),
    "drain_region": (
        row("organiser_income", 0, inside_share={"municipality": 0.5, "region": number(1), "norway": 0.5}),
        {"nok_sum": 20_000},
    ),
    "not_a_return": (row("organiser_income", 0, public=True), {"nok_sum": 500_000}),
    # 1000 guest-nights of 700 and 2000 days of 500 for every 1000 persons: 1700 a person.
    "upper_bound": (
        row("audience", 1, persons=spread(59_000, 60_000, 61_000)),
        {"nok_spent": 102_000_000, "nok_limit": 100_000_000},
    ),
    "mostly_assumed": (row("audience", 1, persons=spread(200, 1000, 1800, "assumed")), {"percent": 100}),
}


def test_the_plain_event_raises_nothing(event_dict, with_jobs) -> None:
    assert raised(simulated(event_dict(), with_jobs)) == []


@pytest.mark.parametrize("code", CASES)
def test_an_event_that_is_made_for_it_raises_it(code: str, event_dict, with_jobs) -> None:
    change, figures = CASES[code]
    raw = event_dict()
    change(raw)
    found = [one for one in raised(simulated(raw, with_jobs)) if one.code == code]
    assert [one.figures for one in found] == [figures]


def test_jobs_that_are_assumed_are_said_to_be(event_dict, reference) -> None:
    assert raised(simulated(event_dict(), reference)) == [Warning("jobs_assumed", {"year": "2019"})]


def test_a_table_without_quotients_and_employed_persons_says_so(event_dict, reference) -> None:
    name, raw = "Norway 2020", event_dict()
    row("audience", 1, home="abroad")(raw)
    found = raised(simulated(raw, reference, table="norway-2020"))
    assert found == [Warning("national_only", {"table": name}), Warning("no_employment", {"table": name})]


def test_an_event_older_than_the_rates_says_so(event_dict, with_jobs) -> None:
    raw = event_dict()
    raw["event"] |= {"first_day": "2015-06-14", "last_day": "2015-06-15", "price_year": 2016}
    for night in raw["night"]:
        night["date"] = night["date"].replace("2024", "2015")
    [found] = raised(simulated(raw, with_jobs))
    assert found.code == "parameter_early"
    assert found.figures["count"] > 30 and "." in found.figures["first"]


def test_rates_that_are_set_by_hand_are_named(event_dict, with_jobs) -> None:
    found = raised(simulated(event_dict(), with_jobs, changed={"households.kappa": 0.5, "flq.delta": 0.2}))
    assert found == [Warning("parameter_changed", {"changed": "flq.delta = 0.2, households.kappa = 0.5"})]


def test_a_multiplier_above_the_nations_is_named(event_dict, with_jobs) -> None:
    """No table that is regionalised here can give one, so an economy is made that does."""
    simulation = simulated(event_dict(), with_jobs)
    region = simulation.areas["region"]
    larger = region.result.economy.leontief.copy()
    place = simulation.frame.table.position["RI"]
    larger[:, place, place] += 1
    wrong = replace(region, result=replace(region.result, economy=replace(region.result.economy, leontief=larger)))
    [found] = raised(replace(simulation, areas={**simulation.areas, "region": wrong}))
    assert found.code == "above_ceiling"
    assert (found.figures["industry"], found.figures["area"]) == ("RI", "region")
    assert found.figures["multiplier"] == pytest.approx(larger.sum(axis=1)[:, place].max())
    assert found.figures["ceiling"] == pytest.approx(1.707, abs=5e-4)


OTHERWISE = (
    "jobs_assumed",
    "jobs_withheld",
    "national_only",
    "no_employment",
    "parameter_early",
    "parameter_changed",
    "above_ceiling",
)


def test_every_warning_has_its_test() -> None:
    text = tomllib.loads((Path(TEXT) / "warning.toml").read_text(encoding="utf-8"))
    assert set(text) == {*CASES, *OTHERWISE}


# -- and where they must hold their tongue


@pytest.mark.parametrize(
    ("code", "change"),
    [
        # One count shared out is no overlap.
        (
            "overlapping_counts",
            lambda raw: (
                raw.update(numbers={"tickets": number(800)}),
                raw["audience"].extend(
                    audience(name, 0) | {"visits": {"of": "tickets", "share": 0.5}} for name in ("Tickets", "Forest")
                ),
            ),
        ),
        # Those who take part are other people than those who look on.
        (
            "overlapping_counts",
            lambda raw: raw["audience"].extend(
                [audience("Tickets", 300), audience("Athletes", 500) | {"role": "participant"}]
            ),
        ),
        ("visits_as_persons", lambda raw: raw["event"].update(last_day="2024-06-14")),
        ("account_open", row("organiser_income", 0, amount=number(505_000))),
        ("days_beyond", row("audience", 0, days_per_person=number(2))),
        ("long_event", lambda raw: raw["event"].update(last_day="2025-06-14")),
        ("night_outside", lambda raw: raw["night"][1].update(date="2024-06-22")),
        ("falling_shares", row("organiser_cost", 0, local_share={"municipality": 0.8, "region": 0.8, "norway": 1})),
        ("account_open", lambda raw: raw.pop("organiser_income")),
        ("tickets_twice", row("organiser_income", 0, name="Billettsalg")),
        ("hotels_bound", nights(sold=number(2230))),
        (
            "drain_municipality",
            row("organiser_income", 0, inside_share={"municipality": 0.5, "region": 0.5, "norway": 1}),
        ),
        ("no_displacement", lambda raw: raw.pop("night")),
        ("no_locals", lambda raw: raw.update(audience=[raw["audience"][1] | {"role": "delegate"}])),
        ("upper_bound", row("audience", 1, persons=spread(57_000, 58_000, 59_000))),
    ],
)
def test_a_warning_is_not_raised_without_its_reason(code: str, change: Change, event_dict, with_jobs) -> None:
    raw = event_dict()
    if code == "visits_as_persons":
        row("audience", 0, days_per_person=number(1))(raw)
    change(raw)
    assert code not in [one.code for one in raised(simulated(raw, with_jobs))]


def test_warnings_change_no_figure(event_dict, with_jobs) -> None:
    """Names that raise warnings give the same figures as names that don't, but for their own streams of draws."""
    plain, warned = event_dict(), event_dict()
    warned["organiser_cost"][0]["name"] = "Dugnadstimer"
    totals = [simulated(raw, with_jobs).areas["region"].effects["value_added"]["total"] for raw in (plain, warned)]
    assert totals[0][0] == totals[1][0]
