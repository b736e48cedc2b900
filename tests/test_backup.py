"""Backups: made while others write, verified, kept by the schedule, put back; and the operator's commands."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Run
from sqlite_utils import Database
from test_store import ROOT, cheat, put, step, values

from data import audit, backup, heads
from data.__main__ import main
from data.backup import Backup, backups, held_data, kept, make_backup, prune, verify_backup
from data.check import check
from data.connection import StoreFault, look_at, sqlite3
from data.migration import migrations
from data.restore import restore
from data.store import open_store

FILE = "ringvirk.sqlite"
STEPS = len(migrations())
"""Each step of the schema leaves a row in the audit and one in its own table."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return used(tmp_path / "var")


def used(place: Path) -> Path:
    """A data folder with two settings and two attachments, one of them in a folder of its own, one half written."""
    with open_store(place) as store:
        put(store, "a")
        put(store, "b")
    (place / "attachments" / "ab").mkdir(parents=True)
    (place / "attachments" / "one.pdf").write_bytes(b"%PDF one")
    (place / "attachments" / "ab" / "two.pdf").write_bytes(b"%PDF two")
    (place / "attachments" / ".three.part").write_bytes(b"%P")
    return place


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], folder: Path) -> Callable[..., Run]:
    """``python -m data …`` on the folder, within this process."""

    def start(*arguments: object) -> Run:
        capsys.readouterr()
        code = main([*map(str, arguments), "--data", str(folder), "--lang", "en"])
        return Run(code, *capsys.readouterr())

    return start


def values_in(folder: Path) -> dict[str, str]:
    with open_store(folder) as store:
        return values(store)


def parts(folder: Path) -> list[str]:
    """Work that was left behind."""
    return [path.name for path in folder.rglob("*.part") if path.name != ".three.part"]


# -- making and verifying


def test_a_backup_holds_rows_attachments_and_the_head(folder: Path) -> None:
    made = make_backup(folder)
    assert backups(folder) == [made.path]
    assert {name: count for name, count in made.manifest.rows.items() if count} == {
        "audit": STEPS + 2,
        "migration": STEPS,
        "setting": 2,
    }
    assert set(made.attachments) == {"one.pdf", "ab/two.pdf"}
    assert verify_backup(made.path) == made
    with open_store(folder) as store, store.read() as db:
        assert audit.head(db) == audit.Head(made.manifest.seq, made.manifest.head)
    assert sorted(path.name for path in made.path.iterdir()) == ["attachments", "manifest.json", FILE]
    with closing(look_at(made.path / FILE)) as copy:
        assert dict(copy.execute("SELECT key, value FROM setting").fetchall()) == {"a": "1", "b": "1"}
    assert parts(folder) == []


def test_backups_of_one_second_each_have_a_name(folder: Path) -> None:
    made = [make_backup(folder).path for _ in range(3)]
    assert len(set(made)) == 3 and len(backups(folder)) == 3


def test_a_backup_while_others_write_is_one_moment(folder: Path) -> None:
    stop = threading.Event()
    errors: list[BaseException] = []

    def write_on() -> None:
        try:
            with open_store(folder) as store:
                number = 0
                while not stop.is_set():
                    with store.write("account:1", "pair") as write:
                        for side in ("left", "right"):
                            write.insert("setting", {"key": f"{side}-{number}", "value": "1"})
                    number += 1
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=write_on)
    thread.start()
    try:
        made = [make_backup(folder) for _ in range(5)]
    finally:
        stop.set()
        thread.join()
    assert errors == []
    seqs = [one.manifest.seq for one in made]
    assert seqs == sorted(seqs) and seqs[-1] > seqs[0]
    for one in made:
        with closing(look_at(verify_backup(one.path).path / FILE)) as copy:
            keys = [key for (key,) in copy.execute("SELECT key FROM setting")]
        left = {key.removeprefix("left-") for key in keys if key.startswith("left-")}
        assert left == {key.removeprefix("right-") for key in keys if key.startswith("right-")}


def test_rows_are_counted_at_the_moment_that_is_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = backup._copy_database

    def late(db: Database, target: Path) -> None:
        with open_store(folder) as other:
            put(other, "meanwhile")
        copy(db, target)

    monkeypatch.setattr(backup, "_copy_database", late)
    assert make_backup(folder).manifest.rows["setting"] == 2
    assert len(values_in(folder)) == 3


def spoil(path: Path) -> None:
    with path.open("rb+") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 100)


