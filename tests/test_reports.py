"""Reports on awards: what they must tell, when they are late, who writes and who approves them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from applied import APPLICANT, BOARD, COLLEAGUE, OFFICER, STRANGER, acting, refused
from awarded import AFTER, DECIDED, KR, REPORT, accepted, moved_to, running, seen
from funded import TREASURER

from data.permission import Actor, Refused
from data.store import Conflict, Store
from fund.applicant.mandates import end_mandate, list_mandates
from fund.award.award_grounds import list_grounds
from fund.award.reports import (
    Report,
    approve,
    ask_interim,
    extend_report,
    final_report_faults,
    get_report,
    late_reports,
    list_reports,
    read_told,
    save_report,
    send_back,
    submit,
)
from fund.outbox import messages

DUE = dt.date(2027, 11, 18)
LATE = dt.datetime(2027, 11, 18, 23, 0, tzinfo=dt.UTC)
"""00:00:00 of 19 November in Norway."""


def final(store: Store, award: int) -> Report:
    (found,) = [one for one in list_reports(store, APPLICANT, award, at=AFTER) if one.part == "final"]
    return found


def written(store: Store, award: int, document: dict[str, Any] | None = None) -> Report:
    one = final(store, award)
    save_report(store, APPLICANT, one.id, one.version, document or REPORT, at=AFTER)
    return final(store, award)


def sent(store: Store, award: int) -> Report:
    one = written(store, award)
    submit(store, APPLICANT, one.id, one.version, at=AFTER)
    return final(store, award)


def faults_of(document: dict[str, Any], part: Any = "final") -> list[tuple[str, str]]:
    return [(one.place, one.code.removeprefix("reports.")) for one in read_told(document, part)[1]]


def test_a_report_tells_what_happened_with_figures_or_why_there_are_none() -> None:
    told, faults = read_told(REPORT, "final")
    assert faults == []
    assert (told.visitors, told.nights, told.deficit) == (1_200, None, 5_000 * KR)
    assert faults_of({}) == [
        ("text", "no_text"),
        ("visitors", "uncounted"),
        ("nights", "uncounted"),
        ("cost", "no_costs"),
    ]
    assert faults_of({**REPORT, "uncounted": " "}) == [("nights", "uncounted")]
    assert faults_of({"text": "Halvveis."}, "interim") == []
    assert faults_of({**REPORT, "visitors": -1, "surprise": 1}) == [
        ("visitors", "count"),
        ("surprise", "unknown_field"),
    ]
    assert faults_of({**REPORT, "nights": 12.5}) == [("nights", "count")]
    assert faults_of({**REPORT, "visitors": True}) == [("visitors", "count")]
    assert faults_of({**REPORT, "text": "x" * 20_001}) == [("text", "text_long")]
    row = {**REPORT["cost"][0], "amount": 1.5}
    assert faults_of({**REPORT, "cost": [row]}) == [("cost 1", "ledger.money.not_ore")]


def test_a_report_is_sent_approved_and_moves_the_award(store: Store) -> None:
    award = running(store)
    one = written(store, award)
    version = submit(store, APPLICANT, one.id, one.version, at=AFTER)
    assert submit(store, APPLICANT, one.id, one.version, at=AFTER) == version  # a second click
    held = final(store, award)
    assert (held.state, held.submitted_by) == ("submitted", APPLICANT.id)
    assert final_report_faults(store.db, award)
    approve(store, OFFICER, one.id, version, at=AFTER)
    approve(store, OFFICER, one.id, version, at=AFTER)
    assert final(store, award).state == "approved" and seen(store, award, AFTER).state == "final_report_in"
    assert final_report_faults(store.db, award) == []
    told = [one.message for one in messages(store, OFFICER) if one.message.startswith("reports")]
    assert told == ["reports.told.approve", "reports.told.submit"]


def test_a_report_that_lacks_something_is_not_sent_and_a_sent_one_is_not_changed(store: Store) -> None:
    award = running(store)
    one = written(store, award, {**REPORT, "uncounted": ""})
    assert [fault.code for fault in refused(store, submit, APPLICANT, one.id, one.version, at=AFTER)] == [
        "reports.uncounted"
    ]
    held = sent(store, award)
    (fault,) = refused(store, save_report, APPLICANT, one.id, held.version, REPORT, at=AFTER)
    assert fault.code == "reports.sealed" and "mottatt" in fault.line("nb")
    with pytest.raises(Conflict):
        save_and_stale(store, running(store, application=seen(store, award).application))


def save_and_stale(store: Store, award: int) -> None:
    one = final(store, award)
    save_report(store, APPLICANT, one.id, one.version, {"text": "Én."}, at=AFTER)
    save_report(store, APPLICANT, one.id, one.version, {"text": "To."}, at=AFTER)


def test_a_report_goes_back_on_grounds_and_comes_again(store: Store) -> None:
    award = running(store)
    held = sent(store, award)
    assert [one.code for one in refused(store, send_back, OFFICER, held.id, held.version, " ", at=AFTER)] == [
        "application.no_reason"
    ]
    version = send_back(store, OFFICER, held.id, held.version, "Inntektene mangler.", at=AFTER)
    assert [(one.action, one.text) for one in list_grounds(store, APPLICANT, award)] == [
        ("return_report", "Inntektene mangler.")
    ]
    assert submit(store, APPLICANT, held.id, version, at=AFTER) == version + 1


def test_who_sent_a_report_or_acts_for_the_organisation_does_not_approve_it(store: Store) -> None:
    award = running(store)
    held = sent(store, award)
    both = Actor(APPLICANT.id, frozenset({"officer", "applicant"}))
    assert [one.code for one in refused(store, approve, both, held.id, held.version, at=AFTER)] == ["reports.own"]
    colleague = Actor(COLLEAGUE.id, frozenset({"officer", "applicant"}))
    acting(store, 1, colleague, dt.date(2029, 1, 1))
    assert [one.code for one in refused(store, approve, colleague, held.id, held.version, at=AFTER)] == ["reports.own"]
    (mandate,) = [one for one in list_mandates(store, APPLICANT) if one.account == APPLICANT.id]
    end_mandate(store, APPLICANT, mandate, "Nytt styre.", at=AFTER)  # who sent it is still who sent it
    assert [one.code for one in refused(store, approve, both, held.id, held.version, at=AFTER)] == ["reports.own"]
    for actor in (APPLICANT, STRANGER, BOARD, TREASURER):
        with pytest.raises(Refused):
            approve(store, actor, held.id, held.version, at=AFTER)
    for actor in (STRANGER, OFFICER):
        with pytest.raises(Refused):
            submit(store, actor, held.id, held.version, at=AFTER)
        with pytest.raises(Refused):
            save_report(store, actor, held.id, held.version, REPORT, at=AFTER)


def test_what_is_still_typed_is_the_organisations_own(store: Store) -> None:
    award = running(store)
    one = written(store, award)
    assert get_report(store, APPLICANT, one.id, at=AFTER).document == REPORT
    assert get_report(store, OFFICER, one.id, at=AFTER).document == {}
    assert [other.document for other in list_reports(store, BOARD, award, at=AFTER)] == [{}]
    with pytest.raises(Refused):
        list_reports(store, STRANGER, award, at=AFTER)
    submit(store, APPLICANT, one.id, one.version, at=AFTER)
    assert get_report(store, OFFICER, one.id, at=AFTER).document == REPORT


def test_a_report_is_late_from_the_next_day_and_its_day_stays(store: Store) -> None:
    award = running(store)
    assert final(store, award).due == DUE
    assert late_reports(store, OFFICER, at=LATE - dt.timedelta(seconds=1)) == []
    assert [one.award for one in late_reports(store, OFFICER, at=LATE)] == [award]
    extend_report(store, OFFICER, 1, dt.date(2027, 12, 1), "Revisor er syk.", at=LATE)
    assert late_reports(store, OFFICER, at=LATE) == [] and final(store, award).due == dt.date(2027, 12, 1)
    assert store.db.execute("SELECT due FROM report").fetchone() == (DUE.isoformat(),)
    one = written(store, award)
    assert submit(store, APPLICANT, one.id, one.version, at=LATE + dt.timedelta(days=40))  # late, and taken
    assert [one.code for one in refused(store, extend_report, OFFICER, 1, dt.date(2029, 1, 1), "Mer.", at=LATE)] == [
        "reports.sealed"
    ]
    with pytest.raises(Refused):
        late_reports(store, APPLICANT, at=LATE)


def test_reports_of_awards_that_ended_are_not_late(store: Store) -> None:
    award = running(store)
    moved_to(store, award, "lapsed")
    assert late_reports(store, OFFICER, at=LATE) == []


def test_a_report_on_the_way_is_asked_for_while_the_award_runs(store: Store) -> None:
    award = running(store)
    number = ask_interim(store, OFFICER, award, dt.date(2027, 1, 15), at=DECIDED)
    assert get_report(store, APPLICANT, number, at=DECIDED).part == "interim"
    early = refused(store, ask_interim, OFFICER, award, dt.date(2026, 12, 3), at=DECIDED)
    moved_to(store, award, "settled")
    over = refused(store, ask_interim, OFFICER, award, dt.date(2027, 1, 15), at=DECIDED)
    assert [one.code for one in (*early, *over)] == ["reports.due_passed", "reports.not_running"]
    with pytest.raises(Refused):
        ask_interim(store, TREASURER, award, dt.date(2027, 1, 15), at=DECIDED)


def test_a_bids_report_is_counted_from_the_acceptance(store: Store) -> None:
    one = accepted(store, bid=True)
    assert final(store, one).due == dt.date(2027, 3, 4)  # 90 days after 4 December
