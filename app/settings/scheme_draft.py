"""A scheme while it is changed: what is typed, section by section, kept until it is saved or discarded.

The draft is the whole scheme as it is typed; a page shows one section of it at a time. It knows the row that it was
filled from, so that what somebody else saved meanwhile is never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.visit import Visit
from data.unsent import drop_unsent, keep_unsent, read_unsent
from fund.rulebook.scheme_form import ABOUT, PARTS, SECTIONS, Section, Typed, as_document, as_typed
from fund.rulebook.scheme_rows import SavedScheme

ALL = (ABOUT, *SECTIONS)


@dataclass(frozen=True)
class Draft:
    """``typed`` is changed in place; ``seen`` is the number of the row that it was filled from."""

    key: str
    seen: int
    typed: Typed
    touched: bool

    @property
    def form(self) -> str:
        return f"scheme:{self.key}"

    @property
    def document(self) -> dict[str, Any]:
        return as_document(self.typed, self.key)


def open_draft(visit: Visit, saved: SavedScheme) -> Draft:
    """The draft as it stands now, with what was typed since the last run in it and kept; else one of the scheme."""
    place = _place(saved.key)
    held: dict[str, Any] | None = st.session_state.get(place)
    if held is None:
        held = read_unsent(visit.store, visit.actor, f"scheme:{saved.key}") or None
    fresh = as_typed(saved.scheme.document)
    if held is None or (held["typed"] == fresh and held["seen"] != saved.id):
        held = {"typed": fresh, "seen": saved.id, "kept": False}
    for section in (*ALL, PARTS):
        for row, key, name in _widgets(saved.key, section, held["typed"][section.name]):
            if key in st.session_state:
                value = st.session_state[key]
                row[name] = list(value) if isinstance(value, list | tuple) else value
    touched = held["typed"] != fresh
    if touched or held.get("kept"):
        now = {"typed": held["typed"], "seen": held["seen"], "kept": True} if touched else {}
        if now != read_unsent(visit.store, visit.actor, f"scheme:{saved.key}"):
            keep_unsent(visit.store, visit.actor, f"scheme:{saved.key}", now)
        held["kept"] = touched
    st.session_state[place] = held
    return Draft(saved.key, held["seen"], held["typed"], touched)


def take_in(visit: Visit, base: SavedScheme, newest: SavedScheme) -> None:
    """Bring into the draft what was saved since it was filled from ``base``; a section that was changed here stays."""
    draft = open_draft(visit, newest)
    was, now = as_typed(base.scheme.document), as_typed(newest.scheme.document)
    merged = {name: now[name] if mine == was[name] else mine for name, mine in draft.typed.items()}
    drop_draft(visit, newest.key)
    st.session_state[_place(newest.key)] = {"typed": merged, "seen": newest.id, "kept": True}


def drop_draft(visit: Visit, key: str) -> None:
    """Forget what was typed."""
    drop_unsent(visit.store, visit.actor, f"scheme:{key}")
    st.session_state.pop(_place(key), None)
    for name in [str(one) for one in st.session_state if str(one).startswith(f"{_place(key)}_")]:
        del st.session_state[name]


def widget_key(key: str, section: Section, number: int, name: str) -> str:
    """The key of a field's widget; new ones after a row was added or taken out."""
    generation = st.session_state.get(f"{_place(key)}_gen_{section.name}", 0)
    return f"{_place(key)}_{section.name}_{generation}_{number}_{name}"


def change_rows(draft: Draft, section: Section, rows: Sequence[Typed]) -> None:
    """Give a section other rows, each with fields of its own anew."""
    place = f"{_place(draft.key)}_gen_{section.name}"
    draft.typed[section.name] = list(rows)
    st.session_state[place] = st.session_state.get(place, 0) + 1


def names_of(section: Section) -> Iterator[str]:
    """The names of what is typed in a row: a period has its unit too."""
    for field in section.fields:
        yield field.name
        if field.kind == "period":
            yield f"{field.name}_unit"


def _place(key: str) -> str:
    return f"schemes_{key}_draft"


def _widgets(key: str, section: Section, held: Any) -> Iterator[tuple[Typed, str, str]]:
    """(row, key of the widget, name) of every field that a section has."""
    rows = held if section.many else [held]
    for number, row in enumerate(rows):
        if "there" in row:
            yield row, widget_key(key, section, number, "there"), "there"
        for name in names_of(section):
            yield row, widget_key(key, section, number, name), name
