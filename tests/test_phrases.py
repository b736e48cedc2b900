"""Every sentence in both languages, every code with its sentence, and no sentence that nobody says."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from data.phrases import LANGUAGES, TEXT, has, say

FILES = sorted(path.stem for path in TEXT.glob("*.toml"))
MODULES = sorted(path for folder in ("data", "impact", "fund", "app") for path in (ROOT / folder).rglob("*.py"))
CODE = re.compile(rf"({'|'.join(FILES)})(\.[a-z0-9_]+)+\Z")
UNUSED: frozenset[str] = frozenset()
"""Phrases that are kept though nothing says them yet; each with the reason why."""


def phrases(entry: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(key, text by language) of every phrase below ``key``."""
    if set(entry) & set(LANGUAGES):
        yield key, {lang: entry[lang] for lang in entry if isinstance(entry[lang], str)}
    for name, below in entry.items():
        if isinstance(below, dict):
            yield from phrases(below, f"{key}.{name}")


ALL = {
    key: text
    for name in FILES
    for key, text in phrases(tomllib.loads((TEXT / f"{name}.toml").read_text(encoding="utf-8")), name)
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", FILES)
def test_every_phrase_is_in_both_languages_with_the_same_figures(name: str) -> None:
    own = {key: text for key, text in ALL.items() if key.partition(".")[0] == name}
    assert own
    for key, text in own.items():
        assert set(text) == set(LANGUAGES), key
        assert all(one.strip() == one and one for one in text.values()), key
        # A word that the program has in both languages goes in as {nb} and {en}, or {what_nb} and {what_en}.
        nb, en = ({re.sub(rf"(\A|_){lang}\Z", "", one) for one in placeholders(text[lang])} for lang in LANGUAGES)
        assert nb == en, key
        assert all(re.fullmatch(r"[a-z_][a-z0-9_]*|", figure) for figure in nb), key


def test_a_fault_has_a_problem_and_what_is_expected() -> None:
    faults = {key.rpartition(".")[0] for key in ALL if key.endswith((".problem", ".expected"))}
    for key in faults:
        for part in ("problem", "expected"):
            assert f"{key}.{part}" in ALL, key
            assert all(text.endswith((".", "?", " : -")) for text in ALL[f"{key}.{part}"].values()), key


def test_a_phrase_is_said_with_its_figures() -> None:
    assert say("event.end_before_start.problem", "nb", first="2024-06-14") == "Siste dag er før første dag, 2024-06-14."
    assert say("event.too_many_rows.problem", "en", value=3000) == "There are 3,000 rows."
    assert "163,6 millioner kroner" in say("warning.not_a_return", "nb", nok_sum=163_600_000)
    assert not has("event.nothing") and not has("nothing.at_all") and not has("event")
    for key, lang, figures in (
        ("event.nothing", "nb", {}),
        ("event.too_many_rows.problem", "nb", {}),
        ("event.empty.problem", "se", {}),
    ):
        with pytest.raises(KeyError):
            say(key, lang, **figures)


# -- what the code says


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


DIRECT = {"Fault": 3, "say": 0}
"""What takes a code itself, and at which place."""


def texts(node: ast.expr | None) -> list[str]:
    """What a code may be: a constant, either side of a choice, an f-string with * for what is put in."""
    match node:
        case ast.Constant(str(text)):
            return [text]
        case ast.IfExp(_, yes, no):
            return texts(yes) + texts(no)
        case ast.JoinedStr(parts):
            found = [""]
            for part in parts:
                inside = texts(part.value) if isinstance(part, ast.FormattedValue) else texts(part)
                found = [start + one for start in found for one in inside or ["*"]]
            return found
    return []


def wrappers(tree: ast.Module) -> dict[str, tuple[int, str]]:
    """Functions that put a prefix before a code they are given: name → (place of the code among arguments, prefix)."""
    found = {}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
        for call in ast.walk(function):
            place = DIRECT.get(called(call)) if isinstance(call, ast.Call) else None
            if place is None or len(call.args) <= place or not isinstance(code := call.args[place], ast.JoinedStr):
                continue
            match code.values:
                case [ast.Constant(str(prefix)), ast.FormattedValue(ast.Name(name))] if name in names:
                    found[function.name] = (names.index(name), prefix)
    return found


def inherited(tree: ast.Module) -> dict[str, tuple[int, str]]:
    """The wrappers of the modules that this one imports from: a reader may be built on another."""
    found: dict[str, tuple[int, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            path = ROOT / f"{str(node.module).replace('.', '/')}.py"
            if path.is_file():
                found |= wrappers(tree_of(path))
    return found


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def said(path: Path) -> Iterator[tuple[int, str, str, set[str] | None]]:
    """(line, code, what says it, figures if they are all written there) of each fault, warning and phrase."""
    tree = tree_of(path)
    known = {**inherited(tree), **{name: (place, "") for name, place in DIRECT.items()}, **wrappers(tree)}
    known |= {"Warning": (0, "warning.")} if path.name in ("warnings.py", "report.py") else {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := called(node)) in known:
            place, prefix = known[name]
            named = [one.value for one in node.keywords if one.arg == "code"]
            given = node.args[place] if len(node.args) > place else (named or [None])[0]
            for text in texts(given):
                yield node.lineno, prefix + text, name, _figures(node, name)


def _figures(node: ast.Call, name: str) -> set[str] | None:
    """Names of the figures that a call gives, or None where they can't be read off."""
    if name in ("Fault", "Warning"):
        given = node.args[4 if name == "Fault" else 1 :]
        if not given:
            return set()
        return {str(key.value) for key in given[0].keys if isinstance(key, ast.Constant)} if _plain(given[0]) else None
    if any(one.arg is None for one in node.keywords):
        return None
    return {str(one.arg) for one in node.keywords}


def _plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys)


def stored(code: str) -> list[str]:
    """The phrases that a code stands for: itself or its problem; several where it has a *."""
    pattern = re.compile(re.escape(code).replace(r"\*", r"[A-Za-z0-9_.]+") + r"(\.problem)?\Z")
    return [key for key in ALL if pattern.match(key)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_code_in_the_source_has_its_phrase(path: Path) -> None:
    for line, code, name, _ in said(path):
        assert code.startswith("*") or stored(code), f"{path.name}:{line}: {name} says {code}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_figure_of_a_phrase_is_given(path: Path) -> None:
    for line, code, name, figures in said(path):
        if figures is None or "*" in code or name not in ("Fault", "Warning", "say"):
            continue
        parts = [key for key in (code, f"{code}.problem", f"{code}.expected", f"{code}.advice") if key in ALL]
        if name == "say":
            parts = [code]
        for part in parts:
            missing = placeholders(ALL[part]["nb"]) - figures - ({"value"} if name == "Fault" else set())
            assert not missing, f"{path.name}:{line}: {part} needs {missing}"


def test_codes_are_found_at_all() -> None:
    """The two tests above look at what the source really has, and not at nothing."""
    codes = {code for path in (ROOT / "impact").glob("*.py") for _, code, _, _ in said(path)}
    codes |= {code for _, code, _, _ in said(ROOT / "data" / "xlsx.py")}
    for wanted in ("event.empty", "table.spectral_radius", "lock.changed", "warning.jobs_assumed", "xlsx.is_encrypted"):
        assert wanted in codes
    assert len(codes) > 150


# -- what nobody says


@cache
def written() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every word and every pattern of words that the source writes, docstrings left out."""
    words: set[str] = set()
    patterns: set[str] = set()
    for path in MODULES:
        try:
            tree = tree_of(path)
        except SyntaxError:  # shown by the tests of that module
            continue
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                words.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else "(.+)" for one in node.values]
                if any(re.search(r"[._a-z]", part) for part in parts if part != "(.+)"):
                    patterns.add("".join(parts))
    for path in (ROOT / "data" / "samples" / "published").glob("*.toml"):  # units and grades stand in the figures
        for figure in tomllib.loads(path.read_text(encoding="utf-8")).get("figure", []):
            words |= {str(figure[name]) for name in ("unit", "grade", "qualifier") if name in figure}
    for kind, flow in tomllib.loads((ROOT / "data" / "workflows.toml").read_text(encoding="utf-8")).items():
        steps = flow["transition"]  # states and actions are named after the table
        words |= {kind, flow["first"]}
        words |= {name for step in steps for name in (step["action"], step["to"], *step["from"])}
    for key, lesson in tomllib.loads((ROOT / "data" / "lesson_checks.toml").read_text(encoding="utf-8")).items():
        words |= {key, lesson["event"], lesson["grade"]}  # what a lesson says is named after it
    privacy = tomllib.loads((ROOT / "data" / "privacy.toml").read_text(encoding="utf-8"))
    words |= set(privacy["table"])  # what is past its time is named after its table
    words |= {kind.__name__ for kind in (str, int, float)}  # a field of the wrong kind is named after the kind
    return frozenset(words), tuple(re.compile(rf"{pattern}\Z") for pattern in sorted(patterns))


@cache
def derivable(text: str) -> bool:
    """Whether the source can make ``text``: it writes it, or puts together what it can make."""
    words, patterns = written()
    if text in words or text.isdecimal():
        return True
    return any(
        (found := pattern.match(text)) and all(len(part) < len(text) and derivable(part) for part in found.groups())
        for pattern in patterns
    )


@pytest.mark.parametrize("name", FILES)
def test_every_phrase_is_said_somewhere(name: str) -> None:
    idle = []
    for key in ALL:
        if key.partition(".")[0] != name or key in UNUSED:
            continue
        bare = re.sub(r"\.(problem|expected|advice|formula|label|unit|hint)\Z", "", key)
        if not any(derivable(one) for one in (key, bare)):
            idle.append(key)
    assert idle == []


# -- sentences belong in data/text

SENTENCE = re.compile(r"[A-Za-zÆØÅæøå]{2,} [a-zæøå]{2,}|[ÆØÅæøå]")


def constants(node: ast.AST) -> Iterator[ast.Constant]:
    """The constants in ``node``, keyword arguments such as styles left out."""
    if isinstance(node, ast.Constant):
        yield node
    for below in ast.iter_child_nodes(node):
        if not isinstance(below, ast.keyword):
            yield from constants(below)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_nothing_that_is_printed_is_written_in_the_source(path: Path) -> None:
    shown = ("print", "add_column", "add_row", "Text", "Padding", "status")
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and called(node) in shown:
            for one in (constant for given in node.args for constant in constants(given)):
                if isinstance(one.value, str):
                    assert not SENTENCE.search(one.value), f"{path.name}:{one.lineno}: {one.value!r}"
