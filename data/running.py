"""How the program runs, read from its data folder: timers, letters, calls, files. For the check and for metrics.

    now = state(db, folder)

No names, no addresses, nothing that tells of a person: counts, sizes and ages only.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from data.backup import backups, labelled
from data.clock import day_at
from data.connection import FILE
from data.limits import span
from data.store import Store

_RAN = "due.ran"
_SINCE = "due.since"


@dataclass(frozen=True)
class State:
    """Ages in seconds, sizes in bytes; None: never, or nothing of the kind.

    ``due_age``: since ``fund due`` ran to its end. ``late_calls``: that should have opened or closed before today.
    """

    due_age: float | None
    backup_age: float | None
    waiting: int
    given_up: int
    late_calls: int
    database: int
    log: int
    free: int


def note_due(store: Store, at: dt.datetime | None = None) -> None:
    """Keep when (now) what is due was done last. It is no record, so the audit has no row of it."""
    at = at or dt.datetime.now(dt.UTC)
    with store.write("system", "due.ran", audited=False) as write:
        rows = [(_SINCE, json.dumps(steady_since(write.db, at).isoformat())), (_RAN, json.dumps(at.isoformat()))]
        write.db.conn.executemany("INSERT OR REPLACE INTO setting (key, value, version) VALUES (?, ?, 1)", rows)


def steady_since(db: Database, at: dt.datetime) -> dt.datetime:
    """Since when the clock has gone on without a leap, as far as the rounds of what is due tell; ``at`` where it leapt.

    A clock that was set ahead, and a server that stood still for long, look alike from here.
    """
    ran, since = (_moment(db, key) for key in (_RAN, _SINCE))
    if ran is None or since is None or not dt.timedelta() <= at - ran <= span("round_gap"):
        return at
    return since


def state(db: Database, folder: Path, *, at: dt.datetime | None = None) -> State:
    """How things are at ``at`` (now). Tables that an older database lacks count as empty."""
    now = at or dt.datetime.now(dt.UTC)
    there = set(db.table_names())
    ran = _moment(db, _RAN) if "setting" in there else None
    letters: dict[str, int] = {}
    if "outbox" in there:
        letters = dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
    late = 0
    if "call" in there:
        sql = "SELECT count(*) FROM call WHERE state = 'planned' AND opens < ?1 OR state = 'open' AND closes < ?1"
        (late,) = db.execute(sql, [day_at(now).isoformat()]).fetchone()
    made = [made_at(one) for one in backups(folder) if not labelled(one)]
    return State(
        due_age=(now - ran).total_seconds() if ran else None,
        backup_age=(now - max(made)).total_seconds() if made else None,
        waiting=letters.get("waiting", 0) + letters.get("sending", 0),
        given_up=letters.get("failed", 0),
        late_calls=int(late),
        database=_size(folder / FILE),
        log=_size(folder / f"{FILE}-wal"),
        free=shutil.disk_usage(folder).free,
    )


def made_at(backup: Path) -> dt.datetime:
    """When a backup was made, by its name."""
    return dt.datetime.strptime(backup.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def _moment(db: Database, key: str) -> dt.datetime | None:
    row = db.execute("SELECT value FROM setting WHERE key = ?", [key]).fetchone()
    return dt.datetime.fromisoformat(json.loads(row[0])) if row else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
