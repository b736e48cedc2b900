"""Messages to people, put out by what they tell of and sent afterwards.

    tell(write, "organisation:3", "outbox.submitted", {"number": "2026-0001"}, "submitted:7:1")    # in the same write
    send_waiting(store)    # later, again and again

What always holds: a message is there if and only if what it tells of happened; it is put there once and sent at most
once. A row has whom it is to by number only, and no names or addresses: those are looked up when the letter is written.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlite_utils import Database

from data.accounts import account_in
from data.audit import canonical
from data.clock import day
from data.limits import limit, span
from data.mail import Letter, mail_is_set_up, send
from data.permission import Actor, require
from data.phrases import LANGUAGES, Lang, say
from data.store import Store, Write
from fund.applicant.owners import owners
from fund.deadlines import clock, stamp

State = Literal["waiting", "sending", "sent", "failed", "passed_on"]
Figures = Mapping[str, str | int]
_TO = re.compile(r"(account|organisation):[1-9]\d*\Z", re.ASCII)
_ACTOR = "system"


@dataclass(frozen=True)
class Message:
    """A row of the outbox. ``unsure``: its sending was cut off, and nobody can tell whether it went out."""

    id: int
    recipient: str
    message: str
    figures: Figures
    at: str
    state: State
    tries: int
    not_before: str | None
    done_at: str | None
    version: int
    unsure: bool = False

    def subject(self, lang: Lang) -> str:
        return written(self.message, self.figures, lang)[0]


@dataclass(frozen=True)
class Sending:
    """What a round of sending did: letters sent, letters given up, and messages that still wait."""

    sent: int
    failed: int
    waiting: int


def tell(write: Write, to: str, message: str, figures: Figures, dedupe: str, *, at: dt.datetime | None = None) -> int:
    """Put a message out within a write, once for each ``dedupe``; its number.

    ``to`` is ``account:7``, or ``organisation:3`` for everyone who acts for it when it is sent. ``message`` is the key
    of a phrase with ``subject`` and ``text``; a figure that begins with ``day_`` is an ISO day and with ``ore_`` øre.
    Raises ValueError for what is a mistake in the program: another message told under the same ``dedupe``, an address
    among the figures, a recipient that is none; KeyError for phrases or figures that are missing.
    """
    if not _TO.match(to):
        raise ValueError(f"nobody is {to!r}")
    if any("@" in str(value) for value in figures.values()):
        raise ValueError(f"{message} has an address in it")
    for lang in LANGUAGES:
        written(message, figures, lang)
    told = {"recipient": to, "message": message, "figures": canonical(dict(figures))}
    held = next(iter(write.db.query("SELECT * FROM outbox WHERE dedupe = ?", [dedupe])), None)
    if held is not None:
        if any(held[name] != value for name, value in told.items()):
            raise ValueError(f"{dedupe} was told as something else")
        return int(held["id"])
    row = {**told, "dedupe": dedupe, "at": stamp(clock(at)), "state": "waiting", "tries": 0}
    return int(write.insert("outbox", row))


def messages(
    store: Store, actor: Actor, *states: State, most: int = -1, at: dt.datetime | None = None
) -> list[Message]:
    """Messages in these states, or all, newest first; the ``most`` newest of each state. Needs ``outbox.read``."""
    require(actor, "outbox.read")
    query = "SELECT * FROM outbox WHERE state = ? ORDER BY id DESC LIMIT ?"
    with store.read() as db:
        found = [row for state in states or get_args(State) for row in db.query(query, [state, most])]
    return [_message(row, clock(at)) for row in sorted(found, key=lambda row: -int(row["id"]))]


def message_counts(store: Store, actor: Actor) -> Mapping[State, int]:
    """How many messages there are in each state. Needs ``outbox.read``."""
    require(actor, "outbox.read")
    with store.read() as db:
        found = dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
    return {state: found.get(state, 0) for state in get_args(State)}


def messages_to(store: Store, actor: Actor, organisation: int, *, at: dt.datetime | None = None) -> list[Message]:
    """What was told to an organisation, newest first, for who acts for it now. Needs ``organisation.read``."""
    moment = clock(at)
    with store.read() as db:
        require(actor, "organisation.read", {"owners": owners(db, organisation, moment)})
        query = "SELECT * FROM outbox WHERE recipient = ? ORDER BY id DESC"
        return [_message(row, moment) for row in db.query(query, [f"organisation:{organisation}"])]


def get_message(store: Store, actor: Actor, id: int, *, at: dt.datetime | None = None) -> Message:
    """One message. Needs ``outbox.read``. Raises LookupError where there is none."""
    require(actor, "outbox.read")
    with store.read() as db:
        found = next(iter(db.query("SELECT * FROM outbox WHERE id = ?", [id])), None)
    if found is None:
        raise LookupError(f"no message {id}")
    return _message(found, clock(at))


def letter_of(store: Store, actor: Actor, id: int, lang: Lang) -> tuple[Lang, str, str]:
    """A message as it is sent: its language, subject and text. Needs ``outbox.read``.

    The language is the account's; ``lang`` where it is for an organisation. Raises LookupError where there is no such
    message, or the program has no such text any more.
    """
    one = get_message(store, actor, id)
    kind, _, number = one.recipient.partition(":")
    with store.read() as db:
        chosen = account_in(db, int(number)).language if kind == "account" else lang
    return (chosen, *written(one.message, one.figures, chosen))


def send_now(
    store: Store, actor: Actor, *, at: dt.datetime | None = None, deliver: Callable[[Letter], bool] | None = None
) -> Sending:
    """Send what waits, as the timer does: :func:`send_waiting`. Needs ``outbox.send``."""
    require(actor, "outbox.send")
    return send_waiting(store, at=at, deliver=deliver)


def hand_over(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Note that somebody gave the message to whom it is for, so that it isn't sent; its new version.

    Needs ``outbox.send``. Raises LookupError where it neither waits nor failed, Conflict where someone was first.
    """
    require(actor, "outbox.send")
    with store.write(actor.id, "outbox.hand_over") as write:
        found = next(iter(write.db.query("SELECT state FROM outbox WHERE id = ?", [id])), None)
        if found is None or found["state"] not in ("waiting", "failed"):
            raise LookupError(f"message {id} is not to be handed over")
        return write.update_row("outbox", id, version, {"state": "sent", "done_at": stamp(clock(at))})


