"""The ledger: every row of the table of postings, what is refused and with which figures, and what the schema holds."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from conftest import ROOT
from funded import EXPOSURE, FRAME, KR, TREASURER, YEAR, amiss, booked, funded, of_award, refused, refused_write, sums

from data import heads
from data.audit import canonical, history
from data.connection import sqlite3
from data.permission import Actor, Refused
from data.store import Conflict, Store, open_store
from fund.books.accounts_plan import BELOW, KINDS, Account, Kind, Legs
from fund.books.covenant import covenant_state, set_covenant
from fund.books.frames import (
    Frame,
    carry_over,
    change_frame,
    commit,
    frame_at,
    frames,
    guarantee,
    open_frame,
    release_reserved,
    reserve,
)
from fund.books.ledger import Request, balance, bodies, correct, hash_of, head, post, posting_at, reverse
from fund.books.money import LARGEST
from fund.books.partners import (
    add_partner,
    book_fee,
    book_interest,
    contribute,
    give_in_kind,
    partners,
    pledge,
    rename_partner,
)
from fund.books.payments import (
    account_for,
    demand,
    drop_demand,
    lend,
    pay,
    receive_clawback,
    release,
    repay,
    settle,
    write_off,
)
from fund.books.statements import award_postings, award_statement, partner_statement, year_statement

AUDITOR = Actor("account:9", frozenset({"auditor"}))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with the small fund; whatever a test does, the verifier finds nothing amiss afterwards."""
    with open_store(tmp_path / "var") as opened:
        funded(opened)
        yield opened
        assert amiss(opened) == []


def moved(row: Any) -> dict[str, int]:
    """What a posting moved, by kind."""
    found: dict[str, int] = {}
    for account, amount in row.legs.items():
        found[account.kind] = found.get(account.kind, 0) + amount
    return {kind: amount for kind, amount in found.items() if amount}


# -- the table of postings, row by row


def test_a_pledge_and_a_gift_in_kind_make_no_money_available(store: Store) -> None:
    before = sums(store)
    pledge(store, TREASURER, "p", 1, YEAR, 500 * KR)
    give_in_kind(store, TREASURER, "k", 2, YEAR, 300 * KR, note="lokaler")
    assert sums(store)["available"] == before["available"] and sums(store)["bank"] == before["bank"]
    assert (sums(store)["pledge"], sums(store)["in_kind"]) == (500 * KR, 300 * KR)


def test_a_contribution_makes_money_available_and_takes_the_pledge_down(store: Store) -> None:
    pledge(store, TREASURER, "p", 1, YEAR, 500 * KR)
    row = contribute(store, TREASURER, "c", 1, YEAR, 300 * KR, day=dt.date(2026, 1, 5), note="faktura 7")
    assert row.day == "2026-01-05" and row.actor == TREASURER.id
    assert moved(row) == {"contributed": -300 * KR, "available": 300 * KR, "bank": 300 * KR, "pledge": -300 * KR}
    contribute(store, TREASURER, "c2", 1, YEAR, 300 * KR)
    assert "pledge" not in sums(store)


def test_what_is_reserved_is_within_the_frame_and_goes_back_when_it_is_not_granted(store: Store) -> None:
    before = sums(store)
    assert moved(booked(store, reserve, "r", 1, 4, 100 * KR)) == {
        "available": -100 * KR,
        "reserved": 100 * KR,
        "frame_room": -100 * KR,
        "contra": 100 * KR,
    }
    booked(store, release_reserved, "b", 1, 4, 30 * KR)
    assert sums(store)["reserved"] == 70 * KR
    booked(store, release_reserved, "b2", 1, 4)
    assert sums(store) == before


def test_a_grant_draws_on_what_is_reserved_for_its_meeting_first(store: Store) -> None:
    booked(store, reserve, "r", 1, 4, 100 * KR)
    booked(store, reserve, "other", 1, 5, 50 * KR)
    row = booked(store, commit, "g", 1, 17, 120 * KR, meeting=4)
    assert moved(row) == {
        "reserved": -100 * KR,
        "available": -20 * KR,
        "committed": 120 * KR,
        "frame_room": -20 * KR,
        "contra": 20 * KR,
    }
    assert sums(store)["reserved"] == 50 * KR
    assert frame_at(store.db, 1).used == 170 * KR


