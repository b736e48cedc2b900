"""The report of an estimate in Word: what it holds, that it can be read by ear, and that no figure is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from app.report import inputs, report
from data.phrases import LANGUAGES, Lang, say
from impact.estimate import estimate
from impact.event_reading import read_event, read_event_file
from impact.reference import Reference
from impact.report import Sections
from impact.simulation import frame, simulate

Tree = dict[str, Any]
SKI = Path(__file__).parent.parent / "data" / "samples" / "ski-vm-2025.toml"


@pytest.fixture(scope="module")
def tree(reference: Reference) -> Tree:
    event = read_event_file(SKI, reference)
    return estimate(simulate(event, frame(reference, event.first_day), 1, 400))


@pytest.fixture(scope="module")
def made(tree: Tree, reference: Reference) -> dict[Lang, bytes]:
    return {lang: report(tree, lang, sha256="ab12", reference=reference) for lang in LANGUAGES}


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_all_that_the_estimate_says(
    made: dict[Lang, bytes], tree: Tree, reference: Reference, lang: Lang
) -> None:
    text = words(made[lang])
    parts = Sections(tree, lang, reference)
    paragraphs = [one.text for one in Document(io.BytesIO(made[lang])).paragraphs]
    assert paragraphs[0] == parts.title and paragraphs[2] == parts.sentence  # the sentence comes first
    assert parts.modelled in text and str(parts.organiser) in text
    for section in (parts.ranges(), parts.bridge(), parts.industries(), parts.places(), parts.tornado()):
        assert section is not None and section.heading in text
        for row in section.rows:
            assert all(cell in text for cell in row)
    for sentence, advice in parts.warnings()[1]:
        assert f"{sentence} {advice}" in text
    assert "ab12" in text and "0.1.0" in text and tree["tables"]["table"]["sha256"][:12] in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_input_stands_with_its_evidence_and_source(made: dict[Lang, bytes], tree: Tree, lang: Lang) -> None:
    text = words(made[lang])
    listed = list(inputs(tree, lang))
    sources = {one["source"] for one in tree["event"]["numbers"].values()} | {
        tree["event"]["organiser"]["deficit"]["source"]
    }
    assert sources <= {source for *_, source in listed}
    for row in listed:
        assert all(cell in text for cell in row), row
    for entry in tree["parameters"].values():
        assert entry["source"] in text
    assert len({name for name, *_ in listed}) == len(listed)
    assert not [
        name for name, value, *_ in listed if value in ("2024", "2\u00a0024", "2,024")
    ]  # the price year is none


def test_a_plain_number_says_that_it_has_no_evidence(event_dict: Any, reference: Reference) -> None:
    raw = event_dict()
    raw["organiser_cost"][0]["amount"] = 600_000
    event = read_event(raw, "event", reference)
    tree = estimate(simulate(event, frame(reference, event.first_day), 1, 200))
    row = next(row for row in inputs(tree, "nb") if row[0].startswith("Stage: beløp"))
    assert row[1:] == ("600\u00a0000", say("document.no_evidence", "nb"), say("document.no_evidence", "nb"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_can_be_read_by_ear(made: dict[Lang, bytes], tree: Tree, lang: Lang) -> None:
    document = Document(io.BytesIO(made[lang]))
    wanted = "nb-NO" if lang == "nb" else "en-GB"
    core = document.core_properties
    assert core.title == tree["event"]["event"][f"name_{lang}"] and core.language == wanted
    language = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert language is not None and language.get(qn("w:val")) == wanted
    assert [
        one.text for one in document.paragraphs if not one.text.strip() and not one._p.findall(f".//{qn('w:drawing')}")
    ] == []
    levels = [one.style.name for one in document.paragraphs if one.style and one.style.name.startswith("Heading")]
    assert levels.count("Heading 1") >= 8 and "Heading 2" in levels
    assert sum(one.style.name == "Title" for one in document.paragraphs if one.style) == 1
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == len(document.inline_shapes) == 6
    assert all(len(one.get("descr", "")) > 40 for one in pictures)
    for table in document.tables:
        assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
        assert all(cell.text.strip() for cell in table.rows[0].cells)
    fields = [one.get(qn("w:instr")) for one in document.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_it_holds_nothing_from_outside(made: dict[Lang, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(made["nb"])) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name), name


def test_an_estimate_of_norway_alone_makes_a_report_too(event_dict: Any, reference: Reference) -> None:
    raw = event_dict()
    raw["event"]["name_nb"] = "<script>alert(1)</script> & «navn»"
    event = read_event(raw, "event", reference)
    tree = estimate(simulate(event, frame(reference, event.first_day, "norway-2020"), 1, 200))
    text = words(report(tree, "nb", reference=reference))
    assert "<script>alert(1)</script> & «navn»" in text
    assert say("report.unknown", "nb") in text
