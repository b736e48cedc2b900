"""Sessions: who is signed in, until when, and how people get in.

What always holds: the database has the SHA-256 of a session's token, never the token; each sign-in makes a new one; a
session that is revoked, idle or too old, or whose account is closed, is nobody's. Roles are read anew each time.
Whether an address is unknown, its account closed or the password wrong, the answer and the work are the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from dataclasses import dataclass, field

from sqlite_utils import Database

from data.accounts import Account, account_at, account_in, number_of, roles_of
from data.attempts import Count, count, forget, keyed, source_key, take_back
from data.codes import moment
from data.connection import StoreFault
from data.faults import Fault, Faults
from data.limits import limit, span
from data.passwords import hashed, outdated, prepared, verified
from data.permission import ROLES, Actor, Role, require
from data.phrases import Lang
from data.store import Store, Write

LIFETIME = span("session")
"""After this a session ends, however much it is used."""
TWO_STEPS = "RINGVIRK_TWO_STEPS"
"""The variable that names roles, with spaces between, which hold only for who signs in in two steps."""
_LONGEST_TOKEN = 100
_LONGEST_IDENTITY = 255
"""OpenID Connect Core 1.0, section 2: a subject has at most 255 ASCII signs."""


@dataclass(frozen=True)
class Session:
    """Who uses the program, as it stands at this click. ``version`` is the account's; times are ISO 8601, UTC.

    ``asleep`` are roles of the account that hold only once it signs in in two steps (:data:`TWO_STEPS`).
    """

    id: int
    account: int
    version: int
    name: str = field(repr=False)
    email: str = field(repr=False)
    language: Lang
    roles: tuple[Role, ...]
    role_in_use: Role
    created_at: str
    seen_at: str
    asleep: tuple[Role, ...] = ()

    @property
    def actor(self) -> Actor:
        """Who acts: the account with all its roles that are awake, whichever is in use."""
        return Actor(f"account:{self.account}", frozenset(self.roles))


@dataclass(frozen=True)
class Signed:
    """What a sign-in gives: the token for the cookie, and nowhere else, and the account.

    Where the account has a second step (:mod:`data.second_step`), ``token`` is "" and ``halfway`` opens that step.
    """

    token: str = field(repr=False)
    account: Account
    halfway: str = field(default="", repr=False)


@dataclass(frozen=True)
class OpenSession:
    """One of an account's open sessions. ``current``: it is the one that asks."""

    id: int
    created_at: str
    seen_at: str
    current: bool


