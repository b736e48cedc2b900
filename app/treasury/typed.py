"""Whole numbers and years in the treasurer's forms."""

from __future__ import annotations

import streamlit as st

from app.deed import Fields
from app.text import plain
from data.clock import today
from data.faults import Fault, Faults, shown

YEARS_BACK, YEARS_ON = 3, 3
"""How far from this year a form's list of years reaches."""


def whole_of(form: Fields, field: str, label: str) -> int:
    """The whole number of a text field. Raises :class:`Faults`."""
    text = str(form[field] or "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Faults([Fault("", label, shown(text), "contributions_page.whole")])
    return int(text)


def year_field(form: Fields, field: str, label: str) -> None:
    """A year around this one."""
    this = today().year
    years = list(range(this - YEARS_BACK, this + YEARS_ON + 1))
    if form[field] not in years:
        st.session_state[form.key(field)] = this
    st.selectbox(plain(label), years, key=form.key(field), format_func=str)
