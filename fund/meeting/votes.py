"""Votes: each a row of its own, chained to the one before; a person's latest on a case counts until it is read out.

    cast(store, member, item, "for", proposal)
    count = tally(db, item, proposal)       # those who count, and what they voted on exactly this

A vote counts where its person is in the meeting, in the room or from elsewhere, and sits in the case: a member who
takes part, or the deputy of one who is absent or disqualified (:func:`fund.review.conflicts.who_sits`).

What always holds: votes are never changed or deleted (triggers); each row's hash is SHA-256 of the hash of the row
before it and its own body, and the audit has that hash too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from data.audit import canonical, object_in
from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.books.ledger import hash_of
from fund.deadlines import clock, stamp
from fund.meeting.agenda import Item, item_at, meeting_at
from fund.meeting.attendance import attendances, open_faults, present
from fund.meeting.proposals import Proposal
from fund.review.conflicts import part_faults, reading_faults, who_sits

Word = Literal["for", "against"]
_BODY = ("id", "item", "account", "word", "proposal", "remote", "at")
_QUERY = f"SELECT {', '.join(_BODY)}, hash FROM vote"
_SAID = ("id", "item", "application", "outcome", "amount", "grounds")
_DECIDED = (*_SAID, "revision", "revision_sha256", "estimate", "estimate_sha256", "at", "actor")
"""Columns of a decision that its body says too."""


@dataclass(frozen=True)
class Vote:
    """A vote on a ``proposal`` (its text); ``at`` is UTC."""

    id: int
    item: int
    account: str
    word: Word
    proposal: str
    remote: bool
    at: str
    hash: str


@dataclass(frozen=True)
class Tally:
    """Who counts for a case now, and those of them who voted for and against exactly one proposal."""

    counted: tuple[str, ...]
    votes_for: tuple[str, ...]
    votes_against: tuple[str, ...]

    @property
    def given(self) -> int:
        return len(self.votes_for) + len(self.votes_against)

    def carried(self, leader: str) -> bool:
        """Whether more voted for than against; at a tie the vote of who leads the meeting decides."""
        if len(self.votes_for) == len(self.votes_against):
            return leader in self.votes_for
        return len(self.votes_for) > len(self.votes_against)


def cast(
    store: Store, actor: Actor, item: int, word: Word, proposal: Proposal, *, at: dt.datetime | None = None
) -> int:
    """Vote on a proposal in a case; the vote's number. The same again is the same vote. Needs ``case.vote``.

    Raises :class:`Faults` where the meeting isn't under way, the case is off or decided, the proposal is faulty, or the
    person isn't there, isn't called in, or doesn't take part in the case.
    """
    require(actor, "case.vote")
    with store.write(actor.id, "case.vote", audited=False) as write:
        held = item_at(write.db, item)
        faults = [] if word in ("for", "against") else [Fault("", "word", shown(word), "votes.word")]
        if faults := [*faults, *proposal.faults(), *may_vote(write.db, actor.id, held)]:
            raise Faults(faults)
        last = latest(write.db, item).get(actor.id)
        if last is not None and (last.word, last.proposal) == (word, proposal.text):  # a second click
            return last.id
        (there,) = [one for one in attendances(write.db, held.meeting) if one.account == actor.id]
        return _add(write, (item, actor.id, word, proposal.text, int(there.remote), stamp(clock(at))))


def votes_on(store: Store, actor: Actor, item: int) -> list[Vote]:
    """Every vote on a case, those that a later one stands instead of included. Needs ``case.read``.

    Raises :class:`Faults` where it isn't decided yet and the actor doesn't take part in it.
    """
    require(actor, "case.read")
    with store.read() as db:
        held = item_at(db, item)
        faults = [] if held.state == "decided" else reading_faults(db, actor, held.application)
        if faults:
            raise Faults(faults)
        return votes_at(db, item)


def votes_at(db: Database, item: int) -> list[Vote]:
    """Every vote on a case, first to last, asking nobody's leave."""
    return [_vote(row) for row in db.query(f"{_QUERY} WHERE item = ? ORDER BY id", [item])]


