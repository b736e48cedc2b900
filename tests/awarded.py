"""An award to test on: decided by rows that a meeting would make, its money set aside, taken as far as is wanted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applied import (
    ACCOUNT,
    APPLICANT,
    CLOSES,
    COLLEAGUE,
    KR,
    NOON,
    NUMBER,
    OFFICER,
    SECOND,
    acting,
    open_for_all,
    typed,
)
from applied import version as application_version
from funded import TREASURER

from data.audit import canonical
from data.permission import Actor
from data.store import Store
from fund.applicant.organisations import register_organisation
from fund.applicant.payees import confirm_payee, waiting_payee
from fund.award.award_plans import proposed_plan, set_plan
from fund.award.award_steps import accept, activate
from fund.award.awards import Award, AwardForm, NewCondition, award_at, offer
from fund.award.reports import approve, list_reports, save_report
from fund.award.reports import submit as submit_report
from fund.books.frames import commit, guarantee
from fund.books.ledger import hash_of
from fund.books.payments import settle
from fund.intake.applications import application_at
from fund.intake.revisions import revision_at, submit
from fund.rulebook.schemes import Scheme

CHAIR = Actor("account:9", frozenset({"chair"}))
DECIDED = dt.datetime(NOON.year, 12, 4, 11, 0, tzinfo=dt.UTC)
AFTER = dt.datetime(2027, 9, 6, 11, 0, tzinfo=dt.UTC)
AMOUNT = 20_000 * KR
REPORT: dict[str, Any] = {
    "text": "Cupen ble holdt i tre dager.",
    "visitors": 1_200,
    "uncounted": "Gjestedøgn ble ikke talt.",
    "cost": [{"name": "Leie av hall", "amount": 175_000 * KR, "eligible": True}],
    "income": [{"name": "Billetter", "amount": 140_000 * KR}],
    "support": [{"name": "Eksempel kommune", "amount": 30_000 * KR, "state": "granted", "public": True}],
}
__all__ = ["AFTER", "AMOUNT", "APPLICANT", "CHAIR", "CLOSES", "COLLEAGUE", "DECIDED", "KR", "NOON", "OFFICER", "SECOND"]


def applied(store: Store, rules: Scheme | None = None, **changed: Any) -> int:
    """An application that was sent to a call of its own store."""
    call = open_for_all(store, rules=rules)
    organisation = register_organisation(store, APPLICANT, NUMBER, "Eksempel idrettslag", "sports_club", at=NOON)
    acting(store, organisation, until=dt.date(2029, 12, 31))
    id = typed(store, call, organisation, **changed)
    submit(store, APPLICANT, id, application_version(store, id), at=NOON)
    return id


def decided(store: Store, application: int, outcome: str = "granted", amount: int | None = AMOUNT) -> int:
    """A decision on an application, as a row: its number."""
    with store.write(CHAIR.id, "test.decide") as write:
        meeting = {"title": "Styremøte", "day": "2026-12-04", "kind": "ordinary", "state": "held", "moved_at": "now"}
        held = write.insert("meeting", meeting)
        item = {"meeting": held, "position": 1, "application": application, "state": "decided"}
        placed = write.insert("agenda_item", item)
        frozen = revision_at(write.db, application)
        last, before = write.db.execute("SELECT id, hash FROM decision ORDER BY id DESC").fetchone() or (0, "")
        row = {
            "id": last + 1,
            "item": placed,
            "application": application,
            "outcome": outcome,
            "amount": amount,
            "grounds": "Godt for byen.",
            "revision": frozen.number,
            "revision_sha256": frozen.sha256,
            "estimate": None,
            "estimate_sha256": None,
            "at": DECIDED.isoformat(),
            "actor": CHAIR.id,
        }
        body = canonical(row)
        return int(write.insert("decision", {**row, "body": body, "hash": hash_of(before, body)}))


def offered(
    store: Store,
    form: AwardForm = "grant",
    amount: int = AMOUNT,
    *,
    conditions: tuple[str | NewCondition, ...] = (),
    bid: bool = False,
    application: int | None = None,
    at: dt.datetime = DECIDED,
    **changed: Any,
) -> int:
    """An award as the chair's reading out makes it, its money set aside: its number."""
    of = applied(store, **changed) if application is None else application
    outcome = {"grant": "granted", "guarantee": "guaranteed", "loan": "lent"}[form]
    decision = decided(store, of, outcome, amount)
    with store.write(CHAIR.id, "test.offer") as write:
        one = application_at(write.db, of, at)
        award = offer(write, CHAIR, one, decision, outcome, form, amount, 1, conditions, bid, at)
        book = guarantee if form == "guarantee" else commit
        book(write, f"award:{award}:{'guaranteed' if form == 'guarantee' else 'committed'}", 1, award, amount, at=at)
    return award


