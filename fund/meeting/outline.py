"""Agendas as people read them: each case with what it is, what is recommended or decided, and what the money comes to.

lines(store, member, meeting)               # a line per case, those that were taken off included
candidates(store, officer)                  # cases that are ready and stand on no open agenda
money_wanted(store, officer, meeting)       # per frame: what its cases are recommended together
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from data.permission import Actor, require
from data.store import Store
from fund.books.frames import Frame, frame_at
from fund.intake.revisions import revision_at
from fund.meeting.agenda import Item, Meeting, frame_of, items_of, meeting_at, meeting_of_row
from fund.review.conflicts import reading_faults
from fund.review.recommendations import recommendation_at
from fund.state_aid.aid import BASES
from fund.state_aid.aid_grounds import aid_ground
from fund.state_aid.euro import rate_on


@dataclass(frozen=True)
class Line:
    """A case of an agenda. ``outcome`` and ``amount`` (øre) are what was decided, else what is recommended.

    Before the decision they are known to who takes part in the case: ``knows``. ``version`` is the application's.
    """

    item: Item
    number: str
    title: str
    organisation: str
    form: str
    asked: int | None
    version: int
    knows: bool
    outcome: str
    amount: int | None
    decision: int | None


@dataclass(frozen=True)
class Candidate:
    """A case that can be put on an agenda, with what is recommended; no outcome where nothing is."""

    application: int
    number: str
    title: str
    organisation: str
    asked: int | None
    outcome: str
    amount: int | None


@dataclass(frozen=True)
class Planned:
    """A meeting as a line of a list: cases that are on its agenda or decided, and the decided ones of them."""

    meeting: Meeting
    cases: int
    decided: int


@dataclass(frozen=True)
class Wanted:
    """What an agenda's cases are recommended together from a frame, in øre, and the frame as it stands now."""

    frame: Frame
    amount: int

    @property
    def left(self) -> int:
        """What the frame would have left; below zero where it is too much."""
        return self.frame.room - self.amount


def lines(store: Store, actor: Actor, meeting: int) -> list[Line]:
    """The cases of a meeting in their order. Needs ``case.read``. Raises LookupError where there is no such meeting."""
    require(actor, "case.read")
    with store.read() as db:
        meeting_at(db, meeting)
        return [_line(db, actor, one) for one in items_of(db, meeting)]


def rate_awaited(store: Store, actor: Actor, meeting: int, day: dt.date) -> bool:
    """Whether an undecided case is aid counted in euro, and the day has no rate. Needs ``case.read``."""
    require(actor, "case.read")
    with store.read() as db:
        if rate_on(db, day) is not None:
            return False
        waiting = [one.application for one in items_of(db, meeting) if one.state not in ("decided", "off")]
        grounds = [aid_ground(db, one) for one in waiting]
        return any(one is not None and one.kind in BASES for one in grounds)


def planned_meetings(store: Store, actor: Actor) -> list[Planned]:
    """Every meeting with how many cases it has, the latest first. Needs ``case.read``."""
    require(actor, "case.read")
    query = (
        "SELECT meeting.*, (SELECT count(*) FROM agenda_item WHERE meeting = meeting.id AND state <> 'off') AS cases,"
        " (SELECT count(*) FROM agenda_item WHERE meeting = meeting.id AND state = 'decided') AS decided"
        " FROM meeting ORDER BY day DESC, id DESC"
    )
    with store.read() as db:
        rows = [dict(row) for row in db.query(query)]
        return [
            Planned(decided=row.pop("decided"), cases=row.pop("cases"), meeting=meeting_of_row(row)) for row in rows
        ]


def candidates(store: Store, actor: Actor) -> list[Candidate]:
    """Cases that are ready and on no open agenda, by number. Needs ``meeting.prepare``."""
    require(actor, "meeting.prepare")
    query = (
        "SELECT id, number, title, asked FROM application WHERE state = 'ready' AND NOT EXISTS (SELECT 1 FROM"
        " agenda_item JOIN meeting ON meeting.id = meeting WHERE application = application.id"
        " AND agenda_item.state = 'on' AND meeting.state IN ('planned', 'agenda_locked')) ORDER BY number"
    )
    found = []
    with store.read() as db:
        for id, number, title, asked in db.execute(query).fetchall():
            outcome, amount, _ = _recommended(db, actor, id)
            found.append(Candidate(id, str(number), title, _organisation(db, id), asked, outcome, amount))
    return found


def money_wanted(store: Store, actor: Actor, meeting: int) -> list[Wanted]:
    """What the cases on a meeting's agenda are recommended, frame by frame. Needs ``meeting.prepare``."""
    require(actor, "meeting.prepare")
    wanted: dict[int, int] = defaultdict(int)
    with store.read() as db:
        for one in items_of(db, meeting):
            advice = recommendation_at(db, one.application) if one.state == "on" else None
            if advice is not None and advice.amount:
                wanted[frame_of(db, one.application)] += advice.amount
        return [Wanted(frame_at(db, frame), amount) for frame, amount in wanted.items()]


def frames_behind(store: Store, actor: Actor, meetings: Iterable[int]) -> dict[int, list[Frame]]:
    """The frames that the cases of each meeting are given from, as they stand now. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    found: dict[int, list[Frame]] = {}
    with store.read() as db:
        for meeting in meetings:
            held = {frame_of(db, one.application) for one in items_of(db, meeting) if one.state != "off"}
            found[meeting] = [frame_at(db, one) for one in sorted(held)]
    return found


def _line(db: Database, actor: Actor, item: Item) -> Line:
    query = "SELECT number, title, form, asked, version FROM application WHERE id = ?"
    number, title, form, asked, version = db.execute(query, [item.application]).fetchone()
    organisation = _organisation(db, item.application)
    decided = "SELECT id, outcome, amount FROM decision WHERE item = ?"
    decision, outcome, amount = db.execute(decided, [item.id]).fetchone() or (None, "", None)
    knows = True
    if decision is None:
        outcome, amount, knows = _recommended(db, actor, item.application)
    return Line(item, str(number), title, organisation, form, asked, version, knows, outcome, amount, decision)


def _recommended(db: Database, actor: Actor, application: int) -> tuple[str, int | None, bool]:
    """What is recommended, as far as the actor may know, and whether that is so."""
    if reading_faults(db, actor, application):
        return "", None, False
    advice = recommendation_at(db, application)
    return ("", None, True) if advice is None else (advice.outcome, advice.amount, True)


def _organisation(db: Database, application: int) -> str:
    return str(revision_at(db, application).body["organisation"]["name"])
