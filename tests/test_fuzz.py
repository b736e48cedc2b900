"""Every reader of outside input, with broken inputs and bombs, in processes of their own: docs/fuzzing.md has the list.

``make fuzz`` does the same with a hundred thousand inputs each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from random import Random
from typing import Any

import pytest
from conftest import ROOT
from fuzz.all import BOMBS, TARGETS
from fuzz.bombs import HARMLESS
from fuzz.running import LONGEST_LINE, Late, failed, outcome, run, within
from fuzz.target import Target
from fuzz.written import BEGIN, END, write

from data.faults import Fault, Faults

INPUTS = 2000


def results(*given: str) -> list[dict[str, Any]]:
    """What a run came to, by target."""
    place = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.running", *given], cwd=ROOT, env=place, capture_output=True, text=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found, done.stderr[-2000:]
    assert (done.returncode != 0) == any(map(failed, found))
    return found


def told(found: list[dict[str, Any]]) -> list[Any]:
    return [(one["target"], one["peak_megabytes"], one["failures"]) for one in found if failed(one)]


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, 1, 2])
def test_broken_inputs_are_read_or_refused_in_words(part: int) -> None:
    """Those that store what another target reads get fewer: their reading has been tried."""
    twice = [name for name in sorted(TARGETS) if name.endswith("_stored")]
    once = [name for name in sorted(TARGETS) if name not in twice]
    names, inputs = (twice, INPUTS // 4) if part == 2 else (once[part::2], INPUTS)
    found = results(*names, "--inputs", str(inputs))
    assert told(found) == []
    assert [one["inputs"] for one in found] == [inputs] * len(names)
    assert [one["target"] for one in found if one["outcomes"] < 3] == [], "inputs that all come out alike try nothing"


@pytest.mark.slow
def test_bombs_take_neither_time_nor_memory() -> None:
    found = results("bombs")
    assert told(found) == []
    assert len(found) == len(BOMBS) > 90
    read = [one["target"] for one in found if one["read"]]
    assert [one for one in read if not one.startswith(HARMLESS) and not one.endswith(":paper")] == []


# -- the fuzzer itself must be able to fail


def target(read: Any, seconds: float = 0.2) -> Target:
    return Target("made", "", lambda rng: rng.random(), read, seconds)


def fault(value: str = "", code: str = "xlsx.empty") -> Fault:
    return Fault("fil", "", value, code)


@pytest.mark.parametrize(
    ("read", "error"),
    [
        (lambda given: 1 / 0, "ZeroDivisionError"),
        (lambda given: [fault(code="xlsx.no_such_phrase")], "KeyError"),
        (lambda given: [fault(value="x" * LONGEST_LINE)], "AssertionError"),
        (lambda given: [fault()] * 3000, "AssertionError"),
        (lambda given: _refuse(), "AssertionError"),
        (lambda given: _hang(), "Late"),
    ],
)
def test_what_a_reader_mustnt_do_is_found(read: Any, error: str) -> None:
    found = run(target(read), 2, 1)
    assert found["failed"] == 2 and found["failures"][0]["error"].startswith(error), found


def _refuse() -> None:
    raise Faults([])


def _hang() -> None:
    while True:
        try:
            while True:
                pass
        except Exception:  # as a reader does that catches all
            continue


def test_too_much_memory_is_a_failure() -> None:
    assert failed({"failed": 0, "peak_megabytes": 513}) and not failed({"failed": 0, "peak_megabytes": 512})


def test_the_same_seed_gives_the_same_inputs() -> None:
    one = TARGETS["counts"]
    first, again = ([one.make(Random(f"7/counts/{at}")) for at in range(20)] for _ in range(2))
    assert first == again and len({repr(given) for given in first}) > 15
    assert outcome(target(lambda given: ()), 1) == "read"
    with pytest.raises(Late), within(0.05):
        _hang()


def test_every_reader_stands_in_the_list_with_its_last_long_run() -> None:
    text = (ROOT / "docs" / "fuzzing.md").read_text(encoding="utf-8")
    rows = text.partition(BEGIN)[2].partition(END)[0]
    assert [name for name in TARGETS if f"| `{name}` |" not in rows] == []


def test_a_result_takes_the_place_of_the_older_one(tmp_path: Any) -> None:
    path = tmp_path / "x.md"
    path.write_text(f"a\n{BEGIN}\n{END}\nb\n", encoding="utf-8")
    one = {
        "target": "x",
        "reads": "m",
        "inputs": 10,
        "read": 1,
        "outcomes": 2,
        "failed": 0,
        "peak_megabytes": 3,
        "seed": 1,
    }
    write(path, [one, {**one, "target": "y"}])
    write(path, [{**one, "inputs": 1234}])
    text = path.read_text(encoding="utf-8")
    assert (
        text.count("| `x` |") == 1
        and "1,234" in text
        and "| `y` |" in text
        and text.startswith("a\n")
        and text.endswith("b\n")
    )
