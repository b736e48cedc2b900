"""Payment files: approved claims that go to the bank together, from the fund's own account.

    made = make_batch(store, treasurer, [(claim, version), …], day)      # made.batch, made.held
    file = batch_file(store, treasurer, made.batch)                      # as it was made, its hash verified

What always holds: a claim is in at most one file that isn't answered; a file is never changed; who makes it neither
sent nor approved any of its claims. A claim whose payout must wait stays out, and is told of: its account changed or
waits for a second person, its award is suspended, a condition came due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.phrases import say
from data.store import Store, Write
from fund.applicant.organisations import organisation_at
from fund.applicant.payees import payee_faults
from fund.award.award_conditions import condition_faults
from fund.deadlines import clock, oslo_day, stamp
from fund.payout.claim_checks import other_person_faults, payable_faults
from fund.payout.claim_steps import ClaimCase, case_at, step
from fund.payout.credit_transfer import (
    Batch,
    Payer,
    Payment,
    PaymentFile,
    check_unchanged,
    credit_transfer,
    faults_of,
    sha256,
)
from fund.workflow import Guard

_BATCH = "id, name, made_at, made_by, execution_day, payer, count, amount, sha256"
_LINE = "id, batch, claim, end_to_end, account, amount, outcome, day, reason, told_by, settled_by, version"


@dataclass(frozen=True)
class PaymentBatch:
    """A payment file without its content: its ``name`` at the bank, sums in øre, and when (UTC) it was made by whom."""

    id: int
    name: str
    made_at: str
    made_by: str
    execution_day: str
    payer: int
    count: int
    amount: int
    sha256: str


@dataclass(frozen=True)
class BatchPayment:
    """A claim in a payment file, and what became of it: sent, paid, failed, or returned after it was paid.

    ``told_by`` is the bank's message, or ``hand``; "" while nothing is known. ``day`` is that of the bank's books.
    """

    id: int
    batch: int
    claim: int
    end_to_end: str
    account: str
    amount: int
    outcome: str
    day: str | None
    reason: str
    told_by: str
    settled_by: str | None
    version: int


@dataclass(frozen=True)
class Held:
    """A claim that stayed out of a file, and why."""

    claim: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class MadeBatch:
    """A file that was made, and the claims that stayed out of it."""

    batch: int
    held: tuple[Held, ...]


def set_payer(store: Store, actor: Actor, payer: Payer, *, at: dt.datetime | None = None) -> int:
    """Set the account that payment files draw on from now on; its number. Needs ``payment.make``.

    The same again is the one there. Raises :class:`Faults` for numbers and names that a bank wouldn't take.
    """
    require(actor, "payment.make")
    moment = clock(at)
    trial = Batch("1", moment, oslo_day(moment), payer, ())
    if wrong := [fault for fault in faults_of(trial) if fault.place.startswith("payer.")]:
        raise Faults(wrong)
    with store.write(actor.id, "payer.set", audited=False) as write:
        held = _payer(write.db)
        if held and held[1] == payer:
            return held[0]
        row = {"name": payer.name, "orgnr": payer.orgnr, "number": payer.account, "bic": payer.bic}
        row |= {"customer": payer.customer, "since": stamp(moment), "actor": actor.id}
        return int(write.insert("payer_account", row))


def make_batch(
    store: Store,
    actor: Actor,
    claims: Collection[tuple[int, int]],
    execution_day: dt.date,
    *,
    at: dt.datetime | None = None,
) -> MadeBatch:
    """Make a payment file of approved claims, each given with the version that was read. Needs ``payment.make``.

    The same claims and day once more give the same file. Raises :class:`Faults` where there is no account to pay from,
    no claim that can be paid now, a claim that the actor approved or sent, or a name that the bank wouldn't take, and
    Conflict where someone changed a claim; then no file is made.
    """
    require(actor, "payment.make")
    moment = clock(at)
    with store.write(actor.id, "payment.batch", audited=False) as write:
        if (before := _made_before(write.db, actor, claims, execution_day, moment)) is not None:
            return before
        payer = _payer(write.db)
        if payer is None:
            raise Faults([Fault("", "payer", "", "batches.no_payer")])
        going, held = _sorted_out(write.db, claims, moment)
        if not going:
            faults = [fault for one in held for fault in one.faults]
            raise Faults(faults or [Fault("", "payments", "", "payment.none")])
        name = _next_name(write.db, oslo_day(moment).year)
        payments = tuple(_payment(write.db, case) for case, _ in going)
        made = credit_transfer(Batch(name, moment, execution_day, payer[1], payments))
        row = {"name": name, "made_at": stamp(moment), "made_by": actor.id, "execution_day": execution_day}
        row |= {"payer": payer[0], "count": made.count, "amount": made.amount, "sha256": made.sha256}
        batch = int(write.insert("payment_batch", {**row, "content": made.content}, derived=("content",)))
        faults = []
        for (case, version), payment in zip(going, payments, strict=True):
            try:
                _put_in(write, actor, case, version, batch, payment, moment)
            except Faults as wrong:
                faults += wrong.faults
        if faults:
            raise Faults(faults)
        return MadeBatch(batch, tuple(held))


def batch_file(store: Store, actor: Actor, batch: int) -> PaymentFile:
    """The file as it was made, for the bank. Needs ``payment.read``.

    Raises LookupError, and :class:`Faults` where it isn't what it was made as.
    """
    require(actor, "payment.read")
    with store.read() as db:
        row = db.execute("SELECT name, content, sha256, count, amount FROM payment_batch WHERE id = ?", [batch])
        found = row.fetchone()
    if found is None:
        raise LookupError(f"no payment file {batch}")
    name, content, digest, count, amount = found
    check_unchanged(content, digest, f"{name}.xml")
    return PaymentFile(f"{name}.xml", content, digest, count, amount)


def get_payer(store: Store, actor: Actor) -> Payer | None:
    """The account that payment files draw on; None where none is set. Needs ``payment.read``."""
    require(actor, "payment.read")
    with store.read() as db:
        held = _payer(db)
        return held[1] if held else None


def get_batch(store: Store, actor: Actor, batch: int) -> PaymentBatch:
    """A payment file without its content. Needs ``payment.read``. Raises LookupError where there is none."""
    require(actor, "payment.read")
    with store.read() as db:
        return batch_at(db, batch)


def list_batches(store: Store, actor: Actor) -> list[PaymentBatch]:
    """The payment files, newest first. Needs ``payment.read``."""
    require(actor, "payment.read")
    with store.read() as db:
        return [PaymentBatch(**row) for row in db.query(f"SELECT {_BATCH} FROM payment_batch ORDER BY id DESC")]


def list_payments(store: Store, actor: Actor, batch: int | None = None) -> list[BatchPayment]:
    """The payments of a file, or of all, first to last. Needs ``payment.read``."""
    require(actor, "payment.read")
    with store.read() as db:
        return payments_of(db, batch)


def payments_of(db: Database, batch: int | None = None) -> list[BatchPayment]:
    """As :func:`list_payments`, asking nobody's leave."""
    query = f"SELECT {_LINE} FROM batch_payment WHERE ? IS NULL OR batch = ? ORDER BY id"
    return [BatchPayment(**row) for row in db.query(query, [batch, batch])]


