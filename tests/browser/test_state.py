"""Nothing that was left by Tab or a click is lost, and nothing is overwritten without a word.

F5, a second tab, a killed server, a session that ends elsewhere, two people with one event, a double click, and the
switch of languages: each in the middle of a form.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import number
from openpyxl import load_workbook
from playwright.sync_api import expect

from browser.conftest import Site, Visitor
from data.accounts import add_account
from data.connection import FILE
from data.permission import Actor
from data.sessions import open_session
from data.store import open_store
from impact.drafts import read_draft
from impact.estimates import list_estimates
from impact.reference import reference_in
from impact.register import Search, create_event, get_event, list_events
from impact.register_workbook import write_template

pytestmark = pytest.mark.browser
Make = Callable[..., Visitor]
COLLEAGUE = "Eksempel Kollega"


def document(name: str) -> dict[str, Any]:
    """An event that can be computed, with one audience."""
    about = {"id": "statefest", "name_nb": name, "name_en": name, "kind": "festival", "municipality": "5001"}
    days = {"first_day": "2031-06-14", "last_day": "2031-06-15", "price_year": 2024}
    audience = {"name": "Gjester", "role": "guest", "home": "abroad", "visits": number(3000)}
    more = {"days_per_person": number(2), "spend": {"food_service": number(400)}}
    return {"event": {**about, **days}, "audience": [{**audience, **more}]}


@pytest.fixture
def event(site: Site) -> int:
    """A new event of the officer's."""
    with open_store(site.folder) as store:
        return create_event(store, site.actor(store, "officer"), document("Tilstandsfest"))


def second_officer(site: Site) -> tuple[Actor, str]:
    """Another officer and an open session of theirs."""
    at = dt.datetime.now(dt.UTC)
    with open_store(site.folder) as store, store.write("operator", "test.account") as write:
        (count,) = write.db.execute("SELECT count(*) FROM account").fetchone()
        account = add_account(write, f"kollega{count}@eksempel.no", COLLEAGUE, ["officer"], "nb", at)
        return Actor(f"account:{account}", frozenset({"officer"})), open_session(write, account, "", at)


def drafted(site: Site, event: int, path: tuple[str | int, ...]) -> Any:
    """What the officer's draft has at a path; None where there is no draft or nothing there."""
    with open_store(site.folder) as store:
        found = read_draft(store, site.actor(store, "officer"), event)
    value: Any = found.document if found else None
    for step in path:
        value = value[step] if isinstance(value, list) else (value or {}).get(step)
    return value


def stored(site: Site, event: int) -> dict[str, Any]:
    with open_store(site.folder) as store:
        return get_event(store, site.actor(store, "officer"), event).document


def until(person: Visitor, true: Callable[[], bool]) -> None:
    """Wait until the database says so."""
    for _ in range(100):
        if true():
            return
        person.page.wait_for_timeout(100)
    pytest.fail("it never came to be")


FORM = "/skjema?id={}&steg=publikum"
VISITS = ("audience", 0, "visits", "value")


def visits(person: Visitor) -> str:
    return person.say("event_form_page.how_many_visits")


def test_f5_in_the_middle_of_a_form_loses_nothing(site: Site, visitor: Make, event: int) -> None:
    person = visitor(site, role="officer")
    page = person.open(FORM.format(event))
    person.type(visits(person), "4 500")
    page.reload()  # at once: what was left by Tab is on its way only
    person.settle()
    expect(person.box(visits(person))).to_have_value("4 500")
    person.choose(person.say("workbook.field.audience.home.label").capitalize(), "Norge ellers")
    heading = page.get_by_role("heading", name=person.say("event_form_page.step.economy"))
    person.press(person.say("event_form_page.next", step=person.say("event_form_page.step.economy")))
    expect(heading).to_be_visible()
    page.reload()
    person.settle()
    expect(heading).to_be_visible()
    assert drafted(site, event, ("audience", 0, "home")) == "norway"
    assert stored(site, event)["audience"][0]["visits"]["value"] == 3000


