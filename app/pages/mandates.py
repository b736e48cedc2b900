"""Mandates and bank accounts: one's own, for who applies; those that wait, for who confirms them."""

from __future__ import annotations

from app import layout
from app.casework.account_changes import waiting_accounts
from app.casework.mandate_work import mandate_work
from app.casework.own_organisations import own_organisations
from app.visit import Visit
from data.permission import require


def show(visit: Visit) -> None:
    """What waits first; then one's own organisations, or everyone's mandates."""
    require(visit.actor, "organisation.read")
    layout.title(visit.say("page.title.mandates"), visit.say(f"mandates_page.lead.{_whose(visit)}"))
    if visit.may("mandate.confirm"):
        mandate_work(visit)
    if visit.may("payee.confirm"):
        waiting_accounts(visit)
    if visit.may("mandate.ask"):
        own_organisations(visit)
    elif not visit.may("payee.confirm"):
        layout.empty(visit, "mandates_page.nothing_here")


def _whose(visit: Visit) -> str:
    if visit.may("mandate.confirm"):
        return "officer"
    return "treasurer" if visit.may("payee.confirm") else "applicant" if visit.may("mandate.ask") else "reader"
