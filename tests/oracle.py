"""The impact method once more, in plain scalar Python: what :mod:`impact` is held against.

It calculates at the modes, for one event as its file holds it, and shares nothing with the program but the reference
data and the parameters, which it reads by itself. It is slow and meant to be read beside ``docs/method.md``: one
function a step, sums written out as loops, numpy for the inverse of a matrix and nothing else.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent.parent / "data"
TABLE_YEAR = 2019
CONVERSION_YEAR = 2019
"""Margins and import shares are known from 2019 on, and serve the tables before that too."""
INSIDE = {
    "host": ("municipality", "region", "norway"),
    "region": ("region", "norway"),
    "norway": ("norway",),
    "abroad": (),
}
AREAS = ("municipality", "region", "norway")
QUANTITIES = ("output", "value_added", "compensation", "employment")


# What the data say


@cache
def rows(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parameters(date: dt.date, changed: dict[str, float]) -> dict[str, float]:
    """Each parameter's mode on ``date``: the last value that has begun, or the first where none has."""

    def below(key: str, entry: dict[str, Any]) -> None:
        if "values" not in entry:
            for name, one in entry.items():
                below(f"{key}.{name}", one)
            return
        begun = [one for one in entry["values"] if one["from"] <= date] or entry["values"][:1]
        last = max(begun, key=lambda one: one["from"])
        found[key] = last["value"] if "value" in last else last["mode"]

    found: dict[str, float] = {}
    for path in (DATA / "parameters").glob("*.toml"):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            below(f"{path.stem}.{name}", entry)
    return found | changed


@cache
def table(year: int) -> dict[str, Any]:
    """Norway's table: codes, A[i][j], and per industry the coefficients and h / H."""
    folder = f"reference/tables/norway-{year}"
    about = tomllib.loads((DATA / folder / "table.toml").read_text(encoding="utf-8"))
    industries = rows(f"{folder}/industries.csv")
    codes = [row["code"] for row in industries]
    output = {row["code"]: float(row["output"]) for row in industries}
    a = {i: dict.fromkeys(codes, 0.0) for i in codes}
    for flow in rows(f"{folder}/flows.csv"):
        a[flow["from"]][flow["to"]] = float(flow["value"]) / output[flow["to"]]
    coefficient = {"output": dict.fromkeys(codes, 1.0)}
    for name in ("value_added", "compensation", "employment"):
        coefficient[name] = {row["code"]: float(row[name]) / output[row["code"]] for row in industries}
    # Output is in million kroner and employment in persons: persons per krone.
    coefficient["employment"] = {code: jobs / 1e6 for code, jobs in coefficient["employment"].items()}
    consumption = {
        row["code"]: float(row["household_consumption"]) / about["household_consumption_total"] for row in industries
    }
    return {"codes": codes, "a": a, "coefficient": coefficient, "consumption": consumption}


@cache
def quotients(year: int) -> dict[str, float]:
    """SLQ by industry; one that is missing or zero counts as 1."""
    by_group = {row["group"]: row["slq"] for row in rows(f"reference/region/quotients-{year}.csv")}
    found = {}
    for row in rows("reference/region/industry-groups.csv"):
        slq = by_group.get(row["group"], "")
        found[row["industry"]] = float(slq) if slq and float(slq) > 0 else 1.0
    return {code: found.get(code, 1.0) for code in table(year)["codes"]}


def employed(year: int) -> tuple[float, float]:
    """Employed persons in the county and in the nation: the sums of the columns, where an empty cell is nobody."""
    groups = rows(f"reference/region/quotients-{year}.csv")
    county = sum(float(row["county_employed"] or 0) for row in groups)
    return county, sum(float(row["national_employed"] or 0) for row in groups)


def population(code: str, year: int) -> float:
    held = {(row["code"], row["year"]): row["persons"] for row in rows("reference/region/population.csv")}
    return float(held[code, str(year)])


def municipalities() -> list[str]:
    return [row["code"] for row in rows("reference/region/municipalities.csv")]


def prices(start: int, end: int, change_beyond: float | None = None) -> float:
    """Consumer prices of ``end`` over those of ``start``; beyond the index by the change since its last year."""
    changes = {int(row["year"]): float(row["change"]) / 100 for row in rows("reference/prices/cpi.csv")}
    last = max(changes)
    level = 1.0
    for year in range(start + 1, min(end, last) + 1):
        level *= 1 + changes[year]
    for year in range(end + 1, start + 1):
        level /= 1 + changes[year]
    if end > last:
        assert change_beyond is not None
        level *= 1 + change_beyond
    return level


