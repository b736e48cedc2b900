"""The calendar of a municipality, to open in a telephone's own calendar or to paste."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from app import layout
from app.choosing import PLACE
from app.text import markup
from app.visit import Visit

FEED = "/kalender.ics"


def subscribe(visit: Visit, municipality: str | None) -> None:
    """The link as ``webcal:``, which calendars open, and as it is."""
    here = urlsplit(st.context.url or "")
    layout.section(visit.say("subscribing.title"))
    layout.text(visit.say("subscribing.about"))
    subscribe_button(visit, municipality)
    path = _path(visit, municipality)
    whole = f"{here.scheme or 'https'}://{here.netloc}{path}"
    paste = markup(visit.say("subscribing.paste"))
    st.html(f'<p class="rv-small rv-paste">{paste} <a href="{markup(path)}">{markup(whole)}</a></p>')


def subscribe_button(visit: Visit, municipality: str | None = None) -> None:
    """What opens a telephone's own calendar. (Streamlit takes ``webcal:`` out of HTML, and leaves it on a button.)"""
    address = f"webcal://{urlsplit(st.context.url or '').netloc}{_path(visit, municipality)}"
    st.link_button(visit.say("subscribing.open"), address, icon=":material/calendar_month:")


def _path(visit: Visit, municipality: str | None) -> str:
    asked = {**({PLACE: municipality} if municipality else {}), "lang": visit.lang}
    return f"{FEED}?{urlencode(asked)}"
