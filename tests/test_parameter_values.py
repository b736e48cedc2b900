"""Parameters changed on screen: in front of the shipped ones from their day on, never in old locks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from conftest import number

from data.connection import sqlite3
from data.dated import Parameters, read_parameters
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store
from data.value import Value
from impact.estimate import estimate
from impact.event_reading import read_event
from impact.lock import differences, lock, read_locked, recompute
from impact.parameter_values import (
    NewValue,
    known_parameters,
    remove_values,
    set_values,
    stored_values,
    value_history,
)
from impact.reference import Reference
from impact.simulation import frame, simulate

OFFICER = Actor("account:7", frozenset({"officer"}))
AUDITOR = Actor("account:9", frozenset({"auditor"}))
DAY = dt.date(2024, 1, 1)
LATER = dt.date(2026, 7, 1)
KEY = "households.kappa"


def value(mode: float = 0.5, evidence: Any = "surveyed", source: str = "https://example.com/kappa") -> Value:
    return Value(mode, None, None, evidence, source)


def codes(caught: Any) -> list[str]:
    for fault in caught.value.faults:
        for lang in LANGUAGES:
            assert "{" not in fault.line(lang)
    return [fault.code.removeprefix("parameter.") for fault in caught.value.faults]


def test_a_value_holds_from_its_day_with_range_evidence_and_source(store: Store) -> None:
    ranged = Value(0.5, 0.4, 0.6, "surveyed", "https://example.com/kappa")
    set_values(store, OFFICER, [NewValue(KEY, LATER, ranged)])
    known = known_parameters(store)
    assert Parameters(known, LATER)[KEY].value == ranged
    assert Parameters(known, LATER - dt.timedelta(days=1))[KEY] == Parameters(read_parameters(), LATER)[KEY]
    assert {key for key in known if known[key] != read_parameters()[key]} == {KEY}


def test_on_a_shipped_values_own_day_it_takes_its_place_and_stays_fixed(store: Store) -> None:
    key = "rooms.displaced_lost.municipality"
    shipped = read_parameters()[key].values[0]
    assert shipped.fixed
    set_values(store, OFFICER, [NewValue(key, shipped.since, value(0.8))])
    [dated] = known_parameters(store)[key].values
    assert dated.value.mode == 0.8 and dated.fixed


@pytest.mark.parametrize(
    ("key", "given", "code"),
    [
        ("households.kapp", value(), "unknown"),
        (KEY, value(1.5), "out_of_range"),
        (KEY, Value(0.5, 0.6, 0.7, "surveyed", "x"), "bad_figures"),
        (KEY, Value(0.5, 0.1, 1.7, "surveyed", "x"), "out_of_range"),
        (KEY, value(float("nan")), "bad_figures"),
        (KEY, value(source=""), "no_grounds"),
        (KEY, value(source="  "), "no_grounds"),
        (KEY, value(evidence="guessed"), "no_grounds"),
        (KEY, Value(0.5, plain=True), "no_grounds"),
        ("rooms.crowded_out", value(1.0), "out_of_range"),
        ("industries.goods.shopping.R26", value(0.5), "parts"),
    ],
)
def test_a_faulty_value_is_refused_as_in_a_file(key: str, given: Value, code: str, store: Store) -> None:
    with pytest.raises(Faults) as caught:
        set_values(store, OFFICER, [NewValue(key, DAY, given)])
    assert codes(caught) == [code]
    assert stored_values(store) == []


def test_all_faults_at_once_and_nothing_stored(store: Store) -> None:
    rows = [NewValue(KEY, DAY, value()), NewValue("x", DAY, value()), NewValue("flq.delta", DAY, value(source=""))]
    with pytest.raises(Faults) as caught:
        set_values(store, OFFICER, rows)
    assert codes(caught) == ["unknown", "no_grounds"] and stored_values(store) == []
    with pytest.raises(Faults) as caught:
        set_values(store, OFFICER, [NewValue(KEY, DAY, value()), NewValue(KEY, DAY, value(0.6))])
    assert codes(caught) == ["twice"]


def test_parts_of_a_whole_are_changed_together(store: Store) -> None:
    parts = {"industries.goods.shopping.R26": 0.1, "industries.goods.shopping.R31_32": 0.4}
    ids = set_values(store, OFFICER, [NewValue(key, DAY, value(part)) for key, part in parts.items()])
    assert Parameters(known_parameters(store), DAY).under("industries.goods.shopping") == {
        "R13_15": 0.5,
        "R26": 0.1,
        "R31_32": 0.4,
    }
    with pytest.raises(Faults) as caught:
        remove_values(store, OFFICER, {ids[0]: 1})
    assert codes(caught) == ["parts"]
    remove_values(store, OFFICER, dict.fromkeys(ids, 1))
    assert known_parameters(store) == read_parameters()


def test_a_second_value_of_the_day_and_a_lost_one_are_said(store: Store) -> None:
    [number_of] = set_values(store, OFFICER, [NewValue(KEY, DAY, value())])
    with pytest.raises(Faults) as caught:
        set_values(store, OFFICER, [NewValue(KEY, DAY, value(0.6))])
    assert codes(caught) == ["day_taken"]
    remove_values(store, OFFICER, {number_of: 1})
    with pytest.raises(Faults) as caught:
        set_values(store, OFFICER, [NewValue(KEY, DAY, value(0.6), version=1)])
    assert codes(caught) == ["not_stored"]


def test_two_editors_do_not_overwrite_each_other(store: Store) -> None:
    set_values(store, OFFICER, [NewValue(KEY, DAY, value())])
    set_values(store, OFFICER, [NewValue(KEY, DAY, value(0.6), version=1)])
    with pytest.raises(Conflict):
        set_values(store, OFFICER, [NewValue(KEY, DAY, value(0.65), version=1)])
    assert [(one.version, one.value.mode) for one in stored_values(store)] == [(2, 0.6)]


def test_history_says_who_changed_what(store: Store) -> None:
    [first] = set_values(store, OFFICER, [NewValue(KEY, DAY, value())])
    set_values(store, OFFICER, [NewValue("flq.delta", DAY, value(0.2))])
    set_values(store, Actor("account:8", frozenset({"officer"})), [NewValue(KEY, DAY, value(0.6), version=1)])
    remove_values(store, OFFICER, {first: 2})
    entries = value_history(store, AUDITOR, KEY)
    assert [(one.actor, one.action) for one in entries] == [
        ("account:7", "parameter.write"),
        ("account:8", "parameter.write"),
        ("account:7", "parameter.remove"),
    ]
    assert entries[1].before == {"mode": 0.5, "version": 1} and entries[1].after == {"mode": 0.6, "version": 2}
    assert entries[2].after is None


@pytest.mark.parametrize("actor", [ANYONE, AUDITOR, Actor("account:3", frozenset({"applicant"}))])
def test_only_an_officer_changes_and_only_the_signed_in_see_who_did(actor: Actor, store: Store) -> None:
    with pytest.raises(Refused):
        set_values(store, actor, [NewValue(KEY, DAY, value())])
    with pytest.raises(Refused):
        remove_values(store, actor, {1: 1})
    if not actor.signed_in:
        with pytest.raises(Refused):
            value_history(store, actor, KEY)


def test_the_database_itself_refuses_a_value_without_source(store: Store) -> None:
    row = {"key": KEY, "since": DAY, "low": None, "mode": 0.5, "high": None, "evidence": "counted", "source": " "}
    with pytest.raises(sqlite3.IntegrityError), store.write("account:7", "x") as write:
        write.insert("parameter_value", row)


def test_an_estimate_uses_it_and_a_lock_keeps_what_it_used(
    store: Store, event_dict: Callable[..., dict[str, Any]], reference: Reference
) -> None:
    travel = {
        "name": "Tog",
        "audience": "Visitors",
        "mode": "rail",
        "ways": "one_way",
        "distance_km": number(1),
    }
    event = read_event(event_dict(beside={"travel": [travel]}), "", reference)

    def locked() -> tuple[dict[str, Any], str]:
        setting = frame(reference, event.first_day, known=known_parameters(store))
        return read_locked(lock(estimate(simulate(event, setting, 1, 200))), "x")

    before, digest = locked()
    set_values(store, OFFICER, [NewValue(KEY, DAY, value()), NewValue("co2.rail", DAY, value(40))])
    after, _ = locked()
    assert after["parameters"][KEY] == {
        "unit": read_parameters()[KEY].unit,
        "since": "2024-01-01",
        "value": 0.5,
        "evidence": "surveyed",
        "source": "https://example.com/kappa",
    }
    added = [tree["areas"]["region"]["effects"]["value_added"]["induced"]["mode"] for tree in (before, after)]
    assert added[0] > added[1]
    assert after["beside"]["travel"]["factors"]["co2.rail"]["value"] == 40
    for tree in (before, after):
        assert list(differences(tree, recompute(tree, reference))) == []
    remove_values(store, OFFICER, {one.id: one.version for one in stored_values(store)})
    assert locked() == (before, digest)
