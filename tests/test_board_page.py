"""The board's page: who sits, and the administrator's changes, each done once."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from meeting_mode import Room, reviewed_fund
from pages import admitted, person, seen, signed_in

from data.accounts import add_account
from data.clock import today
from data.faults import Faults
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Conflict, open_store
from fund.demo import Story
from fund.review.board import end_seat, list_seats


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Story]]:
    folder = tmp_path_factory.mktemp("fund")
    with open_store(folder) as store:
        story = reviewed_fund(store)
    yield folder, story


@pytest.fixture
def room(told: tuple[Path, Story], tmp_path: Path) -> Iterator[Room]:
    """The fund in a store of the test's own; no meeting is needed."""
    shutil.copytree(told[0], tmp_path / "copy")
    with open_store(tmp_path / "copy") as store:
        yield Room(replace(told[1], store=store), tmp_path / "copy", 0, {}, {})


def newcomer(room: Room) -> Actor:
    """A board member's account without a seat."""
    with room.store.write("operator", "test.account") as write:
        made = add_account(write, "ny@eksempel.no", "Dina Eksempel", ["board"], "nb", dt.datetime.now(dt.UTC))
    return Actor(f"account:{made}", frozenset({"board"}))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everyone_in_the_fund_sees_who_sits(room: Room, lang: str) -> None:
    wanted = {"nb": "Medlemmer i styret: 3. Varamedlemmer: 1. Minst 2 må delta"}
    wanted["en"] = "Members of the board: 3. Deputies: 1. 2 at least must take part"
    for role in ("chair", "treasurer", "administrator", "auditor"):
        page = room.page("board", room.story.who(role), lang)
        text = seen(page)
        assert wanted[lang] in text and "Cato Eksempel" in text and "Eksempel bank" in text and "account:" not in text
        assert bool(page.button) is (role == "administrator")


def test_an_applicant_does_not(room: Room) -> None:
    _, token = person(room.store, "applicant")
    with signed_in(room.folder, token):
        assert "Cato" not in seen(admitted("board").run())


def test_the_administrator_gives_a_seat_once(room: Room) -> None:
    administrator, new = room.story.who("administrator"), newcomer(room)
    tabs = []
    for _ in range(2):
        page = room.page("board", administrator)
        page.selectbox(key="seat_new_account").set_value(new.id)
        page.selectbox(key="seat_new_deputy_for").set_value(room.story.seats[0])
        page.selectbox(key="seat_new_partner").set_value(room.story.partners[2])
        tabs.append(room.run(page, administrator))
    again = room.page("board", administrator)  # F5: what was chosen is there
    assert again.selectbox(key="seat_new_account").value == new.id
    for page in tabs:
        room.press(page, administrator, "seat_new_do")
        assert page.session_state["outcome"] == "Dina Eksempel har fått plass i styret."
    (seat,) = [one for one in list_seats(room.store, administrator) if one.account == new.id]
    assert (seat.deputy_for, seat.partner, seat.since) == (room.story.seats[0], room.story.partners[2], today())


def test_a_seat_for_nobody_is_refused(room: Room) -> None:
    newcomer(room)
    administrator = room.story.who("administrator")
    page = room.press(room.page("board", administrator), administrator, "seat_new_do")
    told = page.session_state["outcome"]
    assert isinstance(told, Faults) and told.faults[0].code == "board.not_board"


def test_a_seat_ends_once_and_a_stale_page_is_told(room: Room) -> None:
    administrator, seat = room.story.who("administrator"), room.story.seats[2]
    tabs = [room.page("board", administrator) for _ in range(2)]
    for page in tabs:
        room.press(page, administrator, f"seat_{seat}_end_do")
    held = next(one for one in list_seats(room.store, administrator) if one.id == seat)
    assert held.until == today() and held.version == 2
    stale = room.page("board", administrator)
    end_seat(room.store, administrator, seat, 2, today() + dt.timedelta(9))
    room.press(stale, administrator, f"seat_{seat}_end_do")
    assert isinstance(stale.session_state["outcome"], Conflict)
