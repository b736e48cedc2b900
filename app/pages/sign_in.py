"""The menu's way to the sign-in form, which is a page of its own that can set a cookie."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.text import markup
from app.visit import Visit


def show(visit: Visit) -> None:
    """Go to the form; a link stands here for who isn't taken there."""
    layout.title(visit.say("page.title.sign_in"))
    address = f"/logg-inn?lang={visit.lang}"
    st.html(f'<a href="{address}">{markup(visit.say("page.to_sign_in"))}</a>')
    st.html(f"<script>window.location.assign('{address}')</script>", unsafe_allow_javascript=True)
