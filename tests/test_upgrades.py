"""Upgrades: a database as each released schema left it, with data, becomes today's; cut off anywhere, it goes on."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from schema_fixtures import COMMAND, FOLDER, fixture_of, load
from test_store_faults import small_disk

from data import audit, heads, migration, store
from data.backup import backups, verify_backup
from data.check import check
from data.connection import FILE, StoreFault, connect, look_at, row_counts, sqlite3
from data.migration import Migration, applied, migrations
from data.store import open_store
from fund.verify import verify

STEPS = migrations()
KEPT = [step for step in STEPS if fixture_of(step).exists()]
Rows = dict[str, list[dict[str, Any]]]


def test_each_step_has_a_database_that_it_left() -> None:
    lacking = [step.name for step in STEPS if step not in KEPT]
    assert not lacking, f"No database as {', '.join(lacking)} leaves it: run «{COMMAND}» and keep what it makes."
    known = {fixture_of(step) for step in STEPS}
    gone = [path.stem for path in FOLDER.glob("*.sql") if path not in known]
    assert not gone, f"data/schema lacks steps that were released: {', '.join(gone)}. Put them back."


@pytest.mark.parametrize("step", KEPT, ids=lambda step: step.name)
def test_a_released_step_is_never_edited(step: Migration, tmp_path: Path) -> None:
    load(fixture_of(step), tmp_path / "var")
    with closing(look_at(tmp_path / "var" / FILE)) as db:
        ran = applied(db)
    now = {one.name: one.checksum for one in STEPS[: STEPS.index(step) + 1]}
    edited = sorted(name for name in ran.keys() | now.keys() if ran.get(name) != now.get(name))
    assert not edited, (
        f"{', '.join(edited)} in data/schema is not what {step.name} was released with: undo the edit and add a new "
        f"step. Only where it was never released: remove {fixture_of(step).name} and run «{COMMAND}»."
    )


def test_the_databases_have_something_to_lose(tmp_path: Path) -> None:
    load(fixture_of(STEPS[20]), tmp_path / "var")
    with closing(look_at(tmp_path / "var" / FILE)) as db:
        counts = row_counts(db)
    wanted = "posting leg decision vote application_revision attachment claim payment_batch award survey_answer review"
    assert not [name for name in wanted.split() if not counts[name]]
    assert sum(count > 0 for count in counts.values()) > 55 and counts["audit"] > 300


def rows_in(path: Path) -> Rows:
    """Every row of every table, SQLite's own left out."""
    with closing(connect(path)) as db:
        return {name: list(db.query(f'SELECT * FROM "{name}" ORDER BY 1, 2')) for name in row_counts(db)}


def objects_in(path: Path) -> set[tuple[str, str, str, str | None]]:
    with closing(connect(path)) as db:
        return set(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall())


def begun(step: Migration, folder: Path) -> Rows:
    """A folder as the step left it, in which the last write was acknowledged; its rows."""
    load(fixture_of(step), folder)
    with closing(connect(folder / FILE)) as db:
        heads.note(folder, audit.head(db))
    return rows_in(folder / FILE)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str, str | None]]:
    """What a new database is made of."""
    folder = tmp_path_factory.mktemp("fresh")
    with open_store(folder):
        pass
    return objects_in(folder / FILE)


