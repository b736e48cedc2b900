"""A file of answers as a table: an Excel workbook or a text file with columns, whatever wrote it.

Nothing is taken for granted about the file: what it really is, how its letters are coded, what stands between its
columns and in which row its headings are is found here, or told as a fault with what to do. What the columns mean is
:mod:`impact.survey.mapping`'s.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any, NoReturn

from data.faults import Fault, Faults, shown
from data.xlsx import MAX_COLUMNS, cell_name
from data.xlsx_quick import read_quickly
from impact.workbook_cells import blank, cell_text

MAX_ROWS = 70_000
"""Rows of a sheet, headings and blank ones included."""
HEAD_ROWS = 20
"""Rows from the top among which the headings are looked for."""
_DELIMITERS = (";", ",", "\t", "|")
_TRIED = 50
"""Rows that are tried with each delimiter."""
_AT_ONCE, _WORDS = 1_000, 100_000
"""Rows between two looks at how many different words are remembered, and how many may be: to remember takes memory."""
_SPOILING = "Ã¾¿Œ›†‘\ufffd"
_SPOILT = re.compile(r"Ã[¦¸¥†˜…]|\w[¾¿Œ›†‘]\w|\ufffd")
"""What æ, ø and å become when UTF-8, DOS or old Mac letters are taken for Windows'."""

Rows = Sequence[Sequence[Any]]


class _Numbers(dict[Any, int]):
    """A number for everything that is asked for, from 0 in the order in which it is first."""

    def __missing__(self, one: Any) -> int:
        self[one] = number = len(self)
        return number


@dataclass(frozen=True)
class Table:
    """The answers of one sheet: a heading and the cells below it by column, and the row that each answer stands in.

    A cell is as :class:`data.xlsx.Sheet` has it, of a text file always a string. ``sheet`` is "" for a text file.
    """

    file: str
    sheet: str
    head: int
    headings: tuple[str, ...]
    numbers: Sequence[int]
    rows: Rows

    _different: dict[int, tuple[list[Any], list[int]]] = field(default_factory=dict, repr=False, compare=False)

    def different(self, index: int) -> tuple[list[Any], list[int]]:
        """The different cells of a column from 0, and which of them stands in each row; found once."""
        if index not in self._different:
            numbers = _Numbers()
            cells: list[Any] = list(map(itemgetter(index), self.rows))
            if self.sheet and bool in set(map(type, cells)):  # TRUE is no number, and True is 1 to a dictionary
                cells = [str(one) if type(one) is bool else one for one in cells]
            rows = list(map(numbers.__getitem__, cells))
            self._different[index] = list(numbers), rows
        return self._different[index]

    def place(self, row: int, column: int) -> str:
        """The name of a cell: its row among :attr:`rows` and its column from 0."""
        return f"{self.sheet}!{cell}" if self.sheet and (cell := self._cell(row, column)) else self._cell(row, column)

    def _cell(self, row: int, column: int) -> str:
        return cell_name(self.numbers[row], column + 1)

    def heading(self, index: int) -> str:
        """A heading with its column's letter, which tells alike and blank ones apart: ``C: Rolle``."""
        letter = cell_name(1, index + 1)[:-1]
        return f"{letter}: {self.headings[index]}" if self.headings[index] else letter

    @cached_property
    def digest(self) -> str:
        """What tells files of the same make: SHA-256 of the headings in their order."""
        return hashlib.sha256("\x1f".join(self.headings[: _width(self.headings)]).encode()).hexdigest()


def read_answer_file(name: str, content: bytes) -> Mapping[str, Rows]:
    """The rows of every sheet with something in it; a text file is one sheet named "".

    Raises :class:`Faults` for what is no file of answers: empty, protected, with macros, made to harm, too large, of
    another kind, with letters that can't be told.
    """
    try:
        sheets = read_quickly(content, name, max_rows=MAX_ROWS)
    except Faults as found:
        if any(one.code == "xlsx.is_text" for one in found.faults):
            return {"": _text_rows(name, content)}
        raise
    filled = {title: sheet.rows for title, sheet in sheets.items() if any(map(_filled, sheet.rows))}
    if not filled:
        _refuse(name, "no_rows")
    return filled


