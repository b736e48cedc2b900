"""Survey answers from files: what is found and read, faults by their cells, what is stored, and bad files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest

from data import xlsx, xlsx_quick
from data.audit import broken
from data.faults import Faults
from data.permission import Actor, Refused
from data.phrases import LANGUAGES
from data.store import Store
from impact.register import create_event
from impact.survey.answers import answers_of
from impact.survey.batch import Batch, leave_out, personal_cells, read_batch
from impact.survey.mapping import LEFT_OUT, ColumnMapping, find_table, mapping_of, suggest
from impact.survey.questions import KINDS, questionnaire
from impact.survey.reading import MAX_ROWS, Table, read_answer_file, table_of
from impact.survey.storing import batches, delete_batch, digest, kept_mapping, store_batch
from impact.survey.surveys import make_survey

OFFICER = Actor("account:1", frozenset({"officer"}))
APPLICANT = Actor("account:2", frozenset({"applicant"}))
VISITOR = questionnaire("visitor")
DAY = dt.date(2025, 3, 1)
ROLE = f"1. {VISITOR.by_name['role'].text('nb')}"
CSV = f"""Tidsmerke;{ROLE};Bosted;Antall dager;Netter;Hvor sov du?;Restaurant, kafé;Kommentar
2025-03-01 12:33;Tilskuer;Trondheim;2;0;;350;Fint, «kjempefint»!
01.03.2025 kl. 12.33;Deltaker;Utlandet;3 dager;2;Ja, hotell;1 200,50 kr;ring 91234567
2025-03-02;Frivillig;Malvik;1;vet ikke;Venner;ca. 300;
;;;;;;;
"""


def book(*rows: list[Any], before: int = 0) -> bytes:
    """A workbook with these rows, ``before`` blank ones above them."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Svar"
    for number, row in enumerate(rows, before + 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def table(content: bytes | str, name: str = "svar.csv") -> Table:
    sheets = read_answer_file(name, content.encode() if isinstance(content, str) else content)
    return find_table(name, sheets, VISITOR)


def batch(content: bytes | str, **values: dict[str, str]) -> Batch:
    """What a file gives with what is suggested, and with ``values`` given by a person."""
    found = table(content)
    mapping = suggest(found, VISITOR, "5001")
    return read_batch(found, ColumnMapping(mapping.columns, {**mapping.values, **values}), VISITOR)


def refused(content: bytes, name: str = "svar.csv") -> list[tuple[str, str]]:
    """(code, place) of the faults of a file, each told in both languages."""
    with pytest.raises(Faults) as raised:
        find_table(name, read_answer_file(name, content), VISITOR)
    assert all(one.line(lang) for one in raised.value.faults for lang in LANGUAGES)
    return [(one.code.partition(".")[2], one.place) for one in raised.value.faults]


# -- reading


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_and_delimiters_are_found(delimiter: str, encoding: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(csv.reader(io.StringIO(CSV), delimiter=";"))
    found = batch(stream.getvalue().encode(encoding))
    assert found.faults == () and found.blank == 0 and len(found) == 3
    assert found.table.headings[1] == ROLE
    assert [json.loads(one) for one in found.documents()] == [
        {
            "role": "spectator",
            "home": "host",
            "days": 2,
            "nights": 0,
            "spend_food_service": 350,
            "comment": "Fint, «kjempefint»!",
        },
        {
            "role": "participant",
            "home": "abroad",
            "days": 3,
            "nights": 2,
            "lodging": "commercial",
            "spend_food_service": 1200.5,
            "comment": "ring 91234567",
        },
        {"role": "volunteer", "home": "region", "days": 1, "lodging": "other", "spend_food_service": 300},
    ]
    assert found.days == [DAY, DAY, dt.date(2025, 3, 2)]


def test_a_workbook_with_headings_further_down_dates_and_numbers() -> None:
    heads = ["Tidsmerke", "Rolle", "Antall dager", "Avstand", "Utgifter overnatting"]
    rows = [
        ["Undersøkelse 2025"],
        [],
        heads,
        [dt.datetime(2025, 3, 1, 12, 33), "Tilskuer", 2, 1.234, 12500],
        [None] * 5,
        [dt.date(2025, 3, 2), "Utøver", 1.0, "12 km", None],
    ]
    found = batch(book(*rows))
    assert (found.table.sheet, found.table.head, list(found.table.numbers)) == ("Svar", 3, [4, 6])
    assert [json.loads(one) for one in found.documents()] == [
        {"role": "spectator", "days": 2, "distance_km": 1.234, "spend_accommodation": 12500},
        {"role": "participant", "days": 1, "distance_km": 12},
    ]
    assert found.days == [DAY, dt.date(2025, 3, 2)]


def test_alike_and_missing_headings_are_told_apart_by_their_columns() -> None:
    found = table(book(["Rolle", "Annet", "Annet", None], ["Tilskuer", "a", "b", "c"]), "a.xlsx")
    assert [found.heading(at) for at in range(4)] == ["A: Rolle", "B: Annet", "C: Annet", "D"]
    assert found.different(3) == (["c"], [0]) and found.place(0, 3) == "Svar!D2"


def test_merged_headings_give_their_text_to_the_first_column() -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["Rolle", "Netter", None])
    sheet.append(["Tilskuer", 2, 5])
    sheet.merge_cells("B1:C1")
    stream = io.BytesIO()
    made.save(stream)
    found = table(stream.getvalue(), "a.xlsx")
    assert suggest(found, VISITOR).columns == {"role": 0, "nights": 1} and found.headings == ("Rolle", "Netter", "")


def test_the_sheet_with_the_answers_is_found() -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].append(["Om filen", "laget av et program"])
    made.worksheets[0].append(["x", "y"])
    sheet = made.create_sheet("Data")
    sheet.append(["Rolle", "Bosted"])
    sheet.append(["Tilskuer", "Norge"])
    stream = io.BytesIO()
    made.save(stream)
    assert table(stream.getvalue(), "a.xlsx").sheet == "Data"


