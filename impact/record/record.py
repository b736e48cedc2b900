"""The forecast record: every event whose outcome is locked, held against the forecast that was locked before it.

    found = read_record(store, officer, reference, organisers={7: "organisation:3"})
    found.calibration.within, found.bias.haircut(kind="festival", organiser="organisation:3").factor

What is compared is the region's value added. Both figures are modelled: the forecast before the event, the outcome from
what was measured after it; the outcome counts by its median.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from data.clock import today
from data.permission import Actor, require
from data.store import Store
from impact.comparison import compared_row
from impact.estimates import EstimateRow, rows_of
from impact.evaluation.pairs import Pair, pairs
from impact.parameter_values import known_parameters
from impact.ranges import Range
from impact.record.bias import Bias, Haircut, Terms, terms_on
from impact.record.calibration import Calibration, Standing, calibration
from impact.reference import Reference
from impact.register import EventRow

Size = Literal["small", "medium", "large"]
MADE_OF = ("estimate", "evaluation", "event", "parameter_value")
"""The kinds of rows that the record is made of: it holds until one of these is changed, or a new day begins."""
SIZES: tuple[Size, ...] = get_args(Size)


@dataclass(frozen=True)
class Line:
    """One event: the forecast's range and the outcome's middle, both NOK of ``year``.

    ``forecast`` and ``outcome`` are None where they aren't known or can't be carried to kroner of one year.
    ``organiser`` is whom the event counts for.
    """

    event: EventRow
    forecast_id: int
    outcome_id: int
    organiser: str
    size: Size | None
    year: int
    forecast: Range | None
    outcome: float | None

    @property
    def standing(self) -> Standing | None:
        """Where the outcome lay by the forecast's range; None where the two can't be compared."""
        if self.forecast is None or self.outcome is None:
            return None
        if self.outcome < self.forecast.p10:
            return "below"
        return "above" if self.outcome > self.forecast.p90 else "within"

    @property
    def ratio(self) -> float | None:
        """Outcome over forecast; None where it isn't known, or the forecast isn't above zero."""
        if self.forecast is None or self.outcome is None or self.forecast.p50 <= 0:
            return None
        return self.outcome / self.forecast.p50

    @property
    def drained(self) -> bool:
        """Whether the event took from the region instead of giving to it, or was forecast to: no ratio tells of it."""
        if self.forecast is None or self.outcome is None:
            return False
        return self.outcome <= 0 or self.forecast.p50 <= 0

    @property
    def levels(self) -> dict[str, str]:
        """What the event is, by each of :data:`impact.record.bias.FACTORS`."""
        return {"kind": self.event.kind, "size": self.size or "", "organiser": self.organiser}


@dataclass(frozen=True)
class Group:
    """Events of one kind, size or organiser: how many there are, how many drained, and their haircut."""

    factor: str
    level: str
    events: int
    drained: int
    haircut: Haircut


class Record:
    """The lines, and what they say together."""

    def __init__(self, lines: Iterable[Line], terms: Terms) -> None:
        self.lines: tuple[Line, ...] = tuple(lines)
        self.terms = terms
        self.calibration: Calibration = calibration(one.standing for one in self.lines if one.standing)
        told = [one for one in self.lines if one.standing and not one.drained]
        logs = [math.log(one.ratio) for one in told if one.ratio]
        self.bias = Bias([one.levels for one in told], logs, terms)
        self._without: dict[int, Record] = {}
        self._groups: dict[str, list[Group]] = {}

    @property
    def drained(self) -> int:
        """Events that no ratio tells of, since they took instead of giving."""
        return sum(one.drained for one in self.lines)

    @property
    def unknown(self) -> int:
        """Events whose forecast and outcome can't be compared."""
        return sum(one.standing is None for one in self.lines)

    def groups(self, factor: str) -> list[Group]:
        """Every level of a factor that has an event that can be compared, the one with most events first."""
        if factor not in self._groups:
            self._groups[factor] = self._grouped(factor)
        return self._groups[factor]

    def _grouped(self, factor: str) -> list[Group]:
        found: dict[str, list[Line]] = {}
        for one in self.lines:
            if one.standing:
                found.setdefault(one.levels[factor], []).append(one)
        made = [
            Group(factor, level, len(own), sum(one.drained for one in own), self.bias.haircut(**{factor: level}))
            for level, own in found.items()
        ]
        order: dict[str, int] = {size: place for place, size in enumerate(SIZES)}
        return sorted(made, key=lambda one: (order.get(one.level, 0) if factor == "size" else -one.events, one.level))

    def without(self, event: int) -> Record:
        """The record as it would be without an event: what happened to it must not tell of its own forecast."""
        if event not in self._without:
            rest = [one for one in self.lines if one.event.id != event]
            self._without[event] = self if len(rest) == len(self.lines) else Record(rest, self.terms)
        return self._without[event]

    def haircut(self, event: EventRow, forecast: EstimateRow, organiser: str, reference: Reference) -> Haircut:
        """The haircut of a forecast, from what is known of its kind, its size and its organiser."""
        size = size_of(compared_row(forecast, event, reference).value_added, self.terms)
        return self.bias.haircut(kind=event.kind, organiser=organiser, **({"size": size} if size else {}))


