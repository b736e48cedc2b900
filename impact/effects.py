"""Direct, indirect and induced effects of final demand, for one study area, in every draw.

The area's technology depends on one unknown, δ. Leontief inverses are kept at nodes of δ and what they give is
interpolated between neighbours (error below 0.1 %, tested); κ enters exactly by the rank-one formula
induced q = κ (q′L c)(w′L f) / (1 − κ w′L c). Columns must have δ in long rising runs (:mod:`impact.draws`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.faults import Fault, Faults
from impact.multipliers import household_column, leontief
from impact.regional import Region
from impact.table import Array, IOTable, per_output

Indices = NDArray[np.intp]

NODES = 33
QUANTITIES = ("output", "value_added", "compensation", "employment")


@dataclass(frozen=True, eq=False)
class Economy:
    """One study area's economy, ready for effects.

    ``nodes`` are k values of δ, ``leontief`` k × n × n, ``spent`` = L c k × n for κ = 1 and ``turn`` = w′L c length k;
    ``coefficients`` 4 × n, per krone of output (employed persons per krone of the table's year), NaN where unknown.
    ``region`` is the area's size and quotients, None for Norway.
    """

    table: IOTable
    nodes: Array
    leontief: Array
    spent: Array
    turn: Array
    coefficients: Array
    region: Region | None

    def supply_share(self, code: str, delta: Array | float) -> Array | float:
        """min(1, λ SLQ): the part of what is sold here of a good that the area makes; 1 for Norway."""
        return 1.0 if self.region is None else self.region.supply(self.table.position[code], delta)


@lru_cache(maxsize=32)
def economy(table: IOTable, delta: tuple[float, float, float], region: Region | None = None) -> Economy:
    """The economy of Norway, or of ``region`` over δ from low to high.

    Raises :class:`Faults` where the table has no household total or households would spend more than they earn.
    """
    c = household_column(table, 1.0)
    w = per_output(table.compensation, table.output)
    low, mode, high = delta
    nodes = np.array([mode]) if region is None else np.unique([*np.linspace(low, high, NODES), mode])
    inverse = leontief(table.coefficients * (np.ones((1, 1, 1)) if region is None else region.purchases(nodes)))
    spent = inverse @ (c if region is None else c * region.households())
    coefficients = np.array([per_output(getattr(table, name), table.output) for name in QUANTITIES])
    coefficients[QUANTITIES.index("employment")] *= table.employment_unit / table.money_unit
    return Economy(table, nodes, inverse, spent, spent @ w, coefficients, region)


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects of one final demand f over m columns.

    ``f`` is kroner for the industries ``rows``, r × m; ``at`` and ``weight`` place each column's δ between two nodes;
    ``turned`` is the krone flow of the induced round, κ (w′L f) / (1 − κ w′L c), length m. ``first``, ``through`` and
    ``induced`` answer for any weights q, … × n, and give … × m; nothing of size n × m is kept.
    """

    economy: Economy
    rows: list[int]
    f: Array
    at: Indices
    weight: Array
    turned: Array

    def first(self, weights: Array) -> Array:
        """q′f: the direct effect."""
        return np.asarray(weights[..., self.rows] @ self.f)

    def through(self, weights: Array) -> Array:
        """q′L f: direct and indirect effects together."""
        return _through(self.economy, weights, self.rows, self.f, self.at, self.weight)

    def induced(self, weights: Array) -> Array:
        """q′L c × turned: the induced effect."""
        return _between(weights @ self.economy.spent.T, self.at, self.weight) * self.turned

    def by_industry(self) -> tuple[Array, Array, Array]:
        """Output of every industry at the modes, n each: first round, first and later rounds, induced round."""
        economy, at, weight = self.economy, self.at[:1], self.weight[:1]
        first = np.zeros(len(economy.table.codes))
        first[self.rows] = self.f[:, 0]
        nodes = economy.leontief[at[0] : at[0] + 2] @ first
        through = nodes[0] + weight[0] * (nodes[-1] - nodes[0])
        return first, through, _between(economy.spent.T, at, weight)[:, 0] * self.turned[0]


def effects(
    economy: Economy, demand: dict[str, Array], delta: Array | float, kappa: Array | float, width: int
) -> Effects:
    """The effects of ``demand``: industry → kroner at basic prices, length ``width`` or one number.

    ``kappa`` is consumption per krone of compensation; 1 for a table that states households' income itself.
    Raises :class:`Faults` where κ w′L c reaches 1 in any column.
    """
    rows = [economy.table.position[code] for code in demand]
    f = np.empty((len(rows), width))
    for row, values in enumerate(demand.values()):
        f[row] = values
    at, weight = _position(economy.nodes, np.broadcast_to(np.asarray(delta, dtype=float), (width,)))
    earned = _through(economy, economy.coefficients[QUANTITIES.index("compensation")], rows, f, at, weight)
    remaining = 1 - kappa * _between(economy.turn, at, weight)
    if remaining.min() <= 0:
        raise Faults([Fault("table.toml", "", f"{1 - float(remaining.min()):.6f}", "table.household_radius")])
    return Effects(economy, rows, f, at, weight, kappa * earned / remaining)


def _through(economy: Economy, weights: Array, rows: list[int], f: Array, at: Indices, weight: Array) -> Array:
    """weights′ L f, … × m, interpolated between the nodes on each side of every column's δ."""
    per_node = weights @ economy.leontief[:, :, rows] if weights.ndim > 1 else (weights @ economy.leontief)[:, rows]
    out = np.empty((*weights.shape[:-1], f.shape[1]))
    for node, start, stop in _runs(at):
        part = f[:, start:stop]
        out[..., start:stop] = per_node[node] @ part
        if weight[start:stop].any():
            step = per_node[node + 1] - per_node[node]
            out[..., start:stop] += step @ part * weight[start:stop]
    return out


def _between(per_node: Array, at: Indices, weight: Array) -> Array:
    """Values … × k at the nodes, interpolated to … × m."""
    lower = per_node[..., at]
    if per_node.shape[-1] == 1:
        return np.asarray(lower)
    return np.asarray(lower + weight * (per_node[..., np.minimum(at + 1, per_node.shape[-1] - 1)] - lower))


def _position(nodes: Array, delta: Array) -> tuple[Indices, Array]:
    """Index of the node at or below each δ, and how far to the next, from 0 to 1."""
    if nodes.size == 1:
        return np.zeros(delta.shape, dtype=np.intp), np.zeros(delta.shape)
    at = np.clip(np.searchsorted(nodes, delta, side="right") - 1, 0, nodes.size - 1)
    step = np.append(np.diff(nodes), 1.0)
    return at, np.clip((delta - nodes[at]) / step[at], 0.0, 1.0)


def _runs(at: Indices) -> Iterator[tuple[int, int, int]]:
    """(node, start, stop) of each run of columns between the same two nodes."""
    edges = [0, *(np.flatnonzero(np.diff(at)) + 1).tolist(), at.size]
    for start, stop in pairwise(edges):
        yield int(at[start]), start, stop
