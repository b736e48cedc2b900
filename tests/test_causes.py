"""The split by cause: its sum is the difference, nothing is moved by what is the same, and known causes are found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from generated_events import changed_parameters, events
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.evaluation.causes import CAUSES, Cause, Split, split
from impact.event import AREAS
from impact.event_reading import read_event
from impact.reference import Reference, reference_in
from impact.simulation import Frame, frame, simulate

Document = dict[str, Any]
DAY = dt.date(2024, 6, 14)


def mode_of(document: Document, setting: Frame, area: str) -> float:
    """Value added at the mode, as the whole estimate has it."""
    simulated = simulate(read_event(document, "", setting.reference), setting, draws=1)
    return float(simulated.areas[area].effects["value_added"]["total"][0])  # type: ignore[index]


def merged(forecast: Document, outcome: Document, share: bool) -> Document:
    """An outcome of the same event; with ``share``, some of the forecast's groups and nights under their names."""
    made = {**outcome, "event": {**outcome["event"], "first_day": DAY, "last_day": DAY + dt.timedelta(days=3)}}
    if share:
        homes = {row["name"]: row["home"] for row in forecast["audience"]}
        for row in made["audience"]:
            row["home"] = homes.get(row["name"], row["home"])
    return made


@settings(deadline=None, derandomize=True, max_examples=25)
@given(events(), events(), st.booleans(), changed_parameters())
def test_the_parts_sum_to_the_difference(
    forecast: Document, outcome: Document, share: bool, changed: dict[str, float]
) -> None:
    reference = reference_in()
    forecast = merged(forecast, forecast, share=False)
    outcome = merged(forecast, outcome, share)
    by, other = frame(reference, DAY), frame(reference, DAY, changed=changed)
    found = split(read_event(forecast, "", reference), by, read_event(outcome, "", reference), other)
    assert list(found) == list(AREAS)
    for area, one in found.items():
        assert list(one.parts) == list(CAUSES)
        before, after = mode_of(forecast, by, area), mode_of(outcome, other, area)
        size = max(abs(before), abs(after), 1.0)
        assert one.forecast == pytest.approx(before, rel=1e-9, abs=1e-9 * size)
        assert one.outcome == pytest.approx(after, rel=1e-9, abs=1e-9 * size)
        assert sum(one.parts.values()) == pytest.approx(one.difference, abs=max(1e-9 * size, 1e-3))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.floats(-1e9, 1e9),
    st.lists(st.one_of(st.just(0.0), st.floats(-1e8, 1e8)), min_size=len(CAUSES), max_size=len(CAUSES)),
    st.sampled_from([1.0, 1e3, 1e5, 1e6]),
)
def test_what_is_shown_sums_too(forecast: float, values: list[float], quantum: float) -> None:
    found = Split(forecast, forecast + sum(values), dict(zip(CAUSES, values, strict=True)))
    shown = found.rounded(quantum)
    assert sum(shown.parts.values()) == pytest.approx(shown.difference, abs=1e-3)
    for one in (shown.forecast - found.forecast, shown.outcome - found.outcome):
        assert abs(one) <= quantum / 2 + 1e-3
    if any(values):
        assert all(abs(shown.parts[cause] - found.parts[cause]) < 2 * quantum for cause in CAUSES if any(values))
        assert all(not shown.parts[cause] for cause in CAUSES if not found.parts[cause])


def certain(value: float) -> Document:
    return {"value": value, "evidence": "counted", "source": "made up"}


CHANGES: dict[Cause, Callable[[Document], None]] = {
    "people": lambda one: one["audience"][1].update(persons=certain(500)),
    "reasons": lambda one: one["audience"][1].update(casual_share=certain(0.4)),
    "nights": lambda one: one["audience"][1].update(nights_per_person=certain(1)),
    "spending": lambda one: one["audience"][1]["spend"].update(food_service=certain(900)),
    "displacement": lambda one: one["night"][0].update(baseline_sold=certain(3990)),
    "organiser": lambda one: one["organiser_cost"][0].update(amount=certain(900_000)),
    "tables": lambda one: one["event"].update(price_year=2023),
}


