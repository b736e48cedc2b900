"""What the fund and the applicant do with an application between sending and the board's table.

Ask for more with a day to answer by, give more time, link the locked forecast, take up for review, dismiss for formal
faults, withdraw. Each is one transition of the workflow, in one transaction with its message; a second click does
nothing more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.applicant.mandates import mandate_faults
from fund.deadlines import clock, in_time, stamp
from fund.extensions import due_day, extend
from fund.intake.applications import Application, application_at, require_open
from fund.intake.calls import DEADLINE, call_at
from fund.intake.completeness import forecast_at
from fund.intake.revisions import revision_at
from fund.outbox import tell
from fund.workflow import Guard, state_name, step
from impact.estimates import get_estimate

COMPLETING = "completing"
OffAgenda = Callable[[Database, int], list[Fault]]
"""What keeps a case from leaving the agenda: given by who knows the meetings."""
_BEFORE_BOARD = ("draft", "submitted", "needs_completing", "in_review")


@dataclass(frozen=True)
class Request:
    """What the fund asked the applicant for: the text, the day that was set, the one that holds, by whom and when."""

    id: int
    text: str
    due: dt.date
    holds: dt.date
    actor: str
    at: str


def ask_for_more(
    store: Store, actor: Actor, id: int, version: int, text: str, due: dt.date, *, at: dt.datetime | None = None
) -> int:
    """Ask the applicant for what is lacking, by the end of a day; the new version. Needs ``case.handle``.

    Raises :class:`Faults` without a text, for a day that has passed, and where it isn't submitted.
    """
    moment = clock(at)

    def says_what() -> list[Fault]:
        found = [] if text.strip() else [Fault("", "text", "", "application.says_nothing")]
        if not in_time(moment, due):
            found.append(Fault("", "due", due.isoformat(), "application.due_passed"))
        return found

    def done(write: Write, one: Application) -> None:
        row = {"application": id, "text": text.strip(), "due": due, "at": stamp(moment), "actor": actor.id}
        number = write.insert("completion_request", row)
        figures = {"number": str(one.number), "day_due": due.isoformat()}
        tell(write, f"organisation:{one.organisation}", "outbox.asked", figures, f"asked:{number}", at=moment)

    return _step(store, actor, id, version, "ask", lambda *_: {"says_what": says_what}, done, moment)


def requests(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[Request]:
    """What the fund asked for, first to last. Needs ``application.open``."""
    query = "SELECT id, text, due, actor, at FROM completion_request WHERE application = ? ORDER BY id"
    with store.read() as db:
        require_open(actor, application_at(db, id, clock(at)))
        found = []
        for number, text, due, who, when in db.execute(query, [id]).fetchall():
            first = dt.date.fromisoformat(due)
            found.append(Request(number, text, first, due_day(db, "request", number, COMPLETING, first), who, when))
        return found


def extend_completing(
    store: Store, actor: Actor, id: int, until: dt.date, reason: str, *, at: dt.datetime | None = None
) -> int:
    """Give the applicant a later day to answer the last request; the extension's number. Needs ``case.handle``."""
    moment = clock(at)
    with store.write(actor.id, "application.extend") as write:
        one = application_at(write.db, id, moment)
        require(actor, "case.handle", one)
        query = "SELECT id, due FROM completion_request WHERE application = ? ORDER BY id DESC LIMIT 1"
        held = write.db.execute(query, [id]).fetchone()
        if one.state != "needs_completing" or held is None:
            raise Faults([Fault("", "application", str(one.number), "application.not_asked")])
        first = dt.date.fromisoformat(held[1])
        number = extend(write, actor, "request", held[0], COMPLETING, first, until, reason, at=moment)
        figures = {"number": str(one.number), "day_due": until.isoformat()}
        tell(write, f"organisation:{one.organisation}", "outbox.extended", figures, f"extended:{number}", at=moment)
    return number


def extend_deadline(
    store: Store, actor: Actor, id: int, until: dt.date, reason: str, *, at: dt.datetime | None = None
) -> int:
    """Let one draft be sent until a later day than its call's; the extension's number. Needs ``call.manage``."""
    moment = clock(at)
    with store.write(actor.id, "application.extend") as write:
        one = application_at(write.db, id, moment)
        require(actor, "call.manage")
        if one.state != "draft":
            raise Faults([Fault("", "application", str(one.number), "application.not_draft")])
        return extend(
            write, actor, "application", id, DEADLINE, call_at(write.db, one.call).due, until, reason, at=moment
        )


def link_forecast(
    store: Store, actor: Actor, id: int, version: int, estimate: int, *, at: dt.datetime | None = None
) -> int:
    """Say which locked forecast a sent application builds on; the new version. Needs ``case.handle``.

    Raises :class:`Faults` where it is no forecast that stands, where the application names another itself, or where it
    is past review.
    """
    moment = clock(at)
    with store.write(actor.id, "application.forecast", audited=False) as write:
        one = application_at(write.db, id, moment)
        require(actor, "case.handle", one)
        if faults := [*_linkable(write.db, one, estimate), *_forecast_faults(store, actor, write.db, estimate)]:
            raise Faults(faults)
        return write.update_row("application", id, version, {"estimate": estimate})


