"""Value added of several locked estimates together: sums over draws, never of their percentiles.

A locked estimate keeps its percentiles and not its draws, so it is computed again from what it locked, as the business
view does: with :data:`impact.trades.DRAWS` draws in which what events share (δ, κ, the other parameters) moves
together, and what is each event's own moves alone. With fewer draws than the lock's, and streams of their own, the
range of one event is near the locked one and not the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from data.faults import Faults
from data.permission import Actor
from data.store import Store
from impact.business import Prices
from impact.coming import Kept
from impact.estimates import EstimateRow, draws_for_trades, get_estimate
from impact.reference import Reference
from impact.table import Array
from impact.trades import read_trade_draws

KEPT = 2_000
"""Estimates whose draws are kept, some 60 kilobytes each."""


@dataclass(frozen=True, eq=False)
class PlacedDraws:
    """Value added of one estimate by municipality of ``codes`` × draws, in kroner of the common price year."""

    codes: tuple[str, ...]
    by_place: Array

    @property
    def whole(self) -> Array:
        """The region's, by draw."""
        return np.asarray(self.by_place.sum(axis=0))

    def of(self, code: str) -> Array | None:
        """A municipality's, by draw; None where the region has no such."""
        return np.asarray(self.by_place[self.codes.index(code)]) if code in self.codes else None


_DRAWS: Kept[PlacedDraws | None] = Kept(KEPT)


def placed_draws(
    store: Store, actor: Actor, row: EstimateRow, reference: Reference, prices: Prices
) -> PlacedDraws | None:
    """The draws of a locked estimate, kept by its hash; its kroner are carried to the newest year of the price index.

    None where it is for the whole country alone, or can't be computed again here: a table that it stands on is gone.
    Raises as :func:`impact.estimates.get_estimate`, but for a lock that was changed: that is None too.
    """
    try:
        found = _DRAWS.get((row.sha256,), partial(_computed, store, actor, row, reference))
    except Faults:
        return None
    if found is None:
        return None
    return PlacedDraws(found.codes, found.by_place * prices.factor(row.price_year))


def _computed(store: Store, actor: Actor, row: EstimateRow, reference: Reference) -> PlacedDraws | None:
    _, tree = get_estimate(store, actor, row.id)
    draws = read_trade_draws(draws_for_trades(tree, reference))
    return PlacedDraws(draws.codes, np.asarray(draws.value_added, float)) if draws.codes else None
