"""Accounts: who may sign in, with which roles; made and changed by administrators."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import asked, erasing, layout
from app.doing import attempt
from app.going import ways
from app.kept import keep, sent
from app.tables import Column, Link, table
from app.text import plain
from app.visit import Visit
from data import accounts, recovery, sessions
from data.accounts import Account
from data.clock import moment
from data.codes import OneTime
from data.permission import ROLES
from data.phrases import LANGUAGES
from data.second_step import standing, take_off
from data.store import Conflict

_NEW = {name: f"accounts_new_{name}" for name in ("name", "email", "roles", "language")}
"""The fields of a new account, by name."""
FEW = 20
"""So many accounts are found without a search."""
LISTED = 100


def show(visit: Visit) -> None:
    """The list, or one account with ``?id=``; a code that was just made is shown once."""
    chosen = _asked(visit)
    layout.title(visit.say("page.title.accounts"), visit.say("accounts_page.lead"))
    _code(visit)
    if chosen is not None:
        _one(visit, chosen)
    else:
        _list(visit, accounts.list_accounts(visit.store, visit.actor))
        erasing.requests(visit)
        ways([Link(visit.say("accounts_page.board"), "/styret")])
        if visit.may("account.manage"):
            _new(visit)
    st.session_state.pop("accounts_code", None)  # last: a run that is cut off leaves the code to the next


def _asked(visit: Visit) -> Account | None:
    """The account that the address names; None where it names none. Raises LookupError where there is no such one."""
    id = asked.row()
    return None if id is None else accounts.get_account(visit.store, visit.actor, id)


def _list(visit: Visit, every: list[Account]) -> None:
    """The accounts that the search finds, the first of them where there are many."""
    if len(every) > FEW:
        asked.follow("accounts_search", asked.text("q"))
        change = asked.keeping("q", "accounts_search", lambda one: str(one or "").strip())
        label, where = visit.say("accounts_page.search"), visit.say("accounts_page.search_where")
        st.text_input(label, key="accounts_search", type="search", placeholder=where, on_change=change)
    words = asked.text("q").casefold().split()
    found = [one for one in every if all(word in f"{one.name} {one.email}".casefold() for word in words)]
    rows = found[:LISTED]
    heads = [visit.say(f"accounts_page.head.{one}") for one in ("name", "email", "roles", "state", "seen")]
    cells = [
        (
            Link(one.shown(visit.lang), f"/kontoer?id={one.id}"),
            one.email,
            _roles(visit, one),
            visit.say(f"accounts_page.state.{_state(one)}"),
            moment(one.seen_at, visit.lang),
        )
        for one in rows
    ]
    table(visit.say("accounts_page.caption", count=len(found)), [Column(one) for one in heads], cells)
    if len(found) > LISTED:
        layout.text(visit.say("accounts_page.more", shown=LISTED, count=len(found)), small=True)


def _state(one: Account) -> str:
    return "erased" if one.erased else "closed" if not one.active else "open" if one.can_sign_in else "waiting"


def _roles(visit: Visit, one: Account) -> str:
    return ", ".join(visit.say(f"permission.role.{role}") for role in one.roles)


def _new(visit: Visit) -> None:
    layout.section(visit.say("accounts_page.new"))
    layout.text(visit.say("accounts_page.new_text"))
    keep(visit, "account:new", _NEW, given={"language": LANGUAGES[0]})
    _fields(visit, "accounts_new", email="", name="", roles=())
    st.radio(
        visit.say("accounts_page.language"),
        LANGUAGES,
        format_func=lambda one: visit.say(f"page.speak_{one}"),
        key="accounts_new_language",
        horizontal=True,
    )
    st.button(visit.say("accounts_page.create"), type="primary", key="accounts_create", on_click=_create)


def _fields(visit: Visit, key: str, *, email: str, name: str, roles: tuple[str, ...]) -> None:
    st.text_input(visit.say("accounts_page.head.name"), name, key=f"{key}_name", autocomplete="off")
    st.text_input(visit.say("accounts_page.head.email"), email, key=f"{key}_email", autocomplete="off")
    st.pills(
        visit.say("accounts_page.head.roles"),
        ROLES,
        default=list(roles),
        selection_mode="multi",
        format_func=lambda role: visit.say(f"permission.role.{role}"),
        key=f"{key}_roles",
    )


def _create() -> None:
    state = st.session_state

    def act(visit: Visit) -> str:
        given = (str(state.accounts_new_email), str(state.accounts_new_name), list(state.accounts_new_roles))
        _, code = accounts.create_account(visit.store, visit.actor, *given, state.accounts_new_language)
        state["accounts_code"] = code
        sent(visit, "account:new", _NEW.values())
        return visit.say("accounts_page.created")

    attempt(act)


def _code(visit: Visit) -> None:
    """The code that was just made: mailed, or to be handed over. It is not shown again."""
    code: OneTime | None = st.session_state.get("accounts_code")
    if code is None:
        return
    if code.mailed:
        layout.text(visit.say("accounts_page.mailed"))
        return
    with st.container(border=True):
        layout.text(visit.say("accounts_page.hand_over", until=moment(code.ends_at.isoformat(), visit.lang)))
        st.code(code.text or code.code, language=None, wrap_lines=True)


def _one(visit: Visit, one: Account) -> None:
    st.html('<a href="/kontoer">← ' + visit.say("page.title.accounts") + "</a>")
    layout.section(one.shown(visit.lang))
    layout.facts(
        {
            visit.say("accounts_page.head.email"): one.email,
            visit.say("accounts_page.head.roles"): _roles(visit, one),
            visit.say("accounts_page.head.state"): visit.say(f"accounts_page.state.{_state(one)}"),
            visit.say("accounts_page.head.seen"): moment(one.seen_at, visit.lang),
            visit.say("accounts_page.made"): moment(one.created_at, visit.lang),
        }
    )
    if not visit.may("account.manage") or one.erased:
        return
    key = f"accounts_{one.id}"
    st.session_state.setdefault(f"{key}_version", one.version)  # what the fields were filled from
    _fields(visit, key, email=one.email, name=one.name, roles=one.roles)
    st.button(visit.say("accounts_page.save"), type="primary", key=f"{key}_save", on_click=partial(_save, one.id))
    layout.section(visit.say("accounts_page.access"))
    with st.container(horizontal=True):
        st.button(visit.say("accounts_page.make_code"), key=f"{key}_code", on_click=partial(_make_code, one))
        st.button(visit.say("accounts_page.sign_out"), key=f"{key}_out", on_click=partial(_sign_out, one))
        if step := standing(visit.store, visit.actor, one.id).on:
            st.button(visit.say("accounts_page.step_off"), key=f"{key}_step", on_click=partial(_step_off, one))
        toggle = "close" if one.active else "open"
        st.button(visit.say(f"accounts_page.{toggle}"), key=f"{key}_toggle", on_click=partial(_toggle, one))
    if step:
        st.caption(plain(visit.say("accounts_page.step_text")))
    if one.active:
        st.caption(plain(visit.say("accounts_page.close_text")))
    erasing.carrying_out(visit, one)


def _save(account: int) -> None:
    """Store the fields; where someone else changed the account meanwhile, nothing is, and what was typed stays."""
    state, key = st.session_state, f"accounts_{account}"

    def act(visit: Visit) -> str:
        name, email = str(state[f"{key}_name"]), str(state[f"{key}_email"])
        try:
            version = accounts.rename_account(
                visit.store, visit.actor, account, state[f"{key}_version"], email=email, name=name
            )
        except Conflict as trouble:
            state[f"{key}_version"] = trouble.now["version"] if trouble.now else 0
            raise
        accounts.set_roles(visit.store, visit.actor, account, version, list(state[f"{key}_roles"]))
        return visit.say("accounts_page.saved")

    if attempt(act):
        for field in ("version", "name", "email", "roles"):
            state.pop(f"{key}_{field}", None)


def _make_code(one: Account) -> None:
    def act(visit: Visit) -> str:
        st.session_state["accounts_code"] = recovery.make_code(visit.store, visit.actor, one.id)
        return visit.say("accounts_page.code_made")

    attempt(act)


def _sign_out(one: Account) -> None:
    def act(visit: Visit) -> str:
        ended = sessions.sign_out_everywhere(visit.store, visit.actor, one.id)
        return visit.say("accounts_page.signed_out", count=ended)

    attempt(act)


def _step_off(one: Account) -> None:
    def act(visit: Visit) -> str:
        take_off(visit.store, visit.actor, one.id)
        return visit.say("accounts_page.step_taken_off")

    attempt(act)


def _toggle(one: Account) -> None:
    def act(visit: Visit) -> str:
        change = accounts.deactivate_account if one.active else accounts.activate_account
        change(visit.store, visit.actor, one.id, one.version)
        return visit.say("accounts_page.closed" if one.active else "accounts_page.opened")

    attempt(act)
