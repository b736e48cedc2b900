"""An invented event with a visitor survey that people have answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from data.audit import canonical
from data.permission import Actor
from data.store import Store
from impact.register import create_event
from impact.survey.surveys import make_survey

OFFICER = Actor("account:1", frozenset({"officer"}))
OPENS, CLOSES = dt.date(2026, 8, 18), dt.date(2026, 8, 31)


def surveyed_event(store: Store, answers: Iterable[Mapping[str, Any]], actor: Actor = OFFICER) -> tuple[int, int]:
    """The numbers of an event and of its visitor survey with these answers."""
    document = {
        "event": {
            "id": "eksempelcup-2026",
            "name_nb": "Eksempelcupen",
            "name_en": "The Example Cup",
            "kind": "tournament",
            "municipality": "5001",
            "first_day": OPENS,
            "last_day": OPENS + dt.timedelta(days=3),
            "price_year": 2024,
        }
    }
    event = create_event(store, actor, document)
    survey = make_survey(store, OFFICER, event, "visitor", OPENS, CLOSES)
    with store.write("operator", "test.answers") as write:
        for row in answers:
            write.insert("survey_answer", {"survey": survey, "day": OPENS.isoformat(), "answers": canonical(row)})
    return event, survey


def crowd(n: int = 200, seed: int = 1) -> list[dict[str, Any]]:
    """Spectators from Norway and a few from abroad; each third skips what was spent on food."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for number in range(n):
        days = int(random.choice([1, 2, 4]))
        row: dict[str, Any] = {
            "role": "spectator",
            "home": "abroad" if number % 10 == 0 else "norway",
            "days": days,
            "days_in_area": days + 1,
            "nights": days,
            "lodging": "commercial",
            "room_persons": 2,
            "reason": "one_of_several" if number % 4 == 0 else "only",
            "otherwise": "another_time" if number % 5 == 1 else "stayed_home",
            "party": 2,
            "spend_accommodation": round(float(random.gamma(8, 200)) * days),
            "spend_food_service": round(float(random.gamma(4, 200)) * (days + 1)),
        }
        if number % 3 == 0:
            del row["spend_food_service"]
        rows.append(row)
    return rows
