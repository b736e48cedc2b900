"""The three plans as an Excel workbook: what each case gets and why, sums as formulas, and the caveats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from data.phrases import Lang, say
from data.xlsx import cell_name
from fund.plans.plan_words import Named, caveats
from fund.plans.portfolio import Amounts, Case
from fund.plans.three_plans import PLANS, PlanName
from fund.rulebook.schemes import word
from impact.reference import reference_in
from impact.sheet_writing import about_book, packed, print_landscape, put_text, write_head

ABOUT = ("number", "case", "organiser", "municipality", "form", "points", "p10", "p50", "p90", "asked_nok", "least_nok")
SUMMED = 2
"""The columns of ``ABOUT``, from the end, that are summed; the plans' own are too."""
KRONER, POINTS, WHOLE = "#,##0.00", "0.00", "#,##0"
WIDTHS = {"case": 40.0, "organiser": 30.0}
WIDTH, REASON = 15.0, 60.0


@dataclass(frozen=True)
class PlansSheet:
    """One sheet: cases, the frame and what each plan gives in øre, and per case why, a sentence a plan."""

    name: str
    cases: Sequence[Case]
    frame: int
    amounts: Mapping[PlanName, Amounts]
    reasons: Mapping[str, Sequence[str]]


def plans_workbook(
    title: str, sheets: Sequence[PlansSheet], called: Named, organisers: Mapping[str, str], lang: Lang
) -> bytes:
    """The workbook as bytes: the sheets, and one that says what the figures are and are not."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    results = {one.name: _sheet(book, one, called, organisers, lang) for one in sheets}
    about = book.create_sheet(say("portfolio_page.sheet.about", lang))
    lines = [title, *caveats("value", lang), say("portfolio_page.no_aid", lang)]
    for row, text in enumerate(lines, 1):
        put_text(about.cell(row, 1), text)
    about.column_dimensions["A"].width = 110
    about_book(book, title, say("portfolio.caveat.decision", lang), lang)
    return packed(book, results)


def _sheet(
    book: Workbook, one: PlansSheet, called: Named, organisers: Mapping[str, str], lang: Lang
) -> dict[str, float | str]:
    """A sheet of cases with a sum below each column of money; what the sums come to."""
    sheet = book.create_sheet(one.name)
    names = [say(f"portfolio.plan.{plan}.name", lang) for plan in PLANS]
    heads = [say(f"portfolio_page.column.{column}", lang) for column in ABOUT]
    reasons = [say("portfolio_page.column.why_in", lang, plan=name) for name in names]
    widths = [WIDTHS.get(column, WIDTH) for column in ABOUT] + [WIDTH] * len(PLANS) + [REASON] * len(PLANS)
    write_head(sheet, 1, [*heads, *names, *reasons], widths)
    rows = [_row(case, one, called, organisers, lang) for case in one.cases]
    for line, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            _put(sheet.cell(line, place), value)
    results: dict[str, float | str] = {}
    last = len(rows) + 1
    put_text(sheet.cell(last + 1, 1), say("portfolio_page.total", lang))
    first = len(ABOUT) - SUMMED + 1
    for place in range(first, first + SUMMED + len(PLANS)):
        cell = sheet.cell(last + 1, place, f"=SUM({cell_name(2, place)}:{cell_name(last, place)})")
        cell.number_format = KRONER
        results[cell_name(last + 1, place)] = float(sum(row[place - 1] for row in rows))
    put_text(sheet.cell(last + 2, 1), say("portfolio_page.row.frame", lang))
    _put(sheet.cell(last + 2, first + SUMMED), _kroner(one.frame))
    sheet.freeze_panes = "C2"
    print_landscape(sheet)
    return results


def _row(case: Case, one: PlansSheet, called: Named, organisers: Mapping[str, str], lang: Lang) -> list[Any]:
    place = reference_in().municipalities.get(case.municipality, case.municipality)
    band = case.value_added
    figures = [None, None, None] if band is None else [band.p10, band.p50, band.p90]
    points = None if case.score is None else float(case.score)
    about = [case.id, called(case.id), organisers.get(case.organiser, case.organiser), place]
    given = [_kroner(one.amounts[plan].get(case.id, 0)) for plan in PLANS]
    money = [_kroner(case.asked), _kroner(case.least), *given]
    return [*about, word("form", case.form, lang), points, *figures, *money, *one.reasons[case.id]]


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    elif value is not None:
        cell.value = value
        cell.number_format = KRONER if isinstance(value, Decimal) else POINTS if isinstance(value, float) else WHOLE


def _kroner(ore: int) -> Decimal:
    return Decimal(ore) / 100
