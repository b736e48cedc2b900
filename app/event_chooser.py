"""One event chosen out of thousands: some words find a few, and one of those is taken. The address has its number."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.visit import Visit
from data.clock import days
from impact.register import EventRow, Search, get_event, list_events

FOUND = 30
"""Events that a search offers; whoever seeks another writes more words."""


def chosen_event(visit: Visit, name: str = "id") -> EventRow | None:
    """The event that the address has under ``name``, None where it has none.

    Raises LookupError where there is no such event, and Refused where it is another's.
    """
    numbers = asked.numbers(name, 1)
    return get_event(visit.store, visit.actor, numbers[0]).row if numbers else None


def choose_event(visit: Visit, page: str, chosen: EventRow | None, name: str = "id") -> None:
    """Fields that change which event the address has under ``name``, now ``chosen``."""
    words, choice = st.columns(2)
    with words:
        text = st.text_input(
            visit.say("choosing_event.text"),
            key=f"{page}_event_text",
            type="search",
            placeholder=visit.say("events_page.text_where"),
            help=visit.say("choosing_event.hint"),
        )
    rows, total = list_events(visit.store, visit.actor, Search(text=text or ""), limit=FOUND)
    known = {row.id: row for row in ([chosen] if chosen else []) + rows}
    key = f"{page}_event"
    asked.follow(key, chosen.id if chosen else None)
    with choice:
        st.selectbox(
            visit.say("choosing_event.one"),
            list(known),
            index=None,
            format_func=lambda id: _named(visit, known[id]) if id in known else str(id),
            key=key,
            placeholder=visit.say("choosing_event.none"),
            on_change=asked.keeping(name, key, lambda id: "" if id is None else str(id)),
        )
    if total > FOUND:
        layout.text(visit.say("choosing_event.more", shown=FOUND, count=total), small=True)


def _named(visit: Visit, row: EventRow) -> str:
    name = row.name(visit.lang) or visit.say("events_page.unnamed")
    return f"{name} ({days(row.first_day, row.last_day, visit.lang)})" if row.first_day else name
