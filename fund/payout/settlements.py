"""Settlements: a guarantee on its audited accounts, where the fund approves the deficit or a part of it.

The organisation's final claim on a guarantee has the accounts; the first who checks approves a deficit, with a reason
where it is less than the accounts', the second approves that. What is paid is the approved deficit, at most the cap.

What always holds: approved ≤ deficit, two different people, and the payout is min(cap, approved).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.award.awards import award_at
from fund.deadlines import clock, stamp
from fund.payout.claim_checks import ACCOUNTS, attester_of
from fund.payout.claim_steps import ClaimCase
from fund.rulebook.schemes import Attester

_COLUMNS = (
    "award, deficit, approved, attested_by, attachment, reason, checked_by, checked_at, approved_by, approved_at,"
    " version"
)


@dataclass(frozen=True)
class Settlement:
    """How a guarantee is settled, in øre: the ``deficit`` in the accounts and what was ``approved`` of it.

    ``attachment`` is the paper with the accounts; ``approved_by`` is None until the second person has approved.
    """

    award: int
    deficit: int
    approved: int
    attested_by: Attester
    attachment: int
    reason: str
    checked_by: str
    checked_at: str
    approved_by: str | None
    approved_at: str | None
    version: int


def get_settlement(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> Settlement | None:
    """How a guarantee is settled; None while nobody has checked. Needs ``application.open``. Raises LookupError."""
    with store.read() as db:
        require(actor, "application.open", award_at(db, award, clock(at)))
        return settlement_at(db, award)


def settlement_at(db: Database, award: int) -> Settlement | None:
    """As :func:`get_settlement`, asking nobody's leave."""
    row = next(iter(db.query(f"SELECT {_COLUMNS} FROM settlement WHERE award = ?", [award])), None)
    return Settlement(**row) if row else None


def approved_faults(case: ClaimCase, approved: object, reason: str) -> list[Fault]:
    """What is wrong with approving so much of the deficit."""
    if type(approved) is not int or not 0 <= approved <= case.contents.deficit:
        figures = {"ore_deficit": case.contents.deficit}
        return [Fault("", "approved", shown(approved), "settlements.approved", figures)]
    if approved < case.contents.deficit and not reason.strip():
        figures = {"ore_deficit": case.contents.deficit, "ore_approved": approved}
        return [Fault("", "reason", "", "settlements.no_reason", figures)]
    return []


def keep_checked(write: Write, actor: Actor, case: ClaimCase, approved: int, reason: str) -> None:
    """Keep what the first person approved, within the write that approves the claim; an earlier check is replaced."""
    accounts = [paper.id for paper in case.papers if paper.purpose == ACCOUNTS]
    row = {
        "deficit": case.contents.deficit,
        "approved": approved,
        "attested_by": case.contents.attested_by or attester_of(case.award),
        "attachment": accounts[-1],
        "reason": reason.strip(),
        "checked_by": actor.id,
        "checked_at": stamp(case.at),
        "approved_by": None,
        "approved_at": None,
    }
    if held := settlement_at(write.db, case.award.id):
        write.update_row("settlement", case.award.id, held.version, row)
    else:
        write.insert("settlement", {"award": case.award.id, **row})


def keep_approved(write: Write, actor: Actor, case: ClaimCase) -> None:
    """Keep that the second person approved the settlement. Raises :class:`Faults` where nobody has checked it."""
    held = settlement_at(write.db, case.award.id)
    if held is None:
        raise Faults([Fault("", "claim", str(case.claim.number), "settlements.not_checked")])
    changes = {"approved_by": actor.id, "approved_at": stamp(case.at)}
    write.update_row("settlement", case.award.id, held.version, changes)
