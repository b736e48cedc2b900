"""Who gets it: the region's effects by municipality, pay by residence, and municipal income tax (method, section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from impact.draws import Columns, Unknown
from impact.effects import QUANTITIES, Effects
from impact.event import Event
from impact.reference import COUNTY, Quotients, Reference
from impact.spending import Amount, lodging_shares
from impact.table import Array

DECIDING = "value_added"
"""The quantity that is shown in parts, and that the tornado is about."""


@dataclass(frozen=True)
class Jobs:
    """Jobs of each municipality, m × n by industry where an import gives them, else m × 1 and ``assumed``.

    ``withheld`` counts the cells of an import that the source does not show and that were filled in.
    """

    codes: tuple[str, ...]
    year: int
    by_industry: Array
    assumed: bool
    withheld: int = 0


def jobs(reference: Reference, table_codes: tuple[str, ...], quotients: Quotients) -> Jobs:
    """Imported jobs by municipality and industry; else population × the county's employment rate, assumed."""
    codes = tuple(reference.municipalities)
    if reference.jobs is not None:
        year, counted = reference.jobs
        rows = np.array([[counted[code].get(industry, np.nan) for industry in table_codes] for code in codes])
        nowhere = np.isnan(rows).all(axis=0)
        withheld = int(np.isnan(rows[:, ~nowhere]).sum())
        return Jobs(codes, year, _filled(rows), assumed=False, withheld=withheld)
    rate = quotients.county_employed / reference.population(COUNTY, quotients.year)
    people = np.array([[reference.population(code, quotients.year)] for code in codes], dtype=float)
    return Jobs(codes, quotients.year, people * rate, assumed=True)


def _filled(rows: Array) -> Array:
    """``rows``, m × n, with each unknown cell at what the others have in the industry, by size of all jobs."""
    everyone = np.nansum(rows, axis=1, keepdims=True)
    known = ~np.isnan(rows)
    per_job = np.nansum(rows, axis=0) / np.maximum((everyone * known).sum(axis=0), 1.0)
    return np.where(known, rows, everyone * per_job)


def jobs_unknowns(held: Jobs, spread: float) -> list[Unknown]:
    """A factor on each municipality's jobs where they are assumed, with the widest spread there is."""
    if not held.assumed:
        return []
    return [Unknown(f"jobs/{code}", 1 - spread, 1.0, 1 + spread, "assumed", f"jobs/{code}") for code in held.codes]


@dataclass(frozen=True)
class Municipal:
    """The region's effects by municipality: quantity → part → m × columns, in the order of ``codes``.

    Every quantity has its ``total``, value added its parts too (direct effects are numbers where nothing is spent).
    ``pay_home`` is compensation at the place of residence, m × columns; ``pay_outside`` what commuters take out of the
    region; ``tax`` municipal income tax, gross.
    """

    codes: tuple[str, ...]
    effects: dict[str, dict[str, Array | list[Amount]]]
    pay_home: Array
    pay_outside: Array
    tax: Array


