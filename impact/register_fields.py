"""What the register's sheet consists of: its columns, the words of its lists, and what each heading is called.

One row is one event, with what a destination company has in its own lists. A heading is known in either language; its
words and notes stand in ``data/text/sheet.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from data.phrases import LANGUAGES, Lang, say
from data.value import EVIDENCE
from impact.register import STATES, state_name
from impact.workbook_fields import folded

Kind = Literal["text", "names", "date", "year", "count", "share", "municipality", "kind", "state", "evidence"]


@dataclass(frozen=True)
class Column:
    """A column: its key, what it holds, its width and the Excel format of its cells."""

    key: str
    kind: Kind
    width: float = 14
    format: str = "@"

    def label(self, lang: Lang) -> str:
        return say(f"sheet.heading.{self.key}", lang)

    def note(self, lang: Lang) -> str:
        return say(f"sheet.note.{self.key}", lang)


COLUMNS = (
    Column("id", "text", 22),
    Column("name_nb", "text", 34),
    Column("name_en", "text", 34),
    Column("kind", "kind", 18),
    Column("municipality", "municipality", 20),
    Column("first_day", "date", 13, "date"),
    Column("last_day", "date", 13, "date"),
    Column("price_year", "year", 9, "0"),
    Column("state", "state", 14),
    Column("series", "text", 20),
    Column("edition", "text", 12),
    Column("venues", "names", 26),
    Column("crews", "names", 26),
    Column("visits_low", "count", 12, "#,##0"),
    Column("visits", "count", 14, "#,##0"),
    Column("visits_high", "count", 12, "#,##0"),
    Column("evidence", "evidence", 18),
    Column("source", "text", 40),
    Column("share_region", "share", 14, "0%"),
    Column("share_norway", "share", 14, "0%"),
    Column("share_abroad", "share", 14, "0%"),
    Column("share_evidence", "evidence", 18),
    Column("share_source", "text", 40),
)
RESULTS = ("value_added_p10", "value_added_p50", "value_added_p90", "value_added_year")
"""Columns that an export adds, and an import passes over: they follow from the estimate."""

KINDS = ("championship", "tournament", "festival", "concert", "congress", "fair", "other")
"""Kinds of event that have a name here; another word may be typed and is kept as it stands."""
HOMES = {"share_region": "region", "share_norway": "norway", "share_abroad": "abroad"}
"""The home of the audience that a share makes; those who are left live in the host municipality."""
ROLE = "guest"
"""A list of visits does not say what people do at the event."""
_WORDS = {"kind": KINDS, "state": STATES}


def number_of(key: str) -> int:
    """The number of a column in our own order, from 1."""
    return next(number for number, column in enumerate(COLUMNS, 1) if column.key == key)


def title(sheet: str, lang: Lang) -> str:
    """The title of a sheet: ``events``, ``guide`` or ``lists``."""
    return say(f"sheet.title.{sheet}", lang)


def word(kind: str, key: str, lang: Lang) -> str:
    """A word of a list; what is not in the list stays as it is."""
    if kind == "evidence":
        return say(f"workbook.evidence.{key}", lang) if key in EVIDENCE else key
    if key not in _WORDS[kind]:
        return key
    return state_name(key, lang) if kind == "state" else say(f"sheet.{kind}.{key}", lang)


def words(kind: str, lang: Lang) -> list[str]:
    """All words of a list."""
    return [word(kind, key, lang) for key in _WORDS.get(kind, EVIDENCE)]


@cache
def word_keys(kind: str) -> dict[str, str]:
    """The key of each word of a list, by the key itself and by its name in every language, folded."""
    keys = _WORDS.get(kind, EVIDENCE)
    return {folded(text): key for key in keys for text in (key, *(word(kind, key, lang) for lang in LANGUAGES))}


@cache
def headings() -> dict[str, str]:
    """The key of every heading, by the key itself and by its name in every language, folded."""
    keys = (*(column.key for column in COLUMNS), *RESULTS)
    return {folded(text): key for key in keys for text in (key, *_in_all(f"sheet.heading.{key}"))}


def municipality_keys(municipalities: dict[str, str]) -> dict[str, str]:
    """The number of each municipality, by its number, its name and both, folded."""
    return {folded(text): code for code, name in municipalities.items() for text in (code, name, f"{code} {name}")}


def example_marks() -> frozenset[str]:
    """What stands in the id of a row that is an example."""
    return frozenset(folded(text) for text in _in_all("sheet.example.id"))


def _in_all(key: str) -> Iterable[str]:
    return [say(key, lang) for lang in LANGUAGES]
