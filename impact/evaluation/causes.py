"""Why the outcome was another than the forecast: the difference in value added, split by cause, at the modes.

Each cause moves some of the event's numbers from what was forecast to what turned out. What a cause is worth depends on
which causes have moved before it (fewer guests make their longer stay worth less), so each gets its Shapley value: its
contribution on average over every order in which the k causes could move,

    φ_i = Σ over S without i of |S|! (k − |S| − 1)! / k! × (v(S ∪ i) − v(S)),

where v(S) is value added with the causes of S as they turned out and the others as forecast. The parts sum to
v(all) − v(none), no cause is favoured by standing first, and one that moved nothing gets 0. Source: L. S. Shapley, «A
value for n-person games», 1953; as a decomposition of changes: J. W. Sun, «Changes in energy consumption and energy
intensity: a complete decomposition model», Energy Economics 20, 1998, and J. Albrecht, D. François and K. Schoors, «A
Shapley decomposition of carbon emissions without residuals», Energy Policy 30, 2002.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np

from data.dated import Parameters
from data.value import Value
from impact.demand import final_demand
from impact.draws import Columns, Sampler
from impact.effects import QUANTITIES, Economy, effects
from impact.event import Area, Audience, ByArea, Event, Number, PartOf, Ref, event_numbers
from impact.simulation import Frame, ordinary_guest
from impact.spending import area_spending, people, rooms
from impact.table import Array

Cause = Literal["people", "mix", "reasons", "nights", "spending", "displacement", "organiser", "tables"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""How many came; who they were, by home and group; how many of them for the event's sake; how long they stayed and
where they slept; what they spent; whom they displaced and what hotels show; the organiser's economy; tables, parameters
and the price year."""
_FIELDS: Mapping[Cause, tuple[str, ...]] = {
    "reasons": ("casual_share", "time_switcher_share", "attribution", "retained_share"),
    "nights": ("days_per_person", "nights_per_person", "commercial_share", "persons_per_room", "days_in_area"),
    "spending": ("spend",),
}
"""The fields of an audience that move with a cause."""
_MODES = Sampler(0, 0)
"""No draws: one column, the modes."""
_QUANTITY = QUANTITIES.index("value_added")
Key = tuple[str, str]
"""An audience by name and home: where its home is another, one group is gone and another is new."""


@dataclass(frozen=True)
class Split:
    """Value added of one study area at the modes, NOK: as forecast, as it turned out, and by cause what lies between.

    ``parts`` has every cause, in the order of ``CAUSES``, and sums to the difference.
    """

    forecast: float
    outcome: float
    parts: Mapping[Cause, float]

    @property
    def difference(self) -> float:
        return self.outcome - self.forecast

    @property
    def foremost(self) -> Cause | None:
        """The cause that pulled most in the direction of the difference; None where nothing differs by a krone."""
        way = 1 if self.difference > 0 else -1
        found: Cause = max(self.parts, key=lambda one: way * self.parts[one])
        return found if abs(self.difference) >= 1 and way * self.parts[found] > 0 else None

    def rounded(self, quantum: float) -> Split:
        """All figures in whole ``quantum`` kroner, and still a sum: what rounding leaves over goes to the parts that it
        took most from."""
        start, end = round(self.forecast / quantum), round(self.outcome / quantum)
        exact = {cause: value / quantum for cause, value in self.parts.items()}
        whole = {cause: math.floor(value) for cause, value in exact.items()}
        left = end - start - sum(whole.values())
        moved = [cause for cause in exact if exact[cause]] or list(exact)
        order = sorted(moved, key=lambda cause: whole[cause] - exact[cause])
        for place in range(abs(left)):
            whole[order[place % len(order)] if left > 0 else order[-1 - place % len(order)]] += 1 if left > 0 else -1
        parts = {cause: value * quantum for cause, value in whole.items()}
        return Split(start * quantum, end * quantum, parts)


