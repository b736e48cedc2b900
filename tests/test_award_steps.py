"""What is done with an award: who may, what must hold, what the ledger and the organisation are told, and only once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from applied import APPLICANT, BOARD, COLLEAGUE, OFFICER, STRANGER, refused
from awarded import (
    AFTER,
    AMOUNT,
    DECIDED,
    KR,
    accepted,
    claim_row,
    confirmed_account,
    moved_to,
    offered,
    reported,
    running,
    seen,
)
from funded import TREASURER, amiss, booked, of_award, sums

from data.faults import Fault
from data.permission import Refused
from data.store import Conflict, Store
from fund.applicant.mandates import end_mandate, list_mandates
from fund.award.award_grounds import list_grounds
from fund.award.award_plans import planned
from fund.award.award_steps import (
    accept,
    activate,
    claw_back,
    close,
    extend_acceptance,
    give_up_demand,
    lapse,
    receive_back,
    report_in,
    resume,
    settle,
    suspend,
)
from fund.award.reports import list_reports
from fund.books.frames import frame_at
from fund.books.ledger import reverse
from fund.books.payments import pay
from fund.books.payments import settle as settle_guarantee
from fund.outbox import messages

LAST = dt.datetime(2026, 12, 25, 22, 59, 59, tzinfo=dt.UTC)
"""The last second of the day to accept by in Norway."""
SECOND_LATER = LAST + dt.timedelta(seconds=1)
WHY = "Arrangementet er avlyst."


def at_fault(faults: list[Fault]) -> list[str]:
    return [one.code.removeprefix("award.") for one in faults]


def now(store: Store, award: int) -> tuple[str, int]:
    one = seen(store, award)
    return one.state, one.version


def told(store: Store) -> list[str]:
    return [one.message for one in messages(store, OFFICER) if one.message.startswith(("award", "reports"))]


# -- accepting


def test_an_offer_is_accepted_to_the_last_second_and_the_final_report_falls_due(store: Store) -> None:
    award = offered(store)
    confirmed_account(store)
    (late,) = refused(store, accept, APPLICANT, award, 1, at=SECOND_LATER)
    assert (late.code, late.figures) == ("award.too_late", {"day": "2026-12-25"})
    assert accept(store, APPLICANT, award, 1, at=LAST) == 2
    assert now(store, award) == ("accepted", 2)
    (report,) = list_reports(store, APPLICANT, award, at=LAST)
    assert (report.part, report.due) == ("final", dt.date(2027, 11, 18))  # 90 days after 20 August
    assert accept(store, APPLICANT, award, 1, at=LAST) == 2  # a second click
    assert len(list_reports(store, APPLICANT, award, at=LAST)) == 1
    assert told(store) == ["award.told.accept", "award.told.offered_grant"]


def test_a_later_day_to_accept_by_holds(store: Store) -> None:
    award = offered(store)
    confirmed_account(store)
    extend_acceptance(store, OFFICER, award, dt.date(2027, 1, 8), "Styret møtes i januar.", at=SECOND_LATER)
    assert seen(store, award).accept_by == dt.date(2027, 1, 8)
    assert accept(store, APPLICANT, award, 1, at=SECOND_LATER) == 2
    (fault,) = refused(store, extend_acceptance, OFFICER, award, dt.date(2027, 2, 8), "Mer.", at=SECOND_LATER)
    assert at_fault([fault]) == ["not_offered"]
    with pytest.raises(Refused):
        extend_acceptance(store, APPLICANT, award, dt.date(2027, 2, 8), "Mer.", at=SECOND_LATER)


def test_an_offer_waits_for_a_confirmed_account(store: Store) -> None:
    award = offered(store)
    faults = refused(store, accept, APPLICANT, award, 1, at=DECIDED)
    assert [one.code for one in faults] == ["application.payee.waiting"]


def test_only_who_acts_for_the_organisation_accepts(store: Store) -> None:
    award = offered(store)
    confirmed_account(store)
    for actor in (STRANGER, OFFICER, TREASURER, BOARD):
        with pytest.raises(Refused):
            accept(store, actor, award, 1, at=DECIDED)
    (mandate,) = list_mandates(store, APPLICANT)
    end_mandate(store, APPLICANT, mandate, "Nytt styre.", at=DECIDED)
    with pytest.raises(Refused):
        accept(store, APPLICANT, award, 1, at=DECIDED)
    assert now(store, award) == ("offered", 1)


# -- lapsing


def test_an_offer_lapses_by_itself_after_its_day_and_the_money_goes_back(store: Store) -> None:
    award = offered(store)
    room = frame_at(store.db, 1).room
    assert [one.code for one in refused(store, lapse, OFFICER, award, 1, at=LAST)] == ["application.no_reason"]
    assert lapse(store, OFFICER, award, 1, at=SECOND_LATER) == 2
    assert lapse(store, OFFICER, award, 1, at=SECOND_LATER) == 2
    assert of_award(store, award) == {} and frame_at(store.db, 1).room == room + AMOUNT
    assert list_grounds(store, APPLICANT, award) == []
    assert told(store).count("award.told.lapse") == 1


def test_an_accepted_award_lapses_on_grounds_and_a_guarantees_exposure_goes_back(store: Store) -> None:
    award = accepted(store, "guarantee")
    before = frame_at(store.db, 1)
    assert [one.code for one in refused(store, lapse, OFFICER, award, 2, " ", at=SECOND_LATER)] == [
        "application.no_reason"
    ]
    lapse(store, OFFICER, award, 2, WHY, at=DECIDED)
    after = frame_at(store.db, 1)
    assert (after.room - before.room, after.exposure_room - before.exposure_room) == (AMOUNT, AMOUNT)
    assert [(one.action, one.text, one.actor) for one in list_grounds(store, APPLICANT, award)] == [
        ("lapse", WHY, OFFICER.id)
    ]
    assert amiss(store) == []


def test_nothing_lapses_that_is_paid_or_claimed(store: Store) -> None:
    award = accepted(store)
    booked(store, pay, "pay", award, KR)
    (fault,) = refused(store, lapse, OFFICER, award, 2, WHY, at=DECIDED)
    assert fault.figures == {"ore_paid": KR, "ore_claimed": 0}
    claim_row(store, award, 3 * KR)
    (fault,) = refused(store, lapse, OFFICER, award, 2, WHY, at=DECIDED)
    assert fault.figures == {"ore_paid": KR, "ore_claimed": 3 * KR}


# -- running


def test_an_award_runs_by_a_plan_that_sums_to_it(store: Store) -> None:
    award = accepted(store)
    (fault,) = refused(store, activate, OFFICER, award, 2, at=DECIDED)
    assert fault.code == "award_plans.sum" and fault.figures["ore_sum"] == 0
    other = running(store, application=seen(store, award).application)
    assert now(store, other) == ("active", 3) and sum(one.amount for one in planned(store.db, other)) == AMOUNT


def test_an_award_is_stopped_and_runs_again_on_grounds(store: Store) -> None:
    award = running(store)
    for step in (suspend, resume):
        codes = [one.code for one in refused(store, suspend, OFFICER, award, 3, "\n", at=DECIDED)]
        assert codes == ["application.no_reason"], step
    assert suspend(store, OFFICER, award, 3, "Regnskapet er ikke levert.", at=DECIDED) == 4
    assert resume(store, OFFICER, award, 4, "Regnskapet er levert.", at=DECIDED) == 5
    assert now(store, award) == ("active", 5)
    assert [one.action for one in list_grounds(store, OFFICER, award)] == ["suspend", "resume"]
    with pytest.raises(Conflict):
        suspend(store, COLLEAGUE, award, 3, "For sent.", at=DECIDED)


def test_an_award_that_never_had_a_plan_is_not_resumed(store: Store) -> None:
    award = accepted(store)
    suspend(store, OFFICER, award, 2, WHY, at=DECIDED)
    assert [one.code for one in refused(store, resume, OFFICER, award, 3, WHY, at=DECIDED)] == ["award_plans.sum"]


def test_a_report_that_was_approved_while_the_award_stood_still_moves_it_later(store: Store) -> None:
    award = running(store)
    (fault,) = refused(store, report_in, OFFICER, award, 3, at=AFTER)
    assert fault.code == "reports.no_final"
    with store.write("test", "test.report") as write:
        write.update_row("report", 1, 1, {"state": "approved"})
    assert report_in(store, OFFICER, award, 3, at=AFTER) == 4
    assert now(store, award) == ("final_report_in", 4)


# -- settling and closing


def test_a_settled_award_gives_back_what_was_not_used(store: Store) -> None:
    award = reported(store)
    (none,) = refused(store, settle, TREASURER, award, 4, at=AFTER)
    assert none.code == "claims.no_final"
    booked(store, pay, "pay", award, AMOUNT - 7 * KR)
    claim = claim_row(store, award, AMOUNT - 7 * KR, "approved_second", "final")
    assert [one.code for one in refused(store, settle, TREASURER, award, 4, at=AFTER)] == ["claims.open"]
    with store.write("test", "test.paid") as write:
        write.update_row("claim", claim, 1, {"state": "paid"})
    room = frame_at(store.db, 1).room
    assert settle(store, TREASURER, award, 4, at=AFTER) == 5
    assert settle(store, TREASURER, award, 4, at=AFTER) == 5
    assert of_award(store, award) == {"paid": AMOUNT - 7 * KR}
    assert frame_at(store.db, 1).room == room + 7 * KR
    assert close(store, OFFICER, award, 5, at=AFTER) == 6
    assert now(store, award) == ("closed", 6) and amiss(store) == []


def test_a_guarantee_is_not_settled_while_its_cap_stands(store: Store) -> None:
    award = reported(store, "guarantee")
    claim_row(store, award, 0, "paid", "final")
    (fault,) = refused(store, settle, TREASURER, award, 4, at=AFTER)
    assert (fault.code, fault.figures) == ("award.guarantee_open", {"ore_cap": AMOUNT})
    booked(store, settle_guarantee, "settled", award, 0)
    assert settle(store, TREASURER, award, 4, at=AFTER) == 5
    assert of_award(store, award) == {}


def test_nothing_is_closed_while_something_is_open(store: Store) -> None:
    award = reported(store)
    booked(store, pay, "pay", award, AMOUNT, advance=True)
    moved_to(store, award, "settled")
    claim_row(store, award, KR)
    with store.write("test", "test.report") as write:
        write.update_row("report", 1, 4, {"state": "returned"})
    faults = refused(store, close, OFFICER, award, 5, at=AFTER)
    assert at_fault(faults) == ["claims_open", "report_open", "advance_open"]
    assert faults[2].figures == {"ore_advance": AMOUNT}


def test_what_came_back_from_the_bank_after_settling_is_not_left_in_a_closed_award(store: Store) -> None:
    award = reported(store)
    posting = booked(store, pay, "pay", award, AMOUNT)
    claim = claim_row(store, award, AMOUNT, "paid", "final")
    settle(store, TREASURER, award, 4, at=AFTER)
    booked(store, reverse, "returned", posting.id, "Kontoen er stengt.")
    with store.write("test", "test.declined") as write:
        write.update_row("claim", claim, 1, {"state": "failed"})
    assert at_fault(refused(store, close, OFFICER, award, 5, at=AFTER)) == ["claims_open"]
    with store.write("test", "test.declined") as write:
        write.update_row("claim", claim, 2, {"state": "declined"})
    room = frame_at(store.db, 1).room
    close(store, OFFICER, award, 5, at=AFTER)
    assert of_award(store, award) == {} and frame_at(store.db, 1).room == room + AMOUNT
    assert amiss(store) == []


# -- clawing back


def demanded(store: Store, amount: int = 5 * KR) -> int:
    award = running(store)
    booked(store, pay, "pay", award, 10 * KR)
    claw_back(store, TREASURER, award, 3, amount, "Brukt til noe annet.", "Styremøte 1. mai, sak 2", at=AFTER)
    return award


def test_money_is_demanded_back_on_grounds_and_by_a_decision(store: Store) -> None:
    award = running(store)
    booked(store, pay, "pay", award, 10 * KR)
    faults = refused(store, claw_back, TREASURER, award, 3, 10 * KR + 1, "", " ", at=AFTER)
    assert [one.code for one in faults] == ["application.no_reason", "award.no_decision", "ledger.demand"]
    assert faults[2].figures == {"ore_paid": 10 * KR, "ore_due": 0, "ore_wanted": 10 * KR + 1}
    for wrong in (0, -1, 1.5):
        assert refused(store, claw_back, TREASURER, award, 3, wrong, "Grunn.", "Vedtak", at=AFTER)
    claim_row(store, award, KR)
    faults = refused(store, claw_back, TREASURER, award, 3, KR, "Grunn.", "Vedtak", at=AFTER)
    assert at_fault(faults) == ["claims_open"]


def test_what_was_not_paid_goes_back_at_once_and_what_was_comes_back_later(store: Store) -> None:
    award = demanded(store)
    assert now(store, award) == ("clawed_back", 4)
    assert of_award(store, award) == {"paid": 10 * KR, "clawback_due": 5 * KR}
    day = dt.date(2027, 10, 1)
    first = receive_back(store, TREASURER, "a", award, 3 * KR, day, at=AFTER)
    assert receive_back(store, TREASURER, "a", award, 3 * KR, day, at=AFTER) == first  # booked once
    (fault,) = refused(store, receive_back, TREASURER, "b", award, 3 * KR, day, at=AFTER)
    assert fault.figures == {"ore_held": 2 * KR, "ore_wanted": 3 * KR}
    assert [one.code for one in refused(store, give_up_demand, TREASURER, "c", award, 2 * KR, "", at=AFTER)] == [
        "application.no_reason"
    ]
    give_up_demand(store, TREASURER, "c", award, 2 * KR, "Konkurs.", at=AFTER)
    give_up_demand(store, TREASURER, "c", award, 2 * KR, "Konkurs.", at=AFTER)
    assert of_award(store, award) == {"paid": 7 * KR}
    assert [one.action for one in list_grounds(store, APPLICANT, award)] == ["claw_back", "drop_demand"]
    assert sums(store)["bank"] == 2_000_000 * KR - 7 * KR and amiss(store) == []


def test_a_demand_is_made_once_by_a_double_click(store: Store) -> None:
    award = demanded(store)
    again = claw_back(store, TREASURER, award, 3, 5 * KR, "Brukt til noe annet.", "Styremøte 1. mai, sak 2", at=AFTER)
    assert again == 4 and of_award(store, award)["clawback_due"] == 5 * KR


# -- who may


@pytest.mark.parametrize(
    ("step", "given", "allowed"),
    [
        (lapse, (WHY,), OFFICER),
        (activate, (), OFFICER),
        (suspend, (WHY,), OFFICER),
        (resume, (WHY,), OFFICER),
        (settle, (), TREASURER),
        (close, (), OFFICER),
        (claw_back, (KR, WHY, WHY), TREASURER),
    ],
)
def test_a_step_is_for_its_role(store: Store, step: Callable[..., int], given: tuple[Any, ...], allowed: Any) -> None:
    award = offered(store)
    for actor in (APPLICANT, STRANGER, BOARD, OFFICER, TREASURER):
        if actor != allowed:
            with pytest.raises(Refused):
                step(store, actor, award, 1, *given, at=DECIDED)
    assert now(store, award) == ("offered", 1)
    for facade, more in ((receive_back, (dt.date(2027, 1, 1),)), (give_up_demand, (WHY,))):
        with pytest.raises(Refused):
            facade(store, OFFICER, "k", award, KR, *more, at=DECIDED)  # type: ignore[operator]
