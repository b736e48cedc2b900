"""Organisation numbers and bank accounts: what is taken, what is refused, and how they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import Faults
from fund.applicant.identifiers import bank_account, organisation_number, shown_account, shown_organisation

ORGNRS = ("123456785", "998447356", "701730496", "940155223", "942953119")
ACCOUNTS = ("12345678903", "76940512057", "18136445320")


@pytest.mark.parametrize("digits", ORGNRS)
def test_known_organisation_numbers_are_taken(digits: str) -> None:
    assert organisation_number(digits) == digits
    assert organisation_number(f" {shown_organisation(digits)} ") == digits
    assert organisation_number(f"NO {digits} MVA") == digits


@pytest.mark.parametrize("digits", ACCOUNTS)
def test_known_accounts_are_taken(digits: str) -> None:
    assert bank_account(digits) == digits
    assert bank_account(f"{digits[:4]}.{digits[4:6]}.{digits[6:]}") == digits
    assert bank_account(shown_account(digits)) == digits


def test_numbers_are_shown_in_groups() -> None:
    assert shown_organisation("940155223") == "940\N{NO-BREAK SPACE}155\N{NO-BREAK SPACE}223"
    assert shown_account("18136445320") == "1813\N{NO-BREAK SPACE}64\N{NO-BREAK SPACE}45320"


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (organisation_number, "", "organisation.signs"),
        (organisation_number, "94015522x", "organisation.signs"),
        (organisation_number, "٩٤٠١٥٥٢٢٣", "organisation.signs"),
        (organisation_number, "94015522", "organisation.length"),
        (organisation_number, "9401552233", "organisation.length"),
        (organisation_number, "940155224", "organisation.check_digit"),
        (bank_account, "1813644532", "account.length"),
        (bank_account, "4090403", "account.length"),
        (bank_account, "00004090403", "account.check_digit"),
        (bank_account, "18136445321", "account.check_digit"),
        (bank_account, "NO1813644532", "account.signs"),
    ],
)
def test_others_are_refused(read: object, text: str, code: str) -> None:
    with pytest.raises(Faults) as refused:
        read(text, file="a.csv", place="B7")  # type: ignore[operator]
    (fault,) = refused.value.faults
    assert (fault.code, fault.file, fault.place) == (f"identifier.{code}", "a.csv", "B7")


@given(st.sampled_from(ORGNRS), st.integers(0, 8), st.integers(1, 9))
def test_one_changed_digit_is_noticed(digits: str, place: int, more: int) -> None:
    changed = f"{digits[:place]}{(int(digits[place]) + more) % 10}{digits[place + 1 :]}"
    with pytest.raises(Faults):
        organisation_number(changed)
