"""What a person does with a row: the fields of a small form, and the button that does it, once.

    form = fields(visit, f"claim_{claim.id}_return", "grounds")
    text_area(form, "grounds", visit.say("claim_page.grounds"))
    deed(form, visit.say("claim_page.return"), lambda visit: _return(visit, claim, form["grounds"]))

What is typed outlives F5, a restart and another page until it is done. A button acts in a callback, before the page is
drawn again, so that a second click finds it done; the row's version, which the page was drawn from, does the rest.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.dates import DATES, FIRST, LAST
from app.doing import attempt
from app.kept import keep, sent
from app.text import markup, plain
from app.visit import Visit
from data.faults import Fault, Faults
from fund.books.money import kroner, ore

_ONCE = "once"
Act = Callable[[Visit], str | None]
"""What is done, with a visit of its own; its sentence, if any, is told on the page that follows."""


@dataclass(frozen=True)
class Fields:
    """The fields of a small form, by name. ``form[name]`` is what a field holds now."""

    visit: Visit
    name: str
    names: tuple[str, ...]

    @property
    def turn(self) -> str:
        """What tells the fields of this time from those of the time before: a browser empties no field by itself."""
        return str(st.session_state.get(f"{self.name}_turn", ""))

    def key(self, field: str) -> str:
        """The key of a field's widget, until the form is done."""
        return f"{self.name}_{field}{self.turn}"

    def __getitem__(self, field: str) -> Any:
        return st.session_state.get(self.key(field))

    @property
    def once(self) -> str:
        """The idempotency key of what this form does next: the same until it is done, in another tab too."""
        return str(st.session_state[self.key(_ONCE)])


def fields(visit: Visit, name: str, *names: str, given: Mapping[str, Any] = {}) -> Fields:
    """The form ``name`` with its fields, filled with what was typed before, else with what is ``given``.

    Called before the fields are drawn.
    """
    form = Fields(visit, name, names)
    keep(visit, name, {one: form.key(one) for one in (*names, _ONCE)}, given=given, along=_ONCE)
    st.session_state.setdefault(form.key(_ONCE), f"{name}:{uuid.uuid4()}")
    for one, value in given.items():
        st.session_state.setdefault(form.key(one), value)
    return form


def deed(form: Fields, label: str, act: Act, *, first: bool = False, sure: str = "", part: str = "do") -> None:
    """A button that does ``act`` once and empties the form; where it fails, everything typed stays.

    ``first`` is the page's one main button. With ``sure``, what is about to happen in a sentence, the button asks
    first. ``part`` tells the buttons of a form from each other.
    """
    kind: Any = "primary" if first else "secondary"
    key = f"{form.name}_{part}"
    if not sure:
        st.button(plain(label), key=key, type=kind, on_click=_do, args=(form, act))
        return
    with st.popover(plain(label), key=f"{key}_ask{form.turn}", type=kind):  # closed again once it is done
        st.write(plain(sure))
        st.button(plain(label), key=key, type="primary", on_click=_do, args=(form, act))


def _do(form: Fields, act: Act) -> None:
    def once(visit: Visit) -> str | None:
        told = act(visit)
        sent(visit, form.name, [form.key(one) for one in (*form.names, _ONCE)])
        st.session_state[f"{form.name}_turn"] = int(form.turn or 0) + 1
        return told

    attempt(once)


def text_field(form: Fields, field: str, label: str, *, hint: str = "", longest: int = 300) -> str:
    """A line of text."""
    return st.text_input(plain(label), key=form.key(field), help=plain(hint) or None, max_chars=longest).strip()


def text_area(form: Fields, field: str, label: str, *, hint: str = "", longest: int = 5_000, lines: int = 4) -> str:
    """Text of more than a line."""
    written = st.text_area(
        plain(label), key=form.key(field), help=plain(hint) or None, max_chars=longest, height=28 * lines
    )
    return written.strip()


def amount_field(form: Fields, field: str, label: str, *, hint: str = "") -> int | None:
    """Kroner as people type them; how they were read, or what is wrong, stands below. The øre; None where none are."""
    text = st.text_input(plain(label), key=form.key(field), help=plain(hint) or None, max_chars=40).strip()
    read, below = None, ['<p class="rv-read"></p>']  # so that nothing beneath moves while the next field is typed in
    if text:
        try:
            read = ore(text, place=label)
            said = form.visit.say("page.read_as", amount=kroner(read, form.visit.lang))
            below = [f'<p class="rv-read">{markup(said)}</p>']
        except Faults as found:
            below = [f'<p class="rv-fault">{markup(one.line(form.visit.lang))}</p>' for one in found.faults]
    st.html("".join(below))
    return read


def amount_of(form: Fields, field: str, label: str, *, least: int = 1) -> int:
    """The øre of an amount field. Raises :class:`Faults`, named by the field's ``label``."""
    return ore(str(form[field] or ""), place=label, least=least)


def day_field(form: Fields, field: str, label: str, *, hint: str = "", earliest: dt.date = FIRST) -> None:
    """A day; nothing is chosen beforehand but what the form was given."""
    st.session_state.setdefault(form.key(field), None)
    st.date_input(
        plain(label),
        min_value=earliest,
        max_value=LAST,
        key=form.key(field),
        format=DATES[form.visit.lang],
        help=plain(hint) or None,
    )


def day_of(form: Fields, field: str, label: str) -> dt.date:
    """The day of a date field. Raises :class:`Faults`, named by the field's ``label``, where none is chosen."""
    chosen: Any = form[field]
    if not isinstance(chosen, dt.date):
        raise Faults([Fault("", label, "", "page.no_day")])
    return chosen
