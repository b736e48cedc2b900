"""What an applicant is told of what was decided: outcome, amount, grounds, conditions, and until when to appeal.

Votes and who took part stand in the minutes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.permission import Actor
from data.store import Store
from fund.deadlines import clock
from fund.intake.applications import application_at, require_open
from fund.meeting.appeals import appeal_due
from fund.meeting.decisions import decisions_of


@dataclass(frozen=True)
class Told:
    """A decision as its applicant reads it; ``amount`` is øre, ``appeal_by`` the last day to appeal."""

    id: int
    outcome: str
    amount: int | None
    grounds: str
    conditions: tuple[str, ...]
    day: dt.date
    appeal_by: dt.date | None


def told_of(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> list[Told]:
    """What was decided in a case, first to last. Needs ``application.open``: one's own, for an applicant."""
    with store.read() as db:
        require_open(actor, application_at(db, application, clock(at)))
        return [
            Told(
                one.id,
                one.outcome,
                one.amount,
                one.grounds,
                one.proposal.conditions,
                one.day,
                appeal_due(db, application, one.id),
            )
            for one in decisions_of(db, application)
        ]


def dismissal_due(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> dt.date | None:
    """The last day to appeal against a dismissal. Needs ``application.open``."""
    with store.read() as db:
        require_open(actor, application_at(db, application, clock(at)))
        return appeal_due(db, application, None)
