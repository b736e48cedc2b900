"""Every page and every route for every role, by address: it is shown, or the reason is and nothing of the content.

What is expected is written out by hand, as people agreed on it: the program's own table of rights is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from conftest import number
from playwright.sync_api import TimeoutError

from app.navigation import ENTRIES
from browser.conftest import Site, Visitor
from data.store import open_store
from impact.estimates import lock_estimate
from impact.lessons import add_lesson
from impact.reference import reference_in
from impact.register import create_event

pytestmark = pytest.mark.browser
Make = Callable[..., Visitor]

# a: shown, with what is another's; o: shown, without what is another's; -: not shown, and why. Lessons are for everyone
# who is signed in, so that an applicant's own event shows what was learnt from others of its kind.
PAGES = """
                           anyone officer applicant board chair treasurer auditor administrator
/                          o      o       o         o     o     o         o       o
/naeringsliv               o      o       o         o     o     o         o       o
/kommune                   o      o       o         o     o     o         o       o
/fond                      o      o       o         o     o     o         o       o
/metode                    o      o       o         o     o     o         o       o
/tabeller                  o      o       o         o     o     o         o       o
/satser                    o      o       o         o     o     o         o       o
/satser?sats=vat.accommodation o  o       o         o     o     o         o       o
/anslag?id=1               o      o       o         o     o     o         o       o
/anslag?id={secret}        -      a       -         a     a     a         a       a
/anslag?id={secret}&omrade=norge -  a  -      a     a     a         a       a
/anslag?id={own}           -      o       o         o     o     o         o       o
/anslag?arrangement={event} -     a       -         a     a     a         a       a
/arrangementer             -      a       o         a     a     a         a       a
/arrangementer?q=hemmelig  -      a       o         a     a     a         a       a
/arrangement?id={event}    -      a       -         a     a     a         a       a
/arrangement?id={mine}     -      a       a         a     a     a         a       a
/skjema                    -      o       o         -     -     -         -       -
/skjema?id={event}         -      a       -         -     -     -         -       -
/skjema?id={mine}          -      o       o         -     -     -         -       -
/kalender?maaned=2031-06   -      a       o         a     a     a         a       a
/sammenlign                -      o       o         o     o     o         o       o
/sammenlign?id={secret}    -      a       -         a     a     a         a       a
/importer                  -      o       -         -     -     -         -       -
/netter                    -      o       o         o     o     o         o       o
/erfaringer                -      a       a         a     a     a         a       a
/oppgaver                  -      a       o         o     o     o         o       o
/revisjonsspor             -      -       -         -     -     -         a       -
/kontoer                   -      -       -         -     -     -         o       o
/kontoer?id=1              -      -       -         -     -     -         o       o
/kontroll                  -      -       -         -     -     -         o       o
/konto                     -      o       o         o     o     o         o       o
"""
ROUTES = """
                                   anyone officer applicant board chair treasurer auditor administrator
