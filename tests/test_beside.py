"""What stands beside the money: read whole or refused whole, kept in the lock, and never a krone of the estimate."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, number, spread

from data.dated import read_parameters
from data.faults import Faults
from data.phrases import LANGUAGES, has, say
from impact.beside import CHAPTERS, DEGREES, MODES, WAYS, WHO, Beside, indicator_list, strategy_areas, strategy_name
from impact.estimate import estimate
from impact.event import event_as_dict
from impact.event_reading import read_event, read_event_file
from impact.lock import canonical, differences, lock, read_locked, recompute, rounded
from impact.provenance import explain, figures_of
from impact.reference import Reference
from impact.simulation import frame, simulate
from impact.workbook import read_workbook, write_workbook

DRAWS = 400
Make = Callable[..., dict[str, Any]]


def whole() -> dict[str, Any]:
    return {
        "volunteers": {"number": number(100, "reported"), "hours": spread(2000, 2400, 3000)},
        "media": {"would_return": number(0.7, "surveyed"), "reach": number(50_000, "reported")},
        "travel": [
            {
                "name": "Tog",
                "audience": "Visitors",
                "share": number(0.25),
                "mode": "rail",
                "ways": "one_way",
                "distance_km": number(500),
            },
            {
                "name": "Elbil",
                "audience": "Visitors",
                "share": number(0.5),
                "mode": "car_electric",
                "ways": "return",
                "distance_km": spread(80, 100, 120),
                "trips": number(2),
                "occupancy": number(2.5, "surveyed"),
            },
            {
                "name": "Lag",
                "persons": number(30),
                "mode": "other",
                "ways": "one_way",
                "distance_km": number(10),
                "factor": number(200, "reported"),
            },
        ],
        "indicator": [
            {
                "name": "Stolthet",
                "code": "SO-CE2.2",
                "who": "residents",
                "value": spread(0.6, 0.65, 0.7),
                "n": 412,
            }
        ],
        "strategy": {"area_1": {"degree": 2, "ground": "Studenter får jobb"}, "area_4": {"degree": 0, "ground": "–"}},
    }


def tree_of(raw: dict[str, Any], reference: Reference, changed: dict[str, float] | None = None) -> dict[str, Any]:
    event = read_event(raw, "event.toml", reference)
    return estimate(simulate(event, frame(reference, event.first_day, changed=changed), 1, DRAWS))


# -- reading


def test_a_whole_section_is_read_and_written_as_it_is(event_dict: Make, reference: Reference) -> None:
    event = read_event(event_dict(beside=whole()), "event.toml", reference)
    assert isinstance(event.beside, Beside)
    assert [row.name for row in event.beside.travel] == ["Elbil", "Lag", "Tog"]
    raw = event_as_dict(event)
    assert raw["beside"]["strategy"] == whole()["strategy"]
    assert raw["beside"]["indicator"] == whole()["indicator"]
    again = read_event(raw, "event.toml", reference)
    assert again == event
    json.loads(canonical(raw))


@pytest.mark.parametrize("empty", [{}, {"volunteers": {}}, {"travel": [], "strategy": {}}])
def test_an_empty_section_is_none(empty: dict[str, Any], event_dict: Make, reference: Reference) -> None:
    event = read_event(event_dict(beside=empty), "event.toml", reference)
    assert event.beside is None and "beside" not in event_as_dict(event)


def broken(path: str, value: Any) -> dict[str, Any]:
    """The whole section with ``value`` at ``path``; None takes away what is there."""
    section = copy.deepcopy(whole())
    *way, last = path.split(".")
    place: Any = section
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return section


@pytest.mark.parametrize(
    ("path", "value", "place", "code"),
    [
        ("volunteers.number", 100, "[beside], volunteers.number", "beside_no_grounds"),
        ("volunteers.number", {"value": 1, "evidence": "reported"}, "[beside], volunteers.number", "beside_no_grounds"),
        ("volunteers.pay", number(1), "[beside], volunteers.pay", "unknown_field_far"),
        ("volunteers", 3, "[beside], volunteers", "not_a_table"),
        ("media.would_return", number(70), "[beside], media.would_return.value", "rule_share"),
        ("travel", {"name": "x"}, "[beside], travel", "not_rows"),
        ("travel.0.audience", "Visitor", "[[beside.travel]] «Tog», audience", "unknown_choice_near"),
        ("travel.0.audience", None, "[[beside.travel]] «Tog», audience", "beside_no_group"),
        ("travel.0.persons", number(3), "[[beside.travel]] «Tog», audience", "beside_both_groups"),
        ("travel.0.mode", "trian", "[[beside.travel]] «Tog», mode", "unknown_choice_near"),
        ("travel.0.ways", None, "[[beside.travel]] «Tog», ways", "missing_field"),
        ("travel.0.distance_km", number(-1), "[[beside.travel]] «Tog», distance_km.value", "rule_amount"),
        ("travel.0.occupancy", number(2), "[[beside.travel]] «Tog», occupancy", "beside_occupancy_for_person"),
        ("travel.0.share", number(0.9), "[beside], travel", "beside_shares_above_one"),
        ("travel.0.share", None, "[beside], travel", "beside_shares_above_one"),
        ("travel.0.share", {"of": "x", "share": 0.5}, "[[beside.travel]] «Tog», share", "beside_no_part"),
        ("travel.0.name", "Lag", "[[beside.travel]] «Lag», name", "name_twice"),
        ("indicator.0.code", "SO-CE9", "[[beside.indicator]] «Stolthet», code", "unknown_choice_near"),
        ("indicator.0.who", "pets", "[[beside.indicator]] «Stolthet», who", "unknown_choice_far"),
        ("indicator.0.n", 4.5, "[[beside.indicator]] «Stolthet», n", "beside_not_a_count"),
        ("strategy.area_1.degree", 4, "[beside], strategy.area_1.degree", "beside_bad_degree"),
        ("strategy.area_1.degree", True, "[beside], strategy.area_1.degree", "beside_bad_degree"),
        ("strategy.area_1.ground", None, "[beside], strategy.area_1.ground", "missing_field"),
        ("strategy.area_7", {}, "[beside], strategy.area_7", "unknown_field_near"),
        ("strategy.area_1", 2, "[beside], strategy.area_1", "not_a_table"),
    ],
)
def test_a_fault_is_named_with_its_place(
    path: str, value: Any, place: str, code: str, event_dict: Make, reference: Reference
) -> None:
    with pytest.raises(Faults) as caught:
        read_event(event_dict(beside=broken(path, value)), "event.toml", reference)
    assert [(fault.place, fault.code) for fault in caught.value.faults] == [(place, f"event.{code}")]
    for lang in LANGUAGES:
        assert "{" not in caught.value.faults[0].line(lang).replace("{value=", "")


def test_all_faults_come_at_once(event_dict: Make, reference: Reference) -> None:
    section = broken("travel.0.mode", "x") | {"volunteers": {"number": 3}, "fame": {}}
    with pytest.raises(Faults) as caught:
        read_event(event_dict(beside=section), "event.toml", reference)
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("junk", [3, [], "x", {"travel": [3]}, {"indicator": {}}, {"strategy": [1]}, {"media": []}])
def test_junk_is_refused(junk: Any, event_dict: Make, reference: Reference) -> None:
    with pytest.raises(Faults):
        read_event(event_dict(beside=junk), "event.toml", reference)


# -- figures


def test_nothing_here_moves_a_krone(event_dict: Make, reference: Reference) -> None:
    without, given = tree_of(event_dict(), reference), tree_of(event_dict(beside=whole()), reference)
    assert "beside" not in without and "beside" in given
    assert not [key for key in without["parameters"] if key.startswith(("co2", "scenario"))]
    for tree in (without, given):
        tree["event"].pop("beside", None)
        tree.pop("beside", None)
    assert canonical(rounded(without)) == canonical(rounded(given))


def test_emissions_follow_the_additional_persons(event_dict: Make, reference: Reference) -> None:
    """1 000 visitors from Norway: additional to region and municipality, not to Norway. SSB's train: 12.2 g."""
    travel = tree_of(event_dict(beside=whole()), reference)["beside"]["travel"]
    tog, elbil, lag = (next(r for r in travel["rows"] if r["name"] == n)["co2_kg"] for n in ("Tog", "Elbil", "Lag"))
    assert tog["region"]["mode"] == pytest.approx(1000 * 0.25 * 1000 * 12.2 / 1000)
    assert tog["norway"]["mode"] == 0 and tog["everyone"]["mode"] == tog["region"]["mode"]
    assert elbil["region"]["mode"] == pytest.approx(1000 * 0.5 * 100 * 2 * 47 / 2.5 / 1000)
    assert lag["norway"]["mode"] == lag["region"]["mode"] == pytest.approx(30 * 20 * 200 / 1000)
    assert travel["total"]["region"]["mode"] == pytest.approx(3050 + 1880 + 120)
    assert travel["by_mode"]["rail"]["region"] == tog["region"]
    assert travel["total"]["region"]["p10"] < travel["total"]["region"]["p50"] < travel["total"]["region"]["p90"]
    assert travel["factors"]["co2.rail"]["since"] == "2021-01-01" and "co2.other" not in travel["factors"]


