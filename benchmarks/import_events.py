"""Importing 10 000 event rows from Excel against openpyxl's plain read: ``python benchmarks/import_events.py``.

Prints ``name ratio limit`` and exits 1 above the limit. Plain read: ``load_workbook(read_only=True)``, openpyxl's
fastest way, and every row's values, from the same bytes in memory. The import: the file checked and read, every cell
validated, duplicates sought in the file and in a register of 2 000 events, and all rows stored with their audit rows
in one transaction on disk. The least of several repetitions, taken in turn, each in a store of its own.
"""

from __future__ import annotations

import datetime as dt
import gc
import io
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import openpyxl

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from data.permission import Actor  # noqa: E402
from data.store import Store, open_store  # noqa: E402
from impact.reference import reference_in  # noqa: E402
from impact.register import EventRow, Registered, create_events  # noqa: E402
from impact.register_fields import KINDS, STATES  # noqa: E402
from impact.register_rows import row_of  # noqa: E402
from impact.register_workbook import held_events, import_events, read_events_workbook, write_events  # noqa: E402

ROWS, HELD, REPETITIONS = 10_000, 2_000, 5
LIMIT = 0.5
OFFICER = Actor("account:1", frozenset({"officer"}))


def cells(number: int, places: list[str]) -> dict[str, object]:
    """An invented event with every column filled in."""
    first = dt.date(2025, 1, 1) + dt.timedelta(days=number % 1_500)
    return {
        "id": f"event-{number}",
        "name_nb": f"Arrangement nummer {number}",
        "name_en": f"Event number {number}",
        "kind": KINDS[number % len(KINDS)],
        "municipality": places[number % len(places)],
        "first_day": first,
        "last_day": first + dt.timedelta(days=number % 4),
        "price_year": 2024,
        "state": STATES[number % len(STATES)],
        "series": f"Serie {number % 200}",
        "edition": str(number),
        "venues": ("Storhallen", f"Bane {number % 30}"),
        "crews": (f"Lag {number % 40}",),
        "visits_low": 900 + number,
        "visits": 1_000 + number,
        "visits_high": 1_200 + number,
        "evidence": "assumed",
        "source": f"arrangørens anslag {number}",
        "share_region": 0.2,
        "share_norway": 0.25,
        "share_abroad": 0.05,
        "share_evidence": "assumed",
        "share_source": "anslag",
    }


def workbook() -> bytes:
    """A register of ``ROWS`` events as the program exports it."""
    reference = reference_in()
    places = list(reference.municipalities)
    events = []
    for number in range(ROWS):
        given = cells(number, places)
        made = row_of(given)
        row = EventRow(
            **{key: made[key] for key in ("state", "series", "edition", "venues", "crews")},
            **{key: given[key] for key in ("name_nb", "name_en", "kind", "municipality", "first_day", "last_day")},
            id=number + 1,
            version=1,
            owner=OFFICER.id,
            sample=False,
            changed_at="",
        )
        events.append(Registered(row, made["document"]))
    return write_events(events, reference, "nb")


def plain_read(content: bytes) -> int:
    """Every value of the sheet, and nothing else."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    try:
        return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


def imported(content: bytes, store: Store) -> list[float]:
    """Seconds to look at the register, read and validate, and store."""
    reference, times = reference_in(), [time.perf_counter()]
    held = held_events(store, OFFICER)
    times.append(time.perf_counter())
    preview = read_events_workbook(content, reference, held)
    times.append(time.perf_counter())
    assert not preview.faults, preview.faults[0].line("en")
    assert len(import_events(store, OFFICER, preview)) == ROWS
    times.append(time.perf_counter())
    return [after - before for before, after in pairwise(times)]


def main() -> int:
    content, places = workbook(), list(reference_in().municipalities)
    reads, imports = [], []
    for _ in range(REPETITIONS):
        with tempfile.TemporaryDirectory() as folder, open_store(folder) as store:
            create_events(store, OFFICER, [row_of(cells(ROWS + number, places)) for number in range(HELD)])
            gc.collect()
            imports.append(imported(content, store))
        gc.collect()
        start = time.perf_counter()
        assert plain_read(content) == ROWS + 1
        reads.append(time.perf_counter() - start)
    ours, theirs = min(map(sum, imports)), min(reads)
    parts = ", ".join(f"{min(column):.3f}" for column in zip(*imports, strict=True))
    print(
        f"# import: {ours:.3f} s (register, read and validate, store: {parts}) against {theirs:.3f} s", file=sys.stderr
    )
    print(f"import_per_plain_read {ours / theirs:.3f} {LIMIT:g}")
    return int(ours / theirs > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
