"""Numbers as bokmål and English write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.numbers import HARD_SPACE, MINUS, localised, money, number, percent, significant

H, M = HARD_SPACE, MINUS


@pytest.mark.parametrize(
    ("value", "decimals", "nb", "en"),
    [
        (0, 0, "0", "0"),
        (1234.5, 1, f"1{H}234,5", "1,234.5"),
        (1234567, 0, f"1{H}234{H}567", "1,234,567"),
        (-1234.5, 1, f"{M}1{H}234,5", f"{M}1,234.5"),
        (999.999, 2, f"1{H}000,00", "1,000.00"),
        (-0.4, 0, "0", "0"),
        (-0.0, 1, "0,0", "0.0"),
        (0.1, 3, "0,100", "0.100"),
    ],
)
def test_fixed_decimals(value: float, decimals: int, nb: str, en: str) -> None:
    assert (number(value, "nb", decimals), number(value, "en", decimals)) == (nb, en)


@pytest.mark.parametrize(
    ("value", "digits", "nb"),
    [
        (0, 3, "0"),
        (0.012345, 3, "0,0123"),
        (1.5, 3, "1,5"),
        (12.34, 3, "12,3"),
        (1234.5, 3, f"1{H}230"),
        (99.96, 3, "100"),
        (1e15, 2, f"1{H}000{H}000{H}000{H}000{H}000"),
        (-0.00012, 1, f"{M}0,0001"),
        (100, 3, "100"),
        (1200, 4, f"1{H}200"),
    ],
)
def test_significant_digits_never_have_an_exponent(value: float, digits: int, nb: str) -> None:
    assert significant(value, "nb", digits) == nb
    assert significant(value, "en", digits) == nb.replace(",", ".").replace(H, ",")


def test_percent_money_and_figures_in_sentences() -> None:
    assert (percent(0.125, "nb"), percent(0.125, "en", 1)) == (f"12{H}%", "12.5%")
    assert (money(163_600_000, "nb"), money(163_600_000, "en")) == ("163,6 millioner kroner", "NOK 163.6 million")
    assert (money(50_000, "nb"), money(50_000, "en")) == (f"50{H}000 kroner", "NOK 50,000")
    assert money(-2_500_000, "nb") == f"{M}2,5 millioner kroner"
    assert (localised(4600, "nb"), localised(0.123456, "nb"), localised(46387.4, "en")) == (
        f"4{H}600",
        "0,1235",
        "46,387",
    )
    assert (localised("2024", "nb"), localised(True, "nb")) == ("2024", "True")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_shown_as_it_is(value: float) -> None:
    assert number(value, "nb", 2) == str(value)
    assert significant(value, "nb") == str(value)


@given(value=st.floats(-1e15, 1e15, allow_subnormal=False), digits=st.integers(1, 9))
def test_a_rounded_number_reads_back_to_its_digits(value: float, digits: int) -> None:
    text = significant(value, "nb", digits).replace(H, "").replace(M, "-").replace(",", ".")
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits), abs=1e-300)


@given(value=st.floats(-1e12, 1e12), decimals=st.integers(0, 6))
def test_both_languages_say_the_same(value: float, decimals: int) -> None:
    nb, en = number(value, "nb", decimals), number(value, "en", decimals)
    assert en == nb.translate({ord(H): ",", ord(","): "."})
