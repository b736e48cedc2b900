"""Rows of names and amounts as people type them or paste them from Excel: one a line, the amount last.

    typed("Leie av hall\\t1 800,50")      # [{"name": "Leie av hall", "amount": 180050}]
    written([{"name": "Leie av hall", "amount": 180050}])

What can't be read is kept as it was typed: the domain says what is wrong with it when it looks at the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from data.faults import Faults
from fund.books.money import ore

_LAST_AMOUNT = re.compile(r"(?P<name>.*?\S)\s+(?P<amount>\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:,\d+)?)\s*")
_CELLS = re.compile(r"[\t;]")


def typed(text: str) -> list[dict[str, Any]]:
    """The rows of a text: øre where the amount can be read, else what stands there."""
    return [_row(line) for line in text.splitlines() if line.strip()]


def written(rows: Any) -> str:
    """Rows as they would have been typed."""
    listed = rows if isinstance(rows, list) else []
    return "\n".join(_line(one) for one in listed if isinstance(one, Mapping))


def typed_amount(text: str) -> int | str | None:
    """Øre; the text itself where it is no amount, and None where there is none."""
    if not text.strip():
        return None
    try:
        return ore(text)
    except Faults:
        return text.strip()


def written_amount(value: Any) -> str:
    """Øre as they would have been typed: ``1 234,50``."""
    if type(value) is not int:
        return "" if value is None else str(value)
    whole, part = divmod(value, 100)
    kroner = f"{whole:,}".replace(",", " ")
    return f"{kroner},{part:02}" if part else kroner


def sorted_by_line(rows: Iterable[Mapping[str, Any]], lines: Iterable[str]) -> tuple[dict[str, Any], list[Any]]:
    """Amounts by the line of a budget that their name is, and the rows of other names."""
    known = {one.casefold(): one for one in lines}
    found: dict[str, Any] = {}
    others: list[Any] = []
    for row in rows:
        line = known.get(str(row.get("name", "")).strip().casefold()) if isinstance(row, Mapping) else None
        if line is None or line in found:
            others.append(row)
        else:
            found[line] = row.get("amount")
    return found, others


def _row(line: str) -> dict[str, Any]:
    cells = [one.strip() for one in _CELLS.split(line) if one.strip()]
    if len(cells) > 1:
        return {"name": cells[0], "amount": typed_amount(cells[-1])}
    found = _LAST_AMOUNT.fullmatch(line)
    if found is None:
        return {"name": line.strip(), "amount": None}
    return {"name": found["name"].strip(" :"), "amount": typed_amount(found["amount"])}


def _line(row: Mapping[str, Any]) -> str:
    amount = written_amount(row.get("amount"))
    return f"{row.get('name', '')}\t{amount}" if amount else str(row.get("name", ""))
