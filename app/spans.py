"""Ranges in words and as bands: never more digits than a range of 8 in 10 calculations deserves."""

from __future__ import annotations

import math

from app.layout import Shown
from app.visit import Visit
from data.numbers import number
from data.phrases import Lang, say
from impact.ranges import Range
from impact.report import MILLION


def kroner_between(lang: Lang, found: Range) -> str:
    """Both ends in words, their signs left to the sentence: «1,1 og 2,6 millioner kroner»."""
    return kroner_words(lang, *sorted((abs(found.p10), abs(found.p90))))


def kroner_words(lang: Lang, low: float, high: float | None = None) -> str:
    """One amount, or two, written out: «37 millioner kroner»."""
    high = low if high is None else high
    millions = max(abs(low), abs(high)) >= MILLION
    figures = _ends(lang, low, high, "and", MILLION if millions else 1.0)
    return say(f"report.kroner_{'millions' if millions else 'plain'}", lang, figure=figures)


def kroner_span(lang: Lang, found: Range) -> str:
    """Both ends for a list: «1,1–2,6 mill. kr»."""
    return _short(lang, found, found.p10, found.p90)


def kroner_middle(lang: Lang, found: Range) -> str:
    """The middle alone, in the unit of the range that stands beside it."""
    return _short(lang, found, found.p50, found.p50)


def count_span(lang: Lang, found: Range) -> str:
    """Both ends of a number of rooms, guests, shifts or persons: «310–640»."""
    return _ends(lang, found.p10, found.p90, "to", 1.0)


def count_middle(lang: Lang, found: Range) -> str:
    """The middle alone."""
    return _ends(lang, found.p50, found.p50, "to", 1.0)


def figure(visit: Visit, label: str, found: Range | None, *, kroner: bool = False, unit: str = "") -> Shown:
    """A figure in front: its middle, its range as words and band; visibly unknown where it is."""
    if found is None:
        return Shown(label, visit.say("page.unknown"), "", None, modelled=False)
    lang, gap = visit.lang, f" {unit}" if unit else ""
    middle, span = (kroner_middle, kroner_span) if kroner else (count_middle, count_span)
    words = visit.say("choosing.span", span=span(lang, found) + gap)
    return Shown(label, middle(lang, found) + gap, words, _band(found))


def _band(found: Range) -> tuple[float, float, float] | None:
    """The band on a scale from zero to the far end."""
    low, high = min(0.0, found.p10), max(0.0, found.p90)
    if low == high:
        return None
    start, end, middle = ((value - low) / (high - low) for value in (found.p10, found.p90, found.p50))
    return start, end, middle


def _short(lang: Lang, found: Range, low: float, high: float) -> str:
    millions = max(abs(found.p10), abs(found.p90)) >= MILLION
    figures = _ends(lang, low, high, "to", MILLION if millions else 1.0)
    return say(f"choosing.{'millions' if millions else 'kroner'}", lang, figure=figures)


def _ends(lang: Lang, low: float, high: float, between: str, scale: float) -> str:
    """Two numbers, or one where both round to the same."""
    places = _places(low / scale, high / scale)
    if scale == 1.0:
        places = min(places, 0)
    ends = [number(value / scale, lang, places) for value in (low, high)]
    return ends[0] if ends[0] == ends[1] else say(f"report.{between}", lang, low=ends[0], high=ends[1])


def _places(low: float, high: float) -> int:
    """Decimals that give the smaller end two significant digits and the larger at most three."""
    small, large = sorted((abs(low), abs(high)))
    if not large:
        return 0
    most = 2 - math.floor(math.log10(large))
    return min(most, 1 - math.floor(math.log10(small))) if small else most - 1
