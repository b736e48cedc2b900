"""The answers of a visitor survey as columns, one entry per respondent; NaN or "" is what wasn't answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from impact.event import CATEGORIES
from impact.table import Array

NUMBERS = ("days", "days_in_area", "nights", "room_persons", "party", "satisfaction", "proud")
WORDS = ("role", "home", "lodging", "reason", "otherwise")
Flags = NDArray[np.bool_]
BEDS = {"accommodation": "commercial", "other_lodging": "other"}
"""The lodging that each category pays for."""
LOCALS = ("host", "region")
"""Homes of those who are in the area every day: their days with spending are their days at the event."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Respondents. ``spent`` is kroner per person for the whole stay, by category: the party's amount / its persons.

    ``day`` is the day of each answer. ``came`` are those who came because of the event as far as is known: neither in
    town anyway nor there at another time without it, nor unknown to be either.
    """

    words: Mapping[str, Any]
    numbers: Mapping[str, Array]
    spent: Mapping[str, Array]
    day: Any

    def __len__(self) -> int:
        return len(self.day)

    @property
    def casual(self) -> Array:
        """1 for who was in town anyway, 0 for who was not, NaN where neither answer says."""
        reason, otherwise = self.words["reason"], self.words["otherwise"]
        anyway = (reason == "other") | (otherwise == "same_time")
        return np.where(anyway, 1.0, np.where((reason != "") & (otherwise != ""), 0.0, np.nan))

    @property
    def switcher(self) -> Array:
        """1 for who would have come another time, and isn't casual."""
        otherwise = self.words["otherwise"]
        return np.where(self.casual == 1, 0.0, np.where(otherwise == "", np.nan, otherwise == "another_time"))

    @property
    def came(self) -> Flags:
        return np.asarray((self.casual != 1) & (self.switcher != 1))


def sample_of(answers: Iterable[Mapping[str, Any]], days: Iterable[str] = ()) -> Sample:
    """The respondents of ``answers`` by question name, and the day of each answer.

    A party of nobody counts as unknown, as does spending whose party isn't told. Nights are zero for who says that no
    bed was needed, and so is what wasn't told of lodging by who slept elsewhere or nowhere.
    """
    rows = list(answers)
    words = {name: np.array([str(row.get(name) or "") for row in rows], dtype=object) for name in WORDS}
    numbers = {name: _numbers(rows, name) for name in NUMBERS}
    numbers["days"] = np.where(numbers["days"] >= 1, numbers["days"], np.nan)
    home = np.isin(words["home"], LOCALS)
    there = numbers["days_in_area"]
    numbers["days_in_area"] = np.where(np.isnan(there) & home, numbers["days"], there)
    nights = numbers["nights"]
    numbers["nights"] = np.where(np.isnan(nights) & (words["lodging"] == "none"), 0.0, nights)
    party = np.where(numbers["party"] >= 1, numbers["party"], np.nan)
    spent = {c: _numbers(rows, f"spend_{c}") / party for c in CATEGORIES}
    for category, beds in BEDS.items():
        elsewhere = (words["lodging"] != "") & (words["lodging"] != beds) | (numbers["nights"] == 0)
        spent[category] = np.where(np.isnan(spent[category]) & elsewhere, 0.0, spent[category])
    day = list(days) or [""] * len(rows)
    return Sample(words, numbers, spent, np.array(day, dtype=object))


def _numbers(rows: list[Mapping[str, Any]], name: str) -> Array:
    return np.array([np.nan if (one := row.get(name)) is None else float(one) for row in rows], dtype=float)
