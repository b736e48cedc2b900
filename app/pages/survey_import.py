"""Answers to a survey read in from a file: found, mapped, looked over, and stored whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from app import asked, layout
from app.deed import deed, fields
from app.doing import attempt
from app.event_list import public_style
from app.going import ways
from app.kept import sent
from app.surveying.columns import Mapped, choose_columns, choose_values, type_unread
from app.surveying.looked_over import faulty, preview, without_personal
from app.tables import Cell, Column, Link, table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import day_at, moment
from data.faults import Fault, Faults
from data.numbers import localised
from data.permission import require
from impact.survey.batch import Batch, read_batch
from impact.survey.mapping import find_table
from impact.survey.reading import HEAD_ROWS, Rows, Table, read_answer_file, table_of
from impact.survey.storing import StoredBatch, batches, delete_batch, digest, store_batch
from impact.survey.surveys import Survey, get_survey

MEGABYTES = 30
"""The largest file: 50 000 answers of 60 columns are about half of it."""
TYPES = ["xlsx", "csv", "tsv", "txt"]
MADE = ("read", "found", "table", "base", "batch")
"""What is made of a file and held while it is looked over."""
Made = TypeVar("Made")


def show(visit: Visit) -> None:
    """The file, its columns, what would be stored, and one button that stores it."""
    require(visit.actor, "survey.write")
    public_style()
    survey = get_survey(visit.store, visit.actor, asked.the_row())
    event, kind = survey.name(visit.lang) or visit.say("events_page.unnamed"), survey.questionnaire.text(visit.lang)
    layout.title(visit.say("page.title.survey_import"), visit.say("survey_import_page.lead", kind=kind, event=event))
    ways([Link(visit.say("survey_import_page.back"), f"/undersokelser?id={survey.event}")])
    before = batches(visit.store, visit.actor, survey.id)
    key = f"survey_import_{survey.id}"
    turn = st.session_state.setdefault(f"{key}_turn", 0)
    st.session_state[f"{key}_pressed"] = st.session_state.pop(f"{key}_going", None)  # holds for this run only
    layout.section(visit.say("survey_import_page.upload"))
    file: Any = st.file_uploader(
        visit.say("survey_import_page.file"), TYPES, key=f"{key}_file_{turn}", max_upload_size=MEGABYTES
    )
    layout.text(visit.say("survey_import_page.file_hint", size=MEGABYTES), small=True)
    if file is None:
        for name in MADE:
            st.session_state.pop(f"{key}_{name}", None)
    else:
        _file(visit, survey, file, key, before)
    _before(visit, before)


def _file(visit: Visit, survey: Survey, file: Any, key: str, before: list[StoredBatch]) -> None:
    """Everything about a file that was chosen."""

    def read() -> tuple[Mapping[str, Rows], str, tuple[Fault, ...]]:
        content = file.getvalue()
        with st.spinner(visit.say("survey_import_page.reading", size=round(file.size / 1e6, 1)), show_time=True):
            try:
                return read_answer_file(file.name, content), digest(content), ()
            except Faults as found:
                return {}, "", found.faults

    sheets, sha256, faults = _kept(f"{key}_read", file.file_id, read)
    faults = faults or _read_before(file.name, sha256, before)
    if not faults:
        try:
            found = _table(visit, survey, file, sheets, key)
        except Faults as wrong:
            faults = wrong.faults
        else:
            _mapped(visit, survey, found, sha256, key)
            return
    faulty(visit, faults, key, visit.say("survey_import_page.file_faulty"))


def _read_before(file: str, sha256: str, before: list[StoredBatch]) -> tuple[Fault, ...]:
    """Told before the columns are chosen; the domain sees to it in any case."""
    held = [
        {"name": one.name, "at": day_at(dt.datetime.fromisoformat(one.at))} for one in before if one.sha256 == sha256
    ]
    return tuple(Fault(file, "", "", "survey_reading.read_before", one) for one in held)


def _table(visit: Visit, survey: Survey, file: Any, sheets: Mapping[str, Rows], key: str) -> Table:
    """The table that was found, or that a person points at."""
    found = _kept(f"{key}_found", file.file_id, lambda: find_table(file.name, sheets, survey.questionnaire))
    names, own = list(sheets), f"{key}_{file.file_id}"
    sheet = st.session_state.get(f"{own}_sheet", found.sheet)
    head = st.session_state.get(f"{own}_head", found.head)
    used = found if (sheet, head) == (found.sheet, found.head) else None
    try:
        place = (file.file_id, sheet, head)
        used = used or _kept(f"{key}_table", place, lambda: table_of(file.name, sheet, sheets[sheet], head))
        figures = {"file": file.name, "rows": len(used.rows), "columns": len(used.headings), "head": used.head}
        if used.sheet:
            layout.text(visit.say("survey_import_page.found_sheet", **figures, sheet=used.sheet))
        else:
            layout.text(visit.say("survey_import_page.found", **figures))
    finally:  # where the place that was pointed at has no answers, it can be pointed elsewhere
        with st.expander(visit.say("survey_import_page.elsewhere")):
            if len(names) > 1:
                at = names.index(found.sheet)
                st.selectbox(visit.say("survey_import_page.sheet"), names, at, key=f"{own}_sheet", format_func=plain)
            rows = range(1, HEAD_ROWS + 1)
            st.selectbox(visit.say("survey_import_page.head"), rows, found.head - 1, key=f"{own}_head")
    return used


def _mapped(visit: Visit, survey: Survey, found: Table, sha256: str, key: str) -> None:
    """Columns and values, what they give, and storing it."""
    name = f"{key}_{found.digest[:16]}"
    columns = choose_columns(visit, survey, found, name)
    chosen = choose_values(visit, survey, found, columns, name)
    base = _batch(f"{key}_base", survey, found, chosen, sha256)
    mapped = type_unread(visit, survey, base, chosen, name)
    batch = base if mapped.mapping == chosen.mapping else _batch(f"{key}_batch", survey, found, mapped, sha256)
    layout.section(visit.say("survey_import_page.preview"))
    if batch.faults:
        faulty(visit, batch.faults, key, visit.say("survey_import_page.faulty", count=len(batch.faults)))
        return
    kept = without_personal(visit, survey, batch, f"{name}_{sha256[:12]}")
    if kept is not None:
        preview(visit, survey, kept)
        _store(visit, survey, kept, sha256, mapped, key)


def _batch(key: str, survey: Survey, found: Table, mapped: Mapped, sha256: str) -> Batch:
    place = (sha256, found.sheet, found.head, repr(mapped.mapping))
    return _kept(key, place, lambda: read_batch(found, mapped.mapping, survey.questionnaire))


def _kept(key: str, place: Any, make: Callable[[], Made]) -> Made:
    """What was made of the same before, in this session; else made now."""
    held: tuple[Any, Made] | None = st.session_state.get(key)
    if held is None or held[0] != place:
        held = st.session_state[key] = (place, make())
    return held[1]


# -- storing


def _store(visit: Visit, survey: Survey, batch: Batch, sha256: str, mapped: Mapped, key: str) -> None:
    """The button; after it, how far the storing has come, with a way to stop it.

    What is pressed meanwhile stops the run at the next step, and with it the write: nothing is stored then.
    """
    turn = st.session_state[f"{key}_turn"]
    if st.session_state[f"{key}_pressed"] != sha256:
        words = visit.say(f"survey_import_page.store.{'one' if len(batch) == 1 else 'many'}", count=len(batch))
        going = partial(st.session_state.__setitem__, f"{key}_going", sha256)
        st.button(words, key=f"{key}_store_{turn}", type="primary", on_click=going)
        return
    bar = st.progress(0.0, visit.say("survey_import_page.storing", share=0))
    st.button(visit.say("survey_import_page.cancel"), key=f"{key}_cancel_{turn}", on_click=_cancelled)

    def progress(share: float) -> None:
        bar.progress(share, visit.say("survey_import_page.storing", share=round(100 * share)))

    def act(own: Visit) -> str:
        store_batch(own.store, own.actor, survey.id, sha256, batch, progress)
        for form in mapped.forms:
            sent(own, form.name, [form.key(one) for one in (*form.names, "once")])
        return own.say("survey_import_page.stored", count=len(batch))

    if attempt(act):
        st.session_state[f"{key}_turn"] = turn + 1  # an empty field for the next file
        for name in MADE:
            st.session_state.pop(f"{key}_{name}", None)
    st.rerun()


def _cancelled() -> None:
    attempt(lambda visit: visit.say("survey_import_page.cancelled"))


# -- what was read in before


def _before(visit: Visit, before: list[StoredBatch]) -> None:
    """The files that were read in, and taking one out again."""
    if not before:
        return
    with st.expander(visit.say("survey_import_page.before", count=len(before))):
        names = ("name", "rows", "at", "who")
        heads = [Column(visit.say(f"survey_import_page.before_head.{one}"), number=one == "rows") for one in names]
        rows: list[list[Cell]] = [
            [one.name, localised(one.rows, visit.lang), moment(one.at, visit.lang), named(visit, one.actor)]
            for one in before
        ]
        table(visit.say("survey_import_page.before_caption"), heads, rows)
        for one in before:
            form = fields(visit, f"survey_import_batch_{one.id}")
            sure = visit.say("survey_import_page.take_out_sure", count=one.rows)
            deed(form, visit.say("survey_import_page.take_out", name=one.name), partial(_take_out, one.id), sure=sure)


def _take_out(batch: int, visit: Visit) -> str:
    return visit.say("survey_import_page.taken_out", count=delete_batch(visit.store, visit.actor, batch))
