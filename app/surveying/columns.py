"""Which column of a file answers which question, and what its values mean: suggested, and looked over by a person.

Every choice is kept while it is made, so that it outlives F5 and stands in another tab; the file is chosen again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from app import layout
from app.deed import Fields, fields
from app.text import plain
from app.visit import Visit
from impact.survey.batch import Batch
from impact.survey.mapping import (
    DAY,
    LEFT_OUT,
    MOST_VALUES,
    ColumnMapping,
    blank_words,
    different,
    mapping_of,
    suggest,
    with_values,
)
from impact.survey.questions import Question
from impact.survey.reading import Table
from impact.survey.storing import kept_mapping
from impact.survey.surveys import Survey
from impact.workbook_fields import folded

NOWHERE = -1
"""The column of a question that the file doesn't answer."""
OUT, UNSET = "-", ""
UNREAD = 20
"""Values that could not be read, of one question, that are shown with a field each."""
NEEDED = ("role", "home", "days")
"""Questions that most of the statistics rest on."""


@dataclass(frozen=True)
class Mapped:
    """The choices as they stand, and the forms that keep them, to be emptied once all is stored.

    ``typed`` is what values of numbers and texts were read as last time.
    """

    mapping: ColumnMapping
    forms: tuple[Fields, ...]
    typed: Mapping[str, Mapping[str, str]]


