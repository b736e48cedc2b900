"""The store: snapshots, whole writes, versions, the audit chain, the schema, and many writers at once."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from data import audit, heads
from data.backup import backups
from data.connection import FILE, StoreFault, connect, require_sqlite, sqlite3
from data.migration import Migration, applied, migrations, put_back_triggers
from data.phrases import LANGUAGES, has, say
from data.store import Conflict, Store, open_store

ROOT = Path(__file__).parents[1]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a folder of its own."""
    with open_store(tmp_path / "var") as opened:
        yield opened


def put(store: Store, key: str, value: str = "1", actor: str = "account:1") -> None:
    with store.write(actor, "setting.save") as write:
        write.insert("setting", {"key": key, "value": value})


def values(store: Store) -> dict[str, str]:
    with store.read() as db:
        return dict(db.execute("SELECT key, value FROM setting ORDER BY key").fetchall())


def trail(store: Store) -> list[tuple[Any, ...]]:
    """What the audit has beyond the making of the schema."""
    with store.read() as db:
        query = "SELECT actor, action, kind, resource FROM audit WHERE kind != 'migration' ORDER BY seq"
        return list(db.execute(query).fetchall())


def step(sql: str, name: str = "9999-test") -> tuple[Migration, ...]:
    """The program's steps and one more."""
    return (*migrations(), Migration(name, sql))


# -- opening


def test_the_connection_has_the_settings_that_keep_what_is_stored(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
        "recursive_triggers": 1,
        "busy_timeout": 10_000,
        "query_only": 1,
    }
    assert {name: store.db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    assert store.db.conn.isolation_level is None


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 51, 2)])
def test_an_sqlite_that_can_lose_commits_is_refused(version: tuple[int, ...], monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    with pytest.raises(StoreFault) as refused:
        open_store(tmp_path)
    assert refused.value.code == "old_sqlite"
    (fault,) = refused.value.faults
    assert fault.value == ".".join(map(str, version))
    assert "3.51.3" in fault.expected("en") and "pip install" in fault.expected("nb")


def test_an_sqlite_without_that_fault_is_taken() -> None:
    require_sqlite((3, 51, 3))
    require_sqlite()


def test_the_folder_is_the_one_that_is_named_else_the_environments(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path / "given"))
    with open_store() as store:
        assert store.path == tmp_path / "given" / "ringvirk.sqlite"
    with open_store(tmp_path / "named") as store:
        assert store.folder == tmp_path / "named"


@pytest.mark.skipif(sys.platform == "win32", reason="rights of a file are otherwise on Windows")
def test_others_on_the_machine_cannot_read_the_data(store: Store) -> None:
    put(store, "a")
    assert store.folder.stat().st_mode & 0o077 == 0
    for path in store.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_store_belongs_to_the_thread_that_opened_it(store: Store) -> None:
    errors: list[BaseException] = []

    def use() -> None:
        try:
            values(store)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert isinstance(errors[0], sqlite3.ProgrammingError)


# -- reading and writing


def test_a_read_is_one_moment_whatever_others_write(store: Store) -> None:
    put(store, "before")
    with store.read() as db, open_store(store.folder) as other:
        put(other, "meanwhile")
        assert db.execute("SELECT count(*) FROM setting").fetchone()[0] == 1
    assert list(values(store)) == ["before", "meanwhile"]


def test_a_write_is_stored_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "a", "value": "1"})
        raise ZeroDivisionError
    assert values(store) == {} and trail(store) == []
    put(store, "a")
    assert values(store) == {"a": "1"}
    assert trail(store) == [("account:1", "setting.save", "setting", "a")]


def test_a_write_holds_the_lock_from_its_beginning(store: Store) -> None:
    """Two who both check and then write: with a deferred transaction both would have read the old value."""
    with store.write("account:1", "check"), open_store(store.folder, busy_seconds=0.05) as other:
        with pytest.raises(StoreFault) as refused, other.write("account:2", "check"):
            pass
        assert refused.value.code == "busy"


def test_atomic_nests_inside_a_write_as_a_savepoint(store: Store) -> None:
    with store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "outer", "value": "1"})
        with pytest.raises(ZeroDivisionError), write.db.atomic():
            write.db.execute("INSERT INTO setting VALUES ('inner', '1', 1)")
            raise ZeroDivisionError
    assert values(store) == {"outer": "1"}


