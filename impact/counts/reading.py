"""Reading the figures of a count: pasted lines, CSV, Excel, or an export of SSB's table 14162; all of it or nothing.

A line has a period and its figure; for hotels' rooms the night, the rooms for let and the rooms sold. Headings are not
needed; where the file has them, columns are found by their words, in any order. Every fault names its cell.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.faults import Fault, Faults, shown
from data.phrases import LANGUAGES, Lang, say
from data.typed import read_amount
from data.xlsx import Uncalculated, cell_name
from data.xlsx_quick import read_quickly
from impact.counts.series import MOST, fault_of
from impact.counts.units import Kind, Step, period_of
from impact.register_reading import typed_date
from impact.statbank import accommodation, read_export
from impact.workbook_cells import ERRORS, blank, cell_text, shown_cell
from impact.workbook_fields import folded

MOST_FAULTS = 200
MISSING = frozenset(("-", "–", "—", ".", "..", "...", "…", ":"))
"""What statistics and people write where there is no figure."""
_WEEK = re.compile(
    r"(?:(?P<y1>\d{4})\s*-?\s*[WUwu]\s*(?P<w1>\d{1,2})|(?:uke|week)\s*(?P<w2>\d{1,2})[\s,]+(?P<y2>\d{4}))\Z"
)
_MONTH = re.compile(r"(?:(?P<y1>\d{4})\s*[-M]\s*(?P<m1>\d{1,2})|(?P<m2>\d{1,2})[./](?P<y2>\d{4}))\Z")
_STATBANK = re.compile(r"\A\s*(?:[{\[]|\W*(?:tabell|table)?\s*\d{5}\s*[:-])", re.IGNORECASE)
_HEAD = re.compile(r"\A(?P<head>(?:uke|week)\s*\d{1,2}[\s,]+\d{4}|\S+?)[\s,:]+(?P<tail>.+)\Z", re.IGNORECASE)
Row = tuple[int, Sequence[Any]]


@dataclass(frozen=True)
class Read:
    """What was read: figures by the first day of their period, rooms for let, and how many lines had no figure."""

    figures: dict[dt.date, float]
    rooms: dict[dt.date, float]
    blank: int = 0
    source: str = ""
    """The source and licence, where the file itself says them."""


def read_pasted(text: str, kind: Kind, step: Step, lang: Lang) -> Read:
    """Lines as they are copied from a sheet or typed: ``26.02.2025 12 400``. Raises :class:`Faults`."""
    return _Reading("", kind, step, lang).read(_lines(text, step))


def read_file(content: bytes, file: str, kind: Kind, step: Step, place: str, lang: Lang) -> Read:
    """A file that was sent: Excel, CSV, or an export of SSB's (of which the municipality ``place`` is taken).

    Raises :class:`Faults` with every fault, by cell or line.
    """
    if content[:2] == b"PK":
        sheets = [one for one in read_quickly(content, file).values() if any(map(_filled, one.rows))]
        if len(sheets) != 1:
            raise Faults([Fault(file, "", ", ".join(one.name for one in sheets), "counts.one_sheet")])
        rows: list[Row] = [(number, row) for number, row in enumerate(sheets[0].rows, 1) if _filled(row)]
        return _Reading(file, kind, step, lang, sheets[0].name).read(rows)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Faults([Fault(file, "", "", "counts.no_text")])
    if _STATBANK.match(text):
        return _from_statbank(content, file, kind, step, place)
    return _Reading(file, kind, step, lang).read(_lines(text, step))


def read_period(text: str, step: Step) -> dt.date | None:
    """The first day of a period as people and statistics write it: ``26.02.2025``, ``uke 9 2025``, ``2025M02``."""
    text = " ".join(text.split())
    if (date := typed_date(text)) is not None:
        return period_of(step, date)
    try:
        if step == "week" and (found := _WEEK.match(text)):
            return dt.date.fromisocalendar(int(found["y1"] or found["y2"]), int(found["w1"] or found["w2"]), 1)
        if step == "month" and (found := _MONTH.match(text)):
            return dt.date(int(found["y1"] or found["y2"]), int(found["m1"] or found["m2"]), 1)
    except ValueError:
        return None
    return None


def _filled(row: Sequence[Any]) -> bool:
    return any(not blank(cell) for cell in row)


def _lines(text: str, step: Step) -> list[Row]:
    """The lines of a text with their numbers, in cells: by tabs, semicolons or commas, else where the day ends."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    commas = bool(lines) and read_period(lines[-1][1].partition(",")[0], step) is not None
    mark = next((one for one in "\t;" if one in text), "," if commas else "")
    found = list[Row]()
    for number, line in lines:
        cells = [cell.strip().strip('"') for cell in line.split(mark)] if mark else [line]
        if len(cells) == 1 and (head := _HEAD.match(line)):
            cells = [head["head"], *re.split(r"\s*/\s*", head["tail"])]
        found.append((number, cells))
    return found


