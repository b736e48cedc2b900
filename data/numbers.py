"""Numbers as bokmål and English write them.

Bokmål: hard space between thousands, decimal comma. English: comma between thousands, decimal point.
Source: Språkrådet, «Tall, tid, dato» (hard space, never a point, between thousands).
"""

from __future__ import annotations

import math
from typing import Any

HARD_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def number(value: float, lang: str, decimals: int = 0) -> str:
    """``value`` with a fixed number of decimals: ``1 234,5`` in bokmål, ``1,234.5`` in English.

    Negative ``decimals`` round to tens, hundreds and so on.
    """
    if not math.isfinite(value):
        return str(value)
    if decimals < 0:
        value, decimals = round(value, decimals), 0
    text = f"{abs(value):,.{decimals}f}"
    if lang == "nb":
        text = text.replace(",", HARD_SPACE).replace(".", ",")
    negative = value < 0 and float(f"{value:.{decimals}f}") != 0
    return MINUS + text if negative else text


def significant(value: float, lang: str, digits: int = 3) -> str:
    """``value`` rounded to ``digits`` significant digits, never with an exponent."""
    if value == 0 or not math.isfinite(value):
        return number(value, lang)
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    text = number(round(value, decimals), lang, max(0, decimals))
    point = "," if lang == "nb" else "."
    return text.rstrip("0").rstrip(point) if decimals > 0 else text


def percent(share: float, lang: str, decimals: int = 0) -> str:
    """A share as percent: ``12 %`` in bokmål, ``12%`` in English."""
    return number(100 * share, lang, decimals) + (HARD_SPACE if lang == "nb" else "") + "%"


def money(value: float, lang: str) -> str:
    """Kroner in a sentence: ``163,6 millioner kroner``, ``NOK 50,000``."""
    if abs(value) >= 1e6:
        figure = significant(value / 1e6, lang, 4)
        millions = "million" if figure == "1" else "millioner"
        return f"{figure} {millions} kroner" if lang == "nb" else f"NOK {figure} million"
    figure = number(value, lang)
    return f"{figure} kroner" if lang == "nb" else f"NOK {figure}"


def kroner(ore: int, lang: str) -> str:
    """Øre as kroner to the last øre: ``1 234,50 kroner``, ``NOK 1,234.50``; without decimals where there are none."""
    whole, rest = divmod(abs(ore), 100)
    point = "," if lang == "nb" else "."
    figure = (MINUS if ore < 0 else "") + number(whole, lang) + (f"{point}{rest:02d}" if rest else "")
    return f"{figure} kroner" if lang == "nb" else f"NOK {figure}"


def euros(cents: int, lang: str) -> str:
    """Cents as euro to the last cent: ``1 234,50 euro``, ``EUR 1,234.50``; without decimals where there are none."""
    figure = kroner(int(cents), lang)
    return figure.removesuffix("kroner") + "euro" if lang == "nb" else figure.replace("NOK", "EUR", 1)


def localised(value: Any, lang: str) -> str:
    """A figure in a sentence: whole numbers in full, others to four significant digits, text as it stands."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return number(value, lang)
    return number(value, lang) if abs(value) >= 1000 else significant(value, lang, 4)
