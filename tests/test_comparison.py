"""Events side by side: in kroner of one year, and published figures with how they were made otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import number

from data.phrases import LANGUAGES, has
from impact.benchmark import PER
from impact.comparison import (
    FIGURES,
    PAIRS,
    Compared,
    by_kind,
    compared_row,
    compared_tree,
    figure_name,
    published_lines,
)
from impact.estimate import estimate
from impact.event_reading import read_event
from impact.reference import Reference
from impact.simulation import frame, simulate

Make = Callable[..., dict[str, Any]]


def tree_of(raw: dict[str, Any], reference: Reference) -> dict[str, Any]:
    event = read_event(raw, "", reference)
    return estimate(simulate(event, frame(reference, event.first_day), 1, 200))


@pytest.fixture(scope="module")
def last(reference: Reference) -> int:
    return reference.price_years[1]


def test_per_visitor_and_per_guest_night(event_dict: Make, reference: Reference) -> None:
    tree = tree_of(event_dict(), reference)
    line = compared_tree(tree, reference)
    area = tree["areas"]["region"]
    added = area["effects"]["value_added"]["total"]
    assert line.value_added == (added["p10"], added["p50"], added["p90"]) and line.carried
    assert line.value_added_per_visitor == pytest.approx(added["p50"] / area["eligible_persons"]["p50"])
    assert line.value_added_per_guest_night == pytest.approx(added["p50"] / area["guest_nights"]["p50"])
    assert line.spending_per_visitor == pytest.approx(1700)  # 2 × 0.5 × 700 + 2 × (400 + 100)
    assert line.deficit == 100_000 and line.kind == "festival" and line.names["en"] == "Small festival"


def test_without_visitors_or_nights_there_is_no_quotient(event_dict: Make, reference: Reference) -> None:
    line = compared_tree(tree_of(event_dict(audience=[], night=[], organiser={}), reference), reference)
    assert line.value_added is not None and line.deficit is None
    assert (line.value_added_per_visitor, line.spending_per_guest_night) == (None, None)


def test_prices_are_carried_to_one_year(event_dict: Make, reference: Reference, last: int) -> None:
    raw = event_dict()
    raw["event"] |= {"price_year": 2019}
    tree = tree_of(raw, reference)
    now, then = compared_tree(tree, reference), compared_tree(tree, reference, 2019)
    assert (now.year, then.year) == (last, 2019)
    assert now.value_added[1] == pytest.approx(then.value_added[1] * reference.price_factor(2019, last))
    assert now.visitors == then.visitors and now.deficit > then.deficit == 100_000


@pytest.mark.parametrize("form", ["point", "ref", "plain"])
def test_beyond_the_index_the_events_own_change_carries(
    form: str, event_dict: Make, reference: Reference, last: int
) -> None:
    change = {"point": number(0.25), "ref": {"ref": "change"}, "plain": 0.25}[form]
    raw = event_dict(**({"numbers": {"change": number(0.25)}} if form == "ref" else {}))
    raw["event"] |= {"price_year": last + 1, "price_index_change": change}
    line = compared_tree(tree_of(raw, reference), reference)
    assert (line.year, line.carried, line.deficit) == (last, True, pytest.approx(80_000))


def row(**given: Any) -> Any:
    known = {
        "id": 3,
        "price_year": 2019,
        "value_added": (1e6, 2e6, 3e6),
        "employment": (1.0, 2.0, 3.0),
        "eligible_p50": 1000.0,
        "guest_nights_p50": 0.0,
        "deficit_mode": None,
    }
    return SimpleNamespace(**(known | given))


EVENT: Any = SimpleNamespace(name_nb="Cup", name_en="Cup", kind="tournament")


def test_a_line_of_the_register(reference: Reference, last: int) -> None:
    line = compared_row(row(), EVENT, reference)
    factor = reference.price_factor(2019, last)
    assert line.value_added_per_visitor == pytest.approx(2000 * factor)
    assert line.value_added_per_guest_night is None and line.employment == 2 and line.spending is None
    bare = compared_row(row(value_added=None, employment=None, eligible_p50=None), EVENT, reference)
    assert (bare.value_added, bare.employment, bare.value_added_per_visitor) == (None, None, None)


def test_what_the_index_does_not_reach_keeps_its_own_kroner_and_says_so(reference: Reference, last: int) -> None:
    line = compared_row(row(price_year=last + 2), EVENT, reference)
    assert (line.year, line.carried, line.value_added[1]) == (last + 2, False, 2e6)
    assert str(last + 2) in line.prices("nb") and line.prices("en") != compared_row(row(), EVENT, reference).prices(
        "en"
    )


def test_the_register_has_what_a_line_asks_for() -> None:
    estimates = pytest.importorskip("impact.estimates")
    names = {one.name for one in fields(estimates.EstimateRow)} | set(dir(estimates.EstimateRow))
    assert set(vars(row())) <= names


def test_by_kind(reference: Reference, last: int) -> None:
    lines = [compared_row(row(eligible_p50=count), EVENT, reference, 2019) for count in (500.0, 1000.0, 4000.0, None)]
    lines.append(compared_row(row(price_year=last + 2), EVENT, reference, 2019))
    lines.append(replace(lines[0], kind="festival"))
    festival, cup = by_kind(lines)
    assert (festival.kind, festival.events) == ("festival", 1)
    assert (cup.events, cup.per_visitor, cup.per_guest_night) == (4, (500, 2000, 4000), None)
    with pytest.raises(ValueError, match="different years"):
        by_kind([lines[0], compared_row(row(), EVENT, reference)])


def test_published_figures_stand_beside_with_their_method(reference: Reference, last: int) -> None:
    lines = {(one.event, one.figure): one for one in published_lines(reference)}
    oslo = lines["oslo-2011", "spending"]
    assert oslo.value == pytest.approx(420e6 * reference.price_factor(2011, last))
    assert (oslo.published_year, oslo.year, oslo.grade) == (2011, last, "P")
    nights = lines["bergen-2017", "guest_nights"]
    assert (nights.value, nights.year) == (40_000, None)
    assert lines["trondheim-festivals-2024", "spending_per_visitor"].source.startswith("https://")
    per_night = lines["bergen-2017", "spending_per_guest_night"]
    assert per_night.formula and per_night.value == pytest.approx(1825 * reference.price_factor(2017, last))
    for line in lines.values():
        assert all(line.difference(lang) and line.name(lang) for lang in LANGUAGES)


def test_every_pair_names_a_figure_and_a_method() -> None:
    known = {one.name for one in fields(Compared)} | {name for name in dir(Compared) if "_per_" in name} | set(PER)
    assert set(FIGURES) <= known
    for _, _, figure, method in PAIRS:
        assert figure in FIGURES and figure_name(figure, "nb") and has(f"comparison.method.{method}")
