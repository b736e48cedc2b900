"""Appeals: who, by when, what the fund does with one, and a case that is taken up again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from applied import (
    APPLICANT,
    AUDITOR,
    CLOSES,
    COLLEAGUE,
    OFFICER,
    STRANGER,
    codes,
    refused,
    state,
    version,
)
from funded import TREASURER, amiss, sums
from met import (
    ALL,
    CHAIR,
    GROUNDS,
    LAST,
    MEMBER,
    MET,
    PART,
    all_for,
    called,
    decided,
    ready,
    rejected,
    under_way,
    with_appeals,
)
from reviewed import set_state

from data.permission import Refused
from data.store import Conflict, Store
from fund.award.awards import get_award
from fund.intake.calls import close_call, decide_call, get_call
from fund.intake.handling import dismiss
from fund.meeting.agenda import item_at
from fund.meeting.appeals import (
    Appeal,
    appeal_at,
    appeal_due,
    decide_appeal,
    extend_appeal,
    file_appeal,
    find_too_late,
    list_appeals,
    reopen,
    send_on,
    uphold,
)
from fund.meeting.decisions import decisions_of, read_out
from fund.meeting.proposals import Proposal
from fund.outbox import messages
from fund.review.conflicts import declare
from fund.review.recommendations import recommend

TEXT = "Vi mener publikumstallet er lest feil."
IN_TIME, LATE = dt.datetime(2026, 12, 31, 22, 59, 59, tzinfo=dt.UTC), dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC)


def appealed(store: Store, *, at: dt.datetime = IN_TIME, rules: Any = None) -> tuple[int, int]:
    """A rejected case with an appeal: the application and the appeal."""
    id, _ = rejected(store, rules or with_appeals())
    return id, file_appeal(store, APPLICANT, id, TEXT, at=at)


def seen(store: Store, appeal: int) -> Appeal:
    return appeal_at(store.db, appeal, LATE)


def test_an_appeal_is_received_once_and_told(store: Store) -> None:
    id, appeal = appealed(store)
    assert file_appeal(store, APPLICANT, id, f"{TEXT} ", at=IN_TIME) == appeal  # a double click
    one = seen(store, appeal)
    assert (one.decision, one.state, one.due, one.late) == (1, "received", LAST, False)
    assert messages(store, OFFICER)[0].message == "appeals.told.received"
    assert codes(refused(store, file_appeal, APPLICANT, id, "Noe mer.", at=IN_TIME)) == ["appeals.filed_before"]
    assert codes(refused(store, file_appeal, APPLICANT, id, " ", at=IN_TIME)) == [
        "appeals.text",
        "appeals.filed_before",
    ]
    for who in (STRANGER, OFFICER, CHAIR, TREASURER):
        with pytest.raises(Refused):
            file_appeal(store, who, id, TEXT, at=IN_TIME)


def test_an_appeal_is_its_organisations_and_the_funds(store: Store) -> None:
    id, appeal = appealed(store)
    for who in (APPLICANT, OFFICER, CHAIR, MEMBER, AUDITOR):
        assert [one.id for one in list_appeals(store, who, id)] == [appeal]
    assert list_appeals(store, STRANGER) == []
    with pytest.raises(Refused):
        list_appeals(store, STRANGER, id)


def test_only_what_is_decided_is_appealed(store: Store) -> None:
    id = ready(store, called(store))
    assert codes(refused(store, file_appeal, APPLICANT, id, TEXT, at=MET)) == ["appeals.nothing_decided"]


def test_who_has_no_mandate_any_more_does_not_appeal(store: Store) -> None:
    id, _ = rejected(store, with_appeals())
    after = dt.datetime(2027, 4, 2, tzinfo=dt.UTC)
    with pytest.raises(Refused):
        file_appeal(store, APPLICANT, id, TEXT, at=after)


# -- time limits


def test_the_last_second_of_three_weeks_is_in_time_and_the_next_is_not(store: Store) -> None:
    id, appeal = appealed(store, at=IN_TIME)
    assert appeal_due(store.db, id, 1) == LAST and not seen(store, appeal).late
    faults = refused(store, find_too_late, OFFICER, appeal, 1, at=LATE)
    assert codes(faults) == ["appeals.in_time"]


def test_what_comes_late_is_received_and_found_too_late(store: Store) -> None:
    id, appeal = appealed(store, at=LATE)
    assert seen(store, appeal).late
    assert codes(refused(store, send_on, OFFICER, appeal, 1, "Vi står ved det.", at=LATE)) == ["appeals.late"]
    assert codes(refused(store, uphold, CHAIR, appeal, 1, "Tallet var feil.", "Sak 4", at=LATE)) == ["appeals.late"]
    with pytest.raises(Refused):
        find_too_late(store, CHAIR, appeal, 1, at=LATE)
    assert find_too_late(store, OFFICER, appeal, 1, at=LATE) == find_too_late(store, OFFICER, appeal, 1, at=LATE) == 2
    assert codes(refused(store, reopen, OFFICER, id, version(store, id), at=LATE)) == ["appeals.not_upheld"]


def test_an_extension_makes_a_late_appeal_count(store: Store) -> None:
    id, appeal = appealed(store, at=LATE)
    with pytest.raises(Refused):
        extend_appeal(store, CHAIR, id, LAST + dt.timedelta(7), "Sykdom", at=LATE)
    extend_appeal(store, OFFICER, id, LAST + dt.timedelta(7), "Sykdom i styret", at=LATE)
    assert seen(store, appeal).due == LAST + dt.timedelta(7) and not seen(store, appeal).late
    assert codes(refused(store, find_too_late, OFFICER, appeal, 1, at=LATE)) == ["appeals.in_time"]
    send_on(store, OFFICER, appeal, 1, "Vi står ved det.", at=LATE)


def test_a_scheme_without_a_time_limit_has_none(store: Store) -> None:
    id, _ = rejected(store)
    appeal = file_appeal(store, APPLICANT, id, TEXT, at=LATE)
    assert seen(store, appeal).due is None and not seen(store, appeal).late
    assert codes(refused(store, find_too_late, OFFICER, appeal, 1, at=LATE)) == ["appeals.no_limit"]
    assert codes(refused(store, extend_appeal, OFFICER, id, LAST, "Ferie", at=MET)) == ["appeals.no_limit"]


# -- what becomes of it


def test_upholding_needs_the_bodys_decision_and_someone_who_takes_part(store: Store) -> None:
    id, appeal = appealed(store)
    faults = refused(store, uphold, CHAIR, appeal, 1, " ", "", at=LATE)
    assert codes(faults) == ["appeals.no_decision", "appeals.no_grounds"]
    for who in (OFFICER, MEMBER, APPLICANT):
        with pytest.raises(Refused):
            uphold(store, who, appeal, 1, "Tallet var feil.", "Styremøte 4, sak 2", at=LATE)
    assert uphold(store, CHAIR, appeal, 1, "Tallet var feil.", "Styremøte 4, sak 2", at=LATE) == 2
    assert uphold(store, CHAIR, appeal, 1, "Tallet var feil.", "Styremøte 4, sak 2", at=LATE) == 2  # a double click
    assert seen(store, appeal).in_favour and "sak 2" in seen(store, appeal).answer
    assert messages(store, OFFICER)[0].message == "appeals.told.upheld"
    assert state(store, id) == "rejected"


def test_a_disqualified_chair_does_not_uphold(store: Store) -> None:
    id, appeal = appealed(store)
    declare(store, CHAIR, id, "conflict", "Sitter i styret for klubben", at=MET)
    faults = refused(store, uphold, CHAIR, appeal, 1, "Tallet var feil.", "Styremøte 4, sak 2", at=LATE)
    assert codes(faults) == ["conflicts.part.conflict"]


@pytest.mark.parametrize("in_favour", [True, False])
def test_what_is_sent_on_is_decided_there(store: Store, in_favour: bool) -> None:
    id, appeal = appealed(store)
    assert codes(refused(store, send_on, OFFICER, appeal, 1, " ", at=LATE)) == ["appeals.no_statement"]
    send_on(store, OFFICER, appeal, 1, "Vi står ved det.", at=LATE)
    with pytest.raises(Conflict):
        send_on(store, COLLEAGUE, appeal, 1, "Vi står ved det.", at=LATE)
    assert codes(refused(store, decide_appeal, OFFICER, appeal, 2, "", in_favour, at=LATE)) == ["appeals.no_answer"]
    decide_appeal(store, OFFICER, appeal, 2, "Klagenemnda, 3. februar, sak 7", in_favour, at=LATE)
    assert seen(store, appeal).in_favour is in_favour
    if in_favour:
        assert reopen(store, OFFICER, id, version(store, id), at=LATE)
    else:
        assert codes(refused(store, reopen, OFFICER, id, version(store, id), at=LATE)) == ["appeals.not_upheld"]


# -- taken up again


def test_a_case_that_is_taken_up_again_is_given_more_on_top(store: Store) -> None:
    id = ready(store, called(store, with_appeals()), 0, "granted_in_part", PART)
    (item,) = under_way(store, id)
    decided(store, item, Proposal("granted_in_part", PART, GROUNDS))
    appeal = file_appeal(store, APPLICANT, id, TEXT, at=IN_TIME)
    before = version(store, id)
    assert codes(refused(store, reopen, OFFICER, id, before, at=IN_TIME)) == ["appeals.not_upheld"]
    uphold(store, CHAIR, appeal, 1, "Tallet var feil.", "Styremøte 4, sak 2", at=IN_TIME)
    with pytest.raises(Refused):
        reopen(store, CHAIR, id, before, at=IN_TIME)
    assert reopen(store, OFFICER, id, before, at=IN_TIME) == reopen(store, OFFICER, id, before, at=IN_TIME)
    assert state(store, id) == "in_review"
    rest = ALL - PART
    recommend(store, OFFICER, id, version(store, id), "granted_in_part", rest, GROUNDS, ("Som før.",), at=IN_TIME)
    (again,) = under_way(store, id, title="Styremøte 4")
    for amount, code in ((ALL, "decisions.above_asked"), (rest - 1, "decisions.only_part")):
        proposal = Proposal("granted", amount, GROUNDS)
        all_for(store, again, proposal)
        assert code in codes(refused(store, read_out, CHAIR, again, version(store, id), proposal, at=IN_TIME))
    decided(store, again, Proposal("granted", rest, GROUNDS), at=IN_TIME)
    assert [get_award(store, OFFICER, one).amount for one in (1, 2)] == [PART, rest]
    assert sums(store)["committed"] == ALL and state(store, id) == "granted" and amiss(store) == []
    assert [one.id for one in decisions_of(store.db, id)] == [1, 2] and item_at(store.db, again).state == "decided"


def test_an_upheld_appeal_takes_a_case_up_once(store: Store) -> None:
    """The next decision is another's: an appeal against it must be upheld anew."""
    id, appeal = appealed(store)
    uphold(store, CHAIR, appeal, 1, "Tallet var feil.", "Styremøte 4, sak 2", at=IN_TIME)
    reopen(store, OFFICER, id, version(store, id), at=IN_TIME)
    recommend(store, OFFICER, id, version(store, id), "rejected", None, GROUNDS, at=IN_TIME)
    (again,) = under_way(store, id, title="Styremøte 4")
    decided(store, again, Proposal("rejected", None, GROUNDS), at=IN_TIME)
    assert codes(refused(store, reopen, OFFICER, id, version(store, id), at=IN_TIME)) == ["appeals.not_upheld"]
    second = file_appeal(store, APPLICANT, id, TEXT, at=IN_TIME)
    assert second != appeal and seen(store, second).decision == 2


def test_a_dismissal_is_appealed_too(store: Store) -> None:
    id = ready(store, called(store, with_appeals()))
    set_state(store, id, "submitted")
    dismiss(store, OFFICER, id, version(store, id), "Sendt til feil fond", at=MET)
    appeal = file_appeal(store, APPLICANT, id, TEXT, at=IN_TIME)
    one = seen(store, appeal)
    assert (one.decision, one.due) == (None, LAST)
    uphold(store, CHAIR, appeal, 1, "Det var rett fond.", "Styremøte 4, sak 2", at=IN_TIME)
    reopen(store, OFFICER, id, version(store, id), at=IN_TIME)
    assert state(store, id) == "submitted"


def test_a_call_is_decided_though_its_rejections_can_be_appealed(store: Store) -> None:
    rejected(store)
    close_call(store, OFFICER, 1, get_call(store, OFFICER, 1).version, at=MET)
    assert MET.date() > CLOSES
    decide_call(store, OFFICER, 1, get_call(store, OFFICER, 1).version, at=MET)
    assert get_call(store, OFFICER, 1).state == "decided"
