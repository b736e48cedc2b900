"""Stores that stay open between runs and are lent to one at a time: opening one takes longer than most clicks.

    with lent_store() as store:
        …

SQLite reads the whole schema on each new connection, and the program holds it against its own steps. What is lent again
is the same file with the same schema; anything else is opened anew, with all that is looked at then.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data.connection import data_folder
from data.store import Store, open_store

MOST = 8
"""Stores kept open while nobody has them."""
_lock = threading.Condition()
_free: list[_Open] = []
_lent = 0


@dataclass(frozen=True)
class _Open:
    """An open store, and what its file and schema were when it was opened."""

    store: Store
    file: tuple[int, int]
    schema: int

    @classmethod
    def of(cls, store: Store) -> _Open:
        return cls(store, _file(store.path), _schema(store))

    def as_it_was(self) -> bool:
        try:
            return (_file(self.store.path), _schema(self.store)) == (self.file, self.schema) and self.store.is_whole()
        except Exception:  # whatever it is, opening it anew says it in words
            return False


@contextmanager
def lent_store() -> Iterator[Store]:
    """The store of the program's data folder, for one run. Raises as :func:`data.store.open_store`."""
    _count(1)
    try:
        one = _taken(data_folder(None)) or _Open.of(open_store(any_thread=True))
        try:
            yield one.store
        finally:
            _give_back(one)
    finally:
        _count(-1)


def _count(more: int) -> None:
    global _lent
    with _lock:
        _lent += more
        _lock.notify_all()


def _taken(folder: Path) -> _Open | None:
    """A store of the folder that nobody has; those of other folders, and what isn't as it was, are closed."""
    while True:
        with _lock:
            if not _free:
                return None
            one = _free.pop()
        if one.store.folder == folder and one.as_it_was():
            return one
        one.store.close()


def _give_back(one: _Open) -> None:
    with _lock:
        if len(_free) < MOST and not one.store.db.conn.in_transaction:  # where a transaction is open, something broke
            _free.append(one)
            return
    one.store.close()


@atexit.register
def close_all(seconds: float = 0.0) -> None:
    """Close the stores that nobody has; wait so long for those that someone has."""
    with _lock:
        _lock.wait_for(lambda: _lent == 0, timeout=seconds)
        while _free:
            _free.pop().store.close()


def _file(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _schema(store: Store) -> int:
    """A number that is another one after every change of the schema."""
    return int(store.db.execute("PRAGMA schema_version").fetchone()[0])
