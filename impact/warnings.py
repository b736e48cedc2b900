"""What the program says by itself: mistakes that estimates of events are known for (method, section 10).

After Crompton (2006), the International Association of Event Hosts, and OECD (2023). A warning is a code, the figures
that raised it, and a sentence and an advice in each language (``data/text/warning.toml``). It never changes a result.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from data.phrases import Lang, say
from data.value import Value
from impact.event import AREAS, ByArea, PartOf, Ref, event_numbers, inside
from impact.spending import area_share, organiser_account
from impact.wording import input_name

if TYPE_CHECKING:
    from impact.simulation import Simulation
    from impact.spending import People

_TICKETS = re.compile(r"billett|ticket|inngang|admission", re.IGNORECASE)
_NOT_TURNOVER = re.compile(
    r"frivillig|dugnad|volunteer|medieverdi|media ?value|mediedekning|profilering", re.IGNORECASE
)
CEILING_TOLERANCE = 1e-9
AROUND = 7
"""Days before the first and after the last within which a night can be the event's."""
LONGEST = 366
"""Days: a longer event is a mistyped date, or several events."""


@dataclass(frozen=True)
class Warning:
    """``figures`` are plain numbers and names, ready for JSON; amounts in kroner unless their name says otherwise."""

    code: str
    figures: dict[str, Any] = field(default_factory=dict)

    def sentence(self, lang: Lang) -> str:
        figures = dict(self.figures)
        if "input" in figures:
            figures["input"] = input_name(figures["input"], lang)
        if "area" in figures:
            figures["area"] = say(f"figure.{figures['area']}", lang).lower()
        return say(f"warning.{self.code}", lang, **figures)

    def advice(self, lang: Lang) -> str:
        return say(f"warning.{self.code}.advice", lang, **self.figures)


def warnings(simulation: Simulation, assumed_share: float | None) -> list[Warning]:
    """Every warning that this estimate raises, in the order of the chain."""
    found = [one for check in _CHECKS for one in check(simulation)]
    limit = simulation.frame.parameters.number("warning.assumed_share")
    if assumed_share is not None and assumed_share > limit:
        found.append(Warning("mostly_assumed", {"percent": round(100 * assumed_share)}))
    return found


def _mode(values: Any) -> float:
    full = np.asarray(values, dtype=float)
    return float(full if full.ndim == 0 else full[0])


def _plain_numbers(s: Simulation) -> Iterator[Warning]:
    plain = [path for path, number, _ in event_numbers(s.event) if isinstance(number, Value) and number.plain]
    plain += [f"numbers/{name}" for name, value in s.event.numbers.items() if value.plain]
    if plain:
        yield Warning("plain_numbers", {"count": len(plain), "input": plain[0]})


def _locals(s: Simulation) -> Iterator[Warning]:
    kept = {area: _mode(result.spending.retained) for area, result in s.areas.items()}
    if any(kept.values()):
        yield Warning("locals_retained", {"nok_sum": round(max(kept.values()))})
    crowd = [one for one in s.event.audiences if one.role in ("spectator", "participant")]
    if crowd and not any(inside(one.home, "region") for one in crowd):
        yield Warning("no_locals", {"audiences": len(crowd)})


def _visits_as_persons(s: Simulation) -> Iterator[Warning]:
    for one in s.people:
        days = _mode(one.days)
        if one.audience.visits is not None and s.event.days > 1 and (one.audience.days_per_person is None or days == 1):
            visits = _mode(one.persons) * days
            yield Warning(
                "visits_as_persons", {"audience": one.audience.name, "visits": round(visits), "days": s.event.days}
            )


def _overlapping_counts(s: Simulation) -> Iterator[Warning]:
    """Audiences of one role and home whose visits come from different counts are likely to be the same people."""
    alike: dict[tuple[str, str], dict[object, People]] = {}
    for one in s.people:
        if one.audience.visits is not None:
            key = (one.audience.role, one.audience.home)
            alike.setdefault(key, {}).setdefault(_count_of(one.audience.visits), one)
    for counts in alike.values():
        if len(counts) > 1:
            first, second, *_ = counts.values()
            visits = [round(_mode(one.persons) * _mode(one.days)) for one in (first, second)]
            figures = {"first": first.audience.name, "second": second.audience.name, "counts": len(counts)}
            yield Warning("overlapping_counts", {**figures, "visits_1": visits[0], "visits_2": visits[1]})


