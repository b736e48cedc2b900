"""Accounts: who there is, which roles each has, and who may change that.

What always holds: an address belongs to one account, whatever its case; there is an active administrator who can sign
in, once there was one, unless the operator undoes it; names, addresses and everything secret stay out of the audit,
which has the account's number only. An account is never deleted: what it did stays its own. One whose person was erased
(:mod:`data.erasure`) has neither name nor address, and is never used again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from data.addresses import LONGEST_NAME, address_key, tidy_name
from data.audit import history
from data.codes import OneTime, add_code, code_holds, moment, take_code, void_codes
from data.faults import Fault, Faults
from data.limits import span
from data.mail import code_letter, send
from data.passwords import hashed, password_faults, put_password
from data.permission import ROLES, Actor, Role, require
from data.phrases import LANGUAGES, Lang, say
from data.store import Conflict, Store, Write

_PERSONAL = ("email", "email_key", "name")
_HIDDEN = "•••"
_QUERY = """SELECT a.id, a.version, a.email, a.name, a.language, a.role_in_use, a.active, a.created_at, a.changed_at,
    (SELECT group_concat(role) FROM account_role WHERE account = a.id) AS roles,
    EXISTS (SELECT 1 FROM password WHERE account = a.id) AS has_password,
    EXISTS (SELECT 1 FROM identity WHERE account = a.id) AS bound,
    (SELECT max(seen_at) FROM session WHERE account = a.id) AS seen_at FROM account a"""


@dataclass(frozen=True)
class Account:
    """One account. ``seen_at`` is when it last used the program ("" for never); times are ISO 8601, UTC."""

    id: int
    version: int
    email: str = field(repr=False)
    name: str = field(repr=False)
    language: Lang
    roles: tuple[Role, ...]
    role_in_use: Role
    active: bool
    has_password: bool
    bound: bool
    created_at: str
    changed_at: str
    seen_at: str

    @property
    def actor(self) -> Actor:
        """Who acts when this account does: with all its roles."""
        return Actor(f"account:{self.id}", frozenset(self.roles))

    @property
    def owner(self) -> str:
        """Whose it is, as :func:`data.permission.may` asks: its own."""
        return f"account:{self.id}"

    @property
    def erased(self) -> bool:
        """Whether the person was erased: nobody has this account any more."""
        return not self.name

    def shown(self, lang: Lang) -> str:
        """The name, or what stands in its place."""
        return self.name or erased_name(self.id, lang)

    @property
    def can_sign_in(self) -> bool:
        return self.active and (self.has_password or self.bound)


def list_accounts(store: Store, actor: Actor) -> list[Account]:
    """Every account, active ones first, by name. Needs ``account.read``."""
    require(actor, "account.read")
    with store.read() as db:
        return [_account(row) for row in db.query(f"{_QUERY} ORDER BY a.active DESC, a.name, a.id")]


def get_account(store: Store, actor: Actor, account: int) -> Account:
    """One account: one's own, or any with ``account.read``. Raises LookupError where there is none."""
    if actor.id != f"account:{account}":
        require(actor, "account.read")
    with store.read() as db:
        return account_in(db, account)


def account_names(store: Store, actor: Actor, lang: Lang) -> dict[str, str]:
    """The name of every account by the id that the audit has (``account:7``). Needs ``account.name``."""
    require(actor, "account.name")
    with store.read() as db:
        rows = db.execute("SELECT id, name FROM account").fetchall()
    return {f"account:{key}": name or erased_name(key, lang) for key, name in rows}


def erased_name(account: int, lang: Lang) -> str:
    """What stands where the name of somebody stood who was erased."""
    return say("account.erased_name", lang, number=str(account))


def account_in(db: Database, account: int) -> Account:
    """The account with this number, asking nobody's leave. Raises LookupError where there is none."""
    found = list(db.query(f"{_QUERY} WHERE a.id = ?", [account]))
    if not found:
        raise LookupError(f"there is no account {account}")
    return _account(found[0])


def account_at(db: Database, email: str) -> Account | None:
    """The account with this address, asking nobody's leave; None where there is none."""
    key = address_key(email)
    found = list(db.query(f"{_QUERY} WHERE a.email_key = ?", [key])) if key else []
    return _account(found[0]) if found else None


