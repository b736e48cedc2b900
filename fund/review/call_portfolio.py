"""A call's undecided cases as the portfolio's plans take them, with the limits that bind them together.

The limits are the call's frame, the room for guarantees, and the scheme's caps, each held to the case as it was sent.
State aid is weighed case by case and isn't among them: a plan that keeps within these limits can still hold a case
that may not be given as much.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlite_utils import Database

from data.permission import Actor, require
from data.store import Store
from fund.books.frames import Frame, frame_at
from fund.deadlines import clock, oslo_day
from fund.intake.applications import Application
from fund.intake.as_sent import case_as_sent
from fund.intake.calls import call_at, call_scheme
from fund.intake.completeness import Case as Sent
from fund.intake.completeness import facts_of, forecast_at
from fund.plans.portfolio import Caps, Case, Form, Group, Partner, Terms, ValueAdded, exposure_group, terms_on
from fund.review.board import seats_on
from fund.review.ranking import shut_because, undecided
from fund.review.scores import person_means
from fund.rulebook.rules import highest
from fund.rulebook.schemes import Scheme
from impact.estimates import get_row
from impact.parameter_values import parameters_in


@dataclass(frozen=True)
class CallPortfolio:
    """What the plans of a call are made from, and what is what: ``applications`` and ``titles`` by the case's number,
    ``organisers`` by organisation number, ``names`` of the partners by their id.

    ``hidden`` are the numbers of the cases that the reader doesn't see, which no plan here has. ``frame`` is None where
    the call has none yet; there is then nothing to give.
    """

    cases: tuple[Case, ...]
    partners: tuple[Partner, ...]
    caps: Caps
    terms: Terms
    frame: Frame | None
    applications: Mapping[str, int]
    titles: Mapping[str, str]
    organisers: Mapping[str, str]
    names: Mapping[str, str]
    hidden: tuple[str, ...]


def call_portfolio(store: Store, actor: Actor, call: int, *, at: dt.datetime | None = None) -> CallPortfolio:
    """Everything that a call's plans stand on. Needs ``case.read`` and ``ledger.read``.

    For the board's people, the cases that :func:`fund.review.ranking.rank` hides from them are left out, so that a plan
    says nothing of them. What is reserved on a locked agenda for a case that is there counts as room for it. Raises
    LookupError where there is no such call.
    """
    require(actor, "case.read")
    require(actor, "ledger.read")
    moment = clock(at)
    with store.read() as db:
        held, scheme = call_at(db, call), call_scheme(db, call)
        every = undecided(db, call, moment)
        open_ones = [one for one in every if not shut_because(db, actor, one, scheme)]
        sent = {one.id: case_as_sent(db, one.id, moment) for one in open_ones}
        whose = _delegates(db, oslo_day(moment))
        cases = tuple(_case(store, actor, db, one, sent[one.id], whose) for one in open_ones)
        frame = None if held.frame is None else frame_at(db, held.frame)
        room = 0 if frame is None else frame.room + _reserved(db, [one.id for one in open_ones])
        groups = [
            exposure_group(cases, 0 if frame is None else frame.exposure_room),
            *_caps(cases, list(sent.values()), scheme),
        ]
        return CallPortfolio(
            cases=cases,
            partners=tuple(_partners(db, held.year)),
            caps=Caps(room, groups=tuple(groups)),
            terms=terms_on(oslo_day(moment), parameters_in(db)),
            frame=frame,
            applications={str(one.number): one.id for one in open_ones},
            titles={str(one.number): one.title for one in open_ones},
            organisers={one.organisation.number: one.organisation.name for one in sent.values() if one.organisation},
            names={str(id): name for id, name in db.execute("SELECT id, name FROM partner").fetchall()},
            hidden=tuple(str(one.number) for one in every if one.id not in sent),
        )


def portfolio_cases(store: Store, actor: Actor, call: int, *, at: dt.datetime | None = None) -> list[Case]:
    """The undecided cases of a call as the portfolio's plans take them. Needs ``case.read``.

    Amounts are of what was sent last, the value added of the locked forecast, a partner's score the mean of what its
    delegates give in all. A purchase draws on the frame as a grant does. Those that are hidden from who asks are left
    out, as in :func:`call_portfolio`.
    """
    require(actor, "case.read")
    moment = clock(at)
    with store.read() as db:
        call_at(db, call)
        scheme, whose = call_scheme(db, call), _delegates(db, oslo_day(moment))
        open_ones = [one for one in undecided(db, call, moment) if not shut_because(db, actor, one, scheme)]
        return [_case(store, actor, db, one, case_as_sent(db, one.id, moment), whose) for one in open_ones]


def portfolio_partners(store: Store, actor: Actor, call: int) -> list[Partner]:
    """The partners with what each paid in for the call's year, in øre, whatever the earmark. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        return _partners(db, call_at(db, call).year)


