"""The best plan within the frame, to proven optimality: a knapsack where each case is nothing, its least, or all asked.

Two aims. ``score``: the sum of amount × score. A krone counts as much as the score of the case that it goes to, so
that splitting an application in two, or asking for more, gains nothing; a plain sum of scores would favour many small
cases. ``value``: the sum of net value added (P50) less the support. The plain ratio would pick one case and leave the
frame unused, and the plain sum would spend the last krone on anything above zero; with the difference a krone is
given only where it brings more than itself, and the frame's kroner bring the most together. An estimate doesn't move
with the support, so this aim gives a case its least. The sum of P50s is no P50 of the sum, and no return on investment.

The solver is HiGHS (Huangfu and Hall 2018, «Parallelizing the dual revised simplex method»). It works in floating
point; what it answers is held against the limits in whole øre. Where it went over by less than its tolerance, the
cases that went over together are forbidden as a set (a cover inequality, Balas 1975) and it is asked again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import highspy
import numpy as np

from fund.plans.portfolio import Amounts, Caps, Case, Group, Terms, check, levels, ordered, overruns

Aim = Literal["score", "value"]
AIMS: tuple[Aim, ...] = ("score", "value")
GAP = Fraction(1, 10**12)
"""A plan is proven best when the solver's bound leaves less than one step of what plans can be worth, or this part."""
_SIZE = 20
"""Rows are scaled by powers of two to coefficients of at most 2^20: exact, and what HiGHS is made for."""


@dataclass(frozen=True)
class BestPlan:
    """The best plan that was found for an aim.

    ``worth`` is what the aim counts: øre × points for ``score``, øre for ``value``. ``gap`` is how much more the
    solver can't rule out, None where it was stopped before it knew. ``proven`` says that no plan is better; it is never
    said of a plan that the time limit cut short.
    """

    aim: Aim
    amounts: Amounts
    worth: Fraction
    gap: Fraction | None
    proven: bool


def worth(aim: Aim, case: Case, amount: int) -> Fraction:
    """What ``amount`` øre to ``case`` is worth to an aim; 0 where the score or the estimate is missing."""
    if aim == "score":
        return amount * Fraction(case.score) if case.score is not None else Fraction(0)
    return Fraction(100 * case.value_added.p50 - amount) if case.value_added is not None else Fraction(0)


def worth_of(aim: Aim, cases: Iterable[Case], amounts: Amounts) -> Fraction:
    """What a whole plan is worth to an aim, whoever made the plan."""
    return sum((worth(aim, case, amounts[case.id]) for case in cases if case.id in amounts), Fraction(0))


def best_plan(
    aim: Aim, cases: Sequence[Case], caps: Caps, terms: Terms, fixed: Mapping[str, int] | None = None
) -> BestPlan:
    """The best plan for ``aim`` within ``caps``.

    ``fixed`` holds cases to an amount in øre, 0 to keep one out; a fixed amount must be one that the case may get.
    Among cases that are alike in everything that counts, the lower id goes first. Raises :class:`data.faults.Faults`
    for faulty input and ValueError where nothing keeps what is fixed within the limits.
    """
    check(cases, caps, terms)
    held = dict(fixed or {})
    rows = ordered(cases)
    given = {name: amount for name, amount in held.items() if amount}
    if overruns(rows, caps, given):
        raise ValueError(f"{given} goes over the limits")
    free = [case for case in rows if case.id not in held]
    search = _Search(aim, free, _less(caps, given), terms.time_limit)
    found, bound, finished = search.run()
    amounts = dict(sorted((given | found).items()))
    assert not overruns(rows, caps, amounts)
    own = worth_of(aim, free, found)
    gap = None if bound is None else max(Fraction(0), bound - own)
    proven = finished and gap is not None and gap < max(search.step, GAP * own)
    return BestPlan(aim, amounts, worth_of(aim, rows, amounts), gap, proven)


def _less(caps: Caps, given: Amounts) -> Caps:
    """The limits with what is given already taken off."""
    groups = tuple(
        replace(group, room=group.room - sum(given[name] for name in given if name in group.members))
        for group in caps.groups
    )
    return replace(caps, frame=caps.frame - sum(given.values()), groups=groups)


@dataclass(frozen=True)
class _Choice:
    """One amount that one case may get: a yes-or-no variable."""

    case: str
    amount: int
    worth: Fraction


