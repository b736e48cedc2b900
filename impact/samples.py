"""The samples that a new installation opens with: marked as such, with a published estimate, and removable.

They are loaded only into a register in which nothing ever was, so that samples that were removed stay away.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from data.audit import now
from data.permission import OPERATOR, Actor, require
from data.store import Store
from impact.estimates import draws_for_trades, locked_row, publish_within
from impact.reference import Reference
from impact.register import DERIVED, Registered, as_row, new_row

FOLDER = Path(__file__).parent.parent / "data" / "samples"
SAMPLES = ({"file": "ski-vm-2025.toml", "series": "ski-vm", "edition": "2025"},)
_EVER = "SELECT 1 FROM audit WHERE kind = 'event' LIMIT 1"


def load_samples(store: Store, reference: Reference) -> list[int]:
    """Put the samples into a register in which nothing ever was, each held, locked and published; their numbers.

    Everything is computed before the write begins, and whether it is due is asked again within it: of several processes
    that start at once, one loads them.
    """
    require(OPERATOR, "sample.load")
    with store.read() as db:
        if db.execute(_EVER).fetchone():
            return []
    made = [_computed(sample, reference) for sample in SAMPLES]
    with store.write(OPERATOR.id, "sample.load") as write:
        if write.db.execute(_EVER).fetchone():
            return []
        keys = []
        for event, estimate, draws in made:
            key = int(write.insert("event", event, derived=DERIVED))
            locked = {**estimate, "event": key, "locked_at": now(), "locked_by": OPERATOR.id}
            publish_within(write, int(write.insert("estimate", locked)), 1, draws)
            keys.append(key)
    return keys


def has_samples(store: Store) -> bool:
    """Whether samples are in the register."""
    with store.read() as db:
        return db.execute("SELECT 1 FROM event WHERE sample = 1 LIMIT 1").fetchone() is not None


def remove_samples(store: Store, actor: Actor) -> int:
    """Delete the samples, with their estimates, counts, lessons and drafts; how many events were deleted.

    An estimate that is locked on anything but a sample can't be deleted (trigger).
    """
    require(actor, "sample.remove")
    with store.write(actor.id, "sample.remove") as write:
        events = write.db.execute("SELECT id, version FROM event WHERE sample = 1").fetchall()
        for event, version in events:
            for (held,) in write.db.execute("SELECT version FROM evaluation WHERE event = ?", [event]).fetchall():
                write.delete_row("evaluation", event, held)
            for table in ("count_series", "estimate", "lesson"):
                below = write.db.execute(f"SELECT id, version FROM {table} WHERE event = ?", [event]).fetchall()
                for key, held in below:
                    write.delete_row(table, key, held)
            write.db.execute("DELETE FROM draft WHERE event = ?", [event])
            write.delete_row("event", event, version)
    return len(events)


def _computed(sample: dict[str, str], reference: Reference) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """A sample's columns, those of its estimate, and its draws for the business view."""
    document = tomllib.loads((FOLDER / sample["file"]).read_text(encoding="utf-8"))
    event = new_row(OPERATOR, document, state="held", series=sample["series"], edition=sample["edition"], sample=True)
    listed = {name: value for name, value in event.items() if name not in ("document", "found")}
    row = as_row({**listed, "id": 0, "version": 1})
    estimate, tree = locked_row(Registered(row, document), reference)
    return event, estimate, draws_for_trades(tree, reference)
