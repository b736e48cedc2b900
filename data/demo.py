"""Invented accounts to try the program with: one for each role, with passwords that only the terminal shows."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from dataclasses import dataclass, field

from data.accounts import account_at, add_account
from data.addresses import address_key
from data.faults import Fault, Faults
from data.passwords import hashed, put_password
from data.permission import ROLES, Actor, Role, require
from data.phrases import Lang, say
from data.sessions import revoke
from data.store import Store

ADDRESSES: dict[Role, str] = {
    "officer": "saksbehandler@eksempel.no",
    "applicant": "soker@eksempel.no",
    "board": "styremedlem@eksempel.no",
    "chair": "styreleder@eksempel.no",
    "treasurer": "okonomi@eksempel.no",
    "auditor": "revisor@eksempel.no",
    "administrator": "administrator@eksempel.no",
}
_INVENTED = address_key("noen@eksempel.no").removeprefix("noen")
"""What the addresses of invented accounts end with."""


@dataclass(frozen=True)
class Invented:
    """One invented account: its address, its password for this time, and its role."""

    email: str
    password: str = field(repr=False)
    role: Role


def invent_accounts(store: Store, actor: Actor, lang: Lang = "nb") -> list[Invented]:
    """Make one account for each role, or give those that are there new passwords. Needs ``account.manage``.

    Raises :class:`Faults` where the database has an account of another address: then it is no demonstration.
    """
    require(actor, "account.manage")
    made = [Invented(ADDRESSES[role], _password(), role) for role in ROLES]
    kept = [hashed(one.password) for one in made]
    at = dt.datetime.now(dt.UTC)
    with store.write(actor.id, "account.demo") as write:
        keys = [key for (key,) in write.db.execute("SELECT email_key FROM account").fetchall()]
        if not all(key.endswith(_INVENTED) for key in keys):
            raise Faults([Fault("", "", "", "account.not_empty", {})])
        for one, hash_ in zip(made, kept, strict=True):
            found = account_at(write.db, one.email)
            name = say("account.demo.name", lang, role=say(f"permission.role.{one.role}", lang))
            account = found.id if found else add_account(write, one.email, name, (one.role,), lang, at)
            put_password(write, account, hash_, at)
            revoke(write, account)
    return made


def _password() -> str:
    """80 random bits, in groups that can be typed."""
    signs = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
