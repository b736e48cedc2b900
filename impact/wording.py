"""What an estimate's inputs, parameters and figures are called in plain words, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from data.dated import read_parameters
from data.phrases import Lang, has, say
from impact.event import AUDIENCE_RULES, COST_RULES, INCOME_RULES, NIGHT_RULES

_FIELDS = "|".join([*AUDIENCE_RULES, *COST_RULES, *INCOME_RULES, *NIGHT_RULES])
_FIELD = re.compile(rf"(.+)/(spend/[a-z_]+|{_FIELDS})(?:/(share|municipality|region|norway))?\Z")
"""A row's name, its field, and the part of a number: the name may hold slashes too."""

FEW = 2
"""Rows that a shared number is called after; more are counted."""


def input_name(path: str, lang: Lang, event: dict[str, Any] | None = None) -> str:
    """A number's path in words: ``audience/Locals/visits`` → «Locals: besøk»; a parameter's by its own name.

    With ``event``, a named number also says what it is used as.
    """
    section, _, rest = path.partition("/")
    if section == "parameter":
        return parameter_name(rest, lang)
    if section == "numbers":
        return _named_number(rest, lang, event or {})
    if section == "jobs":
        return say("figure.jobs_of", lang, code=rest)
    if section in ("event", "organiser"):
        key = f"workbook.field.event.{rest.partition('/')[0]}.label"
        code = rest.partition("/")[2]
        return f"{say(key, lang)} {code}".strip() if has(key) else rest
    if section == "beside":
        return _beside_name(rest, lang)
    found = _FIELD.match(rest)
    if found is None:
        return rest
    name, field, part = found.groups()
    words = [say(f"workbook.field.{section}.{field.replace('/', '.')}.label", lang)]
    if part:
        words.append(say(f"figure.{part}", lang).lower())
    return f"{name}: {', '.join(words)}"


def _beside_name(path: str, lang: Lang) -> str:
    """``volunteers/hours`` → «volunteers' hours»; ``travel/By air/share`` → «By air: share who travelled so»."""
    part, _, rest = path.partition("/")
    if part in ("volunteers", "media"):
        return say(f"workbook.field.beside.{part}.{rest}.label", lang)
    name, _, field = rest.rpartition("/")
    return f"{name}: {say(f'workbook.field.{part}.{field}.label', lang)}"


def _named_number(name: str, lang: Lang, event: dict[str, Any]) -> str:
    """«Guests: nights per person» where one row or two use it, else «sold (12 rows)»; its own name where none does."""
    uses = [input_name(use, lang).partition(": ") for use in _uses(event, name)]
    fields = ", ".join(dict.fromkeys(field for _, _, field in uses))
    if not uses:
        return name
    if len(uses) <= FEW:
        return f"{', '.join(row for row, _, _ in uses)}: {fields}"
    return say("figure.shared_number", lang, field=fields, count=len(uses))


def _uses(entry: Any, name: str, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths where a named number stands."""
    if isinstance(entry, list):
        for row in entry:
            yield from _uses(row, name, (*path, str(row.get("name", row.get("date")))))
    elif isinstance(entry, dict):
        if name in (entry.get("ref"), entry.get("of")):
            yield "/".join(path)
        for field, below in entry.items():
            yield from _uses(below, name, (*path, field))


def parameter_name(key: str, lang: str) -> str:
    """A parameter's name; its key where today's parameters have no such one (names are not locked)."""
    known = read_parameters()
    return known[key].name(lang) if key in known else key


def path_words(path: list[str], lang: Lang) -> str:
    """The parts of a path that have a name in words, the others as they are."""
    words = []
    for part in path:
        keys = (f"figure.{part}", f"workbook.field.audience.spend.{part}.label")
        key = next((key for key in keys if has(key)), None)
        words.append(say(key, lang) if key else part)
    return ", ".join(words)
