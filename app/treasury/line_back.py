"""The line behind a posting: payment file, claim, approvals, award, decision, votes, what was sent, and its papers."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from app import layout
from app.tables import Cell, Link, table
from app.text import markup
from app.visit import Visit
from app.who import named
from data.clock import moment, short_day
from data.numbers import kroner
from fund.meeting.votes import Vote
from fund.payout.trace import Trace
from fund.workflow import state_name

Step = tuple[str, list[Cell]]
"""What it is, and its links and texts."""


def line_back(visit: Visit, of: Trace) -> None:
    """One line a step, from the money back to what was asked for; or that there is no more to it."""
    steps = list(_steps(visit, of))
    if not steps:
        layout.text(visit.say("posting_page.no_line"))
        return
    lines = "".join(f"<li><strong>{markup(name)}</strong> {_cells(cells)}</li>" for name, cells in steps)
    st.html(f'<ol class="rv-list">{lines}</ol>')
    if of.votes:
        _votes(visit, of)


def _cells(cells: list[Cell]) -> str:
    shown = [
        f'<a href="{markup(one.address)}">{markup(one.text)}</a>' if isinstance(one, Link) else markup(str(one))
        for one in cells
    ]
    return " · ".join(one for one in shown if one)


def _steps(visit: Visit, of: Trace) -> Iterator[Step]:
    say = visit.say
    if of.batch is not None and of.payment is not None:
        name = Link(of.batch.name, f"/utbetalinger?id={of.batch.id}")
        yield say("posting_page.step.file"), [name, of.payment.end_to_end]
    if of.claim is not None:
        one = of.claim
        words = say("posting_page.claim", number=one.number, state=state_name("claim", one.state, visit.lang))
        yield say("posting_page.step.claim"), [Link(words, f"/anmodning?id={one.id}"), kroner(one.amount, visit.lang)]
        people = {"sent": one.submitted_by, "first": one.first_by, "second": one.second_by}
        said: list[Cell] = [
            say(f"posting_page.by.{name}", who=named(visit, who)) for name, who in people.items() if who
        ]
        yield say("posting_page.step.approvals"), said
    if of.award is not None:
        given = kroner(of.award.amount, visit.lang)
        award = Link(f"{of.award.number} {of.award.title}", f"/tilsagn?id={of.award.id}")
        ledger = Link(say("posting_page.award_postings"), f"/regnskap?tildeling={of.award.id}")
        yield say("posting_page.step.award"), [award, given, ledger]
    if of.decision is not None:
        one_ = of.decision
        outcome = state_name("application", one_.outcome, visit.lang)
        when = short_day(one_.day, visit.lang)
        letter = Link(say("posting_page.letter"), f"/last-ned/vedtaksbrev/{one_.id}.docx?lang={visit.lang}")
        case = Link(say("posting_page.case"), f"/sak?id={one_.application}")
        yield say("posting_page.step.decision"), [outcome, when, case, letter]
    elif of.meeting:
        meeting = Link(say("posting_page.meeting", number=of.meeting), f"/mote?id={of.meeting}")
        yield say("posting_page.step.meeting"), [meeting]
    if of.revision is not None:
        sent = say("posting_page.revision", number=of.revision.number, at=moment(of.revision.at, visit.lang))
        hash_ = say("posting_page.sha", hash=of.revision.sha256[:16])
        yield say("posting_page.step.sent"), [Link(sent, f"/soknad?id={of.revision.application}"), hash_]
    if of.papers:
        places = {"claim": "bilag", "application": "vedlegg"}
        papers: list[Cell] = [Link(one.name, f"/last-ned/{places[one.kind]}/{one.id}.fil") for one in of.papers]
        yield say("posting_page.step.papers"), papers


def _votes(visit: Visit, of: Trace) -> None:
    """Every vote on the case, those that a later one stands instead of included."""
    last = {one.account: one.id for one in of.votes}
    heads = [visit.say(f"posting_page.column.{one}") for one in ("who", "vote", "at")]
    rows: list[list[Cell]] = [
        [named(visit, one.account), _word(visit, one, last), moment(one.at, visit.lang)] for one in of.votes
    ]
    table(visit.say("posting_page.votes"), heads, rows)


def _word(visit: Visit, one: Vote, last: dict[str, int]) -> str:
    word = visit.say(f"posting_page.vote.{one.word}")
    return word if last[one.account] == one.id else visit.say("posting_page.vote.replaced", word=word)
