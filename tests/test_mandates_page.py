"""Mandates and bank accounts on the screen: asked for, confirmed by somebody else, refused with why, ended, changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from casework import Played, played
from pages import page_of, seen, signed_in
from streamlit.testing.v1 import AppTest

from app.casework import mandate_work
from data.clock import today
from data.numbers import HARD_SPACE
from data.permission import Refused
from data.phrases import LANGUAGES
from fund.applicant.mandates import (
    ask_mandate,
    decided_mandates,
    mandate_lines,
    refuse_mandate,
    waiting_mandates,
)
from fund.applicant.organisations import register_organisation
from fund.applicant.payees import ask_payee, waiting_payees

NUMBER, ACCOUNT = "940 155 223", "1813 64 45320"
CALLED = "Ringte kassereren på nummeret i registeret; kontoen stemmer."


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield played(tmp_path_factory.mktemp("mandates"))


@pytest.fixture
def own(fund: Played, tmp_path: Path) -> Played:
    """A copy to do things with."""
    return fund.copied(tmp_path / "own")


def opened(lang: str = "nb") -> AppTest:
    page = page_of("mandates", lang=lang).run()
    assert not page.exception, page.exception
    return page


def read(page: AppTest) -> str:
    return seen(page).replace(HARD_SPACE, " ")


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception, page.exception
    return page


def asked(own: Played) -> int:
    """An organisation that the applicant has asked to act for: the mandate's number."""
    with own.store() as store:
        applicant = own.who("applicant")
        organisation = register_organisation(store, applicant, NUMBER, "Eksempel turnforening", "sports_club")
        return ask_mandate(store, applicant, organisation)


def changed(own: Played) -> int:
    """An account that the applicant has asked to be paid to: its number."""
    with own.store() as store:
        made = ask_payee(store, own.who("applicant"), 1, ACCOUNT)
    assert made is not None
    return made


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", ["officer", "applicant", "treasurer", "auditor", "board", "chair", "administrator"])
def test_everyone_sees_what_is_theirs(fund: Played, role: str, lang: str) -> None:
    with signed_in(fund.folder, fund.token(role)):
        text = read(opened(lang))
    accounts = {"nb": "Kontoer som venter", "en": "Bank accounts that wait"}[lang]
    assert (accounts in text) == (role in ("officer", "treasurer"))
    assert ("999 900 038" in text) == (role in ("officer", "applicant"))
    assert ("9999 06 10025" in text) == (role == "applicant"), "an account stands where it is needed"


def test_who_is_not_signed_in_is_refused(fund: Played) -> None:
    with signed_in(fund.folder, ""):
        assert "REFUSED" in seen(page_of("mandates").run())


def test_one_asks_for_a_mandate_and_it_is_confirmed_until_a_day(own: Played) -> None:
    with signed_in(own.folder, own.token("applicant")):
        page = opened()
        page.text_input(key="mandates_ask_number").set_value("940 155 22").run()
        page.text_input(key="mandates_ask_name").set_value("Eksempel turnforening").run()
        page = pressed(page, "mandates_ask_do")
        assert own.one("SELECT count(*) FROM organisation WHERE number = '940155223'") == 0
        assert page.text_input(key="mandates_ask_name").value == "Eksempel turnforening", "nothing typed is lost"
        page.text_input(key="mandates_ask_number").set_value(NUMBER).run()
        page.selectbox(key="mandates_ask_kind").set_value("sports_club").run()
        page = pressed(page, "mandates_ask_do")
        assert "venter på saksbehandleren" in read(page)
        pressed(page, "mandates_ask_do")
    assert own.one("SELECT count(*) FROM mandate WHERE state = 'asked'") == 1
    id = own.one("SELECT id FROM mandate WHERE state = 'asked'")
    form = f"mandates_{id}_confirm"
    with signed_in(own.folder, own.token("officer")):
        page = opened()
        page.text_input(key=f"{form}_extract").set_value("firmaattest, 1. november").run()
        page = pressed(page, f"{form}_do")
        assert own.one("SELECT state FROM mandate WHERE id = ?", id) == "asked", "a day is needed"
        page.date_input(key=f"{form}_until").set_value(today() + dt.timedelta(365)).run()
        again = opened()
        assert again.text_input(key=f"{form}_extract").value == "firmaattest, 1. november", "F5"
        page = pressed(page, f"{form}_do")
        assert own.one("SELECT state FROM mandate WHERE id = ?", id) == "confirmed"
        pressed(again, f"{form}_do")
    assert own.one("SELECT count(*) FROM outbox WHERE message = 'outbox.mandate_confirmed'") == 6, "told once"


def test_a_mandate_is_refused_with_why_and_the_first_one_stands(own: Played) -> None:
    id = asked(own)
    with signed_in(own.folder, own.token("officer")):
        page, second = opened(), opened()
        second.text_input(key=f"mandates_{id}_confirm_extract").set_value("firmaattest, 1. november").run()
        second.date_input(key=f"mandates_{id}_confirm_until").set_value(today()).run()
        page = pressed(page, f"mandates_{id}_refuse_do")
        assert own.one("SELECT state FROM mandate WHERE id = ?", id) == "asked", "why is needed"
        page.text_area(key=f"mandates_{id}_refuse_why").set_value("Står ikke i registeret.").run()
        pressed(page, f"mandates_{id}_refuse_do")
        second = pressed(second, f"mandates_{id}_confirm_do")
        assert not [one for one in second.text_input if one.key == f"mandates_{id}_confirm_extract"]
    assert own.one("SELECT state FROM mandate WHERE id = ?", id) == "refused"
    with signed_in(own.folder, own.token("applicant")):
        assert "Står ikke i registeret." in read(opened())


