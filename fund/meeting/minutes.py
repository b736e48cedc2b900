"""Minutes: everything that a meeting's minutes state, gathered from its rows, and frozen with its hash when signed.

    minutes_data(store, member, meeting)["items"][0]["decision"]["outcome"]
    sign(store, chair, meeting, version)

They hold who was there for which seat, each case with conflicts, deputies, proposal, votes and decision, what its frame
had left, urgent decisions between meetings that no minutes have yet, and the heads of the chains: of postings, audit,
votes and decisions. People are there by account only; a paper puts names in when it is made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from sqlite_utils import Database

from data import audit
from data.audit import canonical
from data.faults import Fault
from data.permission import Actor, require
from data.store import Store
from fund.books import ledger
from fund.deadlines import clock, stamp
from fund.intake.revisions import revision_at
from fund.meeting.agenda import Item, Meeting, frame_of, item_at, items_of, meeting_at
from fund.meeting.attendance import attendances, seats_filled
from fund.meeting.decisions import Decision, conflicts_in, decision_at
from fund.meeting.votes import chain_faults, votes_at
from fund.review.board import quorum, seat_at, seats_on
from fund.workflow import step

Data = dict[str, Any]


def minutes_data(store: Store, actor: Actor, meeting: int) -> Data:
    """What the minutes of a meeting state: as signed, or as it stands now. Needs ``case.read``.

    Raises LookupError where there is no such meeting.
    """
    require(actor, "case.read")
    with store.read() as db:
        held = meeting_at(db, meeting)
        return dict(json.loads(held.minutes)) if held.minutes else minutes_at(db, held)


def sign(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Sign the minutes of a meeting that was held: they are frozen with their hash; the new version.

    Needs ``meeting.sign``. Raises :class:`Faults` where the signer wasn't there, or a vote or decision isn't what it
    was when it was made.
    """
    moment = clock(at)
    with store.write(actor.id, "meeting.sign", audited=False) as write:  # a second click changes nothing
        held = meeting_at(write.db, id)
        signed = {**minutes_at(write.db, held), "signed": {"account": actor.id, "at": stamp(moment)}}
        text = canonical(signed)
        changes = {"minutes": text, "minutes_sha256": hashlib.sha256(text.encode()).hexdigest()}

        def whole() -> list[Fault]:
            there = actor.id in {one.account for one in attendances(write.db, id)}
            absent = [] if there else [Fault("", "account", actor.id, "minutes.not_there")]
            return [*absent, *chain_faults(write.db)]

        return step(write, actor, "meeting", held, version, "sign", {"minutes": whole}, changes=changes, at=moment)


def minutes_at(db: Database, held: Meeting) -> Data:
    """What the minutes state as the database stands, asking nobody's leave."""
    left = _FramesLeft(db)
    return {
        "meeting": {"id": held.id, "title": held.title, "day": held.day.isoformat(), "kind": held.kind},
        "present": [_there(db, one.account, one.seat, one) for one in attendances(db, held.id)],
        "absent": _absent(db, held),
        "quorum": {"least": quorum(db, held.day), "filled": seats_filled(db, held)},
        "items": [_item(db, held, one, left) for one in items_of(db, held.id)],
        "between": [_item(db, meeting_at(db, one.meeting), one, left) for one in _not_minuted(db, held)],
        "heads": heads(db),
    }


def heads(db: Database) -> Data:
    """The last row of each chain: its number and hash."""
    chain = audit.head(db)
    found: Data = {"ledger": list(ledger.head(db)), "audit": [chain.seq, chain.hash]}
    for kind in ("vote", "decision"):
        last = db.execute(f"SELECT id, hash FROM {kind} ORDER BY id DESC LIMIT 1").fetchone()
        found[kind] = list(last or (0, ""))
    return found


def minutes_faults(db: Database) -> list[Fault]:
    """For the verifier: signed minutes that are no longer what their hash says."""
    query = "SELECT id, minutes, minutes_sha256 FROM meeting WHERE minutes IS NOT NULL ORDER BY id"
    return [
        Fault("", f"meeting {id}", "", "minutes.changed")
        for id, text, digest in db.execute(query).fetchall()
        if hashlib.sha256(text.encode()).hexdigest() != digest
    ]


def _there(db: Database, account: str, seat: int, one: Any) -> Data:
    place = seat_at(db, seat)
    member = None if place.deputy_for is None else seat_at(db, place.deputy_for).account
    said = {"account": account, "seat": seat, "deputy_for": member, "partner": place.partner}
    return {**said, "remote": one.remote, "from": one.at, "left": one.left_at}


def _absent(db: Database, held: Meeting) -> list[str]:
    there = {one.account for one in attendances(db, held.id)}
    return [one.account for one in seats_on(db, held.day) if one.deputy_for is None and one.account not in there]


