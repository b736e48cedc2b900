"""Counts as they are kept and compared: units that never mix, one chosen total, and a baseline that can be trusted."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
from pages import person

from data.audit import history
from data.clock import today
from data.faults import Faults
from data.permission import Actor, Refused
from data.store import Conflict, Store
from impact.counts import chosen_visits, sold_by_night
from impact.counts.baseline import compare, compare_figures, special_days
from impact.counts.series import (
    Given,
    add_series,
    choose_series,
    get_series,
    list_series,
    save_series,
    withdraw_series,
)
from impact.counts.units import GuestNights, UniqueVisitors, Visits, period_of, periods, same_in
from impact.reference import Reference
from impact.register import create_event, delete_event, get_event, list_events
from impact.samples import load_samples, remove_samples

FIRST, LAST = dt.date(2025, 2, 26), dt.date(2025, 3, 1)
DAYS = periods("day", FIRST, LAST)
YEARS = range(2020, 2025)


def an_event(store: Store, actor: Actor, first: dt.date = FIRST, last: dt.date = LAST, **more: Any) -> int:
    about = {
        "name_nb": "Eksempelstevnet",
        "name_en": "The example meet",
        "municipality": "5001",
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }
    return create_event(store, actor, {"event": {**about, **more}}, state="held")


def given(**changes: Any) -> Given:
    usual = Given(
        kind="scans",
        name="Arenaen",
        place="5001",
        step="day",
        figures=dict.fromkeys(DAYS, 100.0),
        taken=dt.date(2025, 3, 20),
        evidence="counted",
        source="Eksempel billett",
        rooms={},
    )
    return replace(usual, **changes)


def rooms_of(figures: dict[dt.date, float], rooms: float = 300.0) -> Given:
    return given(kind="rooms", figures=figures, rooms=dict.fromkeys(figures, rooms), evidence="reported")


def earlier(figure: Any) -> dict[dt.date, float]:
    """The same weekdays of earlier years: what ``figure`` gives for a year."""
    return {day: float(figure(year)) for year in YEARS for one in DAYS if (day := same_in("day", one, year))}


def faults(call: Any) -> set[str]:
    with pytest.raises(Faults) as raised:
        call()
    return {one.code for one in raised.value.faults}


@pytest.fixture
def officer(store: Store) -> Actor:
    return person(store, "officer")[0]


# -- units


def test_units_are_never_mixed_and_persons_of_two_days_never_summed() -> None:
    assert Visits(2) + Visits(3) == Visits(5)
    with pytest.raises(TypeError, match="never added"):
        Visits(2) + GuestNights(3)  # type: ignore[operator]
    with pytest.raises(TypeError, match="never added"):
        UniqueVisitors(2) + UniqueVisitors(3)


def test_periods_and_their_likes() -> None:
    assert period_of("week", FIRST) == dt.date(2025, 2, 24) and period_of("month", FIRST) == dt.date(2025, 2, 1)
    assert periods("month", FIRST, LAST) == [dt.date(2025, 2, 1), dt.date(2025, 3, 1)]
    assert periods("whole", FIRST, LAST) == [FIRST]
    assert same_in("day", FIRST, 2024) == dt.date(2024, 2, 28), "the same ISO week and weekday"
    assert same_in("day", dt.date(2020, 12, 30), 2021) is None, "2021 has no week 53"


# -- what is kept


def test_a_count_is_kept_with_all_that_is_known_of_it(store: Store, reference: Reference, officer: Actor) -> None:
    event = an_event(store, officer)
    made = add_series(store, officer, reference, event, given(), once="a")
    assert add_series(store, officer, reference, event, given(), once="a") == made, "a second click adds nothing"
    (kept,) = list_series(store, officer, event)
    assert kept.figures == dict.fromkeys(DAYS, 100.0) and kept.unit is Visits and kept.stored_by == officer.id
    version = save_series(store, officer, reference, made, 1, given(figures={**kept.figures, FIRST: 120.0}))
    with pytest.raises(Conflict):
        save_series(store, officer, reference, made, 1, given(name="Noe annet"))
    with store.read() as db:
        (change,) = [one for one in history(db, "count_series", str(made)) if one.action == "count.save"]
    assert change.after is not None and 120.0 in change.after.values(), "the audit has the day that was changed"
    assert not any(value == 100.0 for value in change.after.values())
    withdraw_series(store, officer, made, version, "Portene telte dobbelt")
    assert get_series(store, officer, made).withdrawn_why == "Portene telte dobbelt"
    assert faults(lambda: save_series(store, officer, reference, made, version + 1, given())) == {"counts.withdrawn"}
    assert faults(lambda: withdraw_series(store, officer, made, version + 1, " ")) == {"counts.no_reason"}


def test_every_fault_is_told_at_once(store: Store, reference: Reference, officer: Actor) -> None:
    event = an_event(store, officer)
    ahead = today() + dt.timedelta(1)
    wrong = given(
        name=" ", place="9999", trade="shop", taken=ahead, source="", figures={FIRST: -1.0, dt.date(1901, 1, 1): 1}
    )
    codes = {"no_name", "no_place", "no_trade", "no_date", "no_source", "not_a_figure", "far_day"}
    assert faults(lambda: add_series(store, officer, reference, event, wrong)) == {f"counts.{one}" for one in codes}
    for one, code in (
        (given(figures={}), "no_figures"),
        (given(step="week"), "not_a_week"),
        (given(step="month"), "not_a_month"),
        (given(step="whole"), "one_figure"),
        (given(kind="rooms"), "rooms_by_night"),
        (rooms_of({FIRST: 301.0}), "more_than_rooms"),
        (given(evidence="guessed"), "no_evidence"),
        (given(grade="X"), "no_grade"),
        (given(kind="cards"), "no_trade"),
    ):
        assert f"counts.{code}" in faults(lambda one=one: add_series(store, officer, reference, event, one))
    assert not list_series(store, officer, event)


def test_rights_are_asked_in_the_domain(store: Store, reference: Reference, officer: Actor) -> None:
    owner, other = person(store, "applicant")[0], person(store, "applicant")[0]
    event = an_event(store, owner)
    with pytest.raises(Refused):
        add_series(store, owner, reference, event, given())
    made = add_series(store, officer, reference, event, given())
    assert len(list_series(store, owner, event)) == 1
    for call in (
        lambda: list_series(store, other, event),
        lambda: get_series(store, other, made),
        lambda: choose_series(store, owner, made, 1),
        lambda: withdraw_series(store, owner, made, 1, "x"),
        lambda: chosen_visits(store, other, event),
        lambda: sold_by_night(store, other, event),
    ):
        with pytest.raises(Refused):
            call()
    with pytest.raises(LookupError):
        get_series(store, officer, made + 1)


def test_what_was_counted_is_never_lost_with_its_event(store: Store, reference: Reference, officer: Actor) -> None:
    load_samples(store, reference)
    event = an_event(store, officer)
    add_series(store, officer, reference, event, given())
    assert faults(lambda: delete_event(store, officer, event, 1)) == {"register.kept.count_series"}
    sample = next(one for one in list_events(store, officer)[0] if one.sample)
    day = sample.first_day
    assert day is not None
    add_series(store, officer, reference, sample.id, given(figures={day: 1.0}))
    assert remove_samples(store, officer) > 0, "a sample goes with what was counted of it"


# -- what the evaluation takes


def test_one_count_is_the_total_and_none_is_ever_added(store: Store, reference: Reference, officer: Actor) -> None:
    event = an_event(store, officer)
    gates = add_series(store, officer, reference, event, given())
    phones = add_series(store, officer, reference, event, given(kind="positions", name="Torget", evidence="reported"))
    assert chosen_visits(store, officer, event) is None
    choose_series(store, officer, gates, 1)
    found = chosen_visits(store, officer, event)
    assert (
        found is not None and found.mode == 400 and found.evidence == "counted" and "Eksempel billett" in found.source
    )
    choose_series(store, officer, phones, 1)
    assert [one.chosen for one in list_series(store, officer, event)] == ["", "visits"]
    found = chosen_visits(store, officer, event)
    assert found is not None and found.mode == 400 and found.evidence == "reported"
    withdraw_series(store, officer, phones, 2, "feil område")
    assert chosen_visits(store, officer, event) is None
    guests = add_series(store, officer, reference, event, given(kind="guest_nights"))
    assert faults(lambda: choose_series(store, officer, guests, 1)) == {"counts.not_chosen_of"}


def test_part_of_a_total_is_no_total(store: Store, reference: Reference, officer: Actor) -> None:
    event = an_event(store, officer)
    made = add_series(store, officer, reference, event, given(figures=dict.fromkeys(DAYS[1:], 100.0)))
    choose_series(store, officer, made, 1)
    assert chosen_visits(store, officer, event) is None
    whole = add_series(store, officer, reference, event, given(step="whole", figures={FIRST: 229_000.0}))
    choose_series(store, officer, whole, 1)
    found = chosen_visits(store, officer, event)
    assert found is not None and found.mode == 229_000


def test_nights_have_rooms_sold_and_what_is_ordinary(store: Store, reference: Reference, officer: Actor) -> None:
    event = an_event(store, officer)
    figures = {**dict.fromkeys(DAYS, 290.0), **earlier(lambda year: 180 + year % 10 * 5)}
    made = add_series(store, officer, reference, event, rooms_of(figures))
    assert sold_by_night(store, officer, event) == ()
    choose_series(store, officer, made, 1)
    nights = sold_by_night(store, officer, event)
    assert [one.date for one in nights] == DAYS and nights[0].sold.mode == 290 and nights[0].rooms.mode == 300
    ordinary = nights[0].baseline_sold
    assert ordinary is not None and ordinary.mode == 190 and ordinary.evidence == "reported"
    assert ordinary.low is not None and ordinary.high is not None and ordinary.low < 190 < ordinary.high <= 300
    assert set(nights[0].as_dict()) == {"date", "rooms", "sold", "baseline_sold"}


def test_one_year_gives_an_assumed_baseline_and_none_gives_none(
    store: Store, reference: Reference, officer: Actor
) -> None:
    event = an_event(store, officer)
    figures = {**dict.fromkeys(DAYS, 290.0), dt.date(2024, 2, 28): 200.0}
    choose_series(store, officer, add_series(store, officer, reference, event, rooms_of(figures)), 1)
    first, second, *_ = sold_by_night(store, officer, event)
    assert first.baseline_sold is not None and first.baseline_sold.evidence == "assumed"
    assert first.baseline_sold.low is None and second.baseline_sold is None


# -- the baseline


def test_the_difference_is_what_was_seen_less_the_mean_of_years() -> None:
    figures = {**dict.fromkeys(DAYS, 500.0), **earlier(lambda year: 300 + 10 * (year - 2022))}
    found = compare_figures(figures, DAYS, "day")
    assert found.years == tuple(YEARS) and found.seen == 2_000 and found.compared == 4
    assert found.baseline is not None and found.baseline.mean == pytest.approx(1_200)
    more = found.difference
    assert more is not None and more.mean == pytest.approx(800)
    half = 1.5332 * (4 * 15.811388) * (6 / 5) ** 0.5  # t(0.9; 4) · s of the years' sums · √(1 + 1/5)
    assert more.low == pytest.approx(800 - half, rel=1e-4) and more.high == pytest.approx(800 + half, rel=1e-4)
    each = found.periods[0].difference
    assert each is not None and each.low is not None and each.low < each.mean == 200


def test_few_years_say_so() -> None:
    none = compare_figures(dict.fromkeys(DAYS, 5.0), DAYS, "day")
    assert none.difference is None and none.seen is None and none.compared == 0
    one = compare_figures({FIRST: 5.0, dt.date(2024, 2, 28): 4.0}, DAYS, "day").difference
    assert one is not None and (one.mean, one.low, one.high) == (1.0, None, None)
    ragged = {
        **dict.fromkeys(DAYS[:2], 5.0),
        dt.date(2024, 2, 28): 4.0, dt.date(2023, 3, 1): 4.0, dt.date(2024, 2, 29): 4.0,
    }  # fmt: skip
    found = compare_figures(ragged, DAYS, "day")
    assert found.periods[0].baseline is not None and found.periods[0].baseline.low is not None
    assert found.baseline is not None and found.baseline.low is None, "one year only has both days"


def test_days_of_other_events_are_taken_out_and_named(store: Store, reference: Reference, officer: Actor) -> None:
    event = an_event(store, officer)
    cup = an_event(store, officer, dt.date(2024, 2, 29), dt.date(2024, 3, 3), name_nb="Eksempelcupen")
    an_event(store, officer, dt.date(2023, 3, 1), dt.date(2023, 3, 4), municipality="5035")
    beside = an_event(store, officer, FIRST, FIRST, name_nb="Eksempelmessen")
    figures = {**dict.fromkeys(DAYS, 500.0), **earlier(lambda year: 900 if year == 2024 else 300)}
    made = add_series(store, officer, reference, event, given(figures=figures))
    series = get_series(store, officer, made)
    row = get_row(store, officer, event)
    found = compare(store, officer, series, row)
    assert {one.event.id for one in found.left_out} == {cup} and len(found.left_out) == 3
    assert found.periods[0].baseline is not None and found.periods[0].baseline.mean == 420, "the 28th was free"
    assert found.periods[1].baseline is not None and found.periods[1].baseline.mean == 300
    assert [one.id for one in found.beside] == [beside]


def test_holidays_that_move_are_told() -> None:
    assert dt.date(2025, 4, 15) in special_days(2025), "the Tuesday of Easter week"
    easter_week, year_before = dt.date(2025, 4, 17), same_in("day", dt.date(2025, 4, 17), 2024)
    assert year_before is not None
    found = compare_figures({easter_week: 5.0, year_before: 3.0}, [easter_week], "day")
    assert found.moved == ((easter_week, year_before),)
    assert compare_figures({FIRST: 5.0, dt.date(2024, 2, 28): 3.0}, [FIRST], "day").moved == ()


def test_years_of_the_pandemic_are_told() -> None:
    other, none = same_in("day", FIRST, 2021), same_in("day", FIRST, 2020)
    assert other and none
    assert compare_figures({FIRST: 5.0, other: 3.0, none: 3.0}, [FIRST], "day").pandemic == (other,)


def test_kroner_of_earlier_years_are_carried(store: Store, reference: Reference, officer: Actor) -> None:
    event = an_event(store, officer, dt.date(2023, 2, 27), dt.date(2023, 3, 1))
    weeks = {dt.date(2023, 2, 27): 1_200.0, dt.date(2022, 2, 28): 1_000.0}
    cards = given(kind="cards", trade="shop", step="week", figures=weeks)
    series = get_series(store, officer, add_series(store, officer, reference, event, cards))
    row = get_row(store, officer, event)
    carried = compare(store, officer, series, row, reference=reference)
    assert carried.baseline is not None and carried.nominal == ()
    assert carried.baseline.mean == pytest.approx(1_000 * reference.price_factor(2022, 2023))
    assert compare(store, officer, series, row).nominal == (2022,)


def get_row(store: Store, actor: Actor, event: int) -> Any:
    return get_event(store, actor, event).row


@pytest.mark.parametrize("years", [3, 8])
def test_the_range_holds_the_truth_at_its_rate(years: int) -> None:
    """Registers drawn around a weekday pattern with an event of known size: 8 of 10 ranges hold it."""
    draw, truth, rounds = random.Random(20250226), 150.0, 1_500
    pattern = {day: 200 + 40 * day.weekday() for day in DAYS}
    held = held_day = 0
    for _ in range(rounds):
        figures: dict[dt.date, float] = {}
        for back in range(years + 1):
            common = draw.gauss(0, 20)  # what the days of a year share
            for day in DAYS:
                other = day if back == 0 else same_in("day", day, 2025 - back)
                assert other is not None
                figures[other] = pattern[day] + common + draw.gauss(0, 15) + (truth if back == 0 else 0)
        found = compare_figures(figures, DAYS, "day")
        more, first = found.difference, found.periods[0].difference
        assert more and first and None not in (more.low, more.high, first.low, first.high)
        held += more.low <= truth * len(DAYS) <= more.high  # type: ignore[operator]
        held_day += first.low <= truth <= first.high  # type: ignore[operator]
    assert 0.77 < held / rounds < 0.83 and 0.77 < held_day / rounds < 0.83, (held / rounds, held_day / rounds)
