"""An applicant's organisations: the mandate for each and the account it is paid to; and to ask for another."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.casework.mandate_work import about, end_form
from app.deed import Fields, deed, fields, text_field
from app.tables import table
from app.text import plain
from app.visit import Visit
from data.clock import moment, short_day
from fund.applicant.mandates import MandateLine, ask_mandate, mandate_lines
from fund.applicant.organisations import Organisation, list_organisations, register_organisation
from fund.applicant.payees import ask_payee, list_payees
from fund.rulebook.schemes import APPLICANT_KINDS, word


def own_organisations(visit: Visit) -> None:
    """One's mandates, the bank account of each organisation that one acts for, and a form to ask for a mandate."""
    lines = [one for one in mandate_lines(visit.store, visit.actor) if one.mandate.account == visit.actor.id]
    if lines:
        layout.section(visit.say("mandates_page.own"))
        heads = [visit.say(f"mandates_page.column.{name}") for name in ("organisation", "state", "until", "why")]
        rows = [
            [
                about(one),
                visit.say(f"mandates_page.own_state.{one.mandate.state}"),
                short_day(one.mandate.until, visit.lang),
                one.mandate.why or "",
            ]
            for one in lines
        ]
        table(visit.say("mandates_page.own_caption", count=len(rows)), heads, rows)
    _ask(visit, first=not lines)
    mine = list_organisations(visit.store, visit.actor)
    if mine:
        layout.section(visit.say("mandates_page.own_accounts"))
    for one in mine:
        _account(visit, one)
    held: dict[int, MandateLine] = {one.mandate.id: one for one in lines if one.mandate.state == "confirmed"}
    if held:
        with st.expander(plain(visit.say("mandates_page.end_own"))):
            end_form(visit, held)


def _ask(visit: Visit, *, first: bool) -> None:
    """Ask to act for an organisation, known by its number; it is registered where it isn't there."""
    with st.expander(plain(visit.say("mandates_page.ask")), expanded=first):
        layout.text(visit.say("mandates_page.ask_text"))
        form = fields(visit, "mandates_ask", "number", "name", "kind")
        text_field(form, "number", visit.say("mandates_page.number"), hint=visit.say("mandates_page.number_hint"))
        text_field(form, "name", visit.say("mandates_page.name"))
        st.selectbox(
            plain(visit.say("mandates_page.kind")),
            APPLICANT_KINDS,
            index=None,
            format_func=lambda kind: word("applicant", kind, visit.lang),
            key=form.key("kind"),
            placeholder=visit.say("mandates_page.choose"),
        )
        deed(form, visit.say("mandates_page.ask_do"), partial(_asked, form), first=first)


def _account(visit: Visit, one: Organisation) -> None:
    """The account that the organisation is paid to, one that waits, and to ask for another."""
    layout.subsection(one.name)
    payees = list_payees(visit.store, visit.actor, one.id)
    held = next((payee for payee in payees if payee.state == "confirmed"), None)
    waits = next((payee for payee in payees if payee.state == "asked"), None)
    if held is None:
        layout.text(visit.say("mandates_page.no_account"))
    else:
        layout.text(visit.say("mandates_page.account_is", number=held.shown_number))
    if waits is not None:
        at = moment(waits.asked_at, visit.lang)
        layout.text(visit.say("mandates_page.account_waits", number=waits.shown_number, at=at))
    with st.expander(plain(visit.say("mandates_page.change_account"))):
        layout.text(visit.say("mandates_page.change_text"))
        form = fields(visit, f"mandates_payee_{one.id}", "number")
        text_field(
            form, "number", visit.say("mandates_page.account_number"), hint=visit.say("mandates_page.account_hint")
        )
        deed(form, visit.say("mandates_page.change_do"), partial(_change, one.id, form))


def _asked(form: Fields, visit: Visit) -> str:
    number, name, kind = (str(form[field] or "") for field in ("number", "name", "kind"))
    ask_mandate(visit.store, visit.actor, register_organisation(visit.store, visit.actor, number, name, kind))
    return visit.say("mandates_page.asked")


def _change(organisation: int, form: Fields, visit: Visit) -> str:
    made = ask_payee(visit.store, visit.actor, organisation, str(form["number"] or ""))
    return visit.say("mandates_page.same_account" if made is None else "mandates_page.changed")
