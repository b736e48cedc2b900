"""Each role walks through its main job: in bokmål on a wide screen, and in English on a phone."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from app.choosing import trades
from browser.conftest import Site, Visitor
from data.clock import today
from data.demo import ADDRESSES
from data.numbers import number as written
from data.permission import OPERATOR
from data.phrases import Lang
from data.store import open_store
from data.trail import Sought, trail
from impact.feedback import list_feedback
from impact.register import Search, create_event, list_events

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize(("lang", "width"), [("nb", "wide"), ("en", "phone")], ids=["nb-wide", "en-phone"]),
]
Make = Callable[..., Visitor]
SAMPLE = 1
"""The sample's number, as event and as estimate."""


def published(site: Site) -> dict[str, Any]:
    """The estimates that anyone can read, by the event's name."""
    found = json.loads(site.ask("/api/publiserte-anslag.json").content)
    return {one["event"]["nb"]: one for one in found["estimates"]}


def new_event(person: Visitor, name: str, first: dt.date, last: dt.date) -> None:
    """Fill in the fields of a new event, and make it."""
    say = person.say
    person.type(say("event_form_page.name_nb"), name)
    person.choose(say("event_form_page.kind"), "festival")
    person.choose(say("event_form_page.municipality"), "Trondheim (5001)")
    person.date(say("event_form_page.first_day"), first)
    person.date(say("event_form_page.last_day"), last)
    person.press(say("event_form_page.create"))
    person.page.wait_for_url("**/skjema?id=*")
    person.sees(name)


def fill_audience(person: Visitor) -> None:
    """One audience, its numbers typed as people type them, each with evidence and source."""
    say, page = person.say, person.page
    person.press(say("event_form_page.rows.audience.add"))
    role, home = (f"workbook.field.audience.{one}.label" for one in ("role", "home"))
    person.type(say("event_form_page.audience_name"), "Gjester fra Tyskland")
    person.choose(say(role).capitalize(), say("workbook.role.guest"))
    person.choose(say(home).capitalize(), say("workbook.home.abroad"))
    person.number(say("event_form_page.how_many_visits"), "12 000", "reported", "arrangøren")
    person.number(person.labelled("audience.days_per_person"), "2–4", "surveyed", "spørreundersøkelse 2026")
    person.number(person.labelled("audience.nights_per_person"), "2,5", "surveyed", "spørreundersøkelse 2026")
    person.number(person.labelled("audience.commercial_share"), "62 %", "assumed", "antatt")
    person.number(person.labelled("audience.spend.food_service"), "400", "surveyed", "spørreundersøkelse 2026")
    for reading in (written(12_000, person.lang), "62"):
        expect(page.locator(".rv-read").filter(has_text=reading).first).to_be_visible()


def test_a_case_officer_takes_an_event_from_idea_to_the_public(
    site: Site, visitor: Make, lang: Lang, width: str
) -> None:
    officer, anyone = (visitor(site, role=role, lang=lang, width=width) for role in ("officer", ""))
    say, page = officer.say, officer.page
    name, first = f"Vinterfest {lang}", today() + dt.timedelta(30)
    officer.open("/arrangementer")
    page.get_by_role("link", name=say("events_page.new")).click()
    officer.settle()
    new_event(officer, name, first, first + dt.timedelta(2))
    event = page.url.partition("id=")[2].partition("&")[0]

    fill_audience(officer)
    shown = page.locator(".rv-figure .rv-middle").first
    expect(shown).to_be_visible()
    before = shown.inner_text()
    officer.type(say("event_form_page.how_many_visits"), "24 000")
    expect(shown).not_to_have_text(before)
    officer.press(say("event_form_page.store"))
    officer.sees(say("event_form_page.told.stored", version=2))

    page.get_by_role("link", name=say("event_form_page.to_event")).click()
    officer.sees(say("event_page.no_estimates"))
    officer.press(say("event_page.change_state"))
    officer.press(say("event_page.set_state", state=say("register.state.confirmed")))
    officer.sees(say("event_page.state_set", state=say("register.state.confirmed")))
    officer.press(say("event_page.lock"))
    link = page.get_by_role("table").get_by_role("link", name=re.compile(r"\d+$")).first
    expect(link).to_be_visible()
    estimate = link.inner_text().split()[-1]
    assert name not in published(site)
    assert anyone.open(f"/anslag?id={estimate}").locator(".rv-figure").count() == 0
    officer.press(say("event_page.publish", name=say("event_page.estimate_number", number=estimate)))
    officer.press(say("event_page.publish_yes"))
    officer.sees(say("event_page.was_published"))

    assert published(site)[name]["id"] == int(estimate)
    anyone.open("/naeringsliv?bransje=servering&kommune=5001&periode=90").get_by_role("link", name=name).click()
    anyone.settle()
    expect(anyone.page.get_by_role("heading", name=name, level=1)).to_be_visible()
    assert anyone.page.locator(".rv-figure").count() >= 3

    officer.press(say("event_page.withdraw", name=say("event_page.estimate_number", number=estimate)))
    officer.type(say("event_page.reason"), "tallet var feil")
    officer.press(say("event_page.withdraw_yes"))
    officer.sees(say("event_page.was_withdrawn"))
    assert name not in published(site)
    assert anyone.open(f"/anslag?id={estimate}").locator(".rv-figure").count() == 0
    assert name not in anyone.open("/naeringsliv?bransje=servering&kommune=5001&periode=90").inner_text("body")
    with open_store(site.folder) as store:
        rows, _ = trail(store, site.actor(store, "auditor"), Sought(kind="event", resource=event))
        assert {one.actor for one in rows} == {site.actor(store, "officer").id}


