"""The cells of an event's workbook: numbers with their range and grounds, texts, dates and words of a list.

What is Excel's is checked here: formulas without a value, error cells, numbers and dates typed as text.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from dataclasses import dataclass
from typing import Any

from data.faults import Fault, shown
from data.numbers import number as written
from data.phrases import Lang, say
from data.xlsx import Uncalculated, cell_name
from impact.workbook_fields import (
    CHOICES,
    FIGURES,
    Field,
    Section,
    columns,
    field_label,
    folded,
    heading,
    word,
    word_keys,
    words,
)

Place = tuple[str | int, ...]
MAX_FAULTS = 500
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA")
_DATE_EXAMPLE: dict[Lang, str] = {"nb": "26.02.2025", "en": "2025-02-26"}


class TooManyError(Exception):
    """More faults than anyone reads."""


@dataclass(frozen=True)
class Row:
    """A filled row: where it stands, in which words, and its cells by column key (blank ones are None)."""

    sheet: str
    number: int
    lang: Lang
    section: Section
    cells: dict[str, Any]

    def cell(self, column: str) -> str:
        return f"{self.sheet}!{cell_name(self.number, columns(self.section).index(column) + 1)}"

    def given(self, *keys: str) -> list[str]:
        return [key for key in keys if self.cells.get(key) is not None]


class CellReader:
    """Reads cells into what the event's file holds: ``places`` says where each was found, ``faults`` what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.places: dict[Place, str] = {}

    def fault(self, place: str, value: Any, code: str, **figures: Any) -> None:
        if len(self.faults) >= MAX_FAULTS:
            raise TooManyError
        self.faults.append(Fault(self.file, place, shown_cell(value), f"workbook.{code}", figures))

    def _unknown(self, place: str, value: str, nearest: str | None, known: list[str], code: str, **more: Any) -> None:
        if nearest:
            self.fault(place, value, f"{code}_near", nearest=nearest, known=", ".join(known), **more)
        else:
            self.fault(place, value, f"{code}_far", known=", ".join(known), **more)

    def _plain(self, row: Row, field: Field, place: Place) -> Any:
        """The value of a field that is no estimate: text, code, date, year or a word of a list."""
        self.places[place] = row.cell("value")
        for key in row.given(*FIGURES, "ref", "of"):
            figures = {"field": field_label(field, row.lang), "heading": heading("value", row.lang)}
            self.fault(row.cell(key), row.cells[key], "not_for_text", **figures)
        if row.cells.get("value") is None:
            self.fault(row.cell("value"), "", "value_missing")
            return None
        if field.kind == "date":
            return self._date(row, "value")
        if field.kind in ("year", "whole"):
            return self._year(row)
        if field.kind in CHOICES:
            return self._word(row, "value", field.kind)
        if field.kind == "public":
            return self._yes_no(row)
        text = self._string(row, "value")
        return text.zfill(4) if text and field.kind == "code" and text.isdecimal() else text

    def _number(self, row: Row, place: Place) -> Any:
        """The estimate of a row, in one of the forms that the TOML file knows; None where it is faulty."""
        shown = next(iter(row.given("ref", "value", *FIGURES, "of")), "value")
        self.places[place] = row.cell(shown)
        for key in row.given("value", *FIGURES, "evidence", "source"):
            self.places[(*place, key)] = row.cell(key)
        figures = row.given("value", *FIGURES)
        if row.given("ref"):
            return self._reference(row, figures)
        if not figures:
            self.fault(row.cell("value"), "", "share_missing" if row.given("of") else "number_missing")
            return None
        if (given := self._figures(row, figures)) is None:
            return None
        part = bool(row.given("of"))
        evidence = self._word(row, "evidence", "evidence") if row.given("evidence") else None
        source = self._string(row, "source") if row.given("source") else None
        if not part:
            if not row.given("evidence"):
                self.fault(row.cell("evidence"), "", "evidence_missing", known=_list("evidence", row.lang))
            return {**given, "evidence": evidence, "source": source or ""}
        grounds = {key: text for key, text in (("evidence", evidence), ("source", source)) if text}
        share = given["value"] if set(given) == {"value"} and "evidence" not in grounds else {**given, **grounds}
        return {"of": self._string(row, "of"), "share": share}

    def _reference(self, row: Row, figures: list[str]) -> dict[str, Any] | None:
        if row.given("of"):
            self.fault(row.cell("of"), row.cells["of"], "ref_and_of")
        for key in figures:
            self.fault(row.cell(key), row.cells[key], "ref_and_number")
        return {"ref": self._string(row, "ref")}

    def _figures(self, row: Row, given: list[str]) -> dict[str, float] | None:
        """The value, or low, mode and high; None where they clash, are not whole or are no numbers."""
        if "value" in given and len(given) > 1:
            self.fault(row.cell(given[1]), row.cells[given[1]], "value_and_range")
            return None
        missing = [] if given == ["value"] else [key for key in FIGURES if key not in given]
        for key in missing:
            self.fault(row.cell(key), "", "half_range", heading=heading(key, row.lang))
        figures = {key: self._figure(row, key) for key in given}
        whole = {key: figure for key, figure in figures.items() if figure is not None}
        return whole if len(whole) == len(given) and not missing else None

    def _figure(self, row: Row, column: str) -> float | None:
        cell, place = row.cells[column], row.cell(column)
        if self._broken(cell, place):
            return None
        if isinstance(cell, bool):
            self.fault(place, cell, "boolean")
        elif isinstance(cell, dt.date | dt.time | dt.timedelta):
            self.fault(place, cell, "date_in_number")
        elif isinstance(cell, str):
            self._number_in_text(cell, place, row.lang)
        elif not math.isfinite(cell):
            self.fault(place, cell, "not_finite")
        else:
            return cell  # type: ignore[no-any-return]
        return None

    def _number_in_text(self, text: str, place: str, lang: Lang) -> None:
        readings = number_readings(text, lang)
        if len(readings) > 1:
            large, small = (_exact(one, lang) for one in sorted(readings, reverse=True))
            self.fault(place, text, "number_ambiguous", large=large, small=small)
        elif readings:
            self.fault(place, text, "number_as_text", reading=_exact(readings[0], lang))
        else:
            self.fault(place, text, "not_a_number")

    def _broken(self, cell: Any, place: str) -> bool:
        """Whether a cell has no content of its own: a formula without result, or an error."""
        if isinstance(cell, Uncalculated):
            self.fault(place, cell.formula, "uncalculated")
            return True
        if isinstance(cell, str) and cell in ERRORS:
            self.fault(place, cell, "error_cell")
            return True
        return False

    def _string(self, row: Row, column: str) -> str | None:
        cell, place = row.cells[column], row.cell(column)
        if self._broken(cell, place):
            return None
        if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
            self.fault(place, cell, "not_text")
            return None
        return cell_text(cell)

    def _date(self, row: Row, column: str) -> dt.date | None:
        cell, place = row.cells.get(column), row.cell(column)
        if cell is None:
            self.fault(place, "", "name_missing", heading=heading(column, row.lang))
        elif self._broken(cell, place):
            return None
        elif isinstance(cell, dt.datetime) and cell.time() != dt.time():
            self.fault(place, cell, "date_with_time")
        elif isinstance(cell, dt.datetime):
            return cell.date()
        elif isinstance(cell, dt.date):
            return cell
        else:
            code = "date_as_text" if isinstance(cell, str) else "not_a_date"
            self.fault(place, cell, code, example=_DATE_EXAMPLE[row.lang])
        return None

    def _year(self, row: Row) -> int | None:
        figure = self._figure(row, "value")
        if figure is not None and figure != int(figure):
            self.fault(row.cell("value"), figure, "not_whole")
            return None
        return None if figure is None else int(figure)

    def _word(self, row: Row, column: str, kind: str) -> str | None:
        """The key of the word of a list that a cell holds, in either language or as the key itself."""
        if (text := self._string(row, column)) is None:
            return None
        if key := word_keys(kind).get(folded(text)):
            return key
        known = [word(kind, key, row.lang) for key in words(kind)]
        self._unknown(row.cell(column), text, nearest(text, [*known, *words(kind)]), known, "word_unknown")
        return None

    def _yes_no(self, row: Row) -> bool | None:
        if isinstance(row.cells["value"], bool):
            return row.cells["value"]
        key = self._word(row, "value", "public")
        return None if key is None else key == "yes"


