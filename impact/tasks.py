"""What waits for someone: drafts that are not kept, events without an estimate, estimates that are behind, answers.

A task follows from what is stored; doing the work makes it go away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from data.permission import Actor, may, require
from data.phrases import Lang
from data.store import Store
from impact.drafts import list_drafts
from impact.register import sees_all

Kind = Literal["draft", "held", "no_estimate", "behind", "unpublished", "no_evaluation", "feedback"]
KINDS: tuple[Kind, ...] = ("draft", "held", "no_estimate", "behind", "unpublished", "no_evaluation", "feedback")
MOST = 200
"""Tasks of a kind that are listed."""

_LATEST = "(SELECT max(id) FROM estimate WHERE event = event.id AND purpose = 'forecast' AND withdrawn_at IS NULL)"
_WHERE: dict[Kind, str] = {
    "held": "state = 'confirmed' AND last_day < :today",
    "no_estimate": f"state IN ('bid', 'confirmed') AND last_day >= :today AND {_LATEST} IS NULL",
    "behind": f"state IN ('bid', 'confirmed') AND version > (SELECT event_version FROM estimate WHERE id = {_LATEST}) "
    "AND EXISTS (SELECT 1 FROM audit WHERE kind = 'event' AND resource = CAST(event.id AS TEXT) "
    f"AND at > (SELECT locked_at FROM estimate WHERE id = {_LATEST}) AND after LIKE '%\"document%')",
    "unpublished": f"state = 'confirmed' AND last_day >= :today AND {_LATEST} IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM estimate WHERE event = event.id AND published_at IS NOT NULL AND withdrawn_at IS NULL)",
    "no_evaluation": "state = 'held' AND sample = 0 AND NOT EXISTS "
    "(SELECT 1 FROM estimate WHERE event = event.id AND purpose = 'evaluation')",
    "feedback": "id IN (SELECT event FROM feedback WHERE day >= :lately)",
}
LATELY = dt.timedelta(days=14)
"""How long an answer from business counts as new."""


@dataclass(frozen=True)
class Task:
    """One thing that waits, on one event. ``day`` is the event's first day, or for a draft when it was saved."""

    kind: Kind
    event: int
    name_nb: str
    name_en: str
    day: str

    def name(self, lang: Lang) -> str:
        return (self.name_en if lang == "en" else self.name_nb) or self.name_nb or self.name_en


def tasks(store: Store, actor: Actor, today: dt.date) -> list[Task]:
    """Everything that waits for the actor, by kind in the order of :data:`KINDS`, the soonest first.

    An applicant's are those of its own events. Needs ``event.read``.
    """
    require(actor, "event.read")
    if not may(actor, "event.write"):
        return []
    found = _drafts(store, actor)
    figures: dict[str, Any] = {"today": today.isoformat(), "lately": (today - LATELY).isoformat(), "owner": actor.id}
    own = "1" if sees_all(actor) else "owner = :owner"
    with store.read() as db:
        for kind in KINDS[1:]:
            if kind == "feedback" and not may(actor, "feedback.read"):
                continue
            sql = f"SELECT id, name_nb, name_en, first_day FROM event WHERE {_WHERE[kind]} AND {own} ORDER BY first_day"
            rows = db.execute(f"{sql} LIMIT {MOST}", figures).fetchall()
            found += [Task(kind, key, nb, en, day or "") for key, nb, en, day in rows]
    return found


def _drafts(store: Store, actor: Actor) -> list[Task]:
    made = []
    for draft in list_drafts(store, actor):
        about = draft.document.get("event") or {}
        names = (str(about.get("name_nb", "")), str(about.get("name_en", "")))
        made.append(Task("draft", draft.event, *names, draft.saved_at))
    return made
