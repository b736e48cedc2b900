"""A small fund to test on: a municipality, a bank and a hotel chain that have paid in, and a frame for the year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.faults import Fault, Faults
from data.permission import Actor
from data.store import Store
from fund.books.accounts_plan import Kind
from fund.books.frames import open_frame
from fund.books.ledger import award_balances, head
from fund.books.partners import PartnerKind, add_partner, contribute
from fund.books.statements import kind_sums
from fund.verify import verify

TREASURER = Actor("account:1", frozenset({"treasurer"}))
YEAR = 2026
KR = 100
"""Øre in a krone."""
PARTNERS: tuple[tuple[str, PartnerKind, int, str], ...] = (
    ("Eksempel kommune", "public", 1_000_000 * KR, ""),
    ("Eksempel bank", "private", 700_000 * KR, ""),
    ("Eksempel hotell", "private", 300_000 * KR, "ungdom"),
)
FRAME, EXPOSURE = 1_500_000 * KR, 400_000 * KR


def funded(store: Store) -> int:
    """Partners 1, 2 and 3 with what they paid in, and the year's frame: its number."""
    for name, kind, amount, earmark in PARTNERS:
        partner = add_partner(store, TREASURER, name, kind)
        contribute(store, TREASURER, f"in:{partner}", partner, YEAR, amount, earmark=earmark)
    return open_frame(store, TREASURER, "frame", YEAR, FRAME, EXPOSURE).id


def booked(store: Store, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """A posting function in a write of its own."""
    with store.write(TREASURER.id, "test.book") as write:
        return function(write, *arguments, **named)


def sums(store: Store) -> dict[Kind, int]:
    """What stands on each kind, zeroes left out."""
    with store.read() as db:
        return {kind: amount for kind, amount in kind_sums(db).items() if amount}


def of_award(store: Store, award: int) -> dict[str, int]:
    """What stands on each kind of an award's accounts."""
    found: dict[str, int] = {}
    with store.read() as db:
        for account, amount in award_balances(db, award).items():
            found[account.kind] = found.get(account.kind, 0) + amount
    return found


def refused(store: Store, function: Callable[..., Any], *arguments: Any, **named: Any) -> list[Fault]:
    """The faults of a call that is refused; fails unless nothing was changed by it and both languages say why."""
    before = head(store.db), sums(store), store.db.execute("SELECT max(seq) FROM audit").fetchone()
    with pytest.raises(Faults) as raised:
        function(*arguments, **named)
    assert (head(store.db), sums(store), store.db.execute("SELECT max(seq) FROM audit").fetchone()) == before
    faults = list(raised.value.faults)
    for fault in faults:
        assert fault.line("nb") and fault.line("en")
    return faults


def refused_write(store: Store, function: Callable[..., Any], *arguments: Any, **named: Any) -> list[Fault]:
    """The faults of a posting function that is refused; as :func:`refused`."""
    return refused(store, booked, store, function, *arguments, **named)


def amiss(store: Store) -> list[tuple[str, str]]:
    """(place, code) of what the verifier finds."""
    return [(fault.place, fault.code.removeprefix("ledger.verify.")) for fault in verify(store.db, store.folder)]


def tampered(store: Store, sql: str, values: tuple[Any, ...] = (), *, without: tuple[str, ...] = ()) -> None:
    """Change the database behind the program's back, with these triggers away meanwhile and put back afterwards."""
    db = store.db
    db.execute("PRAGMA query_only = OFF")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("PRAGMA ignore_check_constraints = ON")
    made = [db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0] for name in without]
    for name in without:
        db.execute(f"DROP TRIGGER {name}")
    assert db.execute(sql, values).rowcount, sql
    for one in made:
        db.execute(one)
    db.execute("PRAGMA ignore_check_constraints = OFF")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA query_only = ON")


def copied(folder: Path, to: Path) -> None:
    """The files of a closed store, as an old copy of them."""
    to.mkdir()
    for path in folder.glob("ringvirk.sqlite*"):
        (to / path.name).write_bytes(path.read_bytes())