def test_each_partners_share_of_an_award_is_known_to_the_ore(store: Store) -> None:
    booked(store, commit, "g", 1, 17, 100_01)
    assert award_statement(store, AUDITOR, 17).partners == {1: 58_83, 2: 41_18}  # 10 : 7, the larger remainder up
    assert partner_statement(store, AUDITOR, 1).awards == {17: 58_83}
    booked(store, commit, "g2", 1, 18, 300_001 * KR, earmarks=("ungdom",))
    assert award_statement(store, AUDITOR, 18).partners[3] == 300_000 * KR  # the earmark that fits is drawn first
    booked(store, pay, "p", 18, 7)
    booked(store, release, "l", 18)
    assert sum(award_statement(store, AUDITOR, 18).partners.values()) == 7


def test_a_guarantee_sets_the_whole_cap_aside_and_pays_the_least_of_cap_and_deficit(store: Store) -> None:
    booked(store, guarantee, "g", 1, 3, 90 * KR)
    assert frame_at(store.db, 1).exposure_room == EXPOSURE - 90 * KR
    row = booked(store, settle, "s", 3, 60 * KR, day=dt.date(2026, 9, 1))
    assert moved(row) == {
        "guaranteed": -90 * KR,
        "paid": 60 * KR,
        "available": 30 * KR,
        "bank": -60 * KR,
        "frame_room": 30 * KR,
        "exposure_room": 90 * KR,
        "contra": -60 * KR,
    }
    booked(store, guarantee, "g2", 1, 4, 90 * KR)
    assert moved(booked(store, settle, "s2", 4, 200 * KR))["paid"] == 90 * KR
    booked(store, guarantee, "g3", 1, 5, 90 * KR)
    assert "paid" not in moved(booked(store, settle, "s3", 5, 0))
    assert of_award(store, 5) == {}
    (fault,) = refused_write(store, settle, "s4", 5, 10)
    assert fault.code == "ledger.nothing.guaranteed"


def test_a_loan_is_granted_paid_repaid_and_the_rest_written_off(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100 * KR)
    assert moved(booked(store, lend, "l", 8, 100 * KR)) == {
        "committed": -100 * KR,
        "lent": 100 * KR,
        "bank": -100 * KR,
        "contra": 100 * KR,
    }
    assert moved(booked(store, repay, "r", 8, 60 * KR)) == {
        "lent": -60 * KR,
        "available": 60 * KR,
        "bank": 60 * KR,
        "contra": -60 * KR,
    }
    assert moved(booked(store, write_off, "w", 8)) == {"lent": -40 * KR, "written_off": 40 * KR}
    assert frame_at(store.db, 1).used == 100 * KR  # what comes back is new money, not old frame


def test_an_advance_is_a_payout_with_a_note_of_what_remains_to_account_for(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100 * KR)
    booked(store, pay, "p", 8, 40 * KR, advance=True)
    assert of_award(store, 8) == {"committed": 60 * KR, "paid": 40 * KR, "advance": 40 * KR}
    booked(store, account_for, "a", 8, 40 * KR)
    assert of_award(store, 8) == {"committed": 60 * KR, "paid": 40 * KR}
    (fault,) = refused_write(store, account_for, "a2", 8, 1)
    assert fault.code == "ledger.nothing.advance"


def test_interest_and_fees_are_shared_to_the_ore(store: Store) -> None:
    assert moved(book_interest(store, TREASURER, "i", YEAR, 1001)) == {
        "interest": -1001,
        "available": 1001,
        "bank": 1001,
        "contra": -1001,
    }
    assert [partner_statement(store, AUDITOR, number).interest for number in (1, 2, 3)] == [501, 350, 150]
    assert moved(book_fee(store, TREASURER, "f", YEAR, 99))["fees"] == 99
    (fault,) = refused(store, book_interest, store, TREASURER, "i2", 1999, 5)
    assert fault.code == "ledger.nothing.available"


