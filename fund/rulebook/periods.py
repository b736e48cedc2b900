"""Periods of days, weeks, months or years, and the days that they end on.

A period runs from the day after what begins it, and ends with the end of its last day in Norway; the last day of a
month stands in for a date that the month doesn't have. So counts Regulation (EEC, Euratom) 1182/71, article 3.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, get_args

from data.phrases import Lang, say

Unit = Literal["days", "weeks", "months", "years"]
UNITS: tuple[Unit, ...] = get_args(Unit)
_WRITTEN = re.compile(rf"([1-9]\d{{0,3}}) ({'|'.join(get_args(Unit))}|day|week|month|year)\Z")


@dataclass(frozen=True)
class Period:
    """A number of days, weeks, months or years."""

    count: int
    unit: Unit

    @classmethod
    def read(cls, text: str) -> Period:
        """``3 weeks``, ``1 month``. Raises ValueError for anything else."""
        found = _WRITTEN.match(text)
        if found is None:
            raise ValueError(text)
        unit = found[2] if found[2].endswith("s") else f"{found[2]}s"
        return cls(int(found[1]), unit)  # type: ignore[arg-type]

    def after(self, day: dt.date) -> dt.date:
        """The last day of the period that ``day`` begins."""
        return self._moved(day, 1)

    def before(self, day: dt.date) -> dt.date:
        """The last day that is the whole period before ``day``."""
        return self._moved(day, -1)

    def _moved(self, day: dt.date, way: int) -> dt.date:
        match self.unit:
            case "days":
                return day + dt.timedelta(way * self.count)
            case "weeks":
                return day + dt.timedelta(way * 7 * self.count)
            case "months":
                return _months(day, way * self.count)
            case "years":
                return _months(day, way * 12 * self.count)

    def words(self, lang: Lang) -> str:
        """«3 uker», «1 month»."""
        unit = self.unit if self.count != 1 else self.unit.removesuffix("s")
        return say(f"period.{unit}", lang, count=self.count)

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


def _months(day: dt.date, count: int) -> dt.date:
    """The same date ``count`` months on, or the last of that month where it has no such date."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
