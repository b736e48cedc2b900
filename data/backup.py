"""Copies of the data folder: made while the program runs, verified by opening them, kept by a schedule, put back.

A backup is a folder in ``backups`` named after its moment in UTC, with the database, the attachments and a
``manifest.json`` that says what must be in them; or the same as one file, sealed with a key (:mod:`data.sealing`).
It appears whole or not at all. Hidden names are work under way.

What always holds: nothing that is not verified counts as a backup, and nothing is put back that is not verified.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from data import audit, heads
from data.connection import ATTACHMENTS, FILE, StoreFault, connect, look_at, reached, row_counts, sqlite3, told
from data.copying import check_room, copy_synced, digest, size, sync_folder, write_synced
from data.migration import Migration, applied, migrations, pending, schema_faults
from data.sealing import ENDING, is_sealed, recipients, seal, sweep, workplace

FOLDER = "backups"
MANIFEST = "manifest.json"
STALE = dt.timedelta(days=1)
_NAME = re.compile(r"(\d{8}T\d{6}Z)(?:-\d+)?(-before-[\w-]+)?(?:\.age)?")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: rows by table, the chain's head, the schema's steps, the SHA-256 of each file."""

    rows: dict[str, int]
    seq: int
    head: str
    schema: list[str]
    files: dict[str, str]

    @property
    def count(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True)
class Backup:
    """A verified backup: its folder, or the file that it was sealed into, and what is in it."""

    path: Path
    manifest: Manifest

    @property
    def attachments(self) -> dict[str, str]:
        """SHA-256 of each attachment by its path below ``attachments``."""
        start = f"{ATTACHMENTS}/"
        return {name.removeprefix(start): one for name, one in self.manifest.files.items() if name.startswith(start)}


def backups(folder: Path) -> list[Path]:
    """The backups of a data folder, newest first by name."""
    place = folder / FOLDER
    found = [one for one in place.iterdir() if _NAME.fullmatch(one.name)] if place.is_dir() else []
    return sorted(found, key=lambda path: path.name, reverse=True)


def labelled(path: Path) -> bool:
    """Whether a backup was made for a reason of its own, before a restore or an upgrade."""
    match = _NAME.fullmatch(path.name)
    return bool(match and match[2])


def held_data(folder: Path) -> bool:
    """Whether a database was in use in this folder: it has left backups or heads."""
    return heads.last(folder) is not None or bool(backups(folder))


# -- making


def make_backup(
    folder: Path, *, known: Sequence[Migration] = (), label: str = "", db: Database | None = None
) -> Backup:
    """Copy the database, as it stands at one moment, and the attachments; verify the copy; then give it its name.

    Others read and write meanwhile. ``label`` is added to the name, and such backups are never thrown away by
    :func:`prune`; ``db`` is a connection that is open already. Where public keys are set, the copy is sealed for them
    once it is verified, and only the sealed file stays. Raises :class:`StoreFault`, leaving nothing behind, where
    anything is amiss.
    """
    source, keys = folder / FILE, recipients()
    log = folder / f"{FILE}-wal"
    hidden = folder / FOLDER / f".{dt.datetime.now(dt.UTC).strftime(_STAMP)}.{os.getpid()}.{os.urandom(4).hex()}.part"
    with reached(hidden):
        if not source.exists():
            raise StoreFault.of("missing" if held_data(folder) else "nothing_here", source)
        check_room(folder, (2 if keys else 1) * size([source, log, *attachments_in(folder).values()]))
        hidden.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(folder)
        try:
            if keys:
                with workplace(folder, "backup") as work:
                    manifest = _verified(folder, work / "plain", db, known)
                    seal(work / "plain", hidden, keys)
            else:
                manifest = _verified(folder, hidden, db, known)
            final = _place(hidden, label, ENDING if keys else "")
        except BaseException:
            _remove(hidden)
            raise
    return Backup(final, manifest)


def _verified(folder: Path, work: Path, db: Database | None, known: Sequence[Migration]) -> Manifest:
    """Make the copy in ``work`` and open it again; what is in it."""
    work.mkdir(mode=0o700)
    manifest = _fill(folder, work, db)
    write_synced(work / MANIFEST, json.dumps(asdict(manifest), indent=1, ensure_ascii=False).encode())
    verify_backup(work, known)
    return manifest


def _remove(path: Path) -> None:
    """A backup or a part of one, as far as it can be removed."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _fill(folder: Path, work: Path, db: Database | None) -> Manifest:
    """Copy database and attachments into ``work``. The database first: a row's attachment is there before the row."""
    with nullcontext(db) if db else closing(connect(folder / FILE)) as source, told(folder / FILE):
        source.execute("BEGIN DEFERRED")
        try:
            rows, head, schema = row_counts(source), audit.head(source), list(applied(source))
            _copy_database(source, work / FILE)
        finally:
            source.rollback()
    files = {FILE: digest(work / FILE)}
    for name, path in attachments_in(folder).items():
        copy = work / ATTACHMENTS / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        files[f"{ATTACHMENTS}/{name}"] = copy_synced(path, copy)
    return Manifest(rows, head.seq, head.hash, schema, files)


def _copy_database(db: Database, target: Path) -> None:
    """The snapshot that ``db`` reads, as one file that needs no log beside it."""
    with closing(sqlite3.connect(str(target), isolation_level=None)) as copy:
        db.conn.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb+") as stream:
        os.fsync(stream.fileno())


