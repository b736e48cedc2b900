"""A budget as it stands in a spreadsheet, pasted or uploaded, read into rows of costs and incomes.

    found = read_pasted(lines_of("Kostnader\\nLeie av hall\\t180 000\\nSum\\t180 000"), "cost")
    found.rows, found.skipped

A name, then an amount: what stands before the name (an account's number) is left out, and of several columns with
amounts the last counts, or the one that is asked for. A line without an amount that names a part («Inntekter») begins
it. Sums are left out, so that nothing counts twice. Nothing is guessed about an amount: what can be read in two ways is
told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.xlsx import Sheet, Uncalculated
from fund.books.money import LARGEST, ore

Part = Literal["cost", "income", "support"]
PARTS: tuple[Part, ...] = get_args(Part)
Why = Literal["sum", "heading", "no_name", "zero", "negative", "unreadable", "year"]
_HEADINGS: dict[Part, tuple[str, ...]] = {
    "cost": ("kostnad", "utgift", "cost", "expen"),
    "income": ("inntekt", "finans", "income", "revenue"),
    "support": ("tilskudd", "støtte", "offentlig støtte", "grant", "support"),
}
_SUMS = re.compile(r"(sum|total|totalt|i alt|til sammen|resultat|overskudd|underskudd|balanse|balance|result)\b", re.I)
_NO_TABS = re.compile(
    r"\A(?P<name>.*?[^\d\s.,:;-])[\s:;]+(?P<amount>(?:kr\.?\s*)?-?\d[\d\s.,'\u00a0\u202f]*(?:\s*kr\.?)?)\Z"
)
_NUMBER = re.compile(r"(?:kr\.?\s*)?[-\u2212]?\d[\d\s.,'\u00a0\u202f]*(?:,-)?(?:\s*(?:kr|nok|kroner)\.?)?\Z", re.I)

_YEAR = re.compile(r"(19|20)\d\d\Z")


@dataclass(frozen=True)
class PastedRow:
    """A row that can be taken over: its part, its name and øre."""

    line: int
    part: Part
    name: str
    amount: int

    def document(self) -> dict[str, Any]:
        """The row as a draft has it. A cost is taken for a running one that support may go to, until someone says no;
        of support nothing is taken for granted."""
        row: dict[str, Any] = {"name": self.name, "amount": self.amount}
        return {**row, "eligible": True, "running": True} if self.part == "cost" else row


@dataclass(frozen=True)
class Skipped:
    """A line that was left out, and why; ``fault`` says what is wrong with an amount."""

    line: int
    text: str
    why: Why
    fault: Fault | None = None


@dataclass(frozen=True)
class Pasted:
    """What was read. ``columns`` are those that hold amounts: number (from 0) and what stands on top of each."""

    rows: tuple[PastedRow, ...]
    skipped: tuple[Skipped, ...]
    columns: tuple[tuple[int, str], ...]
    column: int | None

    def sum(self, part: Part) -> int:
        return sum(one.amount for one in self.rows if one.part == part)


Lines = list[tuple[Any, ...]]


def lines_of(text: str) -> Lines:
    """Pasted text as cells: parted by tabs, else by semicolons, else the amount at the end of each line."""
    found: Lines = []
    for line in text.splitlines():
        if "\t" in text:
            found.append(tuple(line.split("\t")))
        elif ";" in line:
            found.append(tuple(line.split(";")))
        elif parted := _NO_TABS.match(line.strip()):
            found.append((parted["name"], parted["amount"]))
        else:
            found.append((line,))
    return found


def lines_of_sheet(sheet: Sheet) -> Lines:
    """The cells of a sheet of a workbook."""
    return [tuple(row) for row in sheet.rows]


def read_pasted(lines: Lines, begins: Part, column: int | None = None) -> Pasted:
    """The rows of a budget; ``begins`` is the part of those before the first heading.

    Raises :class:`Faults` where there are more lines than a budget may have.
    """
    most = limit("plan_rows")
    if sum(_filled(line) for line in lines) > 2 * most:
        raise Faults([Fault("", "cost", "", "application.plan.rows", {"most": most})])
    years = _years(lines)
    columns = _columns(lines, years)
    if column not in [number for number, _ in columns]:
        column = columns[-1][0] if columns else None
    rows: list[PastedRow] = []
    skipped: list[Skipped] = []
    part = begins
    for number, line in enumerate(lines, 1):
        if not _filled(line):
            continue
        name, amount = _name(line), None if column is None or column >= len(line) else line[column]
        if not _text(amount) and (begun := _begun(name)):
            part = begun
            continue
        if number - 1 in years and _is_number(amount):
            skipped.append(Skipped(number, _joined(line), "year"))
            continue
        read = _row(number, part, name, amount, line)
        if isinstance(read, PastedRow):
            rows.append(read)
        else:
            skipped.append(read)
    return Pasted(_apart(rows), tuple(skipped), columns, column)


def _row(number: int, part: Part, name: str, amount: Any, line: Sequence[Any]) -> PastedRow | Skipped:
    text = _joined(line)
    if not _text(amount):
        return Skipped(number, text, "heading")
    if not name:
        return Skipped(number, text, "no_name")
    if _SUMS.match(name):
        return Skipped(number, text, "sum")
    try:
        read = _ore(amount)
    except Faults as wrong:
        words = not re.search(r"\d", _text(amount))  # a heading of the table
        return Skipped(number, text, "heading" if words else "unreadable", None if words else wrong.faults[0])
    if read <= 0:
        return Skipped(number, text, "negative" if read else "zero")
    return PastedRow(number, part, name[: limit("title_longest")], read)


def _ore(amount: Any) -> int:
    """The øre of a cell: a number of the spreadsheet's own, to the nearest øre, or text as people type it."""
    if isinstance(amount, int | float) and not isinstance(amount, bool):
        cents = round(Decimal(repr(amount)) * 100)
        if abs(cents) > LARGEST:
            raise Faults([Fault("", "cost", shown(amount), "application.plan.too_large", {"ore_largest": LARGEST})])
        return int(cents)
    if isinstance(amount, Uncalculated):
        raise Faults([Fault("", "cost", shown(amount.formula), "application.plan.formula")])
    return ore(_text(amount).removesuffix(",-"), least=-LARGEST)


