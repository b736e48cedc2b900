"""Large sheets, read in a tenth of the time: by calamine where that reads as we need, else by :mod:`data.xlsx`.

The guards are the same. calamine shows neither error cells nor formulas without a result, makes room for every cell
between the first and the last, and knows UTF-8 only: a file with any of these is read the slow way, which tells.
"""

from __future__ import annotations

import io
import math
import re
import zipfile

from python_calamine import CalamineWorkbook, SheetTypeEnum

from data.xlsx import MAX_COLUMNS, MAX_SHEETS, Sheet, check_package, read_sheets_in

QUICK_ROWS = 20_000
_ODD = rb"""=\s*+["'](?:[A-Za-z]*+(?:[%d-9]\d{4}|\d{6})|[A-Za-z]{3}\d|[J-Zj-z][A-Za-z]\d|[ed]["'])"""
"""An attribute as of a cell or row beyond column IZ or so many ten thousand rows, of an error, or of a date as text.

Other attributes may look the same: their file is then read the slow way, for nothing but time.
"""
_ENCODING = re.compile(rb"""\A[^>]{0,200}encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


def read_quickly(content: bytes, file: str, *, max_rows: int = QUICK_ROWS) -> dict[str, Sheet]:
    """The sheets of ``content`` by name, as :func:`data.xlsx.read_sheets` gives them, but that blank cells may be "".

    Rows may have blank cells at their ends. Raises :class:`data.faults.Faults` as that function does.
    """
    formulas = check_package(content, file, max_rows=max_rows)
    quick = None if formulas or _odd(content, max_rows) else _quick(content, max_rows)
    return read_sheets_in(content, file, max_rows=max_rows) if quick is None else quick


def _odd(content: bytes, max_rows: int) -> bool:
    """Whether some member holds what calamine reads otherwise than we need."""
    odd = re.compile(_ODD % min(9, max(1, max_rows // 10_000)))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            text = package.read(name)
            if _ENCODING.search(text) or (b"\x00" in text[:100] and not name.startswith("xl/media/")):
                return True
            if b"sheetData" in text and odd.search(text):
                return True
    return False


def _quick(content: bytes, max_rows: int) -> dict[str, Sheet] | None:
    """The sheets, or None where calamine can't read them or there are more than are read at all."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            titles = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            if not titles or len(titles) > MAX_SHEETS:
                return None
            sheets = {}
            for title in titles:
                sheet = book.get_sheet_by_name(title)
                if sheet.total_height > max_rows or sheet.total_width > MAX_COLUMNS:
                    return None
                rows: list[tuple[object, ...]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
                if not all(map(math.isfinite, (cell for row in rows for cell in row if type(cell) is float))):
                    return None
                sheets[title] = Sheet(title, rows)
            return sheets
    except Exception:  # whatever it is, the slow reader says it in words
        return None