def test_a_read_inside_a_write_sees_it(store: Store) -> None:
    with store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "a", "value": "1"})
        assert values(store) == {"a": "1"}


def test_a_write_inside_a_read_or_a_write_is_refused(store: Store) -> None:
    with store.read(), pytest.raises(RuntimeError, match=r"db\.atomic"), store.write("a", "b"):
        pass
    with store.write("a", "b"), pytest.raises(RuntimeError, match=r"db\.atomic"), store.write("a", "b"):
        pass


def test_nothing_is_changed_outside_a_write(store: Store) -> None:
    put(store, "a")
    with pytest.raises(RuntimeError, match="write"), store.read() as db:
        db.execute("DELETE FROM setting")
    with pytest.raises(sqlite3.OperationalError):
        store.db["setting"].insert({"key": "b", "value": "1", "version": 1})
    with pytest.raises(sqlite3.OperationalError):
        store.db.execute("DROP TABLE setting")
    assert values(store) == {"a": "1"}


def test_a_statement_that_was_prepared_in_a_write_changes_nothing_outside_one(store: Store) -> None:
    change = "INSERT INTO setting VALUES (?, '1', 1)"

    def leave(key: str) -> None:
        with store.write("account:1", "draft.save", audited=False) as write:
            write.db.execute(change, [key])
            if key == "raised":
                raise LookupError(key)

    for key in ("stored", "raised", "again"):
        if key == "raised":
            with pytest.raises(LookupError):
                leave(key)
        else:
            leave(key)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.db.execute(change, ["outside"])
    assert values(store) == {"stored": "1", "again": "1"}


def test_a_change_that_leaves_no_audit_row_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="audit"), store.write("account:1", "setting.save") as write:
        write.db.execute("INSERT INTO setting VALUES ('a', '1', 1)")
    assert values(store) == {}
    with store.write("account:1", "draft.save", audited=False) as write:
        write.db.execute("INSERT INTO setting VALUES ('a', '1', 1)")
    assert values(store) == {"a": "1"} and trail(store) == []


def test_a_write_that_ends_its_own_transaction_is_told_so(store: Store) -> None:
    with pytest.raises(RuntimeError, match="ended its own"), store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "a", "value": "1"})
        write.db.execute("COMMIT")


def test_constraints_and_wrong_sql_pass_as_they_are(store: Store) -> None:
    put(store, "a")
    with pytest.raises(sqlite3.IntegrityError):
        put(store, "a")
    with pytest.raises(sqlite3.IntegrityError):
        put(store, "b", value="not JSON")
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.read() as db:
        db.execute("SELECT * FROM nowhere")


def test_many_rows_are_inserted_in_order_each_with_its_audit_row(store: Store) -> None:
    with store.write("account:1", "setting.import") as write:
        keys = write.insert_rows("setting", ({"key": f"{n:04}", "value": {"n": n}} for n in range(500)))
    assert keys == sorted(values(store)) and len(keys) == 500
    assert values(store)["0007"] == '{"n":7}'
    assert [row[3] for row in trail(store)] == keys


def test_values_are_kept_as_plain_types(tmp_path: Path) -> None:
    sql = "CREATE TABLE thing (id INTEGER PRIMARY KEY, day TEXT, yes INTEGER, raw BLOB, version INTEGER) STRICT"
    with open_store(tmp_path, known=step(sql)) as store:
        with store.write("account:1", "thing.save") as write:
            row = {"day": dt.date(2026, 2, 26), "yes": True, "raw": b"\x00\xff"}
            key = write.insert("thing", row)
        with store.read() as db:
            assert list(db.query("SELECT * FROM thing")) == [
                {"id": 1, "day": "2026-02-26", "yes": 1, "raw": b"\x00\xff", "version": 1}
            ]
            (entry,) = audit.history(db, "thing", str(key))
    assert entry.after == {"id": 1, "day": "2026-02-26", "yes": 1, "raw": "2 bytes", "version": 1}


THING = "CREATE TABLE thing (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, day TEXT, version INTEGER) STRICT"


