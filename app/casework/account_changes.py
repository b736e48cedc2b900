"""Bank accounts that wait for a second person, who has called the organisation back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.deed import Fields, deed, fields, text_area
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment
from data.limits import limit
from fund.applicant.organisations import Organisation
from fund.applicant.payees import Payee, confirm_payee, list_payees, refuse_payee, waiting_payees


def waiting_accounts(visit: Visit) -> None:
    """One box for each account: from which to which, by whom, and the note of the call."""
    found = waiting_payees(visit.store, visit.actor)
    layout.section(visit.say("mandates_page.accounts", count=len(found)))
    if not found:
        layout.text(visit.say("mandates_page.no_accounts"))
        return
    layout.text(visit.say("mandates_page.call_back"))
    for payee, whose in found:
        with st.container(border=True, key=f"mandates_account_{payee.id}"):
            _decide(visit, payee, whose)


def _decide(visit: Visit, payee: Payee, whose: Organisation) -> None:
    layout.subsection(f"{whose.name} ({whose.shown_number})")
    before = [one for one in list_payees(visit.store, visit.actor, whose.id) if one.state == "confirmed"]
    facts = {
        "new": payee.shown_number,
        "before": before[0].shown_number if before else visit.say("mandates_page.none_before"),
        "asked": f"{named(visit, payee.asked_by)}, {moment(payee.asked_at, visit.lang)}",
    }
    layout.facts({visit.say(f"mandates_page.account.{name}"): value for name, value in facts.items()})
    if visit.actor.id in (payee.asked_by, *whose.owners):
        layout.text(visit.say("mandates_page.second_person"))
        return
    form = fields(visit, f"mandates_account_{payee.id}_confirm", "called")
    label = visit.say("mandates_page.called", least=limit("note_shortest"))
    text_area(form, "called", label, hint=visit.say("mandates_page.called_hint"), lines=3)
    deed(form, visit.say("mandates_page.account_confirm"), partial(_confirm, payee, form))
    with st.expander(plain(visit.say("mandates_page.account_refuse"))):
        form = fields(visit, f"mandates_account_{payee.id}_refuse", "why")
        text_area(form, "why", visit.say("mandates_page.refuse_why"), lines=3)
        deed(form, visit.say("mandates_page.account_refuse_do"), partial(_refuse, payee, form))


def _confirm(payee: Payee, form: Fields, visit: Visit) -> str:
    confirm_payee(visit.store, visit.actor, payee, str(form["called"] or ""))
    return visit.say("mandates_page.account_confirmed")


def _refuse(payee: Payee, form: Fields, visit: Visit) -> str:
    refuse_payee(visit.store, visit.actor, payee, str(form["why"] or ""))
    return visit.say("mandates_page.account_refused")
