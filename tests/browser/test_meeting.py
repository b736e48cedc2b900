"""A meeting in several browsers at once: each follows the others, and nothing is lost or done twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from meeting_mode import Room, opened, reviewed_fund
from playwright.sync_api import expect

from browser.conftest import Site, Visitor, free_port
from data.permission import Actor
from data.store import open_store
from fund.meeting.decisions import decisions_of
from fund.meeting.votes import votes_at

pytestmark = pytest.mark.browser
NEW = Callable[..., Visitor]
SMALLEST = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement, box = at.getBoundingClientRect();
    if (!walker.currentNode.data.trim() || ["STYLE", "SCRIPT"].includes(at.tagName)) continue;
    if (box.width < 2 || box.height < 2 || !at.checkVisibility()) continue;
    found.push(parseFloat(getComputedStyle(at).fontSize));
  }
  return Math.min(...found);
}"""


@pytest.fixture
def hall(tmp_path: Path) -> Room:
    """A meeting under way, and cookies for its people; the store is closed again."""
    folder = tmp_path / "data"
    with open_store(folder) as store:
        room = opened(reviewed_fund(store), folder)
        for one in (room.story.who("chair"), room.story.who("officer"), *room.story.people["board"]):
            room.token(one)
    return room


def come(visitor: NEW, site: Site, room: Room, who: Actor, *, large: bool = False) -> Visitor:
    found = visitor(site)
    found.carry(room.tokens[who.id])
    if large:
        found.page.set_viewport_size({"width": 1920, "height": 1080})
    found.open(f"/mote?id={room.meeting}{'&vis=stor' if large else ''}")
    return found


def test_people_vote_together_and_the_decision_happens_once(visitor: NEW, hall: Room) -> None:
    site = Site(hall.folder, free_port(), {})
    site.start()
    try:
        chair, member = hall.story.who("chair"), hall.story.people["board"][0]
        leads, votes = come(visitor, site, hall, chair), come(visitor, site, hall, member)
        wall = come(visitor, site, hall, hall.story.who("officer"), large=True)
        assert wall.page.evaluate(SMALLEST) >= 40
        votes.page.keyboard.press("1")
        votes.sees("Du har stemt for")
        leads.sees("1 for, 0 mot")  # by itself
        wall.sees("Anna Eksempel: for.")
        votes.page.reload()
        votes.settle()
        votes.sees("Du har stemt for")
        site.stop()
        site.start()
        leads.page.reload()
        leads.settle()
        leads.sees("1 for, 0 mot")
        leads.button("Stem for").dblclick()
        leads.sees("Du har stemt for")
        leads.press("Les opp vedtaket")
        leads.page.get_by_test_id("stPopoverBody").get_by_role("button").dblclick()
        leads.sees("Vedtaket i sak 2026-0001 er lest opp.")
        expect(wall.page.get_by_text("Innvilget på vilkår", exact=False).first).to_be_visible()
        leads.press("Neste sak")
        leads.sees("Sak 2026-0002. Eksempelfestivalen.")
        leads.page.go_back()
        leads.settle()
        leads.sees("Vedtaksbrevet som Word-fil")
    finally:
        site.stop()
    with open_store(hall.folder) as store:
        assert len(votes_at(store.db, hall.items["cup"])) == 2
        assert len(decisions_of(store.db, hall.story.applications["cup"])) == 1
