"""What is typed in small forms and not sent comes back after F5, on another page and after a restart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from business_store import OFFICER, register_row
from pages import page_of, person, signed_in

from data.permission import Actor, Refused
from data.store import Store
from data.unsent import LONGEST, drop_unsent, keep_unsent, read_unsent
from impact.lessons import list_lessons
from impact.nights import add_nights, list_nights, save_nights
from impact.parameter_values import stored_values
from impact.reference import Reference
from impact.register import create_event


def test_fields_are_kept_per_account_and_form(store: Store) -> None:
    other = Actor("account:2", frozenset({"officer"}))
    keep_unsent(store, OFFICER, "lesson:1", {"text": "Husk strøm", "day": {"date": "2026-01-02"}})
    keep_unsent(store, OFFICER, "lesson:1", {"text": "Husk strøm og vann"})
    assert read_unsent(store, OFFICER, "lesson:1") == {"text": "Husk strøm og vann"}
    assert read_unsent(store, other, "lesson:1") == read_unsent(store, OFFICER, "lesson:2") == {}
    keep_unsent(store, OFFICER, "lesson:1", {"text": "x" * LONGEST})
    assert read_unsent(store, OFFICER, "lesson:1") == {"text": "Husk strøm og vann"}
    drop_unsent(store, OFFICER, "lesson:1")
    assert read_unsent(store, OFFICER, "lesson:1") == {}
    for act in (read_unsent, drop_unsent):
        with pytest.raises(Refused):
            act(store, Actor("anyone"), "lesson:1")


def test_a_lesson_that_is_not_stored_is_there_in_a_new_session(store: Store, tmp_path: Path) -> None:
    event = create_event(store, OFFICER, {"event": {"name_nb": "Vinterfest"}})
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page = page_of("lessons", id=str(event)).run()
        page.text_area(key=f"lessons_{event}_0_text").set_value("Bestill **strøm** tidlig").run()
        again = page_of("lessons", id=str(event)).run()
        assert again.text_area(key=f"lessons_{event}_0_text").value == "Bestill **strøm** tidlig"
        again.button(key=f"lessons_{event}_0_store").click().run()
        assert not again.exception
        anew = page_of("lessons", id=str(event)).run()
        assert not anew.text_area(key=f"lessons_{event}_0_text").value
    assert [one.text for one in list_lessons(store, OFFICER)] == ["Bestill **strøm** tidlig"]


def test_a_kept_night_row_is_stored_on_the_version_that_it_was_filled_from(
    store: Store, tmp_path: Path, reference: Reference
) -> None:
    (number,) = add_nights(store, OFFICER, reference, [register_row("2026-01-01", "2026-01-31", 700, 400, "5035")])
    _, token = person(store, "officer")
    with signed_in(tmp_path, token):
        page = page_of("nights", id=str(number)).run()
        page.text_input(key=f"nights_{number}_rooms").set_value("750").run()
        (row,) = list_nights(store)
        save_nights(
            store, OFFICER, reference, number, row.version, register_row("2026-01-01", "2026-01-31", 700, 500, "5035")
        )
        again = page_of("nights", id=str(number)).run()
        assert again.text_input(key=f"nights_{number}_rooms").value == "750"
        again.button(key=f"nights_{number}_store").click().run()
        (row,) = list_nights(store)
        assert (row.rooms, row.sold.mode) == (700, 500), "nothing was overwritten silently"
        assert again.text_input(key=f"nights_{number}_rooms").value == "750"


def test_a_parameter_that_is_not_stored_waits(store: Store, tmp_path: Path) -> None:
    _, token = person(store, "officer")
    key = "parameters_rooms.friction"
    with signed_in(tmp_path, token):
        page = page_of("parameters", sats="rooms.friction").run()
        page.text_input(key=f"{key}_value").set_value("2–5 %").run()
        page.date_input(key=f"{key}_since").set_value(dt.date(2026, 1, 1)).run()
        again = page_of("parameters", sats="rooms.friction").run()
        assert again.text_input(key=f"{key}_value").value == "2–5 %"
        assert again.date_input(key=f"{key}_since").value == dt.date(2026, 1, 1)
        again.button(key=f"{key}_save").click().run()
        assert stored_values(store) == [] and again.text_input(key=f"{key}_value").value == "2–5 %"
        again.radio(key=f"{key}_evidence").set_value("assumed").run()
        again.text_input(key=f"{key}_source").set_value("oppdiktet").run()
        again.button(key=f"{key}_save").click().run()
        assert not again.exception
    (value,) = stored_values(store)
    assert (value.value.low, value.value.high, value.since) == (0.02, 0.05, dt.date(2026, 1, 1))
