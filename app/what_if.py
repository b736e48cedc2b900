"""Scenarios of an opened estimate, computed once: the changed estimate, and the difference to the base draw by draw.

Everything is computed from what the estimate keeps, with its own seed, draws, table and parameters, so that the base is
the estimate itself. Parameters that bear on no krone, as the shares of a scenario, are today's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from app.drawn import Drawn, drawn_of
from app.entries import Entry, Place, figures
from app.event_charts import scenarios as scenarios_chart
from app.form_faults import kind_at
from app.given import reference
from app.opened import Opened
from app.theme import Mode
from data.dated import Parameter, Parameters
from data.paths import at, parts, written
from data.phrases import LANGUAGES, Lang, say
from data.store import Store
from data.typed import Kind, read_number
from impact.estimate import estimate
from impact.event import Event
from impact.lock import locked_frame
from impact.parameter_values import known_parameters, stored_values
from impact.report import Tree
from impact.scenario import (
    SOURCE,
    Figures,
    Scenario,
    baseline_sentence,
    difference,
    own_scenario,
    scenarios,
    worth_of_moving,
)
from impact.simulation import Frame, frame, simulate
from impact.wording import input_name

BASE, OWN = "base", "own"
HIGH, LOW = "occupancy_high", "occupancy_low"
FOOD, OTHER = "local_food", "local_other"
FEW_DRAWS = 1
"""Draws of an estimate of which only the modes are read."""
FIELDS = 6
"""Inputs that can be changed: those that decide most."""
_SECTIONS = ("event", "organiser", "numbers", "audience", "organiser_cost", "organiser_income", "night")
Changes = tuple[tuple[str, str], ...]
"""(path in the document, text as typed) of each input that was changed."""


@dataclass(frozen=True)
class Compared:
    """A scenario beside the base: its name, and the difference as :func:`impact.scenario.difference` gives it."""

    name: str
    change: dict[str, Any]
    drawn: Drawn


@dataclass(frozen=True)
class Changeable:
    """An input of an own scenario: its path in the document, its tornado path, how it is typed, and what it is now."""

    path: str
    group: str
    kind: Kind
    now: Mapping[Lang, str]


@dataclass(frozen=True)
class Fitting:
    """What can be asked of an estimate: keys of scenarios, and the two shares of rooms sold without the event.

    ``moving`` are the scenarios that move purchases of the organiser's; others can buy food in the region all the same.
    """

    keys: tuple[str, ...]
    moving: tuple[str, ...]
    shares: tuple[int, int]
    changeable: tuple[Changeable, ...]


class WhatIf:
    """The scenarios of one opened estimate. Everything raises Faults where it can't be computed again."""

    def __init__(self, opened: Opened, store: Store) -> None:
        self.opened = opened
        self.known = known_parameters(store)
        self.stamp = (opened.key, repr(stored_values(store)))

    def fitting(self) -> Fitting:
        return _fitting(*self.stamp, self.opened.tree, self.known)

    def baseline(self, lang: Lang) -> str:
        """What two guesses at the rooms sold without the event do to the room-nights; "" where it has no nights."""
        return _baseline(*self.stamp, lang, self.opened.tree, self.known)

    def compared(self, key: str, changes: Changes, lang: Lang, mode: Mode) -> Compared:
        """The base and a scenario of :meth:`fitting`, or an own one with ``changes``."""
        return _compared(*self.stamp, key, changes, lang, mode, self.opened.tree, self.known)

    def worth(self) -> dict[str, Figures | None]:
        """What a tenth more bought in the region is worth."""
        return _worth(*self.stamp, self.opened.tree, self.known)


def read_change(one: Changeable, text: str) -> dict[str, Any]:
    """What was typed as the document holds it. Raises Faults where it can't be read."""
    return {**figures(read_number(text, one.kind)), "evidence": "assumed", "source": SOURCE}


# -- from what the estimate keeps


def _set_up(tree: Tree, known: Mapping[str, Parameter]) -> tuple[Event, Frame]:
    """The event and the frame of an estimate, with today's parameters apart."""
    event, setting = locked_frame(tree, reference())
    return event, replace(setting, apart=_apart(event, setting.table_name, known))


def _apart(event: Event, table_name: str, known: Mapping[str, Parameter]) -> Parameters:
    return frame(reference(), event.first_day, table_name, known=known).apart


@st.cache_resource(max_entries=60, show_spinner=False)
def _fitting(key: str, stored: str, _tree: Tree, _known: Mapping[str, Parameter]) -> Fitting:
    event, setting = _set_up(_tree, _known)
    fits = [one.key for one in scenarios(setting.apart) if one.fits(event)]
    worth_asking = "region" in setting.areas and bool(event.costs)
    keys = [HIGH, LOW] if HIGH in fits else []
    keys += [FOOD, OTHER] if worth_asking else []
    shares = [round(100 * setting.apart.number(f"scenario.occupancy.{one}")) for one in ("high", "low")]
    found = _all_changeable(_tree)
    keys += [OWN] if found else []
    moving = tuple(one for one in (FOOD, OTHER) if one in fits)
    return Fitting(tuple(keys), moving, (shares[0], shares[1]), tuple(found[:FIELDS]))