def test_numbers_of_rows_go_on_where_they_ended_and_are_never_used_again(tmp_path: Path) -> None:
    with open_store(tmp_path, known=step(THING)) as store:
        for _ in range(2):
            with store.write("account:1", "thing.save") as write:
                last = write.insert_rows("thing", [{"name": one} for one in "abc"])[-1]
                write.delete_row("thing", last, 1)
        with store.write("account:1", "thing.save") as write:
            assert write.insert("thing", {"name": "d"}) == 7
            assert write.insert_rows("thing", []) == []
        with store.read() as db:
            assert [row["id"] for row in db["thing"].rows] == [1, 2, 4, 5, 7]
            assert audit.broken(db) is None


def test_many_rows_are_audited_as_one_by_one(tmp_path: Path) -> None:
    """Also where a row brings a version of its own: it begins at 1 all the same."""
    rows = [{"name": f'«{n}»\n"\\', "day": dt.date(2026, 1, 1 + n % 28), "version": 9} for n in range(20)]
    kept = []
    for name, at_once in (("one", False), ("many", True)):
        with open_store(tmp_path / name, known=step(THING)) as store:
            with store.write("account:1", "thing.save") as write:
                keys = write.insert_rows("thing", rows) if at_once else [write.insert("thing", row) for row in rows]
            with store.read() as db:
                entries = [entry for key in keys for entry in audit.history(db, "thing", str(key))]
                kept.append(([(one.seq, one.before, one.after) for one in entries], list(db["thing"].rows)))
                assert len({row["salt"] for row in db["audit"].rows}) == db["audit"].count
                assert audit.broken(db) is None
    assert kept[0] == kept[1]
    assert {row["version"] for row in kept[1][1]} == {1}


def test_rows_of_several_shapes_keep_their_order_and_their_numbers(tmp_path: Path) -> None:
    with open_store(tmp_path, known=step(THING)) as store:
        with store.write("account:1", "thing.save") as write:
            rows: list[dict[str, Any]] = [
                {"name": "a"},
                {"day": dt.date(2026, 1, 2)},
                {"id": 9, "name": "c"},
                {"name": "d"},
            ]
            assert write.insert_rows("thing", rows) == [1, 2, 9, 10]
        with store.read() as db:
            assert [(row["name"], row["day"]) for row in db["thing"].rows] == [
                ("a", None), (None, "2026-01-02"), ("c", None), ("d", None),
            ]  # fmt: skip
            for key in (1, 2, 9, 10):
                (entry,) = audit.history(db, "thing", str(key))
                assert entry.after is not None and entry.after["id"] == key and entry.after["version"] == 1


def test_a_row_without_its_key_is_refused_where_the_table_does_not_number_them(store: Store) -> None:
    with pytest.raises(ValueError, match="give key"), store.write("account:1", "setting.save") as write:
        write.insert("setting", {"value": "1"})


def test_one_bad_row_among_many_leaves_none(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.write("account:1", "setting.import") as write:
        write.insert_rows("setting", [{"key": "a", "value": "1"}, {"key": "b", "value": "no JSON"}])
    assert values(store) == {} and trail(store) == []


def test_what_follows_from_other_columns_is_stored_and_not_audited(tmp_path: Path) -> None:
    with open_store(tmp_path, known=step(THING)) as store:
        with store.write("account:1", "thing.save") as write:
            key = write.insert("thing", {"name": "a", "day": "x"}, derived=("day",))
            assert write.update_row("thing", key, 1, {"name": "b"}, derived={"day": "y"}) == 2
            assert write.update_row("thing", key, 2, {"name": "b"}, derived={"day": "z"}) == 2  # nothing else changed
        with store.read() as db:
            assert [(row["name"], row["day"]) for row in db["thing"].rows] == [("b", "y")]
            made, changed = audit.history(db, "thing", str(key))
    assert made.after == {"id": 1, "name": "a", "version": 1}
    assert (changed.before, changed.after) == ({"name": "a", "version": 1}, {"name": "b", "version": 2})


# -- what differs within a JSON object


def save(store: Store, key: str, version: int, value: dict[str, Any], actor: str = "account:1") -> int:
    with store.write(actor, "setting.save") as write:
        return write.update_row("setting", key, version, {"value": value})


def test_of_a_json_object_the_audit_has_only_what_differs(store: Store) -> None:
    rows = [{"name": "Locals", "visits": 1}, {"name": "St. Olav", "visits": 2}, {"name": "Gone", "visits": 3}]
    with store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "a", "value": {"note": "same", "audience": rows}})
    after = [{"name": "New", "visits": 4}, {"name": "St. Olav", "visits": 5}, {"name": "Locals", "visits": 1}]
    save(store, "a", 1, {"note": "same", "audience": after})
    with store.read() as db:
        _, entry = audit.history(db, "setting", "a")
    assert entry.before == {
        "value.audience.Gone": rows[2],
        'value.audience."St. Olav".visits': 2,
        "value.audience": ["Locals", "St. Olav"],  # the order of those that stayed
        "version": 1,
    }
    assert entry.after == {
        "value.audience.Gone": None,
        "value.audience.New": after[0],
        'value.audience."St. Olav".visits': 5,
        "value.audience": ["St. Olav", "Locals"],
        "version": 2,
    }


