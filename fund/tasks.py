"""What waits in the fund for a person: one list, from what is stored; doing the work makes it go away.

    for one in fund_tasks(store, actor):
        print(one.kind, one.number, one.title("nb"), one.due, one.urgency(day))

A task says no more than its reader may read: of a case that a member of the board hasn't declared on, its number and
title, which are public; of one that the reader is in conflict or doubt about, nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from data.audit import canonical
from data.permission import RIGHTS, ROLES, Actor, may
from data.phrases import Lang
from data.store import Store
from fund.deadlines import clock, oslo_day
from fund.intake.calls import call_scheme, due_calls
from fund.outbox import Message, messages
from fund.review.board import Seat, seats_on
from fund.review.conflicts import TAKES_PART, Standing, standings_of
from fund.state_aid.aid_register import to_report
from fund.waiting import CASES, MEETINGS, QUERIES, SCORED, SCORERS, Asked

Kind = Literal[Asked, "call_open", "call_close", "aid_register", "declare", "score", "meeting", "message"]
Urgency = Literal["overdue", "today", "later", "open"]

_RIGHTS: Mapping[Kind, str] = {
    "draft": "application.write",
    "complete": "application.write",
    "accept": "award.accept",
    "condition": "award.accept",
    "report": "report.write",
    "claim_returned": "claim.write",
    "declare": "case.score",
    "score": "case.score",
    "ruling": "case.decide",
    "meeting": "case.vote",
    "hold": "meeting.lead",
    "minutes": "meeting.sign",
    "mandate": "mandate.confirm",
    "payee": "payee.confirm",
    "call_open": "call.run",
    "call_close": "call.run",
    "take_up": "case.handle",
    "unanswered": "case.handle",
    "recommend": "case.handle",
    "resume": "case.handle",
    "chair_ruling": "meeting.prepare",
    "put_on": "meeting.prepare",
    "lock_agenda": "meeting.prepare",
    "lapse": "award.manage",
    "plan": "award.manage",
    "condition_open": "award.manage",
    "report_in": "case.handle",
    "report_late": "award.manage",
    "claim_first": "claim.check",
    "appeal": "case.handle",
    "appeal_away": "case.handle",
    "aid_register": "aid.write",
    "claim_second": "claim.approve",
    "payment_failed": "claim.approve",
    "payment_file": "payment.make",
    "payment_answer": "payment.reconcile",
    "message": "outbox.read",
}
"""Each kind of work and the right that it takes, in the order in which kinds that are due alike are listed."""
KINDS: tuple[Kind, ...] = tuple(_RIGHTS)


@dataclass(frozen=True)
class FundTask:
    """One thing that waits. ``number`` and ``title`` say what it is about; either may be "".

    ``whose`` is the role that it waits on. ``due`` is the last day to do it, extensions counted, or of what somebody
    else was to do; None where there is no day. ``resource`` is the number of the row: of an application, an award, a
    claim, as its kind says. ``parent`` is the award or application whose page has it, 0 where it has a page of its own.
    """

    kind: Kind
    whose: str
    resource: int
    number: str
    title_nb: str
    title_en: str
    due: dt.date | None
    parent: int = 0

    def title(self, lang: Lang) -> str:
        return self.title_en if lang == "en" else self.title_nb

    def urgency(self, day: dt.date) -> Urgency:
        """Whether its day has passed on ``day``, is that day, is to come, or isn't set: ``open``."""
        if self.due is None:
            return "open"
        return "overdue" if self.due < day else "today" if self.due == day else "later"


