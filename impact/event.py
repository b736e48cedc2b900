"""An event as the domain talks about it: audiences, the organiser's economy and the nights, in frozen dataclasses.

Words that must not be mixed have names of their own: *visits* are person-days, *persons* are unique visitors,
*guest-nights* are person-nights, *room-nights* are rooms let for a night. :mod:`impact.event_reading` makes an
:class:`Event` of a file and lists every fault; an ``Event`` that exists is whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, get_args

from data.value import Value

if TYPE_CHECKING:
    from impact.beside import Beside

Area = Literal["municipality", "region", "norway"]
AREAS: tuple[Area, ...] = ("municipality", "region", "norway")
Home = Literal["host", "region", "norway", "abroad"]
HOMES: tuple[Home, ...] = get_args(Home)
ROLES = ("spectator", "participant", "official", "media", "volunteer", "exhibitor", "delegate", "guest")
CATEGORIES = (
    "accommodation",
    "other_lodging",
    "food_service",
    "groceries",
    "shopping",
    "local_transport",
    "fuel",
    "activities",
    "culture",
    "other",
)
_INSIDE: dict[Home, tuple[Area, ...]] = {"host": AREAS, "region": AREAS[1:], "norway": AREAS[2:], "abroad": ()}

Rule = Literal["amount", "positive", "share", "change"]
"""What a number may be: zero or more, above zero, from 0 to 1, or above −1."""


def inside(home: Home, area: Area) -> bool:
    """Whether people from ``home`` live in ``area``; their spending is then no injection into it."""
    return area in _INSIDE[home]


@dataclass(frozen=True)
class Ref:
    """A named number: one unknown written in several rows, drawn once."""

    name: str


@dataclass(frozen=True)
class PartOf:
    """A part of a named total; the shares of one total are scaled to sum to 1."""

    total: str
    share: Value


Number = Value | Ref | PartOf


@dataclass(frozen=True)
class ByArea:
    """A share that may differ between the three study areas; one number serves all where only one was given."""

    municipality: Number
    region: Number
    norway: Number

    @property
    def single(self) -> bool:
        return self.municipality is self.region is self.norway

    def numbers(self, path: str) -> Iterator[tuple[str, Number]]:
        """(path, number): one path for all areas where a single number serves them, else one an area."""
        if self.single:
            yield path, self.municipality
        else:
            for area in AREAS:
                yield f"{path}/{area}", getattr(self, area)


@dataclass(frozen=True)
class Audience:
    """One group of people from one home area; None where a default of the method applies.

    Exactly one of ``visits`` (person-days) and ``persons`` (unique visitors) is given. ``spend`` is kroner per
    person-day by category, VAT included; accommodation is kroner per person and commercial guest-night.
    """

    name: str
    role: str
    home: Home
    visits: Number | None = None
    persons: Number | None = None
    days_per_person: Number | None = None
    casual_share: Number | None = None
    time_switcher_share: Number | None = None
    attribution: Number | None = None
    retained_share: Number | None = None
    nights_per_person: Number | None = None
    commercial_share: Number | None = None
    persons_per_room: Number | None = None
    days_in_area: Number | None = None
    spend: dict[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class OrganiserCost:
    """What the organiser buys: ``amount`` kroner from ``industry``, ``local_share`` of it in the study area.

    ``moved_share`` is what a scenario moves to suppliers in the region on top of ``local_share``, at most the whole.
    """

    name: str
    amount: Number
    industry: str
    local_share: ByArea | None = None
    vat_rate: Number | None = None
    moved_share: Number | None = None


@dataclass(frozen=True)
class OrganiserIncome:
    """What the organiser is paid: ``inside_share`` of it by people, firms and public bodies of the study area."""

    name: str
    amount: Number
    inside_share: ByArea | None = None
    public: bool = False


@dataclass(frozen=True)
class Night:
    """Commercial rooms on one night: capacity, sold without the event, the event's demand, sold during it."""

    date: dt.date
    rooms: Number
    baseline_sold: Number
    event_demand: Number | None = None
    sold: Number | None = None


@dataclass(frozen=True)
class Event:
    """One event, or one edition of a series. Money is in ``price_year`` kroner.

    Rows stand in the order of their names, nights of their dates, however they were given.
    """

    id: str
    name_nb: str
    name_en: str
    kind: str
    municipality: str
    first_day: dt.date
    last_day: dt.date
    price_year: int
    price_index_change: Number | None = None
    accommodation_by_municipality: dict[str, Number] = field(default_factory=dict)
    deficit: Number | None = None
    numbers: dict[str, Value] = field(default_factory=dict)
    audiences: tuple[Audience, ...] = ()
    costs: tuple[OrganiserCost, ...] = ()
    incomes: tuple[OrganiserIncome, ...] = ()
    nights: tuple[Night, ...] = ()
    beside: Beside | None = None

    def __post_init__(self) -> None:
        for rows, key in (("audiences", "name"), ("costs", "name"), ("incomes", "name"), ("nights", "date")):
            object.__setattr__(self, rows, tuple(sorted(getattr(self, rows), key=attrgetter(key))))
        for table in ("numbers", "accommodation_by_municipality"):
            object.__setattr__(self, table, dict(sorted(getattr(self, table).items())))

    @property
    def days(self) -> int:
        """Number of days from the first to the last, both counted."""
        return (self.last_day - self.first_day).days + 1

    def name(self, lang: str) -> str:
        return self.name_nb if lang == "nb" else self.name_en


