"""Everything that is stored about one person, for that person: what ``data/privacy.toml`` calls theirs, and no others'.

A row is theirs where the register says that a column holds who by account, and it is this account. Of it go the columns
that are given; another's account in the same row is hidden. What was done to the account itself stands in the audit.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from data.accounts import account_in
from data.codes import moment
from data.connection import quoted
from data.permission import Actor, require
from data.privacy import Table, holdings, tables
from data.store import Store

ANOTHER = "•••"


@dataclass(frozen=True)
class Rows:
    """What a table has about the person: ``rows`` by column, in the table's order."""

    table: str
    holding: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class OwnData:
    """A person's own data, by table in the register's order; ``at`` is when they were read (ISO 8601, UTC)."""

    account: int
    at: str
    tables: tuple[Rows, ...]

    def as_json(self) -> bytes:
        """One JSON object: the account's number, the moment, and the rows by table."""
        body = {"account": self.account, "at": self.at, "tables": {one.table: one.rows for one in self.tables}}
        return json.dumps(body, ensure_ascii=False, indent=1).encode()


def own_data(store: Store, actor: Actor, account: int, *, at: dt.datetime | None = None) -> OwnData:
    """Everything about the actor's own account; nobody gets another's. Raises Refused and LookupError."""
    require(actor, "account.self", {"owner": f"account:{account}"})
    order = [one.key for one in holdings()]
    with store.read() as db:
        account_in(db, account)
        found = [Rows(one.name, one.holding, _rows(db, one, account)) for one in tables().values() if one.person]
    kept = sorted((one for one in found if one.rows), key=lambda one: order.index(one.holding))
    return OwnData(account, moment(at or dt.datetime.now(dt.UTC)), tuple(kept))


def _rows(db: Database, table: Table, account: int) -> list[dict[str, Any]]:
    own = {account, f"account:{account}"}
    names = tuple(dict.fromkeys((*table.given, *table.person)))
    conditions, values = [], list[Any]()
    for column in table.person:
        conditions.append(f"{quoted(column)} IN (?, ?)")
        values += [account, f"account:{account}"]
    if table.name == "audit":
        conditions.append("kind = 'account' AND resource = ?")
        values.append(str(account))
    columns, theirs = ", ".join(map(quoted, names)), " OR ".join(conditions)
    sql = f"SELECT {columns} FROM {quoted(table.name)} WHERE {theirs} ORDER BY rowid"
    return [
        {
            name: ANOTHER if name in table.person and value is not None and value not in own else value
            for name, value in row.items()
        }
        for row in db.query(sql, values)
    ]