def test_casual_visitors_emit_nothing_that_is_the_events(event_dict: Make, reference: Reference) -> None:
    raw = event_dict(beside=whole())
    raw["audience"][1]["casual_share"] = number(0.4)
    rows = tree_of(raw, reference)["beside"]["travel"]["rows"]
    tog = next(row["co2_kg"] for row in rows if row["name"] == "Tog")
    assert tog["region"]["mode"] == pytest.approx(0.6 * tog["everyone"]["mode"])


def test_persons_of_the_draws_are_those_of_the_spending(event_dict: Make, reference: Reference) -> None:
    """With nothing else uncertain, emissions and persons have the same quantiles, times a constant."""
    section = {"travel": [broken("travel.2.name", "x")["travel"][2] | {"audience": "Visitors"}]}
    row = section["travel"][0]
    del row["persons"]
    row["factor"] = number(1000)
    tree = tree_of(event_dict(beside=section), reference)
    co2, persons = tree["beside"]["travel"]["total"]["region"], tree["areas"]["region"]["eligible_persons"]
    assert all(co2[name] == pytest.approx(20 * persons[name]) for name in ("mode", "p10", "p50", "p90"))
    assert persons["p10"] < persons["p90"]


@pytest.mark.parametrize(
    ("change", "why"),
    [({"mode": "walk_cycle"}, "factor"), ({"mode": "car_petrol"}, "occupancy"), ({"mode": "other"}, "factor")],
)
def test_what_is_not_known_stays_unknown(
    change: dict[str, Any], why: str, event_dict: Make, reference: Reference
) -> None:
    section = whole()
    section["travel"][0] |= change
    travel = tree_of(event_dict(beside=section), reference)["beside"]["travel"]
    row = next(row for row in travel["rows"] if row["name"] == "Tog")
    assert (row["co2_kg"], row["why_unknown"]) == (None, why) and has(f"beside.why_unknown.{why}")
    assert travel["total"] is None and travel["unknown"] == ["Tog"]
    assert travel["known"]["region"]["mode"] == pytest.approx(1880 + 120)


