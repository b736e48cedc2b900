"""Published figures on events that have been: outcomes to hold an estimate against, never to estimate from.

One file an event in ``data/samples/published``. Each figure has a unit, a year, a source and a grade: O official or
organiser, P press, S secondary, D derived here. Figures that contradict each other all stand, with a note; what was
looked for and not found stands as unknown. Invariant of what is read: every D figure is what its formula gives.
"""

from __future__ import annotations

import ast
import math
import operator
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from data.faults import Fault, Faults
from data.numbers import HARD_SPACE, localised
from data.phrases import LANGUAGES, Lang, has, say
from data.value import EVIDENCE, Evidence

PUBLISHED = Path(__file__).parents[1] / "data" / "samples" / "published"
Grade = Literal["O", "P", "S", "D"]
GRADES: tuple[Grade, ...] = get_args(Grade)
QUALIFIERS = ("about", "above", "almost")
COLUMNS = ("name", "value", "year", "grade", "source", "note")
DERIVED_TOLERANCE = 1e-4

_ABOUT: dict[str, type] = {
    "id": str,
    "name_nb": str,
    "name_en": str,
    "year": int,
    "place": str,
    "note_nb": str,
    "note_en": str,
}
_FIGURE: dict[str, type] = {"key": str, "name_nb": str, "name_en": str, "year": int, "grade": str, "evidence": str}
_FIGURE_OPTIONAL: dict[str, type] = {
    "value": float,
    "unit": str,
    "qualifier": str,
    "text_nb": str,
    "text_en": str,
    "formula": str,
    "source": str,
    "note_nb": str,
    "note_en": str,
}
_UNKNOWN: dict[str, type] = {"name_nb": str, "name_en": str}
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Figure:
    """One published figure: a number with its unit, or words where no number was given.

    ``value`` is None where ``text_nb`` and ``text_en`` hold the words; ``qualifier`` is "about", "above" or "almost".
    ``source`` is one address or several; a figure of grade D has a ``formula`` over other figures' keys instead.
    """

    key: str
    name_nb: str
    name_en: str
    year: int
    grade: Grade
    evidence: Evidence
    value: float | None = None
    unit: str = ""
    qualifier: str = ""
    text_nb: str = ""
    text_en: str = ""
    formula: str = ""
    source: str = ""
    note_nb: str = ""
    note_en: str = ""

    def shown(self, lang: Lang) -> str:
        """The figure as a table shows it: ``om lag 4 600 rom``."""
        if self.value is None:
            return self.text_nb if lang == "nb" else self.text_en
        words = say(f"published.unit.{self.unit}", lang)
        gap = "" if words == "%" and lang == "en" else HARD_SPACE
        before = say(f"published.qualifier.{self.qualifier}", lang) + " " if self.qualifier else ""
        return f"{before}{localised(self.value, lang)}{gap}{words}"


@dataclass(frozen=True)
class Unknown:
    """What was looked for and not found: the gap stays visible and is never filled with a guess."""

    name_nb: str
    name_en: str


@dataclass(frozen=True)
class Published:
    """What has been published on one event, and what has not."""

    id: str
    name_nb: str
    name_en: str
    year: int
    place: str
    note_nb: str
    note_en: str
    figures: tuple[Figure, ...]
    unknowns: tuple[Unknown, ...]

    def figure(self, key: str) -> Figure:
        """The figure with this key; KeyError where there is none."""
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(key)

    def name(self, lang: Lang) -> str:
        return self.name_nb if lang == "nb" else self.name_en


def published_ids() -> tuple[str, ...]:
    """Ids of the events that published figures are kept for, in alphabetical order."""
    return tuple(sorted(path.stem for path in PUBLISHED.glob("*.toml")))


def published_path(event_id: str) -> Path:
    """Where the published figures of an event lie.

    Raises :class:`Faults` where there are none.
    """
    known = published_ids()
    if event_id not in known:
        raise Faults([Fault("", "", event_id, "published.unknown_id", {"known": ", ".join(known)})])
    return PUBLISHED / f"{event_id}.toml"