def split(forecast: Event, by: Frame, outcome: Event, outcome_by: Frame | None = None) -> dict[Area, Split]:
    """The difference in every study area that both tables serve; ``outcome_by`` is ``by`` where nothing else is given.

    Raises :class:`Faults` as :func:`impact.simulation.simulate` does.
    """
    hybrids = _Hybrids(_at_modes(forecast), by, _at_modes(outcome), outcome_by or by)
    areas = [area for area in hybrids.frames[0].areas if area in hybrids.frames[1].areas]
    active = [cause for cause in CAUSES if hybrids.moves(cause)]
    worth = {
        moved: _value_added(*hybrids.event(moved), areas)
        for count in range(len(active) + 1)
        for moved in map(frozenset, combinations(active, count))
    }
    none, every = worth[frozenset()], worth[frozenset(active)]
    shares = {cause: _shapley(cause, active, worth) for cause in active}
    nothing = np.zeros(len(areas))
    return {
        area: Split(
            float(none[at]), float(every[at]), {cause: float(shares.get(cause, nothing)[at]) for cause in CAUSES}
        )
        for at, area in enumerate(areas)
    }


def _shapley(cause: Cause, active: list[Cause], worth: Mapping[frozenset[Cause], Array]) -> Array:
    """The Shapley value of one cause, in every area."""
    k, found = len(active), np.zeros_like(worth[frozenset()])
    for moved, value in worth.items():
        if cause not in moved:
            weight = math.factorial(len(moved)) * math.factorial(k - len(moved) - 1) / math.factorial(k)
            found = found + weight * (worth[moved | {cause}] - value)
    return found


# -- the event with some causes moved


class _Hybrids:
    """Events between a forecast and an outcome whose numbers are all certain and their own."""

    def __init__(self, before: Event, by: Frame, after: Event, after_by: Frame) -> None:
        self.events = before, after
        self.same_frame = after_by is by
        first = _certain(by)
        self.frames = first, first if self.same_frame else _certain(after_by)
        self.before, self.after = ({_key(one): one for one in event.audiences} for event in self.events)
        self.common = [key for key in self.before if key in self.after]
        counts = [np.array([_persons(rows[key]) for key in self.common]) for rows in (self.before, self.after)]
        self.totals = [float(one.sum()) for one in counts]
        self.mixes = [one / total if total else None for one, total in zip(counts, self.totals, strict=True)]

    def moves(self, cause: Cause) -> bool:
        """Whether a cause moves anything at all."""
        before, after = self.events
        if cause == "people":
            return self.totals[0] != self.totals[1] or self.before.keys() != self.after.keys()
        if cause == "mix":
            old, new = self.mixes
            return old is not None and new is not None and not np.array_equal(old, new)
        if cause == "displacement":
            return before.nights != after.nights
        if cause == "organiser":
            return (before.costs, before.incomes) != (after.costs, after.incomes)
        if cause == "tables":
            return not self.same_frame or _setting(before) != _setting(after)
        moved = any(_of(self.before[key], cause) != _of(self.after[key], cause) for key in self.common)
        lodging = before.accommodation_by_municipality != after.accommodation_by_municipality
        return moved or (cause == "nights" and lodging)

    def event(self, moved: frozenset[Cause]) -> tuple[Event, Frame]:
        """The event, and what it is computed with, where the causes of ``moved`` are as they turned out."""

        def of(cause: Cause) -> Event:
            return self.events[cause in moved]

        setting, organiser = of("tables"), of("organiser")
        event = replace(
            setting,
            accommodation_by_municipality=of("nights").accommodation_by_municipality,
            audiences=tuple(self._audiences(moved)),
            costs=organiser.costs,
            incomes=organiser.incomes,
            nights=of("displacement").nights,
        )
        return event, self.frames["tables" in moved]

    def _audiences(self, moved: frozenset[Cause]) -> Iterator[Audience]:
        """Who is in both, in the numbers and the mix of their cause; who is in one alone comes or goes with people."""
        own = self.after if "people" in moved else self.before
        yield from (one for key, one in own.items() if key not in self.common)
        total, mix = self.totals["people" in moved], self.mixes["mix" in moved]
        if mix is None:  # nobody came, or was to come: there is but one mix
            mix = next((one for one in self.mixes if one is not None), np.zeros(len(self.common)))
        for key, share in zip(self.common, mix, strict=True):
            changes: dict[str, Any] = {"persons": _point(total * float(share))}
            for cause in _FIELDS:
                changes |= _of((self.after if cause in moved else self.before)[key], cause)
            yield replace(self.before[key], **changes)


def _key(audience: Audience) -> Key:
    return audience.name, audience.home


def _persons(audience: Audience) -> float:
    assert isinstance(audience.persons, Value)
    return audience.persons.mode


def _of(audience: Audience, cause: Cause) -> dict[str, Any]:
    return {name: getattr(audience, name) for name in _FIELDS[cause]}