def _item(db: Database, held: Meeting, item: Item, left: _FramesLeft) -> Data:
    """A case as the minutes state it: what was recommended and voted only once it is decided."""
    found = db.execute("SELECT id FROM decision WHERE item = ?", [item.id]).fetchone()
    decision = None if found is None else decision_at(db, found[0])
    query = "SELECT number, title, form, asked FROM application WHERE id = ?"
    number, title, form, asked = db.execute(query, [item.application]).fetchone()
    return {
        "item": item.id,
        "meeting": held.id,
        "position": item.position,
        "application": item.application,
        "number": number,
        "title": title,
        "organisation": revision_at(db, item.application).body["organisation"]["name"],
        "form": form,
        "asked": asked,
        "state": item.state,
        "off_reason": item.off_reason,
        "recommendation": None if decision is None else _recommended(db, item),
        "conflicts": conflicts_in(db, item.application) if decision is None else decision.body["conflicts"],
        "deputies": [] if decision is None else _called(db, held, decision),
        "votes": [
            {"vote": one.id, "account": one.account, "word": one.word, "remote": one.remote, "at": one.at}
            | {"proposal": hashlib.sha256(one.proposal.encode()).hexdigest(), "hash": one.hash}
            for one in (votes_at(db, item.id) if decision else ())
        ],
        "decision": None if decision is None else _decided(item, decision, left),
    }


def _recommended(db: Database, item: Item) -> Data | None:
    query = "SELECT outcome, amount, grounds FROM recommendation WHERE id = ?"
    row = db.execute(query, [item.recommendation]).fetchone()
    return None if row is None else dict(zip(("outcome", "amount", "grounds"), row, strict=True))


def _decided(item: Item, decision: Decision, left: _FramesLeft) -> Data:
    body: Mapping[str, Any] = decision.body
    return {
        "id": decision.id,
        "at": decision.at,
        "read_by": decision.actor,
        "proposal": body["proposal"],
        "votes": body["votes"],
        "counted": body["counted"],
        "revision": [decision.revision, decision.revision_sha256],
        "estimate": None if decision.estimate is None else [decision.estimate, decision.estimate_sha256],
        "frame_left": left.after(item, decision),
        "hash": decision.hash,
    }


def _called(db: Database, held: Meeting, decision: Decision) -> list[Data]:
    """The deputies who counted in a case, and for whom."""
    seats = seats_on(db, held.day)
    members = {one.id: one.account for one in seats if one.deputy_for is None}
    return [
        {"account": one.account, "for": members[one.deputy_for]}
        for one in seats
        if one.deputy_for is not None and one.account in decision.body["counted"]
    ]


class _FramesLeft:
    """What frames had left, in øre, right after decisions. Each frame is read once for all cases of a meeting."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._frames: dict[int, tuple[list[int], list[int]]] = {}
        self._by_then: dict[str, int] = {}

    def after(self, item: Item, decision: Decision) -> int:
        """What the case's frame had left: up to the last posting that followed from the decision."""
        frame = frame_of(self._db, item.application)
        if frame not in self._frames:
            self._frames[frame] = self._moved(frame)
        postings, left = self._frames[frame]
        place = bisect_right(postings, self._last(item, decision))
        return left[place - 1] if place else 0

    def _last(self, item: Item, decision: Decision) -> int:
        query = (
            "SELECT coalesce(max(id), 0) FROM posting WHERE key IN (SELECT ? UNION ALL"
            " SELECT 'award:' || award.id || kind.value FROM award, json_each(?) AS kind WHERE decision = ?)"
        )
        values = [f"item:{item.id}:released", canonical([":committed", ":guaranteed"]), decision.id]
        (last,) = self._db.execute(query, values).fetchone()
        return int(last) or self._newest(decision.at)

    def _newest(self, at: str) -> int:
        """The last posting by then: nothing was reserved or given, so it is as it was when it was read out."""
        if at not in self._by_then:
            query = "SELECT id FROM posting WHERE at <= ? ORDER BY id DESC LIMIT 1"
            (self._by_then[at],) = self._db.execute(query, [at]).fetchone() or (0,)
        return self._by_then[at]

    def _moved(self, frame: int) -> tuple[list[int], list[int]]:
        """The postings that moved what a frame has left, first to last, and what was left after each."""
        query = (
            "SELECT posting, sum(amount) FROM ledger_account CROSS JOIN leg ON account = ledger_account.id"
            " WHERE award = 0 AND kind = 'frame_room' AND frame = ? GROUP BY posting ORDER BY posting"
        )
        rows = self._db.execute(query, [frame]).fetchall()
        return [posting for posting, _ in rows], list(accumulate(amount for _, amount in rows))


def _not_minuted(db: Database, held: Meeting) -> list[Item]:
    """Urgent cases that were decided before an ordinary meeting ended, and stand in no signed minutes of one."""
    if held.kind != "ordinary":
        return []
    query = (
        "SELECT agenda_item.id FROM decision JOIN agenda_item ON agenda_item.id = item"
        " JOIN meeting ON meeting.id = meeting WHERE kind = 'between' AND (? OR decision.at <= ?)"
        " AND agenda_item.id NOT IN (SELECT json_extract(one.value, '$.item') FROM meeting AS earlier,"
        " json_each(earlier.minutes, '$.between') AS one WHERE earlier.minutes IS NOT NULL) ORDER BY decision.id"
    )
    rows = db.execute(query, [held.state != "held", held.moved_at]).fetchall()
    return [item_at(db, number) for (number,) in rows]
