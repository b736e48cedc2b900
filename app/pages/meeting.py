"""A meeting: prepared by the officer, led by the chair with everyone voting on this page, and minuted."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.going import ways
from app.meeting import after, preparing, under_way
from app.meeting.following import follow
from app.tables import Link
from app.visit import Visit
from data.clock import day
from fund.meeting.meetings import Meeting, get_meeting, list_meetings
from fund.workflow import state_name

LARGE = "stor"
"""What the address says of the page on a projector (``&vis=stor``)."""


def show(visit: Visit) -> None:
    """The meeting of the address; without one, the one that is under way, else the next."""
    drawn = visit.version
    meeting = _meeting(visit)
    if meeting is None:
        layout.title(visit.say("page.title.meeting"))
        layout.empty(visit, "meeting_page.none")
        ways([Link(visit.say("page.title.meetings"), "/moter")])
        return
    if meeting.state == "agenda_locked":
        under_way.show(visit, meeting, large=st.query_params.get("vis") == LARGE)
        follow(drawn)
        return
    layout.title(meeting.title, _lead(visit, meeting))
    ways(_ways(visit, meeting))
    if meeting.state == "planned":
        preparing.show(visit, meeting)
    else:
        after.show(visit, meeting)
    follow(drawn)


def _meeting(visit: Visit) -> Meeting | None:
    id = asked.row()
    if id is None:
        return _current(list_meetings(visit.store, visit.actor))
    return get_meeting(visit.store, visit.actor, id)


def _current(found: list[Meeting]) -> Meeting | None:
    """What someone who opens «the meeting» means."""
    by_day = sorted(found, key=lambda one: (one.day, one.id))
    ordered = [next((one for one in by_day if one.state == state), None) for state in ("agenda_locked", "planned")]
    return next((one for one in ordered if one is not None), by_day[-1] if by_day else None)


def _lead(visit: Visit, meeting: Meeting) -> str:
    name = state_name("meeting", meeting.state, visit.lang)
    key = "between" if meeting.kind == "between" else "ordinary"
    return visit.say(f"meeting_page.lead.{key}", day=day(meeting.day, visit.lang), state=name)


def _ways(visit: Visit, meeting: Meeting) -> list[Link]:
    found = [Link(visit.say("page.title.meetings"), "/moter")]
    if meeting.state != "cancelled":
        address = f"/last-ned/sakliste/{meeting.id}.docx?lang={visit.lang}"
        found.append(Link(visit.say("meeting_page.agenda_paper"), address))
    if meeting.state in ("held", "minutes_signed"):
        address = f"/last-ned/protokoll/{meeting.id}.docx?lang={visit.lang}"
        found.append(Link(visit.say("meeting_page.minutes_paper"), address))
        if visit.may("case.handle"):
            address = f"/last-ned/vedtaksbrev-alle/{meeting.id}.zip?lang={visit.lang}"
            found.append(Link(visit.say("meeting_page.letters"), address))
    return found