class _Reading:
    """One reading of rows of cells. ``sheet`` is "" for lines of text."""

    def __init__(self, file: str, kind: Kind, step: Step, lang: Lang, sheet: str = "") -> None:
        self.file, self.step, self.lang, self.sheet = file, step, lang, sheet
        self.faults: list[Fault] = []
        self.columns = ("date", "rooms", "figure") if kind == "rooms" else ("date", "figure")
        self.figures: dict[dt.date, float] = {}
        self.rooms: dict[dt.date, float] = {}
        self.seen: dict[dt.date, int] = {}
        self.lacking = 0

    def place(self, row: int, column: int) -> str:
        return f"{self.sheet}!{cell_name(row, column + 1)}" if self.sheet else say("counts.line", self.lang, number=row)

    def fault(self, row: int, column: int, value: Any, code: str, **figures: Any) -> None:
        self.faults.append(Fault(self.file, self.place(row, column), shown_cell(value), f"counts.{code}", figures))

    def read(self, rows: list[Row]) -> Read:
        """The figures of rows, their headings found if there are any. Raises :class:`Faults`."""
        if len(rows) > MOST + 1:
            self.faults.append(Fault(self.file, self.sheet, str(len(rows)), "counts.too_many", {"limit": MOST}))
            raise Faults(self.faults)
        heads = self._headings(rows) if rows else None
        for number, row in rows if heads is None else rows[1:]:
            if heads is None and sum(not blank(cell) for cell in row) > len(self.columns):
                shown_row = " ".join(cell_text(cell) for cell in row)
                self.fault(number, 0, shown_row, "too_wide", count=len(self.columns))
            else:
                self._row(number, row, heads or {name: place for place, name in enumerate(self.columns)})
        if not self.figures and not self.faults:
            self.faults.append(Fault(self.file, self.sheet, "", "counts.no_figures"))
        if self.faults:
            raise Faults(self.faults[:MOST_FAULTS])
        return Read(self.figures, self.rooms, self.lacking)

    def _row(self, number: int, row: Sequence[Any], at: Mapping[str, int]) -> None:
        cells = {name: row[place] if place < len(row) else None for name, place in at.items()}
        date = self._date(number, at["date"], cells["date"])
        figure, rooms = (
            self._figure(number, at[name], cells[name]) if name in at else None for name in ("figure", "rooms")
        )
        if date is None:
            return
        if date in self.seen:
            self.fault(number, at["date"], cells["date"], "twice", other=self.seen[date])
        self.seen[date] = number
        if figure is None or (rooms is None and "rooms" in at):
            self.lacking += 1
            return
        for one in fault_of(self.step, date, figure, rooms, self.place(number, at["figure"])):
            self.faults.append(Fault(self.file, one.place, one.value, one.code, one.figures))
        self.figures[date] = figure
        if rooms is not None:
            self.rooms[date] = rooms

    def _headings(self, rows: list[Row]) -> dict[str, int] | None:
        """Where the columns stand, by the first row's words; None where the first row has figures already.

        As many headings as columns serve in their order, whatever their words. Raises :class:`Faults`.
        """
        number, first = rows[0]
        texts = [folded(cell) if isinstance(cell, str) else "" for cell in first]
        known = {name: [place for place, text in enumerate(texts) if text in _words(name)] for name in self.columns}
        figures = any(isinstance(cell, int | float) for cell in first) or any(re.search(r"\d", one) for one in texts)
        if self._as_date(first[0]) is not None or (figures and not any(known.values())):
            return None
        filled = [place for place, cell in enumerate(first) if not blank(cell)]
        if not all(known.values()) and len(filled) == len(self.columns):
            return dict(zip(self.columns, filled, strict=True))
        for name, places in known.items():
            if len(places) != 1:
                column, words = say(f"counts.column.{name}", self.lang), say(f"counts.words.{name}", self.lang)
                self.fault(number, 0, "; ".join(map(cell_text, first)), "which_column", heading=column, words=words)
        if self.faults:
            raise Faults(self.faults)
        return {name: places[0] for name, places in known.items()}

    def _as_date(self, cell: Any) -> dt.date | None:
        if isinstance(cell, dt.datetime):
            return period_of(self.step, cell.date()) if cell.time() == dt.time() else None
        if isinstance(cell, dt.date):
            return period_of(self.step, cell)
        return read_period(cell, self.step) if isinstance(cell, str) else None

    def _date(self, row: int, column: int, cell: Any) -> dt.date | None:
        if self._broken(row, column, cell):
            return None
        found = self._as_date(cell)
        if found is None:
            self.fault(row, column, cell, f"no_{self.step}")
        return found

    def _figure(self, row: int, column: int, cell: Any) -> float | None:
        if blank(cell) or (isinstance(cell, str) and cell.strip() in MISSING) or self._broken(row, column, cell):
            return None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return float(cell)
        if isinstance(cell, str):
            try:
                return float(read_amount(cell))
            except Faults as found:
                place = self.place(row, column)
                self.faults += [Fault(self.file, place, one.value, one.code, one.figures) for one in found.faults]
                return None
        self.fault(row, column, cell, "not_a_number")
        return None

    def _broken(self, row: int, column: int, cell: Any) -> bool:
        """Whether a cell has no content of its own, which is told."""
        broken = isinstance(cell, Uncalculated) or (isinstance(cell, str) and cell in ERRORS)
        if broken:
            self.fault(row, column, cell, "no_result")
        return broken


