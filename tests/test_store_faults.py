"""What goes wrong in the world: killed writers, full and read-only disks, locks, damaged files, a clock set back.

Each test makes the fault, sees the message that the operator gets, and looks at what is left.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fault_table import tried
from test_store import ROOT, put, step, steps_in, values, writer

from data import audit
from data.check import Finding, check
from data.connection import StoreFault, sqlite3
from data.migration import migrations
from data.phrases import LANGUAGES
from data.store import open_store

__all__ = ["tried"]
NOBODY = 65534
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and rights are otherwise on Windows")


def advises(fault: StoreFault, code: str, word: str) -> None:
    """The fault is the one that is meant, and tells what to do in both languages."""
    assert fault.code == code, fault
    for lang in LANGUAGES:
        assert fault.faults[0].expected(lang)
    assert word in str(fault), fault


def troubles(folder: Path) -> set[str]:
    """The codes of what a check finds amiss."""
    return {one.fault.code.removeprefix("store.") for one in check(folder) if one.fault}


def findings(folder: Path) -> dict[str, Finding]:
    return {one.code: one for one in check(folder)}


# -- killed


def killed(process: subprocess.Popen[str]) -> list[str]:
    """Kill a writer; the steps that it acknowledged. A number without its line end was not acknowledged."""
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None and process.stderr is not None
    lines = process.stdout.read().split("\n")[:-1]
    assert process.stderr.read() == ""
    process.wait()
    return lines


@posix
@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.long])])
def test_a_killed_writer_leaves_every_acknowledged_step_whole(
    tmp_path: Path, kills: int, tried: Callable[..., None]
) -> None:
    """Three write at once; one of them is killed, and another takes its place."""
    chance = random.Random(kills)
    acknowledged: set[str] = set()
    begun = 0
    running: list[tuple[str, subprocess.Popen[str]]] = []
    for number in range(kills):
        while len(running) < 3 and begun < kills:
            running.append((f"w{begun}", writer(tmp_path, f"w{begun}", 100_000)))
            begun += 1
        name, process = running.pop(0)
        assert process.stdout is not None
        first = process.stdout.readline()  # it has begun
        time.sleep(chance.uniform(0, 0.03))
        acknowledged |= {f"{name}-{line}" for line in [first.strip(), *killed(process)]}
        if number % (kills // 3) == 5:
            assert acknowledged <= set(steps_in(tmp_path))
    found = steps_in(tmp_path)
    assert set(found.values()) == {3}
    assert acknowledged <= set(found) and len(acknowledged) >= kills
    assert len(set(found) - acknowledged) <= kills  # at most the step that was under way
    tried("kill −9: three bare writers at once", "SIGKILL at a random moment", kills)


@posix
def test_an_upgrade_that_is_killed_half_way_leaves_the_old_schema_whole(
    tmp_path: Path, tried: Callable[..., None]
) -> None:
    with open_store(tmp_path) as store:
        put(store, "a")
    endless = (
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT) STRICT;"
        "INSERT INTO thing WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) "
        "SELECT n, hex(randomblob(500)) FROM n;"
    )
    code = (
        "import sys; from data.store import open_store; from data.migration import *;"
        "open_store(sys.argv[1], known=(*migrations(), Migration('9999-test', sys.argv[2])))"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), endless], cwd=ROOT)
    log = tmp_path / "ringvirk.sqlite-wal"
    deadline = time.monotonic() + 30
    while not (log.exists() and log.stat().st_size > 1_000_000):  # well into the step, pages written to the log
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    child.kill()
    child.wait()
    with open_store(tmp_path) as store:
        assert values(store) == {"a": "1"} and "thing" not in store.db.table_names()
    assert troubles(tmp_path) == set()
    with open_store(tmp_path, known=step("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")) as store:
        assert "thing" in store.db.table_names()
    tried("kill −9: one long step of an upgrade", "SIGKILL once pages of it are in the log")


# -- disks


def fill(folder: Path, pages: int) -> int:
    """Write until the disk, or a growth of so many ``pages``, says no; how many steps were acknowledged."""
    acknowledged = 0
    with open_store(folder) as store:
        if pages:
            (held,) = store.db.execute("PRAGMA page_count").fetchone()
            store.db.execute(f"PRAGMA max_page_count = {held + pages}")
        with pytest.raises(StoreFault) as refused:
            for number in range(100_000):
                put(store, f"{number:06}", f'"{"x" * 2000}"')
                acknowledged += 1
        advises(refused.value, "full", "Free some room")
        assert len(values(store)) == acknowledged
    return acknowledged


def test_a_database_that_may_not_grow_loses_nothing(tmp_path: Path) -> None:
    acknowledged = fill(tmp_path, 30)
    with open_store(tmp_path) as store:
        assert len(values(store)) == acknowledged > 5
        put(store, "afterwards")
    assert troubles(tmp_path) == set()


@contextmanager
def small_disk(kilobytes: int) -> Iterator[Path]:
    """A disk of its own in memory; skips where it can't be had."""
    place = Path(tempfile.mkdtemp())
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        place.rmdir()
        pytest.skip("a small disk can be mounted by root only")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


