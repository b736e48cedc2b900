"""Vouchers for the accounting system, of one year: Excel and CSV, and which accounts they are written to."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from app import layout
from app.tables import Column, download, table
from app.text import plain
from app.treasury.words import kind_name
from app.visit import Visit
from data.permission import Actor
from data.phrases import Lang
from data.store import open_store
from fund.books.vouchers import (
    voucher_accounts,
    voucher_source,
    voucher_sums,
    voucher_years,
    vouchers,
    vouchers_csv,
    vouchers_workbook,
)


def voucher_files(visit: Visit) -> None:
    """The year, what its vouchers come to, and the files."""
    kept = (str(visit.store.folder), visit.version, (visit.actor.id, *sorted(visit.actor.roles)))
    years = _years(*kept, visit)
    if not years:
        return
    layout.section(visit.say("books_page.vouchers"))
    year = st.selectbox(plain(visit.say("books_page.voucher_year")), years, key="books_voucher_year", format_func=str)
    count, debit = _sums(*kept, year, visit)
    key = "voucher_count" if count else "vouchers_none"
    layout.text(visit.say(f"books_page.{key}", count=count, year=str(year), ore_debit=debit))
    layout.text(visit.say("books_page.vouchers_about", source=voucher_source()), small=True)
    name = f"{visit.say('books_page.sheet.vouchers').lower()}-{year}"
    folder, actor, lang = visit.store.folder, visit.actor, visit.lang
    with st.container(horizontal=True):
        excel = partial(_excel, folder, actor, year, lang)
        download(visit.say("books_page.excel"), f"{name}.xlsx", excel, key="books_voucher_excel")
        plain_file = partial(_csv, folder, actor, year, lang)
        download(visit.say("books_page.csv"), f"{name}.csv", plain_file, key="books_voucher_csv", mime="text/csv")
    with st.expander(plain(visit.say("books_page.accounts"))):
        heads = [visit.say(f"books_page.column.{one}") for one in ("account", "name", "kind")]
        rows = [[one.number, one.names[lang], kind_name(visit, kind)] for kind, one in voucher_accounts().items()]
        table(visit.say("books_page.accounts"), [Column(head) for head in heads], rows)


@st.cache_resource(max_entries=4, show_spinner=False)
def _years(folder: str, version: int, who: tuple[str, ...], _visit: Visit) -> list[int]:
    """The years, kept until something is booked: every posting is read for them."""
    return voucher_years(_visit.store, _visit.actor)


@st.cache_resource(max_entries=8, show_spinner=False)
def _sums(folder: str, version: int, who: tuple[str, ...], year: int, _visit: Visit) -> tuple[int, int]:
    return voucher_sums(_visit.store, _visit.actor, year)


def _excel(folder: Path, actor: Actor, year: int, lang: Lang) -> bytes:
    """The file, when it is asked for: the page's own store is closed by then."""
    with open_store(folder) as store:
        return vouchers_workbook(vouchers(store, actor, year), year, lang)


def _csv(folder: Path, actor: Actor, year: int, lang: Lang) -> bytes:
    with open_store(folder) as store:
        return vouchers_csv(vouchers(store, actor, year), lang)
