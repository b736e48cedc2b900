"""The register in Excel: a template to fill in, an import with a preview, and an export that can be read in again.

An import is shown before anything is stored: :func:`read_events_workbook` reads a list of events, one a row, and
:func:`read_event_workbooks` whole workbooks of single events; :func:`import_events` then stores all of it or nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from data.collecting import no_collecting
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.phrases import Lang, has, say
from data.store import Store
from data.xlsx import cell_name
from data.xlsx_quick import read_quickly
from impact.event_reading import read_event
from impact.reference import Reference
from impact.register import (
    STATES,
    Registered,
    Search,
    create_events,
    get_event,
    known_events,
    list_events,
    plain,
)
from impact.register_fields import (
    COLUMNS,
    RESULTS,
    Column,
    number_of,
    title,
    word,
    words,
)
from impact.register_reading import Held, find_sheet, read_sheet, same_event
from impact.register_rows import cells_of
from impact.sheet_writing import DATE_FORMATS, about_book, drop_down, packed, print_landscape, put_text, write_head
from impact.workbook import read_workbook_in

LAST_ROW = 10_001
"""The last row with drop-downs; whoever has more rows copies them down."""
_LISTS = ("kind", "municipality", "state", "evidence")
_SEPARATOR = "; "


class Valued(Protocol):
    """A published estimate, as far as a list of events shows it."""

    @property
    def value_added(self) -> Sequence[float] | None: ...
    @property
    def price_year(self) -> int: ...


@dataclass(frozen=True)
class ImportPreview:
    """What an import would store, or what is wrong with it: where there are faults there are no rows.

    ``rows`` are what :func:`impact.register.create_events` takes; ``places`` says where each was found, and
    ``examples`` how many example rows were passed over.
    """

    rows: tuple[dict[str, Any], ...]
    faults: tuple[Fault, ...]
    places: tuple[str, ...] = ()
    examples: int = 0


def held_events(store: Store, actor: Actor) -> Sequence[Held]:
    """All events that ``actor`` may see, to find those that a file has too."""
    return known_events(store, actor)


def read_events_workbook(
    content: bytes, reference: Reference, held: Iterable[Held] = (), *, file: str = "events.xlsx"
) -> ImportPreview:
    """A list of events, one a row, as :func:`write_template` lays it out; headings in either language, in any order.

    Every fault is listed with sheet and cell, and so are events that are there twice, or are among ``held``.
    """
    with no_collecting():
        try:
            sheets = read_quickly(content, file)
        except Faults as refusal:
            return ImportPreview((), refusal.faults)
        sheet = find_sheet(sheets)
        if sheet is None:
            return ImportPreview((), (Fault(file, "", "", "sheet.no_sheet", {"sheets": ", ".join(sheets)}),))
        read = read_sheet(file, sheet, reference.municipalities, held)
    places = tuple(f"{sheet.name}!{number}" for number in read.numbers) if read.rows else ()
    return ImportPreview(tuple(read.rows), tuple(read.faults), places, read.examples)


def read_event_workbooks(
    files: Iterable[tuple[str, bytes]], reference: Reference, held: Iterable[Held] = ()
) -> ImportPreview:
    """Whole events, each in a workbook of its own as ``python -m impact template`` makes it; (name, content) of each.

    Every fault of every file is listed, and events that are in two files or among ``held``.
    """
    there = {same_event(one.name_nb, one.first_day, one.municipality) for one in held}
    faults: list[Fault] = []
    rows: list[dict[str, Any]] = []
    seen: dict[Any, str] = {}
    names: list[str] = []
    for name, content in files:
        try:
            raw, places = read_workbook_in(content, name)
            event = read_event(raw, name, reference, lambda place, places=places: _cell(place, places))  # type: ignore[misc]
        except Faults as refusal:
            faults += refusal.faults
            continue
        same = same_event(event.name_nb, event.first_day, event.municipality)
        if (first := seen.setdefault(same, name)) != name:
            faults.append(Fault(name, "", event.name_nb, "sheet.file_twice", {"other": first}))
        elif same in there:
            faults.append(Fault(name, "", event.name_nb, "sheet.event_held"))
        names.append(name)
        rows.append({"document": plain(raw), "state": STATES[0]})
    return ImportPreview((), tuple(faults)) if faults else ImportPreview(tuple(rows), (), tuple(names))


def import_events(store: Store, actor: Actor, preview: ImportPreview) -> list[int]:
    """Store what a preview shows, all of it or nothing; the events' numbers, in its order.

    Raises :class:`Faults` where the preview has faults, or an event came into the register since it was made.
    """
    require(actor, "event.import")
    if preview.faults:
        raise Faults(preview.faults)
    with no_collecting():
        there = {same_event(one.name_nb, one.first_day, one.municipality) for one in held_events(store, actor)}
        late = [
            Fault("", place, about.get("name_nb", ""), "sheet.event_held")
            for place, about in (
                (place, row["document"]["event"]) for place, row in zip(preview.places, preview.rows, strict=True)
            )
            if there
            and same_event(about.get("name_nb", ""), about.get("first_day"), about.get("municipality", "")) in there
        ]
        if late:
            raise Faults(late)
        return create_events(store, actor, preview.rows)


# -- writing


def write_template(reference: Reference, lang: Lang) -> bytes:
    """The empty list, with drop-downs, notes on the headings, a guide and a row that is an example."""
    book = Workbook()
    sheet = book.worksheets[0]
    _write_sheet(sheet, [_example(lang)], reference, lang, ())
    for column in range(1, len(COLUMNS) + 1):
        sheet.cell(2, column).font = Font(italic=True, color="6B6B6B")
    about_book(book, say("sheet.book.template", lang), say("sheet.book.about", lang), lang)
    return _finished(book, reference, lang)


def write_events(
    events: Iterable[Registered], reference: Reference, lang: Lang, published: Mapping[int, Valued] | None = None
) -> bytes:
    """Events with the columns of the template, and the value added of their published estimates by event number.

    What has no plain column (costs, nights, spending) stays in the register. The file can be read in again.
    """
    found = published or {}
    rows = []
    for one in events:
        row = one.row
        cells = {**cells_of(one.document), "state": row.state, "series": row.series, "edition": row.edition}
        cells |= {"venues": _SEPARATOR.join(row.venues), "crews": _SEPARATOR.join(row.crews)}
        if (value := found.get(row.id)) is not None and value.value_added is not None:
            cells |= dict(zip(RESULTS, (*value.value_added, value.price_year), strict=True))
        rows.append(cells)
    book = Workbook()
    _write_sheet(book.worksheets[0], rows, reference, lang, RESULTS)
    about_book(book, say("sheet.book.register", lang), say("sheet.book.about", lang), lang)
    return _finished(book, reference, lang)


def export_events(
    store: Store,
    actor: Actor,
    reference: Reference,
    lang: Lang,
    search: Search | None = None,
    published: Mapping[int, Valued] | None = None,
) -> bytes:
    """The events that ``search`` finds and ``actor`` may see, as :func:`write_events` lays them out."""
    with store.read():  # one state of the register throughout
        rows, _ = list_events(store, actor, search or Search(), limit=-1)
        events = [get_event(store, actor, row.id) for row in rows]
    return write_events(events, reference, lang, published)


def _write_sheet(
    sheet: Worksheet, rows: list[dict[str, Any]], reference: Reference, lang: Lang, results: Sequence[str]
) -> None:
    sheet.title = title("events", lang)
    names = [column.label(lang) for column in COLUMNS] + [say(f"sheet.heading.{key}", lang) for key in results]
    write_head(sheet, 1, names, [*(column.width for column in COLUMNS), *(18.0 for _ in results)])
    sheet.row_dimensions[1].height = 48
    for number, column in enumerate(COLUMNS, 1):
        sheet.cell(1, number).comment = Comment(column.note(lang), "Ringvirk", height=110, width=280)
        sheet.column_dimensions[cell_name(1, number)[:-1]].number_format = _format(column, lang)
    for number in range(len(COLUMNS) + 1, len(names) + 1):
        sheet.cell(1, number).comment = Comment(say("sheet.note.value_added", lang), "Ringvirk", height=80, width=280)
    for number, cells in enumerate(rows, 2):
        _write_row(sheet, number, cells, reference, lang, results)
    sheet.freeze_panes = cell_name(2, number_of("name_nb") + 1)
    sheet.auto_filter.ref = f"A1:{cell_name(max(2, len(rows) + 1), len(names))}"
    print_landscape(sheet)


def _write_row(
    sheet: Worksheet, number: int, cells: Mapping[str, Any], reference: Reference, lang: Lang, results: Sequence[str]
) -> None:
    for place, column in enumerate(COLUMNS, 1):
        cell, value = sheet.cell(number, place), _shown(column, cells.get(column.key), reference, lang)
        cell.number_format = _format(column, lang)
        if isinstance(value, str):
            put_text(cell, value)
        elif value is not None:
            cell.value = value
    for place, key in enumerate(results, len(COLUMNS) + 1):
        if (figure := cells.get(key)) is not None:
            cell = sheet.cell(number, place, figure)
            cell.number_format = "0" if key == "value_added_year" else "#,##0"


def _shown(column: Column, value: Any, reference: Reference, lang: Lang) -> Any:
    """A value as its cell shows it; a draft's faulty values stay as they stand, as text."""
    if value is None or value == "":
        return None
    if column.kind == "date":
        try:
            return dt.date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return value
    if column.kind == "municipality":
        return f"{value} {reference.municipalities[value]}" if value in reference.municipalities else str(value)
    if column.kind in ("kind", "state", "evidence"):
        return word(column.kind, str(value), lang)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number and column.kind in ("year", "count", "share") else str(value)


