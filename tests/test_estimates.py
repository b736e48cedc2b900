"""Locked estimates in the register: never changed, hash verified, one published for each purpose, rights."""

from __future__ import annotations

import datetime as dt
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data import audit
from data.connection import connect, sqlite3
from data.faults import Faults
from data.permission import ANYONE, Actor, Refused
from data.phrases import LANGUAGES
from data.store import Conflict, Store, open_store
from impact.estimates import (
    get_estimate,
    list_estimates,
    lock_estimate,
    locked_bytes,
    publish_estimate,
    published_estimates,
    trade_draws,
    withdraw_estimate,
)
from impact.lock import differences, read_lock, recompute
from impact.reference import Reference
from impact.register import create_event, get_event, save_event

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
OTHER = Actor("account:3", frozenset({"applicant"}))
BOARD = Actor("account:4", frozenset({"board"}))
DRAWS = 50

Lock = Callable[..., int]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "var") as opened:
        yield opened


@pytest.fixture
def event(store: Store, event_dict: Callable[..., dict[str, Any]]) -> int:
    return create_event(store, APPLICANT, event_dict())


@pytest.fixture
def locked(store: Store, event: int, reference: Reference) -> Lock:
    """Locks the event, few draws; its number."""

    def lock(actor: Actor = OFFICER, **more: Any) -> int:
        return lock_estimate(store, actor, event, reference, draws=DRAWS, **more)

    return lock


def test_a_locked_estimate_has_its_figures_for_lists(store: Store, event: int, locked: Lock) -> None:
    row, tree = get_estimate(store, OFFICER, locked(name=" Vinter ", table_name="norway-2018"))
    assert (row.version, row.event, row.event_version, row.name, row.purpose) == (1, event, 1, "Vinter", "forecast")
    assert (row.table_name, row.locked_by, row.owner, row.sample) == ("norway-2018", "account:1", "account:2", False)
    assert not row.published and row.price_year == 2024 and len(row.sha256) == 64
    region = tree["areas"]["region"]
    for quantity, three in (("value_added", row.value_added), ("employment", row.employment)):
        total = region["effects"][quantity]["total"]
        assert three == (total["p10"], total["p50"], total["p90"])
    assert row.guest_nights_p50 == region["guest_nights"]["p50"]
    assert row.eligible_p50 == region["eligible_persons"]["p50"]
    assert row.deficit_mode == 100_000 and row.assumed_share == tree["assumed_share"]


