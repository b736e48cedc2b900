"""The list of things to do: each line leads to where it is done, and the days can be had as a calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial

import pytest
from pages import page_of, seen, signed_in
from streamlit.testing.v1 import AppTest

from app.navigation import ENTRIES
from app.pages import todo
from data.permission import Actor
from data.phrases import LANGUAGES, Lang, say
from data.sessions import open_session
from data.store import open_store
from fund.deadlines import oslo_day
from fund.demo import Story, announce, apply, at, begin, endow, meet, review
from fund.demo_year import accepted
from fund.meeting.appeals import file_appeal
from fund.task_feed import task_feed
from fund.tasks import KINDS, FundTask, fund_tasks

NOW = at("2026-04-15")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The invented fund after its awards were accepted, with an appeal."""
    with open_store(tmp_path_factory.mktemp("todo")) as store:
        story = begin(store)
        for step in (endow, announce, apply, review, meet):
            step(story)
        why = "Vi mener at konserten gir regionen gjester (eksempel)."
        file_appeal(store, story.who("applicant"), story.applications["concert"], why, at=at("2026-04-10"))
        accepted(story)
        yield story


def token_of(story: Story, actor: Actor) -> str:
    moment = dt.datetime.now(dt.UTC)
    with story.store.write("operator", "test.session") as write:
        return open_session(write, int(actor.id.partition(":")[2]), "", moment)


@pytest.fixture
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page, on a day of the story."""
    monkeypatch.setattr(todo, "today", lambda: oslo_day(NOW))
    monkeypatch.setattr(todo, "fund_tasks", partial(fund_tasks, at=NOW))


def shown(story: Story, token: str, lang: Lang = "nb") -> AppTest:
    with signed_in(story.store.folder, token):
        page = page_of("todo", lang=lang).run()
    assert not page.exception, page.exception
    return page


def links(page: AppTest) -> set[str]:
    return set(re.findall(r'<th scope="row"><a href="([^"]+)"', seen(page)))


def test_every_kind_leads_to_a_page_of_the_program() -> None:
    assert set(todo._IN_FUND) == set(KINDS)
    known = {f"/{one.path}" for one in ENTRIES}
    assert {address.partition("?")[0] for address in todo._IN_FUND.values()} <= known


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_line_leads_to_its_own_row(story: Story, then: None, lang: Lang) -> None:
    found = links(shown(story, token_of(story, story.who("officer")), lang))
    assert f"/sak?id={story.applications['concert']}" in found  # the appeal's number is another
    found = links(shown(story, token_of(story, story.who("applicant")), lang))
    found = {one for one in found if not one.startswith("/arrangement?")}
    assert found and found <= {f"/tilsagn?id={one}" for one in story.awards.values()}


def test_reports_and_conditions_lead_to_their_award(story: Story) -> None:
    """The numbers of reports, conditions and appeals are not those of the pages that have them."""
    with story.store.read() as db:
        reports = dict(db.execute("SELECT id, award FROM report").fetchall())
        conditions = dict(db.execute("SELECT id, award FROM award_condition").fetchall())
        appeals = dict(db.execute("SELECT id, application FROM appeal").fetchall())
    later = at("2027-06-01")
    kinds = {"report": reports, "report_late": reports, "condition": conditions, "appeal": appeals}
    seen_kinds = set()
    for role in ("officer", "applicant"):
        for one in fund_tasks(story.store, story.who(role), at=later):
            if one.kind in kinds:
                seen_kinds.add(one.kind)
                assert one.parent == kinds[one.kind][one.resource], one.kind
            elif one.kind in ("take_up", "claim_first", "plan"):
                assert one.parent == 0
    assert {"report_late", "appeal"} <= seen_kinds


def test_today_and_overdue_are_said(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    day = dt.date(2026, 4, 15)
    made = [FundTask("report", "applicant", 3, "2026-0001", "Cup", "Cup", day + dt.timedelta(n), 7) for n in (-1, 0, 1)]
    monkeypatch.setattr(todo, "today", lambda: day)
    monkeypatch.setattr(todo, "fund_tasks", lambda *_: made)
    text = seen(shown(story, token_of(story, story.who("applicant"))))
    assert "Forfalt: 1." in text and "Forfaller i dag: 1." in text and text.count("/tilsagn?id=7") == 3


def test_only_officers_are_led_to_calls_and_messages(story: Story, then: None) -> None:
    for role, led in (("officer", True), ("applicant", False), ("board", False)):
        text = seen(shown(story, token_of(story, story.who(role))))
        assert ('href="/ordninger"' in text) is led, role


def press(story: Story, token: str, page: AppTest, key: str) -> None:
    with signed_in(story.store.folder, token):
        page.button(key=key).click().run()
    assert not page.exception, page.exception


def address_key(page: AppTest) -> str:
    (code,) = page.code
    assert "/oppgaver.ics?nokkel=" in code.value
    return str(code.value).partition("nokkel=")[2]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_address_of_the_calendar_is_shown_once(story: Story, then: None, lang: Lang) -> None:
    token = token_of(story, story.who("treasurer"))
    page = shown(story, token, lang)
    assert not page.code and say("todo_page.feed.make", lang) in seen(page)
    press(story, token, page, "todo_feed_make")
    first = address_key(page)
    assert task_feed(story.store, first) is not None
    page = shown(story, token, lang)  # F5
    assert not page.code and first not in seen(page)
    press(story, token, page, "todo_feed_renew")
    second = address_key(page)
    assert task_feed(story.store, first) is None and task_feed(story.store, second) is not None
    press(story, token, page, "todo_feed_revoke")
    assert task_feed(story.store, second) is None and not page.code
