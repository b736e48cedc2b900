"""Sealed backups: one file that only the key opens; nothing readable stays behind, whatever goes wrong."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyrage
import pytest
from conftest import Run
from test_backup import FILE, killed_at_random, parts, used, values_in
from test_store import ROOT, put
from test_store_faults import small_disk

from data import audit, backup
from data.__main__ import main as data_main
from data.backup import backups, kept, make_backup, prune
from data.check import check
from data.connection import StoreFault
from data.restore import restore
from data.sealing import RECIPIENTS, is_sealed, recipients, sweep, workplace
from data.store import open_store
from fund.__main__ import main as fund_main

KILLS = int(os.environ.get("RINGVIRK_TEST_KILLS", "4"))
MARK = "a-mark-that-only-stands-in-the-database"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return used(tmp_path / "var")


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private key's file, as age-keygen writes it; backups are sealed for it and for another."""
    pair, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    monkeypatch.setenv(RECIPIENTS, f"{other.to_public()}, {pair.to_public()}")
    path = tmp_path / "key.txt"
    path.write_text(f"# created: 2026-01-01\n# public key: {pair.to_public()}\n{pair}\n")
    return path


def readable(folder: Path) -> list[str]:
    """Where the mark can be read, the database itself and its log left out."""
    found = [path for path in folder.rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]
    return [str(path.relative_to(folder)) for path in found if path.parent != folder]


def marked(folder: Path) -> None:
    with open_store(folder) as store:
        put(store, MARK)


def test_a_sealed_backup_is_one_file_that_comes_back_with_its_key(folder: Path, key: Path) -> None:
    marked(folder)
    made = make_backup(folder)
    assert backups(folder) == [made.path] and made.path.is_file() and is_sealed(made.path)
    assert readable(folder) == [] and parts(folder) == [] and not list(folder.glob("*.open"))
    assert made.path.stat().st_mode & 0o077 == 0
    with open_store(folder) as store:
        put(store, "later")
    (folder / "attachments" / "one.pdf").write_bytes(b"spoilt")
    done = restore(folder, made.path, identity=key, force=True)
    assert set(values_in(folder)) == {"a", "b", MARK} and done.rows["setting"] == (4, 3)
    assert (folder / "attachments" / "one.pdf").read_bytes() == b"%PDF one"
    assert done.before is not None and is_sealed(done.before) and readable(folder) == []
    assert [one for one in check(folder) if one.level == "trouble"] == []


def test_the_file_is_an_ordinary_tar_in_an_ordinary_age_file(folder: Path, key: Path) -> None:
    made = make_backup(folder)
    secret = pyrage.x25519.Identity.from_str(key.read_text().splitlines()[-1])
    plain = pyrage.decrypt(made.path.read_bytes(), [secret])
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        names = archive.getnames()
    assert names == ["attachments/ab/two.pdf", "attachments/one.pdf", "manifest.json", FILE]


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda raw: raw[: len(raw) // 2], "sealed_damaged"),
        (lambda raw: raw[:-1], "sealed_damaged"),
        (lambda raw: raw[:10], "sealed_damaged"),
        (lambda raw: b"", "sealed_damaged"),
        (lambda raw: raw[:70_000] + bytes([raw[70_000] ^ 1]) + raw[70_001:], "sealed_damaged"),
        (lambda raw: raw[:60] + bytes([raw[60] ^ 1]) + raw[61:], "sealed_damaged"),
        (lambda raw: raw + b"x", "sealed_damaged"),
    ],
    ids=["half", "a byte short", "header cut", "empty", "a changed bit", "header changed", "longer"],
)
def test_a_sealed_backup_that_was_harmed_restores_nothing(
    folder: Path, key: Path, harm: Callable[[bytes], bytes], code: str
) -> None:
    made = make_backup(folder)
    made.path.write_bytes(harm(made.path.read_bytes()))
    with pytest.raises(StoreFault) as refused:
        restore(folder, made.path, identity=key, force=True)
    assert refused.value.code in (code, "wrong_key") and readable(folder) == []
    assert set(values_in(folder)) == {"a", "b"} and len(backups(folder)) == 1


