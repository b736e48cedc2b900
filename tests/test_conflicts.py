"""Conflicts of interest: nobody takes part before saying «none», and the body decides on doubt without the person."""

from __future__ import annotations

import datetime as dt

import pytest
from applied import APPLICANT, AUDITOR, COLLEAGUE, NOON, OFFICER, acting, codes, refused, typed
from reviewed import ADMINISTRATOR, CHAIR, DEPUTY, MEMBER, OTHER, SEATED, reviewed, taking_part

from data.accounts import set_roles
from data.permission import Actor, Refused
from data.store import Store, sqlite3
from fund.review.board import add_seat, end_seat, seat_of
from fund.review.cases import assign, assignments
from fund.review.conflicts import (
    conflicts_of,
    declarations,
    declare,
    part_faults,
    reading_faults,
    rule_on,
    rulings,
    standing,
    takes_part,
    who_rules,
    who_sits,
)

DAY = dt.date(2026, 11, 2)
EVERYONE = [one.id for one in SEATED]
REASON = "Vervet ble avsluttet for to år siden."


@pytest.fixture
def case(store: Store) -> int:
    return reviewed(store)


def ruled(store: Store, case: int, actor: Actor, account: str, disqualified: bool, **votes: bool) -> int:
    """A ruling with votes of accounts by their number, as ``_9=True``."""
    given = {f"account:{name[1:]}": vote for name, vote in votes.items()}
    return rule_on(store, actor, case, account, disqualified, REASON, given, at=NOON)


def not_ruled(store: Store, case: int, actor: Actor, account: str, disqualified: bool, **votes: bool) -> list[str]:
    given = {f"account:{name[1:]}": vote for name, vote in votes.items()}
    return codes(refused(store, rule_on, actor, case, account, disqualified, REASON, given, at=NOON))


def test_nobody_takes_part_before_saying_none(store: Store, case: int) -> None:
    assert standing(store.db, case, MEMBER.id) == "undeclared"
    assert not takes_part(store.db, case, MEMBER.id)
    assert codes(part_faults(store.db, case, MEMBER.id)) == ["conflicts.part.undeclared"]
    assert who_sits(store.db, case, DAY, EVERYONE) == ()
    declare(store, MEMBER, case, "none", at=NOON)
    assert takes_part(store.db, case, MEMBER.id) and part_faults(store.db, case, MEMBER.id) == []
    assert who_sits(store.db, case, DAY, EVERYONE) == (MEMBER.id,)


def test_the_same_word_again_is_the_one_that_is_there(store: Store, case: int) -> None:
    first = declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    assert declare(store, MEMBER, case, "doubt", " Trener i klubben ", at=NOON) == first
    assert declare(store, MEMBER, case, "doubt", "Trener i klubben til i fjor", at=NOON) == first + 1
    assert [one.word for one in declarations(store.db, case)] == ["doubt", "doubt"]


def test_what_can_not_be_declared(store: Store, case: int) -> None:
    assert codes(refused(store, declare, MEMBER, case, "perhaps", at=NOON)) == ["conflicts.word"]
    for word in ("conflict", "doubt"):
        assert codes(refused(store, declare, MEMBER, case, word, "  ", at=NOON)) == ["conflicts.no_reason"]
    for one in (APPLICANT, AUDITOR, ADMINISTRATOR):
        with pytest.raises(Refused):
            declare(store, one, case, "none", at=NOON)
    draft = typed(store, 1, 1)
    with pytest.raises(LookupError):
        declare(store, MEMBER, draft, "none", at=NOON)
    with pytest.raises(LookupError):
        declare(store, MEMBER, 99, "none", at=NOON)


def test_a_conflict_or_doubt_is_not_taken_back_alone(store: Store, case: int) -> None:
    taking_part(store, case, CHAIR, OTHER)
    declare(store, MEMBER, case, "conflict", "Sitter i styret i klubben", at=NOON)
    assert codes(refused(store, declare, MEMBER, case, "none", at=NOON)) == ["conflicts.taken_back"]
    declare(store, MEMBER, case, "doubt", "Gikk ut av styret i går", at=NOON)
    assert codes(refused(store, declare, MEMBER, case, "none", at=NOON)) == ["conflicts.taken_back"]
    ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _11=True)
    assert standing(store.db, case, MEMBER.id) == "disqualified"
    assert codes(refused(store, declare, MEMBER, case, "none", at=NOON)) == ["conflicts.taken_back"]
    assert codes(part_faults(store.db, case, MEMBER.id)) == ["conflicts.part.disqualified"]


def test_a_word_after_the_ruling_needs_one_of_its_own_even_in_the_same_second(store: Store, case: int) -> None:
    taking_part(store, case, CHAIR, OTHER)
    declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    first = ruled(store, case, CHAIR, MEMBER.id, False, _9=False, _11=False)
    assert standing(store.db, case, MEMBER.id) == "cleared" and takes_part(store.db, case, MEMBER.id)
    declare(store, MEMBER, case, "conflict", "Ble valgt inn i styret i dag", at=NOON)
    assert standing(store.db, case, MEMBER.id) == "conflict"
    assert ruled(store, case, CHAIR, MEMBER.id, False, _9=False, _11=False) == first + 1


