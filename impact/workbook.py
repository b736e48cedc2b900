"""The event as an Excel workbook: the same content as its TOML file, one field a row, laid out as a form.

Every sheet has its headings in row 1 and, below, the name of an audience, cost, income or night, a field, its value or
range, evidence and source. A row without value, range, evidence, source or reference is not filled in and is passed
over. This module checks what is Excel's: sheets, headings, fields, types of cells. What an event may hold is checked
where every kind of file is, in :mod:`impact.event_reading`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.faults import Fault, Faults
from data.numbers import number as written
from data.phrases import LANGUAGES, Lang, say
from data.xlsx import Sheet, Uncalculated, cell_name, read_sheets
from impact.event import AREAS
from impact.workbook_fields import (
    FIELDS,
    FIGURES,
    IGNORED,
    ROWS,
    SECTIONS,
    Field,
    Section,
    columns,
    field_label,
    find_field,
    folded,
    heading,
    sheet_title,
    word,
    word_keys,
    words,
)
from impact.workbook_writing import write_workbook

__all__ = ["Place", "read_workbook", "write_workbook"]

Place = tuple[str | int, ...]
MAX_FAULTS = 500
_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA")
_DATE_EXAMPLE: dict[Lang, str] = {"nb": "26.02.2025", "en": "2025-02-26"}


def read_workbook(path: Path) -> tuple[dict[str, Any], dict[Place, str]]:
    """The event in the workbook at ``path``, as its TOML file would give it, and the cell of each of its places.

    Numbers become ``{value, evidence, source}``, ``{low, mode, high, evidence, source}``, ``{ref}`` or
    ``{of, share}``, where the share keeps evidence and source only where they were given and is a plain number where
    it has neither range nor evidence. A place is a path such as ``("audience", 0, "visits")``, a cell
    ``Publikum!C7``; the path of a row leads to its first cell.

    Raises :class:`data.faults.Faults` with every fault of the file, its sheets and its cells, at most ``MAX_FAULTS``.
    """
    sheets = read_sheets(path)
    reading = _Reading(path.name)
    try:
        raw = reading.workbook(sheets)
    except _TooManyError:
        reading.faults.append(Fault(path.name, "", "", "workbook.more_faults", {"shown": MAX_FAULTS}))
    if reading.faults:
        raise Faults(reading.faults)
    return raw, reading.places


class _TooManyError(Exception):
    """More faults than anyone reads."""


@dataclass(frozen=True)
class _Row:
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


class _Reading:
    """One reading: what was found in each place, and every fault."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.places: dict[Place, str] = {}

    def fault(self, place: str, value: Any, code: str, **figures: Any) -> None:
        if len(self.faults) >= MAX_FAULTS:
            raise _TooManyError
        self.faults.append(Fault(self.file, place, _shown(value), f"workbook.{code}", figures))

    def workbook(self, sheets: dict[str, Sheet]) -> dict[str, Any]:
        raw: dict[str, Any] = {"event": {}}
        for section, sheet in self._sections(sheets).items():
            lang = _language(section, sheet)
            if not self._headings_right(section, sheet, lang):
                continue
            self.places[(section,)] = f"{sheet.name}!A1"
            rows = self._rows(section, sheet, lang)
            if section in ROWS:
                if entries := self._entries(section, rows):
                    raw[section] = entries
            elif section == "numbers":
                if numbers := self._named_numbers(rows):
                    raw["numbers"] = numbers
            else:
                raw |= self._event(rows)
        return raw

    # -- sheets and headings

    def _sections(self, sheets: dict[str, Sheet]) -> dict[Section, Sheet]:
        """The sheet of each section, by its title in either language; faults for all other sheets."""
        titles = {folded(sheet_title(one, lang)): one for one in (*SECTIONS, *IGNORED) for lang in LANGUAGES}
        lang = _workbook_language(sheets)
        found: dict[Section, Sheet] = {}
        for name, sheet in sheets.items():
            section = titles.get(folded(name))
            if section is None:
                known = [sheet_title(one, lang) for one in SECTIONS]
                nearest = _nearest(name, [sheet_title(one, tongue) for one in SECTIONS for tongue in LANGUAGES])
                guide = {"guide": sheet_title("guide", lang)}
                self._unknown(name, name, nearest, known, "sheet_unknown", **guide)
            elif section in found:
                self.fault(name, "", "sheet_twice", other=found[section].name)
            elif section not in IGNORED:
                found[section] = sheet  # type: ignore[index]
        if "event" not in found:
            self.fault(sheet_title("event", lang), "", "sheet_missing", sheet=sheet_title("event", lang))
        return found

    def _unknown(self, place: str, value: str, nearest: str | None, known: list[str], code: str, **more: Any) -> None:
        if nearest:
            self.fault(place, value, f"{code}_near", nearest=nearest, known=", ".join(known), **more)
        else:
            self.fault(place, value, f"{code}_far", known=", ".join(known), **more)

    def _headings_right(self, section: Section, sheet: Sheet, lang: Lang) -> bool:
        before = len(self.faults)
        wanted = [heading(key, lang) for key in columns(section)]
        order = {folded(text): number for number, text in enumerate(wanted, 1)}
        found = [_text(cell) for cell in (sheet.rows[0] if sheet.rows else ())]
        seen: set[str] = set()
        for number in range(1, max(len(wanted), len(found)) + 1):
            text = found[number - 1] if number <= len(found) else ""
            if number <= len(wanted):
                self._heading(f"{sheet.name}!{cell_name(1, number)}", text, wanted[number - 1], order, seen)
            elif text:
                last = {"heading": wanted[-1], "last": cell_name(1, len(wanted))}
                self.fault(f"{sheet.name}!{cell_name(1, number)}", text, "heading_extra", **last)
            seen.add(folded(text))
        return len(self.faults) == before

    def _heading(self, place: str, text: str, wanted: str, order: dict[str, int], seen: set[str]) -> None:
        key = folded(text)
        if key == folded(wanted):
            return
        if not key:
            self.fault(place, "", "heading_missing", heading=wanted)
        elif key in seen:
            self.fault(place, text, "heading_twice", heading=wanted)
        elif key in order:
            self.fault(place, text, "heading_moved", heading=wanted, belongs=cell_name(1, order[key]))
        elif nearest := _nearest(text, order):
            self.fault(place, text, "heading_renamed", heading=wanted, nearest=nearest)
        else:
            self.fault(place, text, "heading_unknown", heading=wanted)

    # -- rows

    def _rows(self, section: Section, sheet: Sheet, lang: Lang) -> list[tuple[_Row, Field]]:
        """The filled rows with their fields; faults for cells outside the columns and for unknown fields."""
        keys = columns(section)
        rows = []
        for number, cells in enumerate(sheet.rows[1:], 2):
            for column in range(len(keys) + 1, len(cells) + 1):
                if not _blank(cells[column - 1]):
                    place = f"{sheet.name}!{cell_name(number, column)}"
                    self.fault(place, cells[column - 1], "cell_outside", heading=heading(keys[-1], lang))
            values = {key: None if _blank(cell) else cell for key, cell in zip(keys, cells, strict=False)}
            row = _Row(sheet.name, number, lang, section, values)
            if row.given("value", *FIGURES, "evidence", "source", "ref", "of") and (field := self._field(row)):
                rows.append((row, field))
            elif section == "event" and (empty := find_field(section, _text(values.get("field")))):
                self.places["event", empty.key] = row.cell("value")
        return rows

    def _field(self, row: _Row) -> Field | None:
        place, cell = row.cell("field"), row.cells.get("field")
        if cell is None and row.section == "numbers":
            return FIELDS["numbers"][0]
        if cell is None:
            self.fault(place, "", "field_missing")
            return None
        if (text := self._string(row, "field")) is None:
            return None
        if field := find_field(row.section, text):
            return field
        known = [field_label(field, row.lang) for field in FIELDS[row.section]]
        keys = [field.key for field in FIELDS[row.section]]
        self._unknown(place, text, _nearest(text, [*known, *keys]), known, "field_unknown")
        return None

    def _event(self, rows: list[tuple[_Row, Field]]) -> dict[str, Any]:
        about: dict[str, Any] = {}
        organiser: dict[str, Any] = {}
        seen: dict[str, str] = {}
        for row, field in rows:
            if self._first(row, field, seen):
                if field.key == "deficit":
                    self._store(row, field, organiser, ("organiser",))
                else:
                    self._store(row, field, about, ("event",))
        return {"event": about, **({"organiser": organiser} if organiser else {})}

    def _named_numbers(self, rows: list[tuple[_Row, Field]]) -> dict[str, Any]:
        numbers: dict[str, Any] = {}
        seen: dict[str, dict[str, str]] = {}
        names: dict[str, str] = {}
        for row, field in rows:
            if (name := self._name(row, names)) is None or not self._first(row, field, seen.setdefault(name, {})):
                continue
            if (value := self._number(row, ("numbers", name))) is not None:
                numbers[name] = value
        return numbers

    def _entries(self, section: Section, rows: list[tuple[_Row, Field]]) -> list[dict[str, Any]]:
        """The audiences, costs, incomes or nights of a sheet, in the order in which they first appear."""
        label = columns(section)[0]
        entries: dict[Any, dict[str, Any]] = {}
        bases: dict[Any, Place] = {}
        seen: dict[Any, dict[str, str]] = {}
        names: dict[str, str] = {}
        for row, field in rows:
            name = self._date(row, label) if section == "night" else self._name(row, names)
            if name is None:
                continue
            if name not in entries:
                bases[name] = (section, len(entries))
                entries[name] = {label: name}
                self.places[bases[name]] = self.places[(*bases[name], label)] = row.cell(label)
            if self._first(row, field, seen.setdefault(name, {})):
                self._store(row, field, entries[name], bases[name])
        return list(entries.values())

    def _name(self, row: _Row, names: dict[str, str]) -> str | None:
        """The name of a row; faults where it is missing or spelt otherwise than further up."""
        if row.cells.get("name") is None:
            self.fault(row.cell("name"), "", "name_missing", heading=heading("name", row.lang))
            return None
        if (name := self._string(row, "name")) is None:
            return None
        if (first := names.setdefault(folded(name), name)) != name:
            self.fault(row.cell("name"), name, "name_differs", other=first)
            return None
        return name

    def _first(self, row: _Row, field: Field, seen: dict[str, str]) -> bool:
        """Whether this is the entry's first row of the field, with no row that says the same of a whole or a part."""
        place = row.cell("field")
        whole = field.key.partition(".")[0]
        if field.key in seen:
            self.fault(place, _text(row.cells.get("field")), "field_twice", other=seen[field.key])
            return False
        parts = [seen[key] for area in AREAS if (key := f"{field.key}.{area}") in seen]
        if rival := seen.get(whole) or next(iter(parts), None):
            self.fault(place, _text(row.cells.get("field")), "whole_and_parts", other=rival)
            return False
        seen[field.key] = place
        return True

    def _store(self, row: _Row, field: Field, entry: dict[str, Any], base: Place) -> None:
        """Put the row's value in ``entry`` under the field's key, and its cell among the places."""
        *tables, last = field.key.split(".")
        place = (*base, *tables, last)
        value = self._number(row, place) if field.kind == "number" else self._plain(row, field, place)
        if value is None:
            return
        for table in tables:
            entry = entry.setdefault(table, {})
        entry[last] = value

    # -- values

    def _plain(self, row: _Row, field: Field, place: Place) -> Any:
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
        if field.kind == "year":
            return self._year(row)
        if field.kind in ("role", "home"):
            return self._word(row, "value", field.kind)
        if field.kind == "public":
            return self._yes_no(row)
        text = self._string(row, "value")
        return text.zfill(4) if text and field.kind == "code" and text.isdecimal() else text

    def _number(self, row: _Row, place: Place) -> Any:
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

    def _reference(self, row: _Row, figures: list[str]) -> dict[str, Any] | None:
        if row.given("of"):
            self.fault(row.cell("of"), row.cells["of"], "ref_and_of")
        for key in figures:
            self.fault(row.cell(key), row.cells[key], "ref_and_number")
        return {"ref": self._string(row, "ref")}

    def _figures(self, row: _Row, given: list[str]) -> dict[str, float] | None:
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

    def _figure(self, row: _Row, column: str) -> float | None:
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
        if isinstance(cell, str) and cell in _ERRORS:
            self.fault(place, cell, "error_cell")
            return True
        return False

    def _string(self, row: _Row, column: str) -> str | None:
        cell, place = row.cells[column], row.cell(column)
        if self._broken(cell, place):
            return None
        if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
            self.fault(place, cell, "not_text")
            return None
        return _text(cell)

    def _date(self, row: _Row, column: str) -> dt.date | None:
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

    def _year(self, row: _Row) -> int | None:
        figure = self._figure(row, "value")
        if figure is not None and figure != int(figure):
            self.fault(row.cell("value"), figure, "not_whole")
            return None
        return None if figure is None else int(figure)

    def _word(self, row: _Row, column: str, kind: str) -> str | None:
        """The key of the word of a list that a cell holds, in either language or as the key itself."""
        if (text := self._string(row, column)) is None:
            return None
        if key := word_keys(kind).get(folded(text)):
            return key
        known = [word(kind, key, row.lang) for key in words(kind)]
        self._unknown(row.cell(column), text, _nearest(text, [*known, *words(kind)]), known, "word_unknown")
        return None

    def _yes_no(self, row: _Row) -> bool | None:
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


def _language(section: Section, sheet: Sheet) -> Lang:
    """The language whose headings a sheet has most of; bokmål where it has as many of both."""
    found = {folded(_text(cell)) for cell in (sheet.rows[0] if sheet.rows else ())}
    return max(LANGUAGES, key=lambda lang: len(found & {folded(heading(key, lang)) for key in columns(section)}))


def _workbook_language(sheets: dict[str, Sheet]) -> Lang:
    found = {folded(name) for name in sheets}
    return max(LANGUAGES, key=lambda lang: len(found & {folded(sheet_title(one, lang)) for one in SECTIONS}))


def _list(kind: str, lang: Lang) -> str:
    return ", ".join(say(f"workbook.{kind}.{key}", lang) for key in words(kind))


def _nearest(text: str, known: Any) -> str | None:
    """The known word nearest to ``text`` in spelling, if any is near."""
    by_folded = {folded(one): one for one in reversed(list(known))}
    found = difflib.get_close_matches(folded(text)[:60], by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> str:
    """A cell as text: 5001 and 5001.0 are both ``5001``."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _shown(value: Any) -> str:
    if isinstance(value, Uncalculated):
        value = value.formula
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
