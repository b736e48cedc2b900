"""Where an estimate lies per visitor, per visitor and day and per guest-night, against what was published of events.

The three are never mixed: visits are no visitors, and a day is no night. A published figure comes in kroner of the
estimate's year with what sets it apart (:func:`impact.comparison.published_lines`); what nobody has published of an
event is said to be unknown. Both are before displacement: what the audience spent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np

from data.phrases import Lang
from impact.event import Area, inside
from impact.published import published_ids, published_path, read_published
from impact.ranges import Range
from impact.simulation import Simulation
from impact.spending import Amount

if TYPE_CHECKING:
    from impact.comparison import PublishedLine

PER = ("spending_per_visitor", "spending_per_visitor_day", "spending_per_guest_night")
"""The figures that events of any size can be held against each other by."""
Place = Literal["below", "within", "above"]


def visitor_days(simulation: Simulation, area: Area) -> Amount:
    """Days with spending in an area of those who came to it because of the event: person-days, by column."""
    x, days = simulation.x, []
    for one in simulation.people:
        audience, path = one.audience, f"audience/{one.audience.name}"
        if inside(audience.home, area):
            continue
        if audience.days_in_area is not None:
            stay = x.number(audience.days_in_area, f"{path}/days_in_area")
        else:
            stay = np.maximum(one.days, x.number(audience.nights_per_person, f"{path}/nights_per_person", 0.0))
        days.append(one.eligible * stay)
    return sum(days, 0.0)


def place(own: Range, published: float) -> Place:
    """Where the published figure lies by an estimate's own range, P10–P90."""
    if published < own.p10:
        return "below"
    return "above" if published > own.p90 else "within"


def benchmarks(lines: Iterable[PublishedLine]) -> list[PublishedLine]:
    """The published lines that any event can be held against, one unit after the other."""
    return sorted((one for one in lines if one.figure in PER), key=lambda one: (PER.index(one.figure), one.event))


def unknown(lines: Iterable[PublishedLine], lang: Lang) -> dict[str, list[str]]:
    """By figure, the published events of which it was not published, by name."""
    held = {(one.event, one.figure) for one in lines}
    events = [read_published(published_path(id)) for id in published_ids()]
    return {per: [one.name(lang) for one in events if (one.id, per) not in held] for per in PER}
