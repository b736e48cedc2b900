"""Files of answers in the register: stored whole or not at all, each file once, and taken out again whole."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from data.audit import now
from data.clock import day_at, today
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from impact.survey.batch import Batch

AT_ONCE = 5_000
"""Answers that are stored between two words on how far it has come."""
_INSERT = "INSERT INTO survey_answer (survey, batch, day, answers) VALUES (?, ?, ?, ?)"
_SELECT = "SELECT id, survey, name, sha256, rows, at, actor FROM survey_batch"


@dataclass(frozen=True)
class StoredBatch:
    """A file that was read in: its name, its digest, and how many answers it gave."""

    id: int
    survey: int
    name: str
    sha256: str
    rows: int
    at: str
    actor: str


def digest(content: bytes) -> str:
    """What tells a file from every other: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def batches(store: Store, actor: Actor, survey: int) -> list[StoredBatch]:
    """The files that were read into a survey, newest first."""
    require(actor, "survey.write")
    with store.read() as db:
        rows = list(db.query(f"{_SELECT} WHERE survey = ? ORDER BY id DESC", [survey]))
    return [StoredBatch(**one) for one in rows]


def kept_mapping(store: Store, actor: Actor, kind: str, columns: str) -> str | None:
    """How the last file with these headings (:attr:`impact.survey.reading.Table.digest`) was read, as JSON."""
    require(actor, "survey.write")
    with store.read() as db:
        sql = "SELECT mapping FROM survey_mapping WHERE kind = ? AND columns = ?"
        row = db.execute(sql, [kind, columns]).fetchone()
    return str(row[0]) if row else None


def store_batch(
    store: Store,
    actor: Actor,
    survey: int,
    sha256: str,
    batch: Batch,
    progress: Callable[[float], None] = lambda share: None,
) -> int:
    """Store every answer of a file, and how its columns were read; the number of the batch.

    ``progress`` is told the share that is done, from 0 to 1; where it raises, nothing is stored. The audit has the file
    and a digest of its answers, not the answers: they can be deleted. An answer without a day of its own is as of
    today. Raises :class:`Faults` where the batch has any, is empty, or the same file was read in before, and
    LookupError where there is no such survey.
    """
    require(actor, "survey.write")
    if batch.faults or not len(batch):
        raise Faults(batch.faults or [Fault(batch.table.file, "", "", "survey_reading.nothing_answered")])
    day, mapping = today().isoformat(), batch.mapping.stored
    documents = list(batch.documents())
    with store.write(actor.id, "survey.import") as write:
        kind = write.db.execute("SELECT kind FROM survey WHERE id = ?", [survey]).fetchone()
        if kind is None:
            raise LookupError(f"no survey {survey}")
        _check_new(write.db.conn, survey, sha256, batch.table.file)
        row = {"name": batch.table.file, "sha256": sha256, "mapping": mapping, "rows": len(batch), "at": now()}
        number = write.insert("survey_batch", {"survey": survey, **row, "actor": actor.id})
        days = (one.isoformat() if one else day for one in batch.days) if batch.days else (day for _ in documents)
        rows = ((survey, number, when, one) for when, one in zip(days, documents, strict=True))
        done = 0
        while some := list(islice(rows, AT_ONCE)):
            write.db.conn.executemany(_INSERT, some)
            done += len(some)
            progress(done / len(batch))
        written = hashlib.sha256("\n".join(documents).encode()).hexdigest()
        write.record("survey_answer", f"batch:{number}", None, {"rows": len(batch), "sha256": written})
        _keep_mapping(write.db.conn, kind[0], batch, mapping, actor)
    return int(number)


def delete_batch(store: Store, actor: Actor, batch: int) -> int:
    """Take a file's answers out of the register, all of them; how many. The audit keeps that it was there.

    Raises LookupError where there is no such batch (any more).
    """
    require(actor, "survey.write")
    with store.write(actor.id, "survey.batch_delete") as write:
        found = list(write.db.query(f"{_SELECT} WHERE id = ?", [batch]))
        if not found:
            raise LookupError(f"no batch {batch}")
        write.db.conn.execute("DELETE FROM survey_answer WHERE batch = ?", [batch])
        write.db.conn.execute("DELETE FROM survey_batch WHERE id = ?", [batch])
        write.record("survey_batch", batch, found[0], None)
    return int(found[0]["rows"])


def _check_new(connection: Any, survey: int, sha256: str, file: str) -> None:
    sql = "SELECT name, at FROM survey_batch WHERE survey = ? AND sha256 = ?"
    if before := connection.execute(sql, (survey, sha256)).fetchone():
        figures = {"name": before[0], "at": day_at(dt.datetime.fromisoformat(before[1]))}
        raise Faults([Fault(file, "", "", "survey_reading.read_before", figures)])


def _keep_mapping(connection: Any, kind: str, batch: Batch, mapping: str, actor: Actor) -> None:
    sql = "INSERT OR REPLACE INTO survey_mapping (kind, columns, mapping, at, actor) VALUES (?, ?, ?, ?, ?)"
    connection.execute(sql, (kind, batch.table.digest, mapping, now(), actor.id))