def whose(store: Store, token: str, *, at: dt.datetime | None = None) -> Session | None:
    """Whose session the token opens; None where it is nobody's. One read, and at times a note of when it was seen."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    at = at or dt.datetime.now(dt.UTC)
    with store.read() as db:
        found = _session(db, token, at)
    if found and found.seen_at < moment(at - span("seen_every")):
        _seen(store, found.id, at)
    return found


def sign_in(store: Store, email: str, password: str, *, source: str, at: dt.datetime | None = None) -> Signed:
    """Open a session with address and password; ``source`` is where the request comes from (an IP address, or "").

    Raises :class:`Faults` with one and the same sentence for everything that is wrong, and
    :class:`data.attempts.Wait` where there were too many failures.
    """
    at = at or dt.datetime.now(dt.UTC)
    if prepared(password) is None:
        raise _wrong()
    origin, address = source_key(store, source), address_key(store, email)
    with store.write("anyone", "session.attempt", audited=False) as write:
        account = account_at(write.db, email)
        kept = _kept(write.db, account)
        known = account is not None and _known(write.db, account.id, origin, at)
        counts = _counts(address, origin, known)
        seconds = count(write, counts, at)
    right = verified(kept, password)
    again = hashed(password) if right and kept and outdated(kept) else kept
    who, what = (account.owner, "session.open") if right and account else ("anyone", "session.refuse")
    with store.write(who, what) as write:
        now = account_at(write.db, email)
        why = _why_not(now, kept is not None, right and _kept(write.db, now) == kept)
        if why or now is None:
            write.action = "session.refuse"  # also where the password or the account changed meanwhile
            row = {"reason": why, "wait": int(seconds)}
            write.record("account", now.id if now else "unknown", None, row)
            opened = None
        else:
            forget(write, counts[0].key)
            if not known and origin:
                take_back(write, counts[1].key)
            if again != kept:
                write.db.conn.execute("UPDATE password SET hash = ? WHERE account = ?", (again, now.id))
            opened = admit(write, now, origin, at)
    if opened is None:
        raise _wrong()
    return opened


def sign_in_oidc(
    store: Store,
    issuer: str,
    subject: str,
    email: str,
    verified: bool,
    *,
    source: str = "",
    at: dt.datetime | None = None,
) -> Signed:
    """Open a session for someone whom an OpenID Connect provider has signed in.

    The account is the one bound to (issuer, subject); else the one with this address, where the provider has verified
    it (``verified`` is True) and the account isn't bound to another person there: it is bound then. Roles are those of
    our database only. Raises :class:`Faults` where there is no such account; nobody gets one in this way.
    """
    at = at or dt.datetime.now(dt.UTC)
    origin = source_key(store, source)
    opened: str | None = None
    with store.write("anyone", "session.oidc") as write:
        account, why = _at_provider(write, issuer, subject, email if verified is True else "", at)
        if account is None or why:
            write.record("account", account.id if account else "unknown", None, {"reason": why or "unknown"})
        else:
            opened = open_session(write, account.id, origin, at)
    if opened is None or account is None:
        raise Faults([Fault("", "", "", "account.oidc_refused", {})])
    return Signed(opened, account)


def sign_out(store: Store, token: str) -> None:
    """End the session; nothing where there is none."""
    with store.read() as db:
        sql = "SELECT id, account FROM session WHERE digest = ? AND revoked_at IS NULL"
        row = db.execute(sql, [digest(token)]).fetchone()
    if row:
        with store.write(f"account:{row[1]}", "session.close") as write:
            revoke(write, row[1], only=row[0])


def sign_out_everywhere(store: Store, actor: Actor, account: int | None = None, *, keep: str = "") -> int:
    """End every session of the actor's account, or of another (needs ``account.manage``); how many there were.

    ``keep`` is the token of one that goes on.
    """
    whom = _whom(actor, account, "account.manage")
    with store.write(actor.id, "session.close_all") as write:
        return revoke(write, whom, but=keep)


def sign_out_session(store: Store, actor: Actor, session: int) -> None:
    """End one session by its number: one's own, or another's (needs ``account.manage``); no fault where it is gone."""
    with store.read() as db:
        row = db.execute("SELECT account FROM session WHERE id = ?", [session]).fetchone()
    if row:
        _whom(actor, row[0], "account.manage")
        with store.write(actor.id, "session.close") as write:
            revoke(write, row[0], only=session)


def list_sessions(
    store: Store, actor: Actor, account: int | None = None, *, token: str = "", at: dt.datetime | None = None
) -> list[OpenSession]:
    """The open sessions of the actor's account, or of another (needs ``account.read``), the newest first.

    ``token`` says which of them is the one that asks.
    """
    at = at or dt.datetime.now(dt.UTC)
    whom, asking = _whom(actor, account, "account.read"), digest(token)
    with store.read() as db:
        rows = db.execute(
            """SELECT id, created_at, seen_at, digest FROM session WHERE account = ? AND revoked_at IS NULL
            AND created_at > ? AND seen_at > ? ORDER BY created_at DESC, id DESC""",
            [whom, moment(at - LIFETIME), moment(at - span("idle"))],
        ).fetchall()
    return [OpenSession(key, created, seen, own == asking) for key, created, seen, own in rows]


def revoke(write: Write, account: int, *, only: int | None = None, but: str = "") -> int:
    """End open sessions of an account within a write: all, only one, or all but one token's; how many.

    But for only one, who had given the password and not yet the code begins anew too.
    """
    if only is None:
        write.db.conn.execute("DELETE FROM halfway WHERE account = ?", (account,))
    rows = write.db.conn.execute(
        """UPDATE session SET revoked_at = ? WHERE account = ? AND revoked_at IS NULL
        AND (? IS NULL OR id = ?) AND digest <> ? RETURNING id""",
        (moment(dt.datetime.now(dt.UTC)), account, only, only, digest(but)),
    ).fetchall()
    for (key,) in sorted(rows):
        write.record("session", key, {"account": account}, None)
    return len(rows)


def _session(db: Database, token: str, at: dt.datetime) -> Session | None:
    row = db.execute(
        """SELECT s.id, a.id, a.version, a.name, a.email, a.language,
            (SELECT group_concat(role) FROM account_role WHERE account = a.id), a.role_in_use, s.created_at, s.seen_at,
            EXISTS (SELECT 1 FROM password WHERE account = a.id)
                AND NOT EXISTS (SELECT 1 FROM second_step WHERE account = a.id AND since IS NOT NULL)
        FROM session s JOIN account a ON a.id = s.account
        WHERE s.digest = ? AND s.revoked_at IS NULL AND a.active = 1 AND s.created_at > ? AND s.seen_at > ?""",
        [digest(token), moment(at - LIFETIME), moment(at - span("idle"))],
    ).fetchone()
    if row is None:
        return None
    session, account, version, name, email, language, held, in_use, created, seen, one_step = row
    wanted = roles_in_two_steps() if one_step else frozenset()
    roles = tuple(one for one in roles_of(held) if one not in wanted)
    asleep = tuple(one for one in roles_of(held) if one in wanted)
    if in_use in asleep and roles:
        in_use = roles[0]
    return Session(session, account, version, name, email, language, roles, in_use, created, seen, asleep)


def roles_in_two_steps() -> frozenset[Role]:
    """The roles that hold only for who signs in in two steps; who has no password is the provider's to ask.

    Raises :class:`StoreFault` where :data:`TWO_STEPS` names what is no role.
    """
    words = os.environ.get(TWO_STEPS, "").replace(",", " ").split()
    if wrong := [one for one in words if one not in ROLES]:
        raise StoreFault.of("role_unknown", TWO_STEPS, value=wrong[0], roles=" ".join(ROLES))
    return frozenset(one for one in ROLES if one in words)


def _seen(store: Store, session: int, at: dt.datetime) -> None:
    """Note when the session was seen; where the database can't be written just now, the page goes on all the same."""
    if store.db.conn.in_transaction:
        return
    try:
        with store.write("system", "session.seen", audited=False) as write:
            write.db.conn.execute(
                "UPDATE session SET seen_at = max(seen_at, ?) WHERE id = ? AND revoked_at IS NULL",
                (moment(at), session),
            )
    except StoreFault:
        pass


