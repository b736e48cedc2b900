"""Leontief multipliers of an input–output table, Type I and Type II.

Symbols are the literature's: A technical coefficients, L = (I − A)⁻¹, w compensation per output, c household
consumption by industry out of a krone of compensation. References: Miller & Blair, Input–Output Analysis, 2nd ed.
(2009), chapters 2 and 6; Eurostat Manual of Supply, Use and Input–Output Tables (2008), chapter 15.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.faults import Fault, Faults
from impact.table import Array, IOTable, per_output

QUANTITIES = ("value_added", "compensation", "employment")
_NAMES = ("value_added", "income", "employment")
COLUMNS = pd.Index(
    ["output_multiplier", *(f"{name}_effect" for name in _NAMES), *(f"{name}_multiplier" for name in _NAMES)]
)


def leontief(a: Array) -> Array:
    """L = (I − A)⁻¹ for one matrix n × n or a stack of them, … × n × n."""
    return np.asarray(np.linalg.inv(np.eye(a.shape[-1]) - a), dtype=float)


def household_column(table: IOTable, kappa: float) -> Array:
    """c, length n: consumption of each industry's output out of a krone of compensation, before regional supply.

    A table with ``household_income_total`` Y uses h / Y (κ is then 1); one with ``household_consumption_total`` H uses
    κ h / H. Raises :class:`Faults` where the table has neither, or where compensation or h is unknown.
    """
    unknown = np.isnan(table.compensation) | np.isnan(table.household_consumption)
    faults = [
        Fault("industries.csv", table.codes[i], table.codes[i], "table.household_unknown")
        for i in np.flatnonzero(unknown)
    ]
    total, scale = table.about.get("household_income_total"), 1.0
    if total is None:
        total, scale = table.about.get("household_consumption_total"), kappa
    if total is None:
        faults = [Fault("table.toml", "household_consumption_total", "", "table.no_household")]
    if faults:
        raise Faults(faults)
    assert total is not None
    return scale * table.household_consumption / float(total)


@dataclass(frozen=True, eq=False)
class Multipliers:
    """A (n × n) and the multipliers of both types, one row an industry; ``type_2`` is None without household totals.

    Columns of a type: ``output_multiplier`` (column sum of L, or of the first n × n block of the closed inverse),
    ``value_added_effect``, ``income_effect`` and ``employment_effect`` per unit of final demand, in units of the table,
    and the ratios effect / own coefficient: ``value_added_multiplier``, ``income_multiplier``,
    ``employment_multiplier``. NaN where a figure that is needed is unknown or the own coefficient is zero; an industry
    without output has multiplier 1.
    """

    coefficients: pd.DataFrame
    type_1: pd.DataFrame
    type_2: pd.DataFrame | None


def multipliers(table: IOTable, kappa: float | None = None) -> Multipliers:
    """Multipliers of Type I, and with ``kappa`` of Type II (a table that states households' income needs none).

    Type II closes the table for households by the rank-one formula q′L2 = q′L + (q′L c)(w′L) / (1 − w′L c).
    Raises :class:`Faults` where Type II is asked for and the table has no household total, compensation or household
    consumption is unknown, or households would spend more than they earn.
    """
    a = table.coefficients
    inverse = leontief(a)
    own = np.array(
        [np.ones(len(table.codes)), *(per_output(getattr(table, name), table.output) for name in QUANTITIES)]
    )
    effects = _weighted(own, inverse)
    labels = table.index
    frames = [_frame(table, own, effects)]
    if kappa is not None:
        c = household_column(table, kappa)
        spent, earned = _weighted(own, (inverse @ c)[:, None]), effects[1 + QUANTITIES.index("compensation")]
        turn = float(spent[1 + QUANTITIES.index("compensation"), 0])
        if turn >= 1:
            raise Faults([Fault("table.toml", "", f"{turn:.6f}", "table.household_radius")])
        frames.append(_frame(table, own, effects + spent * (earned / (1 - turn))))
    shown = pd.DataFrame(a, labels, labels, copy=False)
    return Multipliers(shown, frames[0], frames[1] if kappa is not None else None)


def _weighted(own: Array, matrix: Array) -> Array:
    """own @ matrix, NaN only where an unknown coefficient meets something that isn't zero."""
    unknown = np.isnan(own)
    if not unknown.any():
        return own @ matrix
    known = np.where(unknown, 0.0, own) @ matrix
    return np.where(unknown @ (matrix != 0), np.nan, known)


def _frame(table: IOTable, own: Array, effects: Array) -> pd.DataFrame:
    """The effects as they are, and the last three over their own coefficients."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = effects[1:] / own[1:]
    ratios[own[1:] == 0] = np.nan
    ratios[:, table.output == 0] = 1.0
    return pd.DataFrame(np.concatenate([effects, ratios]).T, table.index, COLUMNS, copy=False)