def test_a_lapse_gives_money_and_room_back(store: Store) -> None:
    before = sums(store)
    booked(store, commit, "g", 1, 8, 100 * KR)
    booked(store, guarantee, "h", 1, 9, 50 * KR)
    booked(store, release, "l", 8, 40 * KR)
    assert of_award(store, 8) == {"committed": 60 * KR}
    booked(store, release, "l2", 8)
    booked(store, release, "l3", 9, of="guaranteed")
    assert sums(store) == before


def test_a_clawback_is_due_until_it_is_received_or_dropped(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100 * KR)
    booked(store, pay, "p", 8, 100 * KR)
    booked(store, demand, "d", 8, 70 * KR)
    assert of_award(store, 8) == {"paid": 100 * KR, "clawback_due": 70 * KR}
    (fault,) = refused_write(store, demand, "d2", 8, 31 * KR)
    assert fault.figures == {"ore_paid": 100 * KR, "ore_due": 70 * KR, "ore_wanted": 31 * KR}
    assert moved(booked(store, receive_clawback, "c", 8, 50 * KR)) == {
        "paid": -50 * KR,
        "available": 50 * KR,
        "bank": 50 * KR,
        "clawback_due": -50 * KR,
    }
    booked(store, drop_demand, "e", 8, 20 * KR)
    assert of_award(store, 8) == {"paid": 50 * KR}
    (fault,) = refused_write(store, receive_clawback, "c2", 8, 1)
    assert fault.code == "ledger.nothing.clawback_due"


def test_what_is_left_is_carried_over_to_the_next_year(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100 * KR)
    left = sums(store)["available"]
    row = carry_over(store, TREASURER, "co", YEAR)
    kept = {(account.partner, account.earmark): ore for account, ore in row.legs.items() if account.year == YEAR + 1}
    gone = {(account.partner, account.earmark): -ore for account, ore in row.legs.items() if account.year == YEAR}
    assert kept == gone and sum(kept.values()) == left and (3, "ungdom") in kept
    assert year_statement(store, AUDITOR, YEAR + 1).sums == {"available": left}
    booked(store, release, "l", 8)
    assert carry_over(store, TREASURER, "co2", YEAR).moved("available") == 0
    assert year_statement(store, AUDITOR, YEAR + 1).sums == {"available": left + 100 * KR}
    (fault,) = refused(store, carry_over, store, TREASURER, "co3", YEAR)
    assert fault.code == "ledger.nothing.available"


def test_a_correction_turns_a_posting_round_names_it_and_happens_once(store: Store) -> None:
    before = sums(store)
    wrong = contribute(store, TREASURER, "c", 1, YEAR, 300 * KR)
    row = correct(store, TREASURER, "rev", wrong.id, "feil partner")
    assert row.reverses == wrong.id and row.legs == {account: -amount for account, amount in wrong.legs.items()}
    assert sums(store) == before
    (fault,) = refused_write(store, reverse, "rev2", wrong.id, "en gang til")
    assert (fault.code, fault.figures["posting"]) == ("ledger.reversed_before", row.id)
    (fault,) = refused_write(store, reverse, "rev3", row.id, "angrer")
    assert fault.code == "ledger.not_reversible"
    (fault,) = refused_write(store, reverse, "rev4", 999, "feil")
    assert fault.code == "ledger.no_posting"
    (fault,) = refused_write(store, reverse, "rev5", 1, " ")
    assert fault.code == "ledger.no_reason"


def test_a_correction_is_refused_once_the_money_has_moved_on(store: Store) -> None:
    granted = booked(store, commit, "g", 1, 8, 100 * KR)
    booked(store, pay, "p", 8, 60 * KR)
    faults = refused_write(store, reverse, "rev", granted.id, "feil")
    assert {fault.code for fault in faults} == {"ledger.short"}
    assert sum(fault.figures["ore_held"] for fault in faults) == 40 * KR
    assert sum(fault.figures["ore_wanted"] for fault in faults) == 100 * KR


# -- what is refused, with the figures, and nothing changed