def take_up(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Take an application up for review; the new version. Its forecast must be locked, and be what was locked."""

    def guards(db: Database, one: Application) -> Mapping[str, Guard]:
        return {"forecast_locked": lambda: _forecast_locked(store, actor, db, one)}

    def done(write: Write, one: Application) -> None:
        figures = {"number": str(one.number)}
        dedupe = f"taken_up:{id}:{version}"
        tell(write, f"organisation:{one.organisation}", "outbox.taken_up", figures, dedupe, at=clock(at))

    return _step(store, actor, id, version, "take_up", guards, done, clock(at))


def dismiss(store: Store, actor: Actor, id: int, version: int, grounds: str, *, at: dt.datetime | None = None) -> int:
    """Dismiss an application for formal faults, on grounds that the applicant reads; the new version."""
    moment = clock(at)

    def stated() -> list[Fault]:
        return [] if grounds.strip() else [Fault("", "grounds", shown(grounds), "application.no_reason")]

    def done(write: Write, one: Application) -> None:
        row = {"application": id, "action": "dismiss", "text": grounds.strip(), "at": stamp(moment), "actor": actor.id}
        write.insert("application_ground", row)
        figures = {"number": str(one.number)}
        dedupe = f"dismissed:{id}:{version}"
        tell(write, f"organisation:{one.organisation}", "outbox.dismissed", figures, dedupe, at=moment)

    return _step(store, actor, id, version, "dismiss", lambda *_: {"grounds": stated}, done, moment)


def grounds_of(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> list[tuple[str, str, str]]:
    """(action, grounds, time in UTC) of what was done on stated grounds, first to last. Needs ``application.open``."""
    query = "SELECT action, text, at FROM application_ground WHERE application = ? ORDER BY id"
    with store.read() as db:
        require_open(actor, application_at(db, id, clock(at)))
        return [(action, text, when) for action, text, when in db.execute(query, [id]).fetchall()]


def withdraw(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    *,
    off_agenda: OffAgenda | None = None,
    at: dt.datetime | None = None,
) -> int:
    """Withdraw an application of one's own before it is decided; the new version.

    ``off_agenda`` looks whether it stands on a locked agenda; without it, what has come to the board isn't withdrawn.
    """
    moment = clock(at)

    def guards(db: Database, one: Application) -> Mapping[str, Guard]:
        def acts() -> list[Fault]:
            return mandate_faults(db, one.organisation, actor, moment) if one.sent else []

        def off() -> list[Fault]:
            if off_agenda is not None:
                return off_agenda(db, id)
            names = {f"state_{lang}": state_name("application", one.state, lang) for lang in ("nb", "en")}
            on = Fault("", "application", str(one.number), "application.on_agenda", names)
            return [] if one.state in _BEFORE_BOARD else [on]

        return {"mandate": acts, "off_agenda": off}

    def done(write: Write, one: Application) -> None:
        if one.sent:
            figures, dedupe = {"number": str(one.number)}, f"withdrawn:{id}"
            tell(write, f"organisation:{one.organisation}", "outbox.withdrawn", figures, dedupe, at=moment)

    return _step(store, actor, id, version, "withdraw", guards, done, moment)


def _step(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    action: str,
    guards: Callable[[Database, Application], Mapping[str, Guard]],
    done: Callable[[Write, Application], None],
    at: dt.datetime,
) -> int:
    """One transition with what follows from it, once."""
    with store.write(actor.id, f"application.{action}", audited=False) as write:  # a second click changes nothing
        one = application_at(write.db, id, at)
        held = guards(write.db, one)
        return step(write, actor, "application", one, version, action, held, lambda: done(write, one), at=at)


def _forecast_locked(store: Store, actor: Actor, db: Database, one: Application) -> list[Fault]:
    """What keeps the application's forecast from being the one that it was sent with, locked and standing."""
    if one.estimate is None:
        return [Fault("", "estimate", "", "application.forecast.missing")]
    named = revision_at(db, one.id).body["forecast"]
    held = forecast_at(db, one.estimate)
    if named is not None and (held is None or (held.estimate, held.sha256) != (named["estimate"], named["sha256"])):
        return [Fault("", "estimate", str(one.estimate), "application.forecast.other")]
    return _forecast_faults(store, actor, db, one.estimate)


def _forecast_faults(store: Store, actor: Actor, db: Database, estimate: int) -> list[Fault]:
    """What is wrong with a forecast: not there, an evaluation, withdrawn, or no longer what was locked."""
    held = forecast_at(db, estimate)
    if held is None:
        return [Fault("", "estimate", str(estimate), "application.forecast.none")]
    if held.purpose != "forecast":
        return [Fault("", "estimate", str(estimate), "application.forecast.evaluation")]
    if held.withdrawn:
        return [Fault("", "estimate", str(estimate), "application.forecast.withdrawn")]
    try:
        get_estimate(store, actor, estimate)
    except Faults as wrong:
        return list(wrong.faults)
    return []


def _linkable(db: Database, one: Application, estimate: int) -> list[Fault]:
    if one.state not in ("submitted", "needs_completing"):
        names = {f"state_{lang}": state_name("application", one.state, lang) for lang in ("nb", "en")}
        return [Fault("", "application", str(one.number or ""), "application.past_linking", names)]
    named = revision_at(db, one.id).body["forecast"]
    if named is not None and named["estimate"] != estimate:
        return [Fault("", "estimate", str(named["estimate"]), "application.forecast.named")]
    return []