def test_what_waited_while_the_database_was_held_is_stored_although_the_browser_is_gone(
    site: Site, visitor: Make, event: int
) -> None:
    person = visitor(site, role="officer")
    page = person.open(FORM.format(event))
    with closing(sqlite3.connect(site.folder / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        person.type(visits(person), "4 500")
        page.wait_for_timeout(300)  # its save waits for the holder, and the next one for it
        person.type(person.labelled("audience.days_per_person"), "3")
        page.wait_for_timeout(100)
        page.goto("about:blank")
        page.wait_for_timeout(300)
        holder.execute("ROLLBACK")
    until(person, lambda: drafted(site, event, VISITS) == 4500)
    until(person, lambda: drafted(site, event, ("audience", 0, "days_per_person", "value")) == 3)


def test_a_second_tab_has_what_the_first_one_typed(site: Site, visitor: Make, event: int) -> None:
    one = visitor(site, role="officer")
    one.open(FORM.format(event))
    two = Visitor(site, one.context, one.context.new_page(), one.outside)
    two.open(FORM.format(event))
    one.type(visits(one), "5 000")
    until(one, lambda: drafted(site, event, VISITS) == 5000)
    two.type(two.labelled("audience.days_per_person"), "3")
    two.sees(two.say("event_form_page.told.other_tab"))
    expect(two.box(visits(two))).to_have_value("5 000")
    assert drafted(site, event, VISITS) == 5000
    assert drafted(site, event, ("audience", 0, "days_per_person", "value")) == 3
    one.type(one.labelled("audience.days_per_person"), "4")  # the first tab still showed 2
    one.sees(one.say("event_form_page.elsewhere_done"))
    assert drafted(site, event, ("audience", 0, "days_per_person", "value")) == 3


def test_a_killed_server_loses_nothing_of_a_form(own_site: Site, visitor: Make) -> None:
    with open_store(own_site.folder) as store:
        event = create_event(store, own_site.actor(store, "officer"), document("Tilstandsfest"))
    person = visitor(own_site, role="officer")
    page = person.open(FORM.format(event))
    person.type(visits(person), "6 000")
    until(person, lambda: drafted(own_site, event, VISITS) == 6000)
    box = person.box(person.labelled("audience.days_per_person"))
    box.fill("3,5")  # typed, and not left yet
    own_site.stop(signal.SIGKILL)
    expect(box).to_be_disabled()
    own_site.start()
    expect(box).to_be_enabled()
    person.idle()  # the page is drawn anew by the new server
    expect(box).to_have_value("3,5")
    box.press("Tab")
    until(person, lambda: drafted(own_site, event, ("audience", 0, "days_per_person", "value")) == 3.5)
    assert drafted(own_site, event, VISITS) == 6000
    page.reload()
    person.settle()
    expect(person.box(visits(person))).to_have_value("6 000")


def test_a_session_that_ends_in_one_tab_ends_in_the_other_at_the_next_click(
    site: Site, visitor: Make, event: int
) -> None:
    one = visitor(site, role="officer", fresh=True)
    one.open(FORM.format(event))
    two = Visitor(site, one.context, one.context.new_page(), one.outside)
    two.open("/arrangementer")
    two.press("Eksempel saksbehandler")
    two.press(two.say("page.sign_out"))
    two.page.wait_for_url(re.compile("/logg-ut.ferdig=1"))
    one.box(visits(one)).fill("9 999")
    one.page.keyboard.press("Tab")
    one.sees("Du må logge inn")
    assert drafted(site, event, VISITS) is None
    expect(one.box(visits(one))).to_have_count(0)
    expect(one.page.get_by_text("Eksempel saksbehandler")).to_have_count(0)


def test_signing_out_everywhere_ends_it_on_another_machine(site: Site, visitor: Make) -> None:
    one, two = (visitor(site, role="chair", fresh=True) for _ in range(2))
    two.open("/sammenlign")
    one.open("/konto")
    one.press(one.say("account_page.end_all"))
    one.sees(one.say("account_page.ended", count=1).split(":")[0])
    two.press("English")
    two.page.get_by_role("link", name="Sign in").first.wait_for()
    expect(two.page.get_by_text("Eksempel styreleder")).to_have_count(0)
    site.tokens.pop("chair", None)


def test_two_people_with_one_event_merge_and_overwrite_nothing(site: Site, visitor: Make, event: int) -> None:
    mine = visitor(site, role="officer")
    theirs = visitor(site)
    _, token = second_officer(site)
    theirs.carry(token)
    for person in (mine, theirs):
        person.open(FORM.format(event))
    mine.type(visits(mine), "7 000")
    mine.type(mine.labelled("audience.days_per_person"), "3")
    theirs.type(visits(theirs), "5 000")
    theirs.type(theirs.labelled("audience.spend.food_service"), "450")
    theirs.press(theirs.say("event_form_page.store"))
    theirs.sees(theirs.say("event_form_page.told.stored", version=2))
    mine.press(mine.say("event_form_page.store"))
    mine.sees(mine.say("event_form_page.merge_title", count=1))
    mine.sees(COLLEAGUE)
    said = mine.text()
    assert "7 000" in said and "5 000" in said and "3 000" in said
    assert stored(site, event)["audience"][0]["visits"]["value"] == 5000
    expect(mine.button(mine.say("event_form_page.merge_keep"))).to_be_disabled()
    mine.pick("7 000")
    mine.press(mine.say("event_form_page.merge_keep"))
    mine.sees(mine.say("event_form_page.told.stored", version=3))
    row = stored(site, event)["audience"][0]
    assert row["visits"]["value"] == 7000 and row["days_per_person"]["value"] == 3
    assert row["spend"]["food_service"]["value"] == 450


def test_who_types_over_what_another_has_just_stored_is_told(site: Site, visitor: Make, event: int) -> None:
    mine, theirs = visitor(site, role="officer"), visitor(site)
    theirs.carry(second_officer(site)[1])
    for person in (mine, theirs):
        person.open(FORM.format(event))
    theirs.type(visits(theirs), "5 000")
    theirs.press(theirs.say("event_form_page.store"))
    theirs.sees(theirs.say("event_form_page.told.stored", version=2))
    mine.type(visits(mine), "7 000")
    mine.sees(mine.say("event_form_page.told.other_tab"))
    mine.sees("7 000")
    expect(mine.box(visits(mine))).to_have_value("5 000")
    assert stored(site, event)["audience"][0]["visits"]["value"] == 5000


def test_a_double_click_saves_and_locks_once(site: Site, visitor: Make, event: int) -> None:
    person = visitor(site, role="officer")
    person.open(FORM.format(event))
    person.type(visits(person), "8 000")
    until(person, lambda: drafted(site, event, VISITS) == 8000)
    person.settle()
    person.button(person.say("event_form_page.store")).dblclick()
    person.sees(person.say("event_form_page.store_nothing"))
    person.settle()
    with open_store(site.folder) as store:
        assert get_event(store, site.actor(store, "officer"), event).row.version == 2
    person.open(f"/arrangement?id={event}")
    person.button(person.say("event_page.lock")).dblclick()
    expect(person.page.get_by_role("table").get_by_role("link").first).to_be_visible()
    person.settle()
    person.open(f"/anslag?arrangement={event}")
    person.press(person.say("estimate_page.lock.open"))
    person.type(person.say("estimate_page.lock.name"), "annet")
    person.settle()
    person.page.get_by_role("button", name=person.say("estimate_page.lock.do"), exact=True).dblclick()
    person.page.wait_for_url("**/anslag?id=*")
    person.settle()
    with open_store(site.folder) as store:
        assert [one.name for one in list_estimates(store, site.actor(store, "officer"), event=event)] == ["annet", ""]


def test_a_double_click_makes_and_imports_an_event_once(site: Site, visitor: Make, tmp_path: Path) -> None:
    person = visitor(site, role="officer")
    person.open("/skjema?ny=1")
    person.type(person.say("event_form_page.name_nb"), "Dobbeltfest")
    person.settle()
    person.button(person.say("event_form_page.create")).dblclick()
    person.page.wait_for_url("**/skjema?id=*")
    person.settle()
    book = load_workbook(io.BytesIO(write_template(reference_in(), "nb")))
    sheet = book["Arrangementer"]
    heads = [cell.value for cell in sheet[1]]
    for row in range(2, sheet.max_row + 1):
        for cell in sheet[row]:
            cell.value = None
    sheet.cell(2, heads.index("navn på bokmål") + 1, "Importfest")
    path = tmp_path / "liste.xlsx"
    book.save(path)
    page = person.open("/importer")
    page.locator("input[type=file]").set_input_files(path)
    person.sees("Importfest")
    person.settle()
    person.button(person.say("import_page.store.one", count=1)).dblclick()
    person.sees(person.say("import_page.stored", count=1))
    with open_store(site.folder) as store:
        actor = site.actor(store, "officer")
        for name in ("Dobbeltfest", "Importfest"):
            assert list_events(store, actor, Search(text=name))[1] == 1


def test_the_language_is_switched_and_what_was_typed_stays(site: Site, visitor: Make, event: int) -> None:
    person = visitor(site, role="officer")
    page = person.open("/skjema?ny=1")
    person.type(person.say("event_form_page.name_nb"), "Språkfest")
    person.choose(person.say("event_form_page.kind"), "konsert")
    person.settle()
    person.box(person.say("event_form_page.name_en")).fill("Language fest")  # not left yet
    person.press("English")
    person.lang = "en"
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(person.box(person.say("event_form_page.name_nb"))).to_have_value("Språkfest")
    expect(person.box(person.say("event_form_page.name_en"))).to_have_value("Language fest")
    expect(page.get_by_role("combobox", name=person.say("event_form_page.kind"))).to_have_value("concert")
    person.open(FORM.format(event))
    person.type(visits(person), "2,5–4 thousand")  # can't be read, and is kept all the same
    person.settle()
    person.press("Bokmål")
    person.lang = "nb"
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(person.box(visits(person))).to_have_value("2,5–4 thousand")
