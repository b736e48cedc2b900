"""The cases as a list of work: where each stands, what is next, until when, who has it, and which meeting it is on.

    for one in case_lines(store, officer):
        print(one.number, one.next, one.due, one.urgency(day))

Everything here is public of a case, or about the work with it; no text of an applicant's but the title. All rows are
read at once, never one row at a time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from data.audit import canonical
from data.permission import Actor, require
from data.phrases import Lang
from data.store import Store
from fund.deadlines import clock, oslo_day
from fund.intake.calls import call_scheme
from fund.intake.handling import COMPLETING
from fund.review.cases import UNDER_WAY
from fund.review.conflicts import Standing, standings_of
from fund.waiting import SCORED, later
from fund.workflow import workflows

Next = Literal[
    "take_up", "waiting", "unanswered", "recommend", "put_on", "meeting", "resume", "appeal", "appeal_away", "none"
]
Urgency = Literal["overdue", "today", "later", "open"]
_BY_STATE: Mapping[str, Next] = {"submitted": "take_up", "in_review": "recommend", "deferred": "resume"}
_DUE = later("r.due", "request", "r.id", COMPLETING)
_QUERY = f"""
SELECT a.id, a.number, a.title, a.form, a.asked, a.state, a.submitted_at, a.moved_at, a.call, call.title_nb,
    call.title_en, o.name AS organisation, m.id AS meeting, m.title AS meeting_title, m.day AS meeting_day,
    CASE WHEN a.state = 'needs_completing' THEN (SELECT {_DUE} FROM completion_request r
        WHERE r.application = a.id ORDER BY r.id DESC LIMIT 1) END AS answer_by,
    (SELECT p.state FROM appeal p WHERE p.application = a.id AND p.state IN ('received', 'sent_on')
        ORDER BY p.id DESC LIMIT 1) AS appeal
FROM application a JOIN call ON call.id = a.call LEFT JOIN organisation o ON o.id = a.organisation
LEFT JOIN (agenda_item i JOIN meeting m ON m.id = i.meeting AND m.state IN ('planned', 'agenda_locked'))
    ON i.application = a.id AND i.state = 'on'
WHERE a.number IS NOT NULL AND {{wanted}} ORDER BY a.submitted_at DESC, a.id DESC"""


@dataclass(frozen=True)
class CaseLine:
    """A case as a line. ``asked`` is øre; ``due`` the day that is next: to answer by, or of the meeting.

    ``officers`` are the accounts that handle it. ``standing`` is the reader's own, and ``scored`` whether the reader
    has said something on every criterion.
    """

    id: int
    number: str
    title: str
    organisation: str
    call: int
    call_nb: str
    call_en: str
    form: str
    asked: int | None
    state: str
    submitted_at: str
    moved_at: str
    next: Next
    due: dt.date | None
    meeting: int | None
    meeting_title: str
    officers: tuple[str, ...]
    standing: Standing
    scored: bool

    def call_title(self, lang: Lang) -> str:
        return self.call_en if lang == "en" else self.call_nb

    @property
    def open(self) -> bool:
        """Whether somebody has something to do with it: it isn't decided, or an appeal isn't."""
        return self.state in UNDER_WAY or self.next != "none"

    def urgency(self, day: dt.date) -> Urgency:
        """Whether its day has passed on ``day``, is that day, is to come, or isn't set: ``open``."""
        if self.due is None:
            return "open"
        return "overdue" if self.due < day else "today" if self.due == day else "later"


@dataclass(frozen=True)
class CasesKnown:
    """What cases there are to ask for: the calls (titles in nb and en) that have any, newest first, and the states."""

    calls: Mapping[int, Mapping[Lang, str]]
    states: frozenset[str]


def cases_known(store: Store, actor: Actor) -> CasesKnown:
    """The calls and states of the cases that were sent. Needs ``case.read``."""
    require(actor, "case.read")
    sent = "SELECT 1 FROM application AS a WHERE a.call = call.id AND a.state = one.value AND a.number IS NOT NULL"
    with store.read() as db:  # asks for each call and state whether there is one: what they hold isn't counted
        rows = db.execute(
            "SELECT call.id, title_nb, title_en, one.value FROM call CROSS JOIN json_each(?) AS one"
            f" WHERE EXISTS ({sent}) ORDER BY call.id DESC",
            [canonical(sorted(workflows()["application"].states))],
        ).fetchall()
    return CasesKnown({id: {"nb": nb, "en": en} for id, nb, en, _ in rows}, frozenset(state for *_, state in rows))


