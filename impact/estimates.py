"""Locked estimates in the register: computed from an event once, kept as they were, published and withdrawn.

What always holds: a locked estimate is never changed (triggers), and its hash is verified whenever it is read. One
event has at most one published estimate for each purpose; a newer one withdraws the older in the same write.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from data.audit import canonical, now
from data.dated import Parameter
from data.faults import Fault, Faults
from data.permission import Actor, may, require
from data.phrases import say
from data.store import Store, Write
from impact.estimate import estimate
from impact.event_reading import read_event
from impact.lock import MAX_BYTES, lock, locked_frame, read_locked
from impact.parameter_values import known_parameters
from impact.reference import DEFAULT_TABLE, Reference
from impact.register import EventRow, Registered, as_row, get_event, sees_all
from impact.searching import clause
from impact.simulation import DRAWS, Simulation, frame, simulate

Purpose = Literal["forecast", "evaluation"]
_FIGURES = (
    "value_added_p10, value_added_p50, value_added_p90, employment_p10, employment_p50, employment_p90,"
    " guest_nights_p50, eligible_p50, deficit_mode, assumed_share, price_year"
)
_LISTED = ", ".join(
    f"estimate.{name.strip()}"
    for name in (
        "id, version, event, event_version, name, purpose, sha256, table_name, locked_at, locked_by, published_at,"
        f" withdrawn_at, withdrawn_why, {_FIGURES}"
    ).split(",")
)
_SELECT = f"SELECT {_LISTED}, event.owner, event.sample FROM estimate JOIN event ON event.id = estimate.event"
_SAME = "SELECT id FROM estimate WHERE event = ? AND sha256 = ? AND purpose = ? AND name = ? AND withdrawn_at IS NULL"
_PUBLISHED = "published_at IS NOT NULL AND withdrawn_at IS NULL"
_OF_EVENT = tuple(one.name for one in fields(EventRow))


@dataclass(frozen=True)
class EstimateRow:
    """A locked estimate as a line of a list. ``owner`` and ``sample`` are the event's.

    Figures are of the deciding area (the region where the table serves it): value added in NOK of ``price_year``,
    employed persons, commercial guest-nights and additional visitors; None where they are not known. The deficit is the
    organiser's, at its mode; the assumed share is of the squared swings.
    """

    id: int
    version: int
    event: int
    event_version: int
    name: str
    purpose: Purpose
    sha256: str
    table_name: str
    locked_at: str
    locked_by: str
    published_at: str | None
    withdrawn_at: str | None
    withdrawn_why: str | None
    value_added_p10: float | None
    value_added_p50: float | None
    value_added_p90: float | None
    employment_p10: float | None
    employment_p50: float | None
    employment_p90: float | None
    guest_nights_p50: float | None
    eligible_p50: float | None
    deficit_mode: float | None
    assumed_share: float | None
    price_year: int
    owner: str
    sample: bool

    @property
    def published(self) -> bool:
        return self.published_at is not None and self.withdrawn_at is None

    @property
    def value_added(self) -> tuple[float, float, float] | None:
        """P10, P50 and P90, NOK."""
        return _three(self.value_added_p10, self.value_added_p50, self.value_added_p90)

    @property
    def employment(self) -> tuple[float, float, float] | None:
        """P10, P50 and P90, employed persons."""
        return _three(self.employment_p10, self.employment_p50, self.employment_p90)


@dataclass(frozen=True)
class PublishedRow:
    """An estimate with its event."""

    estimate: EstimateRow
    event: EventRow


def lock_estimate(
    store: Store,
    actor: Actor,
    event_id: int,
    reference: Reference,
    *,
    name: str = "",
    purpose: Purpose = "forecast",
    changed: Mapping[str, float] | None = None,
    table_name: str = DEFAULT_TABLE,
    draws: int = DRAWS,
    seed: int = 1,
) -> int:
    """Compute an event as it stands and lock the result; the estimate's number.

    The document is read and computed before the write begins, so that nobody waits for it; the lock keeps the event's
    version. The parameters are the shipped ones with those that were changed by screen. Locking the same again, under
    the same name, gives the one that is there. Raises :class:`Faults` with everything that the document lacks,
    LookupError where there is no such event.
    """
    registered = get_event(store, actor, event_id)
    require(actor, "estimate.lock", registered.row)
    row, _ = locked_row(
        registered,
        reference,
        known=known_parameters(store),
        changed=changed,
        table_name=table_name,
        draws=draws,
        seed=seed,
        purpose=purpose,
        name=name,
    )
    with store.write(actor.id, "estimate.lock") as write:
        return keep_locked(write, row)


def keep_locked(write: Write, row: Mapping[str, Any]) -> int:
    """Keep the columns of a new estimate within a write that has asked for the right to; its number.

    The same under the same name gives the one that is there.
    """
    same = [row[column] for column in ("event", "sha256", "purpose", "name")]
    if held := write.db.execute(_SAME, same).fetchone():
        return int(held[0])
    return int(write.insert("estimate", {**row, "locked_at": now(), "locked_by": write.actor}))


def locked_row(
    registered: Registered,
    reference: Reference,
    *,
    name: str = "",
    purpose: Purpose = "forecast",
    known: Mapping[str, Parameter] | None = None,
    changed: Mapping[str, float] | None = None,
    table_name: str = DEFAULT_TABLE,
    draws: int = DRAWS,
    seed: int = 1,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of a new estimate of an event, without when and by whom, and its tree. Raises as
    :func:`lock_estimate`."""
    event = read_event(registered.document, registered.row.name("nb"), reference)
    setting = frame(reference, event.first_day, table_name, changed, known)
    return columns_of(registered.row, simulate(event, setting, seed, draws), name=name, purpose=purpose)


