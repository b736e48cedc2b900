"""Postings as a list: those that touched certain accounts, newest first; and the sums that lead to them.

A cell of a table of sums and the list behind it are asked for by the same :class:`Wanted`: what the list moved in all
is the cell's figure.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from data.permission import Actor, require
from data.store import Store
from fund.books.accounts_plan import Kind
from fund.books.ledger import PostingRow, posting_at
from fund.books.statements import Sums

By = Literal["partner", "year", "frame"]
Among = Literal["bank", "all"]
PARTS = ("kind", "partner", "earmark", "year", "meeting", "award", "frame")
"""What an account is found by."""

_MOST = "max(sum(max(amount, 0)), -sum(min(amount, 0)))"
"""What was moved in or out of the accounts of a kind, the larger of the two."""


@dataclass(frozen=True)
class Wanted:
    """Which postings: by the accounts that they moved money on, by what happened, when; 0, "" and None leave it open.

    ``what`` finds with what happened what took it back; ``amount`` is øre moved on such an account, in or out.
    """

    kind: Kind | Literal[""] = ""
    partner: int = 0
    earmark: str = ""
    year: int = 0
    meeting: int = 0
    award: int = 0
    frame: int = 0
    what: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    amount: int | None = None


@dataclass(frozen=True)
class PostingLine:
    """A posting in a list. ``moved``: øre on the kind of account that was asked for; where none was, the most that it
    moved on any one kind, without its sign.
    """

    id: int
    at: str
    day: dt.date
    actor: str
    what: str
    reverses: int | None
    reversed_by: int | None
    moved: int


def list_postings(
    store: Store, actor: Actor, wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> tuple[list[PostingLine], int, int]:
    """The postings, newest first; how many there are in all, and what they moved together. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    moved, values = _moved(wanted)
    where, more = _where(wanted)
    found = f"FROM ({moved}) AS m JOIN posting AS p ON p.id = m.posting WHERE {where}"
    columns = (
        "p.id, p.at, p.day, p.actor, p.what, p.reverses, (SELECT id FROM posting WHERE reverses = p.id) AS reversed_by"
    )
    with store.read() as db:
        total, whole = db.execute(f"SELECT count(*), coalesce(sum(m.moved), 0) {found}", [*values, *more]).fetchone()
        query = f"SELECT {columns}, m.moved {found} ORDER BY p.id DESC LIMIT ? OFFSET ?"
        rows = db.execute(query, [*values, *more, limit, offset]).fetchall()
    return [_line(row) for row in rows], int(total), int(whole)


def postings_at(store: Store, actor: Actor, numbers: Sequence[int]) -> list[PostingLine]:
    """Certain postings as lines of a list, by number. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    moved, values = _moved(Wanted())
    query = (
        "SELECT p.id, p.at, p.day, p.actor, p.what, p.reverses, (SELECT id FROM posting WHERE reverses = p.id), m.moved"
        f" FROM ({moved}) AS m JOIN posting AS p ON p.id = m.posting"
        " WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id"
    )
    with store.read() as db:
        return [_line(row) for row in db.execute(query, [*values, json.dumps(list(numbers))]).fetchall()]


def get_posting(store: Store, actor: Actor, id: int) -> tuple[PostingRow, str, int | None]:
    """A posting, the hash of the one before it ("" for the first) and what reversed it. Needs ``ledger.read``.

    Raises LookupError where there is none.
    """
    require(actor, "ledger.read")
    with store.read() as db:
        found = posting_at(db, id)
        before = db.execute("SELECT hash FROM posting WHERE id = ?", [id - 1]).fetchone()
        back = db.execute("SELECT id FROM posting WHERE reverses = ?", [id]).fetchone()
    return found, before[0] if before else "", back[0] if back else None


def sums_by(store: Store, actor: Actor, by: By, year: int | None = None) -> dict[int, Sums]:
    """Where the money of all pots, or of a year's, stands, in øre by kind, for each partner, year or frame.

    Needs ``ledger.read``.
    """
    require(actor, "ledger.read")
    table = "ledger_account" if by == "frame" else "ledger_total"
    query = (
        f"SELECT {by}, kind, sum(balance) FROM {table} WHERE {by} <> 0 AND (? IS NULL OR year = ?)"
        f" GROUP BY {by}, kind HAVING sum(balance) <> 0 ORDER BY {by}"
    )
    found: dict[int, Sums] = {}
    with store.read() as db:
        for number, kind, amount in db.execute(query, (year, year)):
            found.setdefault(number, {})[kind] = amount
    return found


def happened(store: Store, actor: Actor) -> list[str]:
    """What has been booked at all, by name. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        return [name for (name,) in db.execute("SELECT DISTINCT what FROM posting ORDER BY what")]