@pytest.mark.parametrize("cause", CHANGES)
def test_what_one_change_does_is_its_causes_alone(
    cause: Cause, reference: Reference, event_dict: Callable[..., Document]
) -> None:
    """One group alone, so that the mix can't move; a free night, so that rooms bind only where they are changed to."""
    forecast, outcome = event_dict(), event_dict()
    for one in (forecast, outcome):
        del one["audience"][0]
    outcome["audience"].insert(0, outcome["audience"].pop())
    forecast["audience"].insert(0, {**forecast["audience"][0], "name": "Residents", "home": "host"})
    outcome["audience"].insert(0, {**outcome["audience"][0], "name": "Residents", "home": "host"})
    for one in (forecast, outcome):
        one["audience"] = [{**row, "spend": dict(row["spend"])} for row in one["audience"]]
        one["audience"][0]["persons"] = certain(0)
    CHANGES[cause](outcome)
    by = frame(reference, DAY)
    found = split(read_event(forecast, "", reference), by, read_event(outcome, "", reference))["region"]
    moved = {one for one, value in found.parts.items() if value}
    assert moved == ({cause} if cause != "tables" else moved)
    assert found.parts[cause] == pytest.approx(found.difference)
    assert cause == "tables" or abs(found.difference) > 1_000
    assert cause == "tables" or found.foremost == cause


def test_the_mix_is_who_came_and_not_how_many(reference: Reference, event_dict: Callable[..., Document]) -> None:
    """As many people, but residents in place of visitors."""
    forecast, outcome = event_dict(), event_dict()
    for one, residents, visitors in ((forecast, 2000, 1000), (outcome, 2500, 500)):
        one["audience"][0].pop("visits")
        one["audience"][0]["persons"], one["audience"][1]["persons"] = certain(residents), certain(visitors)
    by = frame(reference, DAY)
    found = split(read_event(forecast, "", reference), by, read_event(outcome, "", reference))["region"]
    assert {cause for cause, value in found.parts.items() if value} == {"mix"}
    assert found.foremost == "mix" and found.difference < 0


def test_a_group_that_is_new_or_gone_is_people(reference: Reference, event_dict: Callable[..., Document]) -> None:
    forecast, outcome = event_dict(), event_dict()
    outcome["audience"][1] |= {"name": "Andre", "home": "abroad", "persons": certain(300)}
    by = frame(reference, DAY)
    found = split(read_event(forecast, "", reference), by, read_event(outcome, "", reference))["region"]
    assert {cause for cause, value in found.parts.items() if value} == {"people"}


def test_causes_share_what_they_do_together(reference: Reference, event_dict: Callable[..., Document]) -> None:
    """Twice the people spending twice as much: of four times, two causes that meet as equals get half each."""
    forecast, outcome = event_dict(), event_dict()
    for one in (forecast, outcome):
        for part in ("night", "organiser_cost", "organiser_income", "organiser"):
            del one[part]
        one["audience"] = [{**one["audience"][1], "persons": certain(1000), "spend": {"food_service": certain(400)}}]
    outcome["audience"][0] |= {"persons": certain(2000), "spend": {"food_service": certain(800)}}
    by = frame(reference, DAY)
    found = split(read_event(forecast, "", reference), by, read_event(outcome, "", reference))["region"]
    assert found.outcome == pytest.approx(4 * found.forecast)
    for cause in ("people", "spending"):
        assert found.parts[cause] == pytest.approx(1.5 * found.forecast)  # type: ignore[index]


def test_the_same_differs_in_nothing(reference: Reference, event_dict: Callable[..., Document]) -> None:
    event = read_event(event_dict(), "", reference)
    found = split(event, frame(reference, DAY), event, frame(reference, DAY))["norway"]
    assert found.difference == 0 and found.foremost is None and not any(found.parts.values())
