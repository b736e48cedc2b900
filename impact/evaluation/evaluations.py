"""Evaluations in the register: begun from a locked forecast, filled with what was measured, locked as an estimate.

    begin(store, actor, event, forecast)                  # the forecast's locked event is where the outcome begins
    version = save_outcome(store, actor, event, version, document, reference)
    lock_outcome(store, actor, event, version, reference)

The outcome is computed with the forecast's own table, parameters, draws and seed, so that nothing but what was measured
sets it apart; where today's table or parameters are others, it is locked by those too. The forecast is never touched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from data.audit import canonical, now
from data.clock import today
from data.faults import Fault, Faults
from data.permission import Actor, require
from data.phrases import say
from data.store import Store, Write
from impact.estimate import estimate
from impact.estimates import EstimateRow, columns_of, get_estimate, keep_locked, list_estimates
from impact.evaluation.causes import Split, split
from impact.evaluation.outcome import compared_numbers
from impact.event import Area
from impact.event_reading import read_event
from impact.lock import locked_frame
from impact.parameter_values import known_parameters
from impact.reference import DEFAULT_TABLE, Reference
from impact.register import Document, EventRow, get_event, plain, save_document
from impact.simulation import Simulation, frame, simulate

Tree = dict[str, Any]
_COLUMNS = "event, forecast, document, outcome, today, changed_at, changed_by, version"


@dataclass(frozen=True)
class Evaluation:
    """The evaluation of an event: the forecast's number, the outcome's document, and once it is locked the numbers of
    its estimates: ``outcome`` by the forecast's table, ``today`` by today's where that is another."""

    event: int
    forecast: int
    document: Document
    outcome: int | None
    today: int | None
    changed_at: str
    changed_by: str
    version: int

    @property
    def locked(self) -> bool:
        return self.outcome is not None


def get_evaluation(store: Store, actor: Actor, event: int) -> Evaluation | None:
    """The evaluation of an event; None where none is begun. Raises LookupError and Refused as for the event."""
    require(actor, "evaluation.read", get_event(store, actor, event).row)
    with store.read() as db:
        found = next(iter(db.query(f"SELECT {_COLUMNS} FROM evaluation WHERE event = ?", [event])), None)
    return None if found is None else _as_evaluation(found)


def forecasts(store: Store, actor: Actor, row: EventRow) -> list[EstimateRow]:
    """The forecasts that an evaluation can be held against: not withdrawn; published first, then the newest."""
    found = [one for one in list_estimates(store, actor, event=row.id) if one.purpose == "forecast"]
    return sorted((one for one in found if not one.withdrawn_at), key=lambda one: not one.published)


def begin(store: Store, actor: Actor, event: int, forecast: int) -> int:
    """Begin the evaluation of an event from one of its locked forecasts; the evaluation's version.

    Beginning again from the same forecast changes nothing. Raises :class:`Faults` where the estimate is no forecast of
    the event, or another evaluation is begun, LookupError where there is no such event or estimate.
    """
    registered = get_event(store, actor, event)
    require(actor, "evaluation.write", registered.row)
    row, tree = get_estimate(store, actor, forecast)
    if row.event != event or row.purpose != "forecast" or row.withdrawn_at:
        raise Faults([Fault("", row.name, str(forecast), "evaluation.no_forecast")])
    with store.write(actor.id, "evaluation.begin") as write:
        found = write.db.execute("SELECT forecast, version FROM evaluation WHERE event = ?", [event]).fetchone()
        if found is None:
            write.insert("evaluation", {"event": event, "forecast": forecast, **_changed(tree["event"], actor)})
            return 1
        if found[0] != forecast:
            raise Faults([Fault("", registered.row.name_nb, str(found[0]), "evaluation.begun")])
        return int(found[1])


def save_outcome(store: Store, actor: Actor, event: int, version: int, document: Document, reference: Reference) -> int:
    """Save the event as it turned out; the new version. The whole of it must be an event that can be computed.

    Raises :class:`Faults` with everything wrong in it or where the outcome is locked, Conflict where someone saved it
    since ``version``, LookupError where no evaluation is begun.
    """
    row, held = _begun(store, actor, event)
    document = plain(document)
    _, tree = get_estimate(store, actor, held.forecast)
    outcome_of(document, tree, reference, draws=1, by_place=False)
    if canonical(document) == canonical(held.document) and version == held.version:
        return version
    with store.write(actor.id, "evaluation.save") as write:
        _unlocked(write, row)
        return write.update_row("evaluation", event, version, _changed(document, actor))


def lock_outcome(store: Store, actor: Actor, event: int, version: int, reference: Reference) -> Evaluation:
    """Lock the outcome as an estimate, and by today's table too where that gives another; the event is evaluated.

    Locking what is locked changes nothing. Raises :class:`Faults` where the event isn't over, nothing is measured, or
    the forecast's tables are no longer here; Conflict where someone saved it since ``version``.
    """
    row, held = _begun(store, actor, event)
    if held.locked:
        return held
    _, tree = get_estimate(store, actor, held.forecast)
    faults = []
    if row.last_day is None or row.last_day >= today():
        faults.append(Fault("", row.name_nb, str(row.last_day or ""), "evaluation.not_over"))
    if not any(one.measured for one in compared_numbers(tree["event"], held.document)):
        faults.append(Fault("", row.name_nb, "", "evaluation.nothing_measured"))
    if faults:
        raise Faults(faults)
    computed = outcome_of(held.document, tree, reference, draws=tree["draws"])
    outcome, made = columns_of(row, computed, name=say("evaluation.outcome", "nb"), purpose="evaluation")
    by_today = _by_today(store, held.document, made, reference)
    with store.write(actor.id, "evaluation.lock") as write:
        _unlocked(write, row)
        changes: dict[str, Any] = {"outcome": keep_locked(write, outcome), "today": None}
        if by_today is not None:
            other, _ = columns_of(row, by_today, name=say("evaluation.outcome_today", "nb"), purpose="evaluation")
            changes["today"] = keep_locked(write, other)
        write.update_row("evaluation", event, version, {**changes, **_who(actor)})
        (event_version,) = write.db.execute("SELECT version FROM event WHERE id = ?", [event]).fetchone()
        save_document(write, event, event_version, None, state="evaluated")
    locked = get_evaluation(store, actor, event)
    assert locked is not None
    return locked


def reopen(store: Store, actor: Actor, event: int, version: int) -> int:
    """Open a locked outcome again to correct it; the new version. The estimates that were locked stay as they are.

    Raises :class:`Faults` where the outcome is published: it is withdrawn first, with its reason.
    """
    row, held = _begun(store, actor, event)
    published = [one for one in list_estimates(store, actor, event=event) if one.id == held.outcome and one.published]
    if published:
        raise Faults([Fault("", row.name_nb, "", "evaluation.published")])
    with store.write(actor.id, "evaluation.reopen") as write:
        return write.update_row("evaluation", event, version, {"outcome": None, "today": None, **_who(actor)})


# -- what is computed


def outcome_of(
    document: Document, forecast: Tree, reference: Reference, *, draws: int, by_place: bool = True
) -> Simulation:
    """The outcome computed with the forecast's own table, parameters and seed.

    Raises :class:`Faults` where those are no longer here, or the document is not whole.
    """
    _, setting = locked_frame(forecast, reference)
    name = forecast["event"]["event"]["name_nb"]
    return simulate(read_event(document, name, setting.reference), setting, forecast["seed"], draws, by_place=by_place)


def outcome_tree(document: Document, forecast: Tree, reference: Reference, *, draws: int) -> Tree:
    """The outcome as an estimate that isn't locked yet, without its municipalities. Raises as :func:`outcome_of`."""
    return estimate(outcome_of(document, forecast, reference, draws=draws, by_place=False))


