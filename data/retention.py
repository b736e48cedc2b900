"""What is past its time goes: rows that ``data/privacy.toml`` dates, and what each layer adds as a rule of its own.

    for one in retain(store, OPERATOR, OWN_RULES): print(one.key, one.count)

What always holds: each kind goes in one transaction with one audit row, which has the count and nothing of what it
was; a dry run changes nothing; a second run finds nothing more. Postings, decisions, votes and the audit stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from sqlite_utils import Database

from data.accounts import empty_account
from data.clock import day_at
from data.codes import moment
from data.connection import quoted
from data.erasure import take_out_access
from data.limits import span
from data.permission import Actor, require
from data.privacy import Table, tables
from data.running import steady_since
from data.store import Store, Write


@dataclass(frozen=True)
class Rule:
    """One kind that goes. ``limit`` is its time in data/limits.toml; "": it is past its time at once.

    ``count`` says how many are from before a moment (ISO 8601, UTC), and ``carry`` takes them out within a write; what
    it gives back is done after the write, with the store, such as sweeping files away.
    """

    key: str
    limit: str
    count: Callable[[Database, str], int]
    carry: Callable[[Write, str], Callable[[Store], None] | None]

    def before(self, at: dt.datetime) -> str:
        return moment(at - span(self.limit) if self.limit else at)


@dataclass(frozen=True)
class Past:
    """How many of a kind went, or would go."""

    key: str
    count: int


def retain(
    store: Store, actor: Actor, rules: Iterable[Rule], *, dry_run: bool = False, at: dt.datetime | None = None
) -> list[Past]:
    """Let what is past its time go, or only say what would. Needs ``privacy.retain``."""
    require(actor, "privacy.retain")
    moment_now, done = at or dt.datetime.now(dt.UTC), []
    for rule in rules:
        before = rule.before(moment_now)
        with store.read() as db:
            found = rule.count(db, before)
        if found and not dry_run:
            found = _carry(store, actor, rule, before)
        if found:
            done.append(Past(rule.key, found))
    return done


def _carry(store: Store, actor: Actor, rule: Rule, before: str) -> int:
    with store.write(actor.id, "privacy.retain") as write:
        found = rule.count(write.db, before)  # another process may have been first
        if not found:
            return 0
        after = rule.carry(write, before)
        write.record("retention", rule.key, None, {"count": found, "before": before})
    if after is not None:
        after(store)
    return found


def retain_daily(store: Store, actor: Actor, rules: Iterable[Rule], *, at: dt.datetime | None = None) -> list[Past]:
    """As :func:`retain`, unless something went already on this day in Norway: for a timer.

    Nothing goes before the clock has gone on for a while without a leap (``clock_steady``): one that was set years
    ahead by mistake would have everything past its time, and what is deleted doesn't come back with the clock.
    """
    moment_now = at or dt.datetime.now(dt.UTC)
    with store.read() as db:
        if moment_now - steady_since(db, moment_now) < span("clock_steady"):
            return []
        (last,) = db.execute("SELECT max(at) FROM audit WHERE kind = 'retention'").fetchone()
    if last is not None and day_at(dt.datetime.fromisoformat(last)) >= day_at(moment_now):
        return []
    return retain(store, actor, rules, at=moment_now)


def _old(table: Table, db: Database, before: str) -> int:
    sql = f"SELECT count(*) FROM {quoted(table.name)} WHERE {quoted(table.dated)} < ?"
    return int(db.execute(sql, [before]).fetchone()[0])


def _delete_old(table: Table, write: Write, before: str) -> None:
    write.db.conn.execute(f"DELETE FROM {quoted(table.name)} WHERE {quoted(table.dated)} < ?", (before,))


_CLOSED = "FROM account WHERE active = 0 AND email <> '' AND changed_at < ?"


def _closed(db: Database, before: str) -> int:
    return int(db.execute(f"SELECT count(*) {_CLOSED}", [before]).fetchone()[0])


def _empty_closed(write: Write, before: str) -> None:
    for (account,) in write.db.execute(f"SELECT id {_CLOSED}", [before]).fetchall():
        take_out_access(write, account)
        empty_account(write, account, name=False)


OWN_RULES = (
    *(
        Rule(one.name, one.kept, partial(_old, one), partial(_delete_old, one))
        for one in tables().values()
        if one.dated
    ),
    Rule("closed_account", "closed_address_kept", _closed, _empty_closed),
)
"""The rules of what ``data/privacy.toml`` dates, in every layer's tables, and of closed accounts."""
