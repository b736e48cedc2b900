"""The audit trail as its readers meet it: searched, paged, exported, and its chain looked at."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.connection import sqlite3
from data.operations import backup_now, findings, kept_backups
from data.permission import Actor, Refused
from data.store import Store, open_store
from data.trail import Sought, actions, chain_state, trail, trail_csv

AUDITOR = Actor("account:1", frozenset({"auditor"}))
ADMINISTRATOR = Actor("account:2", frozenset({"administrator"}))
OFFICER = Actor("account:3", frozenset({"officer"}))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        for number in range(30):
            with opened.write(f"account:{number % 3}", "setting.save") as write:
                write.insert("setting", {"key": f"key-{number}", "value": f'"100 % of_{number}"'})
        yield opened


def test_the_newest_come_first_a_page_at_a_time(store: Store) -> None:
    saved = Sought(action="setting.save")
    rows, total = trail(store, AUDITOR, saved, limit=10)
    older, _ = trail(store, AUDITOR, saved, limit=10, offset=10)
    newest = chain_state(store, AUDITOR).rows
    assert total == 30 and [one.seq for one in rows] == list(range(newest, newest - 10, -1))
    assert older[0].seq == newest - 10
    assert "setting.save" in actions(store, AUDITOR)


def test_the_search_takes_people_rows_and_text_as_it_stands(store: Store) -> None:
    def found(**wanted: str) -> int:
        return trail(store, AUDITOR, Sought(**wanted))[1]

    assert found(actor="account:1") == 10 and found(actor="account:9") == 0
    assert found(kind="setting", resource="key-7") == 1 and found(action="setting.burn") == 0
    assert found(text="of_7") == 1, "an underscore is no wildcard"
    assert found(text="100 %") == 30 and found(action="setting.save", text="%") == 30 and found(text="1%o") == 0


def test_the_export_has_every_hash_of_what_was_found(store: Store) -> None:
    rows = list(csv.DictReader(io.StringIO(trail_csv(store, AUDITOR, Sought(actor="account:1")).decode("utf-8-sig"))))
    assert len(rows) == 10 and all(len(row["hash"]) == 64 for row in rows)
    assert {row["actor"] for row in rows} == {"account:1"}


def test_a_changed_row_breaks_the_chain(store: Store) -> None:
    state = chain_state(store, AUDITOR)
    assert state.rows > 30 and state.broken is None and len(state.head) == 64
    with sqlite3.connect(store.path) as raw:
        raw.execute("DROP TRIGGER audit_no_update")
        raw.execute("UPDATE audit SET actor = 'account:8' WHERE seq = 20")
    assert chain_state(store, AUDITOR).broken == (20, "hash")


def test_only_auditors_read_the_trail_and_only_administrators_make_backups(store: Store) -> None:
    for act in (
        lambda: trail(store, OFFICER, Sought()),
        lambda: actions(store, ADMINISTRATOR),
        lambda: trail_csv(store, OFFICER, Sought()),
        lambda: chain_state(store, ADMINISTRATOR),
        lambda: findings(store, OFFICER),
        lambda: kept_backups(store, OFFICER),
        lambda: backup_now(store, AUDITOR),
    ):
        with pytest.raises(Refused):
            act()
    assert kept_backups(store, AUDITOR) == []


def test_a_backup_from_the_page_is_verified_and_listed(store: Store) -> None:
    made = backup_now(store, ADMINISTRATOR)
    (kept,) = kept_backups(store, AUDITOR)
    assert kept.name == made.path.name and made.manifest.seq == chain_state(store, AUDITOR).rows
    assert not [one for one in findings(store, AUDITOR) if one.level == "trouble"]
