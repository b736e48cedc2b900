"""The verifier: whether the fund is what was booked, sent, voted and decided, found out from its rows alone.

It doesn't raise: it gives a list of findings, each with the posting or account where it is. Every posting's body is
built again from its rows and held against the chain; every balance is folded from the legs; the equations of the fund
are held after each posting, not only at the end.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from data import audit, heads
from data.faults import Fault
from data.migration import migrations, schema_faults
from data.permission import Actor, require
from data.store import Store
from fund.books.accounts_plan import BELOW, HELD, USED, Kind
from fund.books.ledger import bodies, hash_of
from fund.intake.attachments import paper_faults
from fund.intake.revisions import revision_faults
from fund.meeting import votes
from fund.meeting.minutes import minutes_faults
from fund.payout.batches import batch_faults

_BOOK: frozenset[Kind] = frozenset({"contributed", "interest", "fees", *USED})
_FIRST = itemgetter(0)


@dataclass(frozen=True)
class Verified:
    """What the verifier found at a moment (UTC), of how many postings and rows of the audit, and the last hash."""

    at: dt.datetime
    faults: tuple[Fault, ...]
    postings: int
    rows: int
    head: str


def verified(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> Verified:
    """Look at everything, as :func:`verify` does, and say when. Needs ``operations.read``."""
    require(actor, "operations.read")
    with store.read() as db:
        found = counted(db)
        rows = audit.head(db).seq
    faults = verify(store.db, store.folder)
    return Verified(at or dt.datetime.now(dt.UTC), tuple(faults), int(found["postings"]), rows, str(found["head"]))


def verify(db: Database, folder: Path, *, head: str = "") -> list[Fault]:
    """Everything that is amiss; nothing where all is well. ``head`` is a posting's hash from minutes or another record.

    Reads every page of the database, every row of the ledger and of the audit, all that was sent, voted and decided,
    every paper and every payment file.
    """
    as_text = db.conn.text_factory
    db.conn.text_factory = lambda text: text.decode("utf-8", errors="replace")  # a changed byte may be no letter
    try:
        return _all(db, folder, head)
    finally:
        db.conn.text_factory = as_text


def _all(db: Database, folder: Path, head: str) -> list[Fault]:
    damage = [line for (line,) in db.execute("PRAGMA integrity_check") if line != "ok"]
    faults = [_found("", "pages", reason=damage[0])] if damage else []
    faults += schema_faults(db, folder, migrations())
    faults += chain_faults(db)
    faults += _fold_faults(db)
    faults += _settlement_faults(db)
    faults += _frame_faults(db)
    faults += _reversal_faults(db)
    faults += _audit_faults(db)
    faults += [*revision_faults(db), *paper_faults(db, folder)]
    faults += [*votes.chain_faults(db), *minutes_faults(db), *batch_faults(db)]
    if not db.conn.in_transaction:
        lost = list(heads.lost(db, folder))
        faults += [_found(f"audit {lost[0].seq}", "head_lost", count=len(lost), last=lost[-1].seq)] if lost else []
    if head and not db.execute("SELECT 1 FROM posting WHERE hash = ?", (head,)).fetchone():
        faults.append(Fault("", "head", head, "ledger.verify.head_unknown"))
    return faults


def chain_faults(db: Database) -> list[Fault]:
    """Where the chain doesn't hold: a number left out, or a posting that isn't what its hash says.

    After a changed posting the chain goes on from the hash that is stored, so that each change is named by itself.
    """
    faults, expected, previous = [], 1, ""
    for number, body, digest in bodies(db):
        if number != expected:
            faults.append(_found(f"posting {expected}", "gap", found=number))
        elif digest != hash_of(previous, body):
            faults.append(_found(f"posting {number}", "changed"))
        expected, previous = number + 1, digest
    return faults


def _fold_faults(db: Database) -> Iterator[Fault]:
    """Legs that don't sum to zero, balances that aren't their fold, and postings that break the fund's equations."""
    query = "SELECT id, key, kind, partner, earmark, year, balance FROM ledger_account"
    accounts = {number: rest for number, *rest in db.execute(query)}
    folded: dict[int, int] = defaultdict(int)
    for number, legs in groupby(db.execute("SELECT posting, account, amount FROM leg ORDER BY posting"), _FIRST):
        sums: dict[tuple[str, int], int] = defaultdict(int)
        place, off, count = f"posting {number}", 0, 0
        for _, account, amount in legs:
            off, count = off + amount, count + 1
            if account not in accounts:
                yield _found(place, "no_account", account=account)
                continue
            key, kind, partner, *_ = accounts[account]
            folded[account] += amount
            sums[kind, partner] += amount
            if kind != "contra" and (folded[account] > 0 if kind in BELOW else folded[account] < 0):
                yield _found(place, "short", account=key, ore_after=folded[account])
        if off or count < 2:
            yield _found(place, "unbalanced", ore_off=off, count=count)
        yield from _equation_faults(place, sums)
    for account, (key, *_, stored) in accounts.items():
        if stored != folded[account]:
            yield _found(key, "balance", ore_stored=stored, ore_folded=folded[account])
    yield from _total_faults(db, accounts, folded)