def forget_hash(made: Backup) -> None:
    """Let the manifest agree with the file as it is now: the database itself must show what is wrong."""
    raw = json.loads((made.path / "manifest.json").read_text())
    raw["files"][FILE] = backup.digest(made.path / FILE)
    (made.path / "manifest.json").write_text(json.dumps(raw))


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda made: spoil(made.path / FILE), "backup_changed"),
        (lambda made: (spoil(made.path / FILE), forget_hash(made)), "backup_damaged"),
        (lambda made: (made.path / "attachments" / "one.pdf").unlink(), "backup_lacks"),
        (lambda made: (made.path / "attachments" / "one.pdf").write_bytes(b"%PDF 0ne"), "backup_changed"),
        (lambda made: (made.path / "manifest.json").unlink(), "not_a_backup"),
        (lambda made: (made.path / "manifest.json").write_text('{"rows": '), "not_a_backup"),
        (lambda made: (made.path / "manifest.json").write_text("[]"), "not_a_backup"),
    ],
    ids=["file", "page", "attachment gone", "attachment", "no manifest", "half manifest", "other manifest"],
)
def test_a_backup_that_was_harmed_is_refused(folder: Path, harm: Callable[[Backup], object], code: str) -> None:
    made = make_backup(folder)
    harm(made)
    with pytest.raises(StoreFault) as refused:
        verify_backup(made.path)
    assert refused.value.code == code
    with pytest.raises(StoreFault):
        restore(folder, made.path, force=True)
    assert values_in(folder) == {"a": "1", "b": "1"}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM setting WHERE key = 'a'", "backup_rows"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "backup_rows"),
        ("UPDATE audit SET actor = 'x'", "chain_broken"),
    ],
)
def test_a_backup_whose_rows_were_changed_is_refused(folder: Path, statement: str, code: str) -> None:
    made = make_backup(folder)
    with closing(look_at(made.path / FILE)) as db:
        triggers = db.triggers
    with closing(sqlite3.connect(str(made.path / FILE))) as connection:
        for sql in [*(f"DROP TRIGGER {one.name}" for one in triggers), statement, *(one.sql for one in triggers)]:
            connection.execute(sql)
        connection.commit()
    forget_hash(made)
    with pytest.raises(StoreFault) as refused:
        verify_backup(made.path)
    assert refused.value.code == code


def test_a_manifest_cannot_lead_out_of_its_folder(folder: Path) -> None:
    made = make_backup(folder)
    raw = json.loads((made.path / "manifest.json").read_text())
    for name in ("../../ringvirk.sqlite", "attachments/../../x", str(folder / FILE)):
        (made.path / "manifest.json").write_text(json.dumps({**raw, "files": {**raw["files"], name: "x"}}))
        with pytest.raises(StoreFault) as refused:
            verify_backup(made.path)
        assert refused.value.code == "not_a_backup"


def test_a_damaged_database_gives_no_backup(folder: Path) -> None:
    with open_store(folder) as store, store.write("account:1", "import") as write:
        write.insert_rows("setting", ({"key": f"{n:04}", "value": f'"{"x" * 200}"'} for n in range(400)))
    with (folder / FILE).open("rb+") as stream:
        stream.seek(30 * 4096)
        stream.write(random.Random(1).randbytes(4096))
    with pytest.raises(StoreFault) as refused:
        make_backup(folder)
    assert refused.value.code == "backup_damaged"
    assert backups(folder) == [] and parts(folder) == []


