"""Guessing made slow: failures are counted by address and by source, and each must wait longer than the one before.

What always holds: an attempt is counted, in one write, before anything is compared, so that parallel guesses can't beat
the limit; who waits is refused unheard, and waits no longer for having tried; nobody waits longer than
``longest_wait``. Where an account has signed in from a source before, that pair has a count of its own: strangers who
guess at someone's address don't keep its owner out. Addresses and sources are kept as keyed digests only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import math
import secrets
from dataclasses import dataclass

from data.codes import moment
from data.faults import Fault, Faults
from data.limits import limit, span
from data.store import Store, Write


class Wait(Faults):
    """Too many failures: ``seconds`` until the next attempt is heard."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        minutes = math.ceil(seconds / 60)
        super().__init__([Fault("", "", "", "account.wait", {"minutes": minutes})])


@dataclass(frozen=True)
class Count:
    """One count: its key, and how many failures are free."""

    key: str
    free: int


def installation_secret(store: Store, name: str) -> bytes:
    """A random key of 32 bytes that this installation keeps under ``name``; made when it is first asked for."""
    sql = "SELECT value FROM secret WHERE name = ?"
    with store.read() as db:
        row = db.execute(sql, [name]).fetchone()
    if row is None:
        with store.write("system", "secret.make") as write:
            row = write.db.execute(sql, [name]).fetchone()  # another process may have made it meanwhile
            if row is None:
                row = (secrets.token_bytes(32),)
                write.db.conn.execute("INSERT INTO secret (name, value) VALUES (?, ?)", (name, row[0]))
                write.record("secret", name, None, {})
    return bytes(row[0])


def keyed(store: Store, what: str, text: str) -> str:
    """A digest of ``text`` that only this installation can make; ``what`` keeps kinds apart."""
    key = installation_secret(store, "attempts")
    return hmac.new(key, f"{what}\n{text}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def source_key(store: Store, source: str) -> str:
    """The keyed digest of where a request comes from; "" where that is unknown. IPv6 counts by network (/64)."""
    if not source:
        return ""
    try:
        address = ipaddress.ip_address(source.split("%")[0])
        if isinstance(address, ipaddress.IPv6Address):
            mapped = address.ipv4_mapped
            source = str(mapped or ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        pass
    return keyed(store, "source", source)


def count(write: Write, counts: list[Count], at: dt.datetime) -> float:
    """Count one attempt as a failure in every count; the seconds that the next must wait.

    Raises :class:`Wait`, and counts nothing, where one of them must wait still.
    """
    db, now = write.db.conn, moment(at)
    db.execute("DELETE FROM attempt WHERE at < ?", (moment(at - span("failures_kept")),))
    latest = at + span("longest_wait")
    failures: dict[Count, int] = {}
    free_at = at
    for one in counts:
        row = db.execute("SELECT failures, free_at FROM attempt WHERE key = ?", (one.key,)).fetchone()
        failures[one] = row[0] if row else 0
        if row and row[1] <= moment(latest):  # beyond that the clock was set back: it no longer holds
            free_at = max(free_at, dt.datetime.fromisoformat(row[1]))
    if moment(free_at) > now:
        raise Wait((free_at - at).total_seconds())
    longest = 0.0
    for one, before in failures.items():
        seconds = wait(before + 1, one.free)
        longest = max(longest, seconds)
        row = (one.key, before + 1, moment(at + dt.timedelta(seconds=seconds)), now)
        db.execute("INSERT OR REPLACE INTO attempt (key, failures, free_at, at) VALUES (?, ?, ?, ?)", row)
    return longest


def wait(failures: int, free: int) -> float:
    """How many seconds the next attempt waits after so many failures: none, then 30, 60, 120 … up to the longest."""
    if failures < free:
        return 0.0
    doubled = min(failures - free, 30)
    return float(min(limit("first_wait") * 2**doubled, limit("longest_wait")))


def forget(write: Write, key: str) -> None:
    """Begin anew: the right password was given."""
    write.db.conn.execute("DELETE FROM attempt WHERE key = ?", (key,))


def take_back(write: Write, key: str) -> None:
    """One attempt from this source was no failure. Its wait stays: one's own password earns no guesses at another's."""
    write.db.conn.execute("UPDATE attempt SET failures = max(failures - 1, 0) WHERE key = ?", (key,))
