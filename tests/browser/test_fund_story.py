"""A fund's year through its pages, one account for each role: from the first contribution to the money paid back.

The server's clock is moved from step to step, so that calls open and close and terms run as they would. What is told in
``data/samples/fund`` is typed here by hands; what comes of it is asked of the ledger at the end.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser import story_decided, story_paid
from browser.conftest import Site, free_port
from browser.story_hands import BEGINS, Make, Year
from data.demo import invent_accounts
from data.permission import OPERATOR
from data.phrases import Lang
from data.store import open_store
from fund.demo import SAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.story]


@pytest.fixture
def movable_site(browser: Browser, tmp_path: Path) -> Iterator[Site]:
    """A server whose clock can be moved, with one account for each role."""
    (tmp_path / "data").mkdir()
    with open_store(tmp_path / "data") as store:
        passwords = {str(one.role): one.password for one in invent_accounts(store, OPERATOR)}
    made = Site(tmp_path / "data", free_port(), passwords, clock=tmp_path / "clock")
    made.move_to(BEGINS)
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize(("lang", "width"), [("nb", "wide"), ("en", "phone")])
def test_a_year_of_the_fund(
    movable_site: Site, visitor: Make, lang: Lang, width: str, capsys: pytest.CaptureFixture[str]
) -> None:
    year = Year(movable_site, visitor, lang, width, tomllib.loads((SAMPLES / "story.toml").read_text("utf-8")))
    for chapter in CHAPTERS:
        begun = time.monotonic()
        chapter(year)
        with capsys.disabled():
            print(f"\n{lang} {chapter.__name__:<12} {time.monotonic() - begun:5.1f} s", end="")


CHAPTERS = (
    story_decided.endowed,
    story_decided.announced,
    story_decided.seated,
    story_decided.applied,
    story_decided.reviewed,
    story_decided.guarantee_asked,
    story_decided.met,
    story_paid.accepted,
    story_paid.paid,
    story_paid.held,
    story_paid.settled,
    story_paid.guarantee_settled,
    story_paid.paid_back,
    story_paid.ended,
    story_paid.found_again,
    story_paid.learnt,
    story_paid.asked_again,
)
