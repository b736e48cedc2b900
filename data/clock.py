"""The one clock of the program's users: days and times in Europe/Oslo, as people read them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from data.numbers import HARD_SPACE
from data.phrases import Lang

OSLO = ZoneInfo("Europe/Oslo")
LOCALES = {"nb": "nb_NO", "en": "en_GB"}


def today() -> dt.date:
    """The day it is in Norway."""
    return day_at(dt.datetime.now(dt.UTC))


def day_at(at: dt.datetime) -> dt.date:
    """The day that it is in Norway at a moment."""
    return at.astimezone(OSLO).date()


def day(date: dt.date | None, lang: Lang) -> str:
    """A day in full: ``26. februar 2025``, ``26 February 2025``; a dash where it isn't known."""
    return written(date, "long", lang) if date else "–"


def days(first: dt.date | None, last: dt.date | None, lang: Lang) -> str:
    """A span of days with no more words than needed: ``26. feb.–9. mars 2025``, ``18.–21. aug. 2026``."""
    if first is None or last is None or first == last:
        return short_day(first or last, lang)
    if (first.year, first.month) == (last.year, last.month):
        start = f"{first.day}." if lang == "nb" else str(first.day)
    elif first.year == last.year:
        start = day_of_year(first, lang)
    else:
        start = short_day(first, lang)
    return f"{start}–{short_day(last, lang)}"


def day_of_year(date: dt.date, lang: Lang) -> str:
    """A day without its year, the month cut short: ``26. feb.``, ``26 Feb``."""
    return written(date, "d. MMM" if lang == "nb" else "d MMM", lang)


def short_day(date: dt.date | None, lang: Lang) -> str:
    """A day with the month cut short: ``26. feb. 2025``; a dash where it isn't known."""
    return written(date, "d. MMM y" if lang == "nb" else "d MMM y", lang) if date else "–"


def moment(at: str | None, lang: Lang) -> str:
    """A stored moment (ISO 8601, UTC) as the clock stood in Norway: ``26. feb. 2025 kl. 14.32``."""
    if not at:
        return "–"
    there = dt.datetime.fromisoformat(at).astimezone(OSLO)
    between = " kl. " if lang == "nb" else ", "
    return f"{short_day(there.date(), lang)}{between}{time(there, lang)}".replace(" kl. ", f" kl.{HARD_SPACE}")


def time(at: dt.datetime, lang: Lang) -> str:
    """The time of day: ``14.32`` in bokmål, ``14:32`` in English."""
    return format_time(at.astimezone(OSLO), "HH.mm" if lang == "nb" else "HH:mm", locale=LOCALES[lang])


@cache
def written(date: dt.date, pattern: str, lang: Lang) -> str:
    """A day by a pattern of Unicode's (LDML), or ``long``: ``LLLL y`` gives ``februar 2027``."""
    return format_date(date, pattern, locale=LOCALES[lang])