def splits(forecast: Tree, outcome: Tree, reference: Reference) -> dict[Area, Split]:
    """The difference between two estimates' value added by cause, in each study area.

    Raises :class:`Faults` where the tables of either are no longer here.
    """
    before, by = locked_frame(forecast, reference)
    after, after_by = locked_frame(outcome, reference)
    alike = all(forecast[part] == outcome[part] for part in ("tables", "parameters"))
    return split(before, by, after, None if alike else after_by)


def held_true(forecast: Tree, outcome: Tree) -> bool:
    """Whether the outcome's median lies within the forecast's P10–P90, in the deciding area's value added."""
    before, after = value_added(forecast), value_added(outcome)
    return before["p10"] <= after["p50"] <= before["p90"]


def value_added(tree: Tree) -> dict[str, float]:
    """Value added of the deciding area, {mode, p10, p50, p90}, NOK."""
    found: dict[str, float] = tree["areas"][tree["deciding_area"]]["effects"]["value_added"]["total"]
    return found


def _by_today(store: Store, document: Document, outcome: Tree, reference: Reference) -> Simulation | None:
    """The outcome by today's table and parameters; None where those are the forecast's."""
    event = read_event(document, outcome["event"]["event"]["name_nb"], reference)
    setting = frame(reference, event.first_day, DEFAULT_TABLE, known=known_parameters(store))
    probe = estimate(simulate(event, setting, outcome["seed"], 1))
    if all(canonical(probe[part]) == canonical(outcome[part]) for part in ("tables", "parameters")):
        return None
    return simulate(event, setting, outcome["seed"], outcome["draws"])


# -- rows


def _begun(store: Store, actor: Actor, event: int) -> tuple[EventRow, Evaluation]:
    """The event and its evaluation, for who may write it."""
    row = get_event(store, actor, event).row
    require(actor, "evaluation.write", row)
    held = get_evaluation(store, actor, event)
    if held is None:
        raise LookupError(f"no evaluation of event {event}")
    return row, held


def _unlocked(write: Write, row: EventRow) -> None:
    (outcome,) = write.db.execute("SELECT outcome FROM evaluation WHERE event = ?", [row.id]).fetchone()
    if outcome is not None:
        raise Faults([Fault("", row.name_nb, "", "evaluation.locked")])


def _changed(document: Document, actor: Actor) -> dict[str, Any]:
    return {"document": canonical(document), **_who(actor)}


def _who(actor: Actor) -> dict[str, Any]:
    return {"changed_at": now(), "changed_by": actor.id}


def _as_evaluation(found: dict[str, Any]) -> Evaluation:
    return Evaluation(**{**found, "document": json.loads(found["document"])})
