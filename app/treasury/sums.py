"""Where the money stands, by partner, frame or year; each sum leads to its postings, in Excel too; a year by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import get_args

import streamlit as st

from app import asked, layout
from app.tables import Cell, Column, Link, amount, download, table
from app.text import plain
from app.treasury.frames import frame_name
from app.treasury.words import kind_name, postings_of
from app.visit import Visit
from data.clock import today
from data.phrases import Lang, say
from fund.books.accounts_plan import Kind
from fund.books.brought import booked_years
from fund.books.frames import frames
from fund.books.partners import partners
from fund.books.posting_list import By, sums_by
from fund.books.sheets import Heading, Leaf, in_kroner, sheets
from fund.books.statements import Sums, year_statement

BYS: tuple[By, ...] = get_args(By)
BY, YEAR = "etter", "ar"
BY_WORDS: Mapping[str, By] = {"partner": "partner", "ar": "year", "ramme": "frame"}
MONEY: tuple[Kind, ...] = (
    "contributed",
    "available",
    "reserved",
    "committed",
    "guaranteed",
    "paid",
    "lent",
    "written_off",
    "interest",
    "fees",
)
OF_FRAME: tuple[Kind, ...] = (
    "frame_set",
    "frame_room",
    "reserved",
    "committed",
    "guaranteed",
    "lent",
    "paid",
    "written_off",
    "exposure_set",
    "exposure_room",
)
FROM_BELOW = frozenset({"contributed", "interest", "frame_set", "exposure_set"})
"""Kinds that stand below zero in the books, and are written as people speak of them."""


def show_sums(visit: Visit) -> None:
    """The choice, the table, the file, and the year's statement."""
    by, year, years = _choose(visit)
    kinds = OF_FRAME if by == "frame" else MONEY
    found = sums_by(visit.store, visit.actor, by, year if by == "partner" else None)
    if by == "year" and year:
        found = {year: found.get(year, {})}
    names = _names(visit, by, year)
    numbers = [one for one in names if one in found] if by != "year" else sorted(found, reverse=True)
    columns = [Column(_capital(visit.say(f"books_page.by_what.{by}"))), *(_head(visit, kind) for kind in kinds)]
    rows = [_row(visit, by, one, names.get(one, str(one)), found[one], kinds, year) for one in numbers]
    total: list[Cell] = [visit.say("books_page.total")]
    total += [amount(_shown(kind, sum(found[one].get(kind, 0) for one in numbers)), visit.lang) for kind in kinds]
    table(visit.say("books_page.caption"), columns, [*rows, total], totals=1)
    layout.text(visit.say("books_page.about"), small=True)
    leaf = [[names.get(one, str(one)), *(_shown(kind, found[one].get(kind, 0)) for kind in kinds)] for one in numbers]
    name = visit.say("books_page.file") + ".xlsx"
    heads = [column.heading for column in columns]
    download(visit.say("books_page.excel"), name, partial(_workbook, heads, leaf, visit.lang), key="books_excel")
    if years:
        _statement(visit, year or (today().year if today().year in years else years[0]))


def _choose(visit: Visit) -> tuple[By, int | None, list[int]]:
    """By what, and of which year; both stand in the address."""
    years = booked_years(visit.store, visit.actor)
    wanted = asked.number(YEAR, 0)
    year = wanted if wanted in years else None
    by = next(iter(asked.several(BY, BY_WORDS)), "partner")
    asked.follow("books_by", by)
    asked.follow("books_year", year or 0)
    words = {value: key for key, value in BY_WORDS.items()}
    first, second = st.columns(2)
    with first:
        st.radio(
            plain(visit.say("books_page.by")),
            BYS,
            key="books_by",
            format_func=lambda one: visit.say(f"books_page.by_what.{one}"),
            horizontal=True,
            on_change=asked.keeping(BY, "books_by", lambda one: words.get(one, "")),
        )
    with second:
        st.selectbox(
            plain(visit.say("books_page.year")),
            [0, *years],
            key="books_year",
            format_func=lambda one: str(one) if one else visit.say("books_page.every_year"),
            on_change=asked.keeping(YEAR, "books_year", lambda one: str(one) if one else ""),
        )
    return by, year, years  # type: ignore[return-value]


def _names(visit: Visit, by: By, year: int | None) -> dict[int, str]:
    """What the rows are called, in their order."""
    if by == "partner":
        return {one.id: one.name for one in partners(visit.store, visit.actor)}
    if by == "frame":
        return {one.id: frame_name(visit, one) for one in frames(visit.store, visit.actor, year)}
    return {}


def _row(
    visit: Visit, by: By, number: int, name: str, sums: Sums, kinds: Sequence[Kind], year: int | None
) -> list[Cell]:
    of: dict[str, int] = {by: number}
    if by == "partner" and year:
        of["year"] = year
    cells: list[Cell] = [name]
    for kind in kinds:
        written = amount(_shown(kind, sums.get(kind, 0)), visit.lang)
        cells.append(Link(written, postings_of(kind, **of)) if sums.get(kind) else written)
    return cells


def _shown(kind: Kind, ore: int) -> int:
    return -ore if kind in FROM_BELOW else ore


def _head(visit: Visit, kind: Kind) -> Column:
    return Column(_capital(kind_name(visit, kind)), number=True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _statement(visit: Visit, year: int) -> None:
    """A year's money, item by item, each leading to its postings."""
    with st.expander(plain(visit.say("books_page.statement", year=str(year)))):
        sums = year_statement(visit.store, visit.actor, year).sums
        rows: list[list[Cell]] = [
            [
                _capital(kind_name(visit, kind)),
                Link(amount(_shown(kind, sums[kind]), visit.lang), postings_of(kind, year=year)),
            ]
            for kind in (*MONEY, "pledge", "in_kind")
            if sums.get(kind)
        ]
        columns = [Column(visit.say("books_page.item")), Column(visit.say("books_page.kroner"), number=True)]
        table(visit.say("books_page.statement_caption", year=str(year)), columns, rows)
        layout.text(visit.say("books_page.statement_about"), small=True)


def _workbook(heads: Sequence[str], rows: Sequence[Sequence[object]], lang: Lang) -> bytes:
    columns = [Heading(heads[0], wide=True), *(Heading(head, summed=True) for head in heads[1:])]
    cells = [[row[0], *(in_kroner(int(str(ore))) for ore in row[1:])] for row in rows]
    leaf = Leaf(say("books_page.sheet.sums", lang), columns, cells)
    return sheets(say("books_page.caption", lang), [say("books_page.about", lang)], [leaf], lang)
