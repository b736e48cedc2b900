"""Scenarios: what they change, and differences taken within each draw."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, number, spread

from data.faults import Faults
from data.phrases import LANGUAGES
from impact.estimate import estimate
from impact.event import Event, event_as_dict
from impact.event_reading import read_event, read_event_file
from impact.provenance import explain
from impact.reference import Reference
from impact.scenario import (
    Scenario,
    baseline_sentence,
    catering,
    difference,
    figure,
    local_purchases,
    occupancy,
    own_scenario,
    scenarios,
    worth_of_moving,
)
from impact.simulation import Frame, Simulation, frame, simulate

DRAWS = 400
Make = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def sample(reference: Reference) -> tuple[Event, Frame]:
    event = read_event_file(ROOT / "data/samples/ski-vm-2025.toml", reference)
    return event, frame(reference, event.first_day)


def simulated(raw: dict[str, Any], reference: Reference, **changed: Any) -> Simulation:
    event = read_event(raw, "", reference)
    return simulate(event, frame(reference, event.first_day, **changed), 1, DRAWS)


def again(simulation: Simulation, scenario: Scenario) -> Simulation:
    return simulate(scenario.change(simulation.event), simulation.frame, simulation.seed, simulation.x.draws)


# -- occupancy


def test_the_baseline_alone_doubles_the_samples_room_nights(sample: tuple[Event, Frame]) -> None:
    """4 600 rooms × (79 % − 62 %) × 12 nights = 9 384; with 46 % it is 18 216."""
    event, setting = sample
    high, low, *_ = scenarios(setting.apart)
    trees = [estimate(simulate(one.change(event), setting, 1, DRAWS)) for one in (high, low)]
    sold = [tree["rooms"]["sold_above_baseline"]["mode"] for tree in trees]
    assert sold == pytest.approx([9384, 18_216])
    assert baseline_sentence(*trees, (62, 46), "nb").count("18\N{NO-BREAK SPACE}216") == 1
    assert "1.9 times" in baseline_sentence(*trees, (62, 46), "en")
    assert [one.name("en")[:3] for one in (high, low)] == ["62%", "46%"]


def test_without_nights_there_is_no_occupancy(event_dict: Make, reference: Reference) -> None:
    event = read_event(event_dict(night=[]), "", reference)
    assert not occupancy("x", 0.5).fits(event)


def test_rooms_that_are_a_part_are_refused(event_dict: Make, reference: Reference) -> None:
    raw = event_dict(numbers={"rooms": number(4000)})
    for night in raw["night"]:
        night["rooms"] = {"of": "rooms", "share": 0.5}
        night["baseline_sold"] = number(1000)
    with pytest.raises(Faults, match="part of another"):
        occupancy("x", 0.5).change(read_event(raw, "", reference))


# -- paired differences


def test_a_difference_is_taken_within_each_draw(event_dict: Make, reference: Reference) -> None:
    """Persons 200–1 000–1 800 and twice as many: the difference is the persons' own spread, and never below zero."""
    raw = event_dict(organiser_cost=[], organiser_income=[], organiser={}, night=[])
    one = simulated(raw, reference)
    double = copy.deepcopy(raw)
    double["audience"][1]["persons"] = spread(400, 2000, 3600)
    found = difference(one, simulated(double, reference))["areas"]["region"]["value_added"]
    own = estimate(one)["areas"]["region"]["effects"]["value_added"]["total"]
    assert all(found[name] == pytest.approx(own[name]) for name in ("mode", "p10", "p50", "p90"))
    quantiles_apart = estimate(simulated(double, reference))["areas"]["region"]["effects"]["value_added"]["total"]
    assert found["p10"] == pytest.approx(quantiles_apart["p10"] - own["p10"], rel=1e-6)


def test_what_is_added_has_its_own_range_and_not_that_of_two_quantiles(event_dict: Make, reference: Reference) -> None:
    """Visitors from abroad added to visitors from Norway, both uncertain: the difference is those from abroad alone."""
    raw = event_dict(organiser_cost=[], organiser_income=[], organiser={}, night=[])
    both, alone = copy.deepcopy(raw), copy.deepcopy(raw)
    abroad = raw["audience"][1] | {"name": "Abroad", "home": "abroad"}
    both["audience"].append(abroad)
    alone["audience"] = [abroad]
    one, other = simulated(raw, reference), simulated(both, reference)
    found = difference(one, other)["areas"]["region"]["final_demand"]
    own = estimate(simulated(alone, reference))["areas"]["region"]["final_demand"]
    assert all(found[name] == pytest.approx(own[name]) for name in ("mode", "p10", "p50", "p90"))
    trees = [estimate(each)["areas"]["region"]["final_demand"] for each in (one, other)]
    assert abs(found["p10"] - (trees[1]["p10"] - trees[0]["p10"])) > 0.1 * found["p10"]


