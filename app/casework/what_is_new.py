"""What others have done in a case since one last looked, and all that was done to it."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.tables import table
from app.text import plain
from app.who import named
from data.clock import moment
from fund.intake.applications import application_history
from fund.review.looks import Change, changes, look, seen_cases
from fund.workflow import action_name, workflows

_HELD = "case_news"
_STEPS = frozenset(one.action for one in workflows()["application"].transitions)
_MOST = 10


def tell(one: Opened) -> None:
    """What is new, as long as the case stays open here; and from now on it is seen."""
    held: tuple[int, list[Change]] = st.session_state.get(_HELD, (0, []))
    told = held[1] if held[0] == one.id else []
    found = changes(one.visit.store, one.visit.actor, one.id).get(one.id, [])
    if found or one.id not in seen_cases(one.visit.store, one.visit.actor):
        look(one.visit.store, one.visit.actor, one.id)
    told = [*told, *found]
    st.session_state[_HELD] = (one.id, told)
    if told:
        lines = [f"{moment(each.at, one.visit.lang)}: {_words(one, each)}" for each in told[-_MOST:]]
        with st.expander(plain(one.say("case_page.new", count=len(told))), expanded=True):
            layout.bullets(lines)


def _words(one: Opened, each: Change) -> str:
    if each.kind != "application":
        return one.say(f"case_page.change.{each.kind}")
    return _action(one, each.action)


def _action(one: Opened, action: str) -> str:
    """What was done to the application, in the workflow's words where it is a step of it."""
    name = action.partition(".")[2]
    return action_name("application", name, one.visit.lang) if name in _STEPS else one.say("case_page.change.other")


def history(one: Opened) -> None:
    """The steps of the case, newest first, for who may open an application."""
    if not one.visit.may("application.open", one.case.application):
        return
    steps = [
        entry
        for entry in application_history(one.visit.store, one.visit.actor, one.id)
        if entry.action.partition(".")[2] in _STEPS
    ]
    with st.expander(plain(one.say("case_page.history", count=len(steps)))):
        heads = [one.say(f"case_page.column.{name}") for name in ("step", "when", "who")]
        rows = [
            [_action(one, entry.action), moment(entry.at, one.visit.lang), named(one.visit, entry.actor)]
            for entry in reversed(steps)
        ]
        table(one.say("case_page.history_caption"), heads, rows)
