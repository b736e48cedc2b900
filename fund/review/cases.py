"""A case before the board: what everyone sees of it, the whole of it for those who take part, and who has it.

    public_facts(store, member, 7)              # before anything was declared
    declare(store, member, 7, "none")
    open_case(store, member, 7).checks          # the whole case, as it was sent

A case is opened through the reader's declaration (:mod:`fund.review.conflicts`), and so is each of its papers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from fund.award.record import RecordFact, record_at
from fund.deadlines import clock, oslo_day, stamp
from fund.intake.applications import Application
from fund.intake.as_sent import case_as_sent
from fund.intake.attachments import Paper, read_paper
from fund.intake.budget import balance_faults
from fund.intake.completeness import Case, complete_faults, duplicate_faults, facts_of
from fund.intake.contents import Contents, read_contents
from fund.intake.revisions import Revision, revision_at
from fund.outbox import tell
from fund.review.board import has_role, seat_of
from fund.review.conflicts import Standing, part_faults, reading_faults, sent_case, standing
from fund.review.recommendations import Recommendation, recommendation_at
from fund.rulebook.rules import RuleCheck, check, highest
from fund.rulebook.schemes import Scheme
from fund.state_aid.aid import Picture, picture
from fund.state_aid.aid_grounds import AidGround, aid_ground
from fund.workflow import state_name
from impact.beside import strategy_areas
from impact.estimates import EstimateRow, get_row

Part = Literal["officer", "scorer"]
PARTS: tuple[Part, ...] = get_args(Part)
UNDER_WAY = ("submitted", "needs_completing", "in_review", "ready", "deferred")
"""The states in which somebody has something to do with a case before it is decided."""
_COLUMNS = "id, application, account, part, state, at, version"
_QUERY = f"SELECT {_COLUMNS} FROM assignment"


@dataclass(frozen=True)
class PublicFacts:
    """What everyone may see of a case, from what was sent last. ``municipality`` is its code, ``asked`` øre."""

    application: int
    number: str
    title: str
    organisation: str
    municipality: str
    first_day: dt.date | None
    last_day: dt.date | None
    form: str
    asked: int | None
    state: str


@dataclass(frozen=True)
class Assignment:
    """Who handles or scores a case, since when (UTC)."""

    id: int
    application: int
    account: str
    part: Part
    state: Literal["assigned", "taken_off"]
    at: str
    version: int


@dataclass(frozen=True)
class CaseFile:
    """The whole of a case, as it was sent last.

    ``checks`` are the scheme's rules, ``highest`` is the most (øre) that its caps leave the case, and ``lacking`` what
    keeps it from being whole, a second application for the same included. ``ground`` and ``aid`` are its state aid: the
    ground, None where nobody has set one, and all known aid to the undertaking. ``forecast`` is the locked estimate's
    line, None where none is linked. ``record`` is what is known of the organiser, as facts. ``standing`` is the
    reader's own.
    """

    application: Application
    revision: Revision
    contents: Contents
    scheme: Scheme
    papers: tuple[Paper, ...]
    lacking: tuple[Fault, ...]
    highest: int | None
    checks: tuple[RuleCheck, ...]
    ground: AidGround | None
    aid: Picture
    forecast: EstimateRow | None
    recommendation: Recommendation | None
    record: tuple[RecordFact, ...]
    assignments: tuple[Assignment, ...]
    standing: Standing

    @property
    def strategy(self) -> Mapping[str, int | None]:
        """The degree of fit with each area of the region's strategy, as the applicant says; None where it doesn't."""
        said = self.contents.strategy or {}
        return {area: said.get(area) for area in strategy_areas()}


def public_facts(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> PublicFacts:
    """What everyone may see of a case: all that is seen before a declaration, and after one of conflict.

    Needs ``application.read``. Raises LookupError where it wasn't sent.
    """
    with store.read() as db:
        one = sent_case(db, id, clock(at))
        require(actor, "application.read", one)
        revision = revision_at(db, id)
        contents, _ = read_contents(revision.body["document"])
        return PublicFacts(
            application=id,
            number=str(one.number),
            title=one.title,
            organisation=revision.body["organisation"]["name"],
            municipality=contents.municipality,
            first_day=contents.first_day,
            last_day=contents.last_day,
            form=one.form,
            asked=one.asked,
            state=one.state,
        )


def open_case(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> CaseFile:
    """The whole of a case. Needs ``case.read``, and of the board's people that they take part in it.

    Raises :class:`Faults` with why the reader doesn't, or where what was sent is no longer what it was; LookupError.
    """
    moment = clock(at)
    with store.read() as db:
        one = _opened(db, actor, id, moment)
        revision = revision_at(db, id)
        case = case_as_sent(db, id, moment)
        return CaseFile(
            application=one,
            revision=revision,
            contents=case.contents,
            scheme=case.scheme,
            papers=case.papers,
            lacking=tuple(_lacking(db, case)),
            highest=highest(case.scheme, facts_of(case)),
            checks=tuple(check(case.scheme, facts_of(case))),
            ground=aid_ground(db, id),
            aid=picture(store, actor, revision.body["organisation"]["number"], oslo_day(moment)),
            forecast=None if one.estimate is None else get_row(store, actor, one.estimate),
            recommendation=recommendation_at(db, id),
            record=tuple(record_at(db, revision.body["organisation"]["id"], moment)),
            assignments=tuple(assignments_at(db, id)),
            standing=standing(db, id, actor.id),
        )


def open_case_paper(
    store: Store, actor: Actor, id: int, paper: int, *, at: dt.datetime | None = None
) -> tuple[Paper, bytes]:
    """A paper of what was sent last, and its content. Rights as :func:`open_case`. Raises LookupError for any other."""
    with store.read() as db:
        _opened(db, actor, id, clock(at))
        if paper not in [one["id"] for one in revision_at(db, id).body["attachments"]]:
            raise LookupError(f"application {id} was sent without a paper {paper}")
        return read_paper(db, store.folder, paper)


def assign(
    store: Store, actor: Actor, application: int, account: str, part: Part, *, at: dt.datetime | None = None
) -> int:
    """Give someone a case to handle or to score, and tell them; the assignment's number, the one that is there if any.

    Needs ``case.handle``. Raises :class:`Faults` for a part that is none, who isn't an officer or on the board today,
    who is in conflict or doubt about the case, and a case that is decided; LookupError.
    """
    moment = clock(at)
    with store.write(actor.id, "case.assign", audited=False) as write:
        one = sent_case(write.db, application, moment)
        require(actor, "case.handle", one)
        query = f"{_QUERY} WHERE application = ? AND account = ? AND part = ?"
        held = next(iter(write.db.query(query, [application, account, part])), None)
        if held is not None and held["state"] == "assigned":  # a second click
            return int(held["id"])
        if faults := _assignable(write.db, one, account, part, moment):
            raise Faults(faults)
        made = {"state": "assigned", "at": stamp(moment)}
        if held is None:
            row = {"application": application, "account": account, "part": part, **made}
            id, version = int(write.insert("assignment", row)), 1
        else:
            id = int(held["id"])
            version = write.update_row("assignment", id, held["version"], made)
        tell(write, account, "cases.assigned", {"number": str(one.number)}, f"assigned:{id}:{version}", at=moment)
        return id


def take_off(store: Store, actor: Actor, id: int, version: int) -> int:
    """Take someone off a case; the assignment's new version. What they scored stays. Needs ``case.handle``.

    Raises Conflict where someone changed it, LookupError where there is none.
    """
    require(actor, "case.handle")
    with store.write(actor.id, "case.take_off", audited=False) as write:
        held = next(iter(write.db.query(f"{_QUERY} WHERE id = ?", [id])), None)
        if held is not None and held["state"] == "taken_off" and held["version"] == version + 1:  # a second click
            return version + 1
        return write.update_row("assignment", id, version, {"state": "taken_off"})


def assignments(store: Store, actor: Actor, *, account: str | None = None) -> list[Assignment]:
    """Who has which case, those taken off left out; of everyone or of one account. Needs ``case.read``."""
    require(actor, "case.read")
    with store.read() as db:
        query = f"{_QUERY} WHERE state = 'assigned' AND (? IS NULL OR account = ?) ORDER BY application, id"
        return [Assignment(**row) for row in db.query(query, [account, account])]


def case_officers(store: Store, actor: Actor) -> list[str]:
    """The accounts that a case can be given to for handling: every open one of an officer. Needs ``case.handle``."""
    require(actor, "case.handle")
    query = "SELECT DISTINCT account FROM account_role WHERE role = 'officer' ORDER BY account"
    with store.read() as db:
        found = [f"account:{number}" for (number,) in db.execute(query).fetchall()]
        return [one for one in found if has_role(db, one, "officer")]


def assignments_at(db: Database, application: int) -> list[Assignment]:
    """Who has a case, asking nobody's leave; those taken off left out."""
    query = f"{_QUERY} WHERE application = ? AND state = 'assigned' ORDER BY id"
    return [Assignment(**row) for row in db.query(query, [application])]


