"""Every menu and every route for every role, and an address that each may not open.

What is expected is written out by hand, as people agreed on it: the program's own table of rights is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import number
from playwright.sync_api import expect

from browser.conftest import Site, Visitor
from data.store import open_store
from impact.estimates import lock_estimate
from impact.lessons import add_lesson
from impact.reference import reference_in
from impact.register import create_event

pytestmark = pytest.mark.browser
Make = Callable[..., Visitor]

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
/personvern                        200    200     200       200   200   200       200     200
/forste-administrator              303    303     303       303   303   303       303     303
/last-ned/anslag/1.json            200    200     200       200   200   200       200     200
/last-ned/anslag/{secret}.json     403    200     403       200   200   200       200     200
/last-ned/anslag/{secret}.xlsx     403    200     403       200   200   200       200     200
/last-ned/anslag/{secret}.docx     403    200     403       200   200   200       200     200
/last-ned/anslag/{own}.json        403    200     200       200   200   200       200     200
/last-ned/mine-opplysninger/99.zip 403    403     403       403   403   403       403     403
/last-ned/sak/99999.zip            403    404     403       403   403   403       404     403
/last-ned/anslag/99999.json        404    404     404       404   404   404       404     404
/last-ned/anslag/{secret}.sqlite   404    404     404       404   404   404       404     404
"""
MENUS = {
    "anyone": "Forside, For næringslivet, Fondet, Metode, Logg inn",
    "officer": "Forside, Arrangementer, Saker, Møter, Tabeller og satser, Erfaringer, Oppgaver",
    "applicant": "Forside, Arrangementer, Mine søknader, Utlysninger, Oppgaver",
    "board": "Forside, Arrangementer, Saker, Porteføljen, Møter, Erfaringer, Oppgaver",
    "chair": "Forside, Arrangementer, Saker, Porteføljen, Møter, Erfaringer, Oppgaver",
    "treasurer": "Forside, Arrangementer, Bidrag, Anmodninger, Utbetalinger, Regnskap, Oppgaver",
    "auditor": "Forside, Arrangementer, Saker, Regnskap, Oppgaver, Revisjonsspor, Drift og kontroll",
    "administrator": "Forside, Oppgaver, Kontoer, Ordninger, Meldinger, Maler, Drift og kontroll",
}
REFUSED = {
    "anyone": "/anslag?id={secret}",
    "officer": "/revisjonsspor",
    "applicant": "/arrangement?id={event}",
    "board": "/skjema?id={event}",
    "chair": "/importer",
    "treasurer": "/revisjonsspor",
    "auditor": "/skjema?id={event}",
    "administrator": "/skjema?id={event}",
}
"""An address that a role may not open; all of them are in tests/test_page_rights.py."""
WHY = re.compile("Dette kan|Du må logge inn|Dette tilhører noen andre|Dette finnes ikke")
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


def test_the_tables_are_whole() -> None:
    assert set(MENUS) == set(table(ROUTES)) == set(REFUSED)


@pytest.mark.parametrize("role", list(MENUS))
def test_the_menu_lists_what_one_may_and_an_address_gives_no_more(
    site: Site, visitor: Make, numbers: dict[str, int], role: str
) -> None:
    person = visitor(site, role="" if role == "anyone" else role)
    listed = [one.inner_text() for one in person.open("/").locator("header nav a").all()]
    assert listed == MENUS[role].split(", ")
    main = person.open(REFUSED[role].format(**numbers)).get_by_test_id("stMain")
    expect(main.get_by_test_id("stAlert").filter(has_text=WHY)).to_be_visible()
    assert not main.locator("table, input, textarea, figure").count()
    assert SECRET not in person.page.content()
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
