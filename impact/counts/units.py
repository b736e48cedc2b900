"""What a count counts: units that are types of their own, so that no sum mixes them; kinds of count; periods."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, Self, get_args

Kind = Literal["tickets", "scans", "positions", "others", "unique", "guest_nights", "rooms", "cards"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Step = Literal["day", "week", "month", "whole"]
STEPS: tuple[Step, ...] = get_args(Step)
"""What one figure is of; ``whole``: of the whole event, which has no baseline."""


@dataclass(frozen=True)
class Amount:
    """A figure with its unit. Only figures of one and the same unit are added; others raise TypeError."""

    value: float

    unit = ""
    adds = True
    """Whether the figures of several days make a sum."""

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self) or not self.adds:
            raise TypeError(f"{self.unit} and {getattr(other, 'unit', other)} are never added")
        return type(self)(self.value + other.value)


@dataclass(frozen=True)
class Visits(Amount):
    """Person-days: one person at the event on one day."""

    unit = "visits"


@dataclass(frozen=True)
class UniqueVisitors(Amount):
    """Persons, however many days each; those of two days may be the same people."""

    unit = "unique_visitors"
    adds = False


@dataclass(frozen=True)
class GuestNights(Amount):
    """One person, one night."""

    unit = "guest_nights"


@dataclass(frozen=True)
class RoomNights(Amount):
    """One room, one night."""

    unit = "room_nights"


@dataclass(frozen=True)
class Kroner(Amount):
    """Kroner of the day they were spent, VAT included."""

    unit = "kroner"


UNITS: dict[Kind, type[Amount]] = {
    "tickets": Visits,
    "scans": Visits,
    "positions": Visits,
    "others": Visits,
    "unique": UniqueVisitors,
    "guest_nights": GuestNights,
    "rooms": RoomNights,
    "cards": Kroner,
}
CHOSEN = (Visits.unit, RoomNights.unit)
"""Units of which one count is chosen as the event's own."""


def period_of(step: Step, day: dt.date) -> dt.date:
    """The first day of the period that a day lies in; a whole event's is the day itself."""
    if step == "week":
        return day - dt.timedelta(day.weekday())
    return day.replace(day=1) if step == "month" else day


def periods(step: Step, first: dt.date, last: dt.date) -> list[dt.date]:
    """The periods that have any day from ``first`` to ``last``, by their first days; one where they are one event."""
    if step == "whole":
        return [first]
    days = (first + dt.timedelta(number) for number in range((last - first).days + 1))
    return list(dict.fromkeys(period_of(step, one) for one in days))


def last_day(step: Step, first: dt.date) -> dt.date:
    """The last day of the period that begins on ``first``."""
    if step == "week":
        return first + dt.timedelta(6)
    if step == "month":
        return (first + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)
    return first


def year_of(step: Step, period: dt.date) -> int:
    """The year that a period is counted to: the ISO year of days and weeks, the calendar's of months."""
    return period.year if step == "month" else period.isocalendar().year


def same_in(step: Step, period: dt.date, year: int) -> dt.date | None:
    """The same period of another year: same ISO week and weekday, or same month; None where a year has no such week."""
    if step == "month":
        return period.replace(year=year)
    _, week, weekday = period.isocalendar()
    try:
        return dt.date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None
