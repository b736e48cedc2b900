"""Figures of what stands beside the money, draw by draw with the estimate they belong to (method, section 12).

CO2 of travel = additional persons × share × km × trips × grams a person-km / 1000, kilograms; the persons are those of
the spending, with the same draws, so that residents of the area count nothing there. Where no factor is known, or how
many sat in the vehicle, the emissions of the row are not known, and so is the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from data.dated import Parameters
from data.phrases import Lang
from impact.beside import Beside, Travel, word
from impact.beside_reading import PER_VEHICLE
from impact.draws import Sampler, Unknown, bounds
from impact.event import Number, Ref, Rule, inside
from impact.simulation import Simulation
from impact.spending import Amount

GRAMS = 1000
"""Grams in a kilogram."""
THERE_AND_BACK = 2
Add = Callable[[Amount | None], dict[str, Any] | None]


def beside_tree(simulation: Simulation, add: Add) -> dict[str, Any]:
    """The section ``beside`` of an estimate; ``add`` makes a figure {mode, p10, p50, p90} of values over the columns.

    ``travel.total`` and a row's ``co2_kg`` are by area, and ``everyone`` for all who travel, additional or not; None
    where they aren't known, and ``travel.unknown`` names the rows at fault. ``travel.known`` sums the other rows.
    """
    beside = simulation.event.beside
    assert beside is not None
    x = _Numbers(simulation, beside)
    number, hours = (x.given(getattr(beside.volunteers, name), f"volunteers/{name}") for name in ("number", "hours"))
    each = None if number is None or hours is None or not np.all(number) else hours / number
    tree: dict[str, Any] = {
        "volunteers": {"number": add(number), "hours": add(hours), "hours_each": add(each)},
        "media": {
            name: add(x.given(getattr(beside.media, name), f"media/{name}"))
            for name in beside.media.__dataclass_fields__
        },
        "indicators": [
            {
                "name": one.name,
                "code": one.code,
                "who": one.who,
                "n": one.n,
                "value": add(x.given(one.value, f"indicator/{one.name}/value")),
            }
            for one in beside.indicators
        ],
        "strategy": {fit.area: fit.degree for fit in beside.strategy},
        "travel": _travel(simulation, beside, x, add) if beside.travel else None,
    }
    return tree


def _travel(simulation: Simulation, beside: Beside, x: _Numbers, add: Add) -> dict[str, Any]:
    whose = (*simulation.areas, "everyone")
    known: dict[str, Amount] = dict.fromkeys(whose, 0.0)
    by_mode: dict[str, dict[str, Amount]] = {}
    rows, unknown = [], []
    for row in beside.travel:
        grams = x.grams(row)
        kilometres = x.kilometres(row)
        found: dict[str, Amount] | None = None
        if grams is None:
            unknown.append(row.name)
        else:
            found = {one: x.persons(row, one) * kilometres * grams / GRAMS for one in whose}
            known = {one: known[one] + found[one] for one in whose}
            before = by_mode.setdefault(row.mode, dict.fromkeys(whose, 0.0))
            by_mode[row.mode] = {one: before[one] + found[one] for one in whose}
        rows.append(
            {
                "name": row.name,
                "mode": row.mode,
                "why_unknown": None if grams is not None else x.why_unknown(row),
                "co2_kg": None if found is None else {one: add(amount) for one, amount in found.items()},
            }
        )
    sums = {one: add(amount) for one, amount in known.items()}
    return {
        "rows": rows,
        "by_mode": {mode: {one: add(v) for one, v in parts.items()} for mode, parts in sorted(by_mode.items())},
        "known": sums,
        "total": None if unknown else sums,
        "unknown": unknown,
        "factors": x.factors,
    }


def beside_figures(tree: dict[str, Any]) -> dict[tuple[str, ...], dict[str, float]]:
    """The known figures of an estimate's ``beside`` by path, as ("travel", "total", "region")."""
    beside = tree.get("beside") or {}
    found: dict[tuple[str, ...], Any] = {
        (part, name): figure for part in ("volunteers", "media") for name, figure in beside.get(part, {}).items()
    }
    found |= {("indicators", row["name"]): row["value"] for row in beside.get("indicators", ())}
    for sums in ("known", "total"):
        of = (beside.get("travel") or {}).get(sums) or {}
        found |= {("travel", sums, whose): figure for whose, figure in of.items()}
    return {path: figure for path, figure in found.items() if figure is not None}


