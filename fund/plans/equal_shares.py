"""Equal shares between the partners: who pays in decides, each over its own part of the frame.

The method of equal shares (Peters, Pierczyński and Skowron 2021, «Proportional Participatory Budgeting with Additive
Utilities», NeurIPS), in exact fractions. Voters are the partners; each begins with its part of the frame, in
proportion to what it contributed. A partner approves a case when its delegates' mean score reaches
``portfolio.approval``, and its use of a case is the case's cost (cost utilities, as cities use the method). A case is
paid for by those who approve it, all the same sum q, or what they have left where that is less:

    Σ min(budget, q) = amount,    ρ = q / amount

Time and again the case with the least ρ, the one whose payers bear the smallest part each, is bought. Ties go to the
higher score, then the smaller amount, then the lower id.

Amounts: the partners first buy cases at the least that these can run on, as many as they can pay for; then, with what
they have left, the rest of what the cases ask for, in the same way.

Completion to the frame, since money with one partner can be too little for what it approves alone: first every budget
is raised by ``portfolio.raise_by`` at a time and all is done anew, until a plan would go over the frame («add1» of the
same paper, in proportion to the contributions); the last plan within it holds. Then greedily (utilitarian): by the
number of partners that approve, then score, amount and id; cases at their least first, then the rest of what is asked.
A case that no partner approves is never in.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fund.plans.portfolio import Amounts, Caps, Case, Partner, Terms, check, levels, ordered, overruns

Payments = Mapping[str, Mapping[str, Fraction]]
"""Øre by case and partner, exact."""


@dataclass(frozen=True)
class SharedPlan:
    """The plan of equal shares.

    ``budgets`` are the partners' parts of the frame in øre. ``payments`` say who paid how much of what was bought by
    equal shares, out of budgets ``raised`` by that share (0 where they weren't); ``completed`` are the øre that the
    greedy completion gave a case, which no partner's budget paid. ``approvals`` are the partners that approve a case.
    """

    amounts: Amounts
    budgets: Mapping[str, Fraction]
    payments: Payments
    completed: Amounts
    approvals: Mapping[str, frozenset[str]]
    raised: Fraction


def approvals(cases: Sequence[Case], partners: Sequence[Partner], terms: Terms) -> dict[str, frozenset[str]]:
    """Who approves each case: the partners that paid in, and whose delegates' mean score is high enough."""
    paying = {partner.id for partner in partners if partner.contributed > 0}
    return {
        case.id: frozenset(
            name for name, mean in case.partner_scores.items() if name in paying and mean >= terms.approval
        )
        for case in cases
    }


def equal_shares(
    cases: Sequence[Case],
    partners: Sequence[Partner],
    caps: Caps,
    terms: Terms,
    approved: Mapping[str, frozenset[str]] | None = None,
) -> SharedPlan:
    """The plan of equal shares within ``caps``; ``approved`` stands in for the approvals that the scores give.

    Raises :class:`data.faults.Faults` for faulty input.
    """
    check(cases, caps, terms, partners)
    approved = approvals(cases, partners, terms) if approved is None else approved
    whole = sum(partner.contributed for partner in partners)
    budgets = {
        partner.id: Fraction(caps.frame * partner.contributed, whole)
        for partner in sorted(partners, key=lambda partner: partner.id)
        if partner.contributed > 0
    }
    rows = [case for case in ordered(cases) if approved.get(case.id)]
    purchase, raised = _raised(rows, budgets, approved, caps, terms)
    bought = dict(purchase.amounts)
    _complete(rows, approved, purchase)
    assert not overruns(cases, caps, purchase.amounts)
    completed = {name: amount - bought.get(name, 0) for name, amount in sorted(purchase.amounts.items())}
    return SharedPlan(
        amounts=dict(sorted(purchase.amounts.items())),
        budgets=budgets,
        payments=dict(sorted(purchase.payments.items())),
        completed={name: amount for name, amount in completed.items() if amount},
        approvals=approved,
        raised=raised,
    )


class _Purchase:
    """What has been bought so far, who paid, and what is left under the limits that cases share."""

    def __init__(self, cases: Sequence[Case], budgets: Mapping[str, Fraction], caps: Caps) -> None:
        self.budgets = dict(budgets)
        self.amounts: dict[str, int] = {}
        self.payments: dict[str, dict[str, Fraction]] = {}
        self.left = caps.frame
        self.rooms = [group.room for group in caps.groups]
        self.of = {
            case.id: [place for place, group in enumerate(caps.groups) if case.id in group.members] for case in cases
        }
        self.levels = {case.id: levels(case, caps) for case in cases}

    def steps(self, cases: Sequence[Case], level: int) -> list[tuple[Case, int]]:
        """(case, more øre) for cases that may be lifted to their first (0) or their next (1) amount."""
        found = []
        for case in cases:
            wanted, has = self.levels[case.id], self.amounts.get(case.id, 0)
            if level == 0 and wanted and not has:
                found.append((case, wanted[0]))
            elif level == 1 and len(wanted) > 1 and has == wanted[0]:
                found.append((case, wanted[1] - has))
        return found

    def fits(self, case: Case, more: int) -> bool:
        """Whether the shared limits, the frame left out, have room for more."""
        return all(self.rooms[place] >= more for place in self.of[case.id])

    def give(self, case: Case, more: int) -> None:
        self.amounts[case.id] = self.amounts.get(case.id, 0) + more
        self.left -= more
        for place in self.of[case.id]:
            self.rooms[place] -= more

    def pay(self, case: Case, most: Fraction, payers: frozenset[str]) -> None:
        """Everyone pays ``most``, or what it has left."""
        paid = self.payments.setdefault(case.id, {})
        for name in sorted(payers):
            part = min(self.budgets[name], most)
            if part:
                paid[name] = paid.get(name, Fraction(0)) + part
                self.budgets[name] -= part


def _raised(
    cases: Sequence[Case],
    budgets: Mapping[str, Fraction],
    approved: Mapping[str, frozenset[str]],
    caps: Caps,
    terms: Terms,
) -> tuple[_Purchase, Fraction]:
    """The last purchase within the frame as budgets are raised, and by how much they were."""
    raised = Fraction(0)
    best = _buy(cases, budgets, approved, caps)
    while raised + terms.raise_by <= terms.raise_at_most and _more_fits(best, cases):
        further = raised + terms.raise_by
        bought = _buy(cases, {name: own * (1 + further) for name, own in budgets.items()}, approved, caps)
        if bought.left < 0:
            break
        best, raised = bought, further
    return best, raised


def _more_fits(purchase: _Purchase, cases: Sequence[Case]) -> bool:
    """Whether any case could still be lifted within what is left."""
    return any(
        more <= purchase.left and purchase.fits(case, more)
        for level in (0, 1)
        for case, more in purchase.steps(cases, level)
    )


def _buy(
    cases: Sequence[Case], budgets: Mapping[str, Fraction], approved: Mapping[str, frozenset[str]], caps: Caps
) -> _Purchase:
    """The method itself, without completion: the least first, then the rest of what is asked."""
    purchase = _Purchase(cases, budgets, caps)
    for level in (0, 1):
        # ρ only grows as money is spent, so the least of the old ones, worked out anew, is the least of all when it
        # is still no greater than the next.
        waiting = [(_rank(Fraction(0), case, more), case, more) for case, more in purchase.steps(cases, level)]
        heapq.heapify(waiting)
        while waiting:
            _, case, more = heapq.heappop(waiting)
            most = equal_payment(more, [purchase.budgets[name] for name in approved[case.id]])
            if most is None or not purchase.fits(case, more):
                continue
            rank = _rank(most / more, case, more)
            if waiting and rank > waiting[0][0]:
                heapq.heappush(waiting, (rank, case, more))
                continue
            purchase.pay(case, most, approved[case.id])
            purchase.give(case, more)
    return purchase


def equal_payment(amount: int, budgets: Sequence[Fraction]) -> Fraction | None:
    """The q for which Σ min(budget, q) = ``amount``, all in øre; None where the budgets don't reach."""
    if sum(budgets) < amount:
        return None
    rest = Fraction(amount)
    for place, budget in enumerate(sorted(budgets)):
        share = rest / (len(budgets) - place)
        if budget >= share:
            return share
        rest -= budget
    return None


def _complete(cases: Sequence[Case], approved: Mapping[str, frozenset[str]], purchase: _Purchase) -> None:
    """Fill the frame greedily with what most partners approve."""
    for level in (0, 1):
        steps = purchase.steps(cases, level)
        for case, more in sorted(steps, key=lambda step: _rank(Fraction(-len(approved[step[0].id])), *step)):
            if more <= purchase.left and purchase.fits(case, more):
                purchase.give(case, more)


def _rank(first: Fraction, case: Case, more: int) -> tuple[Fraction, Fraction, int, str]:
    """What goes first, and how ties are broken: higher score, smaller amount, lower id."""
    return first, -(case.score if case.score is not None else Fraction(-1)), more, case.id