@pytest.mark.parametrize(("old", "new"), [("[1]", '{"a":1}'), ('{"a":1}', "[1]"), ("1", "2"), ('"{x"', '"{y"')])
def test_what_is_not_an_object_on_both_sides_is_audited_whole(store: Store, old: str, new: str) -> None:
    put(store, "a", old)
    with store.write("account:1", "setting.save") as write:
        write.update_row("setting", "a", 1, {"value": new})
    with store.read() as db:
        entry = audit.history(db, "setting", "a")[-1]
    assert (entry.before, entry.after) == ({"value": old, "version": 1}, {"value": new, "version": 2})


@pytest.mark.parametrize(
    ("mine", "clashes"),
    [
        ({"a": 1, "b": {"c": 2}}, []),  # nothing changed since it was read
        ({"a": 9, "b": {"c": 2}}, []),  # another path
        ({"a": 1, "b": {"c": 3}}, []),  # the same change
        ({"a": 1, "b": {"c": 4}}, ["value.b.c"]),
        ({"a": 1, "b": {}}, ["value.b.c"]),  # taken away here, changed there
    ],
)
def test_two_who_change_the_same_object_clash_only_where_they_differ(
    store: Store, mine: dict[str, Any], clashes: list[str]
) -> None:
    with store.write("account:1", "setting.save") as write:
        write.insert("setting", {"key": "a", "value": {"a": 1, "b": {"c": 2}}})
    save(store, "a", 1, {"a": 1, "b": {"c": 3}})
    with pytest.raises(Conflict) as told:
        save(store, "a", 1, mine, "account:2")
    assert told.value.theirs == {"value.b.c": 3} and told.value.clashes == clashes


# -- two editors


def test_the_second_editor_is_told_who_changed_what_and_when(store: Store) -> None:
    put(store, "a", '"first"')
    with store.write("account:1", "setting.save") as write:
        assert write.update_row("setting", "a", 1, {"value": '"one"'}) == 2
    with pytest.raises(Conflict) as told, store.write("account:2", "setting.save") as write:
        write.update_row("setting", "a", 1, {"value": '"two"'})
    conflict = told.value
    assert conflict.now == {"key": "a", "value": '"one"', "version": 2}
    assert conflict.theirs == {"value": '"one"'} and conflict.clashes == ["value"]
    (entry,) = conflict.since
    assert (entry.actor, entry.before, entry.after) == (
        "account:1",
        {"value": '"first"', "version": 1},
        {"value": '"one"', "version": 2},
    )
    for lang in LANGUAGES:
        assert "account:1" in conflict.line(lang) and "value" in conflict.line(lang)
        assert entry.at[:10] in conflict.line(lang)
    assert values(store) == {"a": '"one"'}


def test_changes_to_other_columns_merge(tmp_path: Path) -> None:
    sql = "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT, place TEXT, version INTEGER NOT NULL) STRICT"
    with open_store(tmp_path, known=step(sql)) as store:
        with store.write("account:1", "thing.save") as write:
            key = write.insert("thing", {"name": "Cup", "place": "Hall"})
        with store.write("account:1", "thing.save") as write:
            write.update_row("thing", key, 1, {"place": "Arena"})
        mine = {"name": "The cup"}
        with store.write("account:2", "thing.save") as write:
            with pytest.raises(Conflict) as told:
                write.update_row("thing", key, 1, mine)
            assert told.value.clashes == [] and told.value.now is not None
            assert write.update_row("thing", key, told.value.now["version"], mine) == 3
        with store.read() as db:
            row = next(db.query("SELECT * FROM thing"))
    assert row == {"id": 1, "name": "The cup", "place": "Arena", "version": 3}


