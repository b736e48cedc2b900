"""The command line as people run it: exit codes, standard output and error, files of every kind, both languages."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import ROOT, Run
from openpyxl.worksheet.worksheet import Worksheet

from data.phrases import LANGUAGES
from impact.event import event_as_dict
from impact.event_reading import read_event_file
from impact.lock import rounded
from impact.table import read_table
from impact.workbook import write_workbook

SAMPLE = ROOT / "data" / "samples" / "ski-vm-2025.toml"
SSB = Path(__file__).parent / "fixtures" / "ssb"
DOMESTIC, IMPORTS = SSB / "iot_1850_2019.xlsx", SSB / "iot_1950_2019.xlsx"
COMMANDS = ("estimate", "multipliers", "regionalise", "tables", "import-ssb", "import-statbank", "template", "verify")


# -- a real process


def test_an_estimate_as_json(event_dict, event_file, run: Callable[..., Run]) -> None:
    given = run("estimate", event_file(event_dict()), "--draws", 200, "--json")
    assert (given.code, given.err) == (0, "")
    tree = json.loads(given.out)
    assert {"event", "tables", "parameters", "areas"} <= set(tree)
    for area in ("municipality", "region", "norway"):
        here = tree["areas"][area]
        for figure in ("eligible_persons", "guest_nights", "displaced_room_nights", "unhoused_room_nights"):
            assert list(here[figure]) == ["mode", "p10", "p50", "p90"]
        for quantity in ("output", "value_added", "compensation", "employment"):
            for part in ("direct", "indirect", "induced", "total"):
                figure = here["effects"][quantity][part]
                assert figure["p10"] <= figure["p50"] <= figure["p90"]
        plus = here["audience_spending"]["mode"] - here["displaced_spending"]["mode"] + here["organiser_net"]["mode"]
        minus = here["final_demand"]["mode"] + here["vat"]["mode"] + here["leakage"]["mode"]
        assert plus == pytest.approx(minus, abs=1e-6)
        assert sum(here["final_demand"]["by_industry"].values()) == pytest.approx(here["final_demand"]["mode"])


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"[event\n", "TOML"),
        ("[event]\nname_nb = 'Lørdag'\n".encode("latin-1"), "UTF-8"),
        (b"", "«price_year»"),
    ],
    ids=["broken", "latin", "empty"],
)
def test_a_process_refuses_a_faulty_file(content: bytes, part: str, event_file, run: Callable[..., Run]) -> None:
    lines = run("estimate", event_file(content)).faults()
    assert any(part in line for line in lines)


def test_a_process_lists_faults_in_the_language_that_is_asked_for(event_dict, event_file, run) -> None:
    raw = event_dict()
    raw["audience"][1] |= {"home": "Mars", "attribution": 1.2}
    path = event_file(raw)
    said = [run("estimate", path, "--lang", lang).faults() for lang in LANGUAGES]
    assert [len(lines) for lines in said] == [2, 2]
    assert all("«Visitors»" in line for lines in said for line in lines)
    assert said[0] != said[1]


def test_a_reader_that_leaves_early_is_no_error() -> None:
    start = [sys.executable, "-m", "impact", "multipliers", "norway-2019", "--csv"]
    with subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_the_same_figures_from_a_pipe_of_another_encoding(event_dict, event_file, run) -> None:
    """Norwegian letters come out whole whatever the machine believes its encoding to be."""
    given = run("estimate", event_file(event_dict()), "--draws", 20, environment={"PYTHONIOENCODING": "ascii"})
    assert (given.code, given.err) == (0, "")
    assert "sysselsatte" in given.out.casefold() and "ø" in given.out


# -- what is written on the command line


def test_help_and_version(command: Callable[..., Run]) -> None:
    assert command("--version").out.startswith("Ringvirk ")
    given = command("--help")
    assert given.code == 0
    for name in (*COMMANDS, "explain", "published"):
        assert name in given.out
        own = command(name, "--help")
        assert own.code == 0 and f"example: python -m impact {name}" in " ".join(own.out.split())


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("estimat",),
        ("estimate",),
        ("estimate", SAMPLE, "--draws", 0),
        ("estimate", SAMPLE, "--draws", 10**9),
        ("estimate", SAMPLE, "--draws", "many"),
        ("estimate", SAMPLE, "--draws", "1e3"),
        ("estimate", SAMPLE, "--seed", -1),
        ("estimate", SAMPLE, "--seed", 2**63),
        ("estimate", SAMPLE, "--area", "county"),
        ("estimate", SAMPLE, "--lang", "se"),
        ("multipliers", "norway-2019", "--type", 3),
        ("regionalise", "norway-2019"),
        ("regionalise", "norway-2019", "--quotients", "x", "--size", "small", "--delta", 0, "--out", "x"),
    ],
    ids=lambda arguments: " ".join(map(str, arguments)).replace(str(SAMPLE), "SAMPLE") or "nothing",
)
def test_a_command_that_is_not_understood(arguments: tuple[object, ...], command: Callable[..., Run]) -> None:
    given = command(*arguments)
    assert (given.code, given.out) == (2, "")
    assert "usage: python -m impact" in given.err and "Traceback" not in given.err


def test_an_area_that_the_table_does_not_serve(event_dict, event_file, command) -> None:
    path = event_file(event_dict())
    arguments = ("estimate", path, "--table", "norway-2020", "--draws", 20)
    for lang in LANGUAGES:
        [line] = command(*arguments, "--area", "region", "--lang", lang).faults()
        assert "norway-2020" in line and "region" in line
    assert command(*arguments, "--area", "norway").code == 0


def test_the_report_leads_with_one_sentence_in_plain_words(event_dict, event_file, command) -> None:
    path = event_file(event_dict())
    for lang, name, words in (
        ("nb", "Liten festival", "Med det vi vet og antar, ligger 8 av 10 beregninger mellom"),
        ("en", "Small festival", "With what we know and assume, 8 of 10 calculations lie between"),
    ):
        given = command("estimate", path, "--draws", 100, "--lang", lang)
        assert (given.code, given.err) == (0, "")
        first, second, *rest = given.out.splitlines()
        assert first.strip() == name
        assert second.startswith(words)
        assert all(len(line) <= 100 for line in rest)
        assert not re.search(r"\bnan\b|[{}]", given.out)


def test_tables_and_published_figures_are_listed(command) -> None:
    for lang in LANGUAGES:
        given = command("tables", "--lang", lang)
        assert given.code == 0
        assert all(f"norway-{year}" in given.out for year in range(2017, 2022))
        assert "ski-vm-2025" in command("published", "--lang", lang).out
        assert "229" in command("published", "ski-vm-2025", "--lang", lang).out
    [line] = command("published", "ski-vm-1997").faults()
    assert "ski-vm-1997" in line


def test_rates_set_by_hand_change_the_estimate_and_are_told(event_dict, event_file, command) -> None:
    path = event_file(event_dict())
    plain, changed = (
        json.loads(command("estimate", path, "--draws", 20, "--json", *more).out)
        for more in ((), ("--set", "vat.food_service=0", "--set", "flq.delta=0.2"))
    )
    assert changed["parameters"]["vat.food_service"]["mode"] == 0
    assert changed["areas"]["region"]["vat"]["mode"] < plain["areas"]["region"]["vat"]["mode"]
    assert "parameter_changed" in [one["code"] for one in changed["warnings"]]


# -- the Excel template


@pytest.fixture
def workbook(event_dict, tmp_path) -> Callable[[Callable[[Any], None]], Path]:
    """The small event as a workbook in bokmål, after a change of it."""

    def write(change: Callable[[Any], None]) -> Path:
        path = tmp_path / "event.xlsx"
        write_workbook(event_dict(), path, "nb")
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
        return path

    return write


def cell_of(sheet: Worksheet, name: str, field: str) -> Any:
    """The value cell of a field of a named row, or of the event's sheet."""
    wide = sheet.title != "Arrangement"
    for row in sheet.iter_rows(min_row=2):
        texts = [one.value for one in row[: 2 if wide else 1]]
        if texts == ([name, field] if wide else [field]):
            return row[2 if wide else 1]
    raise KeyError(field)


