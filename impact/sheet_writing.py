"""What all workbooks that the program writes share: their look, text that stays text, and the same bytes twice."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from data.phrases import Lang
from data.xlsx import cell_name

DATE_FORMATS: dict[Lang, str] = {"nb": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
HEAD_FILL = PatternFill("solid", fgColor="0A5A78")
HEAD_FONT = Font(bold=True, color="FFFFFF")
LONGEST = 32_767
"""Signs that a cell of Excel holds."""

Results = Mapping[str, Mapping[str, float | str]]
"""What formulas come to: sheet → cell → result."""

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_FORMULA = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*)(><f>[^<]*</f>)<v\s*(?:/>|></v>)')
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def put_text(cell: Any, text: str) -> None:
    """Write ``text`` as text, whatever it begins with: no cell of ours becomes someone else's formula."""
    cell.value = clean(text)
    cell.data_type = "s"
    if text[:1] in "=+-@\t\r'":
        cell.quotePrefix = True


def clean(text: str) -> str:
    """``text`` without the signs that XML can't hold, and no longer than a cell."""
    return ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)[:LONGEST]


def write_head(sheet: Worksheet, row: int, texts: list[str], widths: list[float] | None = None) -> None:
    """Headings in ``row``, wrapped, light on dark; ``widths`` are those of the columns from A on."""
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(row, column)
        put_text(cell, text)
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        if widths:
            sheet.column_dimensions[cell_name(1, column)[:-1]].width = widths[column - 1]


def write_list(
    sheet: Worksheet,
    title: str,
    columns: Sequence[tuple[str, float]],
    rows: Sequence[Sequence[Any]],
    number_format: Callable[[int, Any], str],
) -> None:
    """A sheet that is one list: headings with their widths, rows below, the head and the first column frozen, a filter.

    ``number_format`` gives that of a value that is no text, by the column's place from 0; None leaves a cell empty.
    """
    sheet.title = title
    write_head(sheet, 1, [head for head, _ in columns], [width for _, width in columns])
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row):
            cell = sheet.cell(number, place + 1)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(value, str):
                put_text(cell, value)
            elif value is not None:
                cell.value, cell.number_format = value, number_format(place, value)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{cell_name(max(2, len(rows) + 1), len(columns))}"
    print_landscape(sheet)


def print_landscape(sheet: Worksheet, title_row: int = 1) -> None:
    """As wide as one sheet of paper, lying, its headings on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{title_row}:{title_row}"


def drop_down(sheet: Worksheet, source: str, cells: str, *, strict: bool = True) -> None:
    """A list to choose from in ``cells``; ``source`` is a range. Unless ``strict``, other words may be typed too."""
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=strict)
    rule.add(cells)
    sheet.add_data_validation(rule)


def about_book(book: Workbook, title: str, description: str, lang: Lang) -> None:
    """The properties of a workbook, as Excel shows them and a screen reader reads them."""
    book.properties.title = clean(title)
    book.properties.description = clean(description)
    book.properties.language = {"nb": "nb-NO", "en": "en-GB"}[lang]
    book.properties.creator = "Ringvirk"


def packed(book: Workbook, results: Results | None = None) -> bytes:
    """The workbook as bytes: the same for the same content, with the ``results`` of its formulas in it.

    openpyxl writes formulas without results, and whoever shows a file without reckoning (a mail's preview, a phone,
    Excel's protected view) would show nothing where the sums are.
    """
    stream = io.BytesIO()
    book.save(stream)
    members = {f"xl/worksheets/sheet{number}.xml": sheet.title for number, sheet in enumerate(book.worksheets, 1)}
    found = {name: (results or {}).get(title, {}) for name, title in members.items()}
    return without_clock(stream, {name: values for name, values in found.items() if values})


def without_clock(stream: io.BytesIO, results: Results | None = None) -> bytes:
    """The same file with no trace of when it was made; ``results`` by member go into its formulas."""
    fresh = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "docProps/core.xml":
                content = _STAMP.sub(b"2025-01-01T00:00:00Z", content)
            if values := (results or {}).get(member.filename):
                content = _with_results(content, values)
            about = zipfile.ZipInfo(member.filename, _NO_DATE)
            about.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(about, content)
    return fresh.getvalue()


def _with_results(sheet: bytes, values: Mapping[str, float | str]) -> bytes:
    def put(found: re.Match[bytes]) -> bytes:
        value = values.get(found[2].decode())
        if value is None:
            return found[0]
        kind = b' t="str"' if isinstance(value, str) else b""
        text = escape(value) if isinstance(value, str) else repr(float(value))
        return found[1] + kind + found[3] + b"<v>" + text.encode() + b"</v>"

    return _FORMULA.sub(put, sheet)