def table_of(name: str, sheet: str, rows: Rows, head: int) -> Table:
    """The table below the headings in row ``head`` (from 1); blank rows are passed over.

    Raises :class:`Faults` where there is no answer, and for cells to the right of the last column.
    """
    headings = [cell_text(one) for one in rows[head - 1]] if head <= len(rows) else []
    numbers = [number for number, row in enumerate(rows[head:], head + 1) if _filled(row)]
    body = [rows[number - 1] for number in numbers]
    if not any(headings) or not body:
        _refuse(name, "no_answers", sheet, head=head)
    width = _width(headings)
    if sheet:  # a column without a heading; in a text file a row is longer because its quotes are wrong
        most = max(map(len, body))
        width = next(
            (at for at in range(most, width, -1) if any(_there(row[at - 1]) for row in body if len(row) >= at)),
            width,
        )
    faults = []
    for number, row in zip(numbers, body, strict=True):
        if len(row) > width and (beyond := next((at for at, one in enumerate(row) if at >= width and _there(one)), 0)):
            place = f"{sheet}!{cell_name(number, beyond + 1)}" if sheet else cell_name(number, beyond + 1)
            faults.append(Fault(name, place, shown(row[beyond]), "survey_reading.beyond", {"columns": width}))
    if faults:
        raise Faults(faults[:500])
    even = [row if len(row) == width else (*row[:width], *[""] * (width - len(row))) for row in body]
    named = tuple([*headings, *[""] * width][:width])
    return Table(name, sheet, head, named, numbers, even)


def _width(headings: Sequence[str]) -> int:
    """The number of the last column that has a heading."""
    return max((number for number, one in enumerate(headings, 1) if one), default=0)


def _filled(row: Sequence[Any]) -> bool:
    return not all(map(blank, row))


def _there(cell: Any) -> bool:
    return not blank(cell)


def _refuse(file: str, code: str, place: str = "", value: str = "", **figures: Any) -> NoReturn:
    raise Faults([Fault(file, place, value, f"survey_reading.{code}", figures)])


# -- text files


def _text_rows(name: str, content: bytes) -> list[tuple[str, ...]]:
    """The rows of a text file with columns."""
    text = _decoded(name, content)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows, words, few = list[tuple[str, ...]](), dict[str, str](), islice(reader, MAX_ROWS + 1)
        while some := list(islice(few, _AT_ONCE)):
            # Answers are mostly the same words: each is kept once, to spare memory and so time.
            rows += (tuple(map(words.setdefault, row, row)) for row in some)
            if len(words) > _WORDS:
                words.clear()
    except csv.Error as error:
        _refuse(name, "broken_row", str(reader.line_num), reason=str(error))
    if len(rows) > MAX_ROWS:
        _refuse(name, "too_many_rows", most=MAX_ROWS)
    if (widest := max(map(len, rows), default=0)) > MAX_COLUMNS:
        at = next(number for number, row in enumerate(rows, 1) if len(row) == widest)
        _refuse(name, "too_wide", cell_name(at, 1), most=MAX_COLUMNS)
    if not any(map(_filled, rows)):
        _refuse(name, "no_rows")
    return rows


def _decoded(name: str, content: bytes) -> str:
    """A text file's letters: UTF-8, UTF-16 as Excel's «Unicode text», else those of Windows."""
    codes = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for code in codes:
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        if (at := text.find("\x00")) >= 0:
            _refuse(name, "nul", str(text.count("\n", 0, at) + 1))
        if any(sign in text for sign in _SPOILING) and (spoilt := _SPOILT.search(text)):
            line = text.count("\n", 0, spoilt.start()) + 1
            _refuse(name, "spoilt", str(line), text[max(0, spoilt.start() - 10) : spoilt.end() + 10])
        return text
    _refuse(name, "encoding")


def _delimiter(text: str) -> str:
    """The sign that makes most columns, alike in most of the first rows."""
    start = io.StringIO(text[:200_000], newline="")

    def columns(delimiter: str) -> tuple[int, int]:
        start.seek(0)
        widths: list[int] = []
        try:
            for row in csv.reader(start, delimiter=delimiter):
                if row:
                    widths.append(len(row))
                if len(widths) == _TRIED:
                    break
        except csv.Error:
            return 0, 0
        usual = max(set(widths), key=widths.count, default=1)
        return widths.count(usual) if usual > 1 else 0, usual

    return max(_DELIMITERS, key=columns)
