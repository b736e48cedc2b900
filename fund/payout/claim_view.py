"""A claim as those who check it see it: beside its approved budget, line by line, and each check with its figure.

view = claim_view(store, actor, 7)
view.lines[0].rest, view.left, [one.name for one in view.checks if not one.holds]
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from data.faults import Fault
from data.permission import Actor, require
from data.store import Store
from fund.applicant.payees import payee_faults, payee_of
from fund.award.award_conditions import condition_faults
from fund.award.award_plans import PlanPart, planned
from fund.award.awards import award_at
from fund.deadlines import clock
from fund.intake.budget import Cost, Income, Plan, Support
from fund.payout.claim_checks import amount_faults, attested_faults, due_faults, due_now, final_faults
from fund.payout.claim_contents import entitled, read_claim
from fund.payout.claim_steps import ClaimCase, case_at, planned_of
from fund.payout.claims import OPEN, Claim, claimed, claims_of

Kind = Literal["cost", "income", "support"]
CheckName = Literal["within_award", "plan", "attested", "one_final", "conditions_met", "account_confirmed"]
_OWN = ("draft", "returned")
_LIVE = (*OPEN, "draft")


@dataclass(frozen=True)
class Line:
    """A line of the budget in øre: what was ``planned``, shown in an earlier claim, and shown ``now``, all in all."""

    kind: Kind
    name: str
    planned: int
    before: int
    now: int
    eligible: bool = True

    @property
    def rest(self) -> int:
        """What is planned and not spent; below zero where more is."""
        return self.planned - self.now


@dataclass(frozen=True)
class Check:
    """A check, and what is wrong by it: nothing where it holds."""

    name: CheckName
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class ClaimView:
    """A claim with what it stands beside, in øre.

    ``others`` is claimed by other claims, open or paid, and ``paid`` by paid ones; ``due`` is what the plan has come
    to, ``due_next`` the day of its next part; ``entitled`` what the costs entitle to (None where they don't decide).
    ``account`` is the bank account that is confirmed now.
    """

    case: ClaimCase
    lines: tuple[Line, ...]
    plan: tuple[PlanPart, ...]
    others: int
    paid: int
    due: int
    due_next: dt.date | None
    entitled: int | None
    account: str | None
    checks: tuple[Check, ...]

    @property
    def claim(self) -> Claim:
        return self.case.claim

    @property
    def amount(self) -> int:
        """What it asks for, or is approved at, in øre."""
        return self.case.asked if self.claim.state in _OWN else self.claim.amount

    @property
    def left(self) -> int:
        """What the award has left for this claim and later ones."""
        return max(0, self.case.award.amount - self.others)


def claim_view(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> ClaimView:
    """A claim beside its plan. Needs ``application.open``; a draft, ``claim.write``. Raises LookupError."""
    with store.read() as db:
        case = case_at(db, id, clock(at))
        require(actor, "claim.write" if case.claim.submitted_by is None else "application.open", case.claim)
        award, others = case.award, claims_of(db, case.award.id)
        due, due_next = due_now(db, case)
        held = payee_of(db, award.organisation)
        decides = award.form == "grant" and not case.contents.advance
        return ClaimView(
            case,
            tuple(_lines(case, _shown_before(case, others))),
            tuple(planned(db, award.id)),
            claimed(db, award.id, but=id),
            sum(one.amount for one in others if one.state == "paid" and one.id != id),
            due,
            due_next,
            entitled(award.amount, award.terms, case.contents.actual) if decides else None,
            held.shown_number if held else None,
            tuple(_checks(db, case)) if case.claim.state in _LIVE else (),
        )


def budget_of(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> Plan:
    """The budget that an award was decided on. Needs ``application.open``. Raises LookupError."""
    with store.read() as db:
        one = award_at(db, award, clock(at))
        require(actor, "application.open", one)
        return planned_of(db, one)


def _checks(db: Database, case: ClaimCase) -> Iterator[Check]:
    """Each check of a claim that is under way, by the guards that its steps ask."""
    own = case.claim.state in _OWN
    amount = case.asked if own else case.claim.amount
    paid_to = None if own else case.claim.account
    yield Check("within_award", tuple(amount_faults(db, case, amount)))
    yield Check("plan", tuple(due_faults(db, case, amount)))
    if case.claim.part == "final":
        yield Check("attested", tuple(attested_faults(case)))
        yield Check("one_final", tuple(final_faults(db, case)))
    yield Check("conditions_met", tuple(condition_faults(db, case.award.id, case.at)))
    yield Check("account_confirmed", tuple(payee_faults(db, case.award.organisation, paid_to)))


def _shown_before(case: ClaimCase, others: Iterable[Claim]) -> Plan:
    """What the latest earlier claim with costs showed; nothing where none did."""
    for one in reversed(list(others)):
        if one.number < case.claim.number and one.state not in ("draft", "declined"):
            contents, _ = read_claim(one.document, case.planned, one.part, case.award.form)
            if not contents.advance:
                return contents.actual
    return Plan()


def _lines(case: ClaimCase, before: Plan) -> Iterator[Line]:
    """Every line of the budget, and those that only the claims have, as far as they can be read."""
    parts: tuple[Kind, ...] = ("cost", "income", "support")
    for kind in parts:
        wanted, shown, now = (_by_name(kind, one) for one in (case.planned, before, case.contents.actual))
        eligible = {one.name: one.eligible for one in case.planned.costs}
        for name in {**wanted, **shown, **now}:
            sums = [one.get(name, 0) for one in (wanted, shown, now)]
            yield Line(kind, name, sums[0], sums[1], sums[2], eligible.get(name, True))


def _by_name(kind: Kind, plan: Plan) -> dict[str, int]:
    rows: dict[Kind, tuple[Cost | Income | Support, ...]] = {
        "cost": plan.costs,
        "income": plan.incomes,
        "support": plan.support,
    }
    return {one.name: one.counted if isinstance(one, Support) else one.amount for one in rows[kind]}
