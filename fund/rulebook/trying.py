"""A scheme tried on applications that were sent before: what would have failed which rule, and by how much.

    tried = try_scheme(store, actor, scheme, call)
    print(tried.holding_before, tried.holding_after)

Nothing is stored. What was sent is held against the call's own rules and against the new ones; what the organiser was
given before is counted under the call's scheme in both.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.permission import Actor, require
from data.store import Store
from fund.deadlines import clock
from fund.intake.as_sent import case_as_sent
from fund.intake.calls import call_at, call_scheme
from fund.intake.completeness import facts_of
from fund.review.conflicts import reading_faults
from fund.rulebook.rules import RuleCheck, check, failing, undecided
from fund.rulebook.schemes import Scheme


@dataclass(frozen=True)
class TriedCase:
    """An application as it was sent: the rules that it fails, and those that can't be told, by old and new rules."""

    application: int
    number: str
    title: str
    before: tuple[RuleCheck, ...]
    after: tuple[RuleCheck, ...]
    open_before: tuple[RuleCheck, ...]
    open_after: tuple[RuleCheck, ...]


@dataclass(frozen=True)
class Tried:
    """Every application of a call that the actor may read. ``left_out`` counts those of its conflicts and doubts."""

    cases: tuple[TriedCase, ...]
    left_out: int

    @property
    def holding_before(self) -> int:
        """How many fail none of the call's own rules."""
        return sum(not one.before for one in self.cases)

    @property
    def holding_after(self) -> int:
        """How many fail none of the new rules."""
        return sum(not one.after for one in self.cases)


def try_scheme(store: Store, actor: Actor, scheme: Scheme, call: int, *, at: dt.datetime | None = None) -> Tried:
    """Hold every application that was sent to a call, those that were withdrawn left out, against ``scheme``.

    Needs ``case.read``. Raises LookupError where there is no such call.
    """
    require(actor, "case.read")
    moment = clock(at)
    query = (
        "SELECT id, number, title FROM application WHERE call = ? AND number IS NOT NULL AND state <> 'withdrawn'"
        " ORDER BY number"
    )
    found: list[TriedCase] = []
    left_out = 0
    with store.read() as db:
        own = call_scheme(db, call_at(db, call).id)
        for id, number, title in db.execute(query, [call]).fetchall():
            if reading_faults(db, actor, id):
                left_out += 1
                continue
            facts = facts_of(case_as_sent(db, id, moment))
            before, after = check(own, facts), check(scheme, facts)
            told = [tuple(look(checks)) for look in (failing, undecided) for checks in (before, after)]
            found.append(TriedCase(id, number, title, *told))
    return Tried(tuple(found), left_out)
