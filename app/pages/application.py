"""An application: ``/soknad?id=7&steg=budsjett`` while it is typed, and what came of it once it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import streamlit as st

from app import asked, layout
from app.applying import lacking, steps
from app.applying.after import after, request_note, withdrawing
from app.applying.beside import beside
from app.applying.budget import budget
from app.applying.form import STEPS, Form, aside, form_of, name, settle
from app.applying.papers import papers
from app.applying.review import review
from app.applying.support import support
from app.deed import deed, fields
from app.going import ways
from app.tables import Link
from app.text import markup, plain
from app.visit import Visit
from data.clock import day, moment, time, today
from data.permission import may
from data.unsent import read_unsent
from fund.intake.applications import WRITABLE, Application, discard_draft, get_application
from fund.intake.standing import look_at

_SHOW: dict[str, Callable[[Form], None]] = {
    "applicant": steps.applicant,
    "event": steps.event,
    "amount": steps.amount,
    "budget": budget,
    "support": support,
    "papers": papers,
    "review": review,
}
_WORDS = {word: step for step, word in STEPS.items()}


def show(visit: Visit) -> None:
    """The application that the address names: its form, or what came of it."""
    id = asked.the_row()
    if st.session_state.pop(name(id, "discarded"), None):
        layout.title(visit.say("page.title.application"))
        ways([Link(visit.say("page.title.applications"), "/soknader")])
        return
    one = get_application(visit.store, visit.actor, id)
    if not may(visit.actor, "application.write", one):
        layout.title(one.title or visit.say("page.title.application"), visit.say("application_page.not_yours"))
        ways([Link(visit.say("page.title.case"), f"/sak?id={id}")])
        return
    if one.state in WRITABLE:
        _form(visit, one)
    else:
        after(visit, one)


def _form(visit: Visit, one: Application) -> None:
    form = form_of(visit, look_at(visit.store, visit.actor, one.id))
    call = form.standing.case.call
    layout.title(
        str(form.document.get("title") or "").strip() or visit.say("application_page.unnamed"),
        visit.say("application_page.lead", call=call.title(visit.lang), day=_due(form)),
    )
    if one.state == "needs_completing":
        request_note(visit, one)
    _saved(form)
    _told(form)
    step = _steps(form)
    left, right = st.columns([2, 1], gap="large")
    with left:
        layout.section(form.words(f"step.{step}"))
        _SHOW[step](form)
        _next(form, step)
    with right:
        beside(form, step)
    if one.sent:
        withdrawing(visit, one)
    else:
        _discard(form)


def _due(form: Form) -> str:
    return day(form.standing.case.call.due, form.visit.lang)


def _saved(form: Form) -> None:
    """When the draft was saved last."""
    at = dt.datetime.fromisoformat(form.standing.draft.saved_at)
    lang = form.visit.lang
    when = time(at, lang) if at.date() == today() else moment(form.standing.draft.saved_at, lang)
    st.html(f'<p class="rv-small" role="status">{markup(form.words("saved", time=when))}</p>')


def _told(form: Form) -> None:
    """That another tab has saved meanwhile, and what was typed here and couldn't be put in."""
    if st.session_state.pop(name(form.one.id, "moved"), None):
        st.info(plain(form.words("moved")), icon=":material/tab:")
    kept = read_unsent(form.visit.store, form.visit.actor, aside(form.one.id))
    if kept:
        lines = [
            f"- {plain(form.words('aside_one', field=_field(form, path), typed=str(value)[:500]))}"
            for path, value in kept.items()
        ]
        st.warning("\n".join([plain(form.words("aside")), "", *lines]), icon=":material/tab:")
        st.button(form.words("aside_seen"), key=form.key("aside_seen"), on_click=settle, args=(form.one.id,))


def _field(form: Form, path: str) -> str:
    """A field's name in words, as far as it has one."""
    first, _, rest = path.partition(".")
    known = ("title", "summary", "municipality", "first_day", "last_day", "form", "asked", "least", "account")
    if first in known:
        return form.words(first)
    return rest.split(".")[0].strip('"') or first


def _steps(form: Form) -> str:
    """The steps with what each lacks; the one that is open stands in the address."""
    key = name(form.one.id, "step")
    held = st.session_state.get(key)
    if held not in STEPS:
        held = _WORDS.get(st.query_params.get("steg", ""), next(iter(STEPS)))
    st.session_state[key] = held  # told anew: the browser knows a step by its words, and they change
    found = lacking.lacks(form)
    missing = {step: sum(one.step == step for one in found) for step in STEPS}

    def titled(step: str) -> str:
        title = form.words(f"step.{step}")
        return form.words("step_lacks", step=title, count=missing[step]) if missing[step] else title

    st.segmented_control(
        form.words("steps"),
        list(STEPS),
        required=True,
        wrap=True,
        format_func=titled,
        key=key,
        on_change=_to_address,
        args=(key,),
        label_visibility="collapsed",
    )
    return str(st.session_state[key])


def _to_address(key: str) -> None:
    step = st.session_state.get(key)
    if step is not None:  # None: the browser knows the step by what it lacked before, and none was chosen
        st.query_params["steg"] = STEPS[step]


def _next(form: Form, step: str) -> None:
    order = list(STEPS)
    number = order.index(step) + 1
    if number < len(order):
        st.button(
            form.words("next", step=form.words(f"step.{order[number]}")),
            key=name(form.one.id, "next"),
            icon=":material/arrow_forward:",
            on_click=lacking.go,
            args=(form.one.id, order[number]),
        )


def _discard(form: Form) -> None:
    """Throw the draft away, which asks first."""
    gone = fields(form.visit, name(form.one.id, "discard"))

    def act(visit: Visit) -> str:
        discard_draft(visit.store, visit.actor, form.one.id, form.one.version)
        st.session_state[name(form.one.id, "discarded")] = True
        return visit.say("application_page.discarded")

    with st.expander(form.words("more")):
        deed(gone, form.words("discard"), act, sure=form.words("discard_sure"))
