"""A number with what is known about it: its range, its evidence and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Evidence = Literal["counted", "surveyed", "reported", "assumed"]
EVIDENCE: tuple[Evidence, ...] = ("counted", "surveyed", "reported", "assumed")


@dataclass(frozen=True)
class Value:
    """A figure as it was given: a point (``low == mode == high``) or a range, with evidence and source.

    ``low`` and ``high`` are None where only a point was given; the range is then made from the evidence
    (:func:`impact.draws.bounds`). ``plain`` marks a bare number in a file, which counts as counted, with a warning.
    """

    mode: float
    low: float | None = None
    high: float | None = None
    evidence: Evidence = "counted"
    source: str = ""
    plain: bool = False

    def as_dict(self) -> Any:
        """The value as a file writes it; a plain number stays a plain number."""
        if self.plain:
            return self.mode
        grounds = {"evidence": self.evidence, "source": self.source}
        if self.low is None:
            return {"value": self.mode, **grounds}
        return {"low": self.low, "mode": self.mode, "high": self.high, **grounds}
