"""Over the years: the fund's money, what the events may have given, what is left to do, and the annual report."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app import asked, layout
from app.drawn import mode
from app.event_list import public_style
from app.given import reference
from app.going import go, ways
from app.layout import Shown
from app.over_years.chart import awarded_by_year
from app.over_years.kept import kept_years
from app.over_years.rows import (
    Rows,
    account_lines,
    accounts_rows,
    kinds_rows,
    knows_beds,
    months_rows,
    partners_rows,
    places_rows,
    years_rows,
)
from app.over_years.sentences import how, impact_words, lead, per_krone
from app.spans import figure
from app.tables import Cell, Link, table
from app.text import plain
from app.treasury.words import posting_address
from app.visit import Visit
from data.clock import short_day, today
from data.numbers import kroner
from data.phrases import LANGUAGES
from fund.books.accounts_plan import Kind
from fund.years.accounts import AWARDED, LINE, Line, span_of
from fund.years.over_years import OverYears, Period

YEAR = "aar"
MOST = 10
"""Events to evaluate that are listed; the rest are counted."""


def show(visit: Visit) -> None:
    """The sentence, the figures, what is to be done, and the tables of one year or all; or that there is nothing."""
    public_style()
    found = kept_years(visit)
    if not found.accounts.years:
        layout.title(visit.say("page.title.years"))
        layout.empty(visit, "years_page.empty")
        return
    heading = st.container()
    year = _choose(visit, found)
    with heading:
        layout.title(visit.say("page.title.years"), lead(found, year, visit.lang))
    period = found.of(year)
    _figures(visit, found, year)
    _to_do(visit, period)
    _report(visit, found, year)
    _by_year(visit, found)
    _accounts(visit, found, year)
    layout.section(visit.say("years_page.section.impact"))
    layout.text(*impact_words(found, year, visit.lang))
    _impact(visit, found, year)
    layout.section(visit.say("years_page.section.partners"))
    _partners(visit, found, year)
    layout.section(visit.say("years_page.section.krone"))
    layout.text(*per_krone(found, year, visit.lang))
    with st.expander(plain(visit.say("years_page.how"))):
        layout.bullets(how(visit.lang))


def _choose(visit: Visit, found: OverYears) -> int | None:
    """One year or all, as the address says."""
    years = found.accounts.years
    wanted = asked.number(YEAR, 0)
    year = wanted if wanted in years else 0
    asked.follow("years_year", year)
    st.selectbox(
        plain(visit.say("years_page.year")),
        [0, *years],
        key="years_year",
        format_func=lambda one: str(one) if one else visit.say("years.all"),
        on_change=asked.keeping(YEAR, "years_year", lambda one: str(one) if one else ""),
    )
    return year or None


def _figures(visit: Visit, found: OverYears, year: int | None) -> None:
    """What was awarded, what was paid, and what the events may have given: money beside impact, never divided here."""
    books, lang = found.accounts, visit.lang

    def money(name: str, ore: int, part: int) -> Shown:
        about = visit.say(f"years_page.figure.{name}_about", ore_part=part)
        return Shown(visit.say(f"years_page.figure.{name}"), kroner(ore, lang), about, modelled=False)

    layout.figures(
        visit,
        [
            money("awarded", books.of(*AWARDED, year=year), books.of(LINE["guaranteed"], year=year)),
            money("paid", books.net("paid", year=year), books.of(LINE["lost"], year=year)),
            figure(visit, visit.say("years_page.figure.impact"), found.of(year).total.forecast, kroner=True),
        ],
    )


def _to_do(visit: Visit, period: Period) -> None:
    """The events that are over and not evaluated: what they gave isn't known before that."""
    waiting = period.unevaluated(today())
    layout.section(visit.say("years_page.section.to_do"))
    if not waiting:
        done = any(one.certain and one.outcome is not None for one in period.events)
        layout.text(visit.say("years_page.to_do.done" if done else "years_page.to_do.none"))
        return
    layout.text(visit.say("years_page.to_do.one" if len(waiting) == 1 else "years_page.to_do.many", count=len(waiting)))
    ways(
        [
            Link(
                visit.say(
                    "years_page.to_do.event",
                    name=one.event.name(visit.lang) or one.awards[0].title,
                    day=short_day(one.event.last_day, visit.lang),
                ),
                f"/evaluering?id={one.event.id}",
            )
            for one in waiting[:MOST]
        ]
    )
    if len(waiting) > MOST:
        layout.text(visit.say("years_page.to_do.more", count=len(waiting) - MOST), small=True)


