"""What there is to choose from in the register: the kinds, places, years and months of the events that one may see."""

from __future__ import annotations

from dataclasses import dataclass

from data.permission import Actor
from data.store import Store
from impact.register import sees_all

_MOST = 400
"""Of each: nobody reads a longer list."""


@dataclass(frozen=True)
class EventChoices:
    """Each sorted, what isn't known left out; ``years`` and ``months`` (``2027-02``) are those of first days."""

    count: int
    kinds: tuple[str, ...]
    municipalities: tuple[str, ...]
    years: tuple[int, ...]
    months: tuple[str, ...]


def event_choices(store: Store, actor: Actor) -> EventChoices:
    """The choices among the events that ``actor`` may see."""
    whose, values = ("1 = 1", []) if sees_all(actor) else ("owner = ?", [actor.id])
    with store.read() as db:

        def distinct(what: str) -> list[str]:
            query = f"SELECT DISTINCT {what} AS one FROM event WHERE {whose} AND one != '' ORDER BY one LIMIT {_MOST}"
            return [str(one) for (one,) in db.execute(query, values).fetchall()]

        (count,) = db.execute(f"SELECT count(*) FROM event WHERE {whose}", values).fetchone()
        months = distinct("substr(first_day, 1, 7)")
        return EventChoices(
            count=int(count),
            kinds=tuple(distinct("kind")),
            municipalities=tuple(distinct("municipality")),
            years=tuple(sorted({int(month[:4]) for month in months})),
            months=tuple(months),
        )
