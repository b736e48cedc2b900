"""The owner's own statistics, brought in by screen: written into the data folder, where the engine looks first.

What is brought in is audited with its file name and SHA-256. Locked estimates are not touched: they keep the hash of
what they were computed with.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from data.faults import Fault, Faults
from data.permission import Actor, require
from data.store import Store
from impact.ssb_workbook import read_ssb_workbooks
from impact.statbank import import_export
from impact.table import write_table

FOLDER = "reference"


def bring_in_statistics(
    store: Store, actor: Actor, name: str, content: bytes, kind: str | None = None
) -> tuple[list[str], list[Fault]]:
    """Read an export of Statistics Norway's statbank and keep it: the files written, and notes on what was left out.

    ``kind`` as in :func:`impact.statbank.import_export`. Needs ``reference.import``; raises :class:`Faults` with every
    fault, and nothing is kept then.
    """
    require(actor, "reference.import")
    with tempfile.TemporaryDirectory() as work:
        path = _file(Path(work), name, content)
        written, notes = import_export(path, kind, store.folder / FOLDER)
    names = [str(one.relative_to(store.folder / FOLDER)) for one in written]
    _record(store, actor, names, {name: content})
    return names, notes


def bring_in_table(
    store: Store, actor: Actor, domestic: tuple[str, bytes], imports: tuple[str, bytes]
) -> tuple[str, list[Fault]]:
    """Read Statistics Norway's two workbooks of a year and keep the table: its name, and notes on single cells.

    Needs ``reference.import``; raises :class:`Faults` with every fault of both files, and where there is a shipped or
    own table of that name already.
    """
    require(actor, "reference.import")
    with tempfile.TemporaryDirectory() as work:
        paths = [_file(Path(work), *one) for one in (domestic, imports)]
        table, notes = read_ssb_workbooks(*paths)
    name = f"own-{table.year}"
    folder = store.folder / FOLDER / "tables" / name
    if (folder / "table.toml").exists():
        raise Faults([Fault(name, "", "", "table.already_there")])
    write_table(table, folder)
    _record(store, actor, [f"tables/{name}"], dict((domestic, imports)))
    return name, notes


def _file(folder: Path, name: str, content: bytes) -> Path:
    """The content in a file of ``folder``; of the name that it was given, only the last part counts."""
    bare = Path(name.replace("\\", "/")).name or "file"
    path = folder / bare
    path.write_bytes(content)
    return path


def _record(store: Store, actor: Actor, written: list[str], files: dict[str, bytes]) -> None:
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    with store.write(actor.id, "reference.import") as write:
        for name in written:
            write.record("reference", name, None, {"files": hashes})
