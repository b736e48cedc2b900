"""The invented fund for tests of its pages: played to a step once, copied for each test, at a moment of the story.

told = played(folder, "accepted")            # once for a module
with told.copy(tmp_path).page("officer", "award", "2026-04-20", id="1") as page: page.run()
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from pages import page_of, signed_in
from streamlit.testing.v1 import AppTest

from data import clock
from data.permission import Actor
from data.sessions import open_session
from data.store import open_store
from fund import deadlines, demo, demo_year
from fund.demo import Story, at

BEGINNING = ("endow", "announce", "apply", "review", "meet")
LATER = ("accepted", "held", "paid_back")


@dataclass(frozen=True)
class Told:
    """A folder with the fund as far as it was played; who is who, and the awards by their keys."""

    folder: Path
    people: dict[str, list[Actor]]
    tokens: dict[str, list[str]]
    awards: dict[str, int]

    def copy(self, folder: Path) -> Told:
        """The same fund in another folder, to change."""
        return replace(self, folder=Path(shutil.copytree(self.folder, folder / "fund")))

    @contextmanager
    def page(self, who: str, name: str, day: str, time: str = "12:00", **query: Any) -> Iterator[AppTest]:
        """A page as one of the people sees it, who is named as ``treasurer`` or ``treasurer:1``, not run yet."""
        role, _, number = who.partition(":")
        token = self.tokens[role][int(number or 0)] if role else ""
        lang = str(query.pop("lang", "nb"))
        with signed_in(self.folder, token), at_moment(day, time):
            yield page_of(name, lang=lang, **{key: str(value) for key, value in query.items()})

    def value(self, query: str, *values: Any) -> Any:
        """The first value that a query of the store gives."""
        with open_store(self.folder) as store, store.read() as db:
            found = db.execute(query, values).fetchone()
            return found[0] if found else None


def played(folder: Path, last: str) -> Told:
    """The fund played to the step ``last``, with a session for everyone."""
    steps = [*BEGINNING, *LATER]
    with open_store(folder) as store:
        story: Story = demo.begin(store)
        for step in steps[: steps.index(last) + 1]:
            getattr(demo if step in BEGINNING else demo_year, step)(story)
        now = dt.datetime.now(dt.UTC)
        with store.write("operator", "test.sessions") as write:
            tokens = {
                role: [open_session(write, int(one.id.partition(":")[2]), "", now) for one in people]
                for role, people in story.people.items()
            }
        return Told(folder, story.people, tokens, story.awards)


@contextmanager
def at_moment(day: str, time: str = "12:00") -> Iterator[None]:
    """While it lasts, it is that time in Norway, for deadlines and days alike. Sessions keep the real clock."""
    moment = at(day, time)

    class Frozen(dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> dt.datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    names = {name: getattr(dt, name) for name in ("date", "time", "timedelta", "UTC", "timezone")}
    with ExitStack() as stack:
        for module in (deadlines, clock):
            stack.enter_context(patch.object(module, "dt", SimpleNamespace(datetime=Frozen, **names)))
        yield


def press(page: AppTest, key: str) -> AppTest:
    """Press a button, and see that nothing broke."""
    page.button(key=key).click().run()
    assert not page.exception, page.exception
    return page


def keys(page: AppTest) -> set[str]:
    """The keys of the buttons that the page has."""
    return {one.key for one in page.button if one.key}


def outcome(page: AppTest) -> str:
    """What came of the last press, as the next page tells it; "" where it was done without a word."""
    return str(_told(page) or "")


def failed(page: AppTest) -> bool:
    """Whether the last press was refused."""
    return isinstance(_told(page), Exception)


def _told(page: AppTest) -> object:
    try:
        return page.session_state["outcome"]
    except KeyError:
        return None
