"""Collisions: the same nights, halls and crews, day by day."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from data.phrases import LANGUAGES
from impact.collisions import REGION, Collision, collision_name, collisions
from impact.reference import Reference
from impact.register import EventRow

JUNE = dt.date(2026, 6, 1)


def day(number: int) -> dt.date:
    return JUNE + dt.timedelta(days=number - 1)


def row(id: int, first: int | None, last: int | None = None, **more: Any) -> EventRow:
    """An event on days of June 2026."""
    days = (None, None) if first is None else (day(first), day(last or first))
    plain: dict[str, Any] = {
        "version": 1, "state": "confirmed", "series": "", "edition": "", "name_nb": f"E{id}", "name_en": "", "kind": "",
        "municipality": "5001", "venues": (), "crews": (), "owner": "account:1", "sample": False, "changed_at": "",
    }  # fmt: skip
    return EventRow(**{"id": id, "first_day": days[0], "last_day": days[1], **plain, **more})


def test_events_that_do_not_overlap_do_not_collide() -> None:
    assert collisions([row(1, 1, 3), row(2, 4, 6), row(3, None)]) == []
    assert collisions([]) == [] == collisions([row(1, 1, 30)])


def test_nights_collide_in_a_municipality_and_across_the_region() -> None:
    found = collisions([row(1, 1, 5), row(2, 4, 8), row(3, 7, 9, municipality="5035")])
    assert found == [
        Collision("nights", "5001", (day(4), day(5)), (1, 2), True),
        Collision("nights", REGION, (day(7), day(8)), (2, 3), True),
    ]


def test_each_stretch_names_those_who_are_on() -> None:
    found = collisions([row(1, 1, 10), row(2, 3, 5), row(3, 5, 7)])
    assert [(one.days[0].day, one.days[1].day, one.events) for one in found] == [
        (3, 4, (1, 2)),
        (5, 5, (1, 2, 3)),
        (6, 7, (1, 3)),
    ]


def test_halls_and_crews_collide_however_they_are_written() -> None:
    found = collisions(
        [
            row(1, 1, 2, venues=("Olavshallen",), crews=("Lyd & lys",)),
            row(2, 2, 3, venues=("olavshallen ", "Torvet"), crews=("lyd &  lys",)),
            row(3, 3, 3, venues=("Torvet", "Torvet")),
        ]
    )
    assert [(one.kind, one.what, one.events) for one in found] == [
        ("venue", "Olavshallen", (1, 2)),
        ("crew", "Lyd & lys", (1, 2)),
        ("nights", "5001", (1, 2)),
        ("venue", "Torvet", (2, 3)),
        ("nights", "5001", (2, 3)),
    ]


def test_the_cancelled_are_left_out_and_ideas_are_not_firm() -> None:
    assert collisions([row(1, 1), row(2, 1, state="cancelled")]) == []
    for state, firm in (("idea", False), ("bid", True), ("held", True)):
        (one,) = collisions([row(1, 1), row(2, 1, state=state)])
        assert one.firm == firm


def test_days_the_wrong_way_round_collide_with_nothing() -> None:
    assert collisions([row(1, 1, 9), row(2, 5, 3)]) == []


@pytest.mark.parametrize("seed", range(50))
def test_every_day_on_which_two_are_on_is_in_exactly_one_stretch(seed: int) -> None:
    chance = random.Random(seed)
    rows = [row(id, first := chance.randrange(1, 20), first + chance.randrange(6)) for id in range(1, 9)]
    found = collisions(rows)
    for number in range(1, 30):
        on = tuple(
            sorted(
                one.id
                for one in rows
                if one.first_day and one.last_day and one.first_day <= day(number) <= one.last_day
            )
        )
        named = [one.events for one in found if one.days[0] <= day(number) <= one.days[1]]
        assert named == ([on] if len(on) > 1 else [])


def test_a_collision_has_its_name(reference: Reference) -> None:
    found = collisions([row(1, 1, venues=("Hall",)), row(2, 1, venues=("Hall",)), row(3, 1, municipality="5035")])
    assert [collision_name(one, "nb", reference.municipalities) for one in found] == [
        "samme sted: Hall",
        "samme netter: regionen",
    ]
    (two,) = collisions([row(1, 1), row(2, 1)])
    assert all("Trondheim" in collision_name(two, lang, reference.municipalities) for lang in LANGUAGES)
