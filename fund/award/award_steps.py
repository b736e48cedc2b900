"""What is done with an award: accepted, run, stopped, reported on, settled, closed, let lapse, clawed back.

Each is one transition of the workflow, in one transaction with its postings and its message; a second click does
nothing more. What was not used goes back to its frame in the same write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from sqlite_utils import Database

from data.faults import Fault, Faults, shown
from data.permission import Actor, require
from data.store import Store, Write
from fund.applicant.mandates import mandate_faults
from fund.applicant.payees import payee_faults
from fund.award.award_grounds import state_ground
from fund.award.award_plans import plan_faults
from fund.award.awards import ACCEPTANCE, Award, award_at
from fund.award.reports import make_final_report, report_in_within, reports_at
from fund.books.accounts_plan import Account, Kind
from fund.books.ledger import award_balances, balance
from fund.books.payments import demand, drop_demand, receive_clawback, release
from fund.deadlines import clock, in_time, oslo_day
from fund.extensions import extend
from fund.outbox import tell
from fund.payout.claims import final_claim_faults, open_claims
from fund.workflow import Guard, step

Guards = Callable[[Database, Award], Mapping[str, Guard]]
Done = Callable[[Write, Award], None]


def accept(store: Store, actor: Actor, award: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Accept an offer by its last day, for one's own organisation; the new version. The final report falls due.

    Needs ``award.accept``. Raises :class:`Faults` after the day, without a mandate, and while the bank account isn't
    confirmed.
    """
    moment = clock(at)

    def guards(db: Database, one: Award) -> Mapping[str, Guard]:
        return {
            "before_lapse": lambda: _too_late(one, moment),
            "mandate": lambda: mandate_faults(db, one.organisation, actor, moment),
            "account_checked": lambda: payee_faults(db, one.organisation),
        }

    def done(write: Write, one: Award) -> None:
        make_final_report(write, one, oslo_day(moment), moment)

    return _step(store, actor, award, version, "accept", guards, done, moment)


def lapse(
    store: Store, actor: Actor, award: int, version: int, grounds: str = "", *, at: dt.datetime | None = None
) -> int:
    """Let an award lapse: an offer that nobody accepted in time, or else on grounds; the new version.

    Grounds are that the organiser withdrew, the event was cancelled, or its terms were broken. All that was set aside
    goes back. Needs ``award.manage``. Raises :class:`Faults` without grounds while the offer stands, and where anything
    is paid or claimed.
    """
    moment = clock(at)

    def guards(db: Database, one: Award) -> Mapping[str, Guard]:
        passed = one.state == "offered" and bool(_too_late(one, moment))
        return {
            "lapse_grounds": lambda: [] if passed else _grounds_faults(grounds),
            "nothing_paid": lambda: _nothing_paid(db, one),
        }

    def done(write: Write, one: Award) -> None:
        if grounds.strip():
            state_ground(write, actor, award, "lapse", grounds, moment)
        _give_back(write, one, "lapsed", moment)

    return _step(store, actor, award, version, "lapse", guards, done, moment)


