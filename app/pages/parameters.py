"""Rates, prices and shares: what holds today, since when, from where and who changed it; and changing one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import cast

import streamlit as st

from app import layout
from app.dates import DATES
from app.doing import attempt
from app.kept import keep, sent
from app.tables import Link, table
from app.text import plain
from app.visit import Visit
from data.clock import moment, short_day, today
from data.dated import Parameter
from data.faults import Faults
from data.numbers import localised, percent
from data.store import Conflict
from data.typed import Kind, Typed, read_number
from data.value import EVIDENCE, Evidence, Value
from impact.parameter_values import (
    NewValue,
    StoredValue,
    known_parameters,
    remove_values,
    set_values,
    stored_values,
    value_history,
)


def show(visit: Visit) -> None:
    """All parameters, or one with ``?sats=vat.food_service``."""
    known, stored = known_parameters(visit.store), stored_values(visit.store)
    chosen = st.query_params.get("sats")
    if chosen is not None:
        _one(visit, known[chosen], [one for one in stored if one.key == chosen])
        return
    layout.title(visit.say("page.title.parameters"), visit.say("parameters_page.lead"))
    text = st.text_input(visit.say("parameters_page.search"), key="parameters_text").casefold().strip()
    own = {one.key for one in stored}
    shown = [one for one in known.values() if text in f"{one.key} {one.nb} {one.en}".casefold()]
    heads = [visit.say(f"parameters_page.head.{one}") for one in ("name", "value", "evidence", "since", "source")]
    caption = visit.say("parameters_page.caption", count=len(shown), own=len(own))
    table(caption, heads, [_row(visit, one, one.key in own) for one in shown])


def _row(visit: Visit, one: Parameter, own: bool) -> list[str | Link]:
    dated = one.at(today())
    mark = f" ({visit.say('parameters_page.own')})" if own else ""
    return [
        Link(one.name(visit.lang), f"/satser?sats={one.key}"),
        written(visit, one, dated.value),
        visit.say(f"workbook.evidence.{dated.value.evidence}") + mark,
        short_day(dated.since, visit.lang),
        dated.value.source,
    ]


def written(visit: Visit, one: Parameter, value: Value) -> str:
    """A parameter's value as the language writes it, with its range and unit; shares in per cent."""
    ends = [value.mode] if value.low is None or value.high is None else [value.low, value.mode, value.high]
    if kind_of(one) == "share":
        return " / ".join(percent(end, visit.lang, 1) for end in ends)
    return f"{' / '.join(localised(float(end), visit.lang) for end in ends)} {one.unit}"


def kind_of(one: Parameter) -> Kind:
    """How a value of the parameter is typed: a share in per cent or as a part, all else as a number."""
    return "share" if one.unit.split()[0] == "share" else "amount"


def _one(visit: Visit, one: Parameter, stored: list[StoredValue]) -> None:
    layout.title(one.name(visit.lang))
    st.html('<a href="/satser">← ' + visit.say("page.title.parameters") + "</a>")
    heads = [visit.say(f"parameters_page.head.{head}") for head in ("since", "value", "evidence", "source")]
    rows = [
        [
            short_day(dated.since, visit.lang),
            written(visit, one, dated.value),
            visit.say(f"workbook.evidence.{dated.value.evidence}"),
            dated.value.source,
        ]
        for dated in reversed(one.values)
    ]
    table(visit.say("parameters_page.values", key=one.key), heads, rows)
    if visit.may("parameter.write"):
        _change(visit, one, stored)
    if visit.may("parameter.read"):
        _history(visit, one)


def _change(visit: Visit, one: Parameter, stored: list[StoredValue]) -> None:
    layout.section(visit.say("parameters_page.change"))
    layout.text(visit.say("parameters_page.change_text"))
    key = f"parameters_{one.key}"
    keep(visit, key, _fields(key), given={"since": today()})
    st.session_state.setdefault(f"{key}_since", today())
    typed = st.text_input(visit.say("parameters_page.value", unit=one.unit), key=f"{key}_value")
    if typed.strip():
        _read_back(visit, typed, kind_of(one))
    st.date_input(visit.say("parameters_page.since"), format=DATES[visit.lang], key=f"{key}_since")
    st.radio(
        visit.say("parameters_page.head.evidence"),
        EVIDENCE,
        index=None,
        format_func=lambda grade: visit.say(f"workbook.evidence.{grade}"),
        key=f"{key}_evidence",
        horizontal=True,
    )
    st.text_input(visit.say("parameters_page.head.source"), key=f"{key}_source")
    versions = {value.since: value.version for value in stored}
    st.session_state.setdefault(f"{key}_versions", versions)  # as they stood when the fields were first shown
    st.button(
        visit.say("parameters_page.save"), type="primary", key=f"{key}_save", on_click=_save, args=(one, versions)
    )
    for value in stored:
        label = visit.say("parameters_page.remove", day=short_day(value.since, visit.lang))
        st.button(plain(label), key=f"{key}_remove_{value.id}", on_click=_remove, args=(value,))


def _fields(key: str) -> dict[str, str]:
    return {name: f"{key}_{name}" for name in ("value", "since", "evidence", "source")}


def _read_back(visit: Visit, typed: str, kind: Kind) -> Typed | None:
    """Show how the number was read, or what is wrong with it."""
    try:
        read = read_number(typed, kind)
    except Faults as found:
        layout.faults(visit, found.faults)
        return None
    st.caption(plain(visit.say("parameters_page.read_as", value=read.written(visit.lang, kind))))
    return read


def _save(one: Parameter, versions: Mapping[dt.date, int]) -> None:
    state, key = st.session_state, f"parameters_{one.key}"

    def act(visit: Visit) -> str:
        place = visit.say("parameters_page.head.value")
        read = read_number(str(state[f"{key}_value"]), kind_of(one), place=place)
        low, high = (None if end is None else float(end) for end in (read.low, read.high))
        evidence = cast(Evidence, state[f"{key}_evidence"] or "")  # the domain refuses "", in its own words
        value = Value(float(read.mode), low, high, evidence, str(state[f"{key}_source"]))
        since: dt.date = state[f"{key}_since"]
        read_from: Mapping[dt.date, int] = state[f"{key}_versions"]
        try:
            set_values(visit.store, visit.actor, [NewValue(one.key, since, value, read_from.get(since))])
        except (Faults, Conflict):
            state[f"{key}_versions"] = versions
            raise
        state.pop(f"{key}_versions")
        sent(visit, key, _fields(key).values())
        return visit.say("parameters_page.saved")

    attempt(act)


def _remove(value: StoredValue) -> None:
    def act(visit: Visit) -> str:
        remove_values(visit.store, visit.actor, {value.id: value.version})
        return visit.say("parameters_page.removed")

    attempt(act)


def _history(visit: Visit, one: Parameter) -> None:
    entries = value_history(visit.store, visit.actor, one.key)
    if not entries:
        return
    layout.section(visit.say("parameters_page.history"))
    heads = [visit.say(f"trail_page.head.{head}") for head in ("at", "actor", "before", "after")]
    rows = [
        [moment(entry.at, visit.lang), entry.actor, _told(entry.before, visit), _told(entry.after, visit)]
        for entry in reversed(entries)
    ]
    table(visit.say("parameters_page.history"), heads, rows)


def _told(part: Mapping[str, object] | None, visit: Visit) -> str:
    if part is None:
        return "–"
    wanted = ("since", "low", "mode", "high", "evidence", "source")
    return "; ".join(localised(part[name], visit.lang) for name in wanted if part.get(name) is not None)
