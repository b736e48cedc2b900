"""Opening an Excel file that a stranger sent."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import defusedxml.ElementTree
import openpyxl
import pytest
from openpyxl.xml import functions

from data import xlsx
from data.faults import Faults
from data.phrases import LANGUAGES, has
from data.xlsx import Sheet, Uncalculated, cell_name, read_sheets

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A small, ordinary workbook."""
    path = tmp_path / "plain.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Tall"
    sheet.append(["navn", "verdi"])
    sheet.append(["besøk", 9000.5])
    book.save(path)
    return path


def codes(path: Path) -> list[str]:
    with pytest.raises(Faults) as raised:
        read_sheets(path)
    for fault in raised.value.faults:
        for lang in LANGUAGES:
            assert fault.problem(lang) and fault.expected(lang)
        assert fault.file == path.name
    return [fault.code.removeprefix("xlsx.") for fault in raised.value.faults]


def changed(source: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a workbook with one member changed or added."""
    target = source.with_name("changed.xlsx")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, change(old.read(name) if name in old.namelist() else b""))
    return target


def with_rows(source: Path, rows: str, before: str = "") -> Path:
    body = f"<worksheet {NAMESPACE}>{before}<sheetData>{rows}</sheetData></worksheet>"
    return changed(source, SHEET, lambda _: body.encode())


def with_file(folder: Path, content: bytes) -> Path:
    path = folder / "sent.xlsx"
    path.write_bytes(content)
    return path


def test_sheets_come_by_name_in_order_with_their_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first, second = book.worksheets[0], book.create_sheet("Netter")
    first.title = "Tall"
    first["A1"], first["C1"], first["B3"] = "x", True, 1.5
    second["A1"] = dt.date(2025, 2, 27)
    second.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert read_sheets(tmp_path / "a.xlsx") == {
        "Tall": Sheet("Tall", [("x", None, True), (), (None, 1.5)]),
        "Netter": Sheet("Netter", [(dt.datetime(2025, 2, 27),)]),
    }


def test_formula_without_value_is_uncalculated_and_one_with_value_is_its_value(plain: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+2</f><v>3</v></c><c r="C1"><f>A1</f><v></v></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="3"><c r="B3"><f>B1</f></c></row>'
    )
    first = (Uncalculated("=1+1"), 3, Uncalculated("=A1"), None, "#DIV/0!")
    assert read_sheets(with_rows(plain, rows))["Tall"].rows == [first, (), (None, Uncalculated("=B1"))]


def test_cells_are_named_from_one() -> None:
    assert (cell_name(7, 4), cell_name(1, 27)) == ("D7", "AA1")


def test_openpyxl_reads_sheets_through_defusedxml(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert functions.iterparse is defusedxml.ElementTree.iterparse
    monkeypatch.setattr(xlsx, "DEFUSEDXML", False)
    with pytest.raises(RuntimeError):
        read_sheets(plain)


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"%PDF-1.7\n%", "is_pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is_picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is_picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "is_picture"),
        (b"\n<!DOCTYPE html><html><body><table>", "is_html"),
        (b'<?xml version="1.0"?><Workbook/>', "is_xml"),
        ("navn;verdi\nbesøk;9 000\n".encode(), "is_text"),
        ("\ufeffnavn;verdi\n".encode("utf-16"), "is_text"),
        ("navn;verdi\nbesøk;1\n".encode("latin-1"), "is_text"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "is_archive"),
        (b"\x00\x01\x02\x03", "is_unknown"),
        (b"", "empty"),
    ],
)
def test_other_kinds_of_file_are_called_by_name(tmp_path: Path, start: bytes, code: str) -> None:
    assert codes(with_file(tmp_path, start)) == [code]


@pytest.mark.parametrize(
    ("stream", "code"),
    [("Workbook", "is_old_excel"), ("EncryptedPackage", "is_encrypted"), ("WordDocument", "is_old_office")],
)
def test_ole2_files_are_told_apart(tmp_path: Path, stream: str, code: str) -> None:
    content = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(5000) + stream.encode("utf-16-le") + bytes(500)
    assert codes(with_file(tmp_path, content)) == [code]


def test_bare_ole2_header_is_an_old_excel_file(tmp_path: Path) -> None:
    assert codes(with_file(tmp_path, bytes.fromhex("D0CF11E0A1B11AE1"))) == ["is_old_excel"]


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("word/document.xml", "is_word"),
        ("ppt/presentation.xml", "is_powerpoint"),
        ("xl/workbook.bin", "is_binary_excel"),
        ("mimetype", "is_open_document"),
        ("bilde.txt", "no_workbook"),
    ],
)
def test_zips_without_a_workbook_are_told_apart(tmp_path: Path, member: str, code: str) -> None:
    path = tmp_path / "sent.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(member, "x")
    assert codes(path) == [code]


def test_missing_file_folder_and_special_file(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere.xlsx") == ["missing"]
    (tmp_path / "folder.xlsx").mkdir()
    assert codes(tmp_path / "folder.xlsx") == ["is_folder"]
    assert codes(Path("a\x00b.xlsx")) == ["not_opened"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.xlsx")
        assert codes(tmp_path / "pipe.xlsx") == ["is_special"]


def test_file_without_permission(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert codes(plain) == ["no_permission"]


def test_every_truncation_is_refused(plain: Path, tmp_path: Path) -> None:
    whole = plain.read_bytes()
    for length in range(4, len(whole), 97):
        assert codes(with_file(tmp_path, whole[:length])) in (["truncated"], ["is_text"])


def test_flipped_bytes_are_refused_or_harmless(plain: Path, tmp_path: Path) -> None:
    whole = bytearray(plain.read_bytes())
    for place in range(0, len(whole), 31):
        broken = whole.copy()
        broken[place] ^= 0xFF
        try:
            assert read_sheets(with_file(tmp_path, bytes(broken)))["Tall"].rows[1] == ("besøk", 9000.5)
        except Faults as faults:
            assert faults.faults


def test_wrong_sum_is_refused(plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "stored.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
    path.write_bytes(path.read_bytes().replace(b"9000.5", b"8000.5"))
    assert codes(path) == ["truncated"]


def test_zip_bomb_is_refused_before_it_is_unpacked(plain: Path) -> None:
    bomb = changed(plain, "xl/worksheets/sheet2.xml", lambda _: b" " * 70_000_000)
    assert bomb.stat().st_size < 200_000
    before = time.perf_counter()
    assert codes(bomb) == ["too_large", "bomb"]
    assert time.perf_counter() - before < 1


def test_member_that_lies_about_its_size_is_refused(plain: Path) -> None:
    path = changed(plain, "xl/worksheets/sheet2.xml", lambda _: b" " * 30_000_000)
    content = bytearray(path.read_bytes())
    size, lie = (30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, lie))
    assert codes(path) == ["truncated"]


def test_many_members_and_large_parts_are_refused(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = changed(plain, "xl/styles.xml", lambda _: os.urandom(11_000_000))
    assert codes(large) == ["part_large"]
    monkeypatch.setattr(xlsx, "MAX_MEMBERS", 3)
    assert codes(plain) == ["too_many_members"]


def test_hundred_thousand_rows_are_refused_fast(plain: Path) -> None:
    cells = (
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>{n * 3.7}</v></c></row>' for n in range(1, 100_001)
    )
    path = with_rows(plain, "".join(cells), '<dimension ref="A1:B2"/>')
    before = time.perf_counter()
    assert codes(path) == ["too_many_rows"]
    assert time.perf_counter() - before < 10


def test_rows_are_counted_where_they_stand(plain: Path) -> None:
    at_limit = with_rows(plain, '<row r="20000"><c r="A20000"><v>1</v></c></row>')
    assert len(read_sheets(at_limit)["Tall"].rows) == 20_000
    for row in (20_001, 1_048_576, 99_999_999_999):
        assert codes(with_rows(plain, f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>')) == ["too_many_rows"]
        formula = with_rows(plain, f'<row r="{row}"><c r="A{row}"><f>1</f></c></row>')
        assert set(codes(formula)) == {"too_many_rows"}


def test_blank_formatted_rows_below_the_limit_are_no_fault(plain: Path) -> None:
    blank = "".join(f'<row r="{n}" ht="20"/>' for n in range(2, 30_000))
    path = with_rows(plain, f'<row r="1"><c r="A1"><v>1</v></c></row>{blank}', '<dimension ref="A1:XFD1048576"/>')
    assert read_sheets(path)["Tall"].rows == [(1,)]


def test_wide_sheets_are_refused(plain: Path) -> None:
    assert codes(with_rows(plain, '<row r="3"><c r="XFD3"><v>1</v></c></row>')) == ["too_wide"]
    assert codes(with_rows(plain, '<row r="3"><c r="XFD3"><f>1</f></c></row>')) == ["too_wide"]


def test_masses_of_tags_are_refused(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_TAGS", 10_000)
    assert codes(with_rows(plain, "<row/>" * 11_000)) == ["too_much"]


def test_too_many_sheets_are_refused(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_SHEETS", 0)
    assert codes(plain) == ["too_many_sheets"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(plain: Path, encoding: str) -> None:
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    body = (
        f'{laughs}<worksheet {NAMESPACE}><sheetData><row r="1"><c r="A1"><v>&b;</v></c></row></sheetData></worksheet>'
    )
    assert codes(changed(plain, SHEET, lambda _: body.encode(encoding))) == ["entities"]


def test_entities_are_refused_without_the_first_look_too(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_DECLARATION", re.compile(b"never in a file"))
    secret = plain.with_name("secret.txt")
    secret.write_text("hemmelig", encoding="utf-8")
    for entity in ('"ha"', f'SYSTEM "{secret.as_uri()}"'):
        rows = '<sheetData><row r="1"><c r="A1" t="str"><v>&a;</v></c></row></sheetData>'
        body = f"<!DOCTYPE x [<!ENTITY a {entity}>]><worksheet {NAMESPACE}>{rows}</worksheet>".encode()
        assert codes(changed(plain, SHEET, lambda _, body=body: body)) == ["broken_xml"]  # type: ignore[misc]


def test_doctype_in_a_picture_is_no_fault(plain: Path) -> None:
    path = changed(plain, "xl/media/image1.svg", lambda _: b"<!DOCTYPE svg><svg/>")
    assert read_sheets(path)["Tall"].rows[0] == ("navn", "verdi")


def test_macros_templates_and_the_strict_dialect_are_refused(plain: Path) -> None:
    types = "[Content_Types].xml"
    assert codes(changed(plain, types, lambda old: old.replace(b"sheet.main+xml", b"template.main+xml"))) == [
        "wrong_type"
    ]
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert codes(changed(plain, types, lambda old: old.replace(main, macro))) == ["macros"]
    assert codes(changed(plain, "xl/vbaProject.bin", lambda _: b"x")) == ["macros"]
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    name = "xl/workbook.xml"
    ordinary = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    assert codes(changed(plain, name, lambda old: old.replace(ordinary, strict))) == ["strict"]


def test_damaged_xml_and_absurd_cells_are_refused(plain: Path) -> None:
    assert codes(changed(plain, SHEET, lambda old: old[:200])) == ["broken_xml"]
    assert codes(changed(plain, "[Content_Types].xml", lambda old: old[:100])) == ["broken_xml"]
    assert codes(with_rows(plain, '<row r="1"><c r="A1"><v>NaN</v></c></row>')) == ["unreadable"]
    assert codes(with_rows(plain, '<row r="1"><c r="A1" t="s"><v>99</v></c></row>')) == ["unreadable"]
    assert codes(with_rows(plain, '<row r="1"><c r="XFDAA1"><v>1</v></c></row>')) == ["unreadable"]


def test_every_fault_has_its_phrases() -> None:
    source = Path(xlsx.__file__).read_text(encoding="utf-8")
    found = set(re.findall(r'"xlsx\.(\w+)"|_refusal\(\w+(?:\.\w+)?, "(\w+)"', source))
    for code in {one or other for one, other in found} | set(xlsx._OTHER_ZIPS.values()):
        assert has(f"xlsx.{code}.problem") and has(f"xlsx.{code}.expected"), code
