"""«Did this hold for you?»: two answers on an event that has begun, sent once, with nothing that says who answers."""

from __future__ import annotations

import streamlit as st

from app import answers, layout
from app.given import reference
from app.text import plain
from app.visit import Visit, visiting
from data.clock import today
from data.faults import Faults
from data.permission import ANYONE
from data.typed import read_amount
from impact.estimates import PublishedRow
from impact.feedback import ANSWERS, add_feedback, sender_of
from impact.trade_map import Trade

MOST = 20
"""Events to choose from, the newest first."""


def did_it_hold(visit: Visit, trade: Trade, municipality: str | None) -> None:
    """The two fields; what was sent is told once, and the same answer isn't asked for again in this visit."""
    layout.section(visit.say("held.title"))
    begun = _begun(visit)
    if not begun or municipality is None:
        layout.text(visit.say("held.choose_place" if begun else "held.none"))
        return
    layout.text(visit.say("held.about"))
    names = {one.event.id: one.event.name(visit.lang) for one in begun}
    asked = f"held_{trade.code}_{municipality}"
    event = st.selectbox(
        visit.say("held.event"), list(names), format_func=lambda id: names.get(id, ""), key=f"{asked}_event"
    )
    key = f"{asked}_{event}"
    if st.session_state.get(f"{key}_sent"):
        st.success(plain(visit.say("held.thanks", event=names[event])), icon=":material/check:")
        return
    st.radio(
        visit.say("held.holds"),
        ANSWERS,
        index=None,
        format_func=lambda one: visit.say(f"business.answer.{one}"),
        key=f"{key}_holds",
        horizontal=True,
    )
    st.text_input(visit.say("held.change"), key=f"{key}_change", max_chars=20)
    layout.text(visit.say("held.hint"), small=True)
    if found := st.session_state.pop(f"{key}_faults", None):
        layout.faults(visit, found)
    st.button(
        visit.say("held.send"), key=f"{key}_send", on_click=_send, args=(key, int(event), trade.code, municipality)
    )


def _begun(visit: Visit) -> list[PublishedRow]:
    """Each event that has begun, once, the newest first."""
    day = today()
    rows = [
        one
        for one in answers.published(visit)
        if one.event.first_day and one.event.first_day <= day and one.event.state != "cancelled"
    ]
    return list({one.event.id: one for one in reversed(rows)}.values())[:MOST]


def _send(key: str, event: int, trade: str, municipality: str) -> None:
    """Store the answer once; what is wrong with it is told, and what was typed stays."""
    if st.session_state.get(f"{key}_sent"):
        return
    day = today()
    try:
        typed = str(st.session_state.get(f"{key}_change") or "").strip().removesuffix("%").strip()
        change = float(read_amount(typed)) if typed else None
        holds = str(st.session_state.get(f"{key}_holds") or "")
        sender = sender_of(st.context.ip_address or "", day)
        with visiting() as visit:
            add_feedback(
                visit.store,
                reference(),
                event,
                trade,
                municipality,
                holds,
                change,
                sender=sender,
                day=day,
                actor=ANYONE,
            )
        st.session_state[f"{key}_sent"] = True
    except Faults as found:
        st.session_state[f"{key}_faults"] = found.faults
