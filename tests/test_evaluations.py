"""Evaluations: begun from a locked forecast, filled with what was measured, locked beside it, and never over it."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from answered import crowd, surveyed_event

from data.faults import Faults
from data.paths import at
from data.permission import Actor, Refused
from data.store import Conflict, Store
from data.value import Value
from impact.counts.outcome import NightSold
from impact.estimates import get_estimate, get_row, list_estimates, lock_estimate, locked_bytes, publish_estimate
from impact.evaluation.evaluations import (
    begin,
    get_evaluation,
    held_true,
    lock_outcome,
    reopen,
    save_outcome,
    splits,
    value_added,
)
from impact.evaluation.outcome import (
    compared_numbers,
    differing_numbers,
    unmeasured,
    with_account,
    with_nights,
    with_number,
    with_survey,
    with_visits,
)
from impact.evaluation.pairs import pairs
from impact.reference import Reference
from impact.register import create_event, get_event, save_event
from impact.samples import load_samples, remove_samples
from impact.survey.entries import survey_entries

Document = dict[str, Any]
OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
OTHER = Actor("account:3", frozenset({"applicant"}))
BOARD = Actor("account:4", frozenset({"board"}))
DRAWS = 50
VISITORS = ("audience", "Visitors", "persons")


def counted(value: float) -> Document:
    return {"value": value, "evidence": "counted", "source": "telt ved porten"}


@pytest.fixture
def event(store: Store, event_dict: Callable[..., Document]) -> int:
    return create_event(store, APPLICANT, event_dict(), state="held")


@pytest.fixture
def forecast(store: Store, event: int, reference: Reference) -> int:
    return lock_estimate(store, OFFICER, event, reference, draws=DRAWS)


@pytest.fixture
def begun(store: Store, event: int, forecast: int) -> int:
    """The event's number, its evaluation begun."""
    assert begin(store, OFFICER, event, forecast) == 1
    return event


def document_of(store: Store, event: int) -> Document:
    held = get_evaluation(store, OFFICER, event)
    assert held is not None
    return held.document


def measured(store: Store, event: int, reference: Reference, persons: float = 500) -> int:
    document = with_number(document_of(store, event), VISITORS, counted(persons))
    return save_outcome(store, OFFICER, event, 1, document, reference)


def test_an_evaluation_begins_as_the_forecast(store: Store, begun: int, forecast: int) -> None:
    held = get_evaluation(store, APPLICANT, begun)
    assert held is not None and not held.locked and (held.version, held.forecast) == (1, forecast)
    _, tree = get_estimate(store, OFFICER, forecast)
    assert held.document == tree["event"]
    fields = compared_numbers(tree["event"], held.document)
    assert fields and not any(one.measured for one in fields)
    assert unmeasured(fields, tree)[0].name == "audience/Visitors/persons"
    assert begin(store, OFFICER, begun, forecast) == 1
    assert pairs(store) == []


def test_the_outcome_is_locked_by_the_forecasts_table_and_seed(
    store: Store, begun: int, forecast: int, reference: Reference
) -> None:
    before = locked_bytes(store, OFFICER, forecast)
    version = measured(store, begun, reference)
    held = lock_outcome(store, OFFICER, begun, version, reference)
    assert held.locked and held.today is None and held.version == 3
    assert lock_outcome(store, OFFICER, begun, version, reference) == held, "a second click finds it done"
    row, outcome = get_estimate(store, OFFICER, held.outcome or 0)
    _, tree = get_estimate(store, OFFICER, forecast)
    assert row.purpose == "evaluation" and row.name == "Utfall" and row.event == begun
    for part in ("seed", "draws", "tables", "parameters"):
        assert outcome[part] == tree[part]
    assert locked_bytes(store, OFFICER, forecast) == before
    assert get_event(store, OFFICER, begun).row.state == "evaluated"
    (pair,) = pairs(store)
    assert (pair.event.id, pair.forecast.id, pair.outcome.id) == (begun, forecast, held.outcome)
    assert not held_true(tree, outcome) and held_true(tree, tree)
    found = splits(tree, outcome, reference)["region"]
    assert found.foremost == "mix" and found.parts["people"] < 0, "half as many from outside, as many residents"
    assert found.parts["tables"] == 0
    assert sum(found.parts.values()) == pytest.approx(found.difference, abs=0.01)
    assert found.difference == pytest.approx(value_added(outcome)["mode"] - value_added(tree)["mode"], abs=1)
    assert publish_estimate(store, OFFICER, row.id, row.version, reference) == 2


