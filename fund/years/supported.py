"""The events that the fund supported: their awards, and the estimates that stand for what they gave.

An award's year is that of the posting that first set its money aside. An event that got more than one award stands here
once, in the year of the first, so that what it gave is never counted twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.permission import Actor, require
from data.store import Store
from fund.award.awards import AwardForm
from fund.public.published import PRIVATE
from impact.coming import CERTAIN
from impact.estimates import EstimateRow, PublishedRow, rows_of
from impact.evaluation.pairs import pairs
from impact.register import EventRow

_AWARDS = """
SELECT award.id, award.form, award.bid, award.state, application.number, decision.estimate,
    json_extract(body, '$.document.title') AS title, json_extract(body, '$.document.municipality') AS municipality,
    CASE WHEN organisation.kind = ? THEN '' ELSE organisation.name END AS recipient
FROM award JOIN (SELECT id, revision, estimate FROM decision) AS decision ON decision.id = award.decision
    JOIN application ON application.id = award.application
    JOIN (SELECT application AS of, number AS revision, body FROM application_revision) AS sent
        ON sent.of = application.id AND sent.revision = decision.revision
    JOIN organisation ON organisation.id = award.organisation
ORDER BY award.id
"""
"""Title and place are those of the sending that was decided on, the estimate the one that the decision rests on."""
_AMOUNTS = """
SELECT a.award, CAST(substr(p.day, 1, 4) AS INTEGER), sum(leg.amount)
FROM leg JOIN ledger_account AS a ON a.id = leg.account JOIN posting AS p ON p.id = leg.posting
    LEFT JOIN posting AS undone ON undone.id = p.reverses
WHERE a.award > 0 AND a.kind IN ('committed', 'guaranteed') AND coalesce(undone.what, p.what) = a.kind
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class YearsAward:
    """An award as the years count it. ``ore`` by year: what was awarded, a guarantee at its whole cap.

    ``recipient`` is "" where it went to a private person; ``estimate`` is the locked forecast that the decision rests
    on and ``event`` its event; ``municipality`` the host's.
    """

    id: int
    form: AwardForm
    bid: bool
    state: str
    number: str
    title: str
    recipient: str
    municipality: str
    ore: Mapping[int, int]
    forecast: EstimateRow | None
    event: EventRow | None

    @property
    def year(self) -> int:
        """The year that it was awarded in; 0 where nothing was ever set aside for it."""
        return min(self.ore, default=0)

    def awarded(self, year: int | None = None) -> int:
        """Øre awarded, in one year or in all."""
        return sum(self.ore.values()) if year is None else self.ore.get(year, 0)

    @property
    def kind(self) -> str:
        """The event's kind, "" where it isn't known."""
        return self.event.kind if self.event else ""


@dataclass(frozen=True)
class Supported:
    """An event that was supported: its awards that stand, the forecast of the first, and the locked outcome.

    ``certain``: it will be held or has been, and it isn't the cost of a bid that was supported; only such are added up.
    """

    event: EventRow
    awards: tuple[YearsAward, ...]
    forecast: EstimateRow
    outcome: EstimateRow | None

    @property
    def year(self) -> int:
        return min(one.year for one in self.awards)

    @property
    def ore(self) -> int:
        """All that was awarded to it."""
        return sum(one.awarded() for one in self.awards)

    @property
    def certain(self) -> bool:
        return self.event.state in CERTAIN and not all(one.bid for one in self.awards)

    def held(self, day: dt.date) -> bool:
        """Whether it is over."""
        return self.event.last_day is not None and self.event.last_day < day


def years_awards(store: Store, actor: Actor) -> list[YearsAward]:
    """Every award that was ever made, first to last. Needs ``years.read``."""
    require(actor, "years.read")
    with store.read() as db:
        amounts: dict[int, dict[int, int]] = {}
        for award, year, ore in db.execute(_AMOUNTS).fetchall():
            amounts.setdefault(award, {})[year] = ore
        rows = list(db.query(_AWARDS, [PRIVATE]))
        forecasts = rows_of(store, {int(row["estimate"]) for row in rows if row["estimate"]})
    return [_award(row, amounts.get(row["id"], {}), forecasts) for row in rows]


def supported(store: Store, awards: Sequence[YearsAward]) -> list[Supported]:
    """The events of awards that didn't lapse and rest on a forecast, each once, by first day."""
    outcomes = {pair.event.id: pair.outcome for pair in pairs(store)}
    by_event: dict[int, list[YearsAward]] = {}
    for one in awards:
        if one.event is not None and one.state != "lapsed" and one.ore:
            by_event.setdefault(one.event.id, []).append(one)
    found = []
    for event, some in by_event.items():
        row, forecast = some[0].event, some[0].forecast
        assert row is not None and forecast is not None
        found.append(Supported(row, tuple(some), forecast, outcomes.get(event)))
    return sorted(found, key=lambda one: (str(one.event.first_day), one.event.id))


def _award(row: Mapping[str, Any], ore: Mapping[int, int], forecasts: Mapping[int, PublishedRow]) -> YearsAward:
    behind = forecasts.get(int(row["estimate"] or 0))
    return YearsAward(
        id=int(row["id"]),
        form=row["form"],
        bid=bool(row["bid"]),
        state=str(row["state"]),
        number=str(row["number"]),
        title=str(row["title"]),
        recipient=str(row["recipient"]),
        municipality=behind.event.municipality if behind else str(row["municipality"] or ""),
        ore=ore,
        forecast=behind.estimate if behind else None,
        event=behind.event if behind else None,
    )
