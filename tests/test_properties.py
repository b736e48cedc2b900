"""What must hold for every event, in every draw: what people expect of additionality, rooms, taxes and multipliers."""

from __future__ import annotations

import copy
import datetime as dt
import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from generated_events import CATEGORIES, MUNICIPALITIES, Draw, events
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from impact.draws import Sampler
from impact.effects import QUANTITIES, Economy, economy, effects
from impact.estimate import estimate
from impact.event_reading import read_event
from impact.multipliers import multipliers
from impact.reference import reference_in
from impact.regional import Region, regionalise
from impact.simulation import Frame, Simulation, frame, simulate
from impact.table import IOTable

AREAS = ("municipality", "region", "norway")
TABLES = ("norway-2017", "norway-2018", "norway-2019", "norway-2020", "norway-2021")
DELTAS = (0.15, 0.25, 0.30)
KAPPAS = (0.45, 0.59, 0.70)
FIRST_DAY = dt.date(2024, 6, 14)


def bare_event() -> dict[str, Any]:
    """An event that is still empty."""
    return {
        "event": {
            "id": "made-up",
            "name_nb": "Oppdiktet",
            "name_en": "Made up",
            "kind": "festival",
            "municipality": "5001",
            "first_day": FIRST_DAY,
            "last_day": FIRST_DAY + dt.timedelta(days=1),
            "price_year": 2024,
        }
    }


def sampled(examples: int) -> settings:
    return settings(deadline=None, derandomize=True, max_examples=examples)


def setting_of(raw: dict[str, Any], changed: dict[str, float] | None = None) -> Frame:
    return frame(reference_in(), raw["event"]["first_day"], changed=changed)


def simulated(
    raw: dict[str, Any],
    changed: dict[str, float] | None = None,
    draws: int = 20,
    seed: int = 1,
    sampler: Sampler | None = None,
) -> Simulation:
    event = read_event(copy.deepcopy(raw), "event.toml", reference_in())
    return simulate(event, setting_of(raw, changed), seed, draws, sampler)


def estimated(raw: dict[str, Any], changed: dict[str, float] | None = None, draws: int = 20) -> dict[str, Any]:
    return estimate(simulated(raw, changed, draws))


def figures(tree: Any, place: str = "") -> Iterator[tuple[str, dict[str, float]]]:
    """Every {mode, p10, p50, p90} with its place."""
    if isinstance(tree, dict) and "p10" in tree:
        yield place, {key: tree[key] for key in ("mode", "p10", "p50", "p90")}
    elif isinstance(tree, dict):
        for key, below in tree.items():
            yield from figures(below, f"{place}/{key}")


def gross(simulation: Simulation) -> float:
    """An amount that rounding errors are measured against: the largest that any figure was made of."""
    amounts = [1e6]
    for one in simulation.areas.values():
        amounts += [float(np.max(one.spending.audience_spending)), float(np.max(one.spending.displaced_spending))]
        amounts += [float(np.max(np.abs(one.spending.organiser.net)))]
    return max(amounts)


# Additionality


@sampled(40)
@given(events(homes=("host",), nights=False, organiser=False))
def test_locals_alone_are_no_injection_anywhere(raw: dict[str, Any]) -> None:
    assert_nothing(simulated(raw), AREAS)


@sampled(40)
@given(events(homes=("host", "region"), nights=False, organiser=False))
def test_the_regions_people_are_no_injection_into_region_and_norway(raw: dict[str, Any]) -> None:
    assert_nothing(simulated(raw), ("region", "norway"))


@sampled(40)
@given(events(homes=("host", "region", "norway"), nights=False, organiser=False))
def test_norwegians_are_no_injection_into_norway(raw: dict[str, Any]) -> None:
    assert_nothing(simulated(raw), ("norway",))


