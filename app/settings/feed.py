"""The calendar of one's own days: making its address, which is shown once, renewing it and ending it."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from app import layout
from app.deed import deed, fields
from app.text import plain
from app.visit import Visit
from data.clock import moment
from fund.task_feed import feed_made, make_feed, revoke_feed

FEED = "/oppgaver.ics"
KEY = "nokkel"
_SHOWN = "todo_feed_key"


def show_feed(visit: Visit) -> None:
    """Whether there is an address, the new one where it was just made, and what can be done with it."""
    made = feed_made(visit.store, visit.actor)
    key = st.session_state.pop(_SHOWN, None)
    with st.expander(plain(visit.say("todo_page.feed.heading")), expanded=key is not None):
        layout.text(visit.say("todo_page.feed.text"))
        if key is not None:
            here = urlsplit(st.context.url or "")
            layout.text(visit.say("todo_page.feed.once"))
            st.code(f"{here.scheme or 'https'}://{here.netloc}{FEED}?{KEY}={key}", language=None, wrap_lines=True)
        form = fields(visit, "todo_feed")
        if made is None:
            deed(form, visit.say("todo_page.feed.make"), _make, part="make")
            return
        layout.text(visit.say("todo_page.feed.made", at=moment(made, visit.lang)), small=True)
        sure = visit.say("todo_page.feed.renew_sure")
        deed(form, visit.say("todo_page.feed.renew"), _make, sure=sure, part="renew")
        deed(form, visit.say("todo_page.feed.revoke"), _revoke, sure=sure, part="revoke")


def _make(visit: Visit) -> str:
    st.session_state[_SHOWN] = make_feed(visit.store, visit.actor)
    return visit.say("todo_page.feed.done")


def _revoke(visit: Visit) -> str:
    revoke_feed(visit.store, visit.actor)
    return visit.say("todo_page.feed.revoked")
