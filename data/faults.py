"""What is wrong with something a person gave us: a list of faults, never the first one only.

A reader collects :class:`Fault` objects and returns or raises them together as :class:`Faults`; it stores and
computes nothing from a faulty whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from data.numbers import HARD_SPACE
from data.phrases import Lang, say


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what stands there, what is wrong and what is expected.

    ``code`` is the key of a phrase with the two parts ``problem`` and ``expected``; ``figures`` go into both.
    ``value`` is what was found, as it was written ("" where nothing was).
    """

    file: str
    place: str
    value: str
    code: str
    figures: dict[str, Any] = field(default_factory=dict)

    def problem(self, lang: Lang) -> str:
        return say(f"{self.code}.problem", lang, value=self.value, **self.figures)

    def expected(self, lang: Lang) -> str:
        return say(f"{self.code}.expected", lang, value=self.value, **self.figures)

    def line(self, lang: Lang) -> str:
        """The fault on one line: file, place, value: what is wrong. What is expected."""
        shown = f" = {self.value}" if self.value else ""
        where = ": ".join(part for part in (self.file, self.place) if part)
        place = f"{where}{shown}: " if where or shown else ""
        return visible(f"{place}{self.problem(lang)} {self.expected(lang)}")


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
