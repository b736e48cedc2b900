"""The single values of a scheme's document: what each may be, and how it is read.

A document comes from TOML, or from JSON where a day is text. Money is whole kroner and becomes øre; a share is a text,
``"1/3"``, ``"10 %"`` or ``"0.25"``, and becomes an exact fraction: a float is refused, since it is neither.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from fund.books.money import LARGEST
from fund.rulebook.periods import Period

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}\Z")
_SHARE = re.compile(r"(?:(\d{1,6})/(\d{1,6})|(\d{1,3}(?:[.,]\d{1,6})?) ?%|(0[.,]\d{1,9}|[01]))\Z", re.ASCII)
LONGEST = 4_000


class BadValueError(Exception):
    """A value that can't be read; ``code`` names the phrase, below ``scheme``."""

    def __init__(self, code: str, **figures: Any) -> None:
        self.code, self.figures = code, figures
        super().__init__(code)


def text(raw: Any) -> str:
    """A text that isn't blank."""
    if not isinstance(raw, str) or not raw.strip() or len(raw) > LONGEST:
        raise BadValueError("not_text", most=LONGEST)
    return raw.strip()


def key(raw: Any) -> str:
    """A name for the program: small letters, digits, hyphens."""
    if not isinstance(raw, str) or not _KEY.match(raw):
        raise BadValueError("bad_key")
    return raw


def kroner(raw: Any) -> int:
    """Whole kroner, as øre."""
    if type(raw) is not int or not 0 <= raw <= LARGEST // 100:
        raise BadValueError("kroner")
    return 100 * raw


def share(raw: Any) -> Fraction:
    """A share above 0 and at most 1, exactly as it is written."""
    found = _SHARE.match(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        raise BadValueError("share")
    over, under, percent, plain = found.groups()
    try:
        if over:
            value = Fraction(int(over), int(under))
        else:
            value = Fraction(percent.replace(",", ".")) / 100 if percent else Fraction(plain.replace(",", "."))
    except ZeroDivisionError:
        raise BadValueError("share") from None
    if not 0 < value <= 1:
        raise BadValueError("share")
    return value


def weight(raw: Any) -> Fraction:
    """A weight among others: a whole number above 0, or text as ``"1/2"``, ``"1.5"``."""
    if type(raw) is int and 0 < raw <= 1000:
        return Fraction(raw)
    short = isinstance(raw, str) and len(raw) <= 20 and "e" not in raw.casefold()  # 1e50000000 would be written out
    try:
        value = Fraction(raw.replace(",", ".")) if short else Fraction(0)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if not 0 < value <= 1000:
        raise BadValueError("weight")
    return value


def count(raw: Any) -> int:
    """A whole number from 1 to 100."""
    if type(raw) is not int or not 1 <= raw <= 100:
        raise BadValueError("count")
    return raw


def year(raw: Any) -> int:
    """A year of four digits."""
    if type(raw) is not int or not 1900 <= raw <= 2999:
        raise BadValueError("year")
    return raw


def yes(raw: Any) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise BadValueError("yes")
    return raw


def day(raw: Any) -> dt.date:
    """A day."""
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    try:
        return dt.date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise BadValueError("day") from None


def year_day(raw: Any) -> tuple[int, int]:
    """A date of every year, ``12-01``, as month and day; 29 February isn't one."""
    try:
        found = dt.datetime.strptime(f"2001-{raw}", "%Y-%m-%d")
    except ValueError:
        raise BadValueError("year_day") from None
    return found.month, found.day


def period(raw: Any) -> Period:
    """A period, ``3 weeks``."""
    try:
        return Period.read(raw)
    except (TypeError, ValueError):
        raise BadValueError("period") from None


def choice(known: Sequence[str]) -> Callable[[Any], str]:
    """One of ``known``."""

    def read(raw: Any) -> str:
        if raw not in known:
            raise BadValueError("choice", known=", ".join(known))
        return str(raw)

    return read


def choices(known: Sequence[str]) -> Callable[[Any], tuple[str, ...]]:
    """Some of ``known``, at least one, none twice."""

    def read(raw: Any) -> tuple[str, ...]:
        if not isinstance(raw, list) or not raw or any(one not in known for one in raw) or len(set(raw)) < len(raw):
            raise BadValueError("choices", known=", ".join(known))
        return tuple(raw)

    return read
