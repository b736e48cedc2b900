"""Where an award's money stands, as the organisation may know it too: in øre, from the ledger's stored balances."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.audit import Entry, history
from data.permission import Actor, require
from data.store import Store
from fund.award.awards import award_at
from fund.books.accounts_plan import Account, Kind
from fund.books.ledger import award_balances, balance
from fund.deadlines import clock
from fund.payout.claims import open_claims


@dataclass(frozen=True)
class AwardMoney:
    """An award's money in øre.

    ``paid`` and not got back; ``held`` is set aside for it still, a guarantee's cap too; ``open`` is claimed and not
    paid; ``demanded`` back and not come; paid in ``advance`` and not accounted for; ``lent`` and not repaid, and
    ``written_off``.
    """

    paid: int
    held: int
    open: int
    demanded: int
    advance: int
    lent: int
    written_off: int

    @property
    def free(self) -> int:
        """What can still be claimed."""
        return max(0, self.held - self.open)


def award_money(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> AwardMoney:
    """Where an award's money stands. Needs ``award.read``. Raises LookupError where there is none."""
    with store.read() as db:
        require(actor, "award.read", award_at(db, award, clock(at)))

        def stands(*kinds: Kind) -> int:
            return sum(award_balances(db, award, *kinds).values())

        return AwardMoney(
            paid=stands("paid"),
            held=stands("committed", "guaranteed"),
            open=open_claims(db, award),
            demanded=balance(db, Account("clawback_due", award=award)),
            advance=balance(db, Account("advance", award=award)),
            lent=stands("lent"),
            written_off=stands("written_off"),
        )


def award_history(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> list[Entry]:
    """What was done to an award, oldest first. Needs ``award.read``."""
    with store.read() as db:
        require(actor, "award.read", award_at(db, award, clock(at)))
        return history(db, "award", str(award))
