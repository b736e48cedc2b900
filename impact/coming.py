"""Events with a published estimate, and their draws by trade: what the business view is made of. Open to anyone.

An event's evaluation takes its forecast's place once it is published. Draws that have been read are kept by the
estimate's hash, so that a page only reads what it hasn't seen.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Generic, TypeVar

from data.phrases import Lang
from data.store import Store
from impact.ranges import Range, range_of
from impact.trades import TradeDraws, read_guests, read_trade_draws

CERTAIN = ("confirmed", "held", "evaluated")
"""States of events that are added up; ideas and bids are shown apart, what is cancelled gives nothing."""
KEPT = 160
"""Events whose draws are kept, half a megabyte each."""
KEPT_RANGES = 20_000
Held = TypeVar("Held")

_LISTED = """
    SELECT event.id AS event, estimate.id AS estimate, state, series, name_nb, name_en, kind, municipality,
        first_day, last_day, sample, sha256, changed_at, length(trade_draws) AS size
    FROM estimate JOIN event ON event.id = estimate.event
    WHERE published_at IS NOT NULL AND withdrawn_at IS NULL AND trade_draws IS NOT NULL
        AND first_day IS NOT NULL AND last_day >= ? AND first_day <= ?
    ORDER BY first_day, event.id, purpose = 'evaluation'"""


@dataclass(frozen=True, eq=False)
class Listed:
    """What is public of an event with a published estimate; ``size`` is the stored draws', in bytes."""

    event: int
    estimate: int
    state: str
    series: str
    name_nb: str
    name_en: str
    kind: str
    municipality: str
    first_day: dt.date
    last_day: dt.date
    sample: bool
    sha256: str
    changed_at: str
    size: int

    def name(self, lang: Lang) -> str:
        """Its name, in the other language where it has none in this one."""
        names = (self.name_nb, self.name_en) if lang == "nb" else (self.name_en, self.name_nb)
        return names[0] or names[1]

    @property
    def certain(self) -> bool:
        """Whether it will be held or has been."""
        return self.state in CERTAIN


@dataclass(frozen=True, eq=False)
class Coming(Listed):
    """An event with a published estimate, and its draws."""

    draws: TradeDraws

    @property
    def listed(self) -> dict[str, Any]:
        """What :class:`Listed` has, for what is told of the event without its draws."""
        return {one.name: getattr(self, one.name) for one in fields(Listed)}


class Kept(Generic[Held]):
    """What has been read, the most recently used of it; safe under many threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: OrderedDict[Hashable, Held] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], Held]) -> Held:
        """What is kept under ``key``, else what ``read`` gives, which is then kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = read()
        with self._lock:
            self._held[key] = made
            while len(self._held) > self.most:
                self._held.popitem(last=False)
        return made


_DRAWS: Kept[TradeDraws] = Kept(KEPT)
_GUESTS: Kept[Range | None] = Kept(KEPT_RANGES)


def listed_events(store: Store, since: dt.date, until: dt.date) -> list[Listed]:
    """The events with any day from ``since`` to ``until`` and a published estimate, in the order of their days."""
    with store.read() as db:
        found = {row["event"]: row for row in db.query(_LISTED, [since.isoformat(), until.isoformat()])}
    return [_listed(row) for row in found.values()]  # of an event's two, the evaluation comes last


def coming_events(store: Store, since: dt.date, until: dt.date) -> list[Coming]:
    """As :func:`listed_events`, with their draws."""
    with store.read():  # one snapshot: no estimate goes between the list and its draws
        return [
            Coming(**vars(one), draws=_DRAWS.get((one.sha256, one.size), partial(_unpacked, store, one)))
            for one in listed_events(store, since, until)
        ]


def guests_of(store: Store, events: Iterable[Listed], municipality: str | None) -> list[Range | None]:
    """Guests in commercial beds on each event's largest night; None where nobody sleeps in the municipality."""
    with store.read():
        return [
            _GUESTS.get((one.sha256, one.size, municipality), partial(_guests, store, one, municipality))
            for one in events
        ]


def _packed(store: Store, event: Listed) -> bytes:
    """The stored draws."""
    with store.read() as db:
        (held,) = db.execute("SELECT trade_draws FROM estimate WHERE id = ?", [event.estimate]).fetchone()
    return bytes(held)


def _unpacked(store: Store, event: Listed) -> TradeDraws:
    return read_trade_draws(_packed(store, event))


def _guests(store: Store, event: Listed, municipality: str | None) -> Range | None:
    found = read_guests(_packed(store, event), municipality)
    return None if found is None else range_of(found)


def _listed(row: Mapping[str, Any]) -> Listed:
    first, last = (dt.date.fromisoformat(row[name]) for name in ("first_day", "last_day"))
    return Listed(**{**row, "first_day": first, "last_day": last, "sample": bool(row["sample"])})
