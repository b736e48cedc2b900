"""The answers to a survey in Excel: codes as they are kept, and a sheet that says what each column and code means."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from data.phrases import Lang, say
from impact.sheet_writing import about_book, packed, put_text
from impact.survey.questions import Question, Questionnaire
from impact.survey.surveys import Survey

_ABOUT = ("name", "question", "code", "meaning", "unit", "indicator")


def answer_workbook(survey: Survey, frame: pd.DataFrame, lang: Lang) -> bytes:
    """``frame`` is that of :func:`impact.survey.answers.answers_of`; numbers and batches of answers are left out."""
    book = Workbook(write_only=True)
    about_book(book, survey.name(lang), say("surveys_page.workbook.about", lang), lang)
    names = ["day", *survey.questionnaire.names]
    sheet = book.create_sheet(say("surveys_page.workbook.answers", lang))
    _append(sheet, names)
    for row in frame[names].astype(object).where(frame[names].notna(), None).itertuples(index=False):
        _append(sheet, row)
    listed = book.create_sheet(say("surveys_page.workbook.questions", lang))
    _append(listed, [say(f"surveys_page.workbook.{one}", lang) for one in _ABOUT])
    for line in _explained(survey.questionnaire, lang):
        _append(listed, line)
    return packed(book)


def _append(sheet: WriteOnlyWorksheet, row: object) -> None:
    """One row, its texts as texts: what a stranger wrote is no formula."""
    cells = []
    for value in row:  # type: ignore[attr-defined]
        cell = WriteOnlyCell(sheet, None if isinstance(value, str) else value)
        if isinstance(value, str):
            put_text(cell, value)
        cells.append(cell)
    sheet.append(cells)


def _explained(asked: Questionnaire, lang: Lang) -> Iterator[list[str]]:
    """A line per question, and one per code of those that are chosen from."""
    for one in asked.questions:
        codes = list(one.codes) or [""]
        for number, code in enumerate(codes):
            said = _meaning(one, code, lang)
            first = [one.name, one.text(lang)] if number == 0 else [one.name, ""]
            yield [*first, code, said, *([one.unit, one.code] if number == 0 else ["", ""])]


def _meaning(question: Question, code: str, lang: Lang) -> str:
    if question.kind != "scale":
        return question.option(code, lang)
    ends = {question.codes[0]: question.ends[0], question.codes[-1]: question.ends[1]}
    return ends[code].text(lang) if code in ends else ""