def audience(change: Callable[[Worksheet], None]) -> Callable[[Any], None]:
    return lambda book: change(book["Publikum"])


def test_a_template_with_an_event_gives_the_same_estimate(event_dict, event_file, tmp_path, command) -> None:
    source = event_file(event_dict())
    for lang in LANGUAGES:
        target = tmp_path / f"{lang}.xlsx"
        assert command("template", target, source, "--lang", lang).code == 0
        trees = [json.loads(command("estimate", path, "--draws", 20, "--json").out) for path in (source, target)]
        assert rounded(trees[0]) == rounded(trees[1])


def test_an_empty_template_is_told_what_it_lacks(tmp_path, command) -> None:
    target = tmp_path / "empty.xlsx"
    assert command("template", target).code == 0
    lines = command("estimate", target).faults()
    assert len(lines) > 3 and all(line.startswith("empty.xlsx: ") for line in lines)


EXCEL: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "moved column": (audience(lambda sheet: sheet.move_range("C1:C60", cols=20)), "Publikum!C1", "verdi"),
    "renamed column": (audience(lambda sheet: sheet.__setitem__("C1", "verdier")), "Publikum!C1 = verdier", "verdi"),
    "extra column": (audience(lambda sheet: sheet.__setitem__("Z1", "merknad")), "Publikum!Z1 = merknad", ""),
    "formula without value": (
        audience(lambda sheet: setattr(cell_of(sheet, "Residents", "besøk"), "value", "=1+1")),
        "= =1+1",
        "formel",
    ),
    "date as text": (
        lambda book: setattr(cell_of(book["Arrangement"], "", "første dag"), "value", "14.06.2024"),
        "Arrangement!B",
        "dato",
    ),
    "number as text": (
        audience(lambda sheet: setattr(cell_of(sheet, "Residents", "besøk"), "value", "4 000,5")),
        "Publikum!C",
        "4\N{NO-BREAK SPACE}000,5",
    ),
    "error cell": (
        audience(lambda sheet: setattr(cell_of(sheet, "Residents", "besøk"), "value", "#REF!")),
        "#REF!",
        "",
    ),
    "sheet missing": (lambda book: book.remove(book["Arrangement"]), "Arrangement", "mangler"),
    "sheet renamed": (lambda book: setattr(book["Publikum"], "title", "Publikumm"), "Publikumm", "Publikum"),
    "negative spending": (
        audience(lambda sheet: setattr(cell_of(sheet, "Visitors", "forbruk: servering"), "value", -5)),
        "Publikum!C",
        "-5",
    ),
}


