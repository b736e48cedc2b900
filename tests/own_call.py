"""A call that is open today, for tests of pages, whose clock is the real one; and who applies to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from applied import APPLICANT, NUMBER, OFFICER, SECOND, document, open_for_all
from applied import club as club_of

from data.clock import today
from data.permission import Actor
from data.sessions import open_session
from data.store import Store
from fund.applicant.mandates import ask_mandate, confirm_mandate, list_mandates
from fund.intake.applications import draft_at, save_draft, start_application
from fund.intake.revisions import submit
from fund.rulebook.schemes import Scheme

TODAY = today()
FIRST = TODAY + dt.timedelta(300)


@dataclass(frozen=True)
class Open:
    """The store's folder, the open call, the organisation, and cookies by account."""

    folder: Path
    call: int
    club: int
    cookies: dict[str, str]


def opened(store: Store, folder: Path, rules: Scheme | None = None) -> Open:
    """An open call, and a club that the applicant and a colleague act for."""
    call = open_for_all(store, opens=TODAY - dt.timedelta(10), closes=TODAY + dt.timedelta(30), rules=rules)
    club = club_of(store, APPLICANT, NUMBER)
    for one in (APPLICANT, SECOND):
        may_act(store, club, one)
    cookies = {one: cookie(store, one) for one in (f"account:{number}" for number in range(1, 9))}
    return Open(folder, call, club, cookies)


def may_act(store: Store, organisation: int, actor: Actor) -> None:
    """A mandate that holds today."""
    asked = ask_mandate(store, actor, organisation)
    (seen,) = [one for one in list_mandates(store, OFFICER) if one.id == asked]
    if seen.state == "asked":
        confirm_mandate(store, OFFICER, seen, "firmaattest (eksempel)", TODAY + dt.timedelta(400))


def cookie(store: Store, account: str) -> str:
    with store.write("operator", "test.session") as write:
        return open_session(write, int(account.partition(":")[2]), "", dt.datetime.now(dt.UTC))


def whole(**changed: Any) -> dict[str, Any]:
    """Everything typed, with days to come."""
    days = {"first_day": FIRST.isoformat(), "last_day": (FIRST + dt.timedelta(2)).isoformat()}
    return document(**{**days, **changed})


def drafted(store: Store, there: Open, actor: Actor = APPLICANT, **changed: Any) -> int:
    """A draft with everything typed."""
    id = start_application(store, actor, there.call, there.club)
    save_draft(store, actor, id, whole(**changed), draft_at(store.db, id).document)
    return id


def version(store: Store, id: int) -> int:
    return int(store.db.execute("SELECT version FROM application WHERE id = ?", [id]).fetchone()[0])


def sent(store: Store, there: Open, **changed: Any) -> int:
    id = drafted(store, there, **changed)
    submit(store, APPLICANT, id, version(store, id))
    return id
