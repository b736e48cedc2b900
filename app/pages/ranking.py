"""A call's cases by their scores, and which of them the scorers' spread can't tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from app import layout
from app.drawn import mode
from app.figure import Figure
from app.going import ways
from app.planning.call_choice import call_field, chosen_call
from app.planning.ranking_chart import MOST, points, ranking_chart, spread
from app.tables import Cell, Column, Link, download, table
from app.theme import Mode
from app.visit import Visit
from app.who import named
from data.clock import today
from data.connection import data_folder
from data.phrases import Lang
from fund.intake.calls import Call
from fund.plans.portfolio import terms_on
from fund.review.ranking import Ranked, rank
from fund.review.ranking_workbook import ranking_workbook
from fund.review.score_lines import score_lines
from impact.parameter_values import known_parameters

NAMED = 3
"""Cases that are named among those that another can't be told apart from; the rest are counted."""


def show(visit: Visit) -> None:
    """The bands in a sentence, the chart, the table, and what can't be shown."""
    call = chosen_call(visit)
    if call is None:
        layout.title(visit.say("page.title.ranking"))
        layout.empty(visit, "ranking_page.no_call")
        return
    who = (visit.actor.id, *sorted(visit.actor.roles))
    key = str(data_folder()), visit.version, who, call.id, today().isoformat()
    cases = _ranked(*key, visit)
    seen, hidden = [one for one in cases if not one.hidden], [one for one in cases if one.hidden]
    layout.title(visit.say("page.title.ranking"), _lead(visit, call, cases))
    call_field(visit, "ranking", call)
    ways([Link(visit.say("ranking_page.to_portfolio"), f"/portefolje?utlysning={call.id}")])
    if not cases:
        return
    _chart(visit, key, seen)
    _bands(visit, seen)
    _table(visit, seen)
    _hidden(visit, hidden)
    _excel(visit, call, seen)


@st.cache_resource(max_entries=20, show_spinner=False)
def _ranked(folder: str, version: int, who: tuple[str, ...], call: int, day: str, _visit: Visit) -> list[Ranked]:
    """The ranking as this account sees it, kept until something is stored."""
    return rank(_visit.store, _visit.actor, call)


def _lead(visit: Visit, call: Call, cases: Sequence[Ranked]) -> str:
    scored = [one for one in cases if one.score is not None]
    title = call.title(visit.lang)
    if not cases:
        return visit.say("ranking_page.lead.nothing", title=title)
    if not scored:
        return visit.say("ranking_page.lead.unscored", title=title, count=len(cases))
    bands = len({one.band for one in scored})
    key = "many" if bands > 1 else "one"
    return visit.say(f"ranking_page.lead.{key}", title=title, scored=len(scored), count=len(cases), bands=bands)


def _chart(visit: Visit, key: tuple[Any, ...], cases: Sequence[Ranked]) -> None:
    drawn = _drawn(key, _top(visit), visit.lang, mode(), cases)
    if drawn is None:
        return
    figure, spec = drawn
    layout.section(figure.title)
    st.vega_lite_chart(spec, width="stretch", theme=None, key="ranking_chart")
    layout.text(figure.note, small=True)
    scored = sum(one.score is not None for one in cases)
    if scored > MOST:
        layout.text(visit.say("ranking_page.chart.shown", shown=MOST, count=scored), small=True)


def _top(visit: Visit) -> float:
    return float(terms_on(today(), known_parameters(visit.store)).top_score)


@st.cache_resource(max_entries=20, show_spinner=False)
def _drawn(
    key: tuple[Any, ...], top: float, lang: Lang, mode: Mode, _cases: Sequence[Ranked]
) -> tuple[Figure, dict[str, Any]] | None:
    """The chart of the ranking that is kept under ``key``."""
    figure = ranking_chart(_cases, top, lang, mode)
    return None if figure is None else (figure, figure.spec())


def _bands(visit: Visit, cases: Sequence[Ranked]) -> None:
    """What the bands say, in words."""
    scored = [one for one in cases if one.score is not None]
    if not scored:
        return
    layout.section(visit.say("ranking_page.bands"))
    lines = []
    for band, group in groupby(scored, key=lambda one: one.band):
        own = list(group)
        key = "alone" if len(own) == 1 else "together"
        titles = ", ".join(one.title for one in own)
        lines.append(visit.say(f"ranking_page.band.{key}", band=band or 0, titles=titles, count=len(own)))
    layout.bullets(lines)
    layout.text(visit.say("ranking_page.told_apart"), small=True)


def _table(visit: Visit, cases: Sequence[Ranked]) -> None:
    layout.section(visit.say("ranking_page.cases"))
    names = ("case", "score", "spread", "scorers", "band", "alike")
    heads = [
        Column(visit.say(f"ranking_page.column.{one}"), number=one in ("score", "scorers", "band")) for one in names
    ]
    titles = {one.application: one.title for one in cases}
    table(visit.say("ranking_page.caption"), heads, [_row(visit, one, titles) for one in cases])


def _row(visit: Visit, one: Ranked, titles: dict[int, str]) -> list[Cell]:
    title = one.title if one.place is None else f"{one.place}. {one.title}"
    about = Link(title, f"/sak?id={one.application}")
    if one.score is None:
        return [about, visit.say("ranking_page.no_score"), "", "0", "", ""]
    ends = spread(one, visit.lang)
    return [
        about,
        points(float(one.score), visit.lang),
        ends,
        str(one.scorers),
        str(one.band),
        _alike(visit, one, titles),
    ]


def _alike(visit: Visit, one: Ranked, titles: dict[int, str]) -> str:
    """The cases that this one can't be told apart from, the first few by name."""
    known = [titles[each] for each in one.alike if each in titles]
    if len(known) <= NAMED:
        return ", ".join(known) or visit.say("ranking_page.none_alike")
    return visit.say("ranking_page.alike_more", titles=", ".join(known[:NAMED]), count=len(known) - NAMED)


def _hidden(visit: Visit, hidden: Sequence[Ranked]) -> None:
    """The cases whose scores the visitor doesn't see, and why."""
    if not hidden:
        return
    layout.section(visit.say("ranking_page.hidden"))
    heads = [visit.say("ranking_page.column.case"), visit.say("ranking_page.column.because")]
    rows = [
        (Link(one.title, f"/sak?id={one.application}"), visit.say(f"ranking_page.because.{one.because}"))
        for one in hidden
    ]
    table(visit.say("ranking_page.hidden_caption"), heads, rows, wide=False)


def _excel(visit: Visit, call: Call, cases: Sequence[Ranked]) -> None:
    lang, title = visit.lang, call.title(visit.lang)

    def make() -> bytes:
        lines = score_lines(visit.store, visit.actor, call.id)
        return ranking_workbook(title, cases, lines, lambda account: named(visit, account), lang)

    download(visit.say("ranking_page.excel"), visit.say("ranking_page.file"), make, key="ranking_excel")
    layout.text(visit.say("ranking_page.excel_about"), small=True)
