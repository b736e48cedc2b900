"""What happens to an award's money: paid, lent, settled, released, repaid, written off, clawed back.

Each function is one row of the table of postings, takes the write of what it belongs to, and books the same thing once
(:mod:`fund.books.ledger`). Who may, and whether a claim is approved, is asked by the caller. Every øre stays with the
partners whose money it was: what leaves an account of several pots leaves them in proportion.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from data.faults import Fault, Faults
from data.store import Write
from fund.books.accounts_plan import Account, Kind, Legs, added, against, cash
from fund.books.frames import enough
from fund.books.ledger import PostingRow, Request, award_balances, balance, post
from fund.books.money import checked
from fund.books.pots import moved, room_back, split


def pay(
    write: Write,
    key: str,
    award: int,
    amount: int,
    *,
    advance: bool = False,
    day: dt.date | None = None,
    at: dt.datetime | None = None,
) -> PostingRow:
    """Pay out of a grant: committed → bank. ``day`` is the bank's; an ``advance`` is noted as to be accounted for.

    Raises :class:`Faults` where less is left of the award than is to be paid.
    """

    def legs() -> Legs:
        noted = against(Account("advance", award=award), amount) if advance else {}
        return added(_out(write, award, "committed", "paid", amount), cash(-amount), noted)

    figures = {"award": award, "amount": checked(amount, "amount"), "advance": advance}
    return post(write, Request(key, "paid", figures, day), legs, at=at)


def account_for(write: Write, key: str, award: int, amount: int, *, at: dt.datetime | None = None) -> PostingRow:
    """Note that so much of what was paid in advance is accounted for. Raises :class:`Faults` where less remains."""

    def legs() -> Legs:
        account = Account("advance", award=award)
        return against(account, -enough(balance(write.db, account), amount, "advance"))

    figures = {"award": award, "amount": checked(amount, "amount")}
    return post(write, Request(key, "accounted_for", figures), legs, at=at)


def lend(
    write: Write, key: str, award: int, amount: int, *, day: dt.date | None = None, at: dt.datetime | None = None
) -> PostingRow:
    """Pay out a loan: committed → bank, and lent up. Raises :class:`Faults` where less is left of what was granted."""

    def legs() -> Legs:
        return added(_out(write, award, "committed", "lent", amount), cash(-amount))

    figures = {"award": award, "amount": checked(amount, "amount")}
    return post(write, Request(key, "lent", figures, day), legs, at=at)


def repay(
    write: Write, key: str, award: int, amount: int, *, day: dt.date | None = None, at: dt.datetime | None = None
) -> PostingRow:
    """A loan is repaid: bank → available in the pots it came from, and lent down. Interest is booked as interest.

    Raises :class:`Faults` where less is lent.
    """

    def legs() -> Legs:
        return added(_out(write, award, "lent", "available", amount), cash(amount))

    figures = {"award": award, "amount": checked(amount, "amount")}
    return post(write, Request(key, "repaid", figures, day), legs, at=at)


def write_off(
    write: Write, key: str, award: int, amount: int | None = None, *, at: dt.datetime | None = None
) -> PostingRow:
    """Give up what is lent, or a part: lent → written off. Raises :class:`Faults` where less is lent, or nothing."""
    figures = {"award": award, "amount": None if amount is None else checked(amount, "amount")}
    return post(
        write, Request(key, "written_off", figures), lambda: _out(write, award, "lent", "written_off", amount), at=at
    )


def settle(
    write: Write,
    key: str,
    award: int,
    approved_deficit: int,
    *,
    day: dt.date | None = None,
    at: dt.datetime | None = None,
) -> PostingRow:
    """Settle a guarantee on audited accounts: min(cap, approved deficit) → bank, the rest of the cap → available.

    Raises :class:`Faults` for a deficit below zero, and where no guarantee is open.
    """
    checked(approved_deficit, "approved_deficit", least=0)

    def legs() -> Legs:
        caps = award_balances(write.db, award, "guaranteed")
        cap = enough(sum(caps.values()), None, "guaranteed")
        paid = split(caps, min(cap, approved_deficit))
        rest = {account: held - paid.get(account, 0) for account, held in caps.items() if held > paid.get(account, 0)}
        out = sum(paid.values())
        return added(
            *(moved({account: part}, "paid", award=award, frame=account.frame) for account, part in paid.items()),
            moved(rest, "available"),
            room_back("frame_room", rest),
            room_back("exposure_room", caps),
            cash(-out),
        )

    figures = {"award": award, "approved_deficit": approved_deficit}
    return post(write, Request(key, "settled", figures, day), legs, at=at)


def release(
    write: Write,
    key: str,
    award: int,
    amount: int | None = None,
    *,
    of: Kind = "committed",
    at: dt.datetime | None = None,
) -> PostingRow:
    """Give back what is granted (or ``of="guaranteed"``) and lapsed, withdrawn or not used: → available, to its frame.

    All of it unless ``amount`` says how much. Raises :class:`Faults` where less is left, or nothing.
    """
    figures = {"award": award, "amount": None if amount is None else checked(amount, "amount"), "of": of}

    def legs() -> Legs:
        held = award_balances(write.db, award, of)
        back = split(held, enough(sum(held.values()), amount, of))
        exposure = room_back("exposure_room", back) if of == "guaranteed" else {}
        return added(moved(back, "available"), room_back("frame_room", back), exposure)

    return post(write, Request(key, "released", figures), legs, at=at)


def demand(write: Write, key: str, award: int, amount: int, *, at: dt.datetime | None = None) -> PostingRow:
    """Demand money back: noted as due. Raises :class:`Faults` where less is paid than is demanded in all."""

    def legs() -> Legs:
        due = Account("clawback_due", award=award)
        paid = sum(award_balances(write.db, award, "paid").values())
        demanded = balance(write.db, due)
        if amount > paid - demanded:
            figures = {"ore_paid": paid, "ore_due": demanded, "ore_wanted": amount}
            raise Faults([Fault("", "amount", "", "ledger.demand", figures)])
        return against(due, amount)

    figures = {"award": award, "amount": checked(amount, "amount")}
    return post(write, Request(key, "clawback_demanded", figures), legs, at=at)


def drop_demand(write: Write, key: str, award: int, amount: int, *, at: dt.datetime | None = None) -> PostingRow:
    """Give up a demand, or a part; what was paid stays paid. Raises :class:`Faults` where less is demanded."""
    due = Account("clawback_due", award=award)
    figures = {"award": award, "amount": checked(amount, "amount")}

    def legs() -> Legs:
        return against(due, -enough(balance(write.db, due), amount, "clawback_due"))

    return post(write, Request(key, "clawback_dropped", figures), legs, at=at)


def receive_clawback(
    write: Write, key: str, award: int, amount: int, *, day: dt.date | None = None, at: dt.datetime | None = None
) -> PostingRow:
    """What was demanded comes back: bank → available in the pots it came from, paid and due down.

    Raises :class:`Faults` where less is due.
    """

    def legs() -> Legs:
        due = Account("clawback_due", award=award)
        enough(balance(write.db, due), amount, "clawback_due")
        return added(_out(write, award, "paid", "available", amount), cash(amount), against(due, -amount))

    figures = {"award": award, "amount": checked(amount, "amount")}
    return post(write, Request(key, "clawback_received", figures, day), legs, at=at)


def _out(write: Write, award: int, held_as: Kind, to: Kind, amount: int | None) -> Legs:
    """The legs that move ``amount`` (or all) of an award from one kind to another, each part within its pot."""
    held = award_balances(write.db, award, held_as)
    parts = split(held, enough(sum(held.values()), amount, held_as))
    legs: list[Any] = []
    for account, part in parts.items():
        legs.append(moved({account: part}, to, award=award, frame=account.frame))
    return added(*legs)