def read_record(
    store: Store,
    actor: Actor,
    reference: Reference,
    *,
    organisers: Mapping[int, str] | None = None,
    on: dt.date | None = None,
) -> Record:
    """The record of every event but samples, with the parameters of ``on``. Needs ``record.read``.

    ``organisers`` says whom an event counts for; without a word of it that is who owns it.
    """
    require(actor, "record.read")
    terms = terms_on(on or today(), known_parameters(store))
    whose = organisers or {}
    found = pairs(store, samples=False)
    return Record((line(one, whose.get(one.event.id, one.event.owner), terms, reference) for one in found), terms)


def line(pair: Pair, organiser: str, terms: Terms, reference: Reference) -> Line:
    """A pair with the forecast carried to the outcome's kroner by the consumer price index."""
    event, forecast, outcome = pair
    year = outcome.price_year
    before = compared_row(forecast, event, reference, year)
    here = before.value_added if before.carried and before.year == year else None
    return Line(
        event=event,
        forecast_id=forecast.id,
        outcome_id=outcome.id,
        organiser=organiser,
        size=size_of(compared_row(forecast, event, reference).value_added, terms),
        year=year,
        forecast=None if here is None else Range(*here),
        outcome=outcome.value_added_p50,
    )


def size_of(value_added: Sequence[float] | None, terms: Terms) -> Size | None:
    """The size of an event by its forecast (P10, P50, P90) in kroner of the index's last year; None where unknown."""
    if value_added is None:
        return None
    middle = value_added[1]
    return "large" if middle >= terms.size_large else "medium" if middle >= terms.size_medium else "small"


def waiting(
    store: Store, actor: Actor, *, on: dt.date | None = None, limit: int | None = None
) -> tuple[list[EventRow], int]:
    """Events that are over, have a locked forecast and no locked outcome, and how many: the ``limit`` latest first.

    Needs ``record.read``.
    """
    require(actor, "record.read")
    with store.read() as db:
        ids = [int(id) for (id,) in db.execute(_WAITING, [(on or today()).isoformat()]).fetchall()]
    rows = rows_of(store, ids[:limit])
    return [rows[id].event for id in ids[:limit]], len(ids)


_WAITING = (
    "SELECT max(estimate.id) FROM event JOIN estimate ON estimate.event = event.id AND estimate.purpose = 'forecast'"
    " AND estimate.withdrawn_at IS NULL WHERE event.last_day < ? AND event.sample = 0 AND event.state <> 'cancelled'"
    " AND NOT EXISTS (SELECT 1 FROM evaluation WHERE evaluation.event = event.id AND outcome IS NOT NULL)"
    " GROUP BY event.id ORDER BY event.last_day DESC, event.id DESC"
)
