"""A person's own applications as a list: what each is called, and the day that something must be done by.

A draft's line has no title of its own: that stands in what is typed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.permission import Actor, may, require
from data.store import Store
from fund.applicant.organisations import organisation_at
from fund.award.awards import Award, awards_of
from fund.deadlines import clock
from fund.extensions import due_day
from fund.intake.applications import Application, draft_at, list_applications
from fund.intake.calls import DEADLINE, Call, call_at
from fund.intake.handling import COMPLETING


@dataclass(frozen=True)
class Own:
    """An application with its call, who applies, its award, and ``due``: the day to send or to accept by, if any."""

    application: Application
    title: str
    organisation: str
    call: Call
    due: dt.date | None
    awards: tuple[Award, ...]


def own_applications(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[Own]:
    """The applications that the actor may write, newest first. Needs ``application.write``."""
    require(actor, "application.write")
    moment = clock(at)
    lines = [
        one for one in list_applications(store, actor, mine=True, at=moment) if may(actor, "application.write", one)
    ]
    with store.read() as db:
        return [_own(db, one, moment) for one in lines]


def _own(db: Database, one: Application, at: dt.datetime) -> Own:
    call = call_at(db, one.call)
    typed = one.title or str(draft_at(db, one.id).document.get("title") or "").strip()
    named = "" if one.organisation is None else organisation_at(db, one.organisation, at).name
    awards = tuple(awards_of(db, one.id, at))
    return Own(one, typed, named, call, _due(db, one, call, awards), awards)


def _due(db: Database, one: Application, call: Call, awards: tuple[Award, ...]) -> dt.date | None:
    if one.state == "draft":
        return due_day(db, "application", one.id, DEADLINE, call.due)
    if one.state == "needs_completing":
        query = "SELECT id, due FROM completion_request WHERE application = ? ORDER BY id DESC LIMIT 1"
        asked = db.execute(query, [one.id]).fetchone()
        return None if asked is None else due_day(db, "request", asked[0], COMPLETING, dt.date.fromisoformat(asked[1]))
    return next((award.accept_by for award in awards if award.state == "offered"), None)
