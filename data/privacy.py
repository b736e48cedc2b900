"""What is stored about whom, why and how long, as ``data/privacy.toml`` says it, table by table.

The page about privacy, a person's own data, retention and erasure all follow this one register; a test holds it against
the schema, so that nothing is stored that it doesn't tell of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.phrases import Lang

REGISTER = Path(__file__).parent / "privacy.toml"
TOLD = ("name", "whose", "what", "purpose", "basis", "kept", "readers")
"""What is told of each holding, in this order."""


@dataclass(frozen=True)
class Holding:
    """Data that serve one purpose. ``words`` are its sentences by part and language; see :data:`TOLD`."""

    key: str
    words: Mapping[str, Mapping[str, str]]

    def told(self, part: str, lang: Lang) -> str:
        return self.words[part][lang]


@dataclass(frozen=True)
class Table:
    """A table's columns: ``person`` holds who by account, ``given`` goes to who asks for their own data, ``held`` can
    tell of persons and doesn't, as digests and whole documents about several, and ``other`` tells of nobody.

    Rows whose time column ``dated`` is older than the limit ``kept`` are deleted (without a limit: than this moment);
    ``goes`` says that a person's rows go when the person is erased.
    """

    name: str
    holding: str
    person: tuple[str, ...]
    given: tuple[str, ...]
    held: tuple[str, ...]
    other: tuple[str, ...]
    dated: str
    kept: str
    goes: bool

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.person, *self.given, *self.held, *self.other)))


@cache
def holdings() -> tuple[Holding, ...]:
    """Everything that is held about persons, in the order in which it is told."""
    return tuple(Holding(key, words) for key, words in _register()["holding"].items())


@cache
def tables() -> Mapping[str, Table]:
    """Every table that can tell of persons, by its name."""
    return {name: _table(name, about) for name, about in _register()["table"].items()}


def impersonal() -> Mapping[str, tuple[str, ...]]:
    """The columns of the tables that tell of nobody, by table."""
    return {name: tuple(columns.split()) for name, columns in _register()["impersonal"].items()}


def _table(name: str, about: Mapping[str, Any]) -> Table:
    person, given, held, other = (
        tuple(str(about.get(part, "")).split()) for part in ("person", "given", "held", "other")
    )
    ends = str(about.get("dated", "")), str(about.get("kept", "")), bool(about.get("goes", False))
    return Table(name, str(about["holding"]), person, given, held, other, *ends)


@cache
def _register() -> dict[str, Any]:
    with REGISTER.open("rb") as stream:
        return tomllib.load(stream)
