"""What a claim does to the money of its award when the bank has paid it, or when it is approved at nothing.

A grant is paid, a loan lent, a guarantee settled with the rest of its cap given back. A part claim without costs is an
advance, noted as to be accounted for; the costs of a later claim account for what they entitle to.
"""

from __future__ import annotations

import datetime as dt

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.store import Write
from fund.books.accounts_plan import Account
from fund.books.ledger import PostingRow, award_balances, balance
from fund.books.payments import account_for, lend, pay, settle
from fund.payout.claim_contents import entitled
from fund.payout.claim_steps import ClaimCase
from fund.payout.settlements import settlement_at


def book(write: Write, case: ClaimCase, key: str, *, day: dt.date | None = None, at: dt.datetime) -> PostingRow | None:
    """Book the payout of an approved claim, once for each ``key``; None where nothing moves. ``day`` is the bank's.

    Asks nobody's leave. Raises :class:`Faults` where less is left of the award than is to be paid.
    """
    award, amount = case.award.id, case.claim.amount
    if case.award.form == "guarantee":
        return _settled(write, case, key, day, at)
    if case.award.form == "loan":
        return lend(write, key, award, amount, day=day, at=at)
    made = pay(write, key, award, amount, advance=case.contents.advance, day=day, at=at) if amount else None
    if not case.contents.advance and (shown := _accounted(write.db, case)):
        account_for(write, f"{key}:accounted", award, shown, at=at)
    return made


def keep_posting(write: Write, claim: int, posting: int | None) -> None:
    """Keep which posting paid a claim; it follows from the claim's state, and the posting has an audit row itself."""
    write.db.execute("UPDATE claim SET posting = ? WHERE id = ?", [posting, claim])


def _settled(write: Write, case: ClaimCase, key: str, day: dt.date | None, at: dt.datetime) -> PostingRow:
    """The posting of a settled guarantee, if it pays what the claim was approved at."""
    held = settlement_at(write.db, case.award.id)
    if held is None or held.approved_by is None:
        raise Faults([Fault("", "claim", str(case.claim.number), "settlements.not_checked")])
    made = settle(write, key, case.award.id, held.approved, day=day, at=at)
    if made.moved("paid") != case.claim.amount:
        figures = {"ore_paid": made.moved("paid"), "ore_claim": case.claim.amount}
        raise Faults([Fault("", "amount", "", "payouts.differs", figures)])
    return made


def _accounted(db: Database, case: ClaimCase) -> int:
    """How much of what was paid in advance the costs so far account for, in øre: all but what is paid above them."""
    open_advance = balance(db, Account("advance", award=case.award.id))
    paid = sum(award_balances(db, case.award.id, "paid").values())
    above = max(0, paid - entitled(case.award.amount, case.award.terms, case.contents.actual))
    return max(0, open_advance - above)
