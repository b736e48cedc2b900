"""A call's ranking as an Excel workbook: the cases with their bands, and every score with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from data.phrases import Lang, say
from fund.review.ranking import Ranked
from fund.review.score_lines import ScoreLine
from impact.sheet_writing import about_book, packed, print_landscape, put_text, write_head

CASES = ("place", "number", "case", "score", "lowest", "highest", "scorers", "band", "alike")
SCORES = ("number", "case", "scorer", "criterion", "weight", "points", "reason")
WIDTHS = {"case": 40.0, "alike": 40.0, "criterion": 34.0, "reason": 70.0, "scorer": 26.0}
WIDTH, POINTS = 14.0, "0.00"


def ranking_workbook(
    title: str, cases: Sequence[Ranked], lines: Sequence[ScoreLine], called: Callable[[str], str], lang: Lang
) -> bytes:
    """The workbook as bytes. ``cases`` and ``lines`` are what the reader sees; ``called`` names an account."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    numbers = {one.application: one.number for one in cases}
    _sheet(book, "cases", CASES, [_case(one, numbers) for one in cases], lang)
    _sheet(book, "scores", SCORES, [_line(one, called, lang) for one in lines], lang)
    about = book.create_sheet(say("ranking_page.sheet.about", lang))
    for row, text in enumerate((title, say("ranking_page.told_apart", lang), say("ranking_page.excel_about", lang)), 1):
        put_text(about.cell(row, 1), text)
    about.column_dimensions["A"].width = 110
    about_book(book, title, say("ranking_page.told_apart", lang), lang)
    return packed(book)


def _case(one: Ranked, numbers: dict[int, str]) -> list[Any]:
    alike = ", ".join(numbers[each] for each in one.alike if each in numbers)
    figures = [None if each is None else float(each) for each in (one.score, one.lowest, one.highest)]
    return [one.place, one.number, one.title, *figures, one.scorers, one.band, alike]


def _line(one: ScoreLine, called: Callable[[str], str], lang: Lang) -> list[Any]:
    points = say("ranking_page.not_applicable", lang) if one.points is None else one.points
    scorer, criterion = called(one.account), one.criterion_name(lang)
    return [one.number, one.title, scorer, criterion, one.weight / 100, points, one.reason]


def _sheet(book: Workbook, name: str, columns: Sequence[str], rows: Sequence[list[Any]], lang: Lang) -> None:
    sheet = book.create_sheet(say(f"ranking_page.sheet.{name}", lang))
    texts = [say(f"ranking_page.column.{column}", lang) for column in columns]
    write_head(sheet, 1, texts, [WIDTHS.get(column, WIDTH) for column in columns])
    for line, row in enumerate(rows, 2):
        for place, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            cell = sheet.cell(line, place)
            if isinstance(value, str):
                put_text(cell, value)
            elif value is not None:
                cell.value = value
                cell.number_format = "0%" if column == "weight" else POINTS if isinstance(value, float) else "0"
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = sheet.dimensions
    print_landscape(sheet)
