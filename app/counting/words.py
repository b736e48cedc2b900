"""Counts in words: figures with their units, periods, and the sentences about what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.visit import Visit
from data.clock import day_of_year, days, written
from data.numbers import HARD_SPACE, MINUS, kroner, number
from data.phrases import Lang, say
from impact.counts.baseline import Baseline, Spread
from impact.counts.series import Series
from impact.counts.units import Step, last_day
from impact.register import EventRow


def amount(series: Series, value: float, lang: Lang) -> str:
    """A figure with its unit: «12 400 besøk», «1 200 000 kroner»."""
    if series.unit.unit == "kroner":
        return kroner(round(value) * 100, lang)
    return f"{number(value, lang)} {say(f'counts.unit.{series.unit.unit}', lang)}"


def signed(value: float, lang: Lang) -> str:
    """A difference with its sign: «+1 200»."""
    text = number(value, lang)
    return text if text.startswith(MINUS) or round(value) == 0 else f"+{text}"


def between(found: Spread | None, lang: Lang, *, signs: bool = False) -> str:
    """The ends of a range, "" where there is none."""
    if found is None or found.low is None or found.high is None:
        return ""
    if signs:
        return say("counts_page.ends", lang, low=signed(found.low, lang), high=signed(found.high, lang))
    return say("report.to", lang, low=number(found.low, lang), high=number(found.high, lang))


def period(step: Step, first: dt.date, lang: Lang) -> str:
    """A period as people read it: «26. feb.», «uke 9», «februar»."""
    if step == "week":
        return say("counts_page.week", lang, week=first.isocalendar().week)
    said = written(first, "LLLL", lang) if step == "month" else day_of_year(first, lang)
    return said.replace(" ", HARD_SPACE)


def span(series: Series, row: EventRow, lang: Lang) -> str:
    """From the first to the last of the event's days that the count has."""
    found = sorted(series.of_event(row))
    if not found or series.step == "whole":
        return days(row.first_day, row.last_day, lang)
    return days(found[0], last_day(series.step, found[-1]), lang)


def sentence(visit: Visit, series: Series, row: EventRow) -> str:
    """What was counted and what it is: «Det ble skannet 12 400 billetter …; det er besøk, ikke personer.»"""
    total = series.total(row)
    if total is None:
        return visit.say("counts_page.no_total", name=series.name)
    figure = amount(series, total.value, visit.lang) if series.kind == "cards" else number(total.value, visit.lang)
    return visit.say(f"counts_page.sentence.{series.kind}", figure=figure, when=span(series, row, visit.lang))


def difference(visit: Visit, series: Series, found: Baseline) -> str:
    """The difference from the ordinary in a sentence, with its range, or why it has none or isn't known."""
    say, lang, more = visit.say, visit.lang, found.difference
    unit = say(f"counts.unit.{series.unit.unit}")
    if series.step == "whole":
        return say("counts_page.difference.whole")
    if more is None:
        return say("counts_page.difference.unknown")
    mean = signed(more.mean, lang)
    if ends := between(more, lang, signs=True):
        return say("counts_page.difference.range", mean=mean, unit=unit, ends=ends, years=spell_years(found.years))
    if len(found.years) == 1:
        return say("counts_page.difference.one_year", mean=mean, unit=unit, year=str(found.years[0]))
    return say("counts_page.difference.no_range", mean=mean, unit=unit, years=spell_years(found.years))


def spell_years(found: Iterable[int]) -> str:
    """Years with no more words than needed: «2019–2022, 2024»."""
    runs: list[list[int]] = []
    for year in sorted(found):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
