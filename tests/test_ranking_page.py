"""The ranking page: bands in words and drawn, what each may see, and every score with its reason in Excel."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pages import page_of, person, seen, signed_in
from scored import Reviewed, scored

from data.numbers import HARD_SPACE
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Store
from fund.review.ranking import rank
from fund.review.ranking_workbook import ranking_workbook
from fund.review.score_lines import score_lines


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    folder = tmp_path_factory.mktemp("reviewed")
    with scored(folder) as found:
        yield found


def shown(fund: Reviewed, token: str, lang: str = "nb", **query: str) -> str:
    with signed_in(fund.folder, token):
        page = page_of("ranking", lang=lang, **query).run()
    assert not page.exception, page.exception
    return seen(page).replace(HARD_SPACE, " ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bands_are_said_in_words(fund: Reviewed, lang: str) -> None:
    text = shown(fund, fund.token("officer"), lang)
    wanted = {
        "nb": ("5 av 5 saker har poeng", "ikke noe grunnlag", "Kan ikke skilles fra", "4,00", "3,92"),
        "en": ("5 of 5 cases have scores", "is no ground", "Can't be told apart from", "4.00", "3.92"),
    }
    for word in (
        *wanted[lang],
        "1. Søknad om Eksempelmesterskapet",
        "2. Eksempelcupen",
        "/sak?id=1",
        "/portefolje?utlysning=1",
    ):
        assert word in text.replace("&#x27;", "'"), word
    assert "REFUSED" not in text and "account:" not in text


def test_the_chart_says_the_same(fund: Reviewed) -> None:
    with signed_in(fund.folder, fund.token("officer")):
        page = page_of("ranking").run()
    (chart,) = page.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    assert "Bånd 1: Eksempelcupen 3,92 (3,50–4,25)" in spec["description"]


def test_who_is_disqualified_is_told_so_and_sees_no_score_of_it(fund: Reviewed) -> None:
    text = shown(fund, fund.token("board", 1))
    assert "4 av 5 saker har poeng" in text
    assert "Disse kan ikke vises for deg" in text and "Styret har funnet deg inhabil i saken." in text
    festival = fund.story.applications["festival"]
    member = fund.story.who("board", 1)
    assert festival not in {one.application for one in score_lines(fund.store, member, fund.story.call)}


def test_who_has_not_scored_sees_no_scores(fund: Reviewed) -> None:
    text = shown(fund, fund.token("board", 2))  # the deputy scored the festival alone
    assert "Du ser de andres poeng når du har gitt dine egne." in text
    _, token = person(fund.store, "board")
    text = shown(fund, token)
    assert "Du har ikke sagt om du er habil" in text and "Ingen poeng kan vises for deg ennå" in text
    assert "3,92" not in text


@pytest.mark.parametrize("role", ["applicant", "administrator", ""])
def test_others_are_refused(fund: Reviewed, role: str) -> None:
    token = person(fund.store, role)[1] if role else ""
    text = shown(fund, token, utlysning="1")
    assert "REFUSED" in text and "Eksempelcupen" not in text


@pytest.mark.parametrize("call", ["99", "x", "²", "1" * 40, "-1"])
def test_a_call_that_is_not_there(fund: Reviewed, call: str) -> None:
    assert "GONE" in shown(fund, fund.token("chair"), utlysning=call)


def test_a_fund_without_calls(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page = page_of("ranking").run()
    assert not page.exception and "Ingen utlysning har åpnet ennå" in seen(page)


def test_excel_has_every_score_with_its_reason(fund: Reviewed) -> None:
    auditor = Actor(fund.story.who("auditor").id, frozenset({"auditor"}))
    cases = rank(fund.store, auditor, fund.story.call)
    lines = score_lines(fund.store, auditor, fund.story.call)
    assert len(lines) == 5 * 3 * 3
    content = ranking_workbook("Utlysning", cases, lines, lambda account: "Eksempel Person", "nb")
    book = load_workbook(io.BytesIO(content))
    first, scores = book["Rangering"], book["Poeng og begrunnelser"]
    assert first["C3"].value == "Eksempelcupen" and first["D3"].value == pytest.approx(47 / 12)
    assert scores.max_row == 46 and scores["G2"].value == "Oppdiktet til eksempelet."
    weights = {row[3].value: row[4].value for row in scores.iter_rows(min_row=2)}
    assert sum(weights.values()) == pytest.approx(1)
    assert not any("account:" in str(cell.value) for row in scores.iter_rows() for cell in row)
