"""From visits to additional people, their spending, and what it displaces night by night (method, sections 3–5).

All arrays are over the columns of :class:`impact.draws.Columns`; money is kroner of the event's price year, at
purchasers' prices, VAT included.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from impact.draws import Columns
from impact.event import AREAS, Area, Audience, ByArea, Event, Night, OrganiserCost, OrganiserIncome, inside
from impact.table import Array

Amount = Array | float


@dataclass(frozen=True)
class People:
    """One audience: ``persons``, and of them ``eligible`` for an area they don't live in.

    ``commercial_nights`` are eligible persons' commercial guest-nights; ``room_nights`` are the rooms that all of the
    audience but casual visitors ask for, time-switchers included; ``spend`` is kroner by category of the eligible;
    ``retained`` is what residents who would otherwise have gone out of the area spend.
    """

    audience: Audience
    persons: Amount
    days: Amount
    eligible: Amount
    commercial_nights: Amount
    room_nights: Amount
    spend: dict[str, Amount]
    retained: Amount


def people(audience: Audience, x: Columns) -> People:
    """Persons = visits / days; eligible = persons × max(0, 1 − casual − time-switchers) × attribution."""

    def number(name: str, default: float = 0.0) -> Amount:
        return x.number(getattr(audience, name), f"audience/{audience.name}/{name}", default)

    days = number("days_per_person", 1.0)
    persons = number("persons") if audience.persons is not None else number("visits") / days
    casual, switchers = number("casual_share"), number("time_switcher_share")
    nights, commercial = number("nights_per_person"), number("commercial_share")
    per_room = (
        number("persons_per_room") if audience.persons_per_room is not None else x.parameter("rooms.persons_per_room")
    )
    eligible = persons * np.maximum(0.0, 1 - casual - switchers) * number("attribution", 1.0)
    commercial_nights = eligible * nights * commercial
    in_area = number("days_in_area") if audience.days_in_area is not None else np.maximum(days, nights)
    per_day = {c: x.number(n, f"audience/{audience.name}/spend/{c}") for c, n in sorted(audience.spend.items())}
    spend = {
        c: (commercial_nights if c == "accommodation" else eligible * in_area) * price for c, price in per_day.items()
    }
    retained = (
        persons * number("retained_share") * in_area * sum((p for c, p in per_day.items() if c != "accommodation"), 0.0)
    )
    room_nights = persons * (1 - casual) * nights * commercial / per_room
    return People(audience, persons, days, eligible, commercial_nights, room_nights, spend, retained)


@dataclass(frozen=True)
class Rooms:
    """The event's room-nights over all nights: one calculation for all areas.

    ``demand`` asked for; ``housed`` of them; ``displaced`` ordinary guests' room-nights; ``unhoused`` event guests who
    slept elsewhere; ``unsupported`` room-nights that the hotels' own figures do not show; ``extra`` what the hotels
    sold above their baseline, before crowding out is added back (None where ``sold`` is not given).
    """

    demand: Amount
    housed: Amount
    displaced: Amount
    unhoused: Amount
    unsupported: Amount
    extra: Amount | None = None
    over_capacity: Amount = 0.0


def rooms(event: Event, demand: Amount, x: Columns) -> Rooms | None:
    """Night by night: what is housed and whom it displaces; None where the event has no ``[[night]]`` rows."""
    nights = event.nights
    if not nights:
        return None

    def number(night: Night, name: str) -> Amount:
        return x.number(getattr(night, name), f"night/{night.date}/{name}")

    asked = [number(n, "event_demand") if n.event_demand is not None else demand / len(nights) for n in nights]
    total: Amount = sum(asked, 0.0)
    if nights[0].sold is not None:
        crowded = x.parameter("rooms.crowded_out")
        extra: Amount = sum((np.maximum(0.0, number(n, "sold") - number(n, "baseline_sold")) for n in nights), 0.0)
        housed = np.minimum(total, extra / (1 - crowded))
        return Rooms(total, housed, crowded * housed, 0.0, total - housed, extra)
    free = 1 - x.parameter("rooms.friction")
    housed_sum: Amount = 0.0
    displaced: Amount = 0.0
    over: Amount = 0.0
    for night, wanted in zip(nights, asked, strict=True):
        sold = number(night, "baseline_sold")
        capacity = np.maximum(number(night, "rooms") * free, sold)
        housed = np.minimum(wanted, capacity)
        housed_sum = housed_sum + housed
        displaced = displaced + np.maximum(0.0, sold + housed - capacity)
        over = over + np.maximum(0.0, wanted - (capacity - sold))
    return Rooms(total, housed_sum, displaced, total - housed_sum, 0.0, None, over)


@dataclass(frozen=True)
class OrganiserNet:
    """Σ amount × local_share − Σ income × inside_share, and the same by cost line; ``unplaced`` has no local line."""

    net: Amount
    lines: dict[str, Amount]
    unplaced: Amount


def organiser(event: Event, area: Area, x: Columns) -> OrganiserNet:
    """The organiser's net injection into ``area``, spread over the cost lines in proportion to what is bought there."""
    local = {cost.name: _local(cost, area, x) for cost in event.costs}
    bought: Amount = sum(local.values(), 0.0)
    paid: Amount = sum((_inside(income, area, x) for income in event.incomes), 0.0)
    net = bought - paid
    with np.errstate(divide="ignore", invalid="ignore"):
        per_krone = np.where(np.asarray(bought) > 0, np.divide(net, bought), 0.0)
    unplaced = np.where(np.asarray(bought) > 0, 0.0, net)
    return OrganiserNet(net, {name: amount * per_krone for name, amount in local.items()}, unplaced)


