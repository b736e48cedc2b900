"""Rows of a section, as audiences or costs: one is chosen and filled in at a time; added, copied, taken away."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import streamlit as st

from app.drafting import Drafting, change, key, renew
from app.entries import Place, at, put, read_place, row_name, written
from app.fields import Form
from app.form_faults import nameless
from app.text import plain


def chosen_row(form: Form, section: Place, noun: str) -> int | None:
    """The row that is filled in now, chosen from all of the section; None where there is none yet.

    ``noun`` is the key of what a row is called, below ``event_form_page.rows``.
    """
    event = form.drafting.event
    rows = at(form.document, section) or []
    name = key(event, f"row_{written(section)}")
    if not rows:
        st.info(plain(form.words(f"rows.{noun}.none")), icon=":material/info:")
        _add_button(form, section, noun)
        return None
    asked = st.query_params.get("rad", "")
    held = st.session_state.get(name)
    if held not in range(len(rows)):
        held = int(asked) if asked.isdecimal() and int(asked) < len(rows) else 0
    st.session_state[name] = held  # told anew: the browser knows a row by its name, and that may change
    # A list that is far too long for buttons is chosen from a list.
    choose = partial(st.pills, required=True, wrap=True) if len(rows) <= 12 else st.selectbox
    choose(
        form.words(f"rows.{noun}.choose"),
        list(range(len(rows))),
        format_func=lambda number: _called(form, (*section, number)),
        key=name,
    )
    number = int(st.session_state[name])
    if st.query_params.get("rad", "0") != str(number):
        st.query_params["rad"] = str(number)  # the same row stands open after F5, and after the server was started anew
    with st.container(horizontal=True):
        _add_button(form, section, noun)
        st.button(
            form.words("copy_row"),
            key=form.key((*section, number), "copy"),
            icon=":material/content_copy:",
            on_click=_copy,
            args=(event, section, number, name, form.words("copy_of", name="{name}")),
        )
        _remove_button(form, section, number, name)
    return number


def _called(form: Form, place: Place) -> str:
    """A row's name, and how much it lacks."""
    missing = sum(lack.place[: len(place)] == place for lack in form.lacks)
    name = plain(row_name(form.document, place) or nameless(form.lang))
    return form.words("row_lacks", name=name, count=missing) if missing else name


def _add_button(form: Form, section: Place, noun: str) -> None:
    name = key(form.drafting.event, f"row_{written(section)}")
    st.button(
        form.words(f"rows.{noun}.add"),
        key=form.key(section, "add"),
        icon=":material/add:",
        on_click=_add,
        args=(form.drafting.event, section, name, form.words(f"rows.{noun}.new")),
    )


def _remove_button(form: Form, section: Place, number: int, name: str) -> None:
    """Taking a row away asks first: what was typed in it goes with it."""
    with st.popover(form.words("remove_row"), icon=":material/delete:", key=form.key((*section, number), "remove")):
        st.write(plain(form.words("remove_row_sure", name=row_name(form.document, (*section, number)))))
        st.button(
            form.words("remove_row_yes"),
            key=form.key((*section, number), "remove_yes"),
            on_click=remove,
            args=(form.drafting.event, section, number, name),
        )


def _add(event: int, section: Place, name: str, called: str) -> None:
    def add(drafting: Drafting, section: Place) -> None:
        rows = list(at(drafting.document, section) or [])
        put(drafting.document, section, [*rows, {"name": unused(called, rows)}])
        st.session_state[name] = len(rows)

    change(event, section, add, renewed=True)


def _copy(event: int, section: Place, number: int, name: str, called: str) -> None:
    def copied(drafting: Drafting, place: Place) -> None:
        rows = at(drafting.document, section)
        row = copy.deepcopy(at(drafting.document, place))
        row["name"] = unused(called.replace("{name}", str(row.get("name", ""))), rows)
        rows.append(row)
        st.session_state[name] = len(rows) - 1

    change(event, (*section, number), copied, renewed=True)


def remove(event: int, section: Place, number: int, name: str) -> None:
    """Take a row away, with what was typed in it; the texts of later rows move up with them."""

    def away(drafting: Drafting, place: Place) -> None:
        rows = at(drafting.document, section)
        gone = int(place[-1])
        del rows[gone]
        if not rows:
            put(drafting.document, section, None)
        drafting.texts = _moved(drafting.texts, section, gone)
        st.session_state[name] = max(0, gone - 1)

    change(event, (*section, number), away, renewed=True)
    renew(event)


def _moved(texts: dict[str, Any], section: Place, gone: int) -> dict[str, Any]:
    """Texts by the places that their rows have once one row is gone."""
    moved = {}
    for text, entry in texts.items():
        place = read_place(text)
        if place[: len(section)] == section and len(place) > len(section) and isinstance(place[len(section)], int):
            number = int(place[len(section)])
            if number == gone:
                continue
            place = (*section, number - (number > gone), *place[len(section) + 1 :])
        moved[written(place)] = entry
    return moved


def unused(name: str, rows: list[dict[str, Any]]) -> str:
    """``name``, with a number after it where a row is called so already."""
    taken = {str(row.get("name", "")) for row in rows}
    return next(one for one in (name, *(f"{name} {n}" for n in range(2, len(rows) + 3))) if one not in taken)
