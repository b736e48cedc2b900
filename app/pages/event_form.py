"""The form of an event, a step at a time: ``/skjema?id=7&steg=publikum``; ``/skjema?ny=1`` begins a new one.

What is typed is a draft of the visitor's own, stored at every change. The running estimate stands beside it. One button
puts the draft into the register, merged with what others did meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from app import asked, layout
from app.beside_step import beside
from app.drafting import Drafting, change, drawn, forget, generation, key, look, open_drafting, resume
from app.entries import read_place
from app.evidence_step import STEP_WORDS, evidence
from app.fields import Form
from app.form_faults import STEPS, field_name, lacks
from app.form_steps import about, audience, economy
from app.given import reference
from app.merging import event_name, keep, merging
from app.new_event import new_event, rescue
from app.night_grid import nights
from app.running import running
from app.text import markup, plain
from app.visit import Visit
from data.clock import day, time

_SHOW: dict[str, Callable[[Form], None]] = {
    "about": about,
    "audience": audience,
    "economy": economy,
    "nights": nights,
    "beside": beside,
    "evidence": evidence,
}
_WORDS = {word: step for step, word in STEP_WORDS.items()}


def show(visit: Visit) -> None:
    """The form of the event that the address names, or the few fields of a new one."""
    if "id" not in st.query_params:
        new_event(visit)
        return
    event = asked.the_row()
    drafting = open_drafting(visit, event)
    if drafting.row is None:
        rescue(visit, drafting)
        return
    resumed = resume(visit, drafting)
    look(drafting)
    known = reference()
    form = Form(visit, drafting, known, generation(event), lacks(drafting, known, visit.lang), resumed)
    layout.title(event_name(visit, drafting.document))
    _told(form)
    _saved(form)
    clashes = st.session_state.get(key(event, "clashes"))
    if clashes:
        merging(form, clashes)
        return
    step = _steps(form)
    left, right = st.columns([2, 1], gap="large")
    with left:
        layout.section(form.words(f"step.{step}"))
        _SHOW[step](form)
        _next(form, step)
    with right:
        running(form)
        _store(form)
    drawn(event)
    if form.kept:
        st.rerun()


# -- steps


def _steps(form: Form) -> str:
    """The steps with what each lacks; the one that is open stands in the address."""
    event = form.drafting.event
    name = key(event, "step")
    held = st.session_state.get(name)
    if held not in STEPS:
        held = _WORDS.get(st.query_params.get("steg", ""), STEPS[0])
    st.session_state[name] = held  # told anew: the browser knows a step by its words, and they change
    missing = {step: sum(lack.step == step for lack in form.lacks) for step in STEPS}

    def titled(step: str) -> str:
        title = form.words(f"step.{step}")
        return form.words("step_lacks", step=title, count=missing[step]) if missing[step] else title

    st.segmented_control(
        form.words("steps"),
        STEPS,
        required=True,
        wrap=True,
        format_func=titled,
        key=name,
        on_change=_to_address,
        args=(name,),
        label_visibility="collapsed",
    )
    return str(st.session_state[name])


def _to_address(name: str) -> None:
    step = st.session_state.get(name)
    if step is None:  # a step is called by what it lacks, and the browser hadn't heard of its new name: none was chosen
        return
    st.query_params["steg"] = STEP_WORDS[step]
    if "rad" in st.query_params:
        del st.query_params["rad"]


def _next(form: Form, step: str) -> None:
    number = STEPS.index(step) + 1
    if number < len(STEPS):
        following = STEPS[number]
        st.button(
            form.words("next", step=form.words(f"step.{following}")),
            key=key(form.drafting.event, "next"),
            icon=":material/arrow_forward:",
            on_click=_go,
            args=(form.drafting.event, following),
        )


def _go(event: int, step: str) -> None:
    st.session_state[key(event, "step")] = step
    _to_address(key(event, "step"))


# -- what is said of the draft


def _saved(form: Form) -> None:
    """When the draft was saved, and that the register doesn't have it yet."""
    drafting = form.drafting
    if drafting.saved_at:
        at = dt.datetime.fromisoformat(drafting.saved_at)
        today = dt.datetime.now(dt.UTC).date() == at.date()
        when = time(at, form.lang) if today else f"{day(at.date(), form.lang)} {time(at, form.lang)}"
        text = form.words("saved", time=when)
        assert drafting.row is not None
        if drafting.row.version > drafting.base:
            text += " " + form.words("register_moved")
    else:
        text = form.words("in_register")
    st.html(f'<p class="rv-small" role="status">{markup(text)}</p>')


def _told(form: Form) -> None:
    """What came of the last write, faults of it, and what another tab's draft has instead of what was typed here."""
    event = form.drafting.event
    for phrase, figures in st.session_state.pop(key(event, "told"), []):
        show_one = st.success if phrase in ("stored", "created") else st.info
        show_one(plain(form.words(f"told.{phrase}", **figures)), icon=":material/info:")
    if found := st.session_state.pop(key(event, "faults"), None):
        layout.faults(form.visit, found)
    for number, one in enumerate(form.drafting.elsewhere):
        name = field_name(form.document, read_place(one["place"]), form.lang)
        st.warning(plain(form.words("elsewhere", field=name, said=one["said"])), icon=":material/tab:")
        st.button(
            form.words("elsewhere_done"), key=form.key(("elsewhere", number)), on_click=_settle, args=(event, one)
        )


def _settle(event: int, one: dict[str, str]) -> None:
    def gone(drafting: Drafting, place: Any) -> None:
        drafting.elsewhere = [other for other in drafting.elsewhere if other != one]

    change(event, (), gone, renewed=True)


def _store(form: Form) -> None:
    """The one button that puts the draft into the register, and the one that throws it away, which asks first."""
    event, stored = form.drafting.event, bool(form.drafting.saved_at)
    st.button(
        form.words("store"),
        key=key(event, "store"),
        type="primary",
        icon=":material/save:",
        disabled=not stored,
        on_click=keep,
        args=(event,),
        width="stretch",
    )
    layout.text(form.words("store_hint" if stored else "store_nothing"), small=True)
    if stored:
        with st.popover(form.words("drop"), icon=":material/delete:", key=key(event, f"drop_{form.generation}")):
            layout.text(form.words("drop_sure"))
            st.button(form.words("drop_yes"), key=key(event, "drop_yes"), on_click=forget, args=(event,))
    st.html(f'<p><a href="/arrangement?id={event}">{markup(form.words("to_event"))}</a></p>')
