"""What tests share: the reference data, a small valid event, and the command line as a process of its own."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from applied import club, open_for_all, typed
from hypothesis import settings

from data.phrases import LANGUAGES, say
from data.store import Store, open_store
from impact.cli import main
from impact.reference import Reference, reference_in

ROOT = Path(__file__).parent.parent

# A data folder of the person who runs the tests must not change what they find; a test that wants one sets it.
os.environ.pop("RINGVIRK_DATA", None)

settings.register_profile("ringvirk", deadline=None, derandomize=True)
settings.load_profile("ringvirk")


@dataclass(frozen=True)
class Run:
    """What a command gave: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    def faults(self) -> list[str]:
        """The lines of a refusal, the closing count left out; fails unless it is one: exit code 2, nothing written."""
        assert self.code == 2, self
        assert self.out == ""
        assert "Traceback" not in self.err
        *lines, last = self.err.splitlines()
        assert last in [say("cli.faults", lang, count=len(lines)) for lang in LANGUAGES], self.err
        return lines


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The reference data that are shipped."""
    return reference_in()


@pytest.fixture(scope="session")
def with_draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with an open call, a club that acts, and draft 1 with everything typed."""
    folder = tmp_path_factory.mktemp("draft")
    with open_store(folder) as opened:
        assert typed(opened, open_for_all(opened), club(opened)) == 1
    return folder


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store in the test's own folder: empty, or for a test that asks for ``draft`` a copy of :func:`with_draft`."""
    if "draft" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("with_draft"), tmp_path, dirs_exist_ok=True)
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def draft(store: Store) -> int:
    """The number of an application that was typed and not sent."""
    return 1


@pytest.fixture(scope="session")
def run() -> Callable[..., Run]:
    """``python -m impact …`` as a real process; ``environment`` is added to this one's."""

    def start(*arguments: object, environment: dict[str, str] | None = None) -> Run:
        command = [sys.executable, "-m", "impact", *map(str, arguments)]
        around = {**os.environ, **(environment or {})}
        done = subprocess.run(command, capture_output=True, cwd=ROOT, env=around, timeout=120, check=False)
        return Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return start


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """``python -m impact …`` within this process: the same code, faster."""

    def start(*arguments: object) -> Run:
        capsys.readouterr()
        try:
            code = main([*map(str, arguments)])
        except SystemExit as leaving:  # argparse's own refusals
            code = int(str(leaving.code))
        out, err = capsys.readouterr()
        return Run(code, out, err)

    return start


def number(value: float, evidence: str = "counted") -> dict[str, Any]:
    """A point as a file writes it."""
    return {"value": value, "evidence": evidence, "source": "made up"}


def spread(low: float, mode: float, high: float, evidence: str = "surveyed") -> dict[str, Any]:
    """A range as a file writes it."""
    return {"low": low, "mode": mode, "high": high, "evidence": evidence, "source": "made up"}


def toml(raw: dict[str, Any]) -> str:
    """``raw`` as a TOML file: a table or rows for each section, values inline; what is no table comes first."""
    plain = [f"{json.dumps(key)} = {_inline(one)}" for key, one in raw.items() if not _is_section(one)]
    blocks = []
    for key, section in raw.items():
        if _is_section(section):
            rows = section if isinstance(section, list) else [section]
            head = f"[[{json.dumps(key)}]]" if isinstance(section, list) else f"[{json.dumps(key)}]"
            blocks += ["\n".join([head, *(f"{json.dumps(k)} = {_inline(v)}" for k, v in row.items())]) for row in rows]
    return "\n".join([*plain, *blocks, ""])


def _is_section(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
    )


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) > 10**4000:  # too long in decimals for Python, well in hexadecimals
        return hex(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else repr(value)


@pytest.fixture
def event_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes an event, as a structure or as text, to ``event.toml`` (or ``name``) and gives its path."""

    def write(content: dict[str, Any] | str | bytes, name: str = "event.toml") -> Path:
        path = tmp_path / name
        text = toml(content) if isinstance(content, dict) else content
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def event_dict() -> Callable[..., dict[str, Any]]:
    """A factory of a small valid event in the structure of its file; keywords replace or add whole sections.

    It is made to raise no warning of its own: evidence everywhere, residents apart, nights with rooms to spare, an
    account that closes. What is most uncertain is surveyed.
    """

    def make(**sections: Any) -> dict[str, Any]:
        return {
            "event": {
                "id": "small-festival",
                "name_nb": "Liten festival",
                "name_en": "Small festival",
                "kind": "festival",
                "municipality": "5001",
                "first_day": "2024-06-14",
                "last_day": "2024-06-15",
                "price_year": 2024,
            },
            "audience": [
                {
                    "name": "Residents",
                    "role": "spectator",
                    "home": "host",
                    "visits": number(4000),
                    "days_per_person": number(1.5),
                    "spend": {"food_service": number(200)},
                },
                {
                    "name": "Visitors",
                    "role": "spectator",
                    "home": "norway",
                    "persons": spread(200, 1000, 1800),
                    "days_per_person": number(2),
                    "nights_per_person": number(2),
                    "commercial_share": number(0.5),
                    "persons_per_room": number(2),
                    "spend": {"accommodation": number(700), "food_service": number(400), "shopping": number(100)},
                },
            ],
            "organiser": {"deficit": number(100_000)},
            "organiser_cost": [
                {"name": "Stage", "amount": number(600_000), "industry": "R77", "local_share": number(0.8)},
            ],
            "organiser_income": [
                {"name": "Sponsors", "amount": number(500_000), "inside_share": number(0.4)},
            ],
            "night": [
                {"date": f"2024-06-{day}", "rooms": number(4000), "baseline_sold": number(2000)} for day in (14, 15)
            ],
            **sections,
        }

    return make
