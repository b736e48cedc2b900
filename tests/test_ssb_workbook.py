"""SSB's questionnaires 1850 and 1950: the real ones of 2019, and copies with faults planted in them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from data.faults import Fault, Faults
from data.phrases import LANGUAGES
from impact.ssb_workbook import read_ssb_workbooks
from impact.table import read_table, write_table

FIXTURES = Path(__file__).parent / "fixtures" / "ssb"
DOMESTIC, IMPORTS = FIXTURES / "iot_1850_2019.xlsx", FIXTURES / "iot_1950_2019.xlsx"
REFERENCE = Path(__file__).parent.parent / "data" / "reference" / "tables" / "norway-2019"


def changed(source: Path, folder: Path, change: Callable[[Any], None]) -> Path:
    """A copy of a workbook after ``change`` of its sheet."""
    book = openpyxl.load_workbook(source)
    change(book.worksheets[0])
    target = folder / f"changed_{source.name}"
    book.save(target)
    return target


def cells(**values: Any) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for name, value in values.items():
            sheet[name] = value

    return change


def faults_of(domestic: Path, imports: Path) -> tuple[Fault, ...]:
    with pytest.raises(Faults) as caught:
        read_ssb_workbooks(domestic, imports)
    for fault in caught.value.faults:
        for lang in LANGUAGES:
            assert fault.line(lang)
    return caught.value.faults


def found(faults: tuple[Fault, ...]) -> list[tuple[str, str, str]]:
    return [(fault.place, fault.value, fault.code.removeprefix("ssb.")) for fault in faults]


def test_2019_is_the_table_that_is_shipped(tmp_path):
    table, _ = read_ssb_workbooks(DOMESTIC, IMPORTS, retrieved=date(2026, 11, 23))
    shipped = read_table(REFERENCE)
    assert table.codes == shipped.codes
    assert (table.names_nb, table.names_en) == (shipped.names_nb, shipped.names_en)
    for name in ("flows", "output", "value_added", "compensation", "household_consumption"):
        np.testing.assert_allclose(getattr(table, name), getattr(shipped, name), rtol=1e-12, atol=1e-9)
    for key in (
        "name",
        "year",
        "geography",
        "unit",
        "currency",
        "price_basis",
        "licence",
        "household_consumption_total",
    ):
        assert table.about[key] == shipped.about[key]
    assert np.isnan(table.employment).all()
    write_table(table, tmp_path)
    assert read_table(tmp_path).version == table.version


def test_the_two_error_cells_are_noted():
    _, notes = read_ssb_workbooks(DOMESTIC, IMPORTS)
    assert found(tuple(notes)) == [
        ("1850!AK73", "#VALUE!", "read_as_zero"),
        ("1850!AK92", "#VALUE!", "read_as_zero"),
    ]
    assert "R68A" in notes[0].problem("nb") and "R51" in notes[0].problem("en")


def test_places_are_found_by_content(tmp_path):
    def shift(sheet: Any) -> None:
        sheet.title = "Ark1"
        sheet.insert_rows(23, 2)
        sheet.insert_cols(5)

    table, notes = read_ssb_workbooks(changed(DOMESTIC, tmp_path, shift), IMPORTS)
    assert table.flows[0, 0] == 978.377
    assert [note.place for note in notes] == ["Ark1!AL75", "Ark1!AL94"]


def test_every_faulty_cell_is_listed_at_once(tmp_path):
    domestic = changed(
        DOMESTIC,
        tmp_path,
        cells(E29="#VALUE!", F30="#REF!", G31=None, H32="1 234,5", I33="=1+1", E99="M", BS31="-", AK107=True),
    )
    imports = changed(IMPORTS, tmp_path, cells(E29="#VALUE!", AK73="#VALUE!"))
    faults = faults_of(domestic, imports)
    assert found(faults) == [
        ("1850!E29", "#VALUE!", "cell_error"),
        ("1850!F30", "#REF!", "cell_error"),
        ("1850!G31", "", "cell_empty"),
        ("1850!H32", "1 234,5", "cell_no_number"),
        ("1850!I33", "=1+1", "cell_uncalculated"),
        ("1850!E99", "M", "cell_no_number"),
        ("1850!AK107", "True", "cell_no_number"),
        ("1850!BS31", "-", "cell_no_number"),
        ("1950!E29", "#VALUE!", "cell_error"),
        ("1950!AK73", "#VALUE!", "cell_error"),
    ]


def test_sums_that_do_not_balance_are_listed(tmp_path):
    domestic = changed(DOMESTIC, tmp_path, cells(E29=10_978.377))
    assert [fault.code for fault in faults_of(domestic, IMPORTS)] == [
        "ssb.column_sum",
        "ssb.row_sum",
        "ssb.column_balance",
    ]
    domestic = changed(DOMESTIC, tmp_path, cells(E107=40_033))
    assert found(faults_of(domestic, IMPORTS)) == [("1850!E107", "40033", "column_balance")]


def test_imports_of_another_release_are_refused(tmp_path):
    imports = changed(IMPORTS, tmp_path, cells(E29=690.389, E94=5170.16))
    assert found(faults_of(DOMESTIC, imports)) == [("1850!E95", "5169.46", "imports_differ")]


def test_years_must_be_the_same(tmp_path):
    imports = changed(IMPORTS, tmp_path, cells(B3="2018"))
    assert found(faults_of(DOMESTIC, imports)) == [("1950!TIME", "2018", "other_year")]


def test_head_is_checked(tmp_path):
    domestic = changed(DOMESTIC, tmp_path, cells(B2="SE", D2="EUR", D3="3", B6="Y", B3="in 2019"))
    assert found(faults_of(domestic, IMPORTS)) == [
        ("1850!B2", "SE", "head"),
        ("1850!D2", "EUR", "head"),
        ("1850!D3", "3", "head"),
        ("1850!B6", "Y", "head"),
        ("1850!B3", "in 2019", "time"),
    ]


def test_missing_and_double_codes_are_listed(tmp_path):
    domestic = changed(DOMESTIC, tmp_path, cells(C64="R55", AN28="RX", C30="R01", A99=None, BS25="S1"))
    codes = {(fault.value, fault.code, fault.figures["count"]) for fault in faults_of(domestic, IMPORTS)}
    assert codes == {
        ("R01", "ssb.code_row", 2),
        ("R02", "ssb.code_row", 0),
        ("RI", "ssb.code_row", 0),
        ("D1", "ssb.code_row", 0),
        ("RI", "ssb.code_column", 0),
        ("P3_S14", "ssb.code_column", 0),
    }


def test_figures_where_ssb_leaves_it_empty_are_not_lost(tmp_path):
    domestic = changed(DOMESTIC, tmp_path, cells(E38=12, BQ29=3.5))
    assert found(faults_of(domestic, IMPORTS)) == [("1850!BQ29", "3.5", "not_empty"), ("1850!E38", "12", "not_empty")]


def test_swapped_workbooks_are_named():
    faults = faults_of(IMPORTS, DOMESTIC)
    assert [fault.code for fault in faults] == ["ssb.wrong_questionnaire"] * 2
    assert "1850" in faults[0].problem("nb") and "1950" in faults[0].value


def test_another_workbook_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "Timeliste"
    book.save(tmp_path / "other.xlsx")
    assert found(faults_of(tmp_path / "other.xlsx", IMPORTS)) == [("", "Sheet", "wrong_questionnaire")]


def test_a_title_without_a_table_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "ESA Questionnaire 1850 - Symmetric input-output table"
    book.save(tmp_path / "other.xlsx")
    assert found(faults_of(tmp_path / "other.xlsx", IMPORTS)) == [("Sheet", "", "no_codes")]


def test_what_is_no_workbook_is_refused_with_both_files(tmp_path):
    (tmp_path / "a.xlsx").write_text("<html>")
    shutil.copyfile(DOMESTIC, tmp_path / "b.xlsx")
    faults = faults_of(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    assert [fault.file for fault in faults] == ["a.xlsx", "b.xlsx"]
