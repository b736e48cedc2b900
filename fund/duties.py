"""What an account still has to do in the fund: told before its person is erased, so that someone else takes it over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.audit import canonical
from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.deadlines import clock, oslo_day
from fund.workflow import workflows

_OPEN = {
    "mandate": "mandate WHERE account = :who AND state = 'confirmed' AND until >= :day",
    "seat": "seat WHERE account = :who AND (until IS NULL OR until >= :day)",
    "case": """assignment s JOIN application a ON a.id = s.application
        WHERE s.account = :who AND s.state = 'assigned' AND a.state NOT IN (SELECT value FROM json_each(:ends))""",
    "batch": """payment_batch b WHERE b.made_by = :who
        AND EXISTS (SELECT 1 FROM batch_payment p WHERE p.batch = b.id AND p.outcome = 'sent')""",
    "draft": "application WHERE created_by = :who AND number IS NULL",
}
"""Where each kind of open duty stands."""


@dataclass(frozen=True)
class Duty:
    """A kind of duty that is open, and how many."""

    kind: str
    count: int

    def line(self, lang: Lang) -> str:
        return say(f"personal_data.duty.{self.kind}", lang, count=self.count)


def open_duties(store: Store, actor: Actor, account: int, *, at: dt.datetime | None = None) -> list[Duty]:
    """What waits on an account: one's own, or any with ``account.read``."""
    who = f"account:{account}"
    if actor.id != who:
        require(actor, "account.read")
    given = {"who": who, "day": oslo_day(clock(at)).isoformat()}
    with store.read() as db:
        ends = {"ends": canonical(sorted(workflows()["application"].ends))}
        counts = {
            kind: db.execute(f"SELECT count(*) FROM {where}", {**given, **ends}).fetchone()[0]
            for kind, where in _OPEN.items()
        }
    return [Duty(kind, count) for kind, count in counts.items() if count]
