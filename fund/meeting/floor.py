"""What a case has on the table in a meeting: motions with their tallies, who counts, the frame, what hinders.

    floor(store, member, item).motions[-1].tally
    hindrances(store, chair, item, proposal)    # why it can't be read out now

A motion is on the table by being recommended or voted on: who puts another one forward votes for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from data.audit import object_in
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from fund.books.frames import Frame, frame_at
from fund.deadlines import clock
from fund.intake.applications import application_at
from fund.meeting.agenda import Item, frame_of, item_at, meeting_at
from fund.meeting.attendance import Attendance, attendances, present
from fund.meeting.decision_money import money_faults
from fund.meeting.decisions import Decision, conflicts_in, decision_at, decision_faults
from fund.meeting.proposals import Proposal, proposal_of
from fund.meeting.votes import Tally, Vote, counting, latest, may_vote, tally, votes_at
from fund.review.board import Seat, quorum, seats_on
from fund.review.conflicts import Standing, reading_faults, standing
from fund.review.recommendations import Recommendation, recommendation_at

_NEEDS_TERMS = ("guaranteed", "lent")
"""What can't be voted on as it is recommended: the terms are stated with the motion."""


@dataclass(frozen=True)
class Motion:
    """A proposal that is on the table, and how those who count now voted on exactly it."""

    proposal: Proposal
    tally: Tally
    recommended: bool


@dataclass(frozen=True)
class Floor:
    """A case on the table. ``least`` is the quorum; ``votes`` each person's that stands, by account.

    ``conflicts`` are what is read out of them, ``frame`` what the case is given from as it stands now. ``standings``
    tell how each who is there stands to the case, and ``gone`` who has left. ``earmarks`` are those that money has,
    and ``may_vote`` is what keeps the reader from voting.
    """

    item: Item
    version: int
    asked: int | None
    needs: int | None
    advice: Recommendation | None
    motions: tuple[Motion, ...]
    votes: Mapping[str, Vote]
    counted: tuple[str, ...]
    least: int
    conflicts: tuple[Mapping[str, Any], ...]
    standings: Mapping[str, Standing]
    gone: tuple[str, ...]
    frame: Frame
    earmarks: tuple[str, ...]
    decision: Decision | None
    may_vote: tuple[Fault, ...]


@dataclass(frozen=True)
class Place:
    """A seat on the day of a meeting, and whether its person is there; None where that one hasn't come."""

    seat: Seat
    there: Attendance | None


def floor(store: Store, actor: Actor, item: int) -> Floor:
    """What a case has on the table. Needs ``case.read``.

    Raises :class:`Faults` where it isn't decided and the actor doesn't take part in it, LookupError.
    """
    require(actor, "case.read")
    with store.read() as db:
        held = item_at(db, item)
        if held.state != "decided" and (faults := reading_faults(db, actor, held.application)):
            raise Faults(faults)
        one = application_at(db, held.application, clock(None))
        advice = _advice(db, held)
        motions = _motions(db, held, advice)
        meeting = meeting_at(db, held.meeting)
        found = db.execute("SELECT id FROM decision WHERE item = ?", [item]).fetchone()
        return Floor(
            item=held,
            version=one.version,
            asked=one.asked,
            needs=one.least,
            advice=advice,
            motions=motions,
            votes=latest(db, item),
            counted=counting(db, held),
            least=quorum(db, meeting.day),
            conflicts=tuple(conflicts_in(db, held.application)),
            standings={who: standing(db, held.application, who) for who in present(db, meeting.id)},
            gone=tuple(one.account for one in attendances(db, meeting.id) if one.left_at is not None),
            frame=frame_at(db, frame_of(db, held.application)),
            earmarks=tuple(_earmarks(db)),
            decision=None if found is None else decision_at(db, found[0]),
            may_vote=tuple(may_vote(db, actor.id, held)),
        )


def places(store: Store, actor: Actor, meeting: int) -> list[Place]:
    """The board on the day of a meeting, members first, with who of it is there. Needs ``case.read``."""
    require(actor, "case.read")
    with store.read() as db:
        held = meeting_at(db, meeting)
        there = {one.account: one for one in attendances(db, meeting)}
        return [Place(one, there.get(one.account)) for one in seats_on(db, held.day)]


def last_touched(store: Store, actor: Actor, meeting: int) -> int | None:
    """The item of a meeting that was last voted on or decided; None before the first vote. Needs ``case.read``."""
    require(actor, "case.read")
    query = (
        "SELECT agenda_item.id FROM agenda_item JOIN vote ON vote.item = agenda_item.id WHERE meeting = ?"
        " AND agenda_item.state <> 'off' ORDER BY vote.id DESC LIMIT 1"
    )
    with store.read() as db:
        found = db.execute(query, [meeting]).fetchone()
        return None if found is None else int(found[0])


def hindrances(
    store: Store, actor: Actor, item: int, proposal: Proposal, *, at: dt.datetime | None = None
) -> list[Fault]:
    """What keeps a proposal from being read out now, all of it; reading it out asks again. Needs ``case.decide``."""
    require(actor, "case.decide")
    moment = clock(at)
    with store.read() as db:
        held = item_at(db, item)
        one = application_at(db, held.application, moment)
        found = decision_faults(store, actor, db, held, one, proposal)
        if proposal.faults():
            return found
        return [*found, *money_faults(store, db, one, proposal, moment), *_room_faults(db, held, proposal)]


def _advice(db: Database, item: Item) -> Recommendation | None:
    """The recommendation that the agenda was locked with; one that came later is no business of this meeting."""
    advice = recommendation_at(db, item.application)
    return advice if advice is not None and advice.id == item.recommendation else None


def _motions(db: Database, item: Item, advice: Recommendation | None) -> tuple[Motion, ...]:
    """The recommendation first, then each other proposal in the order in which it was first voted on."""
    texts: dict[str, Proposal] = {}
    recommended = ""
    if advice is not None and advice.outcome not in _NEEDS_TERMS:
        proposal = recommended_proposal(advice)
        recommended = proposal.text
        texts[recommended] = proposal
    for vote in votes_at(db, item.id):
        texts.setdefault(vote.proposal, proposal_of(object_in(vote.proposal)))
    return tuple(Motion(one, tally(db, item, one), text == recommended) for text, one in texts.items())


def recommended_proposal(advice: Recommendation) -> Proposal:
    """What is recommended, put as a motion; a guarantee and a loan still lack their terms."""
    return Proposal(advice.outcome, advice.amount, advice.grounds, advice.conditions, advice.earmarks)


def _earmarks(db: Database) -> list[str]:
    found = db.execute("SELECT DISTINCT earmark FROM ledger_total ORDER BY earmark").fetchall()
    return [name for (name,) in found if name]


def _room_faults(db: Database, item: Item, proposal: Proposal) -> list[Fault]:
    """Where the frame, with what is reserved for the case, or the room for guarantees has too little left."""
    amount, within = proposal.amount or 0, frame_at(db, frame_of(db, item.application))
    found, room = [], within.room + (item.reserved or 0)
    if amount > room:
        left = {"ore_amount": within.amount, "ore_room": room, "ore_wanted": amount}
        found.append(Fault("", "frame", str(within.id), "ledger.frame_full", left))
    if proposal.form == "guarantee" and amount > within.exposure_room:
        opened = within.exposure_limit - within.exposure_room
        exposed = {"ore_open": opened, "ore_limit": within.exposure_limit, "ore_wanted": amount}
        found.append(Fault("", "exposure_limit", "", "ledger.exposed", exposed))
    return found
