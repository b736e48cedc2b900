"""A board of three with a deputy, and cases before it: invented people, and applications that were sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applied import APPLICANT, NOON, OFFICER, club, open_for_all, typed, version

from data.accounts import add_account
from data.permission import Actor
from data.store import Store
from fund.intake.revisions import submit
from fund.review.board import add_seat
from fund.review.conflicts import declare
from fund.review.scores import score
from fund.rulebook.schemes import Scheme
from fund.state_aid.aid_grounds import AidGround, set_aid_ground

FIRST_DAY = dt.date(2026, 1, 1)
CHAIR = Actor("account:9", frozenset({"chair"}))
MEMBER = Actor("account:10", frozenset({"board"}))
OTHER = Actor("account:11", frozenset({"board"}))
DEPUTY = Actor("account:12", frozenset({"board"}))
ADMINISTRATOR = Actor("account:13", frozenset({"administrator"}))
SEATED = (CHAIR, MEMBER, OTHER, DEPUTY)
CRITERIA = ("participants", "spectators", "regional_importance", "sports_member")
WHY = "Bygger på tallene i søknaden."
NUMBERS = ("900000103", "900000111", "900000138", "900000146", "900000154", "900000162")
"""Invented numbers that pass the check."""


def board(store: Store) -> dict[str, int]:
    """The accounts and seats of the board: three members, the last with a deputy. Seats by account."""
    with store.write("operator", "test.board") as write:
        for one in (*SEATED, ADMINISTRATOR):
            add_account(write, f"{one.id.replace(':', '-')}@eksempel.no", "Eksempel Styre", one.roles, "nb", NOON)
    seats: dict[str, int] = {}
    for one, more in ((CHAIR, {"partner": 1}), (MEMBER, {"partner": 2}), (OTHER, {})):
        seats[one.id] = add_seat(store, ADMINISTRATOR, one.id, FIRST_DAY, **more)
    seats[DEPUTY.id] = add_seat(store, ADMINISTRATOR, DEPUTY.id, FIRST_DAY, deputy_for=seats[OTHER.id], partner=3)
    return seats


def case(store: Store, call: int, place: int = 0, **changed: Any) -> int:
    """A case in review: an organisation of its own, sent."""
    id = typed(store, call, club(store, number=NUMBERS[place]), **changed)
    submit(store, APPLICANT, id, version(store, id), at=NOON)
    set_state(store, id, "in_review")
    return id


def reviewed(store: Store, *, rules: Scheme | None = None, **changed: Any) -> int:
    """A call with a board and a case in review: the case's number."""
    call = open_for_all(store, rules=rules)
    board(store)
    return case(store, call, **changed)


def set_state(store: Store, id: int, state: str) -> None:
    """Put an application in a state, past the steps that lead there."""
    with store.write("operator", "test.state") as write:
        write.update_row("application", id, version(store, id), {"state": state})


def taking_part(store: Store, id: int, *people: Actor) -> None:
    """Everyone says «none»: those named, or the whole board and the officer."""
    for one in people or (*SEATED, OFFICER):
        declare(store, one, id, "none", at=NOON)


def scored(store: Store, actor: Actor, id: int, *points: int | None) -> None:
    """Points on each criterion in order."""
    for criterion, given in zip(CRITERIA, points, strict=True):
        score(store, actor, id, criterion, given, WHY, at=NOON)


def assessed(store: Store, id: int, kind: Any = "block_exemption") -> None:
    """A ground for the state aid of a case."""
    article = "artikkel 53" if kind == "block_exemption" else ""
    set_aid_ground(store, OFFICER, id, AidGround(kind, "Idrett for barn og unge", article))
