"""What if: plans made anew with other amounts and cases held in or out, always within the limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import TERMS, case, portfolios

from data.faults import Faults
from fund.plans.portfolio import Caps, Case, Group, Partner, overruns
from fund.plans.three_plans import PLANS, make_plan
from fund.plans.what_if import HOLDS, WhatIf, held_plan, what_if

A, B = case("a", 100, 60), case("b", 80, 40, score=3)


def codes(raised: pytest.ExceptionInfo[Faults]) -> list[str]:
    return [one.code for one in raised.value.faults]


@settings(max_examples=60, deadline=None)
@given(portfolios(most=8), st.data())
def test_what_is_held_stays_and_every_limit_holds(made: tuple[list[Case], list[Partner], Caps], data: Any) -> None:
    rows, partners, caps = made
    ids = [one.id for one in rows]
    held = data.draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(HOLDS), max_size=4)) if ids else {}
    try:
        changed = what_if(rows, caps, WhatIf(held=held))
    except Faults:
        return
    for name in PLANS:
        plan = held_plan(name, changed.cases, partners, changed.caps, TERMS, changed.fixed)
        assert not overruns(changed.cases, changed.caps, plan.amounts)
        assert all(plan.amounts.get(one, 0) == amount for one, amount in changed.fixed.items())


@settings(max_examples=30, deadline=None)
@given(portfolios(most=6))
def test_nothing_changed_is_the_same_plan(made: tuple[list[Case], list[Partner], Caps]) -> None:
    rows, partners, caps = made
    changed = what_if(rows, caps, WhatIf())
    assert (list(changed.cases), changed.caps, changed.fixed) == (rows, caps, {})
    for name in PLANS:
        assert held_plan(name, rows, partners, caps, TERMS, {}) == make_plan(name, rows, partners, caps, TERMS)


def test_other_amounts_and_another_frame() -> None:
    put = WhatIf(frame=9_000, asked={"a": 5_000}, least={"b": 1_000}, held={"b": "out"})
    changed = what_if([A, B], Caps(20_000), put)
    assert [(one.asked, one.least) for one in changed.cases] == [(5_000, 5_000), (8_000, 1_000)]
    assert changed.caps.frame == 9_000 and changed.fixed == {"b": 0}
    assert put and put.cases == ("a", "b") and not WhatIf() and WhatIf(frame=0)
    assert what_if([A], Caps(20_000), WhatIf(held={"a": "least"})).fixed == {"a": 6_000}


def test_equal_shares_take_what_is_held_off_the_frame() -> None:
    partners = [Partner("P1", 100), Partner("P2", 100)]
    rows = [case("a", 100, partner_scores={"P1": 4}), case("b", 50, partner_scores={"P2": 4}), case("c", 50)]
    plan = held_plan("shares", rows, partners, Caps(15_000), TERMS, {"c": 5_000})
    assert dict(plan.amounts) == {"b": 5_000, "c": 5_000}  # b costs its payer the smaller part


def test_what_can_not_be_put_is_told_in_full() -> None:
    with pytest.raises(Faults) as wrong:
        what_if([A, B], Caps(20_000), WhatIf(asked={"a": 100, "x": 1}, least={"a": 200}))
    assert codes(wrong) == ["what_if.no_case", "what_if.least_above_asked"]
    one = Caps(20_000, groups=(Group("scheme", "a", frozenset({"a"}), 7_000),))
    with pytest.raises(Faults) as wrong:
        what_if([A, B], one, WhatIf(held={"a": "asked"}))
    assert codes(wrong) == ["what_if.held_alone"]
    with pytest.raises(Faults) as wrong:
        what_if([A, B], Caps(17_000), WhatIf(held={"a": "asked", "b": "asked"}))
    assert codes(wrong) == ["what_if.held_together"]
    assert "180 kroner" in wrong.value.faults[0].problem("nb").replace("\N{NO-BREAK SPACE}", " ")
    with pytest.raises(ValueError):
        held_plan("shares", [A], [], Caps(100), TERMS, {"a": 10_000})
