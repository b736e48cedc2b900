"""What the case officer recommends, and the steps that bring a case to the board and back.

    recommend(store, officer, 7, version, "granted_in_part", 15_000_00, "God regional bredde …")     # in review → ready
    take_back(store, officer, 7, version, off_agenda=off_agenda)        # ready → in review

A recommendation keeps within what is asked for, the scheme's caps and the room for state aid on the day it is made. It
decides nothing: the board's decision is held to all of that again. It is never changed; a later one stands instead.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.limits import limit
from data.permission import Actor, require
from data.store import Store, Write
from fund.books.money import checked
from fund.deadlines import clock, oslo_day, stamp
from fund.intake.applications import Application
from fund.intake.as_sent import case_as_sent
from fund.intake.completeness import Case, facts_of
from fund.intake.handling import OffAgenda
from fund.review.conflicts import part_faults, reading_faults, sent_case
from fund.rulebook.rules import highest
from fund.rulebook.schemes import Form, word
from fund.state_aid.aid import AidRules, aid_rules, room_in
from fund.state_aid.aid_grounds import aid_ground
from fund.state_aid.euro import rate_on
from fund.state_aid.undertakings import undertaking_of
from fund.workflow import Guard, step

Outcome = Literal["granted", "granted_in_part", "granted_on_conditions", "guaranteed", "lent", "rejected", "deferred"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
GIVES_NOTHING: tuple[Outcome, ...] = ("rejected", "deferred")
_COLUMNS = "id, application, outcome, amount, grounds, conditions, earmarks, at, actor"
_QUERY = f"SELECT {_COLUMNS} FROM recommendation"


@dataclass(frozen=True)
class Recommendation:
    """What is recommended. ``amount`` is øre, a guarantee's whole cap, None where nothing is given.

    ``earmarks`` are the partners' earmarks that fit the case, ``at`` is UTC.
    """

    id: int
    application: int
    outcome: Outcome
    amount: int | None
    grounds: str
    conditions: tuple[str, ...]
    earmarks: tuple[str, ...]
    at: str
    actor: str


def recommend(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    outcome: Outcome,
    amount: int | None,
    grounds: str,
    conditions: Sequence[str] = (),
    earmarks: Sequence[str] = (),
    *,
    at: dt.datetime | None = None,
) -> int:
    """Recommend what the board should decide, and set the case as ready for it; the application's new version.

    Needs ``case.handle``, and that the officer has said «no conflict» of the case. Raises :class:`Faults` with all
    that is wrong: the outcome, an amount above what is asked for, the scheme's caps or the room for de minimis aid,
    or below the least the event can run on without a condition; no ground for state aid; no grounds.
    """
    moment = clock(at)
    set_down = [one.strip() for one in conditions]
    row = {
        "application": id,
        "outcome": outcome,
        "amount": amount,
        "grounds": grounds.strip(),
        "conditions": set_down,
        "earmarks": sorted(set(earmarks)),
    }

    def guards(db: Database, case: Case) -> Mapping[str, Guard]:
        return {
            "recommendation": lambda: [
                *part_faults(db, id, actor.id),
                *_wording_faults(db, row),
                *amount_faults(case, outcome, amount, set_down),
            ],
            "aid_assessed": lambda: _aid_faults(db, case, outcome, amount, aid_rules(store, oslo_day(moment))),
        }

    def done(write: Write, _: Application) -> None:
        write.insert("recommendation", {**row, "at": stamp(moment), "actor": actor.id})

    return _step(store, actor, id, version, "recommend", guards, done, moment)


def take_back(
    store: Store, actor: Actor, id: int, version: int, *, off_agenda: OffAgenda, at: dt.datetime | None = None
) -> int:
    """Take a case back from the board's table to mend it; the new version. ``off_agenda`` looks at the agendas."""

    def guards(db: Database, _: Case) -> Mapping[str, Guard]:
        return {"off_agenda": lambda: off_agenda(db, id)}

    return _step(store, actor, id, version, "take_back", guards, lambda *_: None, clock(at))