def test_pairing_narrows_what_quantiles_apart_would_not(event_dict: Make, reference: Reference) -> None:
    """A certain cost more: each draw differs by the same krone, whatever the persons are."""
    raw = event_dict()
    more = copy.deepcopy(raw)
    more["organiser_cost"][0]["amount"] = number(1_600_000)
    found = difference(simulated(raw, reference), simulated(more, reference))
    demand = found["areas"]["region"]["final_demand"]
    assert demand["p10"] == pytest.approx(demand["p90"]) == pytest.approx(800_000)
    assert found["room_nights"] == {
        "sold_above_baseline": None,
        "incremental": dict.fromkeys(("mode", "p10", "p50", "p90"), 0),
    }


def test_simulations_drawn_otherwise_are_refused(event_dict: Make, reference: Reference) -> None:
    one = simulated(event_dict(), reference)
    for other in (
        simulate(one.event, one.frame, 2, DRAWS),
        simulate(one.event, one.frame, 1, DRAWS + 1),
        simulate(one.event, frame(reference, one.event.first_day, "norway-2018"), 1, DRAWS),
    ):
        with pytest.raises(ValueError, match="not paired"):
            difference(one, other)


def test_the_same_event_differs_by_nothing(event_dict: Make, reference: Reference) -> None:
    one = simulated(event_dict(), reference)
    found = difference(one, one)
    assert all(value == 0 for area in found["areas"].values() for f in area.values() for value in f.values())


def test_what_is_not_known_has_no_figure() -> None:
    assert figure(np.array([np.nan, 1.0])) is None


# -- buying in the region


def with_food(event_dict: Make, share: Any) -> dict[str, Any]:
    raw = event_dict()
    raw["organiser_cost"].append({"name": "Mat", "amount": number(200_000), "industry": "R10_12", "local_share": share})
    return raw


def test_food_and_all_else_move_apart(event_dict: Make, reference: Reference) -> None:
    one = simulated(with_food(event_dict, number(0.5)), reference)
    apart = one.frame.apart
    for food, kroner in ((True, 20_000), (False, 60_000)):
        found = difference(one, again(one, local_purchases(apart, food=food)))["areas"]
        assert found["region"]["final_demand"]["mode"] == pytest.approx(kroner)
        assert found["municipality"]["final_demand"]["mode"] == 0
        assert found["norway"]["final_demand"]["mode"] == pytest.approx(kroner)  # one share serves all areas here
        assert 0 < found["region"]["value_added"]["p10"] < found["region"]["value_added"]["p90"]


def test_what_was_bought_in_norway_already_is_no_gain_there(event_dict: Make, reference: Reference) -> None:
    share = {"municipality": number(0.2), "region": number(0.5), "norway": number(0.9)}
    one = simulated(with_food(event_dict, share), reference)
    found = difference(one, again(one, local_purchases(one.frame.apart, food=True)))["areas"]
    assert found["norway"]["final_demand"]["mode"] == 0
    assert found["region"]["final_demand"]["mode"] == pytest.approx(20_000)


def test_no_more_than_the_whole_is_moved_in_any_draw(event_dict: Make, reference: Reference) -> None:
    one = simulated(with_food(event_dict, spread(0.8, 0.95, 1.0)), reference)
    found = difference(one, again(one, local_purchases(one.frame.apart, food=True, tenths=10)))["areas"]["region"]
    assert found["final_demand"]["mode"] == pytest.approx(0.05 * 200_000)
    assert found["final_demand"]["p10"] >= 0 and found["final_demand"]["p90"] <= 0.2 * 200_000


def test_a_moved_share_is_kept_by_the_document(event_dict: Make, reference: Reference) -> None:
    one = simulated(with_food(event_dict, number(0.5)), reference)
    event = local_purchases(one.frame.apart, food=True).change(one.event)
    assert read_event(event_as_dict(event), "", reference) == event
    steps = explain(estimate(simulate(event, one.frame, 1, DRAWS)), "region.organiser_net").walk()
    assert "Mat: share moved to the region" in [step.name("en") for _, step in steps]


