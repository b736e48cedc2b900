"""The main jobs without a mouse: only Tab, Enter, Space, arrows, Escape and typing, in bokmål.

Wherever the focus comes it must be seen, within the window, and never be stuck; what was done is told where a screen
reader listens, and the focus is still somewhere sensible when the page has been drawn anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from halfway import Halfway
from playwright.sync_api import Browser, TimeoutError, expect

from browser.conftest import Site, Visitor, new_site
from data.demo import ADDRESSES

pytestmark = pytest.mark.browser
Make = Callable[..., Visitor]
MOST = 90
"""Presses of Tab from the content's beginning to anything that a main job needs."""
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const label = at.matches("input[type=radio], input[type=checkbox]") ? at.closest("label") : null;
  const seen = [at, label].some(one => one && getComputedStyle(one).outlineStyle !== "none"
    && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
  const box = (label ?? at).getBoundingClientRect();
  const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
  const named = at.getAttribute("aria-label") || [...(at.labels ?? [])].map(one => one.innerText).join(" ")
    || (at.matches("main") ? "" : at.innerText) || at.getAttribute("title") || "";
  const words = named.replace(/^[a-z_]+\\n|\\n[a-z]+_[a-z_]+$/g, "").replace(/\\s+/g, " ").trim();
  return { tag: at.tagName.toLowerCase(), name: words.slice(0, 120), seen, inside, top: Math.round(box.top),
    invalid: at.getAttribute("aria-invalid"), described: at.getAttribute("aria-describedby") };
}"""


@dataclass
class Hands:
    """A person who has a keyboard only."""

    person: Visitor

    def press(self, *keys: str) -> None:
        for key in keys:
            self.person.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.person.page.keyboard.type(text)

    def at(self) -> dict[str, Any] | None:
        """What has the focus."""
        found: dict[str, Any] | None = self.person.page.evaluate(FOCUS)
        return found

    def open(self, path: str) -> None:
        """Go to an address, and past the menu by the link that is there for it."""
        self.person.open(path)
        self.person.page.wait_for_function("() => Boolean(window.ringvirkHeard)")
        self.person.page.wait_for_timeout(200)
        self.press("Tab")
        first = self.at()
        assert first and first["name"] == self.person.say("accessibility.heard.skip"), first
        self.press("Enter")
        assert (self.at() or {}).get("tag") == "main"

    def tab_to(self, name: str | re.Pattern[str], *, back: bool = False) -> dict[str, Any]:
        """Go on by Tab until a piece with this name has the focus; all on the way must be seen."""
        gone: list[str] = []
        for _ in range(MOST):
            self.press("Shift+Tab" if back else "Tab")
            found = self.at()
            if found is None:
                continue
            assert found["seen"] and found["inside"], f"the focus is not seen at {found}"
            gone.append(found["name"])
            assert gone[-3:] != [found["name"]] * 3 or not found["name"], f"stuck at {found}"
            if name.search(found["name"]) if isinstance(name, re.Pattern) else found["name"] == name:
                return found
        pytest.fail(f"Tab never came to {name}: {gone}")

    def choose_file(self, path: Path) -> None:
        """Open the system's choice of files from the button that has the focus; it may want two presses."""
        self.person.idle()
        for wait in (5_000, 5_000, 20_000):
            with suppress(TimeoutError), self.person.page.expect_file_chooser(timeout=wait) as chooser:
                self.press("Enter")
                chooser.value.set_files(path)
                return

    def told(self, text: str | re.Pattern[str]) -> None:
        """The page says that it was done, in a region that is listened to; and the focus is not lost."""
        region = self.person.page.locator(".st-key-told[aria-live=polite]").get_by_text(text).first
        expect(region).to_be_visible()
        self.person.idle()
        self.kept()

    def kept(self) -> None:
        """The focus is somewhere within the page a moment after it was drawn anew."""
        self.person.page.wait_for_function("() => document.activeElement && document.activeElement !== document.body")


@pytest.fixture(scope="module")
def waiting() -> Halfway:
    return Halfway()


