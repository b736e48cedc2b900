"""Internal notes of a case, for officers and the auditor."""

from __future__ import annotations

from functools import partial

from app import layout
from app.casework.opened import Opened
from app.deed import Fields, deed, text_area
from app.visit import Visit
from app.who import named
from data.clock import moment
from fund.review.notes import add_note, notes_of, reads_notes


def notes(one: Opened) -> None:
    """What was noted, newest first; for officers, a field for more."""
    if not reads_notes(one.visit.actor):
        return
    layout.section(one.say("case_page.notes"))
    layout.text(one.say("case_page.notes_text"), small=True)
    if one.officer:
        form = one.form("note", "text")
        text_area(form, "text", one.say("case_page.note"), lines=3)
        deed(form, one.say("case_page.note_do"), partial(_add, one.id, form))
    for held in reversed(notes_of(one.visit.store, one.visit.actor, one.id)):
        at = moment(held.at, one.visit.lang)
        layout.text(one.say("case_page.noted", who=named(one.visit, held.actor), at=at, text=held.text))


def _add(application: int, form: Fields, visit: Visit) -> str:
    add_note(visit.store, visit.actor, application, str(form["text"] or ""))
    return visit.say("case_page.noted_done")
