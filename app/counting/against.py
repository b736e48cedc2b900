"""One count on screen: what it says, the difference from the ordinary with its chart, and what to know about it."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from app import layout
from app.counting.chart import against
from app.counting.words import difference, sentence
from app.drawn import below, drawn_of, mode, show_chart
from app.visit import Visit
from data.clock import days, short_day
from impact.counts.baseline import Baseline
from impact.counts.series import Series
from impact.counts.units import year_of
from impact.register import EventRow

NAMED = 6
"""Events and days that a sentence names; the rest are counted."""


def show_series(visit: Visit, row: EventRow, series: Series, found: Baseline) -> None:
    """The count against its baseline."""
    layout.text(sentence(visit, series, row), difference(visit, series, found))
    lines = notes(visit, row, series, found)
    if series.step != "whole" and any(one.seen is not None or one.baseline for one in found.periods):
        drawn = drawn_of(against(series, found, visit.lang, mode()))
        layout.subsection(drawn.title)
        show_chart(drawn, f"counts_{row.id}_{series.id}_chart", heading=False)
        rows = [(label, *cells) for label, cells in zip(drawn.labels, drawn.rows, strict=True)]
        below(visit, drawn.title, (visit.say("counts_page.column.period"), *drawn.columns), rows)
    if lines:
        st.html(f"<p><b>{visit.say('counts_page.know')}</b></p>")
        layout.bullets(lines)


def notes(visit: Visit, row: EventRow, series: Series, found: Baseline) -> list[str]:
    """What bears on the figures: days that lack, other events, holidays, prices."""
    say, lang, lines = visit.say, visit.lang, list[str]()
    if lacking := series.lacking(row):
        lines.append(say("counts_page.note.lacking", count=lacking, every=lacking + len(series.of_event(row))))
    if found.compared and found.compared < len(found.periods):
        lines.append(say("counts_page.note.some", count=found.compared, every=len(found.periods)))
    if found.left_out:
        which = _some(visit, (_dated(visit, one.event) for one in found.left_out))
        lines.append(say("counts_page.note.left_out", days=len(found.left_out), which=which))
    if found.busy:
        lines.append(say("counts_page.note.busy", which=_some(visit, (_dated(visit, one) for one in found.busy))))
    if found.beside:
        lines.append(say("counts_page.note.beside", which=_some(visit, (_dated(visit, one) for one in found.beside))))
    if found.moved:
        which = _some(visit, (f"{short_day(one, lang)} / {short_day(other, lang)}" for one, other in found.moved))
        lines.append(say("counts_page.note.moved", which=which))
    if found.pandemic:
        years = sorted({str(year_of(series.step, one)) for one in found.pandemic})
        lines.append(say("counts_page.note.pandemic", years=", ".join(years)))
    if found.nominal:
        lines.append(say("counts_page.note.nominal", years=", ".join(map(str, found.nominal))))
    return lines


def _dated(visit: Visit, event: EventRow) -> str:
    return f"{_name(visit, event)}, {days(event.first_day, event.last_day, visit.lang)}"


def _name(visit: Visit, event: EventRow) -> str:
    """An event's name; for who may not read it, only that there is one."""
    known = event.name(visit.lang) if visit.may("event.read", event) else ""
    return known or visit.say("counts_page.another")


def _some(visit: Visit, named: Iterable[str]) -> str:
    found = list(dict.fromkeys(named))
    more = len(found) - NAMED
    which = "; ".join(found[:NAMED])
    return visit.say("counts_page.and_more", which=which, count=more) if more > 0 else which
