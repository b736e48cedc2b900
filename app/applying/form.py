"""The draft of an application while it is typed: read at every run, saved at every change, merged with other tabs.

A change is made to the document as this tab last read it, and saved with that as its base: what another tab or a
colleague changed meanwhile is taken in, and where both changed the same, theirs stands and what was typed here is kept
aside and shown. What can't be read as an amount stays in the document as it was typed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.doing import attempt
from app.visit import Visit
from data.paths import NOTHING
from data.unsent import drop_unsent, keep_unsent, read_unsent
from fund.intake.applications import Application, read_draft, save_draft
from fund.intake.contents import Document
from fund.intake.standing import Standing
from impact.drafts import Clashes

Edit = Callable[[Document], None]
STEPS = {
    "applicant": "soker",
    "event": "arrangementet",
    "amount": "soknadssum",
    "budget": "budsjett",
    "support": "stotte",
    "papers": "vedlegg",
    "review": "send",
}
"""The steps, by what the address calls them."""


@dataclass
class Form:
    """One run of the form: who types, how the application stands, and the number in every field's key."""

    visit: Visit
    standing: Standing
    generation: int

    @property
    def one(self) -> Application:
        return self.standing.case.application

    @property
    def document(self) -> Document:
        return self.standing.draft.document

    def words(self, phrase: str, /, **figures: Any) -> str:
        """A phrase of the page's own file."""
        return self.visit.say(f"application_page.{phrase}", **figures)

    def key(self, field: str) -> str:
        """The key of a field's widget: new with every generation, so that it reads the draft anew."""
        return f"{name(self.one.id, str(self.generation))}_{field}"


def name(id: int, part: str) -> str:
    """The key of something that the page keeps for an application while it is open."""
    return f"application_{id}_{part}"


def form_of(visit: Visit, standing: Standing) -> Form:
    """The form of this run. Where another tab has saved since this one last looked, every field is read anew."""
    id, document = standing.case.application.id, standing.draft.document
    seen = st.session_state.get(name(id, "seen"))
    if seen is not None and seen != document:
        renew(id)
        st.session_state[name(id, "moved")] = True
    st.session_state[name(id, "seen")] = copy.deepcopy(document)
    return Form(visit, standing, int(st.session_state.get(name(id, "generation"), 0)))


def renew(id: int) -> None:
    """Let every field read the draft anew."""
    st.session_state[name(id, "generation")] = int(st.session_state.get(name(id, "generation"), 0)) + 1


def change(id: int, edit: Edit, *, renewed: bool = False) -> bool:
    """Make one change to the draft and save it; whether it was. Called from a field's callback.

    ``renewed``: the fields are read anew afterwards, since rows came or went.
    """

    def act(visit: Visit) -> None:
        seen = st.session_state.get(name(id, "seen"))
        if seen is None:  # a session that was lost with the server: what stands in the draft is all there is
            seen = read_draft(visit.store, visit.actor, id).document
        typed = copy.deepcopy(seen)
        edit(typed)
        try:
            saved = save_draft(visit.store, visit.actor, id, typed, seen)
        except Clashes as found:
            held = read_unsent(visit.store, visit.actor, aside(id))
            mine = {one.path: "" if one.mine is NOTHING else one.mine for one in found.clashes}
            keep_unsent(visit.store, visit.actor, aside(id), {**held, **mine})
            return
        st.session_state[name(id, "seen")] = copy.deepcopy(saved.document)
        if renewed or saved.document != typed:
            renew(id)

    return attempt(act)


def aside(id: int) -> str:
    """The name under which is kept what another tab's change stood in the way of."""
    return f"application:{id}:aside"


def settle(id: int) -> None:
    """What was kept aside has been seen."""

    def act(visit: Visit) -> None:
        drop_unsent(visit.store, visit.actor, aside(id))

    attempt(act)


def put(field: str, value: Any) -> Edit:
    """The change that sets a field of the document, or takes it away where there is nothing to say."""

    def edit(document: Document) -> None:
        place: Any = document
        *way, last = field.split("/")
        for part in way:
            place = place.setdefault(part, {})
        if value in (None, ""):
            place.pop(last, None)
        else:
            place[last] = value

    return edit
