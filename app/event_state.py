"""The state of an event and how it changes: a plain order, one step at a time, asked about where it matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import doing, layout
from app.visit import Visit
from impact.register import EventRow, State, save_event

NEXT: Mapping[State, tuple[State, ...]] = {
    "idea": ("bid", "confirmed", "cancelled"),
    "bid": ("confirmed", "idea", "cancelled"),
    "confirmed": ("held", "bid", "cancelled"),
    "held": ("evaluated", "confirmed"),
    "evaluated": ("held",),
    "cancelled": ("idea",),
}
"""What may follow each state: a step on first, then a step back where the last one was a slip."""


def change_state(visit: Visit, row: EventRow) -> None:
    """The states that may follow; calling an event off asks first."""
    key = f"event_{row.id}_{row.version}_state"
    with st.popover(visit.say("event_page.change_state"), icon=":material/flag:", key=key):
        layout.text(visit.say("event_page.state_now", state=visit.say(f"register.state.{row.state}")))
        for state in NEXT[row.state]:
            name = visit.say(f"register.state.{state}")
            if state == "cancelled":
                sure = st.checkbox(visit.say("event_page.cancel_sure"), key=f"{key}_sure")
                st.button(
                    visit.say("event_page.set_state", state=name),
                    key=f"{key}_{state}",
                    disabled=not sure,
                    on_click=_set,
                    args=(row.id, row.version, state),
                )
            else:
                st.button(
                    visit.say("event_page.set_state", state=name),
                    key=f"{key}_{state}",
                    on_click=_set,
                    args=(row.id, row.version, state),
                )


def _set(event: int, version: int, state: State) -> None:
    def save(visit: Visit) -> str:
        save_event(visit.store, visit.actor, event, version, state=state)
        return visit.say("event_page.state_set", state=visit.say(f"register.state.{state}"))

    doing.attempt(save)


def register_columns(visit: Visit, row: EventRow) -> None:
    """Series, edition, halls and crews: what lists and the calendar need beside the document."""
    key = f"event_{row.id}"
    texts = {
        "series": row.series,
        "edition": row.edition,
        "venues": "; ".join(row.venues),
        "crews": "; ".join(row.crews),
    }
    with st.expander(visit.say("event_page.columns")):
        for name, text in texts.items():
            st.text_input(
                visit.say(f"event_page.column.{name}"),
                text,
                key=f"{key}_{name}",
                max_chars=500,
                help=visit.say(f"event_page.column_hint.{name}"),
            )
        st.button(
            visit.say("event_page.save_columns"),
            key=f"{key}_columns",
            on_click=_save_columns,
            args=(row.id, row.version),
        )


def _save_columns(event: int, version: int) -> None:
    given = {
        name: str(st.session_state.get(f"event_{event}_{name}") or "")
        for name in ("series", "edition", "venues", "crews")
    }

    def save(visit: Visit) -> str:
        columns: dict[str, Any] = {name: given[name] for name in ("series", "edition")}
        columns |= {name: given[name].replace("\n", ";").split(";") for name in ("venues", "crews")}
        save_event(visit.store, visit.actor, event, version, **columns)
        return visit.say("event_page.columns_saved")

    doing.attempt(save)
