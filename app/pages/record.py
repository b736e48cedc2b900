"""The forecast record: how forecasts held, what a new one should be lowered by, and what is still to be evaluated."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import layout
from app.drawn import mode
from app.figure import Figure
from app.going import ways
from app.layout import Shown
from app.recording.chart import MOST, drawable, record_chart
from app.recording.wording import expected_words, haircut_words, organiser_names, standing_words, the_record
from app.spans import kroner_middle, kroner_span
from app.tables import Cell, Column, Link, download, table
from app.text import plain
from app.theme import Mode
from app.visit import Visit
from data.clock import days
from data.connection import data_folder
from data.numbers import number, percent
from data.phrases import Lang
from impact.ranges import Range
from impact.record.record import Group, Line, Record, waiting
from impact.record.record_workbook import level_name, record_workbook
from impact.register import EventRow

WAITING = 10
"""Events without an outcome that are listed."""
LISTED = 100
"""Events, and organisers, that are listed; the workbook has all."""


def show(visit: Visit) -> None:
    """The record, or how to begin one."""
    record = the_record(visit)
    layout.title(visit.say("page.title.record"), _lead(visit, record))
    if record.lines:
        _figures(visit, record)
        layout.text(*_grounds(visit, record), small=True)
    else:
        _none(visit, record)
    _waiting(visit, *waiting(visit.store, visit.actor, limit=WAITING))
    names = organiser_names(visit, {one.organiser for one in record.lines})
    if record.calibration.events:
        _haircuts(visit, record, names)
    _meaning(visit, record)
    if record.lines:
        _events(visit, record)
        _excel(visit, record)


def _lead(visit: Visit, record: Record) -> str:
    found = record.calibration
    if not record.lines:
        return visit.say("record_page.lead_none")
    if not found.events:
        return visit.say("record_page.lead_unknown", count=len(record.lines))
    share = percent(math.exp(record.bias.haircut().belief.mean), visit.lang)
    return visit.say("record_page.lead", within=found.within, count=found.events, share=share)


def _none(visit: Visit, record: Record) -> None:
    """What is assumed until there is something to go by, and how to begin."""
    layout.empty(visit, "record_page.empty")
    cut = record.bias.haircut()
    layout.text(visit.say("record_page.assumed", **_ends(cut.low, cut.high, visit.lang)))
    ways([Link(visit.say("record_page.to_events"), "/arrangementer")])


def _figures(visit: Visit, record: Record) -> None:
    """How many ranges held, what outcomes are expected at, and what no ratio tells of."""
    say, lang, found = visit.say, visit.lang, record.calibration
    cut, shown = record.bias.haircut(), []
    if found.events:
        of = say("record_page.of", within=found.within, count=found.events)
        ends = {"low": percent(found.low, lang), "high": percent(found.high, lang)}
        shown.append(Shown(say("record_page.within"), of, say("record_page.bounds", **ends), modelled=False))
        share, ends = percent(math.exp(cut.belief.mean), lang), _ends(cut.low, cut.high, lang)
        shown.append(Shown(say("record_page.expectation"), share, say("record_page.interval", **ends)))
    if record.drained or record.unknown:
        counts = {"drained": record.drained, "unknown": record.unknown}
        left = number(record.drained + record.unknown, lang)
        shown.append(
            Shown(say("record_page.left_out"), left, say("record_page.left_out_span", **counts), modelled=False)
        )
    layout.figures(visit, shown)


def _ends(low: float, high: float, lang: Lang) -> dict[str, str]:
    return {"low": number(100 * low, lang), "high": percent(high, lang)}


def _grounds(visit: Visit, record: Record) -> Sequence[str]:
    found, few = record.calibration, record.terms.few
    lines = [visit.say(f"forecast_record.verdict.{found.verdict}")]
    if found.events < few:
        lines.append(visit.say("record_page.few", count=found.events, few=number(few, visit.lang)))
    return [*lines, visit.say("record_page.samples")]


def _waiting(visit: Visit, found: Sequence[EventRow], count: int) -> None:
    """What is to be done: events that are over, without an outcome."""
    if not found:
        return
    layout.section(visit.say("record_page.waiting", count=count))
    layout.text(visit.say("record_page.waiting_text"))
    heads = [visit.say(f"record_page.column.{one}") for one in ("event", "days")]
    rows: list[list[Cell]] = [[_link(visit, one), _days(one, visit.lang)] for one in found]
    table(visit.say("record_page.waiting_caption"), heads, rows)
    if count > len(found):
        layout.text(visit.say("record_page.more_waiting", count=count - len(found)), small=True)


def _haircuts(visit: Visit, record: Record, names: Mapping[str, str]) -> None:
    """All and by size, by kind, by organiser."""
    layout.section(visit.say("record_page.haircuts"))
    every = Group("all", "", record.calibration.events, record.drained, record.bias.haircut())
    parts = {"all": [every, *record.groups("size")], "kind": record.groups("kind")}
    for name, groups in (parts | {"organiser": record.groups("organiser")}).items():
        heads = [visit.say(f"record_page.column.{one}") for one in ("level", "haircut", "expectation")]
        rows = [_group(visit, one, names) for one in groups[:LISTED]]
        table(visit.say(f"record_page.caption_{name}"), heads, rows)
        _more(visit, len(groups))


def _group(visit: Visit, one: Group, names: Mapping[str, str]) -> list[Cell]:
    lang = visit.lang
    name = level_name(one.factor, one.level, names, lang)
    return [
        visit.say("record_page.level", name=name[:1].upper() + name[1:], count=one.events),
        haircut_words(one.haircut, lang),
        expected_words(one.haircut, lang),
    ]


def _meaning(visit: Visit, record: Record) -> None:
    with st.expander(plain(visit.say("record_page.meaning"))):
        least = number(record.terms.least_above, visit.lang)
        layout.bullets(
            [
                visit.say("record_page.meaning_1"),
                visit.say("record_page.meaning_2"),
                visit.say("record_page.meaning_3", least=least),
                visit.say("record_page.meaning_4"),
                visit.say("record_page.meaning_5"),
            ]
        )


# -- the events


def _events(visit: Visit, record: Record) -> None:
    """The chart, and a line for each event."""
    drawn = _drawn(str(data_folder()), visit.version, visit.lang, mode(), record)
    layout.section(drawn[0].title if drawn else visit.say("record_page.events"))
    if drawn:
        st.vega_lite_chart(drawn[1], width="stretch", theme=None, key="record_chart")
        layout.text(drawn[0].note, small=True)
        count = len(drawable(record))
        if count > MOST:
            layout.text(visit.say("record_page.shown", shown=MOST, count=count), small=True)
    columns = ("event", "share", "forecast", "outcome", "days")
    heads = [Column(visit.say(f"record_page.column.{one}"), number=one in ("forecast", "outcome")) for one in columns]
    table(
        visit.say("record_page.events_caption"), heads, [_event(visit, one) for one in record.lines[: -LISTED - 1 : -1]]
    )
    _more(visit, len(record.lines))


def _more(visit: Visit, count: int) -> None:
    """How many are left out of a list."""
    if count > LISTED:
        layout.text(visit.say("record_page.more_listed", count=count - LISTED), small=True)


@st.cache_resource(max_entries=8, show_spinner=False)
def _drawn(folder: str, version: int, lang: Lang, mode: Mode, _record: Record) -> tuple[Figure, dict[str, Any]] | None:
    figure = record_chart(_record, lang, mode)
    return None if figure is None else (figure, figure.spec())


def _event(visit: Visit, one: Line) -> list[Cell]:
    lang, unknown = visit.lang, visit.say("page.unknown")
    band = one.forecast
    found = None if one.outcome is None else Range(one.outcome, one.outcome, one.outcome)
    return [
        _link(visit, one.event),
        _standing(visit, one),
        unknown if band is None else f"{kroner_middle(lang, band)} ({kroner_span(lang, band)})",
        unknown if found is None else kroner_middle(lang, found),
        _days(one.event, lang),
    ]


def _standing(visit: Visit, one: Line) -> str:
    """«42 %: under spennet»."""
    standing = standing_words(one, visit.lang)
    if one.standing is None:
        return standing
    if one.ratio is None or one.drained:
        return visit.say("record_page.no_share", standing=standing)
    return visit.say("record_page.standing", share=percent(one.ratio, visit.lang), standing=standing)


def _link(visit: Visit, row: EventRow) -> Link:
    return Link(row.name(visit.lang) or visit.say("events_page.unnamed"), f"/evaluering?id={row.id}")


def _days(row: EventRow, lang: Lang) -> str:
    return days(row.first_day, row.last_day, lang) if row.first_day and row.last_day else ""


def _excel(visit: Visit, record: Record) -> None:
    names = organiser_names(visit, {one.organiser for one in record.lines}, persons=False)
    lang = visit.lang
    name = f"{visit.say('record_page.file')}.xlsx"
    download(visit.say("record_page.excel"), name, lambda: record_workbook(record, names, lang), key="record_excel")
