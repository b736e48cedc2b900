"""Small closed forms for what is done now and then: on grounds, with an amount, by a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app import layout
from app.deed import Fields, amount_field, day_field, deed, fields, text_area, text_field
from app.text import plain
from app.visit import Visit

Do = Callable[[Visit, Fields], object]


def closed_form(
    visit: Visit,
    name: str,
    asks: Sequence[str],
    labels: Callable[[str], str],
    act: Do,
    *,
    about: str = "",
    sure: str = "",
) -> None:
    """A form behind a heading. ``asks``: amount, day, grounds, decision; ``labels`` has the words by their names.

    ``labels`` is asked for ``open``, ``do``, ``done`` and each field of ``asks``.
    """
    with st.expander(plain(labels("open"))):
        if about:
            layout.text(about)
        form = fields(visit, name, *asks)
        for one in asks:
            _field(form, one, labels(one))

        def done(visit: Visit) -> str:
            act(visit, form)
            return labels("done")

        deed(form, labels("do"), done, sure=sure)


def _field(form: Fields, name: str, label: str) -> None:
    if name == "amount":
        amount_field(form, name, label)
    elif name == "day":
        day_field(form, name, label)
    elif name == "decision":
        text_field(form, name, label)
    else:
        text_area(form, name, label, lines=3)


def text_of(form: Fields, name: str = "grounds") -> str:
    """The text of a field."""
    return str(form[name] or "")