def assert_nothing(simulation: Simulation, areas: tuple[str, ...]) -> None:
    """Nothing in any draw."""
    for area in areas:
        here = simulation.areas[area]  # type: ignore[index]
        for amount in (here.spending.eligible, here.spending.commercial_nights, here.spending.audience_spending):
            assert not np.any(amount)
        for amount in (here.demand.total, here.demand.vat, here.demand.leakage):
            assert not np.any(amount)
        for parts in here.effects.values():
            assert not any(np.any(values) for values in parts.values())


@sampled(40)
@given(events(nights=False, organiser=False))
def test_a_larger_area_has_fewer_outsiders(raw: dict[str, Any]) -> None:
    areas = simulated(raw).areas
    for outer, inner in (("norway", "region"), ("region", "municipality")):
        for name in ("eligible", "commercial_nights"):
            larger, smaller = getattr(areas[outer].spending, name), getattr(areas[inner].spending, name)  # type: ignore[index]
            assert np.all(larger <= smaller * (1 + 1e-12))


@sampled(40)
@given(events(nights=False), st.integers(1, 60))
def test_twice_the_days_are_half_the_persons(raw: dict[str, Any], tenths: int) -> None:
    row = raw["audience"][0]
    row.pop("persons", None)
    row["visits"] = row.get("visits", 5000)
    row["days_per_person"] = tenths / 10
    once = simulated(raw)
    row["days_per_person"] = 2 * tenths / 10
    twice = simulated(raw)
    assert np.allclose(once.people[0].persons, np.asarray(twice.people[0].persons) * 2, rtol=1e-12, atol=0)
    assert np.allclose(once.people[0].eligible, np.asarray(twice.people[0].eligible) * 2, rtol=1e-12, atol=0)


@sampled(40)
@given(events())
def test_day_visitors_spend_nothing_on_rooms(raw: dict[str, Any]) -> None:
    for row in raw["audience"]:
        row["nights_per_person"] = 0
        row.setdefault("spend", {})["accommodation"] = 1500
    for night in raw.get("night", []):
        night.pop("event_demand", None)
    simulation = simulated(raw)
    for here in simulation.areas.values():
        assert not np.any(here.spending.commercial_nights)
        assert not np.any(here.spending.before.get("accommodation", 0.0))
    if simulation.rooms is not None:
        assert not np.any(simulation.rooms.demand)


# Rooms


@sampled(60)
@given(events(nights=True))
def test_a_night_sold_out_without_the_event_adds_no_room_night(raw: dict[str, Any]) -> None:
    for night in raw["night"]:
        night["rooms"] = 3000
        night["baseline_sold"] = 3000
        if "sold" in night:
            night["sold"] = 3000
    simulation = simulated(raw)
    assert simulation.rooms is not None
    incremental = np.asarray(simulation.rooms.housed - simulation.rooms.displaced)
    assert np.all(np.abs(incremental) <= 1e-9 * np.maximum(1, simulation.rooms.demand))


@sampled(60)
@given(events(nights=True))
def test_rooms_are_conserved(raw: dict[str, Any]) -> None:
    """Each room-night asked for is housed, unhoused or unsupported; nobody is displaced by nobody."""
    rooms = simulated(raw).rooms
    assert rooms is not None
    noise = 1e-9 * (1 + np.asarray(rooms.demand))
    parts = rooms.housed, rooms.displaced, rooms.unhoused, rooms.unsupported
    assert np.all(np.abs(rooms.housed + rooms.unhoused + rooms.unsupported - rooms.demand) <= noise)
    assert all(np.all(np.asarray(part) >= -noise) for part in parts)
    assert np.all(rooms.displaced <= rooms.housed + noise)


# Multipliers


def rows_of(table: IOTable, seed: int, width: int) -> dict[str, Any]:
    """Kroner for every industry, in every column."""
    amounts = np.random.default_rng(seed).exponential(1e6, (len(table.codes), width))
    return dict(zip(table.codes, amounts, strict=True))


