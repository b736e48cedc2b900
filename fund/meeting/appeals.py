"""Appeals: received, upheld by the fund or sent on to who hears them, decided there, or found too late.

The time limit is the scheme's period, counted from the day of the decision; an extension is a row of its own. An appeal
that comes later is received all the same, and is found too late unless an extension is given. Where an appeal was
upheld, the case can be taken up again (:func:`reopen`); what is decided then comes on top of an earlier award.

Who hears appeals follows from the fund's legal form, and is not decided here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, may, require
from data.store import Store, Write
from fund.applicant.mandates import mandate_faults
from fund.applicant.owners import owners
from fund.deadlines import clock, oslo_day, stamp
from fund.extensions import due_day, extend
from fund.intake.applications import application_at, require_open
from fund.intake.calls import call_scheme
from fund.meeting.decisions import decisions_of
from fund.outbox import tell
from fund.review.conflicts import part_faults
from fund.rows import row_at
from fund.workflow import Guard, step, workflows

TERM = "appeal"
"""What an extension of the time limit is called."""
DECIDED = (
    "granted", "granted_in_part", "granted_on_conditions", "guaranteed", "lent", "rejected", "dismissed"
)  # fmt: skip
"""States of an application that can be appealed."""
_COLUMNS = "id, application, decision, text, received_at, actor, state, moved_at, answer, in_favour, version"
_QUERY = f"SELECT {_COLUMNS} FROM appeal"


@dataclass(frozen=True)
class Appeal:
    """An appeal against a decision, or against a dismissal where ``decision`` is None.

    ``due`` is the last day in time with extensions, None where the scheme has no time limit. ``in_favour``: whether the
    case may be taken up again; None until it is decided. ``owners`` are the accounts that act for the organisation.
    """

    id: int
    application: int
    decision: int | None
    text: str
    received_at: str
    actor: str
    state: str
    moved_at: str
    answer: str
    in_favour: bool | None
    version: int
    due: dt.date | None
    owners: tuple[str, ...] = field(default=())

    @property
    def late(self) -> bool:
        """Whether it came after its last day."""
        return self.due is not None and oslo_day(dt.datetime.fromisoformat(self.received_at)) > self.due


def file_appeal(store: Store, actor: Actor, application: int, text: str, *, at: dt.datetime | None = None) -> int:
    """Appeal against what was decided last in a case of one's own; the appeal's number. Needs ``appeal.write``.

    The same text again is the same appeal. Raises :class:`Faults` without a mandate or a text, for a case that isn't
    decided, and where what was decided is appealed against already.
    """
    moment = clock(at)
    with store.write(actor.id, "appeal.file", audited=False) as write:
        one = application_at(write.db, application, moment)
        require(actor, "appeal.write", one)
        decision = _decided(write.db, application, one.state)
        for earlier in _appeals(write.db, application, moment):
            if (earlier.decision, earlier.actor, earlier.text) == (decision, actor.id, text.strip()):
                return earlier.id
        faults = mandate_faults(write.db, one.organisation, actor, moment)
        most = limit("answer_longest")
        if not text.strip() or len(text) > most:
            faults.append(Fault("", "text", shown(text), "appeals.text", {"most": most}))
        if one.state not in DECIDED:
            faults.append(Fault("", "application", str(one.number), "appeals.nothing_decided"))
        elif any(earlier.decision == decision for earlier in _appeals(write.db, application, moment)):
            faults.append(Fault("", "application", str(one.number), "appeals.filed_before"))
        if faults:
            raise Faults(faults)
        row = {"application": application, "decision": decision, "text": text.strip(), "received_at": stamp(moment)}
        row |= {"actor": actor.id, "state": workflows()["appeal"].first, "moved_at": stamp(moment), "answer": ""}
        number = int(write.insert("appeal", row))
        _tell(write, number, "received", moment)
        return number


def list_appeals(
    store: Store, actor: Actor, application: int | None = None, *, at: dt.datetime | None = None
) -> list[Appeal]:
    """The appeals in a case, or all that the actor sees, first to last: those of its own, or with ``case.read``."""
    moment = clock(at)
    with store.read() as db:
        if application is not None and not may(actor, "case.read"):
            require_open(actor, application_at(db, application, moment))
        found = _appeals(db, application, moment)
    return [one for one in found if may(actor, "case.read") or actor.id in one.owners]


def uphold(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    grounds: str,
    reference: str,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Uphold an appeal, by the body's decision that ``reference`` names («sak 12/26»); the new version.

    Needs ``case.decide``. Raises :class:`Faults` without grounds or the reference, where it came too late, and where
    the actor doesn't take part in the case.
    """

    def decision(db: Database, one: Appeal) -> list[Fault]:
        lacking = [] if reference.strip() else [Fault("", "reference", "", "appeals.no_decision")]
        return [*lacking, *_said(grounds, "grounds"), *_late(one), *part_faults(db, one.application, actor.id)]

    changes = {"answer": f"{grounds.strip()}\n\n{reference.strip()}", "in_favour": 1}
    return _step(store, actor, id, version, "uphold", "decision", decision, changes, clock(at))


