"""One-time codes: with one, a person sets a password: the first administrator, someone new, someone who forgot it.

What always holds: a code is 128 random bits; the database has its SHA-256 only; it is taken once, and ends by itself; a
new one for the same account voids the older ones.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field

from sqlite_utils import Database

from data.store import Write

_BYTES = 16
_SIGNS = 26
"""So many letters and digits write 16 bytes in base 32."""


@dataclass(frozen=True)
class OneTime:
    """A code to hand over, and when it ends. ``mailed``: it went to the person's own address, and ``code`` is empty.

    ``text`` is the letter to copy and send where it wasn't mailed; it holds the code.
    """

    code: str = field(repr=False)
    ends_at: dt.datetime
    mailed: bool = False
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Taken:
    """A code that was there and hasn't ended. ``account`` is None for that of the first administrator."""

    account: int | None


def add_code(write: Write, account: int | None, lasts: dt.timedelta, at: dt.datetime) -> OneTime:
    """Make a code for ``account`` (None: for the first administrator) and void its older ones; the caller audits it."""
    code = new_code()
    void_codes(write, account)
    sql = "INSERT INTO one_time_code (digest, account, made_at, ends_at) VALUES (?, ?, ?, ?)"
    write.db.conn.execute(sql, (written(code), account, moment(at), moment(at + lasts)))
    return OneTime(code, at + lasts)


def new_code() -> str:
    """A code that nobody can guess, in groups of four signs."""
    raw = base64.b32encode(secrets.token_bytes(_BYTES)).decode().rstrip("=")
    return "-".join(raw[start : start + 4] for start in range(0, len(raw), 4))


def code_holds(db: Database, code: str, at: dt.datetime) -> bool:
    """Whether ``code`` is one that can be taken now."""
    row = db.execute("SELECT ends_at FROM one_time_code WHERE digest = ?", [written(code)]).fetchone()
    return bool(row and row[0] > moment(at))


def take_code(write: Write, code: str, at: dt.datetime) -> Taken | None:
    """What ``code`` is for, and it is used up; None where it isn't a code, is used, voided or ended."""
    sql = "DELETE FROM one_time_code WHERE digest = ? RETURNING account, ends_at"
    row = write.db.conn.execute(sql, (written(code),)).fetchone()
    return Taken(row[0]) if row and row[1] > moment(at) else None


def void_codes(write: Write, account: int | None) -> None:
    """Make every code of ``account`` (None: of the first administrator) worthless."""
    write.db.conn.execute("DELETE FROM one_time_code WHERE account IS ?", (account,))


def moment(at: dt.datetime) -> str:
    """A moment as the database keeps it: as :func:`data.audit.now` writes it, so that texts compare as times do."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def written(code: str) -> str:
    """The digest that is kept of a code as people type it: small letters, spaces, 0 for O and 8 for B are let pass."""
    typed = code[: 4 * _SIGNS].upper().translate(str.maketrans("08", "OB"))
    kept = "".join(sign for sign in typed if sign.isascii() and sign.isalnum())
    return hashlib.sha256(kept.encode()).hexdigest()
