"""Copying files onto the disk, and knowing them again: digests, room, and names that outlive a power cut."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from data.connection import SPARE_BYTES, StoreFault


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    for piece in pieces(path):
        found.update(piece)
    return found.hexdigest()


def copy_synced(source: Path, target: Path) -> str:
    """Copy a file onto the disk; its SHA-256."""
    found = hashlib.sha256()
    with open(target, "wb", opener=private) as stream:
        for piece in pieces(source):
            found.update(piece)
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    return found.hexdigest()


def write_synced(path: Path, content: bytes) -> None:
    """Write a file onto the disk."""
    with open(path, "wb", opener=private) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk; Windows has no such call."""
    if os.name == "posix":
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def size(paths: Iterable[Path]) -> int:
    """Bytes of all files together; one that is not there counts nothing."""
    return sum(path.stat().st_size for path in paths if path.exists())


def check_room(folder: Path, wanted: int) -> None:
    """Raise :class:`StoreFault` unless the disk of ``folder`` has room for so many bytes, and some to spare."""
    free = shutil.disk_usage(folder).free
    if free < wanted + SPARE_BYTES:
        raise StoreFault.of("no_room", folder, free=round(free / 1e6), wanted=round(wanted / 1e6) + 1)


def pieces(path: Path) -> Iterator[bytes]:
    """A file's content, a mebibyte at a time."""
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            yield piece


def private(path: str, flags: int) -> int:
    """Open for this user only: a backup holds what the database holds."""
    return os.open(path, flags, 0o600)
