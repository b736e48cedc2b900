"""What the officer does with a case now: its next steps in front, what is rarer folded away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.deed import Fields, day_field, day_of, deed, text_area
from app.going import ways
from app.tables import Link
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment, short_day, today
from fund.intake.handling import (
    Request,
    ask_for_more,
    dismiss,
    extend_completing,
    grounds_of,
    link_forecast,
    requests,
    take_up,
)
from fund.meeting.agenda import off_agenda
from fund.meeting.appeals import list_appeals, reopen
from fund.review.recommendations import resume, take_back
from fund.workflow import action_name, may_do
from impact.estimates import list_estimates

_REOPENED = ("reopen", "receive_again")


def steps(one: Opened) -> None:
    """The steps that the state has, for who handles cases; what was asked for, and what was dismissed and why."""
    if not one.officer:
        return
    row = {"state": one.state, "owners": one.case.application.owners}
    can = may_do(one.visit.actor, "application", row)
    drawn: dict[str, Callable[[Opened], None]] = {
        "take_up": _take_up,
        "ask": _ask,
        "take_back": _take_back,
        "resume": _resume,
        "dismiss": _dismiss,
    }
    names = [name for name in drawn if name in can]
    again = set(_REOPENED) & set(can) and any(
        held.in_favour for held in list_appeals(one.visit.store, one.visit.actor, one.id)
    )
    asked = requests(one.visit.store, one.visit.actor, one.id)
    stated = grounds_of(one.visit.store, one.visit.actor, one.id)
    if not (names or again or asked or stated or one.state == "in_review"):
        return
    layout.section(one.say("case_page.now"))
    if one.state == "in_review":
        layout.text(one.say("case_page.now_review"))
    if one.state == "submitted" and one.case.lacking:
        layout.text(one.say("case_page.lacks", count=len(one.case.lacking)))
        layout.bullets(held.problem(one.visit.lang) for held in one.case.lacking)
    _asked_for(one, asked)
    for name in names:
        drawn[name](one)
    if one.state in ("submitted", "needs_completing"):
        _link(one)
    if again:
        form = one.form("reopen")
        label = action_name("application", "reopen", one.visit.lang)
        deed(form, label, partial(_reopen, one.id, one.version), first=True)
    for _, grounds, at in stated:
        layout.text(one.say("case_page.dismissed", grounds=grounds, at=moment(at, one.visit.lang)))


def _asked_for(one: Opened, held: Sequence[Request]) -> None:
    """What the applicant was asked for, until when, and more time for the last of it."""
    lang = one.visit.lang
    for request in held:
        late = request.holds < today() and one.state == "needs_completing" and request is held[-1]
        until = one.say("case_page.asked_late" if late else "case_page.asked_until", day=short_day(request.holds, lang))
        who = named(one.visit, request.actor)
        layout.text(one.say("case_page.asked_for", text=request.text, who=who, at=moment(request.at, lang)), until)
        ways([Link(one.say("case_page.request_letter"), f"/last-ned/mangelbrev/{request.id}.docx")])
    if held and one.state == "needs_completing":
        with st.expander(plain(one.say("case_page.extend"))):
            form = one.form("extend", "until", "reason")
            day_field(form, "until", one.say("case_page.new_day"), earliest=today())
            text_area(form, "reason", one.say("case_page.why"), lines=3)
            deed(form, one.say("case_page.extend_do"), partial(_extend, one.id, form))


def _take_up(one: Opened) -> None:
    deed(
        one.form("take_up"),
        action_name("application", "take_up", one.visit.lang),
        partial(_taken_up, one.id, one.version),
        first=True,
    )


def _ask(one: Opened) -> None:
    with st.expander(plain(action_name("application", "ask", one.visit.lang)), expanded=bool(one.case.lacking)):
        form = one.form("ask", "text", "due")
        text_area(form, "text", one.say("case_page.ask_text"), hint=one.say("case_page.ask_hint"))
        day_field(form, "due", one.say("case_page.ask_due"), earliest=today())
        deed(form, one.say("case_page.ask_do"), partial(_ask_for, one.id, one.version, form))


def _take_back(one: Opened) -> None:
    ways([Link(one.say("case_page.to_meetings"), "/moter")])
    label = action_name("application", "take_back", one.visit.lang)
    sure = one.say("case_page.take_back_sure")
    deed(one.form("take_back"), label, partial(_taken_back, one.id, one.version), sure=sure)


def _resume(one: Opened) -> None:
    label = action_name("application", "resume", one.visit.lang)
    deed(one.form("resume"), label, partial(_resumed, one.id, one.version), first=True)


def _dismiss(one: Opened) -> None:
    with st.expander(plain(action_name("application", "dismiss", one.visit.lang))):
        form = one.form("dismiss", "grounds")
        layout.text(one.say("case_page.dismiss_text"))
        text_area(form, "grounds", one.say("case_page.dismiss_grounds"))
        act = partial(_dismissed, one.id, one.version, form)
        label = action_name("application", "dismiss", one.visit.lang)
        deed(form, label, act, sure=one.say("case_page.dismiss_sure"))


def _link(one: Opened) -> None:
    """Say which locked forecast the case builds on, where the applicant named none."""
    lang, held = one.visit.lang, one.case.application.estimate
    found = [row for row in list_estimates(one.visit.store, one.visit.actor) if row.purpose == "forecast"]
    choices = {row.id: f"{row.name} ({moment(row.locked_at, lang)})" for row in found if row.withdrawn_at is None}
    if one.case.revision.body["forecast"] is not None or not choices:
        return
    with st.expander(plain(one.say("case_page.link_forecast")), expanded=held is None):
        form = one.form("forecast", "estimate", given={"estimate": held} if held in choices else None)
        st.selectbox(
            plain(one.say("case_page.estimate")),
            list(choices),
            index=None,
            format_func=lambda id: choices.get(id, str(id)),
            key=form.key("estimate"),
            placeholder=one.say("case_page.choose"),
        )
        if form["estimate"] is not None:
            deed(form, one.say("case_page.link_do"), partial(_linked, one.id, one.version, form))


# -- what is done


def _taken_up(application: int, version: int, visit: Visit) -> str:
    take_up(visit.store, visit.actor, application, version)
    return visit.say("case_page.done.take_up")


def _ask_for(application: int, version: int, form: Fields, visit: Visit) -> str:
    due = day_of(form, "due", visit.say("case_page.ask_due"))
    ask_for_more(visit.store, visit.actor, application, version, str(form["text"] or ""), due)
    return visit.say("case_page.done.ask", day=short_day(due, visit.lang))


def _extend(application: int, form: Fields, visit: Visit) -> str:
    until = day_of(form, "until", visit.say("case_page.new_day"))
    extend_completing(visit.store, visit.actor, application, until, str(form["reason"] or ""))
    return visit.say("case_page.done.extend", day=short_day(until, visit.lang))


def _taken_back(application: int, version: int, visit: Visit) -> str:
    take_back(visit.store, visit.actor, application, version, off_agenda=off_agenda)
    return visit.say("case_page.done.take_back")


def _resumed(application: int, version: int, visit: Visit) -> str:
    resume(visit.store, visit.actor, application, version)
    return visit.say("case_page.done.resume")


def _dismissed(application: int, version: int, form: Fields, visit: Visit) -> str:
    dismiss(visit.store, visit.actor, application, version, str(form["grounds"] or ""))
    return visit.say("case_page.done.dismiss")


def _linked(application: int, version: int, form: Fields, visit: Visit) -> str:
    link_forecast(visit.store, visit.actor, application, version, int(form["estimate"] or 0))
    return visit.say("case_page.done.forecast")


def _reopen(application: int, version: int, visit: Visit) -> str:
    reopen(visit.store, visit.actor, application, version)
    return visit.say("case_page.done.reopen")
