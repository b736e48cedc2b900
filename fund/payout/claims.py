"""Claims as rows: what is claimed of an award, and what of it is open, paid or final. Asks nobody's leave.

    claimed(db, 7), open_claims(db, 7)      # øre
    final_claim_faults(db, 7)               # what keeps the award from being settled

How a claim is written and sent is :mod:`fund.payout.claiming`; how the fund checks it,
:mod:`fund.payout.claim_approval`; how it is paid, :mod:`fund.payout.batches` and :mod:`fund.payout.reconciling`. An
open claim counts against what remains of its award from the moment it is submitted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlite_utils import Database

from data.faults import Fault
from fund.books.ledger import award_balances

Part = Literal["part", "final"]
OPEN = ("submitted", "approved_first", "approved_second", "in_payment_file", "failed", "returned")
"""The states of a claim that was submitted, and is neither paid nor declined."""
_COLUMNS = (
    "id, award, number, part, amount, claimed, less_reason, document, account, submitted_by, first_by, second_by,"
    " reason, posting, state, moved_at, version"
)
_QUERY = f"SELECT {_COLUMNS} FROM claim"


@dataclass(frozen=True)
class Claim:
    """A claim on an award. ``amount`` is what is to be paid and ``claimed`` what was asked for, in øre; they differ by
    ``less_reason``. ``reason`` is why it was returned or declined, or what the bank said.

    ``account`` is the bank account that was confirmed when it was submitted; "" in a draft. ``owners`` are the accounts
    that the award belongs to, where it was read with them.
    """

    id: int
    award: int
    number: int
    part: Part
    amount: int
    claimed: int
    less_reason: str
    document: Mapping[str, Any]
    account: str
    submitted_by: str | None
    first_by: str | None
    second_by: str | None
    reason: str
    posting: int | None
    state: str
    moved_at: str
    version: int
    owners: tuple[str, ...] = field(default=())


def claim_row(db: Database, id: int) -> Claim:
    """A claim without its owners. Raises LookupError where there is none."""
    row = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no claim {id}")
    return _claim(row)


def claims_of(db: Database, award: int) -> list[Claim]:
    """The claims on an award, first to last, without their owners."""
    return [_claim(row) for row in db.query(f"{_QUERY} WHERE award = ? ORDER BY number", [award])]


def claimed(db: Database, award: int, *, but: int = 0) -> int:
    """What is claimed of an award in øre: open claims and paid ones. ``but`` leaves one claim out."""
    return sum(one.amount for one in claims_of(db, award) if one.state in (*OPEN, "paid") and one.id != but)


def open_claims(db: Database, award: int) -> int:
    """What is claimed of an award and neither paid nor declined, in øre."""
    return sum(one.amount for one in claims_of(db, award) if one.state in OPEN)


def final_claim_faults(db: Database, award: int) -> list[Fault]:
    """The guard ``final_claim_done``: what keeps an award from being settled.

    A grant or a guarantee needs its final claim paid (or approved at nothing), a loan to be repaid or written off; and
    nothing may be open.
    """
    held = claims_of(db, award)
    faults = [
        Fault("", f"claim {one.number}", "", "claims.open", {"number": one.number, "ore_claimed": one.amount})
        for one in held
        if one.state in OPEN
    ]
    (form,) = db.execute("SELECT form FROM award WHERE id = ?", [award]).fetchone()
    if form == "loan":
        lent = sum(award_balances(db, award, "lent").values())
        return [*faults, Fault("", "award", "", "claims.lent", {"ore_lent": lent})] if lent else faults
    if not any(one.part == "final" and one.state in (*OPEN, "paid") for one in held):
        faults.append(Fault("", "award", "", "claims.no_final"))
    return faults


def _claim(row: Mapping[str, Any]) -> Claim:
    return Claim(**{**row, "document": json.loads(row["document"])})
