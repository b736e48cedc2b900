"""The board's meetings: when, how far they have come, how many cases, and what their frames have left."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.deed import Fields, day_field, deed, fields, text_field
from app.going import ways
from app.tables import Column, Link, amount, table
from app.text import plain
from app.visit import Visit
from data.clock import day, short_day, today
from fund.books.frames import Frame
from fund.meeting.meetings import plan_meeting
from fund.meeting.outline import Planned, frames_behind, planned_meetings
from fund.workflow import state_name

KINDS = ("ordinary", "between")
OPEN = ("planned", "agenda_locked")


def show(visit: Visit) -> None:
    """The next meeting in a sentence, every meeting in a table, and for the officer a new one."""
    found = planned_meetings(visit.store, visit.actor)
    coming = [one for one in found if one.meeting.state in OPEN]
    layout.title(visit.say("page.title.meetings"), _lead(visit, coming))
    if found:
        _list(visit, found)
    else:
        layout.empty(visit, "meetings_page.none")
    ways([Link(visit.say("meetings_page.board"), "/styret"), Link(visit.say("meetings_page.cases"), "/saker")])
    if visit.may("meeting.prepare"):
        _new(visit)


def _lead(visit: Visit, coming: list[Planned]) -> str:
    if not coming:
        return visit.say("meetings_page.nothing_planned")
    one = min(coming, key=lambda one: (one.meeting.day, one.meeting.id))
    said = {"title": one.meeting.title, "day": day(one.meeting.day, visit.lang), "count": one.cases}
    return visit.say(f"meetings_page.next.{'one' if one.cases == 1 else 'many'}", **said)


def _list(visit: Visit, found: list[Planned]) -> None:
    open_ones = [one.meeting.id for one in found if one.meeting.state in OPEN]
    frames = frames_behind(visit.store, visit.actor, open_ones)
    words = ("title", "day", "state", "cases", "frame")
    heads = [Column(visit.say(f"meetings_page.head.{one}"), number=one in ("cases", "frame")) for one in words]
    rows = [
        (
            Link(one.meeting.title, f"/mote?id={one.meeting.id}"),
            short_day(one.meeting.day, visit.lang),
            _state(visit, one),
            _cases(visit, one),
            _left(visit, frames.get(one.meeting.id, [])),
        )
        for one in found
    ]
    table(visit.say("meetings_page.caption", count=len(found)), heads, rows)


def _state(visit: Visit, one: Planned) -> str:
    name = state_name("meeting", one.meeting.state, visit.lang)
    return visit.say("meetings_page.between", state=name) if one.meeting.kind == "between" else name


def _cases(visit: Visit, one: Planned) -> str:
    if one.meeting.state == "planned" or not one.cases:
        return str(one.cases)
    return visit.say("meetings_page.decided", decided=one.decided, count=one.cases)


def _left(visit: Visit, frames: list[Frame]) -> str:
    """What is left of the frames behind a meeting that is still to be held."""
    return amount(sum(one.room for one in frames), visit.lang) if frames else ""


def _new(visit: Visit) -> None:
    layout.section(visit.say("meetings_page.new"))
    form = fields(visit, "meeting_new", "title", "day", "kind", given={"day": today(), "kind": KINDS[0]})
    text_field(form, "title", visit.say("meetings_page.head.title"), hint=visit.say("meetings_page.title_hint"))
    day_field(form, "day", visit.say("meetings_page.head.day"))
    st.radio(
        plain(visit.say("meetings_page.kind")),
        KINDS,
        format_func=lambda one: plain(visit.say(f"meetings_page.kinds.{one}")),
        key=form.key("kind"),
    )
    deed(form, visit.say("meetings_page.plan"), lambda visit: _plan(visit, form), first=True)


def _plan(visit: Visit, form: Fields) -> str:
    title = str(form["title"] or "")
    plan_meeting(visit.store, visit.actor, title, form["day"] or today(), form["kind"])
    return visit.say("meetings_page.planned", title=title.strip())