def number_readings(text: str, lang: Lang) -> list[float]:
    """The numbers that ``text`` can mean in ``lang``, none where it is no number.

    ``1 234,5`` means 1234.5 and ``40 %`` 0.4; in bokmål ``1.234`` can mean 1234 or 1.234.
    """
    bare = re.sub(r"[\s\u00a0\u202f]|kr\.?|NOK", "", text, flags=re.IGNORECASE).replace("\N{MINUS SIGN}", "-")
    bare = re.sub(r",-+\Z", "", bare)
    scale = 100 if bare.endswith("%") else 1
    bare = bare.removesuffix("%")
    decimal, group = (",", ".") if lang == "nb" else (".", ",")
    grouped = rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+"
    readings = []
    if re.fullmatch(rf"{grouped}(?:{re.escape(decimal)}\d+)?", bare):
        readings.append(float(bare.replace(group, "").replace(decimal, ".")))
    if re.fullmatch(rf"[+-]?\d+(?:{re.escape(decimal)}\d+)?", bare):
        readings.append(float(bare.replace(decimal, ".")))
    if re.fullmatch(rf"[+-]?\d+{re.escape(group)}\d+", bare):
        readings.append(float(bare.replace(group, ".")))
    return [reading / scale for reading in readings if math.isfinite(reading)]


def _exact(value: float, lang: Lang) -> str:
    """``value`` with all its decimals, as ``lang`` writes it."""
    text = f"{value:.10f}".rstrip("0")
    return written(value, lang, len(text.partition(".")[2]))


def _list(kind: str, lang: Lang) -> str:
    return ", ".join(say(f"workbook.{kind}.{key}", lang) for key in words(kind))


def nearest(text: str, known: Any) -> str | None:
    """The known word nearest to ``text`` in spelling, if any is near."""
    by_folded = {folded(one): one for one in reversed(list(known))}
    found = difflib.get_close_matches(folded(text)[:60], by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def blank(cell: Any) -> bool:
    """Whether a cell holds nothing but space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_text(cell: Any) -> str:
    """A cell as text: 5001 and 5001.0 are both ``5001``."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def shown_cell(value: Any) -> str:
    """A cell as a fault shows it: a formula as such, long text cut."""
    if isinstance(value, Uncalculated):
        value = value.formula
    return shown(value)
