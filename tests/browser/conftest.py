"""A real server with invented accounts, and a real Chromium; what is driven here is what people meet.

Without Chromium these tests are skipped on one's own machine, and fail where ``CI`` is set. A role signs in once for a
server, and its cookie is shared; who is to be signed out, or signs in through the form, has a session of its own.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from conftest import ROOT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Error,
    Locator,
    Page,
    TimeoutError,
    expect,
    sync_playwright,
)

from app.visit import SESSION_COOKIE
from data.accounts import account_at, set_language
from data.demo import ADDRESSES, invent_accounts
from data.permission import OPERATOR, Actor
from data.phrases import Lang, say
from data.store import Store, open_store
from fund.demo_after import play_on
from impact.reference import reference_in
from impact.samples import load_samples

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"wide": (1280, 900), "phone": (390, 844), "narrow": (320, 640)}
START_SECONDS = 60
Label = str | re.Pattern[str]
SECONDS = 30
"""What anything on a page may take before it has failed, with other tests on the same two cores."""
expect.set_options(timeout=SECONDS * 1000)


@dataclass
class Site:
    """A server of the program on a data folder of its own. ``passwords`` are by role."""

    folder: Path
    port: int
    passwords: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(default=Path())
    tokens: dict[str, str] = field(default_factory=dict)
    clock: Path | None = None
    """A file that says by how many seconds the server's clock is moved; see :func:`movable`."""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it is well."""
        self.log = self.folder.parent / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(self.port)]
        around = {**os.environ, "RINGVIRK_DATA": str(self.folder)}
        if self.clock is not None:
            around |= {"LD_PRELOAD": movable(), "FAKETIME_TIMESTAMP_FILE": str(self.clock)}
            around |= {"FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=around, stdout=log, stderr=log)
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the server did not start: {self.log.read_text()[-2000:]}")

    def stop(self, how: int = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(timeout=20)

    def move_to(self, moment: dt.datetime) -> None:
        """Let the server's clock stand at a moment from now on, and go on from there; everyone's session is new."""
        assert self.clock is not None
        seconds = round((moment - dt.datetime.now(dt.UTC)).total_seconds())
        self.clock.write_text(f"{seconds:+d}\n", encoding="ascii")
        self.tokens.clear()

    def ask(self, path: str, *, given: Mapping[str, str] | None = None, headers: Mapping[str, str] = {}) -> Answer:
        """One request without a browser: GET, or POST of a form where something is ``given``."""
        link = HTTPConnection("localhost", self.port, timeout=SECONDS)
        sent = {"Origin": self.address, "Content-Type": "application/x-www-form-urlencoded"} if given else {}
        link.request("POST" if given else "GET", path, urlencode(given) if given else None, {**sent, **headers})
        answer = link.getresponse()
        content = answer.read()
        link.close()
        return Answer(answer, content)

    def token(self, role: str, *, fresh: bool = False, lang: Lang = "nb") -> str:
        """The session of a role whose language is ``lang``: the one that tests share, or a ``fresh`` one."""
        with open_store(self.folder) as store:
            set_language(store, self.actor(store, role), lang)
        if fresh or role not in self.tokens:
            given = {"email": ADDRESSES[role], "password": self.passwords[role]}  # type: ignore[index]
            found = self.ask("/logg-inn", given=given).cookies[SESSION_COOKIE].value
            if fresh:
                return str(found)
            self.tokens[role] = found
        return self.tokens[role]

    def actor(self, store: Store, role: str) -> Actor:
        """Who acts in the store when this role does."""
        with store.read() as db:
            found = account_at(db, ADDRESSES[role])  # type: ignore[index]
        assert found is not None
        return found.actor


@dataclass(frozen=True)
class Answer:
    """What the server said to one request."""

    head: HTTPResponse
    content: bytes

    @property
    def status(self) -> int:
        return self.head.status

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def cookies(self) -> SimpleCookie:
        return SimpleCookie("; ".join(self.head.headers.get_all("Set-Cookie") or []))


@dataclass
class Visitor:
    """One browser of one person: its page, what anything asked for outside this machine or its policy, and dialogs."""

    site: Site
    context: BrowserContext
    page: Page
    outside: list[str]
    lang: Lang = "nb"
    dialogs: list[str] = field(default_factory=list)

    def say(self, key: str, **figures: object) -> str:
        """A phrase in this visitor's language."""
        return say(key, self.lang, **figures)

    def open(self, path: str) -> Page:
        """Go to a path and wait until the page stands still."""
        self.page.goto(f"{self.site.address}{path}")
        return self.settle()

    def settle(self) -> Page:
        """Wait until the run is over and its last element is drawn, the one that tells the document's language."""
        self.page.wait_for_selector("h1", timeout=SECONDS * 1000)
        self.idle()
        with suppress(TimeoutError):
            self.page.wait_for_function("lang => document.documentElement.lang === lang", arg=self.lang, timeout=5000)
        if self.lang == "en":  # Streamlit's own page says so from the start
            self.page.wait_for_timeout(200)
        return self.page

    def idle(self) -> None:
        """Wait until no run is on."""
        self.page.wait_for_function(
            "() => { const app = document.querySelector('[data-testid=stApp]');"
            " return (!app || app.getAttribute('data-test-script-state') === 'notRunning')"
            " && !document.querySelector('[data-testid=stSkeleton]'); }",
            timeout=SECONDS * 1000,
        )

    def sign_in(self, role: str) -> None:
        """Sign in through the form, as people do, with a session of its own."""
        page = self.page
        page.goto(f"{self.site.address}/logg-inn")
        page.fill("#email", ADDRESSES[role])  # type: ignore[index]
        page.fill("#password", self.site.passwords[role])
        page.click("main button")
        page.wait_for_url(lambda address: urlsplit(address).path == "/")
        self.settle()

    def carry(self, token: str) -> None:
        """Have a session's cookie."""
        self.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.site.address}])

    # -- what hands do

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """A button by what it says; Streamlit reads its icon's name aloud before it."""
        where = self.page if within is None else within
        return where.get_by_role("button").filter(has_text=name).locator("visible=true").first

    def press(self, name: str, within: Locator | None = None) -> None:
        self.page.wait_for_timeout(50)  # what was left by Tab is on its way
        self.idle()
        self.button(name, within).click()

    def type(self, label: Label, text: str, within: Locator | None = None) -> None:
        """Type into a field and leave it by Tab."""
        box = (self.page if within is None else within).get_by_label(label, exact=True).first
        box.fill(text)
        box.press("Tab")

    def choose(self, label: str, option: str, within: Locator | None = None) -> None:
        """Choose from a list that opens; what moves beneath it while an earlier field is stored closes it again."""
        found = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(5):
            self.page.wait_for_timeout(50)
            self.idle()
            (self.page if within is None else within).get_by_role("combobox", name=label).first.click()
            with suppress(TimeoutError):
                found.click(timeout=3000)
                return
        found.click()

    def box(self, label: Label) -> Locator:
        """A text field by its label: all of it, or how it begins."""
        return self.page.get_by_role("textbox", name=label, exact=True).first

    def pick(self, name: str) -> None:
        """Pick one of a row of buttons of which one is pressed, or a radio button."""
        self.page.wait_for_timeout(50)
        self.idle()
        self.page.get_by_role("radio", name=name).first.locator(
            "xpath=ancestor-or-self::*[self::label or self::button][1]"
        ).click()

    def labelled(self, key: str) -> re.Pattern[str]:
        """A field of an event by the key of its label, which the form begins with a capital and gives a unit."""
        text = self.say(f"workbook.field.{key}.label")
        return re.compile(f"^{re.escape(text[:1].upper() + text[1:])}")

    def number(self, label: Label, text: str, evidence: str, source: str) -> None:
        """Fill a number of an event's form: the text, what it stands on, and its source."""
        box = self.page.get_by_label(label, exact=True)
        row = self.page.get_by_test_id("stHorizontalBlock").filter(has=box).last
        self.type(label, text, row)
        self.choose(self.say("event_form_page.evidence"), self.say(f"workbook.evidence.{evidence}"), row)
        self.type(self.say("event_form_page.source"), source, row)

    def date(self, label: str, day: dt.date) -> None:
        """Type a day into the three parts of a date field, in their order: both languages begin with the day."""
        group = self.page.get_by_role("group", name=label, exact=True).first
        for _ in range(5):  # what moves beneath it while an earlier field is stored takes the focus
            self.page.wait_for_timeout(100)
            self.idle()
            group.get_by_role("spinbutton").first.click()
            self.page.keyboard.type(f"{day:%d%m%Y}")
            if f"{day:%d}" in group.inner_text() and f"{day:%Y}" in group.inner_text():
                break
        self.page.keyboard.press("Tab")

    def sees(self, text: Label) -> None:
        """Wait until the page says so."""
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def text(self) -> str:
        """Everything that the page shows as text."""
        return str(self.page.inner_text("body"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def movable() -> str:
    """The library by which a process is told another time. The test is skipped without it, or fails in CI."""
    found = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("libfaketime is not installed")
    return str(found)


def chromium() -> str:
    """Where Chromium is; the test is skipped without it, or fails in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    return str(found)


def new_site(folder: Path, fund: Callable[[Store], object] | None = None) -> Site:
    """A started site on an empty folder, with one invented account for each role and what ``fund`` plays in it."""
    with open_store(folder) as store:
        passwords = {one.role: one.password for one in invent_accounts(store, OPERATOR)}
        if fund is not None:
            load_samples(store, reference_in())  # else they would find a register that isn't empty
            fund(store)
    site = Site(folder, free_port(), {str(role): password for role, password in passwords.items()})
    site.start()
    return site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server that all tests of a worker share; a test that changes accounts or stops it makes its own."""
    made = new_site(tmp_path_factory.mktemp("site") / "data", play_on)
    yield made
    made.stop()


@pytest.fixture
def own_site(browser: Browser, tmp_path: Path) -> Iterator[Site]:
    """A server for one test, which may stop it."""
    made = new_site(tmp_path / "data")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@pytest.fixture
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Makes a browser of its own for one person: ``visitor(site, role="officer", lang="nb", width="phone")``."""
    contexts: list[BrowserContext] = []
    request.node.contexts = contexts

    def make(
        site: Site,
        *,
        role: str = "",
        lang: Lang = "nb",
        width: str = "wide",
        dark: bool = False,
        fresh: bool = False,
        headers: dict[str, str] | None = None,
    ) -> Visitor:
        across, down = WIDTHS[width]
        context = browser.new_context(
            viewport={"width": across, "height": down},
            locale="nb-NO" if lang == "nb" else "en-GB",
            timezone_id="Europe/Oslo",
            color_scheme="dark" if dark else "light",
            extra_http_headers=headers,
            accept_downloads=True,
        )
        context.set_default_timeout(SECONDS * 1000)
        contexts.append(context)
        context.add_cookies([{"name": "ringvirk_language", "value": lang, "url": site.address}])
        outside: list[str] = []

        def ask(request: object) -> None:
            address = str(getattr(request, "url", ""))
            if urlsplit(address).scheme in ("http", "https", "ws", "wss") and urlsplit(address).hostname != "localhost":
                outside.append(address)

        context.on("request", ask)
        context.on("console", lambda said: outside.append(said.text) if "Content Security" in said.text else None)
        found = Visitor(site, context, context.new_page(), outside, lang)
        found.page.on("dialog", partial(_dismiss, found.dialogs))
        if role:
            found.carry(site.token(role, fresh=fresh, lang=lang))
        return found

    yield make
    for context in contexts:
        context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where a test failed, tell what its pages showed."""
    report = yield
    if report.when == "call" and report.failed:
        for page in (one for context in getattr(item, "contexts", []) for one in context.pages):
            with suppress(Error):
                report.sections.append((f"shown at {urlsplit(page.url).path}", page.inner_text("body", timeout=1000)))
    return report


def _dismiss(dialogs: list[str], dialog: Dialog) -> None:
    dialogs.append(dialog.message)
    dialog.dismiss()
