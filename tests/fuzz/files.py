"""Readers of files that people send: workbooks, text with columns, TOML, JSON, XML, Word and attachments."""
# ruff: noqa: E501 (values stand on the lines that they are)

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import io
import json
import math
import os
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from docx import Document
from fuzz.mutations import (
    BYTES,
    Sheets,
    changed,
    damaged,
    leaf,
    member_changed,
    members_of,
    packed,
    recoded,
    text_changed,
    tree_changed,
    value_changed,
    xml_changed,
    zip_changed,
)
from fuzz.target import Target, none
from fuzz.workbooks import cell_changed, from_sheets, workbook
from payment_batch import BATCH

from data.dated import new_value, read_parameters
from data.faults import Fault, Faults
from data.phrases import LANGUAGES, say
from data.xlsx import Sheet, Uncalculated, read_sheets_in
from data.xlsx_quick import read_quickly
from fund.intake.file_types import checked_type
from fund.intake.pasted import lines_of, lines_of_sheet, read_pasted
from fund.papers.checking import faults_in
from fund.papers.fields import paper_of
from fund.papers.filling import filled
from fund.papers.template_file import opened, roots
from fund.payout.bank_answers import read_answer
from fund.rulebook.scheme_reading import PRESETS, read_scheme_bytes
from fund.state_aid.aid_import import COLUMNS as AID_COLUMNS
from fund.state_aid.aid_import import read_register_rows
from impact.counts.reading import read_file as read_counts
from impact.event_reading import read_event_file
from impact.importing import read_files
from impact.lock import FORMAT, canonical, read_locked
from impact.reference import Reference, reference_in
from impact.regional import read_quotients
from impact.register_fields import COLUMNS
from impact.samples import FOLDER as SAMPLES
from impact.ssb_workbook import read_ssb_workbooks
from impact.statbank import INTERPRETERS, import_export
from impact.survey.batch import personal_cells, read_batch
from impact.survey.mapping import find_table, suggest
from impact.survey.questions import KINDS, questionnaire
from impact.survey.reading import read_answer_file
from impact.table import read_table
from impact.workbook_writing import write_workbook

TESTS = Path(__file__).parents[1]
FIXTURES = TESTS / "fixtures"
SPECIMEN = "specimen"


@cache
def reference() -> Reference:
    return reference_in()


@cache
def folder() -> Path:
    """A folder of this process, in memory where there is room."""
    there = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=there))


def kept(content: bytes, name: str) -> Path:
    path = folder() / name
    path.write_bytes(content)
    return path


def cells_of(content: bytes, most: int = 200) -> Sheets:
    """The cells of a workbook, to be changed."""
    return {name: [list(row) for row in sheet.rows[:most]] for name, sheet in read_sheets_in(content, SPECIMEN).items()}


# -- Excel


PLAIN: Sheets = {
    "Tall": [
        ["navn", "verdi", "dag"],
        ["besøk", 9000.5, dt.date(2025, 2, 26)],
        ["døgn", 12, None],
        [True, "x", Uncalculated("=B2*2")],
        [None, -1e-5],
    ],
    "Annet": [["æøå"], [], [None, None, 5]],
}


def plain_book(rng: Random) -> tuple[bytes, bool]:
    """A workbook, and whether only its cells were changed: then both readers must read the same."""
    sheets = PLAIN if rng.random() < 0.5 else {"Tall": [row[:3] for row in PLAIN["Tall"][:3]], "Annet": PLAIN["Annet"]}
    if rng.random() < 0.4:
        return workbook(cell_changed(rng, sheets)), True
    return from_sheets(rng, sheets), False


def both_readers(given: tuple[bytes, bool]) -> tuple[Fault, ...]:
    """The quick reader gives what the slow one does: the same cells, blank ones aside, or the same faults."""
    content, same = given
    found: list[Any] = []
    for reader in (read_sheets_in, read_quickly):
        try:
            found.append({name: _bare(sheet) for name, sheet in reader(content, SPECIMEN).items()})
        except Faults as faults:
            found.append(list(faults.faults))
    if isinstance(found[1], list):
        raise Faults(found[1])
    if same and isinstance(found[0], dict):  # the quick one is less strict about signs that XML can't have
        assert found[0] == found[1], f"the quick reader differs: {str(found[0])[:300]} ≠ {str(found[1])[:300]}"
    return ()


