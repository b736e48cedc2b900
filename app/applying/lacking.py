"""What an application lacks before it can be sent, each with the step where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.applying.form import STEPS, Form, name
from app.applying.inputs import amount_faults, held
from app.text import plain
from data.faults import Fault
from fund.intake.contents import Document

_STEP_OF = {
    "applicant": ("organisation", "mandate", "account", "applicants"),
    "event": ("title", "summary", "municipality", "first_day", "last_day", "estimate", "fields", "answers", "strategy"),
    "amount": ("form", "asked", "least", "forms", "frame", "caps"),
    "budget": ("cost", "income"),
    "support": ("support",),
    "papers": ("attachment", "attachments"),
}
_STEPS = {place: step for step, places in _STEP_OF.items() for place in places}


@dataclass(frozen=True)
class Lack:
    """One thing that is lacking: at which step, and the fault that says what to do."""

    step: str
    fault: Fault

    def line(self, form: Form) -> str:
        """What is wrong and what to do, with the row that it is about."""
        lang = form.visit.lang
        part, _, number = self.fault.place.partition(" ")
        row = form.words(f"row.{part}", number=int(number)) + ": " if number.isdecimal() else ""
        return f"{row}{self.fault.problem(lang)} {self.fault.expected(lang)}"


def lacks(form: Form) -> list[Lack]:
    """Everything that is lacking, step by step."""
    found = [Lack(step_of(one), one) for one in _in_words(form.document, form.standing.missing)]
    order = list(STEPS)
    return sorted(found, key=lambda one: order.index(one.step))


def step_of(fault: Fault) -> str:
    """The step where a fault is mended; the last one for what no field is about."""
    place = fault.place.split(" ")[0]
    if place == "deadlines.before":
        return "event"
    return _STEPS.get(place, _STEPS.get(place.split(".")[0], "review"))


def _in_words(document: Document, faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults, those of amounts told by what was typed."""
    for one in faults:
        if one.code != "ledger.money.not_ore":
            yield one
            continue
        value = _typed(document, one.place)
        if isinstance(value, str) and value.strip():
            yield from (Fault("", one.place, each.value, each.code, each.figures) for each in amount_faults(value))
        else:
            yield Fault("", one.place, "", "application_page.no_amount")


def _typed(document: Document, place: str) -> Any:
    """What stands in the field that a fault is about."""
    part, _, number = place.partition(" ")
    if not number.isdecimal():
        return held(document, place)
    rows = document.get(part) or []
    row = rows[int(number) - 1] if int(number) <= len(rows) else None
    return row.get("amount") if isinstance(row, dict) else None


def show(form: Form, found: list[Lack]) -> None:
    """What is lacking by step, each step's heading a way to it."""
    for step in STEPS:
        own = [one for one in found if one.step == step]
        if not own:
            continue
        lines = [f"- {plain(one.line(form))}" for one in own]
        st.warning("\n".join([f"**{plain(form.words(f'step.{step}'))}**", "", *lines]), icon=":material/edit_note:")
        if step != "review":
            st.button(
                plain(form.words("to_step", step=form.words(f"step.{step}"))),
                key=form.key(f"to_{step}"),
                on_click=go,
                args=(form.one.id, step),
            )


def go(id: int, step: str) -> None:
    """Open a step; the address says which."""
    st.session_state[name(id, "step")] = step
    st.query_params["steg"] = STEPS[step]
