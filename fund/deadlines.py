"""Days as deadlines: a day begins at 00:00:00 and ends with 23:59:59 in Norway, whatever the clocks do that night.

There is one clock, the server's: functions that ask what time it is take it as ``at``, aware, and no page sends its own
time.
"""

from __future__ import annotations

import datetime as dt

from data.clock import OSLO, day_at

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


def clock(at: dt.datetime | None = None) -> dt.datetime:
    """``at`` in UTC, or this moment. Raises ValueError for a time that doesn't say which clock it is of."""
    if at is None:
        return dt.datetime.now(dt.UTC)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(dt.UTC)


def stamp(at: dt.datetime) -> str:
    """A moment as it is stored: UTC, ISO 8601, whole seconds."""
    return clock(at).isoformat(timespec="seconds")


def oslo_day(at: dt.datetime) -> dt.date:
    """The day that it is in Norway."""
    return day_at(clock(at))


def first_moment(day: dt.date) -> dt.datetime:
    """00:00:00 of the day in Norway, in UTC."""
    return dt.datetime.combine(day, dt.time(), OSLO).astimezone(dt.UTC)


def last_moment(day: dt.date) -> dt.datetime:
    """23:59:59 of the day in Norway, in UTC: that whole second is still in time."""
    return first_moment(day + _DAY) - _SECOND


def in_time(at: dt.datetime, day: dt.date) -> bool:
    """Whether it is not later than the day's 23:59:59 in Norway."""
    return oslo_day(at) <= day
