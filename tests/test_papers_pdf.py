"""Every paper opens in LibreOffice and becomes a PDF with its text whole: in both languages, of the invented fund."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from data.phrases import LANGUAGES
from data.store import open_store
from fund.demo_year import play
from fund.papers.fields import papers
from fund.papers.made import make
from fund.papers.shipped import shipped_file

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (Debian: libreoffice-writer-nogui)"),
]


def converted(folder: Path) -> list[Path]:
    """The PDFs of every Word file in a folder."""
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    files = sorted(map(str, folder.glob("*.docx")))
    command = [str(SOFFICE), home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return sorted(folder.glob("*.pdf"))


def test_every_paper_becomes_a_pdf(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        story = play(store)
        officer, treasurer = story.who("officer"), story.who("treasurer")
        decision = {row[0]: row[1] for row in store.db.execute("SELECT application, id FROM decision").fetchall()}
        wanted = {
            "award_letter": (officer, story.awards["cup"]),
            "decision_letter": (officer, decision[story.applications["concert"]]),
            "agenda": (officer, story.meeting),
            "minutes": (officer, story.meeting),
            "payment_advice": (officer, 1),
            "closing_letter": (officer, story.awards["meet"]),
            "partner_statement": (treasurer, story.partners[0]),
        }
        for key, (actor, id) in wanted.items():
            for lang in LANGUAGES:
                content = make(store, actor, key, id, lang).content
                (tmp_path / f"{key}.{lang}.docx").write_bytes(content)
    for lang in LANGUAGES:
        shutil.copy(shipped_file("completion_request", lang), tmp_path)
    found = converted(tmp_path)
    assert [one.stem for one in found] == sorted(f"{key}.{lang}" for key in papers() for lang in LANGUAGES)
    if text_of := shutil.which("pdftotext"):
        run = subprocess.run([text_of, str(tmp_path / "minutes.nb.pdf"), "-"], capture_output=True, check=True)
        text = run.stdout.decode().replace("\xa0", " ")
        assert "Protokoll: Styremøte 1 (eksempel)" in text and re.search(r"1\s*/\s*\d", text), text[-300:]
    assert all(one.read_bytes().startswith(b"%PDF") for one in found)