def test_the_second_editor_is_told_of_a_deletion(store: Store) -> None:
    put(store, "a")
    with store.write("account:1", "setting.delete") as write:
        write.delete_row("setting", "a", 1)
    with pytest.raises(Conflict) as told, store.write("account:2", "setting.save") as write:
        write.update_row("setting", "a", 1, {"value": "2"})
    assert told.value.now is None
    assert "account:1 deleted" in told.value.line("en") and "account:1 slettet" in told.value.line("nb")


def test_a_conflict_without_a_trail_still_says_so(store: Store) -> None:
    put(store, "a")
    with pytest.raises(Conflict) as told, store.write("account:2", "setting.save") as write:
        write.update_row("setting", "a", 5, {"value": "2"})  # read before an older backup was put back
    assert told.value.since == [] and told.value.line("nb")


def test_saving_what_is_there_already_changes_nothing(store: Store) -> None:
    put(store, "a")
    before = trail(store)
    with store.write("account:1", "setting.save") as write:
        assert write.update_row("setting", "a", 1, {"value": "1"}) == 1
    assert trail(store) == before


def test_a_row_that_never_was_is_no_conflict(store: Store) -> None:
    with pytest.raises(LookupError), store.write("account:1", "setting.save") as write:
        write.update_row("setting", "a", 1, {"value": "1"})
    with pytest.raises(ValueError, match="version"), store.write("account:1", "audit.save") as write:
        write.update_row("migration", "0001-audit", 1, {"at": ""})
    put(store, "a")
    with pytest.raises(ValueError, match="key"), store.write("account:1", "setting.save") as write:
        write.update_row("setting", "a", 1, {"key": "b"})


# -- the audit chain


@pytest.mark.parametrize("table", ["audit"])
@pytest.mark.parametrize(
    "change",
    [
        lambda db, table: db.execute(f"UPDATE {table} SET actor = 'x'"),
        lambda db, table: db.execute(f"DELETE FROM {table}"),
        lambda db, table: db[table].update(1, {"actor": "x"}),
        lambda db, table: db[table].delete(1),
        lambda db, table: db[table].delete_where("seq = 1"),
        lambda db, table: db[table].upsert({**next(db[table].rows), "actor": "x"}, pk="seq"),
        lambda db, table: db[table].insert({**next(db[table].rows), "actor": "x"}, pk="seq", replace=True),
        lambda db, table: db.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
        lambda db, table: db[table].insert({**next(db[table].rows), "seq": 99, "hash": "x"}),
    ],
    ids=["update", "delete", "utils update", "utils delete", "delete where", "upsert", "replace", "or replace", "gap"],
)
def test_an_audit_row_is_never_changed_or_deleted(store: Store, table: str, change: Any) -> None:
    put(store, "a")
    before = list(store.db[table].rows)
    with pytest.raises((sqlite3.IntegrityError, AssertionError)), store.write("account:1", "cheat") as write:
        change(write.db, table)
    assert list(store.db[table].rows) == before


def test_the_chain_holds_and_its_head_is_the_last_rows(store: Store) -> None:
    for key in "abc":
        put(store, key)
    with store.read() as db:
        assert audit.broken(db) is None
        last = list(db["audit"].rows)[-1]
        assert audit.head(db) == audit.Head(last["seq"], last["hash"])
        assert heads.last(store.folder) == audit.head(db)