def _opened(db: Database, actor: Actor, id: int, at: dt.datetime) -> Application:
    """The application, if the actor may read the whole case."""
    require(actor, "case.read")
    one = sent_case(db, id, at)
    if faults := reading_faults(db, actor, id):
        raise Faults(faults)
    return one


def _lacking(db: Database, case: Case) -> list[Fault]:
    """What keeps a case from being whole, as it was sent."""
    return [*complete_faults(case), *balance_faults(case.contents.plan), *duplicate_faults(db, case)]


def _assignable(db: Database, one: Application, account: str, part: Any, at: dt.datetime) -> list[Fault]:
    """What keeps a case from being given to someone."""
    faults = []
    if one.state not in UNDER_WAY:
        names = {f"state_{lang}": state_name("application", one.state, lang) for lang in ("nb", "en")}
        faults.append(Fault("", "application", str(one.number), "cases.decided", names))
    if part not in PARTS:
        faults.append(Fault("", "part", shown(part), "cases.part"))
    elif part == "officer" and not has_role(db, account, "officer"):
        faults.append(Fault("", "account", shown(account), "cases.no_officer"))
    elif part == "scorer" and seat_of(db, account, oslo_day(at)) is None:
        faults.append(Fault("", "account", shown(account), "cases.no_seat"))
    if standing(db, one.id, account) != "undeclared" and part_faults(db, one.id, account):
        faults.append(Fault("", "account", account, "cases.conflicted", {"number": str(one.number)}))
    return faults
