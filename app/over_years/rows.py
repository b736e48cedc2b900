"""The tables of a period as headings and rows of text: the page links its cells, the annual report prints them.

Amounts are øre written as kroner; value added is a range, modelled. The columns on outcomes are there only where
something was evaluated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.over_years.sentences import in_words
from app.tables import Column, amount
from data.clock import written
from data.numbers import percent
from data.phrases import Lang, say
from fund.rulebook.schemes import word
from fund.years.accounts import AWARDED, LINE, Line, shown_lines
from fund.years.over_years import MonthRow, OverYears, PartnerRow, Period
from fund.years.supported import YearsAward
from fund.years.value_added import PlaceSum, Summed
from impact.free_beds import FreeBeds
from impact.reference import Reference


@dataclass(frozen=True)
class Rows:
    """A table: what it is, its columns, and its rows of words; the last ``totals`` are sums."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: int = 0


def _heads(lang: Lang, first: str, *others: str) -> tuple[Column, ...]:
    names = [Column(say(f"years.column.{name}", lang), number=True) for name in others]
    return (Column(say(f"years.column.{first}", lang)), *names)


def _after(found: Sequence[Summed | PlaceSum]) -> tuple[str, ...]:
    """The columns on outcomes, where there are any."""
    return ("forecast_of_evaluated", "outcome") if any(one.outcome is not None for one in found) else ()


def _ranges(one: Summed | PlaceSum | None, after: Sequence[str], lang: Lang) -> list[str]:
    """The forecast and, for each of ``after``, what stands there; visibly unknown or not evaluated where it is."""
    later = say("years.not_evaluated", lang)
    if one is None:
        return [in_words(None, lang), *(later for _ in after)]
    shown = [getattr(one, name) for name in after]
    return [in_words(one.forecast, lang), *(in_words(found, lang) if found else later for found in shown)]


def account_lines(found: OverYears, year: int | None) -> list[Line]:
    """The lines of the account that a period shows."""
    return shown_lines(found.accounts, (year,))


def accounts_rows(found: OverYears, year: int | None, lang: Lang) -> Rows:
    """The account: every line for the year, and for every year together."""
    years = [year, None] if year is not None else [None]
    heads = [Column(str(one) if one else say("years.all", lang), number=True) for one in years]
    rows = tuple(
        (
            say(f"years.line.{line.name}", lang),
            *(amount(found.accounts.of(line, year=one), lang) for one in years),
        )
        for line in account_lines(found, year)
    )
    return Rows(say("years.caption.accounts", lang), (Column(say("years.column.item", lang)), *heads), rows)


def years_rows(found: OverYears, lang: Lang) -> Rows:
    """A row for each year, and all of them."""
    books, every = found.accounts, [*found.accounts.years, None]
    totals = [found.of(year).total for year in every]
    after = _after(totals)
    heads = _heads(lang, "year", "awarded", "forecast", *after, "paid", "lost")
    rows = tuple(
        (
            str(year) if year else say("years.all", lang),
            amount(books.of(*AWARDED, year=year), lang),
            *_ranges(total, after, lang),
            amount(books.net("paid", year=year), lang),
            amount(books.of(LINE["lost"], year=year), lang),
        )
        for year, total in zip(every, totals, strict=True)
    )
    return Rows(say("years.caption.years", lang), heads, rows, totals=1)


def awards_rows(found: OverYears, year: int | None, lang: Lang) -> Rows:
    """Every award of the year, with the forecast of its event and what came of it; they sum to the ledger's."""
    given = [(one, one.awarded(year)) for one in found.awards if one.awarded(year)]

    def row(one: YearsAward, ore: int) -> tuple[str, ...]:
        name = say("years.award", lang, title=one.title, number=one.number, form=word("form", one.form, lang))
        to = one.recipient or say("fund_page.private", lang)
        return (name, to, amount(ore, lang), *_of_event(found, one, lang))

    total = (say("years.total", lang), "", amount(sum(ore for _, ore in given), lang), "", "")
    first = [Column(say(f"years.column.{name}", lang)) for name in ("event", "recipient")]
    heads = (*first, *_heads(lang, "event", "awarded", "forecast", "outcome")[1:])
    rows = tuple(row(*one) for one in given)
    return Rows(say("years.caption.awards", lang), heads, (*rows, total) if rows else (), totals=1)


def _of_event(found: OverYears, one: YearsAward, lang: Lang) -> tuple[str, str]:
    """The forecast and the outcome of an award's event, or why there is none."""
    if one.event is None or one.event.id not in found.events:
        return say("years.unknown" if one.event is None else "years.not_added", lang), "–"
    forecast, outcome = found.events[one.event.id]
    return in_words(forecast, lang), in_words(outcome, lang) if outcome else say("years.not_evaluated", lang)


