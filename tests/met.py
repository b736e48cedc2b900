"""Cases before the board, on a meeting's agenda, and voted on: what a meeting needs, made the way people make it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applied import CLOSES, KR, NOON, OFFICER, open_for_all, scheme, version
from reviewed import CHAIR, DEPUTY, MEMBER, OTHER, assessed, board, case, taking_part

from data.permission import Actor
from data.store import Store
from fund.meeting.agenda import item_at
from fund.meeting.decisions import decisions_of, read_out
from fund.meeting.meetings import attend, get_meeting, lock_agenda, plan_meeting, put_on
from fund.meeting.proposals import Outcome, Proposal
from fund.meeting.votes import cast
from fund.review.recommendations import recommend
from fund.rulebook.scheme_reading import read_scheme
from fund.rulebook.schemes import Scheme
from fund.state_aid.euro import set_rate

DAY = dt.date(NOON.year, 12, 10)
MET = dt.datetime(NOON.year, 12, 10, 11, 0, tzinfo=dt.UTC)
LAST = dt.date(NOON.year, 12, 31)
"""Three weeks after the meeting."""
ALL, PART = 20_000 * KR, 15_000 * KR
GROUNDS = "Stor bredde, og godt forankret i klubben."
GUARANTEE = {
    "for_whom": "Eksempel idrettslag",
    "purpose": "Underskudd på Eksempelcupen",
    "kind": "underskuddsgaranti",
    "cap": ALL,
    "steps_down": "trappes ikke ned",
    "first": "2027-01-01",
    "last": "2027-12-31",
    "needs_approval": False,
}
BALANCED = {"income": [{"name": "Billetter", "amount": 170_000 * KR + 1}]}
"""The plan of a guarantee balances without it."""


def with_appeals() -> Scheme:
    """The scheme with three weeks to appeal in."""
    return read_scheme({**scheme().document, "appeal": {"period": "3 weeks", "source": "https://eksempel.no/regler"}})


def called(store: Store, rules: Scheme | None = None) -> int:
    """A funded call that is open, a board, and the euro's rate on the days of these tests: the call."""
    call = open_for_all(store, rules=rules)
    for day in (NOON.date(), DAY, DAY + dt.timedelta(1), LAST):
        set_rate(store, OFFICER, day, "10", published=day, source="Norges Bank")
    board(store)
    return call


def ready(
    store: Store,
    call: int,
    place: int = 0,
    outcome: Outcome = "granted",
    amount: int | None = ALL,
    kind: str = "block_exemption",
    conditions: tuple[str, ...] = (),
    **changed: Any,
) -> int:
    """A case that everyone takes part in, assessed and recommended: its application."""
    id = case(store, call, place, **changed)
    taking_part(store, id)
    assessed(store, id, kind)
    recommend(store, OFFICER, id, version(store, id), outcome, amount, GROUNDS, conditions, at=NOON)
    return id


def meeting_with(
    store: Store, *cases: int, kind: Any = "ordinary", title: str = "Styremøte 3"
) -> tuple[int, list[int]]:
    """A planned meeting with cases on its agenda: its number and the items'."""
    meeting = plan_meeting(store, OFFICER, title, DAY, kind, at=NOON)
    return meeting, [put_on(store, OFFICER, meeting, one, at=NOON) for one in cases]


def under_way(store: Store, *cases: int, there: tuple[Actor, ...] = (CHAIR, MEMBER, OTHER), **more: Any) -> list[int]:
    """A meeting whose agenda is locked, with people in it: its items."""
    meeting, items = meeting_with(store, *cases, **more)
    lock_agenda(store, OFFICER, meeting, 1, at=NOON)
    for one in there:
        attend(store, one, meeting, one.id, at=MET)
    return items


def all_for(store: Store, item: int, proposal: Proposal, *people: Actor) -> None:
    for one in people or (CHAIR, MEMBER, OTHER):
        cast(store, one, item, "for", proposal, at=MET)


def decided(store: Store, item: int, proposal: Proposal, *, at: dt.datetime = MET) -> int:
    """Everyone votes for it, and it is read out: the decision."""
    all_for(store, item, proposal)
    return read_out(store, CHAIR, item, version(store, item_at(store.db, item).application), proposal, at=at)


def rejected(store: Store, rules: Scheme | None = None) -> tuple[int, int]:
    """A case that a meeting rejected: the application and the decision."""
    id = ready(store, called(store, rules))
    (item,) = under_way(store, id)
    return id, decided(store, item, Proposal("rejected", None, GROUNDS))


def meeting_version(store: Store, meeting: int) -> int:
    return get_meeting(store, OFFICER, meeting).version


def last_decision(store: Store, id: int) -> Any:
    return decisions_of(store.db, id)[-1]


__all__ = ["CHAIR", "CLOSES", "DEPUTY", "MEMBER", "OTHER"]