def test_a_blank_answer_is_missing_and_never_zero() -> None:
    found = batch("Rolle;Netter;Restaurant\nTilskuer;;\nTilskuer;vet ikke;-\nTilskuer;0;0\n")
    assert found.answers["nights"] == [None, None, 0] and found.answers["spend_food_service"] == [None, None, 0]
    assert next(iter(found.documents())) == '{"role":"spectator"}'


# -- what values mean


def test_what_cannot_be_read_is_a_fault_at_its_cell_until_a_person_says_what_it_means() -> None:
    content = "Rolle;Netter;Antall dager\nTilskuer;0–3;2\nKorps;1,5;2\nTilskuer;1.200;100\nTilskuer;0-3;2\n"
    found = batch(content)
    assert [(one.place, one.code) for one in found.faults] == [
        ("B2", "typed.no_range"),
        ("A3", "survey_reading.not_mapped"),
        ("B3", "survey.not_whole"),
        ("B4", "typed.ambiguous"),
        ("C4", "survey.too_high"),
        ("B5", "typed.no_range"),
    ]
    assert all(one.line(lang) for one in found.faults for lang in LANGUAGES)
    assert dict(found.unread["nights"]) == {"0–3": 1, "1,5": 1, "1.200": 1, "0-3": 1}
    meant = {"0–3": "1", "0-3": "1", "1,5": "2", "1.200": LEFT_OUT}
    role = {"tilskuer": "spectator", "korps": "volunteer"}
    found = batch(content, nights=meant, role=role, days={"100": LEFT_OUT})
    assert found.faults == () and found.answers["nights"] == [1, 2, None, 1]
    assert found.answers["days"] == [2, 2, None, 2] and found.answers["role"][1] == "volunteer"


def test_a_number_that_excel_made_a_date_is_not_guessed_at() -> None:
    found = batch(book(["Rolle", "Netter"], ["Tilskuer", dt.datetime(2025, 3, 2)], ["Tilskuer", "#N/A"]))
    assert [(one.place, one.code) for one in found.faults] == [
        ("Svar!B2", "survey_reading.not_a_number"),
        ("Svar!B3", "survey_reading.error_cell"),
    ]


def test_true_is_not_one() -> None:
    found = batch(book(["Rolle", "Netter"], ["Tilskuer", 1], ["Tilskuer", True]))
    assert [(one.place, one.code) for one in found.faults] == [("Svar!B3", "survey.not_a_number")]


def test_formulas_without_a_value_are_told() -> None:
    found = batch(book(["Rolle", "Netter"], ["Tilskuer", "=1+1"]))
    assert [(one.place, one.code) for one in found.faults] == [("Svar!B2", "survey_reading.uncalculated")]


def test_a_home_is_known_by_its_municipality_only_where_the_event_has_one() -> None:
    found = table("Rolle;Bosted\nTilskuer;Trondheim\nTilskuer;Stjørdal\n")
    assert suggest(found, VISITOR, "5035").values["home"] == {"trondheim": "region", "stjørdal": "host"}
    assert suggest(found, VISITOR).values["home"] == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_with_the_questionnaires_own_words_needs_no_person(kind: str, lang: Any) -> None:
    own = questionnaire(kind)
    heads = [f"{number}. {one.text(lang)} *" for number, one in enumerate(own.questions, 1)]
    firsts = [one.options[0].text(lang) if one.options else one.codes[0] if one.codes else "1" for one in own.questions]
    found = find_table("a.xlsx", read_answer_file("a.xlsx", book(heads, firsts)), own)
    mapping = suggest(found, own)
    assert {name: at for name, at in mapping.columns.items() if name != "day"} == {
        name: at for at, name in enumerate(own.names)
    }
    read = read_batch(found, mapping, own)
    assert read.faults == () and all(values != [None] for values in read.answers.values())