def resume(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Bring a case that was put off to the board again, with the recommendation that it has; the new version."""
    return _step(store, actor, id, version, "resume", lambda *_: {}, lambda *_: None, clock(at))


def weigh(
    store: Store,
    actor: Actor,
    id: int,
    outcome: Outcome,
    amount: int | None,
    conditions: Sequence[str] = (),
    *,
    at: dt.datetime | None = None,
) -> list[Fault]:
    """What stands against an outcome and an amount, while the officer types; nothing is stored. Needs ``case.handle``.

    Raises :class:`Faults` for who doesn't read the case, LookupError.
    """
    require(actor, "case.handle")
    moment = clock(at)
    rules = aid_rules(store, oslo_day(moment))
    with store.read() as db:
        sent_case(db, id, moment)
        if faults := reading_faults(db, actor, id):
            raise Faults(faults)
        case = case_as_sent(db, id, moment)
        wrong = amount_faults(case, outcome, amount, [one.strip() for one in conditions if one.strip()])
        return [*wrong, *_aid_faults(db, case, outcome, amount, rules)]


def earmark_names(store: Store, actor: Actor) -> list[str]:
    """The partners' earmarks that money has. Needs ``case.handle``."""
    require(actor, "case.handle")
    with store.read() as db:
        return _earmarks(db)


def recommendations_of(
    store: Store, actor: Actor, application: int, *, at: dt.datetime | None = None
) -> list[Recommendation]:
    """Everything that was recommended in a case, first to last. Rights as :func:`fund.review.cases.open_case`."""
    with store.read() as db:
        require(actor, "case.read")
        sent_case(db, application, clock(at))
        if faults := reading_faults(db, actor, application):
            raise Faults(faults)
        rows = list(db.query(f"{_QUERY} WHERE application = ? ORDER BY id", [application]))
        return [_recommendation(row) for row in rows]


def recommendation_at(db: Database, application: int) -> Recommendation | None:
    """What was recommended last, asking nobody's leave; None where nothing was."""
    query = f"{_QUERY} WHERE application = ? ORDER BY id DESC LIMIT 1"
    row = next(iter(db.query(query, [application])), None)
    return None if row is None else _recommendation(row)


def form_of(outcome: str, asked: Form | None) -> Form:
    """The form of support that an outcome gives, where ``asked`` was asked for."""
    if outcome in ("guaranteed", "lent"):
        return "guarantee" if outcome == "guaranteed" else "loan"
    return asked if asked in ("grant", "purchase") else "grant"


def amount_faults(case: Case, outcome: str, amount: int | None, conditions: Sequence[str]) -> list[Fault]:
    """What is wrong with an outcome and its amount for a case, as it was sent: also for who decides.

    A part of what is asked may be below the least that the event can run on only where a condition says how it then
    comes about.
    """
    if outcome not in OUTCOMES:
        return [Fault("", "outcome", shown(outcome), "recommendations.outcome")]
    if outcome in GIVES_NOTHING:
        return [] if amount is None else [Fault("", "amount", shown(amount), "recommendations.gives_nothing")]
    try:
        given, asked = checked(amount, "amount"), case.application.asked or 0
    except Faults as wrong:
        return list(wrong.faults)
    figures = {"ore_given": given, "ore_asked": asked}
    faults = []
    if given > asked:
        faults.append(Fault("", "amount", "", "recommendations.above_asked", figures))
    if outcome == "granted" and given < asked:
        faults.append(Fault("", "amount", "", "recommendations.not_all", figures))
    if outcome == "granted_in_part" and given == asked:
        faults.append(Fault("", "amount", "", "recommendations.not_a_part", figures))
    if outcome == "granted_on_conditions" and not conditions:
        faults.append(Fault("", "conditions", "", "recommendations.no_conditions"))
    least = case.application.least or 0
    if given < min(least, asked) and not conditions:
        faults.append(Fault("", "amount", "", "recommendations.below_least", {**figures, "ore_least": least}))
    return faults + _scheme_faults(case, form_of(outcome, case.contents.form), given)


def _scheme_faults(case: Case, form: Form, given: int) -> list[Fault]:
    """What the call's scheme says of a form and an amount; silent on forms, it gives the one that is asked for."""
    faults, scheme = [], case.scheme
    allowed = scheme.forms.allowed if scheme.forms is not None else (case.contents.form,)
    names = {f"form_{lang}": word("form", form, lang) for lang in ("nb", "en")}
    if form not in allowed:
        faults.append(Fault("", "outcome", "", "recommendations.form", names))
    most = highest(scheme, replace(facts_of(case), form=form))
    if most is not None and given > most:
        faults.append(Fault("", "amount", "", "recommendations.cap", {"ore_given": given, "ore_most": most, **names}))
    return faults


def _wording_faults(db: Database, row: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with grounds, conditions and earmarks."""
    least, faults = limit("note_shortest"), []
    if len(row["grounds"]) < least:
        faults.append(Fault("", "grounds", shown(row["grounds"]), "recommendations.short_grounds", {"least": least}))
    if not all(row["conditions"]):
        faults.append(Fault("", "conditions", "", "recommendations.empty_condition"))
    known = _earmarks(db)
    strange = [one for one in row["earmarks"] if one not in known]
    figures = {"known": ", ".join(known) or "–"}
    return faults + [Fault("", "earmarks", shown(one), "recommendations.earmark", figures) for one in strange]


def _earmarks(db: Database) -> list[str]:
    found = db.execute("SELECT DISTINCT earmark FROM ledger_total ORDER BY earmark").fetchall()
    return [name for (name,) in found if name]


def _aid_faults(db: Database, case: Case, outcome: str, amount: int | None, rules: AidRules) -> list[Fault]:
    """What keeps the state aid in a recommendation from being assessed, and from fitting under the ceiling that day.

    What counts of a loan is its gross grant equivalent, which is entered with the decision: here it must only be known
    that there is room at all.
    """
    if outcome in GIVES_NOTHING:
        return []
    ground = aid_ground(db, case.application.id)
    if ground is None:
        return [Fault("", "aid", "", "recommendations.no_aid_ground", {"number": str(case.application.number)})]
    if not ground.counts or type(amount) is not int:
        return []
    day, who = oslo_day(case.at), case.organisation
    assert who is not None
    rate = rate_on(db, day)
    if rate is None:
        return [Fault("", "day", day.isoformat(), "aid.no_rate")]
    cents = rate.cents(0 if outcome == "lent" else amount)
    found = room_in(db, undertaking_of(db, who.number, day), day, rules).fault(cents)
    return [] if found is None else [found]


def _step(
    store: Store,
    actor: Actor,
    id: int,
    version: int,
    action: str,
    guards: Callable[[Database, Case], Mapping[str, Guard]],
    done: Callable[[Write, Application], None],
    at: dt.datetime,
) -> int:
    """One transition with what follows from it, once."""
    with store.write(actor.id, f"application.{action}", audited=False) as write:  # a second click changes nothing
        one = sent_case(write.db, id, at)
        held = guards(write.db, case_as_sent(write.db, id, at))
        return step(write, actor, "application", one, version, action, held, lambda: done(write, one), at=at)


def _recommendation(row: Mapping[str, Any]) -> Recommendation:
    lists = {name: tuple(json.loads(row[name])) for name in ("conditions", "earmarks")}
    return Recommendation(**{**row, **lists})
