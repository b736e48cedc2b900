"""The house: what may import what, how long things may be, and what no file may hold."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

ALLOWED = {
    "data": {"data"},
    "impact": {"data", "impact"},
    "fund": {"data", "impact", "fund"},
    "app": {"data", "impact", "fund", "app"},
}
"""Imports run one way: app → impact, fund → data; fund reads impact, and impact knows nothing of fund."""
FORBIDDEN = {
    "data": {"streamlit", "starlette"},
    "impact": {"streamlit", "starlette", "sqlite3", "pysqlite3", "sqlite_utils", "apsw", "sqlalchemy"},
    "fund": {"streamlit", "starlette"},
    "app": set(),
}
MODULE_LINES = 450
FUNCTION_LINES = 60
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}

PACKAGES = [name for name in ALLOWED if (ROOT / name).is_dir()]
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
DOMAIN = [path for path in MODULES if path.relative_to(ROOT).parts[0] in ("data", "impact")]


def called(path: Path) -> str:
    return str(path.relative_to(ROOT))


def modules(paths: list[Path]) -> list[object]:
    """The modules as parameters, under their own names."""
    return [pytest.param(path, id=called(path)) for path in paths]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """The names of the packages that a module imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            own = path.relative_to(ROOT).parts[0]
            found.add(own if node.level else str(node.module).partition(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "__import__"):
            found |= {str(one.value).partition(".")[0] for one in node.args if isinstance(one, ast.Constant)}
    return found


@pytest.mark.parametrize("path", modules(MODULES))
def test_imports_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    found = imports(path)
    assert found & set(ALLOWED) <= ALLOWED[package]
    assert not found & FORBIDDEN[package]


def test_there_is_something_to_look_at() -> None:
    assert {"data", "impact"} <= set(PACKAGES)
    assert len(DOMAIN) > 25
    assert "data" in imports(ROOT / "impact" / "cli.py")
    assert "impact" in imports(ROOT / "impact" / "cli.py")


@pytest.mark.parametrize("path", modules(MODULES))
def test_names_say_what_is_inside(path: Path) -> None:
    assert not NO_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", modules(DOMAIN))
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", modules(DOMAIN))
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }
    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", modules(DOMAIN))
def test_what_is_public_says_what_it_is(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree)
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_tests_that_the_docs_name_are_there() -> None:
    named = {
        (file, test)
        for path in (ROOT / "docs").glob("*.md")
        for file, test in re.findall(r"(test_\w+\.py)::(test_\w+)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    there = {(path.name, one) for path in (ROOT / "tests").rglob("test_*.py") for one in functions_of(path)}
    assert named - there == set()


def functions_of(path: Path) -> set[str]:
    return {node.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)}


@cache
def kept_files() -> tuple[Path, ...]:
    """The files that git keeps or would keep."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git repository")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True)
    found = (ROOT / name for name in done.stdout.decode().split("\0") if name)
    return tuple(path for path in found if path.is_file())


# Put together here, so that this file doesn't hold them.
STRANGERS = {
    "a path outside the repository": ("..", "/shared"),
    "a path of one machine": ("/wo", "rk/"),
    "another path of one machine": ("/ho", "me/"),
    "a tool of the makers": ("sub", "agent"),
    "a package index": ("pypi", ".org"),
    "its file host": ("python", "hosted"),
    "another package index": ("npmjs", ".com"),
    "a mirror's address": ("index", "-url"),
}


@pytest.mark.parametrize("what", STRANGERS)
def test_no_file_holds(what: str) -> None:
    text = "".join(STRANGERS[what]).encode()
    assert [called(path) for path in kept_files() if text in path.read_bytes()] == []


def test_only_what_belongs_stands_at_the_top() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in kept_files()}
    known = {"app", "impact", "fund", "data", "tests", "docs", "benchmarks", ".ci", ".streamlit", ".gitignore"}
    known |= {"README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.txt"}
    assert top <= known | {"streamlit_app.py", "requirements.lock", ".gitattributes", ".dockerignore", "Dockerfile"}
