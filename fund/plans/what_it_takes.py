"""What it would take for a given case to be in a plan, or what keeps it in; and what the plan would then look like.

For a best plan two or three plans are compared, with the case held in and held out: since a plan's worth grows
evenly with the case's own score or net value added, the figure where the two are equal is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fund.plans.best_plan import Aim, BestPlan, best_plan, worth
from fund.plans.equal_shares import SharedPlan, equal_shares
from fund.plans.portfolio import Amounts, Caps, Case, Hindrance, Partner, Terms, hindrances, levels


@dataclass(frozen=True)
class Needed:
    """What it takes for ``case``.

    ``alone`` are the limits that bar even its least by itself; nothing else helps then. ``beside`` are the limits that
    bar its least beside the plan as it is; ``more`` is how many øre more the frame must have for the case to get its
    least with nobody else getting less, None where another limit bars it too, 0 where there is room.
    ``figure`` is the score, or the kroner of net value added (P50), at which the case is as good in as out, and above
    which it is in; None where no score is high enough. ``instead`` is the best plan with the case in, and ``loss`` how
    much less it is worth. ``proven`` says that the plans compared were proven best.
    """

    case: str
    alone: tuple[Hindrance, ...] = ()
    beside: tuple[Hindrance, ...] = ()
    more: int | None = None
    figure: Fraction | None = None
    instead: Amounts | None = None
    loss: Fraction | None = None
    proven: bool = True


def what_it_takes(aim: Aim, cases: Sequence[Case], caps: Caps, terms: Terms, plan: BestPlan, name: str) -> Needed:
    """What it takes for the case ``name`` in the best plan for ``aim``, or, where it is in, what it takes to stay.

    Raises KeyError for a case that isn't there.
    """
    case = _named(cases, name)
    wanted = levels(case, caps)
    if not wanted:
        return Needed(name, alone=tuple(hindrances(case, case.least or case.asked, caps, {})))
    without = plan if name not in plan.amounts else best_plan(aim, cases, caps, terms, {name: 0})
    tries = [(amount, best_plan(aim, cases, caps, terms, {name: amount})) for amount in wanted]
    figures = [_figure(aim, amount, without.worth - one.worth + worth(aim, case, amount)) for amount, one in tries]
    figure = max(Fraction(0), min(figures)) if aim == "score" else min(figures)
    best = max((one for _, one in tries), key=lambda one: one.worth)
    beside = tuple(hindrances(case, wanted[0], caps, plan.amounts))
    return Needed(
        case=name,
        beside=beside,
        more=_more(beside),
        figure=None if aim == "score" and figure > terms.top_score else figure,
        instead=best.amounts,
        loss=max(Fraction(0), plan.worth - best.worth),
        proven=all(one.proven for one in (plan, without, *(one for _, one in tries))),
    )


@dataclass(frozen=True)
class NeededShares:
    """What it takes for ``case`` in equal shares: see :class:`Needed` for ``alone``, ``beside`` and ``more``.

    ``each`` are the partners of which one more approval alone brings it in, all else as it is; ``together`` says
    whether it comes in when everyone approves.
    """

    case: str
    alone: tuple[Hindrance, ...] = ()
    beside: tuple[Hindrance, ...] = ()
    more: int | None = None
    each: tuple[str, ...] = ()
    together: bool = False


def what_it_takes_in_shares(
    cases: Sequence[Case], partners: Sequence[Partner], caps: Caps, terms: Terms, plan: SharedPlan, name: str
) -> NeededShares:
    """What it takes for the case ``name`` in the plan of equal shares. Raises KeyError for one that isn't there."""
    case = _named(cases, name)
    wanted = levels(case, caps)
    if not wanted:
        return NeededShares(name, alone=tuple(hindrances(case, case.least or case.asked, caps, {})))
    beside = tuple(hindrances(case, wanted[0], caps, plan.amounts))
    has = plan.approvals[name]

    def comes_in(extra: frozenset[str]) -> bool:
        approved = {**plan.approvals, name: has | extra}
        return name in equal_shares(cases, partners, caps, terms, approved).amounts

    others = sorted(plan.budgets.keys() - has)
    each = tuple(one for one in others if comes_in(frozenset({one})))
    together = bool(each) or (len(others) > 1 and comes_in(frozenset(others)))
    return NeededShares(name, beside=beside, more=_more(beside), each=each, together=together)


def _named(cases: Sequence[Case], name: str) -> Case:
    return {case.id: case for case in cases}[name]


def _figure(aim: Aim, amount: int, least: Fraction) -> Fraction:
    """The score or the kroner of net value added at which ``amount`` øre are worth ``least``."""
    return least / amount if aim == "score" else Fraction(math.ceil((least + amount) / 100))


def _more(beside: Sequence[Hindrance]) -> int | None:
    """How many øre the frame lacks, where it is the only limit in the way."""
    if any(one.kind != "frame" for one in beside):
        return None
    return max((one.short for one in beside), default=0)
