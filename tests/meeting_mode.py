"""The invented fund brought to a meeting of today, with a browser session for each of its people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pages import page_of, signed_in
from streamlit.testing.v1 import AppTest

from data.accounts import account_in
from data.clock import today
from data.permission import Actor
from data.sessions import open_session
from data.store import Store
from fund.demo import Story, announce, apply, begin, endow, review
from fund.meeting.agenda import put_on
from fund.meeting.meetings import attend, lock_agenda, plan_meeting
from fund.state_aid.euro import set_rate


@dataclass
class Room:
    """The story, the meeting with its items by case, and the folder that pages read."""

    story: Story
    folder: Path
    meeting: int
    items: dict[str, int]
    tokens: dict[str, str]

    @property
    def store(self) -> Store:
        return self.story.store

    def token(self, actor: Actor) -> str:
        """The cookie of one of the people."""
        if actor.id not in self.tokens:
            with self.store.write("operator", "test.session") as write:
                number = int(actor.id.partition(":")[2])
                self.tokens[actor.id] = open_session(write, number, "", dt.datetime.now(dt.UTC))
        return self.tokens[actor.id]

    def page(self, name: str, actor: Actor, lang: str = "nb", **query: str) -> AppTest:
        """A page of one of the people, that has been run once."""
        return self.run(page_of(name, lang=lang, **query), actor)

    def run(self, page: AppTest, actor: Actor) -> AppTest:
        """A run of a page as one of the people."""
        with signed_in(self.folder, self.token(actor)):
            page.run()
        assert not page.exception, page.exception
        return page

    def press(self, page: AppTest, actor: Actor, key: str) -> AppTest:
        """Press a button of a page as one of the people."""
        page.button(key=key).click()
        return self.run(page, actor)

    def at_table(self, actor: Actor, key: str = "cup", lang: str = "nb", **query: str) -> AppTest:
        """The meeting with a case shown, as one of the people sees it."""
        return self.page("meeting", actor, lang, id=str(self.meeting), sak=str(self.items[key]), **query)


NAMES = {"chair": ("Leder",), "board": ("Anna", "Bjørn", "Cato"), "officer": ("Saksbehandler",)}


def reviewed_fund(store: Store) -> Story:
    """The invented fund with its cases ready, and the euro's rate of today."""
    story = begin(store)
    for step in (endow, announce, apply, review):
        step(story)
    with store.write("operator", "test.names") as write:
        for role, names in NAMES.items():
            for one, name in zip(story.people[role], names, strict=True):
                number = int(one.id.partition(":")[2])
                version = account_in(write.db, number).version
                write.update_row("account", number, version, {"name": f"{name} Eksempel"})
    set_rate(store, story.who("officer"), today(), "11", published=today(), source="Eksempel")
    return story


def planned(story: Story, folder: Path) -> Room:
    """A meeting of today with every case on its agenda."""
    officer = story.who("officer")
    meeting = plan_meeting(story.store, officer, "Styremøte 1 (eksempel)", today())
    items = {key: put_on(story.store, officer, meeting, id) for key, id in story.applications.items()}
    return Room(story, folder, meeting, items, {})


def opened(story: Story, folder: Path) -> Room:
    """The same meeting with its agenda locked, and everyone there."""
    room = planned(story, folder)
    lock_agenda(story.store, story.who("officer"), room.meeting, story.version("meeting", room.meeting))
    for one in (story.who("chair"), *story.people["board"]):
        attend(story.store, one, room.meeting, one.id)
    return room
