"""Appeals in a case: what each says, whether it came in time, and what is done with it, by whom."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.deed import Fields, day_field, day_of, deed, text_area, text_field
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment, short_day, today
from fund.meeting.appeals import (
    DECIDED,
    Appeal,
    decide_appeal,
    extend_appeal,
    find_too_late,
    list_appeals,
    send_on,
    uphold,
)
from fund.workflow import action_name, may_do, state_name


def appeals(one: Opened) -> None:
    """Every appeal, and its next steps; and more time to appeal, for officers of a case that is decided."""
    found = list_appeals(one.visit.store, one.visit.actor, one.id)
    decided = one.officer and one.state in DECIDED
    if not (found or decided):
        return
    layout.section(one.say("case_page.appeals"))
    if not found:
        layout.text(one.say("case_page.no_appeal"))
    for held in found:
        _appeal(one, held)
    if decided:
        with st.expander(plain(one.say("case_page.extend_appeal"))):
            form = one.form("extend_appeal", "until", "reason")
            day_field(form, "until", one.say("case_page.new_day"), earliest=today())
            text_area(form, "reason", one.say("case_page.why"), lines=3)
            deed(form, one.say("case_page.extend_do"), partial(_extend, one.id, form))


def _appeal(one: Opened, held: Appeal) -> None:
    lang = one.visit.lang
    with st.container(border=True, key=f"case_{one.id}_appeal_{held.id}"):
        state = state_name("appeal", held.state, lang)
        about = {"state": state, "who": named(one.visit, held.actor), "at": moment(held.received_at, lang)}
        layout.text(one.say("case_page.appeal", **about), held.text)
        if held.due is None:
            layout.text(one.say("case_page.no_limit"), small=True)
        else:
            key = "appeal_late" if held.late else "appeal_in_time"
            layout.text(one.say(f"case_page.{key}", day=short_day(held.due, lang)), small=True)
        if held.answer:
            layout.text(one.say("case_page.appeal_answer", text=held.answer))
        can = may_do(one.visit.actor, "appeal", {"state": held.state, "owners": held.owners})
        for name, draw in (("uphold", _uphold), ("send_on", _send_on), ("decide", _decide), ("find_too_late", _late)):
            if name in can and (name != "find_too_late" or held.late):
                draw(one, held)


def _uphold(one: Opened, held: Appeal) -> None:
    with st.expander(plain(action_name("appeal", "uphold", one.visit.lang))):
        form = one.form(f"uphold_{held.id}", "grounds", "reference")
        text_area(form, "grounds", one.say("case_page.appeal_grounds"))
        text_field(form, "reference", one.say("case_page.reference"), hint=one.say("case_page.reference_hint"))
        label = action_name("appeal", "uphold", one.visit.lang)
        deed(form, label, partial(_do, "uphold", held, form), sure=one.say("case_page.uphold_sure"))


def _send_on(one: Opened, held: Appeal) -> None:
    with st.expander(plain(action_name("appeal", "send_on", one.visit.lang))):
        form = one.form(f"send_on_{held.id}", "statement")
        text_area(form, "statement", one.say("case_page.statement"))
        label = action_name("appeal", "send_on", one.visit.lang)
        deed(form, label, partial(_do, "send_on", held, form), sure=one.say("case_page.send_on_sure"))


def _decide(one: Opened, held: Appeal) -> None:
    with st.expander(plain(action_name("appeal", "decide", one.visit.lang)), expanded=True):
        form = one.form(f"decide_{held.id}", "answer", "favour")
        text_area(form, "answer", one.say("case_page.answer_back"))
        st.radio(
            plain(one.say("case_page.in_favour")),
            ["yes", "no"],
            index=None,
            horizontal=True,
            format_func=lambda held: one.say(f"case_page.{held}"),
            key=form.key("favour"),
        )
        if form["favour"] is None:
            layout.text(one.say("case_page.choose_favour"), small=True)
        else:
            label = action_name("appeal", "decide", one.visit.lang)
            deed(form, label, partial(_do, "decide", held, form), sure=one.say("case_page.decide_sure"))


def _late(one: Opened, held: Appeal) -> None:
    form = one.form(f"late_{held.id}")
    label = action_name("appeal", "find_too_late", one.visit.lang)
    deed(form, label, partial(_do, "find_too_late", held, form), sure=one.say("case_page.late_sure"))


def _do(what: str, held: Appeal, form: Fields, visit: Visit) -> str:
    given = (visit.store, visit.actor, held.id, held.version)
    if what == "uphold":
        uphold(*given, str(form["grounds"] or ""), str(form["reference"] or ""))
    elif what == "send_on":
        send_on(*given, str(form["statement"] or ""))
    elif what == "decide":
        decide_appeal(*given, str(form["answer"] or ""), form["favour"] == "yes")
    else:
        find_too_late(*given)
    return visit.say(f"case_page.done.{what}")


def _extend(application: int, form: Fields, visit: Visit) -> str:
    until = day_of(form, "until", visit.say("case_page.new_day"))
    extend_appeal(visit.store, visit.actor, application, until, str(form["reason"] or ""))
    return visit.say("case_page.done.extend_appeal", day=short_day(until, visit.lang))