def _bare(sheet: Sheet) -> list[list[Any]]:
    rows = [[_cell(one) for one in row] for row in sheet.rows]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _cell(one: Any) -> Any:
    if one == "" and isinstance(one, str):
        return None
    if isinstance(one, dt.datetime) and one.time() == dt.time():
        return one.date()
    return ("bool", one) if isinstance(one, bool) else float(one) if isinstance(one, int) else one


@cache
def _event_sheets() -> Sheets:
    path = folder() / "written.xlsx"
    write_workbook(_toml_event(), path, "nb")
    return cells_of(path.read_bytes())


def _toml_event() -> dict[str, Any]:
    import tomllib

    return tomllib.loads((TESTS / "fixtures/examples/small_festival/event.toml").read_text(encoding="utf-8"))


def event_book(rng: Random) -> bytes:
    """The whole workbook, which takes time to read, or the head of some of its sheets."""
    whole = _event_sheets()
    if rng.random() < 0.2:
        return from_sheets(rng, whole)
    return from_sheets(rng, {name: rows[:6] for name, rows in list(whole.items())[: rng.choice((2, 4))]})


def read_event_book(content: bytes) -> tuple[Fault, ...]:
    return none(read_event_file(kept(content, "event.xlsx"), reference()))


@cache
def _register_sheets() -> Sheets:
    from test_register_workbook import full

    row = full()
    heads = [column.label("nb") for column in COLUMNS]
    more = {
        "id": "cup-2026",
        "name_nb": "Cup",
        "name_en": "Cup",
        "first_day": "6.11.2026",
        "last_day": "2026-11-07",
        "visits": "10 000",
    }
    cells = [[one.get(column.key) for column in COLUMNS] for one in (row, {**row, **more})]
    return {say("sheet.title.events", "nb"): [heads, *cells]}


def register_book(rng: Random) -> bytes:
    return from_sheets(rng, _register_sheets())


def read_register(content: bytes) -> tuple[Fault, ...]:
    return read_files([("liste.xlsx", content)], reference()).faults


@cache
def _ssb_sheets(number: str) -> Sheets:
    from data.xlsx import read_sheets

    sheets = read_sheets(FIXTURES / "ssb" / f"iot_{number}_2019.xlsx")
    return {name: [list(row) for row in sheet.rows] for name, sheet in sheets.items()}


@cache
def _ssb_member(number: str) -> bytes:
    return workbook(_ssb_sheets(number))


def ssb_books(rng: Random) -> tuple[bytes, bytes]:
    """The two workbooks, one of them changed: few in their cells, as each is of 5 000."""
    number = rng.choice(("1850", "1950"))
    if rng.random() < 0.004:
        sheets = _ssb_sheets(number)
        for _ in range(rng.choice((1, 2, 5))):
            sheets = cell_changed(rng, sheets)
        new = workbook(sheets)
    elif rng.random() < 0.5:
        new = zip_changed(rng, _ssb_member(number)[: rng.choice((400, 4000, None))])
    else:
        small = {name: [row[: rng.choice((3, 8))] for row in rows[:14]] for name, rows in _ssb_sheets(number).items()}
        new = from_sheets(rng, small)
    other = b"not a workbook" if rng.random() < 0.995 else _ssb_member("1950" if number == "1850" else "1850")
    return (new, other) if number == "1850" else (other, new)


def read_ssb(books: tuple[bytes, bytes]) -> tuple[Fault, ...]:
    paths = [kept(content, f"{name}.xlsx") for name, content in zip(("home", "abroad"), books, strict=True)]
    return tuple(read_ssb_workbooks(*paths, retrieved=dt.date(2026, 1, 1))[1])


# -- answers to surveys


@cache
def _answer_text(kind: str) -> bytes:
    asked = questionnaire(kind)
    heads = [one.text("nb") for one in asked.questions] + ["Dato"]
    rows = []
    for number in range(4):
        cells = [
            one.options[number % len(one.options)].words.nb if one.options else "3" if one.codes else "2"
            for one in asked.questions
        ]
        rows.append([*cells, f"0{number + 1}.03.2025"])
    return "\n".join(";".join(f'"{one}"' if ";" in one else one for one in row) for row in [heads, *rows]).encode()


@cache
def _answer_sheets(kind: str) -> Sheets:
    return {"Svar": [line.split(";") for line in _answer_text(kind).decode().splitlines()]}


