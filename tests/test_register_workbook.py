"""The register in Excel: what is read, faults by their cells, all or nothing stored, an export that comes back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from data.faults import Faults
from data.permission import Actor, Refused
from data.phrases import LANGUAGES, Lang, has, say
from data.store import Store, open_store
from data.xlsx import read_sheets_in
from data.xlsx_quick import read_quickly
from impact.event_reading import read_event
from impact.reference import Reference
from impact.register import Search, create_event, get_event, list_events, state_name
from impact.register_fields import COLUMNS, KINDS, RESULTS, STATES
from impact.register_workbook import (
    ImportPreview,
    export_events,
    held_events,
    import_events,
    read_event_workbooks,
    read_events_workbook,
    write_template,
)
from impact.workbook import write_workbook

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
AT = {column.key: number for number, column in enumerate(COLUMNS, 1)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data") as opened:
        yield opened


def book(rows: list[dict[str, Any]], lang: Lang = "nb", change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with our headings and these cells by column key; ``change`` gets its sheet."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = say("sheet.title.events", lang)
    sheet.append([column.label(lang) for column in COLUMNS])
    for row in rows:
        sheet.append([row.get(column.key) for column in COLUMNS])
    if change:
        change(sheet)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def full(**more: Any) -> dict[str, Any]:
    return {
        "id": "lysfest-2026",
        "name_nb": "Lysfest på Øya",
        "name_en": "Festival of light",
        "kind": "festival",
        "municipality": "5001 Trondheim",
        "first_day": dt.date(2024, 11, 6),
        "last_day": dt.date(2024, 11, 7),
        "price_year": 2024,
        "state": "bekreftet",
        "series": "lysfest",
        "edition": 2024,
        "venues": "Storhallen; Torget",
        "crews": "Eksempel idrettslag",
        "visits_low": 8_000,
        "visits": 10_000,
        "visits_high": 12_500,
        "evidence": "antatt",
        "source": "anslag",
        "share_region": 0.2,
        "share_norway": 0.25,
        "share_abroad": 0.05,
        "share_evidence": "surveyed",
        "share_source": "skjema",
        **more,
    }


def faults(preview: ImportPreview) -> list[tuple[str, str, str]]:
    """(code, cell, value) of each fault, each said in both languages."""
    for fault in preview.faults:
        for lang in LANGUAGES:
            assert "{" not in fault.line(lang)
    assert not (preview.faults and preview.rows)
    return [(one.code.removeprefix("sheet."), one.place.partition("!")[2], one.value) for one in preview.faults]


def test_a_row_becomes_an_event_that_can_be_estimated(reference: Reference) -> None:
    preview = read_events_workbook(book([full()]), reference)
    assert faults(preview) == [] and preview.places == ("Arrangementer!2",)
    (row,) = preview.rows
    assert (row["state"], row["series"], row["edition"]) == ("confirmed", "lysfest", "2024")
    assert (row["venues"], row["crews"]) == (("Storhallen", "Torget"), ("Eksempel idrettslag",))
    event = read_event(row["document"], "row", reference)
    assert (event.municipality, event.kind, event.price_year) == ("5001", "festival", 2024)
    total = event.numbers["besøk"]
    assert (total.low, total.mode, total.high, total.evidence) == (8_000, 10_000, 12_500, "assumed")
    shares = {one.home: one.visits.share for one in event.audiences}  # type: ignore[union-attr]
    assert {home: share.mode for home, share in shares.items()} == {
        "host": 0.5,
        "region": 0.2,
        "norway": 0.25,
        "abroad": 0.05,
    }
    assert {share.evidence for share in shares.values()} == {"surveyed"}


def test_unknown_stays_unknown(reference: Reference) -> None:
    preview = read_events_workbook(
        book([{"name_nb": "Årets Ølfest"}, {"name_nb": "Ny idé", "visits": 5, "evidence": "telt"}]), reference
    )
    assert faults(preview) == []
    bare, counted = preview.rows
    assert bare["document"] == {"event": {"id": "arets-olfest", "name_nb": "Årets Ølfest"}}
    assert (bare["state"], bare["venues"]) == ("idea", ())
    assert counted["document"]["numbers"] == {"besøk": {"value": 5, "evidence": "counted", "source": ""}}
    assert "audience" not in counted["document"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_is_ready_to_fill_in(reference: Reference, lang: Lang) -> None:
    content = write_template(reference, lang)
    assert content == write_template(reference, lang)
    assert faults(read_events_workbook(content, reference)) == [("no_rows", "A2", "")]
    made = openpyxl.load_workbook(io.BytesIO(content))
    sheet = made.worksheets[0]
    assert made.sheetnames == [say(f"sheet.title.{one}", lang) for one in ("events", "guide", "lists")]
    assert made.worksheets[2].sheet_state == "hidden" and made.properties.language[:2] == lang
    assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref == "A1:W2"
    assert all(sheet.cell(1, number).comment.text == column.note(lang) for number, column in enumerate(COLUMNS, 1))
    rules = {str(rule.sqref).partition("2:")[0]: rule for rule in sheet.data_validations.dataValidation}
    letters = {column.key: openpyxl.utils.get_column_letter(AT[column.key]) for column in COLUMNS}
    assert rules.keys() == {letters[key] for key in ("kind", "municipality", "state", "evidence", "share_evidence")}
    assert not rules[letters["kind"]].showErrorMessage and rules[letters["state"]].showErrorMessage
    listed = [cell.value for cell in made.worksheets[2]["B"]][1:]
    assert listed[0] == "5001 Trondheim" and len(listed) == len(reference.municipalities)
    sheet["A2"] = "a-real-one"
    stream = io.BytesIO()
    made.save(stream)
    filled = read_events_workbook(stream.getvalue(), reference)
    assert faults(filled) == [] and filled.examples == 0
    read_event(filled.rows[0]["document"], "example", reference)


def test_headings_in_either_language_and_any_order_and_a_list_of_ones_own(reference: Reference) -> None:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = "Vår liste"
    made.create_sheet("Notater")["A1"] = "noe annet"
    sheet.append(["Status", "FIRST DAY", " navn på  bokmål", "municipality"])
    sheet.append(["held", "6.11.2026", "Lysfest", "Stjørdal"])
    sheet.append([None, None, None, None])
    sheet.append(["avlyst", "2026-11-06", "Mørkefest", 5001])
    stream = io.BytesIO()
    made.save(stream)
    preview = read_events_workbook(stream.getvalue(), reference)
    assert faults(preview) == [] and preview.places == ("Vår liste!2", "Vår liste!4")
    found = [(row["state"], row["document"]["event"]["municipality"]) for row in preview.rows]
    assert found == [("held", "5035"), ("cancelled", "5001")]
    assert [row["document"]["event"]["first_day"] for row in preview.rows] == ["2026-11-06"] * 2


@pytest.mark.parametrize(
    ("text", "read"),
    [("1 234 567", 1_234_567), ("1.234.567", 1_234_567), ("12,5", 12.5), ("1 234 567,50", 1_234_567.5)],
)
def test_numbers_typed_as_text(reference: Reference, text: str, read: float) -> None:
    preview = read_events_workbook(book([full(visits=text, visits_low=None, visits_high=None)]), reference)
    assert faults(preview) == []
    assert preview.rows[0]["document"]["numbers"]["besøk"]["value"] == read


# One cell of a whole row changed: the fault that it gives, and where.
@pytest.mark.parametrize(
    ("key", "value", "code", "at"),
    [
        ("name_nb", None, "name_missing", "B2"),
        ("name_nb", True, "boolean", "B2"),
        ("name_nb", dt.date(2026, 1, 1), "not_text", "B2"),
        ("name_nb", "x" * 301, "too_long", "B2"),
        ("id", "lys fest", "bad_identifier", "A2"),
        ("municipality", "Trondhiem", "word_near", "E2"),
        ("municipality", "0301", "word_far", "E2"),
        ("state", "bekrefta", "word_near", "I2"),
        ("evidence", "sikkert", "word_far", "Q2"),
        ("first_day", "førti", "not_a_date", "F2"),
        ("first_day", "31.11.2026", "not_a_date", "F2"),
        ("first_day", 12.5, "not_a_date", "F2"),
        ("first_day", dt.datetime(2024, 11, 6, 12), "date_with_time", "F2"),
        ("first_day", None, "end_without_start", "G2"),
        ("last_day", dt.date(2024, 11, 5), "end_before_start", "G2"),
        ("price_year", 24, "beyond_year", "H2"),
        ("price_year", 2024.5, "beyond_year", "H2"),
        ("visits", "12.500", "typed.ambiguous", "O2"),
        ("visits", "mange", "typed.not_a_number", "O2"),
        ("visits", -1, "beyond_count", "O2"),
        ("visits", dt.date(2024, 1, 1), "not_a_number", "O2"),
        ("visits", 20_000, "not_rising", "O2"),
        ("visits_high", None, "half_range", "P2"),
        ("visits_low", None, "half_range", "N2"),
        ("evidence", None, "evidence_missing", "Q2"),
        ("share_region", 1.5, "beyond_share", "S2"),
        ("share_region", 0.8, "shares_above_one", "U2"),
        ("share_evidence", None, "evidence_missing", "V2"),
        ("source", "=A1", "uncalculated", "R2"),
        ("visits", "=1+1", "uncalculated", "O2"),
        ("visits", "#VALUE!", "error_cell", "O2"),
        ("name_nb", "#N/A", "error_cell", "B2"),
    ],
)
def test_a_fault_names_its_cell(reference: Reference, key: str, value: Any, code: str, at: str) -> None:
    found = faults(read_events_workbook(book([full(**{key: value})]), reference))
    assert [(one, cell) for one, cell, _ in found] == [(code, at)]
    if value is not None and code not in ("shares_above_one", "too_long"):
        assert found[0][2].startswith(str(value))


def test_all_faults_at_once_in_the_order_of_the_sheet(reference: Reference) -> None:
    rows = [full(state="x"), {"visits_low": 3}, full(id="b", name_nb="B", visits=None)]
    found = faults(read_events_workbook(book(rows), reference))
    assert [(code, cell) for code, cell, _ in found] == [
        ("word_far", "I2"),
        ("name_missing", "B3"),
        ("visits_missing", "O3"),
        ("visits_missing", "O4"),
        ("share_of_nothing", "S4"),
    ]
    many = read_events_workbook(book([{"name_nb": f"n{number}", "state": "x"} for number in range(600)]), reference)
    assert len(many.faults) == 501 and many.faults[-1].code == "workbook.more_faults"


def test_headings_that_are_wrong(reference: Reference) -> None:
    def change(sheet: Any) -> None:
        sheet["C1"] = "navn på engelskk"
        sheet["D1"] = "kontaktperson"
        sheet["H1"] = "status"
        sheet["J1"] = None
        sheet["X2"] = "løst"

    found = faults(read_events_workbook(book([full()], change=change), reference))
    assert [(code, cell) for code, cell, _ in found] == [
        ("heading_near", "C1"),
        ("heading_far", "D1"),
        ("heading_twice", "I1"),
        ("word_far", "H2"),
        ("no_heading", "J2"),
        ("no_heading", "X2"),
    ]
    empty = read_events_workbook(book([full()], change=lambda sheet: sheet.delete_rows(1)), reference)
    assert empty.faults
    other = openpyxl.Workbook()
    stream = io.BytesIO()
    other.save(stream)
    assert [code for code, _, _ in faults(read_events_workbook(stream.getvalue(), reference))] == ["no_sheet"]
    assert [one.code for one in read_events_workbook(b"not Excel", reference).faults] == ["xlsx.is_text"]


def test_the_same_event_twice(reference: Reference) -> None:
    rows = [full(), full(id="other", name_nb="  lysfest PÅ øya"), full(name_nb="En annen")]
    found = faults(read_events_workbook(book(rows), reference))
    assert found == [("event_twice", "B3", "lysfest PÅ øya"), ("id_twice", "A4", "lysfest-2026")]
    held = [SimpleNamespace(name_nb="LYSFEST på øya", first_day=dt.date(2024, 11, 6), municipality="5001")]
    assert faults(read_events_workbook(book([full()]), reference, held)) == [("event_held", "B2", "Lysfest på Øya")]
    next_year = book([full(first_day=dt.date(2025, 11, 6), last_day=None)])
    assert faults(read_events_workbook(next_year, reference, held)) == []


def test_ids_are_made_apart(reference: Reference) -> None:
    rows = [{"name_nb": "Cup", "municipality": code} for code in ("5001", "5031")] + [{"id": "cup-2", "name_nb": "X"}]
    made = [row["document"]["event"]["id"] for row in read_events_workbook(book(rows), reference).rows]
    assert made == ["cup", "cup-3", "cup-2"]


# -- stored, all or nothing


def test_an_import_is_stored_whole(store: Store, reference: Reference) -> None:
    rows = [full(id=f"e{number}", name_nb=f"Fest {number}") for number in range(30)]
    preview = read_events_workbook(book(rows), reference, held_events(store, OFFICER))
    keys = import_events(store, OFFICER, preview)
    assert len(keys) == 30
    stored = get_event(store, OFFICER, keys[7])
    assert (stored.row.name_nb, stored.row.state, stored.row.venues) == (
        "Fest 7",
        "confirmed",
        ("Storhallen", "Torget"),
    )
    assert stored.document == preview.rows[7]["document"]
    with pytest.raises(Faults) as again:
        import_events(store, OFFICER, preview)  # made before the events were there
    assert len(again.value.faults) == 30 and again.value.faults[0].place == "Arrangementer!2"
    assert list_events(store, OFFICER)[1] == 30


def test_nothing_is_stored_of_a_faulty_file_or_by_others(store: Store, reference: Reference) -> None:
    faulty = read_events_workbook(book([full(), full(id="b", name_nb="B", state="x")]), reference)
    with pytest.raises(Faults):
        import_events(store, OFFICER, faulty)
    right = read_events_workbook(book([full()]), reference)
    with pytest.raises(Refused):
        import_events(store, APPLICANT, right)
    half = ImportPreview((right.rows[0], {**right.rows[0], "state": "no such state"}), (), ("a", "b"))
    with pytest.raises(ValueError):
        import_events(store, OFFICER, half)
    assert list_events(store, OFFICER)[1] == 0


def test_whole_workbooks_in_one_go(
    store: Store, reference: Reference, event_dict: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    files = []
    for name in ("a", "b"):
        raw = event_dict()
        raw["event"] |= {"id": name, "name_nb": f"Fest {name}"}
        write_workbook(raw, tmp_path / f"{name}.xlsx", "nb")
        files.append((f"{name}.xlsx", (tmp_path / f"{name}.xlsx").read_bytes()))
    preview = read_event_workbooks(files, reference)
    assert preview.faults == () and preview.places == ("a.xlsx", "b.xlsx")
    first = import_events(store, OFFICER, preview)[0]
    assert get_event(store, OFFICER, first).document["night"][0]["date"] == "2024-06-14"
    twice = read_event_workbooks([*files, ("c.xlsx", files[0][1]), ("d.xlsx", b"PK\x03\x04")], reference)
    assert [(one.file, one.code) for one in twice.faults] == [
        ("c.xlsx", "sheet.file_twice"),
        ("d.xlsx", "xlsx.truncated"),
    ]
    assert twice.rows == ()
    held = read_event_workbooks(files, reference, held_events(store, OFFICER))
    assert [(one.file, one.code) for one in held.faults] == [(f"{name}.xlsx", "sheet.event_held") for name in "ab"]


# -- out again


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_export_comes_back_as_it_was(tmp_path: Path, store: Store, reference: Reference, lang: Lang) -> None:
    rows = [
        full(),
        {"name_nb": "Bare et navn"},
        full(id="c", name_nb="C", kind="dugnad", visits=12.5, visits_low=1, share_norway=None),
    ]
    keys = import_events(store, OFFICER, read_events_workbook(book(rows), reference))
    value = SimpleNamespace(value_added=(1e6, 2.5e6, 4e6), price_year=2024)
    content = export_events(store, OFFICER, reference, lang, published={keys[0]: value})
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref == "A1:AA4"
    line = next(row for row in range(2, 5) if sheet.cell(row, AT["id"]).value == "lysfest-2026")
    assert [sheet.cell(line, len(COLUMNS) + one).value for one in (1, 2, 3, 4)] == [1e6, 2.5e6, 4e6, 2024]
    assert sheet.cell(line, AT["first_day"]).number_format == {"nb": "dd.mm.yyyy", "en": "yyyy-mm-dd"}[lang]
    assert sheet.cell(line, AT["state"]).value == state_name("confirmed", lang)
    again = read_events_workbook(content, reference)
    assert faults(again) == []
    before = {key: get_event(store, OFFICER, key) for key in keys}
    with open_store(tmp_path / "other") as other:
        copied = [get_event(other, OFFICER, key) for key in import_events(other, OFFICER, again)]
    assert {repr((one.document, one.row.venues, one.row.state)) for one in copied} == {
        repr((one.document, one.row.venues, one.row.state)) for one in before.values()
    }


def test_an_export_of_a_whole_event_shows_what_it_can(
    store: Store, reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    create_event(store, OFFICER, event_dict())
    create_event(store, OFFICER, {"event": {"name_nb": "=cmd|' /C calc'!A0", "first_day": "snart", "price_year": "x"}})
    sheet: Any = openpyxl.load_workbook(io.BytesIO(export_events(store, OFFICER, reference, "nb"))).worksheets[0]
    by_name = {sheet.cell(row, AT["name_nb"]).value: row for row in (2, 3)}
    small = by_name["Liten festival"]
    assert sheet.cell(small, AT["visits"]).value == 4000  # the one audience that was counted in visits
    evil = sheet.cell(by_name["=cmd|' /C calc'!A0"], AT["name_nb"])
    assert (evil.data_type, evil.quotePrefix) == ("s", True)
    assert sheet.cell(evil.row, AT["first_day"]).value == "snart"
    assert export_events(store, APPLICANT, reference, "nb", Search()).count(b"PK") > 0
    mine: Any = openpyxl.load_workbook(io.BytesIO(export_events(store, APPLICANT, reference, "nb"))).worksheets[0]
    assert mine.cell(2, AT["name_nb"]).value is None


# -- the fast reader


def test_the_fast_reader_reads_what_the_slow_one_does(reference: Reference) -> None:
    content = book([full(id=f"e{number}", name_nb=f"Fest {number}") for number in range(5)])
    quick, slow = read_quickly(content, "x"), read_sheets_in(content, "x")
    assert [type(cell) for cell in quick["Arrangementer"].rows[1]] != [
        type(cell) for cell in slow["Arrangementer"].rows[1]
    ]
    held = [
        [cell.date() if isinstance(cell, dt.datetime) else cell for cell in row] for row in slow["Arrangementer"].rows
    ]
    assert [list(row) for row in quick["Arrangementer"].rows] == held


@pytest.mark.parametrize("cell", ["A30000", "XFD2", "XFD1048576"])
def test_a_far_cell_takes_no_room(cell: str, reference: Reference) -> None:
    """calamine would make room for every cell up to the last one: the whole sheet has 17 thousand million."""

    def change(sheet: Any) -> None:
        sheet[cell] = "x"

    found = read_events_workbook(book([full()], change=change), reference).faults
    assert [one.code for one in found] in (["xlsx.too_many_rows"], ["xlsx.too_wide"])


def test_odd_writing_of_an_error_is_seen_too(reference: Reference) -> None:
    content = book([full(source="#REF!")])
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b't="e"', b"t = 'e'") if "sheet1" in name else text)
    assert faults(read_events_workbook(stream.getvalue(), reference)) == [("error_cell", "R2", "#REF!")]


def test_every_column_and_word_has_its_phrase() -> None:
    for lang in LANGUAGES:
        names = [column.label(lang) for column in COLUMNS] + [say(f"sheet.heading.{key}", lang) for key in RESULTS]
        assert len(set(names)) == len(COLUMNS) + len(RESULTS)
    assert all(has(f"sheet.kind.{key}") for key in KINDS) and all(has(f"register.state.{key}") for key in STATES)
