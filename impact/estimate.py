"""The figures that people see: every result as {mode, p10, p50, p90}, what decides them, and what to beware of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.faults import Fault, Faults
from impact import __version__
from impact.beside_estimate import beside_tree
from impact.draws import quantile
from impact.effects import QUANTITIES
from impact.event import Area, event_as_dict
from impact.places import DECIDING
from impact.simulation import AreaResult, Simulation
from impact.spending import Amount, organiser_account
from impact.table import Array
from impact.warnings import Warning, warnings

QUANTILES = {"p10": 0.10, "p50": 0.50, "p90": 0.90}
SORTED_TOGETHER = 16
"""Series that are sorted at a time: few enough to stay in the processor's cache."""

Figure = dict[str, Any]


@dataclass(frozen=True)
class Swing:
    """One input's pull on the region's value added: the result at the P10 and the P90 of the input, others at mode."""

    path: str
    evidence: str
    at_p10: float
    at_p90: float

    @property
    def size(self) -> float:
        return abs(self.at_p90 - self.at_p10)


def deciding_area(simulation: Simulation) -> Area:
    """The region, or Norway where the table serves nothing smaller."""
    return "region" if "region" in simulation.areas else "norway"


def tornado(simulation: Simulation) -> list[Swing]:
    """Every input that moves value added, the largest swing first."""
    value_added = simulation.areas[deciding_area(simulation)].effects[DECIDING]["total"]
    evidence = {unknown.group: unknown.evidence for unknown in simulation.x.unknowns}
    at = 1 + simulation.x.draws
    swings = [
        Swing(group, evidence[group], float(value_added[at + 2 * i]), float(value_added[at + 2 * i + 1]))
        for i, group in enumerate(simulation.x.groups)
    ]
    noise = 1e-12 * abs(float(value_added[0]))
    return sorted((one for one in swings if one.size > noise), key=lambda one: (-one.size, one.path))


def assumed_share(swings: Iterable[Swing]) -> float | None:
    """Squared swings of assumed inputs over all squared swings; None where nothing swings."""
    swings = list(swings)
    total = sum(one.size**2 for one in swings)
    return sum(one.size**2 for one in swings if one.evidence == "assumed") / total if total else None


class _Figures:
    """Collects series and writes their quantiles into the tree in one sorting."""

    def __init__(self, simulation: Simulation) -> None:
        self.x, self.draws = simulation.x, simulation.draws
        self.pending: list[tuple[Figure, Array]] = []

    def add(self, values: Amount | None) -> Figure | None:
        """The figure of ``values``; its quantiles are there after :meth:`finish`. None where it is not known."""
        if values is None:
            return None
        full = np.asarray(values, dtype=float)
        mode = float(full if full.ndim == 0 else full[0])
        if np.isnan(mode):
            return None
        figure: Figure = {"mode": mode, **dict.fromkeys(QUANTILES, mode)}
        if full.ndim:
            self.pending.append((figure, full))
        return figure

    def finish(self) -> None:
        if not self.pending:
            return
        block = np.empty((SORTED_TOGETHER, self.x.draws))
        for start in range(0, len(self.pending), SORTED_TOGETHER):
            part = self.pending[start : start + SORTED_TOGETHER]
            for row, (_, values) in enumerate(part):
                block[row] = values[self.draws]
            ordered = block[: len(part)]
            ordered.sort(axis=1)
            if not np.isfinite(ordered[:, [0, -1]]).all():
                raise Faults([Fault("", "", "", "event.beyond_reckoning")])
            for name, p in QUANTILES.items():
                for (figure, _), value in zip(part, quantile(ordered, p).tolist(), strict=True):
                    figure[name] = value


