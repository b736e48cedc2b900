"""The claims of every award in one list: what waits for whom, what is on its way, and what was paid.

for row in list_every_claim(store, actor):
    row.waits_for(actor)      # "first", "second" or None
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from data.audit import canonical
from data.permission import Actor, may, require
from data.store import Store
from fund.applicant.owners import acts_for
from fund.award.awards import AwardForm
from fund.deadlines import clock
from fund.payout.claims import Part
from fund.workflow import workflows

Turn = Literal["first", "second", "retry"]
_SENT = "submitted_by IS NOT NULL"
_ENDED = "state IN (SELECT value FROM json_each(?))"
_QUERY = (
    "SELECT c.id, c.number, c.part, c.state, c.claimed, c.amount, c.moved_at, c.submitted_by, c.first_by, c.posting,"
    " w.id AS award, w.form, w.organisation, a.number AS case_number, a.title, o.name AS organisation_name,"
    " (SELECT day FROM posting p WHERE p.id = c.posting) AS paid_day"
    " FROM claim c JOIN award w ON w.id = c.award JOIN application a ON a.id = w.application"
    " JOIN organisation o ON o.id = w.organisation WHERE c.id IN ({ids}) ORDER BY c.moved_at, c.id"
)


@dataclass(frozen=True)
class ClaimRow:
    """A claim that was sent, with what it is of. Amounts are øre; ``moved_at`` is when it came to its state (UTC).

    ``paid_day`` is the day the bank paid it. ``own``: the actor that the list was made for acts for the organisation.
    """

    id: int
    number: int
    part: Part
    state: str
    claimed: int
    amount: int
    moved_at: str
    submitted_by: str
    first_by: str | None
    posting: int | None
    award: int
    form: AwardForm
    organisation: int
    case_number: str
    title: str
    organisation_name: str
    paid_day: str | None
    own: bool

    def waits_for(self, actor: Actor) -> Turn | None:
        """What of it the actor can do next: never with a part in it already."""
        if self.own or actor.id == self.submitted_by:
            return None
        if self.state == "submitted" and may(actor, "claim.check"):
            return "first"
        if self.state == "approved_first" and actor.id != self.first_by and may(actor, "claim.approve"):
            return "second"
        return "retry" if self.state == "failed" and may(actor, "claim.approve") else None


def list_every_claim(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[ClaimRow]:
    """Every claim that was sent, the one that has stood longest in its state first. Needs ``application.open`` for all.

    Raises Refused for who may open some cases only.
    """
    return _rows(store, actor, f"SELECT id FROM claim WHERE {_SENT}", (), at)


def list_open_claims(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[ClaimRow]:
    """Those of :func:`list_every_claim` that aren't ended."""
    return _rows(store, actor, f"SELECT id FROM claim WHERE {_SENT} AND NOT {_ENDED}", (_ends(),), at)


def list_ended_claims(store: Store, actor: Actor, most: int, *, at: dt.datetime | None = None) -> list[ClaimRow]:
    """Those of :func:`list_every_claim` that ended last, the newest first, ``most`` of them."""
    ids = f"SELECT id FROM claim WHERE {_SENT} AND {_ENDED} ORDER BY moved_at DESC, id DESC LIMIT ?"
    return _rows(store, actor, ids, (_ends(), most), at)[::-1]


def ended_claims(store: Store, actor: Actor) -> Mapping[str, tuple[int, int]]:
    """How many claims ended in each state, and what they came to in øre. Rights as :func:`list_every_claim`."""
    require(actor, "application.open", {})
    query = f"SELECT state, count(*), sum(amount) FROM claim WHERE {_SENT} AND {_ENDED} GROUP BY state"
    with store.read() as db:
        return {state: (count, amount) for state, count, amount in db.execute(query, [_ends()]).fetchall()}


def _rows(store: Store, actor: Actor, ids: str, values: tuple[object, ...], at: dt.datetime | None) -> list[ClaimRow]:
    require(actor, "application.open", {})
    with store.read() as db:
        mine = acts_for(db, actor.id, clock(at))
        rows = db.query(_QUERY.format(ids=ids), list(values))
        return [ClaimRow(**row, own=row["organisation"] in mine) for row in rows]


def _ends() -> str:
    return canonical(sorted(workflows()["claim"].ends))
