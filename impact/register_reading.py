"""Reading the register's sheet: one event a row, column by column, with every fault by its cell.

A column is read at once: ten thousand rows hold few different words, dates and numbers as text, and each is looked at
once. What an event's whole workbook holds is read by :mod:`impact.workbook`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from data.faults import Fault, Faults
from data.phrases import LANGUAGES, Lang
from data.typed import read_amount
from data.xlsx import Sheet, Uncalculated, cell_name
from impact.entry_reading import as_date
from impact.register_fields import (
    COLUMNS,
    HOMES,
    Column,
    example_marks,
    headings,
    municipality_keys,
    title,
    word_keys,
    words,
)
from impact.register_rows import row_of
from impact.workbook_cells import ERRORS, blank, cell_text, nearest, shown_cell
from impact.workbook_fields import folded

MAX_FAULTS = 500
LONGEST = 300
YEARS = (1900, 2200)
_DATE = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_BLANK = (None, "")


class Held(Protocol):
    """What is known of an event of the register, to find the same event in a file."""

    @property
    def name_nb(self) -> str: ...
    @property
    def first_day(self) -> dt.date | str | None: ...
    @property
    def municipality(self) -> str: ...


@dataclass(frozen=True)
class ReadSheet:
    """What one sheet gave: rows as the register takes them, the row number of each, and faults with their cells."""

    rows: list[dict[str, Any]]
    numbers: list[int]
    faults: list[Fault]
    examples: int


def read_sheet(file: str, sheet: Sheet, municipalities: dict[str, str], held: Iterable[Held]) -> ReadSheet:
    """Every row of the register's sheet; ``held`` are the events that the register has."""
    reading = _Sheet(file, sheet, municipalities)
    rows = reading.read(held)
    found = [fault for _, _, fault in sorted(reading.found, key=lambda one: one[:2])]
    if len(found) > MAX_FAULTS:
        found = [*found[:MAX_FAULTS], Fault(file, "", "", "workbook.more_faults", {"shown": MAX_FAULTS})]
    return ReadSheet(rows if not found else [], reading.numbers, found, reading.examples)