def answers(rng: Random) -> tuple[str, bytes]:
    kind = rng.choice(KINDS)
    if rng.random() < 0.4:
        return kind, from_sheets(rng, _answer_sheets(kind))
    return kind, changed(rng, _answer_text(kind), (*BYTES, recoded))


def read_answers(given: tuple[str, bytes]) -> tuple[Fault, ...]:
    kind, content = given
    asked = questionnaire(kind)
    table = find_table("svar", read_answer_file("svar", content), asked)
    batch = read_batch(table, suggest(table, asked, "5001"), asked)
    personal_cells(batch, asked)
    return batch.faults


# -- counts, budgets, the register of aid


COUNTS = (
    b"Dato;Antall\n26.02.2025;12 400\n27.02.2025;13 000\n28.02.2025;-\n",
    b"26.02.2025 12 400\n27.02.2025 13 000\n",
    b"Natt;Rom;Solgt\n26.02.2025;400;350\n27.02.2025;400;390\n",
    b"uke 9 2025\t1200\nuke 10 2025\t1300\n",
    b"2025M01,1200\n2025M02,1300\n",
)
_COUNT_SHEETS: Sheets = {
    "Ark1": [
        ["Dato", "Rom", "Antall"],
        [dt.date(2025, 2, 26), 400, 350],
        ["27.02.2025", "400", 390.5],
        [dt.date(2025, 2, 28), None, None],
    ]
}


def counts(rng: Random) -> tuple[bytes, str, str]:
    kind, step = rng.choice(
        (("rooms", "day"), ("scans", "day"), ("guest_nights", "month"), ("tickets", "week"), ("guest_nights", "day"))
    )
    way = rng.random()
    if way < 0.4:
        content = from_sheets(rng, _COUNT_SHEETS)
    elif way < 0.55:
        content = changed(rng, (FIXTURES / "ssb/14162_pivoted.csv").read_bytes(), BYTES)
    else:
        content = changed(rng, rng.choice(COUNTS), (*BYTES, recoded))
    return content, kind, step


def read_count_file(given: tuple[bytes, str, str]) -> tuple[Fault, ...]:
    content, kind, step = given
    read = read_counts(content, "telling", kind, step, "5001", "nb")  # type: ignore[arg-type]
    assert all(math.isfinite(one) for one in (*read.figures.values(), *read.rooms.values())), "a figure that is none"
    return ()


BUDGET = b"Kostnader\tBudsjett 2026\nLeie av hall\t180 000\nPremier\t20 000,50\nSum\t200 000,50\nInntekter\nBilletter\tkr 150 000,-\nTilskudd\nKommunen\t30 000\n"
_BUDGET_SHEETS: Sheets = {
    "Budsjett": [line.split("\t") for line in BUDGET.decode().splitlines()]
    + [["Diverse", 1200.505], [4010, "Vakt", None, 99]]
}


def budget(rng: Random) -> bytes:
    if rng.random() < 0.3:
        return from_sheets(rng, _BUDGET_SHEETS)
    content = BUDGET.replace(b"\t", rng.choice((b"\t", b";", b"   ")))
    return changed(rng, content, (text_changed, text_changed, text_changed, damaged))


def read_budget(content: bytes) -> tuple[Fault, ...]:
    if content[:2] == b"PK":
        several = [lines_of_sheet(sheet) for sheet in read_quickly(content, "budsjett.xlsx").values()]
    else:
        several = [lines_of(content.decode("utf-8", "replace"))]
    found = []
    for lines in several:
        for column in (None, 1, 99):
            read = read_pasted(lines, "cost", column)
            assert all(row.amount > 0 and row.name for row in read.rows)
            found += [one.fault for one in read.skipped if one.fault]
    return tuple(found)


_AID = [
    [say(f"aid.column.{name}", "nb") for name in AID_COLUMNS],
    ["940 155 223", "15.01.2026", "tilskudd", "", "EUR", "1 234,50", "", "Eksempel fylke", "R1"],
    ["940155223", "2026-02-01", "Lån", "", "NOK", "100000", "2500", "Eksempel kommune", ""],
]


def aid(rng: Random) -> bytes:
    if rng.random() < 0.4:
        return from_sheets(rng, {"Støtte": [list(row) for row in _AID]})
    mark = rng.choice((";", ",", "\t"))
    return changed(rng, "\n".join(mark.join(row) for row in _AID).encode(), (*BYTES, recoded))


def read_aid(content: bytes) -> tuple[Fault, ...]:
    return read_register_rows(content, "register").faults


