"""Mandates as the officer handles them: those that are asked for, and all that hold."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import asked, layout
from app.deed import Fields, day_field, day_of, deed, fields, text_area, text_field
from app.tables import table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment, short_day, today
from fund.applicant.identifiers import shown_organisation
from fund.applicant.mandates import (
    MandateLine,
    confirm_mandate,
    decided_mandates,
    end_mandate,
    refuse_mandate,
    waiting_mandates,
)

SOUGHT = "q"
SHOWN = 100
"""Mandates that the table shows, the newest; the others are sought."""


def mandate_work(visit: Visit) -> None:
    """One box for each that waits; then a table of all, and a way to end one."""
    waiting = waiting_mandates(visit.store, visit.actor)
    layout.section(visit.say("mandates_page.waiting", count=len(waiting)))
    if not waiting:
        layout.text(visit.say("mandates_page.none_waiting"))
    for one in waiting:
        with st.container(border=True, key=f"mandates_{one.mandate.id}"):
            _decide(visit, one)
    _all(visit)


def about(one: MandateLine) -> str:
    """The organisation, as one finds it in the register."""
    return f"{one.name} ({shown_organisation(one.number)})"


def _decide(visit: Visit, one: MandateLine) -> None:
    """Confirm against the register's extract until a day, or refuse with why."""
    who, at = named(visit, one.mandate.account), moment(one.mandate.asked_at, visit.lang)
    layout.subsection(about(one))
    layout.text(visit.say("mandates_page.asks", who=who, at=at))
    form = fields(visit, f"mandates_{one.mandate.id}_confirm", "extract", "until")
    text_field(form, "extract", visit.say("mandates_page.extract"), hint=visit.say("mandates_page.extract_hint"))
    day_field(form, "until", visit.say("mandates_page.until"), earliest=today())
    deed(form, visit.say("mandates_page.confirm"), partial(_confirm, one, form))
    with st.expander(plain(visit.say("mandates_page.refuse"))):
        form = fields(visit, f"mandates_{one.mandate.id}_refuse", "why")
        text_area(form, "why", visit.say("mandates_page.refuse_why"), lines=3)
        deed(form, visit.say("mandates_page.refuse_do"), partial(_refuse, one, form))


def _all(visit: Visit) -> None:
    """The mandates that were decided, the newest of those sought, and a way to end one that holds."""
    sought = asked.text(SOUGHT)
    lines, count = decided_mandates(visit.store, visit.actor, sought, most=SHOWN)
    if not (lines or sought):
        return
    layout.section(visit.say("mandates_page.all"))
    if sought or count > SHOWN:
        key = "mandates_sought"
        asked.follow(key, sought)
        st.text_input(plain(visit.say("mandates_page.sought")), key=key, on_change=asked.keeping(SOUGHT, key, str))
    if not lines:
        layout.text(visit.say("mandates_page.none_sought"))
        return
    heads = [visit.say(f"mandates_page.column.{name}") for name in ("organisation", "who", "state", "until", "extract")]
    rows = [
        [
            about(one),
            named(visit, one.mandate.account),
            visit.say(f"mandates_page.state.{one.mandate.state}"),
            short_day(one.mandate.until, visit.lang),
            one.mandate.why or one.mandate.extract or "",
        ]
        for one in lines
    ]
    table(visit.say("mandates_page.all_caption", count=count), heads, rows)
    if count > len(lines):
        layout.text(visit.say("mandates_page.shown", shown=len(lines), count=count), small=True)
    held = {one.mandate.id: one for one in lines if one.mandate.state == "confirmed"}
    if held:
        with st.expander(plain(visit.say("mandates_page.end"))):
            end_form(visit, held)


def end_form(visit: Visit, held: dict[int, MandateLine]) -> None:
    """Choose a mandate that holds, and end it with why."""
    form = fields(visit, "mandates_end", "id", "why")
    st.selectbox(
        plain(visit.say("mandates_page.which")),
        list(held),
        index=None,
        format_func=lambda id: (
            f"{about(held[id])}: {named(visit, held[id].mandate.account)}" if id in held else str(id)
        ),
        key=form.key("id"),
        placeholder=visit.say("mandates_page.choose"),
    )
    text_area(form, "why", visit.say("mandates_page.end_why"), lines=3)
    if one := held.get(form["id"]):
        sure = visit.say("mandates_page.end_sure")
        deed(form, visit.say("mandates_page.end_do"), partial(_end, one, form), sure=sure)


def _confirm(one: MandateLine, form: Fields, visit: Visit) -> str:
    until = day_of(form, "until", visit.say("mandates_page.until"))
    confirm_mandate(visit.store, visit.actor, one.mandate, str(form["extract"] or ""), until)
    return visit.say("mandates_page.confirmed", day=short_day(until, visit.lang))


def _refuse(one: MandateLine, form: Fields, visit: Visit) -> str:
    refuse_mandate(visit.store, visit.actor, one.mandate, str(form["why"] or ""))
    return visit.say("mandates_page.refused")


def _end(one: MandateLine, form: Fields, visit: Visit) -> str:
    end_mandate(visit.store, visit.actor, one.mandate, str(form["why"] or ""))
    return visit.say("mandates_page.ended")
