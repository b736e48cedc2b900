"""What must hold before a claim goes on: each guard of its way as a function that gives faults, with figures.

What always holds where these are asked: open and paid claims never sum to more than the award; before the final claim
never to more than the award less what is withheld; and once costs decide, never to more than the costs entitle to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlite_utils import Database

from data.faults import Fault
from data.permission import Actor
from fund.applicant.mandates import mandate_faults
from fund.applicant.payees import payee_of
from fund.award.award_plans import due_by, planned
from fund.award.awards import Award
from fund.deadlines import oslo_day
from fund.payout.claim_contents import entitled
from fund.payout.claim_steps import ClaimCase
from fund.payout.claims import OPEN, Claim, Part, claimed, claims_of
from fund.rulebook.schemes import ATTESTERS, Attester, PayoutWhen
from fund.workflow import state_name

ACCOUNTS, ATTESTATION = "accounts", "attestation"
"""The purposes of the papers that a final claim needs."""
_PAYABLE = ("active", "final_report_in")
_DONE = ("settled", "closed")
_BEFORE_COST = ("on_request", "before_event")
"""The moments of a plan at which money is paid before costs are shown."""


def sender_faults(db: Database, case: ClaimCase, actor: Actor) -> list[Fault]:
    """The guard ``mandate``: who sends it acts for the organisation, which has an account to be paid to."""
    found = mandate_faults(db, case.award.organisation, actor, case.at)
    if payee_of(db, case.award.organisation) is None:
        found.append(Fault("", "account", "", "application.payee.none"))
    return found


def payable_faults(db: Database, award: Award, *, approved: bool = False) -> list[Fault]:
    """Unless money can be claimed of the award and paid now: accepted with a payment plan, or active, not suspended.

    What was ``approved`` is paid from a settled or closed award too: its payment came back from the bank.
    """
    if award.state in _PAYABLE or (award.state == "accepted" and planned(db, award.id)):
        return []
    if approved and award.state in _DONE:
        return []
    names = {f"state_{lang}": state_name("award", award.state, lang) for lang in ("nb", "en")}
    return [Fault("", "award", award.state, "claim_checks.award_state", names)]


def amount_faults(db: Database, case: ClaimCase, amount: int) -> list[Fault]:
    """The guard ``within_award``: ``amount`` øre, with what else is open and paid, within what the award gives."""
    award, claim = case.award, case.claim
    others = claimed(db, award.id, but=claim.id)
    found = payable_faults(db, award)

    def over(code: str, most: int) -> None:
        if amount and others + amount > most:  # a final claim of nothing adds to no sum
            figures = {"ore_claimed": others, "ore_left": max(0, most - others), "ore_wanted": amount, "ore_most": most}
            found.append(Fault("", "amount", "", f"claim_checks.{code}", figures))

    over("above_award", award.amount)
    if award.form == "grant" and claim.part == "part" and award.terms.withheld:
        over("withheld", int(award.amount * (1 - award.terms.withheld)))
    if award.form == "grant" and not case.contents.advance and (claim.part == "final" or award.terms.pro_rata):
        over("above_cost", entitled(award.amount, award.terms, case.contents.actual))
    if award.form == "guarantee":
        over("above_deficit", min(award.amount, case.contents.deficit))
    return found


def due_faults(db: Database, case: ClaimCase, amount: int) -> list[Fault]:
    """The guard ``plan``: a part claim of no more than the payment plan has come to; and a claim that can be read."""
    found = list(case.faults)
    if case.claim.part == "final":
        return found
    others = claimed(db, case.award.id, but=case.claim.id)
    due, later = due_now(db, case)
    if others + amount > due:
        figures = {"ore_due": due, "ore_claimed": others, "ore_left": max(0, due - others), "ore_wanted": amount}
        if later is not None:
            dated = {**figures, "day": later.isoformat()}
            found.append(Fault("", "amount", "", "claim_checks.not_due_before", dated))
        else:
            found.append(Fault("", "amount", "", "claim_checks.not_due", figures))
    return found


def due_now(db: Database, case: ClaimCase) -> tuple[int, dt.date | None]:
    """What the payment plan has come to for part claims such as this, in øre; and the day of its next part, if any."""
    today = oslo_day(case.at)
    open_to_it = [one for one in planned(db, case.award.id) if _in_turn(case, one.moment, today)]
    later = [one.due for one in open_to_it if one.due is not None and one.due > today]
    return due_by(open_to_it, today), min(later, default=None)


def attester_of(award: Award) -> Attester:
    """Who must vouch for the final accounts: as the terms say; else an auditor for a guarantee, and for a grant anyone
    who signs."""
    return award.terms.attester or ("auditor" if award.form == "guarantee" else "own_signature")


def attested_faults(case: ClaimCase) -> list[Fault]:
    """The guard ``attested``: a final claim has its accounts, and the word of who must vouch for them."""
    if case.claim.part == "part":
        return []
    needed, given = attester_of(case.award), case.contents.attested_by
    found = []
    if given is None or ATTESTERS.index(given) < ATTESTERS.index(needed):
        found.append(Fault("", "attested_by", given or "", f"claim_checks.attested_{needed}"))
    purposes = {paper.purpose for paper in case.papers}
    if ACCOUNTS not in purposes:
        found.append(Fault("", "attachment", "", "claim_checks.no_accounts"))
    if given in ("accountant", "auditor") and ATTESTATION not in purposes:
        found.append(Fault("", "attachment", "", "claim_checks.no_attestation"))
    return found


def final_faults(db: Database, case: ClaimCase) -> list[Fault]:
    """The guard ``one_final``: one final claim, after the final report is approved and every other claim is done."""
    others = [one for one in claims_of(db, case.award.id) if one.id != case.claim.id]
    found = part_faults(case.award, case.claim.part, others)
    if case.claim.part == "part":
        return found
    query = "SELECT 1 FROM report WHERE award = ? AND part = 'final' AND state = 'approved'"
    if not db.execute(query, [case.award.id]).fetchone():
        found.append(Fault("", "report", "", "claim_checks.no_report"))
    if still := [str(one.number) for one in others if one.part == "part" and one.state in OPEN]:
        found.append(Fault("", "part", "", "claim_checks.parts_open", {"numbers": ", ".join(still)}))
    return found


def part_faults(award: Award, part: Part, others: Iterable[Claim]) -> list[Fault]:
    """What keeps a claim from being of its kind, beside the other claims: a final one that stands, the award's form."""
    found = [
        Fault("", "part", "", "claim_checks.final_in", {"number": one.number})
        for one in others
        if one.part == "final" and one.state in (*OPEN, "paid")
    ]
    if award.form == "guarantee" and part == "part":
        found.append(Fault("", "part", "", "claim_checks.guarantee_part"))
    if award.form == "loan" and part == "final":
        found.append(Fault("", "part", "", "claim_checks.loan_final"))
    return found


def other_person_faults(case: ClaimCase, actor: Actor, *before: str | None) -> list[Fault]:
    """The guard ``other_person``: the actor doesn't act for the organisation, and did none of the steps ``before``."""
    if actor.id in before or actor.id == case.claim.submitted_by:
        return [Fault("", "claim", str(case.claim.number), "claim_checks.same_person")]
    if actor.id in case.award.owners:
        return [Fault("", "claim", str(case.claim.number), "claim_checks.own_claim")]
    return []


def grounds_faults(grounds: str) -> list[Fault]:
    """The guard ``grounds``: what is refused is refused for a reason that the organisation reads."""
    return [] if grounds.strip() else [Fault("", "grounds", "", "claim_checks.no_grounds")]


def _in_turn(case: ClaimCase, moment: PayoutWhen, today: dt.date) -> bool:
    """Whether a part of the plan at this moment can be claimed by a part claim such as this, once its day has come."""
    award, last = case.award, case.award.terms.last_day
    if award.form == "loan":
        return True
    if case.contents.advance:
        return moment in _BEFORE_COST
    ended = award.bid or last is None or today > last
    return moment in _BEFORE_COST or (moment == "after_event" and ended)
