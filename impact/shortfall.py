"""Rooms on the nights on which events collide: whether the town has enough, and if not, how many are missing.

All certain events with a published estimate are added night by night before they are held against the rooms
(:mod:`impact.area_nights`). Where nobody has said how many rooms there are, that stays unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from data.dated import Parameters
from data.store import Store
from impact.area_nights import NightView, nights_of
from impact.business import shown_events
from impact.nights import list_nights
from impact.parameter_values import known_parameters
from impact.ranges import Range

_NOTHING = Range(0.0, 0.0, 0.0)
State = Literal["not_computed", "rooms_unknown", "enough", "tight", "short"]


@dataclass(frozen=True)
class Rooms:
    """One municipality on the nights of a collision. ``worst`` is the night with least room, or with most demand.

    ``short`` are the nights on which, at the median, ordinary guests are displaced or event rooms must be found
    elsewhere; ``tight`` is a town that is full in more than one of ten draws, though not at the median.
    """

    municipality: str
    state: State
    worst: NightView | None
    short: tuple[dt.date, ...]


def area_nights(
    store: Store, municipalities: Iterable[str], since: dt.date, until: dt.date
) -> dict[str, list[NightView]]:
    """Every night of the span in each of the municipalities."""
    codes = list(municipalities)
    parameters = Parameters(known_parameters(store), since)
    coming = shown_events(store, since, until)
    register = list_nights(store, codes, since, until)
    lodged = {code for one in coming if one.certain for code in one.draws.lodged}
    return {
        code: nights_of(code, since, until, coming, register, parameters)
        if code in lodged
        else _quiet(code, since, until)
        for code in codes
    }


def _quiet(municipality: str, since: dt.date, until: dt.date) -> list[NightView]:
    """Nights on which nobody sleeps here for an event that is computed: there is nothing to draw."""
    days = (since + dt.timedelta(number) for number in range((until - since).days + 1))
    return [NightView(municipality, date, (), _NOTHING, _NOTHING) for date in days]


def rooms_on(nights: Iterable[NightView], first: dt.date, last: dt.date) -> Rooms | None:
    """What the nights from ``first`` to ``last`` come to; None where there are no such nights."""
    within = [one for one in nights if first <= one.date <= last]
    if not within:
        return None
    code = within[0].municipality
    asked = [one for one in within if one.demand.p90 > 0]
    if not asked:
        return Rooms(code, "not_computed", None, ())
    known = [one for one in asked if one.known is not None]
    if not known:
        return Rooms(code, "rooms_unknown", max(asked, key=lambda one: one.demand.p50), ())
    short = tuple(one.date for one in known if _missing(one) > 0)
    worst = max(known, key=lambda one: (_missing(one), -(one.free.p50 if one.free else 0.0)))
    tight = worst.free is not None and worst.free.p10 <= 0
    return Rooms(code, "short" if short else "tight" if tight else "enough", worst, short)


def _missing(one: NightView) -> float:
    """Rooms that are missing at the medians: only to find the worst night, never shown as a sum."""
    return sum(part.p50 for part in (one.displaced, one.unhoused) if part is not None)
