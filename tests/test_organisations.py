"""Organisations, who acts for them and until when, and the bank account that they are paid to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from applied import (
    ACCOUNT,
    APPLICANT,
    AUDITOR,
    BOARD,
    COLLEAGUE,
    NOON,
    NUMBER,
    OFFICER,
    OTHER_ACCOUNT,
    SECOND,
    STRANGER,
    UNTIL,
    acting,
    club,
    codes,
    refused,
)
from funded import TREASURER

from data.permission import Actor, Refused
from data.store import Conflict, Store
from fund.applicant.mandates import (
    ask_mandate,
    confirm_mandate,
    end_mandate,
    list_mandates,
    mandate_faults,
    refuse_mandate,
)
from fund.applicant.organisations import get_organisation, list_organisations, register_organisation, save_organisation
from fund.applicant.owners import has_left, owners
from fund.applicant.payees import ask_payee, confirm_payee, list_payees, payee_faults, payee_of, refuse_payee
from fund.deadlines import last_moment

CALLED = "Ringte daglig leder på nummeret i Enhetsregisteret; bekreftet kontoen."


# -- organisations


def test_a_number_is_read_as_people_write_it_and_is_there_once(store: Store) -> None:
    id = register_organisation(store, APPLICANT, "NO 940155223 MVA", "Eksempel idrettslag", "sports_club")
    assert register_organisation(store, SECOND, NUMBER, "Et annet navn", "company") == id
    found = get_organisation(store, OFFICER, id)
    assert (found.number, found.name, found.kind, found.owners) == (
        "940155223",
        "Eksempel idrettslag",
        "sports_club",
        (),
    )
    assert found.shown_number.replace("\N{NO-BREAK SPACE}", " ") == NUMBER


@pytest.mark.parametrize(
    ("number", "name", "kind", "expected"),
    [
        ("940155224", "E", "company", ["identifier.organisation.check_digit"]),
        ("94015522", "E", "company", ["identifier.organisation.length"]),
        ("94015522x", "", "ukjent", ["identifier.organisation.signs", "organisation.name", "organisation.kind"]),
        (NUMBER, "E" * 300, "company", ["organisation.name"]),
    ],
)
def test_what_is_no_organisation_is_refused_with_everything(
    store: Store, number: str, name: str, kind: str, expected: list[str]
) -> None:
    assert codes(refused(store, register_organisation, APPLICANT, number, name, kind)) == expected


def test_only_who_acts_for_it_and_the_fund_see_and_change_it(store: Store) -> None:
    id = club(store)
    seen = get_organisation(store, APPLICANT, id, at=NOON)
    assert seen.owners == ("account:2",)
    assert [one.id for one in list_organisations(store, APPLICANT, at=NOON)] == [id]
    assert list_organisations(store, STRANGER, at=NOON) == []
    for call in (
        lambda: get_organisation(store, STRANGER, id, at=NOON),
        lambda: save_organisation(store, STRANGER, seen, "Mitt", "company"),
        lambda: save_organisation(store, BOARD, seen, "Mitt", "company"),
        lambda: register_organisation(store, BOARD, NUMBER, "E", "company"),
    ):
        with pytest.raises(Refused):
            call()
    assert save_organisation(store, OFFICER, seen, "Eksempel IL", "voluntary") == 2
    with pytest.raises(Conflict):
        save_organisation(store, OFFICER, seen, "Noe annet", "voluntary")


# -- mandates


def test_a_mandate_holds_from_when_it_is_confirmed_to_the_end_of_its_day(store: Store) -> None:
    id = register_organisation(store, APPLICANT, NUMBER, "Eksempel idrettslag", "sports_club")
    assert codes(mandate_faults(store.db, id, APPLICANT, NOON)) == ["mandate.none"]
    asked = ask_mandate(store, APPLICANT, id, at=NOON)
    assert ask_mandate(store, APPLICANT, id, at=NOON) == asked
    assert codes(mandate_faults(store.db, id, APPLICANT, NOON)) == ["mandate.asked"]
    (seen,) = list_mandates(store, OFFICER, id)
    assert confirm_mandate(store, OFFICER, seen, "firmaattest 1. november", UNTIL, at=NOON) == 2
    end = last_moment(UNTIL)
    assert owners(store.db, id, end) == ("account:2",) and mandate_faults(store.db, id, APPLICANT, end) == []
    after = end + dt.timedelta(seconds=1)
    assert owners(store.db, id, after) == () and has_left(store.db, id, "account:2", after)
    (past,) = mandate_faults(store.db, id, APPLICANT, after)
    assert (past.code, past.figures) == ("application.mandate.past", {"day": UNTIL.isoformat()})


def test_a_mandate_is_confirmed_by_another_person_with_an_extract(store: Store) -> None:
    both = Actor("account:2", frozenset({"applicant", "officer"}))
    id = register_organisation(store, both, NUMBER, "Eksempel idrettslag", "sports_club")
    ask_mandate(store, both, id, at=NOON)
    (seen,) = list_mandates(store, OFFICER, id)
    yesterday = dt.date(2026, 11, 1)
    assert codes(refused(store, confirm_mandate, both, seen, " ", yesterday, at=NOON)) == [
        "mandate.own",
        "mandate.no_extract",
        "mandate.until_past",
    ]
    with pytest.raises(Refused):
        confirm_mandate(store, APPLICANT, seen, "attest", UNTIL, at=NOON)
    with pytest.raises(LookupError):  # a page can't say whose it is
        confirm_mandate(store, both, replace(seen, account="account:9"), "attest", UNTIL, at=NOON)
    confirm_mandate(store, OFFICER, seen, "firmaattest", UNTIL, at=NOON)
    with pytest.raises(Conflict):
        refuse_mandate(store, COLLEAGUE, seen, "Feil", at=NOON)
    (now,) = list_mandates(store, OFFICER, id)
    assert codes(refused(store, refuse_mandate, COLLEAGUE, now, "", at=NOON)) == ["mandate.not_asked", "no_reason"]


def test_a_new_treasurer_takes_over(store: Store) -> None:
    id = club(store)
    acting(store, id, SECOND)
    assert owners(store.db, id, NOON) == ("account:2", "account:3")
    (mine,) = list_mandates(store, APPLICANT, id)
    end_mandate(store, APPLICANT, mine, "Ny kasserer fra i dag", at=NOON)
    assert owners(store.db, id, NOON) == ("account:3",)
    again = ask_mandate(store, APPLICANT, id, at=NOON)
    assert again != mine.id and has_left(store.db, id, "account:2", NOON)
    (other,) = list_mandates(store, SECOND, id)
    with pytest.raises(Refused):
        end_mandate(store, STRANGER, other, "Vil ikke", at=NOON)
    assert codes(refused(store, end_mandate, OFFICER, mine, "", at=NOON)) == ["no_reason"]


def test_an_ended_mandate_is_told_apart_from_a_refused_one(store: Store) -> None:
    id = register_organisation(store, APPLICANT, NUMBER, "Eksempel idrettslag", "sports_club")
    ask_mandate(store, APPLICANT, id, at=NOON)
    (seen,) = list_mandates(store, OFFICER, id)
    refuse_mandate(store, OFFICER, seen, "Står ikke i attesten", at=NOON)
    assert codes(mandate_faults(store.db, id, APPLICANT, NOON)) == ["mandate.refused"]
    assert not has_left(store.db, id, "account:2", NOON)
    (now,) = list_mandates(store, OFFICER, id)
    assert codes(refused(store, end_mandate, OFFICER, now, "x", at=NOON)) == ["mandate.not_confirmed"]


# -- the account that is paid to


def test_a_bank_account_is_confirmed_by_a_second_person_who_called(store: Store) -> None:
    id = club(store)
    assert codes(payee_faults(store.db, id)) == ["payee.none"]
    assert codes(refused(store, ask_payee, APPLICANT, id, "18136445321", at=NOON)) == ["identifier.account.check_digit"]
    ask_payee(store, OFFICER, id, ACCOUNT, at=NOON)
    (seen,) = list_payees(store, APPLICANT, id, at=NOON)
    assert codes(payee_faults(store.db, id)) == ["payee.waiting"]
    assert codes(refused(store, confirm_payee, OFFICER, seen, "ringte", at=NOON)) == [
        "payee.same_person",
        "payee.no_call",
    ]
    assert confirm_payee(store, COLLEAGUE, seen, CALLED, at=NOON) == 2
    assert payee_faults(store.db, id) == [] and payee_faults(store.db, id, "18136445320") == []
    assert codes(refused(store, confirm_payee, COLLEAGUE, seen, CALLED, at=NOON)) == ["payee.not_asked"]


def test_a_changed_account_holds_payouts_until_it_is_answered(store: Store) -> None:
    id = club(store)
    ask_payee(store, APPLICANT, id, ACCOUNT, at=NOON)
    (first,) = list_payees(store, TREASURER, id, at=NOON)
    confirm_payee(store, TREASURER, first, CALLED, at=NOON)
    assert ask_payee(store, APPLICANT, id, ACCOUNT, at=NOON) is None
    ask_payee(store, APPLICANT, id, OTHER_ACCOUNT, at=NOON)
    held = payee_of(store.db, id)
    assert held is not None and held.number == "18136445320"  # still the one before
    assert codes(payee_faults(store.db, id)) == ["payee.waiting"]
    second = list_payees(store, TREASURER, id, at=NOON)[0]
    assert codes(refused(store, refuse_payee, TREASURER, second, "", at=NOON)) == ["no_reason"]
    refuse_payee(store, TREASURER, second, "Organisasjonen kjente ikke til det", at=NOON)
    assert payee_faults(store.db, id) == []
    ask_payee(store, APPLICANT, id, OTHER_ACCOUNT, at=NOON)
    confirm_payee(store, OFFICER, list_payees(store, TREASURER, id, at=NOON)[0], CALLED, at=NOON)
    assert codes(payee_faults(store.db, id, "18136445320")) == ["payee.other"]
    assert [one.state for one in list_payees(store, AUDITOR, id, at=NOON)] == ["confirmed", "refused", "replaced"]


def test_who_acts_for_the_organisation_never_confirms_its_account(store: Store) -> None:
    id = club(store)
    insider = Actor("account:3", frozenset({"applicant", "treasurer"}))
    acting(store, id, insider)
    ask_payee(store, APPLICANT, id, ACCOUNT, at=NOON)
    (seen,) = list_payees(store, TREASURER, id, at=NOON)
    assert codes(refused(store, confirm_payee, insider, seen, CALLED, at=NOON)) == ["payee.same_person"]
    for actor in (APPLICANT, BOARD, AUDITOR):
        with pytest.raises(Refused):
            confirm_payee(store, actor, seen, CALLED, at=NOON)
    with pytest.raises(Refused):
        ask_payee(store, STRANGER, id, OTHER_ACCOUNT, at=NOON)
    with pytest.raises(Refused):
        list_payees(store, BOARD, id, at=NOON)


def test_the_database_itself_keeps_mandates_and_accounts(store: Store) -> None:
    id = club(store)
    ask_payee(store, APPLICANT, id, ACCOUNT, at=NOON)
    for sql, says in (
        ("DELETE FROM mandate", "never deleted"),
        ("UPDATE mandate SET account = 'account:9'", "stays with"),
        ("UPDATE mandate SET decided_by = account", "CHECK"),
        ("DELETE FROM payee_account", "never deleted"),
        ("UPDATE payee_account SET number = '76940512057'", "new row"),
        ("UPDATE payee_account SET state = 'confirmed', decided_by = asked_by, called = 'x'", "CHECK"),
        ("UPDATE organisation SET number = '942953119'", "keeps its number"),
        ("DELETE FROM organisation", "never deleted"),
    ):
        with pytest.raises(Exception, match=says), store.write("test", "test.tamper", audited=False) as write:
            write.db.execute(sql)