def test_another_table_today_is_locked_beside(store: Store, event: int, reference: Reference) -> None:
    old = lock_estimate(store, OFFICER, event, reference, draws=DRAWS, table_name="norway-2018")
    begin(store, OFFICER, event, old)
    held = lock_outcome(store, OFFICER, event, measured(store, event, reference), reference)
    assert held.today is not None
    _, outcome = get_estimate(store, OFFICER, held.outcome or 0)
    _, today = get_estimate(store, OFFICER, held.today)
    assert (outcome["tables"]["table"]["id"], today["tables"]["table"]["id"]) == ("norway-2018", "norway-2019")
    found = splits(outcome, today, reference)["region"]
    assert found.parts["tables"] == pytest.approx(found.difference) and found.difference
    assert [one.outcome.id for one in pairs(store)] == [held.outcome]


def test_what_cannot_be_locked(
    store: Store, begun: int, reference: Reference, event_dict: Callable[..., Document]
) -> None:
    with pytest.raises(Faults, match="No number is measured"):
        lock_outcome(store, OFFICER, begun, 1, reference)
    later = event_dict()
    later["event"] |= {"first_day": "2090-06-14", "last_day": "2090-06-15"}
    coming = create_event(store, OFFICER, later)
    begin(store, OFFICER, coming, lock_estimate(store, OFFICER, coming, reference, draws=DRAWS))
    version = measured(store, coming, reference)
    with pytest.raises(Faults, match="isn't over"):
        lock_outcome(store, OFFICER, coming, version, reference)
    assert [one.purpose for one in list_estimates(store, OFFICER, event=coming)] == ["forecast"]


def test_a_forecast_of_another_event_or_an_evaluation_is_refused(
    store: Store, begun: int, forecast: int, reference: Reference, event_dict: Callable[..., Document]
) -> None:
    other = create_event(store, OFFICER, event_dict())
    with pytest.raises(Faults, match="no forecast of this event"):
        begin(store, OFFICER, other, forecast)
    second = lock_estimate(store, OFFICER, begun, reference, draws=DRAWS, name="Ny")
    with pytest.raises(Faults, match="has begun already"):
        begin(store, OFFICER, begun, second)
    with pytest.raises(LookupError):
        save_outcome(store, OFFICER, other, 1, {}, reference)


def test_a_stale_version_or_a_locked_outcome_stores_nothing(store: Store, begun: int, reference: Reference) -> None:
    version = measured(store, begun, reference)
    with pytest.raises(Conflict):
        measured(store, begun, reference, 700)
    with pytest.raises(Conflict):
        lock_outcome(store, OFFICER, begun, 1, reference)
    assert len(list_estimates(store, OFFICER, event=begun)) == 1, "what could not be locked left nothing"
    held = lock_outcome(store, OFFICER, begun, version, reference)
    document = with_number(held.document, VISITORS, counted(900))
    with pytest.raises(Faults, match="The outcome is locked"):
        save_outcome(store, OFFICER, begun, held.version, document, reference)
    assert document_of(store, begun) == held.document


