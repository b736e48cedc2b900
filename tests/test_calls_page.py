"""The calls: what one needs first, an organisation registered, and an application begun once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from applied import APPLICANT, COLLEAGUE, STRANGER
from own_call import Open, opened
from pages import page_of, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.numbers import HARD_SPACE
from data.phrases import LANGUAGES
from data.store import open_store
from fund.applicant.acting import acting
from fund.applicant.mandates import ask_mandate, end_mandate, list_mandates, refuse_mandate
from fund.intake.applications import list_applications


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Open]:
    with open_store(tmp_path) as held:
        yield opened(held, tmp_path)


def page(there: Open, who: str, lang: str = "nb") -> AppTest:
    made = page_of("calls", lang=lang)
    return again(there, made, who)


def again(there: Open, made: AppTest, who: str) -> AppTest:
    with signed_in(there.folder, there.cookies.get(who, "")):
        made.run()
    assert not made.exception, made.exception
    return made


def said(made: AppTest) -> str:
    return seen(made).replace(HARD_SPACE, " ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_has_no_account_is_told_what_it_takes(there: Open, lang: str) -> None:
    text = said(page(there, "", lang))
    assert f"/ny-konto?lang={lang}" in text and "/logg-inn" in text
    assert ("30 dager igjen" if lang == "nb" else "30 days left") in text and "100" in text
    assert not [one for one in page(there, "").button if str(one.key).endswith("begin_do")]
    assert ("søkere" if lang == "nb" else "applicants") in said(page(there, COLLEAGUE.id, lang))


def test_an_application_is_begun_once(there: Open) -> None:
    made = page(there, APPLICANT.id)
    for _ in range(2):
        made.button(key=f"calls_{there.call}_begin_do").click()
        text = said(again(there, made, APPLICANT.id))
    assert "/soknad?id=1" in text
    with open_store(there.folder) as held:
        (one,) = list_applications(held, APPLICANT)
        assert one.organisation == there.club


def test_a_new_organisation_asks_for_a_mandate_and_a_draft_waits_for_nobody(there: Open) -> None:
    made = page(there, STRANGER.id)
    made.text_input(key="applying_register_number").set_value("999 900 037")
    again(there, made, STRANGER.id)
    made.button(key="applying_register_do").click()
    again(there, made, STRANGER.id)
    codes = {one.code for one in made.session_state["outcome"].faults}
    assert codes == {
        "identifier.organisation.check_digit",
        "application.organisation.name",
        "application.organisation.kind",
    }
    fresh = page(there, STRANGER.id)
    assert fresh.text_input(key="applying_register_number").value == "999 900 037", "F5"
    fresh.text_input(key="applying_register_number").set_value("999 900 038")
    fresh.text_input(key="applying_register_name").set_value("Eksempelstiftelsen")
    fresh.selectbox(key="applying_register_kind").set_value("foundation")
    again(there, fresh, STRANGER.id)
    for _ in range(2):
        fresh.button(key="applying_register_do").click()
        again(there, fresh, STRANGER.id)
    assert "venter på en saksbehandler" in said(fresh)
    with open_store(there.folder) as held:
        (one,) = acting(held, STRANGER)
        assert one.waits and not one.holds
    fresh.button(key=f"calls_{there.call}_begin_do").click()
    assert "/soknad?id=1" in said(again(there, fresh, STRANGER.id))
    with open_store(there.folder) as held:
        (draft,) = list_applications(held, STRANGER)
        assert draft.organisation == one.organisation.id


def test_a_mandate_that_was_refused_or_ended_says_why_and_can_be_asked_for_again(there: Open) -> None:
    with open_store(there.folder) as held:
        asked = ask_mandate(held, STRANGER, there.club)
        (seen_,) = [one for one in list_mandates(held, COLLEAGUE) if one.id == asked]
        refuse_mandate(held, COLLEAGUE, seen_, "Står ikke i styret.")
    made = page(there, STRANGER.id)
    assert "Står ikke i styret" in said(made)
    made.button(key=f"applying_mandate_{there.club}_{asked}_do").click()
    assert "venter på en saksbehandler" in said(again(there, made, STRANGER.id))
    with open_store(there.folder) as held:
        (mine,) = [one for one in acting(held, APPLICANT) if one.organisation.id == there.club]
        end_mandate(held, APPLICANT, mine.mandate, "Slutter.")
        assert [one.holds for one in acting(held, APPLICANT)] == [False]
