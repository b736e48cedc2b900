"""The audit trail: who did what and when, with before and after; the chain's state on top."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from app import layout
from app.tables import Column, download, table
from app.text import plain
from app.visit import Visit
from data.audit import Entry
from data.clock import moment
from data.numbers import HARD_SPACE
from data.permission import Actor
from data.store import open_store
from data.trail import Sought, actions, chain_state, trail, trail_csv

PAGE = 50
LONGEST = 300
"""Signs of what was there before or after that a cell shows; the export has all."""


def show(visit: Visit) -> None:
    """The chain's state, the search, and the rows that were found, newest first."""
    layout.title(visit.say("page.title.trail"))
    _state(visit)
    sought = _search(visit)
    page = max(1, int(st.session_state.get("trail_page", 1)))
    rows, total = trail(visit.store, visit.actor, sought, limit=PAGE, offset=(page - 1) * PAGE)
    heads = [visit.say(f"trail_page.head.{one}") for one in ("seq", "at", "actor", "action", "on", "before", "after")]
    cells = [_cells(visit, one) for one in rows]
    caption = visit.say("trail_page.caption", count=total, page=page, pages=max(1, -(-total // PAGE)))
    table(caption, [Column(heads[0], number=True), *heads[1:]], cells)
    with st.container(horizontal=True):
        st.button(visit.say("page.newer"), key="trail_newer", disabled=page == 1, on_click=_turn, args=(page - 1,))
        last = page * PAGE >= total
        st.button(visit.say("page.older"), key="trail_older", disabled=last, on_click=_turn, args=(page + 1,))
        name = visit.say("trail_page.file") + ".csv"
        make = partial(_export, visit.store.folder, visit.actor, sought)
        download(visit.say("trail_page.export"), name, make, key="trail_csv", mime="text/csv")


def _export(folder: Path, actor: Actor, sought: Sought) -> bytes:
    """The file, when it is asked for: the page's own store is closed by then."""
    with open_store(folder) as store:
        return trail_csv(store, actor, sought)


@st.cache_data(max_entries=4, show_spinner=False)
def _checked(version: int, _visit: Visit) -> tuple[int, str, tuple[int, str] | None]:
    state = chain_state(_visit.store, _visit.actor)
    return state.rows, state.head, state.broken


def _state(visit: Visit) -> None:
    rows, head, broken = _checked(visit.version, visit)
    if broken is None:
        st.success(plain(visit.say("trail_page.whole", count=rows, head=head[:16])), icon=":material/verified:")
    else:
        st.error(plain(visit.say("trail_page.broken", row=broken[0], how=broken[1])), icon=":material/error:")


def _search(visit: Visit) -> Sought:
    first, second = st.columns(2)
    with first:
        text = st.text_input(visit.say("trail_page.text"), key="trail_text", on_change=_turn, args=(1,))
        actor = st.text_input(visit.say("trail_page.actor"), key="trail_actor", on_change=_turn, args=(1,))
    with second:
        kinds = ["", *actions(visit.store, visit.actor)]
        action = st.selectbox(
            visit.say("trail_page.action"),
            kinds,
            format_func=lambda one: one or visit.say("trail_page.any"),
            key="trail_action",
            on_change=_turn,
            args=(1,),
        )
        resource = st.text_input(visit.say("trail_page.resource"), key="trail_resource", on_change=_turn, args=(1,))
    kind, _, key = resource.partition(" ")
    return Sought(actor=actor, action=action or "", kind=kind, resource=key, text=text)


def _turn(page: int) -> None:
    st.session_state["trail_page"] = page


def _cells(visit: Visit, one: Entry) -> tuple[str, ...]:
    before, after = (_short(part) for part in (one.before, one.after))
    return (
        str(one.seq),
        moment(one.at, visit.lang).replace(" ", HARD_SPACE),
        one.actor,
        one.action,
        f"{one.kind} {one.resource}",
        before,
        after,
    )


def _short(part: dict[str, Any] | None) -> str:
    if part is None:
        return "–"
    text = "; ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in part.items())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
