"""What is fuzzed: a reader of outside input, and how inputs for it are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from data.faults import Fault


@dataclass(frozen=True)
class Target:
    """One reader. ``make`` gives an input, ``read`` its faults (none where it was read), or raises them as Faults.

    What has no faults but outcomes of its own gives the outcome's name.
    """

    name: str
    reads: str
    make: Callable[[Random], Any]
    read: Callable[[Any], Iterable[Fault] | str]
    cpu_seconds: float = 2.0
    """Processor time that one input may take."""


def none(_: object) -> tuple[Fault, ...]:
    """What was read, without faults."""
    return ()
