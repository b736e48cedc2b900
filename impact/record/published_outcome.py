"""What was said of an event beforehand, held against what was published of it: each figure with its source and grade.

A line holds one thing together; figures of different lines are of different things, in different units, and nothing is
added across them. A difference is a derived figure of the published ones (:mod:`impact.published` works it out again),
and is refused where it would mix units.
"""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.phrases import Lang
from impact.published import Figure, Published, published_ids, published_path, read_published

PARTS = ("before", "after", "difference")
LINES = Path(__file__).parents[2] / "data" / "published_outcomes.toml"


@dataclass(frozen=True)
class OutcomeLine:
    """One thing, as it was said ``before`` and as it was found ``after``; empty where nothing was published."""

    about_nb: str
    about_en: str
    said_nb: str
    said_en: str
    before: tuple[Figure, ...]
    after: tuple[Figure, ...]
    difference: tuple[Figure, ...]

    def about(self, lang: Lang) -> str:
        """What the line is of."""
        return self.about_nb if lang == "nb" else self.about_en

    def said(self, lang: Lang) -> str:
        """What it comes to, and what remains unknown, in a sentence or two."""
        return self.said_nb if lang == "nb" else self.said_en


@dataclass(frozen=True)
class PublishedOutcome:
    """What is published of an event, and its lines."""

    event: Published
    lines: tuple[OutcomeLine, ...]


@cache
def read_published_outcome(event_id: str, path: Path = LINES) -> PublishedOutcome | None:
    """The lines of an event; None where there are none.

    Raises KeyError for a figure that isn't published, ValueError for a difference of figures of different units, and
    Faults where the published figures don't hold.
    """
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["line"]
    own = [row for row in rows if row["event"] == event_id]
    if not own or event_id not in published_ids():
        return None
    event = read_published(published_path(event_id))
    lines = []
    for row in own:
        before, after, difference = (tuple(map(event.figure, row[name])) for name in PARTS)
        for one in difference:
            _same_unit(one, event)
        about, said = (row["about_nb"], row["about_en"]), (row["said_nb"], row["said_en"])
        lines.append(OutcomeLine(*about, *said, before, after, difference))
    return PublishedOutcome(event, tuple(lines))


def _same_unit(one: Figure, event: Published) -> None:
    """Refuse a derived figure that puts different units together."""
    if not one.formula:
        raise ValueError(f"{one.key} is not derived")
    named = [node.id for node in ast.walk(ast.parse(one.formula, mode="eval")) if isinstance(node, ast.Name)]
    units = {one.unit, *(event.figure(key).unit for key in named)}
    if len(units) > 1:
        raise ValueError(f"{one.key} mixes {', '.join(sorted(units))}")