def test_the_body_decides_without_the_person_and_by_majority(store: Store, case: int) -> None:
    taking_part(store, case)
    declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    assert not_ruled(store, case, CHAIR, MEMBER.id, False, _9=False, _10=False, _11=False) == ["conflicts.not_counted"]
    assert not_ruled(store, case, CHAIR, MEMBER.id, False, _9=False) == ["conflicts.quorum"]
    assert not_ruled(store, case, CHAIR, MEMBER.id, False, _9=True, _11=True) == ["conflicts.majority"]
    # The deputy's vote counts where the member's doesn't come, and not beside it.
    assert not_ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _11=True, _12=True) == ["conflicts.not_counted"]
    made = ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _12=True)
    assert ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _12=True) == made  # a double click
    (kept,) = rulings(store.db, case)
    assert (kept.disqualified, kept.votes, kept.meeting) == (True, {CHAIR.id: True, DEPUTY.id: True}, None)
    assert conflicts_of(store, AUDITOR, case, at=NOON) == (declarations(store.db, case), [kept])


def test_one_whom_others_doubt_does_not_vote_on_it_either(store: Store, case: int) -> None:
    taking_part(store, case)
    assert not_ruled(store, case, CHAIR, MEMBER.id, False, _9=False, _10=False, _11=False) == ["conflicts.not_counted"]
    ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _11=True)
    assert who_sits(store.db, case, DAY, EVERYONE) == (CHAIR.id, OTHER.id)


def test_at_a_tie_the_vote_of_who_leads_decides(store: Store, case: int) -> None:
    taking_part(store, case)
    declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    assert not_ruled(store, case, CHAIR, MEMBER.id, False, _9=True, _11=False) == ["conflicts.majority"]
    ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _11=False)


def test_two_in_doubt_do_not_decide_on_each_other(store: Store, case: int) -> None:
    add_seat(store, ADMINISTRATOR, "account:6", DAY)  # four members; two and a deputy are enough without the doubtful
    taking_part(store, case, CHAIR, DEPUTY, Actor("account:6", frozenset({"board"})))
    declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    declare(store, OTHER, case, "doubt", "Svoger til lederen", at=NOON)
    assert who_rules(store.db, case, MEMBER.id, DAY, [*EVERYONE, "account:6"]) == (CHAIR.id, DEPUTY.id, "account:6")
    assert not_ruled(store, case, CHAIR, MEMBER.id, False, _9=False, _6=False, _11=False) == ["conflicts.not_counted"]


def test_where_too_few_are_beyond_doubt_all_in_doubt_take_part(store: Store, case: int) -> None:
    declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    declare(store, OTHER, case, "doubt", "Svoger til lederen", at=NOON)
    # Who has said nothing yet may still be beyond doubt: they are asked first.
    assert MEMBER.id not in who_rules(store.db, case, MEMBER.id, DAY, EVERYONE)
    declare(store, DEPUTY, case, "conflict", "Leder av klubben", at=NOON)
    taking_part(store, case, CHAIR)
    assert who_rules(store.db, case, MEMBER.id, DAY, EVERYONE) == (CHAIR.id, MEMBER.id, OTHER.id)


def test_nobody_records_a_ruling_about_themselves(store: Store, case: int) -> None:
    taking_part(store, case, MEMBER, OTHER, OFFICER)
    declare(store, CHAIR, case, "doubt", "Bor ved arenaen", at=NOON)
    assert not_ruled(store, case, CHAIR, CHAIR.id, False, _10=False, _11=False) == ["conflicts.own"]
    ruled(store, case, OFFICER, CHAIR.id, False, _10=False, _11=False)  # the officer records what is about a chair
    assert standing(store.db, case, CHAIR.id) == "cleared"
    declare(store, OTHER, case, "doubt", "Svoger til lederen", at=NOON)
    for one in (OFFICER, MEMBER, AUDITOR, APPLICANT):
        with pytest.raises(Refused):
            ruled(store, case, one, OTHER.id, False, _9=False, _10=False)


def test_where_no_chair_votes_a_tie_is_no_ruling(store: Store, case: int) -> None:
    taking_part(store, case, MEMBER, OTHER)
    declare(store, CHAIR, case, "doubt", "Bor ved arenaen", at=NOON)
    assert not_ruled(store, case, OFFICER, CHAIR.id, True, _10=True, _11=False) == ["conflicts.tie"]
    (version,) = store.db.execute("SELECT version FROM account WHERE id = 10").fetchone()
    set_roles(store, ADMINISTRATOR, 10, version, ("board", "chair"))  # a second who may lead
    ruled(store, case, OFFICER, CHAIR.id, True, _10=True, _11=False)


