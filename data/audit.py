"""Who did what and when: rows that are only ever added, each chained to the one before.

The hash of a row is SHA-256 over the previous row's hash and the row's columns, a line each. The contents (what was
there before and after) enter as a salted digest, so that contents can be erased one day without breaking the chain.

What always holds: ``seq`` counts 1, 2, 3 …; every hash follows from the row before; a row is never changed or deleted
(triggers). :func:`broken` says where it does not hold.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

Row = Mapping[str, Any]
_COLUMNS = "seq, at, actor, action, kind, resource, before, after, salt, content, hash"
_INSERT = f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class Head:
    """The last row of the chain: its number and hash. An empty chain has 0 and ""."""

    seq: int = 0
    hash: str = ""


@dataclass(frozen=True)
class Entry:
    """One audited change. ``before`` is None for a new row, ``after`` for a deleted one; else the columns changed."""

    seq: int
    at: str
    actor: str
    action: str
    kind: str
    resource: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def now() -> str:
    """This moment in UTC, ISO 8601 with milliseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)


def canonical(value: Any) -> str:
    """``value`` as JSON in one form only. Raises ValueError for NaN and TypeError for what JSON doesn't have."""
    return _CANONICAL.encode(value)


def object_in(text: str | None) -> dict[str, Any]:
    """The JSON object that a stored text holds; empty where it was spoilt, which the chain tells."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Chain:
    """The chain while rows are added within one write: it reads the head once and then follows it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.head = head(db)

    def add(self, actor: str, action: str, kind: str, resource: str, before: Row | None, after: Row | None) -> None:
        """Add one row. The caller holds the write lock."""
        body = (self.head.seq + 1, now(), actor, action, kind, resource)
        row = _following(self.head.hash, body, *(None if one is None else canonical(one) for one in (before, after)))
        self._db.conn.execute(_INSERT, row)
        self.head = Head(row[0], row[-1])

    def add_new(self, actor: str, action: str, kind: str, rows: Iterable[tuple[Row, str]]) -> None:
        """Add one row each for many that are new: (what is there now, resource). The caller holds the write lock."""
        at, last, made = now(), self.head.hash, []
        for seq, (after, resource) in enumerate(rows, self.head.seq + 1):
            row = _following(last, (seq, at, actor, action, kind, resource), None, canonical(after))
            last = row[-1]
            made.append(row)
        self._db.conn.executemany(_INSERT, made)
        self.head = Head(self.head.seq + len(made), last)


def _following(previous: str, body: Any, before: str | None, after: str | None) -> tuple[Any, ...]:
    """The columns of the row that follows the one with the hash ``previous``; ``body`` has those before ``before``."""
    salt = secrets.token_hex(16)
    content = _content(salt, before, after)
    return (*body, before, after, salt, content, _hash(previous, body, content))


def head(db: Database) -> Head:
    """The last row of the chain."""
    row = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head()


def history(db: Database, kind: str, resource: str) -> list[Entry]:
    """Everything that was done to one row, oldest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM audit WHERE kind = ? AND resource = ? ORDER BY seq", (kind, resource))
    return [entry_of(row) for row in rows]


def broken(db: Database) -> tuple[int, str] | None:
    """The first row where the chain doesn't hold, and how: ``gap``, ``content`` or ``hash``; None where all is whole.

    Reads every row once.
    """
    expected, previous = 1, ""
    for row in db.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY seq"):
        *body, before, after, salt, content, digest = row
        if body[0] != expected:
            return expected, "gap"
        if content != _content(salt, before, after):
            return expected, "content"
        if digest != _hash(previous, body, content):
            return expected, "hash"
        expected, previous = expected + 1, digest
    return None


def steps_back(db: Database) -> Iterator[tuple[int, str, str]]:
    """Rows dated before the row they follow: number, the earlier row's time, the row's own. A clock was set back."""
    query = "SELECT seq, earlier, at FROM (SELECT seq, at, lag(at) OVER (ORDER BY seq) AS earlier FROM audit) AS pairs"
    yield from db.execute(f"{query} WHERE at < earlier ORDER BY seq")


def _content(salt: str, before: str | None, after: str | None) -> str:
    """Salt, before and after, a line each: JSON in its one form has no line breaks."""
    return hashlib.sha256(f"{salt}\n{before or ''}\n{after or ''}".encode()).hexdigest()


def _hash(previous: str, body: Any, content: str) -> str:
    """A line for each column, which the schema holds free of line breaks."""
    return hashlib.sha256("\n".join((previous, *map(str, body), content)).encode()).hexdigest()


def entry_of(row: Any) -> Entry:
    """A row of the table, its columns in the table's order."""
    *body, before, after, _salt, _content, _hash = row
    return Entry(*body, *(None if one is None else json.loads(one) for one in (before, after)))
