"""The plan of accounts: what kinds of money there are, and what an account belongs to.

Signs say which side an account stands on. What came in from someone (``contributed``, ``interest``) is below zero or
zero; where the money is or went (``available`` … ``fees``) is above. These two sides are the fund's book, and sum to
zero: received + interest − fees = available + reserved + committed + guaranteed + lent + paid + written off. The bank,
what is owed to the fund, pledges and the room in frames stand against ``contra``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, get_args

Kind = Literal[
    "contributed",  # received from a partner (below zero: where money comes from)
    "interest",  # from the bank and on loans, the partner's part (below zero)
    "fees",  # to the bank, the partner's part
    "available",  # to be granted from, by partner, earmark and year
    "reserved",  # for a meeting whose agenda is locked
    "committed",  # granted and not yet paid
    "guaranteed",  # the cap of a guarantee, set aside in full
    "lent",  # paid as a loan and not yet repaid
    "paid",  # paid and not clawed back
    "written_off",  # lent and lost
    "bank",
    "clawback_due",  # demanded back and not yet received
    "advance",  # paid in advance and not yet accounted for
    "pledge",  # promised by a partner and not yet received; never makes money available
    "in_kind",  # given in kind, at the value that was agreed; never makes money available
    "frame_set",  # what a frame was set to (below zero)
    "frame_room",  # what is left of it
    "exposure_set",  # the most that guarantees of a frame may stand for at once (below zero)
    "exposure_room",  # what is left of it
    "contra",  # what the kinds from bank to exposure stand against; of either sign
]
KINDS: tuple[Kind, ...] = get_args(Kind)
BELOW: frozenset[Kind] = frozenset({"contributed", "interest", "frame_set", "exposure_set"})
"""Kinds whose balance is zero or below; the schema has the same list."""
HELD: tuple[Kind, ...] = ("available", "reserved", "committed", "guaranteed")
"""Where the money in the bank stands."""
USED: tuple[Kind, ...] = (*HELD, "lent", "paid", "written_off")
"""Where all money that came in, less fees, stands or went."""


class Account(NamedTuple):
    """A kind of money and what it belongs to; 0 or "" where a part doesn't apply.

    A tuple, since a posting looks up and compares dozens of them.
    """

    kind: Kind
    partner: int = 0
    earmark: str = ""
    year: int = 0
    meeting: int = 0
    award: int = 0
    frame: int = 0

    @property
    def key(self) -> str:
        """The account in one text, as the schema writes it: ``committed:partner=1:year=2026:award=7:frame=2``."""
        text: str = self.kind
        if self.partner:
            text += f":partner={self.partner}"
        if self.earmark:
            text += f":earmark={self.earmark}"
        if self.year:
            text += f":year={self.year}"
        if self.meeting:
            text += f":meeting={self.meeting}"
        if self.award:
            text += f":award={self.award}"
        return text + (f":frame={self.frame}" if self.frame else "")

    def pot(self) -> Account:
        """The pot of available money that this account's money comes from and goes back to."""
        return Account("available", self.partner, self.earmark, self.year)

    def to(self, kind: Kind, *, meeting: int = 0, award: int = 0, frame: int = 0) -> Account:
        """An account of the same pot."""
        return Account(kind, self.partner, self.earmark, self.year, meeting, award, frame)


Legs = dict[Account, int]
"""Øre by account; of one posting they sum to zero."""
BANK, CONTRA = Account("bank"), Account("contra")


def added(*parts: Mapping[Account, int] | Iterable[tuple[Account, int]]) -> Legs:
    """Legs put together: amounts on one account are summed, and what comes to nothing is left out."""
    whole: Legs = {}
    for part in parts:
        for account, amount in part.items() if isinstance(part, Mapping) else part:
            whole[account] = whole.get(account, 0) + amount
    return {account: amount for account, amount in whole.items() if amount}


def against(account: Account, amount: int) -> Legs:
    """``amount`` on an account that stands against ``contra``."""
    return {account: amount, CONTRA: -amount}


def cash(amount: int) -> Legs:
    """Money into the bank, or out of it where ``amount`` is below zero."""
    return against(BANK, amount)