def activate(store: Store, actor: Actor, award: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Let an accepted award run, by a plan that sums to it; the new version. Needs ``award.manage``."""

    def guards(db: Database, one: Award) -> Mapping[str, Guard]:
        return {"plan_sums": lambda: plan_faults(db, one)}

    return _step(store, actor, award, version, "activate", guards, None, clock(at))


def suspend(
    store: Store, actor: Actor, award: int, version: int, grounds: str, *, at: dt.datetime | None = None
) -> int:
    """Stop an award until further notice, on grounds; the new version. Nothing is claimed or paid meanwhile."""
    return _on_grounds(store, actor, award, version, "suspend", grounds, clock(at))


def resume(store: Store, actor: Actor, award: int, version: int, grounds: str, *, at: dt.datetime | None = None) -> int:
    """Let a stopped award run again, on grounds; the new version. One without a plan that sums to it is held back."""
    return _on_grounds(store, actor, award, version, "resume", grounds, clock(at))


def report_in(store: Store, actor: Actor, award: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Move an award along whose final report was approved while it didn't run; the new version.

    Elsewhere the approval itself does it. Needs ``award.manage``.
    """
    moment = clock(at)
    with store.write(actor.id, "award.report", audited=False) as write:
        one = award_at(write.db, award, moment)
        require(actor, "award.manage", one)
        return report_in_within(write, actor, one, version, moment)


def settle(store: Store, actor: Actor, award: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Settle an award when its final claim is done: what wasn't used goes back; the new version.

    Needs ``award.settle``. Raises :class:`Faults` while claims are open, the final one isn't done, or a guarantee isn't
    settled on its accounts.
    """
    moment = clock(at)

    def guards(db: Database, one: Award) -> Mapping[str, Guard]:
        return {
            "final_claim_done": lambda: final_claim_faults(db, award),
            "money": lambda: _guarantee_open(db, one),
        }

    def done(write: Write, one: Award) -> None:
        _give_back(write, one, "settled", moment)

    return _step(store, actor, award, version, "settle", guards, done, moment)


def close(store: Store, actor: Actor, award: int, version: int, *, at: dt.datetime | None = None) -> int:
    """Close a settled award when nothing is open: claims, reports, advances, demands; the new version.

    Needs ``award.manage``. No claim on it is taken afterwards; what came back from the bank since it was settled, and
    is claimed no more, goes back to its frame.
    """
    moment = clock(at)

    def guards(db: Database, one: Award) -> Mapping[str, Guard]:
        return {"nothing_open": lambda: _open_faults(db, one, moment)}

    def done(write: Write, one: Award) -> None:
        _give_back(write, one, "closed", moment)

    return _step(store, actor, award, version, "close", guards, done, moment)


def claw_back(
    store: Store,
    actor: Actor,
    award: int,
    version: int,
    amount: int,
    grounds: str,
    decision: str,
    *,
    at: dt.datetime | None = None,
) -> int:
    """Demand money of an award back on grounds and by a decision, and end it; the new version. ``amount`` is øre.

    What isn't paid of it goes back at once. Needs ``award.settle``. Raises :class:`Faults` without grounds or decision,
    for more than is paid and not demanded, and while claims are open.
    """
    moment = clock(at)

    def guards(db: Database, one: Award) -> Mapping[str, Guard]:
        rests_on = [] if decision.strip() else [Fault("", "decision", shown(decision), "award.no_decision")]
        return {
            "grounds": lambda: _grounds_faults(grounds),
            "decision": lambda: rests_on,
            "money": lambda: _demandable(db, award, amount),
        }

    def done(write: Write, one: Award) -> None:
        state_ground(write, actor, award, "claw_back", grounds, moment, decision)
        demand(write, f"award:{award}:clawback", award, amount, at=moment)
        _give_back(write, one, "clawed_back", moment)

    return _step(store, actor, award, version, "claw_back", guards, done, moment, amount=amount)


def receive_back(
    store: Store, actor: Actor, key: str, award: int, amount: int, day: dt.date, *, at: dt.datetime | None = None
) -> int:
    """Book that demanded money came back on the bank's ``day``; the posting's number. The same ``key`` books once.

    Needs ``award.settle``. Raises :class:`Faults` where less is due.
    """
    moment = clock(at)
    with store.write(actor.id, "award.receive_back") as write:
        require(actor, "award.settle", award_at(write.db, award, moment))
        return receive_clawback(write, f"award:{award}:received:{key}", award, amount, day=day, at=moment).id


def give_up_demand(
    store: Store, actor: Actor, key: str, award: int, amount: int, grounds: str, *, at: dt.datetime | None = None
) -> int:
    """Give up a demand or a part of it, on grounds; the posting's number. What was paid stays paid. As above."""
    moment = clock(at)
    with store.write(actor.id, "award.give_up") as write:
        require(actor, "award.settle", award_at(write.db, award, moment))
        if faults := _grounds_faults(grounds):
            raise Faults(faults)
        posting = drop_demand(write, f"award:{award}:dropped:{key}", award, amount, at=moment)
        if not posting.repeated:
            state_ground(write, actor, award, "drop_demand", grounds, moment)
        return posting.id


def extend_acceptance(
    store: Store, actor: Actor, award: int, until: dt.date, reason: str, *, at: dt.datetime | None = None
) -> int:
    """Give an offer until the end of a later day, even after its day has passed; the extension's number.

    Needs ``award.manage``. Raises :class:`Faults` as :func:`fund.extensions.extend` does, and where it isn't an offer.
    """
    moment = clock(at)
    with store.write(actor.id, "award.extend") as write:
        one = award_at(write.db, award, moment)
        require(actor, "award.manage", one)
        if one.state != "offered":
            raise Faults([Fault("", "award", one.state, "award.not_offered")])
        number = extend(write, actor, "award", award, ACCEPTANCE, one.accept_by, until, reason, at=moment)
        figures = {"number": one.number, "day_due": until.isoformat()}
        dedupe = f"award:{award}:extended:{number}"
        tell(write, f"organisation:{one.organisation}", "award.told.extended", figures, dedupe, at=moment)
    return number


def _step(
    store: Store,
    actor: Actor,
    award: int,
    version: int,
    action: str,
    guards: Guards,
    done: Done | None,
    at: dt.datetime,
    *,
    amount: int | None = None,
) -> int:
    """One transition with what follows from it and the message, once. ``amount`` is a figure of the message."""
    with store.write(actor.id, f"award.{action}", audited=False) as write:  # a second click changes nothing
        one = award_at(write.db, award, at)

        def follows() -> None:
            if done is not None:
                done(write, one)
            figures: dict[str, str | int] = {"number": one.number}
            if amount is not None:
                figures["ore_amount"] = amount
            to, dedupe = f"organisation:{one.organisation}", f"award:{award}:{action}:{version}"
            tell(write, to, f"award.told.{action}", figures, dedupe, at=at)

        return step(write, actor, "award", one, version, action, guards(write.db, one), follows, at=at)


def _on_grounds(
    store: Store, actor: Actor, award: int, version: int, action: str, grounds: str, at: dt.datetime
) -> int:
    def guards(db: Database, one: Award) -> Mapping[str, Guard]:
        held = plan_faults(db, one) if action == "resume" else []
        return {"grounds": lambda: [*_grounds_faults(grounds), *held]}

    def done(write: Write, one: Award) -> None:
        state_ground(write, actor, award, action, grounds, at)

    return _step(store, actor, award, version, action, guards, done, at)


def _give_back(write: Write, one: Award, why: str, at: dt.datetime) -> None:
    """Release what is still set aside for an award; a guarantee's exposure with it."""
    if _held(write.db, one.id, one.held_as):
        release(write, f"award:{one.id}:{why}", one.id, of=one.held_as, at=at)


def _held(db: Database, award: int, *kinds: Kind) -> int:
    return sum(award_balances(db, award, *kinds).values())


def _too_late(one: Award, at: dt.datetime) -> list[Fault]:
    if in_time(at, one.accept_by):
        return []
    return [Fault("", "accept_by", str(one.accept_by), "award.too_late", {"day": str(one.accept_by)})]


def _grounds_faults(grounds: str) -> list[Fault]:
    return [] if grounds.strip() else [Fault("", "grounds", shown(grounds), "application.no_reason")]


def _nothing_paid(db: Database, one: Award) -> list[Fault]:
    paid, claimed = _held(db, one.id, "paid", "lent", "written_off"), open_claims(db, one.id)
    if not paid and not claimed:
        return []
    return [Fault("", "award", "", "award.something_paid", {"ore_paid": paid, "ore_claimed": claimed})]


def _guarantee_open(db: Database, one: Award) -> list[Fault]:
    cap = _held(db, one.id, "guaranteed")
    return [Fault("", "award", "", "award.guarantee_open", {"ore_cap": cap})] if cap else []


def _demandable(db: Database, award: int, amount: int) -> list[Fault]:
    """What keeps an amount from being demanded back: open claims, or more than is paid and not demanded."""
    faults = []
    if claimed := open_claims(db, award):
        faults.append(Fault("", "claim", "", "award.claims_open", {"ore_claimed": claimed}))
    paid, due = _held(db, award, "paid"), balance(db, Account("clawback_due", award=award))
    if not 0 < amount <= paid - due:
        faults.append(
            Fault("", "amount", "", "ledger.demand", {"ore_paid": paid, "ore_due": due, "ore_wanted": amount})
        )
    return faults


def _open_faults(db: Database, one: Award, at: dt.datetime) -> list[Fault]:
    """Everything of an award that is open, each with its figure."""
    faults = []
    if claimed := open_claims(db, one.id):
        faults.append(Fault("", "claim", "", "award.claims_open", {"ore_claimed": claimed}))
    for report in reports_at(db, one.id, at):
        if report.state != "approved":
            faults.append(Fault("", f"report {report.id}", "", "award.report_open", {"day": report.due.isoformat()}))
    if due := balance(db, Account("clawback_due", award=one.id)):
        faults.append(Fault("", "clawback", "", "award.demand_open", {"ore_due": due}))
    if advance := balance(db, Account("advance", award=one.id)):
        faults.append(Fault("", "advance", "", "award.advance_open", {"ore_advance": advance}))
    if lent := _held(db, one.id, "lent"):
        faults.append(Fault("", "loan", "", "award.loan_open", {"ore_lent": lent}))
    return faults