def create_account(
    store: Store,
    actor: Actor,
    email: str,
    name: str,
    roles: Iterable[str],
    language: Lang = "nb",
    *,
    at: dt.datetime | None = None,
) -> tuple[int, OneTime]:
    """Make an account, and the one-time code with which its owner sets a password. Needs ``account.manage``.

    The code is mailed where a mail server is set up, else it is for the administrator to hand over, and shown this
    once. Raises :class:`Faults` with everything that is wrong; nothing is stored then.
    """
    require(actor, "account.manage")
    given = tuple(roles)
    at = at or dt.datetime.now(dt.UTC)
    with store.write(actor.id, "account.create") as write:
        _raise(_faults(write.db, email=email, name=name, roles=given, language=language))
        account = add_account(write, email, name, given, language, at)
        code = add_code(write, account, span("code_handed"), at)
    return account, handed_over(code, email, language)


def rename_account(store: Store, actor: Actor, account: int, version: int, *, email: str, name: str) -> int:
    """Change address and name; the new version. Needs ``account.manage``.

    A changed address voids one-time codes, which went to the old one. Raises :class:`Faults`, Conflict, LookupError.
    """
    require(actor, "account.manage")
    with store.write(actor.id, "account.rename") as write:
        before = account_in(write.db, account)
        _raise(_faults(write.db, but=account, email=email, name=name))
        key = address_key(email)
        if key != address_key(before.email):
            void_codes(write, account)
        changes = {"email": email.strip(), "email_key": key, "name": tidy_name(name)}
        return _update(write, account, version, changes)


def set_roles(store: Store, actor: Actor, account: int, version: int, roles: Iterable[str]) -> int:
    """Give the account these roles and no others; its new version. Needs ``account.manage``.

    They hold from its next click. Raises :class:`Faults` where no role is left or no administrator would be, Conflict,
    LookupError.
    """
    require(actor, "account.manage")
    given = tuple(roles)
    with store.write(actor.id, "account.roles") as write:
        _raise(_faults(write.db, roles=given))
        before = account_in(write.db, account)
        if set(before.roles) == set(given) and before.version == version:
            return version
        in_use = before.role_in_use if before.role_in_use in given else _in_order(given)[0]
        new = _update(write, account, version, {"role_in_use": in_use}, always=True)
        _put_roles(write, account, before.roles, given)
        keep_an_administrator(write.db, before)
        return new


def deactivate_account(store: Store, actor: Actor, account: int, version: int) -> int:
    """Close the account and all its sessions; its new version. What it did stays. Needs ``account.manage``.

    Raises :class:`Faults` where no administrator would be left, Conflict, LookupError.
    """
    require(actor, "account.manage")
    with store.write(actor.id, "account.deactivate") as write:
        before = account_in(write.db, account)
        new = _update(write, account, version, {"active": 0})
        write.db.conn.execute(
            "UPDATE session SET revoked_at = ? WHERE account = ? AND revoked_at IS NULL",
            (moment(dt.datetime.now(dt.UTC)), account),
        )
        void_codes(write, account)
        keep_an_administrator(write.db, before)
        return new


def activate_account(store: Store, actor: Actor, account: int, version: int) -> int:
    """Open a closed account again, with the password it had; its new version. Needs ``account.manage``."""
    require(actor, "account.manage")
    with store.write(actor.id, "account.activate") as write:
        account_in(write.db, account)
        return _update(write, account, version, {"active": 1})


def empty_account(write: Write, account: int, *, name: bool) -> None:
    """Close an account within a write and take address and, where asked, name out of it. What it did stays."""
    before = account_in(write.db, account)
    changes = {"active": 0, "email": "", "email_key": f"none:{account}"}  # no address is written so
    _update(write, account, before.version, {**changes, "name": ""} if name else changes)


def keep_an_administrator(db: Database, before: Account) -> None:
    """Raise :class:`Faults` where ``before`` was an administrator who could sign in and none is left now."""
    if before.can_sign_in and "administrator" in before.roles and not _administrators(db, able=True):
        _raise([Fault("", "roles", "", "account.last_administrator", {})])


