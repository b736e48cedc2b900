"""Writing and sending claims: what is within the award, the plan, the costs, and who may."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from applied import APPLICANT, AUDITOR, BOARD, KR, NOON, OFFICER, SECOND, STRANGER, refused
from awarded import AMOUNT, DECIDED, accepted, moved_to, running
from claimed import BY_COST, HALL, PDF, approved, costs, in_file, rules, seen, state, submitted, version, written
from funded import TREASURER

from data.permission import Refused
from data.store import Conflict, Store
from fund.applicant.mandates import end_mandate, list_mandates
from fund.applicant.payees import ask_payee
from fund.award.award_plans import NewPart, planned, set_plan
from fund.award.awards import AwardForm
from fund.payout.claim_contents import entitled
from fund.payout.claiming import (
    attach_to_claim,
    claim_history,
    claim_papers,
    detach_from_claim,
    discard_claim,
    get_claim,
    list_claims,
    open_claim_paper,
    save_claim,
    start_claim,
    submit,
)
from fund.payout.claims import claimed, claims_of, final_claim_faults, open_claims

AFTER = dt.datetime(2027, 3, 1, 11, 0, tzinfo=dt.UTC)


def codes(faults: list[Any]) -> list[str]:
    return [one.code.rpartition(".")[2] for one in faults]


def decided_on(store: Store, award: int, form: AwardForm) -> int:
    """Another award of the same application, running."""
    (application,) = store.db.execute("SELECT application FROM award WHERE id = ?", [award]).fetchone()
    return running(store, form, application=application)


def approved_report(store: Store, award: int) -> None:
    """The final report, approved behind the workflow's back."""
    with store.write("test", "test.report") as write:
        (id, held) = write.db.execute(
            "SELECT id, version FROM report WHERE award = ? AND part = 'final'", [award]
        ).fetchone()
        write.update_row("report", id, held, {"state": "approved"})


def test_a_claim_is_sent_once_with_the_account_that_is_confirmed(store: Store) -> None:
    award = running(store)
    claim = written(store, award, amount=5_000 * KR)
    before = version(store, claim)
    assert submit(store, APPLICANT, claim, before, at=DECIDED) == before + 1
    assert submit(store, APPLICANT, claim, before, at=DECIDED) == before + 1  # a second click
    sent = seen(store, claim).claim
    assert (sent.state, sent.amount, sent.claimed, sent.submitted_by) == ("submitted", 500_000, 500_000, APPLICANT.id)
    assert sent.account == "18136445320"
    told = "SELECT count(*) FROM outbox WHERE message = 'claims.told.submitted'"
    assert store.db.execute(told).fetchone() == (1,)
    with store.read() as db:
        assert (claimed(db, award), open_claims(db, award), claimed(db, award, but=claim)) == (500_000, 500_000, 0)
    assert [one.action for one in claim_history(store, OFFICER, claim)][-1] == "claim.submit"


def test_a_draft_is_found_again_and_the_next_is_numbered_on(store: Store) -> None:
    award = running(store)
    first = start_claim(store, APPLICANT, award, at=DECIDED)
    assert start_claim(store, APPLICANT, award, at=DECIDED) == first
    save_claim(store, APPLICANT, first, 1, {"amount": 100}, at=DECIDED)
    submit(store, APPLICANT, first, 2, at=DECIDED)
    second = start_claim(store, APPLICANT, award, at=DECIDED)
    with store.read() as db:
        assert [(one.id, one.number) for one in claims_of(db, award)] == [(first, 1), (second, 2)]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (AMOUNT + 1, "above_award"),
        (100.5, "not_ore"),
        ("5000", "not_ore"),
        (-1, "too_small"),
        (0, "too_small"),
        (2**53 + 1, "too_large"),
        (None, "no_amount"),
    ],
)
def test_an_amount_that_is_none_or_too_much_is_refused_with_the_figures(store: Store, amount: Any, code: str) -> None:
    claim = written(store, running(store), amount=amount)
    faults = refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert code in codes(faults)
    if code == "above_award":
        (fault,) = [one for one in faults if one.code.endswith("above_award")]
        assert fault.figures == {
            "ore_claimed": 0,
            "ore_left": AMOUNT,
            "ore_wanted": AMOUNT + 1,
            "ore_most": AMOUNT,
        }
        assert "20 000" in fault.line("nb").replace("\xa0", " ").replace("\u202f", " ")