def _setting(event: Event) -> tuple[Any, ...]:
    """What of an event is neither people nor money: it moves with the tables."""
    return event.price_year, event.price_index_change, event.municipality


# -- value added at the modes


def _value_added(event: Event, setting: Frame, areas: list[Area]) -> Array:
    """Value added of each area, NOK: one pass at the modes, with the effect of a krone taken from the table once."""
    x = Columns(event, setting.parameters, _MODES)
    everyone = [people(audience, x) for audience in event.audiences]
    night = rooms(event, sum((one.room_nights for one in everyone), 0.0), x)
    guest = ordinary_guest(event, setting, x)
    found = []
    for area in areas:
        economy = setting.economy(area, event.municipality)
        spending = area_spending(event, area, everyone, night, x, guest)
        demand = final_demand(event, spending, economy, setting.conversion, x)
        per_krone = _per_krone(economy, float(x.parameter("flq.delta")), _kappa(setting, x))
        found.append(
            sum(float(demand.by_industry[c]) * per_krone[setting.table.position[c]] for c in demand.by_industry)
        )
    return np.array(found)


def _kappa(setting: Frame, x: Columns) -> float:
    return 1.0 if "household_income_total" in setting.table.about else float(x.parameter("households.kappa"))


@lru_cache(maxsize=32)
def _per_krone(economy: Economy, delta: float, kappa: float) -> Array:
    """Value added, indirect and induced included, of a krone of final demand for each industry."""
    codes = economy.table.codes
    unit = effects(economy, dict(zip(codes, np.eye(len(codes)), strict=True)), delta, kappa, len(codes))
    weights = economy.coefficients[_QUANTITY]
    return np.asarray(unit.through(weights) + unit.induced(weights))


# -- certain numbers


def _certain(setting: Frame) -> Frame:
    """The frame with parameters that aren't drawn; the range of δ stays, between whose nodes effects are taken."""
    parameters = setting.parameters
    known = {
        key: replace(parameters.known[key], values=(replace(dated, fixed=True),)) for key, dated in parameters.items()
    }
    return replace(setting, parameters=Parameters(known, parameters.date))


def _at_modes(event: Event) -> Event:
    """The event with every number a point of its own, and people as persons."""
    certain = _certainly(event)

    def row(one: Any) -> Any:
        return replace(one, **{field.name: _each(getattr(one, field.name), certain) for field in fields(one)})

    audiences = []
    for audience in map(row, event.audiences):
        if audience.persons is None:
            days = audience.days_per_person.mode if audience.days_per_person is not None else 1.0
            audience = replace(audience, visits=None, persons=_point(audience.visits.mode / days))
        audiences.append(audience)
    lodging: dict[str, Number] = {code: certain(number) for code, number in event.accommodation_by_municipality.items()}
    return replace(
        event,
        price_index_change=_each(event.price_index_change, certain),
        accommodation_by_municipality=lodging,
        deficit=None,
        numbers={},
        audiences=tuple(audiences),
        costs=tuple(map(row, event.costs)),
        incomes=tuple(map(row, event.incomes)),
        nights=tuple(map(row, event.nights)),
        beside=None,
    )


def _each(value: Any, certain: Callable[[Number], Value]) -> Any:
    """A field of a row with the numbers in it as points; what is no number as it is."""
    if isinstance(value, Value | Ref | PartOf):
        return certain(value)
    if isinstance(value, ByArea):
        if value.single:
            one = certain(value.region)
            return ByArea(one, one, one)
        return ByArea(certain(value.municipality), certain(value.region), certain(value.norway))
    return {key: certain(one) for key, one in value.items()} if isinstance(value, dict) else value


def _certainly(event: Event) -> Callable[[Number], Value]:
    """What gives a number's mode as a point: a shared one's own, a part's share of its whole."""
    wholes: dict[str, float] = {}
    for _, number, _ in event_numbers(event):
        if isinstance(number, PartOf):
            wholes[number.total] = wholes.get(number.total, 0.0) + number.share.mode

    def certain(number: Number) -> Value:
        if isinstance(number, Ref):
            return _point(event.numbers[number.name].mode)
        if isinstance(number, PartOf):
            return _point(event.numbers[number.total].mode * number.share.mode / wholes[number.total])
        return _point(number.mode)

    return certain


def _point(figure: float) -> Value:
    return Value(figure, figure, figure)
