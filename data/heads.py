"""The chain's heads, line by line in a file outside the database, so that a loss inside it is seen.

A log that is cut off, or an old copy put back, leaves a database that is whole in itself. Each acknowledged write has
left a line ``head SEQ HASH TIME`` here; where the database lacks one of them, something that was stored is gone. A
line ``accepted SEQ HASH TIME`` says that a person took the database as it stood, ending at SEQ: as long as that head is
there, what was noted before the line and is in no part of its chain was given up then.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from data.audit import Head, now

FILE = "heads.txt"
_log = logging.getLogger(__name__)


def note(folder: Path, head: Head, word: str = "head") -> None:
    """Add a line. It never fails a write that is already stored: trouble goes to the program's log."""
    line = f"{word} {head.seq} {head.hash or '-'} {now()}\n"
    try:
        stream = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(stream, line.encode())
        finally:
            os.close(stream)
    except OSError as error:
        _log.warning("%s was not written: %s", FILE, error)


def last(folder: Path) -> Head | None:
    """The head on the last whole line, None where there is none."""
    try:
        with (folder / FILE).open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - 1000))
            text = stream.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
    heads = [one for one in map(_parsed, text.splitlines()) if one]
    return heads[-1][1] if heads else None


def lost(db: Database, folder: Path) -> Iterator[Head]:
    """Heads that were noted, not given up since, and that the database doesn't have.

    Not for use within a read: what others store meanwhile would seem lost.
    """
    if db.conn.in_transaction:
        raise RuntimeError("a snapshot is older than the heads")
    accepted = [number for number, (word, head) in enumerate(_lines(folder)) if word == "accepted" and has(db, head)]
    given_up = max(accepted, default=-1)
    for number, (_, head) in enumerate(_lines(folder)):
        if number > given_up and not has(db, head):
            yield head


def has(db: Database, head: Head) -> bool:
    """Whether the chain holds this head."""
    found = db.execute("SELECT hash FROM audit WHERE seq = ?", (head.seq,)).fetchone()
    return head.seq == 0 or (found is not None and found[0] == head.hash)


def _lines(folder: Path) -> Iterator[tuple[str, Head]]:
    try:
        with (folder / FILE).open(encoding="utf-8", errors="replace") as stream:
            yield from filter(None, map(_parsed, stream))
    except FileNotFoundError:
        return


def _parsed(line: str) -> tuple[str, Head] | None:
    """A line's word and head; None for one that a crash or a full disk cut off."""
    words = line.split()
    if len(words) != 4 or words[0] not in ("head", "accepted") or not words[1].isdigit():
        return None
    return words[0], Head(int(words[1]), "" if words[2] == "-" else words[2])
