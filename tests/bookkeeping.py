"""What tests of the books' pages share: the invented fund, who comes, and what came of a click."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pages import person, seen
from streamlit.testing.v1 import AppTest

from data.faults import Faults
from data.numbers import HARD_SPACE
from data.permission import Actor
from data.sessions import open_session
from data.store import Store, open_store
from fund.award.award_conditions import list_conditions
from fund.award.award_conditions import meet as meet_condition
from fund.award.award_steps import accept
from fund.demo import Story, announce, apply, at, begin, endow, meet, ore, review
from fund.demo_year import _claimed, _planned

AMISS = ("REFUSED", "FAULTS", "GONE")


def text_of(page: AppTest) -> str:
    """Everything that a page says, in plain spaces; fails where it broke."""
    assert not page.exception, page.exception
    return seen(page).replace(HARD_SPACE, " ")


def outcome(page: AppTest) -> str:
    """What came of the last click, as the program would tell it on top of the page."""
    assert not page.exception, page.exception
    held = "outcome" in page.session_state
    told = page.session_state["outcome"] if held else ""
    said = "\n".join(one.line("nb") for one in told.faults) if isinstance(told, Faults) else str(told or "")
    return said.replace(HARD_SPACE, " ")


def click(page: AppTest, key: str) -> str:
    """Click a button; what came of it."""
    page.button(key=key).click().run()
    return outcome(page)


def keys(page: AppTest) -> set[str]:
    """The keys of the buttons on a page."""
    return {str(one.key) for one in page.button}


def token_of(folder: Path, role: str) -> str:
    """The cookie of somebody new with a role; "" for nobody."""
    if not role:
        return ""
    with open_store(folder) as store:
        return person(store, role)[1]


def session_of(store: Store, actor: Actor) -> str:
    """The cookie of somebody who is in the story."""
    with store.write("operator", "test.session", audited=False) as write:
        return open_session(write, int(actor.id.removeprefix("account:")), "", dt.datetime.now(dt.UTC))


def waiting(store: Store) -> Story:
    """The invented fund as far as two claims that are approved twice and wait for a payment file."""
    story = begin(store)
    for step in (endow, announce, apply, review, meet):
        step(story)
    for award in story.awards.values():
        accept(store, story.who("applicant"), award, story.version("award", award), at=at("2026-04-10"))
        _planned(story, award)
    officer, note = story.who("officer"), "Avtalen er lest (eksempel)."
    for one in list_conditions(store, officer, story.awards["cup"]):
        meet_condition(store, officer, one.id, one.version, note, at=at("2026-04-20"))
    for key, kroner in (("cup", 150_000), ("meet", 200_000)):
        _claimed(story, key, {"amount": ore(kroner)}, at("2026-04-21"))
    return story
