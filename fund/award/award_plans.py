"""Payment plans: when which part of an award may be claimed. The parts sum to the award, to the øre.

A plan is proposed from the scheme's payout split, set before the award begins to run, and replaced as a whole: parts
are never deleted, so that what was promised when can be read. A plan never allows less by now than is claimed already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store
from fund.award.awards import Award, award_at
from fund.books.money import checked, shares
from fund.deadlines import clock, oslo_day
from fund.payout.claims import claimed
from fund.rulebook.schemes import PAYOUT_WHEN, PayoutWhen
from fund.workflow import state_name

PLANNABLE = ("accepted", "active", "final_report_in", "suspended")
_COLUMNS = "id, award, position, moment, due, amount, state, version"
_DAY = dt.timedelta(1)


@dataclass(frozen=True)
class NewPart:
    """A part of a plan: ``amount`` øre at a ``moment``, and not before the day ``due``."""

    moment: PayoutWhen
    amount: int
    due: dt.date | None = None


@dataclass(frozen=True)
class PlanPart:
    """A part of a plan as it stands."""

    id: int
    award: int
    position: int
    moment: PayoutWhen
    due: dt.date | None
    amount: int
    state: str
    version: int

    @property
    def new(self) -> NewPart:
        return NewPart(self.moment, self.amount, self.due)


def proposed_plan(award: Award) -> list[NewPart]:
    """The plan that follows from the scheme's payout split and what it withholds, for a person to look at.

    A guarantee is paid on audited accounts. A grant or loan is paid on request where the scheme says nothing, and what
    is withheld waits for the accounts. For a bid, the event's days say nothing, and no part waits for them.
    """
    if award.form == "guarantee":
        return [NewPart("after_accounts", award.amount, _after(award))]
    terms = award.terms
    split: dict[PayoutWhen, Fraction] = {}
    for when, share in terms.parts or (("on_request", Fraction(1)),):
        split[when] = split.get(when, Fraction(0)) + share
    lacking = terms.withheld - split.get("after_accounts", Fraction(0))
    for when in reversed([one for one in split if one != "after_accounts"]):
        if lacking > 0:
            taken = min(lacking, split[when])
            split[when] -= taken
            split["after_accounts"] = split.get("after_accounts", Fraction(0)) + taken
            lacking -= taken
    whole = lcm(*(share.denominator for share in split.values()))
    amounts = shares(award.amount, [int(share * whole) for share in split.values()])
    days = {"after_event": _after(award), "after_accounts": _after(award)}
    return [NewPart(when, ore, days.get(when)) for when, ore in zip(split, amounts, strict=True) if ore]


def planned(db: Database, award: int) -> list[PlanPart]:
    """The parts of the plan that holds, in order; none where no plan is set."""
    query = f"SELECT {_COLUMNS} FROM plan_part WHERE award = ? AND state = 'planned' ORDER BY position"
    return [
        PlanPart(**{**row, "due": dt.date.fromisoformat(row["due"]) if row["due"] else None})
        for row in db.query(query, [award])
    ]


def due_by(parts: Iterable[PlanPart | NewPart], day: dt.date) -> int:
    """What a plan lets be claimed by the end of a day, in øre."""
    return sum(one.amount for one in parts if one.due is None or one.due <= day)


def plan_faults(db: Database, award: Award) -> list[Fault]:
    """The guard ``plan_sums``: a fault unless the plan that holds sums to the award."""
    return _sum_faults(award, planned(db, award.id))


def get_plan(store: Store, actor: Actor, award: int, *, at: dt.datetime | None = None) -> list[PlanPart]:
    """The plan of an award. Needs ``award.read``."""
    with store.read() as db:
        require(actor, "award.read", award_at(db, award, clock(at)))
        return planned(db, award)


def set_plan(
    store: Store,
    actor: Actor,
    award: int,
    seen: Sequence[PlanPart],
    parts: Sequence[NewPart],
    *,
    at: dt.datetime | None = None,
) -> list[PlanPart]:
    """Set the plan of an award, in place of the one that was ``seen``; the plan that holds. Needs ``award.manage``.

    The same plan again changes nothing. Raises :class:`Faults` where the parts don't sum to the award, let less be
    claimed by now than is claimed, can't be read, or the award's state lets no plan be set; and where someone else set
    another plan meanwhile.
    """
    moment = clock(at)
    with store.write(actor.id, "award.plan", audited=False) as write:
        one, held = award_at(write.db, award, moment), planned(write.db, award)
        require(actor, "award.manage", one)
        if held and [part.new for part in held] == list(parts):
            return held
        faults = [*_state_faults(one), *_part_faults(parts)]
        if [part.id for part in held] != [part.id for part in seen]:
            faults.append(Fault("", "plan", "", "award_plans.changed"))
        if not faults:
            faults = [*_sum_faults(one, parts), *_claimed_faults(write.db, one, parts, oslo_day(moment))]
        if faults:
            raise Faults(faults)
        for part in held:
            write.update_row("plan_part", part.id, part.version, {"state": "replaced"})
        for position, new in enumerate(parts, 1):
            row = {"award": award, "position": position, "moment": new.moment, "due": new.due}
            write.insert("plan_part", {**row, "amount": new.amount, "state": "planned"})
        return planned(write.db, award)


def _after(award: Award) -> dt.date | None:
    """The first day after the event; None for a bid, and where the event has no day."""
    last = award.terms.last_day
    return None if award.bid or last is None else last + _DAY


def _state_faults(award: Award) -> list[Fault]:
    if award.state in PLANNABLE:
        return []
    figures = {f"state_{lang}": state_name("award", award.state, lang) for lang in ("nb", "en")}
    return [Fault("", "award", award.state, "award_plans.no_plan_now", figures)]


def _part_faults(parts: Sequence[NewPart]) -> list[Fault]:
    faults = [] if parts else [Fault("", "plan", "", "award_plans.empty")]
    for number, one in enumerate(parts, 1):
        if one.moment not in PAYOUT_WHEN:
            known = {"known": ", ".join(PAYOUT_WHEN)}
            faults.append(Fault("", f"part {number}", shown(one.moment), "award_plans.moment", known))
        try:
            checked(one.amount, f"part {number}")
        except Faults as wrong:
            faults += wrong.faults
    return faults


def _sum_faults(award: Award, parts: Sequence[PlanPart | NewPart]) -> list[Fault]:
    total = sum(one.amount for one in parts)
    if total == award.amount:
        return []
    figures = {"ore_sum": total, "ore_award": award.amount, "ore_off": abs(award.amount - total)}
    return [Fault("", "plan", "", "award_plans.sum", figures)]


def _claimed_faults(db: Database, award: Award, parts: Sequence[NewPart], day: dt.date) -> list[Fault]:
    taken, allowed = claimed(db, award.id), due_by(parts, day)
    if taken <= allowed:
        return []
    figures = {"ore_claimed": taken, "ore_due": allowed, "day": day.isoformat()}
    return [Fault("", "plan", "", "award_plans.claimed", figures)]
