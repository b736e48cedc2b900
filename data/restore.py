"""Putting a backup back in the place of what is there, which is kept.

What always holds: what is put back was verified; what was there is backed up, or set aside where it is damaged; the
database is replaced in one step while nobody else has it open; a database never meets another one's log.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from data import audit, heads
from data.backup import Backup, make_backup, verify_backup
from data.connection import ATTACHMENTS, FILE, StoreFault, connect, look_at, reached, row_counts, sqlite3, told
from data.copying import check_room, copy_synced, digest, size, sync_folder
from data.sealing import is_sealed, sweep, unseal, workplace

_NOT_DAMAGE = ("in_use", "busy", "full", "no_room", "read_only", "not_reached", "no_memory")


@dataclass(frozen=True)
class Restored:
    """What a restore did, or would do.

    ``before`` is where that is which was there: a backup, or a folder with the damaged files; None if nothing was.
    ``rows`` has rows by table, before and after, where they differ; ``lost_seq`` is the last audit row that was there.
    Both are empty where what was there can't be read.
    """

    backup: Backup
    before: Path | None
    rows: dict[str, tuple[int, int]]
    lost_seq: int


def restore(
    folder: Path,
    path: Path,
    *,
    identity: Path | None = None,
    force: bool = False,
    dry_run: bool = False,
    busy_seconds: float = 2.0,
) -> Restored:
    """Put the backup at ``path`` in the place of what is in ``folder``; ``dry_run`` only says what that would do.

    ``identity`` is the file with the private key that a sealed backup needs; it is opened in a folder of its own, of
    which nothing stays. Where a database is there, ``force`` is needed. Attachments that are not in the backup stay.
    Raises :class:`StoreFault`, with the database as it was, where the backup is not whole, the program is running, or
    something else stands in the way.
    """
    with reached(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(folder)
        if not (identity and is_sealed(path)):
            return _restored(folder, verify_backup(path), force, dry_run, busy_seconds)
        with workplace(folder, "restore") as work:
            unseal(path, work / path.stem, identity)
            return _restored(folder, verify_backup(work / path.stem), force, dry_run, busy_seconds)


def _restored(folder: Path, backup: Backup, force: bool, dry_run: bool, busy_seconds: float) -> Restored:
    target = folder / FILE
    rows, seq = _standing(target)
    plan = Restored(backup, None, _difference(rows, backup.manifest.rows), seq)
    if dry_run:
        return plan
    if target.exists() and not force:
        raise StoreFault.of("restore_refused", target)
    with reached(target):
        check_room(folder, 2 * size([backup.path / name for name in backup.manifest.files]) + size([target]))
        before = _replace(folder, backup, busy_seconds)
    heads.note(folder, audit.Head(backup.manifest.seq, backup.manifest.head), "accepted")
    return Restored(backup, before, plan.rows, seq)


def _replace(folder: Path, backup: Backup, busy_seconds: float) -> Path | None:
    """Keep what is there and put the backup in its place; where the old one is now."""
    target = folder / FILE
    try:
        if target.exists():
            with _alone(target, busy_seconds) as db:
                before = make_backup(folder, label="before-restore", db=db).path
                _put_attachments(folder, backup)
                _write_into(backup.path / FILE, db, target)
                return before
    except StoreFault as fault:
        if fault.code in _NOT_DAMAGE:
            raise
    aside = _set_aside(folder)
    _put_attachments(folder, backup)
    _put_file(backup.path / FILE, target)
    return aside


@contextmanager
def _alone(target: Path, busy_seconds: float) -> Iterator[Database]:
    """The database while nobody else has it open."""
    with closing(connect(target, busy_seconds=busy_seconds)) as db, told(target):
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("PRAGMA query_only = OFF")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise StoreFault.of("in_use", target) from error
            raise
        yield db


def _write_into(source: Path, db: Database, target: Path) -> None:
    """Overwrite the open database in one transaction; the lock is held, or else SQLite would try for ever."""

    def held(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreFault.of("in_use", target)

    with closing(look_at(source)) as backup:
        backup.conn.backup(db.conn, progress=held)


def _set_aside(folder: Path) -> Path | None:
    """Move a damaged database and its log into a folder of their own; None where there is nothing."""
    there = [one for one in (folder / f"{FILE}{end}" for end in ("", "-wal", "-shm", "-journal")) if one.exists()]
    if not there:
        return None
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = folder / f"damaged-{stamp}-{os.urandom(2).hex()}"
    aside.mkdir(mode=0o700)
    for one in there:  # the database first: without it nothing opens, and its log must never meet another database
        os.rename(one, aside / one.name)
    sync_folder(folder)
    return aside


def _put_file(source: Path, target: Path) -> None:
    """Put a copy of ``source`` at ``target`` in one step."""
    part = target.with_name(f".{target.name}.part")
    copy_synced(source, part)
    os.replace(part, target)
    sync_folder(target.parent)


def _put_attachments(folder: Path, backup: Backup) -> None:
    """Copy each attachment that is missing or differs; others stay, as orphans do no harm."""
    for name, wanted in backup.attachments.items():
        target = folder / ATTACHMENTS / name
        if not (target.is_file() and digest(target) == wanted):
            target.parent.mkdir(parents=True, exist_ok=True)
            _put_file(backup.path / ATTACHMENTS / name, target)


def _standing(target: Path) -> tuple[dict[str, int], int]:
    """Rows by table and the last audit row of the database that is there; nothing where it can't be read."""
    if not target.exists():
        return {}, 0
    try:
        with closing(connect(target)) as db:
            return row_counts(db), audit.head(db).seq
    except (StoreFault, sqlite3.Error):
        return {}, 0


def _difference(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    if not before:
        return {}
    pairs = {name: (before.get(name, 0), after.get(name, 0)) for name in [*before, *after]}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
