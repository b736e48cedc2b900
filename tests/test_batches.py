"""Payment files: what goes in, what waits, who makes them, and that they are what they were made as."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib

import pytest
from applied import APPLICANT, AUDITOR, BOARD, KR, OFFICER, OTHER_ACCOUNT, refused
from awarded import DECIDED, moved_to, running
from claimed import CASHIER, CHECKER, PAYDAY, PAYER, approved, in_file, seen, sent, state, submitted, version
from funded import TREASURER, tampered
from test_claiming import codes

from data.permission import Actor, Refused
from data.store import Conflict, Store
from fund.applicant.payees import ask_payee, confirm_payee, waiting_payee
from fund.payout.batches import (
    batch_at,
    batch_faults,
    batch_file,
    list_batches,
    list_payments,
    make_batch,
    set_payer,
)
from fund.payout.credit_transfer import Payer


def test_a_file_holds_its_claims_and_sums_to_the_ore(store: Store) -> None:
    award = running(store)
    claims = [approved(store, submitted(store, award, amount=ore)) for ore in (100_001, 50)]
    batch = in_file(store, *claims)
    file = batch_file(store, AUDITOR, batch)
    assert (file.count, file.amount, file.name) == (2, 100_051, "UTB-2026-1.xml")
    assert hashlib.sha256(file.content).hexdigest() == file.sha256
    assert b"<CtrlSum>1000.51</CtrlSum>" in file.content and b"anmodning 1" in file.content
    lines = list_payments(store, TREASURER, batch)
    assert [(one.claim, one.amount, one.outcome) for one in lines] == [
        (claims[0], 100_001, "sent"),
        (claims[1], 50, "sent"),
    ]
    assert [state(store, one) for one in claims] == ["in_payment_file"] * 2
    assert [one.name for one in list_batches(store, AUDITOR)] == ["UTB-2026-1"]
    with store.read() as db:
        assert batch_faults(db) == []


def test_a_second_click_gives_the_same_file(store: Store) -> None:
    claim = approved(store, submitted(store, running(store), amount=100))
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    asked = [(claim, version(store, claim))]
    first = make_batch(store, CASHIER, asked, PAYDAY, at=DECIDED)
    assert make_batch(store, CASHIER, asked, PAYDAY, at=DECIDED) == first
    assert len(list_batches(store, AUDITOR)) == 1
    with pytest.raises(Conflict):
        make_batch(store, CHECKER, asked, PAYDAY, at=DECIDED)
    assert len(list_batches(store, AUDITOR)) == 1


def test_who_made_the_file_had_no_hand_in_its_claims(store: Store) -> None:
    claim = approved(store, submitted(store, running(store), amount=100))
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    asked = [(claim, version(store, claim))]
    for who in (TREASURER, Actor(OFFICER.id, frozenset({"treasurer"})), Actor(APPLICANT.id, frozenset({"treasurer"}))):
        assert "same_person" in codes(refused(store, make_batch, who, asked, PAYDAY, at=DECIDED))
    for who in (OFFICER, APPLICANT, BOARD, AUDITOR):
        with pytest.raises(Refused):
            make_batch(store, who, asked, PAYDAY, at=DECIDED)
    assert list_batches(store, AUDITOR) == [] and state(store, claim) == "approved_second"


def test_one_claim_that_cant_go_stops_the_whole_file(store: Store) -> None:
    award = running(store)
    ready = approved(store, submitted(store, award, amount=100))
    not_ready = submitted(store, award, amount=100)
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    asked = [(one, version(store, one)) for one in (ready, not_ready)]
    assert codes(refused(store, make_batch, CASHIER, asked, PAYDAY, at=DECIDED)) == ["not_possible"]
    assert state(store, ready) == "approved_second"


def test_a_payout_to_an_account_that_waits_stays_out(store: Store) -> None:
    award = running(store)
    claim = approved(store, submitted(store, award, amount=100))
    ask_payee(store, APPLICANT, 1, OTHER_ACCOUNT, at=DECIDED)
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    asked = [(claim, version(store, claim))]
    assert codes(refused(store, make_batch, CASHIER, asked, PAYDAY, at=DECIDED)) == ["waiting"]


def test_a_claim_made_out_to_the_account_before_waits_and_one_to_the_new_goes(store: Store) -> None:
    award = running(store)
    old = approved(store, submitted(store, award, amount=100))
    ask_payee(store, APPLICANT, 1, OTHER_ACCOUNT, at=DECIDED)
    with store.read() as db:
        waiting = waiting_payee(db, 1)
    assert waiting is not None
    confirm_payee(store, OFFICER, waiting, "Ringte lederen på nummeret i Enhetsregisteret.", at=DECIDED)
    new = approved(store, submitted(store, award, amount=200))
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    made = make_batch(store, CASHIER, [(one, version(store, one)) for one in (old, new)], PAYDAY, at=DECIDED)
    assert [(one.claim, codes(list(one.faults))) for one in made.held] == [(old, ["other"])]
    assert [(one.claim, one.account) for one in list_payments(store, AUDITOR)] == [(new, OTHER_ACCOUNT)]


def test_claims_of_a_suspended_award_are_held_and_the_others_go(store: Store) -> None:
    award = running(store)
    going = approved(store, submitted(store, award, amount=100))
    (application,) = store.db.execute("SELECT application FROM award").fetchone()
    other = running(store, application=application)
    waits = approved(store, submitted(store, other, amount=200))
    moved_to(store, other, "suspended")
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    asked = [(one, version(store, one)) for one in (going, waits)]
    made = make_batch(store, CASHIER, asked, PAYDAY, at=DECIDED)
    assert [(one.claim, codes(list(one.faults))) for one in made.held] == [(waits, ["award_state"])]
    assert make_batch(store, CASHIER, asked, PAYDAY, at=DECIDED) == made
    assert state(store, waits) == "approved_second" and state(store, going) == "in_payment_file"
    moved_to(store, other, "active")
    later = make_batch(store, CASHIER, asked[1:], PAYDAY, at=DECIDED)
    with store.read() as db:
        assert batch_at(db, later.batch).name == "UTB-2026-2" and batch_faults(db) == []


def test_a_condition_that_came_due_holds_the_payout(store: Store) -> None:
    award = running(store)
    claim = approved(store, submitted(store, award, amount=100))
    with store.write("test", "test.condition") as write:
        write.insert("award_condition", {"award": award, "text": "Forsikring", "gates": 1, "note": ""})
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    asked = [(claim, version(store, claim))]
    assert codes(refused(store, make_batch, CASHIER, asked, PAYDAY, at=DECIDED)) == ["not_met"]


def test_a_file_needs_an_account_to_draw_on_and_claims(store: Store) -> None:
    claim = approved(store, submitted(store, running(store), amount=100))
    asked = [(claim, version(store, claim))]
    assert codes(refused(store, make_batch, CASHIER, asked, PAYDAY, at=DECIDED)) == ["no_payer"]
    set_payer(store, CASHIER, PAYER, at=DECIDED)
    assert codes(refused(store, make_batch, CASHIER, [], PAYDAY, at=DECIDED)) == ["none"]
    past = dt.date(2026, 12, 3)
    assert codes(refused(store, make_batch, CASHIER, asked, past, at=DECIDED)) == ["past"]


@pytest.mark.parametrize(
    ("payer", "code"),
    [
        (Payer("", "111111111", "12345678903"), "no_text"),
        (Payer("Fondet", "111111112", "12345678903"), "organisation"),
        (Payer("Fondet", "111111111", "12345678904"), "account"),
        (Payer("Fondet", "111111111", "12345678903", bic="X"), "bic"),
    ],
)
def test_a_payers_numbers_are_looked_at(store: Store, payer: Payer, code: str) -> None:
    faults = refused(store, set_payer, CASHIER, payer, at=DECIDED)
    assert len(faults) == 1 and (code in faults[0].code or code in faults[0].place or "identifier" in faults[0].code)


def test_the_payer_is_set_once_and_a_change_is_a_new_row(store: Store) -> None:
    first = set_payer(store, CASHIER, PAYER, at=DECIDED)
    assert set_payer(store, CASHIER, PAYER, at=DECIDED) == first
    assert set_payer(store, CASHIER, dataclasses.replace(PAYER, name="Fondet"), at=DECIDED) == first + 1
    with pytest.raises(Refused):
        set_payer(store, OFFICER, PAYER, at=DECIDED)


def test_a_changed_file_isnt_given_out_and_the_verifier_says_so(store: Store) -> None:
    sent(store)
    tampered(
        store,
        "UPDATE payment_batch SET content = CAST(replace(content, '5000.00', '9000.00') AS BLOB)",
        without=("payment_batch_no_update",),
    )
    with store.read() as db:
        (found,) = batch_faults(db)
    assert found.code == "batches.verify.file_changed" and found.line("nb") and found.line("en")
    assert codes(refused(store, batch_file, AUDITOR, 1)) == ["changed"]


def test_payments_that_dont_add_up_to_the_ledger_are_found(store: Store) -> None:
    sent(store)
    tampered(store, "UPDATE batch_payment SET outcome = 'paid'")
    with store.read() as db:
        (found,) = batch_faults(db)
    assert found.code == "batches.verify.not_booked" and found.figures == {"ore_wanted": 500_000, "ore_booked": 0}
    tampered(store, "UPDATE batch_payment SET amount = amount + 1, outcome = 'sent'", without=("batch_payment_stays",))
    with store.read() as db:
        assert codes(batch_faults(db)) == ["file_sum"]


def test_what_was_sent_is_never_changed(store: Store) -> None:
    sent(store)
    for sql in (
        "UPDATE payment_batch SET amount = 1",
        "DELETE FROM payment_batch",
        "UPDATE batch_payment SET amount = 1",
        "DELETE FROM batch_payment",
        "DELETE FROM claim",
        "UPDATE payer_account SET number = ''",
        "DELETE FROM payer_account",
    ):
        with pytest.raises(Exception, match="never"), store.write("test", "test.change", audited=False) as write:
            write.db.execute(sql)


def test_files_are_read_by_treasurers_and_the_auditor_only(store: Store) -> None:
    sent(store)
    for who in (APPLICANT, BOARD, OFFICER):
        for call in (lambda who=who: batch_file(store, who, 1), lambda who=who: list_payments(store, who)):
            with pytest.raises(Refused):
                call()
    with pytest.raises(LookupError):
        batch_file(store, AUDITOR, 9)
    assert seen(store, 1).claim.amount == 5_000 * KR
