"""Who has the case: the officer that handles it, and those who were asked to score it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.deed import deed
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import today
from fund.review.board import list_seats
from fund.review.cases import UNDER_WAY, Part, assign, case_officers, take_off


def people(one: Opened) -> None:
    """Who has what part; for officers, to give the case to someone and to take someone off it."""
    if not one.officer:
        return
    layout.section(one.say("case_page.people"))
    open_ = one.state in UNDER_WAY
    held = {(each.account, each.part): each for each in one.case.assignments}
    if not held:
        layout.text(one.say("case_page.nobody_has"))
    for each in held.values():
        with st.container(horizontal=True, vertical_alignment="center"):
            layout.text(one.say(f"case_page.part.{each.part}", who=named(one.visit, each.account)))
            if open_:
                form = one.form(f"off_{each.id}")
                deed(form, one.say("case_page.take_off"), partial(_off, each.id, each.version))
    if not open_:
        return
    if (one.visit.actor.id, "officer") not in held:
        deed(one.form("mine"), one.say("case_page.take_it"), partial(_give, one.id, one.visit.actor.id, "officer"))
    with st.expander(plain(one.say("case_page.give"))):
        officers = [who for who in case_officers(one.visit.store, one.visit.actor) if (who, "officer") not in held]
        seats = list_seats(one.visit.store, one.visit.actor, day=today())
        scorers = [seat.account for seat in seats if (seat.account, "scorer") not in held]
        layout.text(one.say("case_page.scorers_text"), small=True)
        _choice(one, "officer", officers)
        _choice(one, "scorer", scorers)


def _choice(one: Opened, part: Part, accounts: list[str]) -> None:
    form = one.form(f"give_{part}", "account")
    if accounts:
        st.selectbox(
            plain(one.say(f"case_page.give_to.{part}")),
            accounts,
            index=None,
            format_func=lambda who: named(one.visit, who),
            key=form.key("account"),
            placeholder=one.say("case_page.choose"),
        )
        if form["account"] is not None:
            deed(form, one.say(f"case_page.give_do.{part}"), partial(_give, one.id, form["account"], part))


def _give(application: int, account: str, part: Part, visit: Visit) -> str:
    assign(visit.store, visit.actor, application, account, part)
    return visit.say("case_page.given", who=named(visit, account))


def _off(assignment: int, version: int, visit: Visit) -> str:
    take_off(visit.store, visit.actor, assignment, version)
    return visit.say("case_page.taken_off")
