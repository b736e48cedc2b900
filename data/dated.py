"""Dated, sourced values: rates, prices, shares and limits, in the text files of ``data/parameters``.

A parameter has a unit, a name in both languages and one or more values, each with the date it holds from, its evidence
and its source. ``fixed`` marks a value that is never drawn although it is assumed: a part of a whole whose parts sum
to 1, or a limit. The file's name is the first part of a parameter's key: ``[food_service]`` in ``vat.toml`` is
``vat.food_service``.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from data.faults import Fault, Faults, shown
from data.value import EVIDENCE, Value

RANGES = {
    "share": (0.0, 1.0),
    "kroner": (0.0, 1.0),
    "exponent": (0.0, 1.0),
    "persons": (0.01, 1000.0),
    "NOK": (0.0, 1e15),
    "room-nights": (0.0, 1e15),
    "g": (0.0, 1e6),
    "hours": (0.01, 8784.0),
    "seconds": (0.01, 3600.0),
    "points": (0.0, 5.0),
    "EUR": (0.0, 1e9),
    "years": (1.0, 100.0),
    "days": (0.0, 3660.0),
    "guarantees": (0.0, 1000.0),
    "events": (1.0, 1000.0),
}
"""What a parameter may be, by the first word of its unit: a share, kroner per krone, persons per room, grams per km."""

PARAMETERS = Path(__file__).parent / "parameters"
_LARGEST = sys.float_info.max


@dataclass(frozen=True)
class DatedValue:
    """One value of a parameter and the day it holds from."""

    since: dt.date
    value: Value
    fixed: bool = False


@dataclass(frozen=True)
class Parameter:
    """A parameter with all its values, oldest first. ``unit`` says what it counts, and of which year if in kroner.

    What it may be follows from the unit's first word (:data:`RANGES`), and stays under ``below`` where that is given.
    """

    key: str
    unit: str
    nb: str
    en: str
    values: tuple[DatedValue, ...]
    below: float = math.inf

    def allows(self, figure: float) -> bool:
        """Whether the parameter may have this value."""
        low, high = RANGES[self.unit.split()[0]]
        return low <= figure <= high and figure < self.below

    def at(self, date: dt.date) -> DatedValue:
        """The value that holds on ``date``: the latest that has begun, or the oldest where none has."""
        begun = [one for one in self.values if one.since <= date]
        return begun[-1] if begun else self.values[0]

    def name(self, lang: str) -> str:
        return self.nb if lang == "nb" else self.en


class Parameters(Mapping[str, DatedValue]):
    """Every parameter as it stands on one day, by key; ``changed`` holds values set by hand in their place."""

    def __init__(
        self, known: Mapping[str, Parameter], date: dt.date, changed: Mapping[str, float] | None = None
    ) -> None:
        self.known, self.date, self.changed = known, date, dict(changed or {})
        faults = [fault for key, figure in self.changed.items() if (fault := _bad_change(known, key, figure))]
        if faults:
            raise Faults(faults)
        self._below: dict[str, dict[str, float]] = {}
        self._now = {key: parameter.at(date) for key, parameter in known.items()}
        for key, figure in self.changed.items():
            value = Value(figure, figure, figure, "assumed", "set by hand")
            self._now[key] = replace(self._now[key], value=value)

    def __getitem__(self, key: str) -> DatedValue:
        return self._now[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def number(self, key: str) -> float:
        """The mode of a parameter."""
        return self._now[key].value.mode

    def under(self, prefix: str) -> dict[str, float]:
        """The modes of every parameter below ``prefix``, by the rest of the key."""
        if prefix not in self._below:
            start = f"{prefix}."
            every = self._now.items()
            self._below[prefix] = {
                key.removeprefix(start): one.value.mode for key, one in every if key.startswith(start)
            }
        return dict(self._below[prefix])

    def before_first(self) -> list[str]:
        """Keys whose oldest value begins after the day that is asked for; that value is used all the same."""
        return [key for key, one in self._now.items() if one.since > self.date]


@cache
def read_parameters(folder: Path = PARAMETERS) -> Mapping[str, Parameter]:
    """Every parameter in the TOML files of ``folder``, by key. Raises :class:`Faults` with every fault found."""
    faults: list[Fault] = []
    known: dict[str, Parameter] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, or nested too deep
            faults.append(Fault(path.name, "", "", "parameter.broken_toml", {"reason": str(error)}))
            continue
        for name, entry in raw.items():
            _collect(path.name, f"{path.stem}.{name}", entry, known, faults)
    if faults:
        raise Faults(faults)
    return known


def new_value(known: Mapping[str, Parameter], key: str, raw: dict[str, Any]) -> DatedValue:
    """A value for ``key`` as a parameter file writes it, with ``from``, held to the rules of the files.

    Raises :class:`Faults` with every fault found.
    """
    if key not in known:
        raise Faults([_unknown(known, key)])
    faults: list[Fault] = []
    dated = _dated("", key, raw, faults)
    if dated:
        ends = (dated.value.low, dated.value.mode, dated.value.high)
        faults += [fault for end in ends if end is not None and (fault := _out_of_range("", known[key], end))]
    if faults or dated is None:
        raise Faults(faults)
    return replace(dated, fixed=known[key].at(dated.since).fixed)


def _collect(file: str, key: str, entry: Any, known: dict[str, Parameter], faults: list[Fault]) -> None:
    """Take one table: a parameter where it has values, else the tables below it."""
    if not isinstance(entry, dict):
        faults.append(Fault(file, key, str(entry), "parameter.not_a_parameter"))
    elif "values" not in entry:
        for name, below in entry.items():
            _collect(file, f"{key}.{name}", below, known, faults)
    else:
        missing = [name for name in ("unit", "nb", "en") if not isinstance(entry.get(name), str)]
        faults += [Fault(file, key, "", "parameter.missing", {"name": name}) for name in missing]
        given = entry["values"]
        if not isinstance(given, list) or not all(isinstance(raw, dict) for raw in given):
            faults.append(Fault(file, key, str(given), "parameter.not_a_parameter"))
            return
        values = [_dated(file, key, raw, faults) for raw in given]
        if not values:
            faults.append(Fault(file, key, "", "parameter.missing", {"name": "values"}))
        elif entry.get("unit", "").partition(" ")[0] not in RANGES:
            faults.append(Fault(file, key, str(entry.get("unit")), "parameter.unit", {"known": ", ".join(RANGES)}))
        elif not missing and None not in values:
            dated = sorted((one for one in values if one), key=lambda one: one.since)
            below = float(entry.get("below", math.inf))
            known[key] = parameter = Parameter(key, entry["unit"], entry["nb"], entry["en"], tuple(dated), below)
            ends = (end for one in dated for end in (one.value.low, one.value.mode, one.value.high) if end is not None)
            faults += [fault for end in ends if (fault := _out_of_range(file, parameter, end))]


def _bad_change(known: Mapping[str, Parameter], key: str, figure: float) -> Fault | None:
    """What is wrong with setting ``key`` by hand."""
    if key in known:
        return _out_of_range("parameters", known[key], figure)
    return _unknown(known, key)


def _unknown(known: Mapping[str, Parameter], key: str) -> Fault:
    nearest = difflib.get_close_matches(key, known, n=3, cutoff=0.3) or list(known)[:3]
    return Fault("parameters", key, "", "parameter.unknown", {"nearest": ", ".join(nearest)})


def _out_of_range(file: str, parameter: Parameter, figure: float) -> Fault | None:
    if parameter.allows(figure):
        return None
    low, high = RANGES[parameter.unit.split()[0]]
    figures = {"unit": parameter.unit, "low": low, "high": min(high, parameter.below)}
    return Fault(file, parameter.key, f"{figure:g}", "parameter.out_of_range", figures)


def _dated(file: str, key: str, raw: dict[str, Any], faults: list[Fault]) -> DatedValue | None:
    figures = [raw.get(name) for name in (("value",) if "value" in raw else ("low", "mode", "high"))]
    good = all(isinstance(one, int | float) and not isinstance(one, bool) and abs(one) <= _LARGEST for one in figures)
    if not good or figures != sorted(figures):  # type: ignore[type-var]
        faults.append(Fault(file, key, shown(figures), "parameter.bad_figures"))
    elif not isinstance(raw.get("from"), dt.date):
        faults.append(Fault(file, key, str(raw.get("from")), "parameter.no_date"))
    elif raw.get("evidence") not in EVIDENCE or not raw.get("source"):
        faults.append(Fault(file, key, str(raw.get("evidence")), "parameter.no_grounds"))
    else:
        low, mode, high = (figures * 3)[:3] if len(figures) == 3 else (None, figures[0], None)
        value = Value(float(mode), low, high, raw["evidence"], raw["source"])  # type: ignore[arg-type]
        return DatedValue(raw["from"], value, bool(raw.get("fixed", False)))
    return None
