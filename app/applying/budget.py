"""The step of the budget: pasted from a spreadsheet or typed in rows, with the two sums and what lies between."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.applying.form import Form, change, name
from app.applying.rows import rows, sums
from app.deed import Fields, deed, fields
from app.tables import Column, amount, table
from app.text import plain
from app.visit import Visit
from data.faults import Faults
from data.numbers import kroner
from data.xlsx_quick import read_quickly
from fund.intake.contents import Document
from fund.intake.pasted import PARTS, Lines, Part, Pasted, lines_of, lines_of_sheet, read_pasted

_SHOWN = 60
_PASTED: tuple[Part, ...] = ("cost", "income")


def budget(form: Form) -> None:
    """Costs and incomes. The sums stand first, since that is what one works towards."""
    sums(form)
    empty = not form.document.get("cost") and not form.document.get("income")
    with st.expander(form.words("paste.title"), expanded=empty):
        _paste(form)
    for part in _PASTED:
        layout.subsection(form.words(f"part.{part}"))
        layout.text(form.words(f"part.{part}_about"), small=True)
        rows(form, part)
    layout.subsection(form.words("part.support"))
    layout.text(form.words("part.support_elsewhere"), small=True)


# -- from a spreadsheet


def _paste(form: Form) -> None:
    """Paste or upload; see what each line becomes; then take it over."""
    visit = form.visit
    layout.text(form.words("paste.about"))
    pasted = fields(
        visit, name(form.one.id, "paste"), "text", "begins", "how", given={"begins": "cost", "how": "replace"}
    )
    st.text_area(plain(form.words("paste.text")), key=pasted.key("text"), height=140, max_chars=90_000)
    file = st.file_uploader(form.words("paste.file"), type=["xlsx"], key=pasted.key("file"))
    layout.text(form.words("paste.file_about"), small=True)
    lines = _lines(form, pasted, file)
    if not lines:
        return
    st.radio(
        form.words("paste.begins"),
        _PASTED,
        key=pasted.key("begins"),
        format_func=lambda part: form.words(f"part.{part}"),
        horizontal=True,
    )
    try:
        found = read_pasted(lines, pasted["begins"], st.session_state.get(pasted.key("column")))
    except Faults as wrong:
        layout.faults(visit, wrong.faults)
        return
    if len(found.columns) > 1:
        named = dict(found.columns)
        st.session_state[pasted.key("column")] = found.column
        st.selectbox(
            form.words("paste.column"),
            list(named),
            key=pasted.key("column"),
            format_func=lambda at: plain(form.words("paste.column_one", number=at + 1, heading=named[at])),
        )
    _preview(form, found)
    _take_over(form, pasted, found)


def _lines(form: Form, pasted: Fields, file: Any) -> Lines:
    """What was uploaded, else what was pasted, as cells."""
    if file is None:
        return lines_of(str(pasted["text"] or ""))
    try:
        sheets = read_quickly(file.getvalue(), file.name)
    except Faults as wrong:
        layout.faults(form.visit, wrong.faults)
        return []
    titles = [title for title, sheet in sheets.items() if sheet.rows]
    if not titles:
        layout.empty(form.visit, "application_page.paste.no_sheet")
        return []
    chosen = titles[0]
    if len(titles) > 1:
        chosen = st.selectbox(form.words("paste.sheet"), titles, key=pasted.key("sheet"), format_func=plain)
    return lines_of_sheet(sheets[chosen])


def _preview(form: Form, found: Pasted) -> None:
    """Each row that is taken over and its sums; each line that isn't, and why."""
    lang = form.visit.lang
    if found.rows:
        body = [
            (one.name, amount(one.amount, lang), form.words(f"part.{one.part}"), str(one.line))
            for one in found.rows[:_SHOWN]
        ]
        heads: list[Column | str] = [
            form.words("head.name"),
            Column(form.words("head.amount"), number=True),
            form.words("paste.part"),
            Column(form.words("paste.line"), number=True),
        ]
        table(form.words("paste.caption", count=len(found.rows)), heads, body)
    told = [one for one in found.skipped if one.why != "heading"]
    if told:
        layout.text(form.words("paste.skipped", count=len(told)))
        layout.bullets(
            form.words("paste.skip", line=one.line, text=one.text[:80], why=_why(form, one)) for one in told[:_SHOWN]
        )
    if not found.rows:
        layout.empty(form.visit, "application_page.paste.nothing")


def _why(form: Form, one: Any) -> str:
    if one.fault is not None:
        return f"{one.fault.problem(form.visit.lang)} {one.fault.expected(form.visit.lang)}"
    return form.words(f"paste.why.{one.why}")


def _take_over(form: Form, pasted: Fields, found: Pasted) -> None:
    if not found.rows:
        return
    held = [part for part in PARTS if form.document.get(part)]
    if held:
        st.radio(
            form.words("paste.how"),
            ("replace", "add"),
            key=pasted.key("how"),
            format_func=lambda how: form.words(f"paste.how_{how}"),
        )
    sums_ = {part: kroner(found.sum(part), form.visit.lang) for part in _PASTED}
    label = form.words("paste.do", count=len(found.rows), cost=sums_["cost"], income=sums_["income"])
    deed(pasted, label, partial(_taken, form.one.id, found, pasted))


def _taken(id: int, found: Pasted, pasted: Fields, visit: Visit) -> str:
    """Take over the rows that were shown."""
    how = pasted["how"]

    def edit(document: Document) -> None:
        for part in PARTS:
            own = [one.document() for one in found.rows if one.part == part]
            if own:
                before = document.get(part, []) if how == "add" else []
                document[part] = [*before, *own]

    change(id, edit, renewed=True)
    return visit.say("application_page.paste.done", count=len(found.rows))