def choose_columns(visit: Visit, survey: Survey, table: Table, name: str) -> Mapped:
    """One field a question, with the columns to choose from. What was read last time is chosen first."""
    asked = survey.questionnaire
    names = (*asked.names, DAY)
    kept = kept_mapping(visit.store, visit.actor, survey.kind, table.digest)
    before = mapping_of(kept, asked, table) if kept else suggest(table, asked, survey.municipality)
    given = {one: before.columns.get(one, NOWHERE) for one in names}
    form = fields(visit, f"{name}_columns", *names, given=given)
    layout.section(visit.say("survey_import_page.columns"))
    layout.text(visit.say("survey_import_page.remembered" if kept else "survey_import_page.columns_text"))
    labels = {one.name: one.text(visit.lang) for one in asked.questions}
    labels[DAY] = visit.say("survey_import_page.day")
    left, right = st.columns(2)
    half = -(-len(names) // 2)
    for number, one in enumerate(names):
        with left if number < half else right:
            _column(visit, form, table, one, labels[one])
    columns = {one: form[one] for one in names if form[one] not in (None, NOWHERE)}
    _unused(visit, table, columns)
    lacking = [labels[one] for one in NEEDED if one in labels and one not in columns]
    if lacking:
        layout.text(visit.say("survey_import_page.needed", names="; ".join(lacking)))
    chosen = {one.name: before.values[one.name] for one in asked.questions if one.codes and one.name in before.values}
    mapping = with_values(table, ColumnMapping(columns, chosen), asked, survey.municipality)
    return Mapped(mapping, (form,), before.values)


def _column(visit: Visit, form: Fields, table: Table, name: str, label: str) -> None:
    def shown(at: int) -> str:
        return visit.say("survey_import_page.not_there") if at == NOWHERE else table.heading(at)[:80]

    st.selectbox(plain(label), [NOWHERE, *range(len(table.headings))], format_func=shown, key=form.key(name))


def _unused(visit: Visit, table: Table, columns: Mapping[str, int]) -> None:
    rest = [table.heading(at) for at in range(len(table.headings)) if at not in columns.values()]
    if rest:
        layout.text(visit.say("survey_import_page.unused", count=len(rest), names="; ".join(rest)), small=True)


# -- values


def choose_values(visit: Visit, survey: Survey, table: Table, mapped: Mapped, name: str) -> Mapped:
    """What each value of a question with options means: those that are open first, the others folded together."""
    mapping = mapped.mapping
    asked = [one for one in survey.questionnaire.questions if one.codes and one.name in mapping.columns]
    found = {one.name: different(table, mapping.columns[one.name]) for one in asked}
    shown = {name: values for name, values in found.items() if 0 < len(values) <= MOST_VALUES}
    given = {
        _field(one, text): _shown_as(mapping.values.get(one, {}).get(text), OUT)
        for one, values in shown.items()
        for text, _ in values
    }
    form = fields(visit, f"{name}_values", *given, given=given)
    layout.section(visit.say("survey_import_page.values"))
    layout.text(visit.say("survey_import_page.values_text"))
    for one in sorted(asked, key=lambda one: all(form[_field(one.name, text)] for text, _ in shown.get(one.name, ()))):
        if one.name in shown:
            _values(visit, form, one, shown[one.name])
        elif found[one.name]:
            figures = {"count": len(found[one.name]), "options": len(one.codes)}
            layout.text(f"{one.text(visit.lang)} {visit.say('survey_import_page.too_many_values', **figures)}")
    values = {one.name: _chosen(form, one.name, shown[one.name]) for one in asked if one.name in shown}
    return replace(
        mapped, mapping=ColumnMapping(mapping.columns, {**mapping.values, **values}), forms=(*mapped.forms, form)
    )


def _shown_as(meant: str | None, out: str) -> str:
    """What a field holds: ``out`` where a value is left out, nothing where it isn't said what it means."""
    return UNSET if meant is None else meant or out


def _field(name: str, text: str) -> str:
    """The name of a value's field: short, whatever the value."""
    return f"{name}_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _values(visit: Visit, form: Fields, question: Question, values: Sequence[tuple[str, int]]) -> None:
    """The values of one question. An open one keeps its place open until the page is drawn anew."""
    left = sum(not form[_field(question.name, text)] for text, _ in values)
    figures: dict[str, Any] = {"question": question.text(visit.lang), "count": len(values)}
    label = (
        visit.say("survey_import_page.values_open", **figures, open=left)
        if left
        else visit.say("survey_import_page.values_settled", **figures)
    )

    def shown(code: str) -> str:
        if code in (UNSET, OUT):
            return visit.say("survey_import_page.left_out" if code else "survey_import_page.unset")
        return question.option(code, visit.lang)

    with st.expander(plain(label), expanded=left > 0):
        for text, count in values:
            said = visit.say("survey_import_page.value", value=text[:80], count=count)
            key = form.key(_field(question.name, text))
            st.selectbox(plain(said), (UNSET, *question.codes, OUT), format_func=shown, key=key)


def _chosen(form: Fields, name: str, values: Sequence[tuple[str, int]]) -> dict[str, str]:
    chosen = {text: form[_field(name, text)] for text, _ in values}
    return {text: LEFT_OUT if code == OUT else code for text, code in chosen.items() if code}


def type_unread(visit: Visit, survey: Survey, batch: Batch, mapped: Mapped, name: str) -> Mapped:
    """What numbers and texts that couldn't be read are to be read as, typed by a person."""
    asked = [one for one in survey.questionnaire.questions if not one.codes and batch.unread.get(one.name)]
    shown = {one.name: batch.unread[one.name][:UNREAD] for one in asked}
    given = {
        _field(one, text): _shown_as(mapped.typed.get(one, {}).get(text), "–")
        for one, values in shown.items()
        for text, _ in values
    }
    form = fields(visit, f"{name}_unread", *given, given=given)
    typed: dict[str, dict[str, str]] = {}
    for one in asked:
        label = visit.say("survey_import_page.unread", question=one.text(visit.lang), count=len(batch.unread[one.name]))
        with st.expander(plain(label), expanded=True):
            layout.text(visit.say("survey_import_page.unread_text"))
            for text, count in shown[one.name]:
                said = visit.say("survey_import_page.value", value=text[:80], count=count)
                meant = st.text_input(plain(said), key=form.key(_field(one.name, text)), max_chars=500).strip()
                if meant:
                    own = typed.setdefault(one.name, dict(mapped.mapping.values.get(one.name, {})))
                    own[text] = LEFT_OUT if folded(meant) in blank_words() else meant
            if (more := len(batch.unread[one.name]) - UNREAD) > 0:
                layout.text(visit.say("survey_import_page.unread_more", count=more), small=True)
    mapping = ColumnMapping(mapped.mapping.columns, {**mapped.mapping.values, **typed})
    return replace(mapped, mapping=mapping, forms=(*mapped.forms, form))
