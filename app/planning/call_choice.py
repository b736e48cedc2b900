"""Which call a page is about: the one in the address, else the one that waits for the board."""

from __future__ import annotations

import streamlit as st

from app import asked
from app.text import plain
from app.visit import Visit
from fund.intake.calls import Call, get_call, list_calls

CALL = "utlysning"
_FIRST = ("closed", "open", "decided")
"""The states of a call in the order in which its cases are asked for."""


def chosen_call(visit: Visit) -> Call | None:
    """The call of the address; without one, the newest that is closed, open or decided, in that order; None without.

    Raises as :func:`fund.intake.calls.get_call`.
    """
    if (id := asked.row(CALL)) is not None:
        return get_call(visit.store, visit.actor, id)
    return min(_begun(visit), key=lambda one: _FIRST.index(one.state), default=None)


def call_field(visit: Visit, page: str, chosen: Call, *dropped: str) -> None:
    """The field that changes the call, where there are several; ``dropped`` holds in the address for one call only."""
    names = {one.id: one.title(visit.lang) for one in (*_begun(visit), chosen)}
    if len(names) > 1:
        key = f"{page}_call"
        asked.follow(key, chosen.id)
        st.selectbox(
            visit.say("ranking_page.call"),
            list(names),
            format_func=lambda id: plain(names.get(id, id)),
            key=key,
            on_change=asked.keeping(CALL, key, str, *dropped),
        )


def _begun(visit: Visit) -> list[Call]:
    return [one for one in list_calls(visit.store, visit.actor) if one.state in _FIRST]
