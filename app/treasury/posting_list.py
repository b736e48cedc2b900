"""Postings as a list: what is asked for stands in the address, the choices follow it, and the same comes in Excel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from app import asked, layout
from app.dates import DATES
from app.going import ways
from app.tables import Cell, Column, Link, amount, download, table
from app.text import plain
from app.treasury.frames import frame_name
from app.treasury.words import KIND_WORDS, KINDS_BY_WORD, kind_name, what_name
from app.visit import Visit
from app.who import named
from data.clock import short_day
from data.faults import Faults
from data.permission import Actor
from data.phrases import Lang, say
from data.store import open_store
from fund.award.awards import get_award
from fund.books.accounts_plan import KINDS
from fund.books.brought import booked_years
from fund.books.frames import frames
from fund.books.money import ore
from fund.books.partners import partners
from fund.books.posting_list import PostingLine, Wanted, happened, list_postings
from fund.books.sheets import Heading, Leaf, in_kroner, sheets

PAGE = 50
LISTED = ("vis", "konto", "hva", "partner", "ramme", "tildeling", "belop", "fra", "til")
"""What in an address asks for a list."""
COLUMNS = ("number", "amount", "what", "day", "who")


def show_list(visit: Visit) -> None:
    """The sentence, the choices, the postings a page at a time."""
    wanted = _wanted(visit)
    page = asked.number("side")
    rows, total, moved = list_postings(visit.store, visit.actor, wanted, limit=PAGE, offset=(page - 1) * PAGE)
    lead = f"list_{'one' if total == 1 else 'many'}{'_sum' if wanted.kind else ''}"
    layout.title(visit.say("books_page.postings"), visit.say(f"books_page.{lead}", count=total, ore_sum=moved))
    if wanted.award:
        number = get_award(visit.store, visit.actor, wanted.award).number if visit.may("award.read") else wanted.award
        layout.text(visit.say("books_page.of_award", number=number))
    ways([Link(visit.say("books_page.back"), "/regnskap")])
    with st.expander(plain(visit.say("books_page.filters")), expanded=wanted == Wanted()):
        _filters(visit, wanted)
    if not rows:
        layout.empty(visit, "books_page.list_none")
        return
    pages = -(-total // PAGE)
    columns = [Column(visit.say(f"books_page.column.{one}"), number=one in ("number", "amount")) for one in COLUMNS]
    cells = [_row(visit, one) for one in rows]
    table(visit.say("books_page.list_caption", page=page, pages=pages), columns, cells)
    layout.text(visit.say("books_page.list_about"), small=True)
    with st.container(horizontal=True):
        st.button(
            plain(visit.say("page.newer")), key="books_newer", disabled=page == 1, on_click=_turn, args=(page - 1,)
        )
        last = page >= pages
        st.button(plain(visit.say("page.older")), key="books_older", disabled=last, on_click=_turn, args=(page + 1,))
        make = partial(_workbook, visit.store.folder, visit.actor, wanted, total, visit.lang)
        name = visit.say("books_page.sheet.postings").lower() + ".xlsx"
        download(visit.say("books_page.excel"), name, make, key="books_list_excel")


def _turn(page: int) -> None:
    asked.keep("side", str(page) if page > 1 else "")


def _wanted(visit: Visit) -> Wanted:
    """What the address asks for; what can't be read is left out."""
    kind = next(iter(asked.several("konto", KINDS_BY_WORD)), "")
    what = asked.text("hva")
    return Wanted(
        kind=kind,  # type: ignore[arg-type]
        partner=asked.number("partner", 0),
        year=asked.number("ar", 0),
        award=asked.number("tildeling", 0),
        frame=asked.number("ramme", 0),
        what=what if what in happened(visit.store, visit.actor) else "",
        first=_day("fra"),
        last=_day("til"),
        amount=_amount(),
    )


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(asked.text(name))
    except ValueError:
        return None


def _amount() -> int | None:
    try:
        return ore(asked.text("belop"))
    except Faults:
        return None


def _filters(visit: Visit, wanted: Wanted) -> None:
    first, second, third = st.columns(3)
    every: dict[Any, str]
    with first:
        words = {kind: kind_name(visit, kind) for kind in KINDS}
        _choice(visit, "konto", "kind_label", wanted.kind, words, KIND_WORDS)
        _choice(visit, "hva", "what_label", wanted.what, _happened(visit))
    with second:
        every = {one.id: one.name for one in partners(visit.store, visit.actor)}
        _choice(visit, "partner", "partner_label", wanted.partner, every)
        every = {one.id: frame_name(visit, one) for one in frames(visit.store, visit.actor)}
        _choice(visit, "ramme", "frame_label", wanted.frame, every)
        every = {year: str(year) for year in booked_years(visit.store, visit.actor)}
        _choice(visit, "ar", "year_label", wanted.year, every)
    with third:
        for name, label, value in (("fra", "from_label", wanted.first), ("til", "to_label", wanted.last)):
            asked.follow(f"books_{name}", value)
            st.date_input(
                plain(visit.say(f"books_page.{label}")),
                key=f"books_{name}",
                format=DATES[visit.lang],
                on_change=_keeping(name, lambda one: one.isoformat() if one else ""),
            )
        asked.follow("books_belop", asked.text("belop"))
        st.text_input(
            plain(visit.say("books_page.amount_label")),
            key="books_belop",
            max_chars=40,
            on_change=_keeping("belop", str),
        )


def _keeping(name: str, written: Callable[[Any], str]) -> Callable[[], None]:
    """A callback that writes a choice into the address, which keeps asking for a list, from its first page on."""

    def keep() -> None:
        chosen = written(st.session_state.get(f"books_{name}"))
        asked.change({"side": "", "vis": "posteringer", name: chosen})

    return keep


def _happened(visit: Visit) -> dict[str, str]:
    return {one: what_name(visit, one) for one in happened(visit.store, visit.actor)}


def _choice(
    visit: Visit,
    name: str,
    label: str,
    value: str | int,
    words: Mapping[Any, str],
    written: Mapping[Any, str] = {},
) -> None:
    """One of a list, or all; ``written`` is what the address calls each."""
    none = type(value)()
    asked.follow(f"books_{name}", value if value in words else none)
    st.selectbox(
        plain(visit.say(f"books_page.{label}")),
        [none, *words],
        key=f"books_{name}",
        format_func=lambda one: words.get(one, visit.say("books_page.any")),
        on_change=_keeping(name, lambda one: str(written.get(one, one) or "")),
    )


def _row(visit: Visit, one: PostingLine) -> list[Cell]:
    what = what_name(visit, one.what)
    said = visit.say("books_page.reversed", what=what) if one.reversed_by else what
    number = Link(str(one.id), f"/postering?id={one.id}")
    return [number, amount(one.moved, visit.lang), said, short_day(one.day, visit.lang), named(visit, one.actor)]


def _workbook(folder: Path, actor: Actor, wanted: Wanted, total: int, lang: Lang) -> bytes:
    """All that were found, when the file is asked for: the page's own store is closed by then."""
    with open_store(folder) as store:
        found, _, _ = list_postings(store, actor, wanted, limit=total)
    heads = [Heading(say(f"books_page.column.{one}", lang), one == "what", one == "amount") for one in COLUMNS]
    rows = [
        [one.id, in_kroner(one.moved), say(f"books_page.what.{one.what}", lang), one.day, one.actor] for one in found
    ]
    leaf = Leaf(say("books_page.sheet.postings", lang), heads, rows)
    return sheets(say("books_page.postings", lang), [say("books_page.list_about", lang)], [leaf], lang)
