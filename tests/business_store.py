"""Events in a real store with a published estimate, for the tests of the business view."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from conftest import number

from data.permission import Actor
from data.store import Store
from data.value import Value
from impact.area_nights import NightView
from impact.estimates import get_estimate, lock_estimate, publish_estimate
from impact.nights import NightRow
from impact.reference import Reference
from impact.register import create_event

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))


def published(
    store: Store, reference: Reference, document: dict[str, Any], *, state: str = "confirmed", publish: bool = True
) -> int:
    """The number of an event in the register, with an estimate that is published."""
    event = create_event(store, OFFICER, document, state=state)
    estimate = lock_estimate(store, OFFICER, event, reference, draws=50)
    if publish:
        row, _ = get_estimate(store, OFFICER, estimate)
        publish_estimate(store, OFFICER, estimate, row.version, reference)
    return event


def small(
    document: dict[str, Any], id: str, first: str = "2024-06-14", last: str = "2024-06-15", **about: Any
) -> dict[str, Any]:
    """``document`` under another id and on other days, without nights of its own."""
    made = copy.deepcopy(document)
    made["event"] |= {"id": id, "name_nb": id, "name_en": id, "first_day": first, "last_day": last, **about}
    made.pop("night", None)
    return made


def with_demand(
    document: dict[str, Any], date: str, demand: float, rooms: float = 0, sold: float = 0
) -> dict[str, Any]:
    """``document`` with one night on which it asks for ``demand`` rooms."""
    night = {"date": date, "rooms": number(rooms), "baseline_sold": number(sold), "event_demand": number(demand)}
    return {**document, "night": [night]}


def night_of(nights: tuple[NightView, ...], date: str) -> NightView:
    return next(one for one in nights if one.date == dt.date.fromisoformat(date))


def register_row(first: str, last: str, rooms: float, sold: float, code: str = "5001", **ends: float) -> NightRow:
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return NightRow(
        code, *days, rooms, Value(sold, ends.get("low", sold), ends.get("high", sold), "counted", "made up")
    )
