"""What has changed in a case since a person last looked at it.

    news = changes_of(store, officer, 7)        # None: never looked
    look(store, officer, 7)                     # from here on nothing is new

What others did counts, not what one did oneself. The trail says what: its rows are numbered, and the number of the
newest one is kept with each look.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from data.audit import head
from data.permission import Actor, may, require
from data.store import Store
from fund.deadlines import clock, stamp

_PUBLIC = ("recommendation", "completion_request")
_INNER = ("appeal", "case_note", "declaration", "ruling", "score", "assignment")
"""Tables of a case whose changes officers and the auditor are told of, and the board isn't: who has said what."""


@dataclass(frozen=True)
class Change:
    """Something that was done: to which kind of row, by which action and account, and when (UTC)."""

    application: int
    kind: str
    action: str
    actor: str
    at: str


def look(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> None:
    """Remember that the actor has seen the case as it stands now. Needs ``case.read``."""
    require(actor, "case.read")
    with store.write(actor.id, "case.look", audited=False) as write:
        sql = "INSERT OR REPLACE INTO case_seen (application, account, seq, at) VALUES (?, ?, ?, ?)"
        write.db.conn.execute(sql, (application, actor.id, head(write.db).seq, stamp(clock(at))))


def seen_cases(store: Store, actor: Actor) -> Mapping[int, str]:
    """When (UTC) the actor last looked at each case that it has looked at. Needs ``case.read``."""
    require(actor, "case.read")
    with store.read() as db:
        query = "SELECT application, at FROM case_seen WHERE account = ?"
        return {case: at for case, at in db.execute(query, [actor.id]).fetchall()}


def changes(store: Store, actor: Actor, application: int | None = None) -> Mapping[int, list[Change]]:
    """What others have done since the actor last looked, oldest first, by case; in one case, or all. ``case.read``.

    A case without changes isn't there, nor is one that the actor never looked at.
    """
    require(actor, "case.read")
    tables = (*_PUBLIC, *_INNER) if may(actor, "case.handle") or may(actor, "audit.read") else _PUBLIC
    found: dict[int, list[Change]] = defaultdict(list)
    with store.read() as db:
        for one in sorted(_changes(db, actor, tables, application), key=lambda one: one.at):
            found[one.application].append(one)
    return found


def _changes(db: Database, actor: Actor, tables: Iterable[str], application: int | None) -> Iterable[Change]:
    begin = "SELECT s.application, u.kind, u.action, u.actor, u.at FROM case_seen s"
    end = (
        " AND u.seq > s.seq AND u.actor <> s.account"
        " WHERE s.account = :who AND (:case IS NULL OR s.application = :case)"
    )
    own = f"{begin} JOIN audit u ON u.kind = 'application' AND u.resource = CAST(s.application AS TEXT){end}"
    others = (
        f"{begin} JOIN {table} t ON t.application = s.application"
        f" JOIN audit u ON u.kind = '{table}' AND u.resource = CAST(t.id AS TEXT){end}"
        for table in tables
    )
    given = {"who": actor.id, "case": application}
    return [Change(**row) for query in (own, *others) for row in db.query(query, given)]
