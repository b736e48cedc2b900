"""Checking claims: four eyes, less than was asked for, conditions, returning and declining."""

from __future__ import annotations

from typing import Any

import pytest
from applied import APPLICANT, BOARD, COLLEAGUE, KR, OFFICER, OTHER_ACCOUNT, acting, refused
from awarded import AMOUNT, DECIDED, moved_to, running
from claimed import CASHIER, approved, costs, in_file, seen, state, submitted, version, written
from funded import TREASURER, of_award
from test_claiming import approved_report, codes

from data.permission import Actor, Refused
from data.store import Conflict, Store
from fund.applicant.payees import ask_payee, confirm_payee, waiting_payee
from fund.award.award_conditions import conditions_of, meet
from fund.payout.claim_approval import approve_deficit, approve_first, approve_second, decline, retry, return_claim
from fund.payout.claiming import save_claim, start_claim, submit
from fund.payout.claims import claimed, final_claim_faults

BOTH = Actor(OFFICER.id, frozenset({"officer", "treasurer", "applicant"}))


def test_two_people_approve_and_a_double_click_does_it_once(store: Store) -> None:
    claim = submitted(store, running(store), amount=5_000 * KR)
    for function, actor in ((approve_first, OFFICER), (approve_second, TREASURER)):
        before = version(store, claim)
        assert function(store, actor, claim, before, at=DECIDED) == before + 1
        assert function(store, actor, claim, before, at=DECIDED) == before + 1
        assert version(store, claim) == before + 1
    found = seen(store, claim).claim
    assert (found.first_by, found.second_by, found.state) == (OFFICER.id, TREASURER.id, "approved_second")


def test_two_who_approve_at_once_are_told_of_each_other(store: Store) -> None:
    claim = submitted(store, running(store), amount=100)
    before = version(store, claim)
    approve_first(store, OFFICER, claim, before, at=DECIDED)
    with pytest.raises(Conflict):
        approve_first(store, COLLEAGUE, claim, before, at=DECIDED)


