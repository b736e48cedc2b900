"""Scores: what each member gives a case on each criterion of its call's scheme, with a reason.

    score(store, member, 7, "participants", 4, "Dobbelt så mange deltakere som i fjor")
    score(store, member, 7, "spectators", None, "Arrangementet har ikke tilskuere")      # not applicable

Points are whole, from 0 to the top of the scale (``portfolio.top_score``). A later score of the same person on the same
criterion stands instead of the earlier one, and both stay. Scores of who takes no part in the case count nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, may, require
from data.store import Store
from fund.deadlines import clock, oslo_day, stamp
from fund.intake.applications import Application
from fund.intake.calls import call_scheme
from fund.intake.revisions import revision_at
from fund.plans.portfolio import terms_on
from fund.review.board import seat_of
from fund.review.conflicts import part_faults, reading_faults, sent_case, takes_part
from fund.rulebook.schemes import Scheme
from fund.workflow import state_name
from impact.parameter_values import parameters_in

SCORED_IN = ("in_review", "ready")
_COLUMNS = "id, application, account, criterion, points, reason, revision, at"
_QUERY = f"SELECT {_COLUMNS} FROM score"


@dataclass(frozen=True)
class Score:
    """Points of one person on one criterion; None for not applicable. ``revision`` is the sending that was read."""

    id: int
    application: int
    account: str
    criterion: str
    points: int | None
    reason: str
    revision: int
    at: str


def score(
    store: Store,
    actor: Actor,
    application: int,
    criterion: str,
    points: int | None,
    reason: str,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Score a case on a criterion, or say that it isn't applicable; the score's number. The same again is the one.

    Needs ``case.score``, a seat on the board that day, and that one takes part in the case. Raises :class:`Faults` with
    everything that is wrong, LookupError for a case that wasn't sent.
    """
    require(actor, "case.score")
    moment = clock(at)
    with store.write(actor.id, "case.score", audited=False) as write:
        one = sent_case(write.db, application, moment)
        if faults := _faults(write.db, actor, one, criterion, points, reason, oslo_day(moment)):
            raise Faults(faults)
        row = {
            "application": application,
            "account": actor.id,
            "criterion": criterion,
            "points": points,
            "reason": reason.strip(),
            "revision": revision_at(write.db, application).number,
        }
        query = f"{_QUERY} WHERE application = ? AND account = ? AND criterion = ? ORDER BY id DESC LIMIT 1"
        held = next(iter(write.db.query(query, [application, actor.id, criterion])), None)
        if held is not None and {name: held[name] for name in row} == row:  # a second click
            return int(held["id"])
        return int(write.insert("score", {**row, "at": stamp(moment)}))


def scores_of(store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None) -> list[Score]:
    """The scores of a case that count, by person and criterion. Rights as :func:`fund.review.cases.open_case`.

    The board's people see their own alone until they have said something on every criterion themselves, so that nobody
    scores after others.
    """
    with store.read() as db:
        require(actor, "case.read")
        one = sent_case(db, application, clock(at))
        if faults := reading_faults(db, actor, application):
            raise Faults(faults)
        found = scores_at(db, application)
        if may(actor, "case.score") and not has_scored(db, application, actor.id, call_scheme(db, one.call)):
            return [score for score in found if score.account == actor.id]
        return found


def scores_at(db: Database, application: int) -> list[Score]:
    """The latest score of each person on each criterion, of those who take part in the case; asking nobody's leave."""
    query = (
        f"{_QUERY} WHERE id IN (SELECT max(id) FROM score WHERE application = ? GROUP BY account, criterion)"
        " ORDER BY account, criterion"
    )
    found = [Score(**row) for row in db.query(query, [application])]
    parts = {account: takes_part(db, application, account) for account in {one.account for one in found}}
    return [one for one in found if parts[one.account]]


def has_scored(db: Database, application: int, account: str, scheme: Scheme) -> bool:
    """Whether a person has said something on every criterion of the case's scheme."""
    said = {score.criterion for score in scores_at(db, application) if score.account == account}
    return said >= set(scheme.weights)


def person_means(db: Database, application: int, scheme: Scheme) -> dict[str, Fraction]:
    """What each person gives the case in all, exactly: the mean over the criteria with the scheme's weights.

    A criterion that isn't applicable is left out of that person's weights. Who hasn't said something on every
    criterion yet isn't there, nor is who found none applicable.
    """
    given: dict[str, dict[str, int | None]] = {}
    for one in scores_at(db, application):
        given.setdefault(one.account, {})[one.criterion] = one.points
    means = {account: weighted_mean(points, scheme.weights) for account, points in given.items()}
    return {account: mean for account, mean in means.items() if mean is not None}


def weighted_mean(points: Mapping[str, int | None], weights: Mapping[str, Fraction]) -> Fraction | None:
    """The weighted mean of one person's points; None where a criterion is unsaid, or none is applicable."""
    if not set(weights) <= set(points):
        return None
    counted = {key: weight for key, weight in weights.items() if points[key] is not None}
    whole = sum(counted.values())
    return sum((weight * (points[key] or 0) for key, weight in counted.items()), Fraction(0)) / whole if whole else None


def _faults(
    db: Database, actor: Actor, one: Application, criterion: str, points: Any, reason: str, day: dt.date
) -> list[Fault]:
    """What keeps a score from being given."""
    top, least = terms_on(day, parameters_in(db)).top_score, limit("note_shortest")
    known = call_scheme(db, one.call).weights
    faults = part_faults(db, one.id, actor.id)
    if seat_of(db, actor.id, day) is None:
        faults.append(Fault("", "account", "", "scores.no_seat", {"day": day.isoformat()}))
    if one.state not in SCORED_IN:
        names = {f"state_{lang}": state_name("application", one.state, lang) for lang in ("nb", "en")}
        faults.append(Fault("", "application", str(one.number), "scores.not_now", names))
    if criterion not in known:
        figures = {"known": ", ".join(known) or "–"}
        faults.append(Fault("", "criterion", shown(criterion), "scores.no_criterion", figures))
    if points is not None and (type(points) is not int or not 0 <= points <= top):
        faults.append(Fault("", "points", shown(points), "scores.points", {"top": str(top)}))
    if len(reason.strip()) < least:
        faults.append(Fault("", "reason", shown(reason), "scores.short_reason", {"least": least}))
    return faults