# What the event says


class Numbers:
    """Finds the mode behind whatever a file may hold in the place of a number."""

    def __init__(self, event: dict[str, Any]) -> None:
        self.named = event.get("numbers", {})
        self.parts: dict[str, float] = {}
        self._add_shares(event)

    def _add_shares(self, node: Any) -> None:
        """Sum the shares of each total: parts are scaled so that they make up the whole."""
        if isinstance(node, dict) and "of" in node:
            self.parts[node["of"]] = self.parts.get(node["of"], 0.0) + self(node["share"])
        elif isinstance(node, dict):
            for one in node.values():
                self._add_shares(one)
        elif isinstance(node, list):
            for one in node:
                self._add_shares(one)

    def __call__(self, number: Any, missing: float = 0.0) -> float:
        if number is None:
            return missing
        if isinstance(number, int | float):
            return float(number)
        if "ref" in number:
            return self(self.named[number["ref"]])
        if "of" in number:
            return self(self.named[number["of"]]) * self(number["share"]) / self.parts[number["of"]]
        return float(number["value"] if "value" in number else number["mode"])

    def share(self, number: Any, area: str, missing: float) -> float:
        """A share that may be a number or a table with one number an area."""
        if isinstance(number, dict) and area in number:
            number = number[area]
        return self(number, missing)


@dataclass(frozen=True)
class Case:
    """One event, the year of the table it is computed with, and the parameters of its first day."""

    event: dict[str, Any]
    year: int
    parameter: dict[str, float]
    number: Numbers

    @property
    def host(self) -> str:
        return str(self.event["event"]["municipality"])

    @property
    def price_year(self) -> int:
        return int(self.event["event"]["price_year"])

    def prices_since(self, start: int) -> float:
        """Prices of the event's price year over those of ``start``."""
        change = self.event["event"].get("price_index_change")
        return prices(start, self.price_year, None if change is None else self.number(change))

    def rows(self, section: str) -> list[dict[str, Any]]:
        return list(self.event.get(section, []))


def case(event: dict[str, Any], changed: dict[str, float] | None = None, year: int = TABLE_YEAR) -> Case:
    return Case(event, year, parameters(event["event"]["first_day"], changed or {}), Numbers(event))


# Sections 3 and 4: people and what they spend


def persons(audience: dict[str, Any], number: Numbers) -> float:
    if "persons" in audience:
        return number(audience["persons"])
    return number(audience["visits"]) / number(audience.get("days_per_person"), 1.0)


def eligible(audience: dict[str, Any], area: str, number: Numbers) -> float:
    if area in INSIDE[audience["home"]]:
        return 0.0
    additional = 1 - number(audience.get("casual_share")) - number(audience.get("time_switcher_share"))
    return persons(audience, number) * max(0.0, additional) * number(audience.get("attribution"), 1.0)


def commercial_nights(audience: dict[str, Any], number: Numbers) -> float:
    """Commercial guest-nights per person."""
    return number(audience.get("nights_per_person")) * number(audience.get("commercial_share"))


def audience_spending(one: Case, area: str) -> dict[str, float]:
    """Kroner by category, VAT included, before displacement."""
    number = one.number
    spent: dict[str, float] = {}
    lodged_here = lodging_shares(one)[one.host] if area == "municipality" else 1.0
    for audience in one.rows("audience"):
        people = eligible(audience, area, number)
        days = max(number(audience.get("days_per_person"), 1.0), number(audience.get("nights_per_person")))
        days = number(audience.get("days_in_area"), days)
        for category, price in audience.get("spend", {}).items():
            if category == "accommodation":
                amount = people * commercial_nights(audience, number) * number(price) * lodged_here
            else:
                amount = people * days * number(price)
            spent[category] = spent.get(category, 0.0) + amount
    return spent


def lodging_shares(one: Case) -> dict[str, float]:
    """Each municipality's part of the accommodation spending, together 1; the host has it all where none is given."""
    shares = dict.fromkeys(municipalities(), 0.0)
    for code, share in one.event["event"].get("accommodation_by_municipality", {one.host: 1}).items():
        shares[code] = one.number(share)
    total = sum(shares.values())
    return {code: share / total for code, share in shares.items()}


