"""Who was erased, line by line in a file outside the database, so that an old backup doesn't bring them back.

A line is ``erased NUMBER MADE DONE``: the account's number and two times, when the account was made and when it was
erased. Both number and first time must fit, since a number is given anew after an older database was put back.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

FILE = "erased.txt"
Who = tuple[int, str]
"""An account's number and when it was made."""


def listed(folder: Path) -> set[Who]:
    """Everyone on a whole line of the file; nobody where there is none."""
    try:
        text = (folder / FILE).read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return set()
    lines = (line.split() for line in text.splitlines())
    return {(int(line[1]), line[2]) for line in lines if len(line) == 4 and line[0] == "erased" and line[1].isdigit()}


def add(folder: Path, done: Iterable[tuple[Who, str]]) -> None:
    """Add who was erased, and when, on lines of their own. Raises OSError where they can't be written."""
    lines = "".join(f"\nerased {number} {made} {at}\n" for (number, made), at in done)  # after a line that was cut off
    stream = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(stream, lines.encode("ascii"))
        os.fsync(stream)
    finally:
        os.close(stream)
