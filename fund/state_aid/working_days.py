"""Working days in Norway: Monday to Friday, public holidays left out (``data/holidays.toml``)."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path

from dateutil.easter import easter

FILE = Path(__file__).parents[2] / "data" / "holidays.toml"
SATURDAY = 5


@cache
def holidays(year: int) -> frozenset[dt.date]:
    """The public holidays of a year, those that fall on a Sunday included."""
    with FILE.open("rb") as stream:
        raw = tomllib.load(stream)
    fixed = (dt.date.fromisoformat(f"{year}-{one}") for one in raw["fixed"])
    return frozenset([*fixed, *(easter(year) + dt.timedelta(days) for days in raw["after_easter"])])


def is_working_day(day: dt.date) -> bool:
    """Whether people work on a day."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The last of ``count`` working days after ``day``, which isn't counted itself."""
    while count > 0:
        day += dt.timedelta(1)
        count -= is_working_day(day)
    return day
