"""«Where does this number come from?»: every figure is followed to its inputs, parameters and sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Run, number, spread

from data.faults import Faults
from data.phrases import LANGUAGES
from impact.estimate import estimate
from impact.event_reading import read_event
from impact.lock import lock, read_lock
from impact.provenance import Step, explain, figures_of, input_name
from impact.simulation import frame, simulate

QUANTITIES = ("output", "value_added", "compensation", "employment")


@pytest.fixture
def tree(event_dict, reference) -> dict[str, Any]:
    raw = event_dict(numbers={"tickets": number(800, "reported"), "days": spread(1, 1.5, 2)})
    raw["audience"].append(
        {
            "name": "Presse/medier",
            "role": "media",
            "home": "abroad",
            "visits": {"of": "tickets", "share": spread(0.9, 1, 1)},
            "days_per_person": {"ref": "days"},
            "spend": {"food_service": number(300), "other": number(20)},
        }
    )
    event = read_event(raw, "event.toml", reference)
    return estimate(simulate(event, frame(reference, event.first_day), draws=50))


def leaves(step: Step) -> Iterator[Step]:
    return (one for _, one in step.walk() if not one.below)


def test_every_figure_can_be_explained(tree) -> None:
    known = figures_of(tree)
    assert len(known) == len(set(known)) > 80
    for key in known:
        step = explain(tree, key)
        assert step.key == key
        for _, one in step.walk():
            for lang in LANGUAGES:
                assert one.name(lang).strip() and "{" not in one.name(lang) + one.formula(lang), one


def test_what_has_no_steps_below_is_an_input_a_parameter_or_data(tree) -> None:
    """An input or parameter at the bottom says how it is known, and from where."""
    seen = set()
    for key in figures_of(tree):
        for leaf in leaves(explain(tree, key)):
            if leaf.phrase in ("input", "parameter"):
                assert leaf.evidence in ("counted", "surveyed", "reported", "assumed"), leaf
                assert leaf.source, leaf
                seen.add(leaf.key)
            elif leaf.phrase == "table":
                assert "Statistics Norway" in leaf.source
    assert {"parameter.households.kappa", "parameter.flq.delta", "parameter.rooms.friction"} <= seen
    assert {"audience/Visitors/persons", "organiser_cost/Stage/amount", "numbers/tickets"} <= seen


def test_every_leaf_has_a_source(tree) -> None:
    bare = {
        leaf.key
        for key in figures_of(tree)
        for leaf in leaves(explain(tree, key))
        if not leaf.source and leaf.value not in (None, 0)
    }
    assert bare == set()


def test_parts_sum_to_their_whole(tree) -> None:
    for area in tree["areas"]:
        for quantity in QUANTITIES:
            total = explain(tree, f"{area}.effects.{quantity}.total")
            parts = total.below[:3]
            assert [step.phrase for step in parts] == ["direct", "indirect", "induced"]
            assert [step.phrase for step in total.below[3:]] == ["prices"] * (quantity == "employment")
            assert sum(step.value for step in parts) == pytest.approx(total.value, rel=1e-12)
        spending = explain(tree, f"{area}.audience_spending")
        assert sum(step.value for step in spending.below) == pytest.approx(spending.value, rel=1e-12)
        displaced = explain(tree, f"{area}.displaced_spending")
        assert sum(step.value for step in displaced.below) == pytest.approx(displaced.value, rel=1e-12)


def test_the_bridge_to_final_demand_closes(tree) -> None:
    for area in tree["areas"]:
        demand = explain(tree, f"{area}.final_demand")
        parts = {step.phrase: step.value for step in demand.below}
        minus = parts["displaced_spending"] + parts["vat"] + parts["leakage"]
        assert demand.value == pytest.approx(parts["audience_spending"] + parts["organiser_net"] - minus, rel=1e-9)


def test_a_figure_leads_to_the_inputs_that_move_it(tree) -> None:
    keys = {step.key for _, step in explain(tree, "region.effects.value_added.total").walk()}
    for wanted in (
        "region.final_demand",
        "tables.norway-2019",
        "parameter.flq.delta",
        "parameter.vat.food_service",
        "audience/Visitors/spend/food_service",
        "organiser_income/Sponsors/inside_share",
        "night/2024-06-14/rooms",
    ):
        assert wanted in keys


def test_a_named_number_and_a_part_lead_to_their_total(tree) -> None:
    steps = {step.key: step for _, step in explain(tree, "region.eligible_persons").walk()}
    assert [step.key for step in steps["audience/Presse/medier/days_per_person"].below] == ["numbers/days"]
    part = steps["audience/Presse/medier/visits"]
    assert [step.key for step in part.below] == ["numbers/tickets", "audience/Presse/medier/visits/share"]
    assert steps["numbers/tickets"].value == 800
    assert steps["numbers/tickets"].source == "made up"


def test_names_of_inputs_in_words() -> None:
    assert input_name("audience/Presse/medier/visits", "nb") == "Presse/medier: besøk"
    assert input_name("audience/A/spend/food_service", "en") == "A: spending: food and drink"
    assert input_name("organiser_cost/A/local_share/region", "nb").startswith("A: ")
    assert input_name("parameter/flq.delta", "nb").startswith("δ")
    assert input_name("parameter/gone.since", "nb") == "gone.since"


def test_the_chain_as_plain_data(tree) -> None:
    for key in ("region.effects.employment.induced", "municipality.displaced_spending", "norway.vat"):
        step = explain(tree, key)
        plain = json.loads(json.dumps(step.as_dict(), allow_nan=False))
        assert set(plain) == {"key", "phrase", "value", "label", "evidence", "source", "below"}
        assert (plain["key"], plain["value"], len(plain["below"])) == (key, step.value, len(step.below))


@pytest.mark.parametrize(
    "key", ["", "region", "region.", "region.effects", "region.effects.value_added", "x.vat", "vat"]
)
def test_a_figure_that_is_not_there_is_refused(key: str, tree) -> None:
    with pytest.raises(Faults) as caught:
        explain(tree, key)
    [fault] = caught.value.faults
    for lang in LANGUAGES:
        assert any(known in fault.expected(lang) for known in figures_of(tree))


def test_a_percentile_is_explained_as_its_figure_and_anything_else_below_it_refused(tree) -> None:
    key = "region.effects.value_added.total"
    assert explain(tree, f"{key}.p90") == explain(tree, key) == explain(tree, f"areas.{key}")
    for below in ("x", "mode.x", "p95", "mode.mode.mode"):
        with pytest.raises(Faults):
            explain(tree, f"{key}.{below}")


def test_an_area_that_the_table_does_not_serve_has_no_figures(event_dict, reference) -> None:
    event = read_event(event_dict(), "event.toml", reference)
    tree = estimate(simulate(event, frame(reference, event.first_day, "norway-2020"), draws=20))
    assert not {key.partition(".")[0] for key in figures_of(tree)} & {"municipality", "region"}
    assert explain(tree, "norway.effects.employment.total").value is None
    with pytest.raises(Faults):
        explain(tree, "region.vat")


def test_the_command_line_explains_in_both_languages(tree, tmp_path, command: Callable[..., Run]) -> None:
    path = tmp_path / "lock.json"
    path.write_bytes(lock(tree))
    said = {}
    for lang, word in (("nb", "Verdiskaping, i alt"), ("en", "Value added, total")):
        given = command("explain", path, "region.effects.value_added.total", "--lang", lang)
        assert (given.code, given.err) == (0, "")
        first = next(place for place, line in enumerate(given.out.splitlines()) if line.startswith(word))
        assert all(line.startswith("  ") for line in given.out.splitlines()[first + 1 :])
        assert "made up" in given.out and "{" not in given.out
        said[lang] = given.out
    assert said["nb"] != said["en"]
    given = command("explain", path, "region.effects.value_added.total", "--json")
    chain = explain(read_lock(path), "region.effects.value_added.total")
    assert json.loads(given.out) == json.loads(json.dumps(chain.as_dict()))
    [line] = command("explain", path, "region.turnover", "--lang", "en").faults()
    assert line.startswith("region.turnover")
