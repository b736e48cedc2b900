"""The rooms that stand free without any event, month by month, as far as the night register goes.

An event in a month with free beds fills what stood empty; in a full one it takes the place of ordinary guests. That is
shown, and never weighed: no figure here moves an estimate.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.dated import Parameters
from data.store import Store
from impact.area_nights import ordinary_draws
from impact.nights import list_nights, night_row
from impact.ranges import Range, range_of
from impact.table import Array
from impact.trades import DRAWS, shared_draws


@dataclass(frozen=True)
class FreeBeds:
    """Of ``nights`` (a night in a municipality each) the register knows ``known``.

    On those there are ``rooms`` room-nights for let; ``free`` of them, and ``share`` of all, stand free when the
    ordinary guests have theirs: None where nothing is known.
    """

    nights: int
    known: int
    rooms: float
    free: Range | None
    share: Range | None


def free_beds(store: Store, months: Iterable[tuple[str, int, int]], parameters: Parameters) -> FreeBeds:
    """The free rooms of (municipality, year, month) together, each counted once; sums over draws, never of ranges."""
    wanted = sorted(set(months))
    friction = shared_draws(parameters, "rooms.friction")
    nights, known, rooms = 0, 0, 0.0
    free: Array = np.zeros(DRAWS)
    for code, year, month in wanted:
        days = [dt.date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1])]
        rows = list_nights(store, [code], days[0], days[-1])
        nights += len(days)
        held = [row for day in days if (row := night_row(rows, code, day))]
        for row in {one.id: one for one in held}.values():
            times = sum(one.id == row.id for one in held)
            sold = ordinary_draws(row, parameters)
            free += times * (np.maximum(row.rooms * (1 - friction), sold) - sold)
            rooms += times * row.rooms
            known += times
    if not known:
        return FreeBeds(nights, 0, 0.0, None, None)
    return FreeBeds(nights, known, rooms, range_of(free), range_of(free / rooms))
