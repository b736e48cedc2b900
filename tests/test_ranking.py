"""The ranking: exact means, and cases told apart only where the scorers' spread lets them be."""

from __future__ import annotations

import random
import time
from fractions import Fraction

import pytest
from applied import APPLICANT, AUDITOR, COLLEAGUE, KR, NOON, OFFICER, open_for_all
from funded import TREASURER
from hypothesis import given
from hypothesis import strategies as st
from reviewed import ADMINISTRATOR, CHAIR, MEMBER, OTHER, SEATED, board, case, scored, set_state, taking_part

from data.permission import Refused
from data.store import Store
from fund.plans.equal_shares import approvals
from fund.plans.portfolio import terms_on
from fund.review.call_portfolio import portfolio_cases, portfolio_partners
from fund.review.conflicts import declare
from fund.review.ranking import Ranked, by_chance, in_order, rank, told_apart

LEVEL = 0.05
T_TABLE = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 8: 2.306, 9: 2.262, 30: 2.042}
"""Student's t by degrees of freedom, outside which 5 % lies: any printed table."""


@pytest.fixture
def call(store: Store) -> int:
    made = open_for_all(store)
    board(store)
    return made


def line(number: int, means: dict[str, Fraction]) -> Ranked:
    given = list(means.values())
    mean = sum(given, Fraction(0)) / len(given) if given else None
    least, most = (min(given), max(given)) if given else (None, None)
    return Ranked(number, f"2026-{number:04}", "", mean, len(given), least, most)


def ranked(*cases: dict[str, int]) -> list[Ranked]:
    means = {number: {who: Fraction(points) for who, points in one.items()} for number, one in enumerate(cases, 1)}
    return in_order([line(number, one) for number, one in means.items()], means, LEVEL)


def bands(found: list[Ranked]) -> list[tuple[int, int | None]]:
    return [(one.application, one.band) for one in found]


# -- the test


@pytest.mark.parametrize(("freedom", "t"), T_TABLE.items())
def test_students_t_is_as_in_any_table(freedom: int, t: float) -> None:
    assert by_chance(t, freedom) == pytest.approx(0.05, abs=2e-4)
    assert by_chance(0, freedom) == 1
    assert by_chance(t, freedom) > by_chance(t + 1, freedom) > 0


def test_two_are_told_apart_by_those_who_scored_both() -> None:
    assert told_apart({"a": 4, "b": 5, "c": 4}, {"a": 1, "b": 2, "c": 2}, LEVEL)
    assert not told_apart({"a": 4, "b": 5, "c": 2}, {"a": 1, "b": 2, "c": 2}, LEVEL)
    assert not told_apart({"a": 1, "b": 2, "c": 2}, {"a": 4, "b": 5, "c": 4}, LEVEL)  # the other way round
    assert not told_apart({"a": 5}, {"a": 0}, LEVEL)  # one scorer says nothing of the spread
    assert not told_apart({"a": 5, "b": 5}, {"c": 0, "d": 0}, LEVEL)  # a severe pair and a mild one
    assert told_apart({"a": 5, "b": 4}, {"a": 4, "b": 3}, LEVEL)  # both say the same difference
    assert not told_apart({"a": 5, "b": 4}, {"a": 5, "b": 4}, LEVEL)


def test_by_hand_with_three_scorers() -> None:
    """d = 3, 3, 2: mean 8/3, standard error 1/3, t = 8 > 4.303. d = 2, 1, 1: mean 4/3, standard error 1/3, t = 4."""
    both = {"a": 0, "b": 0, "c": 0}
    assert told_apart({"a": 3, "b": 3, "c": 2}, both, LEVEL)
    assert not told_apart({"a": 2, "b": 1, "c": 1}, both, LEVEL)
    assert by_chance(8, 2) == pytest.approx(0.0153, abs=1e-4)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=6))
def test_no_two_are_told_apart_both_ways_and_the_unit_does_not_matter(points: dict[str, tuple[int, int]]) -> None:
    one, other = ({who: pair[at] for who, pair in points.items()} for at in (0, 1))
    assert not (told_apart(one, other, LEVEL) and told_apart(other, one, LEVEL))
    tenth = [{who: Fraction(given, 10) for who, given in case.items()} for case in (one, other)]
    assert told_apart(tenth[0], tenth[1], LEVEL) == told_apart(one, other, LEVEL)


# -- places and bands


def test_bands_begin_where_a_case_is_told_apart_from_the_first_of_the_band() -> None:
    found = ranked(
        {"a": 1, "b": 1, "c": 2}, {"a": 5, "b": 5, "c": 4}, {"a": 5, "b": 4, "c": 4}, {"a": 0, "b": 0, "c": 1}
    )
    assert bands(found) == [(2, 1), (3, 1), (1, 2), (4, 3)]
    assert [one.place for one in found] == [1, 2, 3, 4]
    assert found[0].alike == (3,) and found[3].alike == ()
    assert found[0].spread == 1 and found[0].score == Fraction(14, 3)


