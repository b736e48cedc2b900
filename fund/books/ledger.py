"""The ledger: the one way in which money moves, and each movement once.

What always holds. The legs of a posting are whole øre, not zero, on two accounts or more, and sum to zero. An account's
balance is moved with its legs and stays on its side of zero. A posting is never changed or deleted: it is reversed,
once, by a posting that names it. A key happens once: asked again for the same, the first answer is given; asked for
something else under it, nothing is done. Each posting carries SHA-256 of the previous one's hash and its own body, legs
included; its audit row carries that hash, so that the audit's head outside the database covers the ledger too. A body
is text that can be hashed by any tool: a line for each column of the posting, and one for each leg, as ``bank -1234``.

Everything here takes the :class:`Write` of a larger transaction, which holds the lock of the database: what was read is
still so when it is posted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from data.audit import canonical
from data.clock import day_at
from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.books.accounts_plan import BELOW, CONTRA, Account, Kind, Legs
from fund.books.money import LARGEST

LONGEST_KEY = 200
_ACCOUNT = "kind, partner, earmark, year, meeting, award, frame"
_POSTING = "id, at, day, actor, what, key, request, reverses, hash"


@dataclass(frozen=True)
class Request:
    """What is asked for: under which key, what happens, with which figures, and the day it counts for (else today)."""

    key: str
    what: str
    figures: Mapping[str, Any]
    day: dt.date | None = None

    @property
    def text(self) -> str:
        """What is asked for, in one form only: the same text is the same request."""
        return canonical({**self.figures, "day": self.day.isoformat()} if self.day else self.figures)


@dataclass(frozen=True)
class PostingRow:
    """A posting as it stands. ``repeated``: it was there before it was asked for this time."""

    id: int
    at: str
    day: str
    actor: str
    what: str
    key: str
    request: str
    reverses: int | None
    hash: str
    legs: Legs
    repeated: bool = field(default=False, compare=False)

    def moved(self, kind: Kind) -> int:
        """What the posting moved on all accounts of a kind, in øre."""
        return sum(amount for account, amount in self.legs.items() if account.kind == kind)


def post(
    write: Write,
    request: Request,
    legs: Callable[[], Legs],
    *,
    reverses: int | None = None,
    at: dt.datetime | None = None,
) -> PostingRow:
    """Book ``legs()``, or give the posting that was made of the same request before.

    ``legs`` is called only where the key is new, after the database was locked. ``at`` is this moment unless given.
    Raises :class:`Faults`, and nothing is booked, where the key was used for something else, the legs are no posting,
    or an account would pass zero to its wrong side; the figures are those that stand before.
    """
    text = request.text
    if found := answered(write.db, request):
        return found
    booked = _checked(legs())
    numbers = _numbers(write.db, booked)
    moment = at or dt.datetime.now(dt.UTC)
    last = write.db.execute("SELECT id, hash FROM posting ORDER BY id DESC LIMIT 1").fetchone() or (0, "")
    in_order = sorted((numbers[account], account, amount) for account, amount in booked.items())
    head = (
        last[0] + 1,
        moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        (request.day or day_at(moment)).isoformat(),
        write.actor,
        request.what,
        request.key,
        text,
        reverses,
    )
    lines = [*head[:-1], "-" if reverses is None else reverses, *(f"{of.key} {ore}" for _, of, ore in in_order)]
    digest = hash_of(last[1], "\n".join(map(str, lines)))
    connection = write.db.conn
    connection.executemany(
        "INSERT INTO leg (posting, account, amount) VALUES (?, ?, ?)",
        [(head[0], number, amount) for number, _, amount in in_order],
    )
    connection.execute(f"INSERT INTO posting ({_POSTING}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*head, digest))
    write.record("posting", head[0], None, {"what": request.what, "key": request.key, "hash": digest})
    return PostingRow(*head, digest, {account: amount for _, account, amount in in_order})


def answered(db: Database, request: Request) -> PostingRow | None:
    """The posting that was made under the request's key. Raises :class:`Faults` where it was of something else."""
    if not isinstance(request.key, str) or not 0 < len(request.key) <= LONGEST_KEY or not request.key.isprintable():
        raise _fault("key", request.key, most=LONGEST_KEY)
    row = db.execute(f"SELECT {_POSTING} FROM posting WHERE key = ?", (request.key,)).fetchone()
    if row is None:
        return None
    if (row[4], row[6]) != (request.what, request.text):
        raise _fault("key_used", request.key, posting=row[0], at=row[1], held=shown(f"{row[4]} {row[6]}"))
    return _whole(db, row, repeated=True)


def reverse(write: Write, key: str, posting: int, reason: str, *, at: dt.datetime | None = None) -> PostingRow:
    """Take a posting back by one with its legs turned round, which names it.

    Raises :class:`Faults` where it isn't there, is a reversal itself, was reversed before, has no reason,
    or where the money has moved on since and can't be taken back.
    """
    if not reason.strip():
        raise _fault("no_reason", reason)
    request = Request(key, "reversed", {"posting": posting, "reason": reason.strip()})

    def legs() -> Legs:
        row = write.db.execute(f"SELECT {_POSTING} FROM posting WHERE id = ?", (posting,)).fetchone()
        if row is None:
            raise _fault("no_posting", posting)
        if row[4] == "reversed":
            raise _fault("not_reversible", posting)
        if earlier := write.db.execute("SELECT id, day FROM posting WHERE reverses = ?", (posting,)).fetchone():
            raise _fault("reversed_before", posting, posting=earlier[0], day=earlier[1])
        return {account: -amount for account, amount in _whole(write.db, row).legs.items()}

    return post(write, request, legs, reverses=posting, at=at)