def batch_at(db: Database, batch: int) -> PaymentBatch:
    """A payment file, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"SELECT {_BATCH} FROM payment_batch WHERE id = ?", [batch])), None)
    if row is None:
        raise LookupError(f"no payment file {batch}")
    return PaymentBatch(**row)


def batch_faults(db: Database) -> list[Fault]:
    """For the verifier: files that aren't what they were made as, and payments that don't add up to the ledger.

    Each payment that the bank has made has one posting that moved its amount out of the bank, and each that came back
    has it reversed; a file's sums are those of its payments.
    """
    faults: list[Fault] = []
    rows = db.execute("SELECT id, name, count, amount, sha256, content FROM payment_batch ORDER BY id").fetchall()
    for batch, name, count, amount, digest, content in rows:
        lines = payments_of(db, batch)
        if sha256(content) != digest:
            faults.append(_found(name, "file_changed"))
        if (count, amount) != (len(lines), sum(one.amount for one in lines)):
            found = sum(one.amount for one in lines)
            faults.append(_found(name, "file_sum", ore_file=amount, ore_sum=found))
        for one in lines:
            moved = _booked(db, one)
            wanted = one.amount if one.outcome == "paid" else 0
            if moved != wanted:
                faults.append(_found(one.end_to_end, "not_booked", ore_wanted=wanted, ore_booked=moved))
    return faults


def payment_key(payment: int, what: str) -> str:
    """The ledger's key of what happened to a payment of a file: ``paid`` or ``returned``."""
    return f"payment:{payment}:{what}"