@posix
def test_a_disk_that_is_full_at_twenty_points_loses_nothing(tmp_path: Path, tried: Callable[..., None]) -> None:
    with open_store(tmp_path) as store:  # an empty database and its log, each as large as the schema makes them
        empty = 2 * sum(path.stat().st_size for path in store.folder.iterdir() if path.is_file()) // 1024
    for point in range(20):
        with small_disk(empty + 200 + 37 * point) as disk:
            filler = disk / "filler"
            filler.write_bytes(b"x" * 40_000)
            folder = disk / "var"
            acknowledged = fill(folder, 0)
            filler.unlink()
            with open_store(folder) as store, store.read() as db:
                assert len(values(store)) == acknowledged
                assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok" and audit.broken(db) is None
            if point == 0:
                assert "little_room" in troubles(folder)
    tried("full disk: a bare writer", "a small disk (tmpfs), fuller each time", 20)


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Act as one who has no right beyond those given to all; root is above rights."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with a database that everyone can reach, unlike pytest's."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    with open_store(top / "var") as store:
        put(store, "a")
    yield top / "var"
    (top / "var").chmod(0o755)
    shutil.rmtree(top)


@posix
def test_a_read_only_folder_is_told(open_folder: Path, tried: Callable[..., None]) -> None:
    (open_folder / "ringvirk.sqlite").chmod(0o444)
    (open_folder / "heads.txt").chmod(0o444)
    open_folder.chmod(0o555)
    with as_nobody(open_folder), pytest.raises(StoreFault) as refused:
        open_store(open_folder)
    advises(refused.value, "read_only", "right to write")
    tried("read-only folder", "rights taken away, as another user")


@posix
def test_a_read_only_file_is_told(open_folder: Path, tried: Callable[..., None]) -> None:
    (open_folder / "ringvirk.sqlite").chmod(0o444)
    (open_folder / "heads.txt").chmod(0o444)
    open_folder.chmod(0o777)
    with as_nobody(open_folder), pytest.raises(StoreFault) as refused, open_store(open_folder) as store:
        put(store, "b")
    advises(refused.value, "read_only", "right to write")
    tried("read-only file", "rights taken away, as another user")


@posix
def test_a_folder_that_cannot_be_made_or_reached_is_told(open_folder: Path) -> None:
    (open_folder.parent / "closed").mkdir(mode=0o700)
    with as_nobody(open_folder), pytest.raises(StoreFault) as refused:
        open_store(open_folder.parent / "closed" / "var")
    advises(refused.value, "not_reached", "rights")


def test_heads_that_cannot_be_written_do_not_undo_what_is_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_store(tmp_path) as store:
        put(store, "a")
        (tmp_path / "heads.txt").unlink()
        (tmp_path / "heads.txt").mkdir()
        put(store, "b")
        assert values(store) == {"a": "1", "b": "1"}
    assert "heads.txt was not written" in caplog.text
    with pytest.raises(StoreFault) as refused:
        open_store(tmp_path)
    advises(refused.value, "not_reached", "Check")


# -- locks


def test_a_file_that_someone_else_holds_is_told(tmp_path: Path) -> None:
    with open_store(tmp_path) as holder, open_store(tmp_path, busy_seconds=0.1) as store:
        with holder.write("account:1", "slow"):
            begun = time.monotonic()
            with pytest.raises(StoreFault) as refused:
                put(store, "a")
            assert time.monotonic() - begun < 5
            advises(refused.value, "busy", "Try again")
            assert values(store) == {}  # reading goes on
        put(store, "a")
    assert values_in(tmp_path) == {"a": "1"}


def values_in(folder: Path) -> dict[str, str]:
    with open_store(folder) as store:
        return values(store)


def test_a_file_that_is_locked_whole_is_told(tmp_path: Path) -> None:
    with open_store(tmp_path) as holder:
        holder.db.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.db.execute("PRAGMA query_only = OFF")
        holder.db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreFault) as refused:
            open_store(tmp_path, busy_seconds=0.1)
        advises(refused.value, "busy", "another program")


# -- damaged files