def _format(column: Column, lang: Lang) -> str:
    return DATE_FORMATS[lang] if column.format == "date" else column.format


def _example(lang: Lang) -> dict[str, Any]:
    """An invented row. Its numbers show how a row looks, and are read by nothing."""
    texts = ("id", "name_nb", "name_en", "series", "venues", "crews", "source", "share_source")
    return {
        **{key: say(f"sheet.example.{key}", lang) for key in texts},
        "kind": "festival",
        "municipality": "5001",
        "first_day": "2027-06-11",
        "last_day": "2027-06-13",
        "price_year": 2024,
        "state": "confirmed",
        "edition": "2027",
        "visits_low": 10_000,
        "visits": 12_500,
        "visits_high": 15_000,
        "evidence": "counted",
        "share_region": 0.2,
        "share_norway": 0.25,
        "share_abroad": 0.05,
        "share_evidence": "assumed",
    }


def _finished(book: Workbook, reference: Reference, lang: Lang) -> bytes:
    """The book with its drop-downs, guide and hidden lists."""
    sheet, guide, lists = (
        book.worksheets[0],
        book.create_sheet(title("guide", lang)),
        book.create_sheet(title("lists", lang)),
    )
    line = 1
    while has(f"sheet.guide.line_{line}"):
        cell = guide.cell(line, 1, say(f"sheet.guide.line_{line}", lang))
        cell.alignment, cell.font = (
            Alignment(wrap_text=True, vertical="top"),
            Font(bold=line == 1, size=16 if line == 1 else 12),
        )
        line += 1
    guide.column_dimensions["A"].width = 100
    guide.sheet_view.showGridLines = False
    last: dict[str, str] = {}
    for number, kind in enumerate(_LISTS, 1):
        places = [f"{code} {name}" for code, name in reference.municipalities.items()]
        texts = places if kind == "municipality" else words(kind, lang)
        for row, text in enumerate([kind, *texts], 1):
            put_text(lists.cell(row, number), text)
        letter = cell_name(1, number)[:-1]
        last[kind] = f"'{lists.title}'!${letter}$2:${letter}${len(texts) + 1}"
    for number, column in enumerate(COLUMNS, 1):
        if column.kind in last:
            letter = cell_name(1, number)[:-1]
            drop_down(sheet, last[column.kind], f"{letter}2:{letter}{LAST_ROW}", strict=column.kind != "kind")
    lists.sheet_state = "hidden"
    return packed(book)


def _cell(place: Any, places: Mapping[Any, str]) -> str:
    """The cell of a place, or of the nearest thing around it."""
    return next((places[place[:length]] for length in range(len(place), 0, -1) if place[:length] in places), "")
