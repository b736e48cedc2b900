"""Regional tables by Flegg's location quotient (FLQ).

λ = (log₂(1 + E_area / E_nation))^δ, CILQ_ij = SLQ_i / SLQ_j off the diagonal and SLQ_i on it, and
A_area = A ∘ min(1, λ CILQ). References: Flegg & Webber (1997, 2000); Flegg & Tohmo (2013).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data.faults import Fault, Faults, shown
from impact.table import Array, IOTable, plain_number

MAX_FAULTS = 200


def flq_lambda(size: float, delta: Array | float) -> Array:
    """λ, the shape of ``delta``: how much of a national supply an area of this ``size`` (E_area / E_nation) keeps."""
    return np.asarray(np.log2(1 + size) ** np.asarray(delta, dtype=float))


def usable(slq: Array) -> Array:
    """Quotients with 1 in place of what is missing or zero."""
    return np.where(np.isnan(slq) | (slq == 0), 1.0, slq)


def flq_shares(slq: Array, lam: Array | float) -> Array:
    """min(1, λ CILQ), n × n, or … × n × n for λ of shape …: the part of each purchase that the area supplies."""
    quotient = usable(slq)
    cilq = quotient[:, None] / quotient[None, :]
    np.fill_diagonal(cilq, quotient)
    return np.minimum(1.0, np.asarray(lam)[..., None, None] * cilq)


@dataclass(frozen=True)
class Region:
    """An area by its size, E_area / E_nation in (0, 1], and its quotients, one an industry (NaN where unknown).

    It never supplies more of itself than the larger area that it lies ``within``: where the two have quotients of
    their own, a small denominator could otherwise make a municipality look more complete than its region.
    """

    size: float
    slq: tuple[float, ...]
    within: Region | None = None

    def purchases(self, delta: Array | float) -> Array:
        """The part of each purchase that the area supplies, … × n × n for δ of shape …."""
        own = flq_shares(np.array(self.slq), flq_lambda(self.size, delta))
        return own if self.within is None else np.minimum(own, self.within.purchases(delta))

    def supply(self, place: int, delta: Array | float) -> Array:
        """min(1, λ SLQ) of one industry: the part of what is sold here of a good that the area makes."""
        own = np.minimum(1.0, flq_lambda(self.size, delta) * usable(np.array(self.slq))[place])
        return np.asarray(own if self.within is None else np.minimum(own, self.within.supply(place, delta)))

    def households(self) -> Array:
        """min(1, SLQ), n: the part of household consumption that the area supplies."""
        own = np.minimum(1.0, usable(np.array(self.slq)))
        return np.asarray(own if self.within is None else np.minimum(own, self.within.households()))


def regionalise(table: IOTable, region: Region, delta: float) -> IOTable:
    """The area's table: flows = A_area x, household consumption × min(1, SLQ), the rest unchanged; δ in [0, 1)."""
    about = dict(table.about)
    about["name"] = f"{about['name']}, regionalised"
    about["geography"] = f"part of {about['geography']}"
    about["note"] = f"FLQ, size {region.size:g}, delta {delta:g}"
    flows = table.coefficients * region.purchases(delta) * table.output
    households = table.household_consumption * region.households()
    return replace(table, flows=flows, household_consumption=households, about=about)


def read_quotients(path: Path | str, table: IOTable) -> Array:
    """SLQ by industry, length n in the table's order, from a CSV file with the columns ``industry,slq``.

    An industry that isn't there or has an empty quotient counts as 1. Raises :class:`Faults` for an unknown or
    repeated industry, or a quotient that is not a number of zero or more.
    """
    path = Path(path)
    slq = np.ones(len(table.codes))
    faults: list[Fault] = []
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.DictReader(stream)
            if lines.fieldnames is None or not {"industry", "slq"} <= set(lines.fieldnames):
                found = ",".join(lines.fieldnames or [])
                raise Faults([Fault(path.name, "1", shown(found), "table.header", {"header": "industry,slq"})])
            for row in lines:
                if None in row:
                    figures = {"found": len(row) - 1 + len(row[None]), "wanted": len(lines.fieldnames)}
                    faults.append(Fault(path.name, str(lines.line_num), "", "table.row_length", figures))
                    continue
                code, text = row["industry"] or "", (row["slq"] or "").strip()
                if code not in table.position:
                    faults.append(Fault(path.name, str(lines.line_num), shown(code), "table.unknown_code"))
                    continue
                if code in seen:
                    faults.append(Fault(path.name, str(lines.line_num), "2", "table.code_twice"))
                seen.add(code)
                value = _quotient(text)
                if value is None:
                    faults.append(
                        Fault(path.name, f"{lines.line_num}, {shown(code)}", shown(text), "table.bad_quotient")
                    )
                else:
                    slq[table.position[code]] = value
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Faults([Fault(str(path), "", "", "table.broken_csv", {"reason": str(error)})]) from None
    if faults:
        raise Faults(faults[:MAX_FAULTS])
    return usable(slq)


def _quotient(text: str) -> float | None:
    if not text:
        return 1.0
    value = plain_number(text)
    return value if value is not None and value >= 0 else None
