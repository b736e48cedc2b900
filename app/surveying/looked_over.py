"""What a file's answers would be stored as: the first of them, what is wrong, and texts that may tell who answered."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import layout
from app.tables import Cell, Column, download, table
from app.text import plain
from app.visit import Visit
from data.faults import Fault
from data.numbers import localised
from impact.fault_workbook import fault_workbook, sheet_and_cell
from impact.survey.batch import Batch, PersonalCell, leave_out, personal_cells
from impact.survey.questions import Answer, Question
from impact.survey.surveys import Survey

SHOWN = 3
"""Answers of the preview."""
FAULTS = 50
"""Faults that the page shows; the list in Excel has them all."""
CHOICES = ("these", "all", "back")


def preview(visit: Visit, survey: Survey, batch: Batch) -> None:
    """The first answers side by side, question by question, with how many answered each."""
    said = [visit.say("survey_import_page.will", count=len(batch))]
    if batch.blank:
        said.append(visit.say("survey_import_page.blank", count=batch.blank))
    if not any(batch.days):
        said.append(visit.say("survey_import_page.no_day"))
    layout.text(*said)
    numbers = batch.rows[:SHOWN]
    heads: list[Column | str] = [
        Column(visit.say("survey_import_page.question")),
        Column(visit.say("survey_import_page.answered"), number=True),
        *(visit.say("survey_import_page.row", row=str(batch.table.numbers[one])) for one in numbers),
    ]
    rows: list[list[Cell]] = []
    for one in survey.questionnaire.questions:
        if one.name in batch.answers:
            values = batch.answers[one.name]
            count = len(values) - sum(value is None for value in values)
            shown = [_shown(visit, one, value) for value in values[: len(numbers)]]
            rows.append([one.text(visit.lang), localised(count, visit.lang), *shown])
    table(visit.say("survey_import_page.preview_caption", shown=len(numbers)), heads, rows)


def _shown(visit: Visit, question: Question, value: Answer | None) -> str:
    if value is None:
        return "–"
    return localised(value, visit.lang) if not isinstance(value, str) else question.option(value, visit.lang)[:200]


def faulty(visit: Visit, faults: Sequence[Fault], key: str, said: str) -> None:
    """Every fault by sheet and cell, in Excel too; nothing can be stored."""
    st.error(plain(said), icon=":material/error:")
    lang = visit.lang
    download(
        visit.say("import_page.faults_download", count=len(faults)),
        f"{visit.say('import_page.faults_file')}.xlsx",
        lambda: fault_workbook(faults, lang),
        key=f"{key}_faults",
    )
    heads = [visit.say(f"import_page.fault_head.{one}") for one in ("where", "value", "wrong", "right")]
    shown = faults[:FAULTS]
    rows = [
        [" ".join(filter(None, sheet_and_cell(one))) or "–", one.value or "–", one.problem(lang), one.expected(lang)]
        for one in shown
    ]
    table(visit.say("import_page.faults_caption", shown=len(shown), count=len(faults)), heads, rows)


def without_personal(visit: Visit, survey: Survey, batch: Batch, key: str) -> Batch | None:
    """The batch as a person chose that it be stored; None while nothing is chosen, or the file is to be mended."""
    found = personal_cells(batch, survey.questionnaire)
    if not found:
        return batch
    layout.subsection(visit.say("survey_import_page.personal"))
    layout.text(visit.say("survey_import_page.personal_text", count=len(found)))
    _cells(visit, found)
    chosen = st.radio(
        visit.say("survey_import_page.personal_choice"),
        CHOICES,
        index=None,
        format_func=lambda one: visit.say(f"survey_import_page.personal_option.{one}"),
        key=f"{key}_personal",
    )
    if chosen == "these":
        return leave_out(batch, found)
    if chosen == "all":
        for one in survey.questionnaire.questions:
            batch = batch.without(one.name) if one.kind == "text" else batch
        return batch
    layout.text(visit.say("survey_import_page.personal_back" if chosen else "survey_import_page.personal_waiting"))
    return None


def _cells(visit: Visit, found: Sequence[PersonalCell]) -> None:
    heads = [visit.say(f"survey_import_page.personal_head.{one}") for one in ("place", "what", "text")]
    shown = found[:FAULTS]
    rows = [[one.place, ", ".join(visit.say(f"privacy.{kind}") for kind in one.kinds), one.text] for one in shown]
    table(visit.say("survey_import_page.personal_caption", shown=len(shown), count=len(found)), heads, rows)