@pytest.fixture(scope="module")
def busy(browser: Browser, waiting: Halfway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = new_site(tmp_path_factory.mktemp("busy") / "data", waiting.make)
    yield made
    made.stop()


def test_one_signs_in_and_out(busy: Site, visitor: Make) -> None:
    hands = Hands(visitor(busy))
    person, page = hands.person, hands.person.page
    page.goto(f"{busy.address}/logg-inn")
    hands.tab_to(person.say("signing.email"))
    hands.type(ADDRESSES["board"])
    hands.tab_to(person.say("signing.password"))
    hands.type(busy.passwords["board"])
    hands.press("Enter")
    page.wait_for_url(f"{busy.address}/")
    person.settle()
    expect(page.locator("[data-testid=stTopNavLink][aria-current=page]")).to_have_text("Forside")
    hands.tab_to(re.compile("Eksempel"))
    hands.press("Enter")
    box = page.get_by_test_id("stPopoverBody")
    expect(box.locator(":focus")).to_be_visible()  # it goes into what was opened, and round in it
    for back in (False, True, False):
        hands.tab_to(person.say("page.sign_out"), back=back)
        expect(box.locator(":focus")).to_be_visible()
    hands.press("Escape")  # the menu closes, and the focus is where it was opened
    expect(box).to_be_hidden()
    hands.kept()
    assert "Eksempel" in (hands.at() or {"name": ""})["name"]


def test_an_organiser_fills_in_and_sends(busy: Site, waiting: Halfway, visitor: Make, tmp_path: Path) -> None:
    hands = Hands(visitor(busy, role="applicant"))
    person, page = hands.person, hands.person.page
    hands.open(f"/soknad?id={waiting.draft}&steg=arrangementet")
    hands.tab_to(person.say("application_page.title"))
    hands.type("Cup uten mus")
    hands.press("Tab")
    person.idle()
    hands.kept()
    person.sees("Cup uten mus")
    hands.open(f"/soknad?id={waiting.draft}&steg=vedlegg")
    paper = tmp_path / "plan.pdf"
    paper.write_bytes(PDF)
    hands.tab_to(person.say("accessibility.heard.upload"))
    hands.choose_file(paper)
    person.sees("plan.pdf")
    hands.open(f"/soknad?id={waiting.draft}&steg=send")
    label = person.say("workflow.application_action.submit")
    hands.tab_to(label)
    hands.press("Enter")
    expect(page.get_by_test_id("stPopoverBody").locator(":focus")).to_be_visible()
    hands.press("Enter")
    hands.told(re.compile("Nummeret er"))


def test_an_officer_and_a_member_open_a_case_and_it_is_scored(busy: Site, waiting: Halfway, visitor: Make) -> None:
    for role in ("officer", "board"):
        hands = Hands(visitor(busy, role=role))
        person, page = hands.person, hands.person.page
        hands.open(f"/sak?id={waiting.case}")
        hands.tab_to(person.say("case_page.answer.none"))
        hands.press("Enter")
        hands.told(person.say("case_page.declared.none"))
    hands.open(f"/sak?id={waiting.case}")
    hands.tab_to("0")
    hands.press("ArrowRight", "ArrowRight", "ArrowRight", "Space")
    person.idle()
    hands.kept()
    hands.tab_to(re.compile("^Begrunnelse"))
    hands.type("Uten mus går det også å begrunne (eksempel).")
    hands.press("Tab")
    expect(page.get_by_text(re.compile("^Lagret ")).first).to_be_visible()


def test_a_member_votes(busy: Site, waiting: Halfway, visitor: Make) -> None:
    hands = Hands(visitor(busy, role="board"))
    person = hands.person
    hands.open(f"/mote?id={waiting.meeting}")
    hands.tab_to(re.compile(person.say("meeting_page.vote.for")))
    hands.press("Enter")
    person.sees(person.say("meeting_page.your_vote.for"))
    hands.kept()
    assert person.say("meeting_page.your_vote.for") in (hands.at() or {"name": ""})["name"]


def test_a_treasurer_approves_a_claim(busy: Site, waiting: Halfway, visitor: Make) -> None:
    hands = Hands(visitor(busy, role="treasurer"))
    hands.open(f"/anmodning?id={waiting.claim}")
    hands.tab_to(re.compile("^Godkjenn 150"))
    hands.press("Enter")
    hands.told(re.compile("^Godkjent av to"))


def test_a_visitor_answers_a_survey_and_reads_for_a_trade(busy: Site, waiting: Halfway, visitor: Make) -> None:
    hands = Hands(visitor(busy))
    person, page = hands.person, hands.person.page
    page.goto(f"{busy.address}/svar/{waiting.survey}")
    hands.tab_to(re.compile("^Hva lever bedriften"))
    hands.type("Serv")
    hands.tab_to("Trondheim")
    hands.press("Space")
    hands.tab_to(person.say("answering.form.send"))
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(person.say("answering.thanks.title"))
    hands.open("/naeringsliv")
    hands.tab_to("Bransje")
    hands.type("Serv")
    hands.press("Enter")
    page.wait_for_url("**bransje=servering**")
    person.idle()
    hands.kept()
    hands.tab_to("Kommune")
    hands.type("Stj")
    hands.press("Enter")
    page.wait_for_url("**kommune=5035**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
