"""Searching stored text: one text without capitals a row, each word of a search sought in it by itself.

Norwegian letters stay what they are: å is not a. Signs that mean something to LIKE are sought as themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def searchable(texts: Iterable[str]) -> str:
    """What a search reads of these texts."""
    return _folded("\n".join(text for text in texts if text))


def clause(column: str, text: str) -> tuple[str, list[str]]:
    """The SQL condition that every word of ``text`` stands in ``column``, and its values."""
    words = _folded(text).split()
    condition = " AND ".join([f"{column} LIKE ? ESCAPE '\\'"] * len(words)) or "1 = 1"
    return condition, [f"%{_escaped(word)}%" for word in words]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _escaped(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return word