def parts_of(here: Economy, demand: dict[str, Any], delta: Any, kappa: Any, width: int) -> dict[str, Any]:
    """Direct, indirect and induced effects, quantities × columns."""
    result = effects(here, demand, delta, kappa, width)
    direct, through = result.first(here.coefficients), result.through(here.coefficients)
    return {"direct": direct, "indirect": through - direct, "induced": result.induced(here.coefficients)}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("kappa", KAPPAS)
def test_type_2_is_above_type_1_is_above_1_in_every_industry(name: str, kappa: float) -> None:
    assert_ordered_types(reference_in().table(name), kappa)


@pytest.mark.parametrize("name", TABLES[:3])
@pytest.mark.parametrize("delta", DELTAS)
def test_the_same_holds_for_regional_tables(name: str, delta: float) -> None:
    setting = frame(reference_in(), FIRST_DAY, name)
    assert setting.quotients is not None
    slq = tuple(setting.reference.slq(setting.table, setting.quotients).tolist())
    for host in MUNICIPALITIES:
        assert_ordered_types(regionalise(setting.table, Region(setting.size((host,)), slq), delta), 0.59)


RATIOS = {
    "output_multiplier": "output",
    "value_added_multiplier": "value_added",
    "income_multiplier": "compensation",
    "employment_multiplier": "employment",
}


def assert_ordered_types(table: IOTable, kappa: float) -> None:
    """Effects of Type II ≥ of Type I; ratios likewise, and ≥ 1, where there is something to be a ratio of.

    Air transport lost money in 2020: its own value added is below zero, and a ratio to that says nothing.
    """
    found = multipliers(table, kappa)
    first, second = found.type_1, found.type_2
    assert second is not None
    for column in first.columns:
        counted = np.nan_to_num(getattr(table, RATIOS[column])) > 0 if column in RATIOS else first[column].notna()
        assert (second.loc[counted, column] >= first.loc[counted, column] - 1e-12).all(), column
        if column in RATIOS:
            assert (first.loc[counted, column] >= 1 - 1e-12).all(), column
    assert (first["output_multiplier"] >= 1 - 1e-12).all()


@pytest.mark.parametrize("host", MUNICIPALITIES)
def test_one_injection_does_most_in_norway_and_least_in_the_host(host: str) -> None:
    """At low, mode and high of δ and κ, and at random ones between, for f that is spread over all industries."""
    setting = setting_of(bare_event())
    random = np.random.default_rng(7)
    low, _, high = setting.delta
    delta = np.sort([*np.repeat(DELTAS, 3), *random.uniform(low, high, 91)])
    kappa = np.array([*KAPPAS * 3, *random.uniform(KAPPAS[0], KAPPAS[2], 91)])
    demand = rows_of(setting.table, 8, 100)
    found = {area: parts_of(setting.economy(area, host), demand, delta, kappa, 100) for area in AREAS}  # type: ignore[arg-type]
    for smaller, larger in (("municipality", "region"), ("region", "norway")):
        assert np.array_equal(found[smaller]["direct"], found[larger]["direct"])
        for part in ("indirect", "induced"):
            assert np.all(found[smaller][part] <= found[larger][part] * (1 + 1e-12)), (smaller, larger, part)


@pytest.mark.parametrize("industry", ["RI", "R93", "R10_12", "RF", "R84", "R68A"])
def test_one_injection_does_most_in_norway_in_every_draw(industry: str) -> None:
    amount = {"low": 4e5, "mode": 1e6, "high": 3e6, "evidence": "assumed", "source": "made up"}
    raw = {**bare_event(), "organiser_cost": [{"name": "All", "amount": amount, "industry": industry}]}
    areas = simulated(raw, draws=500).areas
    for quantity in QUANTITIES:
        totals = [areas[area].effects[quantity]["total"] for area in AREAS]  # type: ignore[index]
        assert np.all(totals[0] <= totals[1] * (1 + 1e-12))
        assert np.all(totals[1] <= totals[2] * (1 + 1e-12))


