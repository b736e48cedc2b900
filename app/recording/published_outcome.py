"""What was said of an event beforehand, held against what was published of it afterwards, on the event's own pages."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import layout
from app.estimate_grounds import published_line
from app.inputs import inputs
from app.text import plain
from app.visit import Visit
from impact.published import Figure
from impact.record.published_outcome import OutcomeLine, read_published_outcome
from impact.register import EventRow, get_event


def published_outcome(visit: Visit, row: EventRow) -> None:
    """Line by line, with grades and sources, and what remains unknown; nothing where nothing is published."""
    document = get_event(visit.store, visit.actor, row.id).document
    found = read_published_outcome(str(document.get("event", {}).get("id", "")))
    if found is None:
        return
    layout.section(visit.say("published_outcome.title"))
    layout.text(visit.say("published_outcome.text"))
    for one in found.lines:
        _line(visit, one)
    with st.expander(plain(visit.say("published_outcome.sources"))):
        every = dict.fromkeys(f for one in found.lines for f in (*one.before, *one.after, *one.difference))
        inputs([published_line(visit, one) for one in every])
    with st.expander(plain(visit.say("published_outcome.unknown", count=len(found.event.unknowns)))):
        nb = visit.lang == "nb"
        layout.bullets(one.name_nb if nb else one.name_en for one in found.event.unknowns)


def _line(visit: Visit, one: OutcomeLine) -> None:
    """One thing: what it comes to, then its figures. Nothing is added up."""
    layout.subsection(one.about(visit.lang))
    layout.text(one.said(visit.lang))
    parts = [_part(visit, "before", one.before), _part(visit, "after", one.after)]
    if one.difference:
        parts.append(_part(visit, "difference", one.difference))
    layout.bullets(parts)


def _part(visit: Visit, part: str, figures: Sequence[Figure]) -> str:
    if not figures:
        return visit.say(f"published_outcome.{part}_none")
    return visit.say(f"published_outcome.{part}", figures="; ".join(_said(visit, one) for one in figures))


def _said(visit: Visit, one: Figure) -> str:
    name = one.name_nb if visit.lang == "nb" else one.name_en
    grade = visit.say(f"published.grade.{one.grade}")
    return visit.say("published_outcome.figure", name=name, value=one.shown(visit.lang), grade=grade)
