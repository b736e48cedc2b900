"""What if: an event changed in one respect, and what the change is worth, draw by draw.

A scenario makes another event of an event. Two simulations with the same seed, draws and table draw every unknown that
they share alike, so that the difference is taken within each draw and its quantiles are those of the difference, not
the difference of two quantiles (method, section 12).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from data.dated import Parameters
from data.faults import Fault, Faults
from data.paths import NOTHING, at, put, read_path
from data.phrases import Lang, say
from data.value import Value
from impact.demand import without_tax
from impact.draws import quantile
from impact.effects import QUANTITIES, effects
from impact.estimate import QUANTILES
from impact.event import Event, Number, OrganiserCost, PartOf, Ref, event_as_dict
from impact.event_reading import Known, read_event
from impact.simulation import Simulation, simulate
from impact.spending import Amount
from impact.table import Array

TENTH = 0.1
SOURCE = "scenario"
"""The source of a number that a scenario sets."""
CATERING = "RI"
Figures = dict[str, float]


@dataclass(frozen=True)
class Scenario:
    """A change of an event, with its name. ``fits`` says whether there is anything in an event that it changes.

    ``phrase`` is a key below ``scenario.name`` with its figures; one that a person made has ``names`` of its own.
    """

    key: str
    change: Callable[[Event], Event]
    fits: Callable[[Event], bool] = lambda _: True
    phrase: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, lang: Lang) -> str:
        return self.names[lang] if self.names else say(f"scenario.name.{self.phrase}", lang, **self.figures)


def scenarios(apart: Parameters) -> tuple[Scenario, ...]:
    """The scenarios that are offered for every event, food first; ``apart`` are a frame's parameters apart."""
    return (
        occupancy("occupancy_high", apart.number("scenario.occupancy.high")),
        occupancy("occupancy_low", apart.number("scenario.occupancy.low")),
        local_purchases(apart, food=True),
        local_purchases(apart, food=False),
    )


def occupancy(key: str, share: float) -> Scenario:
    """Every night's rooms sold without the event are ``share`` of its rooms (at their mode), and certain."""

    def change(event: Event) -> Event:
        nights = (
            replace(one, baseline_sold=_certain(_mode(one.rooms, event, f"night/{one.date}/rooms") * share))
            for one in event.nights
        )
        return replace(event, nights=tuple(nights))

    return Scenario(key, change, lambda event: bool(event.nights), "occupancy", {"percent": round(100 * share)})


def local_purchases(apart: Parameters, *, food: bool, tenths: int = 1) -> Scenario:
    """``tenths`` tenths of the organiser's purchases of food, or of all else, move to suppliers in the region.

    In each draw at most what isn't bought there already. The purchases stay in their industry; costs don't change.
    """
    parts = apart.under("scenario.food_line")

    def moved(cost: OrganiserCost) -> float:
        part = parts.get(cost.industry, 0.0)
        return tenths * TENTH * (part if food else 1 - part)

    def change(event: Event) -> Event:
        costs = (replace(one, moved_share=_certain(moved(one))) if moved(one) else one for one in event.costs)
        return replace(event, costs=tuple(costs))

    def fits(event: Event) -> bool:
        return any(moved(one) for one in event.costs)

    phrase = "local_food" if food else "local_other"
    return Scenario(phrase, change, fits, phrase, {"tenths": tenths})


def own_scenario(key: str, names: Mapping[str, str], changes: Mapping[str, Any], known: Known) -> Scenario:
    """A person's own: path → value in the event's document, as ``{"audience.Visitors.persons": {…}}``.

    The change raises :class:`Faults` where a path leads nowhere or the changed document is not a whole event.
    """

    def change(event: Event) -> Event:
        document = event_as_dict(event)
        faults = []
        for text, value in changes.items():
            path = read_path(text)
            if len(path) < 2 or not isinstance(at(document, path[:-1]), dict):
                faults.append(Fault("", text, "", "scenario.no_such_path"))
            else:
                document = put(document, path, NOTHING if value is None else value)
        if faults:
            raise Faults(faults)
        return read_event(document, "", known)

    return Scenario(key, change, names=names)


def _certain(figure: float) -> Value:
    return Value(figure, figure, figure, "assumed", SOURCE)


def _mode(number: Number, event: Event, path: str) -> float:
    if isinstance(number, Ref):
        return event.numbers[number.name].mode
    if isinstance(number, PartOf):
        raise Faults([Fault("", path, "", "scenario.rooms_are_a_part")])
    return number.mode


# -- differences


def difference(before: Simulation, after: Simulation) -> dict[str, Any]:
    """What ``after`` has more of than ``before``: figures {mode, p10, p50, p90} of the difference in each draw.

    ``areas`` → area → value_added, employment, final_demand; ``room_nights`` → sold_above_baseline, incremental; None
    where either doesn't have it. Raises ValueError for simulations that are not drawn alike.
    """
    if (before.seed, before.x.draws, before.frame.table_name) != (after.seed, after.x.draws, after.frame.table_name):
        raise ValueError("simulations with another seed, other draws or another table are not paired")
    areas = {}
    for area in before.areas:
        one, other = before.areas[area], after.areas[area]
        areas[area] = {
            "value_added": _less(
                before, one.effects["value_added"]["total"], after, other.effects["value_added"]["total"]
            ),
            "employment": _less(
                before, one.effects["employment"]["total"], after, other.effects["employment"]["total"]
            ),
            "final_demand": _less(before, one.demand.total, after, other.demand.total),
        }
    nights: dict[str, Figures | None] = {"sold_above_baseline": None, "incremental": None}
    if before.rooms is not None and after.rooms is not None:
        nights = {
            "sold_above_baseline": _less(before, before.rooms.extra, after, after.rooms.extra),
            "incremental": _less(
                before,
                before.rooms.housed - before.rooms.displaced,
                after,
                after.rooms.housed - after.rooms.displaced,
            ),
        }
    return {"areas": areas, "room_nights": nights}


