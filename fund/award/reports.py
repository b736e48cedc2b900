"""Reports on awards: what happened, told by the organisation and approved by the fund. A report is no claim.

    save_report(store, actor, 3, version, document)     # as often as one likes
    submit(store, actor, 3, version)                    # then approve(…) or send_back(…)

A final report is due from the acceptance on; its day doesn't move when it passes, and a later one is an extension.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, may, require
from data.store import Store, Write
from fund.applicant.mandates import mandate_faults
from fund.award.award_grounds import state_ground
from fund.award.awards import Award, award_at
from fund.books.money import LARGEST
from fund.deadlines import clock, in_time, stamp
from fund.extensions import due_day, extend
from fund.intake.budget import Plan, read_plan
from fund.intake.contents import stored
from fund.outbox import tell
from fund.workflow import Guard, state_name, step, workflows

Part = Literal["interim", "final"]
REPORT = "report"
"""What an extension of a report's day is called."""
WRITABLE = ("due", "returned")
FIELDS = ("text", "visitors", "nights", "uncounted", "cost", "income", "support")
_COLUMNS = "id, award, part, due, document, submitted_at, submitted_by, state, moved_at, version"
_QUERY = f"SELECT {_COLUMNS} FROM report"


@dataclass(frozen=True)
class Report:
    """A report. ``due`` is the day that holds now; ``document`` is as it was last saved. ``owners``: the award's."""

    id: int
    award: int
    part: Part
    due: dt.date
    document: Mapping[str, Any]
    submitted_at: str | None
    submitted_by: str | None
    state: str
    moved_at: str
    version: int
    owners: tuple[str, ...] = field(default=())

    def late(self, at: dt.datetime) -> bool:
        """Whether its day has passed and it isn't in."""
        return self.state in WRITABLE and not in_time(at, self.due)


@dataclass(frozen=True)
class Told:
    """What a report tells: visitors and guest-nights as counted (None where nobody counted), costs and incomes.

    ``uncounted`` says why a figure is missing. ``plan`` has the actual rows, in øre.
    """

    text: str
    visitors: int | None
    nights: int | None
    uncounted: str
    plan: Plan

    @property
    def deficit(self) -> int:
        """Øre that costs are above incomes and support from elsewhere; below zero for a surplus."""
        return self.plan.cost - self.plan.income - self.plan.supported


def read_told(document: Mapping[str, Any], part: Part) -> tuple[Told, list[Fault]]:
    """What a report's document says, and everything that is wrong or missing in it.

    Costs are rows with ``name``, ``amount`` (øre) and ``eligible``, incomes and support as in an application. A final
    report has costs; an interim one may have its text alone.
    """
    faults: list[Fault] = []
    most = limit("answer_longest")
    texts = {name: document.get(name, "") for name in ("text", "uncounted")}
    for name, text in texts.items():
        if not isinstance(text, str) or len(text) > most:
            faults.append(Fault("", name, shown(text), "reports.text_long", {"most": most}))
            texts[name] = ""
    if not texts["text"].strip() and not faults:
        faults.append(Fault("", "text", "", "reports.no_text"))
    counts = {name: _count(document, name, faults) for name in ("visitors", "nights")}
    if part == "final" and None in counts.values() and not texts["uncounted"].strip():
        faults += [Fault("", name, "", "reports.uncounted") for name, one in counts.items() if one is None]
    plan, wrong = read_plan(document, None, 0)
    faults += wrong
    if part == "final" and not plan.costs and not any(one.place.startswith("cost") for one in wrong):
        faults.append(Fault("", "cost", "", "reports.no_costs"))
    faults += [Fault("", str(name), str(name), "reports.unknown_field") for name in document if name not in FIELDS]
    return Told(texts["text"].strip(), counts["visitors"], counts["nights"], texts["uncounted"].strip(), plan), faults


def make_final_report(write: Write, award: Award, accepted: dt.date, at: dt.datetime) -> int:
    """Make the final report that is due, within the acceptance's write; its number.

    It is due the scheme's period after the event's last day. A bid's is counted from the acceptance, since nobody knows
    the day of its answer, and so is one whose event has no day or is over: extensions give more.
    """
    last = award.terms.last_day
    begins = accepted if award.bid or last is None else max(last, accepted)
    return _made(write, award.id, "final", award.terms.report.after(begins), at)


