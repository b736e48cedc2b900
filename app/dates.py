"""How a date field shows a day, and the days that it takes."""

from __future__ import annotations

import datetime as dt

DATES = {"nb": "DD.MM.YYYY", "en": "DD/MM/YYYY"}
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
