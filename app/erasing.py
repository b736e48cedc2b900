"""A person's own data and erasure, on one's own account and on an administrator's page of it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.doing import attempt
from app.going import ways
from app.tables import Link
from app.visit import Visit
from data.accounts import Account, get_account
from data.clock import moment
from data.erasure import Erasure, ask_erasure, erase, open_erasure, open_erasures, withdraw_erasure
from fund.duties import open_duties


def own_data(visit: Visit, account: int) -> None:
    """The way to one's own data, and to being erased."""
    layout.section(visit.say("personal_data.own"))
    layout.text(visit.say("personal_data.own_text"))
    ways([Link(visit.say("personal_data.download"), f"/last-ned/mine-opplysninger/{account}.zip?lang={visit.lang}")])
    layout.section(visit.say("personal_data.erasure"))
    held = open_erasure(visit.store, visit.actor, account)
    if held is not None:
        _waiting(visit, held)
        return
    layout.text(visit.say("personal_data.ask_text"))
    ways([Link(visit.say("personal_data.why_not_all"), f"/personvern?lang={visit.lang}")])
    _duties(visit, account)
    st.button(visit.say("personal_data.ask"), key="erasure_ask", on_click=partial(_ask, account))


def requests(visit: Visit) -> None:
    """Who waits to be erased, for administrators; nothing where nobody does."""
    if found := open_erasures(visit.store, visit.actor):
        layout.section(visit.say("personal_data.requests"))
        people = [(one, get_account(visit.store, visit.actor, one.account)) for one in found]
        ways([Link(who.shown(visit.lang), f"/kontoer?id={one.account}") for one, who in people])


def carrying_out(visit: Visit, one: Account) -> None:
    """The administrator's part: to enter what was asked otherwise, and to carry out what was asked."""
    layout.section(visit.say("personal_data.erasure"))
    held = open_erasure(visit.store, visit.actor, one.id)
    if held is None:
        layout.text(visit.say("personal_data.register_text"))
        st.button(visit.say("personal_data.register"), key="erasure_ask", on_click=partial(_ask, one.id))
        return
    _waiting(visit, held)
    key = f"erasure_sure_{held.id}"
    sure = st.checkbox(visit.say("personal_data.sure"), key=key)
    st.button(
        visit.say("personal_data.erase"), key="erasure_erase", disabled=not sure, on_click=partial(_erase, held, key)
    )


def _waiting(visit: Visit, held: Erasure) -> None:
    layout.text(visit.say("personal_data.asked_at", at=moment(held.asked_at, visit.lang)))
    _duties(visit, held.account)
    st.button(visit.say("personal_data.withdraw"), key="erasure_withdraw", on_click=partial(_withdraw, held))


def _duties(visit: Visit, account: int) -> None:
    if waiting := open_duties(visit.store, visit.actor, account):
        layout.text(visit.say("personal_data.waits"))
        layout.bullets(one.line(visit.lang) for one in waiting)


def _ask(account: int) -> None:
    def act(visit: Visit) -> str:
        ask_erasure(visit.store, visit.actor, account)
        return visit.say("personal_data.asked")

    attempt(act)


def _withdraw(held: Erasure) -> None:
    def act(visit: Visit) -> str:
        withdraw_erasure(visit.store, visit.actor, held.id, held.version)
        return visit.say("personal_data.withdrawn")

    attempt(act)


def _erase(held: Erasure, key: str) -> None:
    def act(visit: Visit) -> str | None:
        if not st.session_state.get(key):
            return None
        erase(visit.store, visit.actor, held.id, held.version)
        return visit.say("personal_data.erased")

    attempt(act)