def organiser_account(event: Event, x: Columns) -> tuple[Amount, Amount]:
    """(costs, incomes) of the organiser in all, whoever is paid and whoever pays."""
    return (
        sum((x.number(one.amount, f"organiser_cost/{one.name}/amount") for one in event.costs), 0.0),
        sum((x.number(one.amount, f"organiser_income/{one.name}/amount") for one in event.incomes), 0.0),
    )


def _local(cost: OrganiserCost, area: Area, x: Columns) -> Amount:
    """What is bought in the area. What a scenario moves to the region is bought in Norway too, if it wasn't before."""
    path = f"organiser_cost/{cost.name}"
    share = area_share(cost.local_share, area, f"{path}/local_share", x)
    if cost.moved_share is not None and area != "municipality":
        region = area_share(cost.local_share, "region", f"{path}/local_share", x)
        share = np.maximum(share, np.minimum(1.0, region + x.number(cost.moved_share, f"{path}/moved_share")))
    return x.number(cost.amount, f"{path}/amount") * share


def _inside(income: OrganiserIncome, area: Area, x: Columns) -> Amount:
    path = f"organiser_income/{income.name}"
    return x.number(income.amount, f"{path}/amount") * area_share(income.inside_share, area, f"{path}/inside_share", x)


def area_share(share: ByArea | None, area: Area, path: str, x: Columns) -> Amount:
    """The share that holds in ``area``; 1 where none is given, which a warning then says."""
    if share is None:
        return 1.0
    return x.number(getattr(share, area), path if share.single else f"{path}/{area}")


@dataclass(frozen=True)
class AreaSpending:
    """What reaches one study area, in kroner at purchasers' prices, before and after displacement.

    ``before`` and ``after`` are by category; ``displaced_guests`` and ``lost_lodging`` are the two parts of displaced
    spending: ordinary guests who found no room, and event guests who slept elsewhere or whom the hotels do not show.
    """

    eligible: Amount
    commercial_nights: Amount
    before: dict[str, Amount]
    displaced_guests: Amount
    lost_lodging: Amount
    after: dict[str, Amount]
    organiser: OrganiserNet
    retained: Amount
    parts: dict[str, dict[str, Amount]] = field(default_factory=dict)

    @property
    def audience_spending(self) -> Amount:
        return sum(self.before.values(), 0.0)

    @property
    def displaced_spending(self) -> Amount:
        return self.displaced_guests + self.lost_lodging


def area_spending(
    event: Event, area: Area, everyone: list[People], night: Rooms | None, x: Columns, guest: Amount
) -> AreaSpending:
    """Direct spending in ``area`` with displacement taken off; ``guest`` is an ordinary guest's kroner per night."""
    outsiders = [one for one in everyone if not inside(one.audience.home, area)]
    lodged_here = host_lodging(event, x) if area == AREAS[0] else 1.0
    parts = {
        one.audience.name: {c: v * lodged_here if c == "accommodation" else v for c, v in one.spend.items()}
        for one in outsiders
    }
    before: dict[str, Amount] = {}
    for spend in parts.values():
        for category, amount in spend.items():
            before[category] = before.get(category, 0.0) + amount
    after = dict(before)
    displaced_guests: Amount = 0.0
    lost_lodging: Amount = 0.0
    if night is not None:
        lost = x.parameter(f"rooms.displaced_lost.{area}")
        displaced_guests = night.displaced * x.parameter("ordinary_guest.per_room") * guest * lost
        gone = night.unsupported + night.unhoused * x.parameter(f"rooms.unhoused_lost.{area}")
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(np.asarray(night.demand) > 0, np.divide(gone, night.demand), 0.0)
        lost_lodging = before.get("accommodation", 0.0) * share
        for category, part in x.parameters.under("ordinary_guest.split").items():
            after[category] = after.get(category, 0.0) - displaced_guests * part
        after["accommodation"] = after["accommodation"] - lost_lodging
    return AreaSpending(
        eligible=sum((one.eligible for one in outsiders), 0.0),
        commercial_nights=sum((one.commercial_nights for one in outsiders), 0.0),
        before=before,
        displaced_guests=displaced_guests,
        lost_lodging=lost_lodging,
        after=after,
        organiser=organiser(event, area, x),
        retained=sum((one.retained for one in everyone if inside(one.audience.home, area)), 0.0),
        parts=parts,
    )


def host_lodging(event: Event, x: Columns) -> Amount:
    """The share of accommodation spending that falls in the host municipality; 1 where nothing else is said."""
    return lodging_shares(event, x).get(event.municipality, 0.0)


def lodging_shares(event: Event, x: Columns) -> dict[str, Amount]:
    """Accommodation spending by municipality, shares that sum to 1; all in the host where nothing else is said."""
    given = event.accommodation_by_municipality
    if not given:
        return {event.municipality: 1.0}
    shares = {code: x.number(number, f"event/accommodation_by_municipality/{code}") for code, number in given.items()}
    total: Amount = sum(shares.values(), 0.0)
    return {code: share / total for code, share in shares.items()}
