"""Opening an Excel file that a stranger sent: what it really is first, then its cells.

Invariant: nothing is parsed before the file has been found to be a whole, unencrypted .xlsx within the limits below.
Every member is unpacked once, in pieces, to check its sum, its size, its number of tags and that it declares no XML
entities; only then does openpyxl, with defusedxml in force, read the sheets row by row. No formula is calculated and
no link is followed.
"""

from __future__ import annotations

import io
import re
import stat
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring, iterparse
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml import DEFUSEDXML

from data.faults import Fault, Faults, shown

MAX_BYTES = 60_000_000  # unpacked, all members together; a filled template has under one million
MAX_PART = 10_000_000  # styles, relations and the like, which are read whole
MAX_RATIO = 200  # unpacked to packed, for members above RATIO_FROM
RATIO_FROM = 1_000_000
MAX_MEMBERS = 2_000
MAX_SHEETS = 100
MAX_TAGS = 4_000_000  # "<" in all XML together: it bounds memory, as an empty tag costs more than its bytes
MAX_COLUMNS = 256
BLANK_ROWS = 4  # times max_rows: rows in all, blank ones included
USUAL_ROWS = 20_000  # what MAX_BYTES and MAX_TAGS are for; who reads longer sheets has them larger in proportion

MAX_FAULTS = 200

_LARGEST = sys.float_info.max
_PIECE = 1 << 18
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ROW_OR_FORMULA = re.compile(rb"<(?:(row|f)|\w+:(row|f))[\s/>]")
_PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"BM": "BMP",
}
_ARCHIVES = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!": "rar", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_OTHER_ZIPS = {
    "word/document.xml": "is_word",
    "ppt/presentation.xml": "is_powerpoint",
    "xl/workbook.bin": "is_binary_excel",
    "mimetype": "is_open_document",
}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its rows from row 1 down, without the blank cells and rows at the ends.

    A cell is None, a string, a bool, an int, a float, a date or time, or :class:`Uncalculated`; an error cell is its
    text, such as ``#VALUE!``. Rows differ in length.
    """

    name: str
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Uncalculated:
    """A cell that holds a formula and no result: the file was made by a program and never saved by a spreadsheet."""

    formula: str


def cell_name(row: int, column: int) -> str:
    """The name of a cell as Excel writes it; row and column count from 1: ``cell_name(7, 4)`` is ``D7``."""
    return f"{get_column_letter(column)}{row}"


def read_sheets(path: Path, *, max_rows: int = USUAL_ROWS) -> dict[str, Sheet]:
    """The sheets of the .xlsx file at ``path`` by name, in the workbook's order, hidden ones included.

    A sheet with something below row ``max_rows`` is refused. Raises :class:`data.faults.Faults` for everything that
    is not a whole, plain, moderate .xlsx file.
    """
    with _open(path) as stream:
        return _sheets(stream, path.name, max_rows)


def read_sheets_in(content: bytes, file: str, *, max_rows: int = USUAL_ROWS) -> dict[str, Sheet]:
    """The sheets of an .xlsx file that was sent as ``content`` and is called ``file``, as :func:`read_sheets`."""
    return _sheets(_stream(content, file, max_rows), file, max_rows)


def check_package(content: bytes, file: str, *, max_rows: int = USUAL_ROWS) -> set[str]:
    """The names of the members of ``content`` that hold formulas; no cell is read. Raises as :func:`read_sheets`."""
    return _checked(_stream(content, file, max_rows), file, max_rows)


def _for_rows(limit: int, max_rows: int) -> int:
    """A limit that is for :data:`USUAL_ROWS`, for sheets of up to ``max_rows``."""
    return limit * max(max_rows, USUAL_ROWS) // USUAL_ROWS


def _stream(content: bytes, file: str, max_rows: int) -> IO[bytes]:
    most = _for_rows(MAX_BYTES, max_rows)
    if not content:
        raise _refusal(file, "empty")
    if len(content) > most:
        raise _refusal(file, "too_large", megabytes=len(content) / 1e6, most=most / 1e6)
    return io.BytesIO(content)


def _checked(stream: IO[bytes], file: str, max_rows: int) -> set[str]:
    """The names of members that hold formulas, in what has been found to be a whole, plain, moderate .xlsx file."""
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl must read XML through defusedxml: install it, and don't set OPENPYXL_DEFUSEDXML")
    _check_kind(stream, file)
    try:
        with zipfile.ZipFile(stream) as package:
            _check_members(package, file, max_rows)
            formulas = _check_contents(package, file, max_rows)
            _check_types(package, file)
    except Faults:
        raise
    except Exception as error:  # BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError …
        raise _refusal(file, "truncated", reason=_reason(error)) from error
    return formulas


def _sheets(stream: IO[bytes], file: str, max_rows: int) -> dict[str, Sheet]:
    formulas = _checked(stream, file, max_rows)
    stream.seek(0)
    try:
        return _read(stream, file, max_rows, formulas)
    except Faults:
        raise
    except Exception as error:  # openpyxl raises what it happens to meet: KeyError, TypeError, IndexError …
        cause = error.__cause__ or error  # what openpyxl wraps says more, and names no folder
        # Every XML parser's error is a SyntaxError.
        code = "broken_xml" if isinstance(cause, DefusedXmlException | SyntaxError) else "unreadable"
        raise _refusal(file, code, reason=_reason(cause)) from error


def _refusal(file: str, code: str, place: str = "", value: str = "", **figures: Any) -> Faults:
    return Faults([Fault(file, place, value, f"xlsx.{code}", figures)])


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _open(path: Path) -> IO[bytes]:
    """``path`` opened for reading, if it is an ordinary file with something in it."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise _refusal(path.name, "is_folder")
        if not stat.S_ISREG(about.st_mode):
            raise _refusal(path.name, "is_special")
        if about.st_size == 0:
            raise _refusal(path.name, "empty")
        if about.st_size > MAX_BYTES:
            raise _refusal(path.name, "too_large", megabytes=about.st_size / 1e6, most=MAX_BYTES / 1e6)
        return path.open("rb")
    except PermissionError as error:
        raise _refusal(path.name, "no_permission") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _refusal(path.name, "missing") from error
    except (OSError, ValueError) as error:
        raise _refusal(path.name, "not_opened", reason=_reason(error)) from error