def test_a_column_without_end_of_values_is_the_wrong_one() -> None:
    found = table("Rolle;Antall dager\n" + "".join(f"verdi {one};1\n" for one in range(300)))
    assert suggest(found, VISITOR).values["role"] == {}


# -- personal data


def test_texts_that_tell_who_answered_can_be_left_out() -> None:
    found = batch(CSV)
    (one,) = personal_cells(found, VISITOR)
    assert (one.place, one.text, one.kinds) == ("H3", "ring 91234567", ("phone",))
    assert leave_out(found, [one]).answers["comment"] == ["Fint, «kjempefint»!", None, None]
    assert "comment" not in found.without("comment").answers


def test_who_answered_nothing_but_what_is_left_out_goes() -> None:
    found = batch("Rolle;Kommentar\nTilskuer;Fint\n;ring 91234567\nTilskuer;\n;Bra\n")
    left = leave_out(found, personal_cells(found, VISITOR))
    assert list(left.documents()) == [
        '{"comment":"Fint","role":"spectator"}',
        '{"role":"spectator"}',
        '{"comment":"Bra"}',
    ]
    assert (len(left), left.blank, list(left.rows)) == (3, 1, [0, 2, 3])
    assert [len(found.without("comment")), len(found.without("comment").without("role"))] == [2, 0]


def test_what_is_remembered_of_a_file_says_nothing_of_anyone() -> None:
    mapping = ColumnMapping({"role": 0}, {"role": {"ring 91234567": "guest", "x" * 300: "guest", "ja": "media"}})
    assert json.loads(mapping.stored)["values"] == {"role": {"ja": "media"}}


# -- storing


@pytest.fixture
def survey(store: Store) -> int:
    event = create_event(store, OFFICER, {"event": {"name_nb": "Eksempelcup", "municipality": "5001"}})
    return make_survey(store, OFFICER, event, "visitor", DAY, DAY)


def test_a_file_is_stored_whole_once_and_can_be_taken_out(store: Store, survey: int) -> None:
    told: list[float] = []
    number = store_batch(store, OFFICER, survey, digest(CSV.encode()), batch(CSV), told.append)
    assert told == [1.0]
    (held,) = batches(store, OFFICER, survey)
    assert (held.id, held.name, held.rows, held.sha256) == (number, "svar.csv", 3, digest(CSV.encode()))
    assert list(answers_of(store, OFFICER, survey)["days"]) == [2, 3, 1]
    with pytest.raises(Faults) as again:
        store_batch(store, OFFICER, survey, digest(CSV.encode()), batch(CSV))
    assert [one.code for one in again.value.faults] == ["survey_reading.read_before"]
    assert delete_batch(store, OFFICER, number) == 3
    assert batches(store, OFFICER, survey) == [] and len(answers_of(store, OFFICER, survey)) == 0
    with pytest.raises(LookupError):
        delete_batch(store, OFFICER, number)
    store_batch(store, OFFICER, survey, digest(CSV.encode()), batch(CSV))
    with store.read() as db:
        assert broken(db) is None
        told_of = [one[0] or "" for one in db.execute("SELECT after FROM audit").fetchall()]
    assert not any("91234567" in one for one in told_of)


def test_how_a_file_was_read_is_remembered_for_the_next(store: Store, survey: int) -> None:
    found = batch(CSV, role={"tilskuer": "guest", "deltaker": "media", "frivillig": "volunteer"})
    assert kept_mapping(store, OFFICER, "visitor", found.table.digest) is None
    store_batch(store, OFFICER, survey, "a" * 64, found)
    kept = kept_mapping(store, OFFICER, "visitor", table(CSV).digest)
    assert kept and mapping_of(kept, VISITOR, table(CSV)).values["role"]["tilskuer"] == "guest"
    narrow = table("Rolle;x\na;b\n")
    assert set(mapping_of(kept, VISITOR, narrow).columns.values()) <= {0, 1}


def test_what_is_stopped_midway_stores_nothing(store: Store, survey: int) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store_batch(store, OFFICER, survey, "a" * 64, batch(CSV), stop)
    assert batches(store, OFFICER, survey) == [] and len(answers_of(store, OFFICER, survey)) == 0
    store_batch(store, OFFICER, survey, "a" * 64, batch(CSV))