def send_again(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Let a message that failed, or that nobody can tell about, wait anew; its new version. Needs ``outbox.send``.

    Raises LookupError where it is neither, Conflict where someone was first.
    """
    require(actor, "outbox.send")
    with store.write(actor.id, "outbox.again") as write:
        found = next(iter(write.db.query("SELECT * FROM outbox WHERE id = ?", [id])), None)
        if found is None or (found["state"] != "failed" and not _message(found, clock(at)).unsure):
            raise LookupError(f"message {id} is not to be sent again")
        return write.update_row(
            "outbox", id, version, {"state": "waiting", "tries": 0, "not_before": None, "done_at": None}
        )


def send_waiting(
    store: Store, *, at: dt.datetime | None = None, deliver: Callable[[Letter], bool] | None = None
) -> Sending:
    """Send what waits, one letter after the other; what happened. Without a mail server everything goes on waiting.

    A letter is marked before it is handed over and settled after: a run that is cut off in between leaves it marked,
    and it isn't sent twice. What the server doesn't take is tried again later, a few times.
    """
    moment, done = clock(at), {"sent": 0, "failed": 0}
    if deliver is not None or mail_is_set_up():
        _pass_on(store, moment)
        while (taken := _taken(store, moment)) is not None:
            id, version, letter = taken
            state = _settle(store, id, version, letter is not None and (deliver or send)(letter), letter, moment)
            if state in done:
                done[state] += 1
    with store.read() as db:
        (waiting,) = db.execute("SELECT count(*) FROM outbox WHERE state = 'waiting'").fetchone()
    return Sending(done["sent"], done["failed"], waiting)


def written(message: str, figures: Figures, lang: Lang) -> tuple[str, str]:
    """Subject and text of a message. Raises KeyError where a phrase or a figure is missing."""
    shown: dict[str, Any] = {"address": os.environ.get("RINGVIRK_URL", "").rstrip("/") or "Ringvirk"}
    for name, value in figures.items():
        shown[name] = day(dt.date.fromisoformat(str(value)), lang) if name.startswith("day_") else value
    return say(f"{message}.subject", lang, **shown), say(f"{message}.text", lang, **shown)


def _pass_on(store: Store, at: dt.datetime) -> None:
    """Turn what is for an organisation into a message to each who acts for it; it waits while there is nobody."""
    query = "SELECT * FROM outbox WHERE state = 'waiting' AND recipient LIKE 'organisation:%' ORDER BY id"
    with store.read() as db:
        found = list(db.query(query))
    for row in found:
        with store.write(_ACTOR, "outbox.pass_on") as write:
            now = next(iter(write.db.query(f"{query.replace(' ORDER', ' AND id = ? ORDER')}", [row["id"]])), None)
            people = owners(write.db, int(row["recipient"].partition(":")[2]), at)
            if now is None or not people:
                continue
            for account in people:
                tell(write, account, row["message"], json.loads(row["figures"]), f"{row['dedupe']}:{account}", at=at)
            write.update_row("outbox", row["id"], now["version"], {"state": "passed_on", "done_at": stamp(at)})


def _taken(store: Store, at: dt.datetime) -> tuple[int, int, Letter | None] | None:
    """The next message, marked as being sent: its number, version, and letter (None where nobody can get it)."""
    query = (
        "SELECT * FROM outbox WHERE state = 'waiting' AND recipient LIKE 'account:%'"
        " AND (not_before IS NULL OR not_before <= ? OR not_before > ?) ORDER BY id LIMIT 1"
    )
    latest = stamp(at + span("letter_wait"))  # beyond that the clock was set back: it no longer holds
    with store.write(_ACTOR, "outbox.take") as write:
        row = next(iter(write.db.query(query, [stamp(at), latest])), None)
        if row is None:
            return None
        changes = {"state": "sending", "tries": row["tries"] + 1, "not_before": stamp(at)}
        version = write.update_row("outbox", row["id"], row["version"], changes)
        return row["id"], version, _letter(write.db, row)


def _settle(store: Store, id: int, version: int, sent: bool, letter: Letter | None, at: dt.datetime) -> State:
    """Write down what became of a message; its state."""
    with store.write(_ACTOR, "outbox.settle") as write:
        (tries,) = write.db.execute("SELECT tries FROM outbox WHERE id = ?", [id]).fetchone()
        if sent or letter is None or tries >= limit("letter_tries"):
            state: State = "sent" if sent else "failed"
            changes: dict[str, Any] = {"state": state, "done_at": stamp(at)}
        else:
            state = "waiting"
            changes = {"state": state, "not_before": stamp(at + span("letter_wait"))}
        write.update_row("outbox", id, version, changes)
    return state


def _letter(db: Database, row: Mapping[str, Any]) -> Letter | None:
    """The letter, addressed now; None where the account is gone or closed, or the program has no such text any more."""
    try:
        account = account_in(db, int(row["recipient"].partition(":")[2]))
        subject, text = written(row["message"], json.loads(row["figures"]), account.language)
    except (LookupError, ValueError):
        return None
    return Letter(account.email, subject, text) if account.active else None


def _message(row: Mapping[str, Any], at: dt.datetime) -> Message:
    known = {name: value for name, value in row.items() if name != "dedupe"}
    begun = row["not_before"] or row["at"]
    unsure = row["state"] == "sending" and dt.datetime.fromisoformat(begun) + span("letter_unsure") <= at
    return Message(**{**known, "figures": json.loads(row["figures"])}, unsure=unsure)
