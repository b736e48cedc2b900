"""Stores that are lent to one run after the other: the same one again, unless anything about it changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from data import lending
from data.backup import make_backup
from data.connection import FILE, StoreFault, sqlite3
from data.lending import MOST, close_all, lent_store
from data.restore import restore
from data.store import Store, open_store


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path))
    close_all()
    yield tmp_path
    close_all()


def lent() -> Store:
    with lent_store() as store:
        return store


def behind_its_back(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / FILE)
    connection.execute(sql)
    connection.commit()
    connection.close()


def note(store: Store, key: str) -> None:
    with store.write("test", "test.note") as write:
        write.insert("setting", {"key": key, "value": "1"})


def test_the_next_run_has_the_same_store_and_sees_what_others_wrote(folder: Path) -> None:
    first = lent()
    with open_store(folder) as other:
        note(other, "elsewhere")
    with lent_store() as store:
        assert store is first
        assert store.db.execute("SELECT count(*) FROM setting WHERE key = 'elsewhere'").fetchone() == (1,)


def test_two_at_once_never_share_and_another_thread_may_have_it_next(folder: Path) -> None:
    with lent_store() as one, lent_store() as two:
        assert one is not two
    seen: list[Store] = []
    thread = threading.Thread(target=lambda: seen.append(lent()))
    thread.start()
    thread.join()
    assert seen[0] in (one, two)


def test_a_run_that_breaks_off_leaves_nothing_behind(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), lent_store() as store, store.write("test", "test.note") as write:
        write.insert("setting", {"key": "half", "value": "1"})
        raise ZeroDivisionError
    with lent_store() as store:
        assert store.db.execute("SELECT count(*) FROM setting WHERE key = 'half'").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError):  # closed for changes again
            store.db.execute("DELETE FROM setting")


def test_a_dropped_trigger_is_noticed_at_the_next_run(folder: Path) -> None:
    lent()
    behind_its_back(folder, "DROP TRIGGER audit_no_delete")
    with pytest.raises(StoreFault), lent_store():
        pass


def test_another_file_is_opened_anew(folder: Path) -> None:
    with lent_store() as store:
        note(store, "kept")
        backup = make_backup(folder).path
        note(store, "later")
    close_all()
    restore(folder, backup, force=True)
    with lent_store() as store:
        assert [key for (key,) in store.db.execute("SELECT key FROM setting WHERE key IN ('kept', 'later')")] == [
            "kept"
        ]


def test_what_was_stored_and_is_gone_is_told_though_the_store_is_open(folder: Path) -> None:
    with lent_store() as store:
        note(store, "kept")
    with (folder / "heads.txt").open("a", encoding="utf-8") as heads:
        heads.write(f"head 999999 {'0' * 64} 2026-01-01T00:00:00.000Z\n")
    with pytest.raises(StoreFault), lent_store():
        pass


def test_no_more_than_a_few_stay_open_and_none_of_another_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [lent_store() for _ in range(MOST + 3)]
    stores = [one.__enter__() for one in held]
    for one in held:
        one.__exit__(None, None, None)
    assert len(lending._free) == MOST
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path_factory.mktemp("other")))
    assert lent().folder != folder and len(lending._free) == 1
    for store in stores:
        with pytest.raises(sqlite3.ProgrammingError):
            store.db.execute("SELECT 1")
