"""The bank account that an organisation is paid to, and how it changes.

A new account is asked for by one person and confirmed by another, who has called the organisation back on a number that
was known from elsewhere, and writes that down. Until then every payout is held; a change that nobody made is how such
money is most often stolen.

What always holds: at most one account is confirmed and one asked for; who confirms isn't who asked; rows stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, require
from data.store import Store, Write
from fund.applicant.identifiers import bank_account, shown_account
from fund.applicant.organisations import Organisation, organisation_at
from fund.deadlines import clock, stamp
from fund.outbox import tell

State = Literal["asked", "confirmed", "refused", "replaced"]
_COLUMNS = "id, organisation, number, state, asked_at, asked_by, decided_at, decided_by, called, version"
_QUERY = f"SELECT {_COLUMNS} FROM payee_account"


@dataclass(frozen=True)
class Payee:
    """A bank account of an organisation; ``called`` is the note of the call-back, or why it was refused."""

    id: int
    organisation: int
    number: str
    state: State
    asked_at: str
    asked_by: str
    decided_at: str | None
    decided_by: str | None
    called: str | None
    version: int

    @property
    def shown_number(self) -> str:
        return shown_account(self.number)


def payee_of(db: Database, organisation: int) -> Payee | None:
    """The account that was confirmed last, whether or not payouts are held."""
    return _one(db, organisation, "confirmed")


def waiting_payee(db: Database, organisation: int) -> Payee | None:
    """The account that was asked for and waits for a second person."""
    return _one(db, organisation, "asked")


def payee_faults(db: Database, organisation: int, paid_to: str | None = None) -> list[Fault]:
    """The guard ``account_confirmed``: a fault while payouts to the organisation are held.

    ``paid_to`` is the account that a payout was made out for: held too where another is confirmed by now.
    """
    asked, held = waiting_payee(db, organisation), payee_of(db, organisation)
    if asked is not None:
        return [Fault("", "account", asked.shown_number, "application.payee.waiting", {"day": asked.asked_at[:10]})]
    if held is None:
        return [Fault("", "account", "", "application.payee.none")]
    if paid_to is not None and paid_to != held.number:
        figures = {"confirmed": held.shown_number}
        return [Fault("", "account", shown_account(paid_to), "application.payee.other", figures)]
    return []


def ask_payee(
    store: Store, actor: Actor, organisation: int, number: str, *, at: dt.datetime | None = None
) -> int | None:
    """Ask for another account to be paid to; its number, or None where it is the one already. Payouts are held.

    Needs ``payee.ask`` for the organisation. Raises :class:`Faults` for a number that is no bank account.
    """
    moment = clock(at)
    with store.write(actor.id, "payee.ask", audited=False) as write:
        require(actor, "payee.ask", organisation_at(write.db, organisation, moment))
        return ask_within(write, actor, organisation, bank_account(number, place="account"), moment)


def ask_within(write: Write, actor: Actor, organisation: int, digits: str, at: dt.datetime) -> int | None:
    """As :func:`ask_payee`, within a write that has asked for the right to. A newer request replaces one that waits."""
    held, waiting = payee_of(write.db, organisation), waiting_payee(write.db, organisation)
    if waiting is not None and waiting.number == digits:
        return waiting.id
    if waiting is not None:
        changes = {"state": "refused", "decided_at": stamp(at), "decided_by": actor.id}
        write.update_row("payee_account", waiting.id, waiting.version, changes)
    if held is not None and held.number == digits:
        return None
    row = {"organisation": organisation, "number": digits, "state": "asked"}
    id = int(write.insert("payee_account", {**row, "asked_at": stamp(at), "asked_by": actor.id}))
    tell(write, f"organisation:{organisation}", "outbox.payee_asked", {}, f"payee:{id}:asked", at=at)
    return id


def confirm_payee(store: Store, actor: Actor, seen: Payee, called: str, *, at: dt.datetime | None = None) -> int:
    """Confirm the account after the call-back that ``called`` tells of; its new version. Payouts go on.

    Needs ``payee.confirm``. Raises :class:`Faults` where the actor asked for it or acts for the organisation, the note
    is missing or too short to say anything, or it isn't asked for any more; Conflict where someone changed it.
    """
    require(actor, "payee.confirm")
    moment, least = clock(at), limit("note_shortest")
    with store.write(actor.id, "payee.confirm") as write:
        held, faults = _decidable(write.db, seen), []
        if actor.id in (held.asked_by, *organisation_at(write.db, held.organisation, moment).owners):
            faults.append(Fault("", "account", held.shown_number, "application.payee.same_person"))
        if len(called.strip()) < least:
            faults.append(Fault("", "called", shown(called), "application.payee.no_call", {"least": least}))
        if held.state != "asked":
            faults.append(Fault("", "account", held.shown_number, "application.payee.not_asked"))
        if faults:
            raise Faults(faults)
        if before := payee_of(write.db, held.organisation):
            write.update_row("payee_account", before.id, before.version, {"state": "replaced"})
        return _decided(write, actor, seen, "confirmed", called, moment)


def refuse_payee(store: Store, actor: Actor, seen: Payee, why: str, *, at: dt.datetime | None = None) -> int:
    """Refuse the account, for a reason; its new version. The one before goes on. As :func:`confirm_payee`."""
    require(actor, "payee.confirm")
    with store.write(actor.id, "payee.refuse") as write:
        held, faults = _decidable(write.db, seen), []
        if not why.strip():
            faults.append(Fault("", "why", shown(why), "application.no_reason"))
        if held.state != "asked":
            faults.append(Fault("", "account", held.shown_number, "application.payee.not_asked"))
        if faults:
            raise Faults(faults)
        return _decided(write, actor, seen, "refused", why, clock(at))


def list_payees(store: Store, actor: Actor, organisation: int, *, at: dt.datetime | None = None) -> list[Payee]:
    """Every account of the organisation, newest first. Needs ``payee.read`` for it."""
    with store.read() as db:
        require(actor, "payee.read", organisation_at(db, organisation, at))
        return [Payee(**row) for row in db.query(f"{_QUERY} WHERE organisation = ? ORDER BY id DESC", [organisation])]


def waiting_payees(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[tuple[Payee, Organisation]]:
    """Every account that waits for a second person, oldest first, with its organisation. Needs ``payee.confirm``."""
    require(actor, "payee.confirm")
    with store.read() as db:
        found = [Payee(**row) for row in db.query(f"{_QUERY} WHERE state = 'asked' ORDER BY id")]
        return [(one, organisation_at(db, one.organisation, clock(at))) for one in found]


def _decidable(db: Database, seen: Payee) -> Payee:
    """The row as it is stored: a page can't say who asked."""
    found = next(iter(db.query(f"{_QUERY} WHERE id = ?", [seen.id])), None)
    if found is None:
        raise LookupError(f"no bank account {seen.id}")
    return Payee(**found)


def _decided(write: Write, actor: Actor, seen: Payee, state: State, note: str, at: dt.datetime) -> int:
    changes = {"state": state, "called": note.strip(), "decided_at": stamp(at), "decided_by": actor.id}
    version = write.update_row("payee_account", seen.id, seen.version, changes)
    to = f"organisation:{seen.organisation}"
    tell(write, to, f"outbox.payee_{state}", {}, f"payee:{seen.id}:{state}", at=at)
    return version


def _one(db: Database, organisation: int, state: State) -> Payee | None:
    rows: list[Mapping[str, Any]] = list(
        db.query(f"{_QUERY} WHERE organisation = ? AND state = ?", [organisation, state])
    )
    return Payee(**rows[0]) if rows else None
