"""Amounts: read to the øre or refused, written as each language writes them, and shared to the last øre."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import Faults
from data.phrases import LANGUAGES
from fund.books.money import LARGEST, checked, kroner, ore, shares


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,50", 123450),
        ("1234,5", 123450),
        ("kr 1 234,50", 123450),
        ("NOK 1,234.50", 123450),
        ("2,5 mill", 250_000_000),
        ("0,01", 1),
        ("0", 0),
        ("500 000 kroner", 50_000_000),
    ],
)
def test_an_amount_is_read_to_the_ore(text: str, amount: int) -> None:
    assert ore(text) == amount


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("12,345 678", "not_a_number"),
        ("0,005", "part_of_ore"),
        ("100 EUR", "currency"),
        ("100 eur", "currency"),
        ("€ 100", "currency"),
        ("$100", "currency"),
        ("SEK 100", "currency"),
        ("-5", "too_small"),
        ("90 071 992 547 409,93", "too_large"),
        ("12.500", "ambiguous"),
        ("100–200", "no_range"),
        ("ti", "not_a_number"),
        ("", "not_a_number"),
        (12.5, "not_text"),
        (12, "not_text"),
        (None, "not_text"),
        (True, "not_text"),
        (Decimal("12.5"), "not_text"),
    ],
)
def test_what_is_no_amount_of_kroner_is_refused_with_an_example(given: Any, code: str) -> None:
    with pytest.raises(Faults) as refused:
        ore(given, place="amount")
    (fault,) = refused.value.faults
    assert fault.code.rpartition(".")[2] == code and fault.place == "amount"
    assert all(fault.problem(lang) and fault.expected(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "not_ore"),
        ("100", "not_ore"),
        (True, "not_ore"),
        (None, "not_ore"),
        (Decimal(1), "not_ore"),
        (float("nan"), "not_ore"),
        (0, "too_small"),
        (-1, "too_small"),
        (LARGEST + 1, "too_large"),
        (-LARGEST - 1, "too_large"),
    ],
)
def test_ore_are_whole_numbers_above_zero_and_not_too_large(value: Any, code: str) -> None:
    with pytest.raises(Faults) as refused:
        checked(value, "amount")
    assert refused.value.faults[0].code == f"ledger.money.{code}"


def test_the_least_and_the_largest_are_taken() -> None:
    assert checked(1) == 1 and checked(LARGEST) == LARGEST == 2**53 and checked(0, least=0) == 0
    assert ore("90 071 992 547 409,92") == LARGEST


@pytest.mark.parametrize(
    ("amount", "nb", "en"),
    [
        (0, "0 kroner", "NOK 0"),
        (123450, "1 234,50 kroner", "NOK 1,234.50"),
        (100_000_00, "100 000 kroner", "NOK 100,000"),
        (-5, "−0,05 kroner", "NOK −0.05"),
        (LARGEST, "90 071 992 547 409,92 kroner", "NOK 90,071,992,547,409.92"),
        (LARGEST - 1, "90 071 992 547 409,91 kroner", "NOK 90,071,992,547,409.91"),
    ],
)
def test_an_amount_is_written_to_the_last_ore(amount: int, nb: str, en: str) -> None:
    assert kroner(amount, "nb").replace("\N{NO-BREAK SPACE}", " ") == nb
    assert kroner(amount, "en") == en


@given(st.integers(0, LARGEST))
def test_what_is_written_is_read_again(amount: int) -> None:
    assert ore(kroner(amount, "nb")) == amount


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(sum), st.data())
def test_shares_sum_to_the_whole_stay_within_an_ore_and_within_their_weights(weights: list[int], data: Any) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    given = shares(total, weights)
    assert sum(given) == total
    for part, weight in zip(given, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert 0 <= part <= weight
    assert shares(total, weights) == given


def test_the_largest_remainders_get_what_is_left_and_the_first_on_a_tie() -> None:
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert shares(10, [6, 5, 4]) == [4, 3, 3]
    assert shares(1, [1, 2]) == [0, 1]
    for weights in ([], [0, 0], [-1, 2]):
        with pytest.raises(ValueError, match="weights"):
            shares(5, weights)
