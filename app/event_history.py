"""What was done to an event, newest first: when, who, which field, before and after, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from app import layout
from app.merging import path_name, shown
from app.tables import table
from app.visit import Visit
from app.who import named
from data.audit import Entry
from data.clock import moment
from data.paths import is_order, read_path
from data.phrases import has
from impact.register import event_history

MOST = 40
"""Lines that are shown at once."""
_SILENT = ("version", "owner", "sample")


def history(visit: Visit, event: int) -> None:
    """The newest changes; all of them when asked for."""
    say = visit.say
    layout.section(say("event_page.history"))
    lines = [
        line for entry in reversed(event_history(visit.store, visit.actor, event)) for line in _lines(visit, entry)
    ]
    every = len(lines) <= MOST or st.checkbox(
        say("event_page.all_changes", count=len(lines)), key=f"event_{event}_history"
    )
    headings = [say(f"event_page.history_{name}") for name in ("when", "who", "what", "before", "after")]
    table(say("event_page.history_caption"), headings, lines if every else lines[:MOST])


def _lines(visit: Visit, entry: Entry) -> Iterator[tuple[str, ...]]:
    """A line for each field that was changed; one for a whole event that came."""
    head = moment(entry.at, visit.lang), named(visit, entry.actor)
    if entry.before is None:
        yield *head, visit.say("event_page.was_created"), "", ""
        return
    after: dict[str, Any] = entry.after or {}
    for key, value in after.items():
        if key not in _SILENT:
            yield *head, *_change(visit, key, entry.before.get(key), value)


def _change(visit: Visit, key: str, before: Any, after: Any) -> tuple[str, str, str]:
    """A field's name, what stood there, and what stands there now."""
    column, *path = read_path(key)
    if column == "state":
        words = [visit.say(f"register.state.{one}") if one else "" for one in (before, after)]
        return visit.say("event_page.column.state"), words[0], words[1]
    if column != "document":
        name = visit.say(f"event_page.column.{column}") if has(f"event_page.column.{column}") else column
        return name, shown(before, visit.lang), shown(after, visit.lang)
    name = path_name(tuple(path), visit.lang) or visit.say("event_page.whole")
    if is_order(before, after):
        return visit.say("event_page.new_order", name=name), "", ""
    return name, shown(before, visit.lang), shown(after, visit.lang)