# -- Statistics Norway, tables


_STATBANK = (
    ("03321_rows.csv", "commuting"),
    ("07984_pivoted.csv", "jobs"),
    ("13470.json", "jobs"),
    ("14162_pivoted.csv", "accommodation"),
    ("03014_tabs.csv", "prices"),
)


@cache
def _statbank(name: str) -> tuple[bytes, Any]:
    """A specimen of at most 40 lines, or its tree."""
    content = (FIXTURES / "ssb" / name).read_bytes()
    if name.endswith("json"):
        return content, json.loads(content)
    text = content.decode("utf-8-sig", "replace") if b"\xc3" in content else content.decode("cp1252")
    return "\n".join(text.splitlines()[:40]).encode(), None


def statbank(rng: Random) -> tuple[bytes, str]:
    name, kind = rng.choice(_STATBANK)
    content, tree = _statbank(name)
    if tree is not None and rng.random() < 0.7:
        tree = json.loads(content)
        for _ in range(rng.choice((1, 1, 3))):
            tree = tree_changed(rng, tree)
        return json.dumps(tree).encode(), kind
    return changed(rng, content, (*BYTES, recoded)), rng.choice((kind, *INTERPRETERS))


def read_statbank(given: tuple[bytes, str]) -> tuple[Fault, ...]:
    content, kind = given
    out = folder() / "import"
    written, notes = import_export(kept(content, "export"), kind, out)
    for path in (*written, out / "sources.toml"):
        path.unlink()
    return tuple(notes)


@cache
def _table_files() -> dict[str, bytes]:
    at = next(path.parent for path in sorted(FIXTURES.rglob("flows.csv")))
    return {path.name: path.read_bytes() for path in at.iterdir() if path.is_file()}


def table_folder(rng: Random) -> dict[str, bytes]:
    files = dict(_table_files())
    name = rng.choice(list(files))
    files[name] = changed(rng, files[name], (*BYTES, value_changed, recoded))
    if rng.random() < 0.03:
        del files[rng.choice(list(files))]
    return files


def read_table_folder(files: dict[str, bytes]) -> tuple[Fault, ...]:
    at = folder() / "table"
    at.mkdir(exist_ok=True)
    for path in at.iterdir():
        path.unlink()
    for name, content in files.items():
        (at / name).write_bytes(content)
    return none(read_table(at))


def quotients(rng: Random) -> bytes:
    return changed(rng, b"industry,slq\nCPA_A,1.2\nCPA_B-E,0.8\nCPA_F,\nCPA_G-I,2\n", (*BYTES, recoded))


@cache
def _small_table() -> Any:
    at = next(path.parent for path in sorted(FIXTURES.rglob("flows.csv")))
    return read_table(at)


def read_quotient_file(content: bytes) -> tuple[Fault, ...]:
    return none(read_quotients(kept(content, "slq.csv"), _small_table()))


# -- TOML and JSON


def event_toml(rng: Random) -> bytes:
    path = rng.choice(
        (
            TESTS / "fixtures/examples/small_festival/event.toml",
            TESTS / "fixtures/examples/small_cup/event.toml",
            SAMPLES / "ski-vm-2025.toml",
        )
    )
    return changed(rng, path.read_bytes(), (value_changed, value_changed, value_changed, *BYTES))


def read_toml(content: bytes) -> tuple[Fault, ...]:
    return none(read_event_file(kept(content, "event.toml"), reference()))


def scheme(rng: Random) -> bytes:
    path = rng.choice(sorted(PRESETS.glob("*.toml")))
    return changed(rng, path.read_bytes(), (value_changed, value_changed, value_changed, *BYTES))


def read_scheme(content: bytes) -> tuple[Fault, ...]:
    return none(read_scheme_bytes(content, "ordning.toml"))


@cache
def _parameter_files() -> tuple[tuple[str, bytes], ...]:
    from data.dated import PARAMETERS

    return tuple((path.name, path.read_bytes()) for path in sorted(PARAMETERS.glob("*.toml")))


def parameters(rng: Random) -> tuple[str, bytes]:
    name, content = rng.choice(_parameter_files())
    return name, changed(rng, content, (value_changed, value_changed, value_changed, *BYTES))


def read_parameter_file(given: tuple[str, bytes]) -> tuple[Fault, ...]:
    at = folder() / "parameters"
    at.mkdir(exist_ok=True)
    (at / "own.toml").write_bytes(given[1])
    return none(read_parameters(at))


