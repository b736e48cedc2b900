"""The night register, and what all events of a night ask for against the rooms there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from business_store import APPLICANT, OFFICER, night_of, published, register_row, small, with_demand
from conftest import number

from data.dated import Parameters, read_parameters
from data.faults import Faults
from data.permission import ANYONE, Refused
from data.store import Conflict
from data.value import Value
from impact.area_nights import NightView, nights_of
from impact.coming import coming_events
from impact.nights import (
    add_nights,
    delete_nights,
    list_nights,
    night_row,
    nights_from_statistics,
    save_nights,
)
from impact.reference import Reference

JUNE = dt.date(2024, 6, 1), dt.date(2024, 6, 30)
NIGHT = "2024-06-14"
PARAMETERS = Parameters(read_parameters(), JUNE[0])
FRICTION = PARAMETERS.number("rooms.friction")


def view(store, code: str = "5001") -> tuple[NightView, ...]:
    return tuple(nights_of(code, *JUNE, coming_events(store, *JUNE), list_nights(store, [code]), PARAMETERS))


# -- the register


def test_rows_are_kept_and_changed(store, reference):
    row = register_row("2024-06-01", "2024-06-30", 4600, 2800, low=2500, high=3000)
    (key,) = add_nights(store, OFFICER, reference, [row])
    (held,) = list_nights(store)
    assert held == replace(row, id=key, version=1)
    assert save_nights(store, OFFICER, reference, key, 1, replace(row, rooms=4700)) == 2
    with pytest.raises(Conflict):
        delete_nights(store, OFFICER, key, 1)
    delete_nights(store, OFFICER, key, 2)
    assert list_nights(store) == []


def test_only_officers_write(store, reference):
    row = register_row("2024-06-01", "2024-06-30", 4600, 2800)
    (key,) = add_nights(store, OFFICER, reference, [row])
    for actor in (ANYONE, APPLICANT):
        with pytest.raises(Refused):
            add_nights(store, actor, reference, [row])
        with pytest.raises(Refused):
            save_nights(store, actor, reference, key, 1, row)
        with pytest.raises(Refused):
            delete_nights(store, actor, key, 1)


def test_every_fault_is_listed_and_nothing_is_stored(store, reference):
    good = register_row("2024-06-01", "2024-06-30", 4600, 2800)
    wrong = {
        "not_in_region": replace(good, municipality="0301"),
        "days_turned": replace(good, last_day=dt.date(2024, 5, 1)),
        "too_many_nights": replace(good, last_day=dt.date(2026, 5, 1)),
        "not_rooms": replace(good, rooms=0),
        "not_a_range": replace(good, sold=Value(2000, 2100, 2200, "counted", "x")),
        "more_than_rooms": replace(good, sold=Value(5000, evidence="counted", source="x")),
        "no_evidence": replace(good, sold=Value(2000, evidence="guessed", source="x")),  # type: ignore[arg-type]
        "no_source": replace(good, sold=Value(2000, evidence="counted", source=" ")),
    }
    for code, row in wrong.items():
        with pytest.raises(Faults) as raised:
            add_nights(store, OFFICER, reference, [good, row])
        assert code in [fault.code.removeprefix("business.") for fault in raised.value.faults]
        assert all(fault.place.startswith("2, ") for fault in raised.value.faults)
        for lang in ("nb", "en"):
            assert all(fault.line(lang) for fault in raised.value.faults)  # type: ignore[arg-type]
    with pytest.raises(Faults) as raised:
        add_nights(store, OFFICER, reference, list(wrong.values()))
    assert len(raised.value.faults) >= len(wrong)
    assert list_nights(store) == []


def test_the_shorter_row_holds_and_of_two_as_long_the_newer(store, reference):
    rows = [
        register_row("2024-06-01", "2024-06-30", 100, 40),
        register_row("2024-06-10", "2024-06-16", 100, 60),
        register_row("2024-06-12", "2024-06-18", 100, 70),
    ]
    add_nights(store, OFFICER, reference, rows)
    held = list_nights(store)
    sold = {day: night_row(held, "5001", dt.date(2024, 6, day)) for day in (9, 11, 14, 18)}
    assert [row.sold.mode for row in sold.values() if row] == [40, 60, 70, 70]
    assert night_row(held, "5035", dt.date(2024, 6, 14)) is None
    assert night_row(held, "5001", dt.date(2024, 7, 1)) is None


def test_rows_are_made_of_imported_statistics(tmp_path, reference):
    folder = tmp_path / "reference" / "region"
    folder.mkdir(parents=True)
    rooms = "Kapasitetsutnytting av rom (prosent)"
    (folder / "accommodation-2025.csv").write_text(
        "area,area_name,month,measure,value\n"
        f'5001,Trondheim,2025-02,"{rooms}",58.4\n5001,Trondheim,2025-02,Overnattinger,61234\n'
        f'5035,Stjørdal,2025-02,"{rooms}",\n',
        encoding="utf-8",
    )
    own = Reference((tmp_path / "reference", *reference.folders))
    (row,) = nights_from_statistics(own, 2025, {"5001": 4600, "5035": 900}, into=2028)
    assert (row.municipality, row.first_day, row.last_day) == ("5001", dt.date(2028, 2, 1), dt.date(2028, 2, 29))
    assert row.sold.mode == pytest.approx(4600 * 0.584) and row.sold.evidence == "assumed"
    assert nights_from_statistics(own, 2025, {"5001": 4600})[0].sold.evidence == "reported"
    with pytest.raises(Faults, match="2024"):
        nights_from_statistics(own, 2024, {"5001": 4600})


# -- the nights of a municipality


def test_two_events_that_each_find_room_may_find_none_together(store, reference, event_dict):
    """Demand is added before the cap: joint displacement is not the sum of each event's own."""
    add_nights(store, OFFICER, reference, [register_row("2024-06-01", "2024-06-30", 1000, 400)])
    one = published(store, reference, with_demand(small(event_dict(), "one"), NIGHT, 400))
    alone = night_of(view(store), NIGHT)
    assert alone.displaced and alone.free and alone.known == "register" and not alone.full
    assert alone.displaced.p50 == 0 and alone.free.p50 == pytest.approx(1000 * (1 - FRICTION) - 800, abs=10)
    two = published(store, reference, with_demand(small(event_dict(), "two"), NIGHT, 400))
    together = night_of(view(store), NIGHT)
    assert together.events == (one, two)
    assert together.demand.p50 == pytest.approx(800, rel=0.02)
    assert together.displaced and together.displaced.p50 == pytest.approx(1200 - 1000 * (1 - FRICTION), abs=25)
    assert together.full and together.free and together.free.p50 == 0
    assert together.occupancy and together.occupancy.p50 == pytest.approx(1 - FRICTION, abs=0.01)
    assert together.unhoused and together.unhoused.p50 == 0