@sampled(60)
@given(st.floats(0.15, 0.30), st.floats(0.45, 0.70), st.sampled_from(MUNICIPALITIES), st.integers(0, 10_000))
def test_interpolation_over_delta_is_within_a_thousandth(delta: float, kappa: float, host: str, seed: int) -> None:
    setting = setting_of(bare_event())
    table = setting.table
    demand = rows_of(table, seed, 1)
    for codes, area in (((host,), "municipality"), (MUNICIPALITIES, "region")):
        assert setting.quotients is not None
        slq = tuple(setting.reference.slq(table, setting.quotients).tolist())
        exact = economy(table, (delta, delta, delta), Region(setting.size(codes), slq))
        wanted = parts_of(exact, demand, delta, kappa, 1)
        found = parts_of(setting.economy(area, host), demand, delta, kappa, 1)  # type: ignore[arg-type]
        for part in ("direct", "indirect", "induced"):
            assert np.allclose(found[part], wanted[part], rtol=1e-3, atol=0), part


def test_interpolation_is_as_good_for_each_industry_halfway_between_nodes() -> None:
    """Where the error is largest, for one industry's product at a time."""
    setting = setting_of(bare_event())
    table = setting.table
    here = setting.economy("municipality", "5027")
    assert here.region is not None and here.nodes.size >= 33
    halfway = (here.nodes[:-1] + here.nodes[1:]) / 2
    worst = 0.0
    for delta in halfway[::6]:
        exact = economy(table, (delta, delta, delta), here.region)
        for code in table.codes:
            wanted, found = (parts_of(one, {code: np.array([1e6])}, delta, 0.59, 1) for one in (exact, here))
            for part in ("indirect", "induced"):
                base = np.maximum(np.abs(wanted[part]), 1e-12)
                worst = max(worst, float(np.max(np.abs(found[part] - wanted[part]) / base)))
    assert worst < 1e-3


# Sums


@sampled(60)
@given(events())
def test_the_bridge_closes_to_the_krone_in_every_draw(raw: dict[str, Any]) -> None:
    simulation = simulated(raw)
    for area, here in simulation.areas.items():
        spending, demand = here.spending, here.demand
        left = spending.audience_spending - spending.displaced_spending + spending.organiser.net
        right = demand.total + demand.vat + demand.leakage
        noise = 1e-12 * gross(simulation)
        assert np.all(np.abs(np.asarray(left - right)) <= min(noise, 0.5)), area
        assert np.all(np.abs(sum(spending.after.values()) - (left - spending.organiser.net)) <= noise), area


@sampled(40)
@given(events())
def test_parts_sum_to_the_whole_in_every_draw(raw: dict[str, Any]) -> None:
    """Direct, indirect and induced; the municipalities; pay at home and pay that leaves the region."""
    simulation = simulated(raw)
    noise = 1e-11 * gross(simulation)
    for here in simulation.areas.values():
        for parts in here.effects.values():
            assert np.all(np.abs(parts["direct"] + parts["indirect"] + parts["induced"] - parts["total"]) <= noise)
    places, region = simulation.places, simulation.areas["region"]
    assert places is not None
    for quantity, by_part in places.effects.items():
        for part, values in by_part.items():
            together = sum(np.asarray(one) for one in values)
            assert np.all(np.abs(together - region.effects[quantity][part]) <= noise), (quantity, part)
    pay = region.effects["compensation"]["total"]
    assert np.all(np.abs(places.pay_home.sum(axis=0) + places.pay_outside - pay) <= noise)


@sampled(40)
@given(events())
def test_industries_sum_to_the_totals(raw: dict[str, Any]) -> None:
    simulation = simulated(raw)
    tree = estimate(simulation)
    noise = 1e-11 * gross(simulation)
    for here in tree["areas"].values():
        for quantity, parts in here["effects"].items():
            industries = here["by_industry"][quantity].values()
            for part in ("direct", "indirect", "induced"):
                assert abs(sum(one[part] for one in industries) - parts[part]["mode"]) <= noise, (quantity, part)
        assert abs(sum(here["final_demand"]["by_industry"].values()) - here["final_demand"]["mode"]) <= noise


