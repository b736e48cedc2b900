"""Erasure of a person: asked for by them, carried out by an administrator, and redone where a backup is put back.

    id = ask_erasure(store, actor, account)
    erase(store, administrator, id, version)

What always holds: afterwards the account has neither name, address, password, provider nor session; decisions, votes,
postings and the audit have its number, and hold. Both steps are audited. Everyone who was erased stands in a file
outside the database too (:mod:`data.erased`), and :func:`redo_erasures` brings the database and the file together.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from sqlite_utils import Database

from data import erased
from data.accounts import account_in, empty_account, keep_an_administrator
from data.codes import moment
from data.connection import quoted
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.privacy import tables
from data.recovery import change_key, reset_key
from data.second_step import step_key
from data.sessions import address_key
from data.store import Store, Write

_LOG = logging.getLogger("ringvirk")


@dataclass(frozen=True)
class Erasure:
    """What was asked for. ``state`` is asked, withdrawn or done; times are ISO 8601, UTC, ``ended_at`` "" till then."""

    id: int
    version: int
    account: int
    asked_at: str
    asked_by: str
    state: str
    ended_at: str


def ask_erasure(store: Store, actor: Actor, account: int, *, at: dt.datetime | None = None) -> int:
    """Ask that a person be erased: oneself, or as an administrator who was asked otherwise; the request's number.

    Asked twice it is one request. Raises :class:`Faults` where the person was erased already, LookupError, Refused.
    """
    _own_or_managed(actor, account)
    with store.write(actor.id, "erasure.ask") as write:
        if account_in(write.db, account).erased:
            raise Faults([Fault("", "", "", "account.erased", {})])
        if (held := _open(write.db, account)) is not None:
            return held.id
        row = {"account": account, "asked_at": _moment(at), "asked_by": actor.id, "state": "asked"}
        return int(write.insert("erasure", row))


def withdraw_erasure(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> None:
    """Take back what was asked for. Raises :class:`Faults` where it was done, Conflict, LookupError, Refused."""
    with store.write(actor.id, "erasure.withdraw") as write:
        held = _standing(write.db, id)
        _own_or_managed(actor, held.account)
        _end(write, held, version, "withdrawn", actor, at)


def open_erasures(store: Store, actor: Actor) -> list[Erasure]:
    """What was asked for and waits, oldest first. Needs ``account.read``."""
    require(actor, "account.read")
    with store.read() as db:
        return [Erasure(**row) for row in db.query(f"{_QUERY} WHERE state = 'asked' ORDER BY id")]


def open_erasure(store: Store, actor: Actor, account: int) -> Erasure | None:
    """What waits for one account: one's own, or any with ``account.read``."""
    if actor.id != f"account:{account}":
        require(actor, "account.read")
    with store.read() as db:
        return _open(db, account)


def erase(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> None:
    """Carry out what was asked for. It can't be undone. Needs ``account.manage``.

    Raises :class:`Faults` where no administrator would be left or it was ended already, Conflict, LookupError.
    """
    require(actor, "account.manage")
    with store.read() as db:
        account = _standing(db, id).account
        email = account_in(db, account).email
    keys = _attempt_keys(store, account, email)
    with store.write(actor.id, "account.erase") as write:
        held, before = _standing(write.db, id), account_in(write.db, account)
        if before.erased:
            raise Faults([Fault("", "", "", "account.erased", {})])
        _end(write, held, version, "done", actor, at)
        _take_out(write, account, keys)
        keep_an_administrator(write.db, before)
    _note(store)


def redo_erasures(store: Store, actor: Actor) -> int:
    """Erase again who stands in the file and is back, as after a restore; how many. Needs ``account.manage``.

    Whom only the database has as erased is added to the file. No administrator may be left afterwards: the next start
    then makes a code for one.
    """
    require(actor, "account.manage")
    with store.read() as db:
        people = db.execute("SELECT id, created_at, email FROM account WHERE name <> '' ORDER BY id").fetchall()
    wanted = erased.listed(store.folder)
    back = [(number, email) for number, made, email in people if (number, made) in wanted]
    for number, email in back:
        keys = _attempt_keys(store, number, email)
        with store.write(actor.id, "account.erase_again") as write:
            if not account_in(write.db, number).erased:
                if (held := _open(write.db, number)) is not None:
                    _end(write, held, held.version, "done", actor, None)
                _take_out(write, number, keys)
    _note(store)
    return len(back)


def take_out_access(write: Write, account: int, keys: tuple[str, ...] = ()) -> None:
    """Delete within a write what a person signs in with, and every other row that goes with the person."""
    gone = {}
    for table in tables().values():
        if table.goes:
            where = " OR ".join(f"{quoted(one)} IN (?, ?)" for one in table.person)
            who = [account, f"account:{account}"] * len(table.person)
            gone[table.name] = write.db.conn.execute(f"DELETE FROM {quoted(table.name)} WHERE {where}", who).rowcount
    for key in keys:
        write.db.conn.execute("DELETE FROM attempt WHERE key = ? OR key LIKE ?", (key, f"{key}.%"))
    write.record("account", account, None, {"deleted": {name: count for name, count in gone.items() if count}})


_QUERY = "SELECT id, version, account, asked_at, asked_by, state, coalesce(ended_at, '') AS ended_at FROM erasure"


def _take_out(write: Write, account: int, keys: tuple[str, ...]) -> None:
    take_out_access(write, account, keys)
    empty_account(write, account, name=True)


def _attempt_keys(store: Store, account: int, email: str) -> tuple[str, ...]:
    """Under which digests failures of this account were counted."""
    return address_key(store, email), reset_key(store, email), change_key(store, account), step_key(store, account)


def _note(store: Store) -> None:
    """Bring the file up to the database; where it can't be written the next round tries again."""
    query = """SELECT a.id, a.created_at, coalesce(max(e.ended_at), a.changed_at) FROM account a
        LEFT JOIN erasure e ON e.account = a.id AND e.state = 'done' WHERE a.name = '' GROUP BY a.id ORDER BY a.id"""
    with store.read() as db:
        gone = [((number, made), at) for number, made, at in db.execute(query).fetchall()]
    try:
        held = erased.listed(store.folder)
        if new := [one for one in gone if one[0] not in held]:
            erased.add(store.folder, new)
    except OSError as error:
        _LOG.error("%s was not written: %s", erased.FILE, type(error).__name__)


def _end(write: Write, held: Erasure, version: int, state: str, actor: Actor, at: dt.datetime | None) -> None:
    if held.state != "asked":
        raise Faults([Fault("", "", "", "account.erasure_ended", {})])
    write.update_row("erasure", held.id, version, {"state": state, "ended_at": _moment(at), "ended_by": actor.id})


def _open(db: Database, account: int) -> Erasure | None:
    found = list(db.query(f"{_QUERY} WHERE account = ? AND state = 'asked'", [account]))
    return Erasure(**found[0]) if found else None


def _standing(db: Database, id: int) -> Erasure:
    found = list(db.query(f"{_QUERY} WHERE id = ?", [id]))
    if not found:
        raise LookupError(f"no erasure {id}")
    return Erasure(**found[0])


def _own_or_managed(actor: Actor, account: int) -> None:
    if actor.id != f"account:{account}":
        require(actor, "account.manage")


def _moment(at: dt.datetime | None) -> str:
    return moment(at or dt.datetime.now(dt.UTC))
