"""Estimates side by side with their ranges: in all, for each visitor and each guest-night, in kroner of one year.

A quotient of two medians has no range of its own. The event of a lock is therefore drawn again with what it was locked
with (its own event, table, parameters, seed and draws), and the quotient is taken in every draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.faults import Faults
from impact.benchmark import visitor_days
from impact.comparison import Compared, compared_tree, price_factor
from impact.lock import locked_frame
from impact.ranges import Range, range_of
from impact.reference import Reference
from impact.simulation import simulate


@dataclass(frozen=True)
class Side:
    """One estimate. ``ranges`` has those of :data:`impact.comparison.FIGURES` that are known; money in ``year`` kroner.

    ``quotients`` says whether the figures per visitor and guest-night could be drawn: not where the data of the lock
    are no longer here.
    """

    compared: Compared
    ranges: Mapping[str, Range]
    quotients: bool

    @property
    def year(self) -> int:
        return self.compared.year


def side(tree: dict[str, Any], reference: Reference, year: int | None = None) -> Side:
    """An estimate's tree in kroner of ``year`` (default: the last that the price index knows)."""
    area = tree["areas"][tree["deciding_area"]]
    factor, _ = price_factor(tree, reference, year)
    scale = 1.0 if factor is None else factor
    effects = area["effects"]
    figures = {
        "value_added": (effects["value_added"]["total"], scale),
        "spending": (area["audience_spending"], scale),
        "employment": (effects["employment"]["total"], 1.0),
        "guest_nights": (area["guest_nights"], 1.0),
        "visitors": (area["eligible_persons"], 1.0),
        "deficit": (tree["organiser_result"]["deficit"], scale),
    }
    ranges = {
        name: Range(*(figure[end] * by for end in ("p10", "p50", "p90")))
        for name, (figure, by) in figures.items()
        if figure is not None
    }
    try:
        drawn = _quotients(tree, reference, scale)
    except Faults:  # the data have moved on since it was locked
        return Side(compared_tree(tree, reference, year), ranges, quotients=False)
    return Side(compared_tree(tree, reference, year), {**ranges, **drawn}, quotients=True)


def _quotients(tree: dict[str, Any], reference: Reference, scale: float) -> dict[str, Range]:
    """The quotients in every draw; one is left out where its divisor is not above zero in all of them."""
    simulation = simulate(*locked_frame(tree, reference), seed=tree["seed"], draws=tree["draws"])
    area = simulation.areas[tree["deciding_area"]]

    def drawn(values: Any) -> Any:
        return simulation.x.full(values)[simulation.draws]

    money = {"value_added": area.effects["value_added"]["total"], "spending": area.spending.audience_spending}
    counts = {
        "visitor": area.spending.eligible,
        "visitor_day": visitor_days(simulation, tree["deciding_area"]),
        "guest_night": area.spending.commercial_nights,
    }
    found = {}
    for per, count in counts.items():
        below = drawn(count)
        if (below > 0).all():
            for name, kroner in money.items():
                above = drawn(kroner)
                if np.isfinite(above).all():
                    found[f"{name}_per_{per}"] = range_of(above * scale / below)
    return found
