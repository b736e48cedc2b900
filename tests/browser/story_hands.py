"""The hands of the fund's story: its people, the moment that it is, and what they do on any page."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, expect

from browser.conftest import SECONDS, Site, Visitor
from data.accounts import account_at, add_account
from data.clock import OSLO
from data.phrases import Lang
from data.sessions import open_session
from data.store import Store, open_store
from fund.demo import Story

Make = Callable[..., Visitor]
PAPER = {
    "name": "avtale.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
}
CASHIER = "regnskap@eksempel.no"
BEGINS = dt.datetime(2026, 1, 16, 9, tzinfo=OSLO)
COUNTS_CLICKS = """
const more = () => { sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1; };
addEventListener("pointerdown", more, true);
addEventListener("change", event => { if (["text", "textarea"].includes(event.target.type)) more(); }, true);
"""


@dataclass
class Year:
    """The people of a story, each with a browser of its own, and the moment that it is."""

    site: Site
    make: Make
    lang: Lang
    width: str
    told: Mapping[str, Any]
    people: dict[str, Visitor] = field(default_factory=dict)
    now: dt.datetime = BEGINS

    @property
    def case(self) -> Mapping[str, Any]:
        """The cup, as it is told."""
        return self.told_of("cup")

    @property
    def festival(self) -> Mapping[str, Any]:
        """The festival that asks for a guarantee, as it is told."""
        return self.told_of("festival")

    def told_of(self, key: str) -> Mapping[str, Any]:
        """What is told of a case."""
        found: Mapping[str, Any] = next(one for one in self.told["case"] if one["key"] == key)
        return found

    def story(self, store: Store) -> Story:
        """The story as the invented fund tells it, with this one's people and call."""
        people = {role: [self.site.actor(store, role)] for role in ("applicant", "officer", "chair", "board")}
        return Story(store, self.told, people, call=1)

    def at(self, day: str, time: str = "12:00") -> None:
        """It is this moment in Norway now; everyone signs in anew."""
        self.now = dt.datetime.fromisoformat(f"{day} {time}").replace(tzinfo=OSLO)
        self.site.move_to(self.now)

    def person(self, role: str) -> Visitor:
        """The person of a role, signed in."""
        if role not in self.people:
            self.people[role] = self.make(self.site, lang=self.lang, width=self.width)
            self.people[role].context.add_init_script(COUNTS_CLICKS)
        found = self.people[role]
        found.carry(self.cashier() if role == "cashier" else self.site.token(role, lang=self.lang))
        return found

    def cashier(self) -> str:
        """A session of the second treasurer."""
        with open_store(self.site.folder) as store, store.write("operator", "test.session") as write:
            held = account_at(write.db, CASHIER)
            name, roles = "Eksempel kasserer", ("treasurer",)
            id = held.id if held else add_account(write, CASHIER, name, roles, self.lang, self.now)
            return open_session(write, id, "", self.now)

    def __call__(self, role: str, path: str) -> Visitor:
        """The person of a role at an address."""
        found = self.person(role)
        found.open(path)
        return found


def unfold(person: Visitor, label: str) -> Locator:
    """The part of the page under a heading that folds, unfolded."""
    part = person.page.get_by_test_id("stExpander").filter(has=person.page.get_by_text(label, exact=True)).first
    if not part.get_by_test_id("stExpanderDetails").is_visible():
        part.locator("summary").click()
        person.idle()
    return part


def do(person: Visitor, label: str, within: Locator | None = None, *, sure: bool = False) -> None:
    """Press a button, and answer it where it asks first; wait until the page says that it was done."""
    person.idle()
    before = set(told(person))
    person.press(label, within)
    if sure:
        body = person.page.get_by_test_id("stPopoverBody").locator("visible=true").last
        expect(body).to_be_visible()
        person.press(label, body)
    ends = time.monotonic() + SECONDS
    while not set(told(person)) - before:
        alerts = person.page.get_by_test_id("stMain").get_by_test_id("stAlert").all_inner_texts()
        assert time.monotonic() < ends, f"«{label}» at {person.page.url}: {alerts}"
        person.page.wait_for_timeout(50)
    person.idle()


def told(person: Visitor) -> list[str]:
    """What the page says was done; it says so until the next run."""
    found: list[str] = person.page.get_by_test_id("stMain").get_by_test_id("stAlertContentSuccess").all_inner_texts()
    return found


def onward(person: Visitor, step: str) -> None:
    """Go on to the next step of the form."""
    title = person.say(f"application_page.step.{step}")
    person.press(person.say("application_page.next", step=title))
    expect(person.page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    person.idle()


def send(person: Visitor) -> None:
    """The last steps of an application, without earlier support and with its one paper; and it is sent."""
    say = person.say
    onward(person, "support")
    person.page.get_by_text(say("application_page.no_support")).click()
    onward(person, "papers")
    person.page.locator("input[type=file]").last.set_input_files(PAPER)
    person.sees(say("application_page.papers.taken", count=1))
    onward(person, "review")
    do(person, say("workflow.application_action.submit"), sure=True)


def clicks(person: Visitor) -> int:
    """How often a person has pressed something or gone to a field to type, on this address."""
    return int(person.page.evaluate("() => Number(sessionStorage.clicks || 0)"))


def accounts(person: Visitor, form: str, told: Mapping[str, Any]) -> None:
    """Type what each line of the budget came to, and the incomes."""
    for number, one in enumerate(told["cost"]):
        field = person.page.locator(f".st-key-{form}_cost_{number} input")
        field.fill(str(one["amount"]))
        field.press("Tab")
        expect(field).to_have_value(str(one["amount"]))
        person.idle()
    field = person.page.locator(f".st-key-{form}_income textarea")
    field.fill("\n".join(f"{one['name']}\t{one['amount']}" for one in told["income"]))
    field.press("Tab")
    person.sees(person.say("claim_page.read_rows", label=person.say("claim_page.income")))  # moves what is below
    person.idle()