def test_more_than_all_rooms_leaves_some_unhoused(store, reference, event_dict):
    add_nights(store, OFFICER, reference, [register_row("2024-06-01", "2024-06-30", 300, 100)])
    published(store, reference, with_demand(small(event_dict(), "big"), NIGHT, 500))
    night = night_of(view(store), NIGHT)
    assert night.housed and night.displaced and night.unhoused and night.ordinary
    assert night.housed.p50 == pytest.approx(300 * (1 - FRICTION), rel=0.02)
    assert night.displaced.p50 == pytest.approx(100, rel=0.02)
    assert night.unhoused.p50 == pytest.approx(500 - 300 * (1 - FRICTION), rel=0.1)


def test_only_certain_and_published_events_are_added(store, reference, event_dict):
    for state in ("idea", "bid", "cancelled"):
        published(store, reference, with_demand(small(event_dict(), state), NIGHT, 400), state=state)
    published(store, reference, with_demand(small(event_dict(), "kept"), NIGHT, 400), publish=False)
    assert night_of(view(store), NIGHT).demand.p90 == 0
    held = published(store, reference, with_demand(small(event_dict(), "held"), NIGHT, 400), state="held")
    assert night_of(view(store), NIGHT).events == (held,)


def test_what_is_not_known_is_not_guessed(store, reference, event_dict):
    published(store, reference, small(event_dict(), "no nights of its own"[:2]))
    nights = view(store)
    assert len(nights) == 30
    assert {(one.known, one.rooms, one.free, one.full_share, one.full) for one in nights} == {
        (None, None, None, None, False)
    }
    assert night_of(nights, NIGHT).demand.p50 > 0
    # One night is entered: the others stay unknown.
    add_nights(store, OFFICER, reference, [register_row(NIGHT, NIGHT, 1000, 400)])
    assert [one.date.isoformat() for one in view(store) if one.known] == [NIGHT]


def test_the_events_own_rooms_stand_in_for_the_register(store, reference, event_dict):
    beds = {"accommodation_by_municipality": {"5001": number(0.6), "5035": number(0.4)}}
    event = published(store, reference, with_demand(small(event_dict(), "own", **beds), NIGHT, 50, 600, 550))
    night = night_of(view(store), NIGHT)
    assert night.known == "event" and night.source == "own" and night.events == (event,)
    assert night.rooms == pytest.approx(600, rel=0.02)
    # Not in a municipality where it isn't held, and not once the register knows the night.
    assert night_of(view(store, "5035"), NIGHT).demand.p50 == pytest.approx(20, rel=0.05)
    assert not any(one.known for one in view(store, "5035"))
    add_nights(store, OFFICER, reference, [register_row(NIGHT, NIGHT, 1000, 400)])
    night = night_of(view(store), NIGHT)
    assert night.known == "register" and night.rooms == 1000


def test_a_range_in_the_register_is_drawn(store, reference):
    add_nights(store, OFFICER, reference, [register_row(NIGHT, NIGHT, 1000, 400, low=200, high=700)])
    night = night_of(view(store), NIGHT)
    assert night.ordinary and 200 < night.ordinary.p10 < night.ordinary.p50 < night.ordinary.p90 < 700
    assert night.free and night.free.p10 < night.free.p90
