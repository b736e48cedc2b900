"""An evaluation in words: the sentence that matters most, the causes, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.entries import Place
from app.evaluating.opened import Opened
from app.form_faults import kind_at
from app.spans import kroner_middle
from data.numbers import number, percent, significant
from data.paths import Path, parts
from data.phrases import Lang, say
from data.typed import Kind
from impact.evaluation.causes import CAUSES, Cause, Split
from impact.evaluation.evaluations import Tree, held_true, value_added
from impact.evaluation.outcome import Field, unmeasured
from impact.ranges import Range
from impact.register import Document
from impact.report import MILLION, kroner
from impact.wording import input_name

FOREMOST = 4
"""Numbers that are named where many aren't measured."""


def sentence(one: Opened, lang: Lang) -> str:
    """What the forecast said, what came of it, and the cause that pulled most."""
    ends = {"forecast": between(one.before, lang), "outcome": between(one.after, lang)}
    state = "locked" if one.evaluation.locked else "running" if one.measured else "begun"
    said = say(f"evaluation_page.sentence.{state}", lang, **ends)
    why = because(one.split, lang) if one.split and one.measured else ""
    return f"{said} {why}".strip()


def between(tree: Tree, lang: Lang) -> str:
    """«67 og 124 millioner kroner»: the ends of value added."""
    total = value_added(tree)
    return kroner(lang, total["p10"], total["p90"])


def because(found: Split, lang: Lang) -> str:
    """«Mest fordi færre kom.»; "" where nothing differs."""
    cause = found.foremost
    if cause is None:
        return ""
    return say("evaluation_page.because", lang, why=direction(cause, found.parts[cause], lang))


def direction(cause: Cause, value: float, lang: Lang) -> str:
    """What a cause did: «færre kom»; that it moved nothing where it is zero."""
    if not value:
        return say("evaluation_page.no_difference", lang)
    return say(f"evaluation.because.{cause}.{'more' if value > 0 else 'less'}", lang)


def held(one: Opened, lang: Lang) -> str:
    """Whether the outcome's middle lies within the forecast's range."""
    within = held_true(one.before, one.after)
    return say(f"evaluation_page.{'within' if within else 'outside'}", lang, middle=_middle(one.after, lang))


def lacking(one: Opened, lang: Lang) -> str:
    """How many numbers are as forecast, and which of them matter most; that all are measured where none is."""
    left = unmeasured(one.fields, one.before)
    if not left:
        return say("evaluation_page.all_measured", lang, count=len(one.fields))
    names = "; ".join(name_of(field, one, lang) for field in left[:FOREMOST])
    counts = {"left": len(left), "count": len(one.fields)}
    return say(f"evaluation_page.{'lacking' if len(left) > 1 else 'lacking_one'}", lang, names=names, **counts)


def cause_name(cause: Cause, lang: Lang) -> str:
    return say(f"evaluation.cause.{cause}", lang)


def cause_lines(found: Split, lang: Lang) -> list[tuple[Cause, str]]:
    """Each cause that moved something and what it did, the largest first."""
    moved = sorted((one for one in CAUSES if found.parts[one]), key=lambda one: -abs(found.parts[one]))
    return [(one, direction(one, found.parts[one], lang)) for one in moved]


def _middle(tree: Tree, lang: Lang) -> str:
    """The outcome's median, in no more digits than its range deserves."""
    return kroner_middle(lang, range_of(tree))


def range_of(tree: Tree) -> Range:
    """Value added of the deciding area."""
    total = value_added(tree)
    return Range(total["p10"], total["p50"], total["p90"])


# -- numbers


def name_of(field: Field, one: Opened, lang: Lang) -> str:
    """What a number is called: «Tilreisende: besøk»."""
    return input_name(field.name, lang, one.after["event"] if field.outcome is not None else one.before["event"])


def number_rows(one: Opened, fields: Iterable[Field], lang: Lang) -> list[tuple[str, str, str, str, str]]:
    """(name, as forecast, as it turned out, evidence, source) of each number."""
    rows = []
    for field in fields:
        known = field.outcome is not None
        kind = kind_of((one.after if known else one.before)["event"], field.path)
        before, after = (number_words(raw, kind, lang) for raw in (field.forecast, field.outcome))
        evidence, source = grounds(field.outcome, lang) if known else ("–", "")
        rows.append((name_of(field, one, lang), before, after, evidence, source))
    return rows


def number_words(raw: Any, kind: Kind, lang: Lang) -> str:
    """A number as documents write it: «1 000 (200–1 800)», «62 %», a part with its whole; "–" where there is none."""
    if raw is None:
        return "–"
    if not isinstance(raw, dict):
        return _figure(raw, kind, lang)
    if "of" in raw:
        return say("evaluation_page.part_of", lang, share=number_words(raw["share"], "share", lang), total=raw["of"])
    if "value" in raw:
        return _figure(raw["value"], kind, lang)
    low, mode, high = (raw[end] for end in ("low", "mode", "high"))
    if low == high:
        return _figure(mode, kind, lang)
    if kind != "share" and abs(high) >= MILLION:
        ends = [significant(end / MILLION, lang, 4) for end in (low, mode, high)]
        return say("evaluation_page.million", lang, figure=_ranged(ends, lang))
    return _ranged([_figure(end, kind, lang) for end in (low, mode, high)], lang)


def _ranged(ends: Sequence[str], lang: Lang) -> str:
    low, mode, high = ends
    return f"{mode} ({say('report.to', lang, low=low, high=high)})"


def grounds(raw: Any, lang: Lang) -> tuple[str, str]:
    """The evidence in words, and the source."""
    known = raw["share"] if isinstance(raw, Mapping) and isinstance(raw.get("share"), Mapping) else raw
    if not isinstance(known, Mapping) or not known.get("evidence"):
        return say("document.no_evidence", lang), ""
    return say(f"workbook.evidence.{known['evidence']}", lang), str(known.get("source") or "")


def kind_of(document: Document, path: Path) -> Kind:
    """How the number at a path by names is written."""
    return kind_at(document, place_of(document, path))


def place_of(document: Any, path: Path) -> Place:
    """A path by names as a place by row numbers."""
    place: list[str | int] = []
    for name in path:
        below = parts(document) or {}
        place.append(list(below).index(name) if isinstance(document, list) and name in below else name)
        document = below.get(name)
    return tuple(place)


def _figure(value: float, kind: Kind, lang: Lang) -> str:
    if kind == "share":
        return percent(value, lang, 0 if abs(value * 100 - round(value * 100)) < 0.05 else 1)
    if abs(value) >= MILLION:
        return say("evaluation_page.million", lang, figure=significant(value / MILLION, lang, 4))
    return number(value, lang) if abs(value) >= 1000 else significant(value, lang, 4)
