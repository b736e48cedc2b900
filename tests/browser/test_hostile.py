"""What people with bad intent type, ask for and bring along: shown as text, refused or passed over, never run."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from conftest import number
from openpyxl import load_workbook
from playwright.sync_api import expect

from app.visit import SESSION_COOKIE
from browser.conftest import Site, Visitor
from data.accounts import create_account
from data.clock import today
from data.sessions import sign_out
from data.store import open_store
from impact.estimates import get_row, lock_estimate, publish_estimate
from impact.lessons import add_lesson
from impact.reference import reference_in
from impact.register import create_event

pytestmark = pytest.mark.browser
Make = Callable[..., Visitor]
EVIL = (
    "=cmd|' /C calc'!A0 <script>alert(1)</script><img src=x onerror=alert(2)> **fet** [x](javascript:alert(3)) "
    ":material/bug_report: :red[rød] $x^2$ `kode`"
)
"""Markup, Markdown, a formula for a spreadsheet: one text that would show or do something else wherever it is read."""
ADDRESSES = (  # with more that is no number: tests/test_page_rights.py
    "/anslag?id={}",
    "/anslag?arrangement={}",
    "/arrangement?id={}",
    "/skjema?id={}",
    "/kontoer?id={}",
    "/netter?id={}",
    "/sammenlign?id={}",
    "/satser?sats={}",
    "/erfaringer?id={}",
)
ODD = (
    "/skjema?id={event}&steg=../../&rad=-1",
    "/skjema?id={event}&steg=publikum&rad=99999999999999999999",
    "/?lang=xx",
    "/?lang=../../",
    "/ukjent/../../side",
    "/naeringsliv?bransje=<script>alert(1)</script>&kommune=**x**&periode=-1",
    "/fond?sok=<script>alert(1)</script>",
    "/kommune?kommune=99999999999999999999&periode=<b>",
    "/kalender?maaned=9999-99",
    "/kalender?maaned=<script>",
    "/arrangementer?q=<script>alert(1)</script>&tilstand=%27&aar=99999999999999999999&side=-1&sorter=%3B",
    "/arrangementer?side=99999999999999999999",
    "/erfaringer?q=%25_%27&side=999999999&stikkord=**&om=x",
    "/anslag?id=1&tall=<script>alert(1)</script>",
    "/anslag?id=1&omrade=<b>&scenario=../&endret==1",
    "/anslag?id=1&scenario=egne-tall&endret=audience%2Fx=<script>alert(1)</script>",
    "/sammenlign?id=1&id=1&id=2&per=<b>",
)


def document(name: str) -> dict[str, Any]:
    """An event that can be computed, with ``name`` wherever people give a name or a source."""
    first = today() + dt.timedelta(20)
    about = {"id": "vond", "name_nb": name, "name_en": name, "kind": name, "municipality": "5001", "price_year": 2024}
    days = {"first_day": first.isoformat(), "last_day": (first + dt.timedelta(1)).isoformat()}
    told = {"evidence": "reported", "source": name}
    audience = {"name": name, "role": "guest", "home": "abroad", "visits": {"value": 3000, **told}}
    more = {"days_per_person": {"low": 1, "mode": 2, "high": 3, **told}, "nights_per_person": number(1)}
    spend = {"spend": {"food_service": {"value": 400, **told}, "accommodation": {"value": 900, **told}}}
    cost = {"name": name, "amount": {"value": 100_000, **told}, "industry": "R77", "local_share": number(0.5)}
    return {"event": {**about, **days}, "audience": [{**audience, **more, **spend}], "organiser_cost": [cost]}


@pytest.fixture(scope="module")
def evil(site: Site) -> tuple[int, int]:
    """An event and its published estimate, a lesson and an account, all with the text in every word of theirs."""
    reference = reference_in()
    with open_store(site.folder) as store:
        officer = site.actor(store, "officer")
        event = create_event(
            store, officer, document(EVIL), state="confirmed", series=EVIL, edition="1", venues=(EVIL,), crews=(EVIL,)
        )
        add_lesson(store, officer, event, EVIL, tags=(EVIL[:60],))
        estimate = lock_estimate(store, officer, event, reference, name=EVIL[:100], draws=500)
        publish_estimate(store, officer, estimate, get_row(store, officer, estimate).version, reference)
        create_account(store, site.actor(store, "administrator"), "vond@eksempel.no", EVIL[:60], ["board"])
    return event, estimate


@pytest.fixture(scope="module")
def secret(site: Site, evil: tuple[int, int]) -> int:
    """A locked estimate of the officer's that is not published."""
    with open_store(site.folder) as store:
        return lock_estimate(store, site.actor(store, "officer"), evil[0], reference_in(), name="skjult", draws=200)


