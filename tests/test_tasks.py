"""What waits for someone: it comes with what is stored, and goes when the work is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from data.permission import Actor, Refused
from data.store import Store
from impact.drafts import drop_draft, save_draft
from impact.estimates import get_estimate, lock_estimate, publish_estimate
from impact.feedback import add_feedback, sender_of
from impact.reference import Reference
from impact.register import create_event, get_event, save_event
from impact.tasks import tasks

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
BOARD = Actor("account:3", frozenset({"board"}))
BEFORE, AFTER = dt.date(2024, 6, 1), dt.date(2024, 7, 1)


def kinds(store: Store, actor: Actor, today: dt.date) -> list[str]:
    return [one.kind for one in tasks(store, actor, today)]


def test_work_comes_and_goes_with_what_is_stored(
    store: Store, reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    assert kinds(store, OFFICER, BEFORE) == []
    event = create_event(store, OFFICER, event_dict(), state="confirmed")
    assert kinds(store, OFFICER, BEFORE) == ["no_estimate"]
    estimate = lock_estimate(store, OFFICER, event, reference, draws=50)
    assert kinds(store, OFFICER, BEFORE) == ["unpublished"]
    row, _ = get_estimate(store, OFFICER, estimate)
    publish_estimate(store, OFFICER, estimate, row.version, reference)
    assert kinds(store, OFFICER, BEFORE) == []

    found = get_event(store, OFFICER, event)
    version = save_event(store, OFFICER, event, found.row.version, series="festival")
    assert kinds(store, OFFICER, BEFORE) == []
    document = {**found.document, "organiser": {"deficit": {"value": 1, "evidence": "reported", "source": "made up"}}}
    version = save_event(store, OFFICER, event, version, document=document)
    assert kinds(store, OFFICER, BEFORE) == ["behind"]
    assert "held" in kinds(store, OFFICER, AFTER)
    add_feedback(store, reference, event, "lodging", "5001", "less", sender=sender_of("", AFTER), day=AFTER)
    assert "feedback" in kinds(store, OFFICER, AFTER)
    assert "feedback" not in kinds(store, OFFICER, AFTER + dt.timedelta(days=30))
    save_event(store, OFFICER, event, version, state="held")
    assert kinds(store, OFFICER, AFTER) == ["no_evaluation", "feedback"]


def test_a_draft_waits_for_its_own_writer_only(store: Store, event_dict: Callable[..., dict[str, Any]]) -> None:
    event = create_event(store, OFFICER, event_dict(), state="idea")
    version = get_event(store, OFFICER, event).row.version
    save_draft(store, OFFICER, event, event_dict(), version)
    assert kinds(store, OFFICER, BEFORE) == ["draft"]
    assert kinds(store, Actor("account:9", frozenset({"officer"})), BEFORE) == []
    drop_draft(store, OFFICER, event)
    assert kinds(store, OFFICER, BEFORE) == []


def test_an_applicant_is_told_of_its_own_events(store: Store, event_dict: Callable[..., dict[str, Any]]) -> None:
    create_event(store, OFFICER, event_dict(), state="confirmed")
    assert kinds(store, APPLICANT, BEFORE) == []
    create_event(store, APPLICANT, event_dict(), state="bid")
    assert kinds(store, APPLICANT, BEFORE) == ["no_estimate"]
    assert kinds(store, OFFICER, BEFORE) == ["no_estimate", "no_estimate"]
    assert kinds(store, BOARD, BEFORE) == []
    with pytest.raises(Refused):
        tasks(store, Actor("anyone"), BEFORE)
