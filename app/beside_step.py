"""The step of what stands beside the money: volunteers, travel, surveys, the region's name abroad, the strategy."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import layout
from app.drafting import Drafting, change, key
from app.entries import Place, at, put
from app.fields import Form, choice_field, number_field, text_field, told
from app.rows import chosen_row
from impact.beside import (
    DEGREES,
    MEDIA_RULES,
    MODES,
    VOLUNTEER_RULES,
    WAYS,
    WHO,
    indicator_list,
    strategy_areas,
    strategy_name,
)

PARTS = ("volunteers", "travel", "indicator", "media", "strategy")


def beside(form: Form) -> None:
    """One part at a time; each stands on its own line and is never added to the money."""
    layout.text(form.visit.say("beside.never_added"))
    part = st.segmented_control(
        form.words("beside_part"),
        PARTS,
        default=PARTS[0],
        required=True,
        wrap=True,
        format_func=lambda one: form.visit.say(f"beside.part.{'indicators' if one == 'indicator' else one}"),
        key=key(form.drafting.event, "beside_part"),
    )
    if part == "travel":
        _travel(form)
    elif part == "indicator":
        _indicator(form)
    elif part == "strategy":
        _strategy(form)
    else:
        for name in VOLUNTEER_RULES if part == "volunteers" else MEDIA_RULES:
            number_field(form, ("beside", str(part), name))


def _travel(form: Form) -> None:
    number = chosen_row(form, ("beside", "travel"), "travel")
    if number is None:
        return
    place: Place = ("beside", "travel", number)
    row = at(form.document, place)
    say = form.visit.say
    text_field(form, (*place, "name"), label=form.words("travel_name"))
    first, second = st.columns(2)
    with first:
        choice_field(
            form,
            (*place, "mode"),
            MODES,
            lambda one: say(f"beside.mode.{one}") if one in MODES else one,
            label=form.words("mode"),
        )
    with second:
        choice_field(
            form,
            (*place, "ways"),
            WAYS,
            lambda one: say(f"beside.ways.{one}") if one in WAYS else one,
            label=form.words("ways"),
        )
    audiences = [str(one.get("name")) for one in form.document.get("audience", []) if one.get("name")]
    if "persons" not in row:
        choice_field(form, (*place, "audience"), audiences, str, label=form.words("travel_audience"))
    if "audience" not in row:
        number_field(form, (*place, "persons"))
    for name in ("distance_km", "share", "trips"):
        number_field(form, (*place, name))
    fold = st.expander(form.words("more_travel"), key=form.key(place, "more"), on_change="rerun")
    if fold.open:
        with fold:
            for name in ("occupancy", "factor"):
                number_field(form, (*place, name))


def _indicator(form: Form) -> None:
    number = chosen_row(form, ("beside", "indicator"), "indicator")
    if number is None:
        return
    place: Place = ("beside", "indicator", number)
    listed = indicator_list()
    say = form.visit.say
    text_field(form, (*place, "name"), label=form.words("indicator_name"))
    choice_field(
        form,
        (*place, "code"),
        tuple(listed),
        lambda one: listed[one].label(form.lang) if one in listed else one,
        label=form.words("indicator_code"),
    )
    choice_field(
        form, (*place, "who"), WHO, lambda one: say(f"beside.who.{one}") if one in WHO else one, label=form.words("who")
    )
    number_field(form, (*place, "value"))
    name = form.key((*place, "n"))
    asked = at(form.document, (*place, "n"))
    st.text_input(
        form.words("asked"),
        "" if asked is None else str(asked),
        key=name,
        on_change=_keep_count,
        args=(form.drafting.event, place, name),
    )
    told(form, (*place, "n"))


def _keep_count(event: int, place: Place, name: str) -> None:
    """A whole number; what isn't one is kept as it was typed, and told."""
    text = "".join(str(st.session_state.get(name) or "").split())
    value: Any = int(text) if text.isascii() and text.isdecimal() else (text or None)
    change(event, (*place, "n"), lambda drafting, place: put(drafting.document, place, value), text)


def _strategy(form: Form) -> None:
    """Fit with each area: a degree, and the ground for it in words."""
    for area in strategy_areas():
        place: Place = ("beside", "strategy", area)
        given = at(form.document, (*place, "degree"))
        name = form.key(place, "degree")
        first, second = st.columns([3, 5])
        with first:
            st.selectbox(
                strategy_name(area, form.lang),
                DEGREES,
                index=DEGREES.index(given) if given in DEGREES else None,
                format_func=lambda one: form.visit.say(f"beside.degree.{one}"),
                key=name,
                placeholder=form.words("choose"),
                on_change=_keep_degree,
                args=(form.drafting.event, place, name),
            )
            told(form, (*place, "degree"))
        with second:
            text_field(form, (*place, "ground"), label=form.words("ground"))


def _keep_degree(event: int, place: Place, name: str) -> None:
    degree = st.session_state.get(name)

    def keep(drafting: Drafting, place: Place) -> None:
        put(drafting.document, (*place, "degree"), degree)

    change(event, (*place, "degree"), lambda drafting, found: keep(drafting, found[:-1]), str(degree))