def parameter_value(rng: Random) -> tuple[str, Any]:
    raw: Any = {"from": dt.date(2026, 1, 1), "mode": 0.5, "low": 0.4, "high": 0.6, "evidence": "assumed", "source": "x"}
    known = list(read_parameters())
    for _ in range(rng.choice((1, 1, 3))):
        raw = tree_changed(rng, raw)
    return rng.choice(known), raw if isinstance(raw, dict) else {"value": raw}


def read_value(given: tuple[str, Any]) -> tuple[Fault, ...]:
    return none(new_value(read_parameters(), *given))


@cache
def _lock() -> dict[str, Any]:
    tree = {
        "event": {"event": {"name_nb": "x", "name_en": "y"}},
        "tables": {},
        "parameters": {},
        "areas": {"region": {"value_added": [1.5, 2.5]}},
        "program": {"version": "1"},
        "seed": 1,
        "draws": 1,
    }
    return {"format": FORMAT, "estimate": tree}


def lock_file(rng: Random) -> bytes:
    body = copy.deepcopy(_lock())
    for _ in range(rng.choice((0, 1, 3))):
        body = tree_changed(rng, body)
    try:
        digest = hashlib.sha256(canonical(body)).hexdigest()
    except (ValueError, TypeError, UnicodeError):
        digest = "x"
    content = json.dumps({**body, "sha256": digest} if isinstance(body, dict) else body).encode()
    return content if rng.random() < 0.5 else changed(rng, content, BYTES)


def read_lock_file(content: bytes) -> tuple[Fault, ...]:
    return none(read_locked(content, "estimate.json"))


# -- the bank's answers


_PAIN = tuple((FIXTURES / "bank_answers" / f"{name}.xml").read_bytes() for name in ("accepted", "partly", "rejected"))
_CAMT = tuple((FIXTURES / "bank_answers" / f"{name}.xml").read_bytes() for name in ("booked_02", "booked_08"))


def pain(rng: Random) -> bytes:
    return changed(rng, rng.choice(_PAIN), (xml_changed,), most=4)


def camt(rng: Random) -> bytes:
    return changed(rng, rng.choice(_CAMT), (xml_changed,), most=4)


def read_bank(content: bytes) -> tuple[Fault, ...]:
    answer = read_answer(content, (BATCH,), "svar.xml")
    sent = {payment.id: payment.amount for payment in BATCH.payments}
    assert all(sent[one.payment] == one.amount for one in answer.results), "another amount than was sent"
    return ()


# -- Word


@cache
def _word() -> dict[str, bytes]:
    document = Document()
    for text in ("Hei {{ organisation.name }}", "{{ if decision.reason }}", "x", "{{ end }}", "{{ award.number }}"):
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "{{ for rate in plan }}", "{{ end }}"
    stream = io.BytesIO()
    document.save(stream)
    needed = (
        "[Content_Types].xml",
        "_rels/.rels",
        "word/document.xml",
        "word/_rels/document.xml.rels",
        "word/styles.xml",
    )
    members = {name: content for name, content in members_of(stream.getvalue()).items() if name in needed}
    for name in ("word/_rels/document.xml.rels", "_rels/.rels"):
        members[name] = _only(members[name], b"styles.xml", b"word/document.xml")
    members["word/styles.xml"] = b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    return members


def _only(relations: bytes, *targets: bytes) -> bytes:
    """The relations to these targets alone."""
    import re

    return re.sub(
        rb"<Relationship [^>]*/>", lambda one: one[0] if any(to in one[0] for to in targets) else b"", relations
    )


_WORD_PARTS = (
    b"<w:p/>", b"<w:tbl/>", b"<w:tbl><w:tr/></w:tbl>", b"<w:p><w:r><w:t>{{ x }}</w:t></w:r></w:p>", b"<w:p><w:r><w:t>{{ if award.number }}</w:t></w:r></w:p>",
    b"<w:p><w:r><w:t>{{ for x in plan }}</w:t></w:r></w:p>", b"<w:p><w:r><w:t>{{ end }}</w:t></w:r></w:p>", b"<w:p><w:r><w:t>{{</w:t></w:r><w:r><w:t>end}}</w:t></w:r></w:p>",
    b'<w:p><w:fldSimple w:instr=" DDEAUTO x"/></w:p>', b'<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText></w:r></w:p>', b"<w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt>",
    b"<w:p><w:ins/></w:p>", b"<w:txbxContent><w:p/></w:txbxContent>", b"<w:p><w:r><w:tab/><w:br/><w:t/></w:r></w:p>",
)  # fmt: skip


