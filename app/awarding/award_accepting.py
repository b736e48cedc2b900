"""Accepting an offer, and the bank account that it is paid to: asked for by one, confirmed by another after a call."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import layout
from app.deed import deed, fields, text_area, text_field
from app.text import plain
from app.visit import Visit
from data.clock import day, moment
from fund.applicant.payees import Payee, ask_payee, confirm_payee, list_payees, refuse_payee
from fund.award.award_steps import accept
from fund.award.awards import Award


def accepting(visit: Visit, award: Award) -> None:
    """What it means to accept, and the button that does, once."""
    say = visit.say
    layout.text(say(f"award_page.accept_means.{award.form}"), say("award_page.accept_means.report"))
    form = fields(visit, f"award_{award.id}_accept")

    def act(visit: Visit) -> str:
        accept(visit.store, visit.actor, award.id, award.version)
        return visit.say("award_page.accepted")

    sure = say("award_page.accept_sure", ore_amount=award.amount, day=day(award.accept_by, visit.lang))
    deed(form, say("workflow.award_action.accept"), act, first=True, sure=sure)


def account(visit: Visit, award: Award) -> None:
    """The account that holds and the one that waits; another can be asked for, or confirmed by a second person."""
    say = visit.say
    held = list_payees(visit.store, visit.actor, award.organisation)
    confirmed = next((one for one in held if one.state == "confirmed"), None)
    waiting = next((one for one in held if one.state == "asked"), None)
    layout.section(say("award_page.account"))
    if waiting is not None:
        asked = moment(waiting.asked_at, visit.lang)
        layout.text(say("award_page.account_waits", number=waiting.shown_number, when=asked))
    if confirmed is not None:
        layout.text(say("award_page.account_holds", number=confirmed.shown_number))
    elif waiting is None:
        layout.text(say("award_page.account_none"))
    if waiting is not None and visit.may("payee.confirm"):
        _confirm(visit, waiting)
    if visit.actor.id in award.owners and visit.may("payee.ask", award):
        _ask(visit, award)


def _ask(visit: Visit, award: Award) -> None:
    say = visit.say
    with st.expander(plain(say("award_page.account_new"))):
        form = fields(visit, f"award_{award.id}_account", "number")
        text_field(form, "number", say("award_page.account_number"), hint=say("award_page.account_hint"))
        layout.text(say("award_page.account_ask_about"), small=True)

        def act(visit: Visit) -> str:
            ask_payee(visit.store, visit.actor, award.organisation, str(form["number"] or ""))
            return visit.say("award_page.account_asked")

        deed(form, say("award_page.account_ask"), act)


def _confirm(visit: Visit, waiting: Payee) -> None:
    """What the call-back gave; then yes or no."""
    say = visit.say
    form = fields(visit, f"payee_{waiting.id}", "called")
    text_area(form, "called", say("award_page.account_called"), hint=say("award_page.account_called_hint"), lines=3)

    def does(act: Callable[..., int], told: str) -> Callable[[Visit], str]:
        def done(visit: Visit) -> str:
            act(visit.store, visit.actor, waiting, str(form["called"] or ""))
            return visit.say(told)

        return done

    with st.container(horizontal=True):
        deed(form, say("award_page.account_confirm"), does(confirm_payee, "award_page.account_confirmed"), part="yes")
        deed(form, say("award_page.account_refuse"), does(refuse_payee, "award_page.account_refused"), part="no")
