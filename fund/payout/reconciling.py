"""Reconciling: what the bank answers to a payment file becomes postings and states, each once.

    read_bank_answer(store, treasurer, content)
    settle_by_hand(store, treasurer, payment, version, "paid", day, "kontoutskrift 3. mars")

A payment is booked where the bank's notification (camt.054) has it in its books; a status that says it was settled is
no booking. What was paid and came back is taken back by a reversing posting, and its claim can be paid again.

What always holds: who made a file doesn't reconcile it; an answer is believed whole or not at all; the same answer
twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.books.ledger import reverse
from fund.deadlines import clock, oslo_day, stamp
from fund.payout.bank_answers import Answer, Result, read_answer
from fund.payout.batches import BatchPayment, batch_at, payment_key, payments_of
from fund.payout.claim_checks import other_person_faults
from fund.payout.claim_steps import ClaimCase, case_at, step, told
from fund.payout.credit_transfer import Batch, Payer, Payment
from fund.payout.payouts import book, keep_posting
from fund.workflow import Guard

HAND = "hand"
Told = Literal["paid", "failed", "returned"]
_TOLD: Mapping[str, Told] = {"booked": "paid", "rejected": "failed", "returned": "returned"}
"""What the bank's word makes of a payment; its other words change nothing yet."""
_ORDER = ("paid", "failed", "returned")
_FROM: Mapping[Told, str] = {"paid": "sent", "failed": "sent", "returned": "paid"}
_ACTIONS: Mapping[Told, str] = {"paid": "pay", "failed": "fail", "returned": "send_back"}


@dataclass(frozen=True)
class Reconciled:
    """What an answer did: payments that were paid, failed or came back by it, and those that still wait.

    ``others`` are movements on the account that aren't ours; ``repeated``: it was read before, and changed nothing now.
    """

    message: str
    paid: int
    failed: int
    returned: int
    waiting: int
    others: int
    repeated: bool = False


def read_bank_answer(
    store: Store, actor: Actor, content: bytes, *, file: str = "", at: dt.datetime | None = None
) -> Reconciled:
    """Read an answer of the bank's and book what it tells. Needs ``payment.reconcile``.

    Raises :class:`Faults` with everything that is wrong in it, where the actor made a file that it answers to, and
    where it contradicts what is known; then nothing is booked.
    """
    require(actor, "payment.reconcile")
    moment = clock(at)
    with store.write(actor.id, "payment.answer", audited=False) as write:
        answer = read_answer(content, _sent_batches(write.db), file)
        if (before := _read_before(write.db, answer, file)) is not None:
            return before
        lines = {one.end_to_end: one for one in payments_of(write.db)}
        counts = dict.fromkeys(_ORDER, 0)
        faults: list[Fault] = []
        waiting = 0
        for result in sorted(answer.results, key=_in_order):
            outcome, line = _TOLD.get(result.outcome), lines[result.payment]
            if outcome is None:
                waiting += 1
                continue
            if line.outcome == outcome or (outcome == "paid" and line.outcome == "returned"):
                continue  # known from another message
            try:
                _tell(write, actor, line, outcome, result.day, _words(result, answer), answer.message, moment)
                counts[outcome] += 1
            except Faults as wrong:
                faults += wrong.faults
            lines[result.payment] = _line(write.db, line.id)
        if faults:
            raise Faults(faults)
        kept = {**counts, "waiting": waiting, "others": answer.others}
        row = {"message": answer.message, "sha256": answer.sha256, "version_name": answer.version, "results": kept}
        write.insert("bank_message", {**row, "at": stamp(moment), "actor": actor.id})
        return Reconciled(answer.message, **kept)  # type: ignore[arg-type]


