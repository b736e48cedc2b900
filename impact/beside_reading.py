"""Reading the ``[beside]`` tables of an event's file: what stands beside the money, or every fault at once.

A number here is never plain: whoever reads it must see what it stands on. A part of a named total has no place here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from data.dated import read_parameters
from data.value import Value
from impact.beside import (
    DEGREES,
    MEDIA_RULES,
    MODES,
    TRAVEL_RULES,
    VOLUNTEER_RULES,
    WAYS,
    WHO,
    Beside,
    Fit,
    Indicator,
    Media,
    Travel,
    Volunteers,
    indicator_list,
    strategy_areas,
)
from impact.entry_reading import EntryReader, Place
from impact.event import Number, Rule

MAX_ROWS = 500
PER_VEHICLE = "per vehicle-km"
_SECTION = "beside"
_PARTS = ("volunteers", "travel", "indicator", "media", "strategy")


def read_beside(reader: EntryReader, audiences: Iterable[str]) -> Beside | None:
    """The section in ``reader.raw``, None where there is none or it is empty; faults go to the reader.

    ``audiences`` are the names that a row of travel may speak of.
    """
    if _SECTION not in reader.raw:
        return None
    reading = _Reading(reader, tuple(audiences))
    found = reading.beside()
    return found if found.as_dict() else None


class _Reading:
    """One reading of the section, with the entries' own reader."""

    def __init__(self, reader: EntryReader, audiences: tuple[str, ...]) -> None:
        self.reader, self.audiences = reader, audiences
        self.raw = reader._table(_SECTION)

    def beside(self) -> Beside:
        self.reader._names((_SECTION,), self.raw, _PARTS, ())
        volunteers = Volunteers(**self._numbers("volunteers", VOLUNTEER_RULES))
        media = Media(**self._numbers("media", MEDIA_RULES))
        before = len(self.reader.faults)
        travel = tuple(one for place, row in self._rows("travel") if (one := self._travel(place, row)))
        indicators = tuple(row for place, raw in self._rows("indicator") if (row := self._indicator(place, raw)))
        if len(self.reader.faults) == before:
            self._shares(travel)
        return Beside(volunteers, travel, indicators, media, tuple(self._strategy()))

    # -- structure

    def _table(self, part: str) -> dict[str, Any]:
        table = self.raw.get(part, {})
        if isinstance(table, dict):
            return table
        self.reader.fault((_SECTION, part), table, "not_a_table", section=f"{_SECTION}.{part}")
        return {}

    def _rows(self, part: str) -> list[tuple[Place, dict[str, Any]]]:
        rows = self.raw.get(part, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.reader.fault((_SECTION, part), None, "not_rows", section=f"{_SECTION}.{part}")
            return []
        if len(rows) > MAX_ROWS:
            self.reader.fault((_SECTION, part), len(rows), "too_many_rows", limit=MAX_ROWS)
            return []
        found: list[tuple[Place, dict[str, Any]]] = [((_SECTION, part, i), row) for i, row in enumerate(rows)]
        seen: Counter[str] = Counter()
        for place, row in found:
            name = str(row.get("name", "")).strip()
            seen[name] += 1
            if name and seen[name] == 2:
                self.reader.fault((*place, "name"), name, "name_twice")
        return found

    def _numbers(self, part: str, rules: dict[str, Rule]) -> dict[str, Number | None]:
        table = self._table(part)
        self.reader._names((_SECTION, part), table, rules, ())
        return {name: self._number((_SECTION, part, name), table.get(name), rule) for name, rule in rules.items()}

    def _number(self, place: Place, raw: Any, rule: Rule | None) -> Number | None:
        """A number with its grounds, or one named under ``[numbers]``."""
        if isinstance(raw, dict) and "of" in raw:
            self.reader.fault(place, raw["of"], "beside_no_part")
            return None
        number = self.reader._number(place, raw, rule)
        if isinstance(number, Value) and (number.plain or not number.source.strip()):
            self.reader.fault(place, raw if number.plain else "", "beside_no_grounds")
            return None
        return number

    # -- rows

    def _travel(self, place: Place, row: dict[str, Any]) -> Travel | None:
        read = self.reader
        read._names(
            place, row, ("name", "mode", "ways", "audience", *TRAVEL_RULES), ("name", "mode", "ways", "distance_km")
        )
        numbers = {name: self._number((*place, name), row.get(name), rule) for name, rule in TRAVEL_RULES.items()}
        audience = read._text((*place, "audience"), row.get("audience"))
        if ("audience" in row) == ("persons" in row):
            self.reader.fault(
                (*place, "audience"), None, "beside_both_groups" if "audience" in row else "beside_no_group"
            )
        elif audience and audience not in self.audiences:
            read._unknown((*place, "audience"), audience, self.audiences, "unknown_choice")
        name = read._text((*place, "name"), row.get("name"))
        mode = read._choice((*place, "mode"), row.get("mode"), MODES)
        ways = read._choice((*place, "ways"), row.get("ways"), WAYS)
        parameter = read_parameters().get(f"co2.{mode}")
        if parameter and PER_VEHICLE not in parameter.unit and "occupancy" in row and "factor" not in row:
            self.reader.fault((*place, "occupancy"), None, "beside_occupancy_for_person")
        distance = numbers.pop("distance_km")
        if distance is None:
            return None
        return Travel(name, mode, ways, distance, audience, **numbers)

    def _shares(self, travel: tuple[Travel, ...]) -> None:
        """The ways of travelling of one audience are parts of it: at their modes at most the whole."""
        together: dict[str, float] = {}
        for row in travel:
            if row.audience:
                share = 1.0 if row.share is None else self.reader._mode(row.share)
                together[row.audience] = together.get(row.audience, 0.0) + share
        for audience, share in together.items():
            if not math.isnan(share) and round(share, 6) > 1:
                self.reader.fault((_SECTION, "travel"), round(share, 4), "beside_shares_above_one", audience=audience)

    def _indicator(self, place: Place, row: dict[str, Any]) -> Indicator | None:
        read = self.reader
        read._names(place, row, ("name", "code", "who", "value", "n"), ("name", "code", "who", "value"))
        code = read._choice((*place, "code"), row.get("code"), tuple(indicator_list()))
        rule = indicator_list()[code].rule if code in indicator_list() else None
        value = self._number((*place, "value"), row.get("value"), rule)
        asked = row.get("n")
        if asked is not None and (not isinstance(asked, int) or isinstance(asked, bool) or not 0 < asked < 10**9):
            self.reader.fault((*place, "n"), asked, "beside_not_a_count")
            asked = None
        name = read._text((*place, "name"), row.get("name"))
        who = read._choice((*place, "who"), row.get("who"), WHO)
        return None if value is None else Indicator(name, code, who, value, asked)

    def _strategy(self) -> Iterable[Fit]:
        table = self._table("strategy")
        self.reader._names((_SECTION, "strategy"), table, strategy_areas(), ())
        for area, row in table.items():
            place: Place = (_SECTION, "strategy", area)
            if area not in strategy_areas():
                continue
            if not isinstance(row, dict):
                self.reader.fault(place, row, "not_a_table", section=f"{_SECTION}.strategy.{area}")
                continue
            self.reader._names(place, row, ("degree", "ground"), ("degree", "ground"))
            degree = row.get("degree")
            if degree is not None and (isinstance(degree, bool) or degree not in DEGREES):
                self.reader.fault((*place, "degree"), degree, "beside_bad_degree")
            ground = self.reader._text((*place, "ground"), row.get("ground"))
            if isinstance(degree, int):
                yield Fit(area, degree, ground)
