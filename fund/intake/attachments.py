"""Papers: the file under the hash of its content in the data folder's ``attachments``, the row in the database.

    id = add_paper(write, store.folder, actor, "claim", 7, "accounts", "Regnskap.pdf", content, at)
    row, content = read_paper(db, store.folder, id)

A file is written before its row and inside the same write, and is never changed: two papers with the same content share
one. Rows are only added; a paper that was taken out before it was sent gets a row that says so, and then its file goes,
unless another paper has the same content. What a run that was cut off leaves is swept by the timer's round. Rights are
asked by who owns the thing that a paper belongs to.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from data.connection import ATTACHMENTS, reached
from data.copying import sync_folder
from data.faults import Fault, Faults
from data.files import write_whole
from data.limits import limit
from data.permission import Actor
from data.store import Store, Write
from fund.deadlines import stamp
from fund.intake.file_types import MEDIA, FileType, checked_type, clean_name

_COLUMNS = "id, kind, resource, purpose, name, type, size, sha256, at, actor"
_THERE = "NOT EXISTS (SELECT 1 FROM attachment_removal WHERE attachment_removal.attachment = attachment.id)"
_SENT = "EXISTS (SELECT 1 FROM application_revision WHERE instr(body, attachment.sha256) > 0)"
_QUERY = f"SELECT {_COLUMNS} FROM attachment"


@dataclass(frozen=True)
class Paper:
    """A paper: what it belongs to, what it is for, its name, and its content's type, size in bytes and SHA-256."""

    id: int
    kind: str
    resource: int
    purpose: str
    name: str
    type: FileType
    size: int
    sha256: str
    at: str
    actor: str

    @property
    def media(self) -> str:
        """Its media type, for a download."""
        return MEDIA[self.type]

    def body(self) -> dict[str, Any]:
        """What a revision holds of it."""
        parts = ("id", "purpose", "name", "type", "size", "sha256")
        return {name: getattr(self, name) for name in parts}


def papers(db: Database, kind: str, resource: int) -> list[Paper]:
    """The papers of a thing, those that were taken out left out, first to last."""
    query = f"{_QUERY} WHERE kind = ? AND resource = ? AND {_THERE} ORDER BY id"
    return [Paper(**row) for row in db.query(query, [kind, resource])]


def paper_at(db: Database, id: int) -> Paper:
    """A paper's row, taken out or not. Raises LookupError where there is none."""
    found = next(iter(db.query(f"{_QUERY} WHERE id = ?", [id])), None)
    if found is None:
        raise LookupError(f"no attachment {id}")
    return Paper(**found)


def add_paper(
    write: Write,
    folder: Path,
    actor: Actor,
    kind: str,
    resource: int,
    purpose: str,
    name: str,
    content: bytes,
    at: dt.datetime,
) -> int:
    """Keep a paper, file and row; its number. The same one again (thing, purpose, name and content) is the one there.

    Raises :class:`Faults` for a file that is refused (:func:`fund.intake.file_types.checked_type`) and for too many,
    and StoreFault where the disk doesn't take it.
    """
    found = checked_type(name, content)
    sha256, shown_name = hashlib.sha256(content).hexdigest(), clean_name(name)
    held = papers(write.db, kind, resource)
    for one in held:
        if (one.purpose, one.name, one.sha256) == (purpose, shown_name, sha256):
            return one.id
    if len(held) >= limit("attachments_most"):
        figures = {"count": len(held), "most": limit("attachments_most")}
        raise Faults([Fault("", "attachment", shown_name, "application.file.too_many", figures)])
    _keep(folder, sha256, content)
    row = {"kind": kind, "resource": resource, "purpose": purpose, "name": shown_name, "type": found}
    what = {"size": len(content), "sha256": sha256, "at": stamp(at), "actor": actor.id}
    return int(write.insert("attachment", {**row, **what}))


def take_out(write: Write, actor: Actor, id: int, at: dt.datetime) -> None:
    """Take a paper out again; nothing happens where it is out. The caller knows that it wasn't sent."""
    if write.db.execute("SELECT 1 FROM attachment_removal WHERE attachment = ?", [id]).fetchone() is None:
        write.insert("attachment_removal", {"attachment": id, "at": stamp(at), "actor": actor.id})


def sweep(store: Store, sha256: str) -> bool:
    """Throw away the file of papers that were taken out, unless it is still in use; whether it went.

    It holds the write lock, so that nobody adds the same content meanwhile.
    """
    return _swept(store, file_of(store.folder, sha256))


def sweep_all(store: Store) -> int:
    """Throw away every file that no paper has: half-written ones, and those of runs that were cut off; how many.

    A run that is killed between a file and its row, or between a paper's taking out and its file, leaves one behind.
    """
    with store.read() as db:
        held = {sha256 for (sha256,) in db.execute(f"SELECT sha256 FROM attachment WHERE {_THERE}")}
    found = sorted((store.folder / ATTACHMENTS).glob("*/*"))
    return sum(_swept(store, one) for one in found if one.name not in held)


def _swept(store: Store, place: Path) -> bool:
    with store.write("system", "attachment.sweep", audited=False) as write, reached(place):
        query = f"SELECT 1 FROM attachment WHERE sha256 = ? AND {_THERE}"
        sent = "SELECT 1 FROM application_revision WHERE instr(body, ?) > 0"
        if any(write.db.execute(one, [place.name]).fetchone() for one in (query, sent)):
            return False
        there = place.exists()
        place.unlink(missing_ok=True)
        return there


def read_paper(db: Database, folder: Path, id: int) -> tuple[Paper, bytes]:
    """A paper and its content, held against its hash. Raises LookupError, and :class:`Faults` where the file is gone
    or isn't what was handed in."""
    paper = paper_at(db, id)
    place = file_of(folder, paper.sha256)
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise Faults([_damaged(paper, "missing")]) from None
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        raise Faults([_damaged(paper, "changed")])
    return paper, content


def paper_faults(db: Database, folder: Path) -> list[Fault]:
    """For the verifier: every paper whose file is missing or isn't what was handed in. Reads every file once."""
    found: list[Fault] = []
    for row in db.query(f"{_QUERY} WHERE {_THERE} OR {_SENT} ORDER BY id"):
        try:
            read_paper(db, folder, row["id"])
        except Faults as wrong:
            found += wrong.faults
    return found


def file_of(folder: Path, sha256: str) -> Path:
    """Where the content with this hash lies."""
    return folder / ATTACHMENTS / sha256[:2] / sha256


def _keep(folder: Path, sha256: str, content: bytes) -> None:
    place = file_of(folder, sha256)
    with reached(place):
        if place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() == sha256:
            return
        for one in (place.parent.parent, place.parent):
            if not one.exists():
                one.mkdir(mode=0o700, exist_ok=True)
                sync_folder(one.parent)
        write_whole(place, content)
        place.chmod(0o600)
        sync_folder(place.parent)


def _damaged(paper: Paper, how: str) -> Fault:
    figures: Mapping[str, Any] = {"number": paper.id, "sha": paper.sha256[:12]}
    return Fault("", f"attachment {paper.id}", paper.name, f"application.file.{how}", dict(figures))
