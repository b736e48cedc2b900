"""A claim beside its approved plan: written by the organisation, checked by two, read by the auditor."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.awarding import claim_checking, claim_shown
from app.awarding.claim_form import write
from app.going import ways
from app.tables import Link
from app.visit import Visit
from data.clock import moment
from fund.payout.claim_list import list_open_claims
from fund.payout.claim_view import ClaimView, claim_view
from fund.payout.claiming import WRITABLE, claim_history
from fund.payout.settlements import get_settlement
from fund.workflow import state_name


def show(visit: Visit) -> None:
    """The sentence and figures; then the form for who writes it, else what is to be done with it."""
    id = asked.the_row()
    if st.session_state.get("claim_discarded"):
        _discarded(visit, st.session_state.pop("claim_discarded"))
        return
    view = claim_view(visit.store, visit.actor, id)
    claim, award = view.claim, view.case.award
    writing = claim.state in WRITABLE and visit.may("claim.write", claim)
    heading = visit.say(f"claim_page.title.{claim.part}", number=claim.number, case=award.number)
    layout.title(heading, _lead(visit, view))
    if claim.reason and claim.state in ("returned", "declined", "failed"):
        layout.text(visit.say(f"claim_page.because.{claim.state}", reason=claim.reason))
    claim_shown.facts(visit, view)
    if writing:
        write(visit, view)
    else:
        _read(visit, view)
    _on(visit, view)
    claim_shown.history(visit, claim_history(visit.store, visit.actor, id))


def _lead(visit: Visit, view: ClaimView) -> str:
    claim, award = view.claim, view.case.award
    figures = {"title": award.title, "ore_amount": view.amount, "ore_cap": award.amount}
    when = moment(claim.moved_at, visit.lang)
    if claim.state in WRITABLE:
        return visit.say(f"claim_page.lead.{claim.state}.{award.form}", **figures)
    own = visit.may("claim.write", claim)
    state = state_name("claim", claim.state, visit.lang, public=own)
    return visit.say("claim_page.lead.sent", state=state, when=when, **figures)


def _read(visit: Visit, view: ClaimView) -> None:
    settled = get_settlement(visit.store, visit.actor, view.case.award.id)
    claim_checking.act_on(visit, view, settled)
    claim_shown.checks(visit, view)
    claim_shown.beside_plan(visit, view)
    layout.section(visit.say("claim_page.papers"))
    claim_shown.papers(visit, view.case.papers)
    claim_shown.said(visit, view)


def _on(visit: Visit, view: ClaimView) -> None:
    """The award, the letter of the payout, its posting, and the next claim that waits for this person."""
    claim = view.claim
    links = [Link(visit.say("claim_page.award"), f"/tilsagn?id={claim.award}")]
    if claim.state == "paid" and claim.amount:
        links.append(Link(visit.say("claim_page.letter"), f"/last-ned/utbetalingsvarsel/{claim.id}.docx"))
    if claim.posting is not None and visit.may("ledger.read"):
        links.append(Link(visit.say("claim_page.posting"), f"/postering?id={claim.posting}"))
    if visit.may("claim.check") or visit.may("claim.approve"):
        links.append(Link(visit.say("claim_page.all"), "/anmodninger"))
        waiting = (one for one in list_open_claims(visit.store, visit.actor) if one.waits_for(visit.actor))
        following = next((one for one in waiting if one.id != claim.id), None)
        if following is not None:
            words = visit.say("claim_page.next", case=following.case_number, title=following.title)
            links.insert(0, Link(words, f"/anmodning?id={following.id}"))
    ways(links)


def _discarded(visit: Visit, award: int) -> None:
    layout.title(visit.say("page.title.claim"), visit.say("claim_page.discarded"))
    ways([Link(visit.say("claim_page.award"), f"/tilsagn?id={award}")])
