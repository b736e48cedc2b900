"""A claim with what it hangs on, and its way: one transition with what follows from it, once.

Everything here asks nobody's leave but what the transition itself asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from data.faults import Fault
from data.permission import Actor
from data.store import Write
from fund import workflow
from fund.award.awards import Award, award_at
from fund.intake.attachments import Paper, papers
from fund.intake.budget import Plan
from fund.intake.contents import read_contents
from fund.intake.revisions import revision_at
from fund.outbox import Figures, tell
from fund.payout.claim_contents import ClaimContents, read_claim
from fund.payout.claims import Claim, claim_row
from fund.workflow import Guard


@dataclass(frozen=True)
class ClaimCase:
    """A claim with its award, the budget that was decided on, what it says and what is wrong with that, its papers."""

    claim: Claim
    award: Award
    planned: Plan
    contents: ClaimContents
    faults: tuple[Fault, ...]
    papers: tuple[Paper, ...]
    at: dt.datetime

    @property
    def asked(self) -> int:
        """What it asks for in øre: as typed, or for a guarantee its deficit up to the cap."""
        if self.award.form == "guarantee":
            return min(self.award.amount, self.contents.deficit)
        return self.contents.amount or 0


def case_at(db: Database, id: int, at: dt.datetime) -> ClaimCase:
    """The claim with what it hangs on. Raises LookupError where there is none."""
    claim = claim_row(db, id)
    award = award_at(db, claim.award, at)
    planned = planned_of(db, award)
    contents, faults = read_claim(claim.document, planned, claim.part, award.form)
    owned = replace(claim, owners=award.owners)
    return ClaimCase(owned, award, planned, contents, tuple(faults), tuple(papers(db, "claim", id)), at)


def planned_of(db: Database, award: Award) -> Plan:
    """The budget that the award was decided on."""
    revision = revision_at(db, award.application, award.terms.revision)
    return read_contents(revision.body["document"])[0].plan


def step(
    write: Write,
    actor: Actor,
    id: int,
    version: int,
    action: str,
    guards: Callable[[ClaimCase], Mapping[str, Guard]],
    done: Callable[[ClaimCase], None],
    *,
    changes: Callable[[ClaimCase], Mapping[str, Any]] | None = None,
    at: dt.datetime,
) -> int:
    """One transition of a claim within a write; its new version. ``done`` is what follows, and happens once."""
    case = case_at(write.db, id, at)
    more = changes(case) if changes and case.claim.version == version else {}
    held = guards(case)
    return workflow.step(
        write, actor, "claim", case.claim, version, action, held, lambda: done(case), changes=more, at=at
    )


def told(write: Write, case: ClaimCase, what: str, dedupe: str) -> None:
    """Tell the organisation what became of its claim: ``what`` names the letter, ``dedupe`` the occasion."""
    figures: Figures = {"number": case.award.number, "claim": case.claim.number}
    to = f"organisation:{case.award.organisation}"
    tell(write, to, f"claims.told.{what}", figures, f"claim:{case.claim.id}:{dedupe}", at=case.at)