def _count_of(number: object) -> object:
    if isinstance(number, PartOf):
        return number.total
    return number.name if isinstance(number, Ref) else id(number)


def _account_open(s: Simulation) -> Iterator[Warning]:
    event, x = s.event, s.x
    if not event.costs or not event.incomes:
        return
    costs, incomes = (_mode(amount) for amount in organiser_account(event, x))
    deficit = _mode(x.number(event.deficit, "organiser/deficit"))
    gap = incomes + deficit - costs
    if abs(gap) > s.frame.parameters.number("warning.account_gap") * max(costs, incomes):
        figures = {
            "nok_costs": round(costs),
            "nok_incomes": round(incomes),
            "nok_deficit": round(deficit),
            "nok_gap": round(gap),
        }
        yield Warning("account_open", figures)


def _tickets_twice(s: Simulation) -> Iterator[Warning]:
    tickets = [one.name for one in s.event.incomes if _TICKETS.search(one.name)]
    shown = ("activities", "culture")
    spending = [one.audience.name for one in s.people if any(_mode(one.spend.get(c, 0.0)) > 0 for c in shown)]
    if tickets and spending:
        yield Warning("tickets_twice", {"income": tickets[0], "audience": spending[0]})


def _not_turnover(s: Simulation) -> Iterator[Warning]:
    for name in (*(cost.name for cost in s.event.costs), *(income.name for income in s.event.incomes)):
        if _NOT_TURNOVER.search(name):
            yield Warning("not_turnover", {"name": name})


def _above_ceiling(s: Simulation) -> Iterator[Warning]:
    """An area's Type I output multiplier above the national table's for the same industry, at any node of δ."""
    if "norway" not in s.areas:
        return
    ceiling = s.areas["norway"].result.economy.leontief[0].sum(axis=0)
    for area, result in s.areas.items():
        largest = result.result.economy.leontief.sum(axis=1).max(axis=0)
        for place in np.flatnonzero(largest > ceiling * (1 + CEILING_TOLERANCE)):
            figures = {"industry": s.frame.table.codes[place], "area": area}
            yield Warning(
                "above_ceiling", figures | {"multiplier": float(largest[place]), "ceiling": float(ceiling[place])}
            )


def _above_capacity(s: Simulation) -> Iterator[Warning]:
    if s.rooms is not None and (over := _mode(s.rooms.over_capacity)) > 0:
        figures = {
            "over": round(over),
            "displaced": round(_mode(s.rooms.displaced)),
            "unhoused": round(_mode(s.rooms.unhoused)),
        }
        yield Warning("above_capacity", figures)


def _hotels_disagree(s: Simulation) -> Iterator[Warning]:
    if s.rooms is None or s.rooms.extra is None:
        return
    asked, shown = _mode(s.rooms.demand), _mode(s.rooms.extra)
    if abs(asked - shown) > s.frame.parameters.number("warning.hotels_gap") * max(asked, shown):
        code = "hotels_bound" if asked > shown else "hotels_above"
        yield Warning(code, {"asked": round(asked), "shown": round(shown), "gap": round(abs(asked - shown))})


def _no_displacement(s: Simulation) -> Iterator[Warning]:
    if s.rooms is None:
        per_night = sum(_mode(one.room_nights) for one in s.people) / s.event.days
        if per_night > s.frame.parameters.number("warning.room_nights"):
            yield Warning("no_displacement", {"per_night": round(per_night)})


def _lodging_without_price(s: Simulation) -> Iterator[Warning]:
    for one in s.people:
        if _mode(one.commercial_nights) > 0 and "accommodation" not in one.audience.spend:
            yield Warning(
                "no_room_price", {"audience": one.audience.name, "nights": round(_mode(one.commercial_nights))}
            )


