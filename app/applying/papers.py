"""The step of the papers: what the scheme asks for and what else one attaches, checked by its content as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.applying.form import Form, name
from app.deed import deed, fields
from app.doing import attempt
from app.tables import Cell, Link, table
from app.text import plain
from app.visit import Visit
from data.clock import moment
from data.faults import Fault, Faults
from data.limits import limit
from data.numbers import number
from data.phrases import Lang
from fund.intake.applications import attach, detach
from fund.intake.attachments import Paper
from fund.intake.standing import IN_ITSELF

OTHER = "other"
TYPES = ("pdf", "docx", "xlsx", "png", "jpg", "jpeg", "txt")
_MEGABYTE = 1_000_000


def papers(form: Form) -> None:
    """One place for each paper that the scheme asks for, one for others, and the list of what is attached."""
    case = form.standing.case
    layout.text(form.words("papers.about", most=limit("attachment_largest"), count=limit("attachments_most")))
    for one in case.scheme.attachments:
        if one.key not in IN_ITSELF:
            _place(form, one.key, one.words(form.visit.lang))
    _place(form, OTHER, form.words("papers.other"))
    _faults(form)
    if not case.papers:
        layout.text(form.words("papers.none"))
        return
    listed(form.visit, case.papers, purposes(form))
    with st.expander(form.words("papers.remove")):
        for paper in case.papers:
            gone = fields(form.visit, f"application_{form.one.id}_paper_{paper.id}")
            deed(gone, form.words("papers.remove_one", name=paper.name), partial(_out, paper.id))


def purposes(form: Form) -> dict[str, str]:
    """What each paper is for, in words."""
    asked = {one.key: one.words(form.visit.lang) for one in form.standing.case.scheme.attachments}
    return {**asked, OTHER: form.words("papers.other")}


def listed(visit: Visit, held: Sequence[Paper], named: dict[str, str]) -> None:
    """The papers, each a way to its file."""
    say = visit.say
    heads = [say(f"application_page.papers.head.{one}") for one in ("name", "purpose", "size", "at")]
    rows: list[Sequence[Cell]] = [
        (
            Link(one.name, f"/last-ned/vedlegg/{one.id}.fil"),
            named.get(one.purpose, one.purpose),
            size(one.size, visit.lang),
            moment(one.at, visit.lang),
        )
        for one in held
    ]
    table(say("application_page.papers.caption", count=len(held)), heads, rows)


def size(held: int, lang: Lang) -> str:
    """A file's size as people read it."""
    if held >= _MEGABYTE:
        return f"{number(held / _MEGABYTE, lang, 1)} MB"
    return f"{number(-(-held // 1_000), lang)} kB"


def _place(form: Form, purpose: str, label: str) -> None:
    """Where files are put; each comes in at once, and the place is empty again for the next."""
    count = name(form.one.id, f"files_{purpose}")
    key = f"{count}_{st.session_state.get(count, 0)}"
    st.file_uploader(
        plain(label),
        type=list(TYPES),
        accept_multiple_files=True,
        key=key,
        max_upload_size=limit("attachment_largest"),
        on_change=_in,
        args=(form.one.id, purpose, key, count),
    )


def _in(id: int, purpose: str, key: str, count: str) -> None:
    """Take in what was chosen; a file that is refused is told by name, and keeps no other out."""
    files: list[Any] = st.session_state.get(key) or []
    refused: list[tuple[str, tuple[Fault, ...]]] = []

    def act(visit: Visit) -> str:
        taken = 0
        for file in files:
            try:
                attach(visit.store, visit.actor, id, purpose, file.name, file.getvalue())
                taken += 1
            except Faults as wrong:
                refused.append((file.name, wrong.faults))
        return visit.say("application_page.papers.taken", count=taken) if taken else ""

    attempt(act)
    st.session_state[name(id, "refused")] = refused
    st.session_state[count] = int(st.session_state.get(count, 0)) + 1


def _faults(form: Form) -> None:
    """The files that were refused just now, and what to do with each."""
    lang = form.visit.lang
    for file, faults in st.session_state.pop(name(form.one.id, "refused"), []):
        for one in faults:
            said = f"{one.problem(lang)} {one.expected(lang)}"
            st.error(plain(form.words("papers.refused", name=file, why=said)), icon=":material/error:")


def _out(paper: int, visit: Visit) -> str:
    detach(visit.store, visit.actor, paper)
    return visit.say("application_page.papers.removed")
