"""Checking claims: what the fund does with a claim before it is paid. Four eyes, beside those who sent it.

    approve_first(store, officer, id, version)                       # or less than was asked for, with a reason
    approve_deficit(store, officer, id, version, approved, reason)   # a guarantee
    approve_second(store, treasurer, id, version)

What always holds: who sent it, who approved first and who approved second are three people; what was asked for and
what is paid both stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from data.faults import Fault, shown
from data.permission import Actor
from data.store import Store
from fund.applicant.payees import payee_faults, payee_of
from fund.award.award_conditions import condition_faults
from fund.deadlines import clock
from fund.payout.claim_checks import amount_faults, grounds_faults, other_person_faults
from fund.payout.claim_steps import ClaimCase, case_at, step, told
from fund.payout.payouts import book, keep_posting
from fund.payout.settlements import approved_faults, keep_approved, keep_checked
from fund.workflow import Guard

_LETTERS = {"return": "returned", "decline": "declined"}


def approve_first(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    *,
    amount: int | None = None,
    reason: str = "",
    at: dt.datetime | None = None,
) -> int:
    """Approve a claim on a grant or a loan as the first of two; the new version. Needs ``claim.check``.

    ``amount`` (øre) is less than was asked for, for a ``reason`` that the organisation reads; only a final claim can be
    approved at nothing. Raises :class:`Faults` where a condition isn't met or the actor has a part in it, Conflict.
    """

    def checked(case: ClaimCase) -> tuple[int, list[Fault]]:
        if case.award.form == "guarantee":
            return 0, [Fault("", "claim", str(case.claim.number), "claim_approval.guarantee")]
        return _less(case, amount, reason)

    return _first(store, actor, id, version, checked, None, reason, clock(at))


def approve_deficit(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    approved: int,
    reason: str = "",
    *,
    at: dt.datetime | None = None,
) -> int:
    """Approve a deficit (øre) as the first of two, for a claim on a guarantee; the new version. Needs ``claim.check``.

    What is paid is the approved deficit, at most the cap. A ``reason`` where less is approved than the accounts show.
    Raises as :func:`approve_first`.
    """

    def checked(case: ClaimCase) -> tuple[int, list[Fault]]:
        if case.award.form != "guarantee":
            return 0, [Fault("", "claim", str(case.claim.number), "claim_approval.not_guarantee")]
        if wrong := approved_faults(case, approved, reason):
            return 0, wrong
        return min(case.award.amount, approved), []

    return _first(store, actor, id, version, checked, approved, reason, clock(at))


def approve_second(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Approve a claim as the second; the new version. Needs ``claim.approve``.

    A claim of nothing is done with that: its guarantee is settled, or its advance accounted for. Raises :class:`Faults`
    where the award has less left or is suspended, or the actor has a part in it; Conflict.
    """
    moment = clock(at)
    with store.write(actor.id, "claim.approve_second", audited=False) as write:
        nothing = case_at(write.db, id, moment).claim.amount == 0

        def guards(case: ClaimCase) -> Mapping[str, Guard]:
            return {
                "other_person": lambda: other_person_faults(case, actor, case.claim.first_by),
                "within_award": lambda: amount_faults(write.db, case, case.claim.amount),
                "nothing_to_pay": lambda: [],  # it is what chooses this way
            }

        def done(case: ClaimCase) -> None:
            if case.award.form == "guarantee":
                keep_approved(write, actor, case)
            if nothing:
                made = book(write, case, f"claim:{id}:nothing:{version}", at=moment)
                if made is not None:
                    keep_posting(write, id, made.id)
            told(write, case, "settled_at_nothing" if nothing else "approved", f"approved:{version}")

        action = "approve_nothing" if nothing else "approve_second"
        by = {"second_by": actor.id}
        return step(write, actor, id, version, action, guards, done, changes=lambda _: by, at=moment)


