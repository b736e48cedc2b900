"""Writing an event as the Excel workbook that :mod:`impact.workbook` reads: the template, empty or filled."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data.faults import Fault, Faults
from data.files import write_whole
from data.phrases import Lang, has, say
from data.xlsx import cell_name
from impact.sheet_writing import (
    DATE_FORMATS,
    HEAD_FILL,
    HEAD_FONT,
    about_book,
    print_landscape,
    put_text,
    without_clock,
)
from impact.workbook_fields import (
    BESIDE,
    CHOICES,
    FIELDS,
    FIGURES,
    LODGING,
    ROWS,
    SECTIONS,
    Field,
    Section,
    columns,
    field_label,
    find_field,
    heading,
    sheet_title,
    word,
    words,
)

BLANK_ROWS = 400
"""Rows below what is written that have drop-downs too."""

_WIDTHS = {"name": 30, "date": 14, "field": 40, "value": 22, "evidence": 18, "source": 44, "ref": 22, "of": 22}
_PLAIN_FORMATS = {"year": "0", "whole": "0", "code": "@", "text": "@"}
_RULE = Border(top=Side(style="thin", color="A9D0DF"))
_LISTS = ("evidence", "role", "home", "public", *SECTIONS, *(kind for kind in CHOICES if kind not in SECTIONS))

Entry = tuple[Any, Field, Any]
"""A row to be written: its name or date (None on the event's own sheet), its field, its raw value (None: blank)."""


def write_workbook(raw: dict[str, Any], path: Path, lang: Lang) -> None:
    """Write the event in ``raw``, the structure of its TOML file, as a workbook at ``path``; an empty dict makes the
    template, with blocks of fields ready to fill. A filled example stands on the guide sheet in both cases.

    A plain number is written as counted, without a source, since a workbook has no number without evidence; a range
    without evidence as assumed, as the reader of TOML files takes it. Numbers keep 16 significant digits. User text is
    never a formula. The same ``raw`` gives the same bytes with the same version of openpyxl.

    Raises :class:`data.faults.Faults` where ``raw`` holds something that the workbook has no field for.
    """
    entries = _entries(raw) if raw else _template(lang)
    book = Workbook()
    book.remove(book.worksheets[0])
    for section in SECTIONS:
        _write_sheet(book.create_sheet(sheet_title(section, lang)), section, entries[section], lang)
    _write_guide(book.create_sheet(sheet_title("guide", lang)), lang)
    _write_lists(book.create_sheet(sheet_title("lists", lang)), lang)
    title = raw.get("event", {}).get("name_nb" if lang == "nb" else "name_en") or say("workbook.template.title", lang)
    about_book(book, str(title), say("workbook.template.description", lang), lang)
    stream = io.BytesIO()
    book.save(stream)
    write_whole(path, without_clock(stream))


# -- what is written


def _entries(raw: dict[str, Any]) -> dict[Section, list[Entry]]:
    faults: list[Fault] = []
    entries: dict[Section, list[Entry]] = {section: [] for section in SECTIONS}
    about = dict(raw.get("event", {}))
    about |= {"deficit": raw["organiser"]["deficit"]} if "deficit" in raw.get("organiser", {}) else {}
    entries["event"] = _fields("event", None, about, ("event",), faults)
    written = {field.key for _, field, _ in entries["event"]}
    blank = (field for field in FIELDS["event"] if field.key not in written and field.key != LODGING)
    entries["event"] += [(None, field, None) for field in blank]
    number = FIELDS["numbers"][0]
    entries["numbers"] = [(name, number, value) for name, value in raw.get("numbers", {}).items()]
    for section in ROWS:
        label = columns(section)[0]
        for place, row in enumerate(raw.get(section, [])):
            rest = {key: value for key, value in row.items() if key != label}
            entries[section] += _fields(section, row.get(label), rest, (section, place), faults)
    beside = raw.get("beside", {})
    rows = {section: beside.get(section, []) for section in BESIDE if section != "beside"}
    for section, given in rows.items():
        for place, row in enumerate(given):
            rest = {key: value for key, value in row.items() if key != "name"}
            entries[section] += _fields(section, row.get("name"), rest, ("beside", section, place), faults)
    own = {key: value for key, value in beside.items() if key not in rows}
    entries["beside"] = _fields("beside", None, own, ("beside",), faults)
    written = {field.key for _, field, _ in entries["beside"]}
    entries["beside"] += [(None, field, None) for field in FIELDS["beside"] if field.key not in written]
    known = {*(section for section in SECTIONS if section not in rows), "organiser"}
    unknown = [key for key in raw if key not in known]
    unknown += [f"organiser.{key}" for key in raw.get("organiser", {}) if key != "deficit"]
    faults += [Fault("", place, "", "workbook.not_written") for place in unknown]
    if faults:
        raise Faults(faults)
    return entries


def _fields(
    section: Section, name: Any, row: dict[str, Any], place: tuple[Any, ...], faults: list[Fault]
) -> list[Entry]:
    """The rows of one entry, in the order of the sheet's fields."""
    found: list[Entry] = []
    for key, value in _flat(row):
        if field := find_field(section, key):
            found.append((name, field, value))
        else:
            faults.append(Fault("", ".".join(map(str, (*place, key))), str(value)[:80], "workbook.not_written"))
    order = {field.key: number for number, field in enumerate(FIELDS[section])}
    return sorted(found, key=lambda entry: order.get(entry[1].key, order.get(entry[1].key.partition(".")[0], 0)))


def _flat(row: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """Keys and values of a row, tables of fields taken apart: ``spend.fuel``; a number's own table stays whole."""
    for key, value in row.items():
        if isinstance(value, dict) and not set(value) & {"value", *FIGURES, "ref", "of"}:
            yield from ((f"{key}.{part}", one) for part, one in _flat(value))
        else:
            yield key, value


def _template(lang: Lang) -> dict[Section, list[Entry]]:
    """All fields of the event, three blocks of audiences, costs and incomes, two nights; nothing filled in."""
    entries: dict[Section, list[Entry]] = {section: [] for section in SECTIONS}
    entries["event"] = [(None, field, None) for field in FIELDS["event"] if field.key != LODGING]
    entries["numbers"] = [(say("workbook.example.number", lang), FIELDS["numbers"][0], None)]
    kinds: tuple[tuple[Section, str], ...] = (
        ("audience", "audience"),
        ("organiser_cost", "cost"),
        ("organiser_income", "income"),
    )
    for section, example in kinds:
        for number in (1, 2, 3):
            name = say(f"workbook.example.{example}_{number}", lang)
            entries[section] += [(name, field, None) for field in FIELDS[section]]
    entries["night"] = [(None, field, None) for _ in range(2) for field in FIELDS["night"]]
    entries["beside"] = [(None, field, None) for field in FIELDS["beside"]]
    for section in ("travel", "indicator"):
        name = say(f"workbook.example.{section}", lang)
        entries[section] += [(name, field, None) for field in FIELDS[section]]
    return entries


# -- sheets


def _write_sheet(sheet: Worksheet, section: Section, entries: list[Entry], lang: Lang) -> None:
    keys = columns(section)
    _write_headings(sheet, keys, lang)
    previous: Any = None
    for number, (name, field, value) in enumerate(entries, 2):
        cells = _cells(name, field, value, section, lang)
        for column, key in enumerate(keys, 1):
            _put(sheet.cell(number, column), key, cells.get(key), field, lang)
        first = FIELDS[section][0].key == field.key if section == "night" else name != previous
        if first and section != "event":
            for column in range(1, len(keys) + 1):
                sheet.cell(number, column).border = _RULE
        previous = name
        sheet.cell(number, keys.index("field") + 1).comment = _note(field, lang)
    sheet.freeze_panes = cell_name(2, keys.index("value") + 1)
    print_landscape(sheet)
    _add_drop_downs(sheet, section, entries, lang)


def _write_headings(sheet: Worksheet, keys: tuple[str, ...], lang: Lang, row: int = 1) -> None:
    for column, key in enumerate(keys, 1):
        cell = sheet.cell(row, column, heading(key, lang))
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL
        cell.alignment = Alignment(vertical="center")
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = max(_WIDTHS.get(key, 13), sheet.column_dimensions[letter].width or 0)


def _cells(name: Any, field: Field, value: Any, section: Section, lang: Lang) -> dict[str, Any]:
    """The cells of a row by column key."""
    cells = (
        {columns(section)[0]: _as_date(name) if section == "night" else name} if columns(section)[0] != "field" else {}
    )
    cells["field"] = field_label(field, lang)
    if value is None:
        return cells
    if field.kind != "number":
        return cells | {"value": _plain(field, value, lang)}
    return cells | _number_cells(value, lang)


def _number_cells(value: Any, lang: Lang) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"value": value, "evidence": word("evidence", "counted", lang), "source": None}
    if "ref" in value:
        return {"ref": value["ref"]}
    if "of" in value:
        share = value.get("share")
        grounds = {key: value[key] for key in ("evidence", "source") if key in value}
        inner = {**grounds, **share} if isinstance(share, dict) else {"value": share, **grounds}
        return {"of": value["of"], **_figures_and_grounds(inner, lang)}
    evidence = "counted" if "value" in value else "assumed"
    return _figures_and_grounds({"evidence": evidence, **value}, lang)


def _figures_and_grounds(value: dict[str, Any], lang: Lang) -> dict[str, Any]:
    cells = {key: value[key] for key in ("value", *FIGURES) if key in value}
    if evidence := value.get("evidence"):
        cells["evidence"] = word("evidence", evidence, lang) if evidence in words("evidence") else evidence
    return cells | {"source": value.get("source") or None}


def _plain(field: Field, value: Any, lang: Lang) -> Any:
    if field.kind == "date":
        return _as_date(value)
    if field.kind == "public":
        return word("public", "yes" if value else "no", lang)
    if field.kind in CHOICES and value in words(field.kind):
        return word(field.kind, value, lang)
    return value


def _as_date(value: Any) -> Any:
    """A date also where it is written as ISO text, as a lock keeps it."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _put(cell: Any, key: str, value: Any, field: Field, lang: Lang) -> None:
    """Write ``value`` in the column ``key``, blank ones in the format that a value will need; text is always text."""
    if key == "date" or (key == "value" and field.kind == "date"):
        cell.number_format = DATE_FORMATS[lang]
    elif key == "value" and field.kind in _PLAIN_FORMATS:
        cell.number_format = _PLAIN_FORMATS[field.kind]
    elif key in ("value", *FIGURES) and field.kind == "number":
        cell.number_format = field.format
    if isinstance(value, str):
        put_text(cell, value)
    elif isinstance(value, dt.date):
        cell.value, cell.number_format = value, DATE_FORMATS[lang]
    elif value is not None:
        cell.value = value
    cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str) and len(value) > 40)


def _note(field: Field, lang: Lang) -> Comment:
    parts = {"unit": field.text("unit", lang), "hint": field.text("hint", lang), "key": field.key}
    return Comment(say("workbook.note.field", lang, **parts), "Ringvirk", height=110, width=300)


def _add_drop_downs(sheet: Worksheet, section: Section, entries: list[Entry], lang: Lang) -> None:
    keys = columns(section)
    last = len(entries) + 1 + BLANK_ROWS
    for key, kind in (("field", section), ("evidence", "evidence")):
        column = keys.index(key) + 1
        _drop_down(sheet, kind, [f"{cell_name(2, column)}:{cell_name(last, column)}"], lang)
    value = keys.index("value") + 1
    for kind in ("public", *CHOICES):
        cells = [cell_name(row, value) for row, (_, field, _) in enumerate(entries, 2) if field.kind == kind]
        _drop_down(sheet, kind, cells, lang)


def _drop_down(sheet: Worksheet, kind: str, ranges: list[str], lang: Lang) -> None:
    if not ranges:
        return
    letter = cell_name(1, _LISTS.index(kind) + 1).rstrip("1")
    count = len(_list(kind, lang))
    formula = f"'{sheet_title('lists', lang)}'!${letter}$2:${letter}${count + 1}"
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=kind not in SECTIONS)
    for cells in ranges:
        rule.add(cells)
    sheet.add_data_validation(rule)


def _list(kind: str, lang: Lang) -> list[str]:
    if kind in ("evidence", "public", *CHOICES):
        return [word(kind, key, lang) for key in words(kind)]
    section = next(one for one in SECTIONS if one == kind)
    fields = (Field("event", f"{LODGING}.5001") if field.key == LODGING else field for field in FIELDS[section])
    return [field_label(field, lang) for field in fields]


def _write_lists(sheet: Worksheet, lang: Lang) -> None:
    for column, kind in enumerate(_LISTS, 1):
        sheet.cell(1, column, kind)
        for row, text in enumerate(_list(kind, lang), 2):
            put_text(sheet.cell(row, column), text)
    sheet.sheet_state = "hidden"


def _write_guide(sheet: Worksheet, lang: Lang) -> None:
    """The guide in plain words, then one audience as it looks when it is filled in."""
    keys = columns("audience")
    line = 0
    while has(f"workbook.guide.line_{line + 1}"):
        line += 1
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(keys))
        cell = sheet.cell(line, 1, say(f"workbook.guide.line_{line}", lang))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=line == 1, size=16 if line == 1 else 12)
        sheet.row_dimensions[line].height = 28 if line == 1 else 20
    _write_headings(sheet, keys, lang, line + 1)
    for number, (name, field, value) in enumerate(_example(lang), line + 2):
        cells = _cells(name, field, value, "audience", lang)
        for column, key in enumerate(keys, 1):
            _put(sheet.cell(number, column), key, cells.get(key), field, lang)
    sheet.sheet_view.showGridLines = False


def _example(lang: Lang) -> list[Entry]:
    source, survey, guess = (say(f"workbook.example.{key}", lang) for key in ("source", "survey", "guess"))
    row = {
        "role": "spectator",
        "home": "norway",
        "visits": {"value": 4200, "evidence": "counted", "source": source},
        "days_per_person": {"low": 1.4, "mode": 1.8, "high": 2.2, "evidence": "surveyed", "source": survey},
        "casual_share": {"low": 0.05, "mode": 0.1, "high": 0.2, "evidence": "assumed", "source": guess},
        "nights_per_person": {"low": 1, "mode": 1.5, "high": 2, "evidence": "surveyed", "source": survey},
        "spend": {
            "accommodation": {"value": 700, "evidence": "surveyed", "source": survey},
            "food_service": {"low": 250, "mode": 400, "high": 600, "evidence": "assumed", "source": guess},
        },
    }
    return _fields("audience", say("workbook.example.audience_2", lang), row, (), [])
