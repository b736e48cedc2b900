"""Files by address, through real requests: each role's rights, names, headers, and what isn't there."""

from __future__ import annotations

import datetime as dt
import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import downloads
from app.visit import SESSION_COOKIE
from data.faults import Faults
from data.permission import Actor
from data.phrases import LANGUAGES
from data.sessions import open_session
from data.store import Store, open_store
from fund import demo
from fund.demo import Story
from fund.demo_year import play
from fund.intake.applications import attach
from fund.intake.revisions import submit

WORD = ("tilsagnsbrev", "vedtaksbrev", "sakliste", "protokoll", "utbetalingsvarsel", "sluttbrev", "bidragsoversikt")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The invented fund after its year, where every applicant has sent a paper along."""

    def with_paper(store: Store, actor: Actor, id: int, version: int, *, at: dt.datetime) -> int:
        attach(store, actor, id, "other", f"Årsplan {id}.pdf", PDF, at=at)
        return submit(store, actor, id, version, at=at)

    folder: Path = tmp_path_factory.mktemp("downloads")
    with pytest.MonkeyPatch.context() as patch, open_store(folder) as store:
        patch.setenv("RINGVIRK_DATA", str(folder))
        patch.setattr(demo, "submit", with_paper)
        yield play(store)


Get = Callable[..., tuple[int, bytes, dict[str, str]]]


@pytest.fixture(scope="module")
def get(year: Story) -> Iterator[Get]:
    """Asks for an address as someone of the story, None for nobody."""
    tokens: dict[str, str] = {}

    def ask(actor: Actor | None, path: str) -> tuple[int, bytes, dict[str, str]]:
        if actor and actor.id not in tokens:
            now = dt.datetime.now(dt.UTC)
            with year.store.write("operator", "test.session", audited=False) as write:
                tokens[actor.id] = open_session(write, int(actor.id.partition(":")[2]), "", now)
        client.cookies.clear()
        if actor:
            client.cookies.set(SESSION_COOKIE, tokens[actor.id])
        answer = client.get(f"/last-ned/{path}")
        return answer.status_code, answer.content, dict(answer.headers)

    with TestClient(Starlette(routes=downloads.ROUTES)) as client:
        yield ask


def claim_paper(year: Story) -> int:
    return int(year.store.db.execute("SELECT min(id) FROM attachment WHERE kind = 'claim'").fetchone()[0])


ALLOWED = {
    "tilsagnsbrev/1.docx": {"applicant", "officer", "board", "chair", "treasurer", "auditor"},
    "vedtaksbrev/5.docx": {"applicant", "officer", "treasurer", "auditor"},
    "sakliste/1.docx": {"officer", "board", "chair", "treasurer", "auditor"},
    "protokoll/1.docx": {"officer", "board", "chair", "treasurer", "auditor"},
    "utbetalingsvarsel/1.docx": {"applicant", "officer", "treasurer", "auditor"},
    "sluttbrev/2.docx": {"applicant", "officer", "board", "chair", "treasurer", "auditor"},
    "bidragsoversikt/1.docx": {"officer", "board", "chair", "treasurer", "auditor", "administrator"},
    "betalingsfil/1.xml": {"treasurer", "auditor"},
    "vedtaksbrev-alle/1.zip": {"officer"},
    "sak/1.zip": {"officer", "auditor"},
    "bilag/PAPER.fil": {"applicant", "officer", "treasurer", "auditor"},
}
"""Who gets what; everyone else is refused, with the reason."""


@pytest.mark.parametrize("path", ALLOWED)
def test_each_role_gets_what_it_may_and_no_more(year: Story, get: Get, path: str) -> None:
    address = path.replace("PAPER", str(claim_paper(year)))
    for role in ("officer", "applicant", "board", "chair", "treasurer", "auditor", "administrator"):
        status, content, headers = get(year.who(role) if role in year.people else None, address)
        if role not in year.people:
            continue
        assert status == (200 if role in ALLOWED[path] else 403), (role, content[:600])
        if status == 200:
            assert headers["content-disposition"].startswith("attachment; filename=")
            assert headers["x-content-type-options"] == "nosniff" and "no-store" in headers["cache-control"]
        else:
            assert content[:2] != b"PK" and b"<h1>" in content
    assert get(None, address)[0] == 403


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sort", WORD)
def test_word_files_come_in_the_language_that_is_asked_for(year: Story, get: Get, sort: str, lang: str) -> None:
    actor = year.who("treasurer")
    status, content, headers = get(actor, f"{sort}/1.docx?lang={lang}")
    assert status == 200 and zipfile.is_zipfile(io.BytesIO(content))
    assert headers["content-type"] == downloads.DOCX
    assert (f"{sort}-1.docx" in headers["content-disposition"]) is (lang == "nb")


def test_a_disqualified_member_gets_no_paper_of_the_case_and_others_do(
    year: Story, get: Get, caplog: pytest.LogCaptureFixture
) -> None:
    query = "SELECT id FROM attachment WHERE kind = 'application' AND resource = ?"
    (paper,) = year.store.db.execute(query, [year.applications["festival"]]).fetchone()
    member, doubtful, deputy = year.people["board"]
    for actor in (member, deputy, year.who("chair"), year.who("applicant"), year.who("officer"), year.who("treasurer")):
        status, content, headers = get(actor, f"vedlegg/{paper}.fil")
        assert (status, content) == (200, PDF), actor
        assert "filename*=UTF-8''%C3%85rsplan" in headers["content-disposition"]
    status, content, _ = get(doubtful, f"vedlegg/{paper}.fil")
    assert status == 403 and b"inhabil" in content and caplog.messages
    assert get(year.who("administrator"), f"vedlegg/{paper}.fil")[0] == 403
    assert get(None, f"vedlegg/{paper}.fil")[0] == 403


def test_a_second_role_does_not_get_round_a_conflict(year: Story) -> None:
    query = "SELECT id FROM attachment WHERE kind = 'application' AND resource = ?"
    (paper,) = year.store.db.execute(query, [year.applications["festival"]]).fetchone()
    both = Actor(year.people["board"][1].id, frozenset({"board", "treasurer"}))
    with pytest.raises(Faults):
        downloads._application_paper(year.store, both, paper, "nb")


def test_a_payment_file_is_what_the_bank_gets(year: Story, get: Get) -> None:
    status, content, headers = get(year.who("treasurer"), "betalingsfil/1.xml")
    (kept,) = year.store.db.execute("SELECT content FROM payment_batch WHERE id = 1").fetchone()
    assert (status, content) == (200, kept) and headers["content-type"] == "application/xml"
    assert 'filename="UTB-2026-1.xml"' in headers["content-disposition"]


def test_a_paper_is_sent_as_what_it_was_found_to_be(year: Story, get: Get) -> None:
    status, content, headers = get(year.who("officer"), f"bilag/{claim_paper(year)}.fil")
    assert status == 200 and content.startswith(b"%PDF") and headers["content-type"] == "application/pdf"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("Årsregnskap 2026.pdf", "_rsregnskap 2026.pdf", "%C3%85rsregnskap%202026.pdf"),
        ('a"; filename="b.exe.pdf', "a__ filename=_b.exe.pdf".replace("=", "_"), "a%22%3B%20filename%3D%22b.exe.pdf"),
        ("x\r\nSet-Cookie: a=b.pdf", "x__Set-Cookie_ a_b.pdf", "x%0D%0ASet-Cookie%3A%20a%3Db.pdf"),
    ],
)
def test_a_files_name_stays_a_name(name: str, plain: str, whole: str) -> None:
    assert downloads._as_attachment(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"


@pytest.mark.parametrize(
    "path",
    [
        "tilsagnsbrev/999.docx",
        "tilsagnsbrev/1.pdf",
        "kjaerlighetsbrev/1.docx",
        "tilsagnsbrev/99999999999999999999.docx",
        "tilsagnsbrev/-1.docx",
        "tilsagnsbrev/1e3.docx",
        "vedlegg/..%2f..%2fetc%2fpasswd",
        "mangelbrev/1.docx",
        "vedlegg/PAPER.fil",
        "bilag/999.fil",
        "betalingsfil/999.xml",
    ],
)
def test_what_is_not_there_is_not_found(year: Story, get: Get, path: str) -> None:
    path = path.replace("PAPER", str(claim_paper(year)))  # a claim's paper is none of an application's
    for role in ("treasurer", "auditor"):
        assert get(year.who(role), path)[0] == 404


def test_what_is_not_due_says_so(year: Story, get: Get) -> None:
    status, content, _ = get(year.who("officer"), "utbetalingsvarsel/1.docx")
    assert status == 200
    with year.store.write("operator", "test.unpaid", audited=False) as write:
        write.db.execute("UPDATE batch_payment SET outcome = 'failed' WHERE claim = 1")
    try:
        status, content, _ = get(year.who("officer"), "utbetalingsvarsel/1.docx")
        assert status == 409 and b"Banken har ikke meldt" in content
    finally:
        with year.store.write("operator", "test.paid", audited=False) as write:
            write.db.execute("UPDATE batch_payment SET outcome = 'paid' WHERE claim = 1")


def test_a_refusal_is_logged_without_anyones_name(year: Story, get: Get, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="ringvirk"):
        get(year.who("applicant"), "protokoll/1.docx")
    (line,) = [one.getMessage() for one in caplog.records if one.name == "ringvirk"]
    assert line == f"{year.who('applicant').id} was refused /last-ned/protokoll/1"
