"""The form of an event: nothing typed is lost, what is wrong is told where it is, two people's work is merged."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from pages import page_of, person, seen, signed_in
from streamlit.runtime.state.common import TESTING_KEY
from streamlit.testing.v1 import AppTest

from app import new_event
from app.drafting import Drafting
from app.entries import Entry, as_typed, by_name, put, read_place, relocated, written
from app.form_faults import lacks
from app.new_event import fields
from app.pages import event_form
from app.visit import Visit
from data.phrases import LANGUAGES
from data.store import open_store
from data.typed import read_number
from impact.drafts import read_draft
from impact.reference import reference_in
from impact.register import create_event, get_event, save_event

ABOUT = {
    "id": "vinterfest-2027",
    "name_nb": "Vinterfest 2027",
    "name_en": "Winter fest 2027",
    "kind": "festival",
    "municipality": "5001",
    "first_day": "2027-02-10",
    "last_day": "2027-02-12",
    "price_year": 2024,
}
VISITS = {"value": 3000, "evidence": "reported", "source": "arrangøren"}
GUESTS = "Gjester fra utlandet"


def document(**more: Any) -> dict[str, Any]:
    """An event that can be computed."""
    row = {
        "name": GUESTS,
        "role": "guest",
        "home": "abroad",
        "visits": VISITS,
        "days_per_person": {**VISITS, "value": 2},
    }
    row["spend"] = {"food_service": {**VISITS, "value": 500}}
    return {"event": dict(ABOUT), "audience": [row], **more}


class Here:
    """A store with an officer's event in it, and whoever else opens the form."""

    def __init__(self, folder: Path, first: dict[str, Any]) -> None:
        self.folder = folder
        with open_store(folder) as store:
            self.officer, self.token = person(store, "officer", "Eksempel Saksbehandler")
            self.other, self.other_token = person(store, "officer", "Eksempel Kollega")
            self.stranger, self.strange_token = person(store, "applicant", "Eksempel Søker")
            self.event = create_event(store, self.officer, first)

    @contextmanager
    def form(self, step: str = "publikum", *, token: str = "", lang: str = "nb") -> Iterator[AppTest]:
        with signed_in(self.folder, token or self.token):
            page = page_of("event_form", lang=lang, id=str(self.event), steg=step)
            page.run()
            assert not page.exception, page.exception[0].stack_trace
            yield page

    def draft(self) -> dict[str, Any] | None:
        with open_store(self.folder) as store:
            found = read_draft(store, self.officer, self.event)
            return found.document if found else None

    def stored(self) -> dict[str, Any]:
        with open_store(self.folder) as store:
            return get_event(store, self.officer, self.event).document


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path, document())


def field(page: AppTest, place: str, part: str = "text") -> Any:
    """The input of a field, by its place; it must be there once."""
    end = f"_{place}_{part}" if part else f"_{place}"
    found = [
        one for kind in (page.text_input, page.selectbox, page.radio) for one in kind if str(one.key).endswith(end)
    ]
    assert len(found) == 1, (end, [one.key for one in page.text_input])
    return found[0]


def button(page: AppTest, label: str) -> Any:
    found = [one for one in page.button if one.label == label]
    assert len(found) == 1, [one.label for one in page.button]
    return found[0]


def press(page: AppTest, label: str) -> None:
    button(page, label).click().run()
    assert not page.exception, page.exception[0].stack_trace


def type_in(page: AppTest, place: str, text: str, part: str = "text") -> None:
    field(page, place, part).set_value(text).run()
    assert not page.exception, page.exception[0].stack_trace


# -- nothing typed is lost