def places_rows(found: OverYears, year: int | None, reference: Reference, lang: Lang) -> Rows:
    """The municipalities: what events there were awarded, and the value added that arises there."""
    period = found.of(year)
    after = _after(period.places)
    values = {one.code: one for one in period.places}
    codes = [*period.awarded_by_place, *(one.code for one in period.places if one.code not in period.awarded_by_place)]

    def name(code: str) -> str:
        return reference.municipalities.get(code, code) or say("years.elsewhere", lang)

    rows = [
        (name(code), amount(period.awarded_by_place.get(code, 0), lang), *_ranges(values.get(code), after, lang))
        for code in codes
    ]
    whole = (
        say("years.total", lang),
        amount(sum(period.awarded_by_place.values()), lang),
        *_ranges(period.total, after, lang),
    )
    heads = _heads(lang, "place", "awarded_here", "forecast", *after)
    return Rows(say("years.caption.places", lang), heads, (*rows, whole), totals=1)


def kinds_rows(found: OverYears, year: int | None, lang: Lang) -> Rows:
    """The kinds of events."""
    period = found.of(year)
    after = _after([period.total])
    rows = [
        (
            kind or say("years.unknown_kind", lang),
            str(period.kinds[kind].events) if kind in period.kinds else "0",
            amount(ore, lang),
            *_ranges(period.kinds.get(kind), after, lang),
        )
        for kind, ore in period.awarded_by_kind.items()
    ]
    whole = (
        say("years.total", lang),
        str(period.total.events),
        amount(sum(period.awarded_by_kind.values()), lang),
        *_ranges(period.total, after, lang),
    )
    heads = _heads(lang, "kind", "events", "awarded", "forecast", *after)
    return Rows(say("years.caption.kinds", lang), heads, (*rows, whole), totals=1)


def months_rows(found: OverYears, year: int | None, lang: Lang) -> Rows:
    """The months that events begin in, and the rooms that stand free then where they are held."""
    period = found.of(year)

    def row(one: MonthRow) -> tuple[str, ...]:
        name = written(dt.date(2000, one.month, 1), "LLLL", lang).capitalize()
        forecast = in_words(one.sums.forecast, lang)
        return (name, forecast, beds(one.beds, lang), str(one.sums.events), amount(one.ore, lang))

    heads = _heads(lang, "month", "forecast", "beds", "events", "awarded_to_them")
    return Rows(say("years.caption.months", lang), heads, tuple(map(row, period.months)))


def beds(found: FreeBeds, lang: Lang) -> str:
    """The share of rooms that stand free, as far as it is known."""
    if found.share is None:
        return say("years.beds.none", lang)
    low, high = (percent(end, lang) for end in (found.share.p10, found.share.p90))
    one = say("years.beds.share_one", lang, low=low)
    share = one if low == high else say("years.beds.share", lang, low=low.rstrip("% \N{NO-BREAK SPACE}"), high=high)
    if found.known == found.nights:
        return share
    return say("years.beds.part", lang, share=share, known=found.known, nights=found.nights)


def partners_rows(found: OverYears, year: int | None, lang: Lang) -> Rows:
    """The partners: what each brought, where it went, and its municipality's part of the impact."""
    period = found.of(year)
    own = any(one.place is not None for one in period.partners)

    def row(one: PartnerRow) -> tuple[str, ...]:
        place = (in_words(one.place.forecast, lang) if one.place else "–",) if own else ()
        name = say(f"years.{one.partner.kind}", lang, name=one.partner.name)
        return (name, *_amounts([one], lang), *place)

    def whole(name: str, kind: str) -> tuple[str, ...]:
        some = [one for one in period.partners if kind in ("", one.partner.kind)]
        return (say(f"years.{name}", lang), *_amounts(some, lang), *([""] if own else []))

    names = ("received", "share_awarded", "share_paid", "share", *(("own_place",) if own else ()))
    heads = _heads(lang, "partner", *names)
    totals = (whole("all_public", "public"), whole("all_private", "private"), whole("total", ""))
    return Rows(say("years.caption.partners", lang), heads, (*map(row, period.partners), *totals), totals=3)


def _amounts(some: Sequence[PartnerRow], lang: Lang) -> list[str]:
    """What partners together paid in, what of it was awarded and paid, and that as a share of all paid."""
    known = [one.share for one in some if one.share is not None]
    shown = [
        amount(sum(pick), lang) for pick in zip(*((one.received, one.awarded, one.paid) for one in some), strict=True)
    ]
    return [*(shown or [amount(0, lang)] * 3), percent(sum(known), lang) if known else "–"]


def knows_beds(period: Period) -> bool:
    """Whether the room register has anything on the months of the events."""
    return any(one.beds.known for one in period.months)
