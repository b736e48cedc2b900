"""Who did something, as the visitor may know it: the account's name, or its number."""

from __future__ import annotations

import streamlit as st

from app.visit import Visit
from data.accounts import account_names
from data.phrases import has


def named(visit: Visit, actor: str) -> str:
    """The name of an account where the visitor may see names, else «konto 7»; the program's own actors in words."""
    if visit.may("account.name") and (name := _names(visit)[1].get(actor)):
        return name
    kind, _, number = actor.partition(":")
    if number:
        return visit.say("event_page.who.account", number=number)
    return visit.say(f"event_page.who.{kind}") if has(f"event_page.who.{kind}") else actor


def _names(visit: Visit) -> tuple[tuple[int, str], dict[str, str]]:
    """The names as they stood when the run first asked, kept for this visitor's session alone."""
    kept: tuple[tuple[int, str], dict[str, str]] | None = st.session_state.get("account_names")
    asked = (visit.accounts, visit.lang)
    if kept is None or kept[0] != asked:
        kept = st.session_state["account_names"] = (asked, account_names(visit.store, visit.actor, visit.lang))
    return kept
