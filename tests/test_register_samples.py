"""The samples: loaded once and only into a register in which nothing ever was, published, removable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from data import audit
from data.permission import ANYONE, Actor, Refused
from data.store import Store, open_store
from impact.drafts import read_draft, save_draft
from impact.estimates import get_estimate, list_estimates, lock_estimate, published_estimates
from impact.lessons import add_lesson, list_lessons
from impact.lock import differences, recompute
from impact.reference import Reference
from impact.register import create_event, get_event, list_events
from impact.samples import load_samples, remove_samples

OFFICER = Actor("account:1", frozenset({"officer"}))


def test_a_new_register_opens_with_the_sample_published(store: Store, reference: Reference) -> None:
    (id,) = load_samples(store, reference)
    (published,) = published_estimates(store)
    assert (published.event.id, published.event.sample, published.event.state) == (id, True, "held")
    assert published.event.series == "ski-vm" and published.estimate.published
    row, tree = get_estimate(store, ANYONE, published.estimate.id)
    assert row.sample and row.value_added is not None and row.deficit_mode == 37_000_000
    assert list(differences(tree, recompute(tree, reference))) == []


def test_samples_are_loaded_once(store: Store, reference: Reference) -> None:
    assert len(load_samples(store, reference)) == 1
    assert load_samples(store, reference) == []
    assert list_events(store, OFFICER)[1] == 1


def test_samples_stay_away_from_a_register_in_use(store: Store, reference: Reference) -> None:
    create_event(store, OFFICER, {"event": {"name_nb": "Vår egen"}})
    assert load_samples(store, reference) == []
    assert list_events(store, OFFICER)[1] == 1


START = """
import sys
from data.store import open_store
from impact.reference import reference_in
from impact.samples import load_samples
reference = reference_in()
with open_store(sys.argv[1]) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    print(load_samples(store, reference), flush=True)
"""


def test_of_processes_that_start_at_once_one_loads_the_samples(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    command = [sys.executable, "-c", START, str(tmp_path)]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for one in started:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    for one in started:  # all are ready: now at once
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    results = sorted(one.communicate(timeout=120)[0] for one in started)
    assert results == ["[1]\n", "[]\n", "[]\n"]
    with open_store(tmp_path) as store, store.read() as db:
        assert db["event"].count == 1 and db["estimate"].count == 1 and audit.broken(db) is None


def test_removed_samples_are_gone_with_all_that_hung_on_them_and_stay_away(store: Store, reference: Reference) -> None:
    (id,) = load_samples(store, reference)
    own = create_event(store, OFFICER, {"event": {"name_nb": "Vår egen"}})
    kept = get_event(store, OFFICER, id)
    lock_estimate(store, OFFICER, id, reference, draws=50)
    add_lesson(store, OFFICER, id, "Shuttlebussene kom for sent")
    save_draft(store, OFFICER, id, kept.document, 1)
    with pytest.raises(Refused):
        remove_samples(store, Actor("account:2", frozenset({"applicant"})))
    assert remove_samples(store, OFFICER) == 1
    rows, _ = list_events(store, OFFICER)
    assert [row.id for row in rows] == [own]
    assert published_estimates(store) == [] == list_estimates(store, OFFICER) == list_lessons(store, OFFICER)
    assert read_draft(store, OFFICER, id) is None
    assert remove_samples(store, OFFICER) == 0 and load_samples(store, reference) == []
    with store.read() as db:
        assert audit.broken(db) is None