def send_on(store: Store, actor: Actor, id: int, version: int, statement: str, *, at: dt.datetime | None = None) -> int:
    """Send an appeal on to who hears it, with the fund's statement; the new version. Needs ``case.handle``.

    Raises :class:`Faults` without a statement, or where it came too late.
    """

    def stated(_: Database, one: Appeal) -> list[Fault]:
        return [*_said(statement, "statement"), *_late(one)]

    changes = {"answer": statement.strip()}
    return _step(store, actor, id, version, "send_on", "statement", stated, changes, clock(at))


def decide_appeal(
    store: Store, actor: Actor, id: int, version: int, answer: str, in_favour: bool, *, at: dt.datetime | None = None
) -> int:
    """Record what came back from who hears appeals: in the applicant's favour, or not. The new version.

    Needs ``case.handle``. Raises :class:`Faults` without what it says.
    """

    def said(_: Database, __: Appeal) -> list[Fault]:
        return _said(answer, "answer")

    changes = {"answer": answer.strip(), "in_favour": int(in_favour)}
    return _step(store, actor, id, version, "decide", "decision", said, changes, clock(at))


def find_too_late(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Dismiss an appeal that came after its last day; the new version. Needs ``case.handle``.

    Raises :class:`Faults` where it came in time, or the scheme has no time limit.
    """

    def after(_: Database, one: Appeal) -> list[Fault]:
        if one.due is None:
            return [Fault("", "appeal", str(id), "appeals.no_limit")]
        return [] if one.late else [Fault("", "appeal", str(id), "appeals.in_time", {"day": one.due.isoformat()})]

    return _step(store, actor, id, version, "find_too_late", "after_period", after, {"in_favour": 0}, clock(at))


def extend_appeal(
    store: Store, actor: Actor, application: int, until: dt.date, reason: str, *, at: dt.datetime | None = None
) -> int:
    """Give an applicant until a later day to appeal, also for an appeal that came late; the extension's number.

    Needs ``case.handle``. Raises :class:`Faults` where the scheme has no time limit, and as
    :func:`fund.extensions.extend`.
    """
    moment = clock(at)
    with store.write(actor.id, "appeal.extend") as write:
        one = application_at(write.db, application, moment)
        require(actor, "case.handle", one)
        decision = _decided(write.db, application, one.state)
        first = _first_due(write.db, application, decision)
        if first is None:
            raise Faults([Fault("", "application", str(one.number), "appeals.no_limit")])
        kind, resource = _against(application, decision)
        return extend(write, actor, kind, resource, TERM, first, until, reason, at=moment)


def reopen(store: Store, actor: Actor, application: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Take a case up again after an appeal against its last decision was upheld; its new version.

    It goes on with the review; one that was dismissed for formal faults begins as when it was sent.

    Needs ``case.handle``. Raises :class:`Faults` where no appeal was upheld, there or here.
    """
    moment = clock(at)
    with store.write(actor.id, "application.reopen", audited=False) as write:  # a second click changes nothing
        one = application_at(write.db, application, moment)

        def upheld() -> list[Fault]:
            last = _decided(write.db, application, one.state)
            if any(held.decision == last and held.in_favour for held in _appeals(write.db, application, moment)):
                return []
            return [Fault("", "application", str(one.number), "appeals.not_upheld")]

        state = row_at(write.db, "application", application, version)["state"]
        action = "receive_again" if state == "dismissed" else "reopen"
        return step(write, actor, "application", one, version, action, {"appeal_upheld": upheld}, at=moment)


def appeal_at(db: Database, id: int, at: dt.datetime) -> Appeal:
    """An appeal, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no appeal {id}")
    return _appeal(db, row, at)


def appeal_due(db: Database, application: int, decision: int | None) -> dt.date | None:
    """The last day to appeal against a decision (None: against the dismissal), extensions counted.

    None where the scheme has no time limit, or nothing was decided.
    """
    first = _first_due(db, application, decision)
    return None if first is None else due_day(db, *_against(application, decision), TERM, first)


def _step(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    action: str,
    guard: str,
    check: Callable[[Database, Appeal], list[Fault]],
    changes: Mapping[str, Any],
    at: dt.datetime,
) -> int:
    """One transition with its message, once."""
    with store.write(actor.id, f"appeal.{action}", audited=False) as write:  # a second click changes nothing
        one = appeal_at(write.db, id, at)
        guards: Mapping[str, Guard] = {guard: lambda: check(write.db, one)}
        target = workflows()["appeal"].transition(action).target

        def told() -> None:
            _tell(write, id, target, at)

        return step(write, actor, "appeal", one, version, action, guards, told, changes=changes, at=at)


def _tell(write: Write, id: int, state: str, at: dt.datetime) -> None:
    one = application_at(write.db, appeal_at(write.db, id, at).application, at)
    to, figures = f"organisation:{one.organisation}", {"number": str(one.number)}
    tell(write, to, f"appeals.told.{state}", figures, f"appeal:{id}:{state}", at=at)


def _decided(db: Database, application: int, state: str) -> int | None:
    """The decision that an appeal would be against: the last one, or None against a dismissal."""
    decisions = decisions_of(db, application)
    return decisions[-1].id if decisions and state != "dismissed" else None


def _first_due(db: Database, application: int, decision: int | None) -> dt.date | None:
    """The last day to appeal as the scheme sets it."""
    (call,) = db.execute("SELECT call FROM application WHERE id = ?", [application]).fetchone()
    begun = _decision_day(db, application, decision)
    return None if begun is None else call_scheme(db, call).last_day("appeal", begun)


def _decision_day(db: Database, application: int, decision: int | None) -> dt.date | None:
    if decision is not None:
        return next(one.day for one in decisions_of(db, application) if one.id == decision)
    query = "SELECT max(at) FROM application_ground WHERE application = ? AND action = 'dismiss'"
    (at,) = db.execute(query, [application]).fetchone()
    return None if at is None else oslo_day(dt.datetime.fromisoformat(at))


def _against(application: int, decision: int | None) -> tuple[str, int]:
    """What an extension of the time limit belongs to."""
    return ("application", application) if decision is None else ("decision", decision)


def _said(text: str, place: str) -> list[Fault]:
    return [] if text.strip() else [Fault("", place, shown(text), f"appeals.no_{place}")]


def _late(one: Appeal) -> list[Fault]:
    if not one.late or one.due is None:
        return []
    return [Fault("", "appeal", str(one.id), "appeals.late", {"day": one.due.isoformat()})]


def _appeals(db: Database, application: int | None, at: dt.datetime) -> list[Appeal]:
    query = f"{_QUERY} WHERE ? IS NULL OR application = ? ORDER BY id"
    return [_appeal(db, row, at) for row in list(db.query(query, [application, application]))]


def _appeal(db: Database, row: Mapping[str, Any], at: dt.datetime) -> Appeal:
    (organisation,) = db.execute("SELECT organisation FROM application WHERE id = ?", [row["application"]]).fetchone()
    favour = None if row["in_favour"] is None else bool(row["in_favour"])
    due = appeal_due(db, row["application"], row["decision"])
    return Appeal(**{**row, "in_favour": favour}, due=due, owners=owners(db, organisation, at))
