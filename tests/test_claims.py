"""Claims as a whole: a grant from its first claim to its closing, and what is open, claimed and final on the way."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applied import APPLICANT, AUDITOR, KR, OFFICER, refused
from awarded import AFTER, AMOUNT, reported
from awarded import seen as award_seen
from claimed import CHECKER, approved, booked_by_bank, costs, in_file, state, submitted, version
from funded import TREASURER, amiss, of_award
from test_claiming import codes

from data.store import Store
from fund.award.award_steps import close, settle
from fund.payout.batches import batch_faults, list_payments
from fund.payout.claim_approval import retry
from fund.payout.claiming import start_claim
from fund.payout.claims import claimed, final_claim_faults, open_claims
from fund.payout.reconciling import read_bank_answer, settle_by_hand

LATER = AFTER + dt.timedelta(days=7)


def paid(store: Store, claim: int, message: str) -> None:
    in_file(store, claim, day=LATER.date(), at=AFTER)
    line = list_payments(store, AUDITOR)[-1]
    content = booked_by_bank((line.end_to_end, line.amount, "DBIT"), message=message)
    read_bank_answer(store, CHECKER, content, at=LATER)


def stands(store: Store, award: int) -> tuple[int, int, list[str]]:
    """What is claimed, what is open, and what keeps the award from being settled."""
    with store.read() as db:
        return claimed(db, award), open_claims(db, award), codes(final_claim_faults(db, award))


def test_a_grant_from_its_first_claim_to_its_closing(store: Store) -> None:
    award = reported(store)
    assert stands(store, award) == (0, 0, ["no_final"])
    part = submitted(store, award, at=AFTER, amount=8_000 * KR, **costs(100_000 * KR))
    assert stands(store, award) == (8_000 * KR, 8_000 * KR, ["open", "no_final"])
    paid(store, approved(store, part, at=AFTER), "M-1")
    assert stands(store, award) == (8_000 * KR, 0, ["no_final"])
    said: dict[str, Any] = {"amount": 11_000 * KR, "attested_by": "own_signature", **costs()}
    final = submitted(store, award, "final", at=AFTER, **said)
    refused(store, settle, TREASURER, award, award_seen(store, award).version, at=LATER)
    paid(store, approved(store, final, at=AFTER), "M-2")
    assert stands(store, award) == (19_000 * KR, 0, [])
    settle(store, TREASURER, award, award_seen(store, award).version, at=LATER)
    assert of_award(store, award) == {"paid": 19_000 * KR}
    close(store, OFFICER, award, award_seen(store, award).version, at=LATER)
    assert codes(refused(store, start_claim, APPLICANT, award, at=LATER)) == ["award_state", "final_in"]
    assert amiss(store) == []


def test_a_payment_that_comes_back_after_the_settlement_can_be_paid_again(store: Store) -> None:
    award = reported(store)
    said: dict[str, Any] = {"amount": AMOUNT - 100, "attested_by": "own_signature", **costs()}
    final = approved(store, submitted(store, award, "final", at=AFTER, **said), at=AFTER)
    paid(store, final, "M-1")
    settle(store, TREASURER, award, award_seen(store, award).version, at=LATER)
    line = list_payments(store, AUDITOR)[-1]
    content = booked_by_bank((line.end_to_end, line.amount, "CRDT"), message="M-2")
    read_bank_answer(store, CHECKER, content, at=LATER)
    assert stands(store, award) == (AMOUNT - 100, AMOUNT - 100, ["open"]) and state(store, final) == "failed"
    retry(store, TREASURER, final, version(store, final), at=LATER)
    in_file(store, final, day=LATER.date(), at=LATER)
    again = list_payments(store, AUDITOR)[-1]
    settle_by_hand(store, CHECKER, again.id, again.version, "paid", LATER.date(), "kontoutskrift", at=LATER)
    assert of_award(store, award) == {"paid": AMOUNT - 100} and stands(store, award)[1:] == (0, [])
    with store.read() as db:
        assert batch_faults(db) == []
    assert amiss(store) == []
