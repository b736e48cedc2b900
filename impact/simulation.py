"""The whole chain of one event, in every draw: people, spending, displacement, demand, effects, places.

:func:`simulate` gives arrays, so that events can be added draw by draw (δ and κ are shared for one seed);
:mod:`impact.estimate` makes of them the figures that people see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.dated import Parameter, Parameters, read_parameters
from data.faults import Fault, Faults
from data.value import Value
from impact.demand import FinalDemand, final_demand
from impact.draws import Columns, Sampler
from impact.effects import QUANTITIES, Economy, Effects, economy, effects
from impact.event import AREAS, Area, Event
from impact.places import Jobs, Municipal, jobs, jobs_unknowns, municipal
from impact.reference import COUNTY, DEFAULT_TABLE, Conversion, Quotients, Reference
from impact.regional import Region, usable
from impact.spending import Amount, AreaSpending, People, Rooms, area_spending, people, rooms
from impact.table import Array, IOTable

DRAWS = 10_000
MAX_DRAWS = 200_000
NATION = "NO"
PARTS_TOLERANCE = 1e-9
APART = (
    "aid.",
    "board.",
    "co2.",
    "expected_loss.",
    "lessons.",
    "portfolio.",
    "record.",
    "reminders.",
    "scenario.",
    "shift.",
)
"""Parameters that bear on no krone: no estimate draws them, and a lock keeps only those that were used."""
PARTS = ("direct", "indirect", "induced", "total")


@dataclass(frozen=True, eq=False)
class Frame:
    """What an estimate is computed with: table, quotients (None: national only), conversion, parameters of the day.

    ``apart`` are the parameters that bear on no krone: emissions of travel, figures of scenarios.
    """

    reference: Reference
    table_name: str
    table: IOTable
    quotients: Quotients | None
    conversion: Conversion
    parameters: Parameters
    apart: Parameters

    @cached_property
    def delta(self) -> tuple[float, float, float]:
        value = self.parameters["flq.delta"].value
        low, high = value.low, value.high
        return (value.mode if low is None else low, value.mode, value.mode if high is None else high)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The study areas that this table can serve: all three, or Norway alone where there are no quotients."""
        return AREAS if self.quotients is not None else AREAS[2:]

    @property
    def _imported_jobs(self) -> dict[str, dict[str, float]] | None:
        """Imported jobs by municipality and industry that quotients can be made of: the country is among them."""
        held = self.reference.jobs
        return held[1] if held is not None and "0" in held[1] else None

    def size(self, codes: tuple[str, ...]) -> float:
        """E_area / E_nation: the county's employed persons by the municipalities' share of its population."""
        q = self.quotients
        assert q is not None
        if (held := self._imported_jobs) is not None:
            return sum(sum(held[code].values()) for code in codes) / sum(held["0"].values())
        here = sum(self.reference.population(code, q.year) for code in codes)
        return q.county_employed * here / self.reference.population(COUNTY, q.year) / q.national_employed

    def region(self, area: Area, host: str) -> Region | None:
        """The host municipality, within the region; the region; None for Norway."""
        if area == "norway":
            return None
        everyone = tuple(self.reference.municipalities)
        whole = Region(self.size(everyone), self._slq(everyone))
        return whole if area == "region" else Region(self.size((host,)), self._slq((host,)), whole)

    def economy(self, area: Area, host: str) -> Economy:
        """The economy of a study area; Norway's is the table itself."""
        return economy(self.table, self.delta, self.region(area, host))

    def _slq(self, codes: tuple[str, ...]) -> tuple[float, ...]:
        """The county's quotients; those of imported jobs by municipality where there are any, 1 where withheld."""
        assert self.quotients is not None
        if (held := self._imported_jobs) is None:
            return tuple(usable(self.reference.slq(self.table, self.quotients)).tolist())
        here = np.array([sum(held[code].get(i, np.nan) for code in codes) for i in self.table.codes])
        nation = np.array([held["0"].get(i, np.nan) for i in self.table.codes])
        with np.errstate(divide="ignore", invalid="ignore"):
            slq = (here / np.nansum(here)) / (nation / np.nansum(nation))
        return tuple(usable(slq).tolist())