def harm(person: Visitor) -> list[str]:
    """What the text did, other than being shown."""
    page = person.page
    return [
        *person.dialogs,
        *person.outside,
        *(["an exception"] if page.get_by_test_id("stException").count() else []),
        *(["an icon"] if page.locator("[aria-label='bug_report icon']").count() else []),
        *(["mathematics"] if page.locator(".katex").count() else []),
        *(["a picture"] if page.locator("img[src=x]").count() else []),
        *(["a script's link"] if page.locator("a[href^=javascript]").count() else []),
        *(["bold"] if page.locator("strong", has_text="fet").count() else []),
        *(["code"] if page.locator("code", has_text="kode").count() else []),
    ]


def squeezed(text: str) -> str:
    """Without what can't be seen: spaces in a row, and joiners that take no room."""
    return " ".join(text.replace("\u2060", "").split())


SHOWN = {
    "": (
        "/",
        "/naeringsliv?bransje=servering&kommune=5001",
        "/anslag?id={estimate}",
        "/anslag?id={estimate}&tall={tall}",
    ),
    "officer": (
        "/arrangementer",
        "/arrangement?id={event}",
        "/skjema?id={event}&steg=publikum",
        "/skjema?id={event}&steg=dokumentasjon",
        "/undersokelser?id={event}",
        "/tellinger?id={event}",
        "/evaluering?id={event}",
        "/gjennomgang?id={event}",
        "/anslag?arrangement={event}&scenario=egne-tall",
        "/kalender?maaned={month}",
        "/sammenlign?id={estimate}",
        "/erfaringer",
        "/oppgaver",
        "/satser",
    ),
    "administrator": ("/kontoer",),
    "auditor": ("/revisjonsspor",),
}
ELSEWHERE = ("/oppgaver", "/satser", "/revisjonsspor")
"""Pages that need not show the text: there it is only seen to do no harm."""


@pytest.mark.parametrize("role", list(SHOWN), ids=lambda role: role or "anyone")
def test_markup_in_names_is_shown_as_it_was_typed(site: Site, visitor: Make, evil: tuple[int, int], role: str) -> None:
    event, estimate = evil
    person = visitor(site, role=role)
    found = {}
    for path in SHOWN[role]:
        month = f"{today() + dt.timedelta(20):%Y-%m}"
        tall = "region.effects.value_added.total"
        page = person.open(path.format(event=event, estimate=estimate, month=month, tall=tall))
        page.wait_for_timeout(200)
        values = page.evaluate("[...document.querySelectorAll('input, textarea')].map(one => one.value).join(' ')")
        wrong = harm(person)
        if path not in ELSEWHERE and EVIL[:60] not in squeezed(f"{person.text()} {values}"):
            wrong.append("not shown")
        if wrong:
            found[path] = wrong
    assert not found


def test_markup_that_is_typed_does_no_harm(site: Site, visitor: Make) -> None:
    person = visitor(site, role="officer")
    say, page = person.say, person.open("/arrangementer")
    person.type(say("events_page.text"), EVIL)
    expect(page).to_have_url(re.compile("q=%3Dcmd"))
    person.open("/skjema?ny=1")
    person.type(say("event_form_page.name_nb"), EVIL)
    person.settle()
    person.press(say("event_form_page.create"))
    page.wait_for_url("**/skjema?id=*")
    person.press(say("event_form_page.rows.audience.add"))
    person.settle()
    assert squeezed(page.get_by_role("heading", level=1).inner_text()) == EVIL
    person.type(say("event_form_page.audience_name"), EVIL)
    person.settle()
    person.type(say("event_form_page.how_many_visits"), EVIL)
    person.sees("=cmd")
    person.open("/revisjonsspor")
    person.open("/satser")
    person.type(say("parameters_page.search"), EVIL)
    person.settle()
    assert not harm(person)