def test_a_mandate_is_ended(own: Played) -> None:
    with signed_in(own.folder, own.token("applicant")):
        page = opened()
        page.selectbox(key="mandates_end_id").set_value(1).run()
        page.text_area(key="mandates_end_why").set_value("Ny kasserer fra nyttår.").run()
        page = pressed(page, "mandates_end_do")
        assert "9999 06 10025" not in read(page), "one no longer sees the account"
    assert own.one("SELECT state FROM mandate WHERE id = 1") == "ended"


def test_an_account_is_changed_by_one_and_confirmed_by_another(own: Played) -> None:
    with signed_in(own.folder, own.token("applicant")):
        page = opened()
        page.text_input(key="mandates_payee_1_number").set_value("1813 64 45321").run()
        page = pressed(page, "mandates_payee_1_do")
        assert own.one("SELECT count(*) FROM payee_account WHERE state = 'asked'") == 0
        page.text_input(key="mandates_payee_1_number").set_value(ACCOUNT).run()
        page = pressed(page, "mandates_payee_1_do")
        assert "1813 64 45320 venter på å bli bekreftet" in read(page)
    id = own.one("SELECT id FROM payee_account WHERE state = 'asked'")
    for role in ("officer", "treasurer"):
        with signed_in(own.folder, own.token(role)):
            assert "1813 64 45320" in read(opened()) and "9999 06 10025" in read(opened())
    with signed_in(own.folder, own.token("treasurer")):
        page = pressed(opened(), f"mandates_account_{id}_confirm_do")
        assert own.one("SELECT state FROM payee_account WHERE id = ?", id) == "asked", "the note is needed"
        page.text_area(key=f"mandates_account_{id}_confirm_called").set_value(CALLED).run()
        pressed(page, f"mandates_account_{id}_confirm_do")
    assert own.one("SELECT state FROM payee_account WHERE id = ?", id) == "confirmed"


def test_who_asked_for_the_account_does_not_confirm_it(own: Played) -> None:
    with own.store() as store:
        made = ask_payee(store, own.who("officer"), 1, ACCOUNT)
    with signed_in(own.folder, own.token("officer")):
        page = opened()
    assert "En annen må bekrefte." in read(page)
    assert not [one for one in page.button if one.key == f"mandates_account_{made}_confirm_do"]


def test_an_account_is_refused_and_the_one_before_holds(own: Played) -> None:
    id = changed(own)
    with signed_in(own.folder, own.token("officer")):
        page = opened()
        page.text_area(key=f"mandates_account_{id}_refuse_why").set_value("Ingen kjenner til endringen.").run()
        pressed(page, f"mandates_account_{id}_refuse_do")
    assert own.one("SELECT state FROM payee_account WHERE id = ?", id) == "refused"
    assert own.one("SELECT number FROM payee_account WHERE organisation = 1 AND state = 'confirmed'") == "99990610025"


def test_the_lists_of_the_domain_are_for_who_may(own: Played) -> None:
    id = asked(own)
    changed(own)
    with own.store() as store:
        applicant, officer = own.who("applicant"), own.who("officer")
        assert {one.mandate.account for one in mandate_lines(store, applicant)} == {applicant.id}
        line = next(one for one in mandate_lines(store, officer) if one.mandate.id == id)
        assert (line.number, line.name) == ("940155223", "Eksempel turnforening")
        assert mandate_lines(store, own.who("board")) == []
        ((payee, whose),) = waiting_payees(store, own.who("treasurer"))
        assert (payee.number, whose.name) == ("18136445320", "Eksempel idrettslag")
        for role in ("applicant", "board", "auditor", "administrator"):
            with pytest.raises(Refused):
                waiting_payees(store, own.who(role))
        with pytest.raises(Refused):
            refuse_mandate(store, applicant, line.mandate, "Nei.")


def test_a_long_list_says_how_much_of_it_is_shown_and_the_others_are_sought(
    own: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own.store() as store:
        officer, applicant = own.who("officer"), own.who("applicant")
        number = register_organisation(store, applicant, NUMBER, "Eksempel 100 % turn", "sports_club")
        (seen,) = [one.mandate for one in mandate_lines(store, applicant) if one.mandate.organisation == 1]
        ask_mandate(store, applicant, number)
        (waits,) = waiting_mandates(store, officer)
        refuse_mandate(store, officer, waits.mandate, "Ukjent.")
        every, count = decided_mandates(store, officer, most=100)
        lines = [one for one in mandate_lines(store, officer) if one.mandate.state != "asked"]
        assert every == lines and count == len(lines) >= 2 and seen in [one.mandate for one in every]
        assert [one.name for one in decided_mandates(store, officer, "100 %", most=9)[0]] == ["Eksempel 100 % turn"]
        assert decided_mandates(store, officer, NUMBER, most=9)[1] == 1
        assert decided_mandates(store, officer, "_", most=9) == ([], 0)
        with pytest.raises(Refused):
            decided_mandates(store, applicant, most=9)
    monkeypatch.setattr(mandate_work, "SHOWN", 1)
    with signed_in(own.folder, own.token("officer")):
        page = opened()
        assert f"Her står de 1 nyeste av {count}" in read(page) and "999 900 038" not in read(page)
        page.text_input(key="mandates_sought").set_value("999900038").run()
        assert "999 900 038" in read(page) and "Her står" not in read(page)
        assert "999900038" in page.query_params["q"]
        page.text_input(key="mandates_sought").set_value("finnes ikke").run()
        assert "Ingen fullmakter passer til søket" in read(page)
