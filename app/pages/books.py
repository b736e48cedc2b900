"""The books: where the money stands by partner, frame and year; behind each sum its postings; vouchers."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.going import ways
from app.layout import Shown
from app.tables import Link
from app.text import plain
from app.treasury.posting_list import LISTED, show_list
from app.treasury.sums import show_sums
from app.treasury.voucher_files import voucher_files
from app.visit import Visit
from data.numbers import kroner
from fund.books.accounts_plan import HELD
from fund.books.statements import fund_sums, off_balance

FIGURES = ("bank", "available", "paid")


def show(visit: Visit) -> None:
    """A list of postings, where the address asks for one; else the sums that lead to them."""
    if any(name in st.query_params for name in LISTED):
        show_list(visit)
        return
    sums = fund_sums(visit.store, visit.actor)
    there = any(sums.values())
    held = {"ore_bank": sums["bank"], "ore_available": sums["available"]}
    layout.title(visit.say("page.title.books"), visit.say("books_page.answer", **held) if there else "")
    if not there:
        layout.empty(visit, "books_page.empty")
        return
    for name, amount in off_balance(sums).items():
        words = visit.say("books_page.off", name=visit.say(f"books_page.off_name.{name}"), ore_off=abs(amount))
        st.error(plain(words), icon=":material/error:")
    shown = {"bank": sum(sums[kind] for kind in HELD), "available": sums["available"], "paid": sums["paid"]}
    layout.figures(
        visit,
        [
            Shown(
                visit.say(f"books_page.figure.{name}"),
                kroner(shown[name], visit.lang),
                visit.say(f"books_page.figure.{name}_about"),
                modelled=False,
            )
            for name in FIGURES
        ],
    )
    show_sums(visit)
    all_postings = Link(visit.say("books_page.all_postings"), "/regnskap?vis=posteringer")
    ways([all_postings, Link(visit.say("years_page.link"), "/over-aar")])
    voucher_files(visit)
