"""What page and report say of a period: its money in a sentence, its value added with every reservation."""

from __future__ import annotations

from app.spans import kroner_between, kroner_span, kroner_words
from data.numbers import number
from data.phrases import Lang, say
from fund.years.accounts import AWARDED
from fund.years.over_years import OverYears
from impact.ranges import Range
from impact.trades import DRAWS


def lead(found: OverYears, year: int | None, lang: Lang) -> str:
    """The period in one sentence: what came in, was awarded and paid."""
    books = found.accounts
    sums = {
        "ore_received": -books.net("contributed", year=year),
        "ore_awarded": books.of(*AWARDED, year=year),
        "ore_paid": books.net("paid", year=year),
    }
    if year is None and len(books.years) > 1:
        return say("years.sentence.all", lang, first=str(books.years[-1]), last=str(books.years[0]), **sums)
    return say("years.sentence.year", lang, year=str(year or books.years[0]), **sums)


def impact_words(found: OverYears, year: int | None, lang: Lang) -> list[str]:
    """What the supported events may have given, what was left out, and in which kroner."""
    total = found.of(year).total
    if total.forecast is None:
        said = [say("years.impact.none", lang)]
    else:
        said = [_sum(total.forecast, total.events, lang)]
        if total.outcome is not None and total.forecast_of_evaluated is not None:
            both = {"outcome": in_words(total.outcome, lang), "forecast": in_words(total.forecast_of_evaluated, lang)}
            said.append(say("years.impact.evaluated", lang, evaluated=total.evaluated, events=total.events, **both))
        else:
            said.append(say("years.impact.not_evaluated", lang))
    for name in ("uncertain", "unknown"):
        if count := getattr(total, name):
            said.append(say(f"years.impact.{name}", lang, count=count))
    if total.forecast is not None:
        said.append(say("years.impact.price", lang, year=str(found.price_year)))
        if found.other_years:
            said.append(say("years.impact.beyond", lang, years=", ".join(map(str, found.other_years))))
    return said


def _sum(forecast: Range, events: int, lang: Lang) -> str:
    if forecast.p10 >= 0:
        return say("years.impact.sum", lang, between=kroner_between(lang, forecast), events=events)
    ends = {"low": kroner_words(lang, forecast.p10), "high": kroner_words(lang, forecast.p90)}
    return say("years.impact.loss", lang, events=events, **ends)


def per_krone(found: OverYears, year: int | None, lang: Lang) -> list[str]:
    """Value added beside each krone awarded, with what it is not."""
    one = found.of(year).total.per_krone
    if one is None:
        return [say("years.krone.none", lang)]
    low, high = (number(end, lang, 1) for end in (one.p10, one.p90))
    said = say("years.krone.same", lang, low=low) if low == high else say("years.krone.sum", lang, low=low, high=high)
    return [said, *(say(f"years.krone.{name}", lang) for name in ("no_return", "upper", "other_use"))]


def in_words(found: Range | None, lang: Lang) -> str:
    """A range in a cell or a sentence; visibly unknown where it is."""
    return say("years.unknown", lang) if found is None else kroner_span(lang, found)


def how(lang: Lang) -> list[str]:
    """How the figures are made, a sentence each."""
    notes = [
        say(f"years.note.{name}", lang) for name in ("lines", "stands", "net", "year", "no_sum", "place", "partner")
    ]
    return [*notes, say("years.note.draws", lang, draws=DRAWS)]
