"""Whether all is well with a data folder, in plain words: one finding after the other, changing nothing."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from data import audit, heads
from data.backup import backups, damage, labelled
from data.connection import FILE, StoreFault, connect, sqlite3, told
from data.copying import size
from data.faults import Fault
from data.limits import span
from data.migration import migrations, pending, schema_faults
from data.phrases import Lang, say
from data.running import made_at, state
from data.sealing import is_sealed

SLACK = dt.timedelta(seconds=2)
"""Times that go back by less are no clock that was set back: several processes finish in any order."""
LOST_SHOWN = 3
OLD_BACKUP = dt.timedelta(days=2)

Level = Literal["well", "note", "trouble"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``fault`` says what to do where it is trouble."""

    level: Level
    code: str
    figures: dict[str, Any] = field(default_factory=dict)
    fault: Fault | None = None

    def line(self, lang: Lang) -> str:
        said = self.fault.line(lang) if self.fault else say(f"store.check.{self.code}", lang, **self.figures)
        return f"{say(f'store.level.{self.level}', lang)}: {said}"


def check(folder: Path, wanted_head: str = "") -> list[Finding]:
    """Look at everything; what can't be looked at because of a fault before it is left out.

    ``wanted_head`` is a hash from minutes or another record, which the chain must hold.
    """
    return [*within(folder, wanted_head), *around(folder)]


def around(folder: Path) -> list[Finding]:
    """What is there beside the database: room and backups. No row is read for it."""
    path = folder / FILE
    return [*_room(path), *_backups(folder), *_rights(folder)] if path.exists() else []


def within(folder: Path, wanted_head: str = "") -> list[Finding]:
    """What :func:`check` finds in the database itself; every page and row of it is read."""
    path = folder / FILE
    if not path.exists():
        return [_trouble(Fault(str(path), "", "", "store.nothing_here"))]
    found: list[Finding] = []
    try:
        with closing(connect(path)) as db:
            for look in (_settings, _pages, _schema, _chain, _heads, _clock, _running):
                found += _told(path, look, db)
            if wanted_head:
                found += _told(path, lambda db, path: _wanted(db, path, wanted_head), db)
    except StoreFault as fault:
        found += [_trouble(one) for one in fault.faults]
    return found


def _told(path: Path, look: Callable[[Database, Path], Iterable[Finding]], db: Database) -> list[Finding]:
    """What one look finds; an error of the database is a finding too, for one look must not hinder the next."""
    try:
        with told(path):
            return list(look(db, path))
    except StoreFault as fault:
        return [_trouble(one) for one in fault.faults]
    except sqlite3.Error as error:
        return [_trouble(Fault(str(path), "", "", "store.unreadable", {"reason": str(error)}))]


def _trouble(fault: Fault) -> Finding:
    return Finding("trouble", "", fault=fault)


def _settings(db: Database, path: Path) -> Iterator[Finding]:
    yield Finding("well", "settings", {"version": sqlite3.sqlite_version, "mode": db.journal_mode.upper()})


def _pages(db: Database, path: Path) -> Iterator[Finding]:
    if reason := damage(db):
        yield _trouble(Fault(str(path), "", "", "store.corrupt", {"reason": reason}))
    else:
        yield Finding("well", "pages")


def _schema(db: Database, path: Path) -> Iterator[Finding]:
    known = migrations()
    lacking = pending(db, path, known)
    faults = schema_faults(db, path, known[: len(known) - len(lacking)])
    yield from map(_trouble, faults)
    if lacking:
        yield Finding("note", "schema_older", {"count": len(lacking), "name": lacking[-1].name})
    elif not faults:
        yield Finding("well", "schema", {"name": known[-1].name})


def _chain(db: Database, path: Path) -> Iterator[Finding]:
    if found := audit.broken(db):
        yield _trouble(Fault(str(path), "audit", "", "store.chain_broken", {"row": found[0], "how": found[1]}))
    else:
        head = audit.head(db)
        yield Finding("well", "chain", {"count": head.seq, "head": head.hash or "–"})


