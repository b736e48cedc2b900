"""Statistics Norway's own input–output workbooks, read into a table of this program.

SSB sends Eurostat one workbook a year for domestic flows (ESA questionnaire 1850) and one for imports (1950), both
industry by industry in current basic prices, NOK million. The form has been the same from 2012 on, but cells are found
by what the form says, never by their address: the row and the column with the industry codes, the transaction codes
of the third quadrant, the column that is P3 of sector S14.

Two cells of the domestic file hold ``#VALUE!`` every year, R68A → R51 and RT → R51. With 0 in them the totals balance;
they are read so, each with a note. Any other error, gap or text in a cell that is used is a fault.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from data.faults import Fault, Faults
from data.files import read_rows
from data.xlsx import Sheet, Uncalculated, cell_name, read_sheets
from impact.table import COLUMN_TOLERANCE, Array, IOTable, table_faults

DOMESTIC, IMPORTS = "1850", "1950"
LICENCE = "Norwegian Licence for Open Government Data (NLOD), Statistics Norway (SSB), https://www.ssb.no"
FORM = {"REF_AREA": "NO", "UNIT": "NATCUR", "UNIT_MULT": "6", "PRICE": "V"}  # Norway, kroner, million, current prices
READ_AS_ZERO = {("R68A", "R51"), ("RT", "R51")}  # seller, buyer
COMBINED = "R19_21"  # SSB shows the three together, for confidentiality, in the row and column of R21
IMPUTED_RENT = "R68A"
SUM_TOLERANCE = 0.5  # NOK million: what rounding of a total can hide
INDUSTRIES = Path(__file__).parent.parent / "data" / "reference" / "tables" / "industries.csv"


@dataclass(frozen=True)
class _Form:
    """A questionnaire with its places found: rows and columns count from 0."""

    number: str
    file: str
    sheet: Sheet
    year: int
    dated: str
    rows: dict[str, int]
    columns: dict[str, int]

    def place(self, row: str, column: str) -> str:
        return f"{self.sheet.name}!{cell_name(self.rows[row] + 1, self.columns[column] + 1)}"

    def cell(self, row: str, column: str) -> Any:
        return _at(self.sheet, self.rows[row], self.columns[column])


def read_ssb_workbooks(domestic: Path, imports: Path, *, retrieved: date | None = None) -> tuple[IOTable, list[Fault]]:
    """The table of the year that the two workbooks hold, and notes on the cells that were read as zero.

    ``domestic`` is questionnaire 1850, ``imports`` 1950, of the same year. Flows, output (P1), value added (B1G),
    compensation (D1) and household consumption (P3 of S14) are NOK million for the 62 industries; employment is not in
    the workbooks and is NaN. Imputed rent (R68A) is stored as 0 in household consumption, and
    ``household_consumption_total`` is the total at purchasers' prices, row RADJ, imputed rents included. ``retrieved``
    is the date of retrieval, today where it is not given.

    Raises :class:`data.faults.Faults` with every fault of both files by sheet and cell: a wrong or missing
    questionnaire, year, unit or code, a cell that is no number, totals and columns that do not balance (within 0.1 %),
    imports that differ from row RNAM by more than 0.5 million (workbooks of two years).
    """
    faults: list[Fault] = []
    notes: list[Fault] = []
    home = _form(domestic, DOMESTIC, ("D1", "B1G", "P1", "R", "RNAM", "RNTS", "RADJ"), ("R", "P3_S14"), faults)
    abroad = _form(imports, IMPORTS, ("R",), (), faults)
    if home is None or abroad is None or faults:
        raise Faults(faults)
    if home.year != abroad.year:
        figures = {"other": home.file, "year": str(home.year)}
        raise Faults([Fault(abroad.file, f"{abroad.sheet.name}!TIME", str(abroad.year), "ssb.other_year", figures)])
    codes = tuple(industries())
    flows = _block(home, codes, codes, faults, notes)
    rows = {row: _block(home, (row,), codes, faults)[0] for row in ("R", "RNAM", "RNTS", "D1", "B1G", "P1")}
    totals = _block(home, codes, ("R",), faults)[:, 0]
    household = _block(home, codes, ("P3_S14",), faults)[:, 0]
    household_total = float(_block(home, ("RADJ",), ("P3_S14",), faults)[0, 0])
    import_flows = _block(abroad, codes, codes, faults)
    import_totals = _block(abroad, ("R",), codes, faults)[0]
    if faults:
        raise Faults(faults)
    faults += _unbalanced(home, flows, rows, totals)
    faults += _sums_off(abroad, "R", import_flows.sum(axis=0), import_totals, "ssb.column_sum")
    faults += _sums_off(home, "RNAM", import_totals, rows["RNAM"], "ssb.imports_differ")
    household[codes.index(IMPUTED_RENT)] = 0.0
    about = _about(home, household_total, retrieved or date.today())
    names_nb, names_en = (tuple(names) for names in zip(*industries().values(), strict=True))
    unknown = np.full(len(codes), np.nan)
    table = IOTable(codes, names_nb, names_en, flows, rows["P1"], rows["B1G"], rows["D1"], unknown, household, about)
    if faults or (faults := table_faults(table)):
        raise Faults(faults)
    return table, notes


@cache
def industries() -> dict[str, tuple[str, str]]:
    """The 62 industries of SSB's tables in their order: code → name in bokmål and English."""
    return dict(read_rows(INDUSTRIES, lambda row: (row["code"], (row["name_nb"], row["name_en"]))))