def test_what_is_not_known_stays_unknown(
    store: Store, reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    document = event_dict()
    del document["organiser"]
    id = create_event(store, OFFICER, document)
    row, _ = get_estimate(store, OFFICER, lock_estimate(store, OFFICER, id, reference, draws=DRAWS))
    assert row.deficit_mode is None


def test_the_lock_is_a_file_that_anyone_can_verify(
    store: Store, locked: Lock, reference: Reference, tmp_path: Path
) -> None:
    id = locked(changed={"households.kappa": 0.5}, seed=3)
    path = tmp_path / "lock.json"
    path.write_bytes(locked_bytes(store, OFFICER, id))
    tree = read_lock(path)
    assert tree == get_estimate(store, OFFICER, id)[1] and tree["seed"] == 3
    assert tree["parameters"]["households.kappa"]["mode"] == 0.5
    assert list(differences(tree, recompute(tree, reference))) == []


def test_an_incomplete_event_is_not_locked_and_all_its_faults_are_told(store: Store, reference: Reference) -> None:
    id = create_event(store, OFFICER, {"event": {"name_nb": "Begynt"}, "audience": [{"name": "A", "role": "x"}]})
    with pytest.raises(Faults) as refused:
        lock_estimate(store, OFFICER, id, reference)
    assert len(refused.value.faults) > 5 and {one.file for one in refused.value.faults} == {"Begynt"}
    assert list_estimates(store, OFFICER) == []
    with pytest.raises(LookupError):
        lock_estimate(store, OFFICER, 99, reference)


def test_a_lock_keeps_what_was_there_when_the_event_is_changed(store: Store, event: int, locked: Lock) -> None:
    id = locked()
    before = locked_bytes(store, OFFICER, id)
    document = get_event(store, OFFICER, event).document
    document["audience"][0]["visits"]["value"] = 1
    save_event(store, OFFICER, event, 1, document=document)
    assert locked_bytes(store, OFFICER, id) == before
    assert get_estimate(store, OFFICER, locked())[0].event_version == 2


# -- never changed


@pytest.mark.parametrize(
    ("column", "value"),
    [("lock", b"x"), ("sha256", "x"), ("locked_at", "x"), ("locked_by", "x"), ("value_added_p50", 1.0), ("event", 1),
     ("purpose", "evaluation"), ("table_name", "x"), ("price_year", 1)],
)  # fmt: skip
def test_what_is_locked_is_never_changed(store: Store, locked: Lock, column: str, value: Any) -> None:
    id = locked()
    with pytest.raises(sqlite3.IntegrityError, match="never changed"), store.write("account:1", "cheat") as write:
        write.db.execute(f"UPDATE estimate SET {column} = ? WHERE id = ?", [value, id])


@pytest.mark.parametrize("sql", ["DELETE FROM estimate", "REPLACE INTO estimate SELECT * FROM estimate"])
def test_a_locked_estimate_is_never_deleted(store: Store, locked: Lock, sql: str) -> None:
    id = locked()
    before = locked_bytes(store, OFFICER, id)
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"), store.write("account:1", "cheat") as write:
        write.db.execute(sql)
    assert locked_bytes(store, OFFICER, id) == before


def cheat(store: Store, sql: str, values: list[Any]) -> None:
    """Change the database behind the program's back, its triggers put away and back again."""
    with closing(connect(store.path)) as db:
        db.execute("PRAGMA query_only = OFF")
        triggers = db.triggers
        for trigger in triggers:
            db.execute(f"DROP TRIGGER {trigger.name}")
        db.execute(sql, values)
        for trigger in triggers:
            db.execute(trigger.sql)


def test_a_lock_that_was_tampered_with_is_told(store: Store, locked: Lock) -> None:
    id = locked()
    whole = json.loads(locked_bytes(store, OFFICER, id))
    whole["estimate"]["areas"]["region"]["effects"]["value_added"]["total"]["p50"] *= 2
    other = locked_bytes(store, OFFICER, locked(seed=2))
    for content, code in (
        (zlib.compress(json.dumps(whole).encode()), "lock.changed"),
        (zlib.compress(other), "lock.changed"),  # whole in itself, but another than was locked
        (b"no zlib", "lock.not_json"),
        (zlib.compress(b"{}"), "lock.not_a_lock"),
    ):
        cheat(store, "UPDATE estimate SET lock = ? WHERE id = ?", [content, id])
        for read in (get_estimate, locked_bytes):
            with pytest.raises(Faults) as told:
                read(store, OFFICER, id)  # type: ignore[operator]
            assert told.value.faults[0].code == code


# -- publishing


def test_published_is_for_anyone_and_only_that(store: Store, event: int, locked: Lock, reference: Reference) -> None:
    id, hidden = locked(), locked(seed=2)
    with pytest.raises(Refused):
        get_estimate(store, ANYONE, id)
    assert published_estimates(store) == []
    assert publish_estimate(store, OFFICER, id, 1, reference) == 2
    (row,) = published_estimates(store)
    assert (row.estimate.id, row.event.id, row.event.name("nb")) == (id, event, "Liten festival")
    assert row.estimate.published and row.estimate == get_estimate(store, ANYONE, id)[0]
    assert locked_bytes(store, ANYONE, id) and len(trade_draws(store, id)) > 100
    for nobodys in (hidden, 99):
        with pytest.raises((Refused, LookupError)):
            get_estimate(store, ANYONE, nobodys)
        with pytest.raises(LookupError):
            trade_draws(store, nobodys)
    first, last = dt.date(2024, 6, 14), dt.date(2024, 6, 15)
    assert published_estimates(store, since=last, until=first) and published_estimates(store, until=first)
    day = dt.timedelta(days=1)
    assert published_estimates(store, since=last + day) == published_estimates(store, until=first - day) == []


def test_a_newer_one_takes_the_place_of_the_older(store: Store, event: int, locked: Lock, reference: Reference) -> None:
    first, second, outcome = locked(), locked(seed=2), locked(purpose="evaluation")
    publish_estimate(store, OFFICER, first, 1, reference)
    publish_estimate(store, OFFICER, outcome, 1, reference)
    publish_estimate(store, OFFICER, second, 1, reference)
    assert [row.estimate.id for row in published_estimates(store)] == [outcome, second]
    older, _ = get_estimate(store, OFFICER, first)
    assert older.withdrawn_at and older.withdrawn_why == f"Erstattet av anslag {second}" and older.version == 3
    with pytest.raises(Refused):
        get_estimate(store, ANYONE, first)
    with pytest.raises(Faults) as refused:
        publish_estimate(store, OFFICER, first, 3, reference)
    assert refused.value.faults[0].code == "register.withdrawn"
    assert [row.id for row in list_estimates(store, OFFICER, event=event)] == [outcome, second, first]
    with store.read() as db:
        assert audit.broken(db) is None


def test_publishing_twice_changes_nothing(store: Store, locked: Lock, reference: Reference) -> None:
    id = locked()
    assert publish_estimate(store, OFFICER, id, 1, reference) == 2
    at = get_estimate(store, OFFICER, id)[0].published_at
    assert publish_estimate(store, OFFICER, id, 2, reference) == 2
    assert get_estimate(store, OFFICER, id)[0].published_at == at
    with pytest.raises(Conflict):
        publish_estimate(store, OFFICER, id, 1, reference)


def test_the_database_itself_allows_one_published_a_purpose(store: Store, locked: Lock) -> None:
    ids = [locked(), locked(seed=2)]
    with pytest.raises(sqlite3.IntegrityError), store.write("account:1", "cheat") as write:
        for id in ids:
            write.update_row("estimate", id, 1, {"published_at": "2026-01-01"})


def test_of_two_who_publish_at_once_one_stands(store: Store, locked: Lock, reference: Reference) -> None:
    ids = [locked(seed=seed) for seed in range(1, 4)]
    gate = threading.Barrier(len(ids))

    def publish(id: int) -> None:
        with open_store(store.folder) as own:
            gate.wait()
            publish_estimate(own, OFFICER, id, 1, reference)

    threads = [threading.Thread(target=publish, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(published_estimates(store)) == 1
    assert sum(row.withdrawn_at is not None for row in list_estimates(store, OFFICER)) == 2


def test_a_withdrawn_one_says_why_and_stays_withdrawn(store: Store, locked: Lock, reference: Reference) -> None:
    id = locked()
    with pytest.raises(Faults) as refused:
        withdraw_estimate(store, OFFICER, id, 1, " ")
    assert [one.code for one in refused.value.faults] == ["register.no_reason", "register.not_published"]
    assert all(one.line(lang) for one in refused.value.faults for lang in LANGUAGES)
    publish_estimate(store, OFFICER, id, 1, reference)
    with pytest.raises(Conflict):
        withdraw_estimate(store, OFFICER, id, 1, "talt to ganger")
    assert withdraw_estimate(store, OFFICER, id, 2, " talt to ganger ") == 3
    row, _ = get_estimate(store, OFFICER, id)
    assert row.withdrawn_why == "talt to ganger" and not row.published and published_estimates(store) == []
    with pytest.raises(Faults):
        publish_estimate(store, OFFICER, id, 3, reference)


def test_the_draws_for_trades_are_those_of_the_lock(
    store: Store, event: int, locked: Lock, reference: Reference
) -> None:
    """The event may have changed since, and the parameters were set by hand when it was locked."""
    plain, changed = locked(), locked(changed={"industries.service.food_service.RI": 1.0, "households.kappa": 0.7})
    publish_estimate(store, OFFICER, plain, 1, reference)
    before = trade_draws(store, plain)
    document = get_event(store, OFFICER, event).document
    document["audience"] = document["audience"][:1]
    save_event(store, OFFICER, event, 1, document=document)
    publish_estimate(store, OFFICER, changed, 1, reference)
    other = locked(seed=9)
    publish_estimate(store, OFFICER, other, 1, reference)
    assert trade_draws(store, other) != before


# -- who


def test_an_applicant_sees_and_locks_its_own_and_publishes_nothing(
    store: Store, event: int, locked: Lock, reference: Reference
) -> None:
    id = locked(APPLICANT)
    assert get_estimate(store, APPLICANT, id)[0].locked_by == "account:2"
    assert [row.id for row in list_estimates(store, APPLICANT)] == [id]
    assert list_estimates(store, OTHER) == [] == list_estimates(store, OTHER, event=event)
    assert [row.id for row in list_estimates(store, BOARD)] == [id]
    for act in (
        lambda: get_estimate(store, OTHER, id),
        lambda: locked_bytes(store, OTHER, id),
        lambda: lock_estimate(store, OTHER, event, reference),
        lambda: lock_estimate(store, BOARD, event, reference),
        lambda: publish_estimate(store, APPLICANT, id, 1, reference),
        lambda: withdraw_estimate(store, BOARD, id, 1, "x"),
        lambda: list_estimates(store, ANYONE),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(LookupError):
        get_estimate(store, OFFICER, 99)
