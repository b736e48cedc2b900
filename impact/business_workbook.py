"""An answer of the business view as an Excel workbook: events, nights, earlier events, and how it was reckoned.

Every text is a text: a name that begins as a formula does is never one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from data.phrases import Lang, say
from impact.area_nights import NightView
from impact.business import Answer, EventLine
from impact.business_words import notes, sentence
from impact.outcomes import Outcome
from impact.ranges import Range
from impact.reference import Reference
from impact.sheet_writing import DATE_FORMATS, about_book, packed, print_landscape, put_text, write_head

WHOLE, PERCENT = "#,##0", "0%"
EVENTS = (
    "event",
    "first_day",
    "last_day",
    "state",
    "kroner_p10",
    "kroner_p50",
    "kroner_p90",
    "room_nights_p10",
    "room_nights_p50",
    "room_nights_p90",
    "guests_p10",
    "guests_p50",
    "guests_p90",
)
NIGHTS = (
    "date",
    "demand_p10",
    "demand_p50",
    "demand_p90",
    "rooms",
    "ordinary_p50",
    "free_p10",
    "free_p50",
    "free_p90",
    "full_share",
    "known",
    "source",
)
OUTCOMES = ("event", "effect", "figure", "value", "source")
WIDTHS: dict[str, float] = {"event": 36, "source": 60, "figure": 44, "note": 110, "value": 30, "known": 20}
WIDTH = 16.0


def business_workbook(answer: Answer, reference: Reference, lang: Lang) -> bytes:
    """The workbook as bytes."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    events = [_event_row(one, lang) for one in answer.events]
    total = [say("business.column.total", lang), None, None, None, *_ends(answer.kroner)]
    _sheet(book, "events", EVENTS, [*events, total], lang)
    if answer.nights:
        _sheet(book, "nights", NIGHTS, (_night_row(one, lang) for one in answer.nights), lang)
    _sheet(book, "outcomes", OUTCOMES, (_outcome_row(one, lang) for one in answer.outcomes), lang)
    said = [sentence(answer, reference, lang), *notes(answer, reference, lang)]
    sources = [one.source for one in (*answer.grounds, *answer.assumptions)]
    _sheet(book, "sources", ["note"], ([line] for line in [*said, *dict.fromkeys(sources)]), lang)
    about_book(book, answer.trade.name(lang), said[0], lang)
    return packed(book)


def _event_row(one: EventLine, lang: Lang) -> list[Any]:
    state = say(f"business.state.{'certain' if one.certain else 'uncertain'}", lang)
    ends = [end for figure in (one.kroner, one.room_nights, one.guests) for end in _ends(figure)]
    return [one.name(lang), one.first_day, one.last_day, state, *ends]


def _night_row(one: NightView, lang: Lang) -> list[Any]:
    known = say(f"business.known.{one.known}", lang) if one.known else say("business.unknown", lang)
    ordinary = one.ordinary.p50 if one.ordinary else None
    return [one.date, *_ends(one.demand), one.rooms, ordinary, *_ends(one.free), one.full_share, known, one.source]


def _outcome_row(one: Outcome, lang: Lang) -> list[Any]:
    name = getattr(one.figure, f"name_{lang}")
    return [
        one.event.name(lang),
        say(f"business.effect.{one.effect}", lang),
        name,
        one.figure.shown(lang),
        one.figure.source,
    ]


def _ends(figure: Range | None) -> list[float | None]:
    return [None] * 3 if figure is None else [figure.p10, figure.p50, figure.p90]


def _sheet(book: Workbook, name: str, columns: Sequence[str], rows: Iterable[list[Any]], lang: Lang) -> None:
    """A sheet with a frozen heading, a format for every column, and texts that are only texts."""
    sheet: Worksheet = book.create_sheet(say(f"business.sheet.{name}", lang))
    texts = [say(f"business.column.{column}", lang) for column in columns]
    write_head(sheet, 1, texts, [WIDTHS.get(column, WIDTH) for column in columns])
    for line, row in enumerate(rows, 2):
        for number, value in enumerate(row, 1):
            _put(sheet.cell(line, number), columns[number - 1], value, lang)
    sheet.freeze_panes = "A2"
    print_landscape(sheet)


def _put(cell: Any, column: str, value: Any, lang: Lang) -> None:
    if isinstance(value, str):
        put_text(cell, value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif isinstance(value, dt.date):
        cell.value, cell.number_format = value, DATE_FORMATS[lang]
    elif value is not None:
        cell.value, cell.number_format = float(value), PERCENT if column == "full_share" else WHOLE