def test_the_wrong_key_and_no_key_are_told(folder: Path, key: Path) -> None:
    made = make_backup(folder)
    asked: dict[str, Path | None] = {"backup_sealed": None}
    for code, content in {
        "wrong_key": str(pyrage.x25519.Identity.generate()),
        "identity_faulty": "# no key\n",
        "not_reached": None,
    }.items():
        asked[code] = key.with_name(code)
        if content:
            key.with_name(code).write_text(content)
    for code, identity in asked.items():
        with pytest.raises(StoreFault) as refused:
            restore(folder, made.path, identity=identity, force=True)
        assert refused.value.code == code
    key.with_name("two").write_text(f"{pyrage.x25519.Identity.generate()}\n{key.read_text()}")
    assert restore(folder, made.path, identity=key.with_name("two"), dry_run=True).backup.manifest == made.manifest


def test_a_faulty_public_key_gives_no_backup_and_is_not_repeated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = str(pyrage.x25519.Identity.generate())
    monkeypatch.setenv(RECIPIENTS, f"{pyrage.x25519.Identity.generate().to_public()} {secret}")
    with pytest.raises(StoreFault) as refused:
        make_backup(folder)
    assert refused.value.code == "recipient_faulty" and "2" in str(refused.value) and secret not in str(refused.value)
    assert backups(folder) == []
    monkeypatch.setenv(RECIPIENTS, " ")
    assert recipients() == [] and make_backup(folder).path.is_dir()


def test_a_file_that_someone_else_sealed_leads_nowhere(folder: Path, key: Path, tmp_path: Path) -> None:
    """Public keys are public: what is in the tar is not trusted for that it can be opened."""
    for name in ("../outside", "/tmp/outside"):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as archive:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
        forged = tmp_path / "20990101T000000Z.age"
        forged.write_bytes(pyrage.encrypt(stream.getvalue(), recipients()))
        with pytest.raises(StoreFault) as refused:
            restore(folder, forged, identity=key, force=True)
        assert refused.value.code == "sealed_damaged" and not list(tmp_path.rglob("outside"))


def test_damage_is_found_before_a_copy_is_sealed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoilt(db: object, target: Path) -> None:
        copy(db, target)  # type: ignore[arg-type]
        with target.open("rb+") as stream:
            stream.seek(4096)
            stream.write(b"\xff" * 100)

    copy = backup._copy_database
    monkeypatch.setattr(backup, "_copy_database", spoilt)
    with pytest.raises(StoreFault):
        make_backup(folder)
    assert backups(folder) == [] and parts(folder) == [] and not list(folder.glob(".*.open"))


def test_what_a_killed_one_left_is_swept_and_what_is_under_way_stays(folder: Path) -> None:
    for work in ("backup", "restore"):
        (folder / f".{work}.open").mkdir()
        (folder / f".{work}.open" / "left").write_text(MARK)
    with workplace(folder, "restore") as place:
        (place / "mine").write_text("x")
        sweep(folder)
        assert (place / "mine").exists() and not (folder / ".backup.open").exists()
    assert readable(folder) == []


def test_sealed_ones_are_kept_by_the_same_schedule(folder: Path) -> None:
    names = ["20260101T000000Z.age", "20260101T000000Z", "20260102T000000Z-before-restore.age", "20260103T000000Z.age"]
    assert kept(names, daily=1, weekly=0, monthly=0) == set(names[2:])
    old = make_backup(folder).path
    old.rename(old.with_name("20200101T000000Z.age"))
    newest = make_backup(folder)
    assert [path.name for path in prune(folder, newest, daily=1, weekly=0, monthly=0)] == ["20200101T000000Z.age"]
    assert backups(folder) == [newest.path] and parts(folder) == []


def test_two_at_once_each_make_one(folder: Path) -> None:
    made: list[Path] = []
    threads = [threading.Thread(target=lambda: made.append(make_backup(folder).path)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(made, reverse=True) == backups(folder) and len(set(made)) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="a disk is made small otherwise on Windows")
@pytest.mark.parametrize("fills", ["seal", "copy_synced"])
@pytest.mark.parametrize("keys", ["sealed", "readable"])
def test_a_disk_that_fills_meanwhile_is_told_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fills: str, keys: str
) -> None:
    if keys == "readable":
        monkeypatch.delenv(RECIPIENTS)
    (folder / "attachments" / "large.pdf").write_bytes(bytes(2_000_000))
    with small_disk(20_000) as disk:
        shutil.copytree(folder, disk / "var")
        real = getattr(backup, fills)

        def full(*given: Any) -> Any:
            with (disk / "filler").open("ab") as filler:
                filler.write(b"x" * max(0, shutil.disk_usage(disk).free - 300_000))
            return real(*given)

        monkeypatch.setattr(backup, fills, full)
        if (fills, keys) == ("seal", "readable"):
            assert make_backup(disk / "var").path.is_dir()
            return
        with pytest.raises(StoreFault) as refused:
            make_backup(disk / "var")
        assert refused.value.code == "full"
        assert backups(disk / "var") == [] and parts(disk / "var") == [] and not list((disk / "var").glob(".*.open"))


