"""The page of an event's counts: what was counted, against what, and who may add, correct, choose and withdraw."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pages import page_of, person, seen, signed_in
from test_counts import DAYS, FIRST, an_event, earlier, get_row, given, rooms_of

from app.counting.words import spell_years
from app.given import reference
from data.numbers import HARD_SPACE
from data.permission import Actor
from data.phrases import LANGUAGES
from data.store import Store
from impact.counts.baseline import compare
from impact.counts.series import add_series, choose_series, list_series, withdraw_series
from impact.counts.workbook import counts_workbook
from impact.register import create_event


@pytest.fixture
def officer(store: Store) -> tuple[Actor, str]:
    return person(store, "officer")


def text(page: Any) -> str:
    assert not page.exception, page.exception
    return seen(page).replace(HARD_SPACE, " ")


def button(page: Any, label: str) -> Any:
    return next(one for one in page.button if one.label == label)


def filled(store: Store, actor: Actor, *, chosen: bool = True) -> int:
    """An event whose gates and hotels have counted."""
    event = an_event(store, actor)
    add_series(store, actor, reference(), event, given(figures=dict.fromkeys(DAYS, 3_100.0)))
    figures = {**dict.fromkeys(DAYS, 290.0), **earlier(lambda year: 180 + year % 10 * 5)}
    made = add_series(store, actor, reference(), event, rooms_of(figures))
    if chosen:
        choose_series(store, actor, 1, 1)
        choose_series(store, actor, made, 1)
    return event


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_page_says_what_to_do_first(store: Store, tmp_path: Path, officer: Any, lang: str) -> None:
    event = an_event(store, officer[0])
    with signed_in(tmp_path, officer[1]):
        said = text(page_of("counts", lang=lang, id=str(event)).run())
    assert ("Ingenting er talt ennå" if lang == "nb" else "Nothing has been counted yet") in said
    assert ("Hva er talt?" if lang == "nb" else "What was counted?") in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_the_difference_and_its_range(store: Store, tmp_path: Path, officer: Any, lang: str) -> None:
    event = filled(store, officer[0])
    with signed_in(tmp_path, officer[1]):
        said = text(page_of("counts", lang=lang, id=str(event), telling="2").run())
    for word in {
        "nb": (
            "Det ble skannet 12 400 billetter",
            "det er besøk, ikke personer",
            "+400 romdøgn",
            "I 8 av 10 tilfeller",
            "telt",
        ),
        "en": ("12,400 tickets were scanned", "visits, not persons", "+400 room-nights", "In 8 of 10 cases", "counted"),
    }[lang]:
        assert word in said, (word, said)


def test_overlapping_counts_are_warned_of_until_one_is_chosen(store: Store, tmp_path: Path, officer: Any) -> None:
    event = filled(store, officer[0], chosen=False)
    add_series(store, officer[0], reference(), event, given(kind="positions", name="Torget"))
    with signed_in(tmp_path, officer[1]):
        page = page_of("counts", id=str(event), telling="1").run()
        said = text(page)
        assert "2 tellinger gjelder besøk: Arenaen; Torget" in said and "legges aldri sammen" in said
        assert "15 " not in said.split("Arenaen; Torget")[0], "no sum of both"
        button(page, "Bruk som arrangementets besøk").click().run()
        assert "er nå arrangementets egen telling" in text(page)
    assert [one.chosen for one in list_series(store, officer[0], event)] == ["visits", "", ""]


def test_a_count_is_typed_shown_as_it_was_read_and_stored_once(store: Store, tmp_path: Path, officer: Any) -> None:
    event = an_event(store, officer[0])
    form = f"counts_{event}_add"
    with signed_in(tmp_path, officer[1]):
        page = page_of("counts", id=str(event)).run()
        page.selectbox(key=f"{form}_kind").set_value("scans").run()
        page.text_input(key=f"{form}_day_2025-02-26").set_value("12.400").run()
        assert "26. feb. = 12.400" in text(page), "an ambiguous figure is told at once, by its day"
        page.text_input(key=f"{form}_day_2025-02-26").set_value("12 400").run()
        assert "Lest: 1 tall" in text(page) and "1 av arrangementets 4" in text(page)
        button(page, "Lagre tellingen").click().run()
        said = text(page)
        assert "Tellingen mangler navn" in said and "Kildens dato mangler" in said and "ingen kilde" in said
        assert not list_series(store, officer[0], event)
        page.text_input(key=f"{form}_name").set_value("Arenaen").run()
        page.text_input(key=f"{form}_source").set_value("Eksempel billett").run()
        page.date_input(key=f"{form}_taken").set_value(FIRST).run()
        page.selectbox(key=f"{form}_evidence").set_value("counted").run()
        again = page_of("counts", id=str(event)).run()
        assert again.text_input(key=f"{form}_name").value == "Arenaen", "what was typed outlives the page"
        button(page, "Lagre tellingen").click().run()
        assert "Tellingen er lagret" in text(page)
        button(again, "Lagre tellingen").click().run()
        assert "Tellingen er lagret" in text(again), "another tab, and no second count"
    (made,) = list_series(store, officer[0], event)
    assert made.figures == {FIRST: 12_400.0} and made.name == "Arenaen" and made.place == "5001"


def test_a_file_is_read_before_it_is_stored(store: Store, tmp_path: Path, officer: Any) -> None:
    event = an_event(store, officer[0])
    form = f"counts_{event}_add"
    with signed_in(tmp_path, officer[1]):
        page = page_of("counts", id=str(event)).run()
        page.selectbox(key=f"{form}_kind").set_value("rooms").run()
        page.radio(key=f"{form}_way").set_value("file").run()
        page.file_uploader[0].set_value(("a.csv", b"Natt;Rom;Solgt\n26.02.2025;100;120", "text/csv")).run()
        assert "flere rom enn det er" in text(page)
        page.file_uploader[0].set_value(("a.csv", b"Natt;Rom;Solgt\n26.02.2025;100;90", "text/csv")).run()
        assert "Lest: 1 tall" in text(page)
        for field, value in (("name", "Hotellene"), ("source", "Eksempel hotell")):
            page.text_input(key=f"{form}_{field}").set_value(value)
        page.date_input(key=f"{form}_taken").set_value(FIRST)
        page.selectbox(key=f"{form}_evidence").set_value("reported")
        button(page, "Lagre tellingen").click().run()
    (made,) = list_series(store, officer[0], event)
    assert made.rooms == {FIRST: 100.0} and made.figures == {FIRST: 90.0} and made.step == "day"


def test_a_correction_of_a_stale_count_overwrites_nothing(store: Store, tmp_path: Path, officer: Any) -> None:
    event = filled(store, officer[0])
    form = f"counts_{event}_1_save"
    with signed_in(tmp_path, officer[1]):
        page = page_of("counts", id=str(event), telling="1")
        page.session_state[f"counts_{event}_1_correct"] = True
        page.run()
        assert "2025-02-26\t3100" in page.text_area(key=f"{form}_text").value
        page.text_area(key=f"{form}_text").set_value("\n".join(f"{one.isoformat()} 3 000" for one in DAYS)).run()
        choose_series(store, officer[0], 1, 2, chosen=False)
        button(page, "Lagre rettelsen").click().run()
        assert "Ingenting er overskrevet" in text(page) and "3 000" in page.text_area(key=f"{form}_text").value
        assert list_series(store, officer[0], event)[0].figures[FIRST] == 3_100
        button(page, "Lagre rettelsen").click().run()
        assert "Tellingen er rettet" in text(page)
    assert list_series(store, officer[0], event)[0].figures[FIRST] == 3_000


def test_a_count_is_withdrawn_with_its_reason(store: Store, tmp_path: Path, officer: Any) -> None:
    event = filled(store, officer[0])
    with signed_in(tmp_path, officer[1]):
        page = page_of("counts", id=str(event), telling="1").run()
        button(page, "Trekk den").click().run()
        assert "Det mangler en grunn" in text(page)
        page.text_input(key=f"counts_{event}_1_withdraw_why").set_value("Portene telte dobbelt").run()
        button(page, "Trekk den").click().run()
        said = text(page)
        assert "trukket: Portene telte dobbelt" in said and "Det ble skannet" not in said.split("Alle tellinger")[0]
    assert not list_series(store, officer[0], event)[0].holds


def test_who_may_only_read_sees_no_form_and_no_others_event(store: Store, tmp_path: Path, officer: Any) -> None:
    owner, token = person(store, "applicant")
    _, stranger = person(store, "applicant")
    event = an_event(store, owner)
    an_event(store, officer[0], FIRST, FIRST, name_nb="Hemmelig stevne")
    add_series(store, officer[0], reference(), event, given())
    with signed_in(tmp_path, token):
        said = text(page_of("counts", id=str(event)).run())
        assert "Det ble skannet 400 billetter" in said and "Legg inn en telling" not in said and "Trekk" not in said
        assert "Hemmelig stevne" not in said and "et annet arrangement" in said
    with signed_in(tmp_path, stranger):
        assert "REFUSED" in seen(page_of("counts", id=str(event)).run())
    with signed_in(tmp_path, ""):
        assert "REFUSED" in seen(page_of("counts", id=str(event)).run())
    with signed_in(tmp_path, officer[1]):
        assert "GONE" in seen(page_of("counts", id="99").run()) and "GONE" in seen(page_of("counts").run())


def test_an_event_without_days_asks_for_them_and_loses_nothing(store: Store, tmp_path: Path, officer: Any) -> None:
    event = create_event(store, officer[0], {"event": {"name_nb": "Eksempeltreff", "municipality": "5001"}})
    with signed_in(tmp_path, officer[1]):
        page = page_of("counts", id=str(event)).run()
        page.selectbox(key=f"counts_{event}_add_kind").set_value("tickets").run()
        page.selectbox(key=f"counts_{event}_add_step").set_value("whole").run()
        assert "Arrangementet har ingen dager ennå" in text(page)
        add_series(store, officer[0], reference(), event, given(figures={FIRST: 5.0}))
        said = text(page_of("counts", id=str(event)).run())
        assert "har ingen sum for arrangementets dager" in said and "ikke kjent" in said


def test_one_figure_of_the_whole_event(store: Store, tmp_path: Path, officer: Any) -> None:
    event = an_event(store, officer[0])
    made = given(kind="tickets", step="whole", figures={FIRST: 229_000.0})
    add_series(store, officer[0], reference(), event, made)
    with signed_in(tmp_path, officer[1]):
        said = text(page_of("counts", id=str(event)).run())
        assert "Det ble solgt 229 000 billetter for 26. feb.–1. mars 2025" in said
        assert "kan ikke sammenlignes med vanlige dager" in said
        assert "229,000 tickets were sold" in text(page_of("counts", lang="en", id=str(event)).run())


def test_years_are_spelt_as_runs() -> None:
    assert spell_years([2024, 2019, 2021, 2020]) == "2019–2021, 2024" and spell_years([2023, 2024]) == "2023, 2024"


def test_the_table_has_the_difference_and_its_range_by_day(store: Store, tmp_path: Path, officer: Any) -> None:
    event = filled(store, officer[0])
    with signed_in(tmp_path, officer[1]):
        said = text(page_of("counts", id=str(event), telling="2").run())
    assert "Forskjell, 8 av 10" in said and "2020–2024" in said and "+100" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_has_every_figure_and_no_formula_of_others(store: Store, officer: Any, lang: Any) -> None:
    event = filled(store, officer[0])
    bad = add_series(store, officer[0], reference(), event, given(name="=1+1", source="@x"))
    withdraw_series(store, officer[0], bad, 1, "+prøve")
    every, row = list_series(store, officer[0], event), get_row(store, officer[0], event)
    compared = {one.id: compare(store, officer[0], one, row) for one in every if one.holds}
    book = load_workbook(io.BytesIO(counts_workbook(row, every, compared, reference(), lang)))
    about, figures, against = book.worksheets
    assert [about.cell(number, 4).value for number in (2, 3, 4)] == [12_400, 1_160, 400]
    assert about["A4"].data_type == "s" and about["H4"].data_type == "s" and about["K4"].value == "+prøve"
    assert figures.max_row == 1 + 4 + 24 + 4 and against.max_row == 1 + 8
    assert about.freeze_panes == "B2"