# Taxes


VAT_RATES = {"food_service": 0.25, "accommodation": 0.12, "local_transport": 0.12, "culture": 0.0, "groceries": 0.15}


@sampled(60)
@given(events(organiser=False), st.sampled_from(sorted(VAT_RATES)), st.floats(0.01, 0.5))
def test_a_higher_vat_rate_takes_from_the_rest_what_it_gives_the_state(
    raw: dict[str, Any], category: str, more: float
) -> None:
    before = simulated(raw)
    after = simulated(raw, {f"vat.{category}": VAT_RATES[category] + more})
    noise = 1e-12 * gross(before)
    for area in AREAS:
        low, high = before.areas[area], after.areas[area]  # type: ignore[index]
        gained = np.asarray(high.demand.vat - low.demand.vat)
        lost = np.asarray(low.demand.total - high.demand.total)
        leaked = np.asarray(low.demand.leakage - high.demand.leakage)
        assert np.all(np.abs(gained - lost - leaked) <= noise)
        if category != "groceries":
            assert not np.any(leaked)
        wanted = np.asarray(low.spending.after.get(category, 0.0))
        rates = 1 / (1 + VAT_RATES[category]) - 1 / (1 + VAT_RATES[category] + more)
        assert np.all(np.abs(gained - wanted * rates) <= noise)


@sampled(40)
@given(events(nights=False, price_years=(2024, 2024)))
def test_effects_are_those_of_final_demand_and_of_nothing_else(raw: dict[str, Any]) -> None:
    """VAT and leakage have no effects: final demand alone, bought by an organiser without VAT, gives the same."""
    first = estimated(raw)["areas"]
    for area in AREAS:
        demand = first[area]["final_demand"]["by_industry"]
        assume(all(amount > 0 for amount in demand.values()))
        costs = [{"name": code, "amount": amount, "industry": code} for code, amount in demand.items()]
        again = estimated({"event": raw["event"], "audience": raw["audience"][:0], "organiser_cost": costs or SMALL})
        for quantity, parts in first[area]["effects"].items():
            for part, figure in parts.items():
                wanted = again["areas"][area]["effects"][quantity][part]["mode"] if costs else 0.0
                assert math.isclose(figure["mode"], wanted, rel_tol=1e-9, abs_tol=1e-9), (area, quantity, part)


SMALL = [{"name": "None", "amount": 0, "industry": "R77"}]


# Uncertainty


@sampled(40)
@given(events())
def test_percentiles_are_in_order(raw: dict[str, Any]) -> None:
    found = list(figures(estimated(raw)))
    assert len(found) > 100
    for place, figure in found:
        assert figure["p10"] <= figure["p50"] <= figure["p90"], place
        assert all(math.isfinite(one) for one in figure.values()), place


def symmetric(draw: Draw, mode: float) -> dict[str, Any]:
    spread = draw(st.sampled_from([0.0, 0.1, 0.2, 0.3]))
    figures = {"low": mode * (1 - spread), "mode": mode, "high": mode * (1 + spread)}
    return {**figures, "evidence": "surveyed", "source": "made up"}