def test_open_claims_count_against_what_is_left_to_the_ore(store: Store) -> None:
    award = running(store)
    submitted(store, award, amount=AMOUNT - 100)
    claim = written(store, award, amount=101)
    assert "above_award" in codes(refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED))
    save_claim(store, APPLICANT, claim, version(store, claim), {"amount": 100}, at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    with store.read() as db:
        assert claimed(db, award) == AMOUNT


def test_what_is_withheld_waits_for_the_final_claim(store: Store) -> None:
    """25 % of 20 000 is withheld, so 15 000 can be claimed before; to the øre."""
    award = running(store, rules=rules(withheld={"share": "25 %"}))
    with store.read() as db:
        held = planned(db, award)
    set_plan(store, OFFICER, award, held, [NewPart("on_request", AMOUNT)], at=DECIDED)
    claim = written(store, award, amount=15_000 * KR + 1)
    faults = refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["withheld"] and faults[0].figures["ore_left"] == 15_000 * KR
    save_claim(store, APPLICANT, claim, version(store, claim), {"amount": 15_000 * KR}, at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)


def test_the_plan_gives_what_is_due_and_says_when_the_next_part_is(store: Store) -> None:
    award = accepted(store)
    later = dt.date(2027, 1, 15)
    parts = [NewPart("on_request", 8_000 * KR), NewPart("before_event", 12_000 * KR, later)]
    set_plan(store, OFFICER, award, [], parts, at=DECIDED)
    claim = written(store, award, amount=8_000 * KR + 1)  # accepted with a plan is enough
    faults = refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["not_due_before"]
    assert faults[0].figures["day"] == "2027-01-15" and faults[0].figures["ore_due"] == 8_000 * KR
    on_the_day = dt.datetime(2027, 1, 14, 23, 0, tzinfo=dt.UTC)  # 00:00:00 in Norway
    evening = on_the_day - dt.timedelta(seconds=1)
    assert codes(refused(store, submit, APPLICANT, claim, version(store, claim), at=evening)) == ["not_due_before"]
    submit(store, APPLICANT, claim, version(store, claim), at=on_the_day)


def test_where_support_follows_cost_the_costs_so_far_decide(store: Store) -> None:
    """A third of the cost gives a third of the award, rounded down; an advance, what the plan has before the event."""
    award = running(store, rules=rules(**BY_COST))
    advance = written(store, award, amount=10_000 * KR + 1)
    assert "not_due" in codes(refused(store, submit, APPLICANT, advance, version(store, advance), at=DECIDED))
    spent = HALL // 3
    most = AMOUNT * spent // HALL
    assert most * HALL != AMOUNT * spent  # it is rounded, and down
    document = {**costs(spent), "amount": most + 1}
    save_claim(store, APPLICANT, advance, version(store, advance), document, at=DECIDED)
    faults = refused(store, submit, APPLICANT, advance, version(store, advance), at=DECIDED)
    assert codes(faults) == ["above_cost"] and faults[0].figures["ore_most"] == most
    save_claim(store, APPLICANT, advance, version(store, advance), {**document, "amount": most}, at=DECIDED)
    submit(store, APPLICANT, advance, version(store, advance), at=DECIDED)


def test_costs_above_the_plan_never_give_more_than_the_award(store: Store) -> None:
    award = running(store, rules=rules(**BY_COST))
    claim = written(store, award, amount=1, **costs(HALL * 3))
    case = seen(store, claim)
    assert entitled(AMOUNT, case.award.terms, case.contents.actual) == AMOUNT
    nothing = dataclasses.replace(case.award.terms, eligible=0)
    assert entitled(AMOUNT, nothing, case.contents.actual) == 0


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"cost": [{"name": "Fest", "amount": 100}]}, "no_line"),
        ({"cost": [{"name": "Premier", "amount": 1.5}]}, "not_ore"),
        ({"cost": [{"name": "Premier", "amount": 1}, {"name": "premier", "amount": 1}]}, "name_twice"),
        ({"cost": "mye"}, "rows"),
        ({"cost": [3]}, "row"),
        ({"support": [{"name": "X", "amount": "1"}]}, "not_ore"),
        ({"attested_by": "naboen"}, "no_attester"),
        ({"note": 3}, "note"),
        ({"kid": "1"}, "unknown_field"),
    ],
)
def test_what_a_claim_cant_say_is_told_when_it_is_sent(store: Store, document: dict[str, Any], code: str) -> None:
    claim = written(store, running(store), amount=100, **document)
    assert code in codes(refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED))


