"""What tests of the years share: who reads them, and an event of the invented fund whose outcome is locked."""

from __future__ import annotations

from data.audit import now
from data.permission import Actor
from data.store import Store
from fund.demo import Story
from impact.estimates import lock_estimate
from impact.reference import reference_in

CHAIR = Actor("account:99", frozenset({"chair"}))
REFERENCE = reference_in()


def evaluated(store: Store, story: Story, event: int) -> int:
    """Lock an outcome of an event, as its evaluation does; the estimate's number."""
    officer = story.who("officer")
    outcome = lock_estimate(store, officer, event, REFERENCE, draws=1_000, purpose="evaluation")
    with store.write(officer.id, "test.evaluate") as write:
        (forecast,) = write.db.execute("SELECT min(id) FROM estimate WHERE event = ?", [event]).fetchone()
        row = {"event": event, "forecast": forecast, "document": "{}", "outcome": outcome}
        write.insert("evaluation", {**row, "changed_at": now(), "changed_by": officer.id})
    return outcome
