"""An invented fund with cases at different steps, played once and copied for each test, with a session for everyone.

The cup is recommended and scored by all but one; the festival is in review with a doubt that waits; the meet is in
review and not declared on by two members; the bid is sent; the concert's applicant was asked for more.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.permission import Actor
from data.sessions import open_session
from data.store import Store, open_store
from fund.demo import Story, _recommended, announce, apply, at, begin, endow
from fund.intake.handling import ask_for_more, take_up
from fund.review.conflicts import declare
from fund.review.scores import score
from fund.state_aid.euro import accept_suggestion

SCORED_BY_ALL = "Oppdiktet til eksempelet."
WHY = "Søsteren arbeider for festivalen (eksempel)."
CRITERIA = ("value", "youth", "plan")


@dataclass(frozen=True)
class Played:
    """What was played: its folder, people, the tokens of their sessions, and the cases by key."""

    folder: Path
    people: dict[str, list[Actor]]
    tokens: dict[str, str]
    cases: dict[str, int]

    def who(self, role: str, number: int = 0) -> Actor:
        return self.people[role][number]

    def token(self, role: str, number: int = 0) -> str:
        return self.tokens[self.who(role, number).id]

    def case(self, key: str) -> int:
        return self.cases[key]

    def store(self) -> Store:
        return open_store(self.folder)

    def one(self, query: str, *given: Any) -> Any:
        """The first value that a query finds."""
        with self.store() as store:
            row = store.db.execute(query, given).fetchone()
            return None if row is None else row[0]

    def state(self, key: str) -> str:
        return str(self.one("SELECT state FROM application WHERE id = ?", self.case(key)))

    def copied(self, folder: Path) -> Played:
        """The same in another folder, to do things with."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Played(folder, self.people, self.tokens, self.cases)


def played(folder: Path) -> Played:
    """Play the cases into a new store."""
    with open_store(folder) as store:
        story = begin(store)
        for step in (endow, announce, apply):
            step(story)
        _declared(story)
        _asked(story)
        tokens = {}
        with store.write("operator", "test.sessions") as write:
            for one in (one for people in story.people.values() for one in people):
                number = int(one.id.removeprefix("account:"))
                tokens[one.id] = open_session(write, number, "", dt.datetime.now(dt.UTC))
        return Played(folder, story.people, tokens, story.applications)


def _declared(story: Story) -> None:
    store, officer, chair = story.store, story.who("officer"), story.who("chair")
    member, other, deputy = story.people["board"]
    accept_suggestion(store, officer, dt.date(2026, 3, 12))
    for key in ("cup", "festival", "meet"):
        id = story.applications[key]
        take_up(store, officer, id, story.version("application", id), at=at("2026-03-03"))
        for one in (officer, chair, deputy, *([] if key == "meet" else [member])):
            declare(store, one, id, "none", at=at("2026-03-04"))
    declare(store, other, story.applications["festival"], "doubt", WHY, at=at("2026-03-04"))
    cup = story.applications["cup"]
    declare(store, other, cup, "none", at=at("2026-03-04"))
    for one, points in ((chair, (4, 5, 4)), (member, (4, 5, 3))):
        for criterion, given in zip(CRITERIA, points, strict=True):
            score(store, one, cup, criterion, given, SCORED_BY_ALL, at=at("2026-03-10"))
    _recommended(story, "cup", cup)


def _asked(story: Story) -> None:
    id = story.applications["concert"]
    text, due = "Send avtalen om scenen (eksempel).", dt.date(2026, 3, 20)
    version = story.version("application", id)
    ask_for_more(story.store, story.who("officer"), id, version, text, due, at=at("2026-03-05"))