AUDIENCE_RULES: dict[str, Rule] = {
    "visits": "amount",
    "persons": "amount",
    "days_per_person": "positive",
    "casual_share": "share",
    "time_switcher_share": "share",
    "attribution": "share",
    "retained_share": "share",
    "nights_per_person": "amount",
    "commercial_share": "share",
    "persons_per_room": "positive",
    "days_in_area": "amount",
}
COST_RULES: dict[str, Rule] = {
    "amount": "amount",
    "local_share": "share",
    "vat_rate": "share",
    "moved_share": "share",
}
INCOME_RULES: dict[str, Rule] = {"amount": "amount", "inside_share": "share"}
NIGHT_RULES: dict[str, Rule] = {
    "rooms": "amount",
    "baseline_sold": "amount",
    "event_demand": "amount",
    "sold": "amount",
}


def event_numbers(event: Event) -> Iterator[tuple[str, Number, Rule]]:
    """Every number of an event with its path (``audience/<name>/visits``) and the rule it is held to, in name order."""
    if event.price_index_change is not None:
        yield "event/price_index_change", event.price_index_change, "change"
    if event.deficit is not None:
        yield "organiser/deficit", event.deficit, "amount"
    for code, number in event.accommodation_by_municipality.items():
        yield f"event/accommodation_by_municipality/{code}", number, "share"
    for audience in event.audiences:
        path = f"audience/{audience.name}"
        yield from _given(audience, AUDIENCE_RULES, path)
        for category, number in sorted(audience.spend.items()):
            yield f"{path}/spend/{category}", number, "amount"
    for cost in event.costs:
        yield from _given(cost, COST_RULES, f"organiser_cost/{cost.name}")
    for income in event.incomes:
        yield from _given(income, INCOME_RULES, f"organiser_income/{income.name}")
    for night in event.nights:
        yield from _given(night, NIGHT_RULES, f"night/{night.date}")


def _given(row: Any, rules: dict[str, Rule], path: str) -> Iterator[tuple[str, Number, Rule]]:
    for name, rule in rules.items():
        number = getattr(row, name)
        if isinstance(number, ByArea):
            yield from ((sub, one, rule) for sub, one in number.numbers(f"{path}/{name}"))
        elif number is not None:
            yield f"{path}/{name}", number, rule


def event_as_dict(event: Event) -> dict[str, Any]:
    """The event in the structure of its file, rows in name order, dates as ISO text: what a lock keeps."""
    about: dict[str, Any] = {
        "id": event.id,
        "name_nb": event.name_nb,
        "name_en": event.name_en,
        "kind": event.kind,
        "municipality": event.municipality,
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
        "price_year": event.price_year,
    }
    if event.price_index_change is not None:
        about["price_index_change"] = number_as_dict(event.price_index_change)
    if event.accommodation_by_municipality:
        lodging = event.accommodation_by_municipality.items()
        about["accommodation_by_municipality"] = {code: number_as_dict(number) for code, number in lodging}
    raw: dict[str, Any] = {"event": about}
    if event.numbers:
        raw["numbers"] = {name: value.as_dict() for name, value in event.numbers.items()}
    if event.deficit is not None:
        raw["organiser"] = {"deficit": number_as_dict(event.deficit)}
    rows: dict[str, tuple[Any, ...]] = {
        "audience": event.audiences,
        "organiser_cost": event.costs,
        "organiser_income": event.incomes,
        "night": event.nights,
    }
    raw |= {section: [_row_as_dict(item) for item in items] for section, items in rows.items() if items}
    return raw | ({"beside": event.beside.as_dict()} if event.beside else {})


def _row_as_dict(row: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in row.__dataclass_fields__:
        value = getattr(row, name)
        if isinstance(value, str):
            out[name] = value
        elif isinstance(value, dt.date):
            out[name] = value.isoformat()
        elif isinstance(value, bool):
            out |= {name: True} if value else {}
        elif isinstance(value, ByArea):
            areas = {area: number_as_dict(getattr(value, area)) for area in AREAS}
            out[name] = areas["region"] if value.single else areas
        elif isinstance(value, dict):
            out |= {name: {key: number_as_dict(one) for key, one in sorted(value.items())}} if value else {}
        elif value is not None:
            out[name] = number_as_dict(value)
    return out


def number_as_dict(number: Number) -> Any:
    """A number as a file writes it."""
    if isinstance(number, Ref):
        return {"ref": number.name}
    if isinstance(number, PartOf):
        return {"of": number.total, "share": number.share.as_dict()}
    return number.as_dict()
