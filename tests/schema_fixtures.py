"""A database as each released schema left it, with data in it: ``tests/fixtures/schemas``, and how those are made.

    make schema-fixtures

plays the invented fund of ``fund/demo.py`` and keeps, for each step that has no fixture yet, the database as it was
before anything was stored that a later step made room for. What a step has once left is never made anew: it is what
some operator's database looks like.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3 as plain_sqlite3
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from data import audit
from data.connection import ATTACHMENTS, FILE, sqlite3
from data.migration import Migration, migrate, migrations
from data.permission import OPERATOR, Actor
from data.store import Store, Write, open_store
from data.value import Value
from fund import demo
from fund.demo_after import play_on
from impact.estimates import lock_estimate
from impact.nights import NightRow, add_nights
from impact.parameter_values import NewValue, set_values
from impact.reference import reference_in

FOLDER = Path(__file__).parent / "fixtures" / "schemas"
COMMAND = "make schema-fixtures"
ASIDE = frozenset({"outbox", "seat"})
"""Tables that the story fills before what earlier steps are for; nothing of earlier steps refers to them."""
ANSWERS = 20
DRAWS = 100
_FIRST, _LAST, _LATER = dt.date(2026, 6, 12), dt.date(2026, 6, 14), dt.date(2029, 1, 1)
OFFICER = Actor("account:1", frozenset({"officer"}))


def fixture_of(step: Migration) -> Path:
    """Where the database is kept that has the steps up to this one."""
    return FOLDER / f"{step.name}.sql"


def load(path: Path, folder: Path) -> None:
    """Make the data folder that a fixture holds."""
    folder.mkdir(mode=0o700, parents=True)
    with closing(sqlite3.connect(str(folder / FILE))) as db:
        db.executescript(path.read_bytes().decode())
    shutil.copytree(FOLDER / ATTACHMENTS, folder / ATTACHMENTS)


def make(steps: Sequence[Migration]) -> list[Path]:
    """Make the fixtures that are lacking; those made."""
    lacking = [number for number, step in enumerate(steps, 1) if not fixture_of(step).exists()]
    if not lacking:
        return []
    with tempfile.TemporaryDirectory() as top:
        taken = _played(Path(top), {number: _tables(steps[:number]) for number in lacking})
        for number, copy in taken.items():
            _project(copy, steps[:number])
            fixture_of(steps[number - 1]).write_bytes(_dump(copy, Path(top) / f"{number}.sqlite"))
        shutil.copytree(Path(top) / ATTACHMENTS, FOLDER / ATTACHMENTS, dirs_exist_ok=True)
    return [fixture_of(steps[number - 1]) for number in taken]


class _Watched(Store):
    """A store that takes a copy after each write for the schemas that have a table for everything stored so far."""

    taken: dict[int, Database]
    wanted: dict[int, frozenset[str]]

    @contextmanager
    def write(self, actor: str, action: str, *, audited: bool = True) -> Iterator[Write]:
        with super().write(actor, action, audited=audited) as write:
            yield write
        self.look()

    def look(self) -> None:
        used = {name for name in self.db.table_names() if self.db.execute(f'SELECT 1 FROM "{name}"').fetchone()}
        fits = [number for number, tables in self.wanted.items() if used <= tables | ASIDE]
        if fits:
            copy = _memory()
            self.db.conn.backup(copy.conn)
            self.taken |= dict.fromkeys(fits, copy)


def _played(folder: Path, wanted: dict[int, frozenset[str]]) -> dict[int, Database]:
    """The invented fund from its first account to its lessons; a copy for each number of steps."""
    demo._DRAWS = DRAWS
    with open_store(folder) as opened:
        store = _Watched(folder, opened.db)
        store.taken, store.wanted = {}, wanted
        store.look()
        with store.write(OPERATOR.id, "setting.save") as write:
            write.insert("setting", {"key": "example", "value": '"invented"'})
        story, reference = demo.begin(store), reference_in()  # play_on takes the same people
        event = demo._event(story, story.told["case"][0])
        lock_estimate(store, OFFICER, event, reference, draws=DRAWS)
        sold = Value(500, 400, 600, "assumed", "made up")
        add_nights(store, OFFICER, reference, [NightRow("5001", _FIRST, _LAST, 900.0, sold)])
        limit = Value(1, 1, 1, "assumed", "made up")
        set_values(store, OFFICER, [NewValue("expected_loss.least", _LATER, limit)])
        play_on(store)
    return {number: _copied(copy) for number, copy in store.taken.items()}


def _project(db: Database, steps: Sequence[Migration]) -> None:
    """Take away what later steps made and much of what is alike, and link the chain of what is left anew."""
    names = [one.name for one in steps]
    for trigger in db.triggers:
        db.execute(f'DROP TRIGGER "{trigger.name}"')
    if "estimate" in db.table_names():
        db.execute("UPDATE estimate SET lock = ? WHERE id > 1", [zlib.compress(b"{}")])
    if "survey_answer" in db.table_names():
        db.execute("DELETE FROM survey_answer WHERE id > ?", [ANSWERS])
        db.execute("DELETE FROM audit WHERE kind = 'survey_answer' AND CAST(resource AS INTEGER) > ?", [ANSWERS])
    listed = ", ".join("?" * len(names))
    db.execute(f"DELETE FROM migration WHERE name NOT IN ({listed})", names)
    db.execute(f"DELETE FROM audit WHERE kind = 'migration' AND resource NOT IN ({listed})", names)
    for table in set(db.table_names()) - _tables(steps) - {"sqlite_sequence"}:
        db.execute(f'DROP TABLE "{table}"')
        db.execute("DELETE FROM audit WHERE kind = ?", [table])
    _link(db)
    for index in set(_named(db, "index")) - set(_made(steps, "index")):
        db.execute(f'DROP INDEX "{index}"')
    for sql in _made(steps, "trigger").values():
        db.execute(sql)


def _link(db: Database) -> None:
    """Number the audit's rows anew, and link each to the one before."""
    rows = db.execute(f"SELECT {audit._COLUMNS} FROM audit ORDER BY seq").fetchall()
    db.execute("DELETE FROM audit")
    last = ""
    for seq, (_, *body, before, after, salt, content, _hash) in enumerate(rows, 1):
        last = audit._hash(last, (seq, *body), content)
        db.execute(audit._INSERT, (seq, *body, before, after, salt, content, last))


def _tables(steps: Sequence[Migration]) -> frozenset[str]:
    return frozenset(_made(steps, "table"))


def _made(steps: Sequence[Migration], kind: str) -> dict[str, str]:
    """What the steps make of a kind: its SQL by name."""
    with closing(_memory()) as db:
        migrate(db, Path(":memory:"), steps)
        return _named(db, kind)


def _named(db: Database, kind: str) -> dict[str, str]:
    return dict(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = ?", [kind]).fetchall())


def _dump(db: Database, path: Path) -> bytes:
    """The database as SQL text, by way of a file: only Python's own module writes dumps."""
    db.execute("VACUUM INTO ?", [str(path)])
    with closing(plain_sqlite3.connect(path)) as copy:
        return "".join(f"{line}\n" for line in copy.iterdump()).encode()


def _memory() -> Database:
    return Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)


def _copied(db: Database) -> Database:
    copy = _memory()
    db.conn.backup(copy.conn)
    return copy


if __name__ == "__main__":
    for made in make(migrations()):
        sys.stdout.write(f"{made.relative_to(FOLDER.parent)}\n")