def organiser(one: Case, area: str) -> tuple[float, list[tuple[str, float, float]]]:
    """Net injection, and (industry, kroner bought in the area, VAT rate) per cost line.

    Where a share is missing all of the amount is bought in the area, and all of it is paid from the area.
    """
    number = one.number
    lines = []
    for cost in one.rows("organiser_cost"):
        local = number(cost["amount"]) * number.share(cost.get("local_share"), area, 1.0)
        lines.append((cost["industry"], local, number(cost.get("vat_rate"))))
    net = sum(local for _, local, _ in lines)
    for income in one.rows("organiser_income"):
        net -= number(income["amount"]) * number.share(income.get("inside_share"), area, 1.0)
    return net, lines


# Section 5: rooms


def rooms(one: Case) -> dict[str, float] | None:
    """Room-nights over all nights: demand, housed, displaced, unhoused, unsupported."""
    number, parameter = one.number, one.parameter
    nights = one.rows("night")
    if not nights:
        return None
    from_audiences = 0.0
    for audience in one.rows("audience"):
        sleeping = persons(audience, number) * (1 - number(audience.get("casual_share")))
        per_room = number(audience.get("persons_per_room"), parameter["rooms.persons_per_room"])
        from_audiences += sleeping * commercial_nights(audience, number) / per_room
    result = dict.fromkeys(("demand", "housed", "displaced", "unhoused", "unsupported"), 0.0)
    crowded_out = parameter["rooms.crowded_out"]
    shown = 0.0
    for night in nights:
        demand = number(night.get("event_demand"), from_audiences / len(nights))
        baseline = number(night["baseline_sold"])
        result["demand"] += demand
        if "sold" in night:
            shown += max(0.0, number(night["sold"]) - baseline) / (1 - crowded_out)
            continue
        capacity = max(number(night["rooms"]) * (1 - parameter["rooms.friction"]), baseline)
        housed = min(demand, capacity)
        result["housed"] += housed
        result["displaced"] += max(0.0, baseline + housed - capacity)
        result["unhoused"] += demand - housed
    if "sold" in nights[0]:
        result["housed"] = min(result["demand"], shown)
        result["displaced"] = crowded_out * result["housed"]
        result["unsupported"] = result["demand"] - result["housed"]
    return result


def displaced_spending(
    one: Case, area: str, before: dict[str, float], found: dict[str, float] | None
) -> tuple[dict[str, float], float]:
    """What ordinary guests who found no room would have spent, by category, and lodging that no hotel sold."""
    if found is None:
        return {}, 0.0
    parameter = one.parameter
    a_night = parameter["ordinary_guest.spending"] * one.prices_since(2024)
    guests = found["displaced"] * parameter["ordinary_guest.per_room"] * parameter[f"rooms.displaced_lost.{area}"]
    split = {
        category: guests * a_night * parameter[f"ordinary_guest.split.{category}"]
        for category in ("accommodation", "food_service", "shopping", "local_transport")
    }
    if found["demand"] == 0:
        return split, 0.0
    lost = found["unsupported"] + found["unhoused"] * parameter[f"rooms.unhoused_lost.{area}"]
    return split, before.get("accommodation", 0.0) * lost / found["demand"]


# Section 6: from purchasers' prices to final demand


def size(one: Case, area: str) -> float:
    """E_area / E_nation."""
    county, nation = employed(one.year)
    codes = municipalities() if area == "region" else [one.host]
    return county * sum(population(code, one.year) for code in codes) / population("50", one.year) / nation


def flq_lambda(one: Case, area: str) -> float:
    return float(math.log2(1 + size(one, area)) ** one.parameter["flq.delta"])


