"""The nights of a municipality: what all events ask for together, and what there is room for.

The demand of every event that is certain is added night by night in each draw, and then held against the rooms once:
capacity = max(K × (1 − friction), B) for K rooms and B sold without events. Two events that each find room may find
none together, so what is displaced jointly is not the sum of what each displaces alone.

Rooms and ordinary guests come from the night register; where it has nothing, from the events' own nights, in the host
municipality alone; else they are not known, and nothing is said of what is free.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from data.dated import Parameters
from impact.coming import Coming
from impact.draws import bounds, pert
from impact.nights import NightRow, night_row
from impact.ranges import Range, ranges_of
from impact.table import Array
from impact.trades import DRAWS, SEED, shared_draws

Known = Literal["register", "event"]


@dataclass(frozen=True)
class NightView:
    """One night of one municipality. Ranges are over the draws; None is what is not known.

    ``demand`` room-nights and ``guests`` (in commercial beds) of the events; ``rooms`` for let; ``ordinary`` rooms sold
    without them; ``housed`` of the demand; ``displaced`` ordinary guests' rooms; ``unhoused`` event rooms that must be
    found elsewhere; ``free`` rooms left; ``full_share`` the share of draws that leave none; ``occupancy`` a share.
    ``source`` is the register's, with its ``evidence``, or the event's name.
    """

    municipality: str
    date: dt.date
    events: tuple[int, ...]
    demand: Range
    guests: Range
    known: Known | None = None
    evidence: str = ""
    source: str = ""
    rooms: float | None = None
    ordinary: Range | None = None
    housed: Range | None = None
    displaced: Range | None = None
    unhoused: Range | None = None
    free: Range | None = None
    occupancy: Range | None = None
    full_share: float | None = None

    @property
    def full(self) -> bool:
        """Whether no room is left at the median; False where the rooms are not known."""
        return self.free is not None and self.free.p50 <= 0


@dataclass(frozen=True, eq=False)
class _Night:
    """One night by draw: what events ask for, and the rooms where they are known."""

    date: dt.date
    events: tuple[int, ...]
    demand: Array
    guests: Array
    known: Known | None
    evidence: str
    source: str
    rooms: Array
    sold: Array


def nights_of(
    municipality: str,
    since: dt.date,
    until: dt.date,
    events: Sequence[Coming],
    register: Sequence[NightRow],
    parameters: Parameters,
) -> list[NightView]:
    """Every night from ``since`` to ``until`` in ``municipality``; events that aren't certain are left out."""
    placed = [(one, one.draws.lodging_of(municipality)) for one in events if one.certain]
    certain = [(one, share) for one, share in placed if share is not None]
    days = [since + dt.timedelta(number) for number in range((until - since).days + 1)]
    own = [row for row in register if row.municipality == municipality]
    drawn: dict[int, Array] = {}
    nights = [_night(municipality, date, certain, own, drawn, parameters) for date in days]
    if not nights:
        return []
    friction = shared_draws(parameters, "rooms.friction")
    demand, guests, rooms, sold = (np.array([getattr(one, name) for one in nights]) for name in _BLOCKS)
    capacity = np.maximum(rooms * (1 - friction), sold)
    housed = np.minimum(demand, capacity)
    displaced = np.maximum(0.0, sold + housed - capacity)
    free = np.maximum(0.0, capacity - sold - housed)
    with np.errstate(divide="ignore", invalid="ignore"):
        occupancy = np.minimum(sold + housed, capacity) / rooms
    blocks = (demand, guests, sold, housed, displaced, demand - housed, free, occupancy)
    by_night = zip(nights, *map(ranges_of, blocks), strict=True)
    median, full = np.median(rooms, axis=1), (free <= 0).mean(axis=1)
    return [
        _view(municipality, one, found, float(median[row]), float(full[row]))
        for row, (one, *found) in enumerate(by_night)
    ]


_BLOCKS = ("demand", "guests", "rooms", "sold")


def _view(municipality: str, night: _Night, found: Sequence[Range], rooms: float, full: float) -> NightView:
    """A night as people see it; what needs its rooms is left out where they are not known."""
    demand, guests, *rest = found
    view = NightView(municipality, night.date, night.events, demand, guests)
    if night.known is None:
        return view
    names = ("ordinary", "housed", "displaced", "unhoused", "free", "occupancy")
    known: dict[str, Any] = dict(zip(names, rest, strict=True))
    known |= {"known": night.known, "evidence": night.evidence, "source": night.source}
    return replace(view, rooms=rooms, full_share=full, **known)


def _night(
    municipality: str,
    date: dt.date,
    events: Iterable[tuple[Coming, Array]],
    register: Sequence[NightRow],
    drawn: dict[int, Array],
    parameters: Parameters,
) -> _Night:
    """One night by draw, of events with the share of their beds that is here.

    ``drawn`` keeps what is drawn for a row of the register: one unknown for all its nights.
    """
    demand, guests, here = np.zeros(DRAWS), np.zeros(DRAWS), []
    for one, share in events:
        if (row := one.draws.night.get(date)) is not None:
            demand += one.draws.room_nights[row] * share
            guests += one.draws.guests[row] * share
            here.append(one)
    ids = tuple(one.event for one in here)
    if held := night_row(register, municipality, date):
        if held.id not in drawn:
            drawn[held.id] = ordinary_draws(held, parameters)
        rooms = np.full(DRAWS, held.rooms)
        return _Night(
            date, ids, demand, guests, "register", held.sold.evidence, held.sold.source, rooms, drawn[held.id]
        )
    for one in here:
        if one.municipality == municipality and one.draws.rooms.size:
            at = one.draws.night[date]
            rooms, sold = (np.asarray(block[at], float) for block in (one.draws.rooms, one.draws.baseline))
            return _Night(date, ids, demand, guests, "event", "", one.name_nb, rooms, sold)
    unknown = np.full(DRAWS, np.nan)
    return _Night(date, ids, demand, guests, None, "", "", unknown, unknown)


def ordinary_draws(row: NightRow, parameters: Parameters) -> Array:
    """The draws of rooms ordinarily sold, within the rooms that there are."""
    low, mode, high = bounds(row.sold, "amount", parameters.under("evidence"))
    low, high = max(low, 0.0), min(high, row.rooms)
    if low >= high:
        return np.full(DRAWS, mode)
    return pert(SEED, f"night/{row.municipality}/{row.first_day}/{row.last_day}", low, mode, high, DRAWS)
