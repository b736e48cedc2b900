"""The page of an event: states, locking and publishing once, the workbook both ways, history in words, rights."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pages import page_of, person, seen, signed_in
from streamlit.testing.v1 import AppTest
from test_event_form_page import button, document, press

from app.event_excel import workbook
from data.phrases import LANGUAGES
from data.store import open_store
from impact.drafts import read_draft
from impact.estimates import list_estimates
from impact.lessons import add_lesson
from impact.register import create_event, get_event, list_events, save_event


class Here:
    """A store with an officer's event in it, another edition of it, and an applicant."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with open_store(folder) as store:
            self.officer, self.token = person(store, "officer", "Eksempel Saksbehandler")
            self.applicant, self.applicants_token = person(store, "applicant", "Eksempel Søker")
            self.reader, self.readers_token = person(store, "board", "Eksempel Styremedlem")
            self.event = create_event(store, self.officer, document(), series="Vinterfest", edition="2027")
            earlier = document()
            earlier["event"] |= {"name_nb": "Vinterfest 2026", "first_day": "2026-02-10", "last_day": "2026-02-12"}
            self.earlier = create_event(store, self.officer, earlier, series="Vinterfest", edition="2026", state="held")
            add_lesson(store, self.officer, self.earlier, "Bestill bussene før jul.")

    def page(self, token: str = "", *, event: Any = None, lang: str = "nb") -> AppTest:
        page = page_of("event", lang=lang, id=str(event or self.event))
        self.run(page, token)
        return page

    def run(self, page: AppTest, token: str = "") -> None:
        with signed_in(self.folder, token or self.token):
            page.run()
        assert not page.exception, page.exception[0].stack_trace

    def press(self, page: AppTest, label: str, token: str = "") -> None:
        with signed_in(self.folder, token or self.token):
            press(page, label)

    def estimates(self) -> Any:
        with open_store(self.folder) as store:
            return list_estimates(store, self.officer, event=self.event)

    def row(self) -> Any:
        with open_store(self.folder) as store:
            return get_event(store, self.officer, self.event).row


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_tells_what_the_event_is_in_both_languages(here: Here, lang: str) -> None:
    text = seen(here.page(lang=lang))
    for words in {
        "nb": (
            "Vinterfest 2027",
            "idé",
            "10.–12. feb. 2027 · Trondheim",
            "Andre utgaver",
            "Lignende arrangementer lærte",
        ),
        "en": ("Winter fest 2027", "idea", "10–12 Feb 2027 · Trondheim", "Other editions", "Similar events learnt"),
    }[lang]:
        assert words in text
    assert "Vinterfest 2026" in text or lang == "en"
    assert "Bestill bussene før jul." in text and f'href="/arrangement?id={here.earlier}"' in text


def test_states_follow_a_plain_order_and_calling_off_is_asked_about(here: Here) -> None:
    page = here.page()
    labels = [one.label for one in page.button if one.label.startswith("Sett til")]
    assert labels == ["Sett til: søknad om vertskap", "Sett til: bekreftet", "Sett til: avlyst"]
    assert button(page, "Sett til: avlyst").disabled
    here.press(page, "Sett til: bekreftet")
    assert here.row().state == "confirmed" and "Status er nå: bekreftet" in seen(page)
    with signed_in(here.folder, here.token):
        next(one for one in page.checkbox if "avlyst" in one.label).check().run()
    here.press(page, "Sett til: avlyst")
    assert here.row().state == "cancelled"
    assert [one.label for one in page.button if one.label.startswith("Sett til")] == ["Sett til: idé"]


def test_a_state_that_someone_changed_meanwhile_is_told_not_overwritten(here: Here) -> None:
    page = here.page()
    with open_store(here.folder) as store:
        save_event(store, here.officer, here.event, 1, state="bid")
    here.press(page, "Sett til: bekreftet")
    assert here.row().state == "bid" and page.error


def test_an_estimate_is_locked_once_published_and_withdrawn_with_a_reason(here: Here) -> None:
    page = here.page()
    with signed_in(here.folder, here.token):
        next(one for one in page.text_input if one.label.startswith("Navn på scenariet")).set_value("lavt belegg").run()
    here.press(page, "Lås anslaget")
    assert [one.name for one in here.estimates()] == ["lavt belegg"]
    text = seen(page)
    assert "låst, ikke publisert" in text and f'href="/anslag?id={here.estimates()[0].id}"' in text
    assert "kan ikke slettes" in text.replace("\\", "")
    here.press(page, "Ja, publiser det")
    assert here.estimates()[0].published
    here.press(page, "Ja, trekk det tilbake")
    assert here.estimates()[0].published and "Grunnen mangler" in seen(page)
    with signed_in(here.folder, here.token):
        next(one for one in page.text_input if one.label == "Grunn").set_value("Besøk var talt to ganger").run()
    here.press(page, "Ja, trekk det tilbake")
    assert not here.estimates()[0].published and "Besøk var talt to ganger" in seen(page)


