"""The partners' covenant: how much private partners must have paid in for what the public ones have.

It is set with the day from which it holds and the agreement that says so. Asked before every commitment, it counts what
was received, never pledges or gifts in kind. Where none is set, nothing is asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from fund.books.money import LARGEST


@dataclass(frozen=True)
class Covenant:
    """``private`` kroner from private partners for every ``public`` kroner from public ones, from a day on."""

    from_day: dt.date
    private: int
    public: int
    ground: str


@dataclass(frozen=True)
class CovenantState:
    """What was received of each kind, in øre, and what the covenant asks of the private partners together."""

    covenant: Covenant | None
    private: int
    public: int

    @property
    def wanted(self) -> int:
        """The private øre that the public ones ask for, rounded up; 0 where there is no covenant."""
        if self.covenant is None:
            return 0
        return -(-self.public * self.covenant.private // self.covenant.public)

    @property
    def holds(self) -> bool:
        return self.private >= self.wanted

    def fault(self) -> Fault | None:
        """Why nothing can be committed, with the figures; None where it holds."""
        if self.holds or self.covenant is None:
            return None
        figures = {
            "ore_private": self.private,
            "ore_public": self.public,
            "ore_wanted": self.wanted,
            "ore_lacking": self.wanted - self.private,
            "private": self.covenant.private,
            "public": self.covenant.public,
            "ground": self.covenant.ground,
        }
        return Fault("", "", "", "ledger.covenant", figures)


def set_covenant(store: Store, actor: Actor, from_day: dt.date, *, private: int, public: int, ground: str) -> Covenant:
    """Set the covenant that holds from a day on. Needs ``partner.write``.

    Raises :class:`Faults` for a ratio that isn't whole numbers, without a ground, or where the day has one already.
    """
    require(actor, "partner.write")
    faults = [] if ground.strip() else [Fault("", "ground", shown(ground), "ledger.no_ground")]
    for place, value, least in (("private", private, 0), ("public", public, 1)):
        if type(value) is not int or not least <= value <= LARGEST:
            faults.append(Fault("", place, shown(value), "ledger.ratio"))
    if faults:
        raise Faults(faults)
    made = Covenant(from_day, private, public, ground.strip())
    with store.write(actor.id, "covenant.set") as write:
        day = from_day.isoformat()
        if write.db.execute("SELECT 1 FROM covenant WHERE from_day = ?", (day,)).fetchone():
            raise Faults([Fault("", "from_day", day, "ledger.covenant_set")])
        write.insert("covenant", {"from_day": day, "private": private, "public": public, "ground": made.ground})
    return made


def covenant_at(db: Database, day: dt.date) -> Covenant | None:
    """The covenant in force on a day."""
    query = "SELECT from_day, private, public, ground FROM covenant WHERE from_day <= ? ORDER BY from_day DESC LIMIT 1"
    row = db.execute(query, (day.isoformat(),)).fetchone()
    return Covenant(dt.date.fromisoformat(row[0]), *row[1:]) if row else None


def list_covenants(store: Store, actor: Actor) -> list[Covenant]:
    """Every covenant that was set, the newest first. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        rows = db.execute("SELECT from_day, private, public, ground FROM covenant ORDER BY from_day DESC").fetchall()
    return [Covenant(dt.date.fromisoformat(day), *rest) for day, *rest in rows]


def get_covenant_state(store: Store, actor: Actor, day: dt.date) -> CovenantState:
    """The covenant on a day, and how it stands. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        return covenant_state(db, day)


def covenant_state(db: Database, day: dt.date) -> CovenantState:
    """The covenant on a day, and what it is held against."""
    query = (
        "SELECT partner.kind, -sum(balance) FROM ledger_total JOIN partner ON partner.id = partner "
        "WHERE ledger_total.kind = 'contributed' GROUP BY partner.kind"
    )
    received = dict(db.execute(query).fetchall())
    return CovenantState(covenant_at(db, day), received.get("private", 0), received.get("public", 0))