def _partners(db: Database, year: int) -> list[Partner]:
    query = (
        "SELECT partner, -sum(balance) FROM ledger_total WHERE kind = 'contributed' AND year = ?"
        " GROUP BY partner HAVING sum(balance) < 0 ORDER BY partner"
    )
    return [Partner(str(partner), amount) for partner, amount in db.execute(query, [year]).fetchall()]


def _delegates(db: Database, day: dt.date) -> dict[str, int]:
    """The partner that each seated account is a delegate of."""
    return {one.account: one.partner for one in seats_on(db, day) if one.partner is not None}


def _reserved(db: Database, applications: Sequence[int]) -> int:
    """What locked agendas hold for these cases."""
    marks = ", ".join("?" * len(applications))
    query = f"SELECT coalesce(sum(reserved), 0) FROM agenda_item WHERE state = 'on' AND application IN ({marks})"
    (found,) = db.execute(query, list(applications)).fetchone()
    return int(found)


def _case(store: Store, actor: Actor, db: Database, one: Application, sent: Sent, whose: Mapping[str, int]) -> Case:
    means = person_means(db, one.id, sent.scheme)
    delegates: dict[str, list[Fraction]] = {}
    for account, mean in means.items():
        if account in whose:
            delegates.setdefault(str(whose[account]), []).append(mean)
    form: Form = "guarantee" if one.form == "guarantee" else "loan" if one.form == "loan" else "grant"
    assert sent.organisation is not None
    return Case(
        id=str(one.number),
        organiser=sent.organisation.number,
        asked=one.asked or 0,
        least=one.least or 0,
        cost=sent.contents.plan.cost,
        form=form,
        municipality=sent.contents.municipality,
        score=sum(means.values(), Fraction(0)) / len(means) if means else None,
        value_added=_value_added(store, actor, db, one.estimate),
        partner_scores={name: sum(given, Fraction(0)) / len(given) for name, given in delegates.items()},
    )


def _value_added(store: Store, actor: Actor, db: Database, estimate: int | None) -> ValueAdded | None:
    """The value added of a forecast that stands, in whole kroner."""
    held = None if estimate is None else forecast_at(db, estimate)
    if held is None or held.withdrawn:
        return None
    figures = get_row(store, actor, held.estimate).value_added
    return None if figures is None else ValueAdded(*(round(one) for one in figures))


def _caps(cases: Sequence[Case], sent: Sequence[Sent], scheme: Scheme) -> list[Group]:
    """The scheme's caps: what each case may get by itself, and what an organiser may get in the year of its events."""
    alone = replace(scheme, caps=tuple(cap for cap in scheme.caps if cap.kind != "organiser_year"))
    found = []
    for case, one in zip(cases, sent, strict=True):
        most = highest(alone, facts_of(one))
        if most is not None:
            found.append(Group("scheme", case.id, frozenset({case.id}), most))
    for cap in scheme.caps:
        if cap.kind == "organiser_year" and cap.ore is not None:
            members: dict[tuple[str, int], set[str]] = {}
            had: dict[tuple[str, int], int] = {}
            for case, one in zip(cases, sent, strict=True):
                if cap.applies(one.contents.form, case.cost) and one.contents.first_day is not None:
                    key = case.organiser, one.contents.first_day.year
                    members.setdefault(key, set()).add(case.id)
                    had[key] = one.granted or 0
            found += [
                Group("organiser", key[0], frozenset(own), max(0, cap.ore - had[key]))
                for key, own in sorted(members.items())
            ]
    return found
