"""kill −9 anywhere, of every writer: what was acknowledged is there once, nothing is half, and the work goes on.

The writers stand in :mod:`fault_writers`, the thought in :mod:`fault_harness`. Half of the kills come at a random
moment, half at a random change of the database or step in the file system.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from fault_harness import Course, Nursery, killed_often
from fault_table import LONG, PAGE, courses, nursery, tried
from fault_writers import WRITERS
from test_store_faults import posix

__all__ = ["courses", "nursery", "tried"]
KILLS = 40 if LONG else 2
pytestmark = [posix, pytest.mark.slow]


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_that_is_killed_loses_nothing(
    courses: Callable[[str], Course], nursery: Nursery, name: str, tried: Callable[..., None]
) -> None:
    assert killed_often(WRITERS[name], courses(name), nursery, KILLS, random.Random(name)) == KILLS
    tried(f"kill −9: {name}", "SIGKILL at a random moment or change", KILLS)


@pytest.mark.skipif(LONG, reason="the page is written after this run")
def test_the_page_tells_of_at_least_five_hundred_kills_and_twenty_full_disks() -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(r"(\d+) kills in all", text)
    assert found and int(found[1]) >= 500
    rows = re.findall(r"^\| (full disk: [^|]+) \| [^|]+ \| (\d+) \| nothing \|", text, re.MULTILINE)
    assert len(rows) >= 10 and sum(int(count) for _, count in rows) >= 20
