"""Writes from buttons: done once in a callback, and what came of it told on top of the page that follows."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from app import layout
from app.text import plain
from app.visit import Visit, visiting
from data.connection import StoreFault, no_memory
from data.faults import Faults
from data.permission import Refused
from data.store import Conflict

_TOLD = "outcome"


def attempt(act: Callable[[Visit], str | None]) -> bool:
    """Run ``act`` with a visit of its own; whether it was done. Its sentence is told on the page, and so is a fault."""
    try:
        with visiting() as visit:
            st.session_state[_TOLD] = act(visit)
    except (Faults, Refused, Conflict, LookupError) as trouble:
        if isinstance(trouble, Refused):
            logging.getLogger("ringvirk").warning("%s was refused %s", trouble.actor.id, trouble.action)
        if isinstance(trouble, StoreFault):
            logging.getLogger("ringvirk").error("%s", trouble)
        st.session_state[_TOLD] = trouble
        return False
    except MemoryError as error:
        st.session_state[_TOLD] = no_memory(error)
        return False
    return True


def tell(visit: Visit) -> object:
    """Tell what came of the last write, and give it back for :func:`forget` when the page is drawn to its end."""
    told = st.session_state.get(_TOLD)
    if isinstance(told, str) and told:
        st.success(plain(told), icon=":material/check:")
    elif isinstance(told, Faults):
        layout.faults(visit, told.faults)
    elif isinstance(told, Refused):
        st.error(plain(told.verdict.reason(visit.lang)), icon=":material/lock:")
    elif isinstance(told, Conflict):
        st.error(plain(f"{told.line(visit.lang)} {visit.say('page.conflict')}"), icon=":material/error:")
    elif isinstance(told, LookupError):
        layout.empty(visit, "page.gone")
    return told


def forget(told: object) -> None:
    """What was told isn't told again. A run that was cut off on the way leaves it to the next one."""
    if st.session_state.get(_TOLD) is told:
        st.session_state.pop(_TOLD, None)
