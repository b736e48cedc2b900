"""The page of contributions: what is booked, once; partners, covenant and frames; who may, and what outlives F5."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from bookkeeping import AMISS, click, keys, outcome, text_of, token_of
from pages import page_of, person, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.permission import ROLES, Actor
from data.phrases import LANGUAGES
from data.store import Store, open_store
from data.xlsx import read_sheets_in
from fund.books.brought import brought
from fund.books.covenant import list_covenants
from fund.books.frames import frames
from fund.books.partners import add_partner, partners, rename_partner
from fund.books.statements import kind_sums
from fund.demo_year import play

TREASURER = Actor("account:1", frozenset({"treasurer"}))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the invented fund after its year, with a treasurer and one of each role signed in."""
    folder = tmp_path_factory.mktemp("contributions")
    with open_store(folder) as store:
        play(store)
    yield folder


@pytest.fixture()
def here(store: Store, tmp_path: Path) -> Iterator[tuple[Store, Path]]:
    """A fund with two partners and nothing else, its treasurer signed in."""
    actor, token = person(store, "treasurer")
    add_partner(store, actor, "Eksempel kommune", "public")
    add_partner(store, actor, "Eksempel bank", "private")
    with signed_in(tmp_path, token):
        yield store, tmp_path


def filled(**fields: object) -> AppTest:
    """The page with the form of what is booked filled in."""
    page = page_of("contributions").run()
    for name in ("what", "partner", "year"):
        if name in fields:
            page.selectbox(key=f"contributions_book_{name}").set_value(fields[name]).run()
    for name in ("amount", "earmark", "note"):
        if name in fields:
            page.text_input(key=f"contributions_book_{name}").set_value(fields[name]).run()
    if "day" in fields:
        page.date_input(key="contributions_book_day").set_value(fields["day"]).run()
    return page


def book(page: AppTest) -> AppTest:
    click(page, "contributions_book_do")
    return page


DAY = dt.date(2026, 1, 15)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_invented_year_is_whole(year: Path, lang: str) -> None:
    with signed_in(year, token_of(year, "treasurer")):
        text = text_of(page_of("contributions", lang=lang, ar="2026").run())
    for word in (
        "Eksempel kommune",
        "Eksempel hotell",
        "/last-ned/bidragsoversikt/1.docx",
        "konto=mottatt&amp;partner=1",
    ):
        assert word in text, word
    assert "6 200 000" in text or "6,200,000" in text
    assert not [word for word in AMISS if word in text]


@pytest.mark.parametrize("role", ["", *ROLES])
def test_who_gets_in_and_who_may_book(year: Path, role: str) -> None:
    with signed_in(year, token_of(year, role) if role else ""):
        page = page_of("contributions").run()
    assert not page.exception
    readers = {"officer", "board", "chair", "treasurer", "auditor", "administrator"}
    assert ("REFUSED" in seen(page)) == (role not in readers), role
    assert ("contributions_book_do" in keys(page)) == (role == "treasurer")


def test_an_empty_fund_begins_with_a_partner(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "treasurer")
    with signed_in(tmp_path, token):
        page = page_of("contributions").run()
        assert "ingen partnere ennå" in text_of(page)
        page.text_input(key="contributions_partner_name").set_value("Eksempel kommune").run()
        assert "er lagt til" in click(page, "contributions_partner_do")
    assert [(one.name, one.kind) for one in partners(store, TREASURER)] == [("Eksempel kommune", "public")]


def test_a_contribution_is_booked_once_whatever_is_clicked(here: tuple[Store, Path]) -> None:
    store, _ = here
    page = filled(partner=1, year=2026, amount="250 000,50", earmark="Ungdom", day=DAY)
    assert "250 000,50 kroner" in text_of(page)
    book(page)
    assert "Registrert: bidrag mottatt, 250 000,50 kroner" in outcome(page)
    page.button(key="contributions_book_do").click().run()
    (one,) = [one for one in brought(store, TREASURER, 2026) if one.partner.id == 1]
    assert one.received == 25_000_050 == one.stands("available")
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM posting").fetchone() == (1,)
        assert (
            db.execute("SELECT DISTINCT earmark FROM ledger_account WHERE kind = 'available'").fetchone()[0] == "ungdom"
        )


def test_what_is_typed_outlives_f5_and_a_fault(here: tuple[Store, Path]) -> None:
    store, _ = here
    page = book(filled(partner=2, year=2026, amount="mye", note="linje 4"))
    assert "mye" in outcome(page) and not brought(store, TREASURER)[0].received
    again = page_of("contributions").run()
    assert again.text_input(key="contributions_book_amount").value == "mye"
    assert again.text_input(key="contributions_book_note").value == "linje 4"
    assert again.selectbox(key="contributions_book_partner").value == 2
    again.text_input(key="contributions_book_amount").set_value("100").run()
    book(again)
    assert "Dagen mangler" in outcome(again), "no day was chosen"


