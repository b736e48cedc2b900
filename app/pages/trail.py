"""The audit trail: who did what and when, with before and after; the chain's state on top."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from app import asked, layout
from app.tables import Cell, Column, Link, download, table
from app.text import plain
from app.treasury.trail_search import looked_for
from app.treasury.trail_sheet import trail_sheet
from app.visit import Visit
from app.who import named
from data.audit import Entry
from data.clock import moment
from data.permission import Actor
from data.phrases import Lang
from data.store import open_store
from data.trail import Sought, chain_state, trail, trail_csv

PAGE = 50
LONGEST = 160
"""Signs of what was there before or after that a cell shows, hashes left out; the export has all."""
HASHES = frozenset({"hash", "sha256"})
PLACES = {
    "posting": "postering",
    "claim": "anmodning",
    "award": "tilsagn",
    "application": "sak",
    "meeting": "mote",
    "payment_batch": "utbetalinger",
    "event": "arrangement",
    "estimate": "anslag",
}
"""The pages where things stand, by the trail's name of each."""


def show(visit: Visit) -> None:
    """The chain's state, the search, and the rows that were found, newest first."""
    layout.title(visit.say("page.title.trail"))
    _state(visit)
    sought = looked_for(visit)
    page = asked.number("side")
    rows, total = trail(visit.store, visit.actor, sought, limit=PAGE, offset=(page - 1) * PAGE)
    heads = [visit.say(f"trail_page.head.{one}") for one in ("seq", "at", "action", "on", "actor", "before", "after")]
    cells = [_cells(visit, one) for one in rows]
    caption = visit.say("trail_page.caption", count=total, page=page, pages=max(1, -(-total // PAGE)))
    if rows:
        table(caption, [Column(heads[0], number=True), *heads[1:]], cells)
    else:
        layout.empty(visit, "trail_page.none")
    with st.container(horizontal=True):
        st.button(visit.say("page.newer"), key="trail_newer", disabled=page == 1, on_click=_turn, args=(page - 1,))
        last = page * PAGE >= total
        st.button(visit.say("page.older"), key="trail_older", disabled=last, on_click=_turn, args=(page + 1,))
        name = visit.say("trail_page.file")
        make = partial(_export, visit.store.folder, visit.actor, sought)
        download(visit.say("trail_page.export"), f"{name}.csv", make, key="trail_csv", mime="text/csv")
        excel = partial(_excel, visit.store.folder, visit.actor, sought, total, visit.lang)
        download(visit.say("trail_page.excel"), f"{name}.xlsx", excel, key="trail_xlsx")


def _export(folder: Path, actor: Actor, sought: Sought) -> bytes:
    """The file, when it is asked for: the page's own store is closed by then."""
    with open_store(folder) as store:
        return trail_csv(store, actor, sought)


def _excel(folder: Path, actor: Actor, sought: Sought, total: int, lang: Lang) -> bytes:
    with open_store(folder) as store:
        return trail_sheet(trail(store, actor, sought, limit=total)[0], lang)


@st.cache_data(max_entries=4, show_spinner=False)
def _checked(folder: str, version: int, _visit: Visit) -> tuple[int, str, tuple[int, str] | None]:
    state = chain_state(_visit.store, _visit.actor)
    return state.rows, state.head, state.broken


def _state(visit: Visit) -> None:
    rows, head, broken = _checked(str(visit.store.folder), visit.version, visit)
    if broken is None:
        st.success(plain(visit.say("trail_page.whole", count=rows, head=head[:16])), icon=":material/verified:")
    else:
        st.error(plain(visit.say("trail_page.broken", row=broken[0], how=broken[1])), icon=":material/error:")


def _turn(page: int) -> None:
    asked.keep("side", str(page) if page > 1 else "")


def _cells(visit: Visit, one: Entry) -> tuple[Cell, ...]:
    before, after = (_short(part) for part in (one.before, one.after))
    what = f"{one.kind} {one.resource}"
    place = PLACES.get(one.kind)
    return (
        str(one.seq),
        moment(one.at, visit.lang),
        one.action,
        Link(what, f"/{place}?id={one.resource}") if place else what,
        named(visit, one.actor),
        before,
        after,
    )


def _short(part: dict[str, Any] | None) -> str:
    if part is None:
        return "–"
    text = "; ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in part.items() if name not in HASHES
    )
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
