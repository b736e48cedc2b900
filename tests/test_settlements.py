"""Guarantees: settled on audited accounts at min(cap, approved deficit), the rest of the cap given back."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, AUDITOR, BOARD, COLLEAGUE, KR, OFFICER, refused
from awarded import DECIDED, running
from claimed import CHECKER, PDF, booked_by_bank, in_file, seen, state, version, written
from funded import TREASURER, amiss, of_award, sums
from test_claiming import approved_report, codes

from data.permission import Refused
from data.store import Store
from fund.payout.batches import batch_faults, list_payments
from fund.payout.claim_approval import approve_deficit, approve_first, approve_second, return_claim
from fund.payout.claiming import attach_to_claim, save_claim, start_claim, submit
from fund.payout.claims import final_claim_faults
from fund.payout.reconciling import read_bank_answer
from fund.payout.settlements import get_settlement

CAP = 20_000 * KR
BANK_DAY = dt.datetime(2026, 12, 8, 11, 0, tzinfo=dt.UTC)


def guaranteed(store: Store, deficit: int) -> int:
    """A claim on a guarantee, submitted: costs that are so much above what came in."""
    award = running(store, "guarantee", CAP)
    approved_report(store, award)
    cost = [{"name": "Leie av hall", "amount": 150_000 * KR + max(deficit, 0)}]
    income = [{"name": "Billetter", "amount": 150_000 * KR - min(deficit, 0)}]
    claim = written(store, award, "final", cost=cost, income=income, attested_by="auditor")
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    return claim


def approved_at(store: Store, claim: int, deficit: int, reason: str = "") -> None:
    approve_deficit(store, OFFICER, claim, version(store, claim), deficit, reason, at=DECIDED)
    approve_second(store, TREASURER, claim, version(store, claim), at=DECIDED)


def paid(store: Store, claim: int) -> None:
    in_file(store, claim)
    line = list_payments(store, AUDITOR)[-1]
    read_bank_answer(store, CHECKER, booked_by_bank((line.end_to_end, line.amount, "DBIT")), at=BANK_DAY)


@pytest.mark.parametrize(
    ("deficit", "approved", "pays"),
    [
        (12_000 * KR + 1, 12_000 * KR + 1, 12_000 * KR + 1),
        (12_000 * KR, 7_000 * KR, 7_000 * KR),
        (CAP, CAP, CAP),
        (CAP + 5_000 * KR, CAP + 5_000 * KR, CAP),
        (CAP + 5_000 * KR, CAP - 1, CAP - 1),
    ],
)
def test_the_payout_is_the_approved_deficit_at_most_the_cap(
    store: Store, deficit: int, approved: int, pays: int
) -> None:
    claim = guaranteed(store, deficit)
    assert seen(store, claim).claim.claimed == min(CAP, deficit)
    approved_at(store, claim, approved, "Utstyr dekkes ikke." if approved < deficit else "")
    assert of_award(store, 1) == {"guaranteed": CAP}  # nothing moves before the bank has paid
    paid(store, claim)
    assert state(store, claim) == "paid" and of_award(store, 1) == {"paid": pays}
    held = get_settlement(store, AUDITOR, 1, at=DECIDED)
    assert held is not None
    assert (held.deficit, held.approved, held.checked_by, held.approved_by) == (
        deficit,
        approved,
        OFFICER.id,
        TREASURER.id,
    )
    with store.read() as db:
        assert final_claim_faults(db, 1) == [] and batch_faults(db) == []
    assert amiss(store) == []


@pytest.mark.parametrize("deficit", [0, -5_000 * KR])
def test_without_a_deficit_the_cap_is_given_back_at_once(store: Store, deficit: int) -> None:
    claim = guaranteed(store, deficit)
    before = sums(store)["available"]
    approve_deficit(store, OFFICER, claim, version(store, claim), 0, at=DECIDED)
    held = version(store, claim)
    approve_second(store, TREASURER, claim, held, at=DECIDED)
    assert approve_second(store, TREASURER, claim, held, at=DECIDED) == held + 1
    assert state(store, claim) == "paid" and of_award(store, 1) == {}
    assert sums(store)["available"] == before + CAP and "guaranteed" not in sums(store)
    assert seen(store, claim).claim.posting is not None and amiss(store) == []


def test_a_deficit_that_isnt_approved_at_all_is_settled_at_nothing_with_its_reason(store: Store) -> None:
    claim = guaranteed(store, 5_000 * KR)
    approved_at(store, claim, 0, "Underskuddet kom av et annet arrangement.")
    assert state(store, claim) == "paid" and of_award(store, 1) == {}
    assert seen(store, claim).claim.less_reason.startswith("Underskuddet")


def test_money_that_came_back_stands_under_the_guarantee_again(store: Store) -> None:
    claim = guaranteed(store, 12_000 * KR)
    approved_at(store, claim, 12_000 * KR)
    paid(store, claim)
    line = list_payments(store, AUDITOR)[-1]
    content = booked_by_bank((line.end_to_end, line.amount, "CRDT"), message="M-2")
    read_bank_answer(store, CHECKER, content, at=BANK_DAY)
    assert state(store, claim) == "failed" and of_award(store, 1) == {"guaranteed": CAP} and amiss(store) == []


@pytest.mark.parametrize(
    ("approved", "reason", "code"),
    [
        (12_000 * KR + 1, "x", "approved"),
        (-1, "x", "approved"),
        (1.0, "x", "approved"),
        (11_000 * KR, " ", "no_reason"),
    ],
)
def test_what_cant_be_approved_of_a_deficit(store: Store, approved: int, reason: str, code: str) -> None:
    claim = guaranteed(store, 12_000 * KR)
    faults = refused(store, approve_deficit, OFFICER, claim, version(store, claim), approved, reason, at=DECIDED)
    assert codes(faults) == [code] and faults[0].figures["ore_deficit"] == 12_000 * KR


def test_a_guarantee_is_approved_by_its_deficit_only(store: Store) -> None:
    claim = guaranteed(store, 12_000 * KR)
    faults = refused(store, approve_first, OFFICER, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["guarantee"]


def test_a_guarantee_needs_audited_accounts_and_takes_no_amount(store: Store) -> None:
    award = running(store, "guarantee", CAP)
    approved_report(store, award)
    claim = start_claim(store, APPLICANT, award, "final", at=DECIDED)
    cost = [{"name": "Leie av hall", "amount": 100}]
    document = {"amount": 100, "cost": cost, "attested_by": "accountant"}
    save_claim(store, APPLICANT, claim, 1, document, at=DECIDED)
    faults = refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["guarantee_amount", "attested_auditor", "no_accounts", "no_attestation"]
    attach_to_claim(store, APPLICANT, claim, "accounts", "r.pdf", PDF, at=DECIDED)
    attach_to_claim(store, APPLICANT, claim, "attestation", "b.pdf", PDF + b"1", at=DECIDED)
    save_claim(store, APPLICANT, claim, 2, {"cost": cost, "attested_by": "auditor"}, at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)


def test_a_check_is_made_anew_after_the_claim_was_returned(store: Store) -> None:
    claim = guaranteed(store, 12_000 * KR)
    approved_at(store, claim, 5_000 * KR, "Halvparten.")
    return_claim(store, OFFICER, claim, version(store, claim), "Regnskapet er revidert på nytt.", at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    approve_deficit(store, COLLEAGUE, claim, version(store, claim), 6_000 * KR, "Nå mer.", at=DECIDED)
    held = get_settlement(store, OFFICER, 1, at=DECIDED)
    assert held is not None and (held.approved, held.checked_by, held.approved_by) == (600_000, COLLEAGUE.id, None)
    approve_second(store, TREASURER, claim, version(store, claim), at=DECIDED)
    paid(store, claim)
    assert of_award(store, 1) == {"paid": 6_000 * KR}


def test_the_database_keeps_approved_below_the_deficit_and_two_people(store: Store) -> None:
    claim = guaranteed(store, 12_000 * KR)
    approved_at(store, claim, 12_000 * KR)
    held = get_settlement(store, OFFICER, 1, at=DECIDED)
    assert held is not None
    for wrong in ({"approved": 12_000 * KR + 1}, {"approved_by": OFFICER.id}, {"approved": 1}):
        with pytest.raises(Exception, match="CHECK"), store.write("test", "test.settle") as write:
            write.update_row("settlement", 1, held.version, wrong)


def test_who_sees_a_settlement(store: Store) -> None:
    guaranteed(store, 100)
    assert get_settlement(store, APPLICANT, 1, at=DECIDED) is None
    with pytest.raises(Refused):
        get_settlement(store, BOARD, 1, at=DECIDED)


def test_a_second_click_checks_a_deficit_once(store: Store) -> None:
    claim = guaranteed(store, 12_000 * KR)
    before = version(store, claim)
    for at in (DECIDED, DECIDED + dt.timedelta(seconds=5)):
        assert approve_deficit(store, OFFICER, claim, before, 12_000 * KR, at=at) == before + 1
    held = get_settlement(store, OFFICER, 1, at=DECIDED)
    assert held is not None and held.version == 1
