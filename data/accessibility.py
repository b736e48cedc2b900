"""What isn't accessible yet, and what was tested, as ``data/accessibility.toml`` says it."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.phrases import Lang

STATEMENT = Path(__file__).parent / "accessibility.toml"
LAST = Path(__file__).parent / "accessibility_tested.txt"
"""The day that the tests last passed, as ``make accessibility`` wrote it."""


@dataclass(frozen=True)
class Lacking:
    """Something that isn't met: its criterion and level in WCAG 2.1 ("" where it is none), and its sentences."""

    criterion: str
    level: str
    said: Mapping[str, Mapping[str, str]]

    def told(self, part: str, lang: Lang) -> str:
        """``what`` isn't met, what it ``means`` for people, or what to do ``instead``."""
        return f"{self.said[part][lang]}."


@dataclass(frozen=True)
class Tested:
    """Something that was tested, and the file of ``tests/browser`` or ``tests`` that does."""

    test: str
    what: Mapping[str, str]


@cache
def lacking() -> tuple[Lacking, ...]:
    """All that isn't met."""
    return tuple(Lacking(one["criterion"], one["level"], one) for one in _file()["lacking"].values())


@cache
def tested() -> tuple[Tested, ...]:
    """All that was tested."""
    return tuple(Tested(one["test"], one["what"]) for one in _file()["tested"].values())


def passed_on() -> dt.date | None:
    """The day that the tests last passed; None where that isn't known."""
    return dt.date.fromisoformat(LAST.read_text(encoding="ascii").strip()) if LAST.is_file() else None


def _file() -> dict[str, Any]:
    return tomllib.loads(STATEMENT.read_text(encoding="utf-8"))
