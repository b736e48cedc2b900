"""Days and times as people in Norway read them."""

from __future__ import annotations

import datetime as dt

from data.clock import day, days, moment, short_day, time


def test_days_are_written_as_each_language_writes_them() -> None:
    opening, closing = dt.date(2025, 2, 26), dt.date(2025, 3, 9)
    assert day(opening, "nb") == "26. februar 2025"
    assert day(opening, "en") == "26 February 2025"
    assert days(opening, closing, "nb") == "26. feb.–9. mars 2025"
    assert days(opening, closing, "en") == "26 Feb–9 Mar 2025"
    assert days(dt.date(2026, 8, 18), dt.date(2026, 8, 21), "nb") == "18.–21. aug. 2026"
    assert days(dt.date(2026, 12, 30), dt.date(2027, 1, 2), "en") == "30 Dec 2026–2 Jan 2027"
    assert days(opening, opening, "nb") == short_day(opening, "nb") == "26. feb. 2025"
    assert days(None, None, "nb") == "–"


def test_times_are_norways_summer_and_winter() -> None:
    assert moment("2026-01-15T22:59:59.999Z", "nb") == "15. jan. 2026 kl.\N{NO-BREAK SPACE}23.59"
    assert moment("2026-07-15T22:59:59.999Z", "nb") == "16. juli 2026 kl.\N{NO-BREAK SPACE}00.59"
    assert moment("2026-03-29T01:00:00.000Z", "en") == "29 Mar 2026, 03:00"
    assert moment(None, "en") == "–"
    assert time(dt.datetime(2026, 7, 1, 12, 32, tzinfo=dt.UTC), "nb") == "14.32"
