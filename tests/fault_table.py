"""The table of ``docs/reliability.md``: what was tried in the long run, how often, and which test tried it.

    make faults

Each test notes what it tried with the fixture :func:`tried`; the table is written when every test has passed.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fault_harness import Course, Nursery, course_of
from fault_writers import WRITERS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reliability.md"
NOTES = "RINGVIRK_FAULTS"
"""The environment variable that names the file of notes, and makes a run a long one."""
FIRST, LAST = "<!-- written by make faults -->", "<!-- to here -->"
TESTS = ("test_faults_killed.py", "test_faults_disk.py", "test_faults_machine.py", "test_faults_pages.py")
TESTS += ("test_store_faults.py", "test_ledger_crash.py")
LONG = bool(os.environ.get(NOTES))


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note that a fault was made: which, how, and how many times, with nothing lost."""

    def note(fault: str, how: str, times: int = 1) -> None:
        if LONG:
            test = f"{request.path.name}::{request.function.__name__}"
            with open(os.environ[NOTES], "a", encoding="utf-8") as stream:
                stream.write(json.dumps({"fault": fault, "how": how, "times": times, "test": test}) + "\n")

    return note


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """The process that writers are forked off."""
    with Nursery() as opened:
        yield opened


@pytest.fixture(scope="session")
def courses(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Course]:
    """What each writer does when nothing stops it, watched once."""
    return cache(lambda name: course_of(WRITERS[name], tmp_path_factory.mktemp("writer") / "store", nursery))


def table(notes: Iterable[dict[str, Any]]) -> str:
    """The notes as a table in Markdown: one line for each fault, way and test, with its times summed."""
    times: Counter[tuple[str, str, str]] = Counter()
    for one in notes:
        times[one["fault"], one["how"], one["test"]] += one["times"]
    lines = ["| Fault | How it is made | Times | Lost | Test |", "|---|---|---:|---|---|"]
    lines += [f"| {fault} | {how} | {count} | nothing | `{test}` |" for (fault, how, test), count in times.items()]
    return "\n".join(lines)


def killed(notes: Iterable[dict[str, Any]]) -> int:
    return sum(one["times"] for one in notes if one["fault"].startswith("kill −9"))


def main() -> int:
    """Run the tests at length and write the table; the exit code of the tests."""
    begun = dt.datetime.now(dt.UTC)
    tests = [f"tests/{one}" for one in TESTS]
    with tempfile.TemporaryDirectory() as room:  # of its own: other runs of pytest clear old folders away
        notes = Path(room) / "notes.jsonl"
        notes.touch()
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", f"--basetemp={room}/t"]
        code = subprocess.run(
            [*command, *tests], cwd=ROOT, env={**os.environ, NOTES: str(notes)}, check=False
        ).returncode
        found = [json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines()]
    if code:
        print("The table was not written: a test failed.", file=sys.stderr)
        return code
    minutes = (dt.datetime.now(dt.UTC) - begun).total_seconds() / 60
    said = f"Run on {begun:%Y-%m-%d}: {killed(found)} kills in all, {minutes:.0f} minutes, every test passed."
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(FIRST)
    after = rest.partition(LAST)[2]
    PAGE.write_text(f"{before}{FIRST}\n\n{said}\n\n{table(found)}\n\n{LAST}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
