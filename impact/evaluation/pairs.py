"""Forecast and outcome in pairs: what a forecast record and the years are reckoned from."""

from __future__ import annotations

from typing import NamedTuple

from data.store import Store
from impact.estimates import EstimateRow, rows_of
from impact.register import EventRow

_LOCKED = (
    "SELECT evaluation.forecast, evaluation.outcome FROM evaluation JOIN event ON event.id = evaluation.event"
    " WHERE evaluation.outcome IS NOT NULL ORDER BY event.first_day, event.id"
)


class Pair(NamedTuple):
    """An event, the forecast that was locked before it, and the outcome that was locked after it.

    Both estimates stand on the same table, parameters and seed; money is NOK of each estimate's ``price_year``, which
    is the same unless the outcome was given another.
    """

    event: EventRow
    forecast: EstimateRow
    outcome: EstimateRow


def pairs(store: Store, *, samples: bool = True) -> list[Pair]:
    """Every event whose outcome is locked, by first day; without sample events where ``samples`` is False.

    Asks for no right: whoever shows it asks for ``record.read`` or ``years.read`` first.
    """
    with store.read() as db:
        found = [(int(one["forecast"]), int(one["outcome"])) for one in db.query(_LOCKED)]
    rows = rows_of(store, [id for both in found for id in both])
    made = [Pair(rows[before].event, rows[before].estimate, rows[after].estimate) for before, after in found]
    return [one for one in made if samples or not one.event.sample]
