"""What lies ahead for the whole region: a year in one sum, and the next events night by night. Open to anyone.

Only published estimates count, and samples never do. A sum is over the draws of every event that is certain, never over
their percentiles.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import numpy as np

from data.store import Store
from impact.business import LONGEST, Prices, shown_events, total
from impact.coming import Coming, coming_events, listed_events
from impact.ranges import Range, ranges_of
from impact.reference import Reference
from impact.table import Array
from impact.trades import Floats

_READ = (
    "SELECT estimate.id, event.id, event.version FROM estimate JOIN event ON event.id = estimate.event"
    " WHERE published_at IS NOT NULL AND withdrawn_at IS NULL ORDER BY estimate.event, purpose",
    "SELECT id, version FROM night ORDER BY id",
)


@dataclass(frozen=True)
class YearTotal:
    """The certain events that begin in a year: value added in kroner of ``price_year``, employed persons for a year.

    ``events`` are those in the sum; ``left_out`` those whose estimate is for the whole country alone. Ranges are None
    where no event has the figure.
    """

    year: int
    price_year: int
    value_added: Range | None
    employment: Range | None
    events: int
    left_out: int


@dataclass(frozen=True)
class Ahead:
    """An event that is yet to come or on now, with guests in commercial beds night by night, in the whole region."""

    event: Coming
    nights: tuple[tuple[dt.date, Range], ...]

    @property
    def busiest(self) -> Range | None:
        """The guests of the night with most of them; None where the event brings no nights."""
        found = [guests for _, guests in self.nights if guests.p90 > 0]
        return max(found, key=lambda one: one.p50, default=None)


def year_total(store: Store, reference: Reference, year: int) -> YearTotal:
    """What the year's events may give the region."""
    prices = Prices(reference)
    within = shown_events(store, dt.date(year, 1, 1), dt.date(year, 12, 31))
    events = [one for one in within if one.certain and not one.sample and one.first_day.year == year]
    added = [_whole(one, one.draws.value_added, prices.factor(one.draws.price_year)) for one in events]
    return YearTotal(
        year=year,
        price_year=prices.year,
        value_added=total(events, added),
        employment=total(events, [_whole(one, one.draws.employment, 1.0) for one in events]),
        events=sum(one is not None for one in added),
        left_out=sum(one is None for one in added),
    )


def next_events(store: Store, today: dt.date, count: int) -> list[Ahead]:
    """The ``count`` next events with a published estimate; what isn't certain is among them, and says so."""
    listed = listed_events(store, today, today + dt.timedelta(LONGEST))
    chosen = [one for one in listed if not one.sample and one.state != "cancelled"][:count]
    wanted = {one.event for one in chosen}
    found = coming_events(store, today, chosen[-1].first_day) if chosen else []
    return [_ahead(one) for one in found if one.event in wanted]


def public_stamp(store: Store) -> str:
    """A digest that is another as soon as anything that public answers are made of has changed."""
    with store.read() as db:
        found = [db.execute(sql).fetchall() for sql in _READ]
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _whole(event: Coming, by_place: Floats, factor: float) -> Array | None:
    """The region's draws of a figure that is by municipality; None where the estimate isn't."""
    return by_place.sum(axis=0, dtype=float) * factor if event.draws.codes else None


def _ahead(event: Coming) -> Ahead:
    draws = event.draws
    return Ahead(event, tuple(zip(draws.dates, ranges_of(np.asarray(draws.guests)), strict=True)))
