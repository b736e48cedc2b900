"""Payment plans: proposed from the scheme, set as a whole, sum to the award, and never below what is claimed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from applied import APPLICANT, OFFICER, refused
from awarded import AMOUNT, DECIDED, KR, claim_row, moved_to, offered, seen
from funded import TREASURER

from data.faults import Fault
from data.permission import Refused
from data.store import Store
from fund.award.award_plans import NewPart, due_by, get_plan, plan_faults, planned, proposed_plan, set_plan
from fund.award.awards import Award

AFTER = dt.date(2027, 8, 21)
HALF = [NewPart("before_event", AMOUNT // 2), NewPart("after_accounts", AMOUNT // 2, AFTER)]


def plan_codes(faults: list[Fault]) -> list[str]:
    return [one.code.removeprefix("award_plans.") for one in faults]


def accepted(store: Store) -> int:
    """An accepted award, as a row."""
    award = offered(store)
    moved_to(store, award, "accepted")
    return award


def with_terms(award: Award, **changed: object) -> Award:
    return replace(award, terms=replace(award.terms, **changed))  # type: ignore[arg-type]


def test_a_plan_is_proposed_from_the_split_and_what_is_withheld(store: Store) -> None:
    one = seen(store, offered(store))
    bare = with_terms(one, parts=(), withheld=Fraction(0))
    assert proposed_plan(bare) == [NewPart("on_request", AMOUNT)]
    withheld = with_terms(one, parts=(), withheld=Fraction(1, 10))
    assert proposed_plan(withheld) == [
        NewPart("on_request", AMOUNT * 9 // 10),
        NewPart("after_accounts", AMOUNT // 10, AFTER),
    ]
    thirds = with_terms(
        one,
        parts=(("before_event", Fraction(1, 3)), ("after_event", Fraction(2, 3))),
        withheld=Fraction(1, 7),
    )
    made = proposed_plan(thirds)
    assert [part.moment for part in made] == ["before_event", "after_event", "after_accounts"]
    assert sum(part.amount for part in made) == AMOUNT
    assert [part.amount for part in made] == [666_667, 1_047_619, 285_714]
    assert [part.due for part in made] == [None, AFTER, AFTER]


def test_a_guarantee_is_planned_on_its_accounts_and_a_bid_waits_for_no_event(store: Store) -> None:
    one = seen(store, offered(store))
    assert proposed_plan(replace(one, form="guarantee")) == [NewPart("after_accounts", AMOUNT, AFTER)]
    bid = replace(with_terms(one, parts=(("after_event", Fraction(1)),)), bid=True)
    assert proposed_plan(bid) == [NewPart("after_event", AMOUNT)]


def test_a_plan_is_set_and_replaced_as_a_whole(store: Store) -> None:
    award = accepted(store)
    assert plan_codes(plan_faults(store.db, seen(store, award))) == ["sum"]
    first = set_plan(store, OFFICER, award, [], HALF, at=DECIDED)
    assert [one.new for one in first] == HALF
    assert plan_faults(store.db, seen(store, award)) == []
    assert due_by(first, dt.date(2027, 8, 20)) == AMOUNT // 2 and due_by(first, AFTER) == AMOUNT
    assert set_plan(store, OFFICER, award, [], HALF, at=DECIDED) == first  # a second click
    second = set_plan(store, OFFICER, award, first, [NewPart("on_request", AMOUNT)], at=DECIDED)
    assert [one.amount for one in get_plan(store, APPLICANT, award, at=DECIDED)] == [AMOUNT]
    assert planned(store.db, award) == second
    assert store.db.execute("SELECT count(*) FROM plan_part WHERE state = 'replaced'").fetchone() == (2,)
    stale = refused(store, set_plan, OFFICER, award, first, HALF, at=DECIDED)
    assert plan_codes(stale) == ["changed"]


def test_a_plan_sums_to_the_award_to_the_ore(store: Store) -> None:
    award = accepted(store)
    (fault,) = refused(store, set_plan, OFFICER, award, [], [NewPart("on_request", AMOUNT - 1)], at=DECIDED)
    assert fault.figures == {"ore_sum": AMOUNT - 1, "ore_award": AMOUNT, "ore_off": 1}
    assert plan_codes(refused(store, set_plan, OFFICER, award, [], [], at=DECIDED)) == ["empty"]
    odd = [NewPart("some_day", 0)]  # type: ignore[arg-type]
    assert plan_codes(refused(store, set_plan, OFFICER, award, [], odd, at=DECIDED)) == [
        "moment",
        "ledger.money.too_small",
    ]


def test_a_plan_never_allows_less_than_is_claimed(store: Store) -> None:
    award = accepted(store)
    now = set_plan(store, OFFICER, award, [], [NewPart("on_request", AMOUNT)], at=DECIDED)
    claim_row(store, award, AMOUNT // 2 + KR)
    (fault,) = refused(store, set_plan, OFFICER, award, now, HALF, at=DECIDED)
    assert fault.code == "award_plans.claimed"
    assert fault.figures["ore_claimed"] == AMOUNT // 2 + KR and fault.figures["ore_due"] == AMOUNT // 2
    later = [NewPart("on_request", AMOUNT // 2 + KR), NewPart("after_accounts", AMOUNT // 2 - KR, AFTER)]
    assert len(set_plan(store, OFFICER, award, now, later, at=DECIDED)) == 2


def test_only_the_officer_sets_a_plan_and_only_while_one_can_be(store: Store) -> None:
    award = offered(store)
    assert plan_codes(refused(store, set_plan, OFFICER, award, [], HALF, at=DECIDED)) == ["no_plan_now"]
    for actor in (APPLICANT, TREASURER):
        with pytest.raises(Refused):
            set_plan(store, actor, award, [], HALF, at=DECIDED)
