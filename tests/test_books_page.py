"""The books: sums by partner, frame and year; behind each the postings that come to it; vouchers; who may read."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from bookkeeping import AMISS, text_of, token_of
from pages import page_of, signed_in
from streamlit.testing.v1 import AppTest

from app.treasury import posting_list
from app.treasury.posting_list import _workbook
from data.permission import ROLES, Actor
from data.phrases import LANGUAGES
from data.store import Store, open_store
from data.xlsx import read_sheets_in
from fund.books.accounts_plan import KINDS
from fund.books.posting_list import Wanted, list_postings, sums_by
from fund.books.statements import fund_sums
from fund.demo_year import play

TREASURER = Actor("account:1", frozenset({"treasurer"}))
LINK = re.compile(r'href="/regnskap\?([^"]+)">([^<]+)</a>')


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the invented fund after its year."""
    folder = tmp_path_factory.mktemp("books")
    with open_store(folder) as store:
        play(store)
    return folder


@pytest.fixture(scope="module")
def token(year: Path) -> str:
    return token_of(year, "treasurer")


def shown(folder: Path, token: str, lang: str = "nb", **query: str) -> tuple[AppTest, str]:
    with signed_in(folder, token):
        page = page_of("books", lang=lang, **query).run()
    return page, text_of(page)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("by", ["partner", "ramme", "ar"])
def test_the_year_is_whole(year: Path, token: str, lang: str, by: str) -> None:
    _, text = shown(year, token, lang, etter=by)
    assert not [word for word in AMISS if word in text]
    assert "5 536 800" in text or "5,536,800" in text or by == "ramme"


@pytest.mark.parametrize("by", ["partner", "ramme", "ar"])
def test_every_cell_opens_postings_that_come_to_it(year: Path, token: str, by: str) -> None:
    """The list behind a cell says the cell's figure, as the address of the cell asks for it."""
    _, text = shown(year, token, etter=by, ar="2026" if by == "partner" else "")
    cells = [(found[1].replace("&amp;", "&"), found[2]) for found in LINK.finditer(text)]
    assert len(cells) > 5
    for address, written in cells[::3]:
        query = dict(parse_qsl(address))
        if "konto" not in query:
            continue
        assert by != "partner" or query["ar"] == "2026"
        _, behind = shown(year, token, **query)
        sum_ = re.search(r" gir (\S*?[\d ,]+) kroner", behind)
        assert sum_ and sum_[1].lstrip("−-") == written, (address, written)


def test_the_postings_of_each_kind_come_to_its_balance(year: Path) -> None:
    with open_store(year) as store:
        sums = fund_sums(store, TREASURER)
        for kind in KINDS:
            _, _, moved = list_postings(store, TREASURER, Wanted(kind=kind))
            assert moved == sums[kind], kind
        assert sum(sums_by(store, TREASURER, "year")[2027].values()) == sums["available"]


@pytest.mark.parametrize("role", ["", *ROLES])
def test_who_gets_in(year: Path, role: str) -> None:
    _, text = shown(year, token_of(year, role))
    assert ("REFUSED" in text) == (role in ("", "applicant")), role


def test_an_empty_fund_says_so(store: Store, tmp_path: Path) -> None:
    _, text = shown(tmp_path, token_of(tmp_path, "treasurer"))
    assert "Ingenting er bokført ennå" in text and "<table" not in text


def test_the_choices_stand_in_the_address_and_narrow_the_list(year: Path, token: str) -> None:
    with signed_in(year, token):
        page = page_of("books", vis="posteringer").run()
        page.selectbox(key="books_konto").set_value("paid").run()
        assert "5 posteringer som til sammen gir 630 000 kroner" in text_of(page)
        page.selectbox(key="books_hva").set_value("settled").run()
        assert "Én postering som gir 320 000 kroner" in text_of(page)
        query = {name: page.query_params[name] for name in page.query_params}
        again = page_of(
            "books", **{name: one[0] if isinstance(one, list) else one for name, one in query.items()}
        ).run()
        assert again.selectbox(key="books_hva").value == "settled"
        page.selectbox(key="books_konto").set_value("").run()
        page.selectbox(key="books_hva").set_value("").run()
        assert "32 posteringer." in text_of(page), "still a list"
        page.text_input(key="books_belop").set_value("150 000").run()
        assert "2 posteringer." in text_of(page)


@pytest.mark.parametrize(
    "query", [{"konto": "tull"}, {"hva": "'; DROP"}, {"fra": "i fjor"}, {"belop": "mye"}, {"partner": "999999999999"}]
)
def test_an_address_that_makes_no_sense_is_no_fault(year: Path, token: str, query: dict[str, str]) -> None:
    page, _ = shown(year, token, **query)
    assert not page.exception


def test_a_long_list_is_turned(year: Path, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting_list, "PAGE", 10)
    with signed_in(year, token):
        page = page_of("books", vis="posteringer").run()
        assert "side 1 av 4" in text_of(page) and "/postering?id=32" in text_of(page)
        page.button(key="books_older").click().run()
        assert "side 2 av 4" in text_of(page) and "/postering?id=22" in text_of(page)
        assert "/postering?id=32" not in text_of(page)
        page.selectbox(key="books_konto").set_value("paid").run()
        assert "side 1 av 1" in text_of(page)


def test_the_list_comes_in_excel_whole(year: Path) -> None:
    content = _workbook(year, TREASURER, Wanted(kind="paid"), 5, "nb")
    rows = read_sheets_in(content, "posteringer.xlsx")["Posteringer"].rows
    assert [row[0] for row in rows[1:-1]] == [27, 24, 22, 20, 18] and float(rows[-1][1]) == 630_000


def test_the_files_of_vouchers_are_offered(year: Path, token: str) -> None:
    _, text = shown(year, token)
    assert "50 linjer for 2026, debet og kredit" in text and "Kontoklassene etter NS 4102" in text
