"""What the fund does with a claim: the first approval, the second, back to be mended, declined, tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from app import layout
from app.awarding.typed_rows import written_amount
from app.deed import Fields, amount_field, deed, fields, text_area
from app.text import plain
from app.visit import Visit
from data.permission import may
from fund.books.money import kroner, ore
from fund.payout.claim_approval import (
    approve_deficit,
    approve_first,
    approve_second,
    decline,
    retry,
    return_claim,
)
from fund.payout.claim_checks import other_person_faults
from fund.payout.claim_view import ClaimView
from fund.payout.settlements import Settlement
from fund.workflow import workflows

Refuse = Callable[[Visit, str], object]


def act_on(visit: Visit, view: ClaimView, settled: Settlement | None) -> None:
    """What this person may do with it now; or why another has to."""
    can = _can(visit, view)
    if not can:
        return
    claim = view.claim
    layout.section(visit.say("claim_page.act"))
    before = (claim.first_by,) if "approve_second" in can else ()
    if {"approve_first", "approve_second"} & can and (own := other_person_faults(view.case, visit.actor, *before)):
        layout.text(*[f"{one.problem(visit.lang)} {one.expected(visit.lang)}" for one in own])
        return
    if wrong := sum(not one.holds for one in view.checks):
        st.warning(plain(visit.say("claim_page.not_held", count=wrong)), icon=":material/warning:")
    if "approve_first" in can:
        _deficit(visit, view) if view.case.award.form == "guarantee" else _first(visit, view)
    if "approve_second" in can:
        _second(visit, view, settled)
    if "retry" in can:
        _retry(visit, view)
    _refusals(visit, view, can)


def _can(visit: Visit, view: ClaimView) -> set[str]:
    """The steps that the claim's state and this person's rights leave open."""
    flow = workflows()["claim"]
    open_to = {
        one for one in flow.actions(view.claim.state) if may(visit.actor, flow.transition(one).right, view.claim)
    }
    return open_to & {"approve_first", "approve_second", "return", "decline", "retry"}


def _first(visit: Visit, view: ClaimView) -> None:
    """The whole of it with one press; less with a reason."""
    claim, say = view.claim, visit.say
    form = fields(visit, f"claim_{claim.id}_approve")

    def whole(visit: Visit) -> str:
        approve_first(visit.store, visit.actor, claim.id, claim.version)
        return visit.say("claim_page.approved_first")

    deed(form, say("claim_page.approve", amount=kroner(claim.claimed, visit.lang)), whole, first=True)
    with st.expander(say("claim_page.approve_less")):
        less = fields(visit, f"claim_{claim.id}_less", "amount", "reason")
        amount_field(less, "amount", say("claim_page.approve_amount"))
        text_area(less, "reason", say("claim_page.reason"), hint=say("claim_page.reason_hint"))

        def part(visit: Visit) -> str:
            given = ore(less["amount"] or "", place=visit.say("claim_page.approve_amount"))
            approve_first(visit.store, visit.actor, claim.id, claim.version, amount=given, reason=less["reason"] or "")
            return visit.say("claim_page.approved_first")

        deed(less, say("claim_page.approve_less_do"), part)


def _deficit(visit: Visit, view: ClaimView) -> None:
    """The deficit that is approved of a guarantee: the accounts' at first, less with a reason."""
    claim, say = view.claim, visit.say
    given = {"amount": written_amount(view.case.contents.deficit)}
    form = fields(visit, f"claim_{claim.id}_deficit", "amount", "reason", given=given)
    layout.text(say("claim_page.deficit_about", ore_cap=view.case.award.amount))
    amount_field(form, "amount", say("claim_page.approve_deficit"))
    text_area(form, "reason", say("claim_page.reason"), hint=say("claim_page.deficit_reason_hint"))

    def act(visit: Visit) -> str:
        approved = ore(form["amount"] or "", place=visit.say("claim_page.approve_deficit"))
        approve_deficit(visit.store, visit.actor, claim.id, claim.version, approved, form["reason"] or "")
        return visit.say("claim_page.approved_first")

    deed(form, say("claim_page.approve_deficit_do"), act, first=True)


def _second(visit: Visit, view: ClaimView, settled: Settlement | None) -> None:
    claim, say = view.claim, visit.say
    if settled is not None:
        layout.text(say("claim_page.deficit_checked", ore_deficit=settled.deficit, ore_approved=settled.approved))
    form = fields(visit, f"claim_{claim.id}_approve")

    def act(visit: Visit) -> str:
        approve_second(visit.store, visit.actor, claim.id, claim.version)
        return visit.say("claim_page.approved_second" if claim.amount else "claim_page.approved_nothing")

    nothing = say("workflow.claim_action.approve_nothing")
    label = say("claim_page.approve", amount=kroner(claim.amount, visit.lang)) if claim.amount else nothing
    deed(form, label, act, first=True)


def _retry(visit: Visit, view: ClaimView) -> None:
    claim = view.claim

    def act(visit: Visit) -> str:
        retry(visit.store, visit.actor, claim.id, claim.version)
        return visit.say("claim_page.retried")

    layout.text(visit.say("claim_page.retry_about", account=view.account or "–"))
    deed(fields(visit, f"claim_{claim.id}_retry"), visit.say("workflow.claim_action.retry"), act, first=True)


def _refusals(visit: Visit, view: ClaimView, can: set[str]) -> None:
    """Back to be mended, or declined for good: on grounds that the organisation reads."""
    claim = view.claim

    def send_back(visit: Visit, grounds: str) -> None:
        return_claim(visit.store, visit.actor, claim.id, claim.version, grounds)

    def refuse(visit: Visit, grounds: str) -> None:
        decline(visit.store, visit.actor, claim.id, claim.version, grounds)

    acts: Mapping[str, Refuse] = {"return": send_back, "decline": refuse}
    for name, act in acts.items():
        if name in can:
            _on_grounds(visit, fields(visit, f"claim_{claim.id}_{name}", "grounds"), name, act)


def _on_grounds(visit: Visit, form: Fields, name: str, act: Refuse) -> None:
    def done(visit: Visit) -> str:
        act(visit, form["grounds"] or "")
        return visit.say(f"claim_page.done.{name}")

    with st.expander(visit.say(f"claim_page.open.{name}")):
        text_area(form, "grounds", visit.say("claim_page.grounds"), hint=visit.say("claim_page.grounds_hint"))
        sure = visit.say("claim_page.decline_sure") if name == "decline" else ""
        deed(form, visit.say(f"workflow.claim_action.{name}"), done, sure=sure)