def test_a_business_sees_what_comes_takes_it_along_and_answers(
    site: Site, visitor: Make, lang: Lang, width: str
) -> None:
    person = visitor(site, lang=lang, width=width)
    say, page = person.say, person.open("/")
    page.get_by_role("link", name=say("home_page.you.go")).click()
    person.settle()
    person.choose(say("choosing.trade"), trades()["servering"].name(lang))
    person.choose(say("choosing.place"), "Trondheim")
    person.choose(say("choosing.period"), say("choosing.been_sample", year="2025"))
    person.sees("I 2025" if lang == "nb" else "In 2025")
    expect(page).to_have_url(re.compile("bransje=servering&kommune=5001&periode=2025"))
    expect(page.locator(".rv-figure")).to_have_count(3)
    person.settle()
    with page.expect_download() as took:
        person.press(say("business_page.excel"))
    book = load_workbook(io.BytesIO(took.value.path().read_bytes()))
    assert book.sheetnames and book.worksheets[0].max_row >= 3

    with open_store(site.folder) as store:
        before = len(list_feedback(store, site.actor(store, "officer")))
    person.pick(say("business.answer.less"))
    person.type(say("held.change"), "−20 %")
    person.press(say("held.send"))
    person.sees(say("held.thanks", event="").split("  ")[0].split(".")[0])
    with open_store(site.folder) as store:
        answers = list_feedback(store, site.actor(store, "officer"))
    assert len(answers) == before + 1 and (answers[0].answer, answers[0].turnover_change) == ("less", -20)
    assert not person.outside


def test_an_applicant_has_its_own_event_and_no_other(site: Site, visitor: Make, lang: Lang, width: str) -> None:
    applicant = visitor(site, role="applicant", lang=lang, width=width)
    say, page = applicant.say, applicant.open("/arrangementer")
    with open_store(site.folder) as store:
        _, own = list_events(store, site.actor(store, "applicant"), Search())
        others = create_event(store, site.actor(store, "officer"), {"event": {"name_nb": f"En annens fest {lang}"}})
    applicant.sees(say("events_page.lead_own", count=own))
    assert "Ski-VM" not in applicant.text() and "En annens" not in applicant.text()
    page.get_by_role("link", name=say("events_page.new")).click()
    applicant.settle()
    name, first = f"Gatefest {lang}", today() + dt.timedelta(200)
    new_event(applicant, name, first, first)
    applicant.open("/arrangementer")
    expect(page.get_by_role("table").get_by_role("link", name=name)).to_be_visible()
    for address in (f"/skjema?id={others}", f"/arrangement?id={others}", f"/anslag?arrangement={others}"):
        assert "En annens" not in applicant.open(address).inner_text("body")
        applicant.sees("Dette tilhører noen andre" if lang == "nb" else "This belongs to someone else")