def test_a_case_with_one_scorer_is_never_told_apart() -> None:
    found = ranked({"a": 5, "b": 5, "c": 5}, {"a": 1, "b": 1, "c": 1}, {"a": 0}, {})
    assert bands(found) == [(1, 1), (2, 2), (3, 2), (4, None)]
    assert found[2].alike == (1, 2) and found[0].alike == (3,)
    alone = ranked({"a": 5}, {"a": 4, "b": 4}, {"a": 1, "b": 1})
    assert bands(alone) == [(1, 1), (2, 1), (3, 2)]  # the first that two have scored leads the band
    assert alone[1].alike == (1,)


def test_the_same_score_is_the_same_place() -> None:
    found = ranked({"a": 3, "b": 5}, {"a": 4, "b": 4}, {"a": 1, "b": 1})
    assert [(one.application, one.place) for one in found] == [(1, 1), (2, 1), (3, 3)]
    assert found[2].alike == (1,)  # d = 2 and 4 from the first, 3 and 3 from the second


def test_300_cases_are_ranked_in_no_time() -> None:
    seeded = random.Random(1)
    means = {number: {f"p{who}": Fraction(seeded.randint(0, 20), 4) for who in range(7)} for number in range(1, 301)}
    begun = time.perf_counter()
    found = in_order([line(number, one) for number, one in means.items()], means, LEVEL)
    assert len(found) == 300 and time.perf_counter() - begun < 5
    assert [one.score for one in found] == sorted((one.score or 0 for one in found), reverse=True)
    for one in found[:20]:
        assert all(one.application in other.alike for other in found if other.application in one.alike)


# -- from the store


def test_a_calls_undecided_cases_by_score(store: Store, call: int) -> None:
    ids = [case(store, call, place) for place in range(4)]
    for one in ids[:3]:
        taking_part(store, one)
    for actor in SEATED[:3]:
        scored(store, actor, ids[0], 1, 1, 1, 1)
        scored(store, actor, ids[1], 5, 5, None, 5)
    set_state(store, ids[3], "withdrawn")
    found = rank(store, OFFICER, call, at=NOON)
    assert [one.application for one in found] == [ids[1], ids[0], ids[2]]
    assert [one.score for one in found] == [5, 1, None]
    assert [(one.place, one.band, one.scorers) for one in found] == [(1, 1, 3), (2, 2, 3), (None, None, 0)]
    with pytest.raises(LookupError):
        rank(store, OFFICER, 99, at=NOON)
    for actor in (APPLICANT, ADMINISTRATOR):
        with pytest.raises(Refused):
            rank(store, actor, call, at=NOON)


def test_a_member_sees_what_it_takes_part_in_and_has_scored(store: Store, call: int) -> None:
    ids = [case(store, call, place) for place in range(3)]
    taking_part(store, ids[0])
    taking_part(store, ids[1])
    taking_part(store, ids[2], CHAIR, OTHER)
    declare(store, MEMBER, ids[2], "conflict", "Sitter i styret", at=NOON)
    for one in ids:
        scored(store, CHAIR, one, 4, 4, 4, 4)
    scored(store, MEMBER, ids[0], 2, 2, 2, 2)
    found = {one.application: one for one in rank(store, MEMBER, call, at=NOON)}
    assert (found[ids[0]].score, found[ids[0]].hidden) == (3, False)
    for one in ids[1:]:
        assert found[one].hidden and found[one].score is None and found[one].scorers == 0
    assert [found[one].because for one in ids] == ["", "unscored", "conflict"]
    assert not any(one.hidden for one in rank(store, AUDITOR, call, at=NOON))
    declare(store, COLLEAGUE, ids[1], "conflict", "Gift med lederen", at=NOON)
    assert [one.application for one in rank(store, COLLEAGUE, call, at=NOON) if one.hidden] == [ids[1]]
    assert [one.id for one in portfolio_cases(store, MEMBER, call, at=NOON)] == ["2026-0001"]
    assert len(portfolio_cases(store, OFFICER, call, at=NOON)) == 3


def test_what_the_portfolio_needs(store: Store, call: int) -> None:
    first = case(store, call, 0)
    case(store, call, 1, form="guarantee", income=[{"name": "Billetter", "amount": 170_000 * KR + 1}])
    taking_part(store, first)
    scored(store, CHAIR, first, 5, 5, 5, 5)
    scored(store, MEMBER, first, 2, 2, 2, 2)
    scored(store, OTHER, first, 2, 2, 2, 2)
    one, other = portfolio_cases(store, OFFICER, call, at=NOON)
    assert (one.asked, one.least, one.cost) == (20_000 * KR, 10_000 * KR, 200_000 * KR + 1)
    assert (one.form, one.municipality, one.score) == ("grant", "5001", 3)
    assert one.partner_scores == {"1": 5, "2": 2} and one.value_added is None
    assert (other.form, other.score, dict(other.partner_scores)) == ("guarantee", None, {})
    partners = portfolio_partners(store, TREASURER, call)
    assert [(each.id, each.contributed) for each in partners] == [
        ("1", 1_000_000 * KR),
        ("2", 700_000 * KR),
        ("3", 300_000 * KR),
    ]
    assert approvals([one], partners, terms_on(NOON.date())) == {one.id: frozenset({"1"})}
    with pytest.raises(Refused):
        portfolio_cases(store, APPLICANT, call, at=NOON)