def cheat(store: Store, *statements: str) -> None:
    """Change the database behind the program's back, its triggers put away and back again."""
    with closing(connect(store.path)) as db:
        db.execute("PRAGMA query_only = OFF")
        triggers = db.triggers
        for trigger in triggers:
            db.execute(f"DROP TRIGGER {trigger.name}")
        for statement in statements:
            db.execute(statement)
        for trigger in triggers:
            db.execute(trigger.sql)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit SET actor = 'x' WHERE seq = 3", (3, "hash")),
        ("UPDATE audit SET at = replace(at, '2', '1') WHERE seq = 2", (2, "hash")),
        ("UPDATE audit SET after = replace(after, '1', '2') WHERE seq = 3", (3, "content")),
        ("UPDATE audit SET after = NULL WHERE seq = 4", (4, "content")),
        ("UPDATE audit SET content = hash WHERE seq = 3", (3, "content")),
        ("DELETE FROM audit WHERE seq = 3", (3, "gap")),
        ("UPDATE audit SET hash = 'x' WHERE seq = 2", (2, "hash")),
    ],
)
def test_a_row_that_was_tampered_with_is_found(store: Store, statement: str, place: tuple[int, str]) -> None:
    for key in "abc":
        put(store, key)
    cheat(store, statement)
    with store.read() as db:
        assert audit.broken(db) == place


def test_a_row_that_was_made_anew_with_a_fitting_hash_breaks_the_next(store: Store) -> None:
    for key in "abc":
        put(store, key)
    row = list(store.db["audit"].rows)[1]
    previous = next(store.db["audit"].rows)["hash"]
    content = audit._content(row["salt"], row["before"], None)
    body = (row["seq"], row["at"], "x", row["action"], row["kind"], row["resource"])
    digest = audit._hash(previous, body, content)
    cheat(store, f"UPDATE audit SET actor = 'x', after = NULL, content = '{content}', hash = '{digest}' WHERE seq = 2")
    assert audit.broken(store.db) == (3, "hash")


def test_the_end_of_the_chain_taken_away_is_found_by_the_heads_outside(store: Store) -> None:
    put(store, "a")
    kept = audit.head(store.db).seq
    for key in "bc":
        put(store, key)
    cheat(store, f"DELETE FROM audit WHERE seq > {kept}")
    assert audit.broken(store.db) is None  # whole in itself
    assert [one.seq for one in heads.lost(store.db, store.folder)] == [kept + 1, kept + 2]
    with store.read() as db, pytest.raises(RuntimeError):
        list(heads.lost(db, store.folder))
    with pytest.raises(StoreFault) as refused:
        open_store(store.folder)
    assert refused.value.code == "behind"


def test_a_line_of_heads_that_was_cut_off_is_passed_over(store: Store) -> None:
    put(store, "a")
    with (store.folder / heads.FILE).open("a") as stream:
        stream.write("head 7 abc")
    with store.read() as db:
        assert heads.last(store.folder) == audit.head(db)
    open_store(store.folder).close()


def test_what_is_not_json_is_refused(store: Store) -> None:
    with pytest.raises(ValueError), store.write("account:1", "x") as write:
        write.record("x", "1", None, {"figure": float("nan")})
    assert trail(store) == []


# -- the schema


def test_every_table_is_strict_and_has_a_key(store: Store) -> None:
    tables = store.db.execute("SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE 'sqlite%'").fetchall()
    assert {name for name, _ in tables} > {"audit", "migration", "setting"}
    assert all(strict for _, strict in tables)
    assert all(store.db.table(name).pks != ["rowid"] for name, _ in tables)


def test_each_step_is_recorded_once_with_its_checksum(store: Store) -> None:
    assert applied(store.db) == {one.name: one.checksum for one in migrations()}
    with open_store(store.folder) as again:
        assert applied(again.db) == applied(store.db)


