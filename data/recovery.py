"""New passwords: changed by their owner, set with a one-time code, or asked for by who forgot the old one.

What always holds: a new password ends every other session of the account and voids its one-time codes.
"""

from __future__ import annotations

import datetime as dt

from data.accounts import account_at, account_in, handed_over
from data.attempts import Count, Wait, count, forget, keyed, source_key
from data.codes import OneTime, add_code, code_holds, take_code
from data.faults import Fault, Faults
from data.limits import limit, span
from data.mail import Letter, code_letter, mail_is_set_up, send_later
from data.passwords import hashed, password_faults, put_password, verified
from data.permission import OPERATOR, Actor, require
from data.sessions import Session, Signed, admit, revoke, whose
from data.store import Store, Write


def make_code(store: Store, actor: Actor, account: int, *, at: dt.datetime | None = None) -> OneTime:
    """A new one-time code for an account whose owner has lost the password; older ones are void.

    Mailed or handed over as for a new account; at the operator's terminal it is always shown. The old password
    holds until a new one is set. Needs ``account.manage``. Raises LookupError, and Faults for a closed account.
    """
    require(actor, "account.manage")
    at = at or dt.datetime.now(dt.UTC)
    with store.write(actor.id, "account.code") as write:
        found = account_in(write.db, account)
        if not found.active:
            raise Faults([Fault("", "", "", "account.closed", {})])
        code = add_code(write, account, span("code_handed"), at)
        write.record("account", account, None, {"code": "made"})
    return code if actor == OPERATOR else handed_over(code, found.email, found.language)


def change_password(store: Store, token: str, old: str, new: str, *, at: dt.datetime | None = None) -> None:
    """Change the password of the session's account; every other session of it ends.

    Raises :class:`Faults` where the old password is wrong, the new one isn't taken, or nobody is signed in, and
    :class:`data.attempts.Wait` after too many wrong ones.
    """
    at = at or dt.datetime.now(dt.UTC)
    session = whose(store, token, at=at)
    if session is None:
        raise Faults([Fault("", "", "", "account.signed_out", {})])
    if faults := password_faults(new, email=session.email, name=session.name, place="new"):
        raise Faults(faults)
    proven = prove(store, session, old, at)
    kept = hashed(new)
    with store.write(session.actor.id, "password.change") as write:
        if _kept(write, session.account) != proven:  # changed meanwhile, elsewhere
            raise Faults([Fault("", "old", "", "account.old_password", {})])
        put_password(write, session.account, kept, at)
        revoke(write, session.account, but=token)


def prove(store: Store, session: Session, password: str, at: dt.datetime | None = None) -> str:
    """Ask who is signed in for the password once more, before something that gives access is changed; its hash.

    Raises :class:`Faults` where it is wrong, and :class:`data.attempts.Wait` after too many wrong ones.
    """
    key, who = change_key(store, session.account), session.actor.id
    with store.write(who, "password.attempt", audited=False) as write:
        count(write, [Count(key, limit("address_free"))], at or dt.datetime.now(dt.UTC))
        kept = _kept(write, session.account)
    if not verified(kept, password):
        with store.write(who, "password.refuse") as write:
            write.record("account", session.account, None, {"reason": "password"})
        raise Faults([Fault("", "old", "", "account.old_password", {})])
    with store.write(who, "password.attempt", audited=False) as write:
        forget(write, key)
    return kept or ""


def set_password(store: Store, code: str, new: str, *, source: str = "", at: dt.datetime | None = None) -> Signed:
    """Set a password with a one-time code, and sign in. Every other session of the account ends.

    Raises :class:`Faults` where the code is used, voided, ended or none, or the password isn't taken; a code that is
    right still holds after a password that wasn't.
    """
    at = at or dt.datetime.now(dt.UTC)
    with store.read() as db:
        if not code_holds(db, code, at):  # before any work is done for it
            raise Faults([Fault("", "code", "", "account.code", {})])
    if faults := password_faults(new, place="new"):
        raise Faults(faults)
    kept, origin = hashed(new), source_key(store, source)
    with store.write("anyone", "password.set") as write:
        taken = take_code(write, code, at)
        if taken is None or taken.account is None:
            raise Faults([Fault("", "code", "", "account.code", {})])
        account = account_in(write.db, taken.account)
        if not account.active:
            raise Faults([Fault("", "code", "", "account.code", {})])
        if faults := password_faults(new, email=account.email, name=account.name, place="new"):
            raise Faults(faults)
        put_password(write, account.id, kept, at)
        revoke(write, account.id)
        return admit(write, account, origin, at)


def _kept(write: Write, account: int) -> str | None:
    row = write.db.execute("SELECT hash FROM password WHERE account = ?", [account]).fetchone()
    return str(row[0]) if row else None


def change_key(store: Store, account: int) -> str:
    """Under which digest wrong guesses at one's own password are counted."""
    return keyed(store, "change", str(account))


def reset_key(store: Store, email: str) -> str:
    """Under which digest requests for a code to an address are counted."""
    return keyed(store, "reset", email[:1000].casefold().strip())


def ask_reset(store: Store, email: str, source: str, *, at: dt.datetime | None = None) -> None:
    """Send a one-time code to the account with this address, where there is one and letters can be sent.

    The answer is the same in every case, so that nobody learns who has an account; what was typed is never written to,
    only the address that the account has. Too many requests send nothing.
    """
    at = at or dt.datetime.now(dt.UTC)
    origin = source_key(store, source)
    counts = [Count(reset_key(store, email), limit("reset_free"))]
    counts += [Count(keyed(store, "reset source", origin), limit("source_free"))] if origin else []
    letter: Letter | None = None
    with store.write("anyone", "password.ask", audited=False) as write:
        try:
            count(write, counts, at)
        except Wait:
            return
        account = account_at(write.db, email)
        if account and account.active and mail_is_set_up():
            code = add_code(write, account.id, span("code_mailed"), at)
            letter = code_letter(account.email, account.language, code)
        write.record("account", account.id if account else "unknown", None, {"code": "mailed" if letter else "none"})
    if letter:
        send_later(letter)
