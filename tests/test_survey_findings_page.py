"""The findings on the page of surveys: what is shown to whom, and the rules chosen on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from answered import crowd, surveyed_event
from pages import page_of, person, seen, signed_in

from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from data.store import Store
from impact.survey.kept import read_findings

PRESS: dict[str, Any] = {"role": "media", "home": "abroad", "days": 3}
TITLE = {"nb": "Hva svarene sier", "en": "What the answers say"}
HIDDEN = {"nb": "for få svar", "en": "too few answers"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_findings_are_shown_with_their_ranges(store: Store, tmp_path: Path, lang: str) -> None:
    event, _ = surveyed_event(store, [*crowd(), *crowd(8, seed=2), PRESS])
    _, token = person(store, "board")
    with signed_in(tmp_path, token):
        page = page_of("surveys", lang=lang, id=str(event)).run()
    assert not page.exception, page.exception
    text = seen(page).replace(HARD_SPACE, " ")
    assert TITLE[lang] in text and "rv-faint" in text and HIDDEN[lang] in text
    assert "findings." not in text and "n = " not in text
    assert not any("rules_do" in str(one.key) for one in page.button)  # the board reads
    assert page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")


def test_too_few_answers_show_no_figure(store: Store, tmp_path: Path) -> None:
    event, _ = surveyed_event(store, crowd(4))
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page = page_of("surveys", id=str(event)).run()
    text = seen(page).replace(HARD_SPACE, " ")
    assert not page.exception and "Vi viser tall fra 5 svar" in text and "kroner per person og dag, etter" not in text


def test_rules_are_chosen_on_the_page_once(store: Store, tmp_path: Path) -> None:
    event, survey = surveyed_event(store, crowd())
    actor, token = person(store, "officer")
    name = f"surveys_{survey}_rules"
    with signed_in(tmp_path, token):
        page, other = page_of("surveys", id=str(event)).run(), page_of("surveys", id=str(event)).run()
        page.radio(key=f"{name}_outliers").set_value("drop").run()
        page.text_input(key=f"{name}_above").set_value("tull").run()
        page.button(key=f"{name}_do").click().run()
        assert "tull" in page.error[0].value and page.radio(key=f"{name}_outliers").value == "drop"
        page.text_input(key=f"{name}_above").set_value("1 500").run()
        page.text_input(key=f"{name}_home_norway").set_value("4 000").run()
        page.text_input(key=f"{name}_home_abroad").set_value("2 000").run()
        page.text_input(key=f"{name}_source").set_value("billettsystemet").run()
        page.button(key=f"{name}_do").click().run()
        assert not page.exception and not page.error
        assert "billettsystemet" in seen(page) and "Reglene er lagret" in page.success[0].value
        other.radio(key=f"{name}_gaps").set_value("zero").run()
        other.button(key=f"{name}_do").click().run()
        assert "endret" in other.error[0].value.lower()
    kept = read_findings(store, actor, survey)
    assert (kept.version, kept.findings.rules.outliers, kept.findings.rules.above) == (1, "drop", 1500)
    assert kept.findings.rules.gaps == "leave_out" and kept.findings.weights.raked is not None


def test_a_long_tail_is_told_with_a_range_drawn_again(store: Store, tmp_path: Path) -> None:
    lavish = {**crowd(1)[0], "otherwise": "stayed_home", "spend_food_service": 900_000}
    event, survey = surveyed_event(store, [*crowd(60), lavish])
    actor, token = person(store, "officer")
    found = read_findings(store, actor, survey).findings
    assert found.per_day.n < found.per_day.needs(25) and found.again is not None
    with signed_in(tmp_path, token):
        page = page_of("surveys", id=str(event)).run()
    assert not page.exception and "Cochran" in seen(page)
