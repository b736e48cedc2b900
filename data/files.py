"""Files written whole, and rows read with their faults.

A reader, or a run that is cut off, finds the old file or the new one, never a part.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from data.faults import Fault, Faults

Row = TypeVar("Row")


def write_whole(path: Path | str, content: bytes | str) -> None:
    """Write ``content`` beside ``path``, on disk, and put it in its place in one step. Raises OSError."""
    path = Path(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV file with commas and plain line ends."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


def read_rows(path: Path, make: Callable[[dict[str, str]], Row]) -> list[Row]:
    """``make`` of every row of a CSV file with headings. Raises :class:`Faults` naming the line where that fails."""
    line = 0
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            made = []
            for row in reader:
                line = reader.line_num
                made.append(make(row))
            if not made:
                raise Faults([Fault(str(path), "1", "", "reference.no_rows")])
            return made
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError) as error:
        raise Faults([Fault(str(path), str(line), "", "reference.broken", {"reason": str(error)})]) from None
