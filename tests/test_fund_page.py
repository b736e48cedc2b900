"""The fund's public page: what it says before there is a fund, of an invented one, and of a call from day to day."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pages import page_of, seen, signed_in

from app.pages import fund
from app.planning import awards_shown
from app.planning.award_map import award_map
from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.demo import announce, at, begin, endow
from fund.demo_year import play
from fund.public.awards_workbook import awards_workbook
from fund.public.effects import published_effects
from fund.public.published import published_awards, published_calls
from impact.estimates import get_row, list_estimates, lock_estimate, publish_estimate, withdraw_estimate
from impact.reference import reference_in


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the invented fund after its year."""
    folder = tmp_path_factory.mktemp("fund")
    with open_store(folder) as store:
        play(store)
    yield folder


def shown(folder: Path, lang: str = "nb", **query: str) -> str:
    """What anyone sees, in one line of plain spaces."""
    with signed_in(folder, ""):
        page = page_of("fund", lang=lang, **query).run()
    assert not page.exception, page.exception
    return seen(page).replace(HARD_SPACE, " ")


def test_an_empty_fund_says_so(store: Store, tmp_path: Path) -> None:
    assert "Fondet er ikke i gang ennå" in shown(tmp_path)
    text = shown(tmp_path, "en")
    assert "The fund hasn't begun yet" in text and "<table" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_invented_fund_is_whole(year: Path, lang: str) -> None:
    text = shown(year, lang)
    for word in ("REFUSED", "FAULTS", "GONE", "account:", "@eksempel.no", "Eksempel Person"):
        assert word not in text
    for word in ("Eksempelcupen", "Eksempel idrettslag", "Eksempel hotell", "Trondheim", "/api/tildelinger.json"):
        assert word in text, word


def test_the_sums_stand_in_sentences(year: Path) -> None:
    text = shown(year)
    assert "4 tildelinger på til sammen 1 280 000 kroner" in text
    assert "6 200 000 kroner. Av det er 1 280 000 kroner tildelt, og 680 000 kroner brukt" in text
    assert "det høyeste som kan utbetales" in text and "oppdiktet til eksempelet" in text
    assert "Ingen utlysning er åpen eller på vei nå." in text
    assert "Høyst 33 % av kostnadene. Gjelder tilskudd." in text


def test_a_search_narrows_the_table_and_stands_in_the_address(year: Path) -> None:
    with signed_in(year, ""):
        page = page_of("fund").run()
        page.text_input(key="fund_search").set_value("UNDERSKUDD").run()
        text = seen(page)
        assert page.query_params["sok"] in ("UNDERSKUDD", ["UNDERSKUDD"])
        assert "Eksempelfestivalen" in text and "Eksempelcupen" not in text and "Søket gir én tildeling" in text
        page.text_input(key="fund_search").set_value("<b>ingen</b>").run()
        assert "&lt;b&gt;ingen" in seen(page) and not page.exception
    assert "Eksempelcupen" in shown(year, sok="cupen") and "Eksempelfestivalen" not in shown(year, sok="cupen")


def test_a_long_list_says_how_much_of_it_is_shown(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awards_shown, "SHOWN", 2)
    text = shown(year)
    assert "de 2 nyeste av 4" in text and "4 tildelinger på til sammen 1 280 000 kroner" in text


def test_choices_narrow_the_table_and_stand_in_the_address(year: Path) -> None:
    assert "Søket gir 2 tildelinger" in shown(year, sted="5001")
    text = shown(year, form="loan", aar="2026")
    assert "Eksempelstevnet" in text and "Eksempelcupen" not in text
    assert "Søket gir" not in shown(year, aar="1999", sted="9999", form="gift"), "what isn't there asks for nothing"
    with signed_in(year, ""):
        page = page_of("fund", form="loan").run()
        page.selectbox(key="fund_sted").set_value("5001").run()
        assert "Ingen tildeling passer med det du har valgt" in seen(page) and not page.exception
        page.selectbox(key="fund_form").set_value(None).run()
        assert "Søket gir 2 tildelinger" in seen(page).replace(HARD_SPACE, " ") and "form" not in page.query_params


def test_awards_by_municipality_are_drawn_and_stand_in_a_table(year: Path) -> None:
    text = shown(year)
    assert "Trondheim har fått mest" not in text and "Stjørdal har fått mest" in text
    assert "Tildelt etter kommune, i kroner" in text and "Kartverket" in text
    figure = award_map({"5001": 100_00, "9999": 300_00}, "nb", "light")
    assert figure is not None and figure.title == "Tildelt etter kommune" and "Trondheim 100 kroner" in figure.alt
    assert award_map({"9999": 1}, "nb", "light") is None


def test_forecast_and_outcome_are_shown_once_they_are_published(store: Store, tmp_path: Path) -> None:
    story = play(store)
    assert published_effects(store) == {} and "ikke publisert" in shown(tmp_path)
    officer, reference = story.who("officer"), reference_in()
    (forecast,) = (one for one in list_estimates(store, officer) if one.event == 1)
    publish_estimate(store, officer, forecast.id, forecast.version, reference)
    evaluation = lock_estimate(store, officer, 1, reference, draws=1_000, purpose="evaluation")
    text = shown(tmp_path)
    assert f"/anslag?id={forecast.id}" in text and f"/anslag?id={evaluation}" not in text and "modellberegnet" in text
    publish_estimate(store, officer, evaluation, get_row(store, officer, evaluation).version, reference)
    ((award, found),) = published_effects(store).items()
    assert award == story.awards["cup"] and found.forecast is not None and found.outcome is not None
    assert (found.forecast.estimate, found.outcome.estimate) == (forecast.id, evaluation)
    assert forecast.value_added is not None and found.forecast.p50 == round(forecast.value_added[1])
    assert f"/anslag?id={evaluation}" in shown(tmp_path, "en")
    content = awards_workbook(published_awards(store), [], "nb", published_effects(store))
    rows = list(load_workbook(io.BytesIO(content))["Tildelinger"].values)
    place = rows[0].index("Anslått verdiskaping, midterst (P50), kroner")
    assert [row[place] for row in rows if row[1] == "Eksempelcupen"] == [found.forecast.p50]
    withdraw_estimate(store, officer, evaluation, get_row(store, officer, evaluation).version, "Feil (eksempel)")
    assert published_effects(store)[award].outcome is None


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2026-02-01", "28 dager igjen"),
        ("2026-02-28", "i dag og i morgen"),
        ("2026-03-01", "Siste dag er i dag"),
        ("2026-03-02", "Ingen utlysning er åpen"),
    ],
)
def test_an_open_call_counts_its_days(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, wanted: str
) -> None:
    story = begin(store)
    endow(story)
    announce(story)

    def then(held: Store, **_: Any) -> Any:
        return published_calls(held, at=at(day, "23:59:59"))

    monkeypatch.setattr(fund, "published_calls", then)
    with signed_in(tmp_path, ""):
        page = page_of("fund").run()
    text, labels = seen(page), [one.label for one in page.expander]
    assert not page.exception and wanted in text and "har ikke tildelt noe ennå" in text
    is_open = dt.date.fromisoformat(day) <= dt.date(2026, 3, 1)
    assert ("gir regionen gjester" in text) is is_open
    assert labels[0].startswith("Reglene i klare ord" if is_open else "Store arrangementer 2026")
