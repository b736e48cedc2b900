"""The calls in all their states, and planning one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import layout
from app.deed import Fields, day_field, deed, fields, text_field
from app.tables import Column, Link, amount, table
from app.text import plain
from app.visit import Visit
from data.clock import short_day, today
from data.numbers import HARD_SPACE
from fund.books.frames import Frame, frames
from fund.intake.calls import Call, list_calls, plan_call, sent_by_call
from fund.rulebook.scheme_rows import SavedScheme, schemes_on
from fund.rulebook.schemes import Scheme
from fund.workflow import state_name

CALL = "/ordninger?utlysning={}"
AS_IT_STANDS = ""
"""The choice of a planned call's own rules, as they stand in it."""
NAMES = ("scheme", "title_nb", "title_en", "year", "opens", "closes")


def show_calls(visit: Visit) -> None:
    """Every call with its state, days, frame and cases; and for who may, the form of a new one."""
    layout.section(visit.say("schemes_page.calls"))
    calls = list_calls(visit.store, visit.actor)
    if calls:
        _list(visit, calls)
    else:
        layout.empty(visit, "schemes_page.no_calls")
    if visit.may("call.manage"):
        _plan(visit)


def _list(visit: Visit, calls: Sequence[Call]) -> None:
    held = {one.id: one for one in frames(visit.store, visit.actor)}
    sent = sent_by_call(visit.store, visit.actor)
    heads = [
        Column(visit.say(f"schemes_page.call.{one}"), number=one in ("frame", "room", "sent"))
        for one in ("name", "state", "due", "sent", "frame", "room", "opens", "year")
    ]
    rows = [_row(visit, one, held.get(one.frame or 0), sent.get(one.id, 0)) for one in calls]
    table(visit.say("schemes_page.calls_caption", count=len(calls)), heads, rows)


def _row(visit: Visit, one: Call, frame: Frame | None, sent: int) -> list[str | Link]:
    lang = visit.lang
    days = [short_day(day, lang).replace(" ", HARD_SPACE, 1) for day in (one.due, one.opens)]
    room = (amount(frame.amount, lang), amount(frame.room, lang)) if frame else (visit.say("schemes_page.not_set"), "–")
    state = state_name("call", one.state, lang)
    return [Link(one.title(lang), CALL.format(one.id)), state, days[0], str(sent), *room, days[1], str(one.year)]


# -- planning, and the fields that changing a planned call has too


def _plan(visit: Visit) -> None:
    with st.expander(plain(visit.say("schemes_page.plan"))):
        if not schemes_on(visit.store, visit.actor, dt.date.max):
            layout.text(visit.say("schemes_page.plan_needs"))
            return
        layout.text(visit.say("schemes_page.plan_text"))
        given = {"year": str(today().year), "opens": today(), "closes": today() + dt.timedelta(28)}
        form = fields(visit, "schemes_plan", *NAMES, given=given)
        call_fields(visit, form)
        deed(form, visit.say("schemes_page.plan_do"), lambda then: _planned(then, form), first=True)


def _planned(visit: Visit, form: Fields) -> str:
    given = chosen(visit, form)
    id = plan_call(visit.store, visit.actor, **given)
    return visit.say("schemes_page.planned", title=given["titles"][visit.lang == "en"], number=id)


def call_fields(visit: Visit, form: Fields, own: Scheme | None = None) -> None:
    """The fields of a call; ``own`` are the rules that a planned one has."""
    known = _schemes(visit, form)
    options = [*([AS_IT_STANDS] if own else []), *known]
    if form[NAMES[0]] not in options:
        st.session_state[form.key("scheme")] = options[0] if options else None
    as_now = visit.say("schemes_page.call.own_rules", name=own.name(visit.lang)) if own else ""
    st.selectbox(
        visit.say("schemes_page.call.scheme"),
        options,
        format_func=lambda key: known[key].scheme.name(visit.lang) if key in known else as_now,
        key=form.key("scheme"),
    )
    text_field(form, "title_nb", visit.say("schemes_page.call.title_nb"))
    text_field(form, "title_en", visit.say("schemes_page.call.title_en"))
    text_field(form, "year", visit.say("schemes_page.call.year"), hint=visit.say("schemes_page.call.year_hint"))
    for name in ("opens", "closes"):
        label, hint = visit.say(f"schemes_page.call.{name}"), visit.say(f"schemes_page.call.{name}_hint")
        day_field(form, name, label, hint=hint)


def _schemes(visit: Visit, form: Fields) -> Mapping[str, SavedScheme]:
    """The schemes that a call can be of, by key, as they stand on the day that it opens."""
    day = form["opens"] if isinstance(form["opens"], dt.date) else today()
    return {one.key: one for one in schemes_on(visit.store, visit.actor, day)}


def chosen(visit: Visit, form: Fields, own: Scheme | None = None) -> dict[str, Any]:
    """What the fields hold, as the domain takes it. Raises LookupError where the scheme has gone."""
    key = form["scheme"]
    scheme = own if own is not None and key == AS_IT_STANDS else _schemes(visit, form)[str(key)].scheme
    year = str(form["year"] or "").strip()
    return {
        "scheme": scheme,
        "titles": (str(form["title_nb"] or ""), str(form["title_en"] or "")),
        "year": int(year) if year.isascii() and year.isdecimal() and len(year) < 9 else 0,
        "opens": form["opens"],
        "closes": form["closes"],
    }