/healthz                           200    200     200       200   200   200       200     200
/api/publiserte-anslag.json        200    200     200       200   200   200       200     200
/api/tildelinger.json              200    200     200       200   200   200       200     200
/api/tildelinger.csv               200    200     200       200   200   200       200     200
/kalender.ics                      200    200     200       200   200   200       200     200
/logg-inn                          200    200     200       200   200   200       200     200
/logg-ut                           200    200     200       200   200   200       200     200
/kode                              200    200     200       200   200   200       200     200
/glemt-passord                     200    200     200       200   200   200       200     200
/forste-administrator              303    303     303       303   303   303       303     303
/last-ned/anslag/1.json            200    200     200       200   200   200       200     200
/last-ned/anslag/{secret}.json     403    200     403       200   200   200       200     200
/last-ned/anslag/{secret}.xlsx     403    200     403       200   200   200       200     200
/last-ned/anslag/{secret}.docx     403    200     403       200   200   200       200     200
/last-ned/anslag/{own}.json        403    200     200       200   200   200       200     200
/last-ned/anslag/99999.json        404    404     404       404   404   404       404     404
/last-ned/anslag/{secret}.sqlite   404    404     404       404   404   404       404     404
"""
MENUS = {
    "anyone": "Forside, For næringslivet, Fondet, Metode, Logg inn",
    "officer": "Forside, Arrangementer, Kalender, Sammenlign, Tabeller og satser, Erfaringer, Oppgaver",
    "applicant": "Forside, Arrangementer, Oppgaver",
    "board": "Forside, Arrangementer, Sammenlign, Erfaringer, Oppgaver",
    "chair": "Forside, Arrangementer, Sammenlign, Erfaringer, Oppgaver",
    "treasurer": "Forside, Arrangementer, Oppgaver",
    "auditor": "Forside, Arrangementer, Oppgaver, Revisjonsspor, Drift og kontroll",
    "administrator": "Forside, Oppgaver, Kontoer, Drift og kontroll",
}
SECRET = "Hemmelig"
"""Stands in everything of the officer's that isn't published."""


def table(text: str) -> dict[str, dict[str, str]]:
    """What is expected, by role and address."""
    head, *lines = text.strip().splitlines()
    roles = head.split()
    found: dict[str, dict[str, str]] = {role: {} for role in roles}
    for line in lines:
        address, *cells = line.split()
        for role, cell in zip(roles, cells, strict=True):
            found[role][address] = cell
    return found


def document(name: str) -> dict[str, Any]:
    """An event of 2031 that can be computed, whose name is in every word of its own."""
    about = {"id": name.lower().replace(" ", "-"), "name_nb": name, "name_en": name, "kind": "festival"}
    days = {"municipality": "5001", "first_day": "2031-06-14", "last_day": "2031-06-14", "price_year": 2024}
    audience = {"name": f"{name}-gjester", "role": "guest", "home": "abroad", "visits": number(100)}
    return {"event": {**about, **days}, "audience": [{**audience, "days_per_person": number(1)}]}


@pytest.fixture(scope="module")
def numbers(site: Site) -> dict[str, int]:
    """The officer's secret event with a locked estimate and a lesson, and the applicant's own event with one."""
    reference = reference_in()
    with open_store(site.folder) as store:
        officer, applicant = (site.actor(store, role) for role in ("officer", "applicant"))
        event = create_event(store, officer, document(f"{SECRET}fest"), state="confirmed")
        mine = create_event(store, applicant, document("Egenfest"), state="confirmed")
        add_lesson(store, officer, event, f"{SECRET} lærdom")
        secret, own = (
            lock_estimate(store, actor, one, reference, draws=200)
            for actor, one in ((officer, event), (applicant, mine))
        )
    return {"event": event, "mine": mine, "secret": secret, "own": own}


def faults(person: Visitor, address: str, expected: str) -> Iterator[str]:
    """What is not as expected at an address."""
    page = person.page
    page.goto(f"{person.site.address}{address}")
    person.settle()
    if expected == "a":  # what is drawn last may come a little later
        with suppress(TimeoutError):
            page.wait_for_function(
                "word => document.documentElement.innerHTML.includes(word)", arg=SECRET, timeout=5000
            )
    main = page.get_by_test_id("stMain")
    told = main.get_by_test_id("stAlert").filter(has_text="Dette kan")
    others = main.get_by_test_id("stAlert").filter(has_text="Dette tilhører noen andre")
    gone = main.get_by_text(person.say("page.gone")) if expected == "-" else told
    refused = told.or_(others).or_(gone).or_(main.get_by_text(person.say("account_page.sign_in"))).count()
    if main.get_by_test_id("stException").count():
        yield "an exception"
    if bool(refused) != (expected == "-"):
        yield f"shown although {expected}" if not refused else f"refused although {expected}"
    found = SECRET in page.content().replace("?q=hemmelig", "")
    if expected == "a" and not found:
        yield "lacks what it should show"
    if expected != "a" and found:
        yield "shows what is another's"
    if expected == "-" and (parts := main.locator("table, input, textarea, figure, .rv-figure, .rv-table").count()):
        yield f"{parts} parts of the page beside the reason"


def test_the_tables_are_whole() -> None:
    pages = {address.partition("?")[0].strip("/") for address in table(PAGES)["anyone"]}
    assert pages == {entry.path for entry in ENTRIES if entry.name != "sign_in"}
    assert set(MENUS) == set(table(PAGES)) == set(table(ROUTES))


@pytest.mark.parametrize("role", list(MENUS))
def test_every_address_shows_the_page_or_the_reason(
    site: Site, visitor: Make, numbers: dict[str, int], role: str
) -> None:
    person = visitor(site, role="" if role == "anyone" else role)
    listed = [one.inner_text() for one in person.open("/").locator("header nav a").all()]
    assert listed == MENUS[role].split(", ")
    found = {}
    for address, expected in table(PAGES)[role].items():
        if wrong := list(faults(person, address.format(**numbers), expected)):
            found[address] = wrong
    assert not found
    assert not person.outside


@pytest.mark.parametrize("role", list(MENUS))
def test_every_route_answers_who_it_is_for(site: Site, numbers: dict[str, int], role: str) -> None:
    cookie = {} if role == "anyone" else {"Cookie": f"ringvirk_session={site.token(role)}"}
    found = {}
    for address, expected in table(ROUTES)[role].items():
        answer = site.ask(address.format(**numbers), headers=cookie)
        if answer.status != int(expected) or (answer.status != 200 and SECRET in answer.text):
            found[address] = (answer.status, expected)
    assert not found
