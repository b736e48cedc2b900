"""The annual report: the page's figures, sums that are the ledger's, both languages, and who gets it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from bookkeeping import session_of
from docx import Document
from outcomes_locked import CHAIR, REFERENCE, evaluated
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import downloads
from app.annual_report import annual_report
from app.visit import SESSION_COOKIE
from data.numbers import HARD_SPACE, number
from data.permission import ANYONE, Refused
from data.phrases import LANGUAGES, Lang
from data.store import Store, open_store
from fund.books.ledger import head
from fund.books.statements import fund_sums
from fund.demo import Story
from fund.demo_year import play
from impact.lessons import add_lesson

Told = tuple[Store, Story]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The invented fund after its year, with an outcome and a lesson."""
    folder: Path = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch, open_store(folder) as store:
        patch.setenv("RINGVIRK_DATA", str(folder))
        story = play(store)
        evaluated(store, story, 1)
        add_lesson(store, story.who("officer"), 2, "Lås avtalen med hallen først (eksempel).", about="fund")
        yield store, story


def opened(store: Store, lang: Lang) -> tuple[str, list[list[list[str]]]]:
    """The text of the report of 2026, and the cells of its tables, in plain spaces."""
    document = Document(io.BytesIO(annual_report(store, CHAIR, 2026, REFERENCE, lang)))
    text = "\n".join(one.text for one in document.paragraphs).replace(HARD_SPACE, " ")
    tables = [
        [[cell.text.replace(HARD_SPACE, " ") for cell in row.cells] for row in one.rows] for one in document.tables
    ]
    return text, tables


def written(ore: int, lang: Lang) -> str:
    return number(ore / 100, lang).replace(HARD_SPACE, " ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_sums_are_the_ledger_s(told: Told, lang: Lang) -> None:
    store, _ = told
    _, (account, years, awards, places, kinds, months, partners) = opened(store, lang)
    sums, awarded = fund_sums(store, CHAIR), 1_280_000_00
    lines = [row[-1] for row in account[1:]]
    assert lines[0] == written(-sums["contributed"], lang) and written(sums["available"], lang) in lines
    assert years[-1][1] == awards[-1][2] == places[-1][1] == kinds[-1][2] == written(awarded, lang)
    assert partners[-1][1] == written(-sums["contributed"], lang) and partners[-1][3] == written(sums["paid"], lang)
    parts = [int("".join(sign for sign in row[2] if sign.isdecimal())) for row in awards[1:-1]]
    assert len(parts) == 4 and 100 * sum(parts) == awarded
    assert len(months) == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_the_year_the_lesson_and_what_the_verifier_found(told: Told, lang: Lang) -> None:
    store, _ = told
    text, tables = opened(store, lang)
    postings, digest = head(store.db)
    for wanted in ("2026", "Lås avtalen med hallen først (eksempel).", digest, str(postings)):
        assert wanted in text, wanted
    said = {
        "nb": ("Årsrapport 2026", "uten funn", "Dette er ingen avkastning", "Evaluert: 1 av 3", "spenn: 1."),
        "en": (
            "Annual report 2026",
            "without findings",
            "This is no return",
            "Evaluated: 1 of 3",
            "range: 1. Below: 0",
        ),
    }
    for wanted in said[lang]:
        assert wanted in text, wanted
    cells = " ".join(cell for table in tables for row in table for cell in row)
    assert "Eksempelcupen" in cells and "Eksempel Person" not in cells + text


def test_findings_of_the_verifier_are_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    store, _ = told
    monkeypatch.setattr("app.annual_report.verify", lambda db, folder: ["a finding", "another"])
    text, _ = opened(store, "nb")
    assert "Antall funn: 2" in text and "uten funn" not in text


def test_who_may_have_it(told: Told) -> None:
    store, story = told
    for actor in (ANYONE, story.who("applicant")):
        with pytest.raises(Refused):
            annual_report(store, actor, 2026, REFERENCE, "nb")
    with pytest.raises(LookupError):
        annual_report(store, CHAIR, 1999, REFERENCE, "nb")


def test_it_is_fetched_by_its_address(told: Told) -> None:
    store, story = told
    with TestClient(Starlette(routes=downloads.ROUTES)) as client:
        assert client.get("/last-ned/aarsrapport/2026.docx").status_code == 403
        client.cookies.set(SESSION_COOKIE, session_of(store, story.who("applicant")))
        assert client.get("/last-ned/aarsrapport/2026.docx").status_code == 403
        client.cookies.set(SESSION_COOKIE, session_of(store, story.who("auditor")))
        assert client.get("/last-ned/aarsrapport/1999.docx").status_code == 404
        answer = client.get("/last-ned/aarsrapport/2026.docx?lang=en")
    assert answer.status_code == 200 and "annual-report-2026.docx" in answer.headers["Content-Disposition"]
    assert Document(io.BytesIO(answer.content)).core_properties.title == "Annual report 2026"
