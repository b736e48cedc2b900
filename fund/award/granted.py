"""What an organisation was given within a year: what a scheme's cap per organiser and year is held against."""

from __future__ import annotations

from sqlite_utils import Database


def granted_in_year(db: Database, organisation: int, year: int, *, scheme: str = "", besides: int = 0) -> int:
    """What an organisation was given in øre for events that begin in a year, guarantees' whole caps and loans included.

    What lapsed counts nothing; what was released after a shortfall, or clawed back, counts as it was given. An event
    without a day counts in the year of its call. ``scheme`` counts awards under that scheme only, as a cap of its own
    does; ``besides`` leaves one application out.
    """
    query = (
        "SELECT coalesce(sum(amount), 0) FROM award WHERE organisation = ? AND state <> 'lapsed' AND application <> ?"
        " AND (? = '' OR terms ->> 'scheme' = ?)"
        " AND cast(coalesce(substr(terms ->> 'first_day', 1, 4), terms ->> 'year') AS INTEGER) = ?"
    )
    return int(db.execute(query, [organisation, besides, scheme, scheme, year]).fetchone()[0])
