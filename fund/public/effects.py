"""What the events behind the awards are estimated to bring, and what they were found to have brought: published only.

Both are modelled: the forecast from what was assumed before the event, the outcome from what was counted after it. What
nobody published isn't here, nor is anything of an award that lapsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.store import Store


@dataclass(frozen=True)
class PublishedEffect:
    """Net value added of a published estimate, in whole kroner of ``price_year``: P10, P50 and P90."""

    estimate: int
    p10: int
    p50: int
    p90: int
    price_year: int


@dataclass(frozen=True)
class AwardEffects:
    """The published forecast and the published evaluation of an award's event; None where there is none."""

    forecast: PublishedEffect | None = None
    outcome: PublishedEffect | None = None


def published_effects(store: Store) -> Mapping[int, AwardEffects]:
    """By award, those that have either. Public."""
    found: dict[int, dict[str, PublishedEffect]] = {}
    with store.read() as db:
        for award, purpose, id, low, middle, high, year in db.execute(_EFFECTS).fetchall():
            effect = PublishedEffect(id, round(low), round(middle), round(high), year)
            found.setdefault(award, {})[_FIELD[purpose]] = effect
    return {award: AwardEffects(**held) for award, held in found.items()}


_FIELD = {"forecast": "forecast", "evaluation": "outcome"}
_EFFECTS = """
SELECT award.id, e.purpose, e.id, e.value_added_p10, e.value_added_p50, e.value_added_p90, e.price_year
FROM (SELECT id, application FROM award WHERE state <> 'lapsed') AS award
    JOIN application ON application.id = award.application
    JOIN estimate AS linked ON linked.id = application.estimate
    JOIN estimate AS e ON e.event = linked.event
WHERE e.published_at IS NOT NULL AND e.withdrawn_at IS NULL
    AND e.value_added_p10 IS NOT NULL AND e.value_added_p50 IS NOT NULL AND e.value_added_p90 IS NOT NULL
ORDER BY e.id
"""
"""The estimate that an application builds on leads to its event, and that to what is published of it."""
