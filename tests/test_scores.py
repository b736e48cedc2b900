"""Scores: whole points with a reason, given by who takes part, and seen by others once one has scored oneself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from applied import APPLICANT, AUDITOR, NOON, OFFICER, codes, open_for_all, refused
from hypothesis import given
from hypothesis import strategies as st
from reviewed import (
    CHAIR,
    CRITERIA,
    DEPUTY,
    MEMBER,
    OTHER,
    WHY,
    board,
    case,
    reviewed,
    scored,
    set_state,
    taking_part,
)

from data.permission import Actor, Refused
from data.store import Store, sqlite3
from fund.intake.calls import call_scheme
from fund.review.conflicts import declare
from fund.review.scores import has_scored, person_means, score, scores_of, weighted_mean


@pytest.fixture
def one(store: Store) -> int:
    return reviewed(store)


def wrong(store: Store, actor: Actor, one: int, criterion: str, points: Any, reason: str = WHY) -> list[str]:
    return [
        code.removeprefix("scores.")
        for code in codes(refused(store, score, actor, one, criterion, points, reason, at=NOON))
    ]


def test_scoring_before_declaring_is_refused(store: Store, one: int) -> None:
    assert wrong(store, MEMBER, one, "participants", 3) == ["conflicts.part.undeclared"]
    declare(store, MEMBER, one, "doubt", "Trener i klubben", at=NOON)
    assert wrong(store, MEMBER, one, "participants", 3) == ["conflicts.part.doubt"]
    declare(store, OTHER, one, "conflict", "Sitter i styret", at=NOON)
    assert wrong(store, OTHER, one, "participants", 3) == ["conflicts.part.conflict"]


def test_what_is_no_score_is_refused(store: Store, one: int) -> None:
    taking_part(store, one)
    for points in (-1, 6, 3.0, 2.5, True, "3", Fraction(3)):
        assert wrong(store, MEMBER, one, "participants", points) == ["points"]
    assert wrong(store, MEMBER, one, "charm", 3, "Fin.") == ["no_criterion", "short_reason"]
    assert wrong(store, MEMBER, one, "participants", 3, " " * 30) == ["short_reason"]
    unseated = Actor("account:6", frozenset({"board"}))
    taking_part(store, one, unseated)
    assert wrong(store, unseated, one, "participants", 3) == ["no_seat"]
    for actor in (OFFICER, AUDITOR, APPLICANT):
        with pytest.raises(Refused):
            score(store, actor, one, "participants", 3, WHY, at=NOON)
    for state in ("submitted", "deferred", "granted"):
        set_state(store, one, state)
        assert wrong(store, MEMBER, one, "participants", 3) == ["not_now"]
    set_state(store, one, "ready")
    assert score(store, MEMBER, one, "participants", 0, WHY, at=NOON)


def test_the_latest_score_counts_and_both_stay(store: Store, one: int) -> None:
    taking_part(store, one)
    first = score(store, MEMBER, one, "participants", 3, WHY, at=NOON)
    assert score(store, MEMBER, one, "participants", 3, f" {WHY} ", at=NOON) == first  # a double click
    second = score(store, MEMBER, one, "participants", None, WHY, at=NOON)
    (found,) = scores_of(store, MEMBER, one, at=NOON)
    assert (found.id, found.points, found.revision) == (second, None, 1)
    assert store.db.execute("SELECT count(*) FROM score").fetchone() == (2,)
    for sql in ("UPDATE score SET points = 5", "DELETE FROM score"):
        with pytest.raises(sqlite3.Error), store.write("operator", "test.tamper", audited=False) as write:
            write.db.execute(sql)


def test_others_scores_are_seen_once_one_has_scored_all(store: Store, one: int) -> None:
    taking_part(store, one)
    scored(store, CHAIR, one, 5, 4, 3, None)
    score(store, MEMBER, one, CRITERIA[0], 1, WHY, at=NOON)
    assert {found.account for found in scores_of(store, MEMBER, one, at=NOON)} == {MEMBER.id}
    assert scores_of(store, OTHER, one, at=NOON) == []
    for actor in (OFFICER, AUDITOR, CHAIR):
        assert len(scores_of(store, actor, one, at=NOON)) == 5
    scored(store, MEMBER, one, 1, 1, 1, 1)
    assert len(scores_of(store, MEMBER, one, at=NOON)) == 8
    assert codes(refused(store, scores_of, Actor("account:6", frozenset({"board"})), one, at=NOON)) == [
        "conflicts.part.undeclared"
    ]
    with pytest.raises(Refused):
        scores_of(store, APPLICANT, one, at=NOON)


def test_scores_of_who_takes_no_part_any_more_count_nothing(store: Store, one: int) -> None:
    taking_part(store, one)
    for actor in (CHAIR, MEMBER):
        scored(store, actor, one, 4, 4, 4, 4)
    declare(store, MEMBER, one, "conflict", "Ble valgt inn i styret i dag", at=NOON)
    scheme = call_scheme(store.db, 1)
    assert person_means(store.db, one, scheme) == {CHAIR.id: 4}
    assert {found.account for found in scores_of(store, OFFICER, one, at=NOON)} == {CHAIR.id}
    assert not has_scored(store.db, one, MEMBER.id, scheme)


def test_a_persons_mean_is_over_what_is_applicable(store: Store) -> None:
    call = open_for_all(store)
    board(store)
    one = case(store, call)
    taking_part(store, one)
    scored(store, CHAIR, one, 5, None, 3, 3)
    scored(store, MEMBER, one, None, None, None, None)
    score(store, DEPUTY, one, CRITERIA[0], 5, WHY, at=NOON)  # not done yet
    assert person_means(store.db, one, call_scheme(store.db, call)) == {CHAIR.id: Fraction(11, 3)}


def test_weights_are_the_schemes_and_exact() -> None:
    weights = {"a": Fraction(1, 2), "b": Fraction(1, 3), "c": Fraction(1, 6)}
    assert weighted_mean({"a": 5, "b": 2, "c": 1}, weights) == Fraction(10, 3)
    assert weighted_mean({"a": None, "b": 2, "c": 5}, weights) == 3
    assert weighted_mean({"a": 5, "b": 2}, weights) is None
    assert weighted_mean({"a": None, "b": None, "c": None}, weights) is None
    assert weighted_mean({}, {}) is None


@given(st.lists(st.none() | st.integers(0, 5), min_size=1, max_size=6), st.data())
def test_a_mean_lies_between_the_points(points: list[int | None], data: st.DataObject) -> None:
    drawn = [data.draw(st.fractions(Fraction(1, 9), 1, max_denominator=9)) for _ in points]
    weights = {str(place): one / sum(drawn) for place, one in enumerate(drawn)}
    found = weighted_mean({str(place): one for place, one in enumerate(points)}, weights)
    known = [one for one in points if one is not None]
    assert (found is None) == (not known)
    if found is not None:
        assert min(known) <= found <= max(known)
