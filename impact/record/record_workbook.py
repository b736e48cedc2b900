"""The forecast record as an Excel workbook: every event, and the haircut of every group. No person is named."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.clock import days
from data.phrases import Lang, say
from impact.record.bias import FACTORS
from impact.record.record import Group, Line, Record
from impact.register_fields import word
from impact.sheet_writing import about_book, packed, write_list

Cell = str | float | None
EVENTS = (
    "event", "days", "kind", "size", "organiser", "year", "p10", "p50", "p90", "outcome", "ratio", "standing",
    "estimates",
)  # fmt: skip
GROUPS = ("group", "level", "count", "drained", "expectation", "low", "high", "factor")
_WIDE = {"event": 40.0, "organiser": 32.0, "level": 32.0}
_SHARES = ("ratio", "expectation", "low", "high", "factor")


def record_workbook(record: Record, names: Mapping[str, str], lang: Lang) -> bytes:
    """Events and groups, each in a sheet; ``names`` are those of the organisers."""
    book = Workbook()
    _sheet(book.worksheets[0], "events", EVENTS, [_event(one, names, lang) for one in record.lines], lang)
    total = record.calibration.events
    every = Group("all", "", total, record.drained, record.bias.haircut())
    groups = [every, *(one for factor in FACTORS for one in record.groups(factor))] if total else [every]
    _sheet(book.create_sheet(), "groups", GROUPS, [_group(one, names, lang) for one in groups], lang)
    about_book(book, say("record_page.book", lang), say("record_page.book_about", lang), lang)
    return packed(book)


def level_name(factor: str, level: str, names: Mapping[str, str], lang: Lang) -> str:
    """What a level of a factor is called; that of all events, where there is no factor."""
    if factor == "all":
        return say("forecast_record.factor.all", lang)
    if factor == "size":
        return say(f"forecast_record.size.{level}", lang)
    if factor == "kind":
        return word("kind", level, lang) or say("forecast_record.no_kind", lang)
    return names.get(level, level)


def _event(one: Line, names: Mapping[str, str], lang: Lang) -> list[Cell]:
    band, when = one.forecast, ""
    if one.event.first_day and one.event.last_day:
        when = days(one.event.first_day, one.event.last_day, lang)
    return [
        one.event.name(lang),
        when,
        word("kind", one.event.kind, lang),
        say(f"forecast_record.size.{one.size}", lang) if one.size else "",
        names.get(one.organiser, one.organiser),
        str(one.year),
        *((band.p10, band.p50, band.p90) if band else (None, None, None)),
        one.outcome,
        one.ratio,
        say(f"forecast_record.standing.{one.standing or 'unknown'}", lang),
        f"{one.forecast_id}, {one.outcome_id}",
    ]


def _group(one: Group, names: Mapping[str, str], lang: Lang) -> list[Cell]:
    cut = one.haircut
    return [
        say(f"forecast_record.factor.{one.factor}", lang),
        level_name(one.factor, one.level, names, lang),
        float(one.events),
        float(one.drained),
        math.exp(cut.belief.mean),
        cut.low,
        cut.high,
        cut.factor,
    ]


def _sheet(sheet: Worksheet, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: Lang) -> None:
    heads = [(say(f"forecast_record.column.{column}", lang), _WIDE.get(column, 18.0)) for column in columns]
    title = say(f"forecast_record.sheet.{name}", lang)
    write_list(sheet, title, heads, rows, lambda place, _: "0.00" if columns[place] in _SHARES else "#,##0")
