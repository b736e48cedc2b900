"""Who is there: what each member says of itself, and the officer or the chair of anyone."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app import layout
from app.deed import Act
from app.meeting.words import clicked
from app.tables import table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import OSLO, time
from fund.meeting.agenda import Meeting
from fund.meeting.attendance import attend, leave
from fund.meeting.floor import Place, places

_DONE = ("room", "remote", "left")


def own(visit: Visit, meeting: Meeting) -> None:
    """What who is signed in says of itself, where that one has a seat."""
    mine = [one for one in places(visit.store, visit.actor, meeting.id) if one.seat.account == visit.actor.id]
    if not mine or not visit.may("case.vote"):
        return
    state = _state(mine[0])
    layout.text(visit.say(f"meeting_page.you.{state}"))
    _buttons(visit, meeting, mine[0], prefix="own")


def everyone(visit: Visit, meeting: Meeting, *, large: bool) -> None:
    """The board with who is there; who prepares or leads the meeting enters them."""
    found = places(visit.store, visit.actor, meeting.id)
    there = sum(_state(one) in ("room", "remote") for one in found)
    enters = visit.may("meeting.prepare") or visit.may("meeting.lead")
    with st.expander(plain(visit.say("meeting_page.there", count=there, all=len(found))), expanded=not there):
        heads = [visit.say(f"meeting_page.there_head.{one}") for one in ("name", "seat", "state")]
        table(visit.say("meeting_page.there_caption"), heads, [_row(visit, found, one) for one in found])
        if not enters or large:
            return
        for one in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                layout.text(named(visit, one.seat.account))
                _buttons(visit, meeting, one, prefix="of")


def _row(visit: Visit, found: list[Place], one: Place) -> tuple[str, ...]:
    seat = visit.say("meeting_page.member")
    if one.seat.deputy_for is not None:
        member = next(place.seat.account for place in found if place.seat.id == one.seat.deputy_for)
        seat = visit.say("meeting_page.deputy", name=named(visit, member))
    return (named(visit, one.seat.account), seat, _words(visit, one))


def _words(visit: Visit, one: Place) -> str:
    state = _state(one)
    if state == "left" and one.there is not None and one.there.left_at:
        clock = time(dt.datetime.fromisoformat(one.there.left_at).astimezone(OSLO), visit.lang)
        return visit.say("meeting_page.has_left", time=clock)
    return visit.say(f"meeting_page.state.{state}")


def _state(one: Place) -> str:
    if one.there is None:
        return "away"
    if one.there.left_at is not None:
        return "left"
    return "remote" if one.there.remote else "room"


def _buttons(visit: Visit, meeting: Meeting, one: Place, *, prefix: str) -> None:
    """What can be said of a person from where that one is now. A meeting between meetings has no room."""
    now = _state(one)
    offered = [word for word in _DONE if word != now and not (word == "room" and meeting.kind == "between")]
    with st.container(horizontal=True, key=f"meeting_{prefix}_{one.seat.id}"):
        for word in offered:
            if word == "left" and now == "away":
                continue
            label = plain(visit.say(f"meeting_page.come.{word}"))
            key = f"meeting_{meeting.id}_{prefix}_{one.seat.id}_{word}"
            st.button(label, key=key, on_click=clicked(_said(meeting.id, one.seat.account, word)))


def _said(meeting: int, account: str, word: str) -> Act:
    def act(visit: Visit) -> None:
        if word == "left":
            leave(visit.store, visit.actor, meeting, account)
        else:
            attend(visit.store, visit.actor, meeting, account, word == "remote")

    return act
