"""After an event: answers on a phone, a file of answers read in, the outcome locked, and the next case told of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.conftest import Site, Visitor
from data.phrases import Lang
from data.store import open_store
from fund.demo import SAMPLES
from impact.evaluation.evaluations import get_evaluation
from impact.survey.surveys import list_surveys

pytestmark = pytest.mark.browser
Make = Callable[..., Visitor]
ANSWERS = SAMPLES / "oppdiktede-svar.csv"
CUP = 2
"""The event of the invented fund that has been evaluated; its case is the first."""


def answered(person: Visitor, code: str) -> None:
    """The public form, filled in as a visitor would, with a fault first."""
    page = person.page
    page.goto(f"{person.site.address}/svar/{code}?lang={person.lang}")
    page.locator("[name=role][value=spectator]").check()
    page.locator("[name=home][value=abroad]").check()
    page.locator("[name=days]").fill("two")
    page.get_by_role("button", name=person.say("answering.form.send")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name=home][value=abroad]")).to_be_checked()
    page.locator("[name=days]").fill("2")
    page.get_by_role("button", name=person.say("answering.form.send")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(person.say("answering.thanks.title"))
    page.reload()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("lang", "width", "event"), [("nb", "wide", 3), ("en", "phone", 4)], ids=["nb-wide", "en-phone"]
)
def test_what_came_of_an_event_is_told_to_who_reads_the_next(
    site: Site, visitor: Make, lang: Lang, width: str, event: int
) -> None:
    officer = visitor(site, role="officer", lang=lang, width=width)
    say, page = officer.say, officer.open(f"/undersokelser?id={event}")
    officer.press(say("surveys_page.make"))
    officer.sees(say("surveys_page.made"))
    with open_store(site.folder) as store:
        (survey,) = list_surveys(store, site.actor(store, "officer"), event)
    anyone = visitor(site, lang=lang, width="phone")
    answered(anyone, survey.code)

    officer.open(f"/svar-inn?id={survey.id}")
    page.locator("input[type=file]").set_input_files(ANSWERS)
    officer.press(say("survey_import_page.store.many", count=180))
    officer.sees(say("survey_import_page.stored", count=180))
    with open_store(site.folder) as store:
        (survey,) = list_surveys(store, site.actor(store, "officer"), event)
    assert survey.answers == 181

    officer.open(f"/evaluering?id={event}")
    officer.press(say("evaluation_page.begin"))
    officer.sees(say("evaluation_page.was_begun"))
    officer.idle()
    page.get_by_test_id("stExpander").first.locator("summary").click()
    officer.button(say("evaluation_page.take.do")).focus()  # it slides into its place; the keyboard doesn't miss it
    page.keyboard.press("Enter")
    officer.sees(say("evaluation_page.taken_in"))
    officer.press(say("evaluation_page.lock_do"))
    officer.press(say("evaluation_page.lock_do"), page.get_by_test_id("stPopoverBody").locator("visible=true"))
    officer.sees(say("evaluation_page.was_locked"))
    with page.expect_download() as took:
        page.locator(f"a[href*='/last-ned/evaluering/{event}.docx']").first.click()
    assert took.value.path().read_bytes()[:2] == b"PK"
    with open_store(site.folder) as store:
        held = get_evaluation(store, site.actor(store, "officer"), event)
    assert held is not None and held.locked
    name = page.get_by_role("heading", level=1).inner_text().partition(": ")[2]

    officer.open("/treffsikkerhet")
    expect(page.get_by_role("table").get_by_role("link", name=name)).to_be_visible()
    officer.open(f"/sak?id={CUP - 1}")
    officer.sees(say("forecast_record.case.title"))
    expect(page.get_by_text(re.compile(r"\d+\s?%")).locator("visible=true").first).to_be_visible()
    assert not officer.outside and not anyone.outside
