"""Reminders: an organisation is told once that a day is near on which something of its own is due.

A day that is moved is another day, and is reminded of anew.
"""

from __future__ import annotations

import datetime as dt

from data.dated import Parameters
from data.permission import Actor, require
from data.store import Store
from fund.deadlines import clock, oslo_day
from fund.outbox import tell
from fund.waiting import REMINDED
from impact.parameter_values import parameters_in


def remind(store: Store, actor: Actor, *, at: dt.datetime | None = None) -> int:
    """Put out what is due within ``reminders.days``; how many reminders that were. Needs ``outbox.send``."""
    require(actor, "outbox.send")
    moment = clock(at)
    today = oslo_day(moment)
    with store.read() as db:
        days = Parameters(parameters_in(db), today).number("reminders.days")
        until = today + dt.timedelta(int(days))
        near = [
            (f"reminders.{kind}", f"remind:{kind}:{row}:{last}", number, last, organisation)
            for kind, query in REMINDED.items()
            for row, number, last, organisation in db.execute(
                f"SELECT * FROM ({query}) WHERE last BETWEEN ? AND ?", [today.isoformat(), until.isoformat()]
            ).fetchall()
        ]
        told = {one for (one,) in db.execute("SELECT dedupe FROM outbox WHERE dedupe LIKE 'remind:%'").fetchall()}
    new = [one for one in near if one[1] not in told]
    if new:
        with store.write(actor.id, "outbox.remind") as write:
            for message, dedupe, number, last, organisation in new:
                figures = {"number": number, "day_due": last}
                tell(write, f"organisation:{organisation}", message, figures, dedupe, at=moment)
    return len(new)
