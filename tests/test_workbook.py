"""The event as an Excel workbook: round trips, and every fault that is Excel's."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from data.faults import Faults
from data.phrases import LANGUAGES, Lang, has, say
from data.value import EVIDENCE
from data.xlsx import read_sheets
from impact import workbook, workbook_cells, workbook_writing
from impact.event import AREAS, CATEGORIES, HOMES, ROLES
from impact.workbook import read_workbook, write_workbook
from impact.workbook_cells import number_readings
from impact.workbook_fields import (
    FIELDS,
    LODGING,
    SECTIONS,
    columns,
    field_label,
    find_field,
    folded,
    heading,
    sheet_title,
)


def counted(value: float) -> dict[str, Any]:
    return {"value": value, "evidence": "counted", "source": "porttelling"}


def about(**more: Any) -> dict[str, Any]:
    return {
        "id": "lysfest-2026",
        "name_nb": "Lysfest på Øya",
        "name_en": "Festival of light",
        "kind": "festival",
        "municipality": "5001",
        "first_day": dt.date(2026, 11, 6),
        "last_day": dt.date(2026, 11, 7),
        "price_year": 2026,
        **more,
    }


FESTIVAL: dict[str, Any] = {
    "event": about(
        price_index_change={"low": -0.01, "mode": 0.02, "high": 0.04, "evidence": "assumed", "source": "anslag"},
        accommodation_by_municipality={"5001": counted(0.8), "5035": counted(0.2)},
    ),
    "organiser": {"deficit": {"value": 150_000, "evidence": "reported", "source": "regnskap"}},
    "audience": [
        {
            "name": "Fastboende",
            "role": "spectator",
            "home": "host",
            "visits": counted(8200),
            "days_per_person": counted(1.25),
            "spend": {"food_service": counted(210), "shopping": counted(40.5)},
        },
        {
            "name": "Fra utlandet",
            "role": "participant",
            "home": "abroad",
            "persons": {"low": 210, "mode": 260, "high": 320, "evidence": "surveyed", "source": "=SUM(påmelding)"},
            "nights_per_person": {"low": 1, "mode": 2.5, "high": 3, "evidence": "assumed", "source": ""},
            "spend": {category: counted(100 + place) for place, category in enumerate(CATEGORIES)},
        },
    ],
    "organiser_cost": [
        {
            "name": "Scene, lyd og lys",
            "amount": counted(1_900_000),
            "industry": "R77",
            "local_share": {area: counted(0.4 + 0.2 * place) for place, area in enumerate(AREAS)},
            "vat_rate": counted(0.25),
        },
        {"name": "Vakter", "amount": counted(400_000), "industry": "R80_82", "local_share": counted(0.9)},
    ],
    "organiser_income": [
        {"name": "Billetter", "amount": counted(2_500_000), "inside_share": counted(0.6)},
        {"name": "Tilskudd", "amount": counted(300_000), "public": True},
        {"name": "Salg", "amount": counted(50_000), "public": False},
    ],
    "night": [
        {"date": dt.date(2026, 11, 6), "rooms": counted(4100), "baseline_sold": counted(2900)},
        {
            "date": dt.date(2026, 11, 7),
            "rooms": counted(4100),
            "baseline_sold": counted(3000),
            "event_demand": counted(900),
        },
    ],
}

CUP: dict[str, Any] = {
    "event": about(id="vintercup", kind="tournament"),
    "numbers": {
        "billetter": {"value": 6400, "evidence": "reported", "source": "billettsystem"},
        "dager": {"low": 1.1, "mode": 1.5, "high": 2, "evidence": "assumed", "source": "anslag"},
    },
    "audience": [
        {
            "name": name,
            "role": role,
            "home": home,
            "visits": {"of": "billetter", "share": share},
            "days_per_person": {"ref": "dager"},
        }
        for name, role, home, share in [
            ("Bygda", "spectator", "host", {"low": 0.3, "mode": 0.4, "high": 0.5}),
            ("Naboer", "volunteer", "region", 0.25),
            ("Lag", "participant", "norway", {"value": 0.2, "evidence": "surveyed", "source": "skjema"}),
            ("Dommere", "official", "norway", {"low": 0.1, "mode": 0.15, "high": 0.2, "evidence": "assumed"}),
        ]
    ],
    "night": [
        {"date": dt.date(2026, 11, 6), "rooms": counted(600), "baseline_sold": counted(380), "sold": counted(540)}
    ],
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("raw", [FESTIVAL, CUP], ids=["festival", "cup"])
def test_written_and_read_again_is_the_same(raw: dict[str, Any], lang: Lang, tmp_path: Path) -> None:
    write_workbook(raw, tmp_path / "event.xlsx", lang)
    found, places = read_workbook(tmp_path / "event.xlsx")
    assert found == raw
    assert places["event", "first_day"].startswith(sheet_title("event", lang) + "!B")
    assert places["night", 0, "date"] == f"{sheet_title('night', lang)}!A2"


def test_places_lead_to_cells(tmp_path: Path) -> None:
    write_workbook(CUP, tmp_path / "cup.xlsx", "nb")
    places = read_workbook(tmp_path / "cup.xlsx")[1]
    assert places["audience", 0] == places["audience", 0, "name"] == "Publikum!A2"
    assert places["audience", 0, "role"] == "Publikum!C2"
    assert places["audience", 0, "visits"] == places["audience", 0, "visits", "low"] == "Publikum!D4"
    assert places["audience", 0, "days_per_person"] == "Publikum!I5"
    assert places["numbers", "billetter"] == "Tall!C2"
    assert places["numbers", "dager", "evidence"] == "Tall!G3"
    book = openpyxl.load_workbook(tmp_path / "cup.xlsx")
    unfilled = {("event", "price_index_change"), ("organiser", "deficit"), ("event", "deficit")}
    for path, place in places.items():
        sheet, _, cell = place.partition("!")
        assert (book[sheet][cell].value is None) == (path in unfilled), path


def test_a_missing_event_field_leads_to_its_empty_cell(tmp_path: Path) -> None:
    write_workbook({}, tmp_path / "empty.xlsx", "nb")
    assert read_workbook(tmp_path / "empty.xlsx")[1]["event", "first_day"] == "Arrangement!B7"


def test_plain_numbers_become_counted_and_unmarked_ranges_assumed(tmp_path: Path) -> None:
    raw = {
        "event": about(first_day="2026-11-06"),
        "audience": [
            {
                "name": "A",
                "role": "guest",
                "home": "abroad",
                "visits": 900,
                "days_per_person": {"low": 1, "mode": 2, "high": 3},
                "persons_per_room": {"value": 2, "plain": True},
            }
        ],
    }
    write_workbook(raw, tmp_path / "event.xlsx", "en")
    found = read_workbook(tmp_path / "event.xlsx")[0]
    audience = found["audience"][0]
    assert audience["visits"] == {"value": 900, "evidence": "counted", "source": ""}
    assert audience["days_per_person"] == {"low": 1, "mode": 2, "high": 3, "evidence": "assumed", "source": ""}
    assert audience["persons_per_room"] == {"value": 2, "evidence": "counted", "source": ""}
    assert found["event"]["first_day"] == dt.date(2026, 11, 6)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_empty_template_reads_as_nothing_filled_in(lang: Lang, tmp_path: Path) -> None:
    write_workbook({}, tmp_path / "template.xlsx", lang)
    assert read_workbook(tmp_path / "template.xlsx")[0] == {"event": {}}


def test_template_has_notes_drop_downs_frozen_headings_and_a_guide(tmp_path: Path) -> None:
    write_workbook({}, tmp_path / "template.xlsx", "nb")
    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    assert book.sheetnames == [
        "Arrangement",
        "Tall",
        "Publikum",
        "Kostnader",
        "Inntekter",
        "Netter",
        "Ved siden av",
        "Reiser",
        "Undersøkelser",
        "Veiledning",
        "Lister",
    ]
    assert (book.properties.language, book["Lister"].sheet_state) == ("nb-NO", "hidden")
    sheet = book["Publikum"]
    assert sheet.freeze_panes == "C2"
    names = [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]
    assert len(set(names)) == 3 and len(names) == 3 * len(FIELDS["audience"])
    note = sheet["B4"].comment
    assert note is not None and "persondager" in note.text and "visits" in note.text
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["C2 C25 C48"] == "'Lister'!$B$2:$B$9"
    assert [cell.value for cell in book["Lister"]["B"][1:9]] == [say(f"workbook.role.{role}", "nb") for role in ROLES]
    guide = [cell.value for cell in book["Veiledning"]["B"]]
    assert "besøk" in guide and "rolle" in guide


def test_same_event_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(FESTIVAL, tmp_path / name, "nb")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+47 900 00 000", "-1", "@SUM(A1)", "'a", "5001", "a\nb"])
def test_user_text_is_never_a_formula(text: str, tmp_path: Path) -> None:
    raw = {"event": about(name_nb=text), "organiser_cost": [{"name": text, "amount": counted(1), "industry": "R77"}]}
    write_workbook(raw, tmp_path / "event.xlsx", "nb")
    book = openpyxl.load_workbook(tmp_path / "event.xlsx")
    cell = book["Kostnader"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (text[0] in "=+-@'")
    assert read_workbook(tmp_path / "event.xlsx")[0] == raw


def test_what_has_no_field_is_not_dropped_in_silence(tmp_path: Path) -> None:
    raw = {
        "event": about(colour="blue"),
        "media": 1,
        "audience": [{"name": "A", "spend": {"gold": 1}}],
        "organiser": {"x": 1},
    }
    with pytest.raises(Faults) as raised:
        write_workbook(raw, tmp_path / "event.xlsx", "nb")
    assert [fault.place for fault in raised.value.faults] == [
        "event.colour",
        "audience.0.spend.gold",
        "media",
        "organiser.x",
    ]
    assert not (tmp_path / "event.xlsx").exists()


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and text not in workbook_cells.ERRORS and "_x" not in text
)
FIGURE = st.one_of(st.integers(0, 10**9), st.floats(0, 1e9).map(lambda value: float(f"{value:.12g}")))
GROUNDS = {"evidence": st.sampled_from(EVIDENCE), "source": st.one_of(st.just(""), TEXT)}
ESTIMATE = st.one_of(
    st.fixed_dictionaries({"value": FIGURE, **GROUNDS}),
    st.fixed_dictionaries({"low": FIGURE, "mode": FIGURE, "high": FIGURE, **GROUNDS}),
    st.fixed_dictionaries({"ref": TEXT}),
    st.fixed_dictionaries({"of": TEXT, "share": FIGURE}),
)
AUDIENCE = st.fixed_dictionaries(
    {"name": TEXT, "role": st.sampled_from(ROLES), "home": st.sampled_from(HOMES), "visits": ESTIMATE},
    optional={"spend": st.dictionaries(st.sampled_from(CATEGORIES), ESTIMATE, min_size=1), "attribution": ESTIMATE},
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    audiences=st.lists(AUDIENCE, min_size=1, max_size=4, unique_by=lambda one: folded(str(one["name"]))),
    lang=st.sampled_from(LANGUAGES),
)
def test_any_audiences_come_back_as_written(audiences: list[dict[str, Any]], lang: Lang, tmp_path: Path) -> None:
    raw = {"event": about(), "audience": audiences}
    write_workbook(raw, tmp_path / "any.xlsx", lang)
    assert read_workbook(tmp_path / "any.xlsx")[0] == raw


# -- faults


Change = Callable[[openpyxl.Workbook], None]


def broken(folder: Path, change: Change, lang: Lang = "nb") -> list[tuple[str, str, str]]:
    """(code, place, value) of each fault of the festival after ``change``."""
    path = folder / "broken.xlsx"
    write_workbook(FESTIVAL, path, lang)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    with pytest.raises(Faults) as raised:
        read_workbook(path)
    for fault in raised.value.faults:
        for tongue in LANGUAGES:
            assert "{" not in fault.line(tongue)
    return [(fault.code.removeprefix("workbook."), fault.place, fault.value) for fault in raised.value.faults]


def cell(sheet: str, name: str, value: Any) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        target: Any = book[sheet][name]
        target.value = value

    return change


# Publikum: rows 2–7 are Fastboende (role, home, visits, days_per_person, food_service, shopping), row 10 a range.
@pytest.mark.parametrize(
    ("sheet", "name", "value", "expected"),
    [
        ("Publikum", "C4", "=1+1", ("uncalculated", "Publikum!C4", "=1+1")),
        ("Publikum", "A4", "=A3", ("uncalculated", "Publikum!A4", "=A3")),
        ("Publikum", "C4", "#VALUE!", ("error_cell", "Publikum!C4", "#VALUE!")),
        ("Publikum", "H4", "#N/A", ("error_cell", "Publikum!H4", "#N/A")),
        ("Publikum", "C4", "1 234,5", ("number_as_text", "Publikum!C4", "1 234,5")),
        ("Publikum", "C4", "1.234", ("number_ambiguous", "Publikum!C4", "1.234")),
        ("Publikum", "C4", "mange", ("not_a_number", "Publikum!C4", "mange")),
        ("Publikum", "C4", True, ("boolean", "Publikum!C4", "True")),
        ("Publikum", "C4", dt.date(2026, 5, 1), ("date_in_number", "Publikum!C4", "2026-05-01 00:00:00")),
        ("Publikum", "C4", dt.time(12), ("date_in_number", "Publikum!C4", "12:00:00")),
        ("Publikum", "D4", 3, ("value_and_range", "Publikum!D4", "3")),
        ("Publikum", "F10", None, ("half_range", "Publikum!F10", "")),
        ("Publikum", "G4", None, ("evidence_missing", "Publikum!G4", "")),
        ("Publikum", "G4", "tellt", ("word_unknown_near", "Publikum!G4", "tellt")),
        ("Publikum", "G4", "sikkert", ("word_unknown_far", "Publikum!G4", "sikkert")),
        ("Publikum", "C4", None, ("number_missing", "Publikum!C4", "")),
        ("Publikum", "I4", "billetter", ("ref_and_number", "Publikum!C4", "8200")),
        ("Publikum", "A4", None, ("name_missing", "Publikum!A4", "")),
        ("Publikum", "A4", "fastboende", ("name_differs", "Publikum!A4", "fastboende")),
        ("Publikum", "B4", None, ("field_missing", "Publikum!B4", "")),
        ("Publikum", "B4", "besøkk", ("field_unknown_near", "Publikum!B4", "besøkk")),
        ("Publikum", "B4", "qqq", ("field_unknown_far", "Publikum!B4", "qqq")),
        ("Publikum", "B4", dt.date(2026, 1, 1), ("not_text", "Publikum!B4", "2026-01-01 00:00:00")),
        ("Publikum", "B5", "Besøk", ("field_twice", "Publikum!B5", "Besøk")),
        ("Publikum", "C2", "tilskuere", ("word_unknown_near", "Publikum!C2", "tilskuere")),
        ("Publikum", "C3", "månen", ("word_unknown_far", "Publikum!C3", "månen")),
        ("Publikum", "C2", None, None),
        ("Publikum", "D2", 4, ("not_for_text", "Publikum!D2", "4")),
        ("Publikum", "K4", "hei", ("cell_outside", "Publikum!K4", "hei")),
        ("Kostnader", "B4", "lokal andel", ("whole_and_parts", "Kostnader!B5", "lokal andel, regionen")),
        ("Inntekter", "C5", "kanskje", ("word_unknown_far", "Inntekter!C5", "kanskje")),
        ("Arrangement", "B7", "6. november 2026", ("date_as_text", "Arrangement!B7", "6. november 2026")),
        ("Arrangement", "B7", 46000, None),
        (
            "Arrangement",
            "B7",
            dt.datetime(2026, 11, 6, 12),
            ("date_with_time", "Arrangement!B7", "2026-11-06 12:00:00"),
        ),
        ("Arrangement", "B9", 2026.5, ("not_whole", "Arrangement!B9", "2026.5")),
        ("Arrangement", "B9", "2026", ("number_as_text", "Arrangement!B9", "2026")),
        ("Arrangement", "B2", True, ("not_text", "Arrangement!B2", "True")),
        ("Netter", "A2", "2026-11-06", ("date_as_text", "Netter!A2", "2026-11-06")),
        ("Netter", "A2", None, ("name_missing", "Netter!A2", "")),
        ("Netter", "A2", True, ("not_a_date", "Netter!A2", "True")),
    ],
)
def test_one_bad_cell_is_one_fault(
    sheet: str, name: str, value: Any, expected: tuple[str, str, str] | None, tmp_path: Path
) -> None:
    if expected is None:  # a blank choice is not filled in; a bare number in a date's format is that date
        path = tmp_path / "fine.xlsx"
        write_workbook(FESTIVAL, path, "nb")
        book = openpyxl.load_workbook(path)
        cell(sheet, name, value)(book)
        book.save(path)
        assert read_workbook(path)[0] != FESTIVAL
        return
    faults = broken(tmp_path, cell(sheet, name, value))
    assert expected in faults
    assert len(faults) <= 3


def test_number_in_a_date_field_without_date_format(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["Arrangement"]["B7"] = 46000
        book["Arrangement"]["B7"].number_format = "General"

    assert broken(tmp_path, change) == [("not_a_date", "Arrangement!B7", "46000")]


def test_infinite_number(tmp_path: Path) -> None:
    path = tmp_path / "event.xlsx"
    write_workbook(FESTIVAL, path, "nb")
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name).replace(b"<v>8200</v>", b"<v>1E999</v>") for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    with pytest.raises(Faults) as raised:
        read_workbook(path)
    assert [(fault.code, fault.place) for fault in raised.value.faults] == [("xlsx.no_number", "Publikum!C4")]


def test_references_that_clash(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["Publikum"]
        for name in ("C4", "G4", "H4", "C5", "G5", "H5"):
            sheet[name] = None
        sheet["I4"], sheet["J4"], sheet["J5"] = "a", "b", "c"

    assert broken(tmp_path, change) == [("ref_and_of", "Publikum!J4", "b"), ("share_missing", "Publikum!C5", "")]


def test_all_faults_come_at_once_and_no_more_than_anyone_reads(tmp_path: Path) -> None:
    def few(book: openpyxl.Workbook) -> None:
        book["Publikum"]["C4"] = "x"
        book["Netter"]["C2"] = "y"
        book["Kostnader"]["A1"] = "nvn"

    assert [place for _, place, _ in broken(tmp_path, few)] == ["Publikum!C4", "Kostnader!A1", "Netter!C2"]

    def many(book: openpyxl.Workbook) -> None:
        for row in range(100, 3000):
            book["Publikum"].cell(row, 3).value = f"verdi {row}"

    faults = broken(tmp_path, many)
    assert len(faults) == workbook_cells.MAX_FAULTS + 1 and faults[-1][0] == "more_faults"


# -- headings and sheets


def headings_changed(change: Callable[[Worksheet], None]) -> Change:
    def whole(book: openpyxl.Workbook) -> None:
        change(book["Publikum"])

    return whole


def test_moved_columns_say_where_they_belong(tmp_path: Path) -> None:
    def swap(sheet: Worksheet) -> None:
        sheet["C1"].value, sheet["D1"].value = sheet["D1"].value, sheet["C1"].value

    faults = broken(tmp_path, headings_changed(swap))
    assert faults == [("heading_moved", "Publikum!C1", "lav"), ("heading_moved", "Publikum!D1", "verdi")]
    with pytest.raises(Faults) as raised:
        read_workbook(tmp_path / "broken.xlsx")
    assert raised.value.faults[0].figures == {"heading": "verdi", "belongs": "D1"}


def test_renamed_missing_extra_and_doubled_columns(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for name, text in {"C1": "verdien", "D1": "xyzzy", "F1": None, "H1": "felt", "K1": "notat"}.items():
            target: Any = sheet[name]
            target.value = text

    assert broken(tmp_path, headings_changed(change)) == [
        ("heading_renamed", "Publikum!C1", "verdien"),
        ("heading_unknown", "Publikum!D1", "xyzzy"),
        ("heading_missing", "Publikum!F1", ""),
        ("heading_twice", "Publikum!H1", "felt"),
        ("heading_extra", "Publikum!K1", "notat"),
    ]


def test_deleted_column_names_every_shifted_one(tmp_path: Path) -> None:
    faults = broken(tmp_path, headings_changed(lambda sheet: sheet.delete_cols(4)))
    assert faults[0] == ("heading_moved", "Publikum!D1", "sannsynlig")
    assert faults[-1] == ("heading_missing", "Publikum!J1", "")


def test_case_and_spaces_in_headings_fields_and_words_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "event.xlsx"
    write_workbook(FESTIVAL, path, "nb")
    book = openpyxl.load_workbook(path)
    book["Publikum"]["C1"], book["Publikum"]["B4"], book["Publikum"]["G4"] = " VERDI ", "Visits", "Counted"
    book["Publikum"]["B6"], book["Publikum"]["C2"] = "spend.food_service", "SPECTATOR"
    book["Arrangement"]["B6"] = 5001
    book.save(path)
    assert read_workbook(path)[0] == FESTIVAL


def test_unknown_missing_and_doubled_sheets(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["Arrangement"].title = "Arrangementet"
        book.create_sheet("Notater mine")
        book.create_sheet("Audiences")

    assert broken(tmp_path, change) == [
        ("sheet_unknown_near", "Arrangementet", "Arrangementet"),
        ("sheet_unknown_far", "Notater mine", "Notater mine"),
        ("sheet_twice", "Audiences", ""),
        ("sheet_missing", "Arrangement", ""),
    ]


def test_a_deleted_sheet_is_a_fault_and_an_empty_one_is_not(tmp_path: Path) -> None:
    """An event whose audiences are gone would else be computed without a word."""
    path = tmp_path / "event.xlsx"
    write_workbook({"event": about()}, path, "en")
    book = openpyxl.load_workbook(path)
    for name in ("Guide", "Lists"):
        del book[name]
    book.save(path)
    assert read_workbook(path)[0] == {"event": about()}
    sheets = ("Numbers", "Audiences", "Costs", "Incomes", "Nights")
    for name in sheets:
        del book[name]
    book.save(path)
    with pytest.raises(Faults) as caught:
        read_workbook(path)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [
        ("workbook.sheet_missing", name) for name in sheets
    ]


def test_ten_thousand_filled_rows_are_read_within_seconds(tmp_path: Path) -> None:
    path = tmp_path / "event.xlsx"
    write_workbook({"event": about()}, path, "nb")
    book = openpyxl.load_workbook(path)
    for row in range(2, 10_002):
        book["Kostnader"].append([f"Kostnad {row}", "beløp", row, None, None, None, "telt"])
    book.save(path)
    assert len(read_workbook(path)[0]["organiser_cost"]) == 10_000


# -- words


@pytest.mark.parametrize(
    ("text", "lang", "readings"),
    [
        ("1 234,5", "nb", [1234.5]),
        ("1\u00a0234", "nb", [1234]),
        ("1.234", "nb", [1234, 1.234]),
        ("1.5", "nb", [1.5]),
        ("1.234,5", "nb", [1234.5]),
        ("1,234.5", "en", [1234.5]),
        ("1,234", "en", [1234, 1.234]),
        ("40 %", "nb", [0.4]),
        ("kr 500,-", "nb", [500]),
        ("\N{MINUS SIGN}3", "en", [-3]),
        ("ca. 500", "nb", []),
        ("", "nb", []),
        ("nan", "en", []),
        ("9" * 400, "en", []),
    ],
)
def test_numbers_in_text_are_read_as_a_person_would(text: str, lang: Lang, readings: list[float]) -> None:
    assert number_readings(text, lang) == readings
    assert all(math.isfinite(reading) for reading in readings)


def test_labels_of_a_sheet_name_one_field_each() -> None:
    for section in SECTIONS:
        named: dict[str, str] = {}
        for field in FIELDS[section]:
            for text in {field.key, *(field_label(field, lang) for lang in LANGUAGES)}:
                assert named.setdefault(folded(text), field.key) == field.key
                if field.key != LODGING:
                    assert find_field(section, text) == field
            for lang in LANGUAGES:
                assert field.text("unit", lang) and field.text("hint", lang)


def test_lodging_carries_a_municipality_number() -> None:
    for text in ("andel av overnattingen i 5035", "Share of lodging in 5035", f"{LODGING}.5035"):
        field = find_field("event", text)
        assert field is not None and field.key == f"{LODGING}.5035"
    assert find_field("event", LODGING) is None


def test_headings_of_a_sheet_differ() -> None:
    for section in SECTIONS:
        for lang in LANGUAGES:
            assert len({folded(heading(key, lang)) for key in columns(section)}) == len(columns(section))


def test_every_fault_has_its_phrases_and_every_phrase_its_fault() -> None:
    text = "".join(
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (workbook, workbook_cells, workbook_writing)
    )
    call = r'self\.(?:fault|_unknown)\((?:""|[^()"\[]|\([^()]*\)|\[[^\]]*\])*?"(\w+)"'
    for code in re.findall(call, text):
        assert any(has(f"workbook.{code}{end}.{part}") for end in ("", "_near") for part in ("problem", "expected")), (
            code
        )
    phrases = tomllib.loads(
        (Path(str(workbook.__file__)).parents[1] / "data/text/workbook.toml").read_text(encoding="utf-8")
    )
    codes = [code for code, phrase in phrases.items() if "problem" in phrase]
    assert len(codes) > 40
    for code in codes:
        assert re.search(rf'"(workbook\.)?{code.removesuffix("_near").removesuffix("_far")}"', text), code
        assert has(f"workbook.{code}.problem") and has(f"workbook.{code}.expected")


def test_guide_and_lists_are_not_read(tmp_path: Path) -> None:
    write_workbook({}, tmp_path / "template.xlsx", "en")
    assert "Guide" in read_sheets(tmp_path / "template.xlsx")
    assert "audience" not in read_workbook(tmp_path / "template.xlsx")[0]
