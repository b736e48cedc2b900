"""``python -m data account list|reset|one-step|administrator`` and ``demo``: accounts from the operator's terminal.

The way back where the last administrator is lost: whoever can run this can read the database anyway.
"""

from __future__ import annotations

import argparse
from typing import Any

from data.accounts import account_at, list_accounts, make_administrator
from data.clock import moment
from data.connection import FILE, StoreFault, data_folder
from data.demo import invent_accounts
from data.faults import Fault, Faults, visible
from data.permission import OPERATOR
from data.phrases import say
from data.recovery import make_code
from data.second_step import take_off
from data.store import Store, open_store


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to a parser's subcommands; ``common`` has the options of them all."""
    account = commands.add_parser("account", help="list accounts; a new one-time code; make someone administrator")
    below = account.add_subparsers(required=True, metavar="what")
    one = below.add_parser("list", parents=[common], help="all accounts with their roles")
    one.set_defaults(command=_list)
    one = below.add_parser("reset", parents=[common], help="print a one-time code for a new password")
    one.add_argument("email")
    one.set_defaults(command=_reset)
    one = below.add_parser("administrator", parents=[common], help="open the account and make it administrator")
    one.add_argument("email")
    one.set_defaults(command=_change, change=make_administrator, said="administrator")
    one = below.add_parser("one-step", parents=[common], help="take the second step off a sign-in whose codes are lost")
    one.add_argument("email")
    one.set_defaults(command=_change, change=take_off, said="one_step")
    one = commands.add_parser("demo", parents=[common], help="invented accounts in an empty database, to try with")
    one.set_defaults(command=_demo)


def _list(options: argparse.Namespace) -> int:
    with _opened(options) as store:
        accounts = list_accounts(store, OPERATOR)
    for one in accounts:
        state = "closed" if not one.active else "open" if one.can_sign_in else "waiting"
        roles = ", ".join(say(f"permission.role.{role}", options.lang) for role in one.roles)
        said = say(f"account.terminal.state.{state}", options.lang)
        figures = {"email": one.email, "name": one.shown(options.lang), "roles": roles, "state": said}
        print(visible(say("account.terminal.row", options.lang, number=str(one.id), **figures)))
    if not accounts:
        print(say("account.terminal.none", options.lang))
    return 0


def _reset(options: argparse.Namespace) -> int:
    with _opened(options) as store:
        account = _at(store, options.email)
        code = make_code(store, OPERATOR, account)
    ends = moment(code.ends_at.isoformat(), options.lang)
    print(say("account.terminal.code", options.lang, number=str(account), code=code.code, ends=ends))
    print(say("account.terminal.code_use", options.lang))
    return 0


def _change(options: argparse.Namespace) -> int:
    """Do ``options.change`` to the account, and say so."""
    with _opened(options) as store:
        account = _at(store, options.email)
        options.change(store, OPERATOR, account)
    print(say(f"account.terminal.{options.said}", options.lang, number=str(account)))
    return 0


def _demo(options: argparse.Namespace) -> int:
    with open_store(options.data) as store:
        made = invent_accounts(store, OPERATOR, options.lang)
    print(say("account.demo.head", options.lang))
    for one in made:
        role = say(f"permission.role.{one.role}", options.lang)
        print(say("account.demo.row", options.lang, email=f"{one.email:<28}", password=one.password, role=role))
    return 0


def _opened(options: argparse.Namespace) -> Store:
    """The store of the data folder, where there is one: a mistyped folder makes no new database."""
    path = data_folder(options.data) / FILE
    if not path.exists():
        raise StoreFault.of("nothing_here", path)
    return open_store(options.data)


def _at(store: Store, email: str) -> int:
    """The number of the account with this address. Raises :class:`Faults` where there is none."""
    with store.read() as db:
        found = account_at(db, email)
    if found is None:
        raise Faults([Fault("", "", "", "account.nobody", {})])
    return found.id
