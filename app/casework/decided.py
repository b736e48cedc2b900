"""What the board decided in a case, with its letter, and the award that followed."""

from __future__ import annotations

from app import layout
from app.casework.opened import Opened
from app.casework.recommending import outcome_name
from app.going import ways
from app.tables import Link
from data.clock import day
from data.numbers import kroner
from fund.award.awards import list_awards
from fund.meeting.decisions import list_decisions


def decisions(one: Opened) -> None:
    """Each decision, newest first; nothing where none was made."""
    visit = one.visit
    found = list_decisions(visit.store, visit.actor, one.id)
    if not found:
        return
    organisation = one.case.revision.body["organisation"]["id"]
    awards = {held.decision: held for held in list_awards(visit.store, visit.actor, organisation=organisation)}
    layout.section(one.say("case_page.decided"))
    for held in reversed(found):
        about = {"outcome": outcome_name(held.outcome, visit.lang), "day": day(held.day, visit.lang)}
        if held.amount is None:
            layout.text(one.say("case_page.decision_nothing", **about), held.grounds)
        else:
            layout.text(one.say("case_page.decision", amount=kroner(held.amount, visit.lang), **about), held.grounds)
        links = [Link(one.say("case_page.decision_letter"), f"/last-ned/vedtaksbrev/{held.id}.docx")]
        if award := awards.get(held.id):
            links.insert(0, Link(one.say("case_page.to_award"), f"/tilsagn?id={award.id}"))
        ways(links)