def _booked(db: Database, one: BatchPayment) -> int:
    """What stands as paid out of the bank for a payment, in øre, its reversal taken off."""
    query = (
        "SELECT -coalesce(sum(l.amount), 0) FROM posting p JOIN leg l ON l.posting = p.id"
        " JOIN ledger_account a ON a.id = l.account AND a.kind = 'bank' WHERE p.key IN (?, ?)"
    )
    keys = [payment_key(one.id, "paid"), payment_key(one.id, "returned")]
    return int(db.execute(query, keys).fetchone()[0])


def _sorted_out(
    db: Database, claims: Collection[tuple[int, int]], at: dt.datetime
) -> tuple[list[tuple[ClaimCase, int]], list[Held]]:
    """The claims that can be paid now, with the versions that were read, and those that must wait."""
    going, held = [], []
    for id, version in dict(claims).items():
        case = case_at(db, id, at)
        wait = [*payable_faults(db, case.award, approved=True), *condition_faults(db, case.award.id, at)]
        wait += payee_faults(db, case.award.organisation, case.claim.account)
        if wait:
            held.append(Held(id, tuple(wait)))
        else:
            going.append((case, version))
    return going, held


def _put_in(
    write: Write, actor: Actor, case: ClaimCase, version: int, batch: int, payment: Payment, at: dt.datetime
) -> None:
    def guards(now: ClaimCase) -> Mapping[str, Guard]:
        return {
            "other_person": lambda: other_person_faults(now, actor, now.claim.first_by, now.claim.second_by),
            "account_confirmed": lambda: payee_faults(write.db, now.award.organisation, now.claim.account),
        }

    def done(now: ClaimCase) -> None:
        row = {"batch": batch, "claim": now.claim.id, "end_to_end": payment.id, "account": payment.account}
        row |= {"amount": payment.amount, "outcome": "sent", "day": None, "reason": "", "told_by": ""}
        write.insert("batch_payment", {**row, "settled_by": None})

    step(write, actor, case.claim.id, version, "put_in_file", guards, done, at=at)


def _payment(db: Database, case: ClaimCase) -> Payment:
    """The claim as a line of the file. Its message is what the payee recognises, in bokmål as the bank shows it."""
    who = organisation_at(db, case.award.organisation, case.at)
    (tries,) = db.execute("SELECT count(*) FROM batch_payment WHERE claim = ?", [case.claim.id]).fetchone()
    message = say("batches.message", "nb", number=case.award.number, claim=case.claim.number)
    name = f"A{case.award.id}-{case.claim.number}-{tries + 1}"
    return Payment(name, who.name, who.number, case.claim.account, case.claim.amount, message=message)


def _payer(db: Database) -> tuple[int, Payer] | None:
    """The account that was set last."""
    query = "SELECT id, name, orgnr, number, customer, bic FROM payer_account ORDER BY id DESC LIMIT 1"
    row = db.execute(query).fetchone()
    return (row[0], Payer(*row[1:])) if row else None


def _next_name(db: Database, year: int) -> str:
    query = "SELECT count(*) FROM payment_batch WHERE name GLOB ?"
    (made,) = db.execute(query, [f"UTB-{year}-*"]).fetchone()
    return f"UTB-{year}-{made + 1}"


def _made_before(
    db: Database, actor: Actor, claims: Collection[tuple[int, int]], execution_day: dt.date, at: dt.datetime
) -> MadeBatch | None:
    """The file that this actor has just made of these claims, as they were read: a second click."""
    query = (
        "SELECT p.batch FROM batch_payment p JOIN claim c ON c.id = p.claim JOIN payment_batch b ON b.id = p.batch"
        " WHERE p.claim = ? AND c.version = ? AND c.state = 'in_payment_file' AND p.outcome = 'sent'"
        " AND b.made_by = ? AND b.execution_day = ?"
    )
    day = execution_day.isoformat()
    rows = {one: db.execute(query, [one[0], one[1] + 1, actor.id, day]).fetchone() for one in claims}
    batches = {row[0] for row in rows.values() if row}
    going, held = _sorted_out(db, [one for one, row in rows.items() if row is None], at)
    if len(batches) != 1 or going:
        return None
    return MadeBatch(batches.pop(), tuple(held))


def _found(place: str, code: str, **figures: object) -> Fault:
    return Fault("", place, "", f"batches.verify.{code}", figures)