@pytest.mark.parametrize("case", EXCEL)
def test_a_faulty_workbook_is_refused_by_sheet_and_cell(case: str, workbook, command) -> None:
    change, place, part = EXCEL[case]
    path = workbook(change)
    lines = command("estimate", path).faults()
    assert all(line.startswith("event.xlsx") for line in lines)
    assert any(place in line and part in line for line in lines), lines
    english = command("estimate", path, "--lang", "en").faults()
    assert len(english) == len(lines) and english != lines


def test_a_sheet_of_a_hundred_thousand_rows_is_refused(tmp_path, command) -> None:
    plain, path = tmp_path / "plain.xlsx", tmp_path / "event.xlsx"
    openpyxl.Workbook().save(plain)
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 100_001))
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            text = old.read(member).decode()
            new.writestr(member, text.replace("<sheetData></sheetData>", f"<sheetData>{rows}</sheetData>"))
    [line] = command("estimate", path).faults()
    assert line.startswith("event.xlsx") and "rader" in line


def test_files_that_only_look_like_excel_are_refused(tmp_path, workbook, run: Callable[..., Run], command) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(workbook(lambda book: None)) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, b"0" * 30_000_000 if member == "xl/worksheets/sheet1.xml" else old.read(member))
    for name, content, word in (
        ("bomb.xlsx", bomb.read_bytes(), ""),
        ("old.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, ".xls"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG"),
        ("text.xlsx", b"navn;verdi\n", ""),
        ("nothing.xlsx", b"", ""),
    ):
        (tmp_path / name).write_bytes(content)
        [line] = command("estimate", tmp_path / name).faults()
        assert line.startswith(name) and word in line
    (tmp_path / "old.xls").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1"))
    [line] = run("estimate", tmp_path / "old.xls", "--lang", "en").faults()
    assert ".xls" in line and ".xlsx" in line


# -- importers


