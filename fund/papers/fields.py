"""Which papers there are, and the fields that a template of each may have: ``data/templates/fields.toml``.

A field is a name with points, as ``award.amount``; what repeats is a list, whose fields follow ``[]``:
``plan[].amount``. Each has its meaning and an invented example in both languages, for the list and for a trial.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.phrases import LANGUAGES, Lang

TEMPLATES = Path(__file__).parents[2] / "data" / "templates"
LIST = "[]."
Values = dict[str, Any]
"""What goes into a template: text by field, and for each list its rows, each text by field."""


@dataclass(frozen=True)
class Field:
    """A field: what it is, and an invented example, by language."""

    name: str
    meaning: Mapping[str, str]
    example: Mapping[str, str]


@dataclass(frozen=True)
class Paper:
    """A kind of paper: its key, its names, what its file is called, and its fields by name, lists' included."""

    key: str
    names: Mapping[str, str]
    files: Mapping[str, str]
    fields: Mapping[str, Field]

    @property
    def texts(self) -> tuple[str, ...]:
        """The fields that stand for one text."""
        return tuple(name for name in self.fields if LIST not in name)

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The lists, each with the fields of its rows."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.fields:
            of, mark, field = name.partition(LIST)
            if mark:
                found[of] = (*found.get(of, ()), field)
        return found

    def trial(self, lang: Lang) -> Values:
        """Invented values for every field: each list has its row twice."""
        rows = {
            of: [{name: self.fields[f"{of}{LIST}{name}"].example[lang] for name in names}] * 2
            for of, names in self.lists.items()
        }
        return {name: self.fields[name].example[lang] for name in self.texts} | rows


@cache
def papers() -> Mapping[str, Paper]:
    """Every kind of paper, by its key."""
    raw = tomllib.loads((TEMPLATES / "fields.toml").read_text(encoding="utf-8"))
    shared = raw.pop("shared")["field"]
    return {key: _paper(key, entry, {**entry["field"], **shared}) for key, entry in raw.items()}


def paper_of(key: str) -> Paper:
    """A kind of paper. Raises LookupError where there is none."""
    if key not in papers():
        raise LookupError(f"no paper {key[:40]}")
    return papers()[key]


def _paper(key: str, entry: Mapping[str, Any], fields: Mapping[str, list[str]]) -> Paper:
    read = {
        name: Field(name, dict(zip(LANGUAGES, given[:2], strict=True)), dict(zip(LANGUAGES, given[2:], strict=True)))
        for name, given in fields.items()
    }
    return Paper(key, {lang: entry[lang] for lang in LANGUAGES}, entry["file"], read)
