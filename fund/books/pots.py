"""Whose money an award is made of: what is drawn from each partner's pot, to the øre.

A pot is a partner's money of one year under one earmark, or under none. Earmarked pots that fit are drawn first, then
those without an earmark; within each, in proportion to what stands there, the largest remainders rounded up.
"""

from __future__ import annotations

from collections.abc import Collection

from fund.books.accounts_plan import Account, Kind, Legs
from fund.books.money import shares


def fitting(pots: Legs, earmarks: Collection[str]) -> Legs:
    """The pots that may serve a purpose: those with one of its earmarks, and those with none."""
    return {account: held for account, held in pots.items() if not account.earmark or account.earmark in earmarks}


def drawn(pots: Legs, amount: int) -> Legs:
    """What is taken from each of the pots, of accounts in the order of their keys.

    Raises ValueError where they hold less than ``amount`` together.
    """
    if amount > sum(pots.values()):
        raise ValueError("the pots hold less than is to be drawn")
    taken: Legs = {}
    for earmarked in (True, False):
        tier = {account: held for account, held in pots.items() if bool(account.earmark) == earmarked}
        part = min(amount - sum(taken.values()), sum(tier.values()))
        if part:
            taken |= dict(zip(tier, shares(part, list(tier.values())), strict=True))
    return {account: amount for account, amount in taken.items() if amount}


def split(held: Legs, amount: int) -> Legs:
    """``amount`` in proportion to what stands on each account, whatever its earmark; never more than stands there."""
    parts = dict(zip(held, shares(amount, list(held.values())), strict=True)) if amount else {}
    return {account: amount for account, amount in parts.items() if amount}


def moved(taken: Legs, kind: Kind, *, meeting: int = 0, award: int = 0, frame: int = 0) -> Legs:
    """The legs that move what was taken to accounts of ``kind`` of the same pots; ``available`` belongs to no one."""
    legs: Legs = {}
    for account, amount in taken.items():
        goal = account.pot() if kind == "available" else account.to(kind, meeting=meeting, award=award, frame=frame)
        legs[account] = legs.get(account, 0) - amount
        legs[goal] = legs.get(goal, 0) + amount
    return legs


def by_partner(legs: Legs) -> dict[int, int]:
    """Øre by partner."""
    sums: dict[int, int] = {}
    for account, amount in legs.items():
        if account.partner:
            sums[account.partner] = sums.get(account.partner, 0) + amount
    return dict(sorted(sums.items()))


def by_frame(taken: Legs) -> dict[int, int]:
    """Øre by the frame that an account's money was drawn within."""
    sums: dict[int, int] = {}
    for account, amount in taken.items():
        sums[account.frame] = sums.get(account.frame, 0) + amount
    return sums


def room_back(kind: Kind, taken: Legs) -> Legs:
    """The legs that give room back to the frames that ``taken`` was drawn within."""
    back = {Account(kind, frame=frame): amount for frame, amount in by_frame(taken).items()}
    return {**back, Account("contra"): -sum(back.values())}
