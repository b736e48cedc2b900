"""Papers: what is taken by its content, where it lies, and that nothing about it can be changed behind its back."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import threading
import zipfile
from collections.abc import Iterator

import pytest
from applied import (
    APPLICANT,
    AUDITOR,
    BOARD,
    NOON,
    OFFICER,
    SECOND,
    STRANGER,
    acting,
    club,
    codes,
    open_for_all,
    refused,
    retyped,
    typed,
    version,
)
from docx import Document as Word
from openpyxl import Workbook

from data.backup import attachments_in, make_backup, verify_backup
from data.limits import limit
from data.permission import Refused
from data.restore import restore
from data.store import Store, open_store
from fund.intake.applications import attach, detach, discard_draft, list_papers, open_paper
from fund.intake.attachments import file_of, paper_faults
from fund.intake.file_types import checked_type, clean_name
from fund.intake.handling import ask_for_more
from fund.intake.revisions import get_revision, submit

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\x00" * 40 + b"\xff\xd9"
TEXT = b"Regnskap for Eksempelcupen\nLeie av hall: 180 000\n"


def office(make: str) -> bytes:
    stream = io.BytesIO()
    (Word() if make == "docx" else Workbook()).save(stream)
    return stream.getvalue()


DOCX, XLSX = office("docx"), office("xlsx")


def rezipped(content: bytes, **changed: bytes | None) -> bytes:
    """The archive with members added, replaced or (None) taken away; ``__`` stands for a slash, ``_dot_`` for a dot."""
    stream = io.BytesIO()
    named = {name.replace("__", "/").replace("_dot_", "."): one for name, one in changed.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member not in named:
                new.writestr(member, old.read(member))
        for name, one in named.items():
            if one is not None:
                new.writestr(name, one)
    return stream.getvalue()


# -- what a file is


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("plan.pdf", PDF, "pdf"),
        ("Bilde.PNG", PNG, "png"),
        ("bilde.jpeg", JPEG, "jpeg"),
        ("bilde.jpg", JPEG, "jpeg"),
        ("brev.docx", DOCX, "docx"),
        ("budsjett.xlsx", XLSX, "xlsx"),
        ("notat.txt", TEXT, "text"),
        ("rader.csv", "navn;beløp\nHall;1\n".encode("utf-8-sig"), "text"),
    ],
)
def test_a_type_is_known_by_its_content(name: str, content: bytes, expected: str) -> None:
    assert checked_type(name, content) == expected


MACROS = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
REFUSED = [
    ("budsjett.pdf", XLSX, "lies"),
    ("bilde.png", JPEG, "lies"),
    ("regnskap.xlsx", DOCX, "lies"),
    ("faktura.pdf.exe", PDF, "lies"),
    ("faktura", PDF, "lies"),
    ("side.html", TEXT, "lies"),
    ("bilde.pdf", b"MZ\x90\x00\x03" + b"\x00" * 60, "unknown"),
    ("program.txt", b"\x7fELF\x02\x01\x01" + b"\x00" * 60, "unknown"),
    ("notat.txt", b"#!/bin/sh\nrm -rf /\n", "unknown"),
    ("notat.txt", b"\xef\xbb\xbf <!DOCTYPE html><script>alert(1)</script>", "unknown"),
    ("notat.txt", b"<svg onload='alert(1)'/>", "unknown"),
    ("notat.txt", b"<?php system('ls');", "unknown"),
    ("notat.txt", "blåbær".encode("latin-1"), "unknown"),
    ("plan.pdf", PDF[:-7], "cut_off"),
    ("bilde.png", PNG[:-12], "cut_off"),
    ("bilde.jpg", JPEG[:-2], "cut_off"),
    ("budsjett.xlsx", XLSX[:-30], "cut_off"),
    ("gammel.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 60, "old_office"),
    ("arkiv.docx", rezipped(DOCX, **{"[Content_Types]_dot_xml": None}), "unknown"),
    ("brev.docx", rezipped(DOCX, **{"[Content_Types]_dot_xml": MACROS}), "macros"),
    ("brev.docx", rezipped(DOCX, word__vbaProject_dot_bin=b"x"), "macros"),
    ("brev.docx", rezipped(DOCX, word__embeddings__virus_dot_exe=b"MZ"), "macros"),
    ("brev.docx", rezipped(DOCX, word__document_dot_xml=None), "unknown"),
    ("brev.docx", rezipped(DOCX, word__a=b"\x00" * (limit("attachment_unpacked") * 1_000_000 + 1)), "unpacks"),
    ("brev.docx", rezipped(DOCX, **{"[Content_Types]_dot_xml": b" " * 1_000_001}), "unpacks"),
    ("tom.pdf", b"", "empty"),
    ("stor.txt", b"a" * (limit("attachment_largest") * 1_000_000 + 1), "too_large"),
    ("../../", PDF, "name"),
    ("x" * 200 + ".pdf", PDF, "name"),
]


@pytest.fixture(scope="module")
def one_draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int]]:
    """A draft that many try to attach something to, in vain."""
    with open_store(tmp_path_factory.mktemp("hostile")) as opened:
        yield opened, typed(opened, open_for_all(opened), club(opened))


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=[f"{n[:20]}-{c}" for n, _, c in REFUSED])
def test_a_lying_or_harmful_file_is_refused_and_nothing_is_kept(
    one_draft: tuple[Store, int], name: str, content: bytes, code: str
) -> None:
    store, draft = one_draft
    assert codes(refused(store, attach, APPLICANT, draft, "other", name, content, at=NOON)) == [f"file.{code}"]
    assert attachments_in(store.folder) == {} and list_papers(store, APPLICANT, draft, at=NOON) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Brukere\\Kari\\plan.pdf", "plan.pdf"),
        (".skjult.pdf", "skjult.pdf"),
        ("plan\u202efdp.exe.pdf", "planfdp.exe.pdf"),
        ("linje\nskift\x00.pdf", "linjeskift.pdf"),
        ("Bla\u030aba\u0308r.pdf", "Blåbär.pdf"),
    ],
)
def test_a_name_is_shown_without_folders_and_hidden_signs(name: str, expected: str) -> None:
    assert clean_name(name) == expected


# -- where it lies


def test_a_paper_lies_under_its_hash_and_is_there_once(store: Store, draft: int) -> None:
    first = attach(store, APPLICANT, draft, "budget", "../plan.pdf", PDF, at=NOON)
    assert attach(store, APPLICANT, draft, "budget", "plan.pdf", PDF, at=NOON) == first  # a second click
    second = attach(store, APPLICANT, draft, "other", "igjen.pdf", PDF, at=NOON)
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert list(attachments_in(store.folder)) == [f"{sha256[:2]}/{sha256}"]
    place = file_of(store.folder, sha256)
    assert place.read_bytes() == PDF
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    paper, content = open_paper(store, APPLICANT, first, at=NOON)
    assert content == PDF
    assert (paper.name, paper.type, paper.media, paper.size) == ("plan.pdf", "pdf", "application/pdf", len(PDF))
    detach(store, APPLICANT, first, at=NOON)
    assert place.exists()  # the other paper has the same content
    detach(store, APPLICANT, second, at=NOON)
    detach(store, APPLICANT, second, at=NOON)
    assert not place.exists() and list_papers(store, APPLICANT, draft, at=NOON) == []


def test_what_was_sent_keeps_its_papers(store: Store, draft: int) -> None:
    paper = attach(store, APPLICANT, draft, "other", "plan.pdf", PDF, at=NOON)
    retyped(store, draft)
    receipt = submit(store, APPLICANT, draft, version(store, draft), at=NOON)
    sha256 = hashlib.sha256(PDF).hexdigest()
    held = get_revision(store, OFFICER, draft).body["attachments"]
    assert [(one["name"], one["sha256"], one["size"]) for one in held] == [("plan.pdf", sha256, len(PDF))]
    for function, args in ((attach, (draft, "other", "ny.pdf", PDF)), (detach, (paper,))):
        assert codes(refused(store, function, APPLICANT, *args, at=NOON)) == ["sealed"]
    ask_for_more(store, OFFICER, draft, receipt.version, "Regnskap for i fjor", NOON.date(), at=NOON)
    detach(store, APPLICANT, paper, at=NOON)
    assert open_paper(store, OFFICER, paper, at=NOON)[1] == PDF  # the revision has it
    assert paper_faults(store.db, store.folder) == []


def test_too_many_papers_are_refused(store: Store, draft: int) -> None:
    most = limit("attachments_most")
    for number in range(most):
        attach(store, APPLICANT, draft, "other", f"{number}.txt", TEXT, at=NOON)
    (fault,) = refused(store, attach, APPLICANT, draft, "other", "en-til.txt", TEXT, at=NOON)
    assert fault.figures == {"count": most, "most": most}


def test_who_may_read_and_add(store: Store, draft: int) -> None:
    paper = attach(store, APPLICANT, draft, "other", "plan.pdf", PDF, at=NOON)
    acting(store, 1, SECOND)
    assert open_paper(store, SECOND, paper, at=NOON)[1] == PDF
    for actor in (STRANGER, OFFICER, BOARD, AUDITOR):  # a draft is nobody else's
        with pytest.raises(Refused):
            open_paper(store, actor, paper, at=NOON)
        with pytest.raises(Refused):
            attach(store, actor, draft, "other", "plan.pdf", PDF, at=NOON)
    submit(store, APPLICANT, draft, version(store, draft), at=NOON)
    for actor in (OFFICER, AUDITOR):
        assert open_paper(store, actor, paper, at=NOON)[1] == PDF
    for actor in (STRANGER, BOARD):  # board members come by their declaration
        with pytest.raises(Refused):
            open_paper(store, actor, paper, at=NOON)
    for missing in (99, -1):
        with pytest.raises(LookupError):
            open_paper(store, OFFICER, missing, at=NOON)


def test_a_changed_or_missing_file_is_found(store: Store, draft: int) -> None:
    paper = attach(store, APPLICANT, draft, "other", "plan.pdf", PDF, at=NOON)
    place = file_of(store.folder, hashlib.sha256(PDF).hexdigest())
    place.write_bytes(PDF.replace(b"1.7", b"1.4"))
    assert codes(paper_faults(store.db, store.folder)) == ["file.changed"]
    assert codes(refused(store, open_paper, APPLICANT, paper, at=NOON)) == ["file.changed"]
    place.unlink()
    assert codes(refused(store, open_paper, APPLICANT, paper, at=NOON)) == ["file.missing"]
    assert codes(paper_faults(store.db, store.folder)) == ["file.missing"]


def test_the_rows_of_papers_are_only_added(store: Store, draft: int) -> None:
    paper = attach(store, APPLICANT, draft, "other", "plan.pdf", PDF, at=NOON)
    detach(store, APPLICANT, paper, at=NOON)
    for table in ("attachment", "attachment_removal"):
        for sql in (f"UPDATE {table} SET at = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="never"), store.write("t", "t.t", audited=False) as write:
                write.db.execute(sql)


def test_a_discarded_draft_leaves_no_files(store: Store, draft: int) -> None:
    attach(store, APPLICANT, draft, "other", "plan.pdf", PDF, at=NOON)
    discard_draft(store, APPLICANT, draft, version(store, draft), at=NOON)
    assert attachments_in(store.folder) == {}


def test_papers_are_in_the_backup_and_come_back(store: Store, draft: int) -> None:
    paper = attach(store, APPLICANT, draft, "other", "plan.pdf", PDF, at=NOON)
    backup = make_backup(store.folder)
    assert list(verify_backup(backup.path).attachments.values()) == [hashlib.sha256(PDF).hexdigest()]
    folder = store.folder
    file_of(folder, hashlib.sha256(PDF).hexdigest()).unlink()
    store.close()
    restore(folder, backup.path, force=True)
    with open_store(folder) as again:
        assert open_paper(again, APPLICANT, paper, at=NOON)[1] == PDF


def test_adding_and_taking_out_the_same_content_at_once_loses_nothing(store: Store, draft: int) -> None:
    """Eight threads add and take out the same content; what is attached in the end has its file."""
    folder, failures = store.folder, []

    def work(number: int) -> None:
        try:
            with open_store(folder) as own:
                for turn in range(5):
                    paper = attach(own, APPLICANT, draft, "other", f"{number}-{turn}.pdf", PDF, at=NOON)
                    if turn < 4:
                        detach(own, APPLICANT, paper, at=NOON)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    assert len(list_papers(store, APPLICANT, draft, at=NOON)) == 8 and paper_faults(store.db, folder) == []
