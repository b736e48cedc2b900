"""The sentence of an award: what was given, what is paid, what remains, and what is due next, by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from app.visit import Visit
from data.clock import day
from fund.award.award_money import AwardMoney
from fund.award.awards import Award
from fund.award.reports import WRITABLE, Report
from fund.deadlines import clock, in_time
from fund.payout.claims import OPEN, Claim


class Held(Protocol):
    """What the sentence looks at besides the award and its money."""

    @property
    def reports(self) -> Sequence[Report]: ...
    @property
    def claims(self) -> Sequence[Claim]: ...
    @property
    def plan(self) -> Sequence[object]: ...


def lead(visit: Visit, award: Award, money: AwardMoney, held: Held) -> str:
    """What was given and paid, and what is next."""
    paid = money.paid + money.lent + money.written_off
    figures = {"ore_amount": award.amount, "ore_paid": paid, "ore_left": money.held}
    return f"{visit.say(f'award_page.lead.{award.form}', **figures)} {_next(visit, award, money, held)}"


def _next(visit: Visit, award: Award, money: AwardMoney, held: Held) -> str:
    say, now = visit.say, clock()
    if award.state == "offered":
        late = not in_time(now, award.accept_by)
        return say(f"award_page.next.{'too_late' if late else 'offered'}", day=day(award.accept_by, visit.lang))
    if money.demanded:
        return say("award_page.next.demanded", ore_due=money.demanded)
    if award.state == "active":
        return _report(visit, held, now)
    if award.state == "final_report_in":
        return _final(visit, award, money, held)
    if award.state == "accepted" and held.plan:
        return say("award_page.next.planned")
    return say(f"award_page.next.{award.state}")


def _report(visit: Visit, held: Held, now: dt.datetime) -> str:
    """The report that is due first."""
    due = [one for one in held.reports if one.state in WRITABLE]
    if not due:
        return visit.say("award_page.next.report_sent")
    first = min(due, key=lambda one: one.due)
    key = "report_late" if first.late(now) else "report"
    return visit.say(f"award_page.next.{key}", day=day(first.due, visit.lang))


def _final(visit: Visit, award: Award, money: AwardMoney, held: Held) -> str:
    if award.form == "loan":
        return visit.say("award_page.next.lent" if money.lent else "award_page.next.loan_done")
    final = [one.state for one in held.claims if one.part == "final"]
    if any(one in OPEN for one in final):
        return visit.say("award_page.next.final_waits")
    return visit.say("award_page.next.settle" if "paid" in final else "award_page.next.final_claim")