def correct(store: Store, actor: Actor, key: str, posting: int, reason: str) -> PostingRow:
    """Reverse a posting that was wrong, in a write of its own. Needs ``ledger.correct``. Raises as :func:`reverse`."""
    require(actor, "ledger.correct")
    with store.write(actor.id, "ledger.correct") as write:
        return reverse(write, key, posting, reason)


def balance(db: Database, account: Account) -> int:
    """The balance of one account in øre, as stored; 0 where nothing was ever booked on it."""
    row = db.execute("SELECT balance FROM ledger_account WHERE key = ?", (account.key,)).fetchone()
    return int(row[0]) if row else 0


def award_balances(db: Database, award: int, *kinds: Kind) -> Legs:
    """What stands on an award's accounts (of these kinds, else of all), by account; zeroes left out."""
    of_kinds = f"AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    # The sign: SQLite would hold a bare value against the indexes' conditions, and prepare anew for each other award.
    query = f"SELECT {_ACCOUNT}, balance FROM ledger_account WHERE award > 0 AND award = +? {of_kinds} AND balance <> 0"
    return _accounts(db.execute(query, (award, *kinds)))


def pot_balances(db: Database, kind: Kind, year: int, meeting: int = 0) -> Legs:
    """What stands on the accounts of a kind that no award owns, by account; zeroes left out."""
    query = (
        f"SELECT {_ACCOUNT}, balance FROM ledger_account "
        "WHERE award = 0 AND kind = ? AND year = ? AND meeting = ? AND balance <> 0"
    )
    return _accounts(db.execute(query, (kind, year, meeting)))


def posting_at(db: Database, number: int) -> PostingRow:
    """The posting with this number. Raises LookupError where there is none."""
    row = db.execute(f"SELECT {_POSTING} FROM posting WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"there is no posting {number}")
    return _whole(db, row)


def head(db: Database) -> tuple[int, str]:
    """The last posting's number and hash, for minutes; 0 and "" where there is none."""
    return db.execute("SELECT id, hash FROM posting ORDER BY id DESC LIMIT 1").fetchone() or (0, "")


def hash_of(previous: str, body: str) -> str:
    """The hash of a posting with this body, after the posting with hash ``previous`` ("" for the first)."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def bodies(db: Database) -> Iterator[tuple[int, str, str]]:
    """Every posting's number, its body built again from its rows, and its hash as stored; first to last."""
    yield from db.execute(
        "SELECT p.id, concat_ws(char(10), p.id, at, day, actor, what, p.key, request, coalesce(reverses, '-'), ("
        " SELECT group_concat(concat_ws(' ', a.key, amount), char(10) ORDER BY account)"
        " FROM leg CROSS JOIN ledger_account AS a ON a.id = account WHERE posting = p.id)), hash "
        "FROM posting AS p ORDER BY p.id"
    )


def _whole(db: Database, row: tuple[Any, ...], *, repeated: bool = False) -> PostingRow:
    """The posting of a row, with its legs."""
    query = (
        f"SELECT {_ACCOUNT}, amount FROM leg JOIN ledger_account ON ledger_account.id = account "
        "WHERE posting = ? ORDER BY account"
    )
    legs = {Account(*of): amount for *of, amount in db.execute(query, (row[0],))}
    return PostingRow(*(*row, legs, repeated))


def _accounts(rows: Any) -> Legs:
    """Balances by account, in the order of the accounts' keys: whoever reads them gets the same order."""
    found = {Account(*of): amount for *of, amount in rows}
    return dict(sorted(found.items(), key=lambda one: one[0].key)) if len(found) > 1 else found


def _checked(legs: Legs) -> Legs:
    """The legs that move something, if they can be a posting."""
    wrong = [amount for amount in legs.values() if type(amount) is not int or abs(amount) > LARGEST]
    if wrong:
        raise _fault("leg", wrong[0], ore_largest=LARGEST)
    moving = {account: amount for account, amount in legs.items() if amount}
    if len(moving) < 2:
        raise _fault("too_few_legs", "", count=len(moving))
    if off := sum(moving.values()):
        raise _fault("unbalanced", "", ore_off=off)
    return moving


def _numbers(db: Database, legs: Legs) -> dict[Account, int]:
    """The numbers of the accounts, those that are new made; raises where one would pass zero to its wrong side."""
    by_key = {account.key: account for account in legs}
    query = f"SELECT key, id, balance FROM ledger_account WHERE key IN ({', '.join('?' * len(by_key))})"
    held = {key: (number, balance) for key, number, balance in db.execute(query, tuple(by_key))}
    faults, numbers = [], {}
    for key, account in by_key.items():
        number, before = held.get(key) or (0, 0)
        if fault := _passed(account, key, before, legs[account]):
            faults.append(fault)
        numbers[account] = number
    if faults:
        raise Faults(faults)
    for account, number in numbers.items():
        if not number:
            made = db.conn.execute(f"INSERT INTO ledger_account ({_ACCOUNT}) VALUES (?, ?, ?, ?, ?, ?, ?)", account)
            numbers[account] = made.lastrowid
    return numbers


def _passed(account: Account, key: str, before: int, amount: int) -> Fault | None:
    """What is wrong with moving ``amount`` on an account, if anything."""
    after = before + amount
    if abs(after) > LARGEST:
        return Fault("", key, "", "ledger.too_much", {"ore_held": before, "ore_more": amount, "ore_largest": LARGEST})
    if account != CONTRA and (after > 0 if account.kind in BELOW else after < 0):
        return Fault("", key, "", "ledger.short", {"ore_held": abs(before), "ore_wanted": abs(amount)})
    return None


def _fault(code: str, value: object, **figures: object) -> Faults:
    return Faults([Fault("", "", shown(value), f"ledger.{code}", dict(figures))])