def _equation_faults(place: str, moved: Mapping[tuple[str, int], int]) -> Iterator[Fault]:
    """Where a posting moved the two sides of a partner's book, or of the bank, by different amounts."""
    book: dict[int, int] = defaultdict(int)
    bank = 0
    for (kind, partner), amount in moved.items():
        if kind in _BOOK:
            book[partner] += amount
        bank += amount if kind == "bank" else -amount if kind in HELD else 0
    for partner, amount in book.items():
        if amount:
            yield _found(place, "book", partner=partner, ore_off=amount)
    if bank:
        yield _found(place, "bank", ore_off=bank)


def _total_faults(db: Database, accounts: Mapping[int, list[Any]], folded: Mapping[int, int]) -> Iterator[Fault]:
    """Partners' totals that aren't the fold of their accounts; legs without a posting, postings without legs."""
    wanted: dict[tuple[Any, ...], int] = defaultdict(int)
    for account, (_, kind, partner, earmark, year, _) in accounts.items():
        if partner:
            wanted[partner, kind, earmark, year] += folded.get(account, 0)
    rows = db.execute("SELECT partner, kind, earmark, year, balance FROM ledger_total")
    kept = {tuple(of): stored for *of, stored in rows}
    for of in sorted({*kept, *wanted}):
        if kept.get(of, 0) != wanted.get(of, 0):
            place = f"partner {of[0]}, {of[1]}, {of[2] or '-'}, {of[3]}"
            yield _found(place, "balance", ore_stored=kept.get(of, 0), ore_folded=wanted.get(of, 0))
    loose = "SELECT posting, count(*) FROM leg WHERE posting NOT IN (SELECT id FROM posting) GROUP BY posting"
    for number, count in db.execute(loose):
        yield _found(f"posting {number}", "loose_legs", count=count)
    for (number,) in db.execute("SELECT id FROM posting WHERE id NOT IN (SELECT posting FROM leg)"):
        yield _found(f"posting {number}", "unbalanced", ore_off=0, count=0)


def _settlement_faults(db: Database) -> Iterator[Fault]:
    """Settled guarantees that paid more than the cap or the approved deficit."""
    query = (
        "SELECT p.id, request, sum(CASE WHEN kind = 'paid' THEN amount ELSE 0 END),"
        " -sum(CASE WHEN kind = 'guaranteed' THEN amount ELSE 0 END) FROM posting AS p"
        " JOIN leg ON leg.posting = p.id JOIN ledger_account AS a ON a.id = account"
        " WHERE what = 'settled' GROUP BY p.id ORDER BY p.id"
    )
    for number, request, paid, cap in db.execute(query):
        deficit = audit.object_in(request).get("approved_deficit")
        if isinstance(deficit, int) and paid > min(cap, deficit):
            yield _found(f"posting {number}", "settled", ore_paid=paid, ore_cap=cap, ore_deficit=deficit)


