"""What was sent: each time a revision, frozen with its hash, that papers, forecast and rules are part of.

    receipt = submit(store, actor, 7, version)        # number, time, SHA-256
    body = get_revision(store, actor, 7).body         # as it was sent, its hash verified

The hash is SHA-256 of the body as JSON in one form only: whoever has the body can compute it again. The body holds the
document, the hash of each paper and of the locked forecast, the call with its deadline, and who applies.

What always holds: a revision is never changed or deleted (triggers), revisions of an application are numbered 1, 2 …,
and sending is one transaction: the state, the revision, a bank account to be confirmed, and the message.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from data.audit import canonical
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store, Write
from fund.applicant.payees import ask_within
from fund.deadlines import clock, oslo_day, stamp
from fund.intake.applications import application_at, require_open
from fund.intake.completeness import Case, read_case, sending_guards
from fund.intake.contents import kept
from fund.outbox import tell
from fund.rows import row_at
from fund.workflow import move

_COLUMNS = "application, number, at, actor, sha256, body"
_QUERY = f"SELECT {_COLUMNS} FROM application_revision"
_DIGITS = 4


@dataclass(frozen=True)
class Revision:
    """What was sent: ``number`` 1, 2 …, when (UTC), by which account, its SHA-256 and its body."""

    application: int
    number: int
    at: str
    actor: str
    sha256: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Receipt:
    """What the applicant keeps: the application's number, which sending it is, when (UTC), and the SHA-256."""

    application: int
    number: str
    revision: int
    at: str
    sha256: str
    version: int


