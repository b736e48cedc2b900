"""The list of meetings: what it says, and planning one."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from meeting_mode import Room, planned, reviewed_fund
from pages import admitted, person, seen, signed_in

from data.clock import today
from data.faults import Faults
from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from data.store import open_store
from fund.demo import Story
from fund.meeting.meetings import list_meetings


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Story]]:
    folder = tmp_path_factory.mktemp("fund")
    with open_store(folder) as store:
        story = reviewed_fund(store)
    yield folder, story


@pytest.fixture
def room(told: tuple[Path, Story], tmp_path: Path) -> Iterator[Room]:
    """The fund with a planned meeting, in a store of the test's own."""
    folder = tmp_path / "copy"
    shutil.copytree(told[0], folder)
    with open_store(folder) as store:
        yield planned(replace(told[1], store=store), folder)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_says_what_comes_next(room: Room, lang: str) -> None:
    page = room.page("meetings", room.story.who("officer"), lang)
    text = seen(page).replace(HARD_SPACE, " ")
    wanted = {"nb": ("Neste møte er Styremøte 1", "med 5 saker", "planlagt", "4 000 000")}
    wanted["en"] = ("The next meeting is Styremøte 1", "with 5 cases", "planned", "4,000,000")
    for word in (*wanted[lang], f"/mote?id={room.meeting}", "/styret"):
        assert word in text, word


def _typed(room: Room, title: str = "Styremøte 2", **changed: object) -> object:
    page = room.page("meetings", room.story.who("officer"))
    page.text_input(key="meeting_new_title").set_value(title)
    for name, value in changed.items():
        (page.date_input if name == "day" else page.radio)(key=f"meeting_new_{name}").set_value(value)
    return room.run(page, room.story.who("officer"))


def test_the_officer_plans_a_meeting_once(room: Room) -> None:
    officer = room.story.who("officer")
    tabs = [_typed(room, day=today() + dt.timedelta(7), kind="between") for _ in range(2)]
    for page in tabs:
        room.press(page, officer, "meeting_new_do")  # type: ignore[arg-type]
    found = [one for one in list_meetings(room.store, officer) if one.title == "Styremøte 2"]
    assert len(found) == 1 and found[0].kind == "between" and found[0].day == today() + dt.timedelta(7)
    assert "hastesak" in seen(room.page("meetings", officer))


def test_a_day_that_has_passed_is_refused_and_what_was_typed_stays(room: Room) -> None:
    officer = room.story.who("officer")
    page = _typed(room, day=today() - dt.timedelta(1))
    room.press(page, officer, "meeting_new_do")  # type: ignore[arg-type]
    told = page.session_state["outcome"]  # type: ignore[attr-defined]
    assert isinstance(told, Faults) and told.faults[0].code == "meetings.day_passed"
    again = room.page("meetings", officer)
    assert again.text_input(key="meeting_new_title").value == "Styremøte 2"


def test_only_the_officer_plans(room: Room) -> None:
    for one in (room.story.who("chair"), room.story.people["board"][0], room.story.who("auditor")):
        page = room.page("meetings", one)
        assert "Styremøte 1" in seen(page) and not page.button


def test_an_applicant_is_told_why_not(room: Room) -> None:
    _, token = person(room.store, "applicant")
    with signed_in(room.folder, token):
        text = seen(admitted("meetings").run())
    assert "Styremøte" not in text and "saksbehandler" in text