def _report(visit: Visit, found: OverYears, year: int | None) -> None:
    """The annual report in the reader's language, and in the other one."""
    years = found.accounts.years
    of = year or next((one for one in years if one <= today().year), years[0])
    layout.section(visit.say("years_page.section.report"))
    layout.text(visit.say("years_page.report.about"))
    links = {
        lang: Link(
            visit.say(f"years_page.report.in_{lang}", year=str(of)), f"/last-ned/aarsrapport/{of}.docx?lang={lang}"
        )
        for lang in LANGUAGES
    }
    go(links[visit.lang])
    ways([link for lang, link in links.items() if lang != visit.lang])


def _by_year(visit: Visit, found: OverYears) -> None:
    """The chart and its table."""
    drawn = awarded_by_year(found, visit.lang, mode())
    layout.section(drawn.title)
    st.vega_lite_chart(drawn.spec(), width="stretch", theme=None, key="years_chart")
    layout.text(drawn.note, small=True)
    shown = years_rows(found, visit.lang)
    known = [f"/over-aar?{YEAR}={year}" for year in found.accounts.years]
    rows: list[list[Cell]] = [[Link(row[0], to), *row[1:]] for row, to in zip(shown.rows, known, strict=False)]
    table(shown.caption, shown.columns, [*rows, *shown.rows[len(known) :]], totals=shown.totals)
    layout.text(visit.say("years.note.modelled"), small=True)


def _accounts(visit: Visit, found: OverYears, year: int | None) -> None:
    """Every line of the account, each figure leading to its postings."""
    layout.section(visit.say("years_page.section.accounts"))
    shown = accounts_rows(found, year, visit.lang)
    columns = [year, None] if year else [None]

    def cell(text: str, line: Line, of: int | None) -> Cell:
        first, last = span_of(line, of)
        address = posting_address(line.kind, what=line.what, first=first, last=last)
        return Link(text, address) if found.accounts.of(line, year=of) else text

    rows: list[list[Cell]] = [
        [row[0], *(cell(text, line, of) for text, of in zip(row[1:], columns, strict=True))]
        for row, line in zip(shown.rows, account_lines(found, year), strict=True)
    ]
    table(shown.caption, shown.columns, rows)
    notes = [visit.say(f"years.note.{name}") for name in ("lines", "stands")]
    layout.text(*notes, small=True)


def _impact(visit: Visit, found: OverYears, year: int | None) -> None:
    """By municipality, kind and month."""
    period = found.of(year)
    layout.subsection(visit.say("years_page.section.places"))
    _table(places_rows(found, year, reference(), visit.lang))
    layout.text(visit.say("years.note.place"), visit.say("years.note.no_sum"), small=True)
    layout.subsection(visit.say("years_page.section.kinds"))
    _table(kinds_rows(found, year, visit.lang))
    if not period.months:
        return
    layout.subsection(visit.say("years_page.section.months"))
    layout.text(visit.say("years.beds.about"))
    if not knows_beds(period):
        layout.empty(visit, "years.beds.empty")
    _table(months_rows(found, year, visit.lang))


def _partners(visit: Visit, found: OverYears, year: int | None) -> None:
    """What each brought and what of it is paid, each leading to its postings."""
    shown = partners_rows(found, year, visit.lang)
    first, last = (dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else (None, None)
    kinds: dict[int, Kind] = {1: "contributed", 3: "paid"}
    rows: list[list[Cell]] = []
    for one, row in zip(found.of(year).partners, shown.rows, strict=False):
        cells: list[Cell] = list(row)
        for place, kind in kinds.items():
            address = posting_address(kind, first=first, last=last, partner=one.partner.id)
            cells[place] = Link(row[place], address)
        rows.append(cells)
    table(shown.caption, shown.columns, [*rows, *shown.rows[len(rows) :]], totals=shown.totals)
    layout.text(visit.say("years.note.partner"), small=True)


def _table(shown: Rows) -> None:
    table(shown.caption, shown.columns, shown.rows, totals=shown.totals)
