"""Loans after they are paid out: what is repaid, and what is given up.

A loan is paid out by a claim, as a grant is. What is repaid goes back to the pots that it came from; interest on it is
booked as interest. What is written off leaves the fund's money for good, so its reason stands with the award.
"""

from __future__ import annotations

import datetime as dt

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from fund.award.awards import award_at
from fund.books.ledger import PostingRow, award_balances
from fund.books.payments import repay, write_off
from fund.deadlines import clock, oslo_day, stamp


def loan_balance(db: Database, award: int) -> int:
    """What is lent and neither repaid nor written off, in øre."""
    return sum(award_balances(db, award, "lent").values())


def record_repayment(
    store: Store,
    actor: Actor,
    award: int,
    key: str,
    amount: int,
    day: dt.date,
    *,
    at: dt.datetime | None = None,
) -> PostingRow:
    """Book that ``amount`` øre of a loan came in on a ``day`` of the bank's, once for each ``key``.

    Needs ``award.settle``. Raises :class:`Faults` where less is lent, the award is no loan, or the day hasn't come.
    """
    moment = clock(at)
    with store.write(actor.id, "loan.repay", audited=False) as write:
        _loan(write.db, actor, award, moment)
        if day > oslo_day(moment):
            raise Faults([Fault("", "day", day.isoformat(), "loans.day")])
        return repay(write, f"award:{award}:repaid:{key}", award, amount, day=day, at=moment)


def write_off_loan(
    store: Store,
    actor: Actor,
    award: int,
    key: str,
    reason: str,
    amount: int | None = None,
    *,
    at: dt.datetime | None = None,
) -> PostingRow:
    """Give up what is lent, or ``amount`` øre of it, for a reason, once for each ``key``. Needs ``award.settle``.

    Who acts for the organisation doesn't. Raises :class:`Faults` without a reason, and where less is lent.
    """
    moment = clock(at)
    with store.write(actor.id, "loan.write_off", audited=False) as write:
        _loan(write.db, actor, award, moment)
        if not reason.strip():
            raise Faults([Fault("", "reason", "", "loans.no_reason")])
        made = write_off(write, f"award:{award}:written_off:{key}", award, amount, at=moment)
        if not made.repeated:
            row = {"award": award, "action": "write_off", "text": reason.strip(), "decision": ""}
            write.insert("award_ground", {**row, "at": stamp(moment), "actor": actor.id})
        return made


def _loan(db: Database, actor: Actor, award: int, at: dt.datetime) -> None:
    """Raise unless it is a loan that the actor may settle, and not its own organisation's."""
    found = award_at(db, award, at)
    require(actor, "award.settle", found)
    if found.form != "loan":
        raise Faults([Fault("", "award", found.number, "loans.no_loan")])
    if actor.id in found.owners:
        raise Faults([Fault("", "award", found.number, "loans.own")])