class Demand:
    """Final demand by industry, VAT with excise, and leakage; each amount that is added is split between the three."""

    def __init__(self, one: Case, area: str) -> None:
        self.case = one
        self.area = area
        self.f: dict[str, float] = {}
        self.vat = 0.0
        self.leakage = 0.0

    def add(self, industry: str, amount: float) -> None:
        self.f[industry] = self.f.get(industry, 0.0) + amount

    def supply(self, industry: str) -> float:
        if self.area == "norway":
            return 1.0
        return min(1.0, flq_lambda(self.case, self.area) * quotients(self.case.year)[industry])

    def buy(self, category: str, gross: float) -> None:
        parameter = self.case.parameter
        net = gross / (1 + parameter[f"vat.{category}"])
        net -= net * parameter.get(f"excise.{category}", 0.0)
        self.vat += gross - net
        for key, part in parameter.items():
            if key.startswith(f"industries.service.{category}."):
                self.add(key.split(".")[-1], net * part)
            elif key.startswith(f"industries.goods.{category}."):
                self.buy_goods(key.split(".")[-1], net * part)

    def buy_goods(self, product: str, net: float) -> None:
        products = {row["code"]: row for row in rows(f"reference/products/price-conversion-{CONVERSION_YEAR}.csv")}
        supply_basic, margins = float(products[product]["supply_basic"]), float(products[product]["margins"])
        margin = net * margins / (supply_basic + margins)
        retail = margin * self.case.parameter["trade.retail_share"]
        wholesale = (margin - retail) * self.supply("R46")
        made = (net - margin) * self.supply(product) * (1 - float(products[product]["import_share"]))
        self.add("R47", retail)
        self.add("R46", wholesale)
        self.add(product, made)
        self.leakage += net - retail - wholesale - made

    def organise(self, net: float, lines: list[tuple[str, float, float]]) -> None:
        local = sum(amount for _, amount, _ in lines)
        if local == 0:
            self.leakage += net
            return
        for industry, amount, vat_rate in lines:
            gross = net * amount / local
            self.add(industry, gross / (1 + vat_rate))
            self.vat += gross - gross / (1 + vat_rate)


# Section 7: multipliers


def inverses(one: Case, area: str) -> tuple[Any, Any]:
    """L of the open model, and the n × n block of the inverse of the model closed over households."""
    norway, slq = table(one.year), quotients(one.year)
    codes = norway["codes"]
    n = len(codes)
    closed = np.zeros((n + 1, n + 1))
    weight = 1.0 if area == "norway" else flq_lambda(one, area)
    for row, i in enumerate(codes):
        for column, j in enumerate(codes):
            cilq = slq[i] if i == j else slq[i] / slq[j]
            stays = 1.0 if area == "norway" else min(1.0, weight * cilq)
            closed[row, column] = norway["a"][i][j] * stays
        local = 1.0 if area == "norway" else min(1.0, slq[i])
        closed[row, n] = one.parameter["households.kappa"] * norway["consumption"][i] * local
        closed[n, row] = norway["coefficient"]["compensation"][i]
    return np.linalg.inv(np.eye(n) - closed[:n, :n]), np.linalg.inv(np.eye(n + 1) - closed)[:n, :n]


def output_by_part(one: Case, area: str, f: dict[str, float]) -> dict[str, dict[str, float]]:
    """Output by industry: what f is, what suppliers make, and what is made since wages are spent."""
    open_inverse, closed_inverse = inverses(one, area)
    codes = table(one.year)["codes"]
    direct, indirect, induced = {}, {}, {}
    for row, i in enumerate(codes):
        direct[i] = f.get(i, 0.0)
        first = sum(open_inverse[row, column] * f.get(j, 0.0) for column, j in enumerate(codes))
        second = sum(closed_inverse[row, column] * f.get(j, 0.0) for column, j in enumerate(codes))
        indirect[i] = float(first - direct[i])
        induced[i] = float(second - first)
    return {"direct": direct, "indirect": indirect, "induced": induced}


