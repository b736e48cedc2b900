"""The claims as an Excel workbook, with a sum that is a formula. Every text is a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from data.clock import day_at
from data.phrases import Lang, say
from data.xlsx import cell_name
from fund.payout.claim_list import ClaimRow
from fund.rulebook.schemes import word
from fund.workflow import state_name
from impact.sheet_writing import DATE_FORMATS, about_book, packed, print_landscape, put_text, write_head

KRONER = "#,##0.00"
COLUMNS = ("case", "title", "organisation", "form", "claim", "claimed", "amount", "state", "since", "paid_day")
WIDTHS = {"title": 40.0, "organisation": 34.0, "claim": 24.0, "state": 24.0}
WIDTH = 16.0


def claims_workbook(rows: Sequence[ClaimRow], lang: Lang) -> bytes:
    """The workbook as bytes: a row for each claim. Declined claims stand there, and their approved amount is zero."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = say("claims_page.sheet", lang)
    write_head(sheet, 1, [say(f"claims_page.column.{one}", lang) for one in COLUMNS], [_width(one) for one in COLUMNS])
    cells = [_cells(one, lang) for one in rows]
    for line, row in enumerate(cells, 2):
        for number, value in enumerate(row, 1):
            cell = sheet.cell(line, number)
            if isinstance(value, str):
                put_text(cell, value)
            elif value is not None:
                cell.value = value
                cell.number_format = DATE_FORMATS[lang] if isinstance(value, dt.date) else KRONER
    results: dict[str, float | str] = {}
    if cells:
        last = len(cells) + 1
        put_text(sheet.cell(last + 1, 1), say("claims_page.total", lang))
        for number in (COLUMNS.index("claimed") + 1, COLUMNS.index("amount") + 1):
            cell = sheet.cell(last + 1, number, f"=SUM({cell_name(2, number)}:{cell_name(last, number)})")
            cell.number_format = KRONER
            results[cell_name(last + 1, number)] = float(sum(row[number - 1] for row in cells))
    sheet.freeze_panes = "A2"
    print_landscape(sheet)
    about_book(book, say("claims_page.sheet", lang), say("claims_page.sheet_about", lang), lang)
    return packed(book, {sheet.title: results})


def _width(column: str) -> float:
    return WIDTHS.get(column, WIDTH)


def _cells(one: ClaimRow, lang: Lang) -> list[Any]:
    kind = say(f"claims_page.kind.{one.part}", lang, number=one.number)
    given = 0 if one.state == "declined" else one.amount
    paid = dt.date.fromisoformat(one.paid_day) if one.paid_day else None
    since = day_at(dt.datetime.fromisoformat(one.moved_at))
    about = [one.case_number, one.title, one.organisation_name, word("form", one.form, lang), kind]
    amounts = [Decimal(one.claimed) / 100, Decimal(given) / 100]
    return [*about, *amounts, state_name("claim", one.state, lang), since, paid]