@pytest.mark.parametrize("role", ["board", "chair", "treasurer"])
def test_who_decides_reads_an_estimate_and_where_it_comes_from(
    site: Site, visitor: Make, lang: Lang, width: str, role: str
) -> None:
    reader = visitor(site, role=role, lang=lang, width=width)
    say, page = reader.say, reader.open("/arrangementer")
    page.get_by_role("table").get_by_role("link", name=re.compile("2025")).first.click()
    reader.settle()
    assert not page.get_by_role("link", name=say("event_page.to_form")).count()
    assert not reader.button(say("event_page.lock")).count()
    page.get_by_role("table").get_by_role("link", name=re.compile(r"\d+$")).first.click()
    reader.settle()
    for words in ("estimate_page.publish.open", "estimate_page.withdraw.open", "estimate_page.lock.open"):
        assert not reader.button(say(words)).count()
    if role == "treasurer":
        return
    reader.pick(say("estimate_page.scenario.chip.occupancy_low", high=62, low=46))
    reader.sees(say("estimate_page.scenario.beside"))
    expect(page).to_have_url(re.compile("scenario=belegg-lavt"))
    reader.pick(say("estimate_page.scenario.chip.own"))
    box = page.locator("input[aria-label]:visible").filter(visible=True).last
    expect(box).to_be_visible()
    why = f"{say('estimate_page.why.title')} {say('estimate_page.front.value_added')}"
    page.get_by_role("link", name=why).click()
    reader.settle()
    reader.sees(say("estimate_page.why.how"))
    assert page.locator(".rv-steps details").count() > 3 and page.locator(".rv-steps .rv-tag").count()
    page.get_by_role("link", name=say("estimate_page.why.back")).first.click()
    reader.sees(say("estimate_page.scenario.title"))
    assert not reader.outside


def test_an_auditor_finds_a_step_and_takes_the_trail_along(site: Site, visitor: Make, lang: Lang, width: str) -> None:
    with open_store(site.folder) as store:
        event = create_event(store, OPERATOR, {"event": {"name_nb": f"Sporfest {lang}", "id": f"sporfest-{lang}"}})
    auditor = visitor(site, role="auditor", lang=lang, width=width)
    say, page = auditor.say, auditor.open("/revisjonsspor")
    auditor.sees("ubrutt" if lang == "nb" else "unbroken")
    auditor.type(say("trail_page.text"), f"sporfest-{lang}")
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(f"event {event}")
    with page.expect_download() as took:
        auditor.press(say("trail_page.export"))
    lines = took.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 2 and f"sporfest-{lang}" in lines[1]
    auditor.open("/kontroll")
    assert not auditor.button(say("checks_page.backup_now")).count()


def test_an_administrator_gives_access_and_takes_it_away(site: Site, visitor: Make, lang: Lang, width: str) -> None:
    chief, person = visitor(site, role="administrator", lang=lang, width=width), visitor(site, lang=lang, width=width)
    say, page = chief.say, chief.open("/kontoer")
    name, email = f"Eksempel Ny {lang}", f"ny-{lang}@eksempel.no"
    chief.type(say("accounts_page.head.name"), name)
    chief.type(say("accounts_page.head.email"), email)
    chief.press(say("permission.role.officer"))
    page.get_by_role("radiogroup", name=say("accounts_page.language")).get_by_text(say(f"page.speak_{lang}")).click()
    chief.settle()
    chief.press(say("accounts_page.create"))
    chief.sees(say("accounts_page.created"))
    code = re.search(r"[0-9A-Za-z]+(-[0-9A-Za-z]+){4,}", page.locator("[data-testid=stCode]").inner_text())
    assert code is not None

    person.page.goto(f"{site.address}/kode")
    person.page.fill("#code", code.group())
    person.page.fill("#password", "en lang setning til prøve")
    person.page.click("main button")
    person.settle()
    person.sees(name)
    person.open("/arrangementer")
    expect(person.page.get_by_role("link", name=person.say("events_page.new"))).to_be_visible()

    page.get_by_role("table").get_by_role("link", name=name).click()
    chief.settle()
    chief.press(say("permission.role.officer"))
    chief.press(say("permission.role.board"))
    chief.press(say("accounts_page.save"))
    chief.sees(say("accounts_page.saved"))
    person.open("/arrangementer")
    assert not person.page.get_by_role("link", name=person.say("events_page.new")).count()
    chief.press(say("accounts_page.close"))
    chief.sees(say("accounts_page.closed"))
    person.type(person.say("events_page.text"), "vinter")
    person.sees("Du må logge inn" if lang == "nb" else "Sign in first")
    expect(person.page.get_by_text(name)).to_have_count(0)
    expect(person.page.get_by_role("table")).to_have_count(0)

    chief.open("/kontroll")
    chief.press(say("checks_page.backup_now"))
    chief.sees(
        re.compile(
            re.escape(say("checks_page.backed_up", name="…", seq="…", rows="…", attachments="…")).replace(
                "…", r"[\w\s,]+"
            )
        )
    )
    assert list((site.folder / "backups").iterdir())
    chief.open("/kontoer")
    assert ADDRESSES["board"] in chief.text()