def estimate(simulation: Simulation) -> dict[str, Any]:
    """Everything about one estimate as plain data: what ``--json`` prints and a lock keeps.

    Keys: ``program``, ``seed``, ``draws``, ``event``, ``tables``, ``parameters``, ``areas`` (section 13 of the method;
    None for an area that the table can't serve), ``municipalities``, ``organiser_result``, ``deciding_area``,
    ``tornado``, ``assumed_share``, ``warnings`` and, where the event has it, ``beside``. Figures are
    {mode, p10, p50, p90} in full precision, None where they are not known or not assessed.
    """
    figures = _Figures(simulation)
    swings = tornado(simulation)
    share = assumed_share(swings)
    tree = {
        "program": {"name": "ringvirk", "version": __version__},
        "seed": simulation.seed,
        "draws": simulation.x.draws,
        "event": event_as_dict(simulation.event),
        "tables": _tables(simulation),
        "parameters": _parameters(simulation),
        "areas": {area: _area(simulation, area, figures) for area in ("municipality", "region", "norway")},
        "municipalities": _municipalities(simulation, figures),
        "rooms": _rooms(simulation, figures),
        "organiser_result": _organiser(simulation, figures),
        "deciding_area": deciding_area(simulation),
        "tornado": [{"path": s.path, "evidence": s.evidence, "at_p10": s.at_p10, "at_p90": s.at_p90} for s in swings],
        "assumed_share": share,
        "warnings": [_warning(one) for one in warnings(simulation, share)],
    }
    if simulation.event.beside is not None:
        tree["beside"] = beside_tree(simulation, figures.add)
    figures.finish()
    return tree


def _warning(one: Warning) -> dict[str, Any]:
    return {"code": one.code, "figures": one.figures}


def _area(simulation: Simulation, area: Area, figures: _Figures) -> dict[str, Any] | None:
    result = simulation.areas.get(area)
    if result is None:
        return None
    spending, demand, night = result.spending, result.demand, simulation.rooms
    modes = {code: _mode(amount) for code, amount in sorted(demand.by_industry.items())}
    total: dict[str, Any] | None = figures.add(demand.total)
    assert total is not None
    total["by_industry"] = {code: value for code, value in modes.items() if value}
    return {
        "eligible_persons": figures.add(spending.eligible),
        "guest_nights": figures.add(spending.commercial_nights),
        "displaced_room_nights": figures.add(night.displaced if night else None),
        "unhoused_room_nights": figures.add(night.unhoused if night else None),
        "unsupported_room_nights": figures.add(night.unsupported if night else None),
        "audience_spending": figures.add(spending.audience_spending),
        "displaced_spending": figures.add(spending.displaced_spending),
        "displaced_guests_spending": figures.add(spending.displaced_guests),
        "lost_lodging_spending": figures.add(spending.lost_lodging),
        "organiser_net": figures.add(spending.organiser.net),
        "vat": figures.add(demand.vat),
        "leakage": figures.add(demand.leakage),
        "final_demand": total,
        "retained_spending": figures.add(spending.retained),
        "spending_by_category": {
            category: {
                "before": figures.add(spending.before.get(category, 0.0)),
                "after": figures.add(amount),
            }
            for category, amount in sorted(spending.after.items())
        },
        "spending_by_audience": {
            name: figures.add(sum(spend.values(), 0.0)) for name, spend in sorted(spending.parts.items())
        },
        "effects": {
            quantity: {part: figures.add(values) for part, values in parts.items()}
            for quantity, parts in result.effects.items()
        },
        "by_industry": _by_industry(result, simulation),
    }


def _by_industry(result: AreaResult, simulation: Simulation) -> dict[str, dict[str, dict[str, float]]]:
    """Quantity → industry → direct, indirect, induced at the modes; industries with nothing are left out."""
    codes = simulation.frame.table.codes
    outputs = result.by_industry()
    out = {}
    for row, quantity in enumerate(QUANTITIES):
        scale = _mode(simulation.price_factor) if quantity == "employment" else 1.0
        parts = np.array([one * result.result.economy.coefficients[row] * scale for one in outputs.values()])
        some = np.flatnonzero((np.abs(parts) > 0).any(axis=0))
        rows = zip(some.tolist(), parts[:, some].T.tolist(), strict=True)
        out[quantity] = {codes[at]: dict(zip(outputs, figures, strict=True)) for at, figures in rows}
    return out