@st.cache_resource(max_entries=60, show_spinner=False)
def _baseline(key: str, stored: str, lang: Lang, _tree: Tree, _known: Mapping[str, Parameter]) -> str:
    shares = _fitting(key, stored, _tree, _known).shares
    event, setting = _set_up(_tree, _known)
    by_key = {one.key: one for one in scenarios(setting.apart)}
    if not by_key[HIGH].fits(event):
        return ""
    trees = [estimate(simulate(by_key[one].change(event), setting, _tree["seed"], FEW_DRAWS)) for one in (HIGH, LOW)]
    return baseline_sentence(trees[0], trees[1], shares, lang)


@st.cache_resource(max_entries=120, show_spinner=False)
def _compared(
    key: str,
    stored: str,
    asked: str,
    changes: Changes,
    lang: Lang,
    mode: Mode,
    _tree: Tree,
    _known: Mapping[str, Parameter],
) -> Compared:
    change, other, names = _difference(key, stored, asked, changes, _tree, _known)
    pair = (say("estimate_page.scenario.base", lang), names[lang])
    return Compared(names[lang], change, drawn_of(scenarios_chart(_tree, other, pair, lang, mode)))


@st.cache_resource(max_entries=60, show_spinner=False)
def _difference(
    key: str, stored: str, asked: str, changes: Changes, _tree: Tree, _known: Mapping[str, Parameter]
) -> tuple[dict[str, Any], Tree, dict[Lang, str]]:
    event, setting = _set_up(_tree, _known)
    found = _own(_tree, changes) if asked == OWN else _named(setting.apart, asked)
    before, after = (simulate(one, setting, _tree["seed"], _tree["draws"]) for one in (event, found.change(event)))
    other = estimate(after)
    slim: Tree = {"areas": other["areas"], "deciding_area": other["deciding_area"]}
    return difference(before, after), slim, {lang: found.name(lang) for lang in LANGUAGES}


def _named(apart: Parameters, asked: str) -> Scenario:
    return next(one for one in scenarios(apart) if one.key == asked)


@st.cache_resource(max_entries=60, show_spinner=False)
def _worth(key: str, stored: str, _tree: Tree, _known: Mapping[str, Parameter]) -> dict[str, Figures | None]:
    event, setting = _set_up(_tree, _known)
    return worth_of_moving(simulate(event, setting, _tree["seed"], _tree["draws"]))


# -- an own scenario


def _own(tree: Tree, changes: Changes) -> Scenario:
    fields = {one.path: one for one in _all_changeable(tree)}
    values = {path: read_change(fields[path], text) for path, text in changes if path in fields}
    names: dict[str, str] = {lang: say("estimate_page.scenario.own", lang) for lang in LANGUAGES}
    return own_scenario(OWN, names, values, reference())


def _all_changeable(tree: Tree) -> list[Changeable]:
    """Every input of the event that moves the result, what decides most first."""
    found = (_changeable(tree["event"], swing["path"], tree["deciding_area"]) for swing in tree["tornado"])
    return [one for one in found if one is not None]


def _changeable(document: dict[str, Any], group: str, area: str) -> Changeable | None:
    """The input that a group of the tornado is; None where it is a parameter or a part of another number.

    Of a share that differs between the study areas it is that of ``area``.
    """
    section, _, rest = group.partition("/")
    steps = _find(document.get(section), rest) if section in _SECTIONS else None
    if steps is None:
        return None
    path = (section, *steps)
    raw = at(document, path)
    if isinstance(raw, dict) and area in raw:
        path, group, raw = (*path, area), f"{group}/{area}", raw[area]
    kind = kind_at(document, _place(document, path))
    now: dict[Lang, str] = {lang: Entry.of(raw, kind, lang).text for lang in LANGUAGES}
    return Changeable(written(path), group, kind, now) if all(now.values()) else None


def _find(value: Any, rest: str) -> tuple[str, ...] | None:
    """The names that ``rest``, names with slashes between, leads through; names may hold slashes themselves."""
    for name, under in (parts(value) or {}).items():
        if rest == name:
            return (name,)
        if rest.startswith(f"{name}/") and (found := _find(under, rest[len(name) + 1 :])) is not None:
            return (name, *found)
    return None


def _place(document: Any, path: Sequence[str]) -> Place:
    """The same path with the numbers of rows in place of their names."""
    place: list[str | int] = []
    for name in path:
        below = parts(document) or {}
        place.append(list(below).index(name) if isinstance(document, list) else name)
        document = below[name]
    return tuple(place)


def label_of(one: Changeable, tree: Tree, lang: Lang) -> str:
    """What an input is called."""
    return input_name(one.group, lang, tree["event"])