def test_pledges_gifts_interest_and_fees(here: tuple[Store, Path]) -> None:
    store, _ = here
    book(filled(what="pledge", partner=1, year=2026, amount="1000"))
    book(filled(what="in_kind", partner=1, year=2026, amount="300", note="Lokaler"))
    book(filled(what="contribution", partner=1, year=2026, amount="400", day=DAY))
    book(filled(what="interest", year=2026, amount="20", day=DAY))
    book(filled(what="fee", year=2026, amount="5", day=DAY))
    (one,) = [one for one in brought(store, TREASURER, 2026) if one.partner.id == 1]
    kinds = ("pledge", "in_kind", "fees", "available")
    assert (one.pledged, one.received, one.interest) == (100_000, 40_000, 2_000)
    assert [one.stands(kind) for kind in kinds] == [60_000, 30_000, 500, 41_500]  # type: ignore[arg-type]


def test_a_partner_is_renamed_from_what_was_read(here: tuple[Store, Path]) -> None:
    store, _ = here
    page = page_of("contributions").run()
    page.selectbox(key="contributions_rename_partner").set_value(1).run()
    page.text_input(key="contributions_rename_name").set_value("Eksempel ny kommune").run()
    seen_then = next(one for one in partners(store, TREASURER) if one.id == 1)
    rename_partner(store, TREASURER, seen_then, "Eksempel annen kommune")
    assert "version" in click(page, "contributions_rename_do") or outcome(page)
    assert next(one.name for one in partners(store, TREASURER) if one.id == 1) == "Eksempel annen kommune"
    page.button(key="contributions_rename_do").click().run()
    assert next(one.name for one in partners(store, TREASURER) if one.id == 1) == "Eksempel ny kommune"


def test_the_covenant_is_set_and_held_against_what_came(here: tuple[Store, Path]) -> None:
    store, _ = here
    book(filled(partner=1, year=2026, amount="1000", day=DAY))
    page = page_of("contributions").run()
    assert "ikke satt noe krav" in text_of(page)
    page.date_input(key="contributions_covenant_from_day").set_value(dt.date(2026, 1, 1)).run()
    for name, value in (("private", "1"), ("public", "en"), ("ground", "Partneravtalen (eksempel)")):
        page.text_input(key=f"contributions_covenant_{name}").set_value(value).run()
    assert "ikke et helt tall" in click(page, "contributions_covenant_do") and not list_covenants(store, TREASURER)
    page.text_input(key="contributions_covenant_public").set_value("1").run()
    assert "Kravet gjelder fra 1. jan. 2026" in click(page, "contributions_covenant_do")
    assert "mangler 1 000 kroner fra private" in text_of(page) or "Det mangler 1 000 kroner" in text_of(page)


def test_frames_are_opened_changed_and_carried_over(here: tuple[Store, Path]) -> None:
    store, _ = here
    book(filled(partner=1, year=2026, amount="1000", day=DAY))
    page = page_of("contributions").run()
    page.selectbox(key="contributions_frame_year").set_value(2026).run()
    page.text_input(key="contributions_frame_amount").set_value("800").run()
    page.text_input(key="contributions_frame_limit").set_value("0").run()
    page.button(key="contributions_frame_do").click().run()
    (frame,) = frames(store, TREASURER)
    assert (frame.amount, frame.exposure_limit) == (80_000, 0), text_of(page)
    form = f"contributions_frame_{frame.id}_80000_0"
    page.text_input(key=f"{form}_amount").set_value("900").run()
    page.button(key=f"{form}_do").click().run()
    assert frames(store, TREASURER)[0].amount == 90_000
    page.selectbox(key="contributions_carry_year").set_value(2026).run()
    assert "er overført til 2027" in click(page, "contributions_carry_do")
    with store.read() as db:
        assert kind_sums(db)["available"] == 100_000
        assert db.execute(
            "SELECT sum(balance) FROM ledger_total WHERE kind = 'available' AND year = 2027"
        ).fetchone() == (100_000,)


def test_two_tabs_at_one_frame(here: tuple[Store, Path]) -> None:
    store, _ = here
    page = page_of("contributions").run()
    page.selectbox(key="contributions_frame_year").set_value(2026).run()
    page.text_input(key="contributions_frame_amount").set_value("800").run()
    page.text_input(key="contributions_frame_limit").set_value("100").run()
    page.button(key="contributions_frame_do").click().run()
    one, other = page_of("contributions").run(), page_of("contributions").run()
    form = "contributions_frame_1_80000_10000"
    for tab, value in ((one, "900"), (other, "700")):
        tab.text_input(key=f"{form}_amount").set_value(value).run()
    assert "900 kroner" in click(one, f"{form}_do")
    assert "900 kroner" in click(other, f"{form}_do"), "what someone else changed is told of"
    assert frames(store, TREASURER)[0].amount == 90_000


def test_the_workbook_sums_to_what_the_page_says(year: Path) -> None:
    from app.treasury.partner_table import _workbook

    with open_store(year) as store:
        held = brought(store, TREASURER, 2026)
        sheets = read_sheets_in(_workbook(held, 2026, "nb"), "bidrag.xlsx")
    rows = sheets["Partnere"].rows
    assert rows[0][3] == "Mottatt" and float(rows[-1][3]) == 6_200_000
