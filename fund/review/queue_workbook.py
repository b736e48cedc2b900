"""The list of cases as an Excel workbook. Every text is a text; who handles a case isn't in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from data.clock import day_at
from data.phrases import Lang, say
from data.xlsx import cell_name
from fund.review.queue import CaseLine
from fund.rulebook.schemes import word
from fund.workflow import state_name
from impact.sheet_writing import DATE_FORMATS, about_book, packed, print_landscape, put_text, write_head

KRONER = "#,##0.00"
COLUMNS = {
    "number": 12.0,
    "title": 40.0,
    "applicant": 34.0,
    "call": 34.0,
    "form": 18.0,
    "asked": 16.0,
    "state": 20.0,
    "next": 30.0,
    "due": 14.0,
    "sent": 14.0,
}
"""The columns and their widths."""


def queue_workbook(lines: Sequence[CaseLine], lang: Lang) -> bytes:
    """The workbook as bytes: one sheet, the sum of what is asked for below."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = say("cases_page.sheet", lang)
    write_head(sheet, 1, [say(f"cases_page.column.{name}", lang) for name in COLUMNS], list(COLUMNS.values()))
    for line, one in enumerate(lines, 2):
        for number, value in enumerate(_cells(one, lang), 1):
            cell = sheet.cell(line, number)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
                cell.number_format = DATE_FORMATS[lang] if isinstance(value, dt.date) else KRONER
    results: dict[str, float | str] = {}
    if lines:
        column, last = list(COLUMNS).index("asked") + 1, len(lines) + 1
        put_text(sheet.cell(last + 1, 1), say("cases_page.sum", lang))
        total = sheet.cell(last + 1, column, f"=SUM({cell_name(2, column)}:{cell_name(last, column)})")
        total.number_format = KRONER
        results[cell_name(last + 1, column)] = float(sum(Decimal(one.asked or 0) / 100 for one in lines))
    sheet.freeze_panes = "A2"
    print_landscape(sheet)
    about_book(book, say("page.title.cases", lang), say("cases_page.about_sheet", lang), lang)
    return packed(book, {sheet.title: results})


def _cells(one: CaseLine, lang: Lang) -> list[Any]:
    return [
        one.number,
        one.title,
        one.organisation,
        one.call_title(lang),
        word("form", one.form, lang) if one.form else "",
        None if one.asked is None else Decimal(one.asked) / 100,
        state_name("application", one.state, lang),
        say(f"cases_page.next.{one.next}", lang),
        one.due,
        day_at(dt.datetime.fromisoformat(one.submitted_at)),
    ]