def _heads(db: Database, path: Path) -> Iterator[Finding]:
    lost = list(heads.lost(db, path.parent))
    if lost:
        figures = {"rows": ", ".join(str(one.seq) for one in lost[:LOST_SHOWN]), "count": len(lost)}
        yield _trouble(Fault(str(path), "", "", "store.behind", figures))
    else:
        yield Finding("well", "heads")


def _clock(db: Database, path: Path) -> Iterator[Finding]:
    """The clock now against the newest row, and rows dated before the one they follow."""
    newest = db.execute("SELECT max(at) FROM audit").fetchone()[0]
    if newest and _time(audit.now()) < _time(newest) - SLACK:
        yield _trouble(Fault(str(path), "", audit.now(), "store.clock_behind", {"newest": newest}))
    back = [one for one in audit.steps_back(db) if _time(one[2]) < _time(one[1]) - SLACK]
    if back:
        seq, earlier, at = back[-1]
        yield Finding("note", "clock_went_back", {"count": len(back), "row": seq, "earlier": earlier, "at": at})
    elif not newest or _time(audit.now()) >= _time(newest) - SLACK:
        yield Finding("well", "clock")


def _running(db: Database, path: Path) -> Iterator[Finding]:
    """What the timer must do: calls by their days, and letters."""
    now = state(db, path.parent)
    minutes = round((now.due_age or 0) / 60)
    if now.late_calls:
        yield _trouble(Fault(str(path), "", "", "store.calls_late", {"count": now.late_calls}))
    if now.due_age is None:
        yield Finding("note", "due_never")
    elif dt.timedelta(minutes=minutes) > span("due_silent"):
        yield _trouble(Fault(str(path), "", "", "store.due_old", {"hours": minutes // 60}))
    else:
        yield Finding("well", "due", {"minutes": minutes})
    if now.given_up:
        yield Finding("note", "letters_given_up", {"count": now.given_up})
    yield Finding("well", "letters", {"waiting": now.waiting})


def _rights(folder: Path) -> Iterator[Finding]:
    """On Linux and macOS: nobody but the program's user may read the folder. Windows' rights aren't looked at."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        yield _trouble(Fault(str(folder), "", f"{mode:o}", "store.others_read"))
    elif os.name == "posix":
        yield Finding("well", "rights")


def _wanted(db: Database, path: Path, head: str) -> Iterator[Finding]:
    found = db.execute("SELECT seq FROM audit WHERE hash = ?", [head]).fetchone()
    if found:
        yield Finding("well", "head_found", {"row": found[0]})
    else:
        yield _trouble(Fault(str(path), "", head, "store.head_missing"))


def _room(path: Path) -> Iterator[Finding]:
    """A backup needs as much room as the database, and an upgrade one more."""
    used, free = size([path, path.with_name(f"{path.name}-wal")]), shutil.disk_usage(path.parent).free
    figures = {"free": round(free / 1e6), "used": max(1, round(used / 1e6))}
    if free < 3 * used + 10_000_000:
        yield _trouble(Fault(str(path.parent), "", "", "store.little_room", figures))
    else:
        yield Finding("well", "room", figures)


def _backups(folder: Path) -> Iterator[Finding]:
    """The newest backup by its name, those before a restore or an upgrade left out.

    It is not opened here: making it did that, and ``restore --dry-run`` does it again.
    """
    found = [one for one in backups(folder) if not labelled(one)]
    if not found:
        yield Finding("note", "no_backup")
        return
    if not is_sealed(found[0]):
        yield Finding("note", "backup_open")
    age = _time(audit.now()) - made_at(found[0])
    code = "backup_old" if age > OLD_BACKUP else "backup"
    figures = {"name": found[0].name, "count": len(found), "days": age.days}
    yield Finding("note" if age > OLD_BACKUP else "well", code, figures)


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
