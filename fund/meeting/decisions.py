"""Decisions: what was voted for is read out, and everything that follows from it happens in the same transaction.

    number = read_out(store, chair, item, version, proposal)

That is the decision's row with what it rests on frozen (the sending of the application, the locked forecast, votes and
conflicts, by hash), the application's new state, the award, its money committed or set aside, the rest of what was
reserved given back, de minimis aid counted, and the message: all of it or nothing.

What always holds: a decision is never changed (triggers); each row's hash is SHA-256 of the hash of the row before it
and its own body; nothing is decided but what a quorum of those who count voted on, sign for sign, with a majority.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from data.audit import canonical
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store, Write
from fund.applicant.organisations import organisation_at
from fund.award.awards import offer
from fund.books.frames import commit, frame_at, guarantee, reserve
from fund.books.ledger import hash_of, pot_balances
from fund.books.pots import fitting
from fund.deadlines import clock, oslo_day, stamp
from fund.intake.applications import Application, application_at
from fund.intake.completeness import forecast_at
from fund.intake.revisions import revision_at
from fund.meeting.agenda import Item, frame_of, item_at, meeting_at, release_at
from fund.meeting.attendance import open_faults, present
from fund.meeting.decision_money import equivalent_of, money_faults
from fund.meeting.proposals import ACTIONS, OUTCOMES, Proposal, proposal_of
from fund.meeting.votes import latest, tally
from fund.outbox import tell
from fund.review.board import quorum, seats_on
from fund.review.conflicts import declarations, part_faults, reading_faults, rulings, sent_case, standing
from fund.review.recommendations import recommendation_at
from fund.rows import row_at
from fund.state_aid.aid import BASES, NewAid, aid_rules, take_aid
from fund.state_aid.aid_grounds import aid_ground
from fund.workflow import move
from impact.estimates import get_estimate

__all__ = ["OUTCOMES", "Decision", "Proposal", "decision_at", "decisions_of", "get_decision", "read_out"]

_COLUMNS = "id, item, application, outcome, amount, grounds, revision, revision_sha256, estimate, estimate_sha256"
_QUERY = f"SELECT {_COLUMNS}, body, at, actor, hash FROM decision"


@dataclass(frozen=True)
class Decision:
    """A decision as it stands. ``amount`` is øre; ``body`` is all of it, as it is in the chain; ``at`` is UTC."""

    id: int
    item: int
    application: int
    outcome: str
    amount: int | None
    grounds: str
    revision: int
    revision_sha256: str
    estimate: int | None
    estimate_sha256: str | None
    body: Mapping[str, Any]
    at: str
    actor: str
    hash: str

    @property
    def day(self) -> dt.date:
        """The day in Norway that it was read out on: periods are counted from it."""
        return oslo_day(dt.datetime.fromisoformat(self.at))

    @property
    def proposal(self) -> Proposal:
        return proposal_of(self.body["proposal"])


def read_out(
    store: Store, actor: Actor, item: int, version: int, proposal: Proposal, *, at: dt.datetime | None = None
) -> int:
    """Read a decision out as the one who leads the meeting; its number. Needs ``case.decide``.

    ``version`` is the application's, as it was read. A second click gives the decision that is there. Raises
    :class:`Faults` where too few who count have voted on exactly this, or no majority is for it; where the case has
    changed since the agenda was locked, or someone's conflict isn't settled; where the money, a cap of the scheme, the
    ceiling for aid or the rules for guarantees stand against it. Conflict where someone changed the application.
    """
    moment = clock(at)
    require(actor, "case.decide")
    if proposal.outcome not in OUTCOMES:
        raise Faults(proposal.faults())
    action = ACTIONS[proposal.outcome]
    with store.write(actor.id, f"application.{action}", audited=False) as write:  # a second click changes nothing
        held = item_at(write.db, item)
        one = application_at(write.db, held.application, moment)
        row = {**row_at(write.db, "application", one.id, version), "owners": one.owners}
        guards = {
            "decision": lambda: decision_faults(store, actor, write.db, held, one, proposal),
            "money": lambda: [] if proposal.faults() else money_faults(store, write.db, one, proposal, moment),
        }
        move(write, actor, "application", row, action, guards=guards, at=moment)
        if one.version == version:
            number = _write_down(write, actor, held, one, proposal, moment)
            _carry_out(store, write, actor, held, one, proposal, number, moment)
        found = write.db.execute("SELECT id FROM decision WHERE item = ?", [item]).fetchone()
        if found is None:
            raise LookupError(f"item {item} was not decided")
        return int(found[0])


def get_decision(store: Store, actor: Actor, id: int) -> Decision:
    """A decision with votes and conflicts. Needs ``case.read``. Raises LookupError where there is none."""
    require(actor, "case.read")
    with store.read() as db:
        return decision_at(db, id)


def list_decisions(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> list[Decision]:
    """What was decided in a case, first to last. Rights as :func:`fund.review.cases.open_case`."""
    require(actor, "case.read")
    with store.read() as db:
        sent_case(db, application, clock(at))
        if faults := reading_faults(db, actor, application):
            raise Faults(faults)
        return decisions_of(db, application)


def decision_at(db: Database, id: int) -> Decision:
    """A decision, asking nobody's leave. Raises LookupError where there is none."""
    row = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if row is None:
        raise LookupError(f"no decision {id}")
    return _decision(row)


