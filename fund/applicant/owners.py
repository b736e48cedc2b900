"""Who acts for an organisation: the accounts whose mandate is confirmed and has not ended."""

from __future__ import annotations

import datetime as dt

from sqlite_utils import Database

from fund.deadlines import oslo_day


def owners(db: Database, organisation: int | None, at: dt.datetime) -> tuple[str, ...]:
    """The accounts that may act for the organisation at that moment: ``owners`` of its rows for permission."""
    query = "SELECT account FROM mandate WHERE organisation = ? AND state = 'confirmed' AND until >= ? ORDER BY account"
    return tuple(account for (account,) in db.execute(query, [organisation, oslo_day(at).isoformat()]).fetchall())


def has_left(db: Database, organisation: int | None, account: str, at: dt.datetime) -> bool:
    """Whether the account had a mandate for the organisation and has none now; asking anew doesn't bring it back."""
    query = "SELECT 1 FROM mandate WHERE organisation = ? AND account = ? AND state IN ('confirmed', 'ended')"
    had = db.execute(query, [organisation, account]).fetchone()
    return had is not None and account not in owners(db, organisation, at)