def test_what_is_typed_is_a_draft_at_once_and_comes_back_in_a_new_session(here: Here) -> None:
    with here.form() as page:
        assert "Verdiskaping i regionen" in seen(page)
        type_in(page, "audience/0/visits", "2 000–4 000")
        assert "Lest som lavt 2 000, høyt 4 000, sannsynlig 3 000 (midten)" in seen(page).replace("\xa0", " ")
        assert "Lagret " in seen(page)
    assert here.stored()["audience"][0]["visits"] == VISITS
    with here.form() as page:
        assert field(page, "audience/0/visits").value == "2 000 / 3 000 / 4 000"
        press(page, "Lagre i registeret")
        assert "Lagret i registeret" in seen(page)
    assert here.draft() is None
    grounds = {"evidence": "reported", "source": "arrangøren"}
    assert here.stored()["audience"][0]["visits"] == {"low": 2000, "mode": 3000, "high": 4000, **grounds}


def test_a_text_that_is_no_number_is_kept_as_typed_and_told_at_the_field_and_in_the_summary(here: Here) -> None:
    with here.form() as page:
        type_in(page, "audience/0/visits", "12.500")
        text = seen(page)
        assert text.count("kan leses som") == 2 and "12\xa0500 eller 12,5" in text
        assert "Vi kan ikke regne ut dette ennå" in text and 'href="#felt-audience-0-visits"' in text
        press(page, "Lagre i registeret")
        assert "kan ikke leses som tall ennå" in seen(page)
    assert here.stored()["audience"][0]["visits"] == VISITS
    with here.form() as page:
        assert field(page, "audience/0/visits").value == "12.500"
        type_in(page, "audience/0/visits", "12 500")
        press(page, "Lagre i registeret")
    assert here.stored()["audience"][0]["visits"] == {**VISITS, "value": 12500}
    assert "typed" not in here.stored()


def test_evidence_is_never_chosen_for_anyone(here: Here) -> None:
    with here.form() as page:
        type_in(page, "audience/0/nights_per_person", "1,5")
        assert field(page, "audience/0/nights_per_person", "evidence").value is None
        assert "Netter per person for Gjester fra utlandet: grunnlaget er ikke valgt." in seen(page)
        type_in(page, "audience/0/nights_per_person", "surveyed", "evidence")
        type_in(page, "audience/0/nights_per_person", "publikumsundersøkelsen", "source")
        assert "grunnlaget er ikke valgt" not in seen(page)
    draft = here.draft()
    assert draft is not None
    kept = {"value": 1.5, "evidence": "surveyed", "source": "publikumsundersøkelsen"}
    assert draft["audience"][0]["nights_per_person"] == kept


def test_what_is_missing_is_said_in_plain_words(tmp_path: Path) -> None:
    bare = document()
    del bare["audience"][0]["visits"]
    here = Here(tmp_path, bare)
    with here.form() as page:
        text = seen(page)
        assert "Antall besøk mangler for Gjester fra utlandet." in text
        assert "Skriv et tall eller et spenn, for eksempel 2 000–4 000." in text
        type_in(page, "audience/0/visits", "telt", "source")
        assert "tallet mangler" in seen(page)
    draft = here.draft()
    assert draft is not None and draft["typed"]["texts"]["audience/0/visits"]["source"] == "telt"


def test_a_shared_number_is_changed_for_all_or_loosened(tmp_path: Path) -> None:
    shared = document(numbers={"days": {**VISITS, "value": 2}})
    shared["audience"][0]["days_per_person"] = {"ref": "days"}
    shared["audience"].append({**shared["audience"][0], "name": "Gjester fra Norge", "home": "norway"})
    here = Here(tmp_path, shared)
    with here.form() as page:
        assert "Det brukes også i: Gjester fra Norge: dager per person" in seen(page)
        type_in(page, "audience/0/days_per_person", "3")
        draft = here.draft()
        assert draft is not None and draft["numbers"]["days"]["value"] == 3
        press(page, "Eget tall her")
        type_in(page, "audience/0/days_per_person", "4")
    draft = here.draft()
    assert draft is not None
    assert draft["audience"][0]["days_per_person"]["value"] == 4 and draft["numbers"]["days"]["value"] == 3
    assert draft["audience"][1]["days_per_person"] == {"ref": "days"}