def decisions_of(db: Database, application: int) -> list[Decision]:
    """What was decided of a case, first to last: put off, decided, decided anew after an appeal."""
    return [_decision(row) for row in db.query(f"{_QUERY} WHERE application = ? ORDER BY id", [application])]


def decision_faults(
    store: Store, actor: Actor, db: Database, item: Item, one: Application, proposal: Proposal
) -> list[Fault]:
    """What keeps a proposal from being what the body decided."""
    meeting = meeting_at(db, item.meeting)
    if faults := [*open_faults(meeting), *proposal.faults()]:
        return faults
    if item.state != "on":
        return [Fault("", "item", str(item.position), f"votes.{item.state}")]
    advice = recommendation_at(db, one.id)
    if advice is None or advice.id != item.recommendation:
        return [Fault("", "application", str(one.number), "decisions.changed")]
    found = [*part_faults(db, one.id, actor.id), *_conflict_faults(db, item, meeting.day)]
    count, least = tally(db, item, proposal), quorum(db, meeting.day)
    if actor.id not in count.counted and not found:
        found.append(Fault("", "account", actor.id, "decisions.not_leading"))
    figures = {"given": count.given, "least": least, "counted": len(count.counted)}
    if count.given < least:
        found.append(Fault("", "votes", "", "decisions.no_quorum", figures))
    elif not count.carried(actor.id):
        votes = {"for": len(count.votes_for), "against": len(count.votes_against)}
        found.append(Fault("", "votes", "", "decisions.no_majority", votes))
    return [*found, *_forecast_faults(store, actor, db, one)]


def _conflict_faults(db: Database, item: Item, day: dt.date) -> list[Fault]:
    """Members in the meeting who have not said whether they have a conflict, and anyone whose doubt isn't ruled on."""
    members = {one.account for one in seats_on(db, day) if one.deputy_for is None}
    found = []
    for account in present(db, item.meeting):
        word = standing(db, item.application, account)
        if word == "doubt" or (word == "undeclared" and account in members):
            found.append(Fault("", "account", account, f"decisions.conflict_{word}"))
    return found


def _forecast_faults(store: Store, actor: Actor, db: Database, one: Application) -> list[Fault]:
    """What is wrong with the forecast behind a case; it may have none."""
    if one.estimate is None:
        return []
    held = forecast_at(db, one.estimate)
    if held is None or held.withdrawn:
        return [Fault("", "estimate", str(one.estimate), "application.forecast.withdrawn")]
    try:
        get_estimate(store, actor, one.estimate)
    except Faults as wrong:
        return list(wrong.faults)
    return []


def _write_down(write: Write, actor: Actor, item: Item, one: Application, proposal: Proposal, at: dt.datetime) -> int:
    """Add the decision to the chain, with all that it rests on; its number."""
    db = write.db
    last = db.execute("SELECT id, hash FROM decision ORDER BY id DESC LIMIT 1").fetchone() or (0, "")
    sent = revision_at(db, one.id)
    forecast = None if one.estimate is None else forecast_at(db, one.estimate)
    row = {
        "id": last[0] + 1,
        "item": item.id,
        "application": one.id,
        "outcome": proposal.outcome,
        "amount": proposal.amount,
        "grounds": proposal.grounds.strip(),
        "revision": sent.number,
        "revision_sha256": sent.sha256,
        "estimate": None if forecast is None else forecast.estimate,
        "estimate_sha256": None if forecast is None else forecast.sha256,
        "at": stamp(at),
        "actor": actor.id,
    }
    count, given = tally(db, item, proposal), latest(db, item.id)
    body = canonical(
        {
            **row,
            "meeting": item.meeting,
            "number": one.number,
            "proposal": proposal.plain(),
            "recommendation": item.recommendation,
            "counted": list(count.counted),
            "votes": [
                {"vote": given[who].id, "account": who, "word": given[who].word, "remote": given[who].remote}
                for who in (*count.votes_for, *count.votes_against)
            ],
            "conflicts": conflicts_in(db, one.id),
        }
    )
    return int(write.insert("decision", {**row, "body": body, "hash": hash_of(last[1], body)}, derived=("body",)))