def test_a_named_number_is_the_same_unknown_in_both(event_dict: Make, reference: Reference) -> None:
    raw = event_dict(numbers={"crowd": spread(10, 20, 40)}, beside={"volunteers": {"number": {"ref": "crowd"}}})
    raw["audience"][1]["persons"] = {"ref": "crowd"}
    tree = tree_of(raw, reference)
    assert tree["beside"]["volunteers"]["number"] == tree["areas"]["region"]["eligible_persons"]
    assert tree["beside"]["volunteers"]["hours_each"] is None


def test_volunteers_indicators_and_fit(event_dict: Make, reference: Reference) -> None:
    beside = tree_of(event_dict(beside=whole()), reference)["beside"]
    assert beside["volunteers"]["hours_each"]["mode"] == 24
    [one] = beside["indicators"]
    assert (one["code"], one["who"], one["n"], one["value"]["mode"]) == ("SO-CE2.2", "residents", 412, 0.65)
    assert 0.6 < one["value"]["p10"] < one["value"]["p90"] < 0.7
    assert beside["media"]["name_abroad"] is None and beside["media"]["reach"]["mode"] == 50_000
    assert beside["strategy"] == {"area_1": 2, "area_4": 0}


# -- locks, workbooks, the sample


def test_a_lock_keeps_it_and_its_factors(event_dict: Make, reference: Reference) -> None:
    tree, _ = read_locked(lock(tree_of(event_dict(beside=whole()), reference, {"co2.rail": 30.0})), "x.json")
    assert tree["beside"]["travel"]["factors"]["co2.rail"]["mode"] == 30
    assert list(differences(tree, recompute(tree, reference))) == []
    tree["beside"]["travel"]["factors"]["co2.rail"]["mode"] = 31
    assert list(differences(tree, recompute(tree, reference))) != []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_carries_it(lang: Any, event_dict: Make, reference: Reference, tmp_path: Path) -> None:
    event = read_event(event_dict(beside=whole()), "event.toml", reference)
    write_workbook(event_as_dict(event), tmp_path / "event.xlsx", lang)
    assert read_event_file(tmp_path / "event.xlsx", reference).beside == event.beside