def test_what_cannot_be_computed_cannot_be_locked_and_says_why(here: Here) -> None:
    bare = document()
    del bare["audience"][0]["visits"]
    with open_store(here.folder) as store:
        save_event(store, here.officer, here.event, 1, document=bare)
    page = here.page()
    assert "Antall besøk mangler for Gjester fra utlandet." in seen(page)
    assert "Lås anslaget" not in [one.label for one in page.button]


def test_the_workbook_comes_back_as_a_draft(here: Here) -> None:
    whole = document(beside={"volunteers": {"number": {"value": 12, "evidence": "counted", "source": "lista"}}})
    with open_store(here.folder) as store:
        save_event(store, here.officer, here.event, 1, document=whole)
    book = load_workbook(io.BytesIO(workbook(whole, "nb")))
    sheet = book["Publikum"]
    cell = next(row[2] for row in sheet.iter_rows(min_row=2) if row[1].value == "besøk")
    cell.value = 4444
    stream = io.BytesIO()
    book.save(stream)
    page = upload(here, stream.getvalue())
    assert "lest inn som utkast" in seen(page)
    with open_store(here.folder) as store:
        draft = read_draft(store, here.officer, here.event)
        assert draft is not None and draft.document["audience"][0]["visits"]["value"] == 4444
        assert draft.document["beside"] == whole["beside"]
        assert get_event(store, here.officer, here.event).document["audience"][0]["visits"]["value"] == 3000


def test_a_faulty_workbook_is_told_by_its_cells_and_changes_nothing(here: Here) -> None:
    book = load_workbook(io.BytesIO(workbook(document(), "nb")))
    sheet = book["Publikum"]
    cell = next(row[2] for row in sheet.iter_rows(min_row=2) if row[1].value == "besøk")
    cell.value = "mange"
    stream = io.BytesIO()
    book.save(stream)
    page = upload(here, stream.getvalue())
    assert f"Publikum!{cell.coordinate}" in "".join(one.value for one in page.error).replace("\\", "")
    with open_store(here.folder) as store:
        assert read_draft(store, here.officer, here.event) is None


def upload(here: Here, content: bytes) -> AppTest:
    """The page after a workbook was read in."""
    page = here.page()
    with signed_in(here.folder, here.token):
        page.file_uploader[0].set_value(("skjema.xlsx", content, "")).run()
    here.press(page, "Les inn som utkast")
    return page


def test_a_copy_is_a_new_edition_at_another_date(here: Here) -> None:
    page = here.page()
    here.press(page, "Lag kopien")
    with signed_in(here.folder, here.token):
        page.date_input[0].set_value(dt.date(2028, 2, 8)).run()
    here.press(page, "Lag kopien")
    assert "Vinterfest 2028" in page.title[0].value
    with open_store(here.folder) as store:
        rows, count = list_events(store, here.officer)
    assert count == 3 and rows[0].last_day == dt.date(2028, 2, 10)


def test_history_says_who_changed_what_in_words(here: Here) -> None:
    newer = document()
    newer["audience"][0]["visits"] = {
        "low": 2000,
        "mode": 3000,
        "high": 4000,
        "evidence": "assumed",
        "source": "antatt",
    }
    with open_store(here.folder) as store:
        save_event(store, here.officer, here.event, 1, document=newer, state="bid")
    text = seen(here.page()).replace("\xa0", " ")
    assert "Gjester fra utlandet: besøk</td><td>3 000, oppgitt, arrangøren</td>" in text
    assert "<td>2 000 / 3 000 / 4 000, antatt, antatt</td>" in text
    assert "Eksempel Saksbehandler</td><td>Status</td><td>idé</td><td>søknad om vertskap" in text


def test_series_and_venues_are_saved(here: Here) -> None:
    page = here.page()
    with signed_in(here.folder, here.token):
        page.text_input(key=f"event_{here.event}_venues").set_value("Granåsen; Trondheim Spektrum ;").run()
    here.press(page, "Lagre dette")
    assert here.row().venues == ("Granåsen", "Trondheim Spektrum") and here.row().series == "Vinterfest"


def test_an_event_is_deleted_after_it_was_asked_about(here: Here) -> None:
    page = here.page()
    here.press(page, "Ja, slett det")
    assert "Arrangementet er slettet" in seen(page)
    with open_store(here.folder) as store, pytest.raises(LookupError):
        get_event(store, here.officer, here.event)


def test_who_may_only_read_finds_no_buttons(here: Here) -> None:
    page = here.page(here.readers_token)
    assert "Vinterfest 2027" in seen(page)
    assert [one.label for one in page.button] == []


def test_an_applicant_cannot_open_anothers_event(here: Here) -> None:
    text = seen(here.page(here.applicants_token))
    assert "REFUSED" in text and "Vinterfest" not in text


@pytest.mark.parametrize("bad", ["abc", "999", "-1"])
def test_an_address_that_leads_nowhere_is_told(here: Here, bad: str) -> None:
    assert "GONE" in seen(here.page(event=bad))