def test_a_disk_without_room_gives_no_backup(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(StoreFault) as refused:
        make_backup(folder)
    assert refused.value.code == "no_room" and "moving old backups" in str(refused.value)
    assert backups(folder) == [] and parts(folder) == []


# -- keeping


def test_the_schedule_keeps_days_weeks_and_months() -> None:
    begin = dt.datetime(2025, 11, 1, 3, 0)
    names = [(begin + dt.timedelta(hours=12 * n)).strftime("%Y%m%dT%H%M%SZ") for n in range(2 * 120)]
    stays = sorted(kept(names, daily=3, weekly=2, monthly=4))
    assert stays == [
        "20251130T150000Z",  # the last of each month …
        "20251231T150000Z",
        "20260131T150000Z",
        "20260222T150000Z",  # … of each week (a Sunday) …
        "20260226T150000Z",  # … and of each day
        "20260227T150000Z",
        "20260228T150000Z",
    ]


def test_the_schedule_keeps_what_has_a_label_or_another_name() -> None:
    names = ["20260101T000000Z", "20260101T000000Z-2", "20260102T000000Z-before-restore", "notes", "20260103T000000Z"]
    assert kept(names, daily=1, weekly=0, monthly=0) == {
        "20260102T000000Z-before-restore",
        "notes",
        "20260103T000000Z",
    }


def test_throwing_away_spares_the_newest_even_when_the_clock_was_set_back(folder: Path) -> None:
    later = [make_backup(folder).path for _ in range(2)]
    for number, path in enumerate(later):
        path.rename(path.with_name(f"2099010{number + 1}T000000Z"))
    old_work = folder / "backups" / ".20200101T000000Z.1.x.part"
    old_work.mkdir()
    os.utime(old_work, (0, 0))
    new_work = folder / "backups" / ".20990101T000000Z.1.x.part"
    new_work.mkdir()
    newest = make_backup(folder)
    gone = prune(folder, newest, daily=1, weekly=0, monthly=0)
    assert [path.name for path in gone] == ["20990101T000000Z"]
    assert [path.name for path in backups(folder)] == ["20990102T000000Z", newest.path.name]
    assert not old_work.exists() and new_work.exists()


# -- putting back


def test_a_restore_puts_back_what_the_backup_holds(folder: Path) -> None:
    made = make_backup(folder)
    with open_store(folder) as store:
        put(store, "c")
    (folder / "attachments" / "one.pdf").write_bytes(b"spoilt")
    (folder / "attachments" / "ab" / "two.pdf").unlink()
    (folder / "attachments" / "later.pdf").write_bytes(b"%PDF later")
    done = restore(folder, made.path, force=True)
    assert done.rows == {"audit": (STEPS + 3, STEPS + 2), "setting": (3, 2)} and done.lost_seq == STEPS + 3
    assert values_in(folder) == {"a": "1", "b": "1"}
    assert (folder / "attachments" / "one.pdf").read_bytes() == b"%PDF one"
    assert (folder / "attachments" / "ab" / "two.pdf").read_bytes() == b"%PDF two"
    assert (folder / "attachments" / "later.pdf").exists()
    assert done.before is not None and done.before.name.endswith("-before-restore")
    assert verify_backup(done.before).manifest.rows["setting"] == 3
    assert not [one for one in check(folder) if one.level == "trouble"]
    restore(folder, done.before, force=True)  # and there is a way back
    assert values_in(folder) == {"a": "1", "b": "1", "c": "1"}


def test_a_restore_refuses_what_is_there_unless_forced(folder: Path) -> None:
    made = make_backup(folder)
    with open_store(folder) as store:
        put(store, "c")
    with pytest.raises(StoreFault) as refused:
        restore(folder, made.path)
    assert refused.value.code == "restore_refused"
    assert len(values_in(folder)) == 3 and backups(folder) == [made.path]


def test_a_dry_run_changes_nothing(folder: Path) -> None:
    made = make_backup(folder)
    with open_store(folder) as store:
        put(store, "c")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert restore(folder, made.path, dry_run=True).rows == {"audit": (STEPS + 3, STEPS + 2), "setting": (3, 2)}
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_restore_into_an_empty_folder_needs_no_force(folder: Path, tmp_path: Path) -> None:
    made = make_backup(folder)
    done = restore(tmp_path / "new", made.path)
    assert done.before is None and values_in(tmp_path / "new") == {"a": "1", "b": "1"}
    assert (tmp_path / "new" / "attachments" / "one.pdf").exists()


def test_a_restore_while_the_program_runs_is_refused(folder: Path) -> None:
    made = make_backup(folder)
    with open_store(folder) as store:
        put(store, "c")
        with pytest.raises(StoreFault) as refused:
            restore(folder, made.path, force=True, busy_seconds=0.1)
        assert refused.value.code == "in_use"
        put(store, "d")
    assert len(values_in(folder)) == 4 and backups(folder) == [made.path] and not list(folder.glob("damaged-*"))


@pytest.mark.parametrize("harm", ["page", "beginning", "gone", "chain"])
def test_a_damaged_database_is_set_aside_and_replaced(folder: Path, harm: str) -> None:
    made = make_backup(folder)
    with open_store(folder) as store, store.write("account:1", "import") as write:
        write.insert_rows("setting", ({"key": f"{n:04}", "value": f'"{"x" * 200}"'} for n in range(400)))
    if harm == "gone":
        (folder / FILE).unlink()
    elif harm == "chain":
        with open_store(folder) as store:
            cheat(store, "UPDATE audit SET actor = 'x'")
    else:
        with (folder / FILE).open("r+b") as stream:
            stream.seek(30 * 4096 if harm == "page" else 0)
            stream.write(random.Random(1).randbytes(4096))
    spoilt = (folder / FILE).read_bytes() if harm != "gone" else b""
    done = restore(folder, made.path, force=True)
    assert values_in(folder) == {"a": "1", "b": "1"}
    assert not [one for one in check(folder) if one.level == "trouble"]
    if harm == "gone":
        assert done.before is None
    else:
        assert done.before is not None and (done.before / FILE).read_bytes() == spoilt
    assert parts(folder) == []


def test_a_stray_log_never_meets_the_restored_database(folder: Path) -> None:
    made = make_backup(folder)
    with open_store(folder) as store:
        put(store, "c")
        log = (folder / f"{FILE}-wal").read_bytes()
    (folder / FILE).unlink()
    (folder / f"{FILE}-wal").write_bytes(log)
    done = restore(folder, made.path)
    assert values_in(folder) == {"a": "1", "b": "1"}
    assert done.before is not None and (done.before / f"{FILE}-wal").read_bytes() == log


def test_a_restored_database_is_upgraded_when_it_is_opened(folder: Path) -> None:
    made = make_backup(folder)
    known = step("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT")
    with open_store(folder, known=known):
        pass
    restore(folder, made.path, force=True)
    with open_store(folder, known=known) as store:
        assert "thing" in store.db.table_names() and values(store) == {"a": "1", "b": "1"}


def killed_at_random(code: str, folder: Path, *arguments: object, seconds: float, chance: random.Random) -> None:
    """Start Python on ``code``, wait until it says that it begins, and kill it within ``seconds``."""
    command = [sys.executable, "-c", code, str(folder), *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    time.sleep(chance.uniform(0, seconds))
    process.kill()
    assert process.stderr.read() == ""
    process.wait()


BACKUP = "import sys; from pathlib import Path; from data.backup import *; print('on', flush=True);"
BACKUP += "[make_backup(Path(sys.argv[1])) for _ in range(100)]"
RESTORE = "import sys; from pathlib import Path; from data.restore import *; print('on', flush=True);"
RESTORE += "restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True)"


def enlarge(folder: Path, name: str) -> None:
    with open_store(folder) as store, store.write("account:1", "import") as write:
        rows = ({"key": f"{name}-{n:05}", "value": f'"{"x" * 300}"'} for n in range(3000))
        write.insert_rows("setting", rows)


@pytest.mark.skipif(sys.platform == "win32", reason="a kill is otherwise on Windows")
@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.long])])
def test_a_killed_backup_leaves_no_half_one(folder: Path, kills: int) -> None:
    chance = random.Random(kills)
    enlarge(folder, "one")
    for _ in range(kills):
        killed_at_random(BACKUP, folder, seconds=0.3, chance=chance)
        for path in backups(folder):
            verify_backup(path)
    assert make_backup(folder).manifest.rows["setting"] == 3002
    assert not [one for one in check(folder) if one.level == "trouble"]