def test_a_locked_outcome_is_opened_again_but_not_while_published(
    store: Store, begun: int, reference: Reference
) -> None:
    held = lock_outcome(store, OFFICER, begun, measured(store, begun, reference), reference)
    row = get_row(store, OFFICER, held.outcome or 0)
    publish_estimate(store, OFFICER, row.id, row.version, reference)
    with pytest.raises(Faults, match="published"):
        reopen(store, OFFICER, begun, held.version)
    with store.write(OFFICER.id, "test") as write:
        write.update_row("estimate", row.id, 2, {"withdrawn_at": "2026-01-01", "withdrawn_why": "feil"})
    version = reopen(store, OFFICER, begun, held.version)
    assert pairs(store) == [] and not (get_evaluation(store, OFFICER, begun) or held).locked
    assert get_row(store, OFFICER, row.id).sha256 == row.sha256
    assert lock_outcome(store, OFFICER, begun, version, reference).locked


def test_who_may(store: Store, begun: int, forecast: int, reference: Reference) -> None:
    for reader in (BOARD, APPLICANT):
        assert get_evaluation(store, reader, begun) is not None
        with pytest.raises(Refused):
            begin(store, reader, begun, forecast)
        with pytest.raises(Refused):
            save_outcome(store, reader, begun, 1, document_of(store, begun), reference)
        with pytest.raises(Refused):
            lock_outcome(store, reader, begun, 1, reference)
        with pytest.raises(Refused):
            reopen(store, reader, begun, 1)
    with pytest.raises(Refused):
        get_evaluation(store, OTHER, begun)


def test_a_broken_outcome_is_not_stored(store: Store, begun: int, reference: Reference) -> None:
    document = with_number(document_of(store, begun), VISITORS, counted(-5))
    with pytest.raises(Faults):
        save_outcome(store, OFFICER, begun, 1, document, reference)
    assert (get_evaluation(store, OFFICER, begun) or document).version == 1  # type: ignore[union-attr]


def test_the_registers_event_may_change_after(store: Store, begun: int, reference: Reference) -> None:
    """The evaluation is held against what was locked, not against what the register says by now."""
    held = get_event(store, OFFICER, begun)
    other = copy.deepcopy(held.document)
    other["audience"][1]["persons"] = counted(9999)
    save_event(store, OFFICER, begun, 1, document=other)
    assert at(document_of(store, begun), VISITORS)["mode"] == 1000
    assert lock_outcome(store, OFFICER, begun, measured(store, begun, reference), reference).locked


def test_a_sample_goes_with_its_evaluation(store: Store, reference: Reference) -> None:
    (sample,) = load_samples(store, reference)
    (row,) = list_estimates(store, OFFICER, event=sample)
    begin(store, OFFICER, sample, row.id)
    assert remove_samples(store, OFFICER) == 1
    with pytest.raises(LookupError):
        get_evaluation(store, OFFICER, sample)


def test_a_survey_as_it_was_answered_is_taken_in_and_locked(
    store: Store, reference: Reference, event_dict: Callable[..., Document]
) -> None:
    event, _ = surveyed_event(store, crowd())
    held = get_event(store, OFFICER, event)
    save_event(store, OFFICER, event, held.row.version, document={**event_dict(), "event": held.document["event"]})
    begin(store, OFFICER, event, lock_estimate(store, OFFICER, event, reference, draws=DRAWS))
    visits = Value(9000, evidence="counted", source="skannet")
    made = with_survey(document_of(store, event), survey_entries(store, OFFICER, event, visits))
    version = save_outcome(store, OFFICER, event, 1, made, reference)
    outcome = lock_outcome(store, OFFICER, event, version, reference)
    assert outcome.locked
    names = {row["name"]: row for row in outcome.document["audience"]}
    assert set(names) == {"Residents", "Visitors", "Tilskuere fra utlandet"}
    assert names["Visitors"]["visits"]["mode"] == pytest.approx(8100) and "persons" not in names["Visitors"]
    _, tree = get_estimate(store, OFFICER, outcome.forecast)
    found = splits(tree, get_estimate(store, OFFICER, outcome.outcome or 0)[1], reference)
    for one in found.values():
        assert sum(one.parts.values()) == pytest.approx(one.difference, abs=0.01)


# -- what is taken in