def case_lines(
    store: Store, actor: Actor, states: Collection[str] | None = None, *, at: dt.datetime | None = None
) -> list[CaseLine]:
    """Every case that was sent, what has a day first and what is due first in front, then the newest. ``case.read``.

    ``states``: only cases in these.
    """
    if states is None:
        return _lines(store, actor, "1", [], at)
    return _lines(store, actor, "a.state IN (SELECT value FROM json_each(?))", [canonical(sorted(states))], at)


def open_lines(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> list[CaseLine]:
    """Those of :func:`case_lines` that are open."""
    appeals = "a.id IN (SELECT application FROM appeal WHERE state IN ('received', 'sent_on'))"
    wanted = f"(a.state IN (SELECT value FROM json_each(?)) OR {appeals})"
    return [one for one in _lines(store, actor, wanted, [canonical(UNDER_WAY)], at) if one.open]


def ended_lines(store: Store, actor: Actor, most: int, *, at: dt.datetime | None = None) -> list[CaseLine]:
    """The ``most`` newest of those of :func:`case_lines` that aren't open."""
    appealed = "EXISTS (SELECT 1 FROM appeal WHERE application = a.id AND state IN ('received', 'sent_on'))"
    wanted = f"a.state NOT IN (SELECT value FROM json_each(?)) AND NOT {appealed}"
    return _lines(store, actor, wanted, [canonical(UNDER_WAY)], at, most)


def _lines(
    store: Store, actor: Actor, wanted: str, values: list[str], at: dt.datetime | None, most: int = -1
) -> list[CaseLine]:
    require(actor, "case.read")
    day = oslo_day(clock(at))
    with store.read() as db:
        rows = list(db.query(f"{_QUERY.format(wanted=wanted)} LIMIT ?", [*values, most]))
        officers, scored = _officers(db), _scored(db, actor, {row["id"]: row["call"] for row in rows})
        stands = standings_of(db, actor.id, [row["id"] for row in rows])
    found = [
        _line(row, day, officers.get(row["id"], ()), stands.get(row["id"], "undeclared"), row["id"] in scored)
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.due is None, one.due or dt.date.max))  # stable: the newest first


def _officers(db: Database) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    query = "SELECT application, account FROM assignment WHERE part = 'officer' AND state = 'assigned' ORDER BY id"
    for case, account in db.execute(query).fetchall():
        found[case] = (*found.get(case, ()), account)
    return found


def _scored(db: Database, actor: Actor, calls: Mapping[int, int]) -> set[int]:
    """The cases in which the actor has said something on every criterion of the call's scheme."""
    said: dict[int, set[str]] = defaultdict(set)
    for case, criterion in db.execute(SCORED, {"who": actor.id, "cases": canonical(list(calls))}).fetchall():
        said[case].add(criterion)
    weights = {call: set(call_scheme(db, call).weights) for call in {calls[case] for case in said}}
    return {case for case, criteria in said.items() if weights[calls[case]] <= criteria}


def _line(
    row: Mapping[str, Any], day: dt.date, officers: tuple[str, ...], standing: Standing, scored: bool
) -> CaseLine:
    answer_by, held = _day(row["answer_by"]), _day(row["meeting_day"])
    return CaseLine(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        organisation=row["organisation"] or "",
        call=row["call"],
        call_nb=row["title_nb"],
        call_en=row["title_en"],
        form=row["form"],
        asked=row["asked"],
        state=row["state"],
        submitted_at=row["submitted_at"],
        moved_at=row["moved_at"],
        next=_next(row, day, answer_by),
        due=answer_by or held,
        meeting=row["meeting"],
        meeting_title=row["meeting_title"] or "",
        officers=officers,
        standing=standing,
        scored=scored,
    )


def _next(row: Mapping[str, Any], day: dt.date, answer_by: dt.date | None) -> Next:
    """What is to be done with a case now."""
    if row["appeal"] is not None and row["state"] in workflows()["application"].ends:
        return "appeal" if row["appeal"] == "received" else "appeal_away"
    if row["state"] == "needs_completing":
        return "unanswered" if answer_by is not None and answer_by < day else "waiting"
    if row["state"] == "ready":
        return "put_on" if row["meeting"] is None else "meeting"
    return _BY_STATE.get(row["state"], "none")


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
