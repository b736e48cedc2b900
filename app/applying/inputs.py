"""The fields of an application: each saves itself as soon as it is left, or after a pause in a line of text.

``field`` is a place in the document, as ``title`` or ``answers/plan``. ``row`` writes to a row of the budget instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from app.applying.form import Edit, Form, change, put
from app.dates import DATES
from app.tables import amount
from app.text import markup, plain
from data.faults import Fault, Faults
from data.numbers import kroner
from fund.books.money import ore
from fund.intake.contents import Document

FIRST, LAST = dt.date(1950, 1, 1), dt.date(2150, 12, 31)
_PAUSE = "600ms"
Write = Callable[[Any], Edit]


def held(document: Document, field: str) -> Any:
    """What stands at a place; None where nothing does."""
    place: Any = document
    for part in field.split("/"):
        place = place.get(part) if isinstance(place, dict) else None
    return place


def text(form: Form, field: str, label: str, *, hint: str = "", longest: int = 200) -> None:
    """A line of text."""
    key = _begin(form, field, held(form.document, field) or "")
    st.text_input(
        plain(label),
        key=key,
        max_chars=longest,
        help=plain(hint) or None,
        live=_PAUSE,
        on_change=_save,
        args=(form.one.id, key, partial(put, field)),
    )


def long_text(form: Form, field: str, label: str, *, hint: str = "", lines: int = 6) -> None:
    """Text of more than a line."""
    key = _begin(form, field, held(form.document, field) or "")
    st.text_area(
        plain(label),
        key=key,
        max_chars=20_000,
        height=28 * lines,
        help=plain(hint) or None,
        on_change=_save,
        args=(form.one.id, key, partial(put, field)),
    )


def choice(
    form: Form, field: str, label: str, options: Sequence[Any], words: Callable[[Any], str], *, hint: str = ""
) -> None:
    """One of several; nothing is chosen beforehand."""
    now = held(form.document, field)
    key = _begin(form, field, now if now in options else None)
    st.selectbox(
        plain(label),
        options,
        index=None,
        key=key,
        format_func=lambda one: plain(words(one)),
        placeholder=form.words("choose"),
        help=plain(hint) or None,
        on_change=_save,
        args=(form.one.id, key, partial(put, field)),
    )


def day(form: Form, field: str, label: str) -> None:
    """A day."""
    key = _begin(form, field, as_day(held(form.document, field)))

    def write(value: dt.date | None) -> Edit:
        return put(field, value.isoformat() if value else None)

    st.date_input(
        plain(label),
        value=None,
        min_value=FIRST,
        max_value=LAST,
        key=key,
        format=DATES[form.visit.lang],
        on_change=_save,
        args=(form.one.id, key, write),
    )


def tick(form: Form, field: str, label: str) -> None:
    """Yes, or nothing said."""
    key = _begin(form, field, held(form.document, field) is True)

    def write(value: bool) -> Edit:
        return put(field, True if value else None)

    st.checkbox(plain(label), key=key, on_change=_save, args=(form.one.id, key, write))


def money(form: Form, field: str, label: str, *, hint: str = "") -> None:
    """Kroner; how they were read, or what is wrong with them, stands below."""
    value = held(form.document, field)
    key = _begin(form, field, as_typed(value))
    st.text_input(
        plain(label),
        key=key,
        max_chars=40,
        help=plain(hint) or None,
        live=_PAUSE,
        on_change=_save,
        args=(form.one.id, key, lambda typed: put(field, read_amount(typed))),
    )
    below_money(form, value)


def below_money(form: Form, value: Any) -> None:
    """How an amount was read, or what is wrong with it."""
    if type(value) is int:
        shown = form.visit.say("page.read_as", amount=kroner(value, form.visit.lang))
        st.html(f'<p class="rv-read">{markup(shown)}</p>')
    elif isinstance(value, str):
        wrong(form, value)


def wrong(form: Form, text: str) -> None:
    """What is wrong with an amount, and what to do."""
    for one in amount_faults(text):
        said = f"{one.problem(form.visit.lang)} {one.expected(form.visit.lang)}"
        st.html(f'<p class="rv-fault">{markup(said)}</p>')


def amount_faults(text: str) -> Sequence[Fault]:
    """What keeps a text from being kroner."""
    try:
        ore(text)
    except Faults as found:
        return found.faults
    return ()


def read_amount(typed: str) -> int | str | None:
    """The øre, or what was typed where it can't be read yet."""
    if not typed.strip():
        return None
    try:
        return ore(typed)
    except Faults:
        return typed


def as_typed(value: Any) -> str:
    """An amount of the document as a field shows it, which reads the same in both languages."""
    if type(value) is int:
        return amount(value, "nb").replace("\N{NO-BREAK SPACE}", " ")
    return value if isinstance(value, str) else ""


def as_day(value: Any) -> dt.date | None:
    """A day of the document; None where it is none that a field can show."""
    try:
        found = dt.date.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return found if FIRST <= found <= LAST else None


def _begin(form: Form, field: str, value: Any) -> str:
    """The key of a field that shows what the draft has, until someone types."""
    key = form.key(field)
    st.session_state.setdefault(key, value)
    return key


def _save(id: int, key: str, write: Write) -> None:
    value = st.session_state.get(key)
    change(id, write(value.strip() if isinstance(value, str) else value))
