"""What each partner brought, side by side: pledged, received, given in kind, and what of it is still available.

All from stored balances but what was pledged, which is summed from the pledges themselves: a pledge's balance goes down
as money comes in.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from data.permission import Actor, require
from data.store import Store
from fund.books.partners import Partner
from fund.books.statements import PartnerSums, partner_sums


@dataclass(frozen=True)
class Brought(PartnerSums):
    """A partner, what it ``pledged`` in øre, and where its money stands."""

    pledged: int


def brought(store: Store, actor: Actor, year: int | None = None) -> list[Brought]:
    """Every partner by name, with what it brought in all or for one year. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        rows = db.execute("SELECT id, name, kind, version FROM partner ORDER BY name, id").fetchall()
        pledged = _pledged(db, year)
        return [Brought(Partner(*row), partner_sums(db, row[0], year), pledged.get(row[0], 0)) for row in rows]


def booked_years(store: Store, actor: Actor) -> list[int]:
    """The years that anything was booked or framed for, newest first. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        query = "SELECT year FROM ledger_total WHERE year > 0 UNION SELECT year FROM frame ORDER BY year DESC"
        return [year for (year,) in db.execute(query)]


def _pledged(db: Database, year: int | None) -> dict[int, int]:
    """What each partner pledged, less pledges that were reversed."""
    query = (
        "SELECT a.partner, sum(amount) FROM ledger_account AS a CROSS JOIN leg ON leg.account = a.id"
        " CROSS JOIN posting AS p ON p.id = leg.posting LEFT JOIN posting AS first ON first.id = p.reverses"
        " WHERE a.award = 0 AND a.kind = 'pledge' AND coalesce(first.what, p.what) = 'pledge'"
        " AND (? IS NULL OR a.year = ?) GROUP BY a.partner"
    )
    return dict(db.execute(query, (year, year)).fetchall())