def _place(work: Path, label: str, suffix: str) -> Path:
    """Give ``work`` its name: its moment, a number where that is taken, the label, and the suffix of a file."""
    stamp, ending = work.name[1:].partition(".")[0], f"-{re.sub(r'[^a-z0-9-]+', '-', label)}" if label else ""
    for number in range(1, 1000):
        name = stamp + (f"-{number}" if number > 1 else "") + ending
        final = work.with_name(name + suffix)
        if not final.exists():
            try:
                _rename(work, final)
            except OSError:
                if not final.exists():
                    raise
                continue
            sync_folder(final.parent)
            return final
    raise StoreFault.of("backup_name", work.parent)


def _rename(work: Path, final: Path) -> None:
    """Give a folder or a file its name, never that of another: renaming a file would replace what has the name."""
    if work.is_dir():
        os.rename(work, final)
    else:
        os.link(work, final)
        work.unlink()


# -- verifying


def verify_backup(path: Path, known: Sequence[Migration] = ()) -> Backup:
    """Open a backup and hold it against its manifest.

    Raises :class:`StoreFault`: files that are missing or changed, a damaged database, a broken chain, other rows or
    another head than the manifest says, a schema that this program doesn't know, or one that needs a key to be read.
    """
    if is_sealed(path):
        raise StoreFault.of("backup_sealed", path)
    manifest = _manifest(path)
    with reached(path):
        for name, wanted in manifest.files.items():
            if not (path / name).is_file():
                raise StoreFault.of("backup_lacks", path, name)
            if digest(path / name) != wanted:
                raise StoreFault.of("backup_changed", path, name)
    try:
        _verify_database(path, manifest, tuple(known) or migrations())
    except StoreFault as fault:
        if fault.code in ("corrupt", "not_a_database"):  # their advice is to put a backup back
            raise StoreFault.of("backup_damaged", path, **fault.faults[0].figures) from fault
        raise
    return Backup(path, manifest)


def _verify_database(path: Path, manifest: Manifest, steps: Sequence[Migration]) -> None:
    file = path / FILE
    with closing(look_at(file)) as db, told(file):
        if trouble := damage(db):
            raise StoreFault.of("backup_damaged", path, reason=trouble)
        lacking = pending(db, file, steps)
        if faults := schema_faults(db, file, steps[: len(steps) - len(lacking)]):
            raise StoreFault(faults)
        if found := audit.broken(db):
            raise StoreFault.of("chain_broken", path, row=found[0], how=found[1])
        if row_counts(db) != manifest.rows or audit.head(db) != audit.Head(manifest.seq, manifest.head):
            raise StoreFault.of("backup_rows", path)


def damage(db: Database) -> str:
    """What SQLite's own checks find: damaged pages, rows that refer to nothing; "" where all is whole."""
    found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        return "; ".join(found)
    loose = db.execute("PRAGMA foreign_key_check").fetchall()
    return f"foreign keys: {len(loose)} × {loose[0][0]}" if loose else ""


def _manifest(path: Path) -> Manifest:
    try:
        raw: Any = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**raw)
        if FILE not in manifest.files or any(_outside(name) for name in manifest.files):
            raise ValueError("files")
        return manifest
    except (OSError, ValueError, TypeError) as error:
        raise StoreFault.of("not_a_backup", path, reason=f"{type(error).__name__}: {error}") from error


def _outside(name: str) -> bool:
    """Whether a file's name in a manifest leads out of the backup."""
    return os.path.isabs(name) or ".." in Path(name).parts


# -- keeping


def kept(names: Iterable[str], daily: int, weekly: int, monthly: int) -> set[str]:
    """Which backups stay: the newest of each of the last days, ISO weeks and months that have any; all with a label."""
    stays: set[str] = set()
    dated: list[tuple[dt.datetime, str]] = []
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None or match[2]:
            stays.add(name)
        else:
            dated.append((dt.datetime.strptime(match[1], _STAMP), name))
    dated.sort(reverse=True)
    for most, period in ((daily, "%Y-%m-%d"), (weekly, "%G-%V"), (monthly, "%Y-%m")):
        newest: dict[str, str] = {}
        for at, name in dated:
            newest.setdefault(at.strftime(period), name)
        stays.update(list(newest.values())[:most])
    return stays


def prune(folder: Path, newest: Backup, *, daily: int = 7, weekly: int = 5, monthly: int = 12) -> list[Path]:
    """Throw away what the schedule doesn't keep, never ``newest``, and work that was cut off a day ago; what went."""
    found = backups(folder)
    stays = kept([one.name for one in found], daily, weekly, monthly) | {newest.path.name}
    gone = [one for one in found if one.name not in stays]
    limit = (dt.datetime.now(dt.UTC) - STALE).timestamp()
    stale = [one for one in (folder / FOLDER).glob(".*.part") if one.stat().st_mtime < limit]
    for one in gone + stale:
        _remove(one if one in stale else one.rename(one.with_name(f".{one.name}.part")))
    return gone


def attachments_in(folder: Path) -> dict[str, Path]:
    """Attachments by their path below their folder; hidden files are half written, links are not followed."""
    top = folder / ATTACHMENTS
    found = sorted(path for path in top.rglob("*") if path.is_file() and not path.is_symlink())
    named = {path.relative_to(top).as_posix(): path for path in found}
    return {name: path for name, path in named.items() if not any(part.startswith(".") for part in Path(name).parts)}
