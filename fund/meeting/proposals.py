"""What is put to the vote in a case: an outcome with its amount, grounds, conditions and terms, in one form only.

The same text is the same proposal: a vote counts for exactly what it was given on, and what is read out is compared
with it sign for sign.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from data.audit import canonical
from data.faults import Fault, Faults, shown
from fund.books.money import checked
from fund.rulebook.guarantee_rules import Guarantee

Outcome = Literal["granted", "granted_in_part", "granted_on_conditions", "guaranteed", "lent", "rejected", "deferred"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ACTIONS: Mapping[Outcome, str] = {
    "granted": "grant",
    "granted_in_part": "grant_in_part",
    "granted_on_conditions": "grant_on_conditions",
    "guaranteed": "guarantee",
    "lent": "lend",
    "rejected": "reject",
    "deferred": "defer",
}
"""The transition of the application that each outcome makes."""


@dataclass(frozen=True)
class Proposal:
    """A proposal. ``amount`` is øre, for a guarantee its whole cap; None where nothing is given.

    ``guarantee`` holds the fields of :class:`fund.rulebook.guarantee_rules.Guarantee`, days as ISO texts. ``loan``
    holds ``terms``, and for aid under the ceiling its gross grant ``equivalent`` in øre with the ``ground`` it was
    found on. ``bid``: for the cost of a bid, which ends with the bid's answer.
    """

    outcome: Outcome
    amount: int | None
    grounds: str
    conditions: tuple[str, ...] = ()
    earmarks: tuple[str, ...] = ()
    guarantee: Mapping[str, Any] | None = None
    loan: Mapping[str, Any] | None = None
    bid: bool = False

    @property
    def text(self) -> str:
        """The proposal as JSON in one form only. Raises TypeError or ValueError for what JSON doesn't have."""
        return canonical(self.plain())

    @property
    def form(self) -> Literal["grant", "guarantee", "loan"]:
        """The form of support that it gives, if it gives any."""
        match self.outcome:
            case "guaranteed":
                return "guarantee"
            case "lent":
                return "loan"
        return "grant"

    def plain(self) -> dict[str, Any]:
        """The proposal as plain data."""
        return {**asdict(self), "conditions": list(self.conditions), "earmarks": sorted(self.earmarks)}

    def faults(self) -> list[Fault]:
        """What is lacking or at odds in it, whatever the case."""
        if self.outcome not in OUTCOMES:
            return [Fault("", "outcome", shown(self.outcome), "proposals.outcome", {"known": ", ".join(OUTCOMES)})]
        found = [] if self.grounds.strip() else [Fault("", "grounds", "", "proposals.no_grounds")]
        gives = self.outcome not in ("rejected", "deferred")
        if gives:
            try:
                checked(self.amount, "amount")
            except Faults as wrong:
                found += wrong.faults
        elif self.amount is not None:
            found.append(Fault("", "amount", shown(self.amount), "proposals.amount_for_nothing"))
        if any(not one.strip() for one in self.conditions):
            found.append(Fault("", "conditions", "", "proposals.empty_condition"))
        if self.outcome == "granted_on_conditions" and not self.conditions:
            found.append(Fault("", "conditions", "", "proposals.no_conditions"))
        return [*found, *self._guarantee_faults(), *self._loan_faults()]

    def stated_guarantee(self) -> Guarantee:
        """What the proposal states of a guarantee. Raises :class:`Faults` for fields that can't be read."""
        said = dict(self.guarantee or {})
        known = Guarantee.__dataclass_fields__
        if unknown := sorted(set(said) - set(known)):
            raise Faults([Fault("", "guarantee", ", ".join(unknown), "proposals.guarantee_field")])
        try:
            days = {name: dt.date.fromisoformat(said[name]) for name in ("first", "last") if said.get(name)}
        except (TypeError, ValueError):
            raise Faults([Fault("", "guarantee", shown(said.get("last")), "proposals.guarantee_day")]) from None
        return Guarantee(**{**said, "first": None, "last": None, **days})

    def _guarantee_faults(self) -> list[Fault]:
        if self.outcome != "guaranteed":
            return [] if self.guarantee is None else [Fault("", "guarantee", "", "proposals.guarantee_for_nothing")]
        try:
            stated = self.stated_guarantee()
        except Faults as wrong:
            return list(wrong.faults)
        if stated.cap is not None and stated.cap != self.amount and type(self.amount) is int:
            figures = {"ore_cap": stated.cap, "ore_amount": self.amount}
            return [Fault("", "guarantee", "", "proposals.guarantee_cap", figures)]
        return []

    def _loan_faults(self) -> list[Fault]:
        if self.outcome != "lent":
            return [] if self.loan is None else [Fault("", "loan", "", "proposals.loan_for_nothing")]
        if not str((self.loan or {}).get("terms") or "").strip():
            return [Fault("", "loan", "", "proposals.no_terms")]
        return []


def proposal_of(plain: Mapping[str, Any]) -> Proposal:
    """A proposal from its plain data, as it was stored."""
    lists = {name: tuple(plain[name]) for name in ("conditions", "earmarks")}
    return Proposal(**{**plain, **lists})
