"""The page of an evaluation: what it says before there is one, how it is filled and locked, who may, and its report."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Document_
from pages import page_of, person, seen, signed_in
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app import downloads
from app.evaluating import sources
from app.visit import SESSION_COOKIE
from data.numbers import HARD_SPACE
from data.permission import Actor
from data.phrases import LANGUAGES, Lang
from data.store import Store
from data.value import Value
from impact.counts.outcome import NightSold
from impact.estimates import get_row, list_estimates, lock_estimate
from impact.evaluation.evaluations import begin, get_evaluation, lock_outcome, save_outcome
from impact.evaluation.outcome import with_number
from impact.reference import Reference
from impact.register import create_event

Document = dict[str, Any]
DRAWS = 50
VISITORS = ("audience", "Visitors", "persons")


@pytest.fixture
def officer(store: Store) -> tuple[Actor, str]:
    return person(store, "officer")


@pytest.fixture
def owner(store: Store) -> tuple[Actor, str]:
    return person(store, "applicant")


@pytest.fixture
def event(store: Store, owner: tuple[Actor, str], event_dict: Callable[..., Document]) -> int:
    return create_event(store, owner[0], event_dict(), state="held")


@pytest.fixture
def forecast(store: Store, officer: tuple[Actor, str], event: int, reference: Reference) -> int:
    return lock_estimate(store, officer[0], event, reference, draws=DRAWS)


def opened(folder: Path, token: str, event: int, lang: str = "nb") -> AppTest:
    with signed_in(folder, token):
        page = page_of("evaluation", lang=lang, id=str(event)).run()
    assert not page.exception, page.exception
    return page


def text(page: AppTest) -> str:
    return seen(page).replace(HARD_SPACE, " ").replace("&#x27;", "'")


def labels(page: AppTest) -> set[str]:
    return {one.label for one in page.button}


def test_without_a_forecast_it_says_what_to_do(
    store: Store, tmp_path: Path, event: int, officer: tuple[Actor, str]
) -> None:
    page = opened(tmp_path, officer[1], event)
    assert "ingen låst prognose" in text(page) and not page.button


def test_it_is_begun_filled_and_locked(
    store: Store, tmp_path: Path, event: int, forecast: int, officer: tuple[Actor, str]
) -> None:
    with signed_in(tmp_path, officer[1]):
        page = page_of("evaluation", id=str(event)).run()
        assert "Utfallet begynner som prognosen" in text(page)
        page.button(key=f"evaluation_{event}_begin_do").click().run()
        assert "Ingenting er målt ennå" in text(page) and "Ikke målt: 20 av 20 tall" in text(page)
        name = f"evaluation_{event}_number"
        page.button(key=f"{name}_do").click().run()
        assert get_evaluation(store, officer[0], event).version == 1  # type: ignore[union-attr]
        page.selectbox(key=f"{name}_field").set_value("audience/Visitors/persons").run()
        assert "Prognose: 1 000 (200–1 800). Utfall nå: 1 000 (200–1 800)." in text(page)
        page.text_input(key=f"{name}_figure").set_value("500").run()
        page.selectbox(key=f"{name}_evidence").set_value("counted").run()
        page.text_input(key=f"{name}_source").set_value("Telt ved porten <b>").run()
        page.button(key=f"{name}_do").click().run()
        said = text(page)
        assert "Det som er målt så langt, gir mellom" in said and "Mest fordi" in said
        assert "Telt ved porten &lt;b&gt;" in said and "Ikke målt: 19 av 20 tall" in said
        button = page.button(key=f"evaluation_{event}_lock_do")
        assert button.label == "Lås utfallet"
        button.click().run()
    held = get_evaluation(store, officer[0], event)
    assert held is not None and held.locked
    said = text(page)
    assert "Utfallet ble mellom" in said and f"/last-ned/evaluering/{event}.docx" in said
    assert "Ta inn det som er målt" not in said


def test_what_is_lacking_in_a_typed_number_is_all_said(
    store: Store, tmp_path: Path, event: int, forecast: int, officer: tuple[Actor, str]
) -> None:
    begin(store, officer[0], event, forecast)
    with signed_in(tmp_path, officer[1]):
        page = page_of("evaluation", id=str(event)).run()
        page.text_input(key=f"evaluation_{event}_number_figure").set_value("500").run()
        page.button(key=f"evaluation_{event}_number_do").click().run()
        faults = page.session_state["outcome"].faults
        assert [one.code.rpartition(".")[2] for one in faults] == ["no_number", "no_evidence", "no_source"]
        assert page.text_input(key=f"evaluation_{event}_number_figure").value == "500", "what was typed stays"


def test_a_source_shows_what_it_changes_and_is_taken_in_once(
    store: Store,
    tmp_path: Path,
    event: int,
    forecast: int,
    officer: tuple[Actor, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The three sources as the page has them; what they make of a document is tested beside the domain."""
    begin(store, officer[0], event, forecast)
    nights = {"low": 1.0, "mode": 1.5, "high": 2.0, "evidence": "surveyed", "source": "undersøkelsen, n = 120"}
    found: list[Document] = []
    monkeypatch.setattr(sources, "survey_entries", lambda *_: found)
    monkeypatch.setattr(sources, "chosen_visits", lambda *_: Value(9000, evidence="counted", source="skannet"))
    rooms = {"rooms": Value(4000, source="h"), "sold": Value(2500, source="h"), "baseline_sold": None}
    sold = [NightSold(dt.date(2024, 6, day), **rooms) for day in (14, 15)]
    monkeypatch.setattr(sources, "sold_by_night", lambda *_: tuple(sold[:1]))
    with signed_in(tmp_path, officer[1]):
        page = page_of("evaluation", id=str(event)).run()
        assert "Hotellenes netter kan ikke tas inn" in text(page) and "Tellingen mangler denne natten" in text(page)
        assert page.button(key=f"evaluation_{event}_visits_do")
        found.append({"name": "x", "role": "spectator", "home": "norway", "nights_per_person": nights})
        monkeypatch.setattr(sources, "sold_by_night", lambda *_: tuple(sold))
        page.run()
        assert "Publikumsundersøkelsen endrer 1 tall" in [one.label for one in page.expander]
        assert "Hotellenes netter endrer 4 tall" in [one.label for one in page.expander]
        assert not [one for one in page.button if one.key == f"evaluation_{event}_visits_do"]
        page.button(key=f"evaluation_{event}_survey_do").click().run()
        assert "Publikumsundersøkelsen er tatt inn." in text(page)
        page.button(key=f"evaluation_{event}_nights_do").click().run()
    held = get_evaluation(store, officer[0], event)
    assert held is not None and held.version == 3
    assert held.document["audience"][1]["nights_per_person"] == nights
    assert [row["sold"]["value"] for row in held.document["night"]] == [2500, 2500]


