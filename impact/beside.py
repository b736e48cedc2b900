"""What stands beside the money: volunteers, travel, indicators, the region's name abroad, fit with the strategy.

Nothing here is ever added to turnover, and nothing here moves a krone of an estimate. :mod:`impact.beside_reading`
makes a :class:`Beside` of the ``[beside]`` tables of an event's file, :mod:`impact.beside_estimate` its figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from data.files import read_rows
from data.phrases import Lang, say
from impact.event import Number, Rule, number_as_dict
from impact.reference import reference_in

MODES = (
    "flight_domestic",
    "flight_short",
    "flight_long",
    "car",
    "car_petrol",
    "car_diesel",
    "car_electric",
    "car_plug_in",
    "motorbike",
    "bus",
    "coach",
    "rail",
    "tram",
    "ferry",
    "walk_cycle",
    "other",
)
"""Ways to travel. Those without a parameter ``co2.<mode>`` have no published factor: the event gives one, or none."""
Ways = Literal["one_way", "return"]
WAYS: tuple[Ways, ...] = get_args(Ways)
CHAPTERS = ("social", "environmental", "long_term")
WHO = ("residents", "participants", "volunteers", "businesses")
DEGREES = (0, 1, 2, 3)
"""Fit with an area of the strategy: none, some, good, strong."""

VOLUNTEER_RULES: dict[str, Rule] = {"number": "amount", "hours": "amount"}
MEDIA_RULES: dict[str, Rule] = {
    "reach": "amount",
    "name_abroad": "amount",
    "would_return": "share",
    "would_recommend": "share",
}
TRAVEL_RULES: dict[str, Rule] = {
    "persons": "amount",
    "share": "share",
    "distance_km": "amount",
    "trips": "amount",
    "occupancy": "positive",
    "factor": "amount",
}
_UNIT_RULES: dict[str, Rule] = {"share": "share", "change": "change"}


@dataclass(frozen=True)
class Listed:
    """An indicator that can be asked for. ``code`` is OECD's or ASOIF's, "" where none was seen published."""

    key: str
    code: str
    chapter: str
    unit: str
    name_nb: str
    name_en: str

    @property
    def rule(self) -> Rule:
        return _UNIT_RULES.get(self.unit, "amount")

    def name(self, lang: Lang) -> str:
        return self.name_nb if lang == "nb" else self.name_en

    def label(self, lang: Lang) -> str:
        """The name with the code before it, where there is one."""
        return f"{self.code} {self.name(lang)}".strip()


@cache
def indicator_list() -> Mapping[str, Listed]:
    """The indicators that can be given, by key: OECD (2023) and ASOIF–IAEH (2021), as far as they were found."""
    fields = ("key", "code", "chapter", "unit", "name_nb", "name_en")
    path = reference_in().path("beside/indicators.csv")
    assert path is not None
    return {one.key: one for one in read_rows(path, lambda row: Listed(*(row[field] for field in fields)))}


@cache
def strategy_areas() -> Mapping[str, dict[str, str]]:
    """The six areas of the region's strategy: key → name by language, "" where the name was not found."""
    path = reference_in().path("beside/strategy.csv")
    assert path is not None
    return dict(read_rows(path, lambda row: (row["key"], {"nb": row["name_nb"], "en": row["name_en"]})))


def strategy_name(key: str, lang: Lang) -> str:
    """The name of an area of the strategy, or its number and that the name is not known."""
    name = strategy_areas()[key][lang]
    return name or say("beside.area_unnamed", lang, number=key.rpartition("_")[2])


Words = Literal["part", "figure", "degree", "who", "ways", "mode", "scope", "chapter", "whose", "why_unknown"]


def word(kind: Words, key: str | int, lang: Lang) -> str:
    """What a part, a figure or a choice is called; ``scope`` is what the published factor of a mode takes in."""
    return say(f"beside.{kind}.{key}", lang)


@dataclass(frozen=True)
class Volunteers:
    """How many they are, and the hours of all of them together: hours, never kroner."""

    number: Number | None = None
    hours: Number | None = None


@dataclass(frozen=True)
class Travel:
    """How some of an audience travelled: ``share`` of it by ``mode``, ``trips`` times each (1 where not given).

    ``distance_km`` is from home to the event (``ways`` one_way: it is counted there and back) or the whole journey
    (return). A row has an ``audience``, whose additionality it then shares, or ``persons`` of its own who came because
    of the event. ``factor`` is grams a person-km, or a vehicle-km where ``occupancy`` is given.
    """

    name: str
    mode: str
    ways: Ways
    distance_km: Number
    audience: str = ""
    persons: Number | None = None
    share: Number | None = None
    trips: Number | None = None
    occupancy: Number | None = None
    factor: Number | None = None


@dataclass(frozen=True)
class Indicator:
    """One answer to an indicator: of whom (``who``), its value, and how many were asked (``n``)."""

    name: str
    code: str
    who: str
    value: Number
    n: int | None = None


@dataclass(frozen=True)
class Media:
    """The region's name abroad: persons reached, persons abroad told of the region, shares of those asked."""

    reach: Number | None = None
    name_abroad: Number | None = None
    would_return: Number | None = None
    would_recommend: Number | None = None


@dataclass(frozen=True)
class Fit:
    """Fit with one area of the strategy, 0 to 3, and the ground for it in words."""

    area: str
    degree: int
    ground: str


@dataclass(frozen=True)
class Beside:
    """Everything beside the money; rows stand in the order of their names."""

    volunteers: Volunteers = Volunteers()
    travel: tuple[Travel, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    media: Media = Media()
    strategy: tuple[Fit, ...] = ()

    def __post_init__(self) -> None:
        for rows in ("travel", "indicators"):
            object.__setattr__(self, rows, tuple(sorted(getattr(self, rows), key=lambda one: str(one.name))))
        object.__setattr__(self, "strategy", tuple(sorted(self.strategy, key=lambda one: one.area)))

    def numbers(self) -> Iterator[tuple[str, Number, Rule]]:
        """Every number with its path (``beside/travel/<name>/share``) and the rule it is held to."""
        for part, rules in (("volunteers", VOLUNTEER_RULES), ("media", MEDIA_RULES)):
            yield from _given(getattr(self, part), rules, f"beside/{part}")
        for row in self.travel:
            yield from _given(row, TRAVEL_RULES, f"beside/travel/{row.name}")
        for one in self.indicators:
            yield f"beside/indicator/{one.name}/value", one.value, indicator_list()[one.code].rule

    def as_dict(self) -> dict[str, Any]:
        """The section as its file writes it; empty where nothing is given."""
        raw: dict[str, Any] = {part: _as_dict(getattr(self, part)) for part in ("volunteers", "media")}
        raw["travel"] = [_as_dict(row) for row in self.travel]
        raw["indicator"] = [_as_dict(row) for row in self.indicators]
        raw["strategy"] = {fit.area: {"degree": fit.degree, "ground": fit.ground} for fit in self.strategy}
        return {key: value for key, value in raw.items() if value}


def _given(row: Any, rules: dict[str, Rule], path: str) -> Iterator[tuple[str, Number, Rule]]:
    for name, rule in rules.items():
        if (number := getattr(row, name)) is not None:
            yield f"{path}/{name}", number, rule


def _as_dict(row: Any) -> dict[str, Any]:
    given = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return {
        name: value if isinstance(value, str | int) else number_as_dict(value)
        for name, value in given.items()
        if value is not None and value != ""
    }