def test_line_ends_do_not_change_a_checksum(tmp_path: Path) -> None:
    for name, end in (("unix", b"\n"), ("windows", b"\r\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0001-a.sql").write_bytes(b"-- a" + end + b"SELECT 1;" + end)
    assert migrations(tmp_path / "unix") == migrations(tmp_path / "windows")


def test_an_upgrade_is_run_once_with_a_backup_before(store: Store) -> None:
    put(store, "a")
    known = step("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")
    with open_store(store.folder, known=known) as newer:
        assert "thing" in newer.db.table_names()
        assert values(newer) == {"a": "1"}
    (made,) = backups(store.folder)
    assert made.name.endswith("-before-9999-test")
    with open_store(store.folder, known=known):
        assert len(backups(store.folder)) == 1


def test_a_database_newer_than_the_program_is_refused(store: Store) -> None:
    with open_store(store.folder, known=step("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")):
        pass
    with pytest.raises(StoreFault) as refused:
        open_store(store.folder)
    assert refused.value.code == "newer" and refused.value.faults[0].value == "9999-test"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);", "migration_failed"),
        ("DELETE FROM setting; DELETE FROM audit;", "migration_failed"),
        ("DROP TRIGGER audit_no_delete; DELETE FROM setting;", "trigger_missing"),
        (
            "CREATE TABLE thing (id INTEGER PRIMARY KEY, other TEXT REFERENCES setting (key)) STRICT;"
            "INSERT INTO thing VALUES (1, 'nobody');",
            "migration_loose",
        ),
    ],
)
def test_a_step_that_fails_leaves_the_old_schema_whole(store: Store, sql: str, code: str) -> None:
    put(store, "a")
    before = store.db.schema, list(store.db["audit"].rows)
    with pytest.raises(StoreFault) as refused:
        open_store(store.folder, known=step(sql))
    assert refused.value.code == code
    assert (store.db.schema, list(store.db["audit"].rows)) == before
    with open_store(store.folder) as old:
        assert values(old) == {"a": "1"}
        assert old.db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_table_that_others_refer_to_can_be_built_anew(tmp_path: Path) -> None:
    first = "CREATE TABLE child (id INTEGER PRIMARY KEY, of TEXT NOT NULL REFERENCES setting ON DELETE CASCADE) STRICT"
    anew = (
        "CREATE TABLE anew (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL) STRICT;"
        "INSERT INTO anew SELECT * FROM setting; DROP TABLE setting; ALTER TABLE anew RENAME TO setting;"
    )
    known = step(first, "9998-child")
    with open_store(tmp_path, known=known) as store:
        put(store, "a")
        with store.write("account:1", "child.save") as write:
            write.insert("child", {"of": "a"})
    with open_store(tmp_path, known=(*known, Migration("9999-anew", anew))) as store:
        assert store.db.table("child").count == 1


def test_a_step_that_was_edited_after_its_release_is_refused(store: Store) -> None:
    first, *rest = migrations()
    with pytest.raises(StoreFault) as refused:
        open_store(store.folder, known=(Migration(first.name, first.sql + "-- more"), *rest))
    assert refused.value.code == "migration_changed"


def test_a_step_put_in_among_the_old_ones_is_refused(store: Store) -> None:
    with pytest.raises(StoreFault) as refused:
        open_store(store.folder, known=(Migration("0000-late", "SELECT 1"), *migrations()))
    assert refused.value.code == "migration_order"


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(str(tmp_path / "ringvirk.sqlite"))) as other:
        other.execute("CREATE TABLE theirs (id)")
    with pytest.raises(StoreFault) as refused:
        open_store(tmp_path)
    assert refused.value.code == "not_ours"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DROP TRIGGER audit_no_update", "trigger_missing"),
        ("DROP TABLE setting", "schema_missing"),
        ("ALTER TABLE setting ADD COLUMN more TEXT", "schema_changed"),
        ("CREATE TRIGGER extra AFTER INSERT ON setting BEGIN DELETE FROM setting; END", "schema_unknown"),
    ],
)
def test_a_schema_that_was_changed_outside_is_refused(store: Store, statement: str, code: str) -> None:
    with closing(connect(store.path)) as db:
        db.execute("PRAGMA query_only = OFF")
        db.execute(statement)
    with pytest.raises(StoreFault) as refused:
        open_store(store.folder)
    assert refused.value.code == code


def test_a_trigger_that_transform_dropped_is_put_back_and_the_audit_says_so(store: Store) -> None:
    """sqlite-utils' ``transform`` builds a table anew without its triggers, and says nothing."""
    with closing(connect(store.path)) as db:
        db.execute("PRAGMA query_only = OFF")
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("DROP TRIGGER audit_in_order")
        assert set(put_back_triggers(db, store.path, migrations())) == {"audit_no_update", "audit_in_order"}
        assert put_back_triggers(db, store.path, migrations()) == []
    with open_store(store.folder) as again, again.read() as db:
        assert [row[1] for row in trail(again)] == ["store.trigger"] * 2
        assert audit.broken(db) is None


# -- many at once

