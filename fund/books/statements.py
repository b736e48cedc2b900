"""Statements: per partner, per award, per year, and the postings behind them. All from stored balances, in øre.

A balance is read without folding anything, so that it takes no longer in a ledger of a million postings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from fund.books.accounts_plan import HELD, KINDS, USED, Kind, Legs
from fund.books.frames import Frame, frame_at
from fund.books.ledger import PostingRow, award_balances, posting_at
from fund.books.partners import Partner
from fund.books.pots import by_partner

Sums = dict[Kind, int]
"""Øre by kind, as balances stand: what came in is below zero."""
_SHARE: tuple[Kind, ...] = ("committed", "guaranteed", "lent", "paid", "written_off")


@dataclass(frozen=True)
class PartnerSums:
    """A partner, and where its money stands, in øre."""

    partner: Partner
    sums: Sums

    @property
    def received(self) -> int:
        return -self.sums.get("contributed", 0)

    @property
    def interest(self) -> int:
        return -self.sums.get("interest", 0)

    def stands(self, kind: Kind) -> int:
        """What stands or went there; of ``pledge`` what is promised and hasn't come."""
        return self.sums.get(kind, 0)


@dataclass(frozen=True)
class PartnerStatement(PartnerSums):
    """What a partner brought and where it stands. ``awards``: its share of each award, in øre."""

    awards: Mapping[int, int]


@dataclass(frozen=True)
class AwardStatement:
    """Where an award's money stands, and each partner's share of it, in øre."""

    award: int
    sums: Sums
    partners: Mapping[int, int]

    @property
    def total(self) -> int:
        """What was granted and not released, repaid or clawed back."""
        return sum(self.sums.get(kind, 0) for kind in _SHARE)

    @property
    def remaining(self) -> int:
        """What can still be paid out of a grant or loan."""
        return self.sums.get("committed", 0)


@dataclass(frozen=True)
class YearStatement:
    """Where the money of a year's pots stands, and the year's frames."""

    year: int
    sums: Sums
    frames: tuple[Frame, ...]


def partner_statement(store: Store, actor: Actor, partner: int, year: int | None = None) -> PartnerStatement:
    """A partner's money, of all years or of one. Needs ``ledger.read``. Raises :class:`Faults` where there is none."""
    require(actor, "ledger.read")
    with store.read() as db:
        row = db.execute("SELECT id, name, kind, version FROM partner WHERE id = ?", (partner,)).fetchone()
        if row is None:
            raise Faults([Fault("", "partner", str(partner), "ledger.no_partner")])
        return PartnerStatement(Partner(*row), partner_sums(db, partner, year), _awards(db, partner, year))


def award_statement(store: Store, actor: Actor, award: int) -> AwardStatement:
    """An award's money. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        held = award_balances(db, award)
        shares = by_partner({account: amount for account, amount in held.items() if account.kind in _SHARE})
        return AwardStatement(award, _sums(held), shares)


def year_statement(store: Store, actor: Actor, year: int) -> YearStatement:
    """A year's money and frames. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        query = "SELECT kind, sum(balance) FROM ledger_total WHERE year = ? GROUP BY kind"
        numbers = db.execute("SELECT id FROM frame WHERE year = ? ORDER BY call", (year,)).fetchall()
        sums = {kind: amount for kind, amount in db.execute(query, (year,)) if amount}
        return YearStatement(year, sums, tuple(frame_at(db, number) for (number,) in numbers))


def fund_sums(store: Store, actor: Actor) -> dict[Kind, int]:
    """Every kind's balance over all accounts. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        return kind_sums(db)


def award_postings(store: Store, actor: Actor, award: int) -> list[PostingRow]:
    """Every posting that touched an award, first to last. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        query = (
            "SELECT DISTINCT posting FROM leg JOIN ledger_account ON ledger_account.id = account "
            "WHERE award > 0 AND award = ? ORDER BY posting"
        )
        return [posting_at(db, number) for (number,) in db.execute(query, (award,)).fetchall()]


def partner_sums(db: Database, partner: int, year: int | None = None) -> Sums:
    """Where a partner's money stands, by kind."""
    query = "SELECT kind, sum(balance) FROM ledger_total WHERE partner = ? AND (? IS NULL OR year = ?) GROUP BY kind"
    return {kind: amount for kind, amount in db.execute(query, (partner, year, year)) if amount}


def kind_sums(db: Database) -> dict[Kind, int]:
    """Every kind's balance over all accounts: of partners by their totals, of the others by their accounts."""
    found: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    found |= dict(db.execute("SELECT kind, sum(balance) FROM ledger_total GROUP BY kind").fetchall())
    others = "SELECT kind, sum(balance) FROM ledger_account WHERE partner = 0 GROUP BY kind"
    return found | dict(db.execute(others).fetchall())


def off_balance(sums: Mapping[Kind, int]) -> dict[str, int]:
    """By how many øre the two equations of the fund are off; nothing where both hold.

    ``book``: received + interest − fees = available + reserved + committed + guaranteed + lent + paid + written off.
    ``bank``: the bank = available + reserved + committed + guaranteed.
    """
    came = -sums.get("contributed", 0) - sums.get("interest", 0) - sums.get("fees", 0)
    off = {
        "book": came - sum(sums.get(kind, 0) for kind in USED),
        "bank": sums.get("bank", 0) - sum(sums.get(kind, 0) for kind in HELD),
    }
    return {name: amount for name, amount in off.items() if amount}


def _awards(db: Database, partner: int, year: int | None) -> dict[int, int]:
    marks = ", ".join("?" * len(_SHARE))
    query = (
        "SELECT award, sum(balance) FROM ledger_account WHERE award > 0 AND partner = ? AND (? IS NULL OR year = ?) "
        f"AND kind IN ({marks}) GROUP BY award HAVING sum(balance) <> 0 ORDER BY award"
    )
    return dict(db.execute(query, (partner, year, year, *_SHARE)).fetchall())


def _sums(held: Legs) -> Sums:
    sums: Sums = {}
    for account, amount in held.items():
        sums[account.kind] = sums.get(account.kind, 0) + amount
    return sums
