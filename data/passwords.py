"""Passwords: which are taken, and how they are kept.

No rules of composition and no date on which they end (NIST SP 800-63B, 5.1.1.2): a password is long, isn't among the
commonest, doesn't repeat itself, and doesn't hold the program's name or its owner's. It is compared as NFC, so that «ø»
typed on one machine is «ø» on another. Only its Argon2id hash is kept.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.codes import moment, void_codes
from data.faults import Fault
from data.limits import limit
from data.store import Write

COMMONEST = Path(__file__).parent / "common_passwords.txt"
PROGRAM = "ringvirk"
HASHER = PasswordHasher()
"""Argon2id with the costs of RFC 9106's second recommended option: 64 MiB, three passes."""
_REPEATED = re.compile(r"(.+?)\1+")
_AT_ONCE = threading.BoundedSemaphore(limit("hashes_at_once"))


def password_faults(password: str, *, email: str = "", name: str = "", place: str = "password") -> list[Fault]:
    """Why ``password`` can't be the password of the person with this address and name; empty where it can.

    The faults never hold the password.
    """
    shortest, longest = limit("password_shortest"), limit("password_longest")
    ready = prepared(password)
    if ready is None:
        long = len(password) > longest
        code = "account.password_long" if long else "account.password_signs"
        return [Fault("", place, "", code, {"longest": longest} if long else {})]
    if len(ready) < shortest:
        return [Fault("", place, "", "account.password_short", {"shortest": shortest, "length": len(ready)})]
    faults = []
    if _common(ready):
        faults.append(Fault("", place, "", "account.password_common", {}))
    if held := [word for word in _words(email, name) if word in ready.casefold()]:
        faults.append(Fault("", place, "", "account.password_context", {"word": held[0]}))
    return faults


def prepared(password: str) -> str | None:
    """The password as it is hashed; None where it is too long or isn't text. Costs nothing for what is far too long."""
    if len(password) > limit("password_longest"):
        return None
    try:
        password.encode()
    except UnicodeEncodeError:
        return None
    ready = unicodedata.normalize("NFC", password)
    return ready if len(ready) <= limit("password_longest") else None


def hashed(password: str) -> str:
    """The hash that is kept. Raises ValueError for what :func:`prepared` doesn't take."""
    ready = prepared(password)
    if ready is None:
        raise ValueError("not a password")
    with _AT_ONCE:
        return HASHER.hash(ready)


def verified(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one that ``kept`` is the hash of. Without a hash it is False, after the same work."""
    ready = prepared(password)
    if ready is None:
        return False
    with _AT_ONCE:
        try:
            return HASHER.verify(kept or _nobodys(HASHER), ready) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether ``kept`` was made with other costs than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash of a password that nobody knows."""
    return hasher.hash(secrets.token_hex())


def put_password(write: Write, account: int, kept: str, at: dt.datetime) -> None:
    """Keep the hash of a new password within a write, and void the account's one-time codes."""
    write.db.conn.execute(
        "INSERT OR REPLACE INTO password (account, hash, changed_at) VALUES (?, ?, ?)", (account, kept, moment(at))
    )
    void_codes(write, account)
    write.record("account", account, None, {"password": "set"})


def _words(email: str, name: str) -> Iterable[str]:
    """What a password may not hold, in small letters: the program's name, the parts of the address and of the name."""
    parts = [PROGRAM, *re.split(r"[\W_]+", f"{email} {name}".casefold())]
    return [unicodedata.normalize("NFC", part) for part in parts if len(part) >= limit("context_word")]


def _common(password: str) -> bool:
    """Whether a guesser tries it early: a word of the list, with numbers and signs around it, or short and repeated."""
    small = password.casefold()
    steps = [abs(ord(after) - ord(before)) for before, after in pairwise(small)]
    if len(set(small)) < limit("password_signs") or sum(step <= 1 for step in steps) > len(steps) / 2:
        return True
    bare = re.sub(r"\A[\W\d_]+|[\W\d_]+\Z", "", small)
    if any(len(match[1]) < limit("password_shortest") for one in (small, bare) if (match := _REPEATED.fullmatch(one))):
        return True
    return small in commonest() or bare in commonest()


@cache
def commonest() -> frozenset[str]:
    """The commonest passwords, in small letters."""
    lines = COMMONEST.read_text(encoding="utf-8").splitlines()
    return frozenset(unicodedata.normalize("NFC", line).casefold() for line in lines if not line.startswith("#"))