def test_what_is_no_ruling_is_refused(store: Store, case: int) -> None:
    taking_part(store, case, CHAIR, OTHER)
    assert not_ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _11=True) == ["conflicts.not_declared"]
    declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    votes = {CHAIR.id: 1, "account:99": True}
    faults = refused(store, rule_on, CHAIR, case, MEMBER.id, True, "Kort", votes, 9, at=NOON)
    assert codes(faults) == [
        f"conflicts.{code}" for code in ("short_reason", "no_meeting", "no_vote", "not_counted", "quorum")
    ]
    assert rulings(store.db, case) == []


def test_who_acts_for_the_applicant_is_never_without_conflict(store: Store, case: int) -> None:
    both = Actor(MEMBER.id, frozenset({"board", "applicant"}))
    acting(store, 1, both)
    assert codes(refused(store, declare, MEMBER, case, "none", at=NOON)) == ["conflicts.party"]
    declare(store, MEMBER, case, "doubt", "Har fullmakt", at=NOON)
    taking_part(store, case, CHAIR, OTHER)
    assert not_ruled(store, case, CHAIR, MEMBER.id, False, _9=False, _11=False) == ["conflicts.party"]
    ruled(store, case, CHAIR, MEMBER.id, True, _9=True, _11=True)


def test_the_deputy_takes_the_place_of_who_is_absent_or_disqualified(store: Store, case: int) -> None:
    taking_part(store, case, CHAIR, MEMBER, DEPUTY)
    declare(store, OTHER, case, "conflict", "Sitter i styret i klubben", at=NOON)
    assert who_sits(store.db, case, DAY, EVERYONE) == (CHAIR.id, MEMBER.id, DEPUTY.id)
    assert who_sits(store.db, case, DAY, [CHAIR.id, DEPUTY.id]) == (CHAIR.id, DEPUTY.id)
    assert who_sits(store.db, case, DAY, [CHAIR.id, OFFICER.id, "account:99"]) == (CHAIR.id,)
    seat = seat_of(store.db, OTHER.id, DAY)
    assert seat is not None
    end_seat(store, ADMINISTRATOR, seat.id, 1, DAY)
    assert who_sits(store.db, case, DAY + dt.timedelta(1), EVERYONE) == (CHAIR.id, MEMBER.id)


def test_the_member_counts_before_the_deputy(store: Store, case: int) -> None:
    taking_part(store, case)
    assert who_sits(store.db, case, DAY, [DEPUTY.id, OTHER.id]) == (OTHER.id,)
    second = add_seat(store, ADMINISTRATOR, "account:6", DAY, deputy_for=3)
    assert second and who_sits(store.db, case, DAY, ["account:6", DEPUTY.id]) == (DEPUTY.id,)
    assert who_sits(store.db, case, DAY, ["account:6"]) == ()  # has not declared
    taking_part(store, case, Actor("account:6", frozenset({"board"})))
    assert who_sits(store.db, case, DAY, ["account:6"]) == ("account:6",)


def test_a_conflict_takes_its_person_off_the_case(store: Store, case: int) -> None:
    for one, part in ((MEMBER, "scorer"), (OTHER, "scorer"), (COLLEAGUE, "officer")):
        assign(store, OFFICER, case, one.id, part, at=NOON)
    declare(store, COLLEAGUE, case, "conflict", "Gift med lederen", at=NOON)
    assert [one.account for one in assignments(store, OFFICER)] == [MEMBER.id, OTHER.id]
    declare(store, OTHER, case, "doubt", "Svoger til lederen", at=NOON)
    assert [one.account for one in assignments(store, OFFICER)] == [MEMBER.id, OTHER.id]
    taking_part(store, case, CHAIR, MEMBER)
    ruled(store, case, CHAIR, OTHER.id, True, _9=True, _10=True)
    assert [one.account for one in assignments(store, OFFICER)] == [MEMBER.id]


def test_who_may_read_the_whole_case(store: Store, case: int) -> None:
    assert codes(reading_faults(store.db, MEMBER, case)) == ["conflicts.part.undeclared"]
    assert reading_faults(store.db, OFFICER, case) == reading_faults(store.db, AUDITOR, case) == []
    declare(store, OFFICER, case, "doubt", "Svoger til lederen", at=NOON)
    assert codes(reading_faults(store.db, OFFICER, case)) == ["conflicts.part.doubt"]
    for one in (APPLICANT, ADMINISTRATOR):
        with pytest.raises(Refused):
            reading_faults(store.db, one, case)


def test_what_was_said_and_decided_stays(store: Store, case: int) -> None:
    taking_part(store, case, CHAIR, OTHER)
    declare(store, MEMBER, case, "doubt", "Trener i klubben", at=NOON)
    ruled(store, case, CHAIR, MEMBER.id, False, _9=False, _11=False)
    for sql in ("UPDATE declaration SET word = 'none'", "UPDATE ruling SET reason = 'x'"):
        for one in (sql, f"DELETE FROM {sql.split()[1]}"):
            with pytest.raises(sqlite3.Error), store.write("operator", "test.tamper", audited=False) as write:
                write.db.execute(one)
