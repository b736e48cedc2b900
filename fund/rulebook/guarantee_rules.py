"""What a guarantee decision must state, and whether a municipality may stand behind it.

Six things are stated (garantiforskriften § 2). A municipality or county never guarantees for business activity, and a
guarantee above the limit for its population is valid only when its approval is registered (kommuneloven § 14-19).
A cap that the fund has set aside in full is no such guarantee but a conditional grant, which is held to the first only.
The limits and what must be stated are the dated data of ``data/guarantee.toml``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.phrases import LANGUAGES, say
from fund.books.money import checked
from fund.rulebook.rules import RuleCheck
from fund.rulebook.schemes import Words

FILE = Path(__file__).parents[2] / "data" / "guarantee.toml"


@dataclass(frozen=True)
class Guarantee:
    """What a decision says. ``cap`` is øre; ``steps_down`` says how it steps down, or that it doesn't.

    ``needs_approval`` is what the decision itself says of that; None where it says nothing.
    """

    for_whom: str = ""
    purpose: str = ""
    kind: str = ""
    cap: int | None = None
    steps_down: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    needs_approval: bool | None = None

    def __post_init__(self) -> None:
        if self.cap is not None:
            checked(self.cap, "cap")

    def says(self, what: str) -> bool:
        """Whether the decision states one of the six."""
        match what:
            case "amount":
                return self.cap is not None and bool(self.steps_down.strip())
            case "term":
                return self.first is not None and self.last is not None and self.first <= self.last
            case "approval":
                return self.needs_approval is not None
        return bool(str(getattr(self, what)).strip())


@dataclass(frozen=True)
class Approval:
    """An approval that was given: on which day, and where it is to be found."""

    day: dt.date
    reference: str


@dataclass(frozen=True)
class Guarantor:
    """The municipality or county that stands behind, its ``population`` on 1 January of the year before.

    ``business``: whether what is guaranteed is business activity; None until somebody has decided that.
    """

    kind: Literal["municipality", "county"]
    population: int | None = None
    business: bool | None = None
    approval: Approval | None = None


@dataclass(frozen=True)
class Limit:
    """The largest guarantee that needs no approval, in øre, and where that was found."""

    ore: int
    source: str


def limit_for(kind: Literal["municipality", "county"], population: int, day: dt.date) -> Limit:
    """The limit that holds on ``day``. Raises ValueError for a population below 0."""
    if population < 0:
        raise ValueError("a population is 0 or more")
    begun = [one for one in _data()["limits"] if one.get("from", dt.date.min) <= day]
    newest = max(begun, key=lambda one: one.get("from", dt.date.min))
    if kind == "county":
        return Limit(100 * newest["county_nok"], newest["source"])
    step = next(one for one in newest["steps"] if population <= one.get("most_inhabitants", population))
    return Limit(100 * step["nok"], newest["source"])


def check_guarantee(
    decision: Guarantee, day: dt.date, *, behind: Guarantor | None = None, set_aside: int | None = None
) -> list[RuleCheck]:
    """Every rule for a guarantee decided on ``day``, and whether it holds.

    ``behind`` is the municipality or county that stands behind it; where none does, the fund must have ``set_aside``
    the whole cap, in øre.
    """
    source = _source("states_source")
    six = [(one["key"], Words(one["nb"], one["en"])) for one in _data()["states"]]
    stated = [RuleCheck("guarantee.states", decision.says(what), {"what": words}, source) for what, words in six]
    return [*stated, *(_aside(decision, set_aside) if behind is None else _behind(decision, behind, day))]


def _aside(decision: Guarantee, set_aside: int | None) -> Iterator[RuleCheck]:
    if decision.cap is None:
        yield RuleCheck("guarantee.set_aside", None)
        return
    kept = checked(set_aside or 0, "set_aside", least=0)
    figures = {"ore_cap": decision.cap, "ore_aside": kept, "ore_lacking": decision.cap - kept}
    yield RuleCheck("guarantee.set_aside", kept >= decision.cap, figures)


def _behind(decision: Guarantee, behind: Guarantor, day: dt.date) -> Iterator[RuleCheck]:
    business = None if behind.business is None else not behind.business
    yield RuleCheck("guarantee.business", business, {}, _source("business"))
    people = 0 if behind.kind == "county" else behind.population
    if decision.cap is None or people is None:
        yield RuleCheck("guarantee.limit", None)
        return
    limit = limit_for(behind.kind, people, day)
    over = decision.cap - limit.ore
    ground = Words(*(say(f"rules.guarantee_ground.{behind.kind}", lang, people=people) for lang in LANGUAGES))
    figures: dict[str, Any] = {"ore_cap": decision.cap, "ore_limit": limit.ore, "ore_over": over, "ground": ground}
    approval = behind.approval
    if over > 0 and approval and approval.reference.strip() and approval.day <= day:
        approved = {"day": approval.day, "approval": approval.reference.strip()}
        yield RuleCheck("guarantee.approved", True, {**figures, **approved}, limit.source)
        return
    approver = Words(*(say(f"rules.guarantee_approver.{behind.kind}", lang) for lang in LANGUAGES))
    yield RuleCheck("guarantee.limit", over <= 0, {**figures, "approver": approver}, limit.source)


def _source(name: str) -> str:
    return str(_data()[name]["source"])


@cache
def _data() -> dict[str, Any]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)
