"""Who acts for an organisation: the accounts whose mandate is confirmed and has not ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlite_utils import Database

from fund.deadlines import oslo_day

_HOLDS = "state = 'confirmed' AND until >= ?"
_OPEN = "state IN ('asked', 'confirmed')"
"""What the index of open mandates says of itself: without these words it isn't used, and every mandate is read."""


def owners(db: Database, organisation: int | None, at: dt.datetime) -> tuple[str, ...]:
    """The accounts that may act for the organisation at that moment: ``owners`` of its rows for permission."""
    query = f"SELECT account FROM mandate WHERE organisation = ? AND {_HOLDS} AND {_OPEN} ORDER BY account"
    return tuple(account for (account,) in db.execute(query, [organisation, oslo_day(at).isoformat()]).fetchall())


def owners_of_all(db: Database, at: dt.datetime) -> Mapping[int | None, tuple[str, ...]]:
    """:func:`owners` of every organisation that has any, in one query."""
    found: dict[int | None, tuple[str, ...]] = {}
    query = f"SELECT organisation, account FROM mandate WHERE {_HOLDS} AND {_OPEN} ORDER BY organisation, account"
    for organisation, account in db.execute(query, [oslo_day(at).isoformat()]).fetchall():
        found[organisation] = (*found.get(organisation, ()), account)
    return found


def acts_for(db: Database, account: str, at: dt.datetime) -> frozenset[int]:
    """The organisations that have the account among their :func:`owners`."""
    query = f"SELECT organisation FROM mandate WHERE account = ? AND {_HOLDS}"
    return frozenset(one for (one,) in db.execute(query, [account, oslo_day(at).isoformat()]).fetchall())


def has_left(db: Database, organisation: int | None, account: str, at: dt.datetime) -> bool:
    """Whether the account had a mandate for the organisation and has none now; asking anew doesn't bring it back."""
    query = "SELECT 1 FROM mandate WHERE organisation = ? AND account = ? AND state IN ('confirmed', 'ended')"
    had = db.execute(query, [organisation, account]).fetchone()
    return had is not None and account not in owners(db, organisation, at)
