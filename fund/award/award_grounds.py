"""The grounds on which something was done with an award: stated once, never changed, read by the organisation too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.permission import Actor, require
from data.store import Store, Write
from fund.award.awards import award_at
from fund.deadlines import clock, stamp


@dataclass(frozen=True)
class Ground:
    """Why something was done: the action, the text, the decision it rests on ("" where none must), when, by whom."""

    action: str
    text: str
    decision: str
    at: str
    actor: str


def state_ground(
    write: Write, actor: Actor, award: int, action: str, text: str, at: dt.datetime, decision: str = ""
) -> int:
    """State grounds within the write of what is done on them; their number."""
    row = {"award": award, "action": action, "text": text.strip(), "decision": decision.strip()}
    return int(write.insert("award_ground", {**row, "at": stamp(at), "actor": actor.id}))


def grounds_at(db: Database, award: int) -> list[Ground]:
    """What was done with an award on stated grounds, first to last, asking nobody's leave."""
    query = "SELECT action, text, decision, at, actor FROM award_ground WHERE award = ? ORDER BY id"
    return [Ground(*row) for row in db.execute(query, [award]).fetchall()]


def list_grounds(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> list[Ground]:
    """What was done with an award on stated grounds, first to last. Needs ``award.read``."""
    with store.read() as db:
        require(actor, "award.read", award_at(db, award, clock(at)))
        return grounds_at(db, award)