def submit(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> Receipt:
    """Send an application for the first time; the receipt. A second click gives the same receipt.

    Raises :class:`Faults` with everything that is lacking, Conflict where someone changed it, Refused, LookupError.
    """
    return _send(store, actor, id, version, "submit", clock(at))


def complete(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> Receipt:
    """Send what the fund asked for, as a new revision; the receipt. As :func:`submit`."""
    return _send(store, actor, id, version, "complete", clock(at))


def get_receipt(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Receipt:
    """The receipt of what was sent last. Needs ``application.open``. Raises LookupError where nothing was."""
    with store.read() as db:
        found = application_at(db, id, clock(at))
        require_open(actor, found)
        return _receipt(db, id)


def get_revision(
    store: Store, actor: Actor, id: int, number: int | None = None, *, at: dt.datetime | None = None
) -> Revision:
    """What was sent, the last time or the time ``number``. Needs ``application.open``.

    Raises LookupError where there is none, and :class:`Faults` where it is no longer what was sent.
    """
    with store.read() as db:
        require_open(actor, application_at(db, id, clock(at)))
        return revision_at(db, id, number)


def list_revisions(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[Revision]:
    """Everything that was sent, first to last. As :func:`get_revision`."""
    with store.read() as db:
        require_open(actor, application_at(db, id, clock(at)))
        rows = db.execute("SELECT number FROM application_revision WHERE application = ? ORDER BY number", [id])
        return [revision_at(db, id, number) for (number,) in rows.fetchall()]


def revision_at(db: Database, id: int, number: int | None = None) -> Revision:
    """A revision, asking nobody's leave, its hash verified: what a decision freezes. Raises as :func:`get_revision`."""
    which, values = ("AND number = ?", [id, number]) if number is not None else ("ORDER BY number DESC LIMIT 1", [id])
    row = next(iter(db.query(f"{_QUERY} WHERE application = ? {which}", values)), None)
    if row is None:
        raise LookupError(f"application {id} has no revision {number or ''}")
    if fault := _changed(row):
        raise Faults([fault])
    return Revision(**{**row, "body": json.loads(row["body"])})


def revision_faults(db: Database) -> list[Fault]:
    """For the verifier: every revision whose body is not what its hash says."""
    return [fault for row in db.query(f"{_QUERY} ORDER BY id") if (fault := _changed(row))]


def _send(store: Store, actor: Actor, id: int, version: int, action: str, at: dt.datetime) -> Receipt:
    with store.write(actor.id, f"application.{action}", audited=False) as write:  # a second click changes nothing
        case = read_case(write.db, id, at)
        row = {**row_at(write.db, "application", id, version), "owners": case.application.owners}
        require(actor, "application.write", row)
        sent = _sent(write, case) if case.application.version == version else {}
        move(
            write, actor, "application", row, action, guards=sending_guards(write.db, actor, case), changes=sent, at=at
        )
        if case.application.version == version:
            _freeze(write, actor, read_case(write.db, id, at), at)
        return _receipt(write.db, id)


def _sent(write: Write, case: Case) -> dict[str, Any]:
    """The columns that change with sending: what lists show, and the number and the time the first time."""
    said = case.contents
    shown = {"title": said.title, "form": said.form or "", "asked": said.asked, "least": said.least}
    if said.estimate is not None or _named_before(write.db, case.application.id):  # else the fund may have linked one
        shown["estimate"] = said.estimate
    if case.application.sent:
        return shown
    return {**shown, "number": _next_number(write.db, oslo_day(case.at).year), "submitted_at": stamp(case.at)}


def _named_before(db: Database, id: int) -> bool:
    """Whether what was sent last named a forecast."""
    query = "SELECT body FROM application_revision WHERE application = ? ORDER BY number DESC LIMIT 1"
    last = db.execute(query, [id]).fetchone()
    return last is not None and json.loads(last[0])["forecast"] is not None


def _next_number(db: Database, year: int) -> str:
    """The next number of a year, as ``2026-0001``."""
    query = "SELECT max(cast(substr(number, 6) AS INTEGER)) FROM application WHERE number GLOB ?"
    (highest,) = db.execute(query, [f"{year}-*"]).fetchone()
    return f"{year}-{(highest or 0) + 1:0{_DIGITS}d}"


def _freeze(write: Write, actor: Actor, case: Case, at: dt.datetime) -> None:
    """Add the revision, ask for the bank account where it is a new one, and tell the applicant."""
    one = case.application
    query = "SELECT coalesce(max(number), 0) + 1 FROM application_revision WHERE application = ?"
    (number,) = write.db.execute(query, [one.id]).fetchone()
    body = canonical(_body(case, number, actor, at))
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    row = {"application": one.id, "number": number, "at": stamp(at), "actor": actor.id, "sha256": sha256, "body": body}
    write.insert("application_revision", row, derived=("body",))  # the audit has the hash
    assert one.organisation is not None
    ask_within(write, actor, one.organisation, case.contents.account, at)
    figures = {"number": str(one.number), "revision": number, "day_sent": oslo_day(at).isoformat(), "sha": sha256}
    tell(write, f"organisation:{one.organisation}", "outbox.submitted", figures, f"submitted:{one.id}:{number}", at=at)


def _body(case: Case, number: int, actor: Actor, at: dt.datetime) -> dict[str, Any]:
    one, call, who = case.application, case.call, case.organisation
    assert who is not None
    return {
        "application": one.id,
        "number": one.number,
        "revision": number,
        "at": stamp(at),
        "actor": actor.id,
        "call": {"id": call.id, "scheme": call.scheme, "deadline": call.due.isoformat()},
        "scheme": hashlib.sha256(canonical(case.scheme.document).encode()).hexdigest(),
        "organisation": {"id": who.id, "number": who.number, "name": who.name, "kind": who.kind},
        "document": kept(case.document),
        "attachments": [paper.body() for paper in case.papers],
        "forecast": None if case.forecast is None else asdict(case.forecast),
    }


def _receipt(db: Database, id: int) -> Receipt:
    query = "SELECT number, at, sha256 FROM application_revision WHERE application = ? ORDER BY number DESC LIMIT 1"
    last = db.execute(query, [id]).fetchone()
    if last is None:
        raise LookupError(f"application {id} was not sent")
    number, version = db.execute("SELECT number, version FROM application WHERE id = ?", [id]).fetchone()
    return Receipt(id, number, last[0], last[1], last[2], version)


def _changed(row: Mapping[str, Any]) -> Fault | None:
    """A fault where a body isn't what its hash says."""
    found = hashlib.sha256(str(row["body"]).encode()).hexdigest()
    if found == row["sha256"]:
        return None
    figures = {"revision": row["number"], "found": found[:12], "sha": row["sha256"][:12]}
    return Fault("", f"application {row['application']}", str(row["number"]), "application.revision_changed", figures)
