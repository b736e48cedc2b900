"""What is wrong with something a person gave us: a list of faults, never the first one only.

A reader collects :class:`Fault` objects and returns or raises them together as :class:`Faults`; it stores and
computes nothing from a faulty whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from data.clock import day
from data.numbers import HARD_SPACE
from data.phrases import Lang, has, say

_DAYS = re.compile(r"\d{4}-\d\d-\d\d(, \d{4}-\d\d-\d\d)*")
_FIELD = re.compile(r"([a-z_]+)( \d+)?")


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what stands there, what is wrong and what is expected.

    ``code`` is the key of a phrase with the two parts ``problem`` and ``expected``; ``figures`` go into both.
    ``value`` is what was found, as it was written ("" where nothing was). Days among the figures are ISO 8601 and said
    as people write them. So are the value and the place of what stands in no file: «Siste dag», not ``until``.
    """

    file: str
    place: str
    value: str
    code: str
    figures: dict[str, Any] = field(default_factory=dict)

    def problem(self, lang: Lang) -> str:
        return self._say("problem", lang)

    def expected(self, lang: Lang) -> str:
        return self._say("expected", lang)

    def line(self, lang: Lang) -> str:
        """The fault on one line: file, place, value: what is wrong. What is expected."""
        value = self._value(lang)
        shown = f" = {value}" if value else ""
        where = ": ".join(part for part in (self.file, self.place if self.file else _field(self.place, lang)) if part)
        place = f"{where}{shown}: " if where or shown else ""
        return visible(f"{place}{self.problem(lang)} {self.expected(lang)}")

    def _say(self, part: str, lang: Lang) -> str:
        figures = {name: _days(figure, lang) for name, figure in self.figures.items()}
        return say(f"{self.code}.{part}", lang, value=self._value(lang), **figures)

    def _value(self, lang: Lang) -> str:
        """What was found; whoever looks for it in a file must find it as it stands there."""
        return self.value if self.file else str(_days(self.value, lang))


def _days(figure: Any, lang: Lang) -> Any:
    """A day, or days with commas between them, as people write them; anything else as it is."""
    if not isinstance(figure, str) or not _DAYS.fullmatch(figure):
        return figure
    try:
        return ", ".join(day(dt.date.fromisoformat(one), lang) for one in figure.split(", "))
    except ValueError:  # the 31st of February
        return figure


def _field(place: str, lang: Lang) -> str:
    """What a field is called where people fill it in, with its number: «Del 2» for ``part 2``; else as it is."""
    found = _FIELD.fullmatch(place)
    if found is None or not has(f"field.{found[1]}"):
        return place
    return say(f"field.{found[1]}", lang) + (found[2] or "")


def visible(text: str) -> str:
    """``text`` on one line: line breaks and other signs that a terminal would obey are written out."""
    return "".join(sign if sign.isprintable() or sign == HARD_SPACE else repr(sign)[1:-1] for sign in text)


def shown(value: Any) -> str:
    """What was found, as it was written, at most 80 signs of it; "" for nothing."""
    try:
        text = "" if value is None else str(value)
    except ValueError:  # a whole number of more digits than Python writes
        text = "…"
    return text if len(text) <= 80 else text[:77] + "…"


class Faults(Exception):
    """Raised with every fault that was found in what was read."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(fault.line("en") for fault in self.faults))