def word(rng: Random) -> bytes:
    members = dict(_word())
    body = members["word/document.xml"]
    way = rng.random()
    if way < 0.45:
        ends = [at for at in range(len(body)) if body.startswith((b"<w:p>", b"<w:tbl>", b"<w:sectPr"), at)]
        for _ in range(rng.choice((1, 2, 4))):
            at = rng.choice(ends)
            part = rng.choice(_WORD_PARTS)
            depth = rng.choice((0, 0, 0, 3, 60, 250))
            body = body[:at] + b"<w:sdt><w:sdtContent>" * depth + part + b"</w:sdtContent></w:sdt>" * depth + body[at:]
        members["word/document.xml"] = body
    elif way < 0.85:
        for _ in range(rng.choice((1, 1, 3))):
            members = member_changed(rng, members, "word/document.xml")
    content = packed(members, zipfile.ZIP_DEFLATED if rng.random() < 0.1 else zipfile.ZIP_STORED)
    return zip_changed(rng, content) if way > 0.8 else content


def read_word(content: bytes) -> tuple[Fault, ...]:
    document, paper = opened("Mal.docx", content), paper_of("award_letter")
    if faults := [one for lang in LANGUAGES for one in faults_in(document, paper, lang, "Mal.docx")]:
        return tuple(faults)
    filled(document, roots(document), paper.trial("nb"))
    return ()


# -- attachments


@cache
def _papers() -> tuple[tuple[str, bytes], ...]:
    png = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00"
        + b"\x00" * 9
        + b"IEND\xaeB`\x82"
    )
    return (
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"),
        ("a.png", png),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 20 + b"\xff\xd9"),
        ("a.txt", "Et brev, æøå.\n".encode()),
        ("a.docx", packed(_word())),
        ("a.xlsx", workbook(PLAIN)),
    )


def attachment(rng: Random) -> tuple[str, bytes]:
    name, content = rng.choice(_papers())
    content = zip_changed(rng, content) if content[:2] == b"PK" else damaged(rng, content)
    name = rng.choice(
        (
            name,
            name,
            "a.exe",
            "",
            "..",
            "a.pdf.exe",
            "../a.pdf",
            "a\x00.pdf",
            "\u202efdp.exe",
            "a" * 400 + ".pdf",
            ".pdf",
            "A.PDF",
            str(leaf(rng)),
        )
    )
    return name, content


def read_attachment(given: tuple[str, bytes]) -> tuple[Fault, ...]:
    return none(checked_type(*given))


TARGETS = (
    Target("xlsx", "data.xlsx, data.xlsx_quick (side by side)", plain_book, both_readers),
    Target("event_xlsx", "impact.workbook, impact.event_reading", event_book, read_event_book),
    Target("register_xlsx", "impact.importing, impact.register_workbook", register_book, read_register),
    Target("ssb_xlsx", "impact.ssb_workbook", ssb_books, read_ssb, 5.0),
    Target("survey_answers", "impact.survey.reading, mapping, batch", answers, read_answers),
    Target("counts", "impact.counts.reading", counts, read_count_file),
    Target("budget", "fund.intake.pasted", budget, read_budget),
    Target("aid_register", "fund.state_aid.aid_import", aid, read_aid),
    Target("statbank", "impact.statbank, statbank_export (CSV, JSON-stat)", statbank, read_statbank),
    Target("table_csv", "impact.table", table_folder, read_table_folder),
    Target("quotients_csv", "impact.regional", quotients, read_quotient_file),
    Target("event_toml", "impact.event_reading", event_toml, read_toml),
    Target("scheme_toml", "fund.rulebook.scheme_reading", scheme, read_scheme),
    Target("parameter_toml", "data.dated", parameters, read_parameter_file),
    Target("parameter_value", "data.dated.new_value", parameter_value, read_value),
    Target("lock_json", "impact.lock", lock_file, read_lock_file),
    Target("pain_002", "fund.payout.bank_answers", pain, read_bank),
    Target("camt_054", "fund.payout.bank_answers", camt, read_bank),
    Target("word_template", "fund.papers.template_file, checking, filling", word, read_word),
    Target("attachment", "fund.intake.file_types", attachment, read_attachment),
)
