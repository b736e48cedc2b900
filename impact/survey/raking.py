"""Weights fitted to totals that are known from elsewhere: tickets or counts by role, home or day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.faults import Fault, Faults
from impact.table import Array

ROUNDS = 200
CLOSE = 1e-9
"""How near the totals a fit is, as a share, before it counts as done."""
AGREE = 0.01
"""How far the sums of two margins may lie apart, as a share: they count the same visits."""

Totals = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class Raked:
    """The fitted weights; whether the totals were reached, the largest miss (a share), weights at the limit."""

    weights: Array
    converged: bool
    miss: float
    limited: int


def rake(start: Array, groups: Mapping[str, Any], totals: Totals, limit: float | None = None) -> Raked:
    """Weights as near ``start`` as can be whose sums by group are ``totals`` (Deming & Stephan 1940).

    ``groups`` holds for each margin which group each respondent is in; ``totals`` the known total by margin and group.
    With ``limit`` (above 0, at most 1) no weight leaves [limit, 1 / limit] of its start, which is first scaled to the
    total; the totals may then be missed, and ``miss`` says by how much. Respondents in groups without a known
    total keep their share. Raises :class:`Faults` for totals that are not above zero, groups in which nobody answered,
    and margins whose sums disagree.
    """
    _check(groups, totals)
    names = [name for name in totals if totals[name]]
    if not names:
        return Raked(start, True, 0.0, 0)
    first = totals[names[0]]
    whole = sum(first.values())
    inside = np.isin(groups[names[0]], list(first))
    begun = start * (whole / float(start[inside].sum()))
    wanted = {name: {k: v * whole / sum(totals[name].values()) for k, v in totals[name].items()} for name in names}
    where = {name: {k: groups[name] == k for k in wanted[name]} for name in names}
    weights, miss = begun, np.inf
    for _ in range(ROUNDS):
        before = weights
        for name in names:
            for key, here in where[name].items():
                weights = np.where(here, weights * (wanted[name][key] / float(weights[here].sum())), weights)
        if limit is not None:
            weights = np.clip(weights, begun * limit, begun / limit)
        miss = max(
            abs(float(weights[here].sum()) / wanted[name][key] - 1)
            for name in names
            for key, here in where[name].items()
        )
        if miss < CLOSE or np.allclose(weights, before, rtol=CLOSE, atol=0):
            break
    limited = (
        0 if limit is None else int(((begun > 0) & ((weights <= begun * limit) | (weights >= begun / limit))).sum())
    )
    return Raked(weights, bool(miss < CLOSE), float(miss), limited)


def _check(groups: Mapping[str, Any], totals: Totals) -> None:
    faults: list[Fault] = []
    for name, known in totals.items():
        for key, figure in known.items():
            if not (np.isfinite(figure) and figure > 0):
                faults.append(Fault("", key, f"{figure:g}", "findings.total_not_above_zero"))
            elif not (groups[name] == key).any():
                faults.append(Fault("", key, f"{figure:g}", "findings.total_without_answers"))
    sums = {name: sum(known.values()) for name, known in totals.items() if known}
    if sums and max(sums.values()) > min(sums.values()) * (1 + AGREE):
        listed = ", ".join(f"{one:g}" for one in sums.values())
        faults.append(Fault("", "", listed, "findings.totals_disagree"))
    if faults:
        raise Faults(faults)
