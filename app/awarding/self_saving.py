"""A document that saves itself, field by field, by the version that this tab has: a claim, a report.

    sheet = opened(visit, "claim_7", version, fill(document), lambda visit, version, get: save_claim(…))
    st.text_input(…, key=sheet.key("amount"), on_change=sheet.save)

Whoever was second to write is told, and chooses: what is stored, or what stands in the fields. Nothing is overwritten
unseen, and nothing that was typed is thrown away by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.doing import attempt
from app.text import markup, plain
from app.visit import Visit
from data.clock import time
from fund.deadlines import clock

Get = Callable[[str], Any]
Save = Callable[[Visit, int, Get], int]


@dataclass(frozen=True)
class Sheet:
    """The fields of one document, and how they are saved."""

    visit: Visit
    name: str
    fields: tuple[str, ...]
    stored: int
    keep: Save

    def key(self, field: str) -> str:
        """The key of a field's widget."""
        return f"{self.name}_{field}"

    def get(self, field: str) -> Any:
        """What a field holds."""
        return st.session_state.get(self.key(field))

    @property
    def version(self) -> int:
        """The version that this tab wrote or read last."""
        return int(st.session_state[self.key("version")])

    @property
    def stale(self) -> bool:
        """Whether someone else saved it while this tab held something else."""
        return bool(st.session_state.get(self.key("stale")))

    def save(self) -> None:
        """Keep what the fields hold now: for a callback."""

        def act(visit: Visit) -> None:
            st.session_state[self.key("version")] = self.keep(visit, self.version, self.get)

        st.session_state[self.key("stale")] = not attempt(act)
        if not self.stale:
            st.session_state[self.key("saved")] = clock()

    def put(self, values: Mapping[str, Any]) -> None:
        """Fill fields and keep them: for a callback."""
        for field, value in values.items():
            st.session_state[self.key(field)] = value
        self.save()


def opened(visit: Visit, name: str, version: int, filled: Mapping[str, Any], keep: Save) -> Sheet:
    """The sheet of a document as it is stored, its fields filled; before any of them is drawn."""
    sheet = Sheet(visit, name, tuple(filled), version, keep)
    held = st.session_state.get(sheet.key("version"))
    anew = held is None or (held != version and not sheet.stale)
    for field, value in filled.items():
        if sheet.key(field) not in st.session_state or (anew and sheet.get(field) != value):
            st.session_state[sheet.key(field)] = value  # told to the browser, which drops what is being typed there
    if anew:
        st.session_state[sheet.key("version")] = version
    return sheet


def told(sheet: Sheet) -> None:
    """That it is saved, and when; or that it isn't, and the two ways on."""
    say = sheet.visit.say
    if not sheet.stale:
        at = st.session_state.get(sheet.key("saved"))
        words = say("claim_page.saved_at", time=time(at, sheet.visit.lang)) if at else say("claim_page.saves_itself")
        st.html(f'<p class="rv-read" role="status">{markup(words)}</p>')
        return
    st.warning(plain(say("claim_page.not_saved")), icon=":material/warning:")
    with st.container(horizontal=True):
        st.button(say("claim_page.take_stored"), key=sheet.key("take"), on_click=_take, args=(sheet,))
        st.button(say("claim_page.keep_mine"), key=sheet.key("mine"), on_click=_mine, args=(sheet,))


def _take(sheet: Sheet) -> None:
    for name in ("version", "stale", "saved"):
        st.session_state.pop(sheet.key(name), None)


def _mine(sheet: Sheet) -> None:
    st.session_state[sheet.key("version")] = sheet.stored
    sheet.save()