def _municipalities(simulation: Simulation, figures: _Figures) -> dict[str, Any] | None:
    places = simulation.places
    if places is None:
        return None
    rows: dict[str, Any] = {}
    for number, code in enumerate(places.codes):
        rows[code] = {
            quantity: {part: figures.add(values[number]) for part, values in parts.items()}
            for quantity, parts in places.effects.items()
        }
        rows[code]["pay_by_residence"] = figures.add(places.pay_home[number])
        rows[code]["income_tax_gross"] = figures.add(places.tax[number])
    return {"rows": rows, "pay_leaving_region": figures.add(places.pay_outside)}


def _rooms(simulation: Simulation, figures: _Figures) -> dict[str, Any] | None:
    night = simulation.rooms
    if night is None:
        return None
    return {
        "demand": figures.add(night.demand),
        "housed": figures.add(night.housed),
        "displaced": figures.add(night.displaced),
        "incremental": figures.add(night.housed - night.displaced),
        "sold_above_baseline": figures.add(night.extra),
    }


def _organiser(simulation: Simulation, figures: _Figures) -> dict[str, Any]:
    """The organiser's own account, whole and not by area: costs, incomes, deficit as given."""
    event, x = simulation.event, simulation.x
    costs, incomes = organiser_account(event, x)
    return {
        "costs": figures.add(costs) if event.costs else None,
        "incomes": figures.add(incomes) if event.incomes else None,
        "deficit": figures.add(x.number(event.deficit, "organiser/deficit")) if event.deficit is not None else None,
    }


def _tables(simulation: Simulation) -> dict[str, Any]:
    """The reference data that the estimate stands on: year, source and hash of each piece."""
    setting, reference = simulation.frame, simulation.frame.reference
    about = setting.table.about
    kept = ("name", "year", "geography", "unit", "currency", "price_basis", "source", "licence", "retrieved")
    quotients, conversion, held, commuting = (
        setting.quotients,
        setting.conversion,
        simulation.jobs,
        reference.commuting[0],
    )
    tables: dict[str, Any] = {
        "table": {"id": setting.table_name, **{key: about[key] for key in kept}, "sha256": setting.table.version},
        "conversion": {
            "year": conversion.year,
            "source": reference.source(f"products/price-conversion-{conversion.year}.csv"),
            "sha256": conversion.version,
        },
        "quotients": None,
        "jobs": None,
        "prices": {"last_year": reference.price_years[1], "source": reference.source("prices/cpi.csv")},
        "places": {
            "commuting": commuting,
            "source": reference.source(f"region/commuting-{commuting}.csv"),
            "sha256": reference.places_version,
        },
    }
    if quotients is not None:
        source = reference.source(f"region/quotients-{quotients.year}.csv")
        tables["quotients"] = {"year": quotients.year, "source": source, "sha256": quotients.version}
    if held is not None:
        name = "region/population.csv" if held.assumed else f"region/jobs-{held.year}.csv"
        tables["jobs"] = {"year": held.year, "assumed": held.assumed, "source": reference.source(name)}
    return tables


def _parameters(simulation: Simulation) -> dict[str, dict[str, Any]]:
    parameters = simulation.frame.parameters
    return {
        key: {
            "unit": parameters.known[key].unit,
            "since": dated.since.isoformat(),
            **dated.value.as_dict(),
            **({"fixed": True} if dated.fixed else {}),
        }
        for key, dated in sorted(parameters.items())
    }


def _mode(values: Amount) -> float:
    full = np.asarray(values, dtype=float)
    return float(full if full.ndim == 0 else full[0])
