"""A meeting under way: to the left the agenda, to the right the case on the table; on a projector in large type.

Everyone has the same page on their own device. A case that was chosen stands in the address (``&sak=``); else the page
shows the first that is undecided, and on the projector the one that something last happened to.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from app import asked, layout
from app.casework.euro_rate import euro_rate
from app.going import ways
from app.meeting import after, attending, on_the_table
from app.meeting.preparing import cancel, standing_of
from app.meeting.words import outcome, short_keys
from app.tables import Link
from app.text import markup, plain
from app.visit import Visit
from data.clock import day, today
from fund.meeting.agenda import Meeting
from fund.meeting.floor import last_touched
from fund.meeting.outline import Line, lines, rate_awaited

STYLE = Path(__file__).parent / "large.css"


def show(visit: Visit, meeting: Meeting, *, large: bool) -> None:
    """The whole page of a meeting under way."""
    st.html(STYLE)
    if large:
        st.html(f'<h1 class="rv-large">{_title(visit, meeting)}</h1>')
    else:
        layout.title(meeting.title, visit.say("meeting_page.lead.under_way", day=day(meeting.day, visit.lang)))
        _links(visit, meeting)
        attending.own(visit, meeting)
        if rate_awaited(visit.store, visit.actor, meeting.id, today()):
            euro_rate(visit, today())
    found = lines(visit.store, visit.actor, meeting.id)
    shown = [one for one in found if one.item.state != "off"]
    if shown:
        _two(visit, meeting, shown, large=large)
    attending.everyone(visit, meeting, large=large)
    if large:
        _links(visit, meeting)
        return
    _off(visit, [one for one in found if one.item.state == "off"])
    after.ending(visit, meeting)
    after.so_far(visit, meeting)
    if visit.may("meeting.prepare"):
        on_the_table.taking_off(visit, [one for one in shown if one.decision is None])
        cancel(visit, meeting)


def _title(visit: Visit, meeting: Meeting) -> str:
    return markup(visit.say("meeting_page.large_title", title=meeting.title, day=day(meeting.day, visit.lang)))


def _links(visit: Visit, meeting: Meeting) -> None:
    large = asked.text("vis") == "stor"
    size = "usual" if large else "large"
    other = Link(visit.say(f"meeting_page.{size}"), _address(meeting, vis="" if large else "stor", sak=""))
    keys = "off" if short_keys() else "on"
    turn = Link(visit.say(f"meeting_page.keys_{keys}"), _address(meeting, taster="av" if keys == "off" else ""))
    paper = Link(visit.say("meeting_page.agenda_paper"), f"/last-ned/sakliste/{meeting.id}.docx?lang={visit.lang}")
    ways([other, turn] if large else [other, turn, paper, Link(visit.say("page.title.meetings"), "/moter")])


def _address(meeting: Meeting, **changes: str) -> str:
    """The same page of the meeting, but for what is changed."""
    held = {name: asked.text(name) for name in ("vis", "sak", "taster")} | changes
    return f"/mote?{urlencode({'id': meeting.id, **{name: one for name, one in held.items() if one}})}"


def _two(visit: Visit, meeting: Meeting, shown: list[Line], *, large: bool) -> None:
    """The agenda, and the case that is shown."""
    usual = _usual(visit, meeting, shown, large=large)
    chosen = next((one for one in shown if str(one.item.id) == asked.text("sak")), usual)
    left, right = st.columns([3, 7] if large else [1, 2], gap="small" if large else "medium")
    with left:
        _agenda(visit, meeting, shown, chosen, usual)
    with right, st.container(gap="xxsmall" if large else "small"):
        on_the_table.show(visit, meeting, chosen, large=large)


def _usual(visit: Visit, meeting: Meeting, shown: list[Line], *, large: bool) -> Line:
    """The case that is shown where none is chosen."""
    waiting = next((one for one in shown if one.decision is None), shown[-1])
    if not large and visit.may("case.vote"):
        return waiting
    touched = last_touched(visit.store, visit.actor, meeting.id)
    return next((one for one in shown if one.item.id == touched), waiting)


def _agenda(visit: Visit, meeting: Meeting, shown: list[Line], chosen: Line, usual: Line) -> None:
    """Every case with how far it has come; choosing one shows it, here alone."""
    by_number = {one.item.id: one for one in shown}
    key = f"meeting_{meeting.id}_case"
    st.session_state[key] = chosen.item.id  # told anew: the browser knows a case by its words, and they change
    st.radio(
        plain(visit.say("meeting_page.agenda")),
        list(by_number),
        format_func=lambda one: plain(_name(visit, by_number[one])),
        key=key,
        on_change=_chosen(lambda: st.session_state.get(key), usual),
    )
    place = shown.index(chosen)
    with st.container(horizontal=True):
        for name, shortcut, there in (("previous", "B", place - 1), ("next", "N", place + 1)):
            if 0 <= there < len(shown):
                label = plain(visit.say(f"meeting_page.case_{name}"))
                go = _going(shown[there].item.id, usual)
                st.button(label, key=f"{key}_{name}", shortcut=shortcut if short_keys() else None, on_click=go)


def _name(visit: Visit, one: Line) -> str:
    """A case with how far it has come."""
    came = visit.say("meeting_page.waits") if one.knows else standing_of(visit, one)
    if one.decision is not None:
        came = outcome(visit, one.outcome, one.amount)
    return visit.say("meeting_page.agenda_line", place=one.item.position, title=one.title, state=came)


def _chosen(number: Callable[[], int | None], usual: Line) -> Callable[[], None]:
    """Show a case, and let the page go on by itself where it is the one that would be shown anyway.

    A case is called by how far it has come; where the browser hadn't heard of its new name, none was chosen.
    """

    def show() -> None:
        chosen = number()
        if chosen is not None:
            _going(chosen, usual)()

    return show


def _going(number: int, usual: Line) -> Callable[[], None]:
    waits = number == usual.item.id and usual.decision is None
    return lambda: asked.keep("sak", "" if waits else str(number))


def _off(visit: Visit, found: list[Line]) -> None:
    if found:
        layout.subsection(visit.say("meeting_page.off"))
        layout.bullets(f"{one.title} ({one.number}): {standing_of(visit, one)}" for one in found)
