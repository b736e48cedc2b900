"""A page that follows what others do: it is drawn anew when something was written since it was drawn."""

from __future__ import annotations

import streamlit as st

from app.visit import visiting

SECONDS = 2
"""How often a page asks whether anything is new: one query."""
_DRAWN = "meeting_drawn"


def follow(drawn: int) -> None:
    """Draw the page again when anyone has written something since ``drawn``, the version it began to be read at.

    Called last.
    """
    st.session_state[_DRAWN] = drawn
    _watch()


@st.fragment(run_every=SECONDS)
def _watch() -> None:
    with visiting() as visit:
        newer = visit.version != st.session_state.get(_DRAWN)
    if newer:
        st.rerun()
