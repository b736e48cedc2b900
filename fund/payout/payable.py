"""Claims that wait for their money, each with what keeps it from going into a payment file.

for one in payable_claims(store, treasurer): one.hinders, one.yours
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.faults import Fault
from data.permission import Actor, require
from data.store import Store
from fund.applicant.organisations import organisation_at
from fund.applicant.payees import payee_faults
from fund.award.award_conditions import condition_faults
from fund.deadlines import clock
from fund.payout.claim_checks import other_person_faults, payable_faults
from fund.payout.claim_steps import case_at
from fund.payout.claims import Claim

WAITING, FAILED = "approved_second", "failed"


@dataclass(frozen=True)
class Payable:
    """A claim that is approved, or that came back from the bank; ``number`` and ``title`` are the application's.

    ``hinders`` keep it out of a file whoever makes it, ``yours`` only where the one who asks would.
    """

    claim: Claim
    number: str
    title: str
    organisation: str
    hinders: tuple[Fault, ...]
    yours: tuple[Fault, ...]

    @property
    def ready(self) -> bool:
        return not self.hinders and not self.yours


def payable_claims(store: Store, actor: Actor, state: str = WAITING, *, at: dt.datetime | None = None) -> list[Payable]:
    """The claims that are approved twice, or those that failed at the bank, first to last. Needs ``payment.read``."""
    require(actor, "payment.read")
    moment = clock(at)
    with store.read() as db:
        found = []
        for (id,) in db.execute("SELECT id FROM claim WHERE state = ? ORDER BY id", [state]).fetchall():
            case = case_at(db, id, moment)
            award, claim = case.award, case.claim
            wait = [*payable_faults(db, award, approved=True), *condition_faults(db, award.id, moment)]
            wait += payee_faults(db, award.organisation, claim.account)
            yours = other_person_faults(case, actor, claim.first_by, claim.second_by)
            who = organisation_at(db, award.organisation, moment)
            found.append(Payable(claim, award.number, award.title, who.name, tuple(wait), tuple(yours)))
    return found
