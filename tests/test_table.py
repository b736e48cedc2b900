"""The table format: what is refused and why, and that what is written is read back; regional tables."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from data.faults import Faults
from data.phrases import LANGUAGES
from impact.multipliers import multipliers
from impact.reference import SHIPPED
from impact.regional import Region, flq_lambda, flq_shares, regionalise
from impact.table import ABOUT, COLUMNS, FLOWS_HEADER, HEADER, Array, IOTable, read_table, spectral_radius, write_table

INDUSTRIES = ["A,Alfa,Alpha,100,60,40,10,20", "B,Beta,Beta,200,100,50,30,40"]
FLOWS = ["A,A,10", "A,B,40", "B,A,20", "B,B,30"]
OUTSIDE = "household_consumption_total = 120\n"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table folder of two industries; lines of the CSV files and of ``table.toml`` can be replaced."""

    def write(
        industries: list[str] | None = None, flows: list[str] | None = None, more: str = OUTSIDE, **about: object
    ) -> Path:
        path = tmp_path / "table"
        path.mkdir(exist_ok=True)
        entries = dict.fromkeys(ABOUT, '"x"') | {"year": 2019, "currency": '"NOK"', "unit": '"NOK million"'} | about
        text = "".join(f"{key} = {value}\n" for key, value in entries.items() if value is not None)
        (path / "table.toml").write_text(text + more, encoding="utf-8")
        for name, header, lines in (
            ("industries", HEADER, INDUSTRIES if industries is None else industries),
            ("flows", FLOWS_HEADER, FLOWS if flows is None else flows),
        ):
            (path / f"{name}.csv").write_text("\n".join([",".join(header), *lines, ""]), encoding="utf-8")
        return path

    return write


# -- refusals: what is changed; file, place, value and code of the fault


def industry(code: str = "A", figures: str = "100,60,40,10,20") -> list[str]:
    return [f"{code},,,{figures}", INDUSTRIES[1]]