def test_nothing_is_granted_beyond_the_frame(store: Store) -> None:
    contribute(store, TREASURER, "more", 1, YEAR, FRAME)
    booked(store, commit, "g", 1, 8, FRAME - 10)
    (fault,) = refused_write(store, commit, "g2", 1, 9, 11)
    assert fault.code == "ledger.frame_full"
    assert fault.figures == {"ore_amount": FRAME, "ore_room": 10, "ore_wanted": 11}
    booked(store, commit, "g3", 1, 9, 10)


def test_nothing_is_granted_beyond_the_pots_that_fit(store: Store) -> None:
    fits = 1_700_000 * KR
    change_frame(store, TREASURER, "cf", frame_at(store.db, 1), amount=FRAME * 2, exposure_limit=EXPOSURE)
    (fault,) = refused_write(store, commit, "g", 1, 8, fits + 1)
    assert fault.figures == {"ore_held": fits, "ore_wanted": fits + 1, "year": str(YEAR)}
    (fault,) = refused_write(store, reserve, "r", 1, 3, fits + 1, earmarks=("eldre",))
    assert fault.code == "ledger.not_available"
    booked(store, commit, "g2", 1, 8, fits + 1, earmarks=("ungdom",))


def test_open_guarantees_stay_within_the_exposure_limit(store: Store) -> None:
    booked(store, guarantee, "g", 1, 3, EXPOSURE - 5)
    (fault,) = refused_write(store, guarantee, "g2", 1, 4, 6)
    assert fault.figures == {"ore_open": EXPOSURE - 5, "ore_limit": EXPOSURE, "ore_wanted": 6}


def test_no_more_is_paid_than_is_left_of_the_award(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100)
    booked(store, pay, "p", 8, 60)
    for function in (pay, lend, release):
        (fault,) = refused_write(store, function, "more", 8, 41)
        assert (fault.code, fault.figures) == ("ledger.less.committed", {"ore_held": 40, "ore_wanted": 41})
    for function in (repay, write_off):
        assert refused_write(store, function, "none", 8, 1)[0].code == "ledger.nothing.lent"


def test_a_frame_is_never_lowered_below_what_is_used(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100 * KR)
    booked(store, guarantee, "h", 1, 9, 50 * KR)
    seen = frame_at(store.db, 1)
    low, lower = refused(store, change_frame, store, TREASURER, "f", seen, amount=149 * KR, exposure_limit=49 * KR)
    assert low.figures == {"ore_used": 150 * KR, "ore_now": FRAME, "ore_wanted": 149 * KR}
    assert lower.figures == {"ore_used": 50 * KR, "ore_now": EXPOSURE, "ore_wanted": 49 * KR}
    now = change_frame(store, TREASURER, "f", seen, amount=150 * KR, exposure_limit=50 * KR)
    assert now == Frame(1, YEAR, 0, 150 * KR, 0, 50 * KR, 0)
    (fault,) = refused(store, change_frame, store, TREASURER, "f2", seen, amount=FRAME, exposure_limit=50 * KR)
    assert fault.code == "ledger.frame_changed"
    assert change_frame(store, TREASURER, "f3", now, amount=now.amount, exposure_limit=now.exposure_limit) == now


def test_a_year_or_a_call_has_one_frame(store: Store) -> None:
    (fault,) = refused(store, open_frame, store, TREASURER, "f", YEAR, 100, 0)
    assert fault.code == "ledger.frame_exists"
    made = open_frame(store, TREASURER, "f", YEAR, 100, 0, call=5)
    assert open_frame(store, TREASURER, "f", YEAR, 100, 0, call=5) == made
    assert [(one.year, one.call) for one in frames(store, AUDITOR, YEAR)] == [(YEAR, 0), (YEAR, 5)]
    assert refused_write(store, commit, "g", 99, 1, 5)[0].code == "ledger.no_frame"
    assert refused(store, open_frame, store, TREASURER, "y", 26, 100, 0)[0].code == "ledger.year"


