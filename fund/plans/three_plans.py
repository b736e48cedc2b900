"""The three plans side by side, and the price of the last krone: what a little more or less in the frame would buy.

The price is found by making the plan anew with the frame moved by ``portfolio.step``; it is no dual of a linear
programme, since cases are in or out and money comes in lumps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from fund.plans.best_plan import BestPlan, best_plan, worth_of
from fund.plans.equal_shares import SharedPlan, equal_shares
from fund.plans.portfolio import Amounts, Caps, Case, Partner, Terms

PlanName = Literal["score", "value", "shares"]
PLANS: tuple[PlanName, ...] = ("score", "value", "shares")
Plan = BestPlan | SharedPlan


@dataclass(frozen=True)
class ThreePlans:
    """The best score, the most net value added for the frame, and equal shares between the partners."""

    score: BestPlan
    value: BestPlan
    shares: SharedPlan

    def amounts(self) -> dict[PlanName, Amounts]:
        """Øre by plan and case."""
        return {"score": self.score.amounts, "value": self.value.amounts, "shares": self.shares.amounts}


@dataclass(frozen=True)
class LastKrone:
    """What the last ``step`` øre of the frame buy, and what as much again would.

    ``less`` and ``more`` are the plans with the frame moved. ``lost`` and ``gained`` are in the unit of the plan's aim
    (see :class:`fund.plans.best_plan.BestPlan`), None for equal shares, which have none. ``proven`` says that all three
    plans were proven best.
    """

    step: int
    less: Amounts
    more: Amounts
    lost: Fraction | None
    gained: Fraction | None
    proven: bool

    @property
    def price(self) -> Fraction | None:
        """Per krone of the step: points, or kroner of net value added beyond the krone itself."""
        return None if self.lost is None or not self.step else self.lost / self.step


def make_plan(
    name: PlanName, cases: Sequence[Case], partners: Sequence[Partner], caps: Caps, terms: Terms
) -> BestPlan | SharedPlan:
    """One of the three plans. Raises :class:`data.faults.Faults` for faulty input."""
    if name == "shares":
        return equal_shares(cases, partners, caps, terms)
    return best_plan(name, cases, caps, terms)


def three_plans(cases: Sequence[Case], partners: Sequence[Partner], caps: Caps, terms: Terms) -> ThreePlans:
    """All three within the same limits. Raises :class:`data.faults.Faults` for faulty input."""
    shares = equal_shares(cases, partners, caps, terms)
    return ThreePlans(best_plan("score", cases, caps, terms), best_plan("value", cases, caps, terms), shares)


def last_krone(
    name: PlanName, cases: Sequence[Case], partners: Sequence[Partner], caps: Caps, terms: Terms, plan: Plan
) -> LastKrone:
    """The price of the last krone in ``plan``, which is the plan ``name`` for the same cases and limits.

    The step below is the frame itself where that is smaller.
    """
    step = min(terms.step, caps.frame)
    less = make_plan(name, cases, partners, replace(caps, frame=caps.frame - step), terms)
    more = make_plan(name, cases, partners, replace(caps, frame=caps.frame + terms.step), terms)
    lost = gained = None
    if name != "shares":
        here, below, above = (worth_of(name, cases, one.amounts) for one in (plan, less, more))
        lost, gained = here - below, above - here
    proven = all(one.proven for one in (plan, less, more) if isinstance(one, BestPlan))
    return LastKrone(step, less.amounts, more.amounts, lost, gained, proven)