def _check_kind(stream: IO[bytes], file: str) -> None:
    """Raise, with what the file looks like by its first bytes, unless it is a zip."""
    start = stream.read(4096)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return
    if start.startswith(_OLE2):
        whole = start + stream.read(MAX_BYTES)
        if "EncryptedPackage".encode("utf-16-le") in whole:
            raise _refusal(file, "is_encrypted")
        old = any(name.encode("utf-16-le") in whole for name in ("Workbook", "Book"))
        raise _refusal(file, "is_old_excel" if old or len(whole) <= 4096 else "is_old_office")
    if start.startswith(b"%PDF"):
        raise _refusal(file, "is_pdf")
    for magic, kind in _PICTURES.items():
        if start.startswith(magic):
            raise _refusal(file, "is_picture", kind=kind)
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        raise _refusal(file, "is_picture", kind="WebP")
    for magic, kind in _ARCHIVES.items():
        if start.startswith(magic):
            raise _refusal(file, "is_archive", kind=kind)
    raise _refusal(file, _kind_of_text(start))


def _kind_of_text(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = start[: len(start) // 2 * 2].decode("utf-16", errors="replace")
    elif b"\x00" in start:
        return "is_unknown"
    else:
        text = start.decode("utf-8-sig", errors="replace")
    text = text.lstrip().casefold()
    if re.match(r"<!doctype html|<html|<table|<head|<body", text) or "<html" in text:
        return "is_html"
    return "is_xml" if text.startswith("<?xml") else "is_text"


def _check_members(package: zipfile.ZipFile, file: str, max_rows: int) -> None:
    """Raise with every fault that the zip's own list of members shows; nothing is unpacked."""
    members = package.infolist()
    names = {member.filename for member in members}
    faults: list[Fault] = []
    if len(members) > MAX_MEMBERS:
        faults.append(Fault(file, "", "", "xlsx.too_many_members", {"count": len(members), "most": MAX_MEMBERS}))
    if any(member.flag_bits & 0x1 for member in members):
        faults.append(Fault(file, "", "", "xlsx.is_encrypted"))
    total = sum(member.file_size for member in members)
    if total > (most := _for_rows(MAX_BYTES, max_rows)):
        faults.append(Fault(file, "", "", "xlsx.too_large", {"megabytes": total / 1e6, "most": most / 1e6}))
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            ratio = member.file_size // max(member.compress_size, 1)
            faults.append(Fault(file, member.filename, "", "xlsx.bomb", {"ratio": ratio, "most": MAX_RATIO}))
        elif _read_whole(member.filename) and member.file_size > MAX_PART:
            figures = {"megabytes": member.file_size / 1e6, "most": MAX_PART / 1e6}
            faults.append(Fault(file, member.filename, "", "xlsx.part_large", figures))
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        kind = next((code for name, code in _OTHER_ZIPS.items() if name in names), "no_workbook")
        faults.append(Fault(file, "", "", f"xlsx.{kind}"))
    if faults:
        raise Faults(faults[:50])


def _read_whole(name: str) -> bool:
    return (
        name.casefold().endswith((".xml", ".rels"))
        and not name.startswith("xl/worksheets/")
        and not name.endswith("sharedStrings.xml")
    )


def _check_contents(package: zipfile.ZipFile, file: str, max_rows: int) -> set[str]:
    """The names of members that hold formulas, after unpacking every member once.

    Raises for a sum that is wrong, for declared entities, for too many rows and too many tags.
    """
    formulas: set[str] = set()
    tags = 0
    for member in package.infolist():
        rows, tail = 0, b""
        picture = member.filename.startswith("xl/media/")
        for piece in _pieces(package, member):
            if picture:
                continue
            tags += piece.count(b"<")
            if tags > _for_rows(MAX_TAGS, max_rows):
                raise _refusal(file, "too_much")
            text = tail + piece.replace(b"\x00", b"")  # without NUL, UTF-16 reads as ASCII
            if _DECLARATION.search(text):
                raise _refusal(file, "entities", member.filename)
            for found in _ROW_OR_FORMULA.finditer(text):
                if b"f" in found.groups():
                    formulas.add(member.filename)
                elif found.end() > len(tail):
                    rows += 1
            if rows > BLANK_ROWS * max_rows:
                raise _refusal(file, "too_many_rows", member.filename, most=max_rows)
            tail = text[-64:]
    return formulas


def _pieces(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member holds, piece by piece; zipfile gives no more than the size the member declares."""
    with package.open(member) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _check_types(package: zipfile.ZipFile, file: str) -> None:
    """Raise unless the workbook is of the plain type: no macros, no template, not Excel's strict dialect."""
    try:
        root = fromstring(package.read("[Content_Types].xml"))
    except (DefusedXmlException, ParseError) as error:
        raise _refusal(file, "broken_xml", "[Content_Types].xml", reason=_reason(error)) from error
    types = {str(element.get("ContentType", "")).casefold() for element in root}
    macros = any(word in kind for kind in types for word in ("macro", "vbaproject"))
    if macros or any(name.casefold().endswith("vbaproject.bin") for name in package.namelist()):
        raise _refusal(file, "macros")
    if _MAIN not in types:
        raise _refusal(file, "wrong_type")
    if b"purl.oclc.org/ooxml/spreadsheetml" in package.read("xl/workbook.xml"):
        raise _refusal(file, "strict")


def _read(stream: IO[bytes], file: str, max_rows: int, formulas: set[str]) -> dict[str, Sheet]:
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    try:
        faults: list[Fault] = []
        sheets: dict[str, Sheet] = {}
        if not book.worksheets:
            faults.append(Fault(file, "", "", "xlsx.no_sheets"))
        if len(book.worksheets) > MAX_SHEETS:
            faults.append(Fault(file, "", "", "xlsx.too_many_sheets", {"most": MAX_SHEETS}))
        for worksheet in book.worksheets[:MAX_SHEETS]:
            rows = _rows(worksheet, file, max_rows, faults)
            member = str(getattr(worksheet, "_worksheet_path", "")).lstrip("/")
            if member in formulas:
                with zipfile.ZipFile(stream) as package, package.open(member) as source:
                    empty = _formulas_without_value(source)
                faults += _outside(empty, file, worksheet.title, max_rows)
                rows = rows if faults else _with_uncalculated(rows, empty)
            sheets[worksheet.title] = Sheet(worksheet.title, rows)
    finally:
        book.close()
    if faults:
        raise Faults(faults)
    return sheets


def _rows(worksheet: Any, file: str, max_rows: int, faults: list[Fault]) -> list[tuple[Any, ...]]:
    """The rows of a sheet; what it says about its own size is not believed."""
    worksheet.reset_dimensions()
    rows: list[tuple[Any, ...]] = []
    for number, cells in enumerate(worksheet.iter_rows(values_only=True), 1):
        width = len(cells)
        while width and cells[width - 1] is None:
            width -= 1
        if (width and number > max_rows) or number > BLANK_ROWS * max_rows:
            faults.append(Fault(file, worksheet.title, "", "xlsx.too_many_rows", {"most": max_rows}))
            break
        if width > MAX_COLUMNS:
            place = f"{worksheet.title}!{cell_name(number, width)}"
            faults.append(Fault(file, place, str(cells[width - 1])[:80], "xlsx.too_wide", {"most": MAX_COLUMNS}))
            break
        for column, cell in enumerate(cells[:width], 1):
            if beyond_numbers(cell):
                where = f"{worksheet.title}!{cell_name(number, column)}"
                faults.append(Fault(file, where, shown(cell), "xlsx.no_number"))
        if len(faults) > MAX_FAULTS:
            break
        if width:
            rows.extend([()] * (number - 1 - len(rows)))
            rows.append(cells[:width])
    return rows


def beyond_numbers(cell: Any) -> bool:
    """Whether a cell is a number that no sheet shows and that can't be reckoned with: not finite, or out of range."""
    return isinstance(cell, int | float) and not abs(cell) <= _LARGEST


def _formulas_without_value(source: IO[bytes]) -> dict[tuple[int, int], str]:
    """Formulas by (row, column), where the sheet's XML has ``<f>`` and nothing in ``<v>`` in the cell."""
    found: dict[tuple[int, int], str] = {}
    row = column = 0
    for event, element in iterparse(source, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if name == "row" and event == "start":
            given = element.get("r")
            row, column = int(float(given)) if given else row + 1, 0
        elif name == "row":
            element.clear()
        elif name == "c" and event == "end":
            given = element.get("r")
            row, column = coordinate_to_tuple(given) if given else (row, column + 1)
            formula = element.find("{*}f")
            empty_text = element.get("t") == "str"  # the result of a formula can be ""
            if formula is not None and not element.findtext("{*}v") and not empty_text:
                found[row, column] = f"={formula.text or ''}"
    return found


def _outside(formulas: dict[tuple[int, int], str], file: str, sheet: str, max_rows: int) -> list[Fault]:
    faults = []
    if any(row > max_rows for row, _ in formulas):
        faults.append(Fault(file, sheet, "", "xlsx.too_many_rows", {"most": max_rows}))
    if any(column > MAX_COLUMNS for _, column in formulas):
        faults.append(Fault(file, sheet, "", "xlsx.too_wide", {"most": MAX_COLUMNS}))
    return faults


def _with_uncalculated(rows: list[tuple[Any, ...]], formulas: dict[tuple[int, int], str]) -> list[tuple[Any, ...]]:
    """``rows`` with :class:`Uncalculated` in the cells of ``formulas``, which all lie within the limits."""
    height = max([len(rows), *(row for row, _ in formulas)])
    filled = [list(cells) for cells in rows] + [[] for _ in range(len(rows), height)]
    for (row, column), formula in formulas.items():
        cells = filled[row - 1]
        cells.extend([None] * (column - len(cells)))
        if cells[column - 1] is None:
            cells[column - 1] = Uncalculated(formula)
    return [tuple(cells) for cells in filled]