def _times(s: Simulation) -> Iterator[Warning]:
    """Nights far from the event, and people who are there longer than it lasts."""
    around = dt.timedelta(days=AROUND)
    first, last = s.event.first_day - around, s.event.last_day + around
    outside = [night.date for night in s.event.nights if not first <= night.date <= last]
    if outside:
        yield Warning("night_outside", {"count": len(outside), "date": str(outside[0])})
    for one in s.people:
        if one.audience.days_per_person is not None and (days := _mode(one.days)) > s.event.days:
            yield Warning("days_beyond", {"audience": one.audience.name, "days": days, "event_days": s.event.days})
    if s.event.days > LONGEST:
        yield Warning("long_event", {"days": s.event.days})


def _falling_shares(s: Simulation) -> Iterator[Warning]:
    """What is bought or paid in the municipality is so in the region too, and what is so there, in Norway."""
    rows = [(f"organiser_cost/{one.name}/local_share", one.name, one.local_share) for one in s.event.costs]
    rows += [(f"organiser_income/{one.name}/inside_share", one.name, one.inside_share) for one in s.event.incomes]
    for path, name, share in rows:
        if isinstance(share, ByArea) and not share.single:
            modes = [_mode(area_share(share, area, path, s.x)) for area in AREAS]
            if modes != sorted(modes):
                yield Warning("falling_shares", {"name": name})


def _drain(s: Simulation) -> Iterator[Warning]:
    for area, result in s.areas.items():
        if area != "norway" and (net := _mode(result.spending.organiser.net)) < 0:
            yield Warning(f"drain_{area}", {"nok_sum": round(-net)})


def _defaults(s: Simulation) -> Iterator[Warning]:
    for cost in s.event.costs:
        if cost.local_share is None:
            yield Warning("local_share_missing", {"name": cost.name})
    for income in s.event.incomes:
        if income.inside_share is None:
            yield Warning("inside_share_missing", {"name": income.name})


def _public_money(s: Simulation) -> Iterator[Warning]:
    public = [
        _mode(s.x.number(one.amount, f"organiser_income/{one.name}/amount")) for one in s.event.incomes if one.public
    ]
    if sum(public) > 0:
        yield Warning("not_a_return", {"nok_sum": round(sum(public))})


def _upper_bound(s: Simulation) -> Iterator[Warning]:
    limit = s.frame.parameters.number("warning.direct_spending")
    spent = max((_mode(result.spending.audience_spending) for result in s.areas.values()), default=0.0)
    if spent > limit:
        yield Warning("upper_bound", {"nok_spent": round(spent), "nok_limit": round(limit)})


def _foundations(s: Simulation) -> Iterator[Warning]:
    table = s.frame.table
    if s.frame.quotients is None:
        yield Warning("national_only", {"table": table.about["name"]})
    if np.isnan(table.employment).any():
        yield Warning("no_employment", {"table": table.about["name"]})
    if s.jobs is not None and s.jobs.assumed:
        yield Warning("jobs_assumed", {"year": str(s.jobs.year)})
    if s.jobs is not None and s.jobs.withheld:
        yield Warning("jobs_withheld", {"year": str(s.jobs.year), "count": s.jobs.withheld})
    if early := s.frame.parameters.before_first():
        yield Warning("parameter_early", {"count": len(early), "first": early[0]})
    if s.frame.parameters.changed:
        changed = ", ".join(f"{key} = {value:g}" for key, value in sorted(s.frame.parameters.changed.items()))
        yield Warning("parameter_changed", {"changed": changed})


_CHECKS: tuple[Callable[[Simulation], Iterator[Warning]], ...] = (
    _plain_numbers,
    _locals,
    _visits_as_persons,
    _overlapping_counts,
    _lodging_without_price,
    _above_capacity,
    _hotels_disagree,
    _no_displacement,
    _times,
    _account_open,
    _tickets_twice,
    _not_turnover,
    _defaults,
    _falling_shares,
    _drain,
    _above_ceiling,
    _public_money,
    _upper_bound,
    _foundations,
)