def is_upgraded(folder: Path, before: Rows, fresh: set[Any]) -> None:
    """Today's schema, every row that was there, and everything that looks for faults finds none."""
    assert objects_in(folder / FILE) == fresh
    after = rows_in(folder / FILE)
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table][: len(rows)]]
        assert kept == rows, table
        assert table in ("audit", "migration") or len(after[table]) == len(rows), table
    with closing(connect(folder / FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert audit.broken(db) is None
        assert verify(db, folder) == []
    assert [one.line("en") for one in check(folder) if one.level == "trouble"] == []


@pytest.mark.parametrize("step", KEPT, ids=lambda step: step.name)
def test_a_database_of_each_schema_becomes_todays(step: Migration, tmp_path: Path, fresh: set[Any]) -> None:
    folder = tmp_path / "var"
    before = begun(step, folder)
    with open_store(folder):
        pass
    is_upgraded(folder, before, fresh)
    lacking = STEPS[STEPS.index(step) + 1 :]
    assert [path.name[17:] for path in backups(folder)] == [f"before-{one.name}" for one in lacking[:1]]
    for path in backups(folder):
        verify_backup(path)
        with closing(look_at(path / FILE)) as db:
            assert row_counts(db) == {name: len(rows) for name, rows in before.items()}
    with open_store(folder):  # once is enough
        assert len(backups(folder)) == len(lacking[:1])


# -- cut off


def in_a_child(act: Callable[[], None]) -> int:
    """Do something in a process of its own; how it ended: 0, ENOSPC where the disk was full, 1, or minus the signal."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except StoreFault as fault:
            os._exit(errno.ENOSPC if fault.code == "full" else 1)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def counting(at: int, act: Callable[[], None]) -> Callable[[sqlite3.Connection], None]:
    """What follows a connection's statements, and acts before the one with the number ``at``."""
    seen = iter(range(sys.maxsize))

    def follow(_statement: str) -> None:
        if next(seen) == at:
            act()

    return lambda connection: connection.set_trace_callback(follow)


def upgrade(folder: Path, watch: Callable[[sqlite3.Connection], None]) -> None:
    """Open the store, watched from when the steps begin."""
    run = migration.migrate

    def watched(db: Any, path: Path, known: Any) -> list[str]:
        if str(path) != ":memory:":
            watch(db.conn)
        return run(db, path, known)

    store.migrate = watched  # type: ignore[attr-defined]  # in a child: nobody else sees it
    with open_store(folder):
        pass


def statements() -> int:
    """How many statements the steps have from the second on, about."""
    return sum(step.sql.count(";") for step in STEPS[2:])


def is_whole_steps(folder: Path, before: Rows) -> None:
    """The old rows, and each step whole or not at all."""
    with closing(connect(folder / FILE)) as db:
        done = applied(db)
        assert list(done) == [one.name for one in STEPS[: len(done)]]
        assert migration.schema_faults(db, folder / FILE, STEPS[: len(done)]) == []
        assert audit.broken(db) is None
    after = rows_in(folder / FILE)
    for table, rows in before.items():
        assert after[table][: len(rows)] == rows


@pytest.mark.skipif(sys.platform == "win32", reason="forks and kills are otherwise on Windows")
def test_an_upgrade_killed_anywhere_goes_on(tmp_path: Path, fresh: set[Any]) -> None:
    points = range(0, statements(), max(1, statements() // 12))
    reached = set()
    for point in points:
        folder = tmp_path / str(point)
        before = begun(STEPS[1], folder)
        watch = counting(point, lambda: os.kill(os.getpid(), signal.SIGKILL))
        assert in_a_child(lambda folder=folder, watch=watch: upgrade(folder, watch)) == -signal.SIGKILL  # type: ignore[misc]
        is_whole_steps(folder, before)
        with closing(connect(folder / FILE)) as db:
            reached.add(len(applied(db)))
        with open_store(folder):
            pass
        is_upgraded(folder, before, fresh)
    assert len(reached) > 5


def test_an_error_between_statements_leaves_whole_steps(
    tmp_path: Path, fresh: set[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = begun(STEPS[1], tmp_path / "var")
    broken = (*STEPS[:9], Migration(STEPS[9].name, STEPS[9].sql + "CREATE TABLE meeting (id INTEGER) STRICT;"))
    with pytest.raises(StoreFault) as stopped:
        open_store(tmp_path / "var", known=broken)
    assert stopped.value.code == "migration_failed" and STEPS[9].name in str(stopped.value)
    is_whole_steps(tmp_path / "var", before)
    with closing(connect(tmp_path / "var" / FILE)) as db:
        assert len(applied(db)) == 9
    with open_store(tmp_path / "var"):
        pass
    is_upgraded(tmp_path / "var", before, fresh)


@pytest.mark.skipif(sys.platform == "win32", reason="a disk is made small otherwise on Windows")
def test_an_upgrade_on_a_full_disk_goes_on_when_there_is_room(tmp_path: Path, fresh: set[Any]) -> None:
    reached = set()
    for point in range(10):
        with small_disk(16_000) as disk:
            before = begun(STEPS[1], disk / "var")
            filler = disk / "filler"

            def fill(_connection: sqlite3.Connection, point: int = point, filler: Path = filler) -> None:
                """Leave room for some pages only, once the backup is made."""
                free = os.statvfs(filler.parent).f_bavail * 4096
                filler.write_bytes(b"x" * max(0, free - (3 + 40 * point) * 4096))

            assert in_a_child(lambda disk=disk, fill=fill: upgrade(disk / "var", fill)) == errno.ENOSPC  # type: ignore[misc]
            filler.unlink()
            is_whole_steps(disk / "var", before)
            with closing(connect(disk / "var" / FILE)) as db:
                reached.add(len(applied(db)))
            with open_store(disk / "var"):
                pass
            is_upgraded(disk / "var", before, fresh)
    assert len(reached) > 3
