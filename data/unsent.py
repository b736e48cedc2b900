"""What someone has typed in a small form and not sent: kept per account, so that it outlives the page and the server.

Larger work, such as an event, has drafts of its own that can be merged; here the newest stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.audit import canonical, now
from data.permission import Actor, require
from data.store import Store

LONGEST = 100_000
"""Signs of all fields together; what is longer is not kept, as it can't be sent either."""


def read_unsent(store: Store, actor: Actor, form: str) -> dict[str, Any]:
    """The fields that hold something; empty where nothing waits."""
    require(actor, "account.self", {"owner": actor.id if actor.signed_in else ""})
    with store.read() as db:
        sql = "SELECT fields FROM unsent WHERE account = ? AND form = ?"
        row = db.execute(sql, [actor.id, form]).fetchone()
    fields: dict[str, Any] = json.loads(row[0]) if row else {}
    return fields


def keep_unsent(store: Store, actor: Actor, form: str, fields: Mapping[str, Any]) -> None:
    """Keep the fields as they are now, in place of those kept before; without any the form is forgotten."""
    require(actor, "account.self", {"owner": actor.id if actor.signed_in else ""})
    text = canonical(dict(fields))
    if len(text) > LONGEST:
        return
    with store.write(actor.id, "unsent.keep", audited=False) as write:
        if fields:
            sql = "INSERT OR REPLACE INTO unsent (account, form, fields, saved_at) VALUES (?, ?, ?, ?)"
            write.db.conn.execute(sql, (actor.id, form, text, now()))
        else:
            write.db.conn.execute("DELETE FROM unsent WHERE account = ? AND form = ?", (actor.id, form))


def drop_unsent(store: Store, actor: Actor, form: str) -> None:
    """Forget a form that was sent."""
    keep_unsent(store, actor, form, {})
