"""Periods and working days: where they end, over months that are short, leap days and holidays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fund.rulebook.periods import Period
from fund.state_aid.working_days import holidays, is_working_day, working_days_after

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "begins", "ends"),
    [
        ("3 weeks", "2026-10-10", "2026-10-31"),
        ("1 month", "2026-01-31", "2026-02-28"),
        ("4 months", "2026-10-31", "2027-02-28"),
        ("1 month", "2026-03-31", "2026-04-30"),
        ("2 months", "2026-01-31", "2026-03-31"),
        ("3 years", "2024-02-29", "2027-02-28"),
        ("3 years", "2025-02-28", "2028-02-28"),
        ("1 day", "2026-12-31", "2027-01-01"),
    ],
)
def test_a_period_ends_on_the_same_date_or_the_last_there_is(period: str, begins: str, ends: str) -> None:
    assert Period.read(period).after(day(begins)) == day(ends)


def test_a_period_before_a_day() -> None:
    assert Period.read("4 months").before(day("2027-06-15")) == day("2027-02-15")
    assert Period.read("1 month").before(day("2027-03-31")) == day("2027-02-28")
    assert Period.read("3 weeks").before(day("2027-03-22")) == day("2027-03-01")


@pytest.mark.parametrize("text", ["", "3", "3 uker", "0 days", "-1 weeks", "1.5 months", "3  weeks", "99999 days"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError):
        Period.read(text)


def test_a_period_in_words() -> None:
    assert (Period.read("1 month").words("nb"), Period.read("3 weeks").words("nb")) == ("1 måned", "3 uker")
    assert (Period.read("1 month").words("en"), Period.read("3 weeks").words("en")) == ("1 month", "3 weeks")


@given(DAYS, st.integers(1, 40), st.sampled_from(["days", "weeks", "months", "years"]))
def test_there_and_back_never_passes_where_it_began(begins: dt.date, count: int, unit: str) -> None:
    period = Period.read(f"{count} {unit}")
    assert period.after(begins) > begins > period.before(begins)
    assert period.before(period.after(begins)) <= begins <= period.after(begins)


def test_easter_and_may() -> None:
    assert {day("2026-04-02"), day("2026-04-03"), day("2026-04-06"), day("2026-05-14"), day("2026-05-25")} < holidays(
        2026
    )
    assert len(holidays(2026)) == 12
    assert not is_working_day(day("2026-05-17")) and not is_working_day(day("2026-04-06"))
    assert is_working_day(day("2026-04-07"))


def test_working_days_are_counted_past_holidays() -> None:
    assert working_days_after(day("2026-11-23"), 20) == day("2026-12-21")
    assert working_days_after(day("2026-12-23"), 1) == day("2026-12-24")
    assert working_days_after(day("2026-12-24"), 1) == day("2026-12-28")
    assert working_days_after(day("2026-04-01"), 1) == day("2026-04-07")
    assert working_days_after(day("2026-11-23"), 0) == day("2026-11-23")


@given(DAYS, st.integers(1, 60))
def test_the_last_working_day_is_one(begins: dt.date, count: int) -> None:
    last = working_days_after(begins, count)
    between = (begins + dt.timedelta(some) for some in range(1, (last - begins).days + 1))
    assert is_working_day(last) and sum(map(is_working_day, between)) == count