def _frame_faults(db: Database) -> Iterator[Fault]:
    """Frames whose room isn't what was set less what stands on them."""
    query = (
        "SELECT frame, -sum(CASE WHEN kind = 'frame_set' THEN balance ELSE 0 END),"
        " sum(CASE WHEN kind = 'frame_room' THEN balance ELSE 0 END),"
        " -sum(CASE WHEN kind = 'exposure_set' THEN balance ELSE 0 END),"
        " sum(CASE WHEN kind = 'exposure_room' THEN balance ELSE 0 END),"
        " sum(CASE WHEN kind = 'guaranteed' THEN balance ELSE 0 END),"
        " sum(CASE WHEN kind IN ('reserved', 'committed', 'guaranteed', 'lent', 'paid', 'written_off')"
        " THEN balance ELSE 0 END) FROM ledger_account WHERE frame <> 0 GROUP BY frame"
    )
    for frame, amount, room, limit, exposure_room, caps, used in db.execute(query):
        if used > amount - room:
            yield _found(f"frame {frame}", "frame", ore_set=amount, ore_room=room, ore_used=used)
        if caps != limit - exposure_room:
            yield _found(f"frame {frame}", "exposure", ore_set=limit, ore_room=exposure_room, ore_used=caps)


def _reversal_faults(db: Database) -> Iterator[Fault]:
    """Reversals whose legs aren't those of what they reverse, turned round."""
    differing = (
        "SELECT p.id, p.reverses FROM posting AS p WHERE p.reverses IS NOT NULL AND ("
        " p.reverses >= p.id OR EXISTS (SELECT account, amount FROM leg WHERE posting = p.id"
        " EXCEPT SELECT account, -amount FROM leg WHERE posting = p.reverses)"
        " OR EXISTS (SELECT account, -amount FROM leg WHERE posting = p.reverses"
        " EXCEPT SELECT account, amount FROM leg WHERE posting = p.id))"
    )
    for number, reverses in db.execute(differing):
        yield _found(f"posting {number}", "reversal", posting=reverses)
    for (number,) in db.execute("SELECT id FROM posting WHERE (what = 'reversed') <> (reverses IS NOT NULL)"):
        yield _found(f"posting {number}", "reversal", posting="-")
    query = "SELECT reverses, count(*) FROM posting WHERE reverses IS NOT NULL GROUP BY reverses HAVING count(*) > 1"
    for number, count in db.execute(query):
        yield _found(f"posting {number}", "reversed_twice", count=count)


def _audit_faults(db: Database) -> Iterator[Fault]:
    """Where the audit's chain doesn't hold, and postings that aren't those that the audit recorded."""
    if broken := audit.broken(db):
        yield _found(f"audit {broken[0]}", f"audit_{broken[1]}")
    query = "SELECT CAST(resource AS INTEGER), after FROM audit WHERE kind = 'posting' ORDER BY seq"
    recorded = {number: audit.object_in(after).get("hash") for number, after in db.execute(query)}
    for number, digest in db.execute("SELECT id, hash FROM posting ORDER BY id"):
        if recorded.pop(number, None) != digest:
            yield _found(f"posting {number}", "not_audited")
    for number in recorded:
        yield _found(f"posting {number}", "gone")


def counted(db: Database) -> dict[str, int | str]:
    """How many postings there are, and the last one's hash, for the line that says that all is well."""
    row = db.execute("SELECT id, hash FROM posting ORDER BY id DESC LIMIT 1").fetchone() or (0, "-")
    return {"postings": row[0], "head": row[1]}


def _found(place: str, code: str, **figures: object) -> Fault:
    return Fault("", place, "", f"ledger.verify.{code}", figures)