def return_claim(
    store: Store, actor: Actor, id: int, version: int, grounds: str, *, at: dt.datetime | None = None
) -> int:
    """Give a claim back to be mended, on grounds that the organisation reads; the new version. Needs ``claim.check``.

    Both approvals fall. A claim that is in a payment file or paid isn't returned. Raises :class:`Faults`, Conflict.
    """
    cleared = {"first_by": None, "second_by": None}
    return _refuse(store, actor, id, version, "return", grounds, cleared, clock(at))


def decline(store: Store, actor: Actor, id: int, version: int, grounds: str, *, at: dt.datetime | None = None) -> int:
    """Decline a claim for good, on grounds that the organisation reads; the new version. Needs ``claim.approve``.

    What it asked for no longer counts against the award, and a final claim can be made anew. Raises as
    :func:`return_claim`.
    """
    return _refuse(store, actor, id, version, "decline", grounds, {}, clock(at))


def retry(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Let a claim that failed at the bank be paid again; the new version. Needs ``claim.approve``.

    It goes to the account that is confirmed now, since a wrong account may be why it failed. Raises :class:`Faults`
    while that is held, Conflict.
    """
    moment = clock(at)
    with store.write(actor.id, "claim.retry", audited=False) as write:

        def changes(case: ClaimCase) -> Mapping[str, Any]:
            payee = payee_of(write.db, case.award.organisation)
            return {"reason": "", "account": payee.number if payee else ""}

        def guards(case: ClaimCase) -> Mapping[str, Guard]:
            return {"account_confirmed": lambda: payee_faults(write.db, case.award.organisation)}

        return step(write, actor, id, version, "retry", guards, lambda _: None, changes=changes, at=moment)


def _first(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    checked: Any,
    approved: int | None,
    reason: str,
    at: dt.datetime,
) -> int:
    """The first approval, at the amount that ``checked`` gives; a guarantee's ``approved`` deficit is kept."""
    with store.write(actor.id, "claim.approve_first", audited=False) as write:

        def guards(case: ClaimCase) -> Mapping[str, Guard]:
            return {
                "other_person": lambda: other_person_faults(case, actor),
                "conditions_met": lambda: [*checked(case)[1], *condition_faults(write.db, case.award.id, at)],
            }

        def changes(case: ClaimCase) -> Mapping[str, Any]:
            amount, wrong = checked(case)
            paid = case.claim.amount if wrong else amount
            why = reason.strip() if paid < case.claim.claimed else ""
            return {"first_by": actor.id, "amount": paid, "less_reason": why}

        def done(case: ClaimCase) -> None:
            if approved is not None:
                keep_checked(write, actor, case, approved, reason)

        return step(write, actor, id, version, "approve_first", guards, done, changes=changes, at=at)


def _less(case: ClaimCase, amount: int | None, reason: str) -> tuple[int, list[Fault]]:
    """What is approved of a claim, and what is wrong with that."""
    asked = case.claim.claimed
    if amount is None:
        return asked, []
    least = 0 if case.claim.part == "final" else 1
    if type(amount) is not int or not least <= amount <= asked:
        figures = {"ore_claimed": asked, "ore_least": least}
        return 0, [Fault("", "amount", shown(amount), "claim_approval.amount", figures)]
    if amount < asked and not reason.strip():
        figures = {"ore_claimed": asked, "ore_approved": amount}
        return 0, [Fault("", "reason", "", "claim_approval.no_reason", figures)]
    return amount, []


def _refuse(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    action: str,
    grounds: str,
    changed: Mapping[str, Any],
    at: dt.datetime,
) -> int:
    with store.write(actor.id, f"claim.{action}", audited=False) as write:
        changes = {"reason": grounds.strip(), **changed}
        return step(
            write,
            actor,
            id,
            version,
            action,
            lambda _: {"grounds": lambda: grounds_faults(grounds)},
            lambda case: told(write, case, _LETTERS[action], f"{action}:{version}"),
            changes=lambda _: changes,
            at=at,
        )