def read_published(path: Path | str) -> Published:
    """The published figures in a file, read once for as long as it stays as it is.

    Raises :class:`Faults` with every fault found, by file and key.
    """
    path = Path(path)
    held = path.stat() if path.exists() else None
    return _read(path, held and (held.st_mtime_ns, held.st_size))


@lru_cache(maxsize=32)
def _read(path: Path, stamp: object) -> Published:
    faults: list[Fault] = []
    raw = _load(path)
    for section in sorted(set(raw) - {"event", "figure", "unknown"}):
        faults.append(Fault(path.name, section, "", "published.unknown_field", {"known": "event, figure, unknown"}))
    about = _fields(raw.get("event", {}), _ABOUT, {}, path.name, "event", faults)
    figures = [
        _figure(row, place, path.name, faults) for place, row in enumerate(_rows(raw, "figure", path, faults), 1)
    ]
    unknowns = [
        _fields(row, _UNKNOWN, {}, path.name, f"unknown {place}", faults)
        for place, row in enumerate(_rows(raw, "unknown", path, faults), 1)
    ]
    counts = Counter(row.get("key") for row in figures)
    faults += [
        Fault(path.name, str(key), "", "published.key_twice") for key, times in counts.items() if key and times > 1
    ]
    if faults:
        raise Faults(faults)
    read = tuple(Figure(**row) for row in figures)
    if faults := derived_faults(read, path.name):
        raise Faults(faults)
    return Published(**about, figures=read, unknowns=tuple(Unknown(**row) for row in unknowns))


def derived_faults(figures: tuple[Figure, ...], file: str = "") -> list[Fault]:
    """What is wrong with the figures of grade D: a formula that can't be worked out, or that gives another figure."""
    values = {figure.key: figure.value for figure in figures if figure.value is not None}
    faults = []
    for figure in figures:
        if figure.grade != "D" or figure.value is None:
            continue
        others = {key: value for key, value in values.items() if key != figure.key}
        try:
            result = evaluate(figure.formula, others)
        except (ValueError, ZeroDivisionError) as error:
            faults.append(Fault(file, figure.key, figure.formula, "published.formula", {"reason": str(error)}))
            continue
        if not math.isclose(result, figure.value, rel_tol=DERIVED_TOLERANCE):
            faults.append(Fault(file, figure.key, f"{figure.value:g}", "published.derived", {"result": result}))
    return faults


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """What a formula of figures' keys, numbers, + − × ÷ (written ``+ - * /``) and brackets gives.

    Raises ValueError for a formula with anything else in it or a key that isn't there, ZeroDivisionError as usual.
    """

    def work_out(node: ast.expr) -> float:
        match node:
            case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
                return _OPERATORS[type(sign)](work_out(left), work_out(right))
            case ast.UnaryOp(ast.USub(), operand):
                return -work_out(operand)
            case ast.Name(key) if key in values:
                return values[key]
            case ast.Constant(value) if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value)
        raise ValueError(ast.unparse(node))

    try:
        return work_out(ast.parse(formula, mode="eval").body)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(formula) from error


def headings(lang: Lang) -> dict[str, str]:
    """The heading of each column of :func:`published_text`."""
    return {column: say(f"published.heading.{column}", lang) for column in COLUMNS}


