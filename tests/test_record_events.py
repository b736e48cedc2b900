"""The forecast record of a store: what is compared, what is told apart, whom it counts for, and who may read it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from recorded import OFFICER, Recorder

from data.permission import Actor, Refused
from data.phrases import LANGUAGES
from data.store import Store
from impact.estimates import get_row
from impact.record.record import Record, read_record, waiting
from impact.record.record_workbook import EVENTS, record_workbook
from impact.reference import Reference
from impact.register import get_event

BAND = (6e6, 10e6, 13e6)


@pytest.fixture
def recorder(store: Store, reference: Reference, event_dict: Callable[..., dict[str, Any]]) -> Recorder:
    return Recorder(store, reference, event_dict())


def record(recorder: Recorder, **more: Any) -> Record:
    return read_record(recorder.store, OFFICER, recorder.reference, **more)


def test_outcomes_stand_by_their_forecasts(recorder: Recorder) -> None:
    for name, outcome in (("Lav", 5e6), ("Midt", 9e6), ("Høy", 14e6), ("Kant", 13e6)):
        recorder.evaluated(name, BAND, outcome)
    found = record(recorder)
    assert [one.standing for one in found.lines] == ["below", "within", "above", "within"]
    assert [one.ratio for one in found.lines] == pytest.approx([0.5, 0.9, 1.4, 1.3])
    assert found.calibration.within == 2 and found.lines[0].size == "medium"


def test_what_took_from_the_region_is_told_apart(recorder: Recorder) -> None:
    recorder.evaluated("Tok", BAND, -2e6)
    recorder.evaluated("Null", BAND, 0.0)
    recorder.evaluated("Ventet tap", (-3e6, -1e6, 1e6), 2e6)
    recorder.evaluated("Ga", BAND, 8e6)
    found = record(recorder)
    assert (found.drained, found.calibration.below, found.calibration.events) == (3, 2, 4)
    assert found.bias.events == 1 and found.bias.about().mean < 0
    (group,) = found.groups("kind")
    assert (group.events, group.drained, group.haircut.events) == (4, 3, 1)


def test_what_is_not_known_stays_unknown(recorder: Recorder) -> None:
    recorder.evaluated("Uten prognose", None, 8e6)
    recorder.evaluated("Uten utfall", BAND, None)
    recorder.evaluated("Uten indeks", BAND, 8e6, years=(2024, 2090))
    found = record(recorder)
    assert found.unknown == 3 and found.calibration.events == 0 and found.bias.haircut().assumed
    assert [one.ratio for one in found.lines] == [None] * 3


def test_forecasts_are_carried_to_the_outcomes_kroner(recorder: Recorder, reference: Reference) -> None:
    recorder.evaluated("Eldre priser", BAND, 10e6, years=(2019, 2024))
    (one,) = record(recorder).lines
    assert one.forecast is not None and one.year == 2024
    assert one.forecast.p50 == pytest.approx(10e6 * reference.price_factor(2019, 2024))


def test_whom_events_count_for(recorder: Recorder) -> None:
    events = [recorder.evaluated(f"Dårlig {n}", BAND, 5e6) for n in range(4)]
    recorder.evaluated("En annens", BAND, 10e6)
    found = record(recorder, organisers=dict.fromkeys(events, "organisation:3"))
    by = {one.level: one for one in found.groups("organiser")}
    assert by["organisation:3"].events == 4 and by[OFFICER.id].events == 1
    assert by["organisation:3"].haircut.factor < by[OFFICER.id].haircut.factor


def test_an_event_tells_nothing_of_its_own_forecast(recorder: Recorder) -> None:
    event = recorder.evaluated("Selv", BAND, 4e6)
    assert record(recorder).bias.events == 1
    assert record(recorder).without(event).bias.events == 0


def test_a_forecasts_haircut_by_kind_size_and_organiser(recorder: Recorder) -> None:
    for number in range(3):
        recorder.evaluated(f"Stor {number}", (20e6, 50e6, 90e6), 20e6, kind="championship")
    found = record(recorder)
    row = get_event(recorder.store, OFFICER, found.lines[0].event.id).row
    stored = [one for one in found.lines if one.event.id == row.id]
    assert stored[0].size == "large"
    forecast = get_row(recorder.store, OFFICER, stored[0].forecast_id)
    own = found.haircut(row, forecast, OFFICER.id, recorder.reference)
    other = found.haircut(row, forecast, "organisation:9", recorder.reference)
    assert own.factor < other.factor < 1 and math.isclose(own.events, 3)


def test_samples_and_other_roles_are_kept_out(recorder: Recorder) -> None:
    recorder.evaluated("Eksempel", BAND, 8e6, sample=True)
    assert not record(recorder).lines
    for role in ("applicant", "anyone"):
        stranger = Actor("account:9", frozenset({role}))
        with pytest.raises(Refused):
            read_record(recorder.store, stranger, recorder.reference)
        with pytest.raises(Refused):
            waiting(recorder.store, stranger)


def test_what_waits_for_an_outcome(recorder: Recorder) -> None:
    recorder.evaluated("Ferdig", BAND, 8e6)
    late = recorder.event("Venter", day="2025-08-01")
    recorder.estimate(late, BAND, "forecast")
    recorder.event("Uten prognose", day="2025-08-01")
    names = [one.name_nb for one in waiting(recorder.store, OFFICER, on=dt.date(2025, 8, 2))[0]]
    assert names == ["Venter"]
    assert waiting(recorder.store, OFFICER, on=dt.date(2025, 8, 1)) == ([], 0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_names_no_person(recorder: Recorder, lang: Any) -> None:
    recorder.evaluated("=1+1", BAND, 8e6)
    recorder.evaluated("Tok", BAND, -1e6)
    book = load_workbook(BytesIO(record_workbook(record(recorder), {OFFICER.id: "konto 1"}, lang)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows[0]) == len(EVENTS) and rows[1][0] == "=1+1" and rows[1][10] == pytest.approx(0.8)
    assert "konto 1" in rows[1]
    groups = list(book.worksheets[1].iter_rows(values_only=True))
    assert groups[1][2] == 2 and groups[1][3] == 1 and len(groups) == 5
