"""Ending a meeting, its minutes as they write themselves, and signing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import layout
from app.deed import Act, deed, fields
from app.meeting.words import naming, outcome
from app.tables import Cell, Column, Link, amount, table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment
from fund.meeting.agenda import Meeting
from fund.meeting.meetings import hold
from fund.meeting.minutes import minutes_data, sign
from fund.workflow import action_name

_HASH = 16
"""Signs of a hash that people compare; the paper has all of it."""


def show(visit: Visit, meeting: Meeting) -> None:
    """A meeting that is over: its minutes, and for the chair the signature."""
    data = _minutes_of(visit, meeting)
    if meeting.state == "held" and visit.may("meeting.sign"):
        layout.text(visit.say("meeting_page.sign_about"))
        form = fields(visit, f"meeting_{meeting.id}_sign")
        sure = visit.say("meeting_page.sign_sure")
        deed(form, action_name("meeting", "sign", visit.lang), _signing(meeting), first=True, sure=sure)
    if signed := data.get("signed"):
        who, when = named(visit, signed["account"]), moment(signed["at"], visit.lang)
        layout.text(visit.say("meeting_page.signed", name=who, when=when, hash=str(meeting.minutes_sha256)[:_HASH]))
    _minutes(visit, data)


def ending(visit: Visit, meeting: Meeting) -> None:
    """The button that ends the meeting, for who leads it."""
    if not visit.may("meeting.lead"):
        return
    layout.section(visit.say("meeting_page.end"))
    layout.text(visit.say("meeting_page.end_about"))
    form = fields(visit, f"meeting_{meeting.id}_hold")
    sure = visit.say("meeting_page.end_sure")
    deed(form, action_name("meeting", "hold", visit.lang), _holding(meeting), sure=sure)


def so_far(visit: Visit, meeting: Meeting) -> None:
    """The minutes as they stand now."""
    with st.expander(plain(visit.say("meeting_page.so_far"))):
        _minutes(visit, _minutes_of(visit, meeting))


def _minutes_of(visit: Visit, meeting: Meeting) -> Mapping[str, Any]:
    who = (visit.actor.id, *sorted(visit.actor.roles))
    return _kept(str(visit.store.folder), visit.version, who, meeting.id, visit)


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(folder: str, version: int, who: tuple[str, ...], meeting: int, _visit: Visit) -> Mapping[str, Any]:
    """What depends on nothing but what is stored and who reads it, kept until something is."""
    return minutes_data(_visit.store, _visit.actor, meeting)


def _holding(meeting: Meeting) -> Act:
    @naming
    def act(visit: Visit) -> str:
        hold(visit.store, visit.actor, meeting.id, meeting.version)
        return visit.say("meeting_page.ended")

    return act


def _signing(meeting: Meeting) -> Act:
    @naming
    def act(visit: Visit) -> str:
        sign(visit.store, visit.actor, meeting.id, meeting.version)
        return visit.say("meeting_page.sign_done")

    return act


def _minutes(visit: Visit, data: Mapping[str, Any]) -> None:
    """Everything that the minutes state."""
    layout.section(visit.say("meeting_page.minutes"))
    count = data["quorum"]
    layout.text(visit.say("meeting_page.quorum", filled=count["filled"], least=count["least"]))
    heads = [visit.say(f"meeting_page.there_head.{one}") for one in ("name", "seat", "took_part")]
    if data["present"]:
        table(visit.say("meeting_page.present"), heads, [_person(visit, one) for one in data["present"]])
    if data["absent"]:
        names = ", ".join(named(visit, one) for one in data["absent"])
        layout.text(visit.say("meeting_page.absent", names=names))
    _cases(visit, visit.say("meeting_page.minuted"), data["items"])
    if data["between"]:
        _cases(visit, visit.say("meeting_page.between"), data["between"])
    _heads(visit, data["heads"])


def _person(visit: Visit, one: Mapping[str, Any]) -> tuple[str, ...]:
    seat = visit.say("meeting_page.member")
    if one["deputy_for"]:
        seat = visit.say("meeting_page.deputy", name=named(visit, one["deputy_for"]))
    state = visit.say(f"meeting_page.state.{'remote' if one['remote'] else 'room'}")
    if one["left"]:
        state = visit.say("meeting_page.left_early", state=state, when=moment(one["left"], visit.lang))
    return (named(visit, one["account"]), seat, state)


def _cases(visit: Visit, caption: str, items: list[Mapping[str, Any]]) -> None:
    """What was decided, case by case."""
    heads = [
        Column(visit.say("meeting_page.head.case")),
        Column(visit.say("meeting_page.head.decided")),
        Column(visit.say("meeting_page.head.votes")),
        Column(visit.say("meeting_page.head.conflicts")),
        Column(visit.say("meeting_page.head.left"), number=True),
    ]
    if items:
        table(caption, heads, [_case(visit, one) for one in items])


def _case(visit: Visit, one: Mapping[str, Any]) -> tuple[Cell, ...]:
    name = visit.say("meeting_page.line", place=one["position"], title=one["title"], number=one["number"])
    words = [
        visit.say(f"meeting_page.standing.{_word(said)}", name=named(visit, said["account"]))
        for said in one["conflicts"]
    ]
    decision = one["decision"]
    link = Link(name, f"/sak?id={one['application']}")
    if decision is None:
        state = visit.say("meeting_page.waits")
        if one["state"] == "off":
            state = visit.say("meeting_page.taken_off", reason=one["off_reason"] or "–")
        return (link, state, "", " ".join(words), "")
    proposal = decision["proposal"]
    given = [vote["word"] for vote in decision["votes"]]
    votes = visit.say("meeting_page.votes", **{"for": given.count("for"), "against": given.count("against")})
    said = outcome(visit, proposal["outcome"], proposal["amount"])
    return (link, said, votes, " ".join(words), amount(decision["frame_left"], visit.lang))


def _word(said: Mapping[str, Any]) -> str:
    ruling = said["ruling"]
    if ruling is None:
        return str(said["word"])
    return "disqualified" if ruling["disqualified"] else "cleared"


def _heads(visit: Visit, heads: Mapping[str, Any]) -> None:
    """The heads of the chains: with them it can be told later that nothing was changed."""
    rows = {
        visit.say(f"meeting_page.chain.{name}"): visit.say(
            "meeting_page.head_of", number=int(heads[name][0]), hash=str(heads[name][1])[:_HASH] or "–"
        )
        for name in ("ledger", "audit", "vote", "decision")
    }
    layout.text(visit.say("meeting_page.heads_about"))
    layout.facts(rows)