def posting_size(store: Store, actor: Actor, posting: int) -> int:
    """The most that a posting moved on any one kind of account, in øre without its sign. Needs ``ledger.read``.

    Raises LookupError where there is none.
    """
    require(actor, "ledger.read")
    query = (
        f"SELECT max(moved) FROM (SELECT {_MOST} AS moved FROM leg JOIN ledger_account AS a ON a.id = account"
        " WHERE posting = ? AND a.kind <> 'contra' GROUP BY a.kind)"
    )
    with store.read() as db:
        (found,) = db.execute(query, [posting]).fetchone()
    if found is None:
        raise LookupError(f"there is no posting {posting}")
    return int(found)


def sizes(db: Database, among: Among = "all") -> dict[int, int]:
    """What :func:`posting_size` gives, of every posting by number; or what each moved in the bank, of those that did.

    Asks nobody's leave.
    """
    moved, values = _moved(Wanted(kind="bank") if among == "bank" else Wanted())
    query = f"SELECT posting, abs(moved) FROM ({moved}) WHERE moved <> 0 ORDER BY posting"
    return dict(db.execute(query, values).fetchall())


def _moved(wanted: Wanted) -> tuple[str, list[Any]]:
    """The query for (posting, moved) of every posting on the wanted accounts, and its values."""
    conditions, values = [], []
    for name in PARTS:
        if value := getattr(wanted, name):
            conditions.append(f"a.{name} = ?")
            values.append(value)
    legs = "FROM leg JOIN ledger_account AS a ON a.id = leg.account"
    if wanted.kind:
        return f"SELECT posting, sum(amount) AS moved {legs} WHERE {' AND '.join(conditions)} GROUP BY posting", values
    where = " AND ".join(["a.kind <> 'contra'", *conditions])
    by_kind = f"SELECT posting, {_MOST} AS moved {legs} WHERE {where} GROUP BY posting, a.kind"
    return f"SELECT posting, max(moved) AS moved FROM ({by_kind}) GROUP BY posting", values


def _where(wanted: Wanted) -> tuple[str, list[Any]]:
    conditions: list[str] = ["1"]
    values: list[Any] = []
    if wanted.what:
        conditions.append("? IN (p.what, (SELECT undone.what FROM posting AS undone WHERE undone.id = p.reverses))")
        values.append(wanted.what)
    if wanted.first:
        conditions.append("p.day >= ?")
        values.append(wanted.first.isoformat())
    if wanted.last:
        conditions.append("p.day <= ?")
        values.append(wanted.last.isoformat())
    if wanted.amount is not None:
        conditions.append("EXISTS (SELECT 1 FROM leg WHERE leg.posting = p.id AND abs(leg.amount) = ?)")
        values.append(abs(wanted.amount))
    return " AND ".join(conditions), values


def _line(row: tuple[Any, ...]) -> PostingLine:
    id, at, day, actor, what, reverses, reversed_by, moved = row
    return PostingLine(id, at, dt.date.fromisoformat(day), actor, what, reverses, reversed_by, moved)
