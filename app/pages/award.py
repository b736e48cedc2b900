"""An award at one address for all who have part in it: what was given and paid, what is due, and what each does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from app import asked, layout
from app.awarding import award_shown as shown
from app.awarding.award_accepting import accepting, account
from app.awarding.award_lead import lead
from app.awarding.award_managing import meeting_conditions, running, seldom
from app.awarding.award_planning import planning
from app.awarding.award_reporting import deciding, listed, reading, writing
from app.awarding.award_settling import settling
from app.deed import deed, fields
from app.event_list import public_style
from app.going import go
from app.tables import Link
from app.visit import Visit
from fund.award.award_conditions import Condition, list_conditions
from fund.award.award_money import AwardMoney, award_money
from fund.award.award_plans import PLANNABLE, PlanPart, get_plan, proposed_plan
from fund.award.awards import Award, get_award
from fund.award.reports import WRITABLE, Report, list_reports
from fund.books.money import kroner
from fund.deadlines import clock, in_time
from fund.intake.budget import Plan
from fund.payout.claim_view import budget_of
from fund.payout.claiming import list_claims, start_claim
from fund.payout.claims import OPEN, Claim, Part
from fund.payout.settlements import get_settlement

ENDED = ("lapsed", "closed", "clawed_back")
"""States of an award whose reports nobody waits for."""


@dataclass(frozen=True)
class Opened:
    """An award as this person may read it. ``budget`` and ``claims`` are for who may open the whole case."""

    award: Award
    money: AwardMoney
    plan: Sequence[PlanPart]
    conditions: Sequence[Condition]
    reports: Sequence[Report]
    claims: Sequence[Claim]
    budget: Plan | None
    own: bool

    @property
    def final_in(self) -> bool:
        """Whether the final report is approved."""
        return any(one.part == "final" and one.state == "approved" for one in self.reports)


def show(visit: Visit) -> None:
    """The sentence and figures; what this person is to do; then everything that it rests on."""
    held = _opened(visit, asked.the_row())
    award, money = held.award, held.money
    layout.title(visit.say("award_page.title", case=award.number, title=award.title), lead(visit, award, money, held))
    _figures(visit, held)
    if held.own and held.award.state != "offered":
        _claiming(visit, held)
    _to_do(visit, held)
    _conditions(visit, held)
    _plan(visit, held)
    _reports(visit, held)
    if held.claims:
        layout.section(visit.say("award_page.claims"))
        shown.claims(visit, held.claims, public=held.own)
    _settlement(visit, held)
    if visit.may("payee.read", award):
        account(visit, award)
    if visit.may("award.manage"):
        seldom(visit, award)
    shown.grounds(visit, award)
    if visit.may("ledger.read"):
        shown.ledger(visit, award)
    layout.section(visit.say("award_page.more"))
    shown.terms(visit, award)
    shown.history(visit, award)
    shown.letters(visit, award)


def _opened(visit: Visit, id: int) -> Opened:
    store, actor = visit.store, visit.actor
    award = get_award(store, actor, id)
    whole = visit.may("application.open", award)
    return Opened(
        award,
        award_money(store, actor, id),
        get_plan(store, actor, id),
        list_conditions(store, actor, id),
        list_reports(store, actor, id),
        list_claims(store, actor, id) if whole else [],
        budget_of(store, actor, id) if whole else None,
        visit.may("claim.write", award),
    )


def _figures(visit: Visit, held: Opened) -> None:
    award, money, say, lang = held.award, held.money, visit.say, visit.lang
    given = layout.Shown(say(f"award_page.figure.{award.form}"), kroner(award.amount, lang), "", modelled=False)
    out = money.paid + money.lent + money.written_off
    note = say("award_page.figure.open_claims", ore_open=money.open) if money.open else ""
    paid = layout.Shown(say("award_page.figure.paid"), kroner(out, lang), note, modelled=False)
    left = layout.Shown(say("award_page.figure.left"), kroner(money.held, lang), "", modelled=False)
    layout.figures(visit, [given, paid, left])


def _to_do(visit: Visit, held: Opened) -> None:
    """The one thing that waits for this person, by role and state."""
    award = held.award
    if visit.may("award.accept", award) and award.state == "offered" and in_time(clock(), award.accept_by):
        layout.section(visit.say("award_page.accept_heading"))
        accepting(visit, award)
    if visit.may("award.manage"):
        running(visit, award, planned=bool(held.plan), final_in=held.final_in)
    if visit.may("award.settle"):
        settling(visit, award, held.money)


def _conditions(visit: Visit, held: Opened) -> None:
    if not held.conditions:
        return
    layout.section(visit.say("award_page.conditions"))
    shown.conditions(visit, held.conditions)
    if visit.may("award.manage"):
        meeting_conditions(visit, held.conditions)


def _plan(visit: Visit, held: Opened) -> None:
    award, say = held.award, visit.say
    layout.section(say("award_page.plan"))
    manages = visit.may("award.manage") and award.state in PLANNABLE
    if held.plan:
        shown.plan(visit, held.plan, say("award_page.caption.plan"))
    elif not manages:
        shown.plan(visit, proposed_plan(award), say("award_page.caption.proposed"))
    if manages and not held.plan:
        planning(visit, award, held.plan, first=True)
    elif manages:
        with st.expander(say("award_page.plan_change")):
            planning(visit, award, held.plan, first=False)


def _reports(visit: Visit, held: Opened) -> None:
    """The reports: the organisation writes, the officer decides, the others read."""
    if not held.reports:
        return
    layout.section(visit.say("award_page.reports"))
    listed(visit, held.reports, public=held.own)
    for one in held.reports:
        if held.own and one.state in WRITABLE and held.budget is not None and held.award.state not in ENDED:
            writing(visit, one, held.budget)
        elif one.state not in WRITABLE:
            reading(visit, one, held.budget)
        if visit.may("case.handle"):
            deciding(visit, one, held.award)


def _claiming(visit: Visit, held: Opened) -> None:
    """Begin a claim, or go on with the one that is begun."""
    award, say = held.award, visit.say
    layout.section(say("award_page.claiming"))
    drafts = [one for one in held.claims if one.state in ("draft", "returned")]
    if drafts:
        public_style()
    for number, one in enumerate(drafts):
        key = "award_page.write_on" if one.state == "draft" else "award_page.mend"
        go(Link(say(key, number=one.number), f"/anmodning?id={one.id}"), first=number == 0)
    parts = _startable(award, held.claims)
    if award.state not in ("accepted", "active", "final_report_in") or not parts:
        if not drafts:
            layout.text(say("award_page.no_claim_now"))
        return
    for part in parts:
        form = fields(visit, f"award_{award.id}_start_{part}")
        layout.text(say(f"award_page.start_about.{award.form if part == 'final' else part}"))
        deed(form, say(f"award_page.start.{part}"), partial(_start, award=award, part=part))


def _startable(award: Award, claims: Sequence[Claim]) -> list[Part]:
    """The kinds of claim that can be begun: none that is being written, and one final one."""
    parts: list[Part] = []
    writing = [one.part for one in claims if one.state == "draft"]
    final = any(one.part == "final" and one.state in (*OPEN, "paid") for one in claims)
    if award.form != "guarantee" and "part" not in writing and not final:
        parts.append("part")
    if award.form != "loan" and "final" not in writing and not final:
        parts.append("final")
    return parts


def _start(visit: Visit, *, award: Award, part: Part) -> str:
    start_claim(visit.store, visit.actor, award.id, part)
    return visit.say("award_page.claim_started")


def _settlement(visit: Visit, held: Opened) -> None:
    award = held.award
    if award.form != "guarantee":
        return
    if held.budget is not None and (found := get_settlement(visit.store, visit.actor, award.id)):
        shown.settlement(visit, found, award.amount)
        return
    layout.section(visit.say("award_page.settlement"))
    layout.text(visit.say("award_page.exposed", ore_cap=award.amount, ore_held=held.money.held))