class _Sheet:
    """One reading of one sheet. ``found`` has faults with their row and column."""

    def __init__(self, file: str, sheet: Sheet, municipalities: dict[str, str]) -> None:
        self.file, self.sheet, self.municipalities = file, sheet, municipalities
        self.found: list[tuple[int, int, Fault]] = []
        self.at: dict[str, int] = {}
        self.numbers: list[int] = []
        self.examples = 0

    def fault(self, row: int, column: int, value: Any, code: str, **figures: Any) -> None:
        place = f"{self.sheet.name}!{cell_name(row, column)}"
        self.found.append((row, column, Fault(self.file, place, shown_cell(value), f"sheet.{code}", figures)))

    def read(self, held: Iterable[Held]) -> list[dict[str, Any]]:
        lang = self._headings()
        if "name_nb" not in self.at:
            if not self.found:
                heading = next(one for one in COLUMNS if one.key == "name_nb").label(lang)
                self.fault(1, 1, "", "no_names", heading=heading)
            return []
        rows = self._filled()
        if not rows and not self.found:
            self.fault(2, 1, "", "no_rows")
        columns = list(zip(*rows, strict=True)) or [()] * max(self.at.values())
        readers: dict[str, Callable[[Column, Sequence[Any]], list[Any]]] = {
            "text": self._texts,
            "names": self._names,
            "date": self._dates,
            "year": self._numbers,
            "count": self._numbers,
            "share": self._numbers,
            **dict.fromkeys(("municipality", "kind", "state", "evidence"), self._words),
        }
        nothing = [None] * len(rows)
        values = {
            column.key: readers[column.kind](column, columns[self.at[column.key] - 1])
            if column.key in self.at
            else nothing
            for column in COLUMNS
        }
        self._check(values)
        made = [row_of(dict(zip(values, row, strict=True))) for row in zip(*values.values(), strict=True)]
        self._unique(made, held)
        return made

    # -- headings and rows

    def _headings(self) -> Lang:
        """Find the columns by their headings; the language that most of them are in."""
        known, count = headings(), dict.fromkeys(LANGUAGES, 0)
        first = self.sheet.rows[0] if self.sheet.rows else ()
        for number, cell in enumerate(first, 1):
            text = cell_text(cell)
            if not text:
                continue
            for lang in LANGUAGES:
                count[lang] += any(folded(column.label(lang)) == folded(text) for column in COLUMNS)
            key = known.get(folded(text))
            if key is None:
                self._unknown_heading(number, text)
            elif key in self.at:
                self.fault(1, number, text, "heading_twice", other=cell_name(1, self.at[key]))
            else:
                self.at[key] = number
        return max(LANGUAGES, key=lambda lang: count[lang])

    def _unknown_heading(self, number: int, text: str) -> None:
        names = [column.label(lang) for column in COLUMNS for lang in LANGUAGES]
        if near := nearest(text, names):
            self.fault(1, number, text, "heading_near", nearest=near)
        else:
            self.fault(1, number, text, "heading_far", known=", ".join(column.label("nb") for column in COLUMNS))

    def _filled(self) -> list[Sequence[Any]]:
        """The rows with something in them, of the same width; their numbers go to ``numbers``."""
        width = max([*self.at.values(), 1])
        known = set(self.at.values())
        marks, column = example_marks(), self.at.get("id", 0) - 1
        rows: list[Sequence[Any]] = []
        for number, row in enumerate(self.sheet.rows[1:], 2):
            if all(cell in _BLANK for cell in row) or all(map(blank, row)):
                continue
            if column >= 0 and len(row) > column and isinstance(row[column], str) and folded(row[column]) in marks:
                self.examples += 1
                continue
            if len(row) != width or len(known) != width:
                self._outside(number, row, known)
                row = (*row[:width], *[None] * (width - len(row)))
            rows.append(row)
            self.numbers.append(number)
        return rows

    def _outside(self, number: int, row: Sequence[Any], known: set[int]) -> None:
        """Faults for cells that have no heading; those below an unknown heading were told with it."""
        heads = self.sheet.rows[0]
        for place, cell in enumerate(row, 1):
            if place not in known and not blank(cell) and (place > len(heads) or blank(heads[place - 1])):
                self.fault(number, place, cell, "no_heading")

    # -- columns

    def _broken(self, row: int, column: int, cell: Any) -> bool:
        """Whether a cell has no content of its own, or one that no column takes."""
        if isinstance(cell, Uncalculated):
            self.fault(row, column, cell, "uncalculated")
        elif isinstance(cell, str) and cell in ERRORS:
            self.fault(row, column, cell, "error_cell")
        elif isinstance(cell, bool):
            self.fault(row, column, cell, "boolean")
        else:
            return False
        return True

    def _texts(self, column: Column, cells: Sequence[Any]) -> list[str | None]:
        at, values = self.at[column.key], list[str | None]()
        for row, cell in zip(self.numbers, cells, strict=True):
            if type(cell) is str and cell[:1] != "#" and len(cell) <= LONGEST:
                values.append(cell.strip() or None)
                continue
            values.append(None)
            if cell is None or self._broken(row, at, cell):
                continue
            if isinstance(cell, dt.date | dt.time | dt.timedelta):
                self.fault(row, at, cell, "not_text")
            elif len(text := cell_text(cell)) > LONGEST:
                self.fault(row, at, text, "too_long", longest=LONGEST)
            else:
                values[-1] = text
        return values

    def _names(self, column: Column, cells: Sequence[Any]) -> list[tuple[str, ...]]:
        """Several names in a cell, with a semicolon or a line break between."""
        texts, split = self._texts(column, cells), dict[str | None, tuple[str, ...]]({None: ()})
        for text in set(texts) - {None}:
            names = (" ".join(name.split()) for name in re.split(r"[;\n]", str(text)))
            split[text] = tuple(dict.fromkeys(name for name in names if name))
        return [split[text] for text in texts]

    def _words(self, column: Column, cells: Sequence[Any]) -> list[str | None]:
        """The key of a word of a list; a kind of event may be a word of one's own."""
        texts, keys = self._texts(column, cells), dict[str | None, str | None]({None: None})
        place = column.kind == "municipality"
        lookup = municipality_keys(self.municipalities) if place else word_keys(column.kind)
        for text in set(texts) - {None}:
            keys[text] = lookup.get(folded(str(text)), text if column.kind == "kind" else None)
        for row, text in zip(self.numbers, texts, strict=True):
            if text is not None and keys[text] is None:
                self._unknown_word(row, column, text)
        return [keys[text] for text in texts]

    def _unknown_word(self, row: int, column: Column, text: str) -> None:
        if column.kind == "municipality":
            known = [f"{code} {name}" for code, name in self.municipalities.items()]
            near = nearest(text, [*self.municipalities.values(), *known])
        else:
            known = words(column.kind, "nb")
            near = nearest(text, [one for lang in LANGUAGES for one in words(column.kind, lang)])
        if near:
            self.fault(row, self.at[column.key], text, "word_near", nearest=near, known=", ".join(known))
        else:
            self.fault(row, self.at[column.key], text, "word_far", known=", ".join(known))

    def _dates(self, column: Column, cells: Sequence[Any]) -> list[dt.date | None]:
        at, seen, values = self.at[column.key], dict[str, dt.date | None](), list[dt.date | None]()
        for row, cell in zip(self.numbers, cells, strict=True):
            if type(cell) is dt.date:
                values.append(cell)
                continue
            values.append(None)
            if blank(cell) or self._broken(row, at, cell):
                continue
            if isinstance(cell, dt.datetime):
                values[-1] = cell.date()
                if cell.time() != dt.time():
                    self.fault(row, at, cell, "date_with_time")
            elif isinstance(cell, str):
                if cell not in seen:
                    seen[cell] = typed_date(cell)
                values[-1] = seen[cell]
                if seen[cell] is None:
                    self.fault(row, at, cell, "not_a_date")
            else:
                self.fault(row, at, cell, "not_a_date")
        return values

    def _numbers(self, column: Column, cells: Sequence[Any]) -> list[float | None]:
        """Numbers, also those typed as text where they can be read in one way only."""
        at, seen, values = self.at[column.key], dict[str, float | Fault](), list[float | None]()
        low, high = {"year": YEARS, "share": (0, 1)}.get(column.kind, (0, math.inf))
        for row, cell in zip(self.numbers, cells, strict=True):
            number: Any = None
            if type(cell) is float or type(cell) is int:
                number = cell
            elif blank(cell) or self._broken(row, at, cell):
                pass
            elif isinstance(cell, str):
                number = self._typed(column, row, cell, seen)
            else:
                self.fault(row, at, cell, "not_a_number")
            if number is not None and not (low <= number <= high and number < math.inf):
                self.fault(row, at, cell, f"beyond_{column.kind}")
                number = None
            if number is not None and number == int(number):
                number = int(number)
            elif number is not None and column.kind == "year":
                self.fault(row, at, cell, "beyond_year")
                number = None
            values.append(number)
        return values

    def _typed(self, column: Column, row: int, text: str, seen: dict[str, float | Fault]) -> float | None:
        if text not in seen:
            try:
                seen[text] = float(read_amount(text, "share" if column.kind == "share" else "amount"))
            except Faults as refusal:
                seen[text] = refusal.faults[0]
        if not isinstance(found := seen[text], Fault):
            return found
        at = self.at[column.key]
        told = replace(found, file=self.file, place=f"{self.sheet.name}!{cell_name(row, at)}")
        self.found.append((row, at, told))
        return None

    # -- what holds within a row, and between rows

    def _check(self, values: Mapping[str, list[Any]]) -> None:
        faulty = {(row, column) for row, column, _ in self.found}

        def tell(row: int, key: str, value: Any, code: str, **figures: Any) -> None:
            place = (row, self.at.get(key, self.at["name_nb"]))
            if place not in faulty:  # what could not be read was told already
                self.fault(*place, value, code, **figures)

        keys = ("id", "name_nb", "first_day", "last_day", "visits_low", "visits", "visits_high", "evidence", "source")
        shares = (*HOMES, "share_evidence", "share_source")
        for row, one in zip(self.numbers, zip(*(values[key] for key in (*keys, *shares)), strict=True), strict=True):
            name, name_nb, first, last, low, mode, high, evidence, source, *rest = one
            unread = {key for key in self.at if (row, self.at[key]) in faulty} if faulty else ()
            if name_nb is None:
                tell(row, "name_nb", "", "name_missing")
            if name is not None and not _IDENTIFIER.match(name):
                tell(row, "id", name, "bad_identifier")
            if last is not None and "first_day" not in unread and (first is None or last < first):
                code = "end_without_start" if first is None else "end_before_start"
                tell(row, "last_day", last, code, **({} if first is None else {"first": str(first)}))
            if not {"visits_low", "visits", "visits_high"}.isdisjoint(unread):
                continue
            if mode is None and (low, high, evidence, source) != (None,) * 4:
                tell(row, "visits", "", "visits_missing")
            if mode is not None:
                _check_visits(row, low, mode, high, evidence, tell)
            _check_shares(row, mode, rest, tell)

    def _unique(self, rows: list[dict[str, Any]], held: Iterable[Held]) -> None:
        """Faults for the same id, and for the same name, first day and municipality, here or in the register."""
        there = {same_event(one.name_nb, one.first_day, one.municipality) for one in held}
        ids: dict[str, int] = {}
        events: dict[tuple[str, str, str], int] = {}
        name, identity = self.at["name_nb"], self.at.get("id", 0)
        for number, row in zip(self.numbers, rows, strict=True):
            about = row["document"]["event"]
            same = same_event(about.get("name_nb", ""), about.get("first_day"), about.get("municipality", ""))
            if (first := events.setdefault(same, number)) != number:
                self.fault(number, name, about.get("name_nb"), "event_twice", other=str(first))
            elif same in there:
                self.fault(number, name, about.get("name_nb"), "event_held")
            if identity and "id" in about and (first := ids.setdefault(about["id"], number)) != number:
                self.fault(number, identity, about["id"], "id_twice", other=str(first))
        taken = set(ids)
        for row in rows:
            _identify(row["document"]["event"], taken)