def test_rows_are_added_copied_and_taken_away_with_what_was_typed_in_them(here: Here) -> None:
    with here.form() as page:
        press(page, "Legg til publikum")
        type_in(page, "audience/1/visits", "mange")
        press(page, "Kopier")
        draft = here.draft()
        assert draft is not None and [one["name"] for one in draft["audience"]] == [
            GUESTS,
            "Nytt publikum",
            "Nytt publikum (kopi)",
        ]
        state_key = f"event_form_{here.event}_row_audience"
        page.session_state[state_key] = 0
        page.run()
        press(page, "Ja, ta bort")
    draft = here.draft()
    assert draft is not None and [one["name"] for one in draft["audience"]] == ["Nytt publikum", "Nytt publikum (kopi)"]
    assert list(draft["typed"]["texts"]) == ["audience/0/visits"]


def test_a_column_of_nights_is_pasted_line_by_line(here: Here) -> None:
    with here.form("netter") as page:
        press(page, "Lag en rad for hver natt")
        area = page.text_area[0]
        area.set_value("11.02.2027\t4 600\n10.02.2027\t4 500\nmange\n99.99\t1\n4").run()
        assert not page.exception, page.exception[0].stack_trace
        assert page.text_area[0].value == "99.99\t1\n4"
        text = seen(page)
        assert "3 linjer er lest" in text and "2 linjer passet ikke" in text and "«mange» kan ikke leses" in text
    draft = here.draft()
    assert draft is not None
    assert [row["date"] for row in draft["night"]] == ["2027-02-10", "2027-02-11", "2027-02-12"]
    assert [row.get("rooms", {}).get("value") for row in draft["night"]] == [4500, 4600, None]
    assert list(draft["typed"]["texts"]) == ["night/2/rooms"]


def test_throwing_the_draft_away_asks_first(here: Here) -> None:
    with here.form() as page:
        type_in(page, "audience/0/visits", "9")
        press(page, "Ja, forkast det")
        assert "Utkastet er forkastet" in seen(page)
        assert field(page, "audience/0/visits").value == "3 000"
    assert here.draft() is None


def restarted(page: AppTest) -> None:
    """The server's session is gone; the browser still has the page, and sends its fields to a new session."""
    for widget in (*page.text_input, *page.selectbox, *page.radio, *page.pills, *page.segmented_control):
        widget.set_value(widget.value)
    fresh = page_of("event_form", lang=page.session_state["language"])
    fresh._session_state[TESTING_KEY] = page._session_state[TESTING_KEY]  # how AppTest knows what fields show
    page._session_state, page.session_state = fresh._session_state, fresh.session_state


def test_what_is_typed_while_the_server_starts_anew_is_kept(here: Here) -> None:
    with here.form() as page:
        type_in(page, "audience/0/days_per_person", "3")
        press(page, "Kopier")
        restarted(page)
        type_in(page, "audience/1/visits", "7 000")
        assert "Lest som 7 000" in seen(page).replace("\xa0", " ")
    draft = here.draft()
    assert draft is not None and draft["audience"][1]["visits"]["value"] == 7000
    assert draft["audience"][0]["visits"] == VISITS


