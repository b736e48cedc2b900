"""Preparing a meeting: its cases and their order, what they come to, what hinders, and locking the agenda."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.deed import Act, deed, fields, text_field
from app.layout import Shown
from app.meeting.words import clicked, hindrance, outcome
from app.tables import Cell, Column, Link, amount, table
from app.text import plain
from app.visit import Visit
from fund.books.money import kroner
from fund.meeting.agenda import order, put_on, take_off
from fund.meeting.meetings import Meeting, cancel_meeting, lock_agenda, lock_faults
from fund.meeting.outline import Candidate, Line, Wanted, candidates, lines, money_wanted
from fund.workflow import action_name

_WORDS = ("case", "recommended", "asked", "organisation")


def show(visit: Visit, meeting: Meeting) -> None:
    """The agenda for everyone; for the officer also its money, what hinders it, and the ways to change it."""
    found = lines(visit.store, visit.actor, meeting.id)
    prepares = visit.may("meeting.prepare")
    if prepares:
        _money(visit, money_wanted(visit.store, visit.actor, meeting.id))
    layout.section(visit.say("meeting_page.agenda"))
    if found:
        agenda_table(visit, found)
    else:
        layout.empty(visit, "meeting_page.no_cases")
    if not prepares:
        return
    for place, one in enumerate(found):
        _change(visit, meeting, found, place, one)
    _ready(visit, meeting, candidates(visit.store, visit.actor))
    _lock(visit, meeting)


def agenda_table(visit: Visit, found: list[Line]) -> None:
    """The agenda as a table: what is recommended, or was decided, where the reader may know it."""
    heads = [Column(visit.say(f"meeting_page.head.{one}"), number=one == "asked") for one in _WORDS]
    rows = [_row(visit, place, one) for place, one in enumerate(found, 1)]
    table(visit.say("meeting_page.agenda_caption", count=len(found)), heads, rows)


def _row(visit: Visit, place: int, one: Line) -> tuple[Cell, ...]:
    name = visit.say("meeting_page.line", place=place, title=one.title, number=one.number)
    return (
        Link(name, f"/sak?id={one.item.application}"),
        standing_of(visit, one),
        amount(one.asked, visit.lang),
        one.organisation,
    )


def standing_of(visit: Visit, one: Line) -> str:
    """How far a case of the agenda has come, in words."""
    if one.item.state == "off":
        return visit.say("meeting_page.taken_off", reason=one.item.off_reason or "–")
    if one.decision is not None:
        return outcome(visit, one.outcome, one.amount)
    if not one.knows:
        return visit.say("meeting_page.not_yours")
    return outcome(visit, one.outcome, one.amount) or visit.say("meeting_page.not_recommended")


def _money(visit: Visit, wanted: list[Wanted]) -> None:
    """What locking would reserve, and what the frame would have left."""
    shown = []
    for one in wanted:
        left = visit.say("meeting_page.left_after", amount=kroner(one.left, visit.lang))
        middle = kroner(one.amount, visit.lang)
        shown.append(Shown(visit.say("meeting_page.reserves", year=str(one.frame.year)), middle, left, modelled=False))
    if shown:
        layout.figures(visit, shown[:3])


def _change(visit: Visit, meeting: Meeting, found: list[Line], place: int, one: Line) -> None:
    """Move a case up or down, or take it off."""
    numbers = [line.item.id for line in found]
    with st.expander(plain(visit.say("meeting_page.change", place=place + 1, title=one.title))):
        with st.container(horizontal=True):
            for name, step in (("up", -1), ("down", 1)):
                there = place + step
                if 0 <= there < len(numbers):
                    label = plain(visit.say(f"meeting_page.move_{name}"))
                    moved = _swapped(numbers, place, there)
                    act = _order(meeting.id, moved)
                    st.button(label, key=f"meeting_{one.item.id}_{name}", on_click=clicked(act))
        form = fields(visit, f"meeting_off_{one.item.id}", "reason")
        text_field(form, "reason", visit.say("meeting_page.reason"), hint=visit.say("meeting_page.reason_hint"))
        deed(form, visit.say("meeting_page.take_off"), lambda visit: _off(visit, one, str(form["reason"] or "")))


def _swapped(numbers: list[int], place: int, there: int) -> list[int]:
    moved = list(numbers)
    moved[place], moved[there] = moved[there], moved[place]
    return moved


def _order(meeting: int, numbers: list[int]) -> Act:
    return lambda visit: order(visit.store, visit.actor, meeting, numbers)


def _off(visit: Visit, one: Line, reason: str) -> str:
    take_off(visit.store, visit.actor, one.item.id, one.item.version, reason)
    return visit.say("meeting_page.off_done", number=one.number)


def _ready(visit: Visit, meeting: Meeting, found: list[Candidate]) -> None:
    """Cases that can be put on."""
    layout.section(visit.say("meeting_page.ready"))
    if not found:
        layout.empty(visit, "meeting_page.none_ready")
        return
    heads = [Column(visit.say(f"meeting_page.head.{one}"), number=one == "asked") for one in _WORDS]
    rows: list[tuple[Cell, ...]] = [
        (
            Link(f"{one.title} ({one.number})", f"/sak?id={one.application}"),
            outcome(visit, one.outcome, one.amount) or visit.say("meeting_page.not_recommended"),
            amount(one.asked, visit.lang),
            one.organisation,
        )
        for one in found
    ]
    table(visit.say("meeting_page.ready_caption", count=len(found)), heads, rows)
    with st.container(horizontal=True):
        for one in found:
            label = visit.say("meeting_page.put_on", number=one.number)
            key = f"meeting_{meeting.id}_put_{one.application}"
            st.button(plain(label), key=key, on_click=clicked(_put(meeting.id, one)))


def _put(meeting: int, one: Candidate) -> Act:
    def act(visit: Visit) -> str:
        put_on(visit.store, visit.actor, meeting, one.application)
        return visit.say("meeting_page.put_done", number=one.number)

    return act


def _lock(visit: Visit, meeting: Meeting) -> None:
    """Lock the agenda, with what hinders it; or cancel the meeting."""
    layout.section(visit.say("meeting_page.lock"))
    hinders = lock_faults(visit.store, visit.actor, meeting.id)
    layout.text(visit.say("meeting_page.lock_about"))
    if hinders:
        layout.text(visit.say("meeting_page.hinders_lock"))
        layout.bullets(hindrance(visit, one) for one in hinders)
    form = fields(visit, f"meeting_{meeting.id}_lock")
    with st.container(horizontal=True):
        if not hinders:
            reserved = sum(one.amount for one in money_wanted(visit.store, visit.actor, meeting.id))
            sure = visit.say("meeting_page.lock_sure", amount=kroner(reserved, visit.lang))
            deed(form, action_name("meeting", "lock_agenda", visit.lang), _locking(meeting), first=True, sure=sure)
        cancel(visit, meeting)


def cancel(visit: Visit, meeting: Meeting) -> None:
    """The button that cancels a meeting, which asks first."""
    form = fields(visit, f"meeting_{meeting.id}_cancel")
    sure = visit.say("meeting_page.cancel_sure", title=meeting.title)
    deed(form, action_name("meeting", "cancel", visit.lang), _cancelling(meeting), sure=sure)


def _locking(meeting: Meeting) -> Act:
    def act(visit: Visit) -> str:
        lock_agenda(visit.store, visit.actor, meeting.id, meeting.version)
        return visit.say("meeting_page.locked")

    return act


def _cancelling(meeting: Meeting) -> Act:
    def act(visit: Visit) -> str:
        cancel_meeting(visit.store, visit.actor, meeting.id, meeting.version)
        return visit.say("meeting_page.cancelled", title=meeting.title)

    return act