SEALED = "import sys; from pathlib import Path; from data.backup import *; print('on', flush=True);"
SEALED += "[make_backup(Path(sys.argv[1])) for _ in range(100)]"
OPENED = "import sys; from pathlib import Path; from data.restore import *; print('on', flush=True);"
OPENED += (
    "[restore(Path(sys.argv[1]), Path(sys.argv[2]), identity=Path(sys.argv[3]), dry_run=True) for _ in range(100)]"
)


@pytest.mark.skipif(sys.platform == "win32", reason="a kill is otherwise on Windows")
def test_a_killed_one_leaves_nothing_readable_among_the_backups(folder: Path, key: Path) -> None:
    marked(folder)
    chance, made = random.Random(1), make_backup(folder)
    for number in range(KILLS):
        if number % 2:
            killed_at_random(OPENED, folder, made.path, key, seconds=0.2, chance=chance)
        else:
            killed_at_random(SEALED, folder, seconds=0.2, chance=chance)
        assert not [name for name in readable(folder) if name.startswith("backups/")]
        sweep(folder)
        assert readable(folder) == []
        for path in backups(folder):
            restore(folder, path, identity=key, dry_run=True)


@pytest.mark.parametrize("keys", ["sealed", "readable"])
def test_the_drill_of_an_operator(
    folder: Path,
    key: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    keys: str,
) -> None:
    """A backup while someone writes; carried elsewhere; tried, put back, checked, and its head compared."""
    if keys == "readable":
        monkeypatch.delenv(RECIPIENTS)
    marked(folder)

    def told(of: Callable[[Sequence[str]], int], where: Path, *arguments: str) -> Run:
        capsys.readouterr()
        code = of([*arguments, "--data", str(where), "--lang", "en"])
        return Run(code, *capsys.readouterr())

    stop = threading.Event()

    def write_on() -> None:
        with open_store(folder) as store:
            number = 0
            while not stop.is_set():
                put(store, f"meanwhile-{number}")
                number += 1

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        run = told(data_main, folder, "backup")
    finally:
        stop.set()
        writer.join()
    assert run.code == 0 and ("encrypted" in run.out) == (keys == "sealed")
    (name,) = told(data_main, folder, "backup", "--list").out.split()
    carried = tmp_path / "elsewhere" / name
    carried.parent.mkdir()
    subprocess.run(["cp", "-a", folder / "backups" / name, carried], check=True)

    new = tmp_path / "new"
    asked = ("restore", str(carried), "--identity", str(key))
    dry = told(data_main, new, *asked, "--dry-run")
    assert dry.code == 0 and "is whole" in dry.out and not (new / FILE).exists()
    assert told(data_main, new, *asked).code == 0
    assert told(data_main, new, "check").code == 0
    assert told(fund_main, new, "verify").code == 0
    with open_store(new) as there, open_store(folder) as here:
        last = audit.history(there.db, "store", "backup")[-1].after
        assert last is not None and last["name"] == name.removesuffix(".age")
        sql = "SELECT hash FROM audit WHERE seq = ?"
        assert there.db.execute(sql, [last["last"]]).fetchone() == here.db.execute(sql, [last["last"]]).fetchone()
    without = told(data_main, folder, "restore", "latest", "--dry-run")
    assert (without.code == 2 and "--identity" in without.err) == (keys == "sealed")


def test_a_large_one_takes_no_more_memory(tmp_path: Path, key: Path) -> None:
    """Sealing and opening 60 MB grows the process by less than 16 MB."""
    (tmp_path / "plain").mkdir()
    with (tmp_path / "plain" / "large").open("wb") as stream:
        stream.truncate(60_000_000)
    code = f"""
import resource
from pathlib import Path
from data.sealing import recipients, seal, unseal
top = Path({str(tmp_path)!r})
begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
seal(top / "plain", top / "s.age", recipients())
unseal(top / "s.age", top / "again", top / "key.txt")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert int(run.stdout) < 16_000
    assert (tmp_path / "again" / "large").stat().st_size == 60_000_000