def test_a_first_run_after_a_restart_that_is_cut_off_loses_nothing(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.form() as page:
        type_in(page, "audience/0/days_per_person", "3")
        restarted(page)
        browser = page._tree
        with monkeypatch.context() as cut:  # the next field is left before the first run has come to it
            cut.setitem(event_form._SHOW, "audience", lambda form: st.stop())
            page.run()
        page._tree = browser
        type_in(page, "audience/0/visits", "7 000")
        assert not page.exception
    draft = here.draft()
    assert draft is not None and draft["audience"][0]["visits"]["value"] == 7000


def test_a_page_left_open_over_a_restart_never_overwrites_a_newer_draft(here: Here) -> None:
    with here.form() as stale, here.form() as other:
        type_in(stale, "audience/0/days_per_person", "3")
        type_in(other, "audience/0/visits", "5 000")
        restarted(stale)
        stale.run()
        assert not stale.exception and field(stale, "audience/0/visits").value == "5 000"
    draft = here.draft()
    assert draft is not None and draft["audience"][0]["visits"]["value"] == 5000


# -- two tabs, two people


def test_two_tabs_of_one_person_keep_each_others_fields(here: Here) -> None:
    with here.form() as first, here.form() as second:
        type_in(first, "audience/0/visits", "5 000")
        type_in(second, "audience/0/days_per_person", "3")
        assert "endret i en annen fane" in seen(second)
        assert field(second, "audience/0/visits").value == "5 000"
    draft = here.draft()
    assert draft is not None and draft["audience"][0]["visits"]["value"] == 5000
    assert draft["audience"][0]["days_per_person"]["value"] == 3


def test_the_same_field_in_two_tabs_is_told_and_never_overwritten(here: Here) -> None:
    with here.form() as first, here.form() as second:
        type_in(first, "audience/0/visits", "5 000")
        type_in(second, "audience/0/visits", "7 000")
        text = seen(second)
        assert "mens du skrev «7 000" in text
        assert field(second, "audience/0/visits").value == "5 000"
        press(second, "Jeg har sett det")
        type_in(second, "audience/0/visits", "7 000")
    draft = here.draft()
    assert draft is not None and draft["audience"][0]["visits"]["value"] == 7000 and "typed" not in draft


def test_two_editors_clash_choose_and_merge(here: Here) -> None:
    with here.form() as mine:
        type_in(mine, "audience/0/visits", "5 000")
        with here.form(token=here.other_token) as theirs:
            type_in(theirs, "audience/0/visits", "7 000")
            type_in(theirs, "audience/0/days_per_person", "4")
            press(theirs, "Lagre i registeret")
        with signed_in(here.folder, here.token):
            press(mine, "Lagre i registeret")
            text = seen(mine)
            assert "Andre har endret det samme (1)" in text and "Eksempel Kollega" in text
            assert "Gjester fra utlandet: besøk" in text and "Da du begynte: 3 000, oppgitt, arrangøren" in text
            choice = mine.radio[0]
            assert choice.value is None and len(choice.options) == 2
            assert button(mine, "Lagre valgene i registeret").disabled
            assert here.stored()["audience"][0]["visits"]["value"] == 7000
            choice.set_value("mine").run()
            press(mine, "Lagre valgene i registeret")
            assert "Lagret i registeret" in seen(mine)
    row = here.stored()["audience"][0]
    assert row["visits"]["value"] == 5000 and row["days_per_person"]["value"] == 4
    assert here.draft() is None


def test_a_row_that_one_took_away_and_the_other_changed_is_told_in_words(tmp_path: Path) -> None:
    two = document()
    two["audience"].append({**two["audience"][0], "name": "Gjester fra Norge"})
    here = Here(tmp_path, two)
    with here.form() as mine:
        press(mine, "Ja, ta bort")
        newer = copy.deepcopy(two)
        newer["audience"][0]["visits"] = {**VISITS, "value": 8000}
        with open_store(here.folder) as store:
            save_event(store, here.other, here.event, 1, document=newer)
        press(mine, "Lagre i registeret")
        options = "".join(mine.radio[0].options).replace("\\", "").replace("\xa0", " ")
        assert "Mitt: raden er tatt bort" in options and "I registeret: besøk: 8 000, oppgitt, arrangøren" in options
        assert "annen fane" not in seen(mine)
        mine.radio[0].set_value("theirs").run()
        press(mine, "Lagre valgene i registeret")
    kept = {row["name"]: row["visits"]["value"] for row in here.stored()["audience"]}
    assert kept == {GUESTS: 8000, "Gjester fra Norge": 3000}


# -- rights, languages, new events


def test_an_applicant_cannot_open_anothers_event(here: Here) -> None:
    with here.form(token=here.strange_token) as page:
        assert "REFUSED" in seen(page) and "Vinterfest" not in seen(page)
    with signed_in(here.folder, ""):
        page = page_of("event_form", id=str(here.event))
        page.run()
        assert "REFUSED" in seen(page) and "Vinterfest" not in seen(page)


@pytest.mark.parametrize("bad", ["abc", "999", "-1", "1;2", "٣"])
def test_an_address_that_leads_nowhere_is_told(here: Here, bad: str) -> None:
    with signed_in(here.folder, here.token):
        page = page_of("event_form", id=bad)
        page.run()
        assert "GONE" in seen(page) and not page.exception


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("step", ["om", "publikum", "okonomi", "netter", "ved-siden", "dokumentasjon"])
def test_every_step_renders_in_both_languages(tmp_path: Path, lang: str, step: str) -> None:
    whole = document(
        organiser_cost=[{"name": "Rigg", "amount": VISITS, "industry": "R93"}],
        night=[{"date": "2027-02-10", "rooms": VISITS, "baseline_sold": {**VISITS, "value": 10}}],
        beside={"volunteers": {"number": VISITS}, "strategy": {"area_1": {"degree": 2, "ground": "…"}}},
    )
    here = Here(tmp_path, whole)
    with here.form(step, lang=lang) as page:
        assert ("Anslaget nå" if lang == "nb" else "The estimate now") in seen(page)
        assert ("Vinterfest" if lang == "nb" else "Winter fest") in seen(page)


def test_a_step_and_a_row_that_the_browser_knows_by_an_older_name_stay_open(here: Here) -> None:
    """It sends nothing for what it can't find among the newer names."""
    with here.form() as page:
        for choice in (*page.segmented_control, *page.pills):
            choice.set_value(None)
        type_in(page, "audience/0/days_per_person", "mange")
        assert page.segmented_control[0].value == "audience" and page.pills[0].value == 0
        assert page.query_params["steg"] in ("publikum", ["publikum"])


def test_a_new_event_needs_a_name_and_is_made_once(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(visit: Visit) -> None:
        """Where the fields are there again before the page is left, a second click fills them from the browser's."""
        assert "event_form_new_made" not in st.session_state
        fields(visit)

    monkeypatch.setattr(new_event, "fields", drawn)
    with signed_in(here.folder, here.token):
        page = page_of("event_form", ny="1")
        page.run()
        press(page, "Opprett arrangementet")
        assert "har ikke noe navn" in seen(page)
        page.text_input(key="event_form_new_name_nb").set_value("Åpen dag på Øya")
        page.selectbox(key="event_form_new_municipality").set_value("5001")
        press(page, "Opprett arrangementet")
        assert page.query_params["id"] == str(here.event + 1) and "Åpen dag på Øya" in page.title[0].value
    with open_store(here.folder) as store:
        about = get_event(store, here.officer, here.event + 1).document["event"]
    assert about["id"] == "apen-dag-pa-oya" and about["name_en"] == about["name_nb"] == "Åpen dag på Øya"


def test_a_deleted_event_leaves_the_draft_to_make_a_new_one_of(here: Here) -> None:
    with here.form() as page:
        type_in(page, "audience/0/visits", "9 000")
        with open_store(here.folder) as store:
            from impact.register import delete_event

            delete_event(store, here.other, here.event, 1)
        page.run()
        assert "er slettet" in seen(page)
        press(page, "Lag et nytt arrangement av utkastet")
    with open_store(here.folder) as store:
        made = get_event(store, here.officer, here.event + 1).document
    assert made["audience"][0]["visits"]["value"] == 9000


def test_names_are_shown_as_they_stand(tmp_path: Path) -> None:
    nasty = document()
    nasty["event"]["name_nb"] = "<script>alert(1)</script> **fet** [x](http://x)"
    nasty["audience"][0]["name"] = "<img src=x onerror=alert(1)>"
    here = Here(tmp_path, nasty)
    with here.form("dokumentasjon") as page:
        html = "".join(one.proto.body for one in page.get("html"))
        assert "<img" not in html and "<script>alert" not in html
        assert page.title[0].value.startswith("\\<script\\>")


def test_the_registers_newest_is_kept_when_it_is_saved_between(here: Here) -> None:
    """A tab whose event was saved in another way reads its fields anew."""
    with here.form() as page:
        newer = document()
        newer["audience"][0]["visits"] = {**VISITS, "value": 8000}
        with open_store(here.folder) as store:
            save_event(store, here.other, here.event, 1, document=newer)
        type_in(page, "audience/0/days_per_person", "5")
        assert field(page, "audience/0/visits").value == "8 000"
    draft = here.draft()
    assert draft is not None and draft["audience"][0]["visits"]["value"] == 8000


# -- entries


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "value", [0, 1, 12, 12.5, 12.345, 0.345, 229000, 1234.567, 1234567.89, 0.1 + 0.2, -3.5, 999.125, 1e6]
)
def test_a_number_is_written_so_that_it_is_read_as_the_same(value: float, lang: Any) -> None:
    assert float(read_number(as_typed(value, "amount", lang)).mode) == value
    share = value / 1e7
    assert float(read_number(as_typed(share, "share", lang), "share").mode) == share


def test_every_kind_of_lack_is_told_at_its_own_field_in_words_of_the_form() -> None:
    """No word of the file format, and no place that isn't a field."""
    raw = document(
        night=[{"date": "2027-02-10", "rooms": VISITS, "baseline_sold": {**VISITS, "evidence": ""}}],
        organiser_cost=[{"name": "Rigg", "amount": {**VISITS, "value": -1}, "local_share": {"region": VISITS}}],
        beside={"travel": [{"name": "Fly", "share": {"value": 2, "evidence": "assumed", "source": "x"}}]},
    )
    del raw["event"]["municipality"], raw["audience"][0]["home"]
    raw["audience"][0]["attribution"] = {"evidence": "assumed", "source": "x"}
    drafting = Drafting(1, None, raw, 1)
    for lang in LANGUAGES:
        found = {lack.place: lack for lack in lacks(drafting, reference_in(), lang)}
        assert {
            ("event", "municipality"),
            ("audience", 0, "home"),
            ("audience", 0, "attribution"),
            ("night", 0, "baseline_sold"),
            ("organiser_cost", 0, "amount"),
            ("organiser_cost", 0, "industry"),
            ("beside", "travel", 0, "share"),
            ("beside", "travel", 0, "distance_km"),
        } <= set(found)
        for lack in found.values():
            assert not re.search(r"true|{|[a-z]_[a-z]|\\bmode\\b|«»", lack.sentence), lack.sentence
        assert found["night", 0, "baseline_sold"].step == "nights"


def test_places_and_rows_by_name() -> None:
    raw = {"audience": [{"name": "A"}, {"name": "B"}], "numbers": {"1/2": {}}}
    moved = {"audience": [{"name": "B"}]}
    assert read_place(written(("audience", 1, "visits"))) == ("audience", 1, "visits")
    assert read_place("numbers/1/2") == ("numbers", "1/2")
    assert read_place("event/accommodation_by_municipality/5001")[-1] == "5001"
    assert by_name(raw, ("audience", 1, "visits")) == "audience/B/visits"
    assert relocated(raw, moved, ("audience", 1, "visits")) == ("audience", 0, "visits")
    assert relocated(raw, moved, ("audience", 0, "visits")) is None
    put(raw, ("event", "name_nb"), "x")
    put(raw, ("event", "name_nb"), None)
    assert "event" not in raw and Entry().empty
