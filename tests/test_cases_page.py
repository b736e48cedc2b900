"""The list of cases: the officer's work with its days and filters, the board's own cases, who only reads, and Excel."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from casework import Played, played
from pages import page_of, person, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.permission import Refused
from data.phrases import LANGUAGES
from data.store import Store
from fund.demo import at
from fund.review.conflicts import declare
from fund.review.looks import changes, look, seen_cases
from fund.review.notes import add_note
from fund.review.queue import case_lines
from fund.review.queue_workbook import queue_workbook
from fund.state_aid.aid import NewAid, aid_rules, take_aid


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield played(tmp_path_factory.mktemp("cases"))


@pytest.fixture
def own(fund: Played, tmp_path: Path) -> Played:
    """A copy to do things with."""
    return fund.copied(tmp_path / "own")


def shown(fund: Played, role: str, number: int = 0, lang: str = "nb", **query: str) -> AppTest:
    with signed_in(fund.folder, fund.token(role, number)):
        page = page_of("cases", lang=lang, **query).run()
    assert not page.exception, page.exception
    return page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_officer_sees_what_is_next_and_until_when(fund: Played, lang: str) -> None:
    text = seen(shown(fund, "officer", lang=lang))
    wanted = {
        "nb": (
            "5 saker er i arbeid. Forfalt: 1.",
            "Søkeren har ikke svart",
            "Forfalt 20. mars 2026",
            "Sett på saklisten",
        ),
        "en": ("5 cases are at work. Overdue: 1.", "The applicant has not answered", "Overdue since 20 Mar 2026"),
    }[lang]
    for word in wanted:
        assert word in text, word
    assert f"/sak?id={fund.case('cup')}" in text and "/rangering?utlysning=1" in text and "/fullmakter" in text


def test_what_is_due_stands_first(fund: Played) -> None:
    text = seen(shown(fund, "officer"))
    assert text.index("Eksempelkonserten") < text.index("Eksempelmesterskapet") < text.index("Eksempelcupen")


@pytest.mark.parametrize(
    ("day", "urgency", "step"),
    [("2026-03-19", "later", "waiting"), ("2026-03-20", "today", "waiting"), ("2026-03-21", "overdue", "unanswered")],
)
def test_a_day_is_passed_after_its_last_second(fund: Played, day: str, urgency: str, step: str) -> None:
    with fund.store() as store:
        moment = at(day, "23:59:59")
        (one,) = [one for one in case_lines(store, fund.who("officer"), at=moment) if one.id == fund.case("concert")]
    assert (one.next, one.urgency(dt.date.fromisoformat(day))) == (step, urgency)


def test_filters_stand_in_the_address(fund: Played) -> None:
    text = seen(shown(fund, "officer", tilstand="vurdering"))
    assert "Eksempelfestivalen" in text and "Eksempelcupen" not in text
    assert "Eksempelcupen" not in seen(shown(fund, "officer", mine="ja"))
    assert "Eksempelcupen" in seen(shown(fund, "officer", tilstand="finnes-ikke", utlysning="77"))
    with signed_in(fund.folder, fund.token("officer")):
        page = page_of("cases").run()
        page.multiselect(key="cases_state").set_value(["ready"]).run()
        assert page.query_params["tilstand"] in ("klar", ["klar"])
        assert "Eksempelcupen" in seen(page) and "Eksempelstevnet" not in seen(page)


def test_the_board_sees_its_own(fund: Played) -> None:
    text = seen(shown(fund, "board"))
    assert "Saker der du skal svare på om du er habil: 1." in text and "Saker der du skal gi poeng: 1." in text
    assert text.index("Svar på om du er habil") < text.index("Venter på møtet")
    assert "Eksempelstevnet" in text and "Eksempelkonserten" not in text, "what isn't in review isn't the board's yet"
    other = seen(shown(fund, "board", 1))
    assert "Saker du ikke tar del i" in other


def test_the_auditor_reads_all_and_is_led_nowhere_to_work(fund: Played) -> None:
    page = shown(fund, "auditor")
    text = seen(page)
    assert "Eksempelcupen" in text and "/ordninger" not in text
    assert not [one for one in page.checkbox if one.key == "cases_mine"]


@pytest.mark.parametrize("role", ["", "applicant", "administrator"])
def test_the_wrong_role_gets_no_case(fund: Played, role: str) -> None:
    token = fund.token(role) if role else ""
    with signed_in(fund.folder, token):
        text = seen(page_of("cases").run())
    assert "REFUSED" in text and "Eksempelcupen" not in text


def test_nothing_yet_says_what_to_do(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        assert "Ingen søknader er sendt ennå. Lag en utlysning" in seen(page_of("cases").run())


def test_since_last_time(own: Played) -> None:
    officer, chair = own.who("officer"), own.who("chair")
    assert "ikke sett" in seen(shown(own, "officer"))
    with own.store() as store:
        look(store, officer, own.case("cup"))
        assert changes(store, officer) == {} and set(seen_cases(store, officer)) == {own.case("cup")}
        add_note(store, officer, own.case("cup"), "Ringte søkeren om hallen.")
        assert changes(store, officer) == {}, "one's own is not news"
        declare(store, chair, own.case("cup"), "conflict", "Sitter i styret i klubben.")
        (news,) = changes(store, officer)[own.case("cup")]
        assert (news.kind, news.actor) == ("declaration", chair.id)
        member = own.who("board")
        look(store, member, own.case("festival"))
        declare(store, chair, own.case("festival"), "conflict", "Sitter i styret i klubben.")
        assert changes(store, member) == {}, "the board isn't told who said what"
        with pytest.raises(Refused):
            look(store, own.who("applicant"), own.case("cup"))
    assert "Nytt: 1" in seen(shown(own, "officer"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_in_excel_sums_and_names_nobody(fund: Played, lang: str) -> None:
    with fund.store() as store:
        lines = case_lines(store, fund.who("officer"))
    book = openpyxl.load_workbook(io.BytesIO(queue_workbook(lines, lang)))  # type: ignore[arg-type]
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == len(lines) + 2 and sheet.freeze_panes == "A2"
    assert str(rows[-1][5]).startswith("=SUM(") and rows[1][0] == lines[0].number
    written = " ".join(str(cell) for row in rows for cell in row)
    assert "account:" not in written and "Eksempel Person" not in written
    whole = openpyxl.load_workbook(io.BytesIO(queue_workbook(lines, lang)), data_only=True)  # type: ignore[arg-type]
    assert whole.worksheets[0].cell(len(rows), 6).value == sum((one.asked or 0) for one in lines) / 100


def test_aid_to_report_is_listed_until_it_is_noted(own: Played) -> None:
    given, orgnr = dt.date(2026, 3, 26), "999900038"
    with own.store() as store, store.write("account:1", "test") as write:
        rules = aid_rules(store, given)
        new = NewAid(orgnr, given, "grant", 100_000_00, "award", currency="EUR", reference="award:1")
        number = take_aid(write, new, rules)
    page = shown(own, "officer")
    assert "Bagatellmessig støtte å melde" in seen(page) and "999 900 038" in seen(page).replace("\xa0", " ")
    assert "å melde" not in seen(shown(own, "auditor"))
    page.text_input(key=f"cases_aid_{number}_receipt").set_value("2026-12345")
    with signed_in(own.folder, own.token("officer")):
        page.button(key=f"cases_aid_{number}_do").click().run()
    assert own.one("SELECT receipt FROM aid_report WHERE aid = ?", number) == "2026-12345"
    assert "å melde" not in seen(shown(own, "officer"))
