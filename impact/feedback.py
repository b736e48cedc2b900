"""«Did this hold for you?»: what businesses answer after an event, without a name, for the case officer.

An answer is chosen from lists, and may have one number: how turnover differed from a usual day, in percent. There is no
free text and nothing that says who answered. A sender is known only by a digest that holds for one day, kept
apart from the answers, so that nobody fills the list.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import secrets
from dataclasses import dataclass
from typing import Any, Literal, get_args

from data.faults import Fault, Faults, shown
from data.permission import ANYONE, Actor, require
from data.store import Store
from impact.reference import Reference
from impact.trade_map import read_trades

Holds = Literal["more", "as_expected", "less"]
ANSWERS: tuple[Holds, ...] = get_args(Holds)
LOWEST, HIGHEST = -100.0, 1000.0
"""Percent: all turnover lost, and more than which a slip is likelier."""
A_DAY = 20
"""Answers from one sender on one day."""
ALL_A_DAY = 1_000
"""Answers from everyone on one day."""
_KEY = secrets.token_bytes(32)
_PUBLIC = """
    SELECT 1 FROM estimate JOIN event ON event.id = estimate.event
    WHERE event.id = ? AND published_at IS NOT NULL AND withdrawn_at IS NULL AND first_day <= ?"""


@dataclass(frozen=True)
class Feedback:
    """One answer. ``turnover_change`` is percent of a usual day, None where it wasn't told."""

    id: int
    event: int
    name_nb: str
    name_en: str
    trade: str
    municipality: str
    answer: Holds
    turnover_change: float | None
    day: dt.date


def sender_of(address: str, day: dt.date) -> str:
    """A digest of a sender's address that can't be traced back, nor to the same sender on another day."""
    return hashlib.blake2b(f"{day} {address}".encode(), key=_KEY, digest_size=16).hexdigest()


def add_feedback(
    store: Store,
    reference: Reference,
    event: int,
    trade: str,
    municipality: str,
    holds: str,
    turnover_change: float | None = None,
    *,
    sender: str,
    day: dt.date,
    actor: Actor = ANYONE,
) -> int:
    """Store an answer on an event that has begun and has a published estimate; its number.

    ``sender`` is a :func:`sender_of` of ``day``. Raises :class:`Faults` with every fault, and where too many were sent.
    """
    require(actor, "feedback.write")
    faults = _faults(reference, trade, municipality, holds, turnover_change)
    with store.read() as db:
        if db.execute(_PUBLIC, [event, day.isoformat()]).fetchone() is None:
            faults.append(Fault("", "event", shown(event), "business.no_such_event"))
    if faults:
        raise Faults(faults)
    with store.write(actor.id, "feedback.write", audited=False) as write:
        _count(write.db, sender, day)
    row = {
        "event": event,
        "trade": trade,
        "municipality": municipality,
        "answer": holds,
        "turnover_change": None if turnover_change is None else float(turnover_change),
        "day": day.isoformat(),
    }
    with store.write(actor.id, "feedback.write") as write:
        return int(write.insert("feedback", row))


def list_feedback(store: Store, actor: Actor, *, event: int | None = None, limit: int = 500) -> list[Feedback]:
    """The answers, newest first; of one event where it is given."""
    require(actor, "feedback.read")
    sql = """
        SELECT feedback.id, event, name_nb, name_en, trade, feedback.municipality, answer, turnover_change, day
        FROM feedback JOIN event ON event.id = feedback.event
        WHERE ? IS NULL OR event = ? ORDER BY feedback.id DESC LIMIT ?"""
    with store.read() as db:
        return [
            Feedback(**{**row, "day": dt.date.fromisoformat(row["day"])})
            for row in db.query(sql, [event, event, limit])
        ]


def feedback_counts(store: Store, actor: Actor, event: int) -> dict[str, dict[Holds, int]]:
    """How many answered what of an event, by trade."""
    counts: dict[str, dict[Holds, int]] = {}
    for one in list_feedback(store, actor, event=event, limit=-1):
        counts.setdefault(one.trade, dict.fromkeys(ANSWERS, 0))[one.answer] += 1
    return counts


def _faults(reference: Reference, trade: str, municipality: str, holds: str, change: float | None) -> list[Fault]:
    faults = []

    def fault(place: str, value: Any, code: str, **figures: Any) -> None:
        faults.append(Fault("", place, shown(value), f"business.{code}", figures))

    if trade not in read_trades().codes:
        fault("trade", trade, "no_such_trade")
    if municipality not in reference.municipalities:
        known = ", ".join(f"{code} {name}" for code, name in reference.municipalities.items())
        fault("municipality", municipality, "not_in_region", known=known)
    if holds not in ANSWERS:
        fault("answer", holds, "no_such_answer")
    if change is not None and not (math.isfinite(change) and LOWEST <= change <= HIGHEST):
        fault("turnover_change", change, "no_such_change", low=LOWEST, high=HIGHEST)
    return faults


def _count(db: Any, sender: str, day: dt.date) -> None:
    """Count one more of the sender, and forget earlier days. Raises :class:`Faults` where that is too many."""
    own, everyone = count_sent(db, "feedback_sender", sender, day)
    if own > A_DAY or everyone > ALL_A_DAY:
        raise Faults([Fault("", "", "", "business.too_many_answers", {"limit": A_DAY})])


def count_sent(db: Any, table: str, sender: str, day: dt.date) -> tuple[int, int]:
    """Count one more of the sender in ``table`` and forget earlier days: what the sender and all have sent this day."""
    today = day.isoformat()
    db.conn.execute(f"DELETE FROM {table} WHERE day < ?", [today])
    sql = f"""
        INSERT INTO {table} (day, sender, count) VALUES (?, ?, 1)
        ON CONFLICT (day, sender) DO UPDATE SET count = count + 1 RETURNING count"""
    (own,) = db.conn.execute(sql, [today, sender]).fetchone()
    (everyone,) = db.conn.execute(f"SELECT sum(count) FROM {table} WHERE day = ?", [today]).fetchone()
    return own, everyone
