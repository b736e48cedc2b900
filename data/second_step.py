"""The second step at sign-in: a code from an app on one's own telephone, besides the password.

    begun = begin(store, token, password)       # shows a key to the app
    codes = confirm(store, token, code)         # from now on a code is asked for; spare codes, shown once
    signed = finish(store, halfway, code)       # at sign-in, after the password

Codes are of RFC 6238 (TOTP): six figures, 30 seconds; the one before and the one after hold too, for clocks that go
wrong (section 5.2). What always holds: nobody gets in with the password alone where the step is on; a code is taken
once; guesses are counted before anything is compared; keys and codes are never logged and enter no audit row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pyotp
from sqlite_utils import Database

from data.accounts import account_in
from data.attempts import Count, count, forget, keyed
from data.codes import moment, new_code, written
from data.faults import Fault, Faults
from data.limits import limit
from data.permission import Actor, require
from data.recovery import prove
from data.sessions import Session, Signed, digest, open_session, revoke, whose
from data.store import Store, Write

ISSUER = "Ringvirk"
_ASIDE = (0, -1, 1)
"""Which intervals hold, by how far they are from now."""


@dataclass(frozen=True)
class Begun:
    """What the app is given: ``key`` to be typed, ``address`` (otpauth://) as a picture. Both are secret."""

    key: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True)
class Standing:
    """How it stands with an account: ``on`` or not, and how many spare codes it has left."""

    on: bool
    spare: int


def standing(store: Store, actor: Actor, account: int) -> Standing:
    """How it stands with one's own account, or another's (needs ``account.read``)."""
    if actor.id != f"account:{account}":
        require(actor, "account.read")
    with store.read() as db:
        on = _key(db, account, "since IS NOT NULL") is not None
        (spare,) = db.execute("SELECT count(*) FROM spare_code WHERE account = ?", [account]).fetchone()
    return Standing(on, int(spare))


def begin(store: Store, token: str, password: str, *, at: dt.datetime | None = None) -> Begun:
    """A new key for the session's account, for whom its password is asked; nothing changes until it is confirmed.

    Raises :class:`Faults` where the password is wrong, nobody is signed in or the step is on already, and
    :class:`data.attempts.Wait`.
    """
    session = _signed_in(store, token, at)
    prove(store, session, password, at)
    key = pyotp.random_base32()
    with store.write(session.actor.id, "second_step.begin") as write:
        if _key(write.db, session.account, "since IS NOT NULL"):
            raise Faults([Fault("", "", "", "account.step_on")])
        write.db.conn.execute("INSERT OR REPLACE INTO second_step VALUES (?, ?, NULL, 0)", (session.account, key))
        write.record("account", session.account, None, {"second_step": "begun"})
    return Begun(key, pyotp.TOTP(key).provisioning_uri(name=session.email, issuer_name=ISSUER))


def confirm(store: Store, token: str, code: str, *, at: dt.datetime | None = None) -> list[str]:
    """Turn the step on with the app's first code: the spare codes, which are shown this once.

    Every other session of the account ends. Raises :class:`Faults` where it wasn't begun or the code is wrong.
    """
    at = at or dt.datetime.now(dt.UTC)
    session = _signed_in(store, token, at)
    _counted(store, session.account, at)
    with store.write(session.actor.id, "second_step.on") as write:
        key = _key(write.db, session.account, "since IS NULL")
        interval = _interval(key, code, at)
        if key is None or interval is None:
            raise Faults([Fault("", "code", "", "account.step_code")])
        sql = "UPDATE second_step SET since = ?, taken = ? WHERE account = ?"
        write.db.conn.execute(sql, (moment(at), interval, session.account))
        forget(write, step_key(store, session.account))
        revoke(write, session.account, but=token)
        write.record("account", session.account, None, {"second_step": "on"})
        return _spare(write, session.account)


def renew_spare(store: Store, token: str, password: str, *, at: dt.datetime | None = None) -> list[str]:
    """New spare codes, the older ones void; the password is asked for. Raises :class:`Faults` as :func:`begin`."""
    session = _signed_in(store, token, at)
    prove(store, session, password, at)
    with store.write(session.actor.id, "second_step.spare") as write:
        if _key(write.db, session.account, "since IS NOT NULL") is None:
            raise Faults([Fault("", "", "", "account.step_off")])
        write.record("account", session.account, None, {"second_step": "spare"})
        return _spare(write, session.account)


def turn_off(store: Store, token: str, password: str, *, at: dt.datetime | None = None) -> None:
    """Sign in with the password alone from now on; the password is asked for. Raises :class:`Faults`."""
    session = _signed_in(store, token, at)
    prove(store, session, password, at)
    with store.write(session.actor.id, "second_step.off") as write:
        _take_out(write, session.account)


