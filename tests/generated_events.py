"""Events made up by hypothesis, in the structure of their file: every way to write a number, every optional field.

All of them are valid. :func:`events` draws what the whole chain is checked with; ``sections`` of its own leave out or
fix what one property needs to be quiet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from impact.event import CATEGORIES, HOMES

MUNICIPALITIES = ("5001", "5027", "5028", "5029", "5031", "5035", "5054", "5059")
INDUSTRIES = ("R77", "R93", "R80_82", "R90_92", "RI", "R49", "R10_12", "R46", "R84", "RF", "R68A", "R51")
# What a kind of number may be, from low to high; a named number is shared only between numbers of one kind.
KINDS = {
    "count": (0, 40_000),
    "days": (0.5, 6.0),
    "share": (0.0, 1.0),
    "nights": (0.0, 8.0),
    "per_room": (1.0, 3.0),
    "price": (0, 2_000),
    "money": (0, 4_000_000),
    "rooms": (0, 5_000),
    "change": (-0.05, 0.20),
}
STEPS = 1000
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Writer:
    """Writes numbers as a file may hold them, and keeps the named ones."""

    def __init__(self, draw: Draw, spread: bool = True) -> None:
        self.draw = draw
        self.spread = spread
        self.named: dict[str, Any] = {}

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def step(self, low: int = 0, high: int = STEPS) -> int:
        return int(self.draw(st.integers(low, high)))

    def number(self, kind: str, low: int = 0, high: int = STEPS, forms: str = "plain point range ref") -> Any:
        """A number of ``kind`` whose mode is between two steps of its range."""
        form = self.draw(st.sampled_from([one for one in forms.split() if self.spread or one != "range"]))
        mode = self.step(low, high)
        if form == "ref":
            name = f"{kind}_{self.step(1, 2)}"
            if name not in self.named:
                self.named[name] = self._written(kind, self.draw(st.sampled_from(("point", "range"))), mode)
            return {"ref": name}
        return self._written(kind, form, mode)

    def _written(self, kind: str, form: str, mode: int) -> Any:
        def at(step: int) -> float:
            floor, roof = KINDS[kind]
            return floor + (roof - floor) * step / STEPS

        evidence = self.draw(st.sampled_from(("counted", "surveyed", "reported", "assumed")))
        if form == "plain":
            return at(mode)
        if form == "point" or not self.spread:
            return {"value": at(mode), "evidence": evidence if self.spread else "counted", "source": "made up"}
        figures = {"low": at(self.step(0, mode)), "mode": at(mode), "high": at(self.step(mode, STEPS))}
        return {**figures, "evidence": evidence, "source": "made up"}

    def parts(self, total: str, kind: str, count: int) -> list[dict[str, Any]]:
        """``count`` parts of a named total, whose shares sum to 1 only after rounding."""
        self.named[total] = self._written(kind, "point", self.step())
        weights = [self.step(1, 20) for _ in range(count)]
        shares = [round(weight / sum(weights), 3) for weight in weights]
        written: list[Any] = []
        for share in shares:
            if self.spread and self.maybe():
                written.append({"low": round(share * 0.7, 4), "mode": share, "high": min(1.0, round(share * 1.4, 4))})
            else:
                written.append(share)
        return [{"of": total, "share": share} for share in written]

    def by_area(self) -> Any:
        """A share for all areas, or a table with one for each."""
        if self.maybe():
            return self.number("share")
        return {area: self.number("share") for area in ("municipality", "region", "norway")}

    def audience(self, name: str, home: str, visits: Any, optional: bool = True) -> dict[str, Any]:
        row: dict[str, Any] = {
            "name": name,
            "role": self.draw(st.sampled_from(("spectator", "official"))),
            "home": home,
        }
        if visits is not None:
            row["visits"] = visits
        else:
            row[self.draw(st.sampled_from(("visits", "persons")))] = self.number("count")
        kinds = {
            "days_per_person": "days",
            "attribution": "share",
            "nights_per_person": "nights",
            "commercial_share": "share",
            "persons_per_room": "per_room",
            "days_in_area": "days",
            "retained_share": "share",
        }
        for field, kind in kinds.items():
            if self.maybe():
                row[field] = self.number(kind)
        if self.maybe():
            # Together at most 1 at the modes.
            casual = self.step(0, STEPS - 1)
            row["casual_share"] = self._written("share", self.draw(st.sampled_from(("plain", "point"))), casual)
            row["time_switcher_share"] = self.number("share", 0, STEPS - 1 - casual, "plain point range")
        if self.maybe():
            chosen = self.draw(st.lists(st.sampled_from(CATEGORIES), unique=True, max_size=5))
            row["spend"] = {category: self.number("price") for category in chosen}
        else:
            row["spend"] = {"accommodation": self.number("price"), "food_service": self.number("price")}
        return row

    def audiences(self, homes: tuple[str, ...]) -> list[dict[str, Any]]:
        chosen = self.draw(st.lists(st.sampled_from(homes), min_size=1, max_size=4))
        parts: list[Any] = [None] * len(chosen)
        if len(chosen) > 1 and self.maybe():
            parts = [*self.parts("tickets", "count", len(chosen))]
        return [self.audience(f"Group {n}", home, parts[n]) for n, home in enumerate(chosen)]

    def costs(self) -> list[dict[str, Any]]:
        count = self.step(0, 3)
        amounts: list[Any] = [self.number("money") for _ in range(count)]
        if count > 1 and self.maybe():
            amounts = [*self.parts("budget", "money", count)]
        rows = []
        for n, amount in enumerate(amounts):
            row = {"name": f"Cost {n}", "amount": amount, "industry": self.draw(st.sampled_from(INDUSTRIES))}
            if self.maybe():
                row["local_share"] = self.by_area()
            if self.maybe():
                row["vat_rate"] = self.number("share", 0, 250)
            rows.append(row)
        return rows

    def incomes(self) -> list[dict[str, Any]]:
        rows = []
        for n in range(self.step(0, 2)):
            row: dict[str, Any] = {"name": f"Income {n}", "amount": self.number("money")}
            if self.maybe():
                row["inside_share"] = self.by_area()
            rows.append(row)
        return rows

    def nights(self) -> list[dict[str, Any]]:
        with_sold = self.maybe()
        rows = []
        for n in range(self.step(1, 3)):
            rooms = self.step()
            row: dict[str, Any] = {"date": dt.date(2024, 6, 14) + dt.timedelta(days=n)}
            row["rooms"] = self.number("rooms", rooms, rooms, "plain point range")
            row["baseline_sold"] = self.number("rooms", 0, rooms, "plain point range")
            if self.maybe():
                row["event_demand"] = self.number("rooms")
            if with_sold:
                row["sold"] = self.number("rooms", 0, rooms, "plain point range")
            rows.append(row)
        return rows

    def about(self, price_years: tuple[int, int]) -> dict[str, Any]:
        first_day = self.draw(st.dates(dt.date(2017, 1, 1), dt.date(2027, 12, 31)))
        row: dict[str, Any] = {
            "id": "made-up",
            "name_nb": "Oppdiktet",
            "name_en": "Made up",
            "kind": "festival",
            "municipality": self.draw(st.sampled_from(MUNICIPALITIES)),
            "first_day": first_day,
            "last_day": first_day + dt.timedelta(days=self.step(0, 5)),
            "price_year": self.step(*price_years),
        }
        if row["price_year"] > 2024:
            row["price_index_change"] = self.number("change", forms="plain point range")
        if self.maybe():
            codes = self.draw(st.lists(st.sampled_from(MUNICIPALITIES), unique=True, min_size=1, max_size=3))
            weights = [self.step(1, 9) for _ in codes]
            row["accommodation_by_municipality"] = {
                code: round(weight / sum(weights), 2) for code, weight in zip(codes, weights, strict=True)
            }
        return row


@st.composite
def events(
    draw: Draw,
    homes: tuple[str, ...] = HOMES,
    price_years: tuple[int, int] = (2012, 2027),
    nights: bool | None = None,
    organiser: bool = True,
    spread: bool = True,
) -> dict[str, Any]:
    """A valid event; ``nights`` says whether there are any, ``spread`` False makes every number certain."""
    writer = Writer(draw, spread)
    event: dict[str, Any] = {"event": writer.about(price_years), "audience": writer.audiences(homes)}
    if organiser:
        event |= {"organiser_cost": writer.costs(), "organiser_income": writer.incomes()}
    if nights or (nights is None and writer.maybe()):
        event["night"] = writer.nights()
    event["numbers"] = writer.named
    return event


# Parameters set by hand, each between two figures.
CHANGEABLE = {
    "flq.delta": (0.10, 0.35),
    "households.kappa": (0.30, 0.80),
    "rooms.friction": (0.0, 0.20),
    "rooms.crowded_out": (0.0, 0.50),
    "rooms.persons_per_room": (1.0, 2.5),
    "rooms.displaced_lost.municipality": (0.0, 1.0),
    "rooms.displaced_lost.region": (0.0, 1.0),
    "rooms.displaced_lost.norway": (0.0, 1.0),
    "rooms.unhoused_lost.region": (0.0, 1.0),
    "rooms.unhoused_lost.norway": (0.0, 1.0),
    "ordinary_guest.per_room": (1.0, 2.0),
    "ordinary_guest.spending": (500, 5000),
    "trade.retail_share": (0.3, 0.9),
    "vat.culture": (0.0, 0.25),
    "vat.food_service": (0.0, 0.30),
    "vat.groceries": (0.0, 0.30),
    "excise.fuel": (0.0, 0.60),
    "excise.food_service": (0.0, 0.20),
    "tax.wage_share": (0.7, 0.9),
    "tax.municipal_rate": (0.10, 0.15),
}


@st.composite
def changed_parameters(draw: Draw) -> dict[str, float]:
    keys = draw(st.lists(st.sampled_from(sorted(CHANGEABLE)), unique=True, max_size=4))
    changed = {}
    for key in keys:
        low, high = CHANGEABLE[key]
        changed[key] = low + (high - low) * draw(st.integers(0, 10)) / 10
    return changed
