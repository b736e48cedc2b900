"""A list of faults as a workbook: who gave a file far from the screen mends it cell by cell."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment

from data.faults import Fault
from data.phrases import Lang, say
from data.xlsx import cell_name
from impact.sheet_writing import about_book, packed, print_landscape, put_text, write_head

_COLUMNS = {"file": 26.0, "sheet": 18.0, "cell": 10.0, "value": 26.0, "wrong": 60.0, "right": 60.0}


def fault_workbook(faults: Iterable[Fault], lang: Lang) -> bytes:
    """One fault a row: file, sheet, cell, what stands there, what is wrong and what is expected."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = say("import_page.faults_sheet", lang)
    write_head(sheet, 1, [say(f"import_page.fault_head.{name}", lang) for name in _COLUMNS], [*_COLUMNS.values()])
    row = 1
    for row, one in enumerate(faults, 2):
        where = sheet_and_cell(one)
        texts = (one.file, *where, one.value, one.problem(lang), one.expected(lang))
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(row, column)
            put_text(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{cell_name(max(2, row), len(_COLUMNS))}"
    print_landscape(sheet)
    about_book(book, say("import_page.faults_sheet", lang), say("import_page.faults_about", lang), lang)
    return packed(book)


def sheet_and_cell(one: Fault) -> tuple[str, str]:
    """The sheet and the cell of a fault's place; a place that is neither stands as a sheet."""
    sheet, _, cell = one.place.rpartition("!")
    return (sheet, cell) if sheet else (one.place, "")
