"""Fields of a small form that outlive F5, a restart and another page, until the form is sent.

A page names its fields before it draws them; whatever they hold at the beginning of a run is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from app import layout
from app.visit import Visit
from data.connection import StoreFault
from data.unsent import drop_unsent, keep_unsent, read_unsent

_EMPTY: tuple[Any, ...] = (None, "", [], ())


def keep(
    visit: Visit, form: str, keys: Mapping[str, str], *, given: Mapping[str, Any] | None = None, along: str = ""
) -> None:
    """Bring back what was typed and not sent, and keep what the fields hold now.

    ``keys`` are the keys of the fields by name. What a field was ``given`` by the page isn't kept; the field ``along``
    (the version that the form was filled from) is kept where any other is.
    """
    if visit.session is None:
        return
    kept = read_unsent(visit.store, visit.actor, form)
    for name, key in keys.items():
        if key not in st.session_state and name in kept:
            st.session_state[key] = _opened(kept[name])
    held = {name: st.session_state.get(key) for name, key in keys.items() if name != along}
    typed = {name: value for name, value in held.items() if value not in _EMPTY and value != (given or {}).get(name)}
    now = {name: _packed(value) for name, value in typed.items()}
    if now and along:
        now[along] = st.session_state.get(keys[along])
    if now != kept and (now or any(key in st.session_state for key in keys.values())):
        try:
            keep_unsent(visit.store, visit.actor, form, now)
        except StoreFault as fault:  # the fields are drawn all the same, or else the browser would empty them
            layout.faults(visit, fault.faults, heading=visit.say("page.not_kept"))


def sent(visit: Visit, form: str, keys: Iterable[str]) -> None:
    """Forget a form that was sent, and empty its fields. Called from the callback that sent it."""
    if visit.session is not None:
        drop_unsent(visit.store, visit.actor, form)
    for key in keys:
        st.session_state.pop(key, None)


def _packed(value: Any) -> Any:
    """A field's value as JSON keeps it."""
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return list(value) if isinstance(value, tuple | set) else value


def _opened(value: Any) -> Any:
    return dt.date.fromisoformat(value["date"]) if isinstance(value, dict) and "date" in value else value