@st.composite
def calm_events(draw: Draw) -> dict[str, Any]:
    """Symmetric ranges, rooms to spare on every night, no share near 0 or 1, and more days than nights."""

    def about(low: float, high: float) -> dict[str, Any]:
        return symmetric(draw, low + (high - low) * draw(st.integers(0, 20)) / 20)

    raw = bare_event()
    raw["audience"] = [
        {
            "name": home,
            "role": "spectator",
            "home": home,
            "visits": about(500, 5000),
            "days_per_person": about(3, 5),
            "casual_share": about(0.05, 0.3),
            "time_switcher_share": about(0.05, 0.3),
            "attribution": about(0.5, 0.75),
            "nights_per_person": about(0.5, 1.5),
            "commercial_share": about(0.3, 0.7),
            "persons_per_room": about(1.3, 2.2),
            "spend": {category: about(50, 900) for category in draw(st.sets(st.sampled_from(CATEGORIES), max_size=5))},
        }
        for home in sorted(draw(st.sets(st.sampled_from(("host", "region", "norway", "abroad")), min_size=1)))
    ]
    raw["organiser_cost"] = [
        {"name": "Stage", "amount": about(1e5, 2e6), "industry": "R77", "local_share": about(0.3, 0.7)}
    ]
    raw["organiser_income"] = [{"name": "Tickets", "amount": about(1e5, 2e6), "inside_share": about(0.3, 0.7)}]
    raw["night"] = [
        {"date": f"2024-06-{day}", "rooms": about(20_000, 30_000), "baseline_sold": about(1000, 4000)}
        for day in (14, 15)
    ]
    return raw


@sampled(40)
@given(calm_events())
def test_symmetric_ranges_put_the_modes_between_p10_and_p90(raw: dict[str, Any]) -> None:
    tree = estimated(raw, draws=400)
    assert tree["rooms"]["displaced"]["p90"] == 0
    for place, figure in figures(tree):
        slack = 1e-9 * (abs(figure["p10"]) + abs(figure["p90"]))
        assert figure["p10"] - slack <= figure["mode"] <= figure["p90"] + slack, (place, figure)