def _years(lines: Lines) -> set[int]:
    """The lines on top whose only numbers are years: the head of a table, not kroner."""
    found = set()
    for place, line in enumerate(lines):
        numbers = [cell for cell in line if _is_number(cell)]
        if any(not _YEAR.match(_text(cell)) for cell in numbers):
            break
        if numbers:
            found.add(place)
    return found


def _columns(lines: Lines, years: set[int]) -> tuple[tuple[int, str], ...]:
    """The columns to the right of the names that hold amounts, with the words that stand above the first."""
    first = min((place for line in lines if (place := _name_place(line)) is not None), default=None)
    if first is None:
        return ()
    found = []
    for place in range(first + 1, max(map(len, lines))):
        cells = [line[place] if place < len(line) else None for line in lines]
        numbers = [number for number, cell in enumerate(cells) if _is_number(cell) and number not in years]
        if numbers:
            above = next((_text(one) for one in reversed(cells[: numbers[0]]) if _text(one)), "")
            found.append((place, above))
    return tuple(found)


def _name_place(line: Sequence[Any]) -> int | None:
    return next((place for place, cell in enumerate(line) if _text(cell) and not _is_number(cell)), None)


def _name(line: Sequence[Any]) -> str:
    place = _name_place(line)
    return "" if place is None else " ".join(_text(line[place]).split())


def _begun(name: str) -> Part | None:
    """The part that a heading begins."""
    small = name.casefold()
    if any(word in small for word in _HEADINGS["cost"]):
        return "cost"
    return next((part for part in PARTS if small.startswith(_HEADINGS[part])), None)


def _is_number(cell: Any) -> bool:
    if isinstance(cell, int | float | Uncalculated) and not isinstance(cell, bool):
        return True
    return isinstance(cell, str) and bool(_NUMBER.match(cell.strip()))


def _filled(line: Iterable[Any]) -> bool:
    return any(_text(cell) for cell in line)


def _joined(line: Iterable[Any]) -> str:
    return " ".join(filter(None, map(_text, line)))


def _text(cell: Any) -> str:
    if isinstance(cell, Uncalculated):
        return cell.formula
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _apart(rows: Iterable[PastedRow]) -> tuple[PastedRow, ...]:
    """The rows, those of the same name told apart by a number."""
    seen: dict[tuple[Part, str], int] = {}
    found = []
    for one in rows:
        count = seen[one.part, one.name.casefold()] = seen.get((one.part, one.name.casefold()), 0) + 1
        found.append(one if count == 1 else PastedRow(one.line, one.part, f"{one.name} ({count})", one.amount))
    return tuple(found)
