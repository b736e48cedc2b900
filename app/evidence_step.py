"""The step of documentation: every number of the event with what it stands on, the ones without first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

import streamlit as st

from app import layout
from app.entries import FIGURES, Entry, Place, at, by_name, entry_at, uses
from app.fields import Form, anchor, number_field, shared_with
from app.form_faults import field_name, kind_at, step_of
from app.tables import Column, Link, table
from data.value import EVIDENCE
from impact.wording import input_name

STEP_WORDS = {
    "about": "om",
    "audience": "publikum",
    "economy": "okonomi",
    "nights": "netter",
    "beside": "ved-siden",
    "evidence": "dokumentasjon",
}
"""The steps as addresses have them."""
SHOWN = 90
"""Signs of a source in the list; the whole of it stands in its field."""


@dataclass(frozen=True)
class Given:
    """A number of the document: its place, what was typed, and how it is shown."""

    place: Place
    entry: Entry


def address(event: int, place: Place, step: str = "") -> str:
    """Where in the form a place is."""
    row = next((f"&rad={one}" for one in place if isinstance(one, int)), "")
    return f"/skjema?id={event}&steg={STEP_WORDS[step or step_of(place)]}{row}#{anchor(place)}"


def given_numbers(form: Form) -> list[Given]:
    """Every number that stands in the document; a shared one once, under its own name."""
    found = []
    for place in number_places(form.document):
        raw = at(form.document, place)
        if not (isinstance(raw, dict) and "ref" in raw):
            found.append(Given(place, entry_at(form.document, place, kind_at(form.document, place), form.lang)))
    return found


def number_places(document: Any, place: Place = ()) -> Iterator[Place]:
    """The places of all numbers in a document; years, counts and degrees are none."""
    if isinstance(document, list):
        for number, row in enumerate(document):
            yield from number_places(row, (*place, number))
    elif isinstance(document, dict):
        if document.keys() & {*FIGURES, "ref", "of"} and not isinstance(document.get("value"), dict):
            yield place
            return
        for name, below in document.items():
            yield from number_places(below, (*place, name))
    elif (
        isinstance(document, int | float)
        and not isinstance(document, bool)
        and place[-1] not in ("price_year", "degree", "n")
    ):
        yield place


def evidence(form: Form) -> None:
    """The counts, the numbers without grounds, the shared numbers, and the whole list."""
    given = given_numbers(form)
    if not given:
        layout.empty(form.visit, "event_form_page.no_numbers")
        return
    words = form.words
    counts = {one: sum(number.entry.evidence == one for number in given) for one in EVIDENCE}
    without = [one for one in given if one.entry.evidence not in EVIDENCE]
    unsourced = [one for one in given if not one.entry.source.strip()]
    layout.text(
        words("evidence_lead", count=len(given), **counts),
        words("evidence_without", without=len(without), unsourced=len(unsourced)),
    )
    order = {name: number for number, name in enumerate(("", "assumed", "reported", "surveyed", "counted"))}
    rows = [
        (
            _link(form, one),
            one.entry.text,
            _evidence(form, one.entry.evidence),
            shorten(one.entry.source, SHOWN, placeholder=" …") or words("no_source"),
        )
        for one in sorted(given, key=lambda one: order.get(one.entry.evidence, 0))
    ]
    headings: list[Column | str] = [
        words("number"),
        words("as_typed"),
        words("evidence"),
        words("source"),
    ]
    with st.container(key="event_form_evidence"):
        table(words("evidence_caption"), headings, rows)
    _shared_numbers(form)


def _evidence(form: Form, chosen: str) -> str:
    return form.visit.say(f"workbook.evidence.{chosen}") if chosen in EVIDENCE else form.words("not_chosen")


def _link(form: Form, one: Given) -> Link | str:
    """The number's name, leading to its field."""
    name = field_name(form.document, one.place, form.lang)
    if one.place[0] == "numbers":
        name = input_name(by_name(form.document, one.place), form.lang, form.document)
        used = uses({**form.document, "numbers": {}}, str(one.place[1]))
        return Link(name, address(form.drafting.event, used[0])) if used else name
    return Link(name[:1].upper() + name[1:], address(form.drafting.event, one.place))


def _shared_numbers(form: Form) -> None:
    """The numbers that several rows share; changed here, they change in all."""
    names = list(form.document.get("numbers", {}))
    if not names:
        return
    layout.section(form.words("shared_title"))
    layout.text(form.words("shared_lead"))
    wrong = any(lack.place[:1] == ("numbers",) for lack in form.lacks)
    fold = st.expander(
        form.words("shared_count", count=len(names)), expanded=wrong, key=form.key(("numbers",)), on_change="rerun"
    )
    if fold.open:
        with fold:
            for name in names:
                layout.text(shared_with(form, name))
                number_field(form, ("numbers", name), label=form.words("as_typed"))