Tell = Callable[..., None]


def _check_visits(row: int, low: Any, mode: Any, high: Any, evidence: Any, tell: Tell) -> None:
    if (low is None) != (high is None):
        tell(row, "visits_low" if low is None else "visits_high", "", "half_range")
    elif low is not None and not low <= mode <= high:
        tell(row, "visits", mode, "not_rising", low=low, high=high)
    if evidence is None:
        tell(row, "evidence", "", "evidence_missing", known=", ".join(words("evidence", "nb")))


def _check_shares(row: int, visits: Any, cells: Sequence[Any], tell: Tell) -> None:
    *shares, evidence, source = cells
    given = [(key, one) for key, one in zip(HOMES, shares, strict=True) if one is not None]
    if not given:
        if evidence is not None or source is not None:
            tell(row, "share_evidence", evidence or source, "shares_missing")
        return
    if visits is None:
        tell(row, given[0][0], given[0][1], "share_of_nothing")
    if (total := sum(one for _, one in given)) > 1 + 1e-9:
        tell(row, given[-1][0], given[-1][1], "shares_above_one", percent=round(100 * total, 1))
    if evidence is None:
        tell(row, "share_evidence", "", "evidence_missing", known=", ".join(words("evidence", "nb")))


def typed_date(text: str) -> dt.date | None:
    """A date as text: 2026-02-28, 28.2.2026 or 28/2/2026. None for anything else."""
    text = text.strip()
    if found := _DATE.match(text):
        day, month, year = map(int, found.groups())
        try:
            return dt.date(year, month, day)
        except ValueError:
            return None
    return as_date(text)


def same_event(name: str, first_day: dt.date | str | None, municipality: str) -> tuple[str, str, str]:
    """What two rows have in common when they are the same event: name, first day and municipality."""
    return folded(name), str(first_day or ""), municipality


def _identify(about: dict[str, Any], taken: set[str]) -> None:
    """Give an event without an id one made of its name and year."""
    if "id" in about:
        return
    plain = about.get("name_nb", "").casefold().translate(str.maketrans({"æ": "ae", "ø": "o", "å": "a"}))
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    base = "-".join(re.findall(r"[a-z0-9]+", f"{plain} {about.get('first_day', '')[:4]}"))[:60].strip("-") or "event"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    about["id"] = name


def find_sheet(sheets: dict[str, Sheet]) -> Sheet | None:
    """The register's sheet: by its title in either language, else the only one that has a column of names."""
    titles = {folded(title("events", lang)) for lang in LANGUAGES}
    named = [sheet for name, sheet in sheets.items() if folded(name) in titles]
    known = headings()
    alike = [
        sheet
        for sheet in sheets.values()
        if sheet.rows and any(known.get(folded(cell_text(cell))) == "name_nb" for cell in sheet.rows[0])
    ]
    return named[0] if named else alike[0] if len(alike) == 1 else None
