"""Leontief multipliers of an input–output table, Type I and Type II.

Symbols are the literature's: A technical coefficients, L = (I − A)⁻¹, w compensation per output, c household
consumption by industry out of a krone of compensation. References: Miller & Blair, Input–Output Analysis, 2nd ed.
(2009), chapters 2 and 6; Eurostat Manual of Supply, Use and Input–Output Tables (2008), chapter 15.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from data.faults import Fault, Faults
from impact.table import Array, IOTable, per_output

EFFECTS = {"value_added": "value_added", "income": "compensation", "employment": "employment"}


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


def closed(leontief_1: Array, w: Array, c: Array) -> Array:
    """L2, n × n: the first block of (I − [[A, c], [w′, 0]])⁻¹, by the rank-one formula L + L c w′L / (1 − w′L c).

    Raises :class:`Faults` where households would spend more than they earn, w′L c ≥ 1.
    """
    spent, earned = leontief_1 @ c, w @ leontief_1
    turn = float(w @ spent)
    if turn >= 1:
        raise Faults([Fault("table.toml", "", f"{turn:.6f}", "table.household_radius")])
    return leontief_1 + np.outer(spent, earned) / (1 - turn)


def multipliers(table: IOTable, kind: Literal[1, 2] = 1, kappa: float = 1.0) -> pd.DataFrame:
    """One row an industry: the effect per unit of final demand, and the ratio effect / own coefficient.

    Columns: ``output_multiplier`` (column sum of L or L2), ``value_added_effect``, ``income_effect``,
    ``employment_effect`` (per unit of the table), and the ratios ``value_added_multiplier``, ``income_multiplier``,
    ``employment_multiplier``. NaN where a figure that is needed is unknown, or the own coefficient is zero; an industry
    without output has multiplier 1. Raises :class:`Faults` for ``kind`` 2 on a table without household totals.
    """
    total = leontief(table.coefficients)
    if kind == 2:
        total = closed(total, per_output(table.compensation, table.output), household_column(table, kappa))
    columns = {"output_multiplier": total.sum(axis=0)}
    ratios = {}
    idle = table.output == 0
    for effect, quantity in EFFECTS.items():
        own = per_output(getattr(table, quantity), table.output)
        unknown = np.isnan(own)
        summed = np.where(unknown, 0.0, own) @ total
        if unknown.any():
            summed[(total[unknown] != 0).any(axis=0)] = np.nan
        columns[f"{effect}_effect"] = summed
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios[f"{effect}_multiplier"] = np.where(idle, 1.0, np.where(own == 0, np.nan, summed / own))
    return pd.DataFrame(columns | ratios, index=pd.Index(table.codes, name="industry"))
