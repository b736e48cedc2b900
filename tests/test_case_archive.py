"""A case whole, in one file: everything that is about it, nothing of another, and checksums that others can check."""

from __future__ import annotations

import hashlib
import io
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from data.faults import Faults
from data.permission import Actor, Refused
from data.store import open_store
from fund.demo import Story
from fund.demo_year import play
from fund.intake.attachments import read_paper
from fund.papers.case_archive import LEFT_OUT, PARTS, case_archive
from fund.papers.made import Made

NAMES = {"application", "award", "claim", "item", "decision"}
"""Columns by which a row belongs to a case."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder: Path = tmp_path_factory.mktemp("archive")
    with pytest.MonkeyPatch.context() as patch, open_store(folder) as store:
        patch.setenv("RINGVIRK_DATA", str(folder))
        yield play(store)


def fetched(year: Story, key: str, role: str = "officer") -> tuple[Made, zipfile.ZipFile]:
    made = case_archive(year.store, year.who(role), year.applications[key])
    return made, zipfile.ZipFile(io.BytesIO(made.content))


def rows(held: zipfile.ZipFile) -> dict[str, list[dict[str, str]]]:
    """The rows of ``case.xml`` by table."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in ElementTree.fromstring(held.read("case.xml")).iter("row"):
        found.setdefault(row.attrib["table"], []).append({one.tag: one.text or "" for one in row})
    return found


def test_the_file_holds_the_whole_case_and_nothing_of_another(year: Story) -> None:
    made, held = fetched(year, "cup")
    found, id = rows(held), str(year.applications["cup"])
    assert made.name == "sak-2026-0001.zip"
    assert [one["id"] for one in found["application"]] == [id]
    for table in ("application_revision", "score", "recommendation", "declaration", "decision", "award"):
        assert found[table] and {one["application"] for one in found[table]} == {id}, table
    (award,) = [one["id"] for one in found["award"]]
    assert award == str(year.awards["cup"])
    for table in ("plan_part", "claim", "report", "award_condition"):
        assert found[table] and {one["award"] for one in found[table]} == {award}, table
    mine = {one["id"] for one in found["ledger_account"]}
    of_mine = {one["posting"] for one in found["leg"] if one["account"] in mine}
    assert of_mine == {one["id"] for one in found["posting"]} == {one["posting"] for one in found["leg"]}
    (votes,) = year.store.db.execute(
        "SELECT count(*) FROM vote JOIN agenda_item ON agenda_item.id = vote.item WHERE application = ?", [id]
    ).fetchone()
    assert len(found["vote"]) == votes > 0
    kinds = {(one["kind"], one["resource"]) for one in found["audit"]}
    assert ("application", id) in kinds and ("award", award) in kinds
    assert kinds <= {(table, one.get("id", "")) for table, some in found.items() if table != "audit" for one in some}
    texts = held.read("case.xml").decode()
    assert "Eksempelcupen" in texts and "Eksempelfestivalen" not in texts


def test_what_was_sent_and_handed_in_is_there_as_it_was(year: Story) -> None:
    _, held = fetched(year, "cup")
    found = rows(held)
    for one in found["application_revision"]:
        assert hashlib.sha256(held.read(f"sent/{one['number']}.json")).hexdigest() == one["sha256"]
    assert found["attachment"]
    for one in found["attachment"]:
        paper, content = read_paper(year.store.db, year.store.folder, int(one["id"]))
        assert held.read(f"papers/{paper.id}-{paper.name}") == content
    assert {name for name in held.namelist() if name.startswith("letters/")} == {
        f"letters/{year.awards['cup']}-{name}.docx" for name in ("tilsagnsbrev", "award-letter")
    }
    _, refused = fetched(year, "concert")
    assert any("vedtaksbrev" in name for name in refused.namelist())


def test_every_file_is_named_with_its_size_and_a_checksum_that_others_can_check(year: Story, tmp_path: Path) -> None:
    _, held = fetched(year, "cup", "auditor")
    told = {one.attrib["name"]: one.attrib for one in ElementTree.fromstring(held.read("case.xml")).iter("file")}
    assert set(told) | {"case.xml", "SHA256SUMS"} == set(held.namelist())
    for name, one in told.items():
        content = held.read(name)
        assert (one["size"], one["sha256"]) == (str(len(content)), hashlib.sha256(content).hexdigest())
    held.extractall(tmp_path)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "case.xml").write_bytes(b"another")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode != 0


def test_the_same_case_gives_the_same_bytes_at_another_time(year: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    first, now = fetched(year, "cup")[0], time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3_600)  # by which ZIP files, Word's among them, date their parts
    assert fetched(year, "cup")[0] == first


def test_a_spreadsheet_calculates_nothing_of_it(year: Story) -> None:
    store, officer, id = year.store, year.who("officer"), year.applications["meet"]
    text = '=HYPERLINK("http://eksempel.no")\x0b'
    with store.write(officer.id, "case.note", audited=False) as write:
        note = {"application": id, "text": text, "at": "2026-11-01T00:00:00.000Z", "actor": officer.id}
        write.insert("case_note", note)
    _, held = fetched(year, "meet")
    assert "'=HYPERLINK" in held.read("csv/case_note.csv").decode("utf-8-sig")
    assert rows(held)["case_note"][0]["text"] == text.replace("\x0b", "\ufffd")  # a sign that XML can't hold


def test_it_is_for_case_officers_and_the_auditor_and_for_nobody_in_conflict(year: Story) -> None:
    for role in ("applicant", "board", "chair", "treasurer", "administrator"):
        with pytest.raises(Refused):
            case_archive(year.store, year.who(role), year.applications["cup"])
    doubtful = year.people["board"][1]
    both = Actor(doubtful.id, frozenset({"board", "officer"}))
    with pytest.raises(Faults):
        case_archive(year.store, both, year.applications["festival"])
    with pytest.raises(LookupError):
        case_archive(year.store, year.who("officer"), 9_999)


def test_every_table_that_belongs_to_a_case_is_in_it_or_left_out_for_a_reason(year: Story) -> None:
    tables = [name for (name,) in year.store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {one: {row[1] for row in year.store.db.execute(f"PRAGMA table_info({one})")} for one in tables}
    assert {one for one in tables if columns[one] & NAMES} <= {*PARTS, *LEFT_OUT}
    assert all(LEFT_OUT.values()) and not set(PARTS) & set(LEFT_OUT)