def ask_interim(store: Store, actor: Actor, award: int, due: dt.date, *, at: dt.datetime | None = None) -> int:
    """Ask for a report on the way, by the end of a day; its number. Needs ``award.manage``.

    Raises :class:`Faults` for a day that has passed, and where the award doesn't run.
    """
    moment = clock(at)
    with store.write(actor.id, "report.ask") as write:
        one = award_at(write.db, award, moment)
        require(actor, "award.manage", one)
        faults = [] if in_time(moment, due) else [Fault("", "due", due.isoformat(), "reports.due_passed")]
        if one.state not in ("accepted", "active", "suspended"):
            names = {f"state_{lang}": state_name("award", one.state, lang) for lang in ("nb", "en")}
            faults.append(Fault("", "award", one.state, "reports.not_running", names))
        if faults:
            raise Faults(faults)
        number = _made(write, award, "interim", due, moment)
        figures = {"number": one.number, "day_due": due.isoformat()}
        tell(write, f"organisation:{one.organisation}", "reports.told.asked", figures, f"report:{number}", at=moment)
    return number


def save_report(
    store: Store, actor: Actor, id: int, version: int, document: Mapping[str, Any], *, at: dt.datetime | None = None
) -> int:
    """Keep what is typed in a report that isn't in; its new version. Needs ``report.write``, of one's own.

    Raises :class:`Faults` where it is in or can't be stored, Conflict where someone else saved it.
    """
    with store.write(actor.id, "report.save", audited=False) as write:
        found = report_at(write.db, id, clock(at))
        require(actor, "report.write", found)
        if found.state not in WRITABLE:
            raise Faults([_sealed(found)])
        return write.update_row("report", id, version, {"document": stored(dict(document))})