def conflicts_in(db: Database, application: int) -> list[dict[str, Any]]:
    """Everyone who said more of a case than that there is no conflict: the last word, why, and the body's ruling."""
    words = {one.account: one for one in declarations(db, application)}
    ruled = {one.account: one for one in rulings(db, application) if one.declaration == words[one.account].id}
    found = []
    for account, word in sorted(words.items()):
        if word.word == "none" and account not in ruled:
            continue
        said: dict[str, Any] = {"account": account, "word": word.word, "reason": word.reason, "ruling": None}
        if one := ruled.get(account):
            votes = dict(one.votes)
            said["ruling"] = {"disqualified": one.disqualified, "reason": one.reason, "votes": votes, "at": one.at}
        found.append(said)
    return found


def _carry_out(
    store: Store,
    write: Write,
    actor: Actor,
    item: Item,
    one: Application,
    proposal: Proposal,
    number: int,
    at: dt.datetime,
) -> None:
    """What follows from a decision: the award and its money, aid, what was reserved, the agenda, the message."""
    db = write.db
    if proposal.amount is None:
        release_at(write, item, item.reserved or 0, at)
        to, figures = f"organisation:{one.organisation}", {"number": str(one.number)}
        tell(write, to, f"decisions.told.{proposal.outcome}", figures, f"decision:{number}", at=at)
    else:
        frame, form = frame_of(db, one.id), proposal.form
        award = offer(
            write,
            actor,
            one,
            number,
            proposal.outcome,
            form,
            proposal.amount,
            frame,
            proposal.conditions,
            proposal.bid,
            at,
        )
        _book(write, item, proposal, proposal.amount, frame, award, at)
        _count_aid(store, write, one, proposal, proposal.amount, award, at)
    write.update_row("agenda_item", item.id, item.version, {"state": "decided"})


def _book(write: Write, item: Item, proposal: Proposal, amount: int, frame: int, award: int, at: dt.datetime) -> None:
    """Commit or set aside what is given: from what was reserved for the case, and no more of the meeting's than that.

    Where what is reserved doesn't fit the earmarks that were decided, it is given back first, and others drawn.
    """
    reserved, earmarks = item.reserved or 0, proposal.earmarks
    if reserved and amount > reserved:
        key, more = f"item:{item.id}:more", amount - reserved
        reserve(write, key, frame, item.meeting, more, earmarks=earmarks, at=at)
        reserved = amount
    held = pot_balances(write.db, "reserved", frame_at(write.db, frame).year, item.meeting)
    fits = sum(fitting({of: ore for of, ore in held.items() if of.frame == frame}, earmarks).values())
    meeting = item.meeting if reserved and fits >= amount else 0
    if not meeting:
        release_at(write, item, reserved, at)
        reserved = 0
    posts, kind = (guarantee, "guaranteed") if proposal.form == "guarantee" else (commit, "committed")
    key = f"award:{award}:{kind}"
    posted = posts(write, key, frame, award, amount, meeting=meeting, earmarks=earmarks, at=at)
    if meeting:
        release_at(write, item, reserved + posted.moved("reserved"), at)


def _count_aid(
    store: Store, write: Write, one: Application, proposal: Proposal, amount: int, award: int, at: dt.datetime
) -> None:
    """Enter the award among known aid: de minimis within its ceiling, what is exempt for the register."""
    ground = aid_ground(write.db, one.id)
    if ground is None or ground.kind not in BASES or one.organisation is None:
        return
    day = oslo_day(at)
    aid = NewAid(
        orgnr=organisation_at(write.db, one.organisation, at).number,
        day=day,
        form=proposal.form,
        amount=amount,
        origin="award",
        reference=f"{one.number} ({award})",
        basis=ground.kind,
        equivalent=equivalent_of(proposal),
        ground=str((proposal.loan or {}).get("ground") or ""),
    )
    take_aid(write, aid, aid_rules(store, day))


def _decision(row: Mapping[str, Any]) -> Decision:
    return Decision(**{**row, "body": json.loads(row["body"])})
