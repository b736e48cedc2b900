"""Statbank exports: formats, layouts, symbols, wrong files, and what the four interpreters make of them."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import impact.statbank_export as statbank_export
from data.faults import Fault, Faults
from data.phrases import LANGUAGES
from impact.statbank import (
    INTERPRETERS,
    Export,
    Figures,
    accommodation,
    commuting,
    industries_in,
    jobs_by_industry,
    municipality_code,
    prices,
    read_export,
    write_import,
)

FIXTURES = Path(__file__).parent / "fixtures" / "ssb"
ALL = (
    ("jobs", "07984_pivoted.csv"),
    ("jobs", "13470.json"),
    ("commuting", "03321_rows.csv"),
    ("prices", "03014_tabs.csv"),
    ("accommodation", "14162_pivoted.csv"),
)


def export_of(folder: Path, content: str | bytes | dict[str, Any], name: str = "export.csv") -> Export:
    path = folder / name
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_export(path)


def codes_of(call: Any, *arguments: Any) -> list[str]:
    """The codes of the faults that ``call`` raises, each of them written out in both languages."""
    with pytest.raises(Faults) as caught:
        call(*arguments)
    for fault in caught.value.faults:
        write_out(fault)
    return [fault.code.removeprefix("ssb.") for fault in caught.value.faults]


def write_out(fault: Fault) -> None:
    for lang in LANGUAGES:
        assert fault.line(lang)


def notes_of(figures: Figures) -> list[str]:
    for note in figures.notes:
        write_out(note)
    return [note.code.removeprefix("ssb.") for note in figures.notes]


def dataset(**changes: Any) -> dict[str, Any]:
    """A small JSON-stat 2.0 dataset: two municipalities, one industry, one year."""
    whole: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": "07984: Sysselsatte etter arbeidssted",
        "id": ["Region", "NACE2007", "Tid"],
        "size": [2, 1, 1],
        "dimension": {
            "Region": {"label": "region", "category": {"index": ["5001", "5031"]}},
            "NACE2007": {"label": "næring", "category": {"label": {"55-56": "Overnatting"}}},
            "Tid": {"label": "år", "category": {"index": {"2023": 0}}},
        },
        "value": [10, 20],
    }
    return {**whole, **changes}


# formats


def test_pivoted_csv_becomes_one_row_an_observation():
    export = read_export(FIXTURES / "07984_pivoted.csv")
    assert export.table == "07984"
    assert list(export.dimensions) == [
        "region", "næring (SN2007)", "kjønn", "alder", "statistikkvariabel", "tid",
    ]  # fmt: skip
    assert len(export.frame) == 8 * 18 * 4
    first = export.frame.iloc[0]
    assert (first["region_code"], first["region"]) == ("5001", "Trondheim - Tråante")
    assert (first["statistikkvariabel"], first["tid"]) == ("Sysselsatte etter bosted", "2022")
    assert set(export.frame["alder"]) == {"15-74 år"}


def test_symbols_are_zero_or_missing_with_a_reason():
    frame = read_export(FIXTURES / "07984_pivoted.csv").frame
    cell = frame[(frame["region_code"] == "5027") & (frame["næring (SN2007)_code"] == "05-09")]
    at_work = cell[cell["statistikkvariabel"] == "Sysselsatte etter arbeidssted"].set_index("tid")
    assert math.isnan(at_work.loc["2022", "value"]) and at_work.loc["2022", "missing"] == "withheld"
    assert at_work.loc["2023", "value"] == 0 and at_work.loc["2023", "missing"] == ""


@pytest.mark.parametrize(
    ("symbol", "value", "reason"),
    [
        ("-", 0, ""), (".", None, "not applicable"), ("..", None, "not available"), (":", None, "withheld"),
        ("…", None, "not available yet"), ("...", None, "not available yet"), ("", None, "not given"),
        ("1 234", 1234, ""), ("1\u00a0234,5", 1234.5, ""), ("\u22123.25", -3.25, ""), ("0", 0, ""),
    ],
)  # fmt: skip
def test_cells(tmp_path, symbol, value, reason):
    row = export_of(tmp_path, f'"region";"år";"Personer"\n"5001 Trondheim";"2022";{symbol}\n').frame.iloc[0]
    assert row["value"] == value if value is not None else math.isnan(row["value"])
    assert row["missing"] == reason


def test_json_stat_2():
    export = read_export(FIXTURES / "13470.json")
    assert (export.table, export.updated) == ("13470", "2024-03-01T07:00:00Z")
    assert export.source == "Statistisk sentralbyrå"
    assert export.dimensions["NACE2007"] == "næring (SN2007)"
    frame = export.frame.set_index(["Region_code", "NACE2007_code", "Tid_code"])
    assert frame.loc[("K-5001", "00-99", "2022"), "value"] == 17_720
    assert frame.loc[("K-5027", "05-09", "2022"), "missing"] == "withheld"
    assert frame.loc[("K-5027", "05-09", "2023"), "value"] > 0


def test_json_values_and_status_may_be_maps(tmp_path):
    export = export_of(tmp_path, dataset(value={"1": 20}, status={"0": "-"}), "export.json")
    assert list(export.frame["value"]) == [0, 20]
    assert list(export.frame["Region"]) == ["5001", "5031"]
    export = export_of(tmp_path, dataset(value=[None, None], status=".."), "export.json")
    assert list(export.frame["missing"]) == ["not available"] * 2


def test_json_stat_1_and_a_collection_of_one(tmp_path):
    new = dataset()
    old = {"label": new["label"], "value": new["value"]}
    old["dimension"] = {**new["dimension"], "id": new["id"], "size": new["size"]}
    assert list(export_of(tmp_path, {"dataset": old}).frame["value"]) == [10, 20]
    collection = {"version": "2.0", "class": "collection", "link": {"item": [new]}}
    assert list(export_of(tmp_path, collection).frame["value"]) == [10, 20]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("title", ["", '"03321: Sysselsatte, etter kommune"\n\n'])
def test_encodings_and_separators(tmp_path, encoding, delimiter, title):
    lines = [
        ["arbeidsstedskommune", "år", "Sysselsatte"],
        ["5001 Trondheim - Tråante", "2022", "7"],
        ["5031 Malvik", "2022", "8"],
    ]
    text = title + "\n".join(delimiter.join(line) for line in lines)
    export = export_of(tmp_path, text.encode(encoding))
    assert list(export.frame["value"]) == [7, 8]
    assert list(export.frame["arbeidsstedskommune"]) == ["Trondheim - Tråante", "Malvik"]
    assert export.table == ("03321" if title else None)


def test_headings_with_periods_first_or_alone(tmp_path):
    frame = export_of(tmp_path, "region;2022M01 Overnattinger;2022M02 Overnattinger\n5001 Trondheim;1;2\n").frame
    assert list(frame["tid"]) == ["2022M01", "2022M02"] and set(frame["statistikkvariabel"]) == {"Overnattinger"}
    frame = export_of(tmp_path, "region;2021;2022\n5001 Trondheim;1;2\n").frame
    assert list(frame["tid"]) == ["2021", "2022"] and "statistikkvariabel" not in frame


def test_codes_as_headings_and_cells(tmp_path):
    text = 'Region,NACE2007,ContentsCode,Tid,"07984: Sysselsatte"\n5001,55-56,SysselsatteArb,2022,5\n'
    frame = jobs_by_industry(export_of(tmp_path, text)).frame
    assert frame.to_dict("records") == [
        {"municipality": "5001", "group": "55-56", "nace": "55-56", "year": "2022", "jobs": 5.0}
    ]


def test_footer_gives_date_and_source(tmp_path):
    text = (
        "region;år;Personer\n5001 Trondheim;2022;5\n\nSist oppdatert: 20230302 08:00\nKilde: Statistisk sentralbyrå\n"
    )
    export = export_of(tmp_path, text)
    assert export.updated == "20230302 08:00" and export.source == "Kilde: Statistisk sentralbyrå"
    assert len(export.frame) == 1


# wrong files


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        ("\ufeff \n".encode(), "empty"),
        (b"<!DOCTYPE html><html><body>500</body></html>", "is_html"),
        (b"PK\x03\x04\x14\x00", "is_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is_excel"),
        (b"%PDF-1.7", "not_text"),
        (b"\x00\x01\x02", "not_text"),
        (b"a few words\nand nothing more\n", "no_table"),
        (b"region;tid;verdi\n", "no_table"),
        (b"region;tid;verdi\n5001;2022;3\n5031;2022\n5035;2022;4\n", "row_length"),
        (b"region;verdi;verdi\n5001;2022;3\n", "heading_twice"),
        (b'{"class": "dataset", "id": ["Reg', "broken_json"),
        (b'{"value": [NaN]}', "broken_json"),
        (b"[" * 100_000, "broken_json"),
        (b'{"error": "Too many values selected"}', "json_error"),
        (b'{"version":"2.0","class":"error","status":"404","label":"Not found"}', "json_error"),
        (b'{"version":"2.0","class":"collection","link":{"item":[{},{}]}}', "json_collection"),
        (b'{"version":"2.0","class":"dimension","category":{}}', "json_class"),
        (b"[1, 2]", "json_class"),
        (b'{"a": 1}', "json_class"),
    ],
)
def test_wrong_files_are_listed_faults(tmp_path, content, code):
    assert codes_of(export_of, tmp_path, content) == [code]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"value": [1, 2, 3]}, ["json_count"]),
        ({"value": {"2": 1}}, ["json_count"]),
        ({"value": None}, ["json_count"]),
        ({"value": [1, "x"]}, ["not_a_number"]),
        ({"value": [1, True]}, ["not_a_number"]),
        ({"size": [3, 1, 1]}, ["json_dimension", "json_count"]),
        ({"size": [2, 1]}, ["json_class"]),
        ({"size": [0, 1, 1]}, ["json_class"]),
        ({"size": [100_000, 100_000, 1], "value": {}}, ["too_many"]),
        ({"size": [10**400, 2, 1], "value": {}}, ["too_many"]),
        ({"value": {"9" * 5000: 1}}, ["json_count"]),
        ({"dimension": {}}, ["json_dimension"] * 3),
        ({"dimension": [1]}, ["json_dimension"] * 3),
    ],
)
def test_faulty_datasets(tmp_path, changes, codes):
    assert codes_of(export_of, tmp_path, dataset(**changes)) == codes


def test_every_bad_cell_is_listed(tmp_path):
    text = "region;år;Personer\n5001 Trondheim;2022;ti\n5031 Malvik;2022;1\n5035 Stjørdal;2022;1e3\n"
    with pytest.raises(Faults) as caught:
        export_of(tmp_path, text.replace("Personer", "Personer 2022").replace(";år", ";kjønn"))
    assert [(fault.place, fault.value) for fault in caught.value.faults] == [
        ("2, Personer 2022", "ti"),
        ("4, Personer 2022", "1e3"),
    ]


def test_missing_folder_and_large_files(tmp_path, monkeypatch):
    assert codes_of(read_export, tmp_path / "nothing.csv") == ["missing"]
    assert codes_of(read_export, tmp_path) == ["not_opened"]
    with (tmp_path / "large.csv").open("wb") as stream:
        stream.truncate(200_000_000)
    assert codes_of(read_export, tmp_path / "large.csv") == ["too_large"]
    monkeypatch.setattr(statbank_export, "MAX_OBSERVATIONS", 1)
    assert codes_of(export_of, tmp_path, "region;2021;2022\n5001;1;2\n") == ["too_many"]


def test_a_workbook_is_named_as_such():
    assert codes_of(read_export, FIXTURES / "iot_1850_2019.xlsx") == ["is_excel"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=400), st.text(alphabet='0123456789.;,\t\n"[]{}:aå-…', max_size=400).map(str.encode))
)
def test_no_content_gives_a_traceback(tmp_path, content):
    try:
        export = export_of(tmp_path, content)
    except Faults:
        return
    for interpret in INTERPRETERS.values():
        try:
            interpret(export)
        except Faults as error:
            for fault in error.faults:
                write_out(fault)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_cut_or_bent_anywhere_gives_no_traceback(tmp_path, data):
    kind, name = data.draw(st.sampled_from(ALL))
    content = bytearray((FIXTURES / name).read_bytes()[:6000])
    for _ in range(data.draw(st.integers(0, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        INTERPRETERS[kind](export_of(tmp_path, bytes(content[: data.draw(st.integers(0, len(content)))])))
    except Faults as error:
        for fault in error.faults:
            write_out(fault)


# what is in them


@pytest.mark.parametrize("name", ["07984_pivoted.csv", "13470.json"])
def test_jobs(name):
    figures = jobs_by_industry(read_export(FIXTURES / name))
    frame = figures.frame.set_index(["municipality", "nace", "year"])["jobs"]
    assert frame["5001", "55-56", "2022"] == 360
    assert "00-99" not in figures.frame["nace"].to_numpy()
    assert math.isnan(frame["5027", "05-09", "2022"])
    assert {"left_out", "figures_missing"} == set(notes_of(figures))
    assert "NLOD" in figures.licence and name[:5] in figures.licence


def test_jobs_are_those_at_the_place_of_work():
    frame = jobs_by_industry(read_export(FIXTURES / "07984_pivoted.csv")).frame
    other = jobs_by_industry(read_export(FIXTURES / "13470.json")).frame
    keys = ["municipality", "nace", "year"]
    both = frame.merge(other, on=keys)
    assert len(both) == len(other) == 64
    different = both[(both["jobs_x"] != both["jobs_y"]) & both["jobs_x"].notna()]
    assert list(different["nace"]) == ["05-09"]  # the zero that was planted


def jobs_csv(*rows: str, head: str = "region;næring (SN2007);år;Sysselsatte etter arbeidssted") -> str:
    return "\n".join((head, *rows)) + "\n"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (("5001 Trondheim;Ukjent greie;2022;1",), "unknown_industry"),
        (("0301 Oslo;55-56 Servering;2022;1",), "no_municipality"),
        (("5001 Trondheim;55-56 Servering;2022;1,234",), "not_whole"),
        (("5001 Trondheim;55-56 Servering;2022;-4",), "not_whole"),
        (("5001 Trondheim;10-33 Industri;2022;4", "5001 Trondheim;25 Metallvarer;2022;4"), "overlap"),
        (("5001 Trondheim;55-56 Servering;2022;4", "K-5001 Trondheim;55-56 Servering;2022;4"), "twice"),
        (("5001 Trondheim;55-56 Servering;i fjor;4",), "period"),
        (("5001 Trondheim;55-56 Servering;2022;0",), "no_municipality"),
    ],
)
def test_faults_of_jobs(tmp_path, rows, code):
    assert codes_of(jobs_by_industry, export_of(tmp_path, jobs_csv(*rows))) == [code]


def test_jobs_by_home_or_in_another_classification_are_refused(tmp_path):
    head = "region;næring (SN2007);år;Sysselsatte etter bosted"
    assert codes_of(
        jobs_by_industry, export_of(tmp_path, jobs_csv("5001 Trondheim;55-56 Servering;2022;4", head=head))
    ) == ["measure_missing"]
    head = "region;næring (SN2025);år;Sysselsatte etter arbeidssted"
    assert codes_of(
        jobs_by_industry, export_of(tmp_path, jobs_csv("5001 Trondheim;55-56 Servering;2022;4", head=head))
    ) == ["other_classification"]


def test_a_breakdown_without_its_total_is_refused(tmp_path):
    head = "region;næring (SN2007);kjønn;år;Sysselsatte etter arbeidssted"
    rows = ("5001 Trondheim;55-56 Servering;Menn;2022;4", "5001 Trondheim;55-56 Servering;Kvinner;2022;5")
    assert codes_of(jobs_by_industry, export_of(tmp_path, jobs_csv(*rows, head=head))) == ["dimension_several"]
    rows = (*rows, "5001 Trondheim;55-56 Servering;Begge kjønn;2022;9")
    assert list(jobs_by_industry(export_of(tmp_path, jobs_csv(*rows, head=head))).frame["jobs"]) == [9]


def test_industries_by_name_or_letter(tmp_path):
    rows = (
        "Trondheim - Tråante;Overnattings- og serveringsvirksomhet;2022;4",
        "Trondheim - Tråante;Off.adm., forsvar, sosialforsikring;2022;5",
    )
    assert list(jobs_by_industry(export_of(tmp_path, jobs_csv(*rows))).frame["nace"]) == ["55-56", "84"]
    rows = ("5001 Trondheim;I Overnatting;2022;4", "5001 Trondheim;R-S Kultur og annet;2022;5")
    assert list(jobs_by_industry(export_of(tmp_path, jobs_csv(*rows))).frame["nace"]) == ["55-56", "90-96"]


def test_missing_dimensions_are_all_named(tmp_path):
    export = export_of(tmp_path, "alder;Personer\n15-74 år;3\n16-74 år;4\n")
    assert codes_of(jobs_by_industry, export) == ["dimension_missing"] * 3
    assert codes_of(commuting, export) == ["dimension_missing"] * 3
    assert codes_of(prices, export) == ["dimension_missing"]
    assert codes_of(accommodation, export) == ["dimension_missing"] * 2


def test_commuting():
    figures = commuting(read_export(FIXTURES / "03321_rows.csv"))
    frame = figures.frame.set_index(["work", "home"])["commuters"]
    assert frame["5001", "5031"] == 110 and frame["0301", "5001"] == 200
    assert (figures.frame["work"] != figures.frame["home"]).all()
    assert ("0301", "5037") not in frame.index and ("5037", "0301") not in frame.index
    assert notes_of(figures) == ["left_out"]


def test_commuting_leaves_out_totals_and_keeps_names_outside(tmp_path):
    text = (
        "arbeidsstedskommune;bostedskommune;år;Sysselsatte\nTrondheim - Tråante;Malvik;2023;5\n"
        "Trondheim - Tråante;Levanger - Levangke;2023;6\nTrondheim - Tråante;Hele landet;2023;99\n"
    )
    figures = commuting(export_of(tmp_path, text))
    assert figures.frame[["work", "home"]].to_numpy().tolist() == [["5001", "5031"], ["5001", "Levanger - Levangke"]]
    assert notes_of(figures) == ["left_out"]


def test_prices_are_computed_from_the_total_index():
    figures = prices(read_export(FIXTURES / "03014_tabs.csv"))
    frame = figures.frame.set_index("year")
    assert frame.loc["2016", "change"] == 3.6  # as published: the year before is not there
    assert frame.loc["2018", "change"] == pytest.approx(100 * (108.4 / 105.5 - 1), rel=1e-12)
    assert notes_of(figures) == []


def test_prices_say_what_they_lack(tmp_path):
    head = "konsumgruppe;år;Konsumprisindeks (2015=100)\n"
    figures = prices(export_of(tmp_path, head + "Totalindeks;2023;129,9\nTotalindeks;2024;134,0\n"))
    assert notes_of(figures) == ["short_series"]
    assert list(figures.frame["year"]) == ["2024"]
    assert codes_of(prices, export_of(tmp_path, head + "Totalindeks;2023M01;129,9\n")) == ["period"]
    assert codes_of(prices, export_of(tmp_path, head + "Totalindeks;2023;0\n")) == ["not_positive"]
    assert codes_of(prices, export_of(tmp_path, head + "Totalindeks;2023;129,9\n")) == ["nothing_left"]
    assert codes_of(prices, export_of(tmp_path, head.replace("Konsumprisindeks", "Vekt") + "Totalindeks;2023;1\n")) == [
        "measure_missing"
    ]


def test_accommodation():
    figures = accommodation(read_export(FIXTURES / "14162_pivoted.csv"))
    frame = figures.frame.set_index(["area", "month", "measure"])["value"]
    assert frame["5001", "2025-02", "Overnattinger"] == 61_234
    assert frame["5001", "2025-03", "Kapasitetsutnytting av rom (prosent)"] == 71.9
    assert math.isnan(frame["50", "2025-03", "Overnattinger"])
    assert notes_of(figures) == ["figures_missing"]


def test_another_table_is_noted(tmp_path):
    text = '"12345: Sysselsatte"\n\n' + jobs_csv("5001 Trondheim;55-56 Servering;2022;4")
    assert notes_of(jobs_by_industry(export_of(tmp_path, text))) == ["other_table"]


@pytest.mark.parametrize(
    ("code", "label", "expected"),
    [
        ("5001", "Trondheim - Tråante", "5001"),
        ("K-5001", "Trondheim", "5001"),
        ("", "5001 Trondheim", "5001"),
        ("", "Trondheim - Tråante", "5001"),
        ("", "Indre Fosen", "5054"),
        ("", "Trondheim (-2017)", "Trondheim (-2017)"),
        ("1601", "Trondheim (-2017)", "1601"),
        ("F-50", "Trøndelag", "50"),
        ("0", "Hele landet", "0"),
        ("", "Hele landet", "0"),
    ],
)
def test_municipality_codes(code, label, expected):
    assert municipality_code(code, label) == expected


def test_industries_of_a_group():
    assert industries_in("68-75") == ("R68B", "R69_70", "R71", "R72", "R73", "R74_75")
    assert industries_in("10") == ("R10_12",)
    assert industries_in("58,62-63") == ("R58", "R62_63")
    with pytest.raises(ValueError):
        industries_in("hotell")


# into a folder


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_import_has_the_names_and_columns_of_the_reference(tmp_path, kind, name):
    export = read_export(FIXTURES / name)
    frame = INTERPRETERS[kind](export).frame
    written = write_import(kind, frame, export, tmp_path)
    entries = {entry["path"]: entry for entry in tomllib.loads((tmp_path / "sources.toml").read_text())["file"]}
    assert {path.relative_to(tmp_path).as_posix() for path in written} == set(entries)
    for entry in entries.values():
        assert "NLOD" in entry["licence"] and "https://www.ssb.no" in entry["licence"]
        assert export.table and export.table in entry["source"]
    heads = {
        path.relative_to(tmp_path).as_posix(): path.read_text(encoding="utf-8").splitlines()[0] for path in written
    }
    expected = {
        "jobs": {
            "region/jobs-2022.csv": "municipality,group,jobs,nace",
            "region/jobs-2023.csv": "municipality,group,jobs,nace",
        },
        "commuting": {"region/commuting-2023.csv": "work,home,commuters"},
        "prices": {"prices/cpi.csv": "year,change"},
        "accommodation": {"region/accommodation-2025.csv": "area,area_name,month,measure,value"},
    }
    assert heads == expected[kind]


def test_import_keeps_other_sources_and_replaces_its_own(tmp_path):
    for kind, name in ALL:
        export = read_export(FIXTURES / name)
        write_import(kind, INTERPRETERS[kind](export).frame, export, tmp_path)
    entries = tomllib.loads((tmp_path / "sources.toml").read_text(encoding="utf-8"))["file"]
    paths = [entry["path"] for entry in entries]
    assert len(paths) == len(set(paths)) == 5
    jobs = next(entry for entry in entries if entry["path"] == "region/jobs-2022.csv")
    assert "13470" in jobs["source"] and "updated 2024-03-01" in jobs["licence"]
    lines = (tmp_path / "region" / "jobs-2022.csv").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("5027,") and ",," in line for line in lines)  # withheld stays empty


def test_import_refuses_what_it_does_not_know(tmp_path):
    export = read_export(FIXTURES / "13470.json")
    frame = jobs_by_industry(export).frame
    assert codes_of(write_import, "taxes", frame, export, tmp_path) == ["unknown_kind"]
    (tmp_path / "sources.toml").write_text("[[file")
    assert codes_of(write_import, "jobs", frame, export, tmp_path) == ["sources_broken"]
    assert not (tmp_path / "region").exists()