def fund_tasks(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[FundTask]:
    """Everything that waits for the actor in the fund, what is due first in front and what has no day last.

    Kinds that the actor has no right to do are left out, and of those that it has what only others may do: a claim that
    it has approved once, a mandate of its own. Who has no rights in the fund gets an empty list.
    """
    moment = clock(at)
    given = {"who": actor.id, "today": oslo_day(moment).isoformat()}
    found: list[FundTask] = []
    with store.read() as db:
        rows = [
            (kind, *row)
            for kind, query in QUERIES.items()
            if may(actor, _RIGHTS[kind])
            for row in db.execute(query, given).fetchall()
        ]
        stands = standings_of(db, actor.id, {case for *_, case, _ in rows if case is not None})
        for kind, row, number, nb, en, due, case, parent in rows:
            if stands.get(case, "none") in TAKES_PART:
                found.append(_task(actor, kind, row, number, nb, en, due, parent or 0))
        found += _of_the_board(db, actor, moment)
    found += _of_calls(store, actor, moment)
    found += _of_aid(store, actor)
    found += _of_messages(store, actor, moment)
    return sorted(found, key=_order)


def _task(
    actor: Actor,
    kind: Kind,
    row: int,
    number: str | None,
    nb: str,
    en: str,
    due: str | dt.date | None,
    parent: int = 0,
) -> FundTask:
    """A task as a query gave it, for the first of the actor's roles that may do it."""
    right = RIGHTS[_RIGHTS[kind]]
    whose = next((role for role in (*ROLES, "operator") if role in actor.roles and role in right), "")
    day = dt.date.fromisoformat(due) if isinstance(due, str) else due
    return FundTask(kind, whose, int(row), number or "", nb, en, day, parent)


def _order(one: FundTask) -> tuple[bool, dt.date, int, str, int]:
    return (one.due is None, one.due or dt.date.max, KINDS.index(one.kind), one.number, one.resource)


def _of_the_board(db: Database, actor: Actor, at: dt.datetime) -> list[FundTask]:
    """Cases to declare on and to score, and meetings to come, for who has a seat."""
    if not may(actor, _RIGHTS["score"]):
        return []
    held = seats_on(db, oslo_day(at))
    seat = next((one for one in held if one.account == actor.id), None)
    if seat is None:
        return []
    given = {"who": actor.id, "today": oslo_day(at).isoformat()}
    cases = db.execute(CASES).fetchall()
    ids = canonical([case for case, *_ in cases])
    stands = standings_of(db, actor.id, [case for case, *_ in cases])
    found = [
        _task(actor, "declare", case, number, title, title, due)
        for case, number, title, _, due in cases
        if stands.get(case, "undeclared") == "undeclared"
    ]
    mine = _to_score(db, seat, held, [case for case, *_ in cases if stands.get(case) in TAKES_PART])
    scored: dict[int, set[str]] = defaultdict(set)
    for case, criterion in db.execute(SCORED, {"who": actor.id, "cases": ids}).fetchall():
        scored[case].add(criterion)
    weights = {call: set(call_scheme(db, call).weights) for call in {call for case, _, _, call, _ in cases}}
    found += [
        _task(actor, "score", case, number, title, title, due)
        for case, number, title, call, due in cases
        if case in mine and not weights[call] <= scored[case]
    ]
    return found + [_task(actor, "meeting", *row[:5]) for row in db.execute(MEETINGS, given).fetchall()]


def _to_score(db: Database, seat: Seat, held: Collection[Seat], cases: Collection[int]) -> set[int]:
    """Which of the cases a person is to score: those that they were asked to, and where nobody was asked, those that
    they count for: a member, or the deputy of one who doesn't take part."""
    asked: dict[int, set[str]] = defaultdict(set)
    for case, account in db.execute(SCORERS).fetchall():
        asked[case].add(account)
    member: Mapping[int, Standing] = {}
    if seat.deputy_for is not None:
        account = next(one.account for one in held if one.id == seat.deputy_for)
        member = standings_of(db, account, cases)
    out = ("conflict", "disqualified")
    counts = {case for case in cases if seat.member or member.get(case) in out}
    return {case for case in cases if (seat.account in asked[case] if asked[case] else case in counts)}


def _of_calls(store: Store, actor: Actor, at: dt.datetime) -> list[FundTask]:
    """Calls to open, and to close from the day after their last one."""
    if not may(actor, _RIGHTS["call_open"]):
        return []
    found = []
    for one, what in due_calls(store, actor, at=at):
        kind: Kind = "call_open" if what == "open" else "call_close"
        due = one.opens if what == "open" else one.due + dt.timedelta(1)
        found.append(_task(actor, kind, one.id, "", one.title_nb, one.title_en, due))
    return found


def _of_aid(store: Store, actor: Actor) -> list[FundTask]:
    """Aid to be reported to the state's register."""
    if not may(actor, _RIGHTS["aid_register"]):
        return []
    waiting = to_report(store, actor)
    return [_task(actor, "aid_register", one.aid.id, one.aid.reference, "", "", one.deadline) for one in waiting]


def _of_messages(store: Store, actor: Actor, at: dt.datetime) -> list[FundTask]:
    """Letters that were given up, or that nobody can tell about."""
    if not may(actor, _RIGHTS["message"]):
        return []
    lost = [one for one in messages(store, actor, "failed", "sending", at=at) if one.state == "failed" or one.unsure]
    return [_task(actor, "message", one.id, "", *_subjects(one), None) for one in lost]


def _subjects(one: Message) -> tuple[str, str]:
    """What the letter was about, in bokmål and English; its key where the program has no such text any more."""
    try:
        return one.subject("nb"), one.subject("en")
    except KeyError:
        return one.message, one.message
