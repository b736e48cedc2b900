"""From a posting back along the line: payment file, claim, approvals, award, decision, votes, and what was sent.

Which of these a posting has follows from what it moved: an award's money has all of them, a contribution none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from data.permission import Actor, may, require
from data.store import Store
from fund.award.awards import Award, award_at
from fund.books.ledger import PostingRow, posting_at
from fund.deadlines import clock
from fund.intake.attachments import Paper, papers, read_paper
from fund.intake.revisions import Revision, revision_at
from fund.meeting.decisions import Decision, decision_at
from fund.meeting.votes import Vote, votes_at
from fund.payout.batches import BatchPayment, PaymentBatch, batch_at, payment_key, payments_of
from fund.payout.claims import Claim, claim_row

_KEY = re.compile(payment_key(0, "paid").replace("0", r"(\d+)") + "(:accounted)?")
"""The key of a posting that a payment of a file was booked with."""


@dataclass(frozen=True)
class Trace:
    """What a posting is of. ``papers`` are those of the claim, and of the application as it was decided."""

    posting: PostingRow
    partners: tuple[str, ...]
    frame: int
    meeting: int
    payment: BatchPayment | None = None
    batch: PaymentBatch | None = None
    claim: Claim | None = None
    award: Award | None = None
    decision: Decision | None = None
    votes: tuple[Vote, ...] = ()
    revision: Revision | None = None
    papers: tuple[Paper, ...] = ()


def trace(store: Store, actor: Actor, posting: int, *, at: dt.datetime | None = None) -> Trace:
    """The line behind a posting. Needs ``ledger.read``; what lies behind an award needs ``case.read``, and is else
    left out.

    Raises LookupError where there is no such posting.
    """
    require(actor, "ledger.read")
    with store.read() as db:
        return _trace(db, posting_at(db, posting), clock(at), whole=bool(may(actor, "case.read")))


def trace_papers(store: Store, actor: Actor, postings: Sequence[int]) -> list[tuple[int, Paper, bytes]]:
    """Every paper behind some postings, with the posting that it was first found by, held against its hash.

    Needs ``application.open`` for all cases, as an auditor has.
    """
    require(actor, "ledger.read")
    require(actor, "application.open", {})
    found: dict[int, tuple[int, Paper, bytes]] = {}
    with store.read() as db:
        for number in postings:
            for paper in _trace(db, posting_at(db, number), clock(None), whole=True).papers:
                if paper.id not in found:
                    found[paper.id] = (number, *read_paper(db, store.folder, paper.id))
    return list(found.values())


def _trace(db: Database, row: PostingRow, at: dt.datetime, *, whole: bool) -> Trace:
    first = posting_at(db, row.reverses) if row.reverses else row
    numbers = sorted({account.partner for account in row.legs if account.partner})
    marks = ", ".join("?" * len(numbers))
    named = db.execute(f"SELECT name FROM partner WHERE id IN ({marks}) ORDER BY name, id", numbers).fetchall()
    awards = {account.award for account in row.legs if account.award}
    about = {
        "posting": row,
        "partners": tuple(name for (name,) in named),
        "frame": next((account.frame for account in row.legs if account.frame), 0),
        "meeting": next((account.meeting for account in row.legs if account.meeting), 0),
    }
    if len(awards) != 1 or not whole:
        return Trace(**about)  # type: ignore[arg-type]
    award = award_at(db, awards.pop(), at)
    decision = decision_at(db, award.decision)
    payment = _payment(db, first)
    claim = claim_row(db, payment.claim) if payment else _claim(db, first)
    held = papers(db, "claim", claim.id) if claim else []
    sent = revision_at(db, award.application, decision.revision)
    decided = [one for one in papers(db, "application", award.application) if one.sha256 in _hashes(sent)]
    return Trace(
        **about,  # type: ignore[arg-type]
        payment=payment,
        batch=batch_at(db, payment.batch) if payment else None,
        claim=claim,
        award=award,
        decision=decision,
        votes=tuple(votes_at(db, decision.item)),
        revision=sent,
        papers=(*held, *decided),
    )


def _payment(db: Database, row: PostingRow) -> BatchPayment | None:
    """The payment of a file that a posting was booked for, by its key."""
    found = _KEY.fullmatch(row.key)
    rows = db.execute("SELECT batch FROM batch_payment WHERE id = ?", [found[1]]).fetchone() if found else None
    return next((one for one in payments_of(db, rows[0]) if found and one.id == int(found[1])), None) if rows else None


def _claim(db: Database, row: PostingRow) -> Claim | None:
    """The claim that names the posting as its payout."""
    found = db.execute("SELECT id FROM claim WHERE posting = ?", [row.id]).fetchone()
    return claim_row(db, found[0]) if found else None


def _hashes(sent: Revision) -> frozenset[str]:
    """The hashes of the papers that a revision holds."""
    return frozenset(one["sha256"] for one in sent.body["attachments"])
