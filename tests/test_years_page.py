"""The page on the years: its sentence, figures that lead to their postings, what is to be done, and who gets in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bookkeeping import text_of, token_of
from outcomes_locked import CHAIR, REFERENCE, evaluated
from pages import page_of, signed_in

from app.over_years.chart import awarded_by_year
from app.over_years.rows import years_rows
from data.clock import today
from data.permission import ROLES
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.demo_year import play
from fund.years.over_years import over_years


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the invented fund after its year, one of its events evaluated."""
    folder = tmp_path_factory.mktemp("years")
    with open_store(folder) as store:
        evaluated(store, play(store), 1)
    yield folder


@pytest.fixture(scope="module")
def chair(year: Path) -> str:
    return token_of(year, "chair")


def shown(folder: Path, token: str, lang: str = "nb", **query: str) -> str:
    with signed_in(folder, token):
        return text_of(page_of("years", lang=lang, **query).run())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole(year: Path, chair: str, lang: str) -> None:
    text = shown(year, chair, lang, aar="2026")
    for word in ("REFUSED", "FAULTS", "GONE", "account:", "@eksempel.no", "Eksempel Person"):
        assert word not in text
    for word in ("Eksempel bank", "Stjørdal", "/last-ned/aarsrapport/2026.docx?lang=nb", "/evaluering?id=2"):
        assert word in text, word
    assert "/evaluering?id=1" not in text, "the cup is evaluated"


def test_the_sentence_and_the_reservations_are_said(year: Path, chair: str) -> None:
    text = shown(year, chair, aar="2026")
    assert "I 2026 fikk fondet inn 6 200 000 kroner, tildelte 1 280 000 kroner og betalte ut 630 000 kroner" in text
    assert "av det 500 000 kroner i garantier" in text and "320 000 kroner gikk tapt på garantier" in text
    assert "Evaluert: 1 av 3." in text and "modellberegnet" in text
    assert "Dette er ingen avkastning" in text and "øvre grense" in text and "gjort et annet sted" in text
    assert "Romregisteret har ingenting om disse månedene" in text


def test_figures_lead_to_their_postings(year: Path, chair: str) -> None:
    text = shown(year, chair, aar="2026").replace("&amp;", "&")
    wanted = "/regnskap?konto=utbetalt&hva=settled&fra=2026-01-01&til=2026-12-31"
    assert f'<a href="{wanted}">320 000</a>' in text
    assert 'href="/regnskap?konto=tilgjengelig&til=2026-12-31"' in text, "what stands has no first day"
    with signed_in(year, chair):
        query = dict(re.findall(r"(\w+)=([\w-]+)", wanted.partition("?")[2]))
        assert "320 000 kroner" in text_of(page_of("books", **query).run())


def test_a_year_is_chosen_and_stands_in_the_address(year: Path, chair: str) -> None:
    with signed_in(year, chair):
        page = page_of("years").run()
        assert '<th scope="col" class="rv-number">2026</th>' not in text_of(page)
        page.selectbox(key="years_year").set_value(2026).run()
        assert page.query_params["aar"] in ("2026", ["2026"])
        assert '<th scope="col" class="rv-number">2026</th>' in text_of(page)
        page.selectbox(key="years_year").set_value(0).run()
        assert "aar" not in page.query_params
    assert "I 1999" not in shown(year, chair, aar="1999"), "a year that isn't there asks for nothing"


@pytest.mark.parametrize("role", ["", *ROLES])
def test_who_gets_in(year: Path, role: str) -> None:
    text = shown(year, token_of(year, role))
    assert ("REFUSED" in text) == (role in ("", "applicant")), role


def test_what_is_kept_is_not_shown_to_who_may_not_see_it(year: Path, chair: str) -> None:
    assert "6 200 000" in shown(year, chair)
    assert "6 200 000" not in shown(year, token_of(year, "applicant"))


def test_an_empty_fund_says_what_to_do_first(store: Store, tmp_path: Path) -> None:
    token = token_of(tmp_path, "officer")
    assert "Økonomiansvarlig begynner under «Bidrag»" in shown(tmp_path, token)
    text = shown(tmp_path, token, "en")
    assert "The treasurer begins" in text and "<table" not in text and "aarsrapport" not in text


@pytest.mark.parametrize(("page", "role"), [("portfolio", "chair"), ("books", "treasurer"), ("cases", "officer")])
def test_the_page_is_found_from_where_people_work(year: Path, page: str, role: str) -> None:
    with signed_in(year, token_of(year, role)):
        assert 'href="/over-aar"' in text_of(page_of(page).run())


def test_the_chart_draws_what_the_table_says(year: Path) -> None:
    with open_store(year) as store:
        found = over_years(store, CHAIR, REFERENCE)
    for lang in LANGUAGES:
        drawn = awarded_by_year(found, lang, "dark")
        bars = [value for layer in drawn.spec()["layer"] for value in layer["data"]["values"] if "x2" in value]
        assert [round(one["x2"] - one["x"], 6) for one in bars] == [0.78, 0.5]
        assert "1" in drawn.alt and drawn.title.endswith("2026")
    rows = years_rows(found, "nb")
    assert rows.rows[-1][1].replace("\xa0", " ") == "1 280 000" and today().year >= 2026
