"""Numbers as people type them: read rightly, or refused with the readings shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import Faults
from data.numbers import number
from data.typed import read_amount, read_number

READ = {
    "229 000": "229000",
    "1 234 567,50": "1234567.50",
    "1\N{NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567": "1234567",
    "1.234.567": "1234567",
    "1,234,567": "1234567",
    "1.234.567,5": "1234567.5",
    "1,234,567.5": "1234567.5",
    "1'234'567": "1234567",
    "12,5": "12.5",
    "12.5": "12.5",
    "0,125": "0.125",
    "0.125": "0.125",
    "1234,567": "1234.567",
    "1 234,567": "1234.567",
    "-37": "-37",
    "\N{MINUS SIGN}37,5": "-37.5",
    "kr 1 500": "1500",
    "1500 kr": "1500",
    "1 500,-": "1500",
    "2,5 mill": "2500000",
    "98,3 millioner kroner": "98300000",
    "1,2 mrd": "1200000000",
    "007": "7",
}
REFUSED = {
    "12.500": "ambiguous",
    "12,500": "ambiguous",
    "1.234": "ambiguous",
    "999,999": "ambiguous",
    "": "not_a_number",
    "mange": "not_a_number",
    "1 23 456": "not_a_number",
    "1.23.456": "not_a_number",
    "1,2,3": "not_a_number",
    "1 2345": "not_a_number",
    "1.234,567,8": "not_a_number",
    "1.234.56": "not_a_number",
    "1,5,": "not_a_number",
    ",5": "not_a_number",
    "5.": "not_a_number",
    "1e9": "not_a_number",
    "nan": "not_a_number",
    "inf": "not_a_number",
    "٣": "not_a_number",
    "½": "not_a_number",
    "=1+1": "not_a_number",
    "--5": "not_a_number",
    "-": "not_a_number",
    "1/2": "not_a_number",
    "1–2–3": "not_a_number",
    "12 %": "no_percent",
    "2–4": "no_range",
    "4 / 3 / 2": "not_rising",
    "4–2": "not_rising",
    "9" * 61: "too_long",
}


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_a_number_is_read_as_people_mean_it(text: str, value: str) -> None:
    assert read_amount(text) == Decimal(value)
    assert read_amount(f"  {text}\t") == Decimal(value)


@pytest.mark.parametrize(("text", "code"), REFUSED.items())
def test_what_is_no_number_or_two_is_refused(text: str, code: str) -> None:
    with pytest.raises(Faults) as refused:
        read_amount(text)
    (fault,) = refused.value.faults
    assert fault.code == f"typed.{code}"
    for lang in ("nb", "en"):
        assert fault.line(lang)


def test_an_ambiguous_number_shows_both_readings() -> None:
    with pytest.raises(Faults) as refused:
        read_amount("12.500")
    (fault,) = refused.value.faults
    assert fault.problem("nb") == "«12.500» kan leses som 12\N{NO-BREAK SPACE}500 eller 12,5."


@pytest.mark.parametrize(
    ("text", "low", "mode", "high"),
    [
        ("2–4", "2", "3", "4"),
        ("2-4", "2", "3", "4"),
        ("2 - 4", "2", "3", "4"),
        ("2 til 4", "2", "3", "4"),
        ("2 to 4", "2", "3", "4"),
        ("2 000–4 000", "2000", "3000", "4000"),
        ("2 / 3 / 4", "2", "3", "4"),
        ("2/3/4", "2", "3", "4"),
        ("1,5; 2,5; 4", "1.5", "2.5", "4"),
        ("2–4 mill", "2000000", "3000000", "4000000"),
        ("185 / 280 / 360 mill.", "185000000", "280000000", "360000000"),
        ("-4–-2", "-4", "-3", "-2"),
    ],
)
def test_a_range_is_read_with_its_three_numbers(text: str, low: str, mode: str, high: str) -> None:
    typed = read_number(text)
    assert (typed.low, typed.mode, typed.high) == (Decimal(low), Decimal(mode), Decimal(high))


@pytest.mark.parametrize(
    ("text", "value"),
    [("62 %", "0.62"), ("62%", "0.62"), ("0,62", "0.62"), ("62,5 %", "0.625"), ("1", "1"), ("0", "0")],
)
def test_a_share_is_read_in_per_cent_or_as_a_part(text: str, value: str) -> None:
    assert read_number(text, "share").mode == Decimal(value)


def test_a_share_above_one_is_not_guessed_at() -> None:
    with pytest.raises(Faults) as refused:
        read_number("62", "share")
    assert "62 % eller 0,62" in refused.value.faults[0].expected("nb")
    typed = read_number("10–20 %", "share")
    assert (typed.low, typed.high) == (Decimal("0.1"), Decimal("0.2"))
    assert read_number("46 / 54 / 62 %", "share").mode == Decimal("0.54")


def test_how_it_was_read_is_said_in_both_languages() -> None:
    assert read_number("229000").written("nb") == "229\N{NO-BREAK SPACE}000"
    assert read_number("2,5").written("en") == "2.5"
    assert read_number("2–4").written("nb") == "lavt 2, høyt 4, sannsynlig 3 (midten)"
    assert read_number("2/3/4").written("en") == "low 2, likely 3, high 4"
    assert read_number("62 %", "share").written("nb", "share") == "62\N{NO-BREAK SPACE}%"
    assert read_number("0,625", "share").written("en", "share") == "62.5%"


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_what_the_program_writes_it_reads_back_or_calls_ambiguous(value: Decimal) -> None:
    for lang in ("nb", "en"):
        text = number(float(value), lang, 2)
        assert read_amount(text) == value
        whole = number(float(int(value)), lang)
        try:
            assert read_amount(whole) == int(value)
        except Faults as refused:
            assert refused.faults[0].code == "typed.ambiguous" and lang == "en"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in ("amount", "share"):
        try:
            typed = read_number(text, kind)
        except Faults:
            continue
        assert typed.mode.is_finite() and typed.written("nb", kind) and typed.written("en", kind)
