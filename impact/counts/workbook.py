"""The counts of an event as an Excel workbook: what each is, every figure, and what is known of the ordinary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.phrases import Lang, say
from impact.counts.baseline import Baseline, Spread
from impact.counts.series import Series
from impact.reference import Reference
from impact.register import EventRow
from impact.sheet_writing import DATE_FORMATS, about_book, packed, write_list

Cell = str | float | dt.date | None
_WIDE = {"name": 36.0, "source": 50.0, "withdrawn": 30.0, "kind": 22.0}


def counts_workbook(
    row: EventRow, found: Sequence[Series], compared: Mapping[int, Baseline], reference: Reference, lang: Lang
) -> bytes:
    """The counts of the event ``row``, the withdrawn ones too; ``compared`` has their baselines by their numbers."""
    book = Workbook()
    about = ("name", "kind", "place", "total", "unit", "evidence", "grade", "source", "taken", "chosen", "withdrawn")
    _sheet(book.worksheets[0], "about", about, [_about(one, row, reference, lang) for one in found], lang)
    figures: list[list[Cell]] = [
        [one.name, date, figure, one.rooms.get(date), say(f"counts.unit.{one.unit.unit}", lang)]
        for one in found
        for date, figure in sorted(one.figures.items())
    ]
    _sheet(book.create_sheet(), "figures", ("name", "period", "figure", "rooms", "unit"), figures, lang)
    ends = ("mean", "low", "high", "difference", "difference_low", "difference_high")
    lines: list[list[Cell]] = [
        [one.name, each.period, each.seen, *_ends(each.baseline), *_ends(each.difference), _years(each.years)]
        for one in found
        if one.id in compared
        for each in compared[one.id].periods
    ]
    _sheet(book.create_sheet(), "against", ("name", "period", "seen", *ends, "years"), lines, lang)
    about_book(book, say("counts_page.book", lang, name=row.name(lang)), say("counts_page.book_about", lang), lang)
    return packed(book)


def _about(one: Series, row: EventRow, reference: Reference, lang: Lang) -> list[Cell]:
    total = one.total(row)
    return [
        one.name,
        say(f"counts.kind.{one.kind}", lang),
        reference.municipalities.get(one.place, one.place),
        None if total is None else total.value,
        say(f"counts.unit.{one.unit.unit}", lang),
        say(f"workbook.evidence.{one.evidence}", lang),
        one.grade,
        one.source,
        one.taken,
        say("counts_page.chosen", lang) if one.chosen else "",
        one.withdrawn_why or "",
    ]


def _ends(found: Spread | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if found is None else (found.mean, found.low, found.high)


def _years(years: Mapping[int, float]) -> str:
    return ", ".join(map(str, sorted(years)))


def _sheet(sheet: Worksheet, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: Lang) -> None:
    heads = [(say(f"counts_page.column.{column}", lang), _WIDE.get(column, 16.0)) for column in columns]
    title = say(f"counts_page.sheet.{name}", lang)
    write_list(
        sheet, title, heads, rows, lambda _, value: DATE_FORMATS[lang] if isinstance(value, dt.date) else "#,##0"
    )
