"""A step of the chain behind a figure: what it is called, what it is worth, and what it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from data.phrases import Lang, has, say


@dataclass(frozen=True)
class Step:
    """One step of the chain: ``key`` is the figure's path, ``value`` its mode (None: not known), ``below`` its grounds.

    ``phrase`` is the key of its name and formula in ``data/text/figure.toml``; an input or parameter has ``evidence``
    and ``source`` instead of a formula, and ``label`` in place of a phrase where it has a name of its own.
    """

    key: str
    phrase: str
    value: Any = None
    label: Mapping[str, str] | None = None
    evidence: str = ""
    source: str = ""
    below: tuple[Step, ...] = ()

    def name(self, lang: Lang) -> str:
        return self.label[lang] if self.label else say(f"figure.{self.phrase}", lang)

    def formula(self, lang: Lang) -> str:
        return say(f"figure.{self.phrase}.formula", lang) if has(f"figure.{self.phrase}.formula") else ""

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Step]]:
        """Every step with its depth, this one first."""
        yield depth, self
        for step in self.below:
            yield from step.walk(depth + 1)

    def as_dict(self) -> dict[str, Any]:
        """The chain as plain data."""
        own = {
            "key": self.key,
            "phrase": self.phrase,
            "value": self.value,
            "evidence": self.evidence,
            "source": self.source,
        }
        return {**own, "label": dict(self.label or {}) or None, "below": [step.as_dict() for step in self.below]}
