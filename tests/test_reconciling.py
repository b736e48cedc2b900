"""The bank's answers: booked, rejected and returned payments, by message or by hand, each once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from applied import APPLICANT, AUDITOR, KR, OFFICER, STRANGER, refused
from awarded import AMOUNT, running
from claimed import (
    BY_COST,
    CASHIER,
    CHECKER,
    HALL,
    PAYDAY,
    approved,
    booked_by_bank,
    costs,
    in_file,
    rejected_by_bank,
    rules,
    seen,
    sent,
    state,
    submitted,
    version,
)
from funded import TREASURER, amiss, of_award, tampered
from test_claiming import approved_report, codes

from data.permission import Actor, Refused
from data.store import Conflict, Store, open_store
from fund.payout.batches import BatchPayment, batch_faults, list_payments
from fund.payout.claim_approval import retry
from fund.payout.claims import final_claim_faults
from fund.payout.reconciling import read_bank_answer, settle_by_hand

BANK_DAY = dt.datetime(2026, 12, 8, 11, 0, tzinfo=dt.UTC)
ORE = 5_000 * KR


def line(store: Store, payment: int) -> BatchPayment:
    return next(one for one in list_payments(store, AUDITOR) if one.id == payment)


def all_is_well(store: Store) -> bool:
    with store.read() as db:
        return batch_faults(db) == [] and amiss(store) == []


def test_what_the_bank_booked_is_paid_once(store: Store) -> None:
    claim, payment = sent(store)
    content = booked_by_bank((line(store, payment).end_to_end, ORE, "DBIT"))
    found = read_bank_answer(store, CHECKER, content, at=BANK_DAY)
    assert (found.paid, found.failed, found.returned, found.repeated) == (1, 0, 0, False)
    assert state(store, claim) == "paid" and of_award(store, 1)["paid"] == ORE
    held = line(store, payment)
    assert (held.outcome, held.day, held.told_by, held.settled_by) == ("paid", "2026-12-08", "M-1", CHECKER.id)
    posted = store.db.execute("SELECT id, day, key FROM posting WHERE what = 'paid'").fetchall()
    assert posted == [(seen(store, claim).claim.posting, "2026-12-08", f"payment:{payment}:paid")]
    again = read_bank_answer(store, CHECKER, content, at=BANK_DAY)
    assert again.repeated and again.paid == 1
    other = booked_by_bank((held.end_to_end, ORE, "DBIT"), message="M-2")
    assert read_bank_answer(store, CHECKER, other, at=BANK_DAY).paid == 0  # told of in two messages
    assert store.db.execute("SELECT count(*) FROM posting WHERE what = 'paid'").fetchone() == (1,)
    assert all_is_well(store)


def test_another_message_under_the_same_id_is_refused(store: Store) -> None:
    _, payment = sent(store)
    name = line(store, payment).end_to_end
    read_bank_answer(store, CHECKER, booked_by_bank((name, ORE, "DBIT")), at=BANK_DAY)
    other = booked_by_bank((name, ORE, "CRDT"))
    assert codes(refused(store, read_bank_answer, CHECKER, other, at=BANK_DAY)) == ["other_message"]


def test_who_made_the_file_or_sent_the_claim_doesnt_reconcile_it(store: Store) -> None:
    claim, payment = sent(store)
    held = line(store, payment)
    content = booked_by_bank((held.end_to_end, ORE, "DBIT"))
    sender = Actor(APPLICANT.id, frozenset({"treasurer"}))
    for who, code in ((CASHIER, "made_it"), (sender, "same_person")):
        assert codes(refused(store, read_bank_answer, who, content, at=BANK_DAY)) == [code]
        rest = (payment, held.version, "paid", PAYDAY, "kontoutskrift")
        assert codes(refused(store, settle_by_hand, who, *rest, at=BANK_DAY)) == [code]
    for who in (OFFICER, APPLICANT, AUDITOR, STRANGER):
        with pytest.raises(Refused):
            read_bank_answer(store, who, content, at=BANK_DAY)
        with pytest.raises(Refused):
            settle_by_hand(store, who, payment, held.version, "paid", PAYDAY, "x", at=BANK_DAY)
    assert state(store, claim) == "in_payment_file"
    read_bank_answer(store, TREASURER, content, at=BANK_DAY)  # who approved it may


def test_a_rejected_payment_fails_and_can_be_tried_again(store: Store) -> None:
    claim, payment = sent(store)
    held = line(store, payment)
    found = read_bank_answer(store, CHECKER, rejected_by_bank("UTB-2026-1", held.end_to_end, ORE), at=BANK_DAY)
    assert found.failed == 1 and state(store, claim) == "failed"
    assert seen(store, claim).claim.reason == "AC01 Ukjent konto" and of_award(store, 1) == {"committed": AMOUNT}
    before = version(store, claim)
    retry(store, TREASURER, claim, before, at=BANK_DAY)
    assert retry(store, TREASURER, claim, before, at=BANK_DAY) == before + 1
    in_file(store, claim, day=dt.date(2026, 12, 9), at=BANK_DAY)
    second = list_payments(store, AUDITOR)[-1]
    assert second.end_to_end != held.end_to_end
    content = booked_by_bank((second.end_to_end, ORE, "DBIT"))
    read_bank_answer(store, CHECKER, content, at=BANK_DAY)
    assert state(store, claim) == "paid" and all_is_well(store)


def test_money_that_came_back_is_taken_back_by_a_reversing_posting(store: Store) -> None:
    claim, payment = sent(store)
    name = line(store, payment).end_to_end
    read_bank_answer(store, CHECKER, booked_by_bank((name, ORE, "DBIT")), at=BANK_DAY)
    found = read_bank_answer(store, CHECKER, booked_by_bank((name, ORE, "CRDT"), message="M-2"), at=BANK_DAY)
    assert found.returned == 1 and state(store, claim) == "failed"
    assert of_award(store, 1) == {"committed": AMOUNT}
    assert store.db.execute("SELECT count(*) FROM posting WHERE reverses IS NOT NULL").fetchone() == (1,)
    assert line(store, payment).outcome == "returned" and all_is_well(store)
    retry(store, TREASURER, claim, version(store, claim), at=BANK_DAY)
    in_file(store, claim, day=dt.date(2026, 12, 9), at=BANK_DAY)
    settle_by_hand(
        store, CHECKER, payment + 1, 1, "paid", dt.date(2026, 12, 8), "kontoutskrift 8. desember", at=BANK_DAY
    )
    assert of_award(store, 1)["paid"] == ORE and all_is_well(store)


def test_booked_and_returned_in_one_message_come_in_their_order(store: Store) -> None:
    claim, payment = sent(store)
    name = line(store, payment).end_to_end
    content = booked_by_bank((name, ORE, "CRDT"), (name, ORE, "DBIT"))
    found = read_bank_answer(store, CHECKER, content, at=BANK_DAY)
    assert (found.paid, found.returned) == (1, 1) and state(store, claim) == "failed" and all_is_well(store)


def test_an_answer_is_believed_whole_or_not_at_all(store: Store) -> None:
    award = running(store)
    claims = [approved(store, submitted(store, award, amount=ore)) for ore in (100, 200)]
    in_file(store, *claims)
    first, second = list_payments(store, AUDITOR)
    for content, code in (
        (booked_by_bank((first.end_to_end, 100, "DBIT"), (second.end_to_end, 201, "DBIT")), "differs"),
        (booked_by_bank((first.end_to_end, 100, "DBIT"), (second.end_to_end, 200, "CRDT")), "not_returned"),
        (b"ikke xml", "not_xml"),
    ):
        assert code in codes(refused(store, read_bank_answer, CHECKER, content, at=BANK_DAY))
    assert [state(store, one) for one in claims] == ["in_payment_file"] * 2
    assert store.db.execute("SELECT count(*) FROM bank_message").fetchone() == (0,)


def test_what_contradicts_what_is_known_is_told(store: Store) -> None:
    _, payment = sent(store)
    name = line(store, payment).end_to_end
    read_bank_answer(store, CHECKER, rejected_by_bank("UTB-2026-1", name, ORE), at=BANK_DAY)
    content = booked_by_bank((name, ORE, "DBIT"))
    assert codes(refused(store, read_bank_answer, CHECKER, content, at=BANK_DAY)) == ["not_paid"]


def test_by_hand_a_payment_is_paid_once(store: Store) -> None:
    claim, payment = sent(store)
    rest = (payment, 1, "paid", dt.date(2026, 12, 8), "kontoutskrift 8. desember")
    assert settle_by_hand(store, CHECKER, *rest, at=BANK_DAY) == 2
    assert settle_by_hand(store, CHECKER, *rest, at=BANK_DAY) == 2
    with pytest.raises(Conflict):
        settle_by_hand(store, TREASURER, *rest, at=BANK_DAY)
    assert of_award(store, 1)["paid"] == ORE and state(store, claim) == "paid" and all_is_well(store)


@pytest.mark.parametrize(
    ("outcome", "day", "reason", "code"),
    [
        ("paid", dt.date(2026, 12, 8), " ", "no_reason"),
        ("paid", dt.date(2026, 12, 9), "x", "day"),
        ("borte", dt.date(2026, 12, 8), "x", "outcome"),
        ("returned", dt.date(2026, 12, 8), "x", "not_returned"),
    ],
)
def test_by_hand_what_cant_be_is_refused(store: Store, outcome: str, day: dt.date, reason: str, code: str) -> None:
    _, payment = sent(store)
    faults = refused(store, settle_by_hand, CHECKER, payment, 1, outcome, day, reason, at=BANK_DAY)
    assert codes(faults) == [code]


def test_by_hand_a_payment_fails(store: Store) -> None:
    claim, payment = sent(store)
    settle_by_hand(store, CHECKER, payment, 1, "failed", dt.date(2026, 12, 8), "Banken ringte: sperret.", at=BANK_DAY)
    assert state(store, claim) == "failed" and of_award(store, 1) == {"committed": AMOUNT} and all_is_well(store)
    with pytest.raises(LookupError):
        settle_by_hand(store, CHECKER, 99, 1, "failed", dt.date(2026, 12, 8), "x", at=BANK_DAY)


def test_an_advance_is_noted_and_the_final_costs_account_for_it(store: Store) -> None:
    """Half in advance; half the cost was spent: the final claim of nothing accounts for all of it."""
    award = running(store, rules=rules(**BY_COST))
    claim = approved(store, submitted(store, award, amount=10_000 * KR))
    in_file(store, claim)
    name = list_payments(store, AUDITOR)[-1].end_to_end
    read_bank_answer(store, CHECKER, booked_by_bank((name, 10_000 * KR, "DBIT")), at=BANK_DAY)
    assert of_award(store, award)["advance"] == 10_000 * KR
    approved_report(store, award)
    spent = HALL * 2 // 5  # entitles to 8 000 less a fraction: 2 000 of the advance is above it
    final = submitted(store, award, "final", amount=0, attested_by="accountant", **costs(spent))
    approved(store, final)
    assert of_award(store, award)["advance"] == 10_000 * KR - AMOUNT * spent // HALL
    with store.read() as db:
        assert final_claim_faults(db, award) == []
    assert all_is_well(store)


def test_a_reversal_that_is_gone_is_found_by_the_verifier(store: Store) -> None:
    _, payment = sent(store)
    name = line(store, payment).end_to_end
    read_bank_answer(store, CHECKER, booked_by_bank((name, ORE, "DBIT")), at=BANK_DAY)
    tampered(store, "UPDATE batch_payment SET outcome = 'returned'")
    with store.read() as db:
        assert codes(batch_faults(db)) == ["not_booked"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_two_who_reconcile_at_once_pay_once(store: Store, by_hand: bool) -> None:
    """Two treasurers, each with a store of their own, at the same moment."""
    claim, payment = sent(store)
    content = booked_by_bank((line(store, payment).end_to_end, ORE, "DBIT"))
    rest = (payment, 1, "paid", dt.date(2026, 12, 8), "kontoutskrift")

    def reconcile(who: Actor) -> str:
        with open_store(store.folder) as own:
            try:
                if by_hand:
                    settle_by_hand(own, who, *rest, at=BANK_DAY)
                else:
                    read_bank_answer(own, who, content, at=BANK_DAY)
            except Conflict:
                return "conflict"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(reconcile, [CHECKER, TREASURER] * 2))
    assert "done" in ends and set(ends) <= ({"done", "conflict"} if by_hand else {"done"})
    assert store.db.execute("SELECT count(*) FROM posting WHERE what = 'paid'").fetchone() == (1,)
    assert of_award(store, 1)["paid"] == ORE and state(store, claim) == "paid" and all_is_well(store)
