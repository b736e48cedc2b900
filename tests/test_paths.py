"""What differs between two documents by path, and the way back."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from data.paths import NOTHING, at, changes, differing, parts, read_path, same, undone, written

NAMES = ("a", "b.c", 'with "quotes"', "", "Lag, dommere. Presse", "æøå")


def document(chance: random.Random, depth: int = 3) -> Any:
    """Any document: objects, rows with names, lists, numbers with grounds, plain values."""
    kind = chance.randrange(6) if depth else 5
    if kind <= 1:
        return {name: document(chance, depth - 1) for name in chance.sample(NAMES, chance.randrange(4))}
    if kind == 2:
        names = chance.sample(NAMES, chance.randrange(4))
        return [{"name": name, "x": document(chance, depth - 1)} for name in names]
    if kind == 3:
        return [chance.choice("xyz") for _ in range(chance.randrange(4))]
    if kind == 4:
        return {"value": chance.randrange(3), "source": "s"}
    return chance.choice([0, 1, True, "x", 1.5])


def test_a_path_reads_back_as_it_was_written() -> None:
    for path in [("a",), ("a", "b.c", ""), ('"', "\\", "."), NAMES]:
        assert read_path(written(path)) == path
    assert written(("document", "audience", "Tilreisende", "visits")) == "document.audience.Tilreisende.visits"


@pytest.mark.parametrize("seed", range(300))
def test_what_differs_leads_from_one_to_the_other_and_back(seed: int) -> None:
    chance = random.Random(seed)
    before = {name: document(chance) for name in NAMES[:4]}
    after = {name: document(chance) if chance.random() < 0.6 else before.get(name, 0) for name in NAMES[:4]}
    kept = copy.deepcopy((before, after))
    was, now = changes(before, after, "document")
    assert ordered(undone(after, was, now, "document")) == ordered(before)
    assert (before, after) == kept
    for path, old, new in differing(before, after):
        if path and not isinstance(old, list):
            assert same(at(before, path), old) and same(at(after, path), new)
    assert list(differing(before, before)) == []


def ordered(value: Any) -> Any:
    """The document with its rows by name: their order is not taken back."""
    if isinstance(value, dict):
        return {name: ordered(one) for name, one in value.items()}
    if isinstance(value, list):
        rows = [ordered(one) for one in value]
        return sorted(rows, key=lambda row: str(row["name"])) if parts(value) else rows
    return value


def test_a_number_with_its_grounds_is_one_value() -> None:
    old = {"numbers": {"value": {"value": 1, "source": "a"}}}
    new = {"numbers": {"value": {"value": 2, "source": "a"}}}
    assert list(differing(old, new)) == [
        (("numbers", "value"), {"value": 1, "source": "a"}, {"value": 2, "source": "a"})
    ]


def test_rows_without_names_of_their_own_are_one_value() -> None:
    old, new = [{"name": "a"}, {"name": "a"}], [{"name": "a"}, {"name": "b"}]
    assert list(differing({"x": old}, {"x": new})) == [(("x",), old, new)]
    assert at({"x": old}, ("x", "a")) is NOTHING
    assert at({"x": new}, ("x", "b")) == {"name": "b"}


def test_nights_are_known_by_their_dates() -> None:
    old = {"night": [{"date": "2026-01-01", "rooms": 1}, {"date": "2026-01-02", "rooms": 1}]}
    new = {"night": [{"date": "2026-01-02", "rooms": 2}, {"date": "2026-01-01", "rooms": 1}]}
    assert ("night", "2026-01-02", "rooms") in [path for path, _, _ in differing(old, new)]


def test_truth_and_one_differ() -> None:
    assert list(differing({"a": 1}, {"a": True})) == [(("a",), 1, True)]
