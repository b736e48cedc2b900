"""What an operator relies on: the check's words about timers, letters, rights and backups, and the files to copy."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from serving import Served

from app.pages.method import DOCS
from data.__main__ import main
from data.backup import make_backup
from data.check import check
from data.limits import limit, span
from data.permission import OPERATOR
from data.phrases import LANGUAGES
from data.running import note_due, state
from data.store import Store, open_store
from fund.due import due

NOW = dt.datetime.now(dt.UTC)
DEPLOY = ROOT / "docs" / "deploy"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data") as opened:
        yield opened


def said(store: Store) -> dict[str, str]:
    """Each finding's code and level."""
    found = check(store.folder)
    return {(one.fault.code.removeprefix("store.") if one.fault else one.code): one.level for one in found}


def test_the_timer_is_asked_about(store: Store) -> None:
    assert said(store)["due_never"] == "note"
    due(store, OPERATOR)
    assert said(store)["due"] == "well"
    note_due(store, dt.datetime.now(dt.UTC) - span("due_silent") - dt.timedelta(minutes=5))
    assert said(store)["due_old"] == "trouble"
    assert state(store.db, store.folder).due_age == pytest.approx(limit("due_silent") * 60 + 300, abs=60)


def test_calls_and_letters_that_were_left_are_told_of(store: Store) -> None:
    store.db.execute("PRAGMA query_only = OFF")
    for opens, closes, kept in (("2020-01-01", "2020-02-01", "open"), ("2020-01-01", "2099-01-01", "planned")):
        store.db.execute(
            "INSERT INTO call (scheme, title_nb, title_en, year, opens, closes, state, moved_at, version)"
            " VALUES ('x', 'x', 'x', 2020, ?, ?, ?, '2020-01-01', 1)",
            [opens, closes, kept],
        )
    for number, kept in enumerate(("waiting", "failed", "sent")):
        store.db.execute(
            "INSERT INTO outbox (recipient, message, figures, dedupe, at, state, tries, version)"
            " VALUES ('account:1', 'x', '{}', ?, '2020-01-01', ?, 0, 1)",
            [str(number), kept],
        )
    found = said(store)
    assert found["calls_late"] == "trouble" and found["letters_given_up"] == "note"
    now = state(store.db, store.folder)
    assert (now.late_calls, now.waiting, now.given_up) == (2, 1, 1)


def test_a_folder_that_others_can_read_is_trouble(store: Store) -> None:
    assert said(store)["rights"] == "well"
    store.folder.chmod(0o755)
    assert said(store)["others_read"] == "trouble"


def test_backups_that_anyone_can_read_are_told_of(store: Store) -> None:
    make_backup(store.folder)
    assert said(store)["backup_open"] == "note"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_to_be_done_stands_last(store: Store, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    store.folder.chmod(0o755)
    note_due(store, NOW - dt.timedelta(days=1))
    assert main(["check", "--data", str(store.folder), "--lang", lang]) == 1
    lines = capsys.readouterr().out.splitlines()
    kinds = [line.partition(":")[0] for line in lines[:-1]]
    trouble = {"nb": "FEIL", "en": "TROUBLE"}[lang]
    assert kinds[-2:] == [trouble] * 2 and trouble not in kinds[:-2] and lines[-1].endswith("2.")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in DEPLOY.glob("ringvirk*.*"):
        text = path.read_text(encoding="utf-8").replace("/opt/ringvirk/.venv/bin/python", "/bin/true")
        name = path.name.replace("@", "@8501")
        (tmp_path / name).write_text(text, encoding="utf-8")
    units = sorted(str(path) for path in tmp_path.iterdir() if path.suffix in (".service", ".timer"))
    assert len(units) == 7
    told = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60)
    assert not re.search(r"ringvirk\S*:\d+:|Unknown|Failed to parse", told.stderr), told.stderr
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(tmp_path / "ringvirk@8501.service")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert rated.returncode == 0, rated.stdout[-500:]


@pytest.mark.slow
def test_the_container_file_copies_what_the_program_needs(tmp_path: Path) -> None:
    """Nothing builds it here: its own COPY lines are done in a fresh folder, and the program starts from that."""
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            for source in sources:
                to = tmp_path / "image" / target
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    to.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / source, to)
    read = {path.name for path in DOCS.glob("method*.md")}
    assert read == {path.name for path in (tmp_path / "image" / "docs").iterdir()}
    with Served(tmp_path / "data", home=tmp_path / "image") as served:
        assert "Traceback" not in served.told()
        assert served.stop() in (0, -signal.SIGTERM)