def effects(one: Case, output: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Effects by quantity and part, whole and by industry; employment after f is carried to the table's prices."""
    whole: dict[str, Any] = {}
    by_industry: dict[str, Any] = {}
    for quantity in QUANTITIES:
        per_krone = table(one.year)["coefficient"][quantity]
        scale = 1 / one.prices_since(one.year) if quantity == "employment" else 1.0
        by_industry[quantity] = {
            code: {part: per_krone[code] * made[code] * scale for part, made in output.items()} for code in per_krone
        }
        whole[quantity] = {part: sum(row[part] for row in by_industry[quantity].values()) for part in output}
        whole[quantity]["total"] = sum(whole[quantity].values())
    return {"effects": whole, "by_industry": by_industry}


# Section 8: who gets it


def commuting(year: int) -> dict[str, dict[str, float]]:
    """Work → home → the share of those who work there; ``""`` is every home outside the region."""
    county, _ = employed(year)
    codes = municipalities()
    shares = {}
    for work in codes:
        jobs = population(work, year) * county / population("50", year)
        homes = dict.fromkeys([*codes, ""], 0.0)
        coming = 0.0
        for row in rows("reference/region/commuting-2017.csv"):
            if row["work"] == work:
                coming += float(row["commuters"])
                homes[row["home"] if row["home"] in homes else ""] += float(row["commuters"])
        homes[work] = jobs - coming
        assert homes[work] >= 0
        shares[work] = {home: people / jobs for home, people in homes.items()}
    return shares


def where_spent(one: Case, lodging: float, f: dict[str, float]) -> dict[str, dict[str, float]]:
    """Final demand by municipality: ``lodging``, kroner of accommodation, by its shares, all else in the host."""
    slept = Demand(one, "region")
    slept.buy("accommodation", lodging)
    local = {}
    for code, share in lodging_shares(one).items():
        local[code] = {industry: amount * share for industry, amount in slept.f.items()}
        if code == one.host:
            for industry, amount in f.items():
                rest = amount - slept.f.get(industry, 0.0)
                local[code][industry] = local[code].get(industry, 0.0) + rest
    return local


def by_municipality(
    one: Case, local: dict[str, dict[str, float]], output: dict[str, dict[str, float]]
) -> dict[str, Any]:
    """Effects by place of work, pay and gross income tax by place of residence, and the pay that leaves the region."""
    people = sum(population(code, one.year) for code in municipalities())
    found: dict[str, Any] = {"rows": {}}
    for code in municipalities():
        # Jobs are the population times one rate for all, so that the rate falls out of the shares.
        share = population(code, one.year) / people
        mine = {part: {i: amount * share for i, amount in output[part].items()} for part in ("indirect", "induced")}
        mine = {"direct": {i: local[code].get(i, 0.0) for i in output["direct"]}, **mine}
        found["rows"][code] = effects(one, mine)["effects"]
    shares = commuting(one.year)
    of_pay = one.parameter["tax.wage_share"] * one.parameter["tax.taxable_share"] * one.parameter["tax.municipal_rate"]
    pay = {code: row["compensation"]["total"] for code, row in found["rows"].items()}
    for home, row in found["rows"].items():
        row["pay_by_residence"] = sum(pay[work] * shares[work][home] for work in pay)
        row["income_tax_gross"] = row["pay_by_residence"] * of_pay
    found["pay_leaving_region"] = sum(pay[work] * shares[work][""] for work in pay)
    return found


# All of it


def calculate(event: dict[str, Any], changed: dict[str, float] | None = None, year: int = TABLE_YEAR) -> dict[str, Any]:
    """Everything at the modes: ``areas`` and ``municipalities`` as an estimate has them, with numbers for figures.

    ``event`` is what :mod:`tomllib` makes of an event's file, ``changed`` holds parameters by key, and ``year`` is the
    table's: 2017, 2018 or 2019.
    """
    one = case(event, changed, year)
    found = rooms(one)
    result: dict[str, Any] = {"areas": {}}
    for area in AREAS:
        before = audience_spending(one, area)
        guests, lost_lodging = displaced_spending(one, area, before, found)
        net, lines = organiser(one, area)
        demand = Demand(one, area)
        for category, amount in before.items():
            demand.buy(category, amount)
        for category, amount in guests.items():
            demand.buy(category, -amount)
        demand.buy("accommodation", -lost_lodging)
        demand.organise(net, lines)
        output = output_by_part(one, area, demand.f)
        people = [(eligible(row, area, one.number), commercial_nights(row, one.number)) for row in one.rows("audience")]
        result["areas"][area] = {
            "eligible_persons": sum(persons for persons, _ in people),
            "guest_nights": sum(persons * nights for persons, nights in people),
            "displaced_room_nights": found["displaced"] if found else None,
            "unhoused_room_nights": found["unhoused"] if found else None,
            "unsupported_room_nights": found["unsupported"] if found else None,
            "audience_spending": sum(before.values()),
            "displaced_spending": sum(guests.values()) + lost_lodging,
            "displaced_guests_spending": sum(guests.values()),
            "lost_lodging_spending": lost_lodging,
            "organiser_net": net,
            "vat": demand.vat,
            "leakage": demand.leakage,
            "final_demand": sum(demand.f.values()),
            "final_demand_by_industry": demand.f,
            **effects(one, output),
        }
        if area == "region":
            lodging = before.get("accommodation", 0.0) - guests.get("accommodation", 0.0) - lost_lodging
            result["municipalities"] = by_municipality(one, where_spent(one, lodging, demand.f), output)
    return result