def published_text(published: Published, lang: Lang) -> list[dict[str, str]]:
    """Rows for a table, a cell for each of ``COLUMNS``: the figures in the file's order, then what was not found."""
    rows = [
        {
            "name": getattr(figure, f"name_{lang}"),
            "value": figure.shown(lang),
            "year": str(figure.year),
            "grade": say(f"published.grade.{figure.grade}", lang),
            "source": figure.source or say("published.worked_out", lang, formula=figure.formula),
            "note": getattr(figure, f"note_{lang}"),
        }
        for figure in published.figures
    ]
    nothing = dict.fromkeys(COLUMNS, "")
    missing = say("published.not_found", lang)
    return rows + [nothing | {"name": getattr(one, f"name_{lang}"), "value": missing} for one in published.unknowns]


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        fault = Fault(str(path), "", "", "published.file_missing", {"known": ", ".join(published_ids())})
    except UnicodeDecodeError:
        fault = Fault(str(path), "", "", "published.not_utf8")
    except (ValueError, RecursionError) as error:
        fault = Fault(path.name, "", "", "published.broken_toml", {"reason": str(error)})
    raise Faults([fault])


def _rows(raw: dict[str, Any], section: str, path: Path, faults: list[Fault]) -> list[Any]:
    rows = raw.get(section, [])
    if isinstance(rows, list):
        return rows
    faults.append(Fault(path.name, section, "", "published.not_rows", {"section": section}))
    return []


def _fields(
    row: Any, needed: dict[str, type], optional: dict[str, type], file: str, place: str, faults: list[Fault]
) -> dict[str, Any]:
    """The fields of one table, each of its type; a fault for each that is missing, unknown or of another type."""
    if not isinstance(row, dict):
        faults.append(Fault(file, place, str(row), "published.not_rows", {"section": place}))
        return {}
    kinds = needed | optional
    faults += [Fault(file, f"{place}, {key}", "", "published.missing") for key in needed if key not in row]
    known = {"known": ", ".join(kinds)}
    faults += [
        Fault(file, f"{place}, {key}", str(row[key]), "published.unknown_field", known)
        for key in row
        if key not in kinds
    ]
    good: dict[str, Any] = {}
    for key, value in row.items():
        if key not in kinds:
            continue
        if _fits(value, kinds[key]):
            good[key] = float(value) if kinds[key] is float else value
        else:
            faults.append(Fault(file, f"{place}, {key}", str(value), f"published.wrong_kind_{kinds[key].__name__}"))
    return good


def _fits(value: Any, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str) and bool(value.strip())
    if isinstance(value, bool):
        return False
    return isinstance(value, int) if kind is int else isinstance(value, int | float) and math.isfinite(value)


def _figure(row: Any, number: int, file: str, faults: list[Fault]) -> dict[str, Any]:
    place = str(row["key"]) if isinstance(row, dict) and "key" in row else f"figure {number}"
    before = len(faults)
    read = _fields(row, _FIGURE, _FIGURE_OPTIONAL, file, place, faults)
    if len(faults) > before:
        return read

    def fault(field: str, code: str, **figures: Any) -> None:
        faults.append(Fault(file, f"{place}, {field}", str(read.get(field, "")), f"published.{code}", figures))

    if read["grade"] not in GRADES:
        fault("grade", "not_one_of", known=", ".join(GRADES))
    if read["evidence"] not in EVIDENCE:
        fault("evidence", "not_one_of", known=", ".join(EVIDENCE))
    elif (read["grade"] == "D") != (read["evidence"] == "assumed"):
        fault("evidence", "evidence_of_grade")
    texts = [read.get(f"text_{lang}") for lang in LANGUAGES]
    if ("value" in read) == any(texts) or (any(texts) and not all(texts)):
        fault("value", "value_or_text")
    if "value" in read and not ("unit" in read and has(f"published.unit.{read['unit']}")):
        fault("unit", "unit_unknown")
    if read.get("qualifier", "about") not in QUALIFIERS:
        fault("qualifier", "not_one_of", known=", ".join(QUALIFIERS))
    if ("note_nb" in read) != ("note_en" in read):
        fault("note_nb", "both_languages")
    if (read["grade"] == "D") != ("formula" in read):
        fault("formula", "formula_of_grade")
    if read["grade"] != "D" and not read.get("source", "").startswith(("https://", "http://")):
        fault("source", "address")
    return read