CASES: dict[str, tuple[dict[str, object], str, str, str, str]] = {
    "negative output": (
        {"industries": industry(figures="-100,,,,"), "flows": []},
        "industries.csv",
        "A",
        "-100",
        "negative_output",
    ),
    "missing output": (
        {"industries": industry(figures=",60,40,10,20")},
        "industries.csv",
        "2, output",
        "",
        "figure_missing",
    ),
    "missing flow": ({"flows": ["A,A,"]}, "flows.csv", "2, value", "", "figure_missing"),
    "unknown seller": ({"flows": ["A,A,1", "X,A,1"]}, "flows.csv", "3", "X", "unknown_code"),
    "unknown buyer": ({"flows": ["A,X,1"]}, "flows.csv", "2", "X", "unknown_code"),
    "code in small letters": ({"flows": ["a,A,1"]}, "flows.csv", "2", "a", "unknown_code"),
    "same industry twice": (
        {"industries": [*INDUSTRIES, INDUSTRIES[0]]},
        "industries.csv",
        "A",
        "2",
        "code_twice",
    ),
    "same flow twice": ({"flows": [*FLOWS, "A,B,1"]}, "flows.csv", "6", "A, B", "flow_twice"),
    "text": ({"flows": ["A,A,ten"]}, "flows.csv", "2, value", "ten", "not_a_number"),
    "Norwegian number": ({"flows": ['A,A,"1,5"']}, "flows.csv", "2, value", "1,5", "not_a_number"),
    "underscore": ({"flows": ["A,A,1_0"]}, "flows.csv", "2, value", "1_0", "not_a_number"),
    "nan": ({"flows": ["A,A,nan"]}, "flows.csv", "2, value", "nan", "not_a_number"),
    "infinity": ({"flows": ["A,A,inf"]}, "flows.csv", "2, value", "inf", "not_a_number"),
    "overflow": ({"flows": ["A,A,1e400"]}, "flows.csv", "2, value", "1e400", "not_a_number"),
    "value added is text": (
        {"industries": industry(figures="100,n/a,40,10,20")},
        "industries.csv",
        "2, value_added",
        "n/a",
        "not_a_number",
    ),
    "flows above output": (
        {"industries": industry(figures="100,,,,"), "flows": ["A,B,50", "B,A,50", "A,A,50.2"]},
        "flows.csv",
        "A",
        "100.2",
        "column_exceeds_output",
    ),
    "value added above output": (
        {"industries": industry(figures="100,71,,,")},
        "flows.csv",
        "A",
        "101",
        "column_exceeds_output",
    ),
    "purchases without output": (
        {"industries": industry(figures="0,,,,"), "flows": ["B,A,1"]},
        "flows.csv",
        "A",
        "1",
        "column_exceeds_output",
    ),
    # Columns within their outputs, and yet no multipliers: flows below zero hide what is too large.
    "largest eigenvalue above one": (
        {"industries": ["A,,,100,,,,", "B,,,100,,,,"], "flows": ["A,A,200", "B,A,-150"]},
        "flows.csv",
        "A",
        "2.000000",
        "spectral_radius",
    ),
    "value added below zero hides it": (
        {"industries": ["A,,,100,-30,,,"], "flows": ["A,A,120"]},
        "flows.csv",
        "A",
        "1.200000",
        "spectral_radius",
    ),
    "largest eigenvalue below minus one": (
        {"industries": ["A,,,100,,,,"], "flows": ["A,A,-150"]},
        "flows.csv",
        "A",
        "1.500000",
        "spectral_radius",
    ),
    "short row": ({"flows": ["A,A"]}, "flows.csv", "2", "A,A", "row_length"),
    "long row": ({"flows": ["A,A,1,5"]}, "flows.csv", "2", "A,A,1,5", "row_length"),
    "no industries": ({"industries": [], "flows": []}, "industries.csv", "", "", "no_industries"),
    "licence missing": ({"licence": None}, "table.toml", "licence", "", "about_missing"),
    "misspelt total": (
        {"more": "houshold_income_total = 5\n"},
        "table.toml",
        "houshold_income_total",
        "5",
        "about_unknown",
    ),
    "year as text": ({"year": '"2019"'}, "table.toml", "year", "2019", "year"),
    "year is true": ({"year": "true"}, "table.toml", "year", "True", "year"),
    "total of zero": (
        {"more": "household_income_total = 0\n"},
        "table.toml",
        "household_income_total",
        "0",
        "total",
    ),
    "total is text": (
        {"more": 'household_consumption_total = "120"\n'},
        "table.toml",
        "household_consumption_total",
        "120",
        "total",
    ),
    "total is not finite": (
        {"more": "household_consumption_total = inf\n"},
        "table.toml",
        "household_consumption_total",
        "inf",
        "total",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_faulty_table_is_refused_with_row_and_figure(
    case: str, folder: Callable[..., Path], command: Callable[..., Run]
) -> None:
    changes, file, place, value, code = CASES[case]
    path = folder(**changes)
    with pytest.raises(Faults) as caught:
        read_table(path)
    [fault] = caught.value.faults
    assert (fault.file, fault.place, fault.value, fault.code) == (file, place, value, f"table.{code}")
    for lang in LANGUAGES:
        assert command("multipliers", path, "--csv", "--lang", lang).faults() == [fault.line(lang)]


def test_every_fault_of_a_table_is_listed(folder: Callable[..., Path]) -> None:
    flows = ["A,X,1", "Y,B,1", "A,A,ten", "A,B,1", "A,B,2"]
    with pytest.raises(Faults) as caught:
        read_table(folder(industries=["A,,,x,,,,", "B,,,,,,,", "B,,,1,,,,"], flows=flows))
    codes = sorted(fault.code.removeprefix("table.") for fault in caught.value.faults)
    assert (
        codes == ["code_twice", "figure_missing", "flow_twice", "not_a_number", "not_a_number"] + ["unknown_code"] * 2
    )


@pytest.mark.parametrize("name", ["table.toml", "industries.csv", "flows.csv"])
def test_files_that_are_missing_or_no_text(name: str, folder: Callable[..., Path], command: Callable[..., Run]) -> None:
    path = folder()
    (path / name).write_bytes("ø\n".encode("latin-1"))
    [line] = command("multipliers", path).faults()
    assert name in line and "UTF-8" in line
    (path / name).unlink()
    [line] = command("multipliers", path).faults()
    assert name in line and "mangler" in line
    (path / name).mkdir()
    given = command("multipliers", path)
    assert (given.code, given.out) == (2, "") and name in given.err and "Traceback" not in given.err


def test_all_missing_files_are_listed(tmp_path: Path, command: Callable[..., Run]) -> None:
    assert len(command("multipliers", tmp_path).faults()) == 3


@pytest.mark.parametrize("name", ["industries.csv", "flows.csv"])
def test_semicolons_and_other_headings_are_refused(name: str, folder: Callable[..., Path]) -> None:
    path = folder()
    text = (path / name).read_text(encoding="utf-8")
    for changed in (text.replace(",", ";"), text.replace("e", "E", 1), ""):
        (path / name).write_text(changed, encoding="utf-8")
        with pytest.raises(Faults) as caught:
            read_table(path)
        assert [(fault.file, fault.place, fault.code) for fault in caught.value.faults] == [(name, "1", "table.header")]


def test_a_table_that_is_not_there(command: Callable[..., Run]) -> None:
    [line] = command("multipliers", "norway-1999").faults()
    assert "norway-1999" in line and "norway-2019" in line


def test_type_2_without_household_totals_is_refused(folder: Callable[..., Path], command: Callable[..., Run]) -> None:
    path = folder(more="")
    assert command("multipliers", path, "--csv").code == 0
    [line] = command("multipliers", path, "--csv", "--type", 2, "--lang", "en").faults()
    assert "household_consumption_total" in line and "type 1" in line


def test_type_2_names_the_industry_whose_figures_are_missing(
    folder: Callable[..., Path], command: Callable[..., Run]
) -> None:
    [line] = command("multipliers", folder(industries=industry(figures="100,60,,10,20")), "--type", 2).faults()
    assert "industries.csv: A" in line


def test_a_column_may_exceed_its_output_by_a_thousandth(folder: Callable[..., Path]) -> None:
    assert read_table(folder(industries=industry(figures="100,70.1,,,"))).codes == ("A", "B")


def test_small_things_of_a_csv_file_do_not_matter(folder: Callable[..., Path]) -> None:
    path = folder(flows=["A,A,+1.5e1", "", " ".join(["A,B, 40 "]), "B,A,20.", "B,B,.5"])
    text = (path / "flows.csv").read_text(encoding="utf-8")
    (path / "flows.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    np.testing.assert_array_equal(read_table(path).flows, [[15.0, 40.0], [20.0, 0.5]])


def test_coefficients_too_large_for_the_machine_are_refused(
    folder: Callable[..., Path], command: Callable[..., Run]
) -> None:
    path = folder(industries=["A,,,1e-300,,,,", "B,,,1e-300,,,,"], flows=["A,A,1e300", "B,A,-1e300"])
    assert command("multipliers", path).faults()


@pytest.mark.parametrize("key", ["household_consumption_total", "year", "houshold_income_total"])
def test_a_number_of_thousands_of_digits_is_refused(
    key: str, folder: Callable[..., Path], command: Callable[..., Run]
) -> None:
    line = f"{key} = 0x{'F' * 5000}\n"
    path = folder(year=f"0x{'F' * 5000}") if key == "year" else folder(more=line)
    assert command("multipliers", path, "--type", 2).faults()


def test_an_industry_without_a_code_is_refused(folder: Callable[..., Path]) -> None:
    with pytest.raises(Faults):
        read_table(folder(industries=[*INDUSTRIES, ",,,5,,,,"]))


# -- written and read back


def test_a_written_table_reads_back_the_same(folder: Callable[..., Path], tmp_path: Path) -> None:
    table = read_table(folder(industries=[INDUSTRIES[0], "B,,Beta,200.1,100,,,0.1"]))
    write_table(table, tmp_path / "again")
    again = read_table(tmp_path / "again")
    assert (again.codes, again.names_nb, again.names_en, again.about) == (
        table.codes,
        table.names_nb,
        table.names_en,
        table.about,
    )
    for name in ("flows", *COLUMNS):
        np.testing.assert_array_equal(getattr(again, name), getattr(table, name))
    assert again.version == table.version


@settings(max_examples=40)
@given(
    figures=st.lists(st.floats(1e-6, 1e12), min_size=4, max_size=4),
    name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=9),
)
def test_any_figures_and_names_survive_the_files(figures: list[float], name: str, tmp_path_factory) -> None:
    table = named(name, np.array(figures).reshape(2, 2))
    path = tmp_path_factory.mktemp("table")
    write_table(table, path)
    again = read_table(path)
    np.testing.assert_array_equal(again.flows, table.flows)
    assert again.names_nb == table.names_nb
    assert again.about["name"] == name


def named(name: str, flows: Array) -> IOTable:
    """A table of two industries with this name and these flows."""
    unknown = np.array([math.nan, math.nan])
    about = dict.fromkeys(ABOUT, "x") | {"year": 2019, "name": name}
    names = ("", "Beta, «gamma»")
    return IOTable(("A", "B"), names, names, flows, 2 * flows.sum(axis=0), *[unknown] * 4, about)


@pytest.mark.parametrize("name", ["a\x08b", "a\rb", "a\x7fb"])
def test_a_name_with_control_characters_survives_the_file(name: str, tmp_path: Path) -> None:
    write_table(named(name, np.ones((2, 2))), tmp_path)
    assert read_table(tmp_path).about["name"] == name


def test_the_version_changes_with_any_figure(folder: Callable[..., Path]) -> None:
    before = read_table(folder()).version
    assert read_table(folder()).version == before
    assert read_table(folder(flows=[*FLOWS[:3], "B,B,30.000000001"])).version != before
    assert read_table(folder(more="household_consumption_total = 121\n")).version != before
    assert read_table(folder(name='"another name"')).version == before


def test_units_are_read_from_what_the_table_says(folder: Callable[..., Path]) -> None:
    for unit, money, persons in (
        ("NOK million", 1e6, 1.0),
        ("EUR million; employment in thousands", 1e6, 1e3),
        ("NOK billion", 1e9, 1.0),
        ("1000 NOK", 1e3, 1.0),
        ("1", 1.0, 1.0),
    ):
        table = read_table(folder(unit=f'"{unit}"'))
        assert (table.money_unit, table.employment_unit) == (money, persons)


def test_the_spectral_radius_is_the_largest_absolute_eigenvalue() -> None:
    assert spectral_radius(np.array([[0.0, 0.5], [0.5, 0.0]])) == pytest.approx(0.5)
    assert spectral_radius(np.array([[0.0, -0.9], [0.9, 0.0]])) == pytest.approx(0.9)  # complex ones


# -- regional tables


def quotients(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_regionalise_writes_a_table_that_type_2_reads(
    folder: Callable[..., Path], tmp_path: Path, command: Callable[..., Run]
) -> None:
    """λ = (log₂ 1.25)^0.25 = 0.753…; SLQ 0.8 and 1.5: by hand, entry by entry."""
    national = folder()
    slq = quotients(tmp_path / "slq.csv", "industry,slq\nA,0.8\nB,1.5\n")
    given = command(
        "regionalise", national, "--quotients", slq, "--size", 0.25, "--delta", 0.25, "--out", tmp_path / "area"
    )
    assert (given.code, given.err) == (0, "")
    area = read_table(tmp_path / "area")
    lam = math.log2(1.25) ** 0.25
    wanted = [
        [10 * lam * 0.8, 40 * lam * 0.8 / 1.5],  # A buys of itself by its own quotient; B of A by 0.8 / 1.5
        [20 * 1.0, 30 * 1.0],  # λ 1.5 / 0.8 and λ 1.5 are above one, and one is the most
    ]
    assert lam * 1.5 > 1
    np.testing.assert_allclose(area.flows, wanted, rtol=1e-14)
    np.testing.assert_allclose(area.household_consumption, [20 * 0.8, 40.0], rtol=1e-14)
    before = read_table(national)
    for name in ("output", "value_added", "compensation", "employment"):
        np.testing.assert_array_equal(getattr(area, name), getattr(before, name))
    assert area.about["household_consumption_total"] == 120
    found = command("multipliers", tmp_path / "area", "--type", 2, "--csv")
    assert (found.code, found.err) == (0, "")
    assert len(found.out.splitlines()) == 3


def test_a_quotient_that_is_missing_or_zero_counts_as_one(
    folder: Callable[..., Path], tmp_path: Path, command: Callable[..., Run]
) -> None:
    flows = []
    for number, text in enumerate(("industry,slq\n", "industry,slq\nA,\nB,0\n", "industry,slq\nA,1\nB,1\n")):
        slq, out = quotients(tmp_path / "slq.csv", text), tmp_path / f"area{number}"
        arguments = ("--quotients", slq, "--size", 0.25, "--delta", 0.25, "--out", out)
        assert command("regionalise", folder(), *arguments).code == 0
        flows.append(read_table(out).flows)
    np.testing.assert_array_equal(flows[0], flows[1])
    np.testing.assert_array_equal(flows[0], flows[2])


@pytest.mark.parametrize(
    ("size", "delta", "options"),
    [
        (0, 0.25, ["--size"]),
        (-0.1, 0.25, ["--size"]),
        (1.01, 0.25, ["--size"]),
        ("nan", 0.25, ["--size"]),
        ("inf", 0.25, ["--size"]),
        (0.2, 1, ["--delta"]),
        (0.2, -0.01, ["--delta"]),
        (0.2, "nan", ["--delta"]),
        (0, 1, ["--size", "--delta"]),
    ],
)
def test_a_size_or_delta_outside_is_refused(size, delta, options, folder, tmp_path, command) -> None:
    slq = quotients(tmp_path / "slq.csv", "industry,slq\n")
    for lang in LANGUAGES:
        lines = command(
            *("regionalise", folder(), "--quotients", slq, "--lang", lang, "--out", tmp_path / "area"),
            f"--size={size}",
            f"--delta={delta}",
        ).faults()
        assert [line.partition(" = ")[0] for line in lines] == options
    assert not (tmp_path / "area").exists()


def test_faulty_quotients_are_all_listed(folder, tmp_path, command) -> None:
    slq = quotients(tmp_path / "slq.csv", "industry,slq\nA,-1\nB,x\nC,1\nA,inf\nA,nan\n")
    arguments = ("--quotients", slq, "--size", 0.2, "--delta", 0.25, "--out", tmp_path / "area")
    lines = command("regionalise", folder(), *arguments).faults()
    wanted = ["2, A = -1", "3, B = x", "4 = C", "5 = 2", "5, A = inf", "6 = 2", "6, A = nan"]
    assert [line.removeprefix("slq.csv: ").partition(": ")[0] for line in lines] == wanted
    assert not (tmp_path / "area").exists()


@pytest.mark.parametrize("text", ["", "a,b\n", "industry;slq\nA;0,5\n"])
def test_quotients_with_other_headings_are_refused(text, folder, tmp_path, command) -> None:
    slq = quotients(tmp_path / "slq.csv", text)
    arguments = ("--quotients", slq, "--size", 0.2, "--delta", 0.25, "--out", tmp_path / "area")
    [line] = command("regionalise", folder(), *arguments).faults()
    assert line.startswith("slq.csv: 1") and "industry,slq" in line


def test_quotients_that_can_not_be_read_are_refused(folder, tmp_path, command) -> None:
    for slq in (tmp_path / "none.csv", tmp_path):
        arguments = ("--quotients", slq, "--size", 0.2, "--delta", 0.25, "--out", tmp_path / "area")
        [line] = command("regionalise", folder(), *arguments).faults()
        assert slq.name in line


@pytest.mark.parametrize("row", ["A,1_0", "A,0,5"])
def test_a_quotient_that_can_be_misread_is_refused(row, folder, tmp_path, command) -> None:
    slq = quotients(tmp_path / "slq.csv", f"industry,slq\n{row}\n")
    arguments = ("--quotients", slq, "--size", 0.2, "--delta", 0.25, "--out", tmp_path / "area")
    assert command("regionalise", folder(), *arguments).faults()


def test_a_regional_multiplier_is_never_above_the_national_one(reference) -> None:
    table = reference.table("norway-2019")
    rng = np.random.default_rng(1)
    ceiling = multipliers(table).type_1["output_multiplier"]
    for size, delta in ((0.01, 0.3), (0.06, 0.25), (1.0, 0.0)):
        area = regionalise(table, Region(size, tuple(rng.uniform(0.1, 3, len(table.codes)).tolist())), delta)
        assert (multipliers(area).type_1["output_multiplier"] <= ceiling * (1 + 1e-12)).all()


def test_the_whole_nation_keeps_what_its_quotients_let_it() -> None:
    """At size 1 λ is 1 for any δ, and quotients of 1 leave the table as it is."""
    assert flq_lambda(1.0, 0.25) == 1
    np.testing.assert_array_equal(flq_shares(np.ones(3), 1.0), np.ones((3, 3)))


# -- an estimate's demands on a table


@pytest.fixture
def without(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the table of 2019 that lacks one industry."""

    def copy(code: str) -> Path:
        path = tmp_path / "lacking"
        path.mkdir()
        for name in ("table.toml", "industries.csv", "flows.csv"):
            text = (SHIPPED / "tables" / "norway-2019" / name).read_text(encoding="utf-8")
            if name.endswith(".csv"):
                rows = [row for row in csv.reader(text.splitlines()) if code not in row[:2]]
                text = pd.DataFrame(rows[1:], columns=rows[0]).to_csv(index=False, lineterminator="\n")
            (path / name).write_text(text, encoding="utf-8")
        return path

    return copy


def test_an_estimate_needs_the_industries_that_spending_is_booked_on(without, event_dict, event_file, command) -> None:
    [line] = command("estimate", event_file(event_dict()), "--table", without("RI")).faults()
    assert "RI" in line


def test_an_estimate_needs_the_industries_that_the_organiser_buys_from(
    without, event_dict, event_file, command
) -> None:
    raw = event_dict()
    raw["organiser_cost"][0]["industry"] = "R01"
    [line] = command("estimate", event_file(raw), "--table", without("R01"), "--draws", 5).faults()
    assert "R01" in line


def test_an_estimate_needs_kroner(folder, event_dict, event_file, command) -> None:
    lines = command("estimate", event_file(event_dict()), "--table", folder(currency='"EUR"')).faults()
    assert any("EUR" in line for line in lines)
