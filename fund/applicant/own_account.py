"""An account that an applicant makes: it waits for its owner to set a password with a one-time code.

Nobody learns who has an account: the same is answered whether the address is known or not, and to a known one goes the
code that it would get for a forgotten password. Only the address itself gets a letter; without a mail server the
administrator sees the account waiting and hands the code over. Requests are counted by address, by where they come from
and in all, so that nobody's mailbox or list of accounts is filled.
"""

from __future__ import annotations

import datetime as dt

from data.accounts import account_at, add_account
from data.addresses import LONGEST_NAME, address_key, tidy_name
from data.attempts import Count, Wait, count, keyed, source_key
from data.codes import add_code
from data.faults import Fault, Faults
from data.limits import limit, span
from data.mail import Letter, code_letter, mail_is_set_up, send_later
from data.permission import Actor, Role
from data.phrases import Lang
from data.store import Store
from data.unsent import keep_unsent
from fund.applicant.identifiers import organisation_number

ROLE: Role = "applicant"
REGISTER = "applying_register"
"""The form for an organisation that isn't here yet; it waits with the number that was given."""


def ask_account(
    store: Store,
    email: str,
    name: str,
    number: str,
    language: Lang,
    source: str,
    *,
    at: dt.datetime | None = None,
) -> None:
    """Make an applicant's account, where the address has none. ``number`` is the organisation's, for its first form.

    Raises :class:`Faults` for an address, a name or a number that is none, and after too many
    requests: neither says whether the address is known.
    """
    if faults := _faults(email, name, number):
        raise Faults(faults)
    moment = at or dt.datetime.now(dt.UTC)
    origin = source_key(store, source)
    counts = [Count(keyed(store, "own account", address_key(email)), limit("reset_free"))]
    counts += [Count(keyed(store, "own account source", origin), limit("own_account_source"))] if origin else []
    counts.append(Count(keyed(store, "own account", ""), limit("own_account_all")))
    letter: Letter | None = None
    made = 0
    with store.write("anyone", "account.own") as write:
        try:
            count(write, counts, moment)
        except Wait as full:
            minutes = -(-full.seconds // 60)
            raise Faults([Fault("", "", "", "signing_up.wait", {"minutes": minutes})]) from None
        held = account_at(write.db, email)
        if held is None:
            made = add_account(write, email, name, (ROLE,), language, moment)
        account = made or (held.id if held and held.active else 0)
        if account and mail_is_set_up():
            code = add_code(write, account, span("code_mailed"), moment)
            letter = code_letter(held.email if held else email.strip(), held.language if held else language, code)
        write.record("account", account or "unknown", None, {"code": "mailed" if letter else "none"})
    if made:
        keep_unsent(store, Actor(f"account:{made}", frozenset({ROLE})), REGISTER, {"number": number.strip()})
    if letter:
        send_later(letter)


def _faults(email: str, name: str, number: str) -> list[Fault]:
    """What is wrong with what was given, whoever has the address."""
    found = [] if address_key(email) else [Fault("", "email", "", "account.address", {})]
    if not tidy_name(name):
        found.append(Fault("", "name", "", "account.name", {"longest": LONGEST_NAME}))
    try:
        organisation_number(number, place="number")
    except Faults as wrong:
        found += wrong.faults
    return found