@pytest.mark.skipif(sys.platform == "win32", reason="a kill is otherwise on Windows")
@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.long])])
def test_a_killed_restore_leaves_the_old_or_the_new_database(folder: Path, kills: int) -> None:
    chance = random.Random(kills)
    enlarge(folder, "one")
    small = make_backup(folder)
    enlarge(folder, "two")
    large = make_backup(folder)
    for number in range(kills):
        put_back = small if number % 2 else large
        killed_at_random(RESTORE, folder, put_back.path, seconds=0.4, chance=chance)
        with closing(sqlite3.connect(str(folder / FILE))) as db:
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert db.execute("SELECT count(*) FROM setting").fetchone()[0] in (3002, 6002)
        for path in backups(folder):
            if "-before-" in path.name:
                verify_backup(path)
                shutil.rmtree(path)
    restore(folder, small.path, force=True)
    assert len(values_in(folder)) == 3002
    assert not [one for one in check(folder) if one.level == "trouble"]


def test_a_folder_that_held_data_is_known(folder: Path, tmp_path: Path) -> None:
    assert held_data(folder) and not held_data(tmp_path / "new")
    (folder / heads.FILE).unlink()
    assert not held_data(folder)
    make_backup(folder)
    assert held_data(folder)


# -- the operator's commands


def test_check_says_that_all_is_well(command: Callable[..., Run]) -> None:
    run = command("check")
    assert run.code == 0 and run.err == ""
    lines = run.out.splitlines()
    assert lines[-1] == "All is well."
    assert [line.partition(":")[0] for line in lines[:-1]] == ["Well"] * 9 + ["Note"] * 2
    assert "no backup" in lines[-2]


