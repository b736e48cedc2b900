"""Amounts of money: whole øre in Norwegian kroner, never a float.

    ore("1 234,50")          # 123450
    kroner(123450, "nb")     # '1 234,50 kroner'

2⁵³ øre is the most that is taken: spreadsheets and JSON readers hold larger whole numbers inexactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from data.faults import Fault, Faults, shown
from data.numbers import kroner
from data.typed import read_amount

__all__ = ["LARGEST", "checked", "kroner", "ore", "shares"]

LARGEST = 2**53
_FOREIGN = re.compile(r"\b(?!NOK\b)[A-Z]{3}\b|\b(?:eur|euro|usd|sek|dkk|gbp)\b")


def ore(text: str, *, place: str = "", least: int = 0) -> int:
    """Kroner as a person types them, as øre. At least ``least`` øre.

    Raises :class:`Faults` for what is no amount, has parts of an øre, is in another currency, or is too small or large.
    """
    if not isinstance(text, str):
        raise _fault("not_text", text, place, kind=type(text).__name__)
    if _FOREIGN.search(text) or any(unicodedata.category(sign) == "Sc" for sign in text):
        raise _fault("currency", text, place)
    exact = read_amount(text, place=place) * 100
    if exact != exact.to_integral_value():
        raise _fault("part_of_ore", text, place)
    return _within(int(exact), text, place, least)


def checked(value: object, place: str = "", *, least: int = 1) -> int:
    """``value`` if it is whole øre of at least ``least``. Raises :class:`Faults` for anything else."""
    if type(value) is not int:
        raise _fault("not_ore", value, place, kind=type(value).__name__)
    return _within(value, str(value), place, least)


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in proportion to ``weights``, to the øre: the largest remainders get what is left, the first on a tie.

    The shares sum to ``total``, and none is above its weight where ``total`` isn't above their sum. Hamilton's method.
    Raises ValueError where there is nothing to be in proportion to.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0 or total < 0:
        raise ValueError("shares need a total and weights that aren't negative, and one weight above zero")
    given = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(given)]:
        given[place] += 1
    return given


def _within(value: int, text: str, place: str, least: int) -> int:
    if abs(value) > LARGEST:
        raise _fault("too_large", text, place, ore_largest=LARGEST)
    if value < least:
        raise _fault("too_small", text, place, ore_given=value, ore_least=least)
    return value


def _fault(code: str, value: object, place: str, **figures: object) -> Faults:
    return Faults([Fault("", place, shown(value), f"ledger.money.{code}", figures)])
