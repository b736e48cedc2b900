"""How an application stands while it is typed: what it says, how each rule comes out, and all that is missing.

    standing = look_at(store, actor, 7)
    standing.checks, standing.missing

One read, so that the form's figures are of the same moment.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from fund.deadlines import clock
from fund.intake.applications import Draft, draft_at
from fund.intake.completeness import Case, facts_of, read_case, sending_guards
from fund.rulebook.rules import RuleCheck, check

IN_ITSELF = ("budget", "finance_plan")
"""Papers that a scheme may ask for and the application has in itself."""


@dataclass(frozen=True)
class Standing:
    """``checks`` is empty where an amount is none yet: then ``missing`` says so."""

    case: Case
    draft: Draft
    checks: tuple[RuleCheck, ...]
    missing: tuple[Fault, ...]


def look_at(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Standing:
    """An application of one's own as it is typed. Needs ``application.write``. Raises LookupError."""
    with store.read() as db:
        case = read_case(db, id, clock(at))
        require(actor, "application.write", case.application)
        missing = [fault for guard in sending_guards(db, actor, case).values() for fault in guard()]
        draft = draft_at(db, id)
    try:
        checks = tuple(check(case.scheme, facts_of(case)))
    except Faults:
        checks = ()
    return Standing(case, draft, checks, tuple(missing))
