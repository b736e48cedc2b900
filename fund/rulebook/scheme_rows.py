"""Schemes in the database: made from a preset or typed, each change a new row that holds from a day on.

A saved row is never changed, so that what names it (a call, an application) keeps its words. On a day holds, of the
rows of a key, the one with the latest first day that has come; of several with the same, the one saved last.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from data.audit import history
from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from fund.rulebook.scheme_reading import presets, read_scheme
from fund.rulebook.schemes import Scheme

_FIELDS = "id, key, since, revision, preset, document"


@dataclass(frozen=True)
class SavedScheme:
    """A scheme as it was saved. ``id`` names this row for good, ``revision`` counts the rows of its key."""

    id: int
    key: str
    since: dt.date
    revision: int
    preset: str
    scheme: Scheme


def adopt_preset(store: Store, actor: Actor, preset: str, since: dt.date, *, key: str = "") -> SavedScheme:
    """Save a preset as a scheme of one's own that holds from a day on, under its own key or another.

    Needs ``scheme.write``. Raises :class:`Faults` where there is no such preset or the key is taken.
    """
    known = presets()
    if preset not in known:
        require(actor, "scheme.write")
        raise Faults([Fault("", "preset", shown(preset), "scheme.no_preset", {"known": ", ".join(known)})])
    document = {**known[preset].document, "key": key or preset}
    return save_scheme(store, actor, document, since, preset=preset)


def save_scheme(
    store: Store, actor: Actor, document: Mapping[str, Any], since: dt.date, *, seen: int = 0, preset: str = ""
) -> SavedScheme:
    """Save a scheme that holds from a day on; ``seen`` is the last row of its key that was read, 0 for a new scheme.

    Where nothing differs from the newest row, that is given and nothing is saved. Needs ``scheme.write``. Raises
    :class:`Faults` with every fault of the document, and where somebody saved the scheme meanwhile.
    """
    require(actor, "scheme.write")
    scheme = read_scheme(document)
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, default=_iso)
    with store.write(actor.id, "scheme.save") as write:
        if seen and (before := scheme_row(write.db, seen)).key != scheme.key:
            raise Faults([Fault("", "key", scheme.key, "scheme.key_changed", {"name": before.key})])
        query = f"SELECT {_FIELDS} FROM scheme WHERE key = ? ORDER BY revision DESC LIMIT 1"
        newest = write.db.execute(query, (scheme.key,)).fetchone()
        if newest and (newest[2], newest[5]) == (since.isoformat(), text):  # nothing new, or a second click
            return _saved(newest)
        if newest and newest[0] != seen:
            raise Faults([_taken(scheme.key) if not seen else _changed(write.db, newest[0])])
        revision = newest[3] + 1 if newest else 1
        row = {"key": scheme.key, "since": since.isoformat(), "revision": revision}
        kept = preset or (newest[4] if newest else "")
        number = int(write.insert("scheme", {**row, "preset": kept, "document": text}))
        return scheme_row(write.db, number)


def scheme_row(db: Database, number: int) -> SavedScheme:
    """The scheme that was saved as a row. Raises :class:`Faults` where there is none."""
    row = db.execute(f"SELECT {_FIELDS} FROM scheme WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise Faults([Fault("", "scheme", str(number), "scheme.no_scheme")])
    return _saved(row)


def scheme_on(db: Database, key: str, day: dt.date) -> SavedScheme | None:
    """The scheme of a key that holds on a day; None where none has begun."""
    query = f"SELECT {_FIELDS} FROM scheme WHERE key = ? AND since <= ? ORDER BY since DESC, revision DESC LIMIT 1"
    row = db.execute(query, (key, day.isoformat())).fetchone()
    return _saved(row) if row else None


def schemes_on(store: Store, actor: Actor, day: dt.date) -> list[SavedScheme]:
    """The schemes that hold on a day, by name. Needs ``scheme.read``, which everyone has."""
    require(actor, "scheme.read")
    with store.read() as db:
        keys = [key for (key,) in db.execute("SELECT DISTINCT key FROM scheme").fetchall()]
        found = [one for key in keys if (one := scheme_on(db, key, day))]
    return sorted(found, key=lambda one: (one.scheme.name.nb, one.key))


def scheme_revisions(store: Store, actor: Actor, key: str) -> list[SavedScheme]:
    """Every row of a scheme, first to last. Needs ``scheme.read``."""
    require(actor, "scheme.read")
    with store.read() as db:
        rows = db.execute(f"SELECT {_FIELDS} FROM scheme WHERE key = ? ORDER BY revision", (key,)).fetchall()
    return [_saved(row) for row in rows]


def scheme_story(store: Store, actor: Actor, key: str) -> list[tuple[SavedScheme, str, str]]:
    """Every row of a scheme with who saved it and when, first to last. Needs ``ledger.read``: it is the fund's own.

    Raises LookupError where there is no such scheme.
    """
    require(actor, "ledger.read")
    found = scheme_revisions(store, actor, key)
    if not found:
        raise LookupError(f"no scheme {key[:60]}")
    with store.read() as db:
        made = [history(db, "scheme", str(one.id))[0] for one in found]
    return [(one, entry.actor, entry.at) for one, entry in zip(found, made, strict=True)]


def _saved(row: Any) -> SavedScheme:
    number, key, since, revision, preset, document = row
    scheme = read_scheme(json.loads(document), f"scheme {number}")
    return SavedScheme(number, key, dt.date.fromisoformat(since), revision, preset, scheme)


def _taken(key: str) -> Fault:
    return Fault("", "key", key, "scheme.key_taken")


def _changed(db: Database, number: int) -> Fault:
    made = history(db, "scheme", str(number))[-1]
    figures = {"actor": made.actor, "at": made.at[:16].replace("T", " ")}
    return Fault("", "", "", "scheme.changed_since", figures)


def _iso(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no part of a scheme")