def test_a_final_claim_needs_the_report_the_accounts_and_who_attests(store: Store) -> None:
    award = running(store, rules=rules(**BY_COST))
    claim = start_claim(store, APPLICANT, award, "final", at=DECIDED)
    said = {**costs(), "amount": AMOUNT, "attested_by": "own_signature"}
    save_claim(store, APPLICANT, claim, 1, said, at=DECIDED)
    faults = refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["attested_accountant", "no_accounts", "no_report"]
    attach_to_claim(store, APPLICANT, claim, "accounts", "regnskap.pdf", PDF, at=DECIDED)
    approved_report(store, award)
    save_claim(store, APPLICANT, claim, version(store, claim), {**said, "attested_by": "accountant"}, at=DECIDED)
    faults = refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["no_attestation"]
    attach_to_claim(store, APPLICANT, claim, "attestation", "bekreftelse.pdf", PDF + b"2", at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)


def test_there_is_one_final_claim_and_no_part_after_it(store: Store) -> None:
    award = running(store)
    open_part = submitted(store, award, amount=100)
    late = written(store, award, amount=200)
    approved_report(store, award)
    final = written(store, award, "final", amount=1_000, attested_by="accountant", **costs())
    faults = refused(store, submit, APPLICANT, final, version(store, final), at=DECIDED)
    assert codes(faults) == ["parts_open"] and faults[0].figures == {"numbers": "1"}
    with store.write("test", "test.paid") as write:
        write.update_row("claim", open_part, version(store, open_part), {"state": "paid"})
    submit(store, APPLICANT, final, version(store, final), at=DECIDED)
    assert codes(refused(store, submit, APPLICANT, late, version(store, late), at=DECIDED)) == ["final_in"]
    assert codes(refused(store, start_claim, APPLICANT, award, "final", at=DECIDED)) == ["final_in"]
    with pytest.raises(Exception, match="UNIQUE"), store.write("test", "test.final") as write:
        row = next(iter(write.db.query("SELECT * FROM claim WHERE id = ?", [final])))
        write.insert("claim", {**{k: v for k, v in row.items() if k not in ("id", "version")}, "number": 9})


