"""Surveys in a real store, for the tests of what is asked and answered after an event."""

from __future__ import annotations

import datetime as dt
from typing import Any

from data.permission import Actor
from data.store import Store
from impact.register import create_event
from impact.survey.surveys import Survey, get_survey, make_survey

OFFICER = Actor("account:901", frozenset({"officer"}))
APPLICANT = Actor("account:902", frozenset({"applicant"}))
DAY = dt.date(2024, 6, 16)
"""A day on which the surveys are open."""
VISITOR = {"role": "spectator", "home": "norway", "days": "2"}
"""The least that a visitor answers."""


def event_of(store: Store, document: dict[str, Any], actor: Actor = OFFICER) -> int:
    """The number of a new event from 14 to 15 June 2024."""
    document["event"] |= {"id": "lop", "name_nb": "Eksempelløpet", "name_en": "The Example Run"}
    document["event"] |= {"first_day": "2024-06-14", "last_day": "2024-06-15"}
    return create_event(store, actor, document, state="held")


def survey_of(store: Store, event: int, kind: str = "visitor", days: int = 14) -> Survey:
    """A new survey of an event, open from 14 June 2024."""
    opens = dt.date(2024, 6, 14)
    return get_survey(store, OFFICER, make_survey(store, OFFICER, event, kind, opens, opens + dt.timedelta(days=days)))
