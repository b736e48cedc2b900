"""What broken inputs found, each with the smallest input that showed it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fuzz.bombs import _in_word
from fuzz.files import opened
from fuzz.values import browser
from fuzz.workbooks import workbook

from data.dated import new_value, read_parameters
from data.faults import Faults
from data.phrases import LANGUAGES
from data.xlsx import read_sheets_in
from data.xlsx_quick import read_quickly
from fund.papers.checking import MOST_FAULTS, faults_in
from fund.papers.fields import paper_of
from fund.papers.filling import FIELD
from fund.rulebook.scheme_reading import MAX_BYTES, read_scheme_bytes
from fund.rulebook.scheme_values import BadValueError, weight
from fund.state_aid.aid_import import read_register_rows
from impact import statbank_export
from impact.published import read_published
from impact.regional import read_quotients
from impact.statbank import write_import
from impact.statbank_export import read_export
from impact.table import read_table

EXAMPLE = Path(__file__).parent / "fixtures" / "examples" / "germany_1995"
DEEP, LONG = b"a = " + b"[" * 2_000 + b"]" * 2_000, b"a = " + b"9" * 5_000


def codes(read: Callable[[], Any]) -> list[str]:
    with pytest.raises(Faults) as refused:
        read()
    return [one.code for one in refused.value.faults]


@pytest.mark.parametrize("content", [DEEP, LONG])
def test_toml_that_is_nested_too_deep_or_has_endless_numbers_is_broken_toml(content: bytes, tmp_path: Path) -> None:
    for name in ("table.toml", "own.toml"):
        (tmp_path / name).write_bytes(content)
    assert "table.broken_toml" in codes(lambda: read_table(tmp_path))
    assert set(codes(lambda: read_parameters(tmp_path))) == {"parameter.broken_toml"}
    assert codes(lambda: read_scheme_bytes(content, "ordning.toml")) == ["scheme.broken_toml"]
    assert codes(lambda: read_published(tmp_path / "own.toml")) == ["published.broken_toml"]
    (tmp_path / "sources.toml").write_bytes(content)
    export = read_export(EXAMPLE.parents[1] / "ssb" / "13470.json")
    assert codes(lambda: write_import("jobs", export.frame, export, tmp_path)) == ["ssb.sources_broken"]


@pytest.mark.parametrize("reader", [read_sheets_in, read_quickly])
def test_a_number_beyond_numbers_is_told_by_its_cell(reader: Any) -> None:
    with pytest.raises(Faults) as refused:
        reader(workbook({"Ark": [["navn", 1], ["x", 10**400], ["y", 1e200]]}), "a.xlsx")
    assert [(one.code, one.place) for one in refused.value.faults] == [("xlsx.no_number", "Ark!B2")]


def test_a_value_of_a_parameter_may_be_a_number_of_any_length() -> None:
    raw = {"from": dt.date(2026, 1, 1), "value": 10**400, "evidence": "assumed", "source": "x"}
    assert codes(lambda: new_value(read_parameters(), next(iter(read_parameters())), raw)) == ["parameter.bad_figures"]


def test_figures_of_a_table_are_shown_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "slq.csv"
    path.write_text(f"industry,slq\n{'x' * 30_000},1\n", encoding="utf-8")
    with pytest.raises(Faults) as refused:
        read_quotients(path, read_table(EXAMPLE))
    assert len(refused.value.faults[0].line("nb")) < 500


LEVELS = {
    "boxes": (b"<w:sdt><w:sdtContent>", b"</w:sdtContent></w:sdt>", 110),
    "tables": (b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>", 75),
    "texts": (b"<w:p><w:r><w:txbxContent>", b"</w:txbxContent></w:r></w:p>", 75),
}


@pytest.mark.parametrize("kind", LEVELS)
def test_what_stands_within_each_other_in_a_template_is_gone_through_once(kind: str) -> None:
    before, after, depth = LEVELS[kind]
    inner = b"<w:p><w:r><w:t>{{ %s }}</w:t></w:r></w:p>"
    begun = time.process_time()
    bad = opened("Mal.docx", _in_word(before * depth + inner % b"tull" + after * depth))
    told = [one.value for one in faults_in(bad, paper_of("award_letter"), "nb")]
    assert told.count("tull") == 1
    good = opened("Mal.docx", _in_word(before * depth + inner % b"organisation.name" + after * depth))
    paper = paper_of("award_letter")
    assert [one.value for one in faults_in(good, paper, "nb")] == [one for one in told if one != "tull"]
    assert time.process_time() - begun < 2


def test_brackets_without_end_take_no_time_and_fields_are_found_as_before() -> None:
    begun = time.process_time()
    assert FIELD.findall("{{" * 200_000) == []
    assert FIELD.findall("{{ x" * 100_000) == []
    assert time.process_time() - begun < 2
    assert FIELD.findall("{{ a }} {{\nb }} { {{ c}} }} {{ d {{ e }}") == [" a ", "\nb ", " c", " e "]


def test_faults_of_a_template_end_where_nobody_reads_on() -> None:
    document = opened("Mal.docx", _in_word(b"<w:p><w:r><w:t>{{ tull }}</w:t></w:r></w:p>" * 3_000))
    assert len(faults_in(document, paper_of("award_letter"), "nb")) == MOST_FAULTS


@pytest.mark.parametrize(
    ("content", "code"), [(b";".join([b"x"] * 100_000), "xlsx.too_wide"), (b"orgnr\n" * 20_001, "aid.too_many_rows")]
)
def test_a_register_that_is_too_wide_or_too_long_is_refused(content: bytes, code: str) -> None:
    assert [one.code for one in read_register_rows(content, "register.csv").faults] == [code]


def test_a_scheme_is_weighed_before_it_is_read() -> None:
    begun = time.process_time()
    assert codes(lambda: read_scheme_bytes(b"a = " + b"9" * MAX_BYTES * 20, "x.toml")) == ["scheme.broken_toml"]
    assert time.process_time() - begun < 0.1


def test_a_text_export_has_no_more_lines_than_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statbank_export, "MAX_OBSERVATIONS", 50)
    path = tmp_path / "export.csv"
    path.write_text('"a";"b"\n' + '"x";1\n' * 60, encoding="utf-8")
    assert codes(lambda: read_export(path)) == ["ssb.too_many"]


@pytest.mark.parametrize("address", ["/logg-inn", "/kode", "/glemt-passord"])
@pytest.mark.parametrize("charset", ["utf-7", "utf-8"])
def test_half_signs_in_a_form_are_no_fault_of_the_server(address: str, charset: str) -> None:
    fields = {"email": b"a+2AA-@eksempel.no", "password": b"+2AA-", "code": b"+2AA-"}
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), one)
        for name, one in fields.items()
    ]
    headers = {"origin": "http://ringvirk.example", "sec-fetch-site": "same-origin"}
    headers["content-type"] = f"multipart/form-data; boundary=x; charset={charset}"
    answer = browser().post(address, content=b"".join(parts) + b"--x--\r\n", headers=headers)
    assert answer.status_code < 500


def test_a_weight_is_never_written_out_from_its_power() -> None:
    begun = time.process_time()
    with pytest.raises(BadValueError):
        weight("12341e50000011")
    assert time.process_time() - begun < 0.1
    assert [str(weight(one)) for one in ("1/2", "1,5", "1.5", 3)] == ["1/2", "3/2", "3/2", "3"]


def test_a_long_key_of_a_scheme_is_shown_cut_short() -> None:
    with pytest.raises(Faults) as refused:
        read_scheme_bytes(b"%s = 1" % (b"a" * 30_000), "ordning.toml")
    assert all(len(one.line(lang)) < 500 for one in refused.value.faults for lang in LANGUAGES)