def test_others_and_faulty_batches_store_nothing(store: Store, survey: int) -> None:
    for act in (
        lambda: store_batch(store, APPLICANT, survey, "a" * 64, batch(CSV)),
        lambda: batches(store, APPLICANT, survey),
        lambda: delete_batch(store, APPLICANT, 1),
        lambda: kept_mapping(store, APPLICANT, "visitor", ""),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Faults):
        store_batch(store, OFFICER, survey, "a" * 64, batch("Rolle;Netter\nTilskuer;mange\n"))
    with pytest.raises(LookupError):
        store_batch(store, OFFICER, 99, "a" * 64, batch(CSV))
    assert batches(store, OFFICER, survey) == []


# -- bad files


def test_files_that_are_no_answers_are_called_by_name() -> None:
    plain = book(["Rolle", "Bosted"], ["Tilskuer", "Norge"])
    macro = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(macro, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"x")
    password = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(5000) + "EncryptedPackage".encode("utf-16-le")
    for content, code in (
        (b"", "empty"),
        (password, "is_encrypted"),
        (macro.getvalue(), "macros"),
        (b"%PDF-1.7", "is_pdf"),
        (b"\x00\x01\x02", "is_unknown"),
        (plain[: len(plain) // 2], "truncated"),
        (book(), "no_rows"),
        (book(["Rolle", "Bosted"]), "no_answers"),
        (b"\n\n;;\n", "no_rows"),
        (b"Rolle;Bosted\n", "no_answers"),
        (b"Rolle;Bosted\nTilskuer;Norge\n" + b"x" * 5000 + b"\x00", "nul"),
        ("Rolle;Kommentar\nTilskuer;kjære".encode().decode("cp1252").encode(), "spoilt"),
        ("Rolle;Kommentar\nTilskuer;kjære".encode("mac-roman"), "spoilt"),
        ("Rolle;Kommentar\nTilskuer;kj\x81re".encode("latin-1"), "encoding"),
        (b"Rolle;Bosted\nTilskuer;Norge;Oslo\n", "beyond"),
        (b'Rolle;Bosted\nTilskuer;"' + b"x" * 200_000, "broken_row"),
        (b"a;" * 1_000_000 + b"\n1;2\n", "too_wide"),
        (b"a;b\n" * (MAX_ROWS + 1), "too_many_rows"),
    ):
        assert [one for one, _ in refused(content)] == [code], content[:40]


def test_a_workbook_that_claims_or_unpacks_to_more_is_refused_fast() -> None:
    plain = book(["Rolle", "Bosted"], ["Tilskuer", "Norge"])

    def with_sheet(body: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, body if name == "xl/worksheets/sheet1.xml" else old.read(name))
        return stream.getvalue()

    space = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    far = f'{space}<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    wide = f'{space}<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
    claims = far.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>').replace('"A1048576"', '"A1"')
    claims = claims.replace('r="1048576"', 'r="1"')
    assert refused(with_sheet(far)) == [("too_many_rows", "Svar")]
    assert refused(with_sheet(wide)) == [("too_wide", "Svar!XFD1")]
    assert [one for one, _ in refused(with_sheet(claims))] == ["no_answers"]
    assert [one for one, _ in refused(with_sheet(space + " " * 3_000_000))] == ["bomb"]


def test_long_files_are_read_quickly_with_limits_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    content = book(["Rolle"], *[["Tilskuer"]] * 21_000)
    monkeypatch.setattr(xlsx_quick, "read_sheets_in", None)
    monkeypatch.setattr(xlsx, "MAX_TAGS", 21_000 * 5 // 2)  # a row has five tags
    assert len(table(content, "a.xlsx").rows) == 21_000
    monkeypatch.setattr(xlsx, "MAX_TAGS", 21_000 * 5 // 5)
    assert [one for one, _ in refused(content)] == ["too_much"]


def test_no_column_chosen_or_nothing_answered_is_a_fault() -> None:
    found = table("Rolle;x\nTilskuer;\n")
    for mapping, code in ((ColumnMapping(), "no_columns"), (ColumnMapping({"nights": 1}), "nothing_answered")):
        assert [one.code for one in read_batch(found, mapping, VISITOR).faults] == [f"survey_reading.{code}"]


def test_another_row_of_headings_can_be_pointed_at() -> None:
    sheets = read_answer_file("a.csv", CSV.encode())
    assert table_of("a.csv", "", sheets[""], 2).headings[1] == "Tilskuer"
    with pytest.raises(Faults):
        table_of("a.csv", "", sheets[""], 20)
