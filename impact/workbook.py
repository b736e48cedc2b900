"""The event as an Excel workbook: the same content as its TOML file, one field a row, laid out as a form.

Every sheet has its headings in row 1 and, below, the name of an audience, cost, income or night, a field, its value or
range, evidence and source. A row without value, range, evidence, source or reference is not filled in and is passed
over. This module checks what is Excel's: sheets, headings, fields, types of cells. What an event may hold is checked
where every kind of file is, in :mod:`impact.event_reading`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.faults import Fault, Faults
from data.phrases import LANGUAGES, Lang
from data.xlsx import Sheet, cell_name, read_sheets, read_sheets_in
from impact.event import AREAS
from impact.workbook_cells import MAX_FAULTS, CellReader, Place, Row, TooManyError, blank, cell_text, nearest
from impact.workbook_fields import (
    BESIDE,
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
)
from impact.workbook_writing import write_workbook

__all__ = ["Place", "read_workbook", "read_workbook_in", "write_workbook"]


def read_workbook(path: Path) -> tuple[dict[str, Any], dict[Place, str]]:
    """The event in the workbook at ``path``, as its TOML file would give it, and the cell of each of its places.

    Numbers become ``{value, evidence, source}``, ``{low, mode, high, evidence, source}``, ``{ref}`` or
    ``{of, share}``, where the share keeps evidence and source only where they were given and is a plain number where
    it has neither range nor evidence. A place is a path such as ``("audience", 0, "visits")``, a cell
    ``Publikum!C7``; the path of a row leads to its first cell.

    Raises :class:`data.faults.Faults` with every fault of the file, its sheets and its cells, at most ``MAX_FAULTS``.
    """
    return _read(read_sheets(path), path.name)


def read_workbook_in(content: bytes, file: str) -> tuple[dict[str, Any], dict[Place, str]]:
    """The event in a workbook that was sent as ``content``, as :func:`read_workbook` gives it; ``file`` is its name."""
    return _read(read_sheets_in(content, file), file)


def _read(sheets: dict[str, Sheet], file: str) -> tuple[dict[str, Any], dict[Place, str]]:
    reading = _Reading(file)
    try:
        raw = reading.workbook(sheets)
    except TooManyError:
        reading.faults.append(Fault(file, "", "", "workbook.more_faults", {"shown": MAX_FAULTS}))
    if reading.faults:
        raise Faults(reading.faults)
    return raw, reading.places


class _Reading(CellReader):
    """One reading of a whole workbook, sheet by sheet."""

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
            elif section in BESIDE:
                raw |= self._beside(section, rows, raw.get("beside", {}))
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
                near = nearest(name, [sheet_title(one, tongue) for one in SECTIONS for tongue in LANGUAGES])
                guide = {"guide": sheet_title("guide", lang)}
                self._unknown(name, name, near, known, "sheet_unknown", **guide)
            elif section in found:
                self.fault(name, "", "sheet_twice", other=found[section].name)
            elif section not in IGNORED:
                found[section] = sheet  # type: ignore[index]
        for section in SECTIONS:
            if section not in found and section not in BESIDE:
                self.fault(sheet_title(section, lang), "", "sheet_missing", sheet=sheet_title(section, lang))
        return found

    def _headings_right(self, section: Section, sheet: Sheet, lang: Lang) -> bool:
        before = len(self.faults)
        wanted = [heading(key, lang) for key in columns(section)]
        order = {folded(text): number for number, text in enumerate(wanted, 1)}
        found = [cell_text(cell) for cell in (sheet.rows[0] if sheet.rows else ())]
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
        elif near := nearest(text, order):
            self.fault(place, text, "heading_renamed", heading=wanted, nearest=near)
        else:
            self.fault(place, text, "heading_unknown", heading=wanted)

    # -- rows

    def _rows(self, section: Section, sheet: Sheet, lang: Lang) -> list[tuple[Row, Field]]:
        """The filled rows with their fields; faults for cells outside the columns and for unknown fields."""
        keys = columns(section)
        rows = []
        for number, cells in enumerate(sheet.rows[1:], 2):
            for column in range(len(keys) + 1, len(cells) + 1):
                if not blank(cells[column - 1]):
                    place = f"{sheet.name}!{cell_name(number, column)}"
                    self.fault(place, cells[column - 1], "cell_outside", heading=heading(keys[-1], lang))
            values = {key: None if blank(cell) else cell for key, cell in zip(keys, cells, strict=False)}
            row = Row(sheet.name, number, lang, section, values)
            if row.given("value", *FIGURES, "evidence", "source", "ref", "of") and (field := self._field(row)):
                rows.append((row, field))
            elif section == "event" and (empty := find_field(section, cell_text(values.get("field")))):
                self.places["event", empty.key] = row.cell("value")
        return rows

    def _field(self, row: Row) -> Field | None:
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
        self._unknown(place, text, nearest(text, [*known, *keys]), known, "field_unknown")
        return None

    def _event(self, rows: list[tuple[Row, Field]]) -> dict[str, Any]:
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

    def _beside(self, section: Section, rows: list[tuple[Row, Field]], beside: dict[str, Any]) -> dict[str, Any]:
        """``beside`` with what one of its sheets holds; nothing where there is nothing."""
        seen: dict[str, str] = {}
        if section != "beside":
            if entries := self._entries(section, rows, ("beside", section)):
                beside = beside | {section: entries}
        else:
            for row, field in rows:
                if self._first(row, field, seen):
                    self._store(row, field, beside, ("beside",))
        return {"beside": beside} if beside else {}

    def _named_numbers(self, rows: list[tuple[Row, Field]]) -> dict[str, Any]:
        numbers: dict[str, Any] = {}
        seen: dict[str, dict[str, str]] = {}
        names: dict[str, str] = {}
        for row, field in rows:
            if (name := self._name(row, names)) is None or not self._first(row, field, seen.setdefault(name, {})):
                continue
            if (value := self._number(row, ("numbers", name))) is not None:
                numbers[name] = value
        return numbers

    def _entries(self, section: Section, rows: list[tuple[Row, Field]], base: Place = ()) -> list[dict[str, Any]]:
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
                bases[name] = (*(base or (section,)), len(entries))
                entries[name] = {label: name}
                self.places[bases[name]] = self.places[(*bases[name], label)] = row.cell(label)
            if self._first(row, field, seen.setdefault(name, {})):
                self._store(row, field, entries[name], bases[name])
        return list(entries.values())

    def _name(self, row: Row, names: dict[str, str]) -> str | None:
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

    def _first(self, row: Row, field: Field, seen: dict[str, str]) -> bool:
        """Whether this is the entry's first row of the field, with no row that says the same of a whole or a part."""
        place = row.cell("field")
        whole = field.key.partition(".")[0]
        if field.key in seen:
            self.fault(place, cell_text(row.cells.get("field")), "field_twice", other=seen[field.key])
            return False
        parts = [seen[key] for area in AREAS if (key := f"{field.key}.{area}") in seen]
        if rival := seen.get(whole) or next(iter(parts), None):
            self.fault(place, cell_text(row.cells.get("field")), "whole_and_parts", other=rival)
            return False
        seen[field.key] = place
        return True

    def _store(self, row: Row, field: Field, entry: dict[str, Any], base: Place) -> None:
        """Put the row's value in ``entry`` under the field's key, and its cell among the places."""
        *tables, last = field.key.split(".")
        place = (*base, *tables, last)
        value = self._number(row, place) if field.kind == "number" else self._plain(row, field, place)
        if value is None:
            return
        for table in tables:
            entry = entry.setdefault(table, {})
        entry[last] = value


def _language(section: Section, sheet: Sheet) -> Lang:
    """The language whose headings a sheet has most of; bokmål where it has as many of both."""
    found = {folded(cell_text(cell)) for cell in (sheet.rows[0] if sheet.rows else ())}
    return max(LANGUAGES, key=lambda lang: len(found & {folded(heading(key, lang)) for key in columns(section)}))


def _workbook_language(sheets: dict[str, Sheet]) -> Lang:
    found = {folded(name) for name in sheets}
    return max(LANGUAGES, key=lambda lang: len(found & {folded(sheet_title(one, lang)) for one in SECTIONS}))