def _less(before: Simulation, one: Amount | None, after: Simulation, other: Amount | None) -> Figures | None:
    if one is None or other is None:
        return None
    return figure(_columns(after, other) - _columns(before, one))


def _columns(simulation: Simulation, values: Amount) -> Array:
    """The mode and the draws of ``values``; the swings of two simulations are not of the same inputs."""
    return simulation.x.full(values)[: 1 + simulation.x.draws]


def figure(values: Array) -> Figures | None:
    """{mode, p10, p50, p90} of values [mode | draws]; None where they aren't known."""
    if np.isnan(values[0]):
        return None
    ordered = np.sort(values[1:])
    return {"mode": float(values[0]), **{name: float(quantile(ordered, p)) for name, p in QUANTILES.items()}}


# -- what each tenth bought in the region is worth


def worth_of_moving(simulation: Simulation, tenths: int = 1) -> dict[str, Figures | None]:
    """What ``tenths`` tenths moved to suppliers in the region add to its value added, NOK; food first.

    ``food_lines`` and ``other_lines`` are the organiser's purchases, ``caterers`` the food that those who serve the
    audience buy, ``together`` all three, summed draw by draw. None where there is no such purchase, and everywhere
    where the table serves Norway alone.
    """
    keys = ("food_lines", "other_lines", "caterers", "together")
    if "region" not in simulation.areas:
        return dict.fromkeys(keys)
    apart = simulation.frame.apart
    found: dict[str, Array] = {}
    for key, food in (("food_lines", True), ("other_lines", False)):
        scenario = local_purchases(apart, food=food, tenths=tenths)
        if scenario.fits(simulation.event):
            again = simulate(scenario.change(simulation.event), simulation.frame, simulation.seed, simulation.x.draws)
            found[key] = _value_added(again) - _value_added(simulation)
    if (catered := catering(simulation, tenths)) is not None:
        found["caterers"] = catered
    figures = {key: figure(found[key]) if key in found else None for key in keys[:-1]}
    return {**figures, keys[-1]: figure(np.sum(list(found.values()), axis=0)) if found else None}


def worth_name(key: str, lang: Lang) -> str:
    """What a part of :func:`worth_of_moving` is called."""
    return say(f"scenario.worth.{key}", lang)


def _value_added(simulation: Simulation) -> Array:
    return _columns(simulation, simulation.areas["region"].effects["value_added"]["total"])


def catering(simulation: Simulation, tenths: int = 1) -> Array | None:
    """Value added in the region, [mode | draws], of moving a part of caterers' food purchases to producers there.

    Only the first purchases of those who serve the event's audience: net spending on food service × national purchases
    of food per krone of RI × the share moved, at most what the region doesn't supply already. What is imported stays
    so; hotels' and other caterers' purchases are as they were.
    """
    area, x, setting = simulation.areas["region"], simulation.x, simulation.frame
    gross = area.spending.after.get("food_service")
    economy = area.result.economy
    if gross is None or economy.region is None:
        return None
    under = setting.parameters.under
    net = without_tax("food_service", gross, under("vat"), under("excise"))
    served = x.full(net * under("industries.service.food_service").get(CATERING, 0.0))
    table, delta = setting.table, x.full(x.parameter("flq.delta"))
    supplied = economy.region.purchases(economy.nodes)[:, :, table.position[CATERING]]
    demand = {}
    for code, part in sorted(setting.apart.under("scenario.food_supply").items()):
        if code not in table.position:
            continue
        row = table.position[code]
        here = np.interp(delta, economy.nodes, supplied[:, row])
        more = np.minimum(1.0, here + tenths * TENTH * part) - here
        demand[code] = served * table.coefficients[row, table.position[CATERING]] * more
    kappa = 1.0 if "household_income_total" in table.about else x.parameter("households.kappa")
    result = effects(economy, demand, delta, kappa, x.width)
    weights = economy.coefficients[QUANTITIES.index("value_added")]
    return (result.through(weights) + result.induced(weights))[: 1 + x.draws]


def baseline_sentence(before: Mapping[str, Any], after: Mapping[str, Any], shares: tuple[int, int], lang: Lang) -> str:
    """What two guesses at the rooms sold without the event do to what it sold: two trees, their shares in percent."""
    sold = [(tree["rooms"]["sold_above_baseline"] or tree["rooms"]["incremental"])["mode"] for tree in (before, after)]
    figures = {"first": shares[0], "second": shares[1], "rooms": round(sold[0]), "other_rooms": round(sold[1])}
    return say("scenario.baseline", lang, **figures, times=round(sold[1] / sold[0], 1) if sold[0] else 0)
