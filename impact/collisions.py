"""Events that get in each other's way: the same nights in the region, the same hall, the same crew.

Only what is known counts: an event without days collides with nothing. What was cancelled is left out, and a collision
with a mere idea in it is not firm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from data.phrases import Lang, say
from impact.register import EventRow

Kind = Literal["nights", "venue", "crew"]
REGION = "region"
"""What the guests of events in different municipalities share: the beds of the region."""
_FIRM = ("bid", "confirmed", "held", "evaluated")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Collision:
    """Two or more events that need the same on the same days.

    ``what`` is the hall or the crew, and for nights a municipality's number, or ``region`` where the events lie in
    different ones. ``days`` are the first and the last day on which just these ``events`` (numbers) coincide. ``firm``
    says that every one of them is more than an idea.
    """

    kind: Kind
    what: str
    days: tuple[dt.date, dt.date]
    events: tuple[int, ...]
    firm: bool


def collisions(rows: Iterable[EventRow]) -> list[Collision]:
    """Every collision among ``rows``, by its first day; halls and crews before nights: they are harder to mend."""
    dated = [row for row in rows if row.state != "cancelled" and row.first_day and row.last_day]
    shared: dict[tuple[Kind, str], list[EventRow]] = {("nights", REGION): dated}
    for row in dated:
        for name in {_known(one) for one in row.venues}:
            shared.setdefault(("venue", name), []).append(row)
        for name in {_known(one) for one in row.crews}:
            shared.setdefault(("crew", name), []).append(row)
    found = [
        Collision(kind, _written(kind, what, events), days, tuple(sorted(one.id for one in events)), _firm(events))
        for (kind, what), users in shared.items()
        for days, events in _together(users)
    ]
    order = ("venue", "crew", "nights")
    return sorted(found, key=lambda one: (one.days, order.index(one.kind), one.what, one.events))


def collision_name(one: Collision, lang: Lang, municipalities: Mapping[str, str]) -> str:
    """What collides, in a few words: «samme sted: Granåsen»; ``municipalities`` names them by number."""
    what = one.what
    if one.kind == "nights":
        what = municipalities.get(what) or say("figure.region", lang).lower()
    return say(f"register.collision.{one.kind}", lang, what=what)


def _together(rows: list[EventRow]) -> Iterator[tuple[tuple[dt.date, dt.date], list[EventRow]]]:
    """(first and last day, events) of every stretch on which the same two or more events are on."""
    begins: dict[dt.date, list[EventRow]] = {}
    ends: dict[dt.date, set[int]] = {}
    for row in rows:
        if row.first_day and row.last_day and row.first_day <= row.last_day:
            begins.setdefault(row.first_day, []).append(row)
            ends.setdefault(row.last_day + _DAY, set()).add(row.id)
    turns = sorted(begins.keys() | ends.keys())
    on: dict[int, EventRow] = {}
    for day, following in pairwise(turns):
        on = {id: row for id, row in on.items() if id not in ends.get(day, ())}
        on |= {row.id: row for row in begins.get(day, ())}
        if len(on) > 1:
            yield (day, following - _DAY), list(on.values())


def _known(name: str) -> str:
    """A hall's name as it is compared: capitals and spaces don't matter."""
    return " ".join(name.casefold().split())


def _written(kind: Kind, what: str, events: list[EventRow]) -> str:
    """A hall as the first of the events writes it; the municipality of nights where it is the same for all."""
    if kind == "nights":
        places = {row.municipality for row in events}
        return places.pop() if len(places) == 1 and "" not in places else what
    names = (name for row in events for name in (row.venues if kind == "venue" else row.crews))
    return next(name for name in names if _known(name) == what)


def _firm(events: list[EventRow]) -> bool:
    return all(row.state in _FIRM for row in events)
