"""What if the frame were another, a case asked for another amount, or stood in or out whatever the plans find?

    changed = what_if(cases, caps, WhatIf(frame=3_000_000_00, held={"2026-0004": "out"}))
    held_plan("score", changed.cases, partners, changed.caps, terms, changed.fixed)

Nothing of it is stored: the plans are made anew from what is put in, beside those that stand on what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from data.faults import Fault, Faults, shown
from fund.plans.best_plan import best_plan
from fund.plans.equal_shares import SharedPlan, equal_shares
from fund.plans.portfolio import Amounts, Caps, Case, Partner, Terms, hindrances, overruns
from fund.plans.three_plans import Plan, PlanName

Hold = Literal["asked", "least", "out"]
HOLDS: tuple[Hold, ...] = get_args(Hold)


@dataclass(frozen=True)
class WhatIf:
    """What is put otherwise, in øre, by the case's id; ``held`` are the cases that every plan keeps in or out."""

    frame: int | None = None
    asked: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, Hold] = field(default_factory=dict)

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that something is put otherwise for."""
        return tuple(sorted({*self.asked, *self.least, *self.held}))

    def __bool__(self) -> bool:
        return self.frame is not None or bool(self.cases)


@dataclass(frozen=True)
class Changed:
    """The portfolio as it would be; ``fixed`` are the øre that are held, 0 for a case that is kept out."""

    cases: tuple[Case, ...]
    caps: Caps
    fixed: Amounts


def what_if(cases: Sequence[Case], caps: Caps, put: WhatIf) -> Changed:
    """The cases and limits with what is ``put`` otherwise.

    Raises :class:`Faults` for a case that isn't there, a least above what is asked, and cases that can't all be held
    in within the limits. Other amounts that are none are told by :func:`fund.plans.portfolio.check`.
    """
    known = {case.id: case for case in cases}
    faults = [Fault("", "", shown(one), "what_if.no_case") for one in put.cases if one not in known]
    made = {one.id: _case(one, put) for one in cases}
    for one in made.values():
        if one.id in put.cases and not 0 <= one.least <= one.asked:
            figures = {"ore_asked": one.asked, "ore_least": one.least}
            faults.append(Fault("", one.id, "", "what_if.least_above_asked", figures))
    limits = caps if put.frame is None else replace(caps, frame=put.frame)
    fixed = {one: _amount(made[one], hold) for one, hold in put.held.items() if one in known}
    if not faults:
        faults = _held_faults(list(made.values()), limits, fixed)
    if faults:
        raise Faults(faults)
    return Changed(tuple(made.values()), limits, fixed)


def held_plan(
    name: PlanName, cases: Sequence[Case], partners: Sequence[Partner], caps: Caps, terms: Terms, fixed: Amounts
) -> Plan:
    """One of the three plans with cases held to an amount, 0 for one that is kept out.

    In equal shares what is held comes off the frame before the partners share the rest: nobody in particular pays for
    it, and it is among what was ``completed``. Raises :class:`Faults` for faulty input, ValueError where nothing keeps
    what is fixed within the limits.
    """
    if name != "shares":
        return best_plan(name, cases, caps, terms, fixed)
    if not fixed:
        return equal_shares(cases, partners, caps, terms)
    given = {one: amount for one, amount in sorted(fixed.items()) if amount}
    if overruns(cases, caps, given):
        raise ValueError(f"{given} goes over the limits")
    rest = equal_shares([one for one in cases if one.id not in fixed], partners, _left(caps, given), terms)
    nobody: frozenset[str] = frozenset()
    return SharedPlan(
        amounts=dict(sorted({**rest.amounts, **given}.items())),
        budgets=rest.budgets,
        payments=rest.payments,
        completed=dict(sorted({**rest.completed, **given}.items())),
        approvals={**rest.approvals, **dict.fromkeys(fixed, nobody)},
        raised=rest.raised,
    )


def _case(case: Case, put: WhatIf) -> Case:
    """A case with other amounts; who asks for less than its least would run on that."""
    asked = put.asked.get(case.id, case.asked)
    return replace(case, asked=asked, least=put.least.get(case.id, min(case.least, asked)))


def _amount(case: Case, hold: Hold) -> int:
    if hold == "out":
        return 0
    return case.asked if hold == "asked" else case.least or case.asked


def _held_faults(cases: Sequence[Case], caps: Caps, fixed: Amounts) -> list[Fault]:
    """What can't be held in: by itself, else all of it together."""
    given = {one: amount for one, amount in fixed.items() if amount}
    faults = []
    for case in cases:
        for barred in hindrances(case, given[case.id], caps, {}) if case.id in given else ():
            figures = {"ore_room": barred.room, "ore_needed": barred.needed}
            faults.append(Fault("", case.id, "", "what_if.held_alone", figures))
    if faults:
        return faults
    for over in overruns(cases, caps, given):
        figures = {"ore_room": over.room, "ore_needed": over.needed}
        faults.append(Fault("", "", ", ".join(given), "what_if.held_together", figures))
    return faults


def _left(caps: Caps, given: Amounts) -> Caps:
    groups = tuple(
        replace(group, room=group.room - sum(given[one] for one in given if one in group.members))
        for group in caps.groups
    )
    return replace(caps, frame=caps.frame - sum(given.values()), groups=groups)
