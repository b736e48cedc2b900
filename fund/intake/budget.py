"""An application's budget and finance plan: rows of costs, incomes and support from elsewhere, in øre.

    costs = incomes + support from elsewhere + what is asked for        (to the øre)

A guarantee is no income: with one, costs must be met without it. Whether support from elsewhere is granted or only
applied for stands on its row, and counts the same here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from data.faults import Fault, Faults, shown
from data.limits import limit
from fund.books.money import LARGEST, checked
from fund.rulebook.schemes import Form

SupportState = Literal["applied", "granted", "rejected"]


@dataclass(frozen=True)
class Cost:
    """A cost in øre. ``eligible``: support may go to it; ``running``: it is no investment (None where nobody said)."""

    name: str
    amount: int
    eligible: bool
    running: bool | None = None


@dataclass(frozen=True)
class Income:
    """An income in øre, support left out."""

    name: str
    amount: int


@dataclass(frozen=True)
class Support:
    """Support from elsewhere in øre, and how far it has come; one that was rejected counts nothing."""

    name: str
    amount: int
    state: SupportState
    public: bool

    @property
    def counted(self) -> int:
        return 0 if self.state == "rejected" else self.amount


@dataclass(frozen=True)
class Plan:
    """A budget with its financing. ``asked`` is what is asked for, in øre, and ``form`` its form."""

    costs: tuple[Cost, ...] = ()
    incomes: tuple[Income, ...] = ()
    support: tuple[Support, ...] = ()
    form: Form | None = None
    asked: int = 0

    @property
    def cost(self) -> int:
        return sum(one.amount for one in self.costs)

    @property
    def eligible(self) -> int:
        return sum(one.amount for one in self.costs if one.eligible)

    @property
    def running(self) -> int | None:
        """Running costs; None where a row doesn't say whether it is one."""
        if not self.costs or any(one.running is None for one in self.costs):
            return None
        return sum(one.amount for one in self.costs if one.running)

    @property
    def income(self) -> int:
        return sum(one.amount for one in self.incomes)

    @property
    def supported(self) -> int:
        return sum(one.counted for one in self.support)

    @property
    def financed(self) -> int:
        """All that meets the costs; a guarantee doesn't."""
        return self.income + self.supported + (0 if self.form == "guarantee" else self.asked)

    @property
    def difference(self) -> int:
        """Øre that the financing is above the costs; below zero where it falls short."""
        return self.financed - self.cost


def read_plan(document: Mapping[str, Any], form: Form | None, asked: int) -> tuple[Plan, list[Fault]]:
    """The plan of a document, and what is wrong with its rows; faulty rows are left out of the plan."""
    faults: list[Fault] = []
    costs = _rows(document, "cost", faults, _cost)
    incomes = _rows(document, "income", faults, _income)
    support = _rows(document, "support", faults, _support)
    plan = Plan(tuple(costs), tuple(incomes), tuple(support), form, asked)
    if max(plan.cost, plan.financed) > LARGEST:
        faults.append(Fault("", "cost", "", "application.plan.too_large", {"ore_largest": LARGEST}))
    return plan, faults


def balance_faults(plan: Plan) -> list[Fault]:
    """The guard ``balanced``: a fault with both sums and their difference unless the plan meets its costs exactly."""
    if plan.difference == 0:
        return []
    figures = {"ore_cost": plan.cost, "ore_financed": plan.financed, "ore_off": abs(plan.difference)}
    way = "short" if plan.difference < 0 else "over"
    code = "guarantee" if plan.form == "guarantee" else way
    return [Fault("", "cost", "", f"application.plan.{code}", figures)]


def _rows(document: Mapping[str, Any], part: str, faults: list[Fault], read: Any) -> list[Any]:
    """The rows of a part that can be read, and a fault for each that can't."""
    raw, most = document.get(part, []), limit("plan_rows")
    if not isinstance(raw, list) or len(raw) > most:
        faults.append(Fault("", part, "", "application.plan.rows", {"most": most}))
        return []
    found, names = [], set()
    for number, row in enumerate(raw, 1):
        place = f"{part} {number}"
        if not isinstance(row, Mapping):
            faults.append(Fault("", place, shown(row), "application.plan.row"))
            continue
        own: list[Fault] = []
        name = row.get("name")
        if not isinstance(name, str) or not name.strip() or len(name) > limit("title_longest"):
            own.append(Fault("", place, shown(name), "application.plan.name", {"most": limit("title_longest")}))
        elif name.strip().casefold() in names:
            own.append(Fault("", place, shown(name), "application.plan.name_twice"))
        else:
            names.add(name.strip().casefold())
        try:
            amount = checked(row.get("amount"), place, least=0)
        except Faults as wrong:
            own += wrong.faults
        faults += own
        if not own:
            found.append(read(str(name).strip(), amount, row, place, faults))
    return [one for one in found if one is not None]


def _cost(name: str, amount: int, row: Mapping[str, Any], place: str, faults: list[Fault]) -> Cost | None:
    eligible, running = row.get("eligible"), row.get("running")
    if not isinstance(eligible, bool) or not isinstance(running, bool | None):
        faults.append(Fault("", place, shown(eligible), "application.plan.eligible"))
        return None
    return Cost(name, amount, eligible, running)


def _income(name: str, amount: int, row: Mapping[str, Any], place: str, faults: list[Fault]) -> Income:
    return Income(name, amount)


def _support(name: str, amount: int, row: Mapping[str, Any], place: str, faults: list[Fault]) -> Support | None:
    state, public = row.get("state"), row.get("public")
    if state not in get_args(SupportState) or not isinstance(public, bool):
        faults.append(Fault("", place, shown(state), "application.plan.support"))
        return None
    return Support(name, amount, cast(SupportState, state), public)
