"""An application that was sent: its receipt and state, what the fund asks for, what was decided, what one may do."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.applying.contents import contents
from app.deed import deed, fields, text_area
from app.going import ways
from app.tables import Cell, Column, Link, table
from app.text import markup
from app.visit import Visit
from app.who import named
from data.clock import day, moment
from data.numbers import kroner
from data.permission import may
from fund.award.awards import list_awards
from fund.intake.applications import Application, application_history
from fund.intake.as_sent import sent_case
from fund.intake.handling import grounds_of, requests, withdraw
from fund.intake.revisions import get_receipt, list_revisions
from fund.meeting.appeals import DECIDED, file_appeal, list_appeals
from fund.meeting.told import Told, dismissal_due, told_of
from fund.outbox import messages_to
from fund.workflow import state_name, workflows

_WAY = ("submitted", "in_review", "ready")
_BEFORE_DECISION = ("submitted", "needs_completing", "in_review")


def after(visit: Visit, one: Application) -> None:
    """What came of it, the newest on top; then what was sent, and what was told."""
    layout.title(one.title or visit.say("application_page.unnamed"), _where(visit, one))
    _line_of_states(visit, one)
    told = told_of(visit.store, visit.actor, one.id)
    _decided(visit, one, told)
    _appeal(visit, one, told)
    if one.sent:
        _receipt(visit, one)
        _as_sent(visit, one)
        _messages(visit, one)
    _history(visit, one)
    withdrawing(visit, one)


def _where(visit: Visit, one: Application) -> str:
    state = state_name("application", one.state, visit.lang, public=True)
    if one.number is None:
        return visit.say("application_page.after.unsent", state=state)
    return visit.say("application_page.after.lead", number=one.number, state=state)


def _line_of_states(visit: Visit, one: Application) -> None:
    """The way from received to decided, with where it is now."""
    ended = one.state in workflows()["application"].ends or one.state == "deferred"
    way = [*_WAY, one.state if ended else "decided"]
    now = way.index(one.state) if one.state in way else 0
    items = []
    for number, state in enumerate(way):
        named_ = visit.say("application_page.after.decided") if state == "decided" else _public(visit, state)
        mark = "now" if number == now else "done" if number < now else "next"
        words = visit.say(f"application_page.after.{mark}")
        current = ' aria-current="step"' if number == now else ""
        items.append(f"<li{current}>{markup(named_)} <span class='rv-small'>({markup(words)})</span></li>")
    st.html(f'<ol class="rv-list">{"".join(items)}</ol>')


def _public(visit: Visit, state: str) -> str:
    return state_name("application", state, visit.lang, public=True)


def request_note(visit: Visit, one: Application) -> None:
    """What the fund asked for last, and by when."""
    asked = requests(visit.store, visit.actor, one.id)
    if asked:
        last = asked[-1]
        with st.container(border=True):
            layout.subsection(visit.say("application_page.after.asked", day=day(last.holds, visit.lang)))
            for line in last.text.splitlines():
                layout.text(line)
            layout.text(visit.say("application_page.after.asked_how"), small=True)


# -- what was decided


def _decided(visit: Visit, one: Application, told: list[Told]) -> None:
    for action, text, at in grounds_of(visit.store, visit.actor, one.id):
        layout.section(visit.say(f"workflow.application_action.{action}"))
        layout.text(moment(at, visit.lang), text)
    awards = {
        award.decision: award
        for award in list_awards(visit.store, visit.actor, organisation=one.organisation)
        if award.application == one.id
    }
    for decision in reversed(told):
        layout.section(visit.say("application_page.after.decision", day=day(decision.day, visit.lang)))
        layout.text(_in_words(visit, decision), visit.say("application_page.after.grounds", grounds=decision.grounds))
        if decision.conditions:
            layout.text(visit.say("application_page.after.conditions"))
            layout.bullets(decision.conditions)
        links = [
            Link(
                visit.say("application_page.after.letter"),
                f"/last-ned/vedtaksbrev/{decision.id}.docx?lang={visit.lang}",
            )
        ]
        if decision.id in awards:
            award = awards[decision.id]
            state = state_name("award", award.state, visit.lang, public=True)
            links = [Link(visit.say("application_page.after.award", state=state), f"/tilsagn?id={award.id}"), *links]
        ways(links)


def _in_words(visit: Visit, one: Told) -> str:
    if one.amount is None:
        return visit.say(f"application_page.outcome.{one.outcome}")
    return visit.say(f"application_page.outcome.{one.outcome}", amount=kroner(one.amount, visit.lang))


def _appeal(visit: Visit, one: Application, told: list[Told]) -> None:
    """Appeals that were made, and the place for one where there is something to appeal against."""
    made = list_appeals(visit.store, visit.actor, one.id)
    for appeal in made:
        state = state_name("appeal", appeal.state, visit.lang, public=True)
        layout.subsection(
            visit.say("application_page.appeal.made", at=moment(appeal.received_at, visit.lang), state=state)
        )
        layout.text(*[line for line in appeal.text.splitlines() if line.strip()])
        if appeal.answer:
            layout.text(visit.say("application_page.appeal.answer", answer=appeal.answer))
    decision = told[-1].id if told and one.state != "dismissed" else None
    if one.state not in DECIDED or any(appeal.decision == decision for appeal in made):
        return
    if not may(visit.actor, "appeal.write", one):
        return
    due = told[-1].appeal_by if decision is not None else dismissal_due(visit.store, visit.actor, one.id)
    with st.expander(visit.say("application_page.appeal.title")):
        if due is not None:
            layout.text(visit.say("application_page.appeal.due", day=day(due, visit.lang)))
        layout.text(visit.say("application_page.appeal.about"))
        form = fields(visit, f"application_{one.id}_appeal_{decision or 0}", "text")
        text_area(form, "text", visit.say("application_page.appeal.text"), longest=20_000, lines=8)

        def act(visit: Visit) -> str:
            file_appeal(visit.store, visit.actor, one.id, str(form["text"] or ""))
            return visit.say("application_page.appeal.done")

        deed(form, visit.say("application_page.appeal.do"), act, sure=visit.say("application_page.appeal.sure"))


# -- what was sent and told


def _receipt(visit: Visit, one: Application) -> None:
    receipt = get_receipt(visit.store, visit.actor, one.id)
    layout.section(visit.say("application_page.receipt.title"))
    layout.facts(
        {
            visit.say("application_page.receipt.number"): receipt.number,
            visit.say("application_page.receipt.revision"): str(receipt.revision),
            visit.say("application_page.receipt.at"): moment(receipt.at, visit.lang),
            visit.say("application_page.receipt.sha"): " ".join(
                receipt.sha256[start : start + 8] for start in range(0, len(receipt.sha256), 8)
            ),
        }
    )
    layout.text(visit.say("application_page.receipt.about"), small=True)


def _as_sent(visit: Visit, one: Application) -> None:
    with st.expander(visit.say("application_page.after.sent")):
        case, who = sent_case(visit.store, visit.actor, one.id)
        contents(visit, case.scheme, case.contents, who, case.papers)
        revisions = list_revisions(visit.store, visit.actor, one.id)
        if len(revisions) > 1:
            rows: list[list[Cell]] = [
                [str(each.number), moment(each.at, visit.lang), each.sha256] for each in revisions
            ]
            heads: list[Column | str] = [
                Column(visit.say("application_page.receipt.revision"), number=True),
                visit.say("application_page.receipt.at"),
                visit.say("application_page.receipt.sha"),
            ]
            table(visit.say("application_page.after.revisions"), heads, rows)


def _messages(visit: Visit, one: Application) -> None:
    """What was told to the organisation about this application."""
    if one.organisation is None or not may(visit.actor, "organisation.read", one):
        return
    own = [
        each
        for each in messages_to(visit.store, visit.actor, one.organisation)
        if each.figures.get("number") == one.number
    ]
    if own:
        with st.expander(visit.say("application_page.after.messages", count=len(own))):
            heads = [visit.say("application_page.after.message"), visit.say("application_page.after.at")]
            rows: list[list[Cell]] = [[each.subject(visit.lang), moment(each.at, visit.lang)] for each in own]
            table(visit.say("application_page.after.messages_caption"), heads, rows)


def _history(visit: Visit, one: Application) -> None:
    """Who did what and when, as states that it came into."""
    steps = []
    for entry in application_history(visit.store, visit.actor, one.id):
        state = (entry.after or {}).get("state")
        if state and state != (entry.before or {}).get("state"):
            steps.append([_public(visit, str(state)), moment(entry.at, visit.lang), named(visit, entry.actor)])
    if steps:
        with st.expander(visit.say("application_page.after.history")):
            heads = [visit.say(f"application_page.after.{one}") for one in ("state", "at", "who")]
            table(visit.say("application_page.after.history_caption"), heads, steps)


def withdrawing(visit: Visit, one: Application) -> None:
    """Withdraw it, while it hasn't come to the board."""
    if one.state not in _BEFORE_DECISION:
        return
    form = fields(visit, f"application_{one.id}_withdraw_{one.version}")
    with st.expander(visit.say("application_page.more")):
        layout.text(visit.say("application_page.withdraw.about"))
        act = partial(_withdrawn, one.id, one.version)
        deed(form, visit.say("application_page.withdraw.do"), act, sure=visit.say("application_page.withdraw.sure"))


def _withdrawn(id: int, version: int, visit: Visit) -> str:
    withdraw(visit.store, visit.actor, id, version)
    return visit.say("application_page.withdraw.done")