def open_session(write: Write, account: int, origin: str, at: dt.datetime) -> str:
    """A new session within a write, from the source with this key; its token. Those no longer needed go."""
    token = secrets.token_urlsafe(32)
    db = write.db.conn
    db.execute(
        "DELETE FROM session WHERE account = ? AND created_at < ?", (account, moment(at - span("sessions_kept")))
    )
    sql = "INSERT INTO session (digest, account, source, created_at, seen_at) VALUES (?, ?, ?, ?, ?) RETURNING id"
    (key,) = db.execute(sql, (digest(token), account, origin, moment(at), moment(at))).fetchone()
    write.record("session", key, None, {"account": account})
    return token


def admit(write: Write, account: Account, origin: str, at: dt.datetime) -> Signed:
    """Let in within a write who gave the password: with a new session, or halfway where a second step is on."""
    db = write.db.conn
    if not db.execute("SELECT 1 FROM second_step WHERE account = ? AND since IS NOT NULL", (account.id,)).fetchone():
        return Signed(open_session(write, account.id, origin, at), account)
    token = secrets.token_urlsafe(32)
    db.execute("DELETE FROM halfway WHERE account = ? AND ends_at <= ?", (account.id, moment(at)))
    sql = "INSERT INTO halfway (digest, account, source, ends_at) VALUES (?, ?, ?, ?)"
    db.execute(sql, (digest(token), account.id, origin, moment(at + span("halfway"))))
    write.record("account", account.id, None, {"halfway": "in"})
    return Signed("", account, token)


def _at_provider(write: Write, issuer: str, subject: str, email: str, at: dt.datetime) -> tuple[Account | None, str]:
    """The account of this person at this provider, bound where it wasn't; and why it may not sign in ("" if it may)."""
    if not (0 < len(issuer) <= _LONGEST_IDENTITY and 0 < len(subject) <= _LONGEST_IDENTITY):
        return None, "identity"
    sql = "SELECT account FROM identity WHERE issuer = ? AND subject = ?"
    row = write.db.execute(sql, [issuer, subject]).fetchone()
    account = account_in(write.db, row[0]) if row else account_at(write.db, email)
    if account is None or not account.active:
        return account, "closed" if account else "unknown"
    if row is None:
        sql = "SELECT 1 FROM identity WHERE account = ? AND issuer = ?"
        if write.db.execute(sql, [account.id, issuer]).fetchone():
            return account, "bound"
        made = "INSERT INTO identity (account, issuer, subject, bound_at) VALUES (?, ?, ?, ?) RETURNING id"
        (key,) = write.db.conn.execute(made, (account.id, issuer, subject, moment(at))).fetchone()
        write.record("identity", key, None, {"account": account.id})
    return account, ""


def _counts(address: str, origin: str, known: bool) -> list[Count]:
    """What an attempt is counted in: the address and the source, or the pair where it is known."""
    if known:
        return [Count(f"{address}.{origin}", limit("address_free"))]
    return [Count(address, limit("address_free")), *([Count(origin, limit("source_free"))] if origin else [])]


def _known(db: Database, account: int, origin: str, at: dt.datetime) -> bool:
    """Whether the account has signed in from there lately."""
    sql = "SELECT 1 FROM session WHERE account = ? AND source = ? AND created_at > ?"
    return bool(origin and db.execute(sql, [account, origin, moment(at - span("sessions_kept"))]).fetchone())


def address_key(store: Store, email: str) -> str:
    """Under which digest failures for an address are counted; case and blanks around don't give more guesses."""
    return keyed(store, "address", " ".join(email[:1000].casefold().split()))


def _kept(db: Database, account: Account | None) -> str | None:
    """The hash of the account's password, if it may sign in with one."""
    if account is None or not account.active:
        return None
    row = db.execute("SELECT hash FROM password WHERE account = ?", [account.id]).fetchone()
    return str(row[0]) if row else None


def _why_not(account: Account | None, has_password: bool, right: bool) -> str:
    """For the audit: why a sign-in was refused; "" where it wasn't."""
    if account is None or not account.active:
        return "closed" if account else "unknown"
    return "" if right else "password" if has_password else "no_password"


def _whom(actor: Actor, account: int | None, action: str) -> int:
    """The account that is asked about: the actor's own, or another where ``action`` is allowed."""
    if account is None or actor.id == f"account:{account}":
        return number_of(actor)
    require(actor, action)
    return account


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token[:_LONGEST_TOKEN].encode("utf-8", "replace")).hexdigest()


def _wrong() -> Faults:
    return Faults([Fault("", "", "", "account.wrong", {})])
