"""Seats on the board: who has one from a day to a day, deputies, and how many make a quorum."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, AUDITOR, OFFICER, codes, open_for_all, refused
from reviewed import ADMINISTRATOR, CHAIR, DEPUTY, FIRST_DAY, MEMBER, OTHER, SEATED, board

from data.permission import Refused
from data.store import Conflict, Store, sqlite3
from data.value import Value
from fund.review.board import add_seat, deputies_of, end_seat, list_seats, quorum, seat_of, seats_on
from impact.parameter_values import NewValue, set_values

DAY = dt.date(2026, 11, 2)
LAST = dt.date(2026, 12, 31)


@pytest.fixture
def seats(store: Store) -> dict[str, int]:
    open_for_all(store)
    return board(store)


def test_members_and_deputies_of_a_day(store: Store, seats: dict[str, int]) -> None:
    assert [one.account for one in seats_on(store.db, DAY)] == [one.id for one in SEATED]
    assert seats_on(store.db, FIRST_DAY - dt.timedelta(1)) == []
    assert [one.account for one in deputies_of(store.db, seats[OTHER.id], DAY)] == [DEPUTY.id]
    assert deputies_of(store.db, seats[CHAIR.id], DAY) == []
    found = seat_of(store.db, MEMBER.id, DAY)
    assert found is not None and (found.id, found.partner, found.member) == (seats[MEMBER.id], 2, True)
    assert seat_of(store.db, OFFICER.id, DAY) is None
    assert list_seats(store, AUDITOR, day=DAY) == seats_on(store.db, DAY)


def test_a_seat_ends_with_its_last_day_and_its_deputies_with_it(store: Store, seats: dict[str, int]) -> None:
    assert end_seat(store, ADMINISTRATOR, seats[OTHER.id], 1, LAST) == 2
    assert end_seat(store, ADMINISTRATOR, seats[OTHER.id], 1, LAST) == 2  # a double click
    with pytest.raises(Conflict):
        end_seat(store, ADMINISTRATOR, seats[OTHER.id], 1, DAY)
    assert len(seats_on(store.db, LAST)) == 4
    assert [one.account for one in seats_on(store.db, LAST + dt.timedelta(1))] == [CHAIR.id, MEMBER.id]
    assert len(list_seats(store, ADMINISTRATOR)) == 4
    later = add_seat(store, ADMINISTRATOR, OTHER.id, LAST + dt.timedelta(1), partner=3)
    assert add_seat(store, ADMINISTRATOR, OTHER.id, LAST + dt.timedelta(1), partner=3) == later
    assert len(list_seats(store, ADMINISTRATOR)) == 5


def test_what_is_no_seat_is_refused(store: Store, seats: dict[str, int]) -> None:
    def told(*given: object, **named: object) -> list[str]:
        return codes(refused(store, add_seat, ADMINISTRATOR, *given, **named))

    assert told(OFFICER.id, DAY) == ["board.not_board"]
    assert told("account:99", DAY) == told("nobody", DAY) == ["board.not_board"]
    assert told(MEMBER.id, DAY) == ["board.seated"]
    assert told(MEMBER.id, FIRST_DAY - dt.timedelta(9), until=FIRST_DAY) == ["board.seated"]
    assert told("account:6", DAY, until=DAY - dt.timedelta(1), partner=9, deputy_for=seats[DEPUTY.id]) == [
        "board.days",
        "board.no_member",
        "board.no_partner",
    ]
    end_seat(store, ADMINISTRATOR, seats[MEMBER.id], 1, DAY)
    assert told("account:6", DAY + dt.timedelta(1), deputy_for=seats[MEMBER.id]) == ["board.no_member"]
    (fault,) = refused(store, end_seat, ADMINISTRATOR, seats[CHAIR.id], 1, FIRST_DAY - dt.timedelta(1))
    assert fault.code == "board.days"
    with pytest.raises(LookupError):
        end_seat(store, ADMINISTRATOR, 99, 1, DAY)


def test_only_the_administrator_seats_people(store: Store, seats: dict[str, int]) -> None:
    for one in (OFFICER, CHAIR, APPLICANT):
        with pytest.raises(Refused):
            add_seat(store, one, "account:6", DAY)
        with pytest.raises(Refused):
            end_seat(store, one, 1, 1, DAY)
    with pytest.raises(Refused):
        list_seats(store, APPLICANT)


def test_a_quorum_is_at_least_half_of_the_members(store: Store, seats: dict[str, int]) -> None:
    assert quorum(store.db, DAY) == 2  # of three; deputies add nothing
    add_seat(store, ADMINISTRATOR, "account:6", DAY)
    assert quorum(store.db, DAY) == 2  # of four
    assert quorum(store.db, DAY - dt.timedelta(1)) == 2
    assert quorum(store.db, FIRST_DAY - dt.timedelta(1)) == 1  # nobody decides anything
    stricter = Value(0.75, None, None, "reported", "vedtektene § 5")
    set_values(store, OFFICER, [NewValue("board.quorum", DAY, stricter)])
    assert quorum(store.db, DAY) == 3
    assert quorum(store.db, DAY - dt.timedelta(1)) == 2


def test_a_seat_stays_with_who_has_it(store: Store, seats: dict[str, int]) -> None:
    for sql in (f"UPDATE seat SET account = '{DEPUTY.id}'", "UPDATE seat SET since = '2025-01-01'", "DELETE FROM seat"):
        with pytest.raises(sqlite3.Error), store.write("operator", "test.tamper", audited=False) as write:
            write.db.execute(sql)