def test_caterers_buy_more_of_the_food_that_the_region_doesnt_supply_already(
    event_dict: Make, reference: Reference
) -> None:
    """By hand, at the modes: net spending × purchases per krone of RI × a tenth, through the region's multipliers."""
    one = simulated(event_dict(), reference)
    area, table = one.areas["region"], one.frame.table
    economy = area.result.economy
    gross = float(np.ravel(area.spending.after["food_service"])[0])
    middle = int(np.searchsorted(economy.nodes, one.frame.delta[1]))
    inverse, spent, turn = (part[middle] for part in (economy.leontief, economy.spent, economy.turn))
    wages, added = economy.coefficients[2], economy.coefficients[1]
    kappa = one.frame.parameters.number("households.kappa")
    supplied = economy.region.purchases(economy.nodes[middle])
    by_hand = 0.0
    for code in ("R01", "R03", "R10_12"):
        row, column = table.position[code], table.position["RI"]
        moved = min(0.1, 1 - supplied[row, column])
        f = gross / 1.25 * table.flows[row, column] / table.output[column] * moved
        through = inverse[:, row] * f
        by_hand += added @ through + kappa * (wages @ through) / (1 - kappa * turn) * (added @ spent)
    found = catering(one)
    assert found is not None and found[0] == pytest.approx(by_hand) and by_hand > 0
    assert catering(one, 2)[0] > found[0]


def test_the_worth_of_a_tenth_sums_draw_by_draw(event_dict: Make, reference: Reference) -> None:
    one = simulated(with_food(event_dict, number(0.5)), reference)
    worth = worth_of_moving(one)
    parts = [worth[key]["mode"] for key in ("food_lines", "other_lines", "caterers")]
    assert worth["together"]["mode"] == pytest.approx(sum(parts)) and min(parts) > 0
    assert worth["together"]["p10"] < worth["together"]["p90"]


def test_without_such_purchases_or_a_region_nothing_is_said(event_dict: Make, reference: Reference) -> None:
    bare = event_dict(organiser_cost=[])
    bare["audience"][1]["spend"] = {"shopping": number(10)}
    bare["night"] = []
    assert set(worth_of_moving(simulated(bare, reference)).values()) == {None}
    national = simulated(event_dict(), reference, table_name="norway-2021")
    assert set(worth_of_moving(national).values()) == {None}


# -- a person's own


def test_own_scenarios_change_by_path(event_dict: Make, reference: Reference) -> None:
    names = {"nb": "Flere", "en": "More"}
    own = own_scenario("own-1", names, {"audience.Visitors.persons": number(3000), "night": []}, reference)
    with pytest.raises(Faults):
        own.change(read_event(event_dict(), "", reference))
    own = own_scenario(
        "own-1", names, {"audience.Visitors.persons": number(3000), "organiser.deficit": None}, reference
    )
    event = own.change(read_event(event_dict(), "", reference))
    assert event.audiences[1].persons.mode == 3000 and event.deficit is None
    assert [own.name(lang) for lang in LANGUAGES] == ["Flere", "More"]


@pytest.mark.parametrize("path", ["audience.Nobody.persons", "fame.x", "event", "audience.Visitors.persons.value.x"])
def test_a_path_that_leads_nowhere_is_a_fault(path: str, event_dict: Make, reference: Reference) -> None:
    with pytest.raises(Faults) as caught:
        own_scenario("x", {}, {path: 3, "also.nowhere": 1}, reference).change(read_event(event_dict(), "", reference))
    assert [fault.code for fault in caught.value.faults] == ["scenario.no_such_path"] * 2


def test_an_own_scenario_is_held_to_the_rules_of_an_event(event_dict: Make, reference: Reference) -> None:
    own = own_scenario("x", {}, {"audience.Visitors.casual_share": 7, "audience.Visitors.vists": 1}, reference)
    with pytest.raises(Faults) as caught:
        own.change(read_event(event_dict(), "", reference))
    assert len(caught.value.faults) == 2


def test_every_scenario_has_a_name(sample: tuple[Event, Frame]) -> None:
    event, setting = sample
    for one in scenarios(setting.apart):
        assert all(one.name(lang) for lang in LANGUAGES)
    assert [one.fits(event) for one in scenarios(setting.apart)] == [True, True, False, True]
