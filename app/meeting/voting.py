"""Motions on the table, votes by name, and reading the decision out."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.deed import Act, deed, fields
from app.meeting.words import clicked, hindrance, motion, naming, short_keys, with_names
from app.tables import table
from app.text import plain
from app.visit import Visit
from app.who import named
from fund.books.money import kroner
from fund.meeting.agenda import Meeting
from fund.meeting.decisions import read_out
from fund.meeting.floor import Floor, Motion, hindrances
from fund.meeting.outline import Line
from fund.meeting.proposals import Proposal
from fund.meeting.votes import Word, cast

_KEYS: tuple[tuple[Word, str], ...] = (("for", "1"), ("against", "2"))
"""Votes, and the keys that cast them."""


def motions(visit: Visit, held: Floor) -> Motion | None:
    """The motion that is looked at: the last one put forward, until another is chosen. None where none is."""
    found = list(held.motions)
    if len(found) < 2:
        return found[0] if found else None
    places = list(range(len(found)))
    chosen = st.radio(
        plain(visit.say("meeting_page.motions")),
        places,
        index=places[-1],
        format_func=lambda one: plain(_name(visit, found[one])),
        key=f"meeting_item_{held.item.id}_motion_of_{len(found)}",
    )
    return found[places[-1] if chosen is None else chosen]


def _name(visit: Visit, one: Motion) -> str:
    words = motion(visit, one.proposal)
    return visit.say("meeting_page.recommended", motion=words) if one.recommended else words


def votes(visit: Visit, held: Floor, chosen: Motion, *, large: bool) -> None:
    """Everyone who counts, by name, with what they voted on this motion; and the tally. In large type on one line."""
    count = chosen.tally
    figures = {"for": len(count.votes_for), "against": len(count.votes_against)}
    layout.text(visit.say("meeting_page.tally", **figures, counted=len(count.counted), least=held.least))
    heads = [visit.say("meeting_page.there_head.name"), visit.say("meeting_page.vote_head")]
    rows = [(named(visit, who), _voted(visit, held, chosen, who)) for who in count.counted]
    if large:
        layout.text(" ".join(visit.say("meeting_page.by_name", name=name, vote=said) for name, said in rows))
    elif rows:
        table(visit.say("meeting_page.votes_caption"), heads, rows, wide=False)


def _voted(visit: Visit, held: Floor, chosen: Motion, who: str) -> str:
    one = held.votes.get(who)
    if one is None:
        return visit.say("meeting_page.not_voted")
    if one.proposal != chosen.proposal.text:
        return visit.say("meeting_page.voted_other")
    words = visit.say(f"meeting_page.voted.{one.word}")
    return visit.say("meeting_page.voted_remotely", vote=words) if one.remote else words


def vote(visit: Visit, held: Floor, chosen: Motion) -> None:
    """The reader's own vote on the motion: another one stands instead of it until the decision is read out."""
    if not visit.may("case.vote"):
        return
    if held.may_vote:
        layout.bullets(hindrance(visit, one) for one in with_names(visit, held.may_vote))
        return
    text = chosen.proposal.text
    mine = held.votes.get(visit.actor.id)
    with st.container(horizontal=True):
        for word, shortcut in _KEYS:
            is_mine = mine is not None and (mine.word, mine.proposal) == (word, text)
            label = visit.say(f"meeting_page.{'your_vote' if is_mine else 'vote'}.{word}")
            key = f"meeting_item_{held.item.id}_vote_{word}"
            act = _voting(held.item.id, word, chosen.proposal)
            st.button(plain(label), key=key, shortcut=shortcut if short_keys() else None, on_click=clicked(act))


def _voting(item: int, word: Word, proposal: Proposal) -> Act:
    def act(visit: Visit) -> None:
        cast(visit.store, visit.actor, item, word, proposal)

    return act


def reading(visit: Visit, meeting: Meeting, line: Line, held: Floor, chosen: Motion) -> None:
    """For who leads: what keeps the decision from being read out, or the button that does, which asks first."""
    if not visit.may("case.decide"):
        return
    hinders = hindrances(visit.store, visit.actor, held.item.id, chosen.proposal)
    if hinders:
        layout.text(visit.say("meeting_page.hinders"))
        layout.bullets(hindrance(visit, one) for one in with_names(visit, hinders))
        return
    form = fields(visit, f"meeting_item_{held.item.id}_read")
    deed(form, visit.say("meeting_page.read"), _reading(line, chosen.proposal), first=True, sure=_sure(visit, chosen))


def _sure(visit: Visit, chosen: Motion) -> str:
    """What reading out does, with its figure."""
    amount = chosen.proposal.amount
    words = motion(visit, chosen.proposal)
    if amount is None:
        return visit.say("meeting_page.read_sure", motion=words)
    return visit.say("meeting_page.read_sure_gives", motion=words, amount=kroner(amount, visit.lang))


def _reading(line: Line, proposal: Proposal) -> Act:
    @naming
    def act(visit: Visit) -> str:
        read_out(visit.store, visit.actor, line.item.id, line.version, proposal)
        asked.keep("sak", str(line.item.id))
        return visit.say("meeting_page.read_done", number=line.number)

    return act