@cache
def _words(name: str) -> frozenset[str]:
    """The words that a column may be headed by, in both languages."""
    return frozenset(folded(word) for lang in LANGUAGES for word in say(f"counts.words.{name}", lang).split(","))


# -- Statistics Norway


def _from_statbank(content: bytes, file: str, kind: Kind, step: Step, place: str) -> Read:
    """Guest-nights by month of a municipality, from an export of table 14162. Raises :class:`Faults`."""
    if kind != "guest_nights" or step != "month":
        raise Faults([Fault(file, "", "", "counts.statbank_is_months")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(content)
        try:
            export = read_export(path)
            frame = accommodation(export).frame
        except Faults as found:
            raise Faults(Fault(file, one.place, one.value, one.code, one.figures) for one in found.faults) from found
    here = frame[(frame["area"] == place) & frame["measure"].map(_is_guest_nights)]
    measures = sorted(set(here["measure"]))
    if len(measures) != 1:
        areas = ", ".join(sorted(set(frame["area_name"]))[:10])
        written = shown("; ".join(measures or sorted(set(frame["measure"]))))
        raise Faults([Fault(file, "", written, "counts.statbank_measure", {"areas": areas})])
    known = here.dropna(subset=["value"])
    pairs = zip(known["month"], known["value"], strict=True)
    figures = {dt.date.fromisoformat(f"{month}-01"): float(value) for month, value in pairs}
    if not figures:
        raise Faults([Fault(file, "", "", "counts.no_figures")])
    return Read(figures, {}, len(here) - len(known), export.licence)


def _is_guest_nights(measure: str) -> bool:
    text = measure.casefold()
    return any(word in text for word in ("overnattingsdøgn", "overnattinger", "gjestedøgn", "guest night"))