def set_language(store: Store, actor: Actor, language: str) -> None:
    """The language in which the actor meets the program. Raises Refused where nobody is signed in."""
    _raise([] if language in LANGUAGES else [Fault("", "language", "", "account.language", {})])
    _change_own(store, actor, "account.language", {"language": language})


def set_role_in_use(store: Store, actor: Actor, role: str) -> None:
    """The role whose pages the actor sees. Raises :class:`Faults` where it doesn't have that role, and Refused."""
    _change_own(store, actor, "account.role_in_use", {"role_in_use": role})


def has_administrator(store: Store) -> bool:
    """Whether there is an active administrator: else the program waits for the first one."""
    with store.read() as db:
        return _administrators(db, able=False) > 0


def first_code(store: Store, *, at: dt.datetime | None = None) -> str | None:
    """A code that makes the first administrator, for the terminal only; None where there is an active administrator.

    Each call makes a new one and voids the older: call it once at start.
    """
    at = at or dt.datetime.now(dt.UTC)
    if has_administrator(store):
        return None
    with store.write("system", "account.first_code") as write:
        if _administrators(write.db, able=False):
            return None
        code = add_code(write, None, span("code_first"), at)
        write.record("account", "first", None, {"code": "made"})
    return code.code


def create_first(
    store: Store,
    code: str,
    email: str,
    name: str,
    password: str,
    language: Lang = "nb",
    *,
    at: dt.datetime | None = None,
) -> int:
    """Make the first administrator with the code from the terminal; the account's number.

    Raises :class:`Faults` with everything that is wrong; the code still holds then.
    """
    at = at or dt.datetime.now(dt.UTC)
    faults = password_faults(password, email=email, name=name)
    with store.read() as db:
        holds = code_holds(db, code, at)
    kept = hashed(password) if holds and not faults else ""  # no such work for who has no code
    with store.write("system", "account.first") as write:
        faults += _faults(write.db, email=email, name=name, language=language)
        taken = take_code(write, code, at)
        if not holds or taken is None or taken.account is not None or _administrators(write.db, able=False):
            faults.append(Fault("", "code", "", "account.first_code", {}))
        _raise(faults)
        account = add_account(write, email, name, ("administrator",), language, at)
        put_password(write, account, kept, at)
        return account


def make_administrator(store: Store, actor: Actor, account: int) -> None:
    """Give an account the administrator's role and open it, whatever version it has: for the operator's terminal."""
    require(actor, "account.manage")
    with store.write(actor.id, "account.administrator") as write:
        before = account_in(write.db, account)
        if not (before.active and "administrator" in before.roles):
            _update(write, account, before.version, {"active": 1}, always=True)
            _put_roles(write, account, before.roles, {*before.roles, "administrator"})


def add_account(write: Write, email: str, name: str, roles: Iterable[str], language: Lang, at: dt.datetime) -> int:
    """Add a valid account within a write."""
    row = {
        "email": email.strip(),
        "email_key": address_key(email),
        "name": tidy_name(name),
        "language": language,
        "role_in_use": _in_order(roles)[0],
        "active": 1,
        "created_at": moment(at),
        "changed_at": moment(at),
        "version": 1,
    }
    sql = f"INSERT INTO account ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) RETURNING id"
    (account,) = write.db.conn.execute(sql, list(row.values())).fetchone()
    write.record("account", account, None, _without_personal({"id": account, **row}))
    _put_roles(write, account, (), roles)
    return int(account)


def _faults(
    db: Database,
    *,
    but: int = 0,
    email: str | None = None,
    name: str | None = None,
    roles: tuple[str, ...] | None = None,
    language: str = "nb",
) -> list[Fault]:
    """What is wrong with what was given for an account; ``but`` is the account that may have this address."""
    faults = []
    if email is not None:
        found = account_at(db, email)
        if not address_key(email):
            faults.append(Fault("", "email", "", "account.address", {}))
        elif found and found.id != but:
            faults.append(Fault("", "email", "", "account.taken", {}))
    if name is not None and not tidy_name(name):
        faults.append(Fault("", "name", "", "account.name", {"longest": LONGEST_NAME}))
    if roles is not None and not (roles and set(roles) <= set(ROLES)):
        faults.append(Fault("", "roles", "", "account.roles", {}))
    if language not in LANGUAGES:
        faults.append(Fault("", "language", "", "account.language", {}))
    return faults


