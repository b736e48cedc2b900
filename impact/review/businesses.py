"""What businesses answered of an event, summed: «Did this hold for you?», and the form after it. Nobody is named."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from data.permission import Actor, may, require
from data.store import Store
from impact.feedback import ANSWERS
from impact.register import get_event

_FEEDBACK = "SELECT answer, turnover_change FROM feedback WHERE event = ?"
_SURVEY = (
    "SELECT answers FROM survey_answer JOIN survey ON survey.id = survey_answer.survey"
    " WHERE event = ? AND survey.kind = 'business' ORDER BY survey_answer.id"
)


@dataclass(frozen=True)
class BusinessSums:
    """``held`` counts the answers by kind, ``turnover`` is lowest, median and highest change of turnover in percent.

    ``told`` of those answered how turnover changed; ``turnover`` is None where nobody did. ``lessons`` are the form's
    free texts, for who reads surveys' answers; empty for others.
    """

    held: Mapping[str, int]
    forms: int
    told: int
    turnover: tuple[float, float, float] | None
    lessons: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(self.held.values()) + self.forms


def business_sums(store: Store, actor: Actor, event: int) -> BusinessSums:
    """What businesses answered of an event, summed. Needs ``review.read``. Raises Refused, LookupError."""
    row = get_event(store, actor, event).row
    require(actor, "review.read", row)
    with store.read() as db:
        short = db.execute(_FEEDBACK, [event]).fetchall()
        forms = [json.loads(answers) for (answers,) in db.execute(_SURVEY, [event]).fetchall()]
    counts = Counter(answer for answer, _ in short)
    changes = [one for _, one in short if one is not None]
    changes += [float(one["turnover_change"]) for one in forms if isinstance(one.get("turnover_change"), int | float)]
    texts = [str(one["lessons"]).strip() for one in forms if one.get("lessons")] if may(actor, "survey.write") else []
    return BusinessSums(
        {answer: counts[answer] for answer in ANSWERS},
        len(forms),
        len(changes),
        (min(changes), float(median(changes)), max(changes)) if changes else None,
        tuple(filter(None, texts)),
    )
