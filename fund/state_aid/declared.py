"""What an applicant declares of aid from before: for its own organisation, once it may act for it.

A declaration takes the place of the one before, so each is the whole of what the organisation knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from fund.applicant.mandates import mandate_faults
from fund.applicant.organisations import organisation_at
from fund.deadlines import clock, oslo_day
from fund.intake.applications import Application, application_at
from fund.state_aid.aid import Aid, NewAid, declare_aid, standing_aid


@dataclass(frozen=True)
class Declared:
    """The organisation's last declaration: its day, None where it made none, and the aid in it."""

    day: dt.date | None
    aid: tuple[Aid, ...]


def declared_of(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> Declared:
    """What the applicant of an application of one's own declared. Raises :class:`Faults` without a mandate."""
    with store.read() as db:
        orgnr = _orgnr(db, actor, application, clock(at))
        (day,) = db.execute("SELECT max(day) FROM aid_declaration WHERE orgnr = ?", [orgnr]).fetchone()
        found = standing_aid(db, "orgnr = ? AND origin = 'declaration'", [orgnr])
    return Declared(dt.date.fromisoformat(day) if day else None, tuple(found))


def declare(
    store: Store, actor: Actor, application: int, rows: Sequence[NewAid], *, at: dt.datetime | None = None
) -> int:
    """Declare all aid that the applicant of an application has had, none where ``rows`` is empty; its number.

    Raises :class:`Faults` without a mandate, and where a row is faulty or of a day to come.
    """
    moment = clock(at)
    with store.read() as db:
        orgnr, one = _orgnr(db, actor, application, moment), application_at(db, application, moment)
    today = oslo_day(moment)
    if late := [row for row in rows if row.day > today]:
        raise Faults([Fault("", "day", row.day.isoformat(), "aid.to_come") for row in late])
    return declare_aid(store, actor, one, orgnr, today, rows)


def _orgnr(db: Database, actor: Actor, application: int, at: dt.datetime) -> str:
    """The organisation number of the applicant, for who may declare for it."""
    one: Application = application_at(db, application, at)
    require(actor, "aid.declare", one)
    if one.organisation is None:
        raise Faults([Fault("", "organisation", "", "application.missing_organisation")])
    if faults := mandate_faults(db, one.organisation, actor, at):
        raise Faults(faults)
    return organisation_at(db, one.organisation, at).number