class _Search:
    """One knapsack as HiGHS sees it. ``step`` is the least that two plans' worth can differ by."""

    def __init__(self, aim: Aim, cases: Sequence[Case], caps: Caps, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.choices = [
            _Choice(case.id, amount, own)
            for case in cases
            for amount in levels(case, caps)
            if (own := worth(aim, case, amount)) > 0
        ]
        self.step = Fraction(1)
        self.of: dict[str, list[int]] = {}
        for index, choice in enumerate(self.choices):
            self.of.setdefault(choice.case, []).append(index)
        everything = Group("frame", "", frozenset(self.of), caps.frame)
        self.groups = [group for group in (everything, *caps.groups) if self._binds(group)]

    def run(self) -> tuple[dict[str, int], Fraction | None, bool]:
        """The amounts found, the most that any plan can be worth, and whether the search came to its end."""
        if not self.choices:
            return {}, Fraction(0), True
        model, unit = self._model()
        while True:
            model.setOptionValue("time_limit", max(0.0, self.until - time.monotonic() + model.getRunTime()))
            model.run()
            finished = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
            known = model.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
            dual = model.getInfo().mip_dual_bound
            bound = Fraction(dual) * unit if math.isfinite(dual) else None
            if not known:
                return {}, bound, False
            taken = [index for index, part in enumerate(model.getSolution().col_value) if part > 0.5]
            over = [group for group in self.groups if self._taken(group, taken) > group.room]
            if not over:
                return {self.choices[index].case: self.choices[index].amount for index in taken}, bound, finished
            if not finished:
                return {}, bound, False
            for group in over:
                cover = [index for index in taken if self.choices[index].case in group.members]
                _row(model, -highspy.kHighsInf, len(cover) - 1, dict.fromkeys(cover, 1.0))

    def _binds(self, group: Group) -> bool:
        """Whether the group's cases could go over its room at all."""
        most = (self.choices[own[-1]].amount for case, own in self.of.items() if case in group.members)
        return sum(most) > group.room

    def _taken(self, group: Group, taken: Iterable[int]) -> int:
        return sum(self.choices[index].amount for index in taken if self.choices[index].case in group.members)

    def _model(self) -> tuple[highspy.Highs, Fraction]:
        """The model, and what one unit of its objective is worth."""
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        model.silent()
        for option, value in (
            ("threads", 1),  # the same answer every time, and a core left for others
            ("presolve", "off"),  # more than once it has called a lesser plan the best (HiGHS issues 1960, 3094)
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.0),
            ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
        ):
            model.setOptionValue(option, value)
        gains, self.step, size = _scaled([choice.worth for choice in self.choices])
        model.addVars(len(gains), np.zeros(len(gains)), np.ones(len(gains)))
        columns = np.arange(len(gains), dtype=np.int32)
        kinds = np.full(len(gains), highspy.HighsVarType.kInteger)
        model.changeColsIntegrality(len(gains), columns, kinds)
        model.changeColsCost(len(gains), columns, np.array(gains))
        model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for own in self.of.values():
            if len(own) > 1:
                _row(model, -highspy.kHighsInf, 1.0, dict.fromkeys(own, 1.0))
        for group in self.groups:
            own = [index for index, choice in enumerate(self.choices) if choice.case in group.members]
            weights, divisor, shift = _scaled([Fraction(self.choices[index].amount) for index in own])
            room = math.ldexp(math.floor(group.room / divisor), -shift)
            _row(model, -highspy.kHighsInf, room, dict(zip(own, weights, strict=True)))
        self._order_twins(model)
        return model, self.step * 2**size

    def _order_twins(self, model: highspy.Highs) -> None:
        """Of cases that are alike, a later one gets no more than the one before it: fewer plans to look through."""
        last: dict[object, list[int]] = {}
        for case, own in self.of.items():
            mine = tuple(place for place, group in enumerate(self.groups) if case in group.members)
            key = (mine, *((self.choices[index].amount, self.choices[index].worth) for index in own))
            if before := last.get(key):
                steps = [float(step) for step in range(1, len(own) + 1)]
                parts = {index: step for index, step in zip(before, steps, strict=True)}
                parts |= {index: -step for index, step in zip(own, steps, strict=True)}
                _row(model, 0.0, highspy.kHighsInf, parts)
            last[key] = own


def _row(model: highspy.Highs, low: float, high: float, parts: Mapping[int, float]) -> None:
    columns = np.array(list(parts), dtype=np.int32)
    model.addRow(low, high, len(parts), columns, np.array(list(parts.values())))


def _scaled(figures: Sequence[Fraction]) -> tuple[list[float], Fraction, int]:
    """The figures as floats; times the divisor and two to the power of the shift they are what they were.

    Over their greatest common divisor they are whole; a power of two then brings the largest to at most 2^20. A float
    holds each exactly, up to 2^53 divisors.
    """
    common = math.lcm(*(figure.denominator for figure in figures))
    whole = [int(figure * common) for figure in figures]
    divisor = math.gcd(*whole)
    whole = [figure // divisor for figure in whole]
    shift = max(0, max(whole).bit_length() - _SIZE)
    return [math.ldexp(figure, -shift) for figure in whole], Fraction(divisor, common), shift
