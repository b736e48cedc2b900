"""Every sentence a person reads, in bokmål and English, side by side in ``data/text``.

A text file is TOML; a phrase is a table with the keys ``nb`` and ``en``. The key of a phrase is the file's name and
the path in it: ``event.unknown_field.problem`` is ``[unknown_field.problem]`` in ``event.toml``. Figures are put in
with ``{name}``; numbers are written as the language writes them (see :mod:`data.numbers`), and a figure whose name
begins with ``nok_`` as money, one with ``ore_`` as kroner to the last øre, one with ``cent_`` as euro to the last cent.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.numbers import euros, kroner, localised, money

Lang = Literal["nb", "en"]
LANGUAGES: tuple[Lang, ...] = ("nb", "en")
TEXT = Path(__file__).parent / "text"


def say(key: str, lang: Lang, /, **figures: Any) -> str:
    """The phrase ``key`` in ``lang``, with figures put in.

    Raises KeyError where the phrase, the language or a figure it names is missing.
    """
    entry: Any = _file(key.partition(".")[0])
    for part in key.split(".")[1:]:
        entry = entry[part]
    if lang not in entry:
        raise KeyError(f"{key} has no text in {lang}")
    return str(entry[lang]).format(**{name: _written(name, value, lang) for name, value in figures.items()})


def has(key: str) -> bool:
    """Whether there is a phrase with this key."""
    try:
        entry: Any = _file(key.partition(".")[0])
        for part in key.split(".")[1:]:
            entry = entry[part]
    except (KeyError, FileNotFoundError):
        return False
    return isinstance(entry, dict) and "nb" in entry


def _written(name: str, value: Any, lang: Lang) -> str:
    if name.startswith("nok_"):
        return money(value, lang)
    if name.startswith("cent_"):
        return euros(value, lang)
    return kroner(value, lang) if name.startswith("ore_") else localised(value, lang)


@cache
def _file(name: str) -> dict[str, Any]:
    with (TEXT / f"{name}.toml").open("rb") as stream:
        return tomllib.load(stream)
