"""The database's schema: the files of ``data/schema``, in the order of their names, each run once.

What always holds: a released file is never edited (its checksum is recorded when it is run); each runs whole or not at
all; afterwards foreign keys hold and every append-only table has its triggers. A database that has files this program
doesn't know is newer than the program, and is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from data.audit import Chain, now
from data.connection import StoreFault, quoted, sqlite3, told
from data.faults import Fault

SCHEMA = Path(__file__).parent / "schema"
APPEND_ONLY = (
    "aid",
    "aid_report",
    "aid_withdrawal",
    "application_ground",
    "application_revision",
    "attachment",
    "attachment_removal",
    "audit",
    "award_ground",
    "bank_message",
    "case_note",
    "completion_request",
    "decision",
    "declaration",
    "extension",
    "leg",
    "payer_account",
    "payment_batch",
    "posting",
    "recommendation",
    "record_entry",
    "record_withdrawal",
    "ruling",
    "scheme",
    "score",
    "template",
    "template_use",
    "undertaking_member",
    "vote",
)
"""Tables whose rows are only ever added: each has the triggers ``TABLE_no_update`` and ``TABLE_no_delete``."""
_RECORD = """CREATE TABLE IF NOT EXISTS migration (
    name TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, at TEXT NOT NULL) STRICT"""


@dataclass(frozen=True)
class Migration:
    """One step of the schema: its name and its SQL."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def migrations(folder: Path = SCHEMA) -> tuple[Migration, ...]:
    """The steps in ``folder``, first to last. Line ends count as one whatever the system writes."""
    return tuple(Migration(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql")))


def applied(db: Database) -> dict[str, str]:
    """The checksums of the steps that the database has, by name."""
    if "migration" not in db.table_names():
        return {}
    return dict(db.execute("SELECT name, checksum FROM migration ORDER BY name").fetchall())


def pending(db: Database, path: Path, known: Sequence[Migration]) -> list[Migration]:
    """The steps that the database lacks.

    Raises :class:`StoreFault` where it is not ours, newer than this program, or made by a step that was edited since.
    """
    done = applied(db)
    if not done and db.table_names():
        raise StoreFault.of("not_ours", path)
    names = [one.name for one in known]
    if newer := [name for name in done if name not in names]:
        raise StoreFault.of("newer", path, newer[-1], known=names[-1])
    if changed := [one.name for one in known if done.get(one.name, one.checksum) != one.checksum]:
        raise StoreFault.of("migration_changed", path, changed[0])
    if list(done) != names[: len(done)]:
        raise StoreFault.of("migration_order", path, next(name for name in names if name not in done))
    return list(known[len(done) :])


def migrate(db: Database, path: Path, known: Sequence[Migration]) -> list[str]:
    """Run the steps that are lacking, each in one transaction of its own; their names.

    Several processes may do this at once: each looks again once it holds the lock.
    """
    run: list[str] = []
    with told(path):
        db.execute("PRAGMA foreign_keys = OFF")  # a table that others refer to can be built anew; checked below
        db.execute("PRAGMA query_only = OFF")
        try:
            while _one(db, path, known, run):
                pass
        finally:
            db.execute("PRAGMA query_only = ON")
            db.execute("PRAGMA foreign_keys = ON")
    return run


def _one(db: Database, path: Path, known: Sequence[Migration], run: list[str]) -> bool:
    """Run the first step that is lacking; False where none is."""
    db.execute("BEGIN IMMEDIATE")
    try:
        lacking = pending(db, path, known)
        if not lacking:
            return False
        with told(path):
            _run(db, path, lacking[0])
            db.execute("COMMIT")
        run.append(lacking[0].name)
        return True
    except sqlite3.Error as error:
        raise StoreFault.of("migration_failed", path, lacking[0].name, reason=str(error)) from error
    finally:
        db.rollback()


def _run(db: Database, path: Path, step: Migration) -> None:
    db.execute(_RECORD)
    for statement in _statements(step.sql):
        db.execute(statement)
    if not db.conn.in_transaction:
        raise RuntimeError(f"{step.name} ends its own transaction")
    db.execute("INSERT INTO migration (name, checksum, at) VALUES (?, ?, ?)", (step.name, step.checksum, now()))
    Chain(db).add("system", "store.migrate", "migration", step.name, None, {"checksum": step.checksum})
    loose = db.execute("PRAGMA foreign_key_check").fetchall()
    if loose:
        raise StoreFault.of("migration_loose", path, step.name, table=loose[0][0], count=len(loose))
    if faults := append_only_faults(db, path):
        raise StoreFault(faults)


def _statements(sql: str) -> Iterator[str]:
    """The statements of a step; looked for at semicolons, since asking at every sign takes seconds."""
    held = ""
    for part in sql.split(";"):
        held += f"{part};"
        if sqlite3.complete_statement(held):
            yield held
            held = ""
    if held.strip(" ;\n"):
        yield held


def append_only_faults(db: Database, path: Path) -> list[Fault]:
    """A fault for every append-only table that is there without its triggers."""
    triggers, tables = {one.name for one in db.triggers}, db.table_names()
    wanted = [f"{table}_no_{what}" for table in APPEND_ONLY if table in tables for what in ("update", "delete")]
    return [Fault(str(path), name, "", "store.trigger_missing") for name in wanted if name not in triggers]


def schema_faults(db: Database, path: Path, known: Sequence[Migration]) -> list[Fault]:
    """Where tables, indexes, views and triggers are not what the steps make; what ANALYZE adds is let be."""
    found, wanted = _objects(db), _wanted(tuple(known))
    faults = []
    for (kind, name), sql in wanted.items():
        if (kind, name) not in found:
            code = "trigger_missing" if kind == "trigger" else "schema_missing"
            faults.append(Fault(str(path), name, "", f"store.{code}"))
        elif found[kind, name] != sql:
            faults.append(Fault(str(path), name, "", "store.schema_changed"))
    return faults + [
        Fault(str(path), name, "", "store.schema_unknown") for kind, name in found if (kind, name) not in wanted
    ]


def put_back_triggers(db: Database, path: Path, known: Sequence[Migration]) -> list[str]:
    """Make the triggers that are missing or changed as the steps make them, in one audited write; their names."""
    put_back = []
    with told(path):
        db.execute("PRAGMA query_only = OFF")
        try:
            db.execute("BEGIN IMMEDIATE")
            found = _objects(db)
            for (kind, name), sql in _wanted(tuple(known)).items():
                if kind == "trigger" and found.get((kind, name)) != sql:
                    db.execute(f"DROP TRIGGER IF EXISTS {quoted(name)}")
                    db.execute(sql)
                    Chain(db).add("operator", "store.trigger", "trigger", name, None, {"sql": sql})
                    put_back.append(name)
            db.execute("COMMIT")
        finally:
            db.rollback()
            db.execute("PRAGMA query_only = ON")
    return put_back


def _objects(db: Database) -> dict[tuple[str, str], str]:
    rows = db.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'")
    return {(kind, name): sql for kind, name, sql in rows}


@cache
def _wanted(known: tuple[Migration, ...]) -> dict[tuple[str, str], str]:
    """What the steps make, found by running them on an empty database in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        db = Database(connection, execute_plugins=False)
        migrate(db, Path(":memory:"), known)
        return _objects(db)