@pytest.mark.slow
def test_ssb_workbooks_become_a_table_that_multipliers_reads(tmp_path, run: Callable[..., Run]) -> None:
    given = run("import-ssb", DOMESTIC, IMPORTS, "--out", tmp_path / "my-2019")
    assert given.code == 0 and str(tmp_path / "my-2019") in given.out
    found = run("multipliers", tmp_path / "my-2019", "--csv")
    assert (found.code, found.err) == (0, "")
    rows = {row["industry"]: row for row in csv.DictReader(io.StringIO(found.out))}
    assert round(float(rows["RI"]["output_multiplier"]), 3) == 1.707
    assert len(read_table(tmp_path / "my-2019").codes) == len(rows)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda book: book.worksheets[0].__setitem__("H40", "#VALUE!"), "H40"),
        (lambda book: (book.create_sheet("Tomt"), book.remove(book.worksheets[0])), "1850"),
    ],
    ids=["error cell", "sheet missing"],
)
def test_faulty_ssb_workbooks_are_refused(change, part: str, tmp_path, command: Callable[..., Run]) -> None:
    book = openpyxl.load_workbook(DOMESTIC)
    change(book)
    path = tmp_path / "domestic.xlsx"
    book.save(path)
    lines = command("import-ssb", path, IMPORTS, "--out", tmp_path / "out").faults()
    assert any(line.startswith("domestic.xlsx") and part in line for line in lines), lines
    assert not (tmp_path / "out").exists()


def test_importers_refuse_what_is_no_such_file(tmp_path, command) -> None:
    (tmp_path / "x.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    for arguments in (
        ("import-ssb", tmp_path / "none.xlsx", IMPORTS),
        ("import-ssb", tmp_path / "x.csv", IMPORTS),
        ("import-statbank", tmp_path / "none.csv"),
        ("import-statbank", tmp_path / "x.csv"),
    ):
        given = command(*arguments, "--out", tmp_path / "out")
        assert given.code == 2 and given.out == "" and "Traceback" not in given.err
        assert not (tmp_path / "out").exists()


def test_an_import_takes_the_place_of_what_is_shipped(event_dict, event_file, tmp_path, run) -> None:
    """Imported prices carry an event beyond the index that is shipped."""
    own = tmp_path / "own"
    shutil.copytree(ROOT / "data" / "reference" / "prices", own / "reference" / "prices")
    with (own / "reference" / "prices" / "cpi.csv").open("a", encoding="utf-8") as stream:
        stream.write("2025,3.1\n")
    raw = event_dict()
    raw["event"]["price_year"] = 2025
    path = event_file(raw)
    assert run("estimate", path).faults()
    given = run("estimate", path, "--draws", 20, "--json", environment={"RINGVIRK_DATA": str(own)})
    assert (given.code, given.err) == (0, "")
    assert json.loads(given.out)["tables"]["prices"]["last_year"] == 2025


@pytest.mark.parametrize(
    ("name", "text", "arguments"),
    [
        ("prices/cpi.csv", "a,b\n1,2\n", ()),
        ("prices/cpi.csv", "year,change\n2025,high\n", ()),
        ("prices/cpi.csv", "year,change\n2030,2.5\n", ("late",)),
        ("region/population.csv", "x\n", ()),
        ("region/quotients-2019.csv", "x\n", ()),
        ("tables/mine/table.toml", "name =\n", ("tables",)),
        ("tables/mine/table.toml", 'name = "x"\n', ("tables",)),
    ],
)
def test_broken_files_in_the_data_folder_are_named(
    name, text, arguments, event_dict, event_file, tmp_path, command, monkeypatch
) -> None:
    from impact.reference import reference_in

    path = tmp_path / "own" / "reference" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    raw = event_dict()
    if arguments == ("late",):  # a year that the index passes over
        raw["event"]["price_year"], arguments = 2027, ()
    monkeypatch.setenv("RINGVIRK_DATA", str(tmp_path / "own"))
    reference_in.cache_clear()
    try:
        lines = command(*(arguments or ("estimate", event_file(raw), "--draws", 5))).faults()
    finally:
        monkeypatch.delenv("RINGVIRK_DATA")
        reference_in.cache_clear()
    assert any(Path(name).name in line for line in lines)


# -- the sample


def test_the_sample_is_read_and_written_as_it_is(reference, event_file) -> None:
    raw = event_as_dict(read_event_file(SAMPLE, reference))
    again = read_event_file(event_file(raw), reference)
    assert event_as_dict(again) == raw
