"""The fund's annual report as a Word document, in bokmål or English: the year in one sentence first, the method last.

Figures and sentences are those of the page on the years (:mod:`app.over_years`); nothing is added up here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.over_years.chart import awarded_by_year
from app.over_years.rows import (
    Rows,
    accounts_rows,
    awards_rows,
    kinds_rows,
    knows_beds,
    months_rows,
    partners_rows,
    places_rows,
    years_rows,
)
from app.over_years.sentences import how, impact_words, lead, per_krone
from app.word import WordDocument
from data.clock import day, today
from data.numbers import number
from data.permission import Actor
from data.phrases import Lang, say
from data.store import Store
from fund.verify import verify
from fund.years.over_years import OverYears, over_years
from impact.lessons import Lesson, about_name, list_lessons
from impact.record.calibration import Calibration
from impact.record.record import read_record
from impact.reference import Reference
from impact.register import Search, list_events

PICTURE_WIDTH = 640
LONGEST, SHORTEST, EDGES = 24, 9, 2
"""Signs of the widest column, of the narrowest one, and what its edges take."""


@dataclass(frozen=True)
class Checked:
    """What the verifier says of the ledger: how many findings, of postings up to which, and that one's hash."""

    findings: int
    postings: int
    head: str


def annual_report(store: Store, actor: Actor, year: int, reference: Reference, lang: Lang) -> bytes:
    """The report of a year. Needs ``years.read``. Raises LookupError for a year in which nothing was booked."""
    found = over_years(store, actor, reference)
    found.of(year)
    checked = Checked(len(verify(store.db, store.folder)), *found.accounts.head)
    held = read_record(store, actor, reference).calibration
    return written_report(found, year, lessons_of(store, actor, year), held, checked, reference, lang)


def lessons_of(store: Store, actor: Actor, year: int) -> list[Lesson]:
    """The lessons from events with any day in the year, by event. Needs ``lesson.read``."""
    span = Search(since=dt.date(year, 1, 1), until=dt.date(year, 12, 31), samples=False)
    held, _ = list_events(store, actor, span, limit=-1, order="first_day_rising")
    order = {one.id: place for place, one in enumerate(held)}
    return sorted(
        (one for one in list_lessons(store, actor) if one.event in order), key=lambda one: (order[one.event], one.id)
    )


def written_report(
    found: OverYears,
    year: int,
    lessons: list[Lesson],
    held: Calibration,
    checked: Checked,
    reference: Reference,
    lang: Lang,
) -> bytes:
    """The document's bytes."""
    title = say("annual_report.title", lang, year=str(year))
    word = WordDocument(lang, title, say("annual_report.subject", lang))
    word.title(title)
    word.paragraph(say("annual_report.made", lang, day=day(today(), lang)))
    word.lead(lead(found, year, lang))
    for one in impact_words(found, year, lang):
        word.paragraph(one)
    _section(word, "accounts", accounts_rows(found, year, lang))
    _section(word, "years", years_rows(found, lang), say("years.note.modelled", lang))
    drawn = awarded_by_year(found, lang, "light")
    word.picture(drawn.png(PICTURE_WIDTH), drawn.alt, f"{drawn.title}. {drawn.note}")
    _section(word, "awards", awards_rows(found, year, lang), say("annual_report.awards_about", lang))
    _section(word, "places", places_rows(found, year, reference, lang), say("years.note.place", lang))
    _section(word, "kinds", kinds_rows(found, year, lang))
    _months(word, found, year)
    _section(word, "partners", partners_rows(found, year, lang), say("years.note.partner", lang))
    word.heading(say("years_page.section.krone", lang))
    for one in per_krone(found, year, lang):
        word.paragraph(one)
    _lessons(word, lessons)
    _forecasts(word, held)
    _method(word, checked)
    return word.content()


def _section(word: WordDocument, name: str, shown: Rows, *notes: str) -> None:
    """A heading, a table and what is said of it."""
    word.heading(say(f"annual_report.section.{name}", word.lang))
    if not shown.rows:
        word.paragraph(say("years.nothing_awarded", word.lang))
        return
    heads = [one.heading if one.number or place == 0 else f" {one.heading}" for place, one in enumerate(shown.columns)]
    word.paragraph(shown.caption, "Picture")  # the style that stays with what follows
    word.table(heads, shown.rows, [_width(head, column) for head, *column in zip(heads, *shown.rows, strict=True)])
    for place, note in enumerate(notes):
        word.paragraph(note, "After Table" if place == 0 else "Normal")


def _width(head: str, column: Sequence[str]) -> int:
    """A column's part of the text's width: the signs of its longest cell, and never less than its head's longest word.

    A longer cell than :data:`LONGEST` goes on in a line below.
    """
    return max(SHORTEST, *(len(one) for one in head.split()), *(min(LONGEST, len(cell)) for cell in column)) + EDGES


def _months(word: WordDocument, found: OverYears, year: int) -> None:
    if not (period := found.of(year)).months:
        return
    notes = [say("years.beds.about", word.lang)]
    if not knows_beds(period):
        notes.append(say("years.beds.empty", word.lang))
    _section(word, "months", months_rows(found, year, word.lang), *notes)


def _lessons(word: WordDocument, lessons: list[Lesson]) -> None:
    word.heading(say("annual_report.section.lessons", word.lang))
    if not lessons:
        word.paragraph(say("annual_report.no_lessons", word.lang))
    for one in lessons:
        name = say("annual_report.lesson", word.lang, event=one.name(word.lang), about=about_name(one.about, word.lang))
        word.point(name, one.text)


def _forecasts(word: WordDocument, held: Calibration) -> None:
    """How forecasts have held so far, of every event whose outcome is known."""
    word.heading(say("annual_report.section.forecasts", word.lang))
    figures = {"events": held.events, "within": held.within, "below": held.below, "above": held.above}
    word.paragraph(say(f"annual_report.forecasts.{'some' if held.events else 'none'}", word.lang, **figures))
    if held.events:
        ends = {name: number(100 * end, word.lang) for name, end in (("low", held.low), ("high", held.high))}
        word.paragraph(say("annual_report.forecasts.share", word.lang, **ends))


def _method(word: WordDocument, checked: Checked) -> None:
    """What the verifier says, and how the figures are made."""
    lang = word.lang
    word.heading(say("annual_report.section.checked", lang))
    figures = {"findings": checked.findings, "postings": checked.postings, "head": checked.head or "–"}
    word.paragraph(say(f"annual_report.checked.{'amiss' if checked.findings else 'whole'}", lang, **figures))
    word.heading(say("annual_report.section.method", lang))
    for one in how(lang):
        word.paragraph(one)
