"""The calendar of one's own days: its key is shown once and stored nowhere, and it tells no more than the list does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from pages import person
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import public_data
from data.accounts import deactivate_account, get_account, set_language
from data.permission import ANYONE, OPERATOR, Refused
from data.store import Store, open_store
from fund.demo import Story, announce, apply, at, begin, endow, meet, review
from fund.task_feed import feed_made, make_feed, revoke_feed, task_feed
from fund.tasks import fund_tasks

NOW = at("2026-04-01")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The invented fund with its decisions: awards to accept."""
    with open_store(tmp_path_factory.mktemp("feed")) as store:
        story = begin(store)
        for step in (endow, announce, apply, review, meet):
            step(story)
        yield story


def days(content: bytes | None) -> list[tuple[str, dt.date]]:
    assert content is not None
    found = Calendar.from_ical(content).walk("VEVENT")
    return [(str(one["summary"]), one["dtstart"].dt) for one in found]


def test_it_has_the_days_of_ones_list_and_no_others(story: Story) -> None:
    applicant = story.who("applicant")
    key = make_feed(story.store, applicant)
    found = days(task_feed(story.store, key, at=NOW))
    due = [one.due for one in fund_tasks(story.store, applicant, at=NOW) if one.due]
    assert [day for _, day in found] == due and due
    assert found[0][0].startswith("Tilsagn å akseptere: 2026-0001")
    auditor, _ = person(story.store, "auditor")
    assert days(task_feed(story.store, make_feed(story.store, auditor), at=NOW)) == []


def test_it_holds_no_personal_data(story: Story) -> None:
    content = task_feed(story.store, make_feed(story.store, story.who("applicant")), at=NOW)
    assert content is not None
    for word in (b"Eksempel Person", b"@eksempel.no", b"account:", b"86011"):
        assert word not in content


def test_an_event_keeps_its_uid_and_is_one_day_long(story: Story) -> None:
    key = make_feed(story.store, story.who("applicant"))
    first, again = (Calendar.from_ical(task_feed(story.store, key, at=NOW) or b"").walk("VEVENT") for _ in range(2))
    assert [one["uid"] for one in first] == [one["uid"] for one in again]
    assert len({one["uid"] for one in first}) == len(first)
    assert all(one["dtend"].dt - one["dtstart"].dt == dt.timedelta(1) for one in first)


def test_it_speaks_the_accounts_language(story: Story) -> None:
    officer = story.who("officer")
    key = make_feed(story.store, officer)
    set_language(story.store, officer, "en")
    found = days(task_feed(story.store, key, at=at("2026-05-01")))
    assert found and all(summary.startswith("Awards that were not accepted") for summary, _ in found)


def test_a_new_key_ends_the_old_and_revoking_ends_it_all(store: Store) -> None:
    actor, _ = person(store, "officer")
    first = make_feed(store, actor)
    second = make_feed(store, actor)
    assert first != second and task_feed(store, first) is None and task_feed(store, second) is not None
    assert feed_made(store, actor) is not None
    revoke_feed(store, actor)
    revoke_feed(store, actor)
    assert task_feed(store, second) is None and feed_made(store, actor) is None


def test_the_key_is_nowhere(store: Store, tmp_path: Path) -> None:
    actor, _ = person(store, "officer")
    key = make_feed(store, actor)
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    held = [path for path in tmp_path.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]
    assert held == []
    (digest,) = store.db.execute("SELECT digest FROM task_feed").fetchone()
    audited = store.db.execute("SELECT count(*) FROM audit WHERE action = 'feed.make'").fetchone()[0]
    assert audited == 1 and len(digest) == 64
    said = str(store.db.execute("SELECT * FROM audit").fetchall())
    assert digest not in said and key not in said


@pytest.mark.parametrize("key", ["", "feil", "x" * 5_000, "æ\ud800", "' OR 1=1 --"])
def test_a_wrong_key_opens_nothing(store: Store, key: str) -> None:
    make_feed(store, person(store, "officer")[0])
    assert task_feed(store, key) is None


def test_a_closed_account_has_no_calendar(store: Store) -> None:
    actor, _ = person(store, "officer")
    key = make_feed(store, actor)
    number = int(actor.id.partition(":")[2])
    deactivate_account(store, OPERATOR, number, get_account(store, OPERATOR, number).version)
    assert task_feed(store, key) is None


@pytest.mark.parametrize("actor", [ANYONE, OPERATOR])
def test_only_an_account_has_one(store: Store, actor: object) -> None:
    for act in (make_feed, revoke_feed, feed_made):
        with pytest.raises(Refused):
            act(store, actor)  # type: ignore[operator]


def test_the_address_answers_with_a_calendar_or_not_at_all(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    key = make_feed(store, person(store, "officer")[0])
    client = TestClient(Starlette(routes=public_data.ROUTES))
    right, wrong, none = (client.get(f"/oppgaver.ics{asked}") for asked in (f"?nokkel={key}", "?nokkel=feil", ""))
    assert right.status_code == 200 and right.headers["content-type"].startswith("text/calendar")
    assert right.headers["cache-control"] == "private, no-store" and b"VCALENDAR" in right.content
    assert wrong.status_code == none.status_code == 404 and not wrong.content
