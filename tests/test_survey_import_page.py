"""The page that reads survey answers in: looked over, mapped, stored once; nothing lost by F5 or in a second tab."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import page_of, person, seen, signed_in
from streamlit.testing.v1 import AppTest

from data.phrases import LANGUAGES, Lang
from data.store import Store
from impact.register import create_event
from impact.survey.answers import answers_of
from impact.survey.storing import batches
from impact.survey.surveys import make_survey

DAY = dt.date(2025, 3, 1)
CSV = """Tidsmerke;Rolle;Bosted;Antall dager;Netter;Kommentar
2025-03-01;Tilskuer;Trondheim;2;0;Fint
2025-03-01;Korps;Utlandet;3;0–3;
2025-03-02;Frivillig;Malvik;1;1;{comment}
"""
PLAIN = CSV.format(comment="Bra")


@pytest.fixture
def survey(store: Store) -> Iterator[tuple[int, Any, str]]:
    """A survey, an officer and the officer's session, while the officer is signed in."""
    officer, token = person(store, "officer")
    event = create_event(store, officer, {"event": {"name_nb": "Eksempel *cup*", "municipality": "5001"}})
    with signed_in(store.folder, token):
        yield make_survey(store, officer, event, "visitor", DAY, DAY), officer, token


def opened(survey: int, content: str = "", lang: Lang = "nb") -> AppTest:
    """The page, with a file chosen where there is one."""
    page = page_of("survey_import", lang=lang, id=str(survey)).run()
    if content:
        page.file_uploader[0].set_value(("svar.csv", content.encode(), "text/csv")).run()
    assert not page.exception, page.exception
    return page


def field(page: AppTest, kind: str, label: str) -> Any:
    """The field whose label begins so."""
    return next(one for one in getattr(page, kind) if one.label.replace("\\", "").startswith(label))


def say_what_is_open(page: AppTest) -> AppTest:
    field(page, "selectbox", "«korps»").set_value("participant")
    field(page, "text_input", "«0–3»").set_value("1")
    return page.run()


def stores(page: AppTest) -> list[Any]:
    return [one for one in page.button if "_store_" in str(one.key)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_is_found_mapped_looked_over_and_stored_once(
    store: Store, survey: tuple[int, Any, str], lang: Lang
) -> None:
    number, officer, _ = survey
    page = opened(number, PLAIN, "nb")
    if lang == "en":
        page.session_state["language"] = "en"
        page.run()
        assert "Which column answers what?" in seen(page) and "Hvilken" not in seen(page).replace("Hvilken kolonne", "")
    page.session_state["language"] = "nb"
    page.run()
    assert "svar.csv: svar: 3, kolonner: 6" in seen(page)
    assert not stores(page) and "Det er ikke valgt hva «Korps» betyr." in seen(page)
    say_what_is_open(page)
    assert "Svar som blir lagret: 3." in seen(page) and len(stores(page)) == 1
    stores(page)[0].click().run()
    assert not page.exception and page.session_state["outcome"] == "Svar som ble lagret: 3."
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM unsent").fetchone() == (0,)
    frame = answers_of(store, officer, number)
    assert list(frame["role"]) == ["spectator", "participant", "volunteer"] and list(frame["nights"]) == [0, 1, 1]
    assert not stores(page) and "Lest inn før (1)" in str([one.label for one in page.expander])
    page.file_uploader[0].set_value(("igjen.csv", PLAIN.encode(), "text/csv")).run()
    assert "Den samme filen er lest inn før" in seen(page) and not stores(page)
    again = opened(number, PLAIN + "2025-03-02;Korps;Malvik;1;1;\n")
    assert len(stores(again)) == 1 and "Kolonnene er valgt som sist" in seen(again)
    assert field(again, "text_input", "«0–3»").value == "1"
    assert field(again, "selectbox", "«korps»").value == "participant"


def test_what_was_chosen_stands_after_f5_and_in_another_tab(survey: tuple[int, Any, str]) -> None:
    page = opened(survey[0], PLAIN)
    say_what_is_open(page)
    field(page, "selectbox", "Hvor mange dager var du på arr").set_value(-1).run()
    again = opened(survey[0], PLAIN)
    assert field(again, "selectbox", "«korps»").value == "participant"
    assert field(again, "text_input", "«0–3»").value == "1"
    assert field(again, "selectbox", "Hvor mange dager var du på arr").value == -1
    assert len(stores(again)) == 1


def test_two_tabs_store_the_file_once(store: Store, survey: tuple[int, Any, str]) -> None:
    first = say_what_is_open(opened(survey[0], PLAIN))
    second = opened(survey[0], PLAIN)
    stores(first)[0].click().run()
    stores(second)[0].click().run()
    assert "Den samme filen er lest inn før" in seen(second) and not stores(second)
    assert [one.rows for one in batches(store, survey[1], survey[0])] == [3]


def test_texts_that_tell_who_answered_wait_for_a_choice(store: Store, survey: tuple[int, Any, str]) -> None:
    page = say_what_is_open(opened(survey[0], CSV.format(comment="ring 91234567")))
    assert "telefonnummer" in seen(page) and "F4" in seen(page) and not stores(page)
    page.radio[0].set_value("back").run()
    assert "Rett filen" in seen(page) and not stores(page)
    page.radio[0].set_value("these").run()
    stores(page)[0].click().run()
    frame = answers_of(store, survey[1], survey[0])
    assert list(frame["comment"].fillna("")) == ["Fint", "", ""]


def test_a_file_can_be_taken_out_again(store: Store, survey: tuple[int, Any, str]) -> None:
    page = say_what_is_open(opened(survey[0], PLAIN))
    stores(page)[0].click().run()
    page = opened(survey[0])
    take_out = [one for one in page.button if str(one.key).startswith("survey_import_batch_")][-1]
    take_out.click().run()
    assert batches(store, survey[1], survey[0]) == [] and page.session_state["outcome"] == "Svar som ble tatt ut: 3."


def test_a_bad_file_is_told_with_what_to_do(survey: tuple[int, Any, str]) -> None:
    page = opened(survey[0], "Rolle;Bosted\nTilskuer;Norge;Oslo\n")
    assert "Filen kan ikke leses inn" in seen(page) and "C2" in seen(page) and not stores(page)
    page = opened(survey[0], "Rolle;Bosted\n")
    assert "Det står ingen svar under rad 1." in seen(page)


def test_another_row_of_headings_can_be_pointed_at(survey: tuple[int, Any, str]) -> None:
    page = opened(survey[0], PLAIN)
    field(page, "selectbox", "Rad med overskrifter").set_value(2).run()
    assert "Overskriftene står i rad 2" in seen(page) and not page.exception
    field(page, "selectbox", "Rad med overskrifter").set_value(9).run()
    assert "Det står ingen svar under rad 9." in seen(page)
    field(page, "selectbox", "Rad med overskrifter").set_value(1).run()
    assert "Overskriftene står i rad 1" in seen(page)


@pytest.mark.parametrize("role", ["applicant", "board", "treasurer", "auditor", "administrator"])
def test_others_see_nothing_of_it(store: Store, survey: tuple[int, Any, str], role: str) -> None:
    with signed_in(store.folder, person(store, role)[1]):
        page = page_of("survey_import", id=str(survey[0])).run()
        assert "REFUSED" in seen(page) and not page.file_uploader
    with signed_in(Path(store.folder), survey[2]):
        assert "GONE" in seen(page_of("survey_import", id="99").run())
