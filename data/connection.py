"""A connection to the embedded database: which SQLite, with which settings, and its errors in plain words.

Nothing else opens the database file. On Linux and macOS a process that closes a file drops all its locks on that file,
also those of another connection; so neither the standard library's ``sqlite3`` nor a plain ``open`` may touch a
database that is in use. Copies are made with SQLite's backup (:mod:`data.backup`).
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from data.faults import Fault, Faults
from data.phrases import has

if TYPE_CHECKING:
    import sqlite3 as sqlite3
else:  # its SQLite is newer than the one of most Pythons; sqlite_utils takes the same where it is installed
    from pysqlite3 import dbapi2 as sqlite3

FILE = "ringvirk.sqlite"
ATTACHMENTS = "attachments"
_AGAIN = 0.01
BUSY_SECONDS = 10.0
FIRST_SAFE_SQLITE = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can lose commits when a write and a reset of the write-ahead log coincide."""
SPARE_BYTES = 1_000_000
"""With less free disk than this, an error of the disk is told as a full disk."""
STATEMENTS = 1_000
"""So many prepared statements a connection keeps, more than a run of the program has. The driver keeps the first ones
that come: where they fill what it has, each later one throws the one before it out, and is prepared every time."""
_FILES = 4
"""So many files a connection opens: the database, its log, the log's index, and a folder."""
SETTINGS = (
    "synchronous = FULL",  # what is committed survives a power cut
    "fullfsync = ON",  # macOS: past the drive's cache too
    "checkpoint_fullfsync = ON",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "secure_delete = ON",  # what was erased is overwritten, and in no backup made afterwards
    "query_only = ON",  # lifted only inside a write
)

_TOLD = {
    "BUSY": "busy",
    "LOCKED": "busy",
    "PROTOCOL": "busy",
    "FULL": "full",
    "READONLY": "read_only",
    "PERM": "read_only",
    "CANTOPEN": "cannot_open",
    "IOERR": "disk_error",
    "CORRUPT": "corrupt",
    "NOTADB": "not_a_database",
    "NOMEM": "no_memory",
}

_NAMELESS = {
    "unable to open database file": "SQLITE_CANTOPEN",
    "database or disk is full": "SQLITE_FULL",
    "disk I/O error": "SQLITE_IOERR",
}
"""Errors of SQLite's backup come without their name."""


class StoreFault(Faults):
    """The database can't do what was asked; each fault tells the operator what to do. Nothing was stored."""

    @classmethod
    def of(cls, code: str, file: Path | str = "", value: str = "", **figures: object) -> StoreFault:
        return cls([Fault(str(file), "", value, f"store.{code}", figures)])

    @property
    def code(self) -> str:
        """The code of the first fault, without ``store.``."""
        return self.faults[0].code.removeprefix("store.")


def no_memory(error: MemoryError) -> StoreFault:
    """What to tell where there was no memory left for what was asked; it was given back, and nothing was stored."""
    return StoreFault.of("no_memory", reason=str(error) or "MemoryError")


def data_folder(folder: Path | str | None = None) -> Path:
    """Where the database and the attachments lie: ``folder``, else ``$RINGVIRK_DATA``, else ``var``."""
    return Path(folder or os.environ.get("RINGVIRK_DATA") or "var")


def require_sqlite(version: tuple[int, ...] | None = None) -> None:
    """Raise :class:`StoreFault` unless the SQLite that was loaded (or ``version``) is free of the known loss."""
    found = version or sqlite3.sqlite_version_info
    if found < FIRST_SAFE_SQLITE:
        numbers = [".".join(map(str, one)) for one in (found, FIRST_SAFE_SQLITE)]
        raise StoreFault.of("old_sqlite", "SQLite", numbers[0], wanted=numbers[1])