def filled(folder: Path, rows: int = 400) -> None:
    with open_store(folder) as store:
        with store.write("account:1", "setting.import") as write:
            write.insert_rows("setting", ({"key": f"{n:04}", "value": f'"{"x" * 200}"'} for n in range(rows)))
        put(store, "last")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_page_that_was_overwritten_is_told(tmp_path: Path, share: float, tried: Callable[..., None]) -> None:
    filled(tmp_path)
    path = tmp_path / "ringvirk.sqlite"
    with path.open("rb+") as stream:
        stream.seek(int(path.stat().st_size * share) // 4096 * 4096)
        stream.write(random.Random(1).randbytes(4096))
    found = [one for one in check(tmp_path) if one.level == "trouble"]
    assert found and "restore latest" in found[0].line("en") and "restore latest" in found[0].line("nb")
    tried("corrupted page", "a page of the file overwritten at random")


def test_reading_a_page_that_was_overwritten_is_told(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / "ringvirk.sqlite"
    with path.open("rb+") as stream:
        stream.seek(20 * 4096)  # beyond the schema and the roots of the tables
        stream.write(random.Random(1).randbytes(path.stat().st_size - 20 * 4096))
    with pytest.raises(StoreFault) as refused, open_store(tmp_path) as store, store.read() as db:
        list(db["setting"].rows)
    advises(refused.value, "corrupt", "restore latest")


def test_a_destroyed_beginning_is_told(tmp_path: Path, tried: Callable[..., None]) -> None:
    filled(tmp_path)
    with (tmp_path / "ringvirk.sqlite").open("rb+") as stream:
        stream.write(b"\x00garbage" * 500)
    with pytest.raises(StoreFault) as refused:
        open_store(tmp_path)
    advises(refused.value, "not_a_database", "restore latest")
    assert troubles(tmp_path) == {"not_a_database"}
    tried("destroyed beginning", "the first pages overwritten")


@pytest.mark.parametrize("left", [0, 4096])
def test_a_database_that_is_gone_or_empty_is_not_begun_anew(tmp_path: Path, left: int) -> None:
    filled(tmp_path)
    path = tmp_path / "ringvirk.sqlite"
    path.unlink()
    if left:
        path.touch()
    with pytest.raises(StoreFault) as refused:
        open_store(tmp_path)
    advises(refused.value, "missing", "restore latest")
    assert path.exists() == bool(left)


def dead_writer(folder: Path, steps: int) -> None:
    """Write so many steps and be killed, so that the log stays beside the database."""
    process = writer(folder, "w", 100_000)
    assert process.stdout is not None
    for _ in range(steps):
        process.stdout.readline()
    killed(process)


@posix
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_log_that_was_cut_off_is_told_and_can_be_accepted(
    tmp_path: Path, share: float, tried: Callable[..., None]
) -> None:
    with open_store(tmp_path) as store:
        put(store, "a")
    dead_writer(tmp_path, 40)
    log = tmp_path / "ringvirk.sqlite-wal"
    os.truncate(log, int(log.stat().st_size * share))
    with pytest.raises(StoreFault) as refused:
        open_store(tmp_path)
    advises(refused.value, "behind", "check --accept")
    assert troubles(tmp_path) == {"behind"}
    run = subprocess.run(
        [sys.executable, "-m", "data", "check", "--accept", "--data", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    with open_store(tmp_path) as store:
        assert values(store)["a"] == "1"
        last = list(store.db["audit"].rows)[-1]
        assert (last["actor"], last["action"]) == ("operator", "store.accept")
    assert troubles(tmp_path) == set()
    tried("truncated log", "the write-ahead log of a killed writer cut off")


@posix
def test_a_loss_stays_seen_however_much_is_written_afterwards(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    shutil.copytree(tmp_path, tmp_path.with_name("old"))
    with open_store(tmp_path) as store:
        for key in "abc":
            put(store, key)
    shutil.copy(tmp_path.with_name("old") / "ringvirk.sqlite", tmp_path / "ringvirk.sqlite")
    heads = tmp_path / "heads.txt"
    kept = heads.read_text()
    heads.unlink()  # an operator's short cut
    with open_store(tmp_path) as store:
        for key in "defgh":
            put(store, key)
    heads.write_text(kept + heads.read_text())
    open_store(tmp_path).close()
    assert troubles(tmp_path) == {"behind"}


# -- the clock


def test_a_clock_that_was_set_back_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tried: Callable[..., None]
) -> None:
    with open_store(tmp_path) as store:
        monkeypatch.setattr(audit, "now", lambda: "2031-05-01T12:00:00.000Z")
        put(store, "future")
        monkeypatch.undo()
        assert "clock_behind" in troubles(tmp_path)
        put(store, "now")  # writing goes on, and the chain holds
        with store.read() as db:
            assert audit.broken(db) is None
        assert "clock_behind" in troubles(tmp_path)
        monkeypatch.setattr(audit, "now", lambda: "2031-05-01T12:00:01.000Z")
        put(store, "later")
        assert troubles(tmp_path) == set()
        noted = findings(tmp_path)["clock_went_back"]
        assert noted.level == "note" and noted.figures["count"] == 1
        assert "2031-05-01" in noted.line("nb") and "2031-05-01" in noted.line("en")
    tried("clock set back", "rows dated years ahead, then the right time")


def test_the_library_underneath_names_its_errors() -> None:
    """The messages hang on it."""
    with pytest.raises(sqlite3.OperationalError) as error:
        sqlite3.connect(":memory:").execute("SELECT * FROM nothing")
    assert error.value.sqlite_errorname == "SQLITE_ERROR"
    assert migrations()
