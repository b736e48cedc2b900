"""What is wrong with something a person gave us: a list of faults, never the first one only.

A reader collects :class:`Fault` objects and returns or raises them together as :class:`Faults`; it stores and
computes nothing from a faulty whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

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
        return f"{where}{shown}: {self.problem(lang)} {self.expected(lang)}"


class Faults(Exception):
    """Raised with every fault that was found in what was read."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(fault.line("en") for fault in self.faults))