def _about(form: _Form, household_total: float, retrieved: date) -> dict[str, Any]:
    dated = f", {form.dated}" if form.dated else ""
    return {
        "name": f"Norway {form.year}",
        "year": form.year,
        "geography": "NO",
        "unit": "NOK million; employed persons",
        "currency": "NOK",
        "price_basis": "basic",
        "source": f"Statistics Norway (SSB), ESA questionnaires 1850 and 1950 for {form.year}{dated}",
        "licence": LICENCE,
        "retrieved": retrieved.isoformat(),
        "household_consumption_total": household_total,
    }


def _form(
    path: Path, number: str, rows: tuple[str, ...], columns: tuple[str, ...], faults: list[Fault]
) -> _Form | None:
    """Questionnaire ``number`` in the workbook at ``path``, or None with its faults added."""
    try:
        sheets = read_sheets(path)
    except Faults as error:
        faults.extend(error.faults)
        return None
    titles = {name: title for name, sheet in sheets.items() if (title := _title(sheet))}
    name = next((name for name, title in titles.items() if f"questionnaire {number}" in title.casefold()), None)
    if name is None:
        place, found = next(iter(titles.items()), ("", ", ".join(sheets)))
        faults.append(Fault(path.name, place, found[:120], "ssb.wrong_questionnaire", {"number": number}))
        return None
    sheet, before = sheets[name], len(faults)
    across = _code_line(sheet.rows)
    down = _code_line(_transposed(sheet.rows))
    if across is None or down is None:
        faults.append(Fault(path.name, name, "", "ssb.no_codes"))
        return None
    heads = _heads(sheet, across, path.name, faults)
    row_places, column_places = _places(sheet, across, down)
    for wanted, places, line in ((rows, row_places, "row"), (columns, column_places, "column")):
        for code in (*industries(), *wanted):
            if (count := len(places.get(code, []))) != 1:
                figures = {"count": count, "number": number}
                faults.append(Fault(path.name, name, code, f"ssb.code_{line}", figures))
    faults.extend(_split_faults(sheet, path.name, row_places, column_places))
    if len(faults) > before:
        return None
    firsts = ({code: places[0] for code, places in each.items()} for each in (row_places, column_places))
    return _Form(number, path.name, sheet, int(heads["TIME"]), heads.get("Date", ""), *firsts)


def _title(sheet: Sheet) -> str:
    """The name of the questionnaire as the head of the sheet gives it (its foot lists others too)."""
    cells = (_text(cell) for row in sheet.rows[:10] for cell in row)
    return next((text for text in cells if text.casefold().startswith("esa questionnaire")), "")


def _heads(sheet: Sheet, end: int, file: str, faults: list[Fault]) -> dict[str, str]:
    """What the head says: each label that ends in a colon, with the cell to its right; the needed ones checked."""
    heads: dict[str, str] = {}
    where: dict[str, str] = {}
    for number, row in enumerate(sheet.rows[:end]):
        for place, cell in enumerate(row):
            if (label := _text(cell)).endswith(":") and label[:-1] not in heads:
                heads[label[:-1]] = _text(_at(sheet, number, place + 1))
                where[label[:-1]] = f"{sheet.name}!{cell_name(number + 1, place + 2)}"
    for label, wanted in FORM.items():
        if heads.get(label) != wanted:
            figures = {"label": label, "wanted": wanted}
            faults.append(Fault(file, where.get(label, sheet.name), heads.get(label, ""), "ssb.head", figures))
    year = heads.get("TIME", "")
    if not (year.isdigit() and len(year) == 4):
        faults.append(Fault(file, where.get("TIME", sheet.name), year, "ssb.time"))
    return heads


def _code_line(lines: list[tuple[Any, ...]]) -> int | None:
    """The line with most industry codes, if it has at least half of them."""
    known = set(industries())
    counts = [len(known.intersection(map(_text, line))) for line in lines]
    best = max(range(len(counts)), key=counts.__getitem__, default=None)
    return best if best is not None and counts[best] >= len(known) / 2 else None