def submit(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Send a report in as it is saved, in time or not; its new version. Raises :class:`Faults` with all it lacks."""
    moment = clock(at)

    def guards(db: Database, one: Report, award: Award) -> Mapping[str, Guard]:
        return {
            "mandate": lambda: mandate_faults(db, award.organisation, actor, moment),
            "complete": lambda: read_told(one.document, one.part)[1],
        }

    changes = {"submitted_at": stamp(moment), "submitted_by": actor.id}
    return _step(store, actor, id, version, "submit", guards, moment, changes)


def approve(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Approve a report; its new version. An award that runs has its final report in by that. Needs ``case.handle``.

    Raises :class:`Faults` for who sent it in or acts for the organisation.
    """
    moment = clock(at)

    def guards(db: Database, one: Report, award: Award) -> Mapping[str, Guard]:
        own = actor.id in (one.submitted_by, *award.owners)
        return {"other_person": lambda: [Fault("", "report", "", "reports.own")] if own else []}

    def done(write: Write, one: Report, award: Award) -> None:
        if one.part == "final" and award.state == "active":
            report_in_within(write, actor, award, award.version, moment)

    return _step(store, actor, id, version, "approve", guards, moment, {}, done)


def send_back(store: Store, actor: Actor, id: int, version: int, grounds: str, *, at: dt.datetime | None = None) -> int:
    """Send a report back on grounds that the organisation reads; its new version. Its day stays."""
    moment = clock(at)

    def done(write: Write, one: Report, award: Award) -> None:
        state_ground(write, actor, award.id, "return_report", grounds, moment)

    stated = [] if grounds.strip() else [Fault("", "grounds", shown(grounds), "application.no_reason")]
    return _step(store, actor, id, version, "return", lambda *_: {"grounds": lambda: stated}, moment, {}, done)


def extend_report(
    store: Store, actor: Actor, id: int, until: dt.date, reason: str, *, at: dt.datetime | None = None
) -> int:
    """Give a report until the end of a later day; the extension's number. Needs ``award.manage``."""
    moment = clock(at)
    with store.write(actor.id, "report.extend") as write:
        found = report_at(write.db, id, moment)
        one = award_at(write.db, found.award, moment)
        require(actor, "award.manage", one)
        if found.state not in WRITABLE:
            raise Faults([_sealed(found)])
        number = extend(write, actor, "report", id, REPORT, found.due, until, reason, at=moment)
        figures = {"number": one.number, "day_due": until.isoformat()}
        dedupe = f"report:{id}:extended:{number}"
        tell(write, f"organisation:{one.organisation}", "reports.told.extended", figures, dedupe, at=moment)
    return number


def get_report(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Report:
    """One report: the organisation's own, or one that was sent in. Needs ``award.read``. Raises LookupError."""
    with store.read() as db:
        found = report_at(db, id, clock(at))
    require(actor, "award.read", found)
    return _seen_by(actor, found)


def list_reports(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> list[Report]:
    """The reports of an award, by day. As :func:`get_report`."""
    moment = clock(at)
    with store.read() as db:
        require(actor, "award.read", award_at(db, award, moment))
        return [_seen_by(actor, one) for one in reports_at(db, award, moment)]


def late_reports(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[Report]:
    """The reports whose day has passed and that aren't in, the latest first: for the list of things to do.

    Those of awards that lapsed, were closed or clawed back are left out. Needs ``award.manage``.
    """
    require(actor, "award.manage")
    moment, ended = clock(at), workflows()["award"].last
    query = "SELECT report.id, award.state FROM report JOIN award ON award.id = report.award ORDER BY report.id"
    with store.read() as db:
        open_ones = [id for id, state in db.execute(query).fetchall() if state not in ended]
        found = [one for id in open_ones if (one := report_at(db, id, moment)).late(moment)]
    return sorted(found, key=lambda one: one.due)


def final_report_faults(db: Database, award: int) -> list[Fault]:
    """The guard ``final_report``: a fault unless the award's final report is approved."""
    row = db.execute("SELECT state FROM report WHERE award = ? AND part = 'final'", [award]).fetchone()
    return [] if row and row[0] == "approved" else [Fault("", "report", "", "reports.no_final")]


def reports_at(db: Database, award: int, at: dt.datetime) -> list[Report]:
    """The reports of an award, asking nobody's leave."""
    ids = db.execute("SELECT id FROM report WHERE award = ? ORDER BY due, id", [award]).fetchall()
    return [report_at(db, id, at) for (id,) in ids]


def report_at(db: Database, id: int, at: dt.datetime) -> Report:
    """A report, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no report {id}")
    due = due_day(db, "report", id, REPORT, dt.date.fromisoformat(row["due"]))
    whose = award_at(db, row["award"], at).owners
    return Report(**{**row, "due": due, "document": json.loads(row["document"])}, owners=whose)


def report_in_within(write: Write, actor: Actor, award: Award, version: int, at: dt.datetime) -> int:
    """Move an award along as its final report is in, within a write; its new version."""
    held: Mapping[str, Guard] = {"final_report": lambda: final_report_faults(write.db, award.id)}
    return step(write, actor, "award", award, version, "report", held, at=at)


def _made(write: Write, award: int, part: Part, due: dt.date, at: dt.datetime) -> int:
    row = {"award": award, "part": part, "due": due, "document": "{}", "state": workflows()["report"].first}
    return int(write.insert("report", {**row, "moved_at": stamp(at)}))


def _step(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    action: str,
    guards: Callable[[Database, Report, Award], Mapping[str, Guard]],
    at: dt.datetime,
    changes: Mapping[str, Any],
    done: Callable[[Write, Report, Award], None] | None = None,
) -> int:
    """One transition with what follows from it and the message, once."""
    with store.write(actor.id, f"report.{action}", audited=False) as write:  # a second click changes nothing
        one = report_at(write.db, id, at)
        award = award_at(write.db, one.award, at)
        held = guards(write.db, one, award)

        def follows() -> None:
            if done is not None:
                done(write, one, award)
            to, dedupe = f"organisation:{award.organisation}", f"report:{id}:{action}:{version}"
            tell(write, to, f"reports.told.{action}", {"number": award.number}, dedupe, at=at)

        return step(write, actor, "report", one, version, action, held, follows, changes=changes, at=at)


def _count(document: Mapping[str, Any], name: str, faults: list[Fault]) -> int | None:
    value = document.get(name)
    if value is None or (type(value) is int and 0 <= value <= LARGEST):
        return value
    faults.append(Fault("", name, shown(value), "reports.count"))
    return None


def _sealed(found: Report) -> Fault:
    names = {f"state_{lang}": state_name("report", found.state, lang, public=True) for lang in ("nb", "en")}
    return Fault("", "report", found.state, "reports.sealed", names)


def _seen_by(actor: Actor, found: Report) -> Report:
    """The report, for others than its organisation without what is still being typed."""
    if found.state not in WRITABLE or may(actor, "report.write", found):
        return found
    return replace(found, document={})
