"""The plans of a call, kept by what they are made from: nobody waits twice for the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.visit import Visit
from data.clock import today
from data.connection import data_folder
from fund.plans.best_plan import BestPlan
from fund.plans.equal_shares import SharedPlan
from fund.plans.portfolio import Amounts, Caps, Case, Partner, Terms
from fund.plans.three_plans import PLANS, LastKrone, Plan, PlanName, last_krone
from fund.plans.what_if import Changed, held_plan
from fund.plans.what_it_takes import Needed, NeededShares, what_it_takes, what_it_takes_in_shares
from fund.review.call_portfolio import CallPortfolio, call_portfolio


@dataclass(frozen=True)
class Made:
    """Cases and limits, and the three plans for them. ``key`` is the same for the same content."""

    key: str
    cases: tuple[Case, ...]
    partners: tuple[Partner, ...]
    caps: Caps
    terms: Terms
    fixed: Amounts
    plans: Mapping[PlanName, Plan]

    def amounts(self) -> dict[PlanName, Amounts]:
        """Øre by plan and case."""
        return {name: plan.amounts for name, plan in self.plans.items()}

    def case(self, id: str) -> Case:
        """The case with this number. Raises StopIteration for one that isn't there."""
        return next(one for one in self.cases if one.id == id)


def read_portfolio(visit: Visit, call: int) -> CallPortfolio:
    """What the plans stand on, as this visitor sees it. Raises as :func:`call_portfolio`."""
    who = (visit.actor.id, *sorted(visit.actor.roles))
    return _read(str(data_folder()), visit.version, who, call, today().isoformat(), visit)


def make_plans(visit: Visit, found: CallPortfolio, changed: Changed | None = None) -> Made:
    """The three plans for what was ``found``, or for what is ``changed`` of it; the wait is shown.

    Raises :class:`data.faults.Faults` for amounts that are none.
    """
    held = changed or Changed(found.cases, found.caps, {})
    rows, limits, fixed = held.cases, held.caps, held.fixed
    key = _key(rows, found.partners, limits, found.terms, fixed)
    plans: dict[PlanName, Plan] = {}
    for name in PLANS:
        with st.spinner(visit.say("portfolio_page.reckoning", plan=visit.say(f"portfolio.plan.{name}.name"))):
            plans[name] = _plan(key, name, rows, found.partners, limits, found.terms, fixed)
    return Made(key, rows, found.partners, limits, found.terms, fixed, plans)


def last_kroner(visit: Visit, made: Made, name: PlanName) -> LastKrone:
    """The price of the last krone in a plan; two plans more are made."""
    with st.spinner(visit.say("portfolio_page.reckoning_last")):
        return _last(made.key, name, made)


def needed(visit: Visit, made: Made, name: PlanName, case: str) -> Needed | NeededShares:
    """What it takes for a case in a plan; up to three plans more are made."""
    with st.spinner(visit.say("portfolio_page.reckoning_case")):
        return _needed(made.key, name, case, made)


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(folder: str, version: int, who: tuple[str, ...], call: int, day: str, _visit: Visit) -> CallPortfolio:
    return call_portfolio(_visit.store, _visit.actor, call)


@st.cache_resource(max_entries=200, show_spinner=False)
def _plan(
    key: str,
    name: PlanName,
    _cases: Sequence[Case],
    _partners: Sequence[Partner],
    _caps: Caps,
    _terms: Terms,
    _fixed: Amounts,
) -> Plan:
    return held_plan(name, _cases, _partners, _caps, _terms, _fixed)


@st.cache_resource(max_entries=60, show_spinner=False)
def _last(key: str, name: PlanName, _made: Made) -> LastKrone:
    return last_krone(name, _made.cases, _made.partners, _made.caps, _made.terms, _made.plans[name])


@st.cache_resource(max_entries=100, show_spinner=False)
def _needed(key: str, name: PlanName, case: str, _made: Made) -> Needed | NeededShares:
    plan = _made.plans[name]
    if name == "shares":
        assert isinstance(plan, SharedPlan)
        return what_it_takes_in_shares(_made.cases, _made.partners, _made.caps, _made.terms, plan, case)
    assert isinstance(plan, BestPlan)
    return what_it_takes(name, _made.cases, _made.caps, _made.terms, plan, case)


def _key(cases: Sequence[Case], partners: Sequence[Partner], caps: Caps, terms: Terms, fixed: Mapping[str, int]) -> str:
    """A hash of everything that a plan is made from."""
    rows = [(*vars(one).values(), sorted(one.partner_scores.items())) for one in cases]
    groups = [(one.kind, one.name, sorted(one.members), one.room) for one in caps.groups]
    content = repr((rows, partners, caps.frame, caps.amount, caps.share, groups, terms, sorted(fixed.items())))
    return hashlib.sha256(content.encode()).hexdigest()
