"""All that the page and the annual report say of the years, made once: the same figures in both.

found = over_years(store, actor, reference)
found.of(2026).total.forecast; found.accounts.of(*AWARDED, year=2026)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.clock import today
from data.dated import Parameters
from data.permission import Actor
from data.store import Store
from fund.books.partners import Partner
from fund.years.accounts import AWARDED, Accounts, accounts
from fund.years.supported import Supported, YearsAward, supported, years_awards
from fund.years.value_added import Known, PlaceSum, Summed, by_place, grouped, known_events, ranges_of_events, summed
from impact.business import Prices
from impact.free_beds import FreeBeds, free_beds
from impact.parameter_values import known_parameters
from impact.ranges import Range
from impact.reference import Reference

MADE_OF = (
    "application", "application_revision", "award", "decision", "estimate", "evaluation", "event", "night",
    "organisation", "parameter_value", "partner", "posting",
)  # fmt: skip
"""The kinds of rows that the years are made of: they hold until one of these is changed, or a new day begins."""


@dataclass(frozen=True)
class MonthRow:
    """The events that begin in a month of the calendar, and what stood free where they were held."""

    month: int
    ore: int
    sums: Summed
    beds: FreeBeds


@dataclass(frozen=True)
class PartnerRow:
    """A partner: øre that it brought, its part of what was awarded and of what is paid, and of all paid as a share.

    ``place`` is its own municipality's part of the impact; None where the partner isn't one of the region.
    """

    partner: Partner
    received: int
    awarded: int
    paid: int
    share: float | None
    place: PlaceSum | None


@dataclass(frozen=True)
class Period:
    """One year, or all (``year`` None). ``awarded`` is øre by the host's code and by the event's kind; they sum to what
    the ledger says was awarded. Value added counts events for the year that they first got support in."""

    year: int | None
    total: Summed
    places: tuple[PlaceSum, ...]
    awarded_by_place: Mapping[str, int]
    kinds: Mapping[str, Summed]
    awarded_by_kind: Mapping[str, int]
    months: tuple[MonthRow, ...]
    partners: tuple[PartnerRow, ...]
    events: tuple[Supported, ...]

    def unevaluated(self, day: dt.date) -> list[Supported]:
        """Events that are over and have no locked outcome."""
        return [one for one in self.events if one.certain and one.outcome is None and one.held(day)]


@dataclass(frozen=True)
class OverYears:
    """The accounts, every award, and each period. Kroner of value added are of ``price_year``; estimates of the years
    ``other_years`` couldn't be carried to it. ``events`` are the forecast and outcome of each, by the event's number.
    """

    accounts: Accounts
    awards: tuple[YearsAward, ...]
    periods: Mapping[int | None, Period]
    events: Mapping[int, tuple[Range | None, Range | None]]
    price_year: int
    other_years: tuple[int, ...]

    def of(self, year: int | None) -> Period:
        """A year, or all. Raises LookupError for a year in which nothing was booked."""
        if year not in self.periods:
            raise LookupError(f"nothing was booked in {year}")
        return self.periods[year]


def over_years(store: Store, actor: Actor, reference: Reference) -> OverYears:
    """Everything. Needs ``years.read``. Raises Refused."""
    with store.read():  # one moment for all of it
        return _read(store, actor, reference)


def _read(store: Store, actor: Actor, reference: Reference) -> OverYears:
    books = accounts(store, actor)
    awards = tuple(years_awards(store, actor))
    prices = Prices(reference)
    found = known_events(store, actor, supported(store, awards), reference, prices)
    rows = [row for one in found for row in (one.one.forecast, one.one.outcome) if row is not None and one.counts]
    beyond = {row.price_year for row in rows if not prices.first <= row.price_year <= prices.year}
    return OverYears(
        accounts=books,
        awards=awards,
        periods={year: _period(store, reference, books, awards, found, year) for year in (None, *books.years)},
        events=ranges_of_events(found),
        price_year=prices.year,
        other_years=tuple(sorted(beyond)),
    )


def _period(
    store: Store,
    reference: Reference,
    books: Accounts,
    awards: tuple[YearsAward, ...],
    found: list[Known],
    year: int | None,
) -> Period:
    within = [one for one in found if year in (None, one.one.year)]
    given = [(one, one.awarded(year)) for one in awards]
    places = by_place(within, reference.municipalities)
    return Period(
        year=year,
        total=summed(within),
        places=tuple(places),
        awarded_by_place=_sums((one.municipality, ore) for one, ore in given),
        kinds=grouped(within, lambda one: one.event.kind),
        awarded_by_kind=_sums((one.kind, ore) for one, ore in given),
        months=_months(store, within, Parameters(known_parameters(store), today())),
        partners=_partners(books, year, {one.code: one for one in places}, reference),
        events=tuple(one.one for one in within),
    )


def _months(store: Store, found: list[Known], parameters: Parameters) -> tuple[MonthRow, ...]:
    """By the month of the first day; the free rooms are of that month of that year, where the event is held."""
    dated = [one for one in found if one.one.event.first_day is not None and one.one.certain]

    def month(one: Supported) -> int:
        return one.event.first_day.month if one.event.first_day else 0

    rows = []
    for number, sums in grouped(dated, month).items():
        own = [one.one for one in dated if month(one.one) == number]
        where = [(one.event.municipality, one.event.first_day.year, number) for one in own if one.event.first_day]
        rows.append(MonthRow(number, sum(one.ore for one in own), sums, free_beds(store, where, parameters)))
    return tuple(rows)


def _partners(
    books: Accounts, year: int | None, places: Mapping[str, PlaceSum], reference: Reference
) -> tuple[PartnerRow, ...]:
    whole = books.net("paid", year=year)
    rows = []
    for one in books.partners:
        paid = books.net("paid", year=year, partner=one.id)
        received = -books.net("contributed", year=year, partner=one.id)
        awarded = books.of(*AWARDED, year=year, partner=one.id)
        if received or awarded or paid:
            share = paid / whole if whole > 0 else None
            rows.append(PartnerRow(one, received, awarded, paid, share, places.get(own_code(one, reference))))
    return tuple(sorted(rows, key=lambda one: (-one.received, one.partner.name)))


def own_code(partner: Partner, reference: Reference) -> str:
    """The municipality that a public partner is, by its name: «Skaun» or «Skaun kommune»; "" for any other partner."""
    name = partner.name.casefold().removesuffix(" kommune").strip()
    codes = {one.casefold(): code for code, one in reference.municipalities.items()}
    return codes.get(name, "") if partner.kind == "public" else ""


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, ore in pairs:
        if ore:
            found[key] = found.get(key, 0) + ore
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
