"""What goes when its time has come, in the whole program; the fund's own part is applications that were never sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlite_utils import Database

from data.permission import Actor
from data.retention import OWN_RULES, Rule
from data.store import Store, Write
from fund.intake.applications import throw_away
from fund.intake.attachments import sweep
from impact.survey.retention import SURVEY_TEXT

_UNSENT = """FROM application a JOIN application_draft d ON d.application = a.id
    WHERE a.number IS NULL AND d.saved_at < ?
    AND NOT EXISTS (SELECT 1 FROM attachment p WHERE p.kind = 'application' AND p.resource = a.id AND p.at >= ?)"""


def _count(db: Database, before: str) -> int:
    return int(db.execute(f"SELECT count(*) {_UNSENT}", [before, before]).fetchone()[0])


def _throw_away(write: Write, before: str) -> Callable[[Store], None]:
    actor, now = Actor(write.actor), dt.datetime.now(dt.UTC)
    rows = write.db.execute(f"SELECT a.id, a.version {_UNSENT} ORDER BY a.id", [before, before]).fetchall()
    gone = [paper.sha256 for id, version in rows for paper in throw_away(write, actor, id, version, now)]

    def after(store: Store) -> None:
        for sha256 in gone:
            sweep(store, sha256)

    return after


RULES = (*OWN_RULES, SURVEY_TEXT, Rule("application_draft", "drafts_kept", _count, _throw_away))
