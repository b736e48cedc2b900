"""Lists of the books as Excel workbooks: a frozen heading, kroner as numbers, sums that are formulas, and a sheet that
says what the figures are. Every text is a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from data.phrases import Lang, say
from data.xlsx import cell_name
from impact.sheet_writing import DATE_FORMATS, about_book, packed, print_landscape, put_text, write_head

KRONER = "#,##0.00"
WIDE, NARROW = 34.0, 16.0


@dataclass(frozen=True)
class Heading:
    """A column: its heading, whether it is ``wide``, and whether its kroner are ``summed`` below."""

    text: str
    wide: bool = False
    summed: bool = False


@dataclass(frozen=True)
class Leaf:
    """A sheet: its name, its columns, and its rows of texts, whole numbers, days and kroner (``Decimal``)."""

    name: str
    columns: Sequence[Heading]
    rows: Sequence[Sequence[Any]]


def in_kroner(ore: int) -> Decimal:
    """Øre as kroner for a cell."""
    return Decimal(ore) / 100


def sheets(title: str, about: Sequence[str], leaves: Sequence[Leaf], lang: Lang) -> bytes:
    """The workbook as bytes: the sheets in their order, then ``about``, a line for each."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    results = dict(_leaf(book, one, lang) for one in leaves)
    last = book.create_sheet(say("books_page.sheet.about", lang))
    for line, text in enumerate(about, 1):
        put_text(last.cell(line, 1), text)
    last.column_dimensions["A"].width = 110
    about_book(book, title, about[0] if about else title, lang)
    return packed(book, results)


def _leaf(book: Workbook, one: Leaf, lang: Lang) -> tuple[str, dict[str, float | str]]:
    """Write a sheet; its name, and what its sums come to."""
    sheet = book.create_sheet(one.name)
    write_head(sheet, 1, [head.text for head in one.columns], [WIDE if head.wide else NARROW for head in one.columns])
    for line, row in enumerate(one.rows, 2):
        for number, value in enumerate(row, 1):
            cell = sheet.cell(line, number)
            if isinstance(value, str):
                put_text(cell, value)
            elif value is not None:
                cell.value = value
                if isinstance(value, dt.date):
                    cell.number_format = DATE_FORMATS[lang]
                elif isinstance(value, Decimal):
                    cell.number_format = KRONER
    results: dict[str, float | str] = {}
    last = len(one.rows) + 1
    if one.rows and any(head.summed for head in one.columns):
        put_text(sheet.cell(last + 1, 1), say("books_page.total", lang))
        for number, head in enumerate(one.columns, 1):
            if head.summed:
                cell = sheet.cell(last + 1, number, f"=SUM({cell_name(2, number)}:{cell_name(last, number)})")
                cell.number_format = KRONER
                results[cell_name(last + 1, number)] = float(sum(row[number - 1] or 0 for row in one.rows))
    sheet.freeze_panes = "A2"
    print_landscape(sheet)
    return sheet.title, results
