"""What a claim says: the document as it is typed, read against the budget that the award was decided on.

    {"amount": 1000000, "cost": [{"name": "Leie av hall", "amount": 1800000}], "income": [], "support": [],
     "attested_by": "auditor", "note": ""}

Costs are what the event has cost so far, all claims together, by the lines of the budget; a part claim without costs
asks for an advance. Amounts are whole øre. A draft may hold anything; reading it lists every fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from data.faults import Fault, Faults, shown
from data.limits import limit
from fund.award.award_terms import Terms
from fund.award.awards import AwardForm
from fund.books.money import checked
from fund.intake.budget import Plan, read_plan
from fund.payout.claims import Part
from fund.rulebook.schemes import ATTESTERS, Attester

FIELDS = ("amount", "cost", "income", "support", "attested_by", "note")


@dataclass(frozen=True)
class ClaimContents:
    """A claim as far as it can be read.

    ``amount`` is what is asked for in øre (None for a guarantee, where it follows from the deficit), ``actual`` what
    was spent and came in, in øre, and ``attested_by`` who vouches for it.
    """

    amount: int | None = None
    actual: Plan = field(default_factory=Plan)
    attested_by: Attester | None = None
    note: str = ""

    @property
    def advance(self) -> bool:
        """Whether it asks for money before any cost is shown."""
        return not self.actual.costs

    @property
    def deficit(self) -> int:
        """What the costs are above all that came in, in øre; 0 where they aren't."""
        return max(0, self.actual.cost - self.actual.income - self.actual.supported)


def read_claim(
    document: Mapping[str, Any], planned: Plan, part: Part, form: AwardForm
) -> tuple[ClaimContents, list[Fault]]:
    """What a claim's document says, and everything that is wrong or missing in it, with what to do."""
    faults = [_fault(str(name), name, "unknown_field") for name in document if name not in FIELDS]
    actual = _actual(document, planned, faults)
    if part == "final" and not actual.costs and not any(one.place.startswith("cost") for one in faults):
        faults.append(_fault("cost", "", "no_costs"))
    by = document.get("attested_by")
    if by is not None and by not in ATTESTERS:
        faults.append(_fault("attested_by", by, "no_attester"))
    note = document.get("note", "")
    if not isinstance(note, str) or len(note) > limit("answer_longest"):
        faults.append(_fault("note", note, "note", most=limit("answer_longest")))
    amount = _amount(document, part, form, faults)
    attester = cast(Attester, by) if by in ATTESTERS else None
    return ClaimContents(amount, actual, attester, note.strip() if isinstance(note, str) else ""), faults


def entitled(award: int, terms: Terms, actual: Plan) -> int:
    """What the costs so far entitle a grant of ``award`` øre to, in øre, rounded down.

    Pro rata: the award times approved cost over planned cost, both of costs that support may go to. Otherwise the
    costs themselves. Never above the award.
    """
    if not terms.pro_rata:
        return min(award, actual.eligible)
    return award * min(actual.eligible, terms.eligible) // terms.eligible if terms.eligible else 0


def _amount(document: Mapping[str, Any], part: Part, form: AwardForm, faults: list[Fault]) -> int | None:
    """What is asked for; a guarantee's follows from its deficit, and only a final claim may be of nothing."""
    value = document.get("amount")
    if form == "guarantee":
        if value is not None:
            faults.append(_fault("amount", value, "guarantee_amount"))
        return None
    if value is None or value == "":
        faults.append(_fault("amount", "", "no_amount"))
        return None
    try:
        return checked(value, "amount", least=0 if part == "final" else 1)
    except Faults as wrong:
        faults += wrong.faults
        return None


def _actual(document: Mapping[str, Any], planned: Plan, faults: list[Fault]) -> Plan:
    """What was spent and came in. A line that the budget doesn't have is a fault: it isn't what was decided on."""
    lines = {one.name.casefold(): one for one in planned.costs}
    costs = []
    for number, row in enumerate(_rows(document, "cost"), 1):
        name = str(row.get("name", "")).strip() if isinstance(row, Mapping) else ""
        line = lines.get(name.casefold())
        if isinstance(row, Mapping) and name and line is None:
            known = ", ".join(one.name for one in planned.costs)
            faults.append(_fault(f"cost {number}", name, "no_line", known=known))
        eligible = line.eligible if line else False
        costs.append({**row, "eligible": eligible, "running": None} if isinstance(row, Mapping) else row)
    support = [
        {**row, "state": "granted", "public": False} if isinstance(row, Mapping) else row
        for row in _rows(document, "support")
    ]
    whole = {"cost": costs, "income": document.get("income") or [], "support": support}
    whole |= {name: document[name] for name in ("cost", "support") if not isinstance(document.get(name) or [], list)}
    plan, wrong = read_plan(whole, None, 0)
    faults += wrong
    return plan


def _rows(document: Mapping[str, Any], part: str) -> list[Any]:
    value = document.get(part) or []
    return value if isinstance(value, list) else []


def _fault(place: str, value: Any, code: str, **figures: Any) -> Fault:
    return Fault("", place, shown(value), f"claim_contents.{code}", figures)
