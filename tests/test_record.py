"""An organiser's record: facts that follow from rows, facts that are entered, and who may read and enter them."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, AUDITOR, BOARD, COLLEAGUE, OFFICER, STRANGER, acting, refused
from awarded import AFTER, AMOUNT, KR, NOON, applied, reported, running, settled_row
from funded import TREASURER, booked

from data.connection import sqlite3
from data.permission import Actor, Refused
from data.store import Store, Write
from fund.award.award_steps import claw_back, give_up_demand, receive_back
from fund.award.record import NewFact, RecordFact, enter_fact, record_of, withdraw_fact
from fund.award.reports import extend_report, list_reports, save_report, submit
from fund.books.payments import pay

UNPAID = NewFact(
    "unpaid_suppliers",
    dt.date(2026, 5, 2),
    "Brev fra leverandørene, 2. mai 2026",
    {"ore_amount": 40_000 * KR, "count": 3},
)
LATE = dt.datetime(2027, 11, 20, 11, 0, tzinfo=dt.UTC)


def kinds(facts: list[RecordFact]) -> list[str]:
    for one in facts:
        assert one.line("nb") and one.line("en") and one.source
    return [one.kind for one in facts]


def made_event(write: Write) -> int:
    """An event as a row."""
    named = dict.fromkeys(("series", "edition", "name_nb", "name_en", "kind", "municipality", "found"), "x")
    row = {**named, "state": "held", "owner": APPLICANT.id, "sample": 0, "venues": "[]", "crews": "[]"}
    return int(write.insert("event", {**row, "changed_at": "now", "document": "{}"}))


def made_estimate(write: Write, event: int, purpose: str, added: float) -> int:
    """A locked estimate as a row, with its value added."""
    row = {"event": event, "event_version": 1, "name": "", "purpose": purpose, "table_name": "x", "sha256": "0" * 64}
    row |= {"locked_at": AFTER.isoformat(), "locked_by": APPLICANT.id, "price_year": 2025, "lock": b"x"}
    row |= {"value_added_p10": added * 0.8, "value_added_p50": added, "value_added_p90": added * 1.2}
    return int(write.insert("estimate", row, derived=("lock",)))


def test_a_late_report_is_a_fact_and_an_extended_one_is_not(store: Store) -> None:
    award = running(store)
    assert record_of(store, OFFICER, 1, at=AFTER) == []
    (missing,) = record_of(store, OFFICER, 1, at=LATE)
    assert (missing.kind, missing.figures) == ("report_missing", {"day_due": "2027-11-18", "days": 2})
    (one,) = list_reports(store, APPLICANT, award, at=LATE)
    document = {
        "text": "Holdt.",
        "uncounted": "Ikke talt.",
        "cost": [{"name": "Alt", "amount": KR, "eligible": True}],
    }
    version = save_report(store, APPLICANT, one.id, 1, document, at=LATE)
    submit(store, APPLICANT, one.id, version, at=LATE)
    (late,) = record_of(store, APPLICANT, 1, at=LATE + dt.timedelta(days=40))
    assert (late.kind, late.day, late.figures["days"]) == ("report_late", dt.date(2027, 11, 20), 2)
    assert late.source == f"report:{one.id}"


def test_an_extension_takes_lateness_away(store: Store) -> None:
    running(store)
    extend_report(store, OFFICER, 1, dt.date(2027, 12, 1), "Revisor er syk.", at=AFTER)
    assert record_of(store, OFFICER, 1, at=LATE) == []


def test_an_approved_reports_deficit_and_a_settled_guarantee_are_facts(store: Store) -> None:
    award = reported(store, "guarantee")
    assert [one.figures for one in record_of(store, BOARD, 1, at=AFTER)] == [{"ore_deficit": 5_000 * KR}]
    settled_row(store, award, deficit=30_000 * KR, approved=25_000 * KR)
    found = {one.kind: one for one in record_of(store, AUDITOR, 1, at=AFTER)}
    assert found["guarantee"].figures == {
        "ore_cap": AMOUNT,
        "ore_deficit": 30_000 * KR,
        "ore_approved": 25_000 * KR,
        "ore_paid": AMOUNT,
    }


def test_what_was_demanded_back_stands_with_what_came_of_it(store: Store) -> None:
    award = running(store)
    booked(store, pay, "pay", award, 10 * KR)
    claw_back(store, TREASURER, award, 3, 5 * KR, "Brukt til noe annet.", "Styremøte 1. mai", at=AFTER)
    receive_back(store, TREASURER, "a", award, 3 * KR, dt.date(2027, 10, 1), at=AFTER)
    give_up_demand(store, TREASURER, "b", award, 2 * KR, "Konkurs.", at=AFTER)
    found = {one.kind: one.figures["ore_amount"] for one in record_of(store, OFFICER, 1, at=AFTER)}
    assert found == {"clawback_demanded": 5 * KR, "clawback_received": 3 * KR, "clawback_dropped": 2 * KR}


def test_a_forecast_stands_beside_the_evaluation_of_the_same_event(store: Store) -> None:
    id = applied(store)
    with store.write("test", "test.estimates") as write:
        event = made_event(write)
        forecast = made_estimate(write, event, "forecast", 1_000_000.0)
        write.update_row("application", id, 2, {"estimate": forecast})
    assert record_of(store, OFFICER, 1, at=AFTER) == []  # nothing to hold it against yet
    with store.write("test", "test.estimates") as write:
        outcome = made_estimate(write, event, "evaluation", 700_000.0)
    (fact,) = record_of(store, OFFICER, 1, at=AFTER)
    assert fact.source == f"estimate:{forecast} estimate:{outcome}"
    assert (fact.figures["nok_forecast"], fact.figures["nok_outcome"]) == (1_000_000.0, 700_000.0)
    assert "modellberegnet" in fact.line("nb") and "modelled" in fact.line("en")
    with store.write("test", "test.withdraw") as write:
        write.update_row("estimate", outcome, 1, {"withdrawn_at": "2027-09-01", "withdrawn_why": "Feil."})
    assert record_of(store, OFFICER, 1, at=AFTER) == []


def test_an_entry_has_a_source_and_is_withdrawn_not_changed(store: Store) -> None:
    applied(store)
    entry = enter_fact(store, OFFICER, 1, UNPAID, at=NOON)
    assert enter_fact(store, OFFICER, 1, UNPAID, at=NOON) == entry  # a second click
    (fact,) = record_of(store, APPLICANT, 1, at=NOON)
    assert (fact.kind, fact.entry, fact.source, fact.day) == ("unpaid_suppliers", entry, UNPAID.source, UNPAID.day)
    assert [one.code for one in refused(store, withdraw_fact, OFFICER, entry, " ", at=NOON)] == [
        "application.no_reason"
    ]
    withdraw_fact(store, COLLEAGUE, entry, "Gjaldt en annen.", at=NOON)
    assert record_of(store, OFFICER, 1, at=NOON) == []
    assert [one.code for one in refused(store, withdraw_fact, OFFICER, entry, "Igjen.", at=NOON)] == [
        "record.withdrawn"
    ]
    with pytest.raises(LookupError):
        withdraw_fact(store, OFFICER, 99, "Finnes ikke.", at=NOON)
    for sql in ("UPDATE record_entry SET text = 'x'", "DELETE FROM record_entry", "DELETE FROM record_withdrawal"):
        with pytest.raises(sqlite3.IntegrityError), store.write("test", "test.change") as write:
            write.db.execute(sql)


def test_an_entry_that_says_too_little_is_told_all_of_it(store: Store) -> None:
    applied(store)
    bad = NewFact("deficit", dt.date(2027, 1, 1), " ", {"count": -1})
    found = [one.code for one in refused(store, enter_fact, OFFICER, 1, bad, at=NOON)]
    assert found == ["record.no_source", "record.day_to_come", "record.figures", "ledger.money.too_small"]
    odd = NewFact("rumour", dt.date(2026, 1, 1), "x")  # type: ignore[arg-type]
    assert [one.code for one in refused(store, enter_fact, OFFICER, 1, odd, at=NOON)] == ["record.kind"]
    silent = NewFact("other", dt.date(2026, 1, 1), "x")
    assert [one.code for one in refused(store, enter_fact, OFFICER, 1, silent, at=NOON)] == ["record.text"]
    both = Actor(COLLEAGUE.id, frozenset({"officer", "applicant"}))
    acting(store, 1, both)
    assert [one.code for one in refused(store, enter_fact, both, 1, UNPAID, at=NOON)] == ["record.own"]


def test_a_record_is_for_its_own_and_for_who_handles_cases(store: Store) -> None:
    applied(store)
    with pytest.raises(Refused):
        record_of(store, STRANGER, 1, at=NOON)
    for actor in (APPLICANT, BOARD, TREASURER):
        with pytest.raises(Refused):
            enter_fact(store, actor, 1, UNPAID, at=NOON)
        with pytest.raises(Refused):
            withdraw_fact(store, actor, 1, "x", at=NOON)
