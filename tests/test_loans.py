"""Loans: paid out by a claim, repaid, written off for a reason; done when nothing is lent."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, AUDITOR, KR, OFFICER, refused
from awarded import AMOUNT, running
from claimed import CHECKER, approved, booked_by_bank, in_file, state, submitted
from funded import TREASURER, amiss, of_award, sums
from test_claiming import codes

from data.permission import Actor, Refused
from data.store import Store
from fund.payout.batches import batch_faults, list_payments
from fund.payout.claims import final_claim_faults
from fund.payout.loans import loan_balance, record_repayment, write_off_loan
from fund.payout.reconciling import read_bank_answer

BANK_DAY = dt.datetime(2026, 12, 8, 11, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 12, 8)


def lent(store: Store) -> int:
    """A loan that is paid out: its award."""
    award = running(store, "loan")
    claim = approved(store, submitted(store, award, amount=AMOUNT))
    in_file(store, claim)
    name = list_payments(store, AUDITOR)[-1].end_to_end
    read_bank_answer(store, CHECKER, booked_by_bank((name, AMOUNT, "DBIT")), at=BANK_DAY)
    assert state(store, claim) == "paid"
    return award


def test_a_loan_is_lent_repaid_and_then_done(store: Store) -> None:
    award = lent(store)
    before = sums(store)["available"]
    with store.read() as db:
        assert loan_balance(db, award) == AMOUNT and batch_faults(db) == []
        assert codes(final_claim_faults(db, award)) == ["lent"]
    first = record_repayment(store, TREASURER, award, "avdrag 1", AMOUNT - 1, DAY, at=BANK_DAY)
    assert record_repayment(store, TREASURER, award, "avdrag 1", AMOUNT - 1, DAY, at=BANK_DAY) == first
    assert of_award(store, award) == {"lent": 1} and sums(store)["available"] == before + AMOUNT - 1
    record_repayment(store, TREASURER, award, "avdrag 2", 1, DAY, at=BANK_DAY)
    with store.read() as db:
        assert final_claim_faults(db, award) == [] and loan_balance(db, award) == 0
    assert amiss(store) == []


def test_what_is_written_off_has_its_reason_once(store: Store) -> None:
    award = lent(store)
    assert codes(refused(store, write_off_loan, TREASURER, award, "konkurs", " ", at=BANK_DAY)) == ["no_reason"]
    for _ in range(2):
        write_off_loan(store, TREASURER, award, "konkurs", "Boet er tomt.", 1_000 * KR, at=BANK_DAY)
    assert of_award(store, award) == {"lent": AMOUNT - 100_000, "written_off": 100_000}
    grounds = store.db.execute("SELECT action, text FROM award_ground").fetchall()
    assert grounds.count(("write_off", "Boet er tomt.")) == 1
    write_off_loan(store, TREASURER, award, "resten", "Boet er tomt.", at=BANK_DAY)
    with store.read() as db:
        assert final_claim_faults(db, award) == []
    assert amiss(store) == []


@pytest.mark.parametrize("amount", [AMOUNT + 1, 0, -1, 1.5, "100"])
def test_no_more_is_repaid_than_is_lent(store: Store, amount: int) -> None:
    faults = refused(store, record_repayment, TREASURER, lent(store), "a", amount, DAY, at=BANK_DAY)
    assert len(faults) == 1


def test_a_loan_is_settled_by_the_treasurer_and_on_a_day_that_has_come(store: Store) -> None:
    award = lent(store)
    tomorrow = dt.date(2026, 12, 9)
    assert codes(refused(store, record_repayment, TREASURER, award, "a", 1, tomorrow, at=BANK_DAY)) == ["day"]
    for who in (OFFICER, APPLICANT, AUDITOR):
        with pytest.raises(Refused):
            record_repayment(store, who, award, "a", 1, DAY, at=BANK_DAY)
        with pytest.raises(Refused):
            write_off_loan(store, who, award, "a", "x", at=BANK_DAY)
    own = Actor(APPLICANT.id, frozenset({"treasurer"}))
    assert codes(refused(store, write_off_loan, own, award, "a", "x", at=BANK_DAY)) == ["own"]


def test_a_grant_is_no_loan(store: Store) -> None:
    award = running(store)
    assert codes(refused(store, record_repayment, TREASURER, award, "a", 1, DAY, at=BANK_DAY)) == ["no_loan"]
