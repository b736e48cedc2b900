"""Rows of the state's register of aid, brought in from CSV or Excel: all of a file or nothing, each fault by its cell.

The first row has headings, in bokmål or English, in any order; columns that aren't known are left alone. What is known
from the register already (same number, or where there is none the same organisation, day, grantor and amount) is not
entered again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from data.faults import Fault, Faults, shown
from data.files import csv_text
from data.permission import Actor, require
from data.phrases import LANGUAGES, Lang, say
from data.store import Store
from data.typed import read_amount
from data.xlsx import MAX_COLUMNS, Uncalculated, cell_name, read_sheets_in
from fund.applicant.identifiers import organisation_number
from fund.books.money import LARGEST
from fund.rulebook.schemes import FORMS, word
from fund.state_aid.aid import BASES, CURRENCIES, NewAid, enter_aid, standing_aid

COLUMNS = ("orgnr", "day", "form", "basis", "currency", "amount", "equivalent", "grantor", "reference")
NEEDED = ("orgnr", "day", "currency", "amount")
MAX_ROWS = 20_000
MAX_BYTES = 10_000_000
MAX_FAULTS = 500
_DATES = ("%Y-%m-%d", "%d.%m.%Y")


@dataclass(frozen=True)
class RegisterRows:
    """What a file holds: rows to enter, or with faults none."""

    rows: tuple[NewAid, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Entered:
    """What an import came to: the numbers of the new rows, and how many were known already."""

    new: tuple[int, ...]
    held: int


def read_register_rows(content: bytes, file: str) -> RegisterRows:
    """The rows of a CSV (UTF-8 or Windows-1252; commas, semicolons or tabs) or .xlsx file, or every fault in it."""
    try:
        place, table = _table(content, file)
    except Faults as error:
        return RegisterRows((), error.faults)
    if not table:
        return RegisterRows((), (Fault(file, place, "", "aid.empty_file"),))
    reading = _Reading(file, place)
    columns = reading.headings(table[0])
    rows = [
        reading.row(number, cells, columns) for number, cells in enumerate(table[1:], 2) if any(map(_filled, cells))
    ]
    if not rows and not reading.faults:
        reading.faults.append(Fault(file, place, "", "aid.empty_file"))
    good = tuple(one for one in rows if one) if not reading.faults else ()
    return RegisterRows(good, tuple(reading.faults[:MAX_FAULTS]))


def import_register_rows(store: Store, actor: Actor, found: RegisterRows) -> Entered:
    """Enter the rows that aren't known yet, all or none. Needs ``aid.write``. Raises the file's :class:`Faults`."""
    require(actor, "aid.write")
    if found.faults:
        raise Faults(found.faults)
    with store.write(actor.id, "aid.import") as write:
        held = {_same(one) for one in standing_aid(write.db, "origin = 'register'")}
        fresh = {_same(one): one for one in found.rows if _same(one) not in held}
        return Entered(tuple(enter_aid(write, fresh.values())), len(found.rows) - len(fresh))


def template_csv(lang: Lang) -> str:
    """An empty file with the headings that are read."""
    return csv_text([say(f"aid.column.{name}", lang) for name in COLUMNS], [])


class _Reading:
    """One table while it is read."""

    def __init__(self, file: str, sheet: str) -> None:
        self.file, self.sheet = file, sheet
        self.faults: list[Fault] = []

    def fault(self, row: int, column: int, value: Any, code: str, **figures: Any) -> None:
        cell = cell_name(row, column + 1)
        place = f"{self.sheet}!{cell}" if self.sheet else cell
        self.faults.append(Fault(self.file, place, shown(value), f"aid.{code}", figures))

    def headings(self, cells: Sequence[Any]) -> dict[str, int]:
        """The place of each column that is known."""
        names = {say(f"aid.column.{name}", lang).casefold(): name for name in COLUMNS for lang in LANGUAGES}
        names |= {name: name for name in COLUMNS}
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = names.get(str(cell or "").strip().casefold())
            if name in found:
                self.fault(1, place, cell, "heading_twice")
            elif name:
                found[name] = place
        for name in NEEDED:
            if name not in found:
                heading = " / ".join(dict.fromkeys(say(f"aid.column.{name}", lang) for lang in LANGUAGES))
                self.fault(1, len(cells), "", "heading_missing", heading=heading)
        return found

    def row(self, number: int, cells: Sequence[Any], columns: Mapping[str, int]) -> NewAid | None:
        """One row; None where something in it is faulty."""
        before = len(self.faults)

        def read(name: str, reader: Any, missing: Any = None) -> Any:
            place = columns.get(name)
            value = cells[place] if place is not None and place < len(cells) else None
            if place is None or not _filled(value):
                if name in NEEDED and place is not None:
                    self.fault(number, place, "", "cell_empty")
                return missing
            try:
                return reader(value)
            except Faults as error:
                at = cell_name(number, place + 1)
                where = f"{self.sheet}!{at}" if self.sheet else at
                self.faults += [Fault(self.file, where, one.value, one.code, one.figures) for one in error.faults]
                return missing

        given: dict[str, Any] = {
            "orgnr": read("orgnr", lambda cell: organisation_number(_text(cell))),
            "day": read("day", _day),
            "form": read("form", _form, "grant"),
            "basis": read("basis", _basis, "de_minimis"),
            "currency": read("currency", _currency),
            "amount": read("amount", _minor),
            "equivalent": read("equivalent", _minor),
            "grantor": read("grantor", _text, ""),
            "reference": read("reference", _text, ""),
        }
        if len(self.faults) > before or any(given[name] is None for name in NEEDED):
            return None
        if given["form"] == "loan" and given["equivalent"] is None:
            self.fault(number, columns.get("equivalent", columns["amount"]), "", "loan_in_file")
            return None
        if given["equivalent"] is not None and given["equivalent"] > given["amount"]:
            self.fault(number, columns["equivalent"], given["equivalent"] / 100, "equivalent_above")
            return None
        ground = say("aid.from_register", "nb") if given["form"] == "loan" else ""
        return NewAid(origin="register", ground=ground, **given)


def _table(content: bytes, file: str) -> tuple[str, list[Sequence[Any]]]:
    """The name of the sheet ("" in CSV) and its rows. Raises :class:`Faults` where the file is neither."""
    if content[:2] == b"PK":
        sheets = read_sheets_in(content, file, max_rows=MAX_ROWS)
        name, sheet = next(iter(sheets.items()))
        return name, list(sheet.rows)
    if len(content) > MAX_BYTES or b"\x00" in content:
        raise Faults([Fault(file, "", "", "aid.not_a_table")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    mark = max(";,\t", key=first.count)
    try:
        rows: list[Sequence[Any]] = list(
            islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), MAX_ROWS + 1)
        )
    except csv.Error as error:
        raise Faults([Fault(file, "", "", "aid.broken_csv", {"reason": str(error)})]) from None
    if len(rows) > MAX_ROWS:
        raise Faults([Fault(file, "", "", "aid.too_many_rows", {"most": MAX_ROWS})])
    if any(len(row) > MAX_COLUMNS for row in rows):
        raise Faults([Fault(file, "", "", "xlsx.too_wide", {"most": MAX_COLUMNS})])
    return "", rows


def _same(one: Any) -> tuple[Any, ...]:
    """What makes two rows of the register the same."""
    if one.reference.strip():
        return ("reference", one.orgnr, one.reference.strip(), one.grantor.strip())
    return ("row", one.orgnr, one.day, one.grantor.strip(), one.currency, one.amount)


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _text(cell: Any) -> str:
    if isinstance(cell, Uncalculated):
        raise Faults([Fault("", "", cell.formula, "aid.formula")])
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _day(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    for pattern in _DATES:
        try:
            return dt.datetime.strptime(_text(cell), pattern).date()
        except ValueError:
            continue
    raise Faults([Fault("", "", shown(cell), "aid.day")])


def _minor(cell: Any) -> int:
    """An amount with two decimals at most, as øre or cents."""
    if isinstance(cell, bool):
        raise Faults([Fault("", "", shown(cell), "aid.amount")])
    if isinstance(cell, int | float):
        exact = Decimal(repr(cell)) * 100 if math.isfinite(cell) else Decimal("0.5")
    else:
        exact = read_amount(_text(cell)) * 100
    if exact != exact.to_integral_value() or not 0 <= exact <= LARGEST:
        raise Faults([Fault("", "", shown(cell), "aid.amount")])
    return int(exact)


def _chosen(cell: Any, known: Mapping[str, str], shown_names: Sequence[str]) -> str:
    found = known.get(_text(cell).casefold())
    if found is None:
        raise Faults([Fault("", "", shown(cell), "aid.choice", {"known": ", ".join(shown_names)})])
    return found


def _form(cell: Any) -> str:
    names = {word("form", form, lang).casefold(): form for form in FORMS for lang in LANGUAGES}
    return _chosen(cell, names | {form: form for form in FORMS}, [word("form", form, "nb") for form in FORMS])


def _basis(cell: Any) -> str:
    names = {say(f"aid.basis.{basis}", lang).casefold(): basis for basis in BASES for lang in LANGUAGES}
    return _chosen(cell, names | {one: one for one in BASES}, [say(f"aid.basis.{one}", "nb") for one in BASES])


def _currency(cell: Any) -> str:
    return _chosen(cell, {one.casefold(): one for one in CURRENCIES}, CURRENCIES)