def _places(sheet: Sheet, across: int, down: int) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Where each code stands: rows and columns, R21 as R19_21, final uses as transaction_sector such as P3_S14."""
    rows: dict[str, list[int]] = {}
    columns: dict[str, list[int]] = {}
    for number in range(across + 1, len(sheet.rows)):
        labels = {_text(cell) for cell in sheet.rows[number][: down + 1]}
        transaction = next((label for label in ("D1", "B1G", "P1") if label in labels), "")
        code = transaction or _text(_at(sheet, number, down))
        rows.setdefault(_renamed(code), []).append(number)
    for place in range(down + 1, len(sheet.rows[across])):
        code = _text(sheet.rows[across][place])
        above = {_text(_at(sheet, number, place)) for number in range(across)}
        if {"P3", "S14"} <= above:
            code = "P3_S14"
        columns.setdefault(_renamed(code), []).append(place)
    return rows, columns


def _renamed(code: str) -> str:
    return COMBINED if code == "R21" else code


def _split_faults(sheet: Sheet, file: str, rows: dict[str, list[int]], columns: dict[str, list[int]]) -> list[Fault]:
    """A figure in the rows or columns of R19, R20 and RU, which SSB leaves empty: reading on would lose it."""

    def lines(places: dict[str, list[int]], codes: Iterable[str]) -> list[int]:
        return [place for code in codes for place in places.get(code, [])]

    empty = ("R19", "R20", "RU")
    cells = {*product(lines(rows, empty), lines(columns, industries()))}
    cells |= {*product(lines(rows, industries()), lines(columns, empty))}
    return [
        Fault(file, f"{sheet.name}!{cell_name(row + 1, column + 1)}", _shown(_at(sheet, row, column)), "ssb.not_empty")
        for row, column in sorted(cells)
        if _at(sheet, row, column) not in (None, 0, "")
    ]


def _block(
    form: _Form, rows: tuple[str, ...], columns: tuple[str, ...], faults: list[Fault], notes: list[Fault] | None = None
) -> Array:
    """The figures of ``rows`` × ``columns``; where there is none, a fault is added and the figure is NaN.

    With ``notes`` given, ``#VALUE!`` is read as 0 in the cells of READ_AS_ZERO, each with a note.
    """
    block = np.full((len(rows), len(columns)), np.nan)
    for number, row in enumerate(rows):
        for place, column in enumerate(columns):
            cell = form.cell(row, column)
            if notes is not None and cell == "#VALUE!" and (row, column) in READ_AS_ZERO:
                figures = {"row": row, "column": column}
                notes.append(Fault(form.file, form.place(row, column), cell, "ssb.read_as_zero", figures))
                block[number, place] = 0.0
            elif isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
                block[number, place] = cell
            else:
                figures = {"row": row, "column": column}
                faults.append(Fault(form.file, form.place(row, column), _shown(cell), _cell_code(cell), figures))
    return block


def _cell_code(cell: Any) -> str:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return "ssb.cell_empty"
    if isinstance(cell, Uncalculated):
        return "ssb.cell_uncalculated"
    return "ssb.cell_error" if isinstance(cell, str) and cell.startswith("#") else "ssb.cell_no_number"


def _unbalanced(form: _Form, flows: Array, rows: dict[str, Array], totals: Array) -> list[Fault]:
    """Columns and rows of the domestic form that do not add up."""
    faults = _sums_off(form, "R", flows.sum(axis=0), rows["R"], "ssb.column_sum")
    codes = tuple(industries())
    slack = np.maximum(SUM_TOLERANCE, COLUMN_TOLERANCE * np.abs(totals))
    for place in np.flatnonzero(np.abs(flows.sum(axis=1) - totals) > slack):
        figures = {"sum": float(flows[place].sum()), "wanted": float(totals[place])}
        faults.append(Fault(form.file, form.place(codes[place], "R"), f"{totals[place]:g}", "ssb.row_sum", figures))
    used = flows.sum(axis=0) + rows["RNAM"] + rows["RNTS"] + rows["B1G"]
    for place in np.flatnonzero(np.abs(used - rows["P1"]) > COLUMN_TOLERANCE * np.abs(rows["P1"])):
        figures = {"sum": float(used[place]), "wanted": float(rows["P1"][place])}
        where = form.place("P1", codes[place])
        faults.append(Fault(form.file, where, f"{rows['P1'][place]:g}", "ssb.column_balance", figures))
    return faults


def _sums_off(form: _Form, row: str, sums: Array, wanted: Array, code: str) -> list[Fault]:
    """A fault for each industry whose sum differs from row ``row`` of the form by more than 0.5 million."""
    codes = tuple(industries())
    return [
        Fault(
            form.file,
            form.place(row, codes[place]),
            _shown(form.cell(row, codes[place])),
            code,
            {"sum": float(sums[place]), "wanted": float(wanted[place])},
        )
        for place in np.flatnonzero(np.abs(sums - wanted) > SUM_TOLERANCE)
    ]


def _at(sheet: Sheet, row: int, column: int) -> Any:
    """The cell, None outside the sheet; both count from 0."""
    if row >= len(sheet.rows) or column >= len(sheet.rows[row]):
        return None
    return sheet.rows[row][column]


def _transposed(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    width = max(map(len, rows), default=0)
    return [tuple(row[place] if place < len(row) else None for row in rows) for place in range(width)]


def _text(cell: Any) -> str:
    """A cell as text; a whole number without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _shown(cell: Any) -> str:
    if isinstance(cell, Uncalculated):
        return cell.formula[:80]
    return "" if cell is None else str(cell)[:80]
