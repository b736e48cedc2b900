"""Deficit guarantees: the six things a decision states, and what a municipality may stand behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from data.faults import Faults
from data.phrases import LANGUAGES
from fund.rulebook.guarantee_rules import Approval, Guarantee, Guarantor, check_guarantee, limit_for

TODAY = dt.date(2026, 11, 23)
WHOLE = Guarantee(
    for_whom="Eksempel idrettslag",
    purpose="NM på ski",
    kind="underskuddsgaranti",
    cap=4_000_000_00,
    steps_down="trappes ikke ned",
    first=dt.date(2027, 1, 1),
    last=dt.date(2027, 12, 31),
    needs_approval=False,
)


def failed(*given: Any, **named: Any) -> list[str]:
    found = check_guarantee(*given, **named)
    assert all(one.sentence(lang) for one in found for lang in LANGUAGES)
    return [one.rule.removeprefix("guarantee.") for one in found if one.holds is not True]


@pytest.mark.parametrize(
    ("people", "limit"),
    [
        (0, 800_000),
        (3_000, 800_000),
        (3_001, 2_000_000),
        (9_977, 2_000_000),
        (10_000, 2_000_000),
        (10_001, 4_000_000),
        (30_000, 4_000_000),
        (30_001, 7_000_000),
        (100_000, 7_000_000),
        (100_001, 10_000_000),
    ],
)
def test_limits_by_population(people: int, limit: int) -> None:
    assert limit_for("municipality", people, TODAY).ore == 100 * limit
    assert limit_for("county", people, TODAY).ore == 1_000_000_000
    assert "kbn.com" in limit_for("municipality", people, TODAY).source


def test_a_whole_decision_that_the_fund_has_set_aside_for() -> None:
    assert failed(WHOLE, TODAY, set_aside=4_000_000_00) == []
    assert failed(WHOLE, TODAY, set_aside=3_999_999_99) == ["set_aside"]
    assert failed(WHOLE, TODAY) == ["set_aside"]


@pytest.mark.parametrize(
    "lacking",
    [
        {"for_whom": " "},
        {"purpose": ""},
        {"kind": ""},
        {"steps_down": ""},
        {"first": None},
        {"last": dt.date(2026, 12, 31)},
        {"needs_approval": None},
    ],
)
def test_each_of_the_six_is_asked_for(lacking: dict[str, Any]) -> None:
    assert failed(replace(WHOLE, **lacking), TODAY, set_aside=4_000_000_00) == ["states"]


def test_without_an_amount_nothing_can_be_told() -> None:
    empty = Guarantee()
    assert failed(empty, TODAY) == ["states"] * 6 + ["set_aside"]
    assert failed(empty, TODAY, behind=Guarantor("municipality", 5_000, False)) == ["states"] * 6 + ["limit"]


def test_a_municipality_above_its_limit_needs_an_approval_that_is_registered() -> None:
    behind = Guarantor("municipality", 30_000, business=False)
    assert failed(WHOLE, TODAY, behind=behind) == []
    above = replace(WHOLE, cap=4_000_000_01)
    assert failed(above, TODAY, behind=behind) == ["limit"]
    (told,) = [one for one in check_guarantee(above, TODAY, behind=behind) if one.holds is False]
    assert "statsforvalteren" in told.sentence("nb") and "0,01 kroner over" in told.sentence("nb")
    given = Approval(TODAY, "sak 26/1")
    assert failed(above, TODAY, behind=replace(behind, approval=given)) == []
    assert failed(above, TODAY, behind=replace(behind, approval=replace(given, reference=" "))) == ["limit"]
    later = replace(given, day=TODAY + dt.timedelta(1))
    assert failed(above, TODAY, behind=replace(behind, approval=later)) == ["limit"]
    assert failed(WHOLE, TODAY, behind=replace(behind, population=None)) == ["limit"]


def test_never_for_business_activity_even_when_approved() -> None:
    behind = Guarantor("municipality", 200_000, business=True, approval=Approval(TODAY, "sak 26/1"))
    assert failed(WHOLE, TODAY, behind=behind) == ["business"]
    assert failed(WHOLE, TODAY, behind=replace(behind, business=None)) == ["business"]


def test_a_county_asks_the_ministry() -> None:
    found = check_guarantee(replace(WHOLE, cap=1_000_000_001), TODAY, behind=Guarantor("county", None, business=False))
    (told,) = [one for one in found if one.holds is False]
    assert "departementet" in told.sentence("nb") and "fylkeskommune" in told.sentence("nb")


@pytest.mark.parametrize("cap", [1.5, "1", 0, -1])
def test_an_amount_is_whole_ore(cap: Any) -> None:
    with pytest.raises(Faults):
        Guarantee(cap=cap)
