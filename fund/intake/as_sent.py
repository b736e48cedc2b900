"""A case as it was sent last, with all that its rules are held against; what is typed since is left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlite_utils import Database

from data.permission import Actor
from data.store import Store
from fund.deadlines import clock
from fund.intake.applications import application_at, require_open
from fund.intake.attachments import paper_at
from fund.intake.completeness import Case, forecast_at, read_case
from fund.intake.contents import read_contents
from fund.intake.revisions import revision_at


def case_as_sent(db: Database, id: int, at: dt.datetime) -> Case:
    """The case, asking nobody's leave; its forecast is the one that it now builds on.

    Raises LookupError where nothing was sent, :class:`data.faults.Faults` where that is no longer what it was.
    """
    held, body = read_case(db, id, at), revision_at(db, id).body
    contents, faults = read_contents(body["document"])
    estimate = held.application.estimate
    return replace(
        held,
        document=body["document"],
        contents=contents,
        faults=tuple(faults),
        papers=tuple(paper_at(db, one["id"]) for one in body["attachments"]),
        forecast=None if estimate is None else forecast_at(db, estimate),
    )


def sent_case(
    store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None
) -> tuple[Case, tuple[str, str, str]]:
    """The case as it was sent last, and the organisation's name, number and kind as they were then.

    Needs ``application.open``. Raises as :func:`case_as_sent`.
    """
    moment = clock(at)
    with store.read() as db:
        require_open(actor, application_at(db, id, moment))
        who = revision_at(db, id).body["organisation"]
        return case_as_sent(db, id, moment), (who["name"], who["number"], who["kind"])
