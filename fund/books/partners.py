"""The partners and what they bring: pledges and gifts in kind as a note, contributions as money; interest and fees.

A pledge never makes money available; what is received does. Interest and bank fees are shared between the partners, to
the øre: interest in proportion to what of each one's money is in the bank, fees to what of it is still available.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, get_args

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from fund.books.accounts_plan import HELD, Account, Kind, Legs, added, against, cash
from fund.books.frames import checked_year, enough
from fund.books.ledger import PostingRow, Request, balance, post, pot_balances
from fund.books.money import checked, shares
from fund.books.pots import split

PartnerKind = Literal["public", "private"]
_EARMARK = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")


@dataclass(frozen=True)
class Partner:
    """Someone who pays into the fund."""

    id: int
    name: str
    kind: PartnerKind
    version: int


def add_partner(store: Store, actor: Actor, name: str, kind: PartnerKind) -> int:
    """Add a partner; its number. Needs ``partner.write``. Raises :class:`Faults` without a name or of another kind."""
    require(actor, "partner.write")
    faults = [] if name.strip() else [Fault("", "name", shown(name), "ledger.no_name")]
    if kind not in get_args(PartnerKind):
        faults.append(Fault("", "kind", shown(kind), "ledger.partner_kind"))
    if faults:
        raise Faults(faults)
    with store.write(actor.id, "partner.add") as write:
        return int(write.insert("partner", {"name": name.strip(), "kind": kind}))


def rename_partner(store: Store, actor: Actor, seen: Partner, name: str) -> int:
    """Change a partner's name; its new version. Needs ``partner.write``. Raises Conflict where it changed since."""
    require(actor, "partner.write")
    if not name.strip():
        raise Faults([Fault("", "name", shown(name), "ledger.no_name")])
    with store.write(actor.id, "partner.rename") as write:
        return write.update_row("partner", seen.id, seen.version, {"name": name.strip()})


def partners(store: Store, actor: Actor) -> list[Partner]:
    """All partners, by name. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        return [Partner(*row) for row in db.execute("SELECT id, name, kind, version FROM partner ORDER BY name, id")]


def pledge(store: Store, actor: Actor, key: str, partner: int, year: int, amount: int, *, note: str = "") -> PostingRow:
    """Note what a partner promises for a year. Needs ``contribution.write``."""
    return _noted(store, actor, key, "pledge", partner, year, amount, note)


def give_in_kind(
    store: Store, actor: Actor, key: str, partner: int, year: int, amount: int, *, note: str
) -> PostingRow:
    """Note what a partner gives in kind, at the value that was agreed. Needs ``contribution.write``."""
    return _noted(store, actor, key, "in_kind", partner, year, amount, note)


def contribute(
    store: Store,
    actor: Actor,
    key: str,
    partner: int,
    year: int,
    amount: int,
    *,
    earmark: str = "",
    day: dt.date | None = None,
    note: str = "",
) -> PostingRow:
    """Book what a partner paid in: bank → available in its pot. Its pledge for the year goes down by as much.

    ``day`` is the bank's. Needs ``contribution.write``. Raises :class:`Faults` for an amount that is none, a partner
    that isn't there, or an earmark that can't be written so.
    """
    require(actor, "contribution.write")
    checked(amount, "amount")
    if earmark and not _EARMARK.match(earmark):
        raise Faults([Fault("", "earmark", shown(earmark), "ledger.earmark")])
    figures = {"partner": partner, "year": checked_year(year), "amount": amount, "earmark": earmark, "note": note}
    with store.write(actor.id, "contribution.book") as write:

        def legs() -> Legs:
            _known(write.db, partner)
            promised = Account("pledge", partner, year=year)
            kept = min(amount, balance(write.db, promised))
            came = {Account("contributed", partner, earmark, year): -amount}
            return added(
                came,
                {Account("available", partner, earmark, year): amount},
                cash(amount),
                against(promised, -kept),
            )

        return post(write, Request(key, "contributed", figures, day), legs)


def book_interest(
    store: Store, actor: Actor, key: str, year: int, amount: int, *, day: dt.date | None = None, note: str = ""
) -> PostingRow:
    """Book interest: bank → available, shared by what of each partner's money of the year is in the bank.

    A partner's part goes to its pot without an earmark. Needs ``contribution.write``. Raises :class:`Faults` where no
    money of the year is in the bank.
    """
    require(actor, "contribution.write")
    figures = {"year": checked_year(year), "amount": checked(amount, "amount"), "note": note}
    with store.write(actor.id, "contribution.interest") as write:

        def legs() -> Legs:
            query = (
                f"SELECT partner, sum(balance) FROM ledger_total WHERE year = ? AND kind IN ({_marks(HELD)}) "
                "GROUP BY partner HAVING sum(balance) > 0 ORDER BY partner"
            )
            held = dict(write.db.execute(query, (year, *HELD)).fetchall())
            enough(sum(held.values()), None, "available")
            parts = dict(zip(held, shares(amount, list(held.values())), strict=True))
            came = {Account("interest", partner, year=year): -part for partner, part in parts.items()}
            kept = {Account("available", partner, year=year): part for partner, part in parts.items()}
            return added(came, kept, cash(amount))

        return post(write, Request(key, "interest", figures, day), legs)


def book_fee(
    store: Store, actor: Actor, key: str, year: int, amount: int, *, day: dt.date | None = None, note: str = ""
) -> PostingRow:
    """Book a bank fee: available → bank, shared by what is available in the year's pots.

    Needs ``contribution.write``. Raises :class:`Faults` where less is available.
    """
    require(actor, "contribution.write")
    figures = {"year": checked_year(year), "amount": checked(amount, "amount"), "note": note}
    with store.write(actor.id, "contribution.fee") as write:

        def legs() -> Legs:
            held = pot_balances(write.db, "available", year)
            taken = split(held, enough(sum(held.values()), amount, "available"))
            gone = ((Account("fees", one.partner, one.earmark, year), part) for one, part in taken.items())
            return added({account: -part for account, part in taken.items()}, gone, cash(-amount))

        return post(write, Request(key, "fee", figures, day), legs)


def _noted(
    store: Store, actor: Actor, key: str, kind: Kind, partner: int, year: int, amount: int, note: str
) -> PostingRow:
    """Note something that makes no money available."""
    require(actor, "contribution.write")
    figures = {"partner": partner, "year": checked_year(year), "amount": checked(amount, "amount"), "note": note}
    with store.write(actor.id, "contribution.note") as write:

        def legs() -> Legs:
            _known(write.db, partner)
            return against(Account(kind, partner, year=year), amount)

        return post(write, Request(key, kind, figures), legs)


def _known(db: Database, partner: int) -> None:
    if db.execute("SELECT 1 FROM partner WHERE id = ?", (partner,)).fetchone() is None:
        raise Faults([Fault("", "partner", str(partner), "ledger.no_partner")])


def _marks(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))
