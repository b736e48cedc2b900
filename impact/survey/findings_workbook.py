"""A survey's findings as an Excel workbook: figures by audience, spending by category, and the rules."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.clock import days
from data.phrases import Lang, say
from impact.sheet_writing import about_book, packed, write_list
from impact.survey.entries import audience_name
from impact.survey.estimators import Estimate
from impact.survey.kept import Surveyed

Cell = str | float | None
_WIDE = {"audience": 34.0, "figure": 46.0, "rule": 80.0}
_FIGURES = ("n", "estimate", "low", "high", "note")


def findings_workbook(surveyed: Surveyed, lang: Lang) -> bytes:
    """Each sheet has one row a figure, with n and the 95 % interval; figures of too few answers are left out."""
    found, book = surveyed.findings, Workbook()
    _sheet(book.worksheets[0], "audiences", ("audience", "figure", *_FIGURES), list(_audiences(surveyed, lang)), lang)
    spending = [
        [say(f"findings.category.{name}", lang), *_cells(surveyed, one, lang)] for name, one in found.spending.items()
    ]
    spending.append([say("findings.column.per_day", lang), *_cells(surveyed, found.per_day, lang)])
    _sheet(book.create_sheet(), "spending", ("category", *_FIGURES), spending, lang)
    _sheet(book.create_sheet(), "rules", ("rule", "spending", "note"), _rules(surveyed, lang), lang)
    name = surveyed.event.name(lang)
    about = say("findings.book_about", lang, days=days(surveyed.opens, surveyed.closes, lang), n=found.n)
    about_book(book, say("findings.book", lang, event=name), about, lang)
    return packed(book)


def limits(surveyed: Surveyed) -> dict[str, str]:
    """The limits of the rules as the sentences on them have them, plainly written."""
    rules = surveyed.findings.rules
    return {"percentile": f"{100 * rules.percentile:g}", "above": f"{rules.above:g}", "limit": f"{1 / rules.limit:g}"}


def _audiences(surveyed: Surveyed, lang: Lang) -> Iterator[Sequence[Cell]]:
    for one in surveyed.findings.audiences:
        name = audience_name(one.role, one.home, lang)
        figures = {"visit_share": one.visits, **one.figures, "per_day": one.per_day}
        for figure, found in figures.items():
            yield [name, say(f"findings.column.{figure}", lang), *_cells(surveyed, found, lang)]
        for category, found in one.spend.items():
            per = "night" if category == "accommodation" else "day"
            label = say(f"findings.spent_per_{per}", lang, category=say(f"findings.category.{category}", lang))
            yield [name, label, *_cells(surveyed, found, lang)]


def _cells(surveyed: Surveyed, one: Estimate, lang: Lang) -> list[Cell]:
    found = surveyed.findings
    if not found.shown(one.n):
        return [float(one.n), None, None, None, say("findings.hidden", lang)]
    note = say("findings.few", lang) if found.faint(one.n) else None
    return [float(one.n), *(None if math.isnan(end) else end for end in (one.value, one.low, one.high)), note]


def _rules(surveyed: Surveyed, lang: Lang) -> list[Sequence[Cell]]:
    found = surveyed.findings
    if not found.shown(found.per_day.n):
        return []
    return [
        [
            say(f"findings.rule.{one.kind}.{one.name}", lang, **limits(surveyed)),
            one.value,
            say("findings.chosen", lang) if one.chosen else None,
        ]
        for one in found.effects
    ]


def _sheet(sheet: Worksheet, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: Lang) -> None:
    heads = [(say(f"findings.column.{column}", lang), _WIDE.get(column, 18.0)) for column in columns]
    title = say(f"findings.sheet.{name}", lang)
    write_list(
        sheet,
        title,
        heads,
        rows,
        lambda place, value: "#,##0" if abs(value) >= 100 or columns[place] == "n" else "0.00",
    )