def test_the_covenant_is_asked_before_every_commitment(store: Store) -> None:
    set_covenant(store, TREASURER, dt.date(2020, 1, 1), private=1, public=1, ground="avtale 2019")
    booked(store, commit, "g", 1, 8, 100)
    contribute(store, TREASURER, "more", 1, YEAR, 3)
    for function in (commit, guarantee):
        (fault,) = refused_write(store, function, "g2", 1, 9, 100)
        assert fault.code == "ledger.covenant"
        assert (fault.figures["ore_wanted"], fault.figures["ore_lacking"]) == (1_000_000 * KR + 3, 3)
    contribute(store, TREASURER, "match", 2, YEAR, 3)
    booked(store, commit, "g3", 1, 9, 100)
    set_covenant(store, TREASURER, dt.date(2021, 1, 1), private=1, public=2, ground="avtale 2020")
    with store.read() as db:
        assert covenant_state(db, dt.date(2019, 12, 31)).holds and covenant_state(db, dt.date(2019, 12, 31)).wanted == 0
        assert covenant_state(db, dt.date(2020, 6, 1)).wanted == 1_000_000 * KR + 3
        assert covenant_state(db, dt.date(2026, 6, 1)).wanted == 500_000 * KR + 2  # half of it, rounded up
    day = dt.date(2021, 1, 1)
    assert refused(store, set_covenant, store, TREASURER, day, private=1, public=1, ground="x")[0].place == "from_day"
    faults = refused(store, set_covenant, store, TREASURER, day, private=-1, public=0, ground="")
    assert [fault.place for fault in faults] == ["ground", "private", "public"]