def municipal(
    event: Event,
    held: Jobs,
    result: Effects,
    whole: Mapping[str, Mapping[str, Array]],
    lodging: Amount,
    reference: Reference,
    x: Columns,
    deflator: Amount,
) -> Municipal:
    """Direct effects where the money is spent, indirect and induced by shares of jobs; the parts sum to the region.

    ``result`` is the region's and ``whole`` its effects by quantity and part; ``lodging`` the final demand that
    accommodation makes; ``deflator`` carries kroner to the prices that employment coefficients belong to.
    """
    factor = _job_factors(held, x)
    places = lodging_shares(event, x)
    slept = result.economy.coefficients @ _lodging_weights(result, x)
    share = job_shares(held, x)
    host = held.codes.index(event.municipality)
    split: dict[str, dict[str, Array | list[Amount]]] = {}
    for row, quantity in enumerate(QUANTITIES):
        scale = deflator if quantity == "employment" else 1.0
        slept_here = lodging * slept[row] * scale
        here = [slept_here * places.get(code, 0.0) for code in held.codes]
        here[host] = here[host] + whole[quantity]["direct"] - slept_here
        if held.assumed:
            indirect, later = whole[quantity]["indirect"], whole[quantity]["induced"]
            total = share * (indirect + later)
            parts = {"indirect": share * indirect, "induced": share * later} if quantity == DECIDING else {}
        else:
            weighted = share * result.economy.coefficients[row]
            parts = {"indirect": (result.through(weighted) - result.first(weighted)) * scale}
            parts["induced"] = result.induced(weighted) * scale
            total = parts["indirect"] + parts["induced"]
        for number, amount in enumerate(here):
            total[number] += amount
        shown: dict[str, Array | list[Amount]] = {"direct": here, **parts} if quantity == DECIDING else {}
        split[quantity] = {**shown, "total": total}
    home, outside = _to_homes(held, factor, np.asarray(split["compensation"]["total"]), reference)
    rate = x.parameter("tax.wage_share") * x.parameter("tax.taxable_share") * x.parameter("tax.municipal_rate")
    return Municipal(held.codes, split, home, outside, home * rate)


def _lodging_weights(result: Effects, x: Columns) -> Array:
    """The industries that accommodation spending is booked on, length n, summing to 1."""
    weights = np.zeros(len(result.economy.table.codes))
    for code, part in x.parameters.under("industries.service.accommodation").items():
        weights[result.economy.table.position[code]] = part
    return weights


def job_shares(held: Jobs, x: Columns) -> Array:
    """Each municipality's share of the region's jobs: m × columns where they are assumed, else m × n by industry."""
    return _shares(held, _job_factors(held, x)) if held.assumed else _weights(held)


def _job_factors(held: Jobs, x: Columns) -> Array:
    """What each municipality's assumed jobs are multiplied by, m × columns."""
    return np.array([x.full(x.column(f"jobs/{code}", 1.0)) for code in held.codes])


def _shares(held: Jobs, factor: Array) -> Array:
    """Each municipality's share of the region's jobs where they are assumed, m × columns."""
    weight = held.by_industry * factor
    return np.asarray(weight / weight.sum(axis=0))


def _weights(held: Jobs) -> Array:
    """Each municipality's share of the region's jobs in each industry, m × n; of all jobs where there are none."""
    total = held.by_industry.sum(axis=0)
    everyone = held.by_industry.sum(axis=1, keepdims=True) / held.by_industry.sum()
    return np.where(total > 0, held.by_industry / np.where(total > 0, total, 1.0), everyone)


def _to_homes(held: Jobs, factor: Array, pay: Array, reference: Reference) -> tuple[Array, Array]:
    """(pay by home municipality m × columns, pay that leaves the region) along the commuting matrix.

    The home = work cell is jobs − commuters in, never below zero.
    """
    into, arriving = _commuters(reference, tuple(held.codes))
    jobs_here = np.maximum(held.by_industry.sum(axis=1, keepdims=True) * factor, arriving)
    per_job = pay / jobs_here
    home_pay = into.T @ per_job + pay - arriving * per_job
    return home_pay, pay.sum(axis=0) - home_pay.sum(axis=0)


@lru_cache(maxsize=8)
def _commuters(reference: Reference, codes: tuple[str, ...]) -> tuple[Array, Array]:
    """(commuters by work and home within ``codes``, m × m; all who arrive, m × 1)."""
    _, commuters = reference.commuting
    into = np.zeros((len(codes), len(codes)))
    arriving = np.zeros((len(codes), 1))
    place = {code: number for number, code in enumerate(codes)}
    for (work, home), count in commuters.items():
        if work in place:
            arriving[place[work]] += count
            if home in place:
                into[place[work], place[home]] += count
    return into, arriving
