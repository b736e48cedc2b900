"""The invented fund with its cases scored, kept open for the pages that read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data.sessions import open_session
from data.store import Store, open_store
from fund.deadlines import clock
from fund.demo import Story, announce, apply, begin, endow, review


@dataclass
class Reviewed:
    """The fund, and a new session's token for each of its people."""

    folder: Path
    store: Store
    story: Story

    def token(self, role: str, number: int = 0) -> str:
        account = int(self.story.who(role, number).id.partition(":")[2])
        with self.store.write("operator", "test.session") as write:
            return open_session(write, account, "", clock(None))


@contextmanager
def scored(folder: Path) -> Iterator[Reviewed]:
    """The fund as it stands before its meeting."""
    with open_store(folder) as store:
        story = begin(store)
        for step in (endow, announce, apply, review):
            step(story)
        yield Reviewed(folder, store, story)
