"""Events whose outcome is locked, with the figures that a test wants: what the forecast record is reckoned from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from data.audit import now
from data.permission import Actor
from data.store import Store
from impact.estimates import locked_row
from impact.reference import Reference
from impact.register import DERIVED, create_event, get_event, new_row

OFFICER = Actor("account:1", frozenset({"officer"}))
Band = tuple[float, float, float]


class Recorder:
    """Makes events with a forecast and an outcome; one event is computed, and its lock stands for all."""

    def __init__(self, store: Store, reference: Reference, document: Mapping[str, Any], actor: Actor = OFFICER) -> None:
        self.store, self.reference, self.actor = store, reference, actor
        self.document = dict(document)
        self._columns: dict[str, Any] = {}

    def event(self, name: str, *, kind: str = "festival", day: str = "2025-06-14", sample: bool = False) -> int:
        """An event; its number."""
        first = dt.date.fromisoformat(day)
        about = {**self.document["event"], "name_nb": name, "name_en": name, "kind": kind}
        about |= {"first_day": first, "last_day": first}
        document = {**self.document, "event": about}
        row = new_row(self.actor, document, state="held", sample=sample)
        with self.store.write(self.actor.id, "event.create") as write:
            return int(write.insert("event", row, derived=DERIVED))

    def estimate(self, event: int, band: Band | None, purpose: str, year: int = 2024) -> int:
        """A locked estimate with this value added (P10, P50, P90); its number."""
        if not self._columns:
            known = create_event(self.store, self.actor, self.document)
            registered = get_event(self.store, self.actor, known)
            self._columns = locked_row(registered, self.reference, draws=10)[0]
        ends = dict(zip(("value_added_p10", "value_added_p50", "value_added_p90"), band or (None,) * 3, strict=True))
        row = {**self._columns, "event": event, "event_version": 1, "purpose": purpose, "price_year": year, **ends}
        with self.store.write(self.actor.id, "test.estimate") as write:
            return int(write.insert("estimate", {**row, "locked_at": now(), "locked_by": self.actor.id}))

    def evaluated(
        self,
        name: str,
        band: Band | None,
        outcome: float | None,
        *,
        years: tuple[int, int] = (2024, 2024),
        **about: Any,
    ) -> int:
        """An event with a forecast, and an outcome around its middle; its number."""
        event = self.event(name, **about)
        self.outcome(event, self.estimate(event, band, "forecast", years[0]), outcome, years[1])
        return event

    def outcome(self, event: int, forecast: int, outcome: float | None, year: int = 2024) -> None:
        """The locked outcome of an event that has a forecast."""
        found = None if outcome is None else (outcome - 1, outcome, outcome + 1)
        row = {
            "event": event,
            "forecast": forecast,
            "document": "{}",
            "outcome": self.estimate(event, found, "evaluation", year),
            "changed_at": now(),
            "changed_by": self.actor.id,
        }
        with self.store.write(self.actor.id, "test.evaluation") as write:
            write.insert("evaluation", row)
