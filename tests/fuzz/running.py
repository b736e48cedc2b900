"""Runs targets: each in a process of its own, each input within a time, memory measured, every fault told.

    python -m fuzz.running --inputs 2000 --seed 7 [--write docs/fuzzing.md] [target …]

What came out is one line of JSON a target on standard output. Exit code 1 where a reader failed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from fuzz.target import Target

from data.faults import Fault, Faults
from data.phrases import LANGUAGES

MEGABYTES = 512
"""Memory that reading may take at its peak."""
HARD_MEGABYTES = 4096
"""Room of addresses that a process gets: what asks for more fails at once, and doesn't take the machine along."""
LONGEST_LINE = 20_000
MOST_FAULTS = 2_000
KEPT = 5
"""Failures that are told of one target."""


class Late(BaseException):
    """An input took longer than it may. No reader catches it."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise :class:`Late` after so much processor time."""

    def ring(*_: object) -> None:
        raise Late(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def outcome(target: Target, given: Any) -> str:
    """How one input came out: "read", or the codes of its faults. Raises what a reader mustn't."""
    try:
        with within(target.cpu_seconds):
            told = target.read(given)
        if isinstance(told, str):
            return told
        faults = tuple(told)
    except Faults as raised:
        faults = raised.faults
        assert faults, "a refusal that says nothing"
    assert len(faults) <= MOST_FAULTS, f"{len(faults)} faults: more than anyone reads"
    for fault in faults[:50]:
        _check_said(fault)
    return " ".join(sorted({one.code for one in faults})) or "read"


def _check_said(fault: Fault) -> None:
    for lang in LANGUAGES:
        line = fault.line(lang)
        line.encode()
        assert fault.problem(lang) and fault.expected(lang) and len(line) <= LONGEST_LINE, (
            f"a message of {len(line)} signs"
        )


def run(target: Target, inputs: int, seed: int) -> dict[str, Any]:
    """What ``inputs`` inputs came to, in this process."""
    found: Counter[str] = Counter()
    failures: list[dict[str, Any]] = []
    begun = time.process_time()
    for number in range(inputs):
        given: Any = None
        try:
            given = target.make(Random(f"{seed}/{target.name}/{number}"))
            found[outcome(target, given)] += 1
        except (Exception, Late) as error:
            found["FAILED"] += 1
            where = traceback.extract_tb(error.__traceback__)[-3:]
            told = [f"{Path(one.filename).name}:{one.lineno}" for one in where]
            if len(failures) < KEPT:
                failures.append(
                    {
                        "number": number,
                        "error": f"{type(error).__name__}: {error}"[:300],
                        "where": told,
                        "input": repr(given)[:300],
                    }
                )
    return {
        "target": target.name,
        "reads": target.reads,
        "inputs": inputs,
        "seed": seed,
        "outcomes": len(found),
        "codes": sorted(found)[:10],
        "read": found["read"],
        "failed": found["FAILED"],
        "cpu_seconds": round(time.process_time() - begun, 1),
        "peak_megabytes": peak(),
        "failures": failures,
    }


def peak() -> int:
    """The most memory that this process has held, in MB. (getrusage would count what it was forked from.)"""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) // 1000 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


def apart(target: Target, inputs: int, seed: int) -> dict[str, Any]:
    """The same in a process of its own, so that its memory is its own and its end isn't ours."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_AS, (HARD_MEGABYTES * 10**6, HARD_MEGABYTES * 10**6))
            with os.fdopen(writing, "w") as stream:
                json.dump(run(target, inputs, seed), stream)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as stream:
        told = stream.read()
    _, status = os.waitpid(child, 0)
    if status:
        failure = {"error": f"the process ended with status {status}"}
        return {
            "target": target.name,
            "inputs": inputs,
            "seed": seed,
            "failed": 1,
            "peak_megabytes": 0,
            "failures": [failure],
        }
    result: dict[str, Any] = json.loads(told)
    return result


def failed(result: dict[str, Any]) -> bool:
    """Whether a target failed, by what it raised or by its memory."""
    return bool(result["failed"]) or result["peak_megabytes"] > MEGABYTES


def main(given: Sequence[str]) -> int:
    """The command. Gives the exit code."""
    from fuzz.all import BOMBS, TARGETS
    from fuzz.written import write

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("targets", nargs="*", help="all where none is named; bombs for the bombs")
    asked.add_argument("--inputs", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--write", type=Path)
    options = asked.parse_args(given)
    results = []
    warnings.simplefilter("ignore")  # what a library thinks of odd files
    if options.targets == ["bombs"]:
        chosen, options.inputs = list(BOMBS), 1
    else:
        chosen = [TARGETS[name] for name in options.targets or TARGETS]
    for target in chosen:
        results.append(apart(target, options.inputs, options.seed))
        print(json.dumps(results[-1], ensure_ascii=False), flush=True)
        if options.write:
            write(options.write, results[-1:])
    return int(any(map(failed, results)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
