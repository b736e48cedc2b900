"""Figures of counts as people give them: pasted, CSV, Excel, SSB's table; every fault by its cell, all or nothing."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from data.faults import Faults
from impact.counts.reading import Read, read_file, read_pasted, read_period
from impact.counts.units import Kind, Step

D = dt.date
SSB = Path(__file__).parent / "fixtures"


def pasted(text: str, kind: Kind = "scans", step: Step = "day") -> Read:
    return read_pasted(text, kind, step, "nb")


def book(*rows: Any, sheets: int = 1) -> bytes:
    made, stream = Workbook(), io.BytesIO()
    for number in range(sheets):
        sheet = made.worksheets[0] if number == 0 else made.create_sheet()
        sheet.title = f"Ark{number}"
        for row in rows:
            sheet.append(row)
    made.save(stream)
    return stream.getvalue()


def faults(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as raised:
        call()
    for one in raised.value.faults:
        assert one.line("nb") and one.line("en")
    return [(one.place, one.code.removeprefix("counts.")) for one in raised.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        "26.02.2025 12 400\n27.02.2025 13 000,5",
        "2025-02-26\t12400\n2025-02-27\t13000,5",
        "Dato;Antall\n26.2.2025;12 400\n27.2.2025;13 000,5",
        "2025-02-26,12400\n2025-02-27,13000.5",
        "26.02.2025: 12 400\n\n27.02.2025: 13 000,5\n28.02.2025 -",
        "27.02.2025\t13 000,5\n26.02.2025 12 400",
    ],
)
def test_lines_are_read_as_people_write_them(text: str) -> None:
    found = pasted(text)
    assert found.figures == {D(2025, 2, 26): 12_400, D(2025, 2, 27): 13_000.5} and found.rooms == {}
    assert found.blank == text.count(" -"), "what isn't there is unknown, not zero"


def test_weeks_months_and_rooms() -> None:
    assert pasted("uke 9 2025: 400 000\n2025U10\t5", "cards", "week").figures == {
        D(2025, 2, 24): 400_000,
        D(2025, 3, 3): 5,
    }
    assert pasted("2025M02 61 234\n03.2025 5", "guest_nights", "month").figures == {
        D(2025, 2, 1): 61_234,
        D(2025, 3, 1): 5,
    }
    for text in ("26.02.2025 100 / 88", "2025-02-26,100,88", "Solgt;Dato;Rom\n88;26.02.2025;100"):
        found = pasted(text, "rooms")
        assert found.figures == {D(2025, 2, 26): 88} and found.rooms == {D(2025, 2, 26): 100}, text
    assert read_period("2025-W60", "week") is None and read_period("2025-13", "month") is None


def test_every_fault_of_lines_is_told() -> None:
    text = "31.02.2025 5\n26.02.2025 12.500\n26.02.2025 1\n27.02.2025 -3\n28.02.2025 tolv\n01.03.1925 4"
    assert faults(lambda: pasted(text)) == [
        ("linje 1", "no_day"),
        ("linje 2", "typed.ambiguous"),
        ("linje 3", "twice"),
        ("linje 4", "not_a_figure"),
        ("linje 5", "typed.not_a_number"),
        ("linje 6", "far_day"),
    ]
    assert faults(lambda: pasted("")) == [("", "no_figures")]
    assert faults(lambda: pasted("26.02.2025 100 / 188", "rooms")) == [("linje 1", "more_than_rooms")]
    assert faults(lambda: pasted("26.02.2025\t1\t2")) == [("linje 1", "too_wide")]
    assert faults(lambda: pasted("\n".join(["26.02.2025 1"] * 4_002)))[0][1] == "too_many"


def test_a_hotels_own_workbook_is_read_by_its_headings() -> None:
    rows = (
        ["Merknad", "Natt", "Solgte rom", "Kapasitet"],
        ["", dt.datetime(2025, 2, 26), 88, 100],
        [None] * 4,
        ["", "27.02.2025", "90", 100],
    )
    found = read_file(book(*rows), "hotell.xlsx", "rooms", "day", "5001", "nb")
    assert found.figures == {D(2025, 2, 26): 88, D(2025, 2, 27): 90} and set(found.rooms.values()) == {100}
    plain = read_file(book([D(2025, 2, 26), 5], [D(2025, 2, 27), None]), "a.xlsx", "scans", "day", "5001", "nb")
    assert plain.figures == {D(2025, 2, 26): 5} and plain.blank == 1
    own = read_file(book(["Når", "Hvor mange"], ["2025-02-26", 7]), "a.xlsx", "scans", "day", "5001", "nb")
    assert own.figures == {D(2025, 2, 26): 7}, "as many headings as columns serve in their order"


def test_faults_of_a_workbook_name_their_cells() -> None:
    def read(*rows: Any, sheets: int = 1) -> Any:
        return lambda: read_file(book(*rows, sheets=sheets), "a.xlsx", "scans", "day", "5001", "nb")

    head = ["Dato", "Antall"]
    wrong = [dt.datetime(2025, 2, 26, 12, 30), "#N/A"], [True, 5], ["2025-02-27", "=1+1"], ["2025-02-28", False]
    assert faults(read(head, *wrong)) == [
        ("Ark0!A2", "no_day"),
        ("Ark0!B2", "no_result"),
        ("Ark0!A3", "no_day"),
        ("Ark0!B4", "no_result"),
        ("Ark0!B5", "not_a_number"),
    ]
    assert faults(read(["Dato", "Antall", "Besøk"], ["2025-02-26", 1, 2]))[0][1] == "which_column"
    assert faults(read(head, ["2025-02-26", 1], sheets=2)) == [("", "one_sheet")]
    assert faults(lambda: read_file(b"PK\x03\x04 no", "a.xlsx", "scans", "day", "5001", "nb"))
    assert faults(lambda: read_file(b"\x89PNG\x00\x00", "a.png", "scans", "day", "5001", "nb")) == [("", "no_text")]


def test_ssbs_table_gives_a_municipalitys_guest_nights_by_month() -> None:
    content = next(SSB.rglob("14162_pivoted.csv")).read_bytes()
    found = read_file(content, "14162.csv", "guest_nights", "month", "5001", "nb")
    assert found.figures == {D(2025, 2, 1): 61_234, D(2025, 3, 1): 70_010} and "14162" in found.source
    read = lambda kind, step, place: lambda: read_file(content, "14162.csv", kind, step, place, "nb")  # noqa: E731
    assert faults(read("scans", "day", "5001")) == [("", "statbank_is_months")]
    assert faults(read("guest_nights", "month", "5035")) == [("", "statbank_measure")]
