"""A call that is open, an organisation with a treasurer who acts for it, and an application that can be sent."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from funded import TREASURER, YEAR, funded

from data.accounts import add_account
from data.faults import Fault, Faults
from data.permission import Actor
from data.store import Store
from fund.applicant.mandates import ask_mandate, confirm_mandate, list_mandates
from fund.applicant.organisations import register_organisation
from fund.intake.applications import draft_at, get_application, save_draft, start_application
from fund.intake.calls import open_call, plan_call, set_frame
from fund.intake.revisions import Receipt, submit
from fund.rulebook.scheme_reading import presets
from fund.rulebook.schemes import Scheme

APPLICANT = Actor("account:2", frozenset({"applicant"}))
SECOND = Actor("account:3", frozenset({"applicant"}))
OFFICER = Actor("account:4", frozenset({"officer"}))
COLLEAGUE = Actor("account:5", frozenset({"officer"}))
BOARD = Actor("account:6", frozenset({"board"}))
STRANGER = Actor("account:7", frozenset({"applicant"}))
AUDITOR = Actor("account:8", frozenset({"auditor"}))
PEOPLE = (TREASURER, APPLICANT, SECOND, OFFICER, COLLEAGUE, BOARD, STRANGER, AUDITOR)
NUMBER, ACCOUNT, OTHER_ACCOUNT = "940 155 223", "1813 64 45320", "76940512057"
KR = 100
OPENS, CLOSES = dt.date(YEAR, 10, 1), dt.date(YEAR, 12, 1)
NOON = dt.datetime(YEAR, 11, 2, 11, 0, tzinfo=dt.UTC)
UNTIL = dt.date(YEAR + 1, 3, 31)

DOCUMENT: dict[str, Any] = {
    "title": "Eksempelcupen",
    "summary": "En cup for barn og unge i tre dager.",
    "municipality": "5001",
    "first_day": f"{YEAR + 1}-08-18",
    "last_day": f"{YEAR + 1}-08-20",
    "form": "grant",
    "asked": 20_000 * KR,
    "least": 10_000 * KR,
    "account": ACCOUNT,
    "cost": [
        {"name": "Leie av hall", "amount": 180_000 * KR + 1, "eligible": True, "running": True},
        {"name": "Premier", "amount": 20_000 * KR, "eligible": False, "running": True},
    ],
    "income": [{"name": "Billetter", "amount": 150_000 * KR + 1}],
    "support": [{"name": "Eksempel kommune", "amount": 30_000 * KR, "state": "applied", "public": True}],
}


def document(**changed: Any) -> dict[str, Any]:
    """The document with other values; None takes a field away."""
    made = {**copy.deepcopy(DOCUMENT), **changed}
    return {name: value for name, value in made.items() if value is not None}


def scheme() -> Scheme:
    """A real scheme: Trondheim's for sports events, at most ten percent of running costs and 100 000 kroner."""
    return presets()["trondheim-idrettsarrangement"]


def people(store: Store) -> None:
    """Invented accounts 1 to 8."""
    with store.write("operator", "test.people") as write:
        for one in PEOPLE:
            name = f"{one.id.replace(':', '-')}@eksempel.no"
            add_account(write, name, "Eksempel Person", one.roles, "nb", NOON)


def open_for_all(store: Store, *, opens: dt.date = OPENS, closes: dt.date = CLOSES, rules: Scheme | None = None) -> int:
    """A funded call that has opened."""
    people(store)
    frame = funded(store)
    call = plan_call(
        store, OFFICER, rules or scheme(), ("Høstens midler", "Autumn support"), YEAR, opens, closes, at=NOON
    )
    set_frame(store, OFFICER, call, 1, frame)
    open_call(store, OFFICER, call, 2, at=dt.datetime.combine(opens, dt.time(12), dt.UTC))
    return call


def acting(store: Store, organisation: int, actor: Actor = APPLICANT, until: dt.date = UNTIL) -> None:
    """Give an account a confirmed mandate."""
    asked = ask_mandate(store, actor, organisation, at=NOON)
    (seen,) = [one for one in list_mandates(store, OFFICER) if one.id == asked]
    confirm_mandate(store, OFFICER, seen, "firmaattest fra Enhetsregisteret, 1. november", until, at=NOON)


def club(store: Store, actor: Actor = APPLICANT, number: str = NUMBER) -> int:
    """An organisation that the actor acts for."""
    id = register_organisation(store, actor, number, "Eksempel idrettslag", "sports_club", at=NOON)
    acting(store, id, actor)
    return id


def typed(store: Store, call: int, organisation: int, *, at: dt.datetime = NOON, **changed: Any) -> int:
    """A draft with everything typed."""
    id = start_application(store, APPLICANT, call, organisation, at=at)
    retyped(store, id, at=at, **changed)
    return id


def retyped(store: Store, id: int, *, actor: Actor = APPLICANT, at: dt.datetime = NOON, **changed: Any) -> None:
    """Type the whole document again with other values."""
    save_draft(store, actor, id, document(**changed), draft_at(store.db, id).document, at=at)


def sent(store: Store, **changed: Any) -> tuple[int, Receipt]:
    """An application that was sent to a call of its own store."""
    id = typed(store, open_for_all(store), club(store), **changed)
    return id, submit(store, APPLICANT, id, version(store, id), at=NOON)


def version(store: Store, id: int) -> int:
    return int(store.db.execute("SELECT version FROM application WHERE id = ?", [id]).fetchone()[0])


def state(store: Store, id: int) -> str:
    return get_application(store, APPLICANT, id, at=NOON).state


def changed_by(store: Store) -> tuple[Any, ...]:
    """What tells whether anything was changed: the trail, drafts, the outbox."""
    marks = [store.db.execute(f"SELECT max({key}) FROM {table}").fetchone() for table, key in _MARKS.items()]
    drafts = store.db.execute("SELECT group_concat(document || saved_at) FROM application_draft").fetchone()
    return (*marks, drafts)


_MARKS = {"audit": "seq", "posting": "id", "outbox": "id", "application_revision": "id", "attachment": "id"}


def refused(store: Store, function: Callable[..., Any], *arguments: Any, **named: Any) -> list[Fault]:
    """The faults of a call that is refused: fails unless nothing was changed and both languages say why."""
    before = changed_by(store)
    with pytest.raises(Faults) as raised:
        function(store, *arguments, **named)
    assert changed_by(store) == before
    for fault in raised.value.faults:
        assert fault.line("nb") and fault.line("en")
    return list(raised.value.faults)


def codes(faults: list[Fault]) -> list[str]:
    return [one.code.removeprefix("application.") for one in faults]