WRITER = """
import sys
from data.store import open_store
folder, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open_store(folder) as store:
    for step in range(count):
        with store.write(name, "test.step") as write:
            write.insert_rows("setting", [{"key": f"{name}-{step}-{part}", "value": str(step)} for part in range(3)])
        print(step, flush=True)
"""


def writer(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    """A process that writes three rows a step, and says each step's number once it is stored."""
    command = [sys.executable, "-c", WRITER, str(folder), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def steps_in(folder: Path) -> Counter[str]:
    """How many rows of each step are there, after the database has been found whole."""
    with open_store(folder) as store, store.read() as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert audit.broken(db) is None
        keys = [key for (key,) in db.execute("SELECT key FROM setting")]
        audited = {row[3] for row in trail(store)}
    with open_store(folder) as store:
        assert list(heads.lost(store.db, folder)) == []
    assert audited == set(keys)
    return Counter(key.rpartition("-")[0] for key in keys)


def test_eight_threads_write_200_times_each_without_an_error(store: Store) -> None:
    acknowledged: list[str] = []
    errors: list[BaseException] = []

    def write_many(name: str) -> None:
        try:
            with open_store(store.folder) as own:
                for number in range(200):
                    put(own, f"{name}-{number}-0")
                    acknowledged.append(f"{name}-{number}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write_many, args=[f"t{number}"]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(acknowledged) == 1600
    assert steps_in(store.folder) == Counter(acknowledged)


def test_three_processes_write_100_times_each_without_an_error(tmp_path: Path) -> None:
    """The database isn't there yet: they also race to make it."""
    processes = [writer(tmp_path / "var", f"p{number}", 100) for number in range(3)]
    done = [process.communicate(timeout=60) for process in processes]
    assert [err for _, err in done] == ["", "", ""]
    assert all(out.split() == [str(number) for number in range(100)] for out, _ in done)
    assert steps_in(tmp_path / "var") == {f"p{name}-{number}": 3 for name in range(3) for number in range(100)}


def test_who_opens_a_file_that_another_is_making_waits_for_it(tmp_path: Path) -> None:
    """SQLite doesn't wait by itself where two turn the write-ahead log on in the same new file."""
    path = tmp_path / FILE
    path.touch()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")
    with pytest.raises(StoreFault) as refused:
        connect(path, busy_seconds=0.05)
    assert refused.value.code == "busy"
    done = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    done.start()
    connect(path).close()
    done.join()
    other.close()


def test_counting_up_loses_no_step_among_threads(store: Store) -> None:
    """Check, then write: each reads the figure and writes the next, inside one write."""
    put(store, "count", "0")

    def count_up() -> None:
        with open_store(store.folder) as own:
            for _ in range(50):
                with own.write("account:1", "count") as write:
                    row = next(write.db.query("SELECT * FROM setting WHERE key = 'count'"))
                    write.update_row("setting", "count", row["version"], {"value": str(int(row["value"]) + 1)})

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values(store) == {"count": "200"}


# -- words


def test_every_fault_and_finding_has_its_words() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "data").glob("*.py")}
    text = "\n".join(sources.values())
    faults = set(re.findall(r'(?:StoreFault\.of\(|"store\.)"?([a-z_]+)"[,)]', text)) - {"heads"}
    spoken = {code for code in faults if has(f"store.{code}")}
    actions = {"migrate", "trigger", "accept", "restore"}  # names in the audit, which people don't read as sentences
    for code in faults - spoken - actions:
        assert has(f"store.{code}.problem") and has(f"store.{code}.expected"), code
    for code in re.findall(r'Finding\(\s*"\w+",\s*"([a-z_]+)"', sources["check.py"]):
        assert has(f"store.check.{code}"), code
    for code in ("busy", "full", "read_only", "cannot_open", "disk_error", "corrupt", "not_a_database", "no_memory"):
        for lang in LANGUAGES:
            assert say(f"store.{code}.problem", lang, reason="x") and say(f"store.{code}.expected", lang, reason="x")


def test_sqlite_utils_uses_the_same_sqlite(store: Store) -> None:
    assert isinstance(store.db, Database)
    assert store.db.sqlite_version >= (3, 51, 3)


def test_a_number_that_is_too_large_for_the_database_is_no_row(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, pytest.raises(LookupError), store.read() as db:
        db.execute("SELECT * FROM audit WHERE seq = ?", [10**30])