def test_nobody_approves_twice_or_a_claim_of_ones_own(store: Store) -> None:
    award = running(store)
    claim = submitted(store, award, amount=100)
    approve_first(store, BOTH, claim, version(store, claim), at=DECIDED)
    faults = refused(store, approve_second, BOTH, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["same_person"]
    acting(store, 1, Actor(COLLEAGUE.id, frozenset({"applicant"})))
    own = submitted(store, award, amount=100)
    assert codes(refused(store, approve_first, COLLEAGUE, own, version(store, own), at=DECIDED)) == ["own_claim"]
    sender = Actor(APPLICANT.id, frozenset({"officer"}))
    assert codes(refused(store, approve_first, sender, own, version(store, own), at=DECIDED)) == ["same_person"]


def test_the_database_itself_keeps_three_people_apart(store: Store) -> None:
    claim = submitted(store, running(store), amount=100)
    for who in ({"first_by": APPLICANT.id}, {"first_by": "account:5", "second_by": "account:5"}):
        with pytest.raises(Exception, match="CHECK"), store.write("test", "test.who") as write:
            write.update_row("claim", claim, version(store, claim), who)


@pytest.mark.parametrize("actor", [APPLICANT, TREASURER, BOARD])
def test_only_an_officer_approves_first(store: Store, actor: Actor) -> None:
    claim = submitted(store, running(store), amount=100)
    with pytest.raises(Refused):
        approve_first(store, actor, claim, version(store, claim), at=DECIDED)
    approve_first(store, OFFICER, claim, version(store, claim), at=DECIDED)
    if actor is not TREASURER:
        with pytest.raises(Refused):
            approve_second(store, actor, claim, version(store, claim), at=DECIDED)


def test_less_is_approved_for_a_reason_and_both_figures_stay(store: Store) -> None:
    award = running(store)
    claim = submitted(store, award, amount=5_000 * KR)
    held = version(store, claim)
    for amount, reason, code in (
        (4_000 * KR, "", "no_reason"),
        (5_000 * KR + 1, "mer", "amount"),
        (0, "ikke noe", "amount"),
        (-1, "x", "amount"),
        (1.5, "x", "amount"),
    ):
        faults = refused(store, approve_first, OFFICER, claim, held, amount=amount, reason=reason, at=DECIDED)
        assert codes(faults) == [code]
    why = "Premier dekkes ikke."
    approve_first(store, OFFICER, claim, held, amount=4_000 * KR, reason=why, at=DECIDED)
    found = seen(store, claim).claim
    assert (found.amount, found.claimed, found.less_reason) == (400_000, 500_000, why)
    with store.read() as db:
        assert claimed(db, award) == 400_000
    with pytest.raises(Exception, match="CHECK"), store.write("test", "test.less") as write:
        write.update_row("claim", claim, found.version, {"less_reason": " "})


def test_conditions_that_are_due_hold_a_claim_back(store: Store) -> None:
    award = running(store, conditions=("Politiets tillatelse foreligger.",))
    claim = submitted(store, award, amount=100)
    faults = refused(store, approve_first, OFFICER, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["not_met"] and "Politiets" in faults[0].value
    with store.read() as db:
        (condition,) = conditions_of(db, award)
    note = "Tillatelsen er lagt ved og lest, datert 1. desember."
    meet(store, OFFICER, condition.id, condition.version, note, at=DECIDED)
    approve_first(store, OFFICER, claim, version(store, claim), at=DECIDED)


def test_a_claim_isnt_approved_while_its_award_is_suspended(store: Store) -> None:
    award = running(store)
    claim = submitted(store, award, amount=100)
    approve_first(store, OFFICER, claim, version(store, claim), at=DECIDED)
    moved_to(store, award, "suspended")
    faults = refused(store, approve_second, TREASURER, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["award_state"]


def test_the_second_looks_at_what_is_left_anew(store: Store) -> None:
    """Another claim that came in behind the rules' back: the sum is what counts when it is approved."""
    award = running(store)
    claim = submitted(store, award, amount=AMOUNT)
    approve_first(store, OFFICER, claim, version(store, claim), at=DECIDED)
    other = written(store, award, amount=100)
    with store.write("test", "test.state") as write:
        row = {"amount": 100, "claimed": 100, "state": "submitted", "submitted_by": APPLICANT.id}
        write.update_row("claim", other, version(store, other), row)
    faults = refused(store, approve_second, TREASURER, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["above_award"] and faults[0].figures["ore_claimed"] == 100


def test_a_returned_claim_is_mended_and_sent_anew(store: Store) -> None:
    claim = submitted(store, running(store), amount=5_000 * KR)
    approve_first(store, OFFICER, claim, version(store, claim), amount=1, reason="feil", at=DECIDED)
    assert codes(refused(store, return_claim, OFFICER, claim, version(store, claim), " ", at=DECIDED)) == ["no_grounds"]
    before = version(store, claim)
    return_claim(store, OFFICER, claim, before, "Kvitteringen mangler.", at=DECIDED)
    assert return_claim(store, OFFICER, claim, before, "Kvitteringen mangler.", at=DECIDED) == before + 1
    found = seen(store, claim).claim
    assert (found.state, found.reason, found.first_by) == ("returned", "Kvitteringen mangler.", None)
    save_claim(store, APPLICANT, claim, version(store, claim), {"amount": 4_000 * KR}, at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    found = seen(store, claim).claim
    assert (found.amount, found.claimed, found.less_reason, found.reason) == (400_000, 400_000, "", "")
    told = [row[0] for row in store.db.execute("SELECT message FROM outbox ORDER BY id").fetchall()]
    assert told[-3:] == ["claims.told.submitted", "claims.told.returned", "claims.told.submitted"]


def test_a_declined_claim_gives_the_award_back_its_room(store: Store) -> None:
    award = running(store)
    approved_report(store, award)
    claim = submitted(store, award, "final", amount=AMOUNT, attested_by="own_signature", **costs())
    with pytest.raises(Refused):
        decline(store, OFFICER, claim, version(store, claim), "nei", at=DECIDED)
    assert codes(refused(store, decline, TREASURER, claim, version(store, claim), "", at=DECIDED)) == ["no_grounds"]
    decline(store, TREASURER, claim, version(store, claim), "Regnskapet er et annet arrangements.", at=DECIDED)
    with store.read() as db:
        assert claimed(db, award) == 0
    again = start_claim(store, APPLICANT, award, "final", at=DECIDED)
    assert again != claim and state(store, again) == "draft"


def test_a_final_claim_of_nothing_is_done_when_it_is_approved(store: Store) -> None:
    award = running(store)
    approved_report(store, award)
    claim = submitted(store, award, "final", amount=0, attested_by="own_signature", **costs())
    approve_first(store, OFFICER, claim, version(store, claim), at=DECIDED)
    before = version(store, claim)
    approve_second(store, TREASURER, claim, before, at=DECIDED)
    assert approve_second(store, TREASURER, claim, before, at=DECIDED) == before + 1
    assert state(store, claim) == "paid" and of_award(store, award) == {"committed": AMOUNT}
    with store.read() as db:
        assert final_claim_faults(db, award) == []


def test_a_claim_on_a_grant_has_no_deficit_and_one_on_a_guarantee_no_amount(store: Store) -> None:
    claim = submitted(store, running(store), amount=100)
    faults = refused(store, approve_deficit, OFFICER, claim, version(store, claim), 100, at=DECIDED)
    assert codes(faults) == ["not_guarantee"]


def test_an_approved_claim_whose_account_changed_is_returned_and_sent_to_the_new_one(store: Store) -> None:
    claim = approved(store, submitted(store, running(store), amount=100))
    ask_payee(store, APPLICANT, 1, OTHER_ACCOUNT, at=DECIDED)
    with store.read() as db:
        waiting: Any = waiting_payee(db, 1)
    confirm_payee(store, OFFICER, waiting, "Ringte lederen på nummeret i Enhetsregisteret.", at=DECIDED)
    with pytest.raises(Exception) as raised:
        in_file(store, claim)
    assert "other" in codes(raised.value.faults)
    return_claim(store, OFFICER, claim, version(store, claim), "Send den på nytt med ny konto.", at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert seen(store, claim).claim.account == OTHER_ACCOUNT
    in_file(store, approved(store, claim))
    assert state(store, claim) == "in_payment_file"


def test_what_is_in_a_file_is_neither_returned_declined_nor_retried(store: Store) -> None:
    claim = approved(store, submitted(store, running(store), amount=100))
    in_file(store, claim)
    held = version(store, claim)
    for function, actor, rest in (
        (return_claim, OFFICER, ("x",)),
        (decline, TREASURER, ("x",)),
        (retry, CASHIER, ()),
        (approve_first, COLLEAGUE, ()),
        (approve_second, CASHIER, ()),
    ):
        assert codes(refused(store, function, actor, claim, held, *rest, at=DECIDED)) == ["not_possible"]
