"""What a fault says to people: days and fields as they write them; what stands in a file as it stands there."""

from __future__ import annotations

import pytest

from data.faults import Fault


def test_days_are_said_as_people_write_them_and_a_field_by_its_name() -> None:
    fault = Fault("", "until", "2026-02-28", "board.days", {"day": "2026-03-01"})
    assert fault.problem("nb") == "Siste dag er før plassens første dag, 1. mars 2026."
    assert fault.line("nb").startswith("Siste dag = 28. februar 2026: Siste dag er før")
    assert fault.line("en").startswith("Last day = 28 February 2026: ") and "1 March 2026" in fault.line("en")
    assert Fault("", "part 2", "", "board.days", {"day": ""}).line("nb").startswith("Del 2: ")


def test_several_days_are_said_so_too() -> None:
    found = Fault("", "", "", "aid.room_unknown", {"count": 2, "days": "2026-03-01, 2026-04-02"})
    assert "1. mars 2026, 2. april 2026" in found.expected("nb")


@pytest.mark.parametrize("value", ["2026-02-31", "2026-03-01T10:00:00Z", "26-03-01", "sak 2026-03-01"])
def test_what_is_no_day_stays_as_it_is(value: str) -> None:
    assert f"= {value}: " in Fault("", "until", value, "board.days", {"day": value}).line("nb")


def test_what_stands_in_a_file_is_named_as_it_stands_there() -> None:
    fault = Fault("event.toml", "until", "2026-02-28", "board.days", {"day": "2026-03-01"})
    assert fault.line("nb").startswith("event.toml: until = 2026-02-28: ")


def test_a_place_that_is_no_field_stays_as_it_is() -> None:
    for place in ("caps.organiser_year", "Søknadssum", "until.of", "--area", "no_such_field"):
        assert Fault("", place, "", "board.days", {"day": ""}).line("nb").startswith(f"{place}: ")