def connect(path: Path, *, busy_seconds: float = BUSY_SECONDS, any_thread: bool = False) -> Database:
    """The database file at ``path``, for this thread only, in WAL mode, writable only inside a write.

    ``any_thread``: for one thread after the other, never two at once.

    Raises :class:`StoreFault` if it can't be opened as it must be.
    """
    require_sqlite()
    with told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=busy_seconds,
            check_same_thread=not any_thread,
            cached_statements=STATEMENTS,
        )
        try:
            mode = _write_ahead(connection, busy_seconds)
            if mode != "wal":
                raise StoreFault.of("no_wal", path, mode)
            for setting in SETTINGS:
                connection.execute(f"PRAGMA {setting}")
            # Recursive triggers: INSERT OR REPLACE asks the triggers of DELETE.
            return Database(connection, recursive_triggers=True, execute_plugins=False)
        except BaseException:
            connection.close()
            raise


def let_write(connection: sqlite3.Connection, yes: bool) -> None:
    """Lift or set ``query_only``, outside a transaction.

    SQLite takes it when the pragma is prepared; run, the pragma would only throw away every prepared statement of the
    connection, which takes longer than a write. EXPLAIN prepares it and runs nothing; a script is never kept prepared.
    """
    connection.executescript(f"EXPLAIN PRAGMA query_only = {'OFF' if yes else 'ON'}")


def _write_ahead(connection: sqlite3.Connection, busy_seconds: float) -> str:
    """Turn the write-ahead log on; the mode that the file has then.

    Where several turn it on in a new file at once, SQLite tells one of them that it is busy without waiting, since each
    would wait for the other: that one asks again.
    """
    end = time.monotonic() + busy_seconds
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_BUSY" or time.monotonic() >= end:
                raise
            time.sleep(_AGAIN)


def look_at(path: Path) -> Database:
    """A database file that nobody writes, such as a backup: opened for reading only, without any file beside it."""
    require_sqlite()
    with told(path):
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
        connection.execute("PRAGMA trusted_schema = OFF")
        return Database(connection, recursive_triggers=False, execute_plugins=False)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about ``path`` into :class:`StoreFault`; broken constraints and wrong SQL pass as such."""
    try:
        yield
    except sqlite3.Error as error:
        name = str(getattr(error, "sqlite_errorname", "") or _NAMELESS.get(str(error), ""))
        code = _TOLD.get(name.removeprefix("SQLITE_").partition("_")[0])
        if code is None:
            raise
        if code in ("disk_error", "cannot_open"):
            code = _cause(path) or code
        raise StoreFault.of(code, path, reason=f"{name}: {error}") from error


@contextmanager
def reached(path: Path) -> Iterator[None]:
    """Turn the system's errors about ``path`` and its folder into :class:`StoreFault`."""
    try:
        yield
    except OSError as error:
        code = "full" if error.errno == errno.ENOSPC else _cause(path) or "not_reached"
        raise StoreFault.of(code, error.filename or path, reason=error.strerror or str(error)) from error


def _cause(path: Path) -> str:
    """What is behind an error of the disk or of opening a file, where it can be seen; "" where it can't."""
    try:
        with ExitStack() as opened:
            for _ in range(_FILES):
                opened.enter_context(open(os.devnull, "rb"))
    except OSError as error:
        return "too_many_files" if error.errno in (errno.EMFILE, errno.ENFILE) else ""
    try:
        place = next(one for one in path.parents if one.exists())
        if hasattr(os, "statvfs") and os.statvfs(place).f_flag & os.ST_RDONLY:
            return "read_only"
        return "full" if shutil.disk_usage(place).free < SPARE_BYTES else ""
    except OSError:
        return ""


def row_counts(db: Database) -> dict[str, int]:
    """How many rows each table has, by name; SQLite's own tables left out."""
    names = sorted(name for name in db.table_names() if not name.startswith("sqlite_"))
    return {name: int(db.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]) for name in names}


def quoted(name: str) -> str:
    """A table's or column's name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


assert has("store.full.problem")  # the words are read now: without a file or memory to spare it would be too late