def test_a_workbook_may_lack_its_sheets_and_names_the_cell_of_a_fault(
    event_dict: Make, reference: Reference, tmp_path: Path
) -> None:
    import openpyxl

    path = tmp_path / "event.xlsx"
    write_workbook(event_as_dict(read_event(event_dict(beside=whole()), "", reference)), path, "nb")
    book = openpyxl.load_workbook(path)
    cell = next(row[2] for row in book["Reiser"].iter_rows(min_row=2) if row[1].value == "publikum")
    cell.value = "Ingen"
    book.save(path)
    with pytest.raises(Faults) as caught:
        read_event_file(path, reference)
    assert caught.value.faults[0].place == f"Reiser!{cell.coordinate}"
    for sheet in ("Reiser", "Ved siden av", "Undersøkelser"):
        book.remove(book[sheet])
    book.save(path)
    assert "beside" not in read_workbook(path)[0]


def test_the_sample_has_the_organisers_claim(reference: Reference) -> None:
    event = read_event_file(ROOT / "data/samples/ski-vm-2025.toml", reference)
    beside = estimate(simulate(event, frame(reference, event.first_day), 1, DRAWS))["beside"]
    assert beside["volunteers"]["number"]["mode"] == 2400
    assert round(beside["volunteers"]["hours_each"]["mode"]) == 166
    assert beside["travel"] is None


def test_every_figure_can_be_followed_to_its_source(event_dict: Make, reference: Reference) -> None:
    tree = tree_of(event_dict(beside=whole()), reference)
    keys = [key for key in figures_of(tree) if key.startswith("beside.")]
    assert {"beside.volunteers.hours_each", "beside.travel.total.region", "beside.indicators.Stolthet"} <= set(keys)
    for key in keys:
        step = explain(tree, key)
        assert step.key == key and step.below
        for lang in LANGUAGES:
            assert all(one.name(lang).strip() for _, one in step.walk())
        assert all(one.source for _, one in step.walk() if not one.below)
    found = {one.key: one.source for _, one in explain(tree, "beside.travel.total.region").walk()}
    assert {"parameter.co2.rail", "audience/Visitors/persons", "beside/travel/Lag/factor"} <= set(found)
    with pytest.raises(Faults):
        explain(tree_of(event_dict(), reference), "beside.volunteers.hours")


# -- lists


def test_every_word_has_its_phrase() -> None:
    for kind, words in (("mode", MODES), ("ways", WAYS), ("who", WHO), ("degree", DEGREES)):
        for one in words:
            assert has(f"beside.{kind}.{one}"), one
    for one in indicator_list().values():
        assert one.chapter in CHAPTERS and has(f"beside.chapter.{one.chapter}") and one.name_nb and one.name_en
        assert one.code in ("", one.key)


def test_every_factor_is_of_a_mode_and_says_what_it_takes_in() -> None:
    factors = {key.removeprefix("co2.") for key in read_parameters() if key.startswith("co2.")}
    assert factors == set(MODES) - {"walk_cycle", "other"}
    for one in factors:
        assert has(f"beside.scope.{one}")
        assert all(value.value.source.startswith("https://") for value in read_parameters()[f"co2.{one}"].values)


def test_an_area_without_a_name_says_so() -> None:
    assert len(strategy_areas()) == 6
    assert strategy_name("area_1", "nb") == "Arbeidskraft"
    assert strategy_name("area_2", "en") == say("beside.area_unnamed", "en", number="2")


def test_numbers_are_listed_with_their_rules(event_dict: Make, reference: Reference) -> None:
    beside = read_event(event_dict(beside=whole()), "", reference).beside
    assert beside is not None
    rules = {path: rule for path, _, rule in beside.numbers()}
    assert rules["beside/indicator/Stolthet/value"] == "share" and rules["beside/volunteers/hours"] == "amount"
    assert len(rules) == 2 + 2 + 1 + 2 + 4 + 3
    assert np.all([path.startswith("beside/") for path in rules])
