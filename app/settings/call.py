"""One call: how it stands, what can be done with it now, and what keeps the rest from being done."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.deed import Fields, day_field, deed, fields, text_area
from app.going import ways
from app.settings.call_list import AS_IT_STANDS, NAMES, call_fields, chosen
from app.tables import Link, table
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.clock import day, moment, short_day, today
from data.faults import Fault
from data.store import Conflict
from fund.books.frames import Frame, frames
from fund.books.money import kroner
from fund.intake.calls import (
    Call,
    call_extensions,
    cancel_call,
    close_call,
    decide_call,
    extend_call,
    get_call,
    get_call_scheme,
    open_call,
    save_call,
    sent_by_call,
    set_frame,
    what_hinders,
)
from fund.public.scheme_words import rule_lines
from fund.workflow import action_name, state_name

_DO = {"open": open_call, "close": close_call, "decide": decide_call, "cancel": cancel_call}
_LEADS = ("open", "close", "decide")
"""The actions that lead a call onwards; the others are kept apart."""


def show_call(visit: Visit, id: int) -> None:
    """The page of a call. Raises LookupError where there is none."""
    one = get_call(visit.store, visit.actor, id)
    held = {frame.id: frame for frame in frames(visit.store, visit.actor, one.year)}
    layout.title(one.title(visit.lang), visit.say(f"schemes_page.call.lead.{one.state}", **_days(visit, one)))
    st.html(f'<a href="/ordninger">← {markup(visit.say("schemes_page.title"))}</a>')
    _facts(visit, one, held.get(one.frame or 0))
    _actions(visit, one)
    if visit.may("call.manage"):
        if one.state == "planned":
            _frame(visit, one, list(held.values()))
            _change(visit, one)
        if one.state == "open":
            _extend(visit, one)
    _rules(visit, one)


def _days(visit: Visit, one: Call) -> dict[str, str]:
    return {"opens": day(one.opens, visit.lang), "due": day(one.due, visit.lang)}


def _facts(visit: Visit, one: Call, frame: Frame | None) -> None:
    say, lang = visit.say, visit.lang
    sent = sent_by_call(visit.store, visit.actor).get(one.id, 0)
    given = say("schemes_page.not_set")
    if frame:
        given = say("schemes_page.call.frame_left", ore_amount=frame.amount, ore_room=frame.room)
    layout.facts(
        {
            say("schemes_page.call.state"): state_name("call", one.state, lang),
            say("schemes_page.call.opens"): short_day(one.opens, lang),
            say("schemes_page.call.due"): short_day(one.due, lang),
            say("schemes_page.call.year"): str(one.year),
            say("schemes_page.call.frame_heading"): given,
            say("schemes_page.call.sent"): str(sent),
            say("schemes_page.call.titles"): f"{one.title_nb} / {one.title_en}",
        }
    )
    if moved := call_extensions(visit.store, visit.actor, one.id):
        heads = [say(f"schemes_page.extended.{name}") for name in ("until", "reason", "by", "at")]
        rows = [(short_day(x.until, lang), x.reason, named(visit, x.actor), moment(x.at, lang)) for x in moved]
        table(say("schemes_page.extended.caption", day=short_day(one.closes, lang)), heads, rows)
    if sent and visit.may("case.read"):
        ways(
            [
                Link(say("page.title.cases"), "/saker"),
                Link(say("page.title.ranking"), f"/rangering?utlysning={one.id}"),
                Link(say("page.title.portfolio"), f"/portefolje?utlysning={one.id}"),
            ]
        )


def _actions(visit: Visit, one: Call) -> None:
    """Each thing that may be tried: its button, or what keeps it from being done."""
    found = what_hinders(visit.store, visit.actor, one.id)
    if not found:
        return
    layout.section(visit.say("schemes_page.call.next"))
    for action in (*(name for name in _LEADS if name in found), *(name for name in found if name not in _LEADS)):
        _action(visit, one, action, found[action])


def _action(visit: Visit, one: Call, action: str, hinders: tuple[Fault, ...]) -> None:
    label = action_name("call", action, visit.lang)
    if hinders:
        layout.subsection(visit.say("schemes_page.call.not_yet", what=label))
        layout.bullets(f"{fault.problem(visit.lang)} {fault.expected(visit.lang)}" for fault in hinders)
        return
    form = fields(visit, f"schemes_call_{one.id}_{action}")
    sure = visit.say(f"schemes_page.call.sure.{action}", **_days(visit, one))
    deed(form, label, partial(_done, one, action), first=action in _LEADS, sure=sure)


def _done(one: Call, action: str, visit: Visit) -> str:
    _DO[action](visit.store, visit.actor, one.id, one.version)
    return visit.say(f"schemes_page.call.done.{action}", title=one.title(visit.lang))


# -- while it is planned: its frame, and all the rest


def _frame(visit: Visit, one: Call, held: list[Frame]) -> None:
    layout.section(visit.say("schemes_page.call.frame_heading"))
    fitting = {frame.id: frame for frame in held if frame.call in (0, one.id)}
    if not fitting:
        layout.text(visit.say("schemes_page.call.no_frame", year=str(one.year)))
        return
    form = fields(visit, f"schemes_call_{one.id}_frame", "frame", given={"frame": one.frame or next(iter(fitting))})
    st.selectbox(
        visit.say("schemes_page.call.frame_chosen"),
        list(fitting),
        format_func=lambda id: _frame_name(visit, fitting[id]) if id in fitting else str(id),
        key=form.key("frame"),
    )
    deed(form, visit.say("schemes_page.call.set_frame"), partial(_frame_set, one, form))


def _frame_name(visit: Visit, frame: Frame) -> str:
    kind = "own" if frame.call else "year"
    left = kroner(frame.room, visit.lang)
    return visit.say(f"schemes_page.call.frame_{kind}", year=str(frame.year), ore_amount=frame.amount, left=left)


def _frame_set(one: Call, form: Fields, visit: Visit) -> str:
    set_frame(visit.store, visit.actor, one.id, one.version, int(form["frame"]))
    return visit.say("schemes_page.call.frame_done")


def _change(visit: Visit, one: Call) -> None:
    with st.expander(plain(visit.say("schemes_page.call.change"))):
        own = get_call_scheme(visit.store, visit.actor, one.id)
        given = {
            "scheme": AS_IT_STANDS,
            "title_nb": one.title_nb,
            "title_en": one.title_en,
            "year": str(one.year),
            "opens": one.opens,
            "closes": one.closes,
            "version": one.version,
        }
        form = fields(visit, f"schemes_call_{one.id}", *NAMES, "version", given=given)
        call_fields(visit, form, own)
        deed(form, visit.say("schemes_page.call.save"), partial(_saved, one, form))


def _saved(one: Call, form: Fields, visit: Visit) -> str:
    """Store the fields; where someone else changed the call meanwhile nothing is, and a second click knows of it."""
    given = chosen(visit, form, get_call_scheme(visit.store, visit.actor, one.id))
    try:
        save_call(visit.store, visit.actor, one.id, int(form["version"]), **given)
    except Conflict as trouble:
        st.session_state[form.key("version")] = trouble.now["version"] if trouble.now else 0
        raise
    return visit.say("schemes_page.call.saved")


# -- while it is open: more time


def _extend(visit: Visit, one: Call) -> None:
    with st.expander(plain(visit.say("schemes_page.extend.heading"))):
        layout.text(visit.say("schemes_page.extend.text"))
        form = fields(visit, f"schemes_call_{one.id}_extend", "until", "reason", given={"until": max(one.due, today())})
        day_field(form, "until", visit.say("schemes_page.extend.until"))
        text_area(form, "reason", visit.say("schemes_page.extend.reason"), lines=3)
        deed(form, visit.say("schemes_page.extend.do"), partial(_extended, one, form))


def _extended(one: Call, form: Fields, visit: Visit) -> str:
    extend_call(visit.store, visit.actor, one.id, form["until"], str(form["reason"] or ""))
    return visit.say("schemes_page.extend.done", day=day(form["until"], visit.lang))


def _rules(visit: Visit, one: Call) -> None:
    scheme = get_call_scheme(visit.store, visit.actor, one.id)
    with st.expander(plain(visit.say("schemes_page.call.rules", name=scheme.name(visit.lang)))):
        layout.text(visit.say("schemes_page.call.rules_text"), small=True)
        layout.bullets(f"{line.section}. {line.text}" for line in rule_lines(scheme, visit.lang))
