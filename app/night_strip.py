"""The nights of a municipality: the chart of those that events fill, and the same in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from app import layout
from app.drawn import Drawn, drawn_of, mode
from app.event_charts import loads_of, nights
from app.spans import count_span
from app.tables import Column, table
from app.theme import Mode
from app.visit import Visit
from data.clock import day, short_day
from data.connection import data_folder
from data.numbers import number, percent
from data.phrases import Lang
from impact.area_nights import NightView
from impact.ranges import Range

MOST = 100
"""Nights that a chart can show on a phone; the table has them all."""
BESIDE = 3
"""Nights before the first and after the last that are shown with them, where their rooms are known."""


def night_strip(visit: Visit, place: str, found: Sequence[NightView]) -> None:
    """The nights on which events bring guests, and those between them; what isn't known is said to be so."""
    wanted = [one for one in found if one.demand.p90 > 0]
    if not wanted:
        layout.text(visit.say("night_strip.none", place=place))
        return
    since, until = (wanted[at].date + dt.timedelta(days) for at, days in ((0, -BESIDE), (-1, BESIDE)))
    first, last = wanted[0].date, wanted[-1].date
    between = [
        one for one in found if since <= one.date <= until and (first <= one.date <= last or one.known is not None)
    ]
    shown = tuple(between[:MOST])
    span = (shown[0].municipality, shown[0].date, shown[-1].date)
    strip = _drawn(str(data_folder()), visit.version, span, visit.lang, mode(), shown)
    layout.text(strip.title)
    st.vega_lite_chart(strip.spec, width="stretch", theme=None, key="night_strip")
    said = [strip.note]
    if len(between) > MOST:
        said.append(visit.say("night_strip.cut", day=day(shown[-1].date, visit.lang)))
    if all(one.known is None for one in wanted):
        said.append(visit.say("night_strip.rooms_unknown", place=place))
    layout.text(*said, small=True)
    with st.expander(visit.say("night_strip.table")):
        _table(visit, place, wanted)


@st.cache_resource(max_entries=100, show_spinner=False)
def _drawn(
    folder: str,
    version: int,
    span: tuple[str, dt.date, dt.date],
    lang: Lang,
    colours: Mode,
    _shown: Sequence[NightView],
) -> Drawn:
    return drawn_of(nights(loads_of(_shown), lang, colours))


def _table(visit: Visit, place: str, found: Sequence[NightView]) -> None:
    names = ("demand", "guests", "rooms", "free", "full")
    columns: list[Column | str] = [
        visit.say("night_strip.column.night"),
        *(Column(visit.say(f"night_strip.column.{name}"), number=True) for name in names),
        visit.say("night_strip.column.source"),
    ]
    table(visit.say("night_strip.caption", place=place), columns, [_row(visit, one) for one in found])


def _row(visit: Visit, one: NightView) -> list[str]:
    lang, unknown = visit.lang, visit.say("page.unknown")

    def span(known: Range | None) -> str:
        return unknown if known is None else count_span(lang, known)

    return [
        short_day(one.date, lang),
        span(one.demand),
        span(one.guests),
        unknown if one.rooms is None else number(one.rooms, lang),
        span(one.free),
        unknown if one.full_share is None else percent(one.full_share, lang),
        _source(visit, one),
    ]


def _source(visit: Visit, one: NightView) -> str:
    """Where the rooms and the ordinary guests are from, with their evidence."""
    if one.known is None:
        return visit.say("page.unknown")
    if one.known == "event":
        return visit.say("night_strip.of_event", name=one.source)
    evidence = visit.say(f"workbook.evidence.{one.evidence}")
    return visit.say("night_strip.of_register", evidence=evidence, source=one.source)
