"""Everything of a case, as the audit trail names it: the application, its papers, scores, votes, decisions, awards,
claims, payments and postings. So one search gives the whole of a case, and one gives every trace of an amount.
"""

from __future__ import annotations

from sqlite_utils import Database

from data.permission import Actor, require
from data.store import Store

Thing = tuple[str, str]
"""Kind and key, as rows of the trail have them."""
_BY_APPLICATION = (
    "aid_ground",
    "agenda_item",
    "appeal",
    "application_ground",
    "application_revision",
    "assignment",
    "award",
    "case_note",
    "completion_request",
    "decision",
    "declaration",
    "recommendation",
    "ruling",
    "score",
)
_BY_AWARD = ("award_condition", "award_ground", "claim", "plan_part", "report")


def case_things(store: Store, actor: Actor, number: str) -> list[Thing]:
    """The things of the case with this number (as ``2026-0001``); none where there is no such. Needs ``audit.read``."""
    require(actor, "audit.read")
    with store.read() as db:
        row = db.execute("SELECT id FROM application WHERE number = ?", [number.strip()]).fetchone()
        return _things(db, row[0]) if row else []


def things_of_amount(store: Store, actor: Actor, ore: int) -> list[Thing]:
    """The postings with a leg of this amount, in or out. Needs ``audit.read``."""
    require(actor, "audit.read")
    with store.read() as db:
        rows = db.execute("SELECT DISTINCT posting FROM leg WHERE abs(amount) = ? ORDER BY posting", [abs(ore)])
        return [("posting", str(one)) for (one,) in rows]


def _things(db: Database, application: int) -> list[Thing]:
    found: list[Thing] = [("application", str(application))]

    def add(table: str, where: str, *values: int | str) -> list[int]:
        rows = db.execute(f'SELECT id FROM "{table}" WHERE {where} ORDER BY id', values).fetchall()
        found.extend((table, str(id)) for (id,) in rows)
        return [id for (id,) in rows]

    made = {table: add(table, "application = ?", application) for table in _BY_APPLICATION}
    for item in made["agenda_item"]:
        add("vote", "item = ?", item)
    for award in made["award"]:
        of_award = {table: add(table, "award = ?", award) for table in _BY_AWARD}
        found.append(("settlement", str(award)))
        for kind in ("claim", "report"):
            for id in of_award[kind]:
                add("attachment", "kind = ? AND resource = ?", kind, id)
        for claim in of_award["claim"]:
            add("batch_payment", "claim = ?", claim)
        legs = "id IN (SELECT posting FROM leg JOIN ledger_account AS a ON a.id = account WHERE a.award = ?)"
        add("posting", legs, award)
    add("attachment", "kind = ? AND resource = ?", "application", application)
    return found