def latest(db: Database, item: int) -> dict[str, Vote]:
    """Each person's vote that counts until the decision is read out, by account."""
    return {one.account: one for one in votes_at(db, item)}


def counting(db: Database, item: Item) -> tuple[str, ...]:
    """The accounts that count for a case now, of those who are in the meeting."""
    day = meeting_at(db, item.meeting).day
    return who_sits(db, item.application, day, present(db, item.meeting))


def tally(db: Database, item: Item, proposal: Proposal) -> Tally:
    """How those who count now voted on exactly this proposal."""
    counted, given, text = counting(db, item), latest(db, item.id), proposal.text
    said = {one: given[one].word for one in counted if one in given and given[one].proposal == text}
    by_word = {word: tuple(one for one in said if said[one] == word) for word in ("for", "against")}
    return Tally(counted, by_word["for"], by_word["against"])


def chain_faults(db: Database) -> list[Fault]:
    """For the verifier: votes and decisions that were left out, changed, or aren't what the audit recorded."""
    votes = ((row["id"], _body(row), row["hash"]) for row in db.query(f"{_QUERY} ORDER BY id"))
    return [*_walked(db, "vote", votes), *_walked(db, "decision", _decisions(db))]


def may_vote(db: Database, account: str, item: Item) -> list[Fault]:
    """What keeps someone from voting on a case now, asking nobody's leave."""
    if faults := open_faults(meeting_at(db, item.meeting)):
        return faults
    if item.state != "on":
        return [Fault("", "item", str(item.position), f"votes.{item.state}")]
    if account not in present(db, item.meeting):
        return [Fault("", "account", account, "votes.not_there")]
    if faults := part_faults(db, item.application, account):
        return faults
    return [] if account in counting(db, item) else [Fault("", "account", account, "votes.not_called")]


def _add(write: Write, body: tuple[Any, ...]) -> int:
    """Add a vote to the chain; its number."""
    last = write.db.execute("SELECT id, hash FROM vote ORDER BY id DESC LIMIT 1").fetchone() or (0, "")
    row = dict(zip(_BODY, (last[0] + 1, *body), strict=True))
    return int(write.insert("vote", {**row, "hash": hash_of(last[1], _body(row))}))


def _body(row: Mapping[str, Any]) -> str:
    return canonical({name: row[name] for name in _BODY})


def _decisions(db: Database) -> Iterator[tuple[int, str, str]]:
    """Every decision with its body, as far as its columns say the same; else with what they say."""
    for row in db.query(f"SELECT {', '.join(_DECIDED)}, body, hash FROM decision ORDER BY id"):
        said = {name: row[name] for name in _DECIDED}
        held = object_in(row["body"])
        same = {name: held.get(name) for name in _DECIDED} == said
        yield row["id"], row["body"] if same else canonical(said), row["hash"]


def _walked(db: Database, kind: Literal["vote", "decision"], rows: Iterable[tuple[int, str, str]]) -> Iterator[Fault]:
    """What is wrong along a chain. After a changed row it goes on from the stored hash: each is named by itself."""
    query = "SELECT CAST(resource AS INTEGER), after FROM audit WHERE kind = ? ORDER BY seq"
    recorded = {number: object_in(after).get("hash") for number, after in db.execute(query, [kind]).fetchall()}
    expected, previous = 1, ""
    for number, body, digest in rows:
        if number != expected:
            yield Fault("", f"{kind} {expected}", "", "votes.verify.gap", {"found": number})
        elif digest != hash_of(previous, body):
            yield Fault("", f"{kind} {number}", "", "votes.verify.changed")
        if recorded.pop(number, None) != digest:
            yield Fault("", f"{kind} {number}", "", "votes.verify.not_audited")
        expected, previous = number + 1, digest
    for number in recorded:
        yield Fault("", f"{kind} {number}", "", "votes.verify.gone")


def _vote(row: Mapping[str, Any]) -> Vote:
    return Vote(**{**row, "remote": bool(row["remote"])})
