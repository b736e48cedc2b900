"""Contributions: what each partner promised and paid in, the covenant between them, and the frames of the years."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import asked, layout
from app.layout import Shown
from app.text import plain
from app.treasury.booking import book_something, new_partner, rename
from app.treasury.covenant import covenant
from app.treasury.frames import frames_of
from app.treasury.partner_table import partner_table
from app.visit import Visit
from data.numbers import kroner
from fund.books.brought import Brought, booked_years, brought

YEAR = "ar"


def show(visit: Visit) -> None:
    """The answer for a year; what can be booked; the covenant; the frames."""
    years = booked_years(visit.store, visit.actor)
    year = _year(years)
    held = brought(visit.store, visit.actor, year)
    layout.title(visit.say("page.title.contributions"), _answer(visit, held, year))
    if not held:
        layout.empty(visit, "contributions_page.empty" if visit.may("partner.write") else "contributions_page.none_yet")
    else:
        _figures(visit, held)
        _choose(visit, years, year)
        partner_table(visit, held, year)
    if visit.may("contribution.write") and held:
        book_something(visit, held)
    if visit.may("partner.write"):
        new_partner(visit, first=not held)
        if held:
            rename(visit, held)
    if held:
        covenant(visit)
        frames_of(visit, year)


def _year(years: Sequence[int]) -> int | None:
    """The year that the address asks for; None: all."""
    wanted = asked.number(YEAR, 0)
    return wanted if wanted in years else None


def _answer(visit: Visit, held: Sequence[Brought], year: int | None) -> str:
    received, pledged = sum(one.received for one in held), sum(one.stands("pledge") for one in held)
    if not received and not pledged:
        return visit.say("contributions_page.nothing")
    key = "answer_year" if year else "answer"
    said = visit.say(f"contributions_page.{key}", ore_received=received, year=str(year or ""))
    left = visit.say(
        "contributions_page.outstanding" if pledged else "contributions_page.all_came", ore_pledged=pledged
    )
    return f"{said} {left}"


def _figures(visit: Visit, held: Sequence[Brought]) -> None:
    sums = {
        "received": sum(one.received for one in held),
        "pledge": sum(one.stands("pledge") for one in held),
        "available": sum(one.stands("available") for one in held),
    }
    layout.figures(
        visit,
        [
            Shown(
                visit.say(f"contributions_page.figure.{name}"),
                kroner(amount, visit.lang),
                visit.say(f"contributions_page.figure.{name}_about"),
                modelled=False,
            )
            for name, amount in sums.items()
        ],
    )


def _choose(visit: Visit, years: Sequence[int], year: int | None) -> None:
    asked.follow("contributions_year", year or 0)
    st.selectbox(
        plain(visit.say("contributions_page.year")),
        [0, *years],
        format_func=lambda one: str(one) if one else visit.say("contributions_page.every_year"),
        key="contributions_year",
        on_change=asked.keeping(YEAR, "contributions_year", lambda one: str(one) if one else ""),
    )
