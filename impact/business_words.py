"""The answers of the business view in plain words: the leading sentence, and how the figures were reckoned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from data.numbers import number
from data.phrases import Lang, say
from impact.area_nights import NightView
from impact.business import Answer
from impact.reference import Reference

ROUGH = 2
"""Significant digits of kroner in a sentence: a range of 8 in 10 deserves no more."""


def place_name(reference: Reference, municipality: str | None, lang: Lang) -> str:
    """The municipality's name, or the region's where there is none."""
    return say("business.region", lang) if municipality is None else reference.municipalities[municipality]


def day(date: dt.date, lang: Lang) -> str:
    """A day in a sentence: 1.3.2026 in bokmål, 2026-03-01 in English."""
    return f"{date.day}.{date.month}.{date.year}" if lang == "nb" else date.isoformat()


def sentence(answer: Answer, reference: Reference, lang: Lang) -> str:
    """The answer in one sentence: what may be gained, or lost, or that it is not known."""
    span = {"since": day(answer.since, lang), "until": day(answer.until, lang)}
    if not answer.certain:
        return say("business.sentence.none", lang, **span)
    place, trade = place_name(reference, answer.municipality, lang), answer.trade.name(lang)
    trade = trade[0].lower() + trade[1:]
    if answer.kroner is None:
        return say("business.sentence.unknown", lang, trade=trade, place=place, **span)
    low, high = _rough(answer.kroner.p10), _rough(answer.kroner.p90)
    kind = "place" if low >= 0 else "loss" if high <= 0 else "either"
    if kind == "loss":
        low, high = high, low
    ends = {"nok_low": abs(low), "nok_high": abs(high)}
    return say(f"business.sentence.{kind}", lang, trade=trade, place=place, **ends, **span)


def notes(answer: Answer, reference: Reference, lang: Lang) -> list[str]:
    """How the figures were reckoned and what they are not, a sentence each."""
    said = [say("business.note.kroner", lang, year=str(answer.price_year)), say("business.note.sum", lang)]
    if answer.other_years:
        said.append(say("business.note.other_years", lang, years=", ".join(map(str, answer.other_years))))
    if answer.uncertain:
        said.append(say("business.note.uncertain", lang))
    said.append(say("business.note.later", lang))
    hours, shift = (number(one.mode, lang, 1) for one in answer.assumptions)
    said.append(say("business.note.shifts", lang, hours=hours, shift=shift))
    if answer.municipality is not None:
        said += night_notes(answer.nights, place_name(reference, answer.municipality, lang), lang)
    return said


def night_notes(nights: Iterable[NightView], place: str, lang: Lang) -> list[str]:
    """What is said of the nights: that they are reckoned together, and which are not known or the event's own."""
    nights = list(nights)
    said = [say("business.note.joint", lang)]
    if unknown := sum(one.known is None for one in nights):
        said.append(say("business.note.nights_unknown", lang, count=unknown, place=place))
    if own := sum(one.known == "event" for one in nights):
        said.append(say("business.note.nights_event", lang, count=own))
    return said


def tax_note(lang: Lang) -> str:
    """What a municipality's income tax is not."""
    return say("business.note.tax", lang)


def _rough(amount: float) -> float:
    """Kroner at two significant digits."""
    return float(f"{amount:.{ROUGH}g}")
