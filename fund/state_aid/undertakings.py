"""Which organisations are one undertaking on a day: a group of organisation numbers, with the ground for each.

A number belongs to the group that its last row names; one without a row is an undertaking of its own. What a number was
given follows it: a group's aid is that of the numbers that are in it on the day that is asked about, whenever it was
given (Regulation (EU) 2023/2831, articles 2(2) and 3(8)–(9)). :mod:`fund.state_aid.grouping` joins and parts them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store


@dataclass(frozen=True)
class Undertaking:
    """A group as it is on a day; ``id`` is 0 for a number that is in none."""

    id: int
    name: str
    orgnrs: tuple[str, ...]
    version: int = 0


_NEWEST = """SELECT orgnr, undertaking FROM (
    SELECT orgnr, undertaking, row_number() OVER (PARTITION BY orgnr ORDER BY since DESC, id DESC) AS place
    FROM undertaking_member WHERE since <= :day) AS placed WHERE place = 1"""


def undertaking_at(db: Database, number: int, day: dt.date) -> Undertaking:
    """A group as it is on a day. Raises :class:`Faults` where there is none."""
    found = db.execute("SELECT name, version FROM undertaking WHERE id = ?", (number,)).fetchone()
    if found is None:
        raise Faults([Fault("", "undertaking", str(number), "aid.no_undertaking")])
    query = f"SELECT orgnr FROM ({_NEWEST}) AS newest WHERE undertaking = :number ORDER BY orgnr"
    members = db.execute(query, {"day": day.isoformat(), "number": number}).fetchall()
    return Undertaking(number, found[0], tuple(orgnr for (orgnr,) in members), found[1])


def undertaking_of(db: Database, orgnr: str, day: dt.date) -> Undertaking:
    """The group that an organisation belongs to on a day, or the organisation alone."""
    query = "SELECT undertaking FROM undertaking_member WHERE orgnr = ? AND since <= ? ORDER BY since DESC, id DESC"
    found = db.execute(f"{query} LIMIT 1", (orgnr, day.isoformat())).fetchone()
    return undertaking_at(db, found[0], day) if found else Undertaking(0, "", (orgnr,))


def undertakings(store: Store, actor: Actor, day: dt.date) -> list[Undertaking]:
    """The groups that have members on a day, by name. Needs ``aid.read``."""
    require(actor, "aid.read")
    with store.read() as db:
        numbers = db.execute("SELECT id FROM undertaking ORDER BY name, id").fetchall()
        found = [undertaking_at(db, number, day) for (number,) in numbers]
    return [one for one in found if one.orgnrs]