def beside_label(path: Sequence[str], lang: Lang) -> str:
    """What a figure of :func:`beside_figures` is called."""
    part, name, *whose = path
    if part == "indicators":
        return f"{word('part', part, lang)}: {name}"
    if part == "travel":
        return f"{word('figure', 'co2_kg', lang)}, {word('whose', whose[0], lang)}"
    return word("figure", name, lang)


class _Numbers:
    """The section's numbers over [mode | draws]; each has a stream of its own, as those of the event have."""

    def __init__(self, simulation: Simulation, beside: Beside) -> None:
        self.simulation = simulation
        self.length = 1 + simulation.x.draws
        self.sampler = Sampler(simulation.seed, simulation.x.draws)
        self.rules = {path: rule for path, _, rule in beside.numbers()}
        self.factors: dict[str, dict[str, Any]] = {}
        """The published factors that were used, as a lock keeps parameters."""

    def given(self, number: Number | None, path: str) -> Amount | None:
        """A number at ``beside/<path>``; None where it isn't given."""
        path = f"beside/{path}"
        if number is None:
            return None
        if isinstance(number, Ref):
            return self._cut(self.simulation.x.number(number, path))
        return self._drawn(path, number, self.rules[path])

    def _drawn(self, path: str, value: Any, rule: Rule | None) -> Amount:
        low, mode, high = bounds(value, rule, self.simulation.x.spreads)
        if low >= high:
            return float(mode)
        draws, _ = self.sampler.draw(Unknown(path, low, mode, high, value.evidence, path))
        return np.concatenate([[mode], draws])

    def _cut(self, values: Amount) -> Amount:
        full = np.asarray(values, dtype=float)
        return float(full) if full.ndim == 0 else full[: self.length]

    def kilometres(self, row: Travel) -> Amount:
        """Kilometres a person, there and back, over all trips."""
        distance, trips = (self.given(getattr(row, f), f"travel/{row.name}/{f}") for f in ("distance_km", "trips"))
        assert distance is not None
        return distance * (THERE_AND_BACK if row.ways == "one_way" else 1) * (1.0 if trips is None else trips)

    def persons(self, row: Travel, whose: str) -> Amount:
        """Who travels so: of an audience those who are additional to the area, or ``everyone``."""
        if not row.audience:
            own = self.given(row.persons, f"travel/{row.name}/persons")
            return 0.0 if own is None else own * self._share(row)
        group = next(one for one in self.simulation.people if one.audience.name == row.audience)
        if whose == "everyone":
            return self._cut(group.persons) * self._share(row)
        if inside(group.audience.home, whose):  # type: ignore[arg-type]
            return 0.0
        return self._cut(group.eligible) * self._share(row)

    def _share(self, row: Travel) -> Amount:
        share = self.given(row.share, f"travel/{row.name}/share")
        return 1.0 if share is None else share

    def grams(self, row: Travel) -> Amount | None:
        """Grams a person-km: the row's own factor, else the published one; None where it can't be known."""
        if self.why_unknown(row):
            return None
        occupancy = self.given(row.occupancy, f"travel/{row.name}/occupancy")
        own = self.given(row.factor, f"travel/{row.name}/factor")
        grams = own if own is not None else self._published(row.mode)
        return grams if occupancy is None else grams / occupancy

    def why_unknown(self, row: Travel) -> str | None:
        """``factor`` or ``occupancy``, what the row lacks; None where it lacks nothing."""
        if row.factor is not None:
            return None
        key = f"co2.{row.mode}"
        if key not in self._apart:
            return "factor"
        return "occupancy" if PER_VEHICLE in self._apart.known[key].unit and row.occupancy is None else None

    @property
    def _apart(self) -> Parameters:
        return self.simulation.frame.apart

    def _published(self, mode: str) -> Amount:
        key = f"co2.{mode}"
        dated = self._apart[key]
        self.factors[key] = {
            "unit": self._apart.known[key].unit,
            "since": dated.since.isoformat(),
            **dated.value.as_dict(),
        }
        return self._drawn(f"parameter/{key}", dated.value, "amount")
