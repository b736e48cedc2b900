"""The audit trail for those who read it: searched, a page at a time, newest first; and the state of its chain."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

from data import audit
from data.audit import Entry, entry_of
from data.permission import Actor, require
from data.store import Store

_COLUMNS = ("seq", "at", "actor", "action", "kind", "resource", "before", "after", "salt", "content", "hash")


@dataclass(frozen=True)
class Sought:
    """What is looked for in the trail; "" and None leave a part open. ``text`` is found in what was there before and
    after, and so is ``number``, a whole one by itself.

    ``things`` are (kind, resource): only rows of these. ``holding`` are things that have the number where no row says
    it, as postings have their legs.
    """

    actor: str = ""
    action: str = ""
    kind: str = ""
    resource: str = ""
    text: str = ""
    number: int | None = None
    things: tuple[tuple[str, str], ...] | None = None
    holding: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ChainState:
    """Rows in the chain, the hash of the last one, and the first row where it doesn't hold (None: it holds)."""

    rows: int
    head: str
    broken: tuple[int, str] | None


def trail(store: Store, actor: Actor, sought: Sought, *, limit: int = 50, offset: int = 0) -> tuple[list[Entry], int]:
    """Rows of the trail, newest first, and how many there are in all. Needs ``audit.read``."""
    require(actor, "audit.read")
    conditions, values = _where(sought)
    with store.read() as db:
        (total,) = db.execute(f"SELECT count(*) FROM audit WHERE {conditions}", values).fetchone()
        query = f"SELECT {', '.join(_COLUMNS)} FROM audit WHERE {conditions} ORDER BY seq DESC LIMIT ? OFFSET ?"
        rows = db.execute(query, [*values, limit, offset]).fetchall()
    return [entry_of(row) for row in rows], int(total)


def actions(store: Store, actor: Actor) -> list[str]:
    """What has been done at all, by name. Needs ``audit.read``."""
    require(actor, "audit.read")
    with store.read() as db:
        return [name for (name,) in db.execute("SELECT DISTINCT action FROM audit ORDER BY action")]


def actors(store: Store, actor: Actor) -> list[str]:
    """Who has done anything, by id. Needs ``audit.read``."""
    require(actor, "audit.read")
    with store.read() as db:
        return [name for (name,) in db.execute("SELECT DISTINCT actor FROM audit ORDER BY length(actor), actor")]


def chain_state(store: Store, actor: Actor) -> ChainState:
    """Whether the chain holds from its first row to its last; every row is read. Needs ``audit.read``."""
    require(actor, "audit.read")
    with store.read() as db:
        head = audit.head(db)
        return ChainState(head.seq, head.hash, audit.broken(db))


def trail_csv(store: Store, actor: Actor, sought: Sought) -> bytes:
    """What was found as CSV with every hash, for a check outside the program. Needs ``audit.read``."""
    require(actor, "audit.read")
    conditions, values = _where(sought)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    with store.read() as db:
        writer.writerows(db.execute(f"SELECT {', '.join(_COLUMNS)} FROM audit WHERE {conditions} ORDER BY seq", values))
    return text.getvalue().encode("utf-8-sig")


def _where(sought: Sought) -> tuple[str, list[str]]:
    conditions, values = ["1"], []
    for column in ("actor", "action", "kind", "resource"):
        if wanted := getattr(sought, column).strip():
            conditions.append(f"{column} = ?")
            values.append(wanted)
    if text := sought.text.strip():
        mark = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        conditions.append("(before LIKE ? ESCAPE '\\' OR after LIKE ? ESCAPE '\\')")
        values += [mark, mark]
    if sought.number is not None:
        conditions.append(f"({_holds(sought.number)} OR {_among(sought.holding, values)})")
    if sought.things is not None:
        conditions.append(_among(sought.things, values))
    return " AND ".join(conditions), values


def _holds(number: int) -> str:
    """Where what was there before or after has a number as a value of its own."""
    ends = [f"{column} LIKE '%:{number}{end}%'" for column in ("before", "after") for end in (",", "}", "]")]
    return f"({' OR '.join(ends)})"


def _among(things: tuple[tuple[str, str], ...], values: list[str]) -> str:
    """Where a row is of one of these things, which go along as one value: there may be more than a query takes."""
    values.append(json.dumps(things))
    return "(kind, resource) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))"
