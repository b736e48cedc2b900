"""Rows that go along a way of the fund, as someone read them: what :func:`fund.workflow.move` is given.

A page says which version it showed. Where that version has passed, the row is given as it stood then, so that a double
click is known as one and everyone else is told who changed what.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from data.audit import history

Row = dict[str, Any]


def row_at(db: Database, kind: str, id: int, version: int) -> Row:
    """The row with the state that it had at ``version``. Raises LookupError where there is no such row or version."""
    found = next(iter(db.query(f'SELECT * FROM "{kind}" WHERE id = ?', [id])), None)
    if found is None or not 1 <= version <= found["version"]:
        raise LookupError(f"{kind} has no row {id} with version {version}")
    state = found["state"]
    for entry in reversed(history(db, kind, str(id))):
        if (entry.after or {}).get("version", 0) <= version:
            break
        state = (entry.before or {}).get("state", state)
    return {**found, "version": version, "state": state}