def settle_by_hand(
    store: Store,
    actor: Actor,
    payment: int,
    version: int,
    outcome: Told,
    day: dt.date,
    reason: str,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Say what became of a payment of a file, as the account statement of ``day`` shows; its new version.

    Needs ``payment.reconcile``. ``reason`` is where it was seen, or why it failed. A second click does it once. Raises
    :class:`Faults` where the actor made the file, there is no reason, the day hasn't come, or the payment isn't where
    that can happen; Conflict where someone else was first; LookupError.
    """
    require(actor, "payment.reconcile")
    moment = clock(at)
    with store.write(actor.id, "payment.by_hand", audited=False) as write:
        line = _line(write.db, payment)
        again = (line.version, line.outcome, line.settled_by, line.told_by) == (version + 1, outcome, actor.id, HAND)
        if again and line.reason == reason.strip():
            return line.version
        faults = [] if reason.strip() else [Fault("", "reason", "", "reconciling.no_reason")]
        if day > oslo_day(moment):
            faults.append(Fault("", "day", day.isoformat(), "reconciling.day"))
        if outcome not in _ACTIONS:
            faults.append(Fault("", "outcome", shown(outcome), "reconciling.outcome"))
        if faults:
            raise Faults(faults)
        if line.version != version:
            return write.update_row("batch_payment", payment, version, {"outcome": outcome})  # says who was first
        _tell(write, actor, line, outcome, day, reason.strip(), HAND, moment)
        return _line(write.db, payment).version


def _tell(
    write: Write,
    actor: Actor,
    line: BatchPayment,
    outcome: Told,
    day: dt.date | None,
    reason: str,
    by: str,
    at: dt.datetime,
) -> None:
    """Book what became of a payment, and move its claim."""
    if line.outcome != _FROM[outcome]:
        raise Faults([Fault("", line.end_to_end, line.outcome, f"reconciling.not_{outcome}")])
    made_by = batch_at(write.db, line.batch).made_by
    case = case_at(write.db, line.claim, at)
    claim = case.claim
    booked: list[int] = []

    def money() -> list[Fault]:
        if outcome == "paid":
            made = book(write, case, payment_key(line.id, "paid"), day=day, at=at)
            booked.append(made.id if made else 0)
        else:
            reverse(write, payment_key(line.id, "returned"), claim.posting or 0, reason or line.end_to_end, at=at)
        return []

    def guards(now: ClaimCase) -> Mapping[str, Guard]:
        return {
            "other_person": lambda: _not_the_maker(now, actor, made_by, line),
            "money": money,
            "bank_reason": lambda: [] if reason else [Fault("", line.end_to_end, "", "reconciling.no_reason")],
        }

    def done(now: ClaimCase) -> None:
        changes = {"outcome": outcome, "day": day, "reason": reason, "told_by": by, "settled_by": actor.id}
        write.update_row("batch_payment", line.id, line.version, changes)
        keep_posting(write, claim.id, booked[0] if booked else None)
        told(write, now, "paid" if outcome == "paid" else "not_paid", f"{outcome}:{line.id}")

    changes = {"reason": "" if outcome == "paid" else reason}
    step(write, actor, claim.id, claim.version, _ACTIONS[outcome], guards, done, changes=lambda _: changes, at=at)


def _not_the_maker(case: ClaimCase, actor: Actor, made_by: str, line: BatchPayment) -> list[Fault]:
    if actor.id == made_by:
        return [Fault("", line.end_to_end, "", "reconciling.made_it")]
    return other_person_faults(case, actor)


def _sent_batches(db: Database) -> list[Batch]:
    """What was sent, as far as an answer is held against it: ids, amounts, and the account that is drawn on."""
    query = (
        "SELECT b.id, b.name, b.made_at, b.execution_day, p.name, p.orgnr, p.number FROM payment_batch b"
        " JOIN payer_account p ON p.id = b.payer ORDER BY b.id"
    )
    lines = payments_of(db)
    return [
        Batch(
            name,
            dt.datetime.fromisoformat(made),
            dt.date.fromisoformat(day),
            Payer(*payer),
            tuple(Payment(one.end_to_end, "", "", one.account, one.amount) for one in lines if one.batch == id),
        )
        for id, name, made, day, *payer in db.execute(query).fetchall()
    ]


def _read_before(db: Database, answer: Answer, file: str) -> Reconciled | None:
    """What the same answer did when it was read. Raises :class:`Faults` for another with the same id."""
    query = "SELECT message, sha256, results, at FROM bank_message WHERE message = ? OR sha256 = ?"
    row = next(iter(db.query(query, [answer.message, answer.sha256])), None)
    if row is None:
        return None
    if row["sha256"] != answer.sha256:
        raise Faults([Fault(file, "", answer.message, "reconciling.other_message", {"day": row["at"][:10]})])
    return replace(Reconciled(answer.message, **json.loads(row["results"])), repeated=True)


def _line(db: Database, payment: int) -> BatchPayment:
    found = [one for one in payments_of(db) if one.id == payment]
    if not found:
        raise LookupError(f"no payment {payment}")
    return found[0]


def _in_order(result: Result) -> int:
    told = _TOLD.get(result.outcome)
    return _ORDER.index(told) if told else len(_ORDER)


def _words(result: Result, answer: Answer) -> str:
    """The bank's reasons in one line; where it gives none, its message."""
    found = "; ".join(" ".join(part for part in (one.code, one.text) if part) for one in result.reasons)
    return found or answer.message