def frame(
    reference: Reference,
    date: dt.date,
    table_name: str = DEFAULT_TABLE,
    changed: Mapping[str, float] | None = None,
    known: Mapping[str, Parameter] | None = None,
) -> Frame:
    """The table, its quotients and the parameters of ``date``; ``changed`` sets parameters by hand.

    ``known`` are parameters to use in place of the shipped ones (:func:`impact.parameter_values.known_parameters`).

    Raises :class:`Faults` where the table can't carry an estimate: not in kroner, or an industry that spending is
    booked on is missing.
    """
    parameters, apart = _parted(known or read_parameters(), date, changed or {})
    table = reference.table(table_name)
    faults: list[Fault] = []
    if table.about.get("currency") != "NOK":
        faults.append(Fault(table_name, "currency", str(table.about.get("currency")), "table.not_kroner"))
    if table.about.get("geography") != NATION:
        faults.append(Fault(table_name, "geography", str(table.about.get("geography")), "table.not_national"))
    faults += broken_parts(parameters)
    used = {"R46": "trade", "R47": "trade"}
    for kind in ("service", "goods"):
        used |= {key.rpartition(".")[2]: key.partition(".")[0] for key in parameters.under(f"industries.{kind}")}
    for code, use in used.items():
        if code not in table.position:
            faults.append(Fault(table_name, code, "", "table.industry_missing", {"use": use}))
    first, last = reference.price_years
    if not first <= table.year <= last:
        faults.append(
            Fault(
                table_name,
                "year",
                str(table.year),
                "table.year_outside_index",
                {"first": str(first), "last": str(last)},
            )
        )
    if faults:
        raise Faults(faults)
    quotients = reference.quotients(table.year)
    return Frame(reference, table_name, table, quotients, reference.conversion(table.year), parameters, apart)


def _parted(
    known: Mapping[str, Parameter], date: dt.date, changed: Mapping[str, float]
) -> tuple[Parameters, Parameters]:
    """The parameters of an estimate, and those apart from it."""
    away = {key: parameter for key, parameter in known.items() if key.startswith(APART)}
    money = {key: parameter for key, parameter in known.items() if key not in away}
    moved = {key: figure for key, figure in changed.items() if key in away}
    rest = {key: figure for key, figure in changed.items() if key not in away}
    return Parameters(money, date, rest), Parameters(away, date, moved)


def broken_parts(parameters: Parameters) -> list[Fault]:
    """Parts of a whole that don't sum to 1: a category's industries, an ordinary guest's purchases."""
    wholes: dict[str, float] = {}
    for key in parameters:
        head, _, rest = key.partition(".")
        if head == "industries":
            category = rest.split(".")[1]
            wholes[f"industries.{category}"] = wholes.get(f"industries.{category}", 0.0) + parameters.number(key)
        elif key.startswith("ordinary_guest.split."):
            wholes["ordinary_guest.split"] = wholes.get("ordinary_guest.split", 0.0) + parameters.number(key)
    broken = {whole: total for whole, total in wholes.items() if abs(total - 1) > PARTS_TOLERANCE}
    return [Fault("parameters", whole, f"{total:g}", "parameter.parts") for whole, total in broken.items()]


@dataclass(frozen=True, eq=False)
class AreaResult:
    """One study area: its spending, its final demand and, by quantity, direct, indirect, induced and total effects.

    Arrays are over the columns; employment is NaN where the table has no employed persons.
    """

    spending: AreaSpending
    demand: FinalDemand
    result: Effects
    effects: dict[str, dict[str, Array]]

    def by_industry(self) -> dict[str, Array]:
        """Output of every industry at the modes, n each: direct, indirect and induced."""
        first, through, induced = self.result.by_industry()
        return {"direct": first, "indirect": through - first, "induced": induced}


@dataclass(frozen=True, eq=False)
class Simulation:
    """One event computed in every column of ``x``: [modes | draws | swings]."""

    event: Event
    frame: Frame
    seed: int
    x: Columns
    people: list[People]
    rooms: Rooms | None
    areas: dict[Area, AreaResult]
    jobs: Jobs | None
    places: Municipal | None
    price_factor: Amount

    @property
    def draws(self) -> slice:
        """The columns that are draws."""
        return slice(1, 1 + self.x.draws)