def test_check_says_what_is_wrong_and_what_to_do(command: Callable[..., Run], folder: Path) -> None:
    with open_store(folder) as store:
        cheat(store, "UPDATE audit SET actor = 'x' WHERE seq = 2")
        store.db.execute("PRAGMA query_only = OFF")
        store.db.execute("DROP TRIGGER audit_no_delete")
    run = command("check")
    assert run.code == 1
    trouble = [line for line in run.out.splitlines() if line.startswith("TROUBLE")]
    assert len(trouble) == 2 and run.out.splitlines()[-1] == "Troubles found: 2."
    assert "audit_no_delete" in trouble[0] and "python -m data migrate" in trouble[0]
    assert "row 2" in trouble[1] and "put back a backup" in trouble[1]


def test_check_looks_for_a_head_from_the_minutes(command: Callable[..., Run], folder: Path) -> None:
    with open_store(folder) as store, store.read() as db:
        head = audit.head(db).hash
    old = make_backup(folder)
    assert command("check", "--head", head).code == 0
    with open_store(folder) as store:
        put(store, "c")
        with store.read() as db:
            newer = audit.head(db).hash
    assert command("check", "--head", newer).code == 0
    restore(folder, old.path, force=True)
    run = command("check", "--head", newer)
    assert run.code == 1 and "the chain" in run.out.lower()


def test_check_of_an_empty_folder_is_trouble(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--data", str(tmp_path / "none"), "--lang", "nb"]) == 1
    assert "Her er det ingen database" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


def test_check_tells_of_an_old_backup(command: Callable[..., Run], folder: Path) -> None:
    made = make_backup(folder)
    assert "Newest backup" in command("check").out
    made.path.rename(made.path.with_name("20200101T000000Z"))
    run = command("check")
    assert run.code == 0 and "Note: The newest backup is" in run.out


def test_a_backup_and_a_restore_by_command(command: Callable[..., Run], folder: Path) -> None:
    run = command("backup")
    assert run.code == 0 and f"{2 * STEPS + 4} rows, 2 attachments" in run.out
    (made,) = backups(folder)
    assert command("backup", "--list").out.split() == [made.name]
    with open_store(folder) as store:
        put(store, "c")
    dry = command("restore", made.name, "--dry-run")
    assert dry.code == 0 and "setting: 3 rows now, 2 in the backup" in dry.out and "Nothing was changed" in dry.out
    refused = command("restore", "latest")
    assert refused.code == 2 and "--force" in refused.err
    done = command("restore", "latest", "--force")
    assert done.code == 0 and "The backup is put back" in done.out
    assert values_in(folder) == {"a": "1", "b": "1"}
    assert command("check").code == 0
    with open_store(folder) as store, store.read() as db:
        last = audit.history(db, "store", "backup")[-1]
    assert (last.actor, last.after) == ("operator", {"name": made.name, "last": STEPS + 2})


def test_latest_passes_over_one_that_is_not_whole(command: Callable[..., Run], folder: Path) -> None:
    whole = make_backup(folder).path
    whole.rename(whole.with_name("20260101T000000Z"))
    harmed = make_backup(folder).path
    (harmed / "attachments" / "one.pdf").unlink()
    run = command("restore", "latest", "--force")
    assert run.code == 0 and "20260101T000000Z is whole" in run.out and harmed.name in run.err
    shutil.rmtree(folder / "backups")
    run = command("restore", "latest", "--force")
    assert run.code == 2 and "no whole backup" in run.err


def test_a_harmed_backup_is_trouble(command: Callable[..., Run], folder: Path) -> None:
    made = make_backup(folder)
    spoil(made.path / FILE)
    run = command("restore", made.path, "--dry-run")
    assert run.code == 1 and "changed or damaged" in run.err
    assert command("restore", folder, "--dry-run").code == 2


def test_migrate_makes_the_database_and_puts_triggers_back(command: Callable[..., Run], folder: Path) -> None:
    with open_store(folder) as store:
        store.db.execute("PRAGMA query_only = OFF")
        store.db.execute("DROP TRIGGER audit_no_delete")
    run = command("migrate")
    assert run.code == 0 and "Put back: audit_no_delete" in run.out and "up to date" in run.out
    assert command("check").code == 0
    shutil.rmtree(folder)
    run = command("migrate")
    assert run.code == 0 and "Run: 0001-audit" in run.out


def test_the_module_is_a_command(folder: Path) -> None:
    command = [sys.executable, "-m", "data", "check", "--lang", "nb"]
    around = {**os.environ, "RINGVIRK_DATA": str(folder)}
    run = subprocess.run(command, capture_output=True, cwd=ROOT, env=around, timeout=60, check=False)
    assert run.returncode == 0 and run.stdout.decode().splitlines()[-1] == "Alt er vel."


def test_a_folder_that_was_never_used_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as caught:
        make_backup(tmp_path / "new")
    assert [fault.code for fault in caught.value.faults] == ["store.nothing_here"]