def test_two_tabs_and_a_double_click(
    store: Store, tmp_path: Path, event: int, forecast: int, officer: tuple[Actor, str], reference: Reference
) -> None:
    begin(store, officer[0], event, forecast)
    document = get_evaluation(store, officer[0], event).document  # type: ignore[union-attr]
    number = {"value": 500, "evidence": "counted", "source": "x"}
    save_outcome(store, officer[0], event, 1, with_number(document, VISITORS, number), reference)
    lock = f"evaluation_{event}_lock_do"
    with signed_in(tmp_path, officer[1]):
        tabs = [page_of("evaluation", id=str(event)).run() for _ in range(2)]
        stale = page_of("evaluation", id=str(event)).run()
        for tab in tabs:
            tab.button(key=lock).click().run()
            assert not tab.exception
        assert [one.purpose for one in list_estimates(store, officer[0], event=event)].count("evaluation") == 1
        name = f"evaluation_{event}_number"
        stale.selectbox(key=f"{name}_field").set_value("audience/Visitors/persons")
        stale.text_input(key=f"{name}_figure").set_value("900")
        stale.selectbox(key=f"{name}_evidence").set_value("counted")
        stale.text_input(key=f"{name}_source").set_value("y")
        stale.button(key=f"{name}_do").click().run()
    assert get_evaluation(store, officer[0], event).document["audience"][1]["persons"] == number  # type: ignore[union-attr]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_locked_one_is_whole_in_both_languages_for_who_may_read(
    store: Store,
    tmp_path: Path,
    event: int,
    forecast: int,
    officer: tuple[Actor, str],
    owner: tuple[Actor, str],
    reference: Reference,
    lang: str,
) -> None:
    begin(store, officer[0], event, forecast)
    reading = opened(tmp_path, owner[1], event)
    assert "Ingenting er målt ennå" in text(reading) and not labels(reading)
    document = get_evaluation(store, officer[0], event).document  # type: ignore[union-attr]
    number = {"value": 500, "evidence": "counted", "source": "https://example.org/telling.pdf"}
    save_outcome(store, officer[0], event, 1, with_number(document, VISITORS, number), reference)
    lock_outcome(store, officer[0], event, 2, reference)
    page = opened(tmp_path, officer[1], event, lang)
    words = {
        "nb": (
            "Utfallets midtverdi",
            "utenfor prognosens spenn",
            "en mindre del av dem kom utenfra",
            "Hvor mange som kom",
        ),
        "en": ("The outcome's middle", "outside the forecast's range", "a smaller part of them came", "How many came"),
    }
    for word in words[lang]:
        assert word in text(page), word
    assert page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")
    reading = opened(tmp_path, owner[1], event, lang)
    assert words[lang][0] in text(reading) and not labels(reading)
    _, board = person(store, "board")
    assert not labels(opened(tmp_path, board, event, lang))
    _, other = person(store, "applicant")
    assert "REFUSED" in text(opened(tmp_path, other, event, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_says_it_plainly_and_carries_both_hashes(
    store: Store,
    tmp_path: Path,
    event: int,
    forecast: int,
    officer: tuple[Actor, str],
    reference: Reference,
    lang: Lang,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    site = TestClient(Starlette(routes=downloads.ROUTES), cookies={SESSION_COOKIE: officer[1]})
    address = f"/last-ned/evaluering/{event}.docx?lang={lang}"
    assert site.get(address).status_code == 404, "nothing is begun"
    begin(store, officer[0], event, forecast)
    document = get_evaluation(store, officer[0], event).document  # type: ignore[union-attr]
    number = {"value": 500, "evidence": "counted", "source": "portvakten"}
    save_outcome(store, officer[0], event, 1, with_number(document, VISITORS, number), reference)
    held = lock_outcome(store, officer[0], event, 2, reference)
    answer = site.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"].endswith("wordprocessingml.document")
    word = Document_(io.BytesIO(answer.content))
    said = "\n".join(one.text for one in word.paragraphs)
    for number_of in (forecast, held.outcome):
        assert get_row(store, officer[0], number_of or 0).sha256 in said
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert "portvakten" in cells and len(word.inline_shapes) == 1
    _, other = person(store, "applicant")
    refused = TestClient(Starlette(routes=downloads.ROUTES), cookies={SESSION_COOKIE: other})
    assert refused.get(address).status_code == 403
