"""The one way into the program's database: open, read a snapshot, write whole or not at all.

    with open_store() as store:
        with store.read() as db:
            rows = list(db.query("SELECT * FROM setting"))
        with store.write("account:7", "setting.save") as write:
            write.update_row("setting", "language", version=3, changes={"value": '"en"'})

A store belongs to the thread that opened it: open one a run. Outside a write the connection refuses changes. Rows that
several people edit have a column ``version``: it is 1 when the row is made, and one more with every change. Keys are
never used again (AUTOINCREMENT or random text), else an old page could write over another row.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from data import heads
from data.audit import Chain, Entry, Head, canonical, history
from data.backup import held_data, make_backup
from data.connection import (
    BUSY_SECONDS,
    FILE,
    StoreFault,
    connect,
    data_folder,
    let_write,
    quoted,
    reached,
    sqlite3,
    told,
)
from data.migration import Migration, migrate, migrations, pending, schema_faults
from data.paths import NOTHING, at, changes, read_path, same
from data.phrases import Lang, say

Key = int | str
_SILENT = frozenset({"version"})
_AS_THEY_ARE = frozenset({str, int, float, type(None)})


class Conflict(Exception):
    """Someone else changed the row after it was read.

    ``now`` is the row as it stands (None if it is deleted), ``mine`` the changes that were not stored, ``since`` what
    others did, oldest first. ``clashes`` names the columns that both changed, to different values, and within a JSON
    object the paths: where there is none, the changes can be merged and stored with the version of ``now``.
    """

    def __init__(self, mine: Mapping[str, Any], now: dict[str, Any] | None, since: list[Entry]) -> None:
        self.mine, self.now, self.since = dict(mine), now, since
        super().__init__(self.line("en"))

    @property
    def theirs(self) -> dict[str, Any]:
        """The columns that others changed, with their newest values; by path within a JSON object."""
        changed = {name: value for entry in self.since for name, value in (entry.after or {}).items()}
        return {name: value for name, value in changed.items() if name not in _SILENT}

    @property
    def clashes(self) -> list[str]:
        found = []
        for name, theirs in self.theirs.items():
            column, *path = read_path(name)
            if column not in self.mine:
                continue
            mine, read = self.mine[column], self._as_read(name)
            if path:
                mine = at(_object(mine), path)
                read, theirs = (NOTHING if one is None else one for one in (read, theirs))
                if same(mine, read):  # left as it was
                    continue
            if not same(mine, theirs):
                found.append(name)
        return found

    def _as_read(self, name: str) -> Any:
        """What stood there when the row was read: before the first of the changes since."""
        return next(((one.before or {}).get(name) for one in self.since if name in (one.after or {})), None)

    def line(self, lang: Lang) -> str:
        """Who changed what and when, in one sentence."""
        if not self.since:
            return say("store.conflict.unknown", lang)
        newest = self.since[-1]
        at = newest.at[:16].replace("T", " ")
        if newest.after is None:
            return say("store.conflict.deleted", lang, actor=newest.actor, at=at)
        return say("store.conflict.changed", lang, actor=newest.actor, at=at, columns=", ".join(self.theirs))


class Write:
    """One write while it is under way: every change through it leaves an audit row. ``db`` is for reading along."""

    def __init__(self, db: Database, actor: str, action: str) -> None:
        self.db, self.actor, self.action = db, actor, action
        self.chain = Chain(db)

    def insert(self, table: str, row: Mapping[str, Any], *, derived: Collection[str] = ()) -> Key:
        """Add a row, and its key. A column ``version`` begins at 1; ``derived`` as in :meth:`insert_rows`."""
        return self.insert_rows(table, [row], derived=derived)[0]

    def insert_rows(self, table: str, rows: Iterable[Mapping[str, Any]], *, derived: Collection[str] = ()) -> list[Key]:
        """Add rows, and their keys, in the same order. Columns in ``derived`` follow from others and aren't audited."""
        key, versioned = self._shape(table)
        keys: list[Key] = []
        for names, alike in groupby(rows, key=tuple):
            own = key not in names
            columns = tuple(dict.fromkeys((*([key] if own else []), *names, *(["version"] if versioned else []))))
            made = []
            for number, given in enumerate(alike, self._next_key(table, key) if own else 0):
                row = {key: number, **given} if own else dict(given)
                if versioned:
                    row["version"] = 1
                made.append([one if type(one) in _AS_THEY_ARE else _stored(one) for one in row.values()])
            listed, marks = ", ".join(map(quoted, columns)), ", ".join("?" * len(columns))
            sql = f"INSERT INTO {quoted(table)} ({listed}) VALUES ({marks})"
            self.db.conn.executemany(sql, made)
            kept = [(at, name) for at, name in enumerate(columns) if name not in derived]
            added = [row[columns.index(key)] for row in made]
            shown = (({name: _as_shown(row[at]) for at, name in kept} for row in made), map(str, added))
            self.chain.add_new(self.actor, self.action, table, zip(*shown, strict=True))
            keys += added
        return keys

    def _next_key(self, table: str, key: str) -> int:
        """The number that the next row gets; nobody else adds one, since this write holds the lock."""
        (kind,) = self.db.execute("SELECT type FROM pragma_table_info(?) WHERE pk", [table]).fetchone()
        if kind != "INTEGER":
            raise ValueError(f"{table} doesn't number its rows: give {key}")
        (highest,) = self.db.execute(f"SELECT coalesce(max({quoted(key)}), 0) FROM {quoted(table)}").fetchone()
        if self.db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").fetchone():
            used = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
            highest = max(highest, used[0] if used else 0)
        return int(highest) + 1

    def update_row(
        self,
        table: str,
        key: Key,
        version: int,
        changes: Mapping[str, Any],
        *,
        derived: Mapping[str, Any] | None = None,
    ) -> int:
        """Change columns of the row that was read with ``version``; its new version.

        Where nothing differs, nothing is stored and the version stays. ``derived`` columns follow from others: they are
        stored with these and not audited. Where a column holds a JSON object before and after, the audit has only what
        differs within, by path. Raises :class:`Conflict` where the row has another version by now or is gone, and
        LookupError where it never was.
        """
        row = self._current(table, key, version, changes)
        after = {name: value for name, value in _all_stored(changes).items() if name not in row or row[name] != value}
        if not after:
            return version
        name_of_key, _ = self._shape(table)
        if name_of_key in after:
            raise ValueError(f"the key of {table} is never changed")
        after["version"] = version + 1
        stored = {**after, **_all_stored(derived or {})}
        sets = ", ".join(f"{quoted(name)} = ?" for name in stored)
        where = f"{quoted(name_of_key)} = ?"
        self.db.conn.execute(f"UPDATE {quoted(table)} SET {sets} WHERE {where}", [*stored.values(), key])
        self.record(table, key, *_by_path({name: row[name] for name in after if name in row}, after))
        return version + 1

    def delete_row(self, table: str, key: Key, version: int) -> None:
        """Delete the row that was read with ``version``. Raises as :meth:`update_row` does."""
        row = self._current(table, key, version, {})
        self.db.conn.execute(f"DELETE FROM {quoted(table)} WHERE {quoted(self._shape(table)[0])} = ?", [key])
        self.record(table, key, row, None)

    def record(
        self, kind: str, resource: Key, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """Add an audit row for something that was done otherwise."""
        shown = [
            None if one is None else {name: _as_shown(value) for name, value in one.items()} for one in (before, after)
        ]
        self.chain.add(self.actor, self.action, kind, str(resource), *shown)

    def _current(self, table: str, key: Key, version: int, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The row, if it still has this version."""
        name, versioned = self._shape(table)
        if not versioned:
            raise ValueError(f"{table} has no column version")
        found = list(self.db.query(f"SELECT * FROM {quoted(table)} WHERE {quoted(name)} = ?", [key]))
        if found and found[0]["version"] == version:
            return found[0]
        past = history(self.db, table, str(key))
        if not found and not past:
            raise LookupError(f"{table} has no row {key}")
        since = [one for one in past if one.after is None or one.after.get("version", 0) > version]
        raise Conflict(_all_stored(changes), found[0] if found else None, since)

    def _shape(self, table: str) -> tuple[str, bool]:
        """The name of a table's key, and whether its rows have versions."""
        columns = self.db.execute("SELECT name, pk FROM pragma_table_info(?)", [table]).fetchall()
        keys = [name for name, place in columns if place]
        if len(keys) != 1:
            raise ValueError(f"{table} is not a table with one key column")
        return keys[0], any(name == "version" for name, _ in columns)


class Store:
    """The open database of one data folder. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, db: Database) -> None:
        self.folder, self.path, self.db = folder, folder / FILE, db

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def is_whole(self) -> bool:
        """Whether nothing that was stored is gone, as far as the last head tells."""
        return _behind(self.db, self.folder) is None

    @contextmanager
    def read(self) -> Iterator[Database]:
        """The database as it stands at this moment, whatever others write meanwhile. Inside a write: that write's."""
        if self.db.conn.in_transaction:
            yield self.db
            return
        with told(self.path):
            self.db.execute("BEGIN DEFERRED")
            try:
                self.db.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the snapshot begins here, not above
                yield self.db
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY":
                    raise RuntimeError("changes go through write()") from error
                raise
            except OverflowError as error:  # a number that is too large for SQLite
                raise LookupError("no row has such a number") from error
            finally:
                self.db.rollback()

    @contextmanager
    def write(self, actor: str, action: str, *, audited: bool = True) -> Iterator[Write]:
        """Write whole or not at all: committed when the block ends, rolled back when it raises.

        ``actor`` is the account's id (never a name), ``action`` what is done, as ``event.save``. Others wait, up to the
        busy time. ``audited=False`` is for what is no record: drafts, when a session was last seen. Otherwise changes
        that leave no audit row raise RuntimeError.
        """
        connection = self.db.conn
        if connection.in_transaction:
            raise RuntimeError("a write can't begin inside a read or another write; nest with db.atomic()")
        with told(self.path):
            let_write(connection, True)
            try:
                connection.execute("BEGIN IMMEDIATE")
                write, before = Write(self.db, actor, action), connection.total_changes
                begun = write.chain.head
                yield write
                if audited and connection.total_changes > before and write.chain.head == begun:
                    raise RuntimeError(f"{action} changed rows and left no audit row")
                if not connection.in_transaction:
                    raise RuntimeError(f"{action} ended its own transaction")
                connection.execute("COMMIT")
            finally:
                self.db.rollback()
                let_write(connection, False)
        if write.chain.head != begun:
            heads.note(self.folder, write.chain.head)


def open_store(
    folder: Path | str | None = None,
    *,
    busy_seconds: float = BUSY_SECONDS,
    known: tuple[Migration, ...] | None = None,
    any_thread: bool = False,
) -> Store:
    """The store of a data folder (default ``$RINGVIRK_DATA``, else ``var``), made and migrated where that is due.

    ``any_thread``: one thread after the other may have it, never two at once (:mod:`data.lending`).
    Before an older database is migrated, it is backed up. Raises :class:`StoreFault`, with what the operator can do,
    where the database is missing though it was there, damaged, newer than the program, without its triggers, or lacks
    something that was stored.
    """
    place, steps = data_folder(folder), known or migrations()
    path = place / FILE
    with reached(path):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = held_data(place)
        if held and not path.exists():
            raise StoreFault.of("missing", path)
        if not path.exists():
            path.touch(mode=0o600)
    db = connect(path, busy_seconds=busy_seconds, any_thread=any_thread)
    try:
        with told(path), reached(path):
            _bring_up(db, place, steps, held)
    except BaseException:
        db.close()
        raise
    return Store(place, db)


def _bring_up(db: Database, folder: Path, steps: tuple[Migration, ...], held: bool) -> None:
    """Migrate if need be; raise where the database is not as it must be. ``held``: it was in use before."""
    path = folder / FILE
    lacking = pending(db, path, steps)
    if held and len(lacking) == len(steps):
        raise StoreFault.of("missing", path)
    if lacking:
        if len(lacking) < len(steps):
            make_backup(folder, known=steps, label=f"before-{lacking[0].name}")
        migrate(db, path, steps)
    if faults := schema_faults(db, path, steps):
        raise StoreFault(faults)
    if noted := _behind(db, folder):
        raise StoreFault.of("behind", path, rows=str(noted.seq), count=1)


def _behind(db: Database, folder: Path) -> Head | None:
    """The head that was noted last, where the database lacks it: something that was stored is gone."""
    noted = heads.last(folder)
    return None if noted is None or heads.has(db, noted) else noted


def _all_stored(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _stored(value) for name, value in row.items()}


def _stored(value: Any) -> Any:
    """A value as the database keeps it: dates as ISO text, lists and dicts as JSON, truth as 0 and 1."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, dict | list | tuple):
        return canonical(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _as_shown(value: Any) -> Any:
    """A value as the audit shows it: bytes by their number only, dates as ISO text."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _by_path(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides of a change, with what differs within a JSON object by its path."""
    was: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for name, value in after.items():
        objects = _object(before.get(name)), _object(value)
        if None in objects:
            was |= {name: before[name]} if name in before else {}
            now[name] = value
        else:
            old, new = changes(*objects, name)
            was, now = was | old, now | new
    return was, now


def _object(value: Any) -> dict[str, Any] | None:
    """The JSON object that a column holds, or None where it holds anything else."""
    if not isinstance(value, str) or not value.startswith("{"):
        return None
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
