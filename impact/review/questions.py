"""What a review asks: themes, each with what was planned, what happened, what to do next time, a grade and tags."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from data.phrases import Lang, say
from impact.lessons import ABOUT, About

FILE = Path(__file__).parents[2] / "data" / "review_questions.toml"
Party = About
"""Who reviews: the same three that lessons are about."""
PARTIES: tuple[Party, ...] = ABOUT
TEXTS = ("planned", "happened", "next")
"""The fields of a theme that are answered in words."""
Grade = Literal["held", "partly", "not"]
GRADES: tuple[Grade, ...] = ("held", "partly", "not")


@dataclass(frozen=True)
class Theme:
    """One theme: its name and hint in both languages, the tags it proposes, and who is asked about it."""

    id: str
    nb: str
    en: str
    hint_nb: str
    hint_en: str
    tags: tuple[str, ...]
    parties: tuple[Party, ...]

    def name(self, lang: Lang) -> str:
        return self.nb if lang == "nb" else self.en

    def hint(self, lang: Lang) -> str:
        return self.hint_nb if lang == "nb" else self.hint_en


@cache
def themes(party: Party | None = None) -> tuple[Theme, ...]:
    """Every theme in order; those that one party is asked about where it is given."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))["theme"]
    every = (
        Theme(
            one["id"],
            one["nb"],
            one["en"],
            one["hint"]["nb"],
            one["hint"]["en"],
            tuple(one["tags"]),
            tuple(one.get("parties", PARTIES)),
        )
        for one in raw
    )
    return tuple(one for one in every if party is None or party in one.parties)


def party_name(party: str, lang: Lang) -> str:
    """A party as people read it."""
    return say(f"review.party.{party}", lang)


def grade_name(grade: str, lang: Lang) -> str:
    """A grade as people read it."""
    return say(f"review.grade.{grade}", lang)