@pytest.mark.parametrize("award_state", ["offered", "lapsed", "suspended", "settled", "closed", "clawed_back"])
def test_nothing_is_claimed_of_an_award_that_isnt_under_way(store: Store, award_state: str) -> None:
    award = running(store)
    claim = written(store, award, amount=100)
    moved_to(store, award, award_state)
    faults = refused(store, submit, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert codes(faults) == ["award_state"] and faults[0].value == award_state
    discard_claim(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert codes(refused(store, start_claim, APPLICANT, award, at=DECIDED)) == ["award_state"]


def test_an_accepted_award_without_a_plan_pays_nothing(store: Store) -> None:
    assert codes(refused(store, start_claim, APPLICANT, accepted(store), at=DECIDED)) == ["award_state"]


def test_guarantees_have_no_parts_and_loans_no_final_claim(store: Store) -> None:
    loan = running(store, "loan")
    assert codes(refused(store, start_claim, APPLICANT, loan, "final", at=DECIDED)) == ["loan_final"]
    again = decided_on(store, loan, "guarantee")
    assert codes(refused(store, start_claim, APPLICANT, again, "part", at=DECIDED)) == ["guarantee_part"]


def test_only_who_acts_for_the_organisation_writes_and_sends(store: Store) -> None:
    award = running(store)
    for actor in (STRANGER, SECOND, OFFICER, TREASURER, BOARD, AUDITOR):
        with pytest.raises(Refused):
            start_claim(store, actor, award, at=DECIDED)
    claim = written(store, award, amount=100)
    for actor in (STRANGER, SECOND, OFFICER, TREASURER):
        with pytest.raises(Refused):
            save_claim(store, actor, claim, version(store, claim), {}, at=DECIDED)
        with pytest.raises(Refused):
            submit(store, actor, claim, version(store, claim), at=DECIDED)
        with pytest.raises(Refused):
            get_claim(store, actor, claim, at=DECIDED)  # a draft is its writers' alone
    assert list_claims(store, OFFICER, award, at=DECIDED) == []
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    for actor in (OFFICER, TREASURER, AUDITOR, APPLICANT):
        assert get_claim(store, actor, claim, at=DECIDED).claim.state == "submitted"
        assert [one.id for one in list_claims(store, actor, award, at=DECIDED)] == [claim]
    for actor in (BOARD, STRANGER):
        with pytest.raises(Refused):
            get_claim(store, actor, claim, at=DECIDED)


def test_whose_mandate_has_ended_sends_nothing(store: Store) -> None:
    claim = written(store, running(store), amount=100)
    (mandate,) = list_mandates(store, OFFICER)
    end_mandate(store, OFFICER, mandate, "ny leder er valgt", at=NOON)
    with pytest.raises(Refused):
        submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert state(store, claim) == "draft"


def test_what_is_sent_is_locked_and_its_papers_stay(store: Store) -> None:
    award = running(store)
    claim = written(store, award, amount=100)
    paper = attach_to_claim(store, APPLICANT, claim, "other", "kvittering.pdf", PDF, at=DECIDED)
    gone = attach_to_claim(store, APPLICANT, claim, "other", "feil.pdf", PDF + b"x", at=DECIDED)
    detach_from_claim(store, APPLICANT, gone, at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    for function, rest in (
        (save_claim, (claim, version(store, claim), {"amount": 1})),
        (attach_to_claim, (claim, "other", "ny.pdf", PDF)),
        (detach_from_claim, (paper,)),
        (discard_claim, (claim, version(store, claim))),
    ):
        assert codes(refused(store, function, APPLICANT, *rest, at=DECIDED)) == ["locked"]
    assert [one.id for one in claim_papers(store, AUDITOR, claim, at=DECIDED)] == [paper]
    assert open_claim_paper(store, TREASURER, paper, at=DECIDED)[1] == PDF
    with pytest.raises(Refused):
        open_claim_paper(store, BOARD, paper, at=DECIDED)


def test_two_who_save_the_same_claim_are_told_of_each_other(store: Store) -> None:
    claim = written(store, running(store), amount=100)
    held = version(store, claim)
    save_claim(store, APPLICANT, claim, held, {"amount": 200}, at=DECIDED)
    with pytest.raises(Conflict):
        save_claim(store, APPLICANT, claim, held, {"amount": 300}, at=DECIDED)
    with pytest.raises(Conflict):
        submit(store, APPLICANT, claim, held, at=DECIDED)
    assert seen(store, claim).contents.amount == 200 and state(store, claim) == "draft"


def test_an_account_that_nobody_confirmed_is_paid_nothing(store: Store) -> None:
    award = running(store)
    claim = written(store, award, amount=100)
    ask_payee(store, APPLICANT, 1, "7694 05 12057", at=DECIDED)
    submit(store, APPLICANT, claim, version(store, claim), at=DECIDED)
    assert seen(store, claim).claim.account == "18136445320"  # the one that holds; the payout waits


def test_an_award_is_settled_when_its_final_claim_is_paid_and_nothing_is_open(store: Store) -> None:
    award = running(store)
    with store.read() as db:
        assert codes(final_claim_faults(db, award)) == ["no_final"]
    part = submitted(store, award, amount=100)
    with store.read() as db:
        assert codes(final_claim_faults(db, award)) == ["open", "no_final"]
    in_file(store, approved(store, part))
    with store.read() as db:
        assert codes(final_claim_faults(db, award)) == ["open", "no_final"]


def test_a_claim_that_isnt_there_is_a_lookup_error(store: Store) -> None:
    for call in (lambda: get_claim(store, OFFICER, 99), lambda: start_claim(store, APPLICANT, 99)):
        with pytest.raises(LookupError):
            call()
