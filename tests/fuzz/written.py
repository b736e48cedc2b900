"""The result of a long run, written into docs/fuzzing.md between its marks: a row a target, the newest run of each."""
# ruff: noqa: E501 (values stand on the lines that they are)

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- the last run: begin -->", "<!-- the last run: end -->"
HEAD = "| reader | modules | inputs | read | outcomes | failed | peak MB | CPU s | seed | day |\n|---|---|--:|--:|--:|--:|--:|--:|--:|---|"


def write(path: Path, results: Iterable[dict[str, Any]]) -> None:
    """Put the rows of these targets in the place of their older ones."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    held, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{path} has no place for the result")
    rows = {line.split("|")[1].strip(): line for line in held.splitlines() if line.startswith("| `")}
    rows |= {f"`{one['target']}`": _row(one) for one in results}
    table = "\n".join([HEAD, *(rows[name] for name in sorted(rows))])
    path.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _row(one: dict[str, Any]) -> str:
    day = dt.datetime.now(dt.UTC).date().isoformat()
    cells = [
        f"`{one['target']}`",
        one.get("reads", ""),
        _number(one["inputs"]),
        _number(one.get("read", 0)),
        _number(one.get("outcomes", 0)),
    ]
    cells += [
        _number(one["failed"]),
        _number(one["peak_megabytes"]),
        f"{one.get('cpu_seconds', 0):,.0f}",
        str(one["seed"]),
        day,
    ]
    return f"| {' | '.join(cells)} |"


def _number(value: int) -> str:
    return f"{value:,}"
