"""The report of an estimate as a Word document, in bokmål or English: the answer first, the grounds last.

Figures, tables and sentences are those of :mod:`impact.report` and :mod:`app.charts`; nothing is computed here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from app.beside_words import beside_section
from app.charts import bridge, effects, ranges, tornado
from app.figure import Figure
from app.map_chart import municipality_map
from app.share_charts import industries
from app.word import WordDocument
from data.clock import day
from data.numbers import localised
from data.phrases import Lang, say
from impact.reference import Reference, reference_in
from impact.report import Section, Sections, Tree
from impact.wording import input_name, parameter_name

METHOD = ("people", "displacement", "demand", "effects", "range", "limits")
PICTURE_WIDTH = 640


def report(
    tree: Tree, lang: Lang, *, sha256: str = "", reference: Reference | None = None, area: str | None = None
) -> bytes:
    """The document's bytes. ``sha256`` is the lock's hash, where the estimate is locked; ``area`` stands in front."""
    reference = reference or reference_in()
    parts = Sections(tree, lang, reference, area)
    about = tree["event"]["event"]
    word = WordDocument(lang, parts.title, say("document.subject", lang))
    word.title(parts.title)
    first, last, place = about["first_day"], about["last_day"], reference.municipalities[about["municipality"]]
    word.paragraph(say("document.about", lang, place=place, first=_day(first, lang), last=_day(last, lang)))
    word.lead(parts.sentence)
    word.paragraph(parts.modelled)
    word.paragraph(parts.organiser or "")
    _section(word, parts.ranges(), [ranges(tree, lang, "light"), effects(tree, lang, "light")])
    _section(word, parts.bridge(), [bridge(tree, lang, "light", parts.area)])
    places = parts.places()
    if places is not None:
        _section(word, places, [municipality_map(tree, reference, lang, "light")])
    _section(word, parts.industries(), [industries(tree, reference, lang, "light", parts.area)])
    decides = parts.tornado()
    if decides is not None:
        _section(word, decides, [tornado(tree, lang, "light")])
    heading, found = parts.warnings()
    if found:
        word.heading(heading)
        for sentence, advice in found:
            word.point(sentence, advice)
    beside = beside_section(tree, lang)
    if beside is not None:
        _section(word, beside, [])
    word.heading(say("document.method.heading", lang))
    for step in METHOD:
        word.paragraph(say(f"document.method.{step}", lang))
    _sources(word, parts, tree, lang, sha256)
    return word.content()


def _day(iso: str, lang: Lang) -> str:
    return day(dt.date.fromisoformat(iso), lang)


def _section(word: WordDocument, section: Section, figures: list[Figure | None]) -> None:
    """A heading, its charts, its table and what is said of it."""
    word.heading(section.heading)
    for figure in figures:
        if figure is not None:
            word.picture(figure.png(PICTURE_WIDTH), figure.alt, f"{figure.title}. {figure.note}")
    if section.rows:
        widths = [2.1, *[1.8] * (len(section.headings) - 1)]
        first = section.headings[0] or say("document.column.name", word.lang)
        word.table([first, *section.headings[1:]], section.rows, widths)
    for note in section.notes:
        word.paragraph(note, "After Table" if note is section.notes[0] and section.rows else "Normal")


def _sources(word: WordDocument, parts: Sections, tree: Tree, lang: Lang, sha256: str) -> None:
    """Every input, parameter and table with its evidence and source, and what made the estimate."""
    own = parts.sources()
    word.heading(own.heading)
    for note in own.notes:
        word.paragraph(note)
    if sha256:
        word.paragraph(say("document.locked", lang, sha=sha256))
    heads = [say(f"document.column.{one}", lang) for one in ("name", "value", "evidence", "source")]
    heads = [heads[0], heads[1], f" {heads[2]}", f" {heads[3]}"]  # the last two are words
    for key, rows in (("inputs", list(inputs(tree, lang))), ("parameters", list(parameters(tree, lang)))):
        word.heading(say(f"document.{key}", lang), 2)
        word.table(heads, rows, [2.4, 1.5, 1.1, 3.6])
    word.heading(say("document.tables", lang), 2)
    year = f" {say('document.column.year', lang)}"
    word.table([heads[0], year, heads[3]], list(tables(tree, lang)), [2.0, 0.8, 4.0])


def inputs(tree: Tree, lang: Lang) -> Iterator[tuple[str, str, str, str]]:
    """(name, value, evidence, source) of every number that was given; a named number once, wherever it is used."""
    event = tree["event"]
    for path, entry in _given(event, ()):
        words = input_name("/".join(path), lang, event)
        yield words, _value(entry, lang), _evidence(entry, lang), _source(entry, lang)


def _given(entry: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path, entry) of each number as the event's file writes it."""
    if isinstance(entry, list):
        for row in entry:
            yield from _given(row, (*path, str(row.get("name", row.get("date")))))
    elif isinstance(entry, dict) and ("value" in entry or "mode" in entry) and "evidence" in entry:
        yield path, entry
    elif isinstance(entry, dict):
        for field, below in entry.items():
            yield from _given(below, (*path, field))
    elif isinstance(entry, int | float) and not isinstance(entry, bool) and path[-1] != "price_year":
        yield path, entry


def _value(entry: Any, lang: Lang) -> str:
    if not isinstance(entry, dict):
        return localised(entry, lang)
    if "value" in entry:
        return localised(entry["value"], lang)
    return " – ".join(localised(entry[end], lang) for end in ("low", "mode", "high"))


def _evidence(entry: Any, lang: Lang) -> str:
    """The evidence in words; a plain number says that none was given."""
    return say(f"workbook.evidence.{entry['evidence']}" if isinstance(entry, dict) else "document.no_evidence", lang)


def _source(entry: Any, lang: Lang) -> str:
    return str(entry["source"]) if isinstance(entry, dict) else say("document.no_evidence", lang)


def parameters(tree: Tree, lang: Lang) -> Iterator[tuple[str, str, str, str]]:
    """(name, value with unit, evidence, source) of every parameter."""
    for key, entry in tree["parameters"].items():
        value = say("chart.pair", lang, label=_value(entry, lang), value=entry["unit"])
        yield parameter_name(key, lang), value, _evidence(entry, lang), _source(entry, lang)


_TABLES = {
    "table": "document.table",
    "conversion": "figure.conversion",
    "quotients": "figure.quotients",
    "jobs": "figure.jobs",
    "prices": "figure.prices",
    "places": "figure.commuting",
}


def tables(tree: Tree, lang: Lang) -> Iterator[tuple[str, str, str]]:
    """(name, year, source) of each piece of reference data."""
    for key, phrase in _TABLES.items():
        entry = tree["tables"][key]
        if entry is not None:
            year = next(entry[one] for one in ("year", "last_year", "commuting") if one in entry)
            yield say(phrase, lang), str(year), entry["source"]