NOT_ORE: list[Any] = [1.0, "100", True, None, 0, -1, LARGEST + 1]
CALLS: dict[str, Callable[[Store, Any], Any]] = {
    "contribute": lambda store, amount: contribute(store, TREASURER, "x", 1, YEAR, amount),
    "pledge": lambda store, amount: pledge(store, TREASURER, "x", 1, YEAR, amount),
    "in kind": lambda store, amount: give_in_kind(store, TREASURER, "x", 1, YEAR, amount, note="x"),
    "interest": lambda store, amount: book_interest(store, TREASURER, "x", YEAR, amount),
    "fee": lambda store, amount: book_fee(store, TREASURER, "x", YEAR, amount),
    "frame": lambda store, amount: open_frame(store, TREASURER, "x", YEAR, amount, 0, call=1),
    "reserve": lambda store, amount: booked(store, reserve, "x", 1, 1, amount),
    "commit": lambda store, amount: booked(store, commit, "x", 1, 1, amount),
    "guarantee": lambda store, amount: booked(store, guarantee, "x", 1, 1, amount),
    "pay": lambda store, amount: booked(store, pay, "x", 1, amount),
    "lend": lambda store, amount: booked(store, lend, "x", 1, amount),
    "repay": lambda store, amount: booked(store, repay, "x", 1, amount),
    "account for": lambda store, amount: booked(store, account_for, "x", 1, amount),
    "demand": lambda store, amount: booked(store, demand, "x", 1, amount),
    "drop": lambda store, amount: booked(store, drop_demand, "x", 1, amount),
    "receive": lambda store, amount: booked(store, receive_clawback, "x", 1, amount),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("amount", NOT_ORE, ids=repr)
def test_what_is_no_amount_is_refused_everywhere(store: Store, call: str, amount: Any) -> None:
    (fault,) = refused(store, CALLS[call], store, amount)
    assert fault.code.startswith("ledger.money.")


def test_other_faults_of_what_is_given_are_told(store: Store) -> None:
    assert refused(store, contribute, store, TREASURER, "x", 9, YEAR, 5)[0].code == "ledger.no_partner"
    assert refused(store, contribute, store, TREASURER, "x", 1, YEAR, 5, earmark="Æ ø")[0].code == "ledger.earmark"
    assert refused(store, contribute, store, TREASURER, "x", 1, True, 5)[0].code == "ledger.year"
    for key in ("", "x" * 201, "to\nlinjer", 7):
        assert refused(store, contribute, store, TREASURER, key, 1, YEAR, 5)[0].code == "ledger.key"
    name, kind = refused(store, add_partner, store, TREASURER, " ", "halvoffentlig")
    assert (name.place, kind.place) == ("name", "kind")
    fault = refused(store, contribute, store, TREASURER, "x", 1, YEAR, LARGEST)[0]
    assert fault.code == "ledger.too_much" and fault.figures["ore_largest"] == LARGEST


def test_legs_that_are_no_posting_are_refused(store: Store) -> None:
    a, b = Account("available", 1, year=YEAR), Account("committed", 1, year=YEAR, award=1, frame=1)
    for legs, code in (
        ({a: -5, b: 6}, "unbalanced"),
        ({a: 0, b: 0}, "too_few_legs"),
        ({a: -5.0, b: 5.0}, "leg"),
        ({a: -True, b: True}, "leg"),
        ({a: -LARGEST - 1, b: LARGEST + 1}, "leg"),
        ({a: -LARGEST, b: LARGEST}, "short"),
    ):
        found = refused_write(store, post, Request("x", "test", {}), lambda legs=legs: legs)
        assert found[0].code == f"ledger.{code}", legs


# -- a key happens once


def test_the_same_asked_twice_happens_once_with_the_same_answer(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100)
    first = booked(store, pay, "p", 8, 60)
    booked(store, release, "l", 8)  # so that a second payout would be refused
    again = booked(store, pay, "p", 8, 60)
    assert again == first and again.repeated and not first.repeated
    assert of_award(store, 8) == {"paid": 60}
    one = contribute(store, TREASURER, "c", 1, YEAR, 5)
    assert contribute(store, TREASURER, "c", 1, YEAR, 5) == one
    assert len([row for row in bodies(store.db) if "\nc\n" in row[1]]) == 1


def test_a_key_that_was_used_for_something_else_is_refused(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100)
    first = booked(store, pay, "p", 8, 60)
    for again in (
        lambda write: pay(write, "p", 8, 61),
        lambda write: pay(write, "p", 9, 60),
        lambda write: pay(write, "p", 8, 60, advance=True),
        lambda write: pay(write, "p", 8, 60, day=dt.date(2026, 1, 1)),
        lambda write: lend(write, "p", 8, 60),
    ):
        (fault,) = refused_write(store, again)
        assert (fault.code, fault.figures["posting"]) == ("ledger.key_used", first.id)


# -- who may


OTHERS = [Actor("account:2", frozenset({role})) for role in ("officer", "applicant", "board", "chair", "administrator")]


@pytest.mark.parametrize("actor", [AUDITOR, *OTHERS], ids=lambda actor: next(iter(actor.roles)))
def test_only_the_treasurer_books(store: Store, actor: Actor) -> None:
    seen = frame_at(store.db, 1)
    for call in (
        lambda: add_partner(store, actor, "Ny", "private"),
        lambda: rename_partner(store, actor, partners(store, AUDITOR)[0], "Ny"),
        lambda: set_covenant(store, actor, dt.date(2026, 1, 1), private=1, public=1, ground="x"),
        lambda: contribute(store, actor, "x", 1, YEAR, 5),
        lambda: pledge(store, actor, "x", 1, YEAR, 5),
        lambda: give_in_kind(store, actor, "x", 1, YEAR, 5, note="x"),
        lambda: book_interest(store, actor, "x", YEAR, 5),
        lambda: book_fee(store, actor, "x", YEAR, 5),
        lambda: open_frame(store, actor, "x", YEAR, 5, 0, call=1),
        lambda: change_frame(store, actor, "x", seen, amount=5, exposure_limit=0),
        lambda: carry_over(store, actor, "x", YEAR),
        lambda: correct(store, actor, "x", 1, "x"),
    ):
        with pytest.raises(Refused):
            call()


def test_an_applicant_reads_no_statement(store: Store) -> None:
    actor = Actor("account:2", frozenset({"applicant"}))
    for call in (
        lambda: partners(store, actor),
        lambda: frames(store, actor),
        lambda: partner_statement(store, actor, 1),
        lambda: award_statement(store, actor, 1),
        lambda: award_postings(store, actor, 1),
        lambda: year_statement(store, actor, YEAR),
    ):
        with pytest.raises(Refused):
            call()


# -- statements


def test_a_statement_shows_where_every_ore_of_a_partner_is(store: Store) -> None:
    booked(store, commit, "g", 1, 8, 100 * KR)
    booked(store, pay, "p", 8, 60 * KR)
    book_interest(store, TREASURER, "i", YEAR, 99)
    for number, _ in enumerate("abc", 1):
        found = partner_statement(store, AUDITOR, number)
        used = sum(found.stands(kind) for kind in ("available", "committed", "paid"))
        assert found.received + found.interest == used
        assert partner_statement(store, AUDITOR, number, YEAR).sums == found.sums
        assert partner_statement(store, AUDITOR, number, YEAR + 1).sums == {}
    award = award_statement(store, AUDITOR, 8)
    assert (award.total, award.remaining, sum(award.partners.values())) == (100 * KR, 40 * KR, 100 * KR)
    assert [row.what for row in award_postings(store, AUDITOR, 8)] == ["committed", "paid"]
    assert refused(store, partner_statement, store, AUDITOR, 9)[0].code == "ledger.no_partner"


def test_a_partner_is_renamed_by_one_at_a_time_and_stays_public_or_private(store: Store) -> None:
    seen = next(one for one in partners(store, AUDITOR) if one.id == 1)
    rename_partner(store, TREASURER, seen, "Nytt navn")
    with pytest.raises(Conflict):
        rename_partner(store, TREASURER, seen, "Et annet")
    assert refused(store, rename_partner, store, TREASURER, seen, "")[0].code == "ledger.no_name"
    with pytest.raises(sqlite3.IntegrityError, match="public or private"), store.write("account:1", "x") as write:
        write.db.execute("UPDATE partner SET kind = 'private' WHERE id = 1")


# -- the chain


def test_a_posting_carries_the_hash_of_the_one_before_and_of_its_body(store: Store) -> None:
    row = booked(store, commit, "g", 1, 8, 100_01)
    (*_, (_, _, previous), (number, body, digest)) = bodies(store.db)
    assert (number, digest) == (row.id, row.hash) == head(store.db)
    assert digest == hash_of(previous, body)
    assert body.split("\n")[:8] == [str(row.id), row.at, row.day, row.actor, "committed", "g", row.request, "-"]
    assert row.request == canonical({"amount": 100_01, "award": 8, "earmarks": [], "frame": 1, "meeting": 0})
    assert "committed:partner=1:year=2026:award=8:frame=1 5883" in body.split("\n")
    assert posting_at(store.db, row.id) == row
    with pytest.raises(LookupError):
        posting_at(store.db, 999)


def test_the_audit_carries_the_hash_and_its_head_lies_outside_the_database(store: Store) -> None:
    row = booked(store, commit, "g", 1, 8, 100)
    (entry,) = history(store.db, "posting", str(row.id))
    assert entry.after == {"what": "committed", "key": "g", "hash": row.hash} and entry.actor == TREASURER.id
    noted = heads.last(store.folder)
    assert noted is not None and noted.seq == entry.seq


# -- what the schema holds by itself


def test_the_plan_of_accounts_and_the_schema_are_the_same(store: Store) -> None:
    assert set(get_args(Kind)) == set(KINDS) and set(KINDS) > BELOW
    with pytest.raises(ZeroDivisionError), store.write("account:1", "test") as write:
        for number, kind in enumerate(KINDS, 1000):
            account = Account(kind, 2, "ungdom", 2026, 3, 4, number)
            write.db.execute("INSERT INTO ledger_account (kind, partner, earmark, year, meeting, award, frame)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?)", account)  # fmt: skip
            (key,) = write.db.execute("SELECT key FROM ledger_account WHERE frame = ?", (number,)).fetchone()
            assert key == account.key
            for sign in (-1, 1):
                wrong = kind != "contra" and (sign > 0) == (kind in BELOW)
                try:
                    write.db.execute("UPDATE ledger_account SET balance = ? WHERE frame = ?", (sign, number))
                    assert not wrong, kind
                except sqlite3.IntegrityError:
                    assert wrong, kind
        raise ZeroDivisionError


RAW = {
    "update of a posting": "UPDATE posting SET what = 'x'",
    "delete of a posting": "DELETE FROM posting",
    "update of a leg": "UPDATE leg SET amount = amount + 1",
    "delete of a leg": "DELETE FROM leg",
    "replaced posting": "INSERT OR REPLACE INTO posting SELECT * FROM posting",
    "replaced leg": "INSERT OR REPLACE INTO leg SELECT * FROM leg",
    "a leg more": "INSERT INTO leg VALUES (1, (SELECT max(id) FROM ledger_account), 5)",
    "a gap": "INSERT INTO posting VALUES (99, '', '', '', '', 'k', '{}', NULL, 'x')",
    "no legs": "INSERT INTO posting VALUES ((SELECT max(id) + 1 FROM posting), '', '', '', '', 'k', '{}', NULL, 'x')",
    "legs alone": "INSERT INTO leg VALUES ((SELECT max(id) + 1 FROM posting), 1, 5)",
    "a leg of nothing": "INSERT INTO leg VALUES ((SELECT max(id) + 1 FROM posting), 1, 0)",
    "a leg too large": "INSERT INTO leg VALUES ((SELECT max(id) + 1 FROM posting), 1, 9007199254740993)",
    "another account": "UPDATE ledger_account SET kind = 'paid' WHERE kind = 'available'",
    "a deleted account": "DELETE FROM ledger_account",
    "a deleted total": "DELETE FROM ledger_total",
    "below zero": "UPDATE ledger_account SET balance = -1 WHERE kind = 'available'",
}


@pytest.mark.parametrize("what", RAW)
def test_the_schema_refuses(store: Store, what: str) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.write("account:1", "cheat", audited=False) as write:
        write.db.execute(RAW[what])


def test_the_schema_refuses_legs_that_do_not_sum_to_zero_and_money_that_is_not_there(store: Store) -> None:
    pot, bank = (
        "(SELECT id FROM ledger_account WHERE kind = 'available')",
        "(SELECT id FROM ledger_account WHERE kind = 'bank')",
    )
    following = "(SELECT max(id) + 1 FROM posting)"
    for legs, reason in (((5, -4), "sum to zero"), ((LARGEST, -LARGEST), "CHECK"), ((-(10**12), 10**12), "its_side")):
        with pytest.raises(sqlite3.IntegrityError, match=reason), store.write("a", "cheat", audited=False) as write:
            write.db.execute(f"INSERT INTO leg VALUES ({following}, {pot}, ?), ({following}, {bank}, ?)", legs)
            write.db.execute(f"INSERT INTO posting VALUES ({following}, '', '', '', '', 'k', '{{}}', NULL, 'x')")


def test_the_verifiers_command_says_that_all_is_well_and_knows_the_head(store: Store) -> None:
    _, digest = head(store.db)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fund", "verify", "--data", str(store.folder), "--lang", "en", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    well = run("--head", digest)
    assert well.returncode == 0 and digest in well.stdout and well.stderr == ""
    other = run("--head", "0" * 64)
    assert other.returncode == 1 and "no posting with this head" in other.stdout


def test_balances_are_asked_by_account(store: Store) -> None:
    legs: Legs = contribute(store, TREASURER, "c", 1, YEAR, 5).legs
    assert balance(store.db, Account("available", 1, year=YEAR)) == 1_000_000 * KR + 5
    assert balance(store.db, Account("available", 1, year=1999)) == 0
    assert all(balance(store.db, account) for account in legs)


def test_what_a_posting_asks_and_writes_is_prepared_once(store: Store) -> None:
    booked(store, commit, "grant:1", 1, 7, 1_000 * KR)
    booked(store, commit, "grant:2", 1, 8, 1_000 * KR)
    for number in range(200):  # a long run of the program has asked for much else before
        store.db.execute(f"SELECT {number}")
    prepared: list[tuple[Any, ...]] = []

    def note(action: int, *of: str | None) -> int:  # asked by SQLite while it prepares a statement
        if action != sqlite3.SQLITE_PRAGMA:
            prepared.append((action, *of))
        return sqlite3.SQLITE_OK

    store.db.conn.set_authorizer(note)
    booked(store, pay, "first", 7, 10 * KR)
    assert prepared
    booked(store, pay, "second", 8, 10 * KR)  # now each of its statements has been run
    prepared.clear()
    booked(store, pay, "third", 7, 10 * KR)
    store.db.conn.set_authorizer(None)
    assert prepared == []
