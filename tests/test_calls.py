"""Calls: when they open and close in Norway, what must hold, and what they keep."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from applied import (
    APPLICANT,
    BOARD,
    CLOSES,
    COLLEAGUE,
    NOON,
    OFFICER,
    OPENS,
    club,
    codes,
    open_for_all,
    people,
    refused,
    scheme,
    sent,
    typed,
)
from funded import KR, TREASURER, YEAR, funded

from data.permission import ANYONE, Refused
from data.phrases import say
from data.store import Conflict, Store
from fund.books.frames import open_frame
from fund.deadlines import clock, first_moment, in_time, last_moment, oslo_day
from fund.extensions import due_day, extensions
from fund.intake.applications import start_application
from fund.intake.calls import (
    call_scheme,
    cancel_call,
    close_call,
    decide_call,
    due_calls,
    extend_call,
    get_call,
    list_calls,
    open_call,
    plan_call,
    save_call,
    set_frame,
)
from fund.intake.handling import withdraw

SECOND_ = dt.timedelta(seconds=1)
TITLES = ("Høstens midler", "Autumn support")


def planned(store: Store, *, frame: bool = True) -> int:
    people(store)
    number = funded(store)
    call = plan_call(store, OFFICER, scheme(), TITLES, YEAR, OPENS, CLOSES, at=NOON)
    if frame:
        set_frame(store, OFFICER, call, 1, number)
    return call


# -- days in Norway

DAYS = [
    # day, its first moment in UTC, its last: winter, summer, and both nights when the clocks change
    ("2026-12-01", "2026-11-30T23:00:00", "2026-12-01T22:59:59"),
    ("2026-07-01", "2026-06-30T22:00:00", "2026-07-01T21:59:59"),
    ("2026-03-28", "2026-03-27T23:00:00", "2026-03-28T22:59:59"),
    ("2026-03-29", "2026-03-28T23:00:00", "2026-03-29T21:59:59"),
    ("2026-10-24", "2026-10-23T22:00:00", "2026-10-24T21:59:59"),
    ("2026-10-25", "2026-10-24T22:00:00", "2026-10-25T22:59:59"),
]


@pytest.mark.parametrize(("day", "first", "last"), DAYS)
def test_a_day_is_norwegian_from_its_first_second_to_its_last(day: str, first: str, last: str) -> None:
    date = dt.date.fromisoformat(day)
    begins, ends = (dt.datetime.fromisoformat(f"{one}+00:00") for one in (first, last))
    assert (first_moment(date), last_moment(date)) == (begins, ends)
    assert in_time(ends, date) and in_time(ends + dt.timedelta(milliseconds=999), date)
    assert not in_time(ends + SECOND_, date)
    assert oslo_day(begins) == date and oslo_day(begins - SECOND_) == date - dt.timedelta(days=1)


def test_a_time_without_its_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        clock(dt.datetime(2026, 1, 1))


@pytest.mark.parametrize("closes", [one[0] for one in DAYS])
def test_an_application_is_begun_until_the_last_second_and_not_after(store: Store, closes: str) -> None:
    """Also where nobody has come to close the call, and across both changes of the clocks."""
    last = dt.date.fromisoformat(closes)
    call = open_for_all(store, opens=last - dt.timedelta(days=21), closes=last)
    opens = first_moment(last - dt.timedelta(days=21))
    who = club(store)
    for early in (opens - SECOND_,):
        assert codes(refused(store, start_application, APPLICANT, call, who, at=early)) == ["call.not_open"]
    assert start_application(store, APPLICANT, call, who, at=opens) == 1
    assert start_application(store, APPLICANT, call, who, at=last_moment(last)) == 1
    assert codes(refused(store, start_application, APPLICANT, call, who, at=last_moment(last) + SECOND_)) == [
        "call.not_open"
    ]
    assert get_call(store, ANYONE, call).deadline == last_moment(last)
    assert codes(refused(store, close_call, OFFICER, call, 3, at=last_moment(last))) == ["call.not_passed"]
    assert close_call(store, OFFICER, call, 3, at=last_moment(last) + SECOND_) == 4


# -- from planned to decided


def test_a_call_opens_on_its_day_with_its_frame_and_its_rules(store: Store) -> None:
    call = planned(store, frame=False)
    (early, frameless) = sorted(
        refused(store, open_call, OFFICER, call, 1, at=first_moment(OPENS) - SECOND_),
        key=lambda one: one.place != "opens",
    )
    assert codes([early, frameless]) == ["call.too_early", "call.no_frame"]
    assert early.figures == {"day": OPENS.isoformat()}
    set_frame(store, OFFICER, call, 1, 1)
    assert open_call(store, OFFICER, call, 2, at=first_moment(OPENS)) == 3
    assert open_call(store, OFFICER, call, 2, at=first_moment(OPENS)) == 3  # a second click
    with pytest.raises(Conflict):
        open_call(store, COLLEAGUE, call, 2, at=NOON)
    assert codes(refused(store, open_call, OFFICER, call, 3, at=NOON)) == ["workflow.not_possible"]


def test_a_scheme_that_cannot_be_read_opens_nothing(store: Store) -> None:
    call = planned(store)
    broken = replace(scheme(), document={**scheme().document, "caps": [{"kind": "share", "share": 0.1}]})
    save_call(store, OFFICER, call, 2, broken, TITLES, YEAR, OPENS, CLOSES)
    assert all(one.code.startswith("scheme.") for one in refused(store, open_call, OFFICER, call, 3, at=NOON))


def test_a_call_that_has_opened_keeps_its_rules_and_its_days(store: Store) -> None:
    call = open_for_all(store)
    args = (OFFICER, call, 3, replace(scheme(), key="en-annen"), TITLES, YEAR, OPENS, CLOSES)
    assert codes(refused(store, save_call, *args)) == ["call.opened"]
    assert codes(refused(store, set_frame, OFFICER, call, 3, 1)) == ["call.opened"]
    assert call_scheme(store.db, call) == scheme()
    for change in ("closes = '2027-01-01'", "scheme_document = '{}'", "scheme = 'x'", "opens = '2026-01-01'"):
        with pytest.raises(Exception, match="keeps its rules"), store.write("t", "t.t", audited=False) as write:
            write.db.execute(f"UPDATE call SET {change}")
    with pytest.raises(Exception, match="never deleted"), store.write("t", "t.t", audited=False) as write:
        write.db.execute("DELETE FROM call")


def test_a_frame_is_of_the_same_year_and_call_and_has_something_in_it(store: Store) -> None:
    call = planned(store, frame=False)
    other_year = open_frame(store, TREASURER, "f2", YEAR + 1, 5 * KR, 0).id
    other_call = open_frame(store, TREASURER, "f3", YEAR, 5 * KR, 0, call=call + 1).id
    own = open_frame(store, TREASURER, "f4", YEAR, 5 * KR, 0, call=call).id
    for number, code in ((99, "ledger.no_frame"), (other_year, "call.frame_year"), (other_call, "call.frame_call")):
        assert codes(refused(store, set_frame, OFFICER, call, 1, number)) == [code]
    assert set_frame(store, OFFICER, call, 1, own) == 2


def test_what_is_no_call_is_refused_with_everything(store: Store) -> None:
    people(store)
    faults = refused(store, plan_call, OFFICER, scheme(), (" ", "x" * 201), 26, CLOSES, OPENS)
    assert codes(faults) == ["call.title", "call.title", "call.order", "ledger.year"]
    assert refused(store, plan_call, OFFICER, scheme(), TITLES, True, OPENS, CLOSES)


def test_an_extension_is_a_row_and_the_announced_day_stays(store: Store) -> None:
    call = open_for_all(store)
    until = CLOSES + dt.timedelta(days=7)
    for day, reason, expected in (
        (CLOSES, "x", ["extension.not_later"]),
        (until, " ", ["extension.no_reason"]),
        (CLOSES - dt.timedelta(days=3), "", ["extension.no_reason", "extension.not_later"]),
    ):
        assert codes(refused(store, extend_call, OFFICER, call, day, reason, at=NOON)) == expected
    assert codes(refused(store, extend_call, OFFICER, call, until, "x", at=last_moment(until) + SECOND_)) == [
        "extension.passed"
    ]
    extend_call(store, OFFICER, call, until, "Skjemaet var nede 30. november", at=NOON)
    (again,) = refused(store, extend_call, OFFICER, call, CLOSES + dt.timedelta(days=3), "x", at=NOON)
    assert (again.code, again.figures) == ("application.extension.not_later", {"day": until.isoformat()})
    found = get_call(store, ANYONE, call)
    assert (found.closes, found.due, due_day(store.db, "call", call, "deadline", CLOSES)) == (CLOSES, until, until)
    (row,) = extensions(store.db, "call", call, "deadline")
    assert (row.until, row.reason, row.actor) == (until, "Skjemaet var nede 30. november", "account:4")
    assert start_application(store, APPLICANT, call, club(store), at=last_moment(until))
    assert codes(refused(store, close_call, OFFICER, call, 3, at=last_moment(until))) == ["call.not_passed"]
    close_call(store, OFFICER, call, 3, at=last_moment(until) + SECOND_)
    assert codes(refused(store, extend_call, OFFICER, call, until + dt.timedelta(9), "x", at=NOON)) == ["call.not_open"]
    for sql in ("UPDATE extension SET until = '2030-01-01'", "DELETE FROM extension"):
        with pytest.raises(Exception, match="never"), store.write("t", "t.t", audited=False) as write:
            write.db.execute(sql)


def test_a_call_is_decided_when_every_case_is(store: Store) -> None:
    id, receipt = sent(store)
    close_call(store, OFFICER, 1, 3, at=last_moment(CLOSES) + SECOND_)
    (fault,) = refused(store, decide_call, OFFICER, 1, 4, at=NOON)
    assert (fault.code, fault.figures) == ("application.call.undecided", {"count": 1, "numbers": receipt.number})
    withdraw(store, APPLICANT, id, receipt.version, at=NOON)
    assert decide_call(store, OFFICER, 1, 4, at=NOON) == 5


def test_a_call_is_cancelled_while_nobody_has_sent_anything(store: Store) -> None:
    id, receipt = sent(store)
    (fault,) = refused(store, cancel_call, OFFICER, 1, 3, at=NOON)
    assert (fault.code, fault.figures) == ("application.call.sent_to", {"count": 1})
    withdraw(store, APPLICANT, id, receipt.version, at=NOON)
    draft = typed(store, 1, 1)  # a draft doesn't count
    assert draft != id and cancel_call(store, OFFICER, 1, 3, at=NOON) == 4


def test_who_sees_and_does_what(store: Store) -> None:
    call = planned(store)
    assert list_calls(store, ANYONE) == [] and [one.id for one in list_calls(store, BOARD)] == [call]
    with pytest.raises(Refused):
        get_call(store, APPLICANT, call)
    assert due_calls(store, OFFICER, at=first_moment(OPENS) - SECOND_) == []
    assert [(one.id, what) for one, what in due_calls(store, OFFICER, at=first_moment(OPENS))] == [(call, "open")]
    for actor in (APPLICANT, BOARD, TREASURER, ANYONE):
        for function, args in (
            (plan_call, (scheme(), TITLES, YEAR, OPENS, CLOSES)),
            (save_call, (call, 2, scheme(), TITLES, YEAR, OPENS, CLOSES)),
            (set_frame, (call, 2, 1)),
            (open_call, (call, 2)),
            (close_call, (call, 2)),
            (decide_call, (call, 2)),
            (cancel_call, (call, 2)),
            (extend_call, (call, CLOSES + dt.timedelta(2), "x")),
            (due_calls, ()),
        ):
            with pytest.raises(Refused):
                function(store, actor, *args)  # type: ignore[operator]
    open_call(store, OFFICER, call, 2, at=NOON)
    assert get_call(store, ANYONE, call).title("en") == TITLES[1]
    assert [what for _, what in due_calls(store, OFFICER, at=last_moment(CLOSES) + SECOND_)] == ["close"]
    with pytest.raises(LookupError):
        get_call(store, ANYONE, 99)
    assert say("workflow.call.closed.public", "nb") == "fristen er ute"
