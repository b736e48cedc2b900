"""Per visitor, per day and per guest-night against published events: units apart, gaps said, prices of one year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import number
from pages import page_of, person, seen, signed_in

from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from data.store import Store
from impact.benchmark import PER, benchmarks, place, unknown
from impact.comparison import published_lines
from impact.estimate import estimate
from impact.estimates import lock_estimate
from impact.event_reading import read_event
from impact.ranges import Range
from impact.reference import Reference
from impact.register import create_event
from impact.side_by_side import side
from impact.simulation import frame, simulate

Make = Callable[..., dict[str, Any]]


def test_a_day_is_a_day_with_spending_of_who_came_for_it(event_dict: Make, reference: Reference) -> None:
    raw = event_dict()
    visitors = raw["audience"][1]
    event = read_event(raw, "", reference)
    tree = estimate(simulate(event, frame(reference, event.first_day), 1, 200))
    found = side(tree, reference).ranges
    per = {name: found[f"spending_per_{name}"].p50 for name in ("visitor", "visitor_day", "guest_night")}
    assert per["visitor"] == pytest.approx(1700)  # 2 × 0.5 × 700 + 2 × (400 + 100)
    assert per["visitor_day"] == pytest.approx(1700 / 2) and per["guest_night"] == pytest.approx(1700)
    visitors |= {"days_in_area": number(4)}
    event = read_event(raw, "", reference)
    longer = side(estimate(simulate(event, frame(reference, event.first_day), 1, 200)), reference).ranges
    assert longer["spending_per_visitor_day"].p50 == pytest.approx((700 + 4 * 500) / 4)


def test_nobody_from_outside_gives_no_quotient(event_dict: Make, reference: Reference) -> None:
    event = read_event(event_dict(audience=[], night=[], organiser={}), "", reference)
    tree = estimate(simulate(event, frame(reference, event.first_day), 1, 50))
    assert not set(PER) & set(side(tree, reference).ranges)


def test_the_published_are_in_kroner_of_one_year_with_what_sets_them_apart(reference: Reference) -> None:
    last = reference.price_years[1]
    found = benchmarks(published_lines(reference))
    assert {one.figure for one in found} == set(PER) and {one.year for one in found} == {last}
    foreign = next(one for one in found if one.method == "oslo_foreign_day")
    assert foreign.value == pytest.approx(2164 * reference.price_factor(2011, last))
    night = next(one for one in found if one.method == "oslo_per_night")
    assert night.value == pytest.approx(4158.42 * reference.price_factor(2011, last), rel=1e-5)
    for one in found:
        assert "Område:" in one.difference("nb") and "Area:" in one.difference("en"), one.method
        assert all(one.figure_called(lang) for lang in LANGUAGES)


def test_what_was_not_published_is_said(reference: Reference) -> None:
    missing = unknown(published_lines(reference), "nb")
    assert set(missing) == set(PER)
    for per in PER:
        assert "VM på ski 2025 i Trondheim" in missing[per]
    assert "VM på ski 2011 i Oslo" in missing["spending_per_visitor"]
    assert "VM på ski 2011 i Oslo" not in missing["spending_per_visitor_day"]


def test_where_a_published_figure_lies() -> None:
    own = Range(100, 200, 300)
    assert [place(own, value) for value in (99, 100, 300, 301)] == ["below", "within", "within", "above"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_estimate_stands_beside_the_published(
    store: Store, event_dict: Make, reference: Reference, lang: str
) -> None:
    officer, token = person(store, "officer")
    made = lock_estimate(store, officer, create_event(store, officer, event_dict()), reference, draws=50)
    with signed_in(store.folder, token):
        page = page_of("comparison", lang=lang, id=str(made)).run()
    assert not page.exception, page.exception
    text = seen(page).replace(HARD_SPACE, " ")
    wanted = {
        "nb": (
            "Per tilreisende, per dag og per gjestedøgn",
            "Det publiserte ligger over",
            "Ikke publisert for",
            "850 kr",
        ),
        "en": ("Per visitor, per day and per guest-night", "The published lies above", "Not published"),
    }
    assert [word for word in wanted[lang] if word not in text] == []
    assert ("850 kr" if lang == "nb" else "NOK 850") in text
    assert text.count("Område:" if lang == "nb" else "Area:") == 7, "each benchmark stands there once"