def take_off(store: Store, actor: Actor, account: int) -> None:
    """Take the step off someone's account whose telephone and codes are lost; every session of it ends.

    Whoever does it has made sure who asks, as when the account was made. Needs ``account.manage``.
    """
    require(actor, "account.manage")
    with store.write(actor.id, "second_step.take_off") as write:
        account_in(write.db, account)
        revoke(write, account)
        _take_out(write, account)


def finish(store: Store, halfway: str, code: str, *, at: dt.datetime | None = None) -> Signed:
    """Open the session of who gave the password (:attr:`data.sessions.Signed.halfway`), with the app's or a spare code.

    Raises :class:`Faults` where the first step is too old or the code is wrong, and :class:`data.attempts.Wait`.
    """
    at = at or dt.datetime.now(dt.UTC)
    with store.read() as db:
        account, origin = _waiting(db, halfway, at)
    _counted(store, account, at)
    token = ""
    with store.write(f"account:{account}", "session.open") as write:
        _waiting(write.db, halfway, at)
        if account_in(write.db, account).active and _taken(write, account, code, at):
            write.db.conn.execute("DELETE FROM halfway WHERE account = ?", (account,))
            forget(write, step_key(store, account))
            token = open_session(write, account, origin, at)
        else:
            write.action = "session.refuse"
            write.record("account", account, None, {"reason": "second_step"})
        now = account_in(write.db, account)
    if not token:
        raise Faults([Fault("", "code", "", "account.step_code")])
    return Signed(token, now)


def step_key(store: Store, account: int) -> str:
    """Under which digest wrong guesses at the second step are counted."""
    return keyed(store, "second step", str(account))


def _signed_in(store: Store, token: str, at: dt.datetime | None) -> Session:
    session = whose(store, token, at=at)
    if session is None:
        raise Faults([Fault("", "", "", "account.signed_out")])
    return session


def _counted(store: Store, account: int, at: dt.datetime) -> None:
    """Count a guess before it is looked at. Raises :class:`data.attempts.Wait`."""
    with store.write(f"account:{account}", "second_step.attempt", audited=False) as write:
        count(write, [Count(step_key(store, account), limit("address_free"))], at)


def _waiting(db: Database, halfway: str, at: dt.datetime) -> tuple[int, str]:
    """Who is halfway in, and from which source. Raises :class:`Faults`."""
    sql = "SELECT account, source, ends_at FROM halfway WHERE digest = ?"
    row = db.execute(sql, [digest(halfway)]).fetchone()
    if row is None or row[2] <= moment(at):
        raise Faults([Fault("", "", "", "account.halfway_ended")])
    return int(row[0]), str(row[1])


def _taken(write: Write, account: int, code: str, at: dt.datetime) -> bool:
    """Whether the code is right; it is used up."""
    interval = _interval(_key(write.db, account, "since IS NOT NULL"), code, at)
    db = write.db.conn
    if interval is not None:
        sql = "UPDATE second_step SET taken = ? WHERE account = ? AND taken < ?"
        return bool(db.execute(sql, (interval, account, interval)).rowcount)
    sql = "DELETE FROM spare_code WHERE digest = ? AND account = ?"
    return bool(db.execute(sql, (written(code), account)).rowcount)


def _interval(key: str | None, code: str, at: dt.datetime) -> int | None:
    """Which interval's code it is, of those that hold; None where it is none, or there is no key."""
    if key is None:
        return None
    totp, given = pyotp.TOTP(key), "".join(code[:20].split())
    now = int(at.timestamp()) // totp.interval
    return next((now + one for one in _ASIDE if pyotp.utils.strings_equal(given, totp.generate_otp(now + one))), None)


def _key(db: Database, account: int, where: str) -> str | None:
    row = db.execute(f"SELECT key FROM second_step WHERE account = ? AND {where}", [account]).fetchone()
    return str(row[0]) if row else None


def _spare(write: Write, account: int) -> list[str]:
    """New spare codes instead of those that were."""
    codes = [new_code() for _ in range(int(limit("spare_codes")))]
    write.db.conn.execute("DELETE FROM spare_code WHERE account = ?", (account,))
    rows = [(written(one), account) for one in codes]
    write.db.conn.executemany("INSERT INTO spare_code (digest, account) VALUES (?, ?)", rows)
    return codes


def _take_out(write: Write, account: int) -> None:
    gone = write.db.conn.execute("DELETE FROM second_step WHERE account = ?", (account,)).rowcount
    if not gone:
        raise Faults([Fault("", "", "", "account.step_off")])
    write.record("account", account, None, {"second_step": "off"})
