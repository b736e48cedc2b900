"""One's own account: password, language, and where one is signed in."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import erasing, layout, second_step
from app.doing import attempt
from app.text import markup
from app.visit import SESSION_COOKIE, Visit
from data import accounts, recovery, sessions
from data.clock import moment


def show(visit: Visit) -> None:
    """What the program knows of who is signed in, and what they can change."""
    session = visit.session
    layout.title(visit.say("page.title.account"))
    if session is None:
        layout.empty(visit, "account_page.sign_in")
        st.html(f'<a href="/logg-inn?next=/konto">{markup(visit.say("page.title.sign_in"))}</a>')
        return
    layout.facts(
        {
            visit.say("accounts_page.head.name"): session.name,
            visit.say("accounts_page.head.email"): session.email,
            visit.say("accounts_page.head.roles"): ", ".join(
                visit.say(f"permission.role.{role}") for role in session.roles
            ),
        }
    )
    layout.text(visit.say("account_page.stored"), small=True)
    _password(visit)
    if accounts.get_account(visit.store, visit.actor, session.account).has_password:
        second_step.show(visit, session, _token())
    _sessions(visit)
    erasing.own_data(visit, session.account)
    second_step.forget()


def _password(visit: Visit) -> None:
    layout.section(visit.say("account_page.password"))
    st.caption(visit.say("signing.password_hint"))
    st.text_input(visit.say("account_page.old"), type="password", key="account_old", autocomplete="current-password")
    st.text_input(visit.say("signing.new_password"), type="password", key="account_new", autocomplete="new-password")
    st.button(visit.say("account_page.change"), type="primary", key="account_change", on_click=_change)


def _change() -> None:
    state = st.session_state

    def act(visit: Visit) -> str:
        recovery.change_password(visit.store, _token(), str(state.account_old), str(state.account_new))
        return visit.say("account_page.changed")

    attempt(act)
    state.account_old = state.account_new = ""


def _sessions(visit: Visit) -> None:
    layout.section(visit.say("account_page.sessions"))
    for one in sessions.list_sessions(visit.store, visit.actor, token=_token()):
        with st.container(horizontal=True, vertical_alignment="center"):
            opened, seen = moment(one.created_at, visit.lang), moment(one.seen_at, visit.lang)
            layout.text(visit.say("account_page.session", opened=opened, seen=seen))
            if one.current:
                layout.text(visit.say("account_page.this_one"))
            else:
                st.button(visit.say("account_page.end"), key=f"account_end_{one.id}", on_click=partial(_end, one.id))
    st.button(visit.say("account_page.end_all"), key="account_end_all", on_click=_end_all)


def _end(session: int) -> None:
    def act(visit: Visit) -> str:
        sessions.sign_out_session(visit.store, visit.actor, session)
        return visit.say("account_page.ended", count=1)

    attempt(act)


def _end_all() -> None:
    def act(visit: Visit) -> str:
        ended = sessions.sign_out_everywhere(visit.store, visit.actor, keep=_token())
        return visit.say("account_page.ended", count=ended)

    attempt(act)


def _token() -> str:
    return str(st.context.cookies.get(SESSION_COOKIE, ""))
