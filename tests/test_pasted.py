"""A budget from a spreadsheet: which rows are taken, what is left out and why, and that nothing is guessed or lost."""

from __future__ import annotations

import io

import openpyxl
import pytest

from data.faults import Faults
from data.xlsx_quick import read_quickly
from fund.intake.pasted import lines_of, lines_of_sheet, read_pasted

PASTED = "\n".join(
    [
        "Budsjett\t\t2025\t2026",
        "Konto\tPost\tRegnskap\tBudsjett",
        "\tKostnader\t\t",
        "6300\tLeie av hall\t100 000\t180 000",
        "6900\tPremier\t\t20 000,50",
        "\tSum kostnader\t100 000\t200 000,50",
        "\tInntekter\t\t",
        "3000\tBilletter\t90 000\tkr 150 000,-",
        "3100\tSponsor\t\t12.500",
        "3200\tUtgår\t\t0",
        "\tTilskudd\t\t",
        "\tEksempel kommune\t\t30 000",
    ]
)


def test_a_pasted_budget_finds_its_parts() -> None:
    found = read_pasted(lines_of(PASTED), "income")
    assert [(one.part, one.name, one.amount) for one in found.rows] == [
        ("cost", "Leie av hall", 180_000_00),
        ("cost", "Premier", 20_000_50),
        ("income", "Billetter", 150_000_00),
        ("support", "Eksempel kommune", 30_000_00),
    ]
    assert [one.name for one in found.rows if one.document().get("eligible")] == ["Leie av hall", "Premier"]
    assert found.rows[3].document() == {"name": "Eksempel kommune", "amount": 30_000_00}, "nothing is taken for granted"


def test_what_is_left_out_is_told() -> None:
    told = {one.line: (one.why, one.fault and one.fault.code) for one in read_pasted(lines_of(PASTED), "cost").skipped}
    assert told == {
        1: ("year", None),
        2: ("heading", None),
        6: ("sum", None),
        9: ("unreadable", "typed.ambiguous"),
        10: ("zero", None),
    }


def test_another_column_can_be_meant() -> None:
    found = read_pasted(lines_of(PASTED), "cost")
    assert [heading for _, heading in found.columns] == ["Regnskap", "Budsjett"] and found.column == 3
    earlier = read_pasted(lines_of(PASTED), "cost", 2)
    assert [one.amount for one in earlier.rows] == [100_000_00, 90_000_00]
    assert read_pasted(lines_of(PASTED), "cost", 7).column == 3, "a column that isn't there"


@pytest.mark.parametrize(
    "text", ["Leie av hall 180 000\nPremier: 20 000,50", "Leie av hall;180 000\nPremier;20 000,50"]
)
def test_lines_without_tabs(text: str) -> None:
    assert [(one.name, one.amount) for one in read_pasted(lines_of(text), "cost").rows] == [
        ("Leie av hall", 180_000_00),
        ("Premier", 20_000_50),
    ]


def test_rows_of_one_name_are_told_apart() -> None:
    found = read_pasted(lines_of("Leie\t1\nleie\t2\nLeie\t3"), "cost")
    assert [one.name for one in found.rows] == ["Leie", "leie (2)", "Leie (3)"]


def test_negative_nameless_and_endless() -> None:
    told = read_pasted(lines_of("Leie\t-5\n\t7\nHall\t1"), "cost").skipped
    assert [one.why for one in told] == ["negative", "no_name"]
    with pytest.raises(Faults) as refused:
        read_pasted([("rad", 1)] * 1_001, "cost")
    assert refused.value.faults[0].code == "application.plan.rows"
    assert read_pasted([("rad", 1e300)], "cost").skipped[0].why == "unreadable"


def test_a_workbook_gives_the_same() -> None:
    book = openpyxl.Workbook()
    for row in (("Kostnader", None), ("Leie av hall", 180_000), ("Premier", 20_000.5), ("Sum", 200_000.5)):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    (sheet,) = read_quickly(held.getvalue(), "budsjett.xlsx").values()
    found = read_pasted(lines_of_sheet(sheet), "income")
    assert [(one.part, one.name, one.amount) for one in found.rows] == [
        ("cost", "Leie av hall", 180_000_00),
        ("cost", "Premier", 20_000_50),
    ]