def moved_to(store: Store, award: int, state: str) -> None:
    """Put an award in a state, behind the workflow's back."""
    with store.write("test", "test.state") as write:
        write.update_row("award", award, seen(store, award).version, {"state": state})


def claim_row(store: Store, award: int, amount: int, state: str = "submitted", part: str = "part") -> int:
    """A claim as a row."""
    with store.write("test", "test.claim") as write:
        (number,) = write.db.execute("SELECT count(*) + 1 FROM claim WHERE award = ?", [award]).fetchone()
        row = {
            "award": award,
            "number": number,
            "part": part,
            "amount": amount,
            "claimed": amount,
            "less_reason": "",
            "document": "{}",
            "account": ACCOUNT,
            "submitted_by": APPLICANT.id,
            "reason": "",
            "state": state,
            "moved_at": "now",
        }
        return int(write.insert("claim", row))


def settled_row(store: Store, award: int, deficit: int, approved: int) -> None:
    """A guarantee settled on audited accounts, as a row; its cap is let go."""
    with store.write("test", "test.settle") as write:
        paper = {"kind": "claim", "resource": 1, "purpose": "other", "name": "regnskap.pdf", "type": "pdf", "size": 1}
        attachment = write.insert("attachment", {**paper, "sha256": "0" * 64, "at": "now", "actor": APPLICANT.id})
        row = {
            "award": award,
            "deficit": deficit,
            "approved": approved,
            "attested_by": "auditor",
            "attachment": attachment,
            "reason": "" if approved == deficit else "Premier dekkes ikke.",
            "checked_by": OFFICER.id,
            "checked_at": AFTER.isoformat(),
            "approved_by": TREASURER.id,
            "approved_at": AFTER.isoformat(),
        }
        write.insert("settlement", row)
        settle(write, f"award:{award}:settled", award, approved, at=AFTER)


def confirmed_account(store: Store, organisation: int = 1) -> None:
    """The bank account of the application, confirmed after a call."""
    with store.read() as db:
        seen = waiting_payee(db, organisation)
    if seen is not None:
        called = "Ringte lederen på nummeret i Enhetsregisteret, og fikk kontonummeret lest opp."
        confirm_payee(store, OFFICER, seen, called, at=NOON)


def seen(store: Store, award: int, at: dt.datetime = DECIDED) -> Award:
    """The award as it stands."""
    with store.read() as db:
        return award_at(db, award, at)


def accepted(store: Store, form: AwardForm = "grant", amount: int = AMOUNT, **changed: Any) -> int:
    """An award that its organisation has accepted."""
    award = offered(store, form, amount, **changed)
    confirmed_account(store)
    accept(store, APPLICANT, award, seen(store, award).version, at=DECIDED)
    return award


def running(store: Store, form: AwardForm = "grant", amount: int = AMOUNT, **changed: Any) -> int:
    """An award that runs, by the plan that is proposed."""
    award = accepted(store, form, amount, **changed)
    set_plan(store, OFFICER, award, [], proposed_plan(seen(store, award)), at=DECIDED)
    activate(store, OFFICER, award, seen(store, award).version, at=DECIDED)
    return award


def reported(store: Store, form: AwardForm = "grant", amount: int = AMOUNT, **changed: Any) -> int:
    """An award whose final report is approved."""
    award = running(store, form, amount, **changed)
    (report,) = list_reports(store, APPLICANT, award, at=DECIDED)
    version = save_report(store, APPLICANT, report.id, 1, REPORT, at=AFTER)
    approve(store, OFFICER, report.id, submit_report(store, APPLICANT, report.id, version, at=AFTER), at=AFTER)
    return award