def _update(write: Write, account: int, version: int, changes: Mapping[str, Any], *, always: bool = False) -> int:
    """As :meth:`Write.update_row`, but the audit hides what is personal. ``always``: a new version in any case."""
    found = list(write.db.query("SELECT * FROM account WHERE id = ?", [account]))
    if not found:
        raise LookupError(f"there is no account {account}")
    row = found[0]
    if not row["name"]:
        _raise([Fault("", "", "", "account.erased", {})])
    if row["version"] != version:
        past = history(write.db, "account", str(account))
        raise Conflict(changes, row, [one for one in past if (one.after or {}).get("version", 0) > version])
    after = {name: value for name, value in changes.items() if row[name] != value}
    if not after and not always:
        return version
    after |= {"changed_at": moment(dt.datetime.now(dt.UTC)), "version": version + 1}
    sets = ", ".join(f"{name} = ?" for name in after)
    write.db.conn.execute(f"UPDATE account SET {sets} WHERE id = ?", [*after.values(), account])
    before = {name: row[name] for name in after}
    write.record("account", account, _without_personal(before), _without_personal(after))
    return version + 1


def _change_own(store: Store, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    """Change columns of the actor's own account that nobody else edits: the last one holds."""
    account = number_of(actor)
    with store.read() as db:
        row = next(iter(db.query("SELECT * FROM account WHERE id = ?", [account])), {})
    if any(row.get(name) != value for name, value in changes.items()):
        with store.write(actor.id, action) as write:
            found = account_in(write.db, account)
            if changes.get("role_in_use", found.role_in_use) not in found.roles:
                _raise([Fault("", "role", "", "account.role_not_held", {})])
            _update(write, account, found.version, changes)


def number_of(actor: Actor) -> int:
    """The number of the account that acts. Raises :class:`Refused` where nobody is signed in."""
    require(actor, "account.self", {"owner": actor.id if actor.signed_in else ""})
    return int(actor.id.removeprefix("account:"))


def _put_roles(write: Write, account: int, before: Iterable[str], after: Iterable[str]) -> None:
    now = moment(dt.datetime.now(dt.UTC))
    for role in _in_order(set(after) - set(before)):
        write.insert("account_role", {"account": account, "role": role, "granted_at": now})
    for role in _in_order(set(before) - set(after)):
        sql = "DELETE FROM account_role WHERE account = ? AND role = ? RETURNING id"
        (key,) = write.db.conn.execute(sql, (account, role)).fetchone()
        write.record("account_role", key, {"account": account, "role": role}, None)


def _administrators(db: Database, *, able: bool) -> int:
    """How many active accounts are administrators; ``able``: those who can sign in only."""
    can = "AND (EXISTS (SELECT 1 FROM password p WHERE p.account = a.id) OR EXISTS (SELECT 1 FROM identity i \
WHERE i.account = a.id))"
    sql = f"""SELECT count(*) FROM account a JOIN account_role r ON r.account = a.id
        WHERE a.active = 1 AND r.role = 'administrator' {can if able else ""}"""
    return int(db.execute(sql).fetchone()[0])


def handed_over(code: OneTime, email: str, language: Lang) -> OneTime:
    """The code sent to its owner and hidden, or with the letter to hand over where it wasn't taken."""
    letter = code_letter(email.strip(), language, code)
    if send(letter):
        return OneTime("", code.ends_at, mailed=True)
    return OneTime(code.code, code.ends_at, text=f"{letter.subject}\n\n{letter.text}")


def _account(row: Mapping[str, Any]) -> Account:
    given = dict(row)
    given |= {name: bool(given[name]) for name in ("active", "has_password", "bound")}
    return Account(**{**given, "roles": roles_of(given["roles"]), "seen_at": given["seen_at"] or ""})


def roles_of(joined: str | None) -> tuple[Role, ...]:
    """Roles as the database joins them, in the order in which people read them."""
    return _in_order((joined or "").split(","))


def _in_order(roles: Iterable[str]) -> tuple[Role, ...]:
    given = set(roles)
    return tuple(role for role in ROLES if role in given)


def _without_personal(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _HIDDEN if name in _PERSONAL else value for name, value in row.items()}


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise Faults(faults)
