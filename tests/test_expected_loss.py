"""Expected loss on guarantees: the organiser's own drawn towards the mean of all, and unknown where too few ended."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from applied import APPLICANT, OFFICER
from awarded import AFTER, KR, offered, reported, seen, settled_row
from hypothesis import given
from hypothesis import strategies as st

from data.permission import Refused
from data.store import Store
from data.value import Value
from fund.award.expected_loss import LossRules, caveat, expected_losses, loss_rate, loss_rules, losses_at
from impact.parameter_values import NewValue, set_values

RULES = LossRules(weight=Fraction(3), least=3)
SHARES = {1: (Fraction(1), Fraction(1, 2)), 2: (Fraction(0),)}


def test_few_facts_are_drawn_towards_the_mean_and_none_give_it() -> None:
    # Mean of all: (1 + 1/2 + 0) / 3 = 1/2. Organiser 1: (3/2 + 3/2) / 5. Organiser 2: (0 + 3/2) / 4.
    assert loss_rate(SHARES, 1, RULES) == Fraction(3, 5)
    assert loss_rate(SHARES, 2, RULES) == Fraction(3, 8)
    assert loss_rate(SHARES, 9, RULES) == Fraction(1, 2)
    assert loss_rate(SHARES, 1, LossRules(Fraction(0), 3)) == Fraction(3, 4)  # nothing but its own
    assert loss_rate(SHARES, 9, LossRules(Fraction(0), 0)) == Fraction(1, 2)


def test_too_few_settled_guarantees_stay_unknown() -> None:
    assert loss_rate(SHARES, 1, LossRules(Fraction(3), 4)) is None
    assert loss_rate({}, 1, LossRules(Fraction(3), 0)) is None


@given(
    st.dictionaries(st.integers(1, 4), st.lists(st.fractions(0, 1), min_size=1, max_size=4).map(tuple), min_size=1),
    st.integers(1, 5),
    st.fractions(0, 10),
)
def test_a_rate_lies_between_the_own_and_the_mean_of_all(
    shares: dict[int, tuple[Fraction, ...]], organisation: int, weight: Fraction
) -> None:
    rate = loss_rate(shares, organisation, LossRules(weight, 1))
    every = [one for own in shares.values() for one in own]
    mean = sum(every, Fraction(0)) / len(every)
    own = shares.get(organisation, ())
    ends = sorted([mean, sum(own, Fraction(0)) / len(own) if own else mean])
    assert rate is not None and ends[0] <= rate <= ends[1]


def test_a_frames_open_guarantees_are_summed_and_rounded_up(store: Store) -> None:
    first = reported(store, "guarantee", 10_000 * KR)
    application = seen(store, first).application
    settled_row(store, first, 5_000 * KR, 5_000 * KR)
    assert expected_losses(store, OFFICER, at=AFTER) == []
    offered(store, "guarantee", 3_333 * KR + 33, application=application)
    offered(store, "guarantee", 1_000 * KR, application=application)
    (unknown,) = expected_losses(store, OFFICER, at=AFTER)
    assert (unknown.caps, unknown.expected) == (4_333 * KR + 33, None)
    (frame,) = losses_at(store.db, LossRules(Fraction(3), 1))
    assert [one.expected for one in frame.open] == [166_667, 500 * KR]  # half of 333 333 øre is 166 666.5
    assert (frame.frame, frame.expected, [one.settled for one in frame.open]) == (1, 216_667, [1, 1])
    with pytest.raises(Refused):
        expected_losses(store, APPLICANT, at=AFTER)


def test_the_parameters_are_dated_and_can_be_changed(store: Store) -> None:
    assert loss_rules(store, dt.date(2026, 6, 1)) == RULES
    value = Value(1, 1, 1, "assumed", "antatt: egen regel")
    set_values(store, OFFICER, [NewValue("expected_loss.least", dt.date(2027, 1, 1), value)])
    assert loss_rules(store, dt.date(2026, 12, 31)).least == 3 and loss_rules(store, dt.date(2027, 1, 1)).least == 1


def test_it_is_said_to_be_modelled() -> None:
    assert "Modellberegnet" in caveat("nb") and "Modelled" in caveat("en")