@sampled(100)
@given(events(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_keys_changes_nothing(raw: dict[str, Any], random: Any) -> None:
    """The same bytes, warnings and all."""
    assert json.dumps(estimated(raw)) == json.dumps(estimated(shuffled(raw, random)))


def shuffled(node: Any, random: Any) -> Any:
    """The same with the rows of every list and the keys of every table in another order."""
    if isinstance(node, dict):
        keys = list(node)
        random.shuffle(keys)
        return {key: shuffled(node[key], random) for key in keys}
    if isinstance(node, list):
        rows = [shuffled(one, random) for one in node]
        random.shuffle(rows)
        return rows
    return node


@sampled(40)
@given(events())
def test_ten_times_the_kroner_give_ten_times_the_result(raw: dict[str, Any]) -> None:
    """All that is in kroner, an ordinary guest's spending included, times ten; people and rooms stay."""
    one = simulated(raw, {"ordinary_guest.spending": 2200})
    ten = simulated(in_other_kroner(raw), {"ordinary_guest.spending": 22_000})
    noise = 1e-11 * gross(ten)
    once, tenfold = dict(figures(estimate(one))), dict(figures(estimate(ten)))
    assert once.keys() == tenfold.keys()
    for place, figure in once.items():
        factor = 1 if place.endswith(("persons", "nights")) or place.startswith("/rooms") else 10
        for name, value in figure.items():
            assert math.isclose(tenfold[place][name], factor * value, rel_tol=1e-9, abs_tol=noise), (place, name)


def in_other_kroner(raw: dict[str, Any]) -> dict[str, Any]:
    """The event with ten times the kroner; named amounts are told by their names."""

    def times(number: Any) -> Any:
        if isinstance(number, dict):
            return {key: one if isinstance(one, str) or key == "share" else one * 10 for key, one in number.items()}
        return number * 10

    other = copy.deepcopy(raw)
    for name in other["numbers"]:
        if name.startswith(("price", "money", "budget")):
            other["numbers"][name] = times(other["numbers"][name])
    for row in other["audience"]:
        row["spend"] = {category: times(number) for category, number in row.get("spend", {}).items()}
    for row in [*other["organiser_cost"], *other["organiser_income"]]:
        row["amount"] = times(row["amount"])
    return other


@sampled(20)
@given(st.lists(events(), min_size=2, max_size=4), st.integers(0, 2**40))
def test_events_in_a_batch_draw_as_they_do_alone(batch: list[dict[str, Any]], seed: int) -> None:
    sampler = Sampler(seed, 30)
    for raw in batch:
        together = estimate(simulated(raw, sampler=sampler))
        alone = estimate(simulated(raw, draws=30, seed=seed))
        assert json.dumps(together) == json.dumps(alone)


@sampled(40)
@given(events())
def test_a_named_number_is_one_unknown_in_all_its_rows(raw: dict[str, Any]) -> None:
    """Two audiences with the same named numbers are equal in every draw."""
    first = copy.deepcopy(raw["audience"][0])
    named = {"low": 100, "mode": 300, "high": 400, "evidence": "assumed", "source": "made up"}
    days = {"low": 1, "mode": 2, "high": 3, "evidence": "assumed", "source": "made up"}
    rows = [
        {"name": name, "role": first["role"], "home": "abroad", "visits": {"ref": "a"}, "days_per_person": {"ref": "b"}}
        for name in ("One", "Two")
    ]
    simulation = simulated({"event": raw["event"], "numbers": {"a": named, "b": days}, "audience": rows})
    one, two = simulation.people
    assert np.array_equal(one.persons, two.persons)
    assert np.unique(np.asarray(one.persons)[simulation.draws]).size > 10


def test_each_number_has_draws_of_its_own_that_other_rows_do_not_move() -> None:
    raw = bare_event()
    persons = {"low": 100, "mode": 300, "high": 400, "evidence": "assumed", "source": "made up"}
    rows = [{"name": name, "role": "guest", "home": "abroad", "persons": persons} for name in ("One", "Two", "Three")]
    alone = simulated({**raw, "audience": rows[:1]}, draws=2000)
    together = simulated({**raw, "audience": rows}, draws=2000)
    draws = {one.audience.name: np.asarray(one.persons)[together.draws] for one in together.people}
    assert np.array_equal(draws["One"], np.asarray(alone.people[0].persons)[alone.draws])
    # Independent draws: 2 000 of them correlate by less than 0.07 in 998 of 1 000 cases.
    assert abs(np.corrcoef(draws["One"], draws["Two"])[0, 1]) < 0.07
    assert abs(np.corrcoef(draws["One"], draws["Three"])[0, 1]) < 0.07
    # PERT: the mean is (low + 4 mode + high) / 6 = 283.3, within four standard errors.
    assert abs(float(np.mean(draws["One"])) - 1700 / 6) < 4 * float(np.std(draws["One"])) / math.sqrt(2000)


@sampled(40)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=5), st.floats(0.985, 1.015))
def test_parts_make_up_their_total_in_every_draw(weights: list[int], wrong: float) -> None:
    raw = bare_event()
    total = {"low": 1000, "mode": 5000, "high": 6000, "evidence": "reported", "source": "made up"}
    raw["numbers"] = {"tickets": total}
    raw["audience"] = []
    for number, weight in enumerate(weights):
        mode = weight / sum(weights) * wrong
        share = {"low": mode * 0.5, "mode": mode, "high": min(1.0, mode * 1.5), "evidence": "assumed", "source": "x"}
        assume(share["high"] >= mode)
        row = {"name": f"{number}", "role": "spectator", "home": "abroad", "visits": {"of": "tickets", "share": share}}
        raw["audience"].append(row)
    simulation = simulated(raw)
    together = sum(np.asarray(one.persons) for one in simulation.people)
    assert np.allclose(together, simulation.x.column("numbers/tickets", 0.0), rtol=1e-12, atol=0)


def test_another_seed_gives_other_draws_and_the_same_modes() -> None:
    raw = bare_event()
    cost = {"name": "Hall", "amount": {"low": 1e5, "mode": 2e5, "high": 4e5}, "industry": "R93"}
    raw = {**raw, "organiser_cost": [cost]}
    first, again, other = (estimate(simulated(raw, seed=seed))["areas"] for seed in (1, 1, 2))
    assert first == again
    assert first["region"]["final_demand"]["mode"] == other["region"]["final_demand"]["mode"]
    assert first["region"]["final_demand"]["p50"] != other["region"]["final_demand"]["p50"]