def test_a_survey_is_taken_in_by_role_and_home(event_dict: Callable[..., Document]) -> None:
    forecast = event_dict()
    nights = {"low": 1, "mode": 1.5, "high": 2, "evidence": "surveyed", "source": "undersøkelse, n = 120"}
    found = [
        {"name": "x", "role": "spectator", "home": "norway", "nights_per_person": nights, "spend": {"culture": nights}},
        {"name": "Presse fra utlandet", "role": "media", "home": "abroad", "visits": counted(40)},
        {"name": "Ingen vet hvor mange", "role": "media", "home": "region", "nights_per_person": nights},
    ]
    made = with_survey(forecast, found)
    changed = {one.name for one in differing_numbers(forecast, made)}
    assert changed == {
        "audience/Visitors/nights_per_person",
        "audience/Visitors/spend/culture",
        "audience/Presse fra utlandet/visits",
    }
    assert forecast == event_dict(), "the document that was given stays as it was"
    twice = {**forecast, "audience": [*forecast["audience"], {**forecast["audience"][1], "name": "Flere"}]}
    both = with_survey(twice, [{**found[0], "visits": counted(9)}])
    assert [row["nights_per_person"] for row in both["audience"][1:]] == [nights, nights]
    assert not any(one.path[-1] == "visits" for one in differing_numbers(twice, both))


def test_counted_visits_replace_the_total_or_are_shared_out(
    event_dict: Callable[..., Document], reference: Reference
) -> None:
    visits = Value(8000, evidence="counted", source="skannet")
    forecast = event_dict()
    made = with_visits(forecast, visits)
    assert made["audience"][0]["visits"] == {
        "of": "counted_visits",
        "share": {"value": 1.0, "evidence": "assumed", "source": "fordelt på grupper som i prognosen"},
    }
    parts = [{**row, "visits": {"of": "tickets", "share": 0.5}} for row in forecast["audience"]]
    parts[1].pop("persons")
    tickets = {**forecast, "audience": parts, "numbers": {"tickets": counted(5000)}}
    taken = with_visits(tickets, visits)
    assert taken["numbers"] == {"tickets": visits.as_dict()} and taken["audience"] == parts
    survey = [{"name": "x", "role": "spectator", "home": "norway", "visits": counted(1000)}]
    left = with_survey(tickets, survey)
    assert "numbers" not in left and left["audience"][0]["visits"]["value"] == 2500, "the other part stands alone"
    persons = {**forecast, "audience": [forecast["audience"][1]]}
    with pytest.raises(Faults, match="only as persons"):
        with_visits(persons, visits)


def night(day: int, sold: float, baseline: float | None = None) -> NightSold:
    known = None if baseline is None else Value(baseline, evidence="counted", source="2023")
    value = Value(sold, evidence="counted", source="hotellene")
    return NightSold(dt.date(2024, 6, day), Value(4000, evidence="counted", source="hotellene"), value, known)


def test_nights_are_taken_in_whole_or_not_at_all(event_dict: Callable[..., Document]) -> None:
    forecast = event_dict()
    made = with_nights(forecast, [night(14, 2400, 1900), night(15, 2300)])
    assert [row["sold"]["value"] for row in made["night"]] == [2400, 2300]
    assert [row["baseline_sold"]["value"] for row in made["night"]] == [1900, 2000]
    with pytest.raises(Faults, match="2024-06-15"):
        with_nights(forecast, [night(14, 2400)])
    with pytest.raises(Faults, match="2024-06-16"):
        with_nights(forecast, [night(14, 1), night(15, 1), night(16, 1)])


def test_the_organisers_account_as_it_ended(event_dict: Callable[..., Document]) -> None:
    made = with_account(event_dict(), {"Stage": counted(700_000)}, {"Sponsors": counted(400_000)})
    assert made["organiser_cost"][0]["amount"]["value"] == 700_000
    assert made["organiser_income"][0]["amount"]["value"] == 400_000
    with pytest.raises(LookupError):
        with_account(event_dict(), {"Sponsors": counted(1)}, {})