def simulate(
    event: Event,
    setting: Frame,
    seed: int = 1,
    draws: int = DRAWS,
    sampler: Sampler | None = None,
    *,
    by_place: bool = True,
) -> Simulation:
    """Compute ``event`` at the modes, in ``draws`` draws from ``seed``, and at each input's P10 and P90.

    A ``sampler`` shared by a batch draws the parameters once; its seed and draws then hold. Without ``by_place`` the
    region's effects are not shared out on municipalities; all else is the same.
    """
    faults = [
        Fault(setting.table_name, cost.industry, "", "table.industry_missing", {"use": cost.name})
        for cost in event.costs
        if cost.industry not in setting.table.position
    ]
    if faults:
        raise Faults(faults)
    sampler = sampler or Sampler(seed, draws)
    held = None
    if setting.quotients is not None:
        held = jobs(setting.reference, setting.table.codes, setting.quotients)
    spread = setting.parameters.number("evidence.assumed")
    x = Columns(event, setting.parameters, sampler, jobs_unknowns(held, spread) if held else ())
    everyone = [people(audience, x) for audience in event.audiences]
    night = rooms(event, sum((one.room_nights for one in everyone), 0.0), x)
    guest = ordinary_guest(event, setting, x)
    deflator = 1 / _prices(event, setting, x, setting.table.year)
    areas: dict[Area, AreaResult] = {}
    for area in setting.areas:
        here = setting.economy(area, event.municipality)
        spending = area_spending(event, area, everyone, night, x, guest)
        demand = final_demand(event, spending, here, setting.conversion, x)
        areas[area] = _area_result(here, spending, demand, x, deflator)
    places = None
    if by_place and held is not None and "region" in areas:
        region = areas["region"]
        region = areas["region"]
        result, effects_of, lodging = region.result, region.effects, region.demand.lodging
        places = municipal(event, held, result, effects_of, lodging, setting.reference, x, deflator)
    return Simulation(event, setting, sampler.seed, x, everyone, night, areas, held, places, deflator)


def _area_result(
    here: Economy, spending: AreaSpending, demand: FinalDemand, x: Columns, deflator: Amount
) -> AreaResult:
    kappa = 1.0 if "household_income_total" in here.table.about else x.parameter("households.kappa")
    rows = {code: x.full(demand.by_industry[code]) for code in sorted(demand.by_industry)}
    result = effects(here, rows, x.parameter("flq.delta"), kappa, x.width)
    direct = result.first(here.coefficients)
    through = result.through(here.coefficients)
    induced = result.induced(here.coefficients)
    by_quantity = {}
    for row, quantity in enumerate(QUANTITIES):
        scale = deflator if quantity == "employment" else 1.0
        parts = {"direct": direct[row], "indirect": through[row] - direct[row], "induced": induced[row]}
        parts["total"] = through[row] + induced[row]
        by_quantity[quantity] = {part: values * scale for part, values in parts.items()}
    return AreaResult(spending, demand, result, by_quantity)


def ordinary_guest(event: Event, setting: Frame, x: Columns) -> Amount:
    """What an ordinary guest spends a night, kroner of the event's price year, VAT included."""
    key = "ordinary_guest.spending"
    return x.parameter(key) * _prices(event, setting, x, _price_year(setting, key))


def _price_year(setting: Frame, key: str) -> int:
    """The year of the kroner that a parameter is in, from its unit ("NOK 2024 per guest-night")."""
    return int(setting.parameters.known[key].unit.split()[1])


def _prices(event: Event, setting: Frame, x: Columns, start: int) -> Amount:
    """Prices of the event's price year over those of ``start``; beyond the index by the change that the event gives."""
    _, last = setting.reference.price_years
    factor = setting.reference.price_factor(start, min(event.price_year, last))
    if event.price_year <= last:
        return factor
    change: Value | object = event.price_index_change
    assert change is not None
    return factor * (1 + x.number(event.price_index_change, "event/price_index_change"))