def columns_of(
    event: EventRow, simulation: Simulation, *, name: str, purpose: Purpose
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of a new estimate that was computed, and its tree, as :func:`locked_row` gives them."""
    content = lock(estimate(simulation))
    tree, sha256 = read_locked(content, name)
    row = {
        "event": event.id,
        "event_version": event.version,
        "name": name.strip(),
        "purpose": purpose,
        "table_name": simulation.frame.table_name,
        "lock": zlib.compress(content, 6),
        "sha256": sha256,
        **_figures(tree),
    }
    return row, tree


def get_estimate(store: Store, actor: Actor, id: int) -> tuple[EstimateRow, dict[str, Any]]:
    """A locked estimate and its tree, the hash verified.

    Raises LookupError where there is none, Refused where it is another's and not published, and :class:`Faults` where
    what is stored is no longer what was locked.
    """
    row, content = _held(store, actor, id)
    return row, _verified(row, content)


def get_row(store: Store, actor: Actor, id: int) -> EstimateRow:
    """A locked estimate as a line of a list, without its tree: quick, and nothing is verified.

    Raises LookupError where there is none, Refused where it is another's and not published.
    """
    with store.read() as db:
        found = next(iter(db.query(f"{_SELECT} WHERE estimate.id = ?", [id])), None)
    if found is None:
        require(actor, "estimate.read", {"published": True})
        raise LookupError(f"no estimate {id}")
    row = _as_estimate(found)
    require(actor, "estimate.read", row)
    return row


def locked_bytes(store: Store, actor: Actor, id: int) -> bytes:
    """The lock as the file that anyone can verify. Raises as :func:`get_estimate`."""
    row, content = _held(store, actor, id)
    _verified(row, content)
    return content


def list_estimates(store: Store, actor: Actor, *, event: int | None = None) -> list[EstimateRow]:
    """The estimates of an event, or of all that ``actor`` sees, newest first."""
    conditions: list[str] = ["1 = 1"]
    values: list[Any] = []
    if event is not None:
        conditions, values = [*conditions, "estimate.event = ?"], [event]
    if not sees_all(actor):
        conditions, values = [*conditions, "event.owner = ?"], [*values, actor.id]
    query = f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY estimate.locked_at DESC, estimate.id DESC"
    with store.read() as db:
        return [_as_estimate(one) for one in db.query(query, values)]


def publish_estimate(store: Store, actor: Actor, id: int, version: int, reference: Reference) -> int:
    """Publish a locked estimate; the event's earlier one for the same purpose is withdrawn. The new version.

    Raises :class:`Faults` where it was withdrawn or is not what was locked, Conflict where someone changed it.
    """
    row, tree = get_estimate(store, actor, id)
    require(actor, "estimate.publish", row)
    if row.published and row.version == version:
        return version
    draws = draws_for_trades(tree, reference)
    with store.write(actor.id, "estimate.publish") as write:
        return publish_within(write, id, version, draws)


def publish_within(write: Write, id: int, version: int, draws: bytes) -> int:
    """Publish within a write that has asked for the right to; the new version. Raises as :func:`publish_estimate`."""
    found = next(iter(write.db.query("SELECT * FROM estimate WHERE id = ?", [id])), None)
    if found is not None and found["version"] == version and found["withdrawn_at"]:
        raise Faults([Fault("", found["name"], found["withdrawn_at"][:10], "register.withdrawn")])
    if found is not None:
        others = f"SELECT id, version FROM estimate WHERE event = ? AND purpose = ? AND id != ? AND {_PUBLISHED}"
        for other, held in write.db.execute(others, [found["event"], found["purpose"], id]).fetchall():
            why = say("register.superseded", "nb", estimate=str(id))
            write.update_row("estimate", other, held, {"withdrawn_at": now(), "withdrawn_why": why})
    return int(write.update_row("estimate", id, version, {"published_at": now(), "trade_draws": draws}))


def withdraw_estimate(store: Store, actor: Actor, id: int, version: int, reason: str) -> int:
    """Withdraw a published estimate for a reason that people may read; the new version. It stays withdrawn.

    Raises :class:`Faults` where the reason is missing or it is not published, Conflict where someone changed it.
    """
    row, _ = _held(store, actor, id)
    require(actor, "estimate.publish", row)
    faults = []
    if not reason.strip():
        faults.append(Fault("", row.name, "", "register.no_reason"))
    if row.version == version and not row.published:
        faults.append(Fault("", row.name, "", "register.not_published"))
    if faults:
        raise Faults(faults)
    with store.write(actor.id, "estimate.withdraw") as write:
        changes = {"withdrawn_at": now(), "withdrawn_why": reason.strip()}
        return write.update_row("estimate", id, version, changes)


def published_estimates(
    store: Store, *, since: dt.date | None = None, until: dt.date | None = None
) -> list[PublishedRow]:
    """What is published, for anyone, by the event's first day; only events with days within ``since`` and ``until``."""
    conditions: list[str] = [_PUBLISHED]
    values: list[Any] = []
    for condition, day in (("event.last_day >= ?", since), ("event.first_day <= ?", until)):
        if day is not None:
            conditions, values = [*conditions, condition], [*values, day.isoformat()]
    order = "event.first_day, event.id, estimate.purpose"
    with store.read() as db:
        return [_with_event(one) for one in db.query(_both(f"{' AND '.join(conditions)} ORDER BY {order}"), values)]


def published_for(store: Store, events: Iterable[int]) -> dict[int, EstimateRow]:
    """The published estimate of each of ``events`` that has one, for anyone; an evaluation before a forecast."""
    wanted = list(events)
    query = f"{_SELECT} WHERE estimate.event IN ({', '.join('?' * len(wanted))}) AND {_PUBLISHED}"
    with store.read() as db:
        found = [_as_estimate(one) for one in db.query(query, wanted)]
    return {one.event: one for one in sorted(found, key=lambda one: one.purpose == "evaluation")}


def find_estimates(store: Store, actor: Actor, text: str = "", *, limit: int = 50) -> list[PublishedRow]:
    """Estimates that ``actor`` may see and that aren't withdrawn, with their events: published ones first, then by day.

    ``text`` is sought in the event as lists seek it.
    """
    condition, values = clause("event.found", text)
    own = [] if sees_all(actor) else [actor.id]
    found: list[int] = []
    # Events lead, in the order of their index, so that no more estimates are read than are shown.
    query = "SELECT estimate.id FROM event CROSS JOIN estimate ON estimate.event = event.id WHERE "
    order = "ORDER BY event.first_day DESC, event.id DESC LIMIT ?"
    with store.read() as db:
        for kind, whose in ((_PUBLISHED, []), ("published_at IS NULL AND withdrawn_at IS NULL", own)):
            owner = "AND event.owner = ?" if whose else ""
            given = [*values, *whose, limit - len(found)]
            found += [id for (id,) in db.execute(f"{query} {condition} AND {kind} {owner} {order}", given).fetchall()]
        return estimates_of(store, actor, found)


def estimates_of(store: Store, actor: Actor, ids: Iterable[int]) -> list[PublishedRow]:
    """Those of ``ids`` that there are and that ``actor`` may see, with their events, in the same order."""
    wanted = list(ids)
    found = rows_of(store, wanted)
    return [found[id] for id in wanted if id in found and may(actor, "estimate.read", found[id].estimate)]


def rows_of(store: Store, ids: Iterable[int]) -> dict[int, PublishedRow]:
    """Those of ``ids`` that there are, by number, with their events; who may see them is for the caller to ask."""
    query = _both("estimate.id IN (SELECT value FROM json_each(?))")  # there may be more than SQLite takes one by one
    with store.read() as db:
        return {one["id"]: _with_event(one) for one in db.query(query, [canonical(list(ids))])}


def trade_draws(store: Store, id: int) -> bytes:
    """The draws for the business view of a published estimate. Raises LookupError where it is not published."""
    with store.read() as db:
        found = db.execute(f"SELECT trade_draws FROM estimate WHERE id = ? AND {_PUBLISHED}", [id]).fetchone()
    if found is None or found[0] is None:
        raise LookupError(f"no published estimate {id}")
    return bytes(found[0])


def draws_for_trades(tree: dict[str, Any], reference: Reference) -> bytes:
    """The draws for the business view, from what a lock keeps: its own event, table and parameters."""
    from impact.trades import trade_draws as drawn  # it reads what is published here

    return drawn(*locked_frame(tree, reference))


def _held(store: Store, actor: Actor, id: int) -> tuple[EstimateRow, bytes]:
    with store.read() as db:
        query = _SELECT.replace(" FROM ", ", estimate.lock FROM ", 1)
        found = next(iter(db.query(f"{query} WHERE estimate.id = ?", [id])), None)
    if found is None:
        require(actor, "estimate.read", {"published": True})
        raise LookupError(f"no estimate {id}")
    content = found.pop("lock")
    row = _as_estimate(found)
    require(actor, "estimate.read", row)
    return row, _opened(content, row)


def _opened(content: bytes, row: EstimateRow) -> bytes:
    """The lock as it was, from its compressed form; never more than a lock may have."""
    try:
        return zlib.decompressobj().decompress(content, MAX_BYTES + 1)
    except zlib.error:
        raise Faults([Fault(row.name, "", "", "lock.not_json")]) from None


def _verified(row: EstimateRow, content: bytes) -> dict[str, Any]:
    """The tree of a lock whose hash is its own and the register's."""
    tree, found = read_locked(content, row.name)
    if found != row.sha256:
        raise Faults([Fault(row.name, "", row.sha256, "lock.changed", {"found": found})])
    return tree


def _figures(tree: dict[str, Any]) -> dict[str, Any]:
    """The figures for lists, of the deciding area."""
    area = tree["areas"][tree["deciding_area"]]
    effects = area["effects"]

    def of(figure: dict[str, float] | None, part: str) -> float | None:
        return None if figure is None else figure[part]

    return {
        **{
            f"{quantity}_{part}": of(effects[quantity]["total"], part)
            for quantity in ("value_added", "employment")
            for part in ("p10", "p50", "p90")
        },
        "guest_nights_p50": of(area["guest_nights"], "p50"),
        "eligible_p50": of(area["eligible_persons"], "p50"),
        "deficit_mode": of(tree["organiser_result"]["deficit"], "mode"),
        "assumed_share": tree["assumed_share"],
        "price_year": tree["event"]["event"]["price_year"],
    }


def _as_estimate(found: Mapping[str, Any]) -> EstimateRow:
    row = {name: value for name, value in found.items() if not name.startswith("of_")}
    return EstimateRow(**{**row, "sample": bool(row["sample"])})


def _both(condition: str) -> str:
    """The query that finds estimates and their events."""
    columns = ", ".join(f"event.{name} AS of_{name}" for name in _OF_EVENT)
    return f"{_SELECT.replace(' FROM ', f', {columns} FROM ', 1)} WHERE {condition}"


def _with_event(found: Mapping[str, Any]) -> PublishedRow:
    return PublishedRow(_as_estimate(found), as_row({name: found[f"of_{name}"] for name in _OF_EVENT}))


def _three(*figures: float | None) -> tuple[float, float, float] | None:
    low, middle, high = figures
    return None if low is None or middle is None or high is None else (low, middle, high)