def test_no_cell_of_a_workbook_is_a_formula_of_theirs(site: Site, visitor: Make, evil: tuple[int, int]) -> None:
    event, estimate = evil
    person = visitor(site, role="officer")
    books = {}
    for path, label in (
        ("/arrangementer", person.say("events_page.export", count=0).split("0")[0].strip()),
        (f"/arrangement?id={event}", person.say("event_page.excel_download")),
        ("/naeringsliv?bransje=servering&kommune=5001", person.say("business_page.excel")),
    ):
        page = person.open(path)
        with page.expect_download() as took:
            person.press(label)
        books[path] = took.value.path().read_bytes()
    books["estimate"] = site.ask(f"/last-ned/anslag/{estimate}.xlsx").content
    for path, content in books.items():
        cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row]
        held = [cell for cell in cells if "cmd|" in str(cell.value)]
        assert held, path
        assert not [cell.coordinate for cell in held if cell.data_type == "f"], path
    word = zipfile.ZipFile(io.BytesIO(site.ask(f"/last-ned/anslag/{estimate}.docx").content))
    assert b"&lt;script&gt;" in word.read("word/document.xml")
    for address in ("/api/publiserte-anslag.json", "/kalender.ics"):
        answer = site.ask(address)
        assert answer.head.headers["X-Content-Type-Options"] == "nosniff"
        assert "html" not in answer.head.headers["Content-Type"]


def test_addresses_that_nobody_would_write_do_no_harm(site: Site, visitor: Make, evil: tuple[int, int]) -> None:
    event, _ = evil
    people = {role: visitor(site, role=role) for role in ("officer", "administrator")}
    bad = [one.format("<script>alert(1)</script>") for one in ADDRESSES]
    found = {}
    for path in [*bad, *(one.format(event=event) for one in ODD)]:
        person = people["administrator" if path.startswith("/kontoer") else "officer"]
        page = person.page
        page.goto(f"{site.address}{path}")
        page.wait_for_selector("h1")
        person.idle()
        wrong = harm(person)
        if (heads := page.locator("h1").count()) != 1:
            wrong.append(f"{heads} main headings")
        if path in bad and not page.get_by_test_id("stMain").get_by_text(person.say("page.gone")).count():
            wrong.append("not told")
        if wrong:
            found[path] = wrong
    assert not found


def test_a_session_that_has_ended_or_never_was_opens_nothing(site: Site, visitor: Make, secret: int) -> None:
    ended = site.token("officer", fresh=True)
    with open_store(site.folder) as store:
        sign_out(store, ended)
    live = site.token("officer")
    for cookie in (
        ended,
        "",
        "0",
        live[:-1],
        live + "x",
        live.swapcase(),
        "A" * 5000,
        "' OR 1=1 --",
        "account:1",
        "../x",
    ):
        answer = site.ask(f"/last-ned/anslag/{secret}.json", headers={"Cookie": f"{SESSION_COOKIE}={cookie}"})
        assert answer.status in (403, 431), cookie
    for cookie in (ended, "account:1"):
        person = visitor(site)
        person.carry(cookie)
        person.open("/arrangementer")
        person.sees("Du må logge inn")
        assert not person.page.get_by_role("table").count()


def test_headers_that_name_a_user_are_passed_over(site: Site, visitor: Make, secret: int) -> None:
    names = ("X-Forwarded-User", "X-Forwarded-Email", "X-Auth-Request-Email", "X-Auth-Request-User", "Remote-User")
    forged = {name: "administrator@eksempel.no" for name in names} | {"X-Streamlit-User": "eyJlbWFpbCI6ImEifQ=="}
    assert site.ask(f"/last-ned/anslag/{secret}.json").status == 403
    assert site.ask(f"/last-ned/anslag/{secret}.json", headers=forged).status == 403
    person = visitor(site, headers=forged)
    for path in ("/kontoer", "/arrangementer", f"/anslag?id={secret}"):
        person.open(path)
        person.sees("Du må logge inn")
        assert not person.page.get_by_role("table").count()
    assert not person.page.get_by_text("Eksempel administrator").count()


def test_no_path_leads_out_of_the_program(site: Site) -> None:
    for path in (
        "/last-ned/anslag/../../etc/passwd",
        "/last-ned/anslag/..%2f..%2fetc%2fpasswd",
        "/last-ned/anslag/1.json/../../../data",
        "/media/../../etc/passwd",
        "/app/static/../../data/store.py",
        "/component/../../streamlit_app.py",
        "/var/ringvirk.sqlite",
        "/ringvirk.sqlite",
    ):
        answer = site.ask(path)
        assert "root:" not in answer.text and "SQLite format" not in answer.text and "open_store" not in answer.text
    for next_ in ("//ondt.eksempel", "https://ondt.eksempel", "/\\ondt.eksempel", "javascript:alert(1)"):
        given = {"email": "saksbehandler@eksempel.no", "password": site.passwords["officer"], "next": next_}
        assert site.ask("/logg-inn", given=given).head.headers["Location"] == "/"
