"""Rows of the register from files: all of a file or nothing, each fault by its cell, nothing twice."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from data.faults import Faults
from data.permission import Actor, Refused
from data.phrases import LANGUAGES
from data.store import Store, open_store
from fund.state_aid.aid import picture, standing_aid
from fund.state_aid.aid_import import COLUMNS, RegisterRows, import_register_rows, read_register_rows, template_csv

OFFICER = Actor("account:1", frozenset({"officer"}))
HEAD = "Organisasjonsnummer;Tildelt;Valuta;Beløp;Støtteform;Støtteelement;Støttegiver;Referanse;Merknad\n"
GOOD = (
    HEAD + "940 155 223;15.01.2026;EUR;1 234,50;tilskudd;;Eksempel fylke;R1;ja\n"
    "940155223;2026-02-01;NOK;100000;Loan;2500;Eksempel kommune;;\n"
    ";;;;;;;;\n"
    "123456785;2026-02-01;eur;100;;;;;\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def read(text: str) -> RegisterRows:
    return read_register_rows(text.encode(), "register.csv")


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    book.worksheets[0].title = "Støtte"
    for row in rows:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_file_is_entered_whole_and_only_once(store: Store) -> None:
    found = read(GOOD)
    assert found.faults == () and len(found.rows) == 3
    first, loan, plain = found.rows
    assert (first.amount, first.currency, first.day, first.grantor) == (
        123450,
        "EUR",
        dt.date(2026, 1, 15),
        "Eksempel fylke",
    )
    assert (loan.form, loan.amount, loan.equivalent) == ("loan", 100_000_00, 2_500_00)
    assert (plain.form, plain.basis, plain.origin) == ("grant", "de_minimis", "register")
    done = import_register_rows(store, OFFICER, found)
    assert (len(done.new), done.held) == (3, 0)
    again = import_register_rows(store, OFFICER, read(GOOD + "123456785;2026-03-01;EUR;5;;;;;\n"))
    assert (len(again.new), again.held) == (1, 3)
    with store.read() as db:
        assert len(standing_aid(db)) == 4
    assert picture(store, OFFICER, "123456785", dt.date(2026, 11, 23)).room.used == 105_00


def test_each_fault_is_told_by_its_cell_and_nothing_is_entered(store: Store) -> None:
    bad = read(
        HEAD + "940155224;31.02.2026;SEK;1,234;gave;;;;\n940155223;2026-01-01;EUR;10;loan;;;;\n"
        "940155223;2026-01-01;EUR;10;grant;11;;;\n;2026-01-01;EUR;-5;;;;;\n940155223;2026-01-01;EUR;10;;;;;\n"
    )
    assert bad.rows == ()
    assert [(one.place, one.code) for one in bad.faults] == [
        ("A2", "identifier.organisation.check_digit"),
        ("B2", "aid.day"),
        ("E2", "aid.choice"),
        ("C2", "aid.choice"),
        ("D2", "typed.ambiguous"),
        ("F3", "aid.loan_in_file"),
        ("F4", "aid.equivalent_above"),
        ("A5", "aid.cell_empty"),
        ("D5", "aid.amount"),
    ]
    assert all(one.file == "register.csv" and one.line(lang) for one in bad.faults for lang in LANGUAGES)
    with pytest.raises(Faults):
        import_register_rows(store, OFFICER, bad)
    with store.read() as db:
        assert standing_aid(db) == []


def test_excel_is_read_by_sheet_and_cell(store: Store) -> None:
    head = ["Organisation number", "Granted", "Currency", "Amount"]
    good = workbook(head, [940155223, dt.date(2026, 1, 15), "EUR", 1234.5], ["940 155 223", "2026-02-01", "NOK", 7])
    found = read_register_rows(good, "register.xlsx")
    assert found.faults == () and [one.amount for one in found.rows] == [123450, 700]
    assert len(import_register_rows(store, OFFICER, found).new) == 2
    bad = workbook(head, [940155223, 45000, "EUR", 0.001], [None, True, "=1+1", True])
    places = {one.place for one in read_register_rows(bad, "register.xlsx").faults}
    assert places == {"Støtte!B2", "Støtte!D2", "Støtte!A3", "Støtte!B3", "Støtte!C3", "Støtte!D3"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "aid.empty_file"),
        (HEAD.encode(), "aid.empty_file"),
        (b"a;b\n1;2\n", "aid.heading_missing"),
        (b"\x00\x01", "aid.not_a_table"),
        (b"PK\x03\x04 no workbook", "xlsx.truncated"),
        ((HEAD.strip() + ";Valuta\n").encode(), "aid.heading_twice"),
    ],
)
def test_what_is_no_such_file(content: bytes, code: str) -> None:
    found = read_register_rows(content, "x")
    assert found.rows == () and found.faults[0].code == code


def test_other_ways_to_write_the_same() -> None:
    text = "orgnr\tday\tcurrency\tamount\tgrantor\n940155223\t2026-01-15\tEUR\t10\tØrland\n"
    for content in (text.encode("cp1252"), text.encode("utf-8-sig"), text.replace("\t", ",").encode()):
        (one,) = read_register_rows(content, "x").rows
        assert one.grantor == "Ørland"


def test_the_template_has_the_headings_that_are_read() -> None:
    for lang in LANGUAGES:
        head = template_csv(lang).strip()
        assert len(head.split(",")) == len(COLUMNS)
        filled = f"{head}\n940155223,2026-01-15,,,EUR,10,,,\n"
        assert len(read(filled).rows) == 1


def test_who_may(store: Store) -> None:
    with pytest.raises(Refused):
        import_register_rows(store, Actor("account:2", frozenset({"applicant"})), read(GOOD))
