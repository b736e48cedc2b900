"""What an estimate stands on: what was published of the event, every input, parameter and table, and the lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from app import layout
from app.drawn import Words
from app.inputs import Input, inputs
from app.opened import Opened
from app.report import inputs as given_inputs
from app.report import parameters, tables
from app.spans import count_span, figure, kroner_span
from app.tables import Cell, Source, table
from app.visit import Visit
from app.who import named
from data.clock import moment
from data.numbers import number
from impact.published import Figure, Published, published_ids, published_path, read_published
from impact.ranges import Range

FIRST = (
    "tickets",
    "forest_visits",
    "athletes",
    "room_occupancy",
    "hotel_rooms",
    "rooms_never_sold",
    "extra_guest_nights",
    "deficit",
)
"""Keys of the published figures that come first; those that the event doesn't have are left out."""
MODELLED = ("eligible_persons", "guest_nights", "audience_spending", "final_demand")
COUNTED = ("eligible_persons", "guest_nights")


def published(visit: Visit, opened: Opened) -> None:
    """What was published of the event beside what is modelled, and what was looked for and not found."""
    found = _published(opened.tree["event"]["event"]["id"])
    if found is None:
        return
    layout.section(visit.say("estimate_page.published.title"))
    left, right = st.columns(2, gap="large")
    with left:
        layout.subsection(visit.say("estimate_page.published.dot"))
        by_key = {one.key: one for one in found.figures}
        inputs([published_line(visit, by_key[key]) for key in FIRST if key in by_key])
    with right:
        layout.subsection(visit.say("estimate_page.published.band"))
        inputs([_modelled_line(visit, opened, name) for name in MODELLED])
    with st.expander(visit.say("estimate_page.published.all", count=len(found.figures))):
        layout.text(found.note_nb if visit.lang == "nb" else found.note_en)
        inputs([published_line(visit, one) for one in found.figures])
    with st.expander(visit.say("estimate_page.published.not_found", count=len(found.unknowns))):
        layout.bullets(one.name_nb if visit.lang == "nb" else one.name_en for one in found.unknowns)


@st.cache_resource(max_entries=10, show_spinner=False)
def _published(event: str) -> Published | None:
    return read_published(published_path(event)) if event in published_ids() else None


def published_line(visit: Visit, one: Figure) -> Input:
    """A published figure with its year, its grade, its note and its source."""
    nb = visit.lang == "nb"
    about = (str(one.year), visit.say(f"published.grade.{one.grade}"), one.note_nb if nb else one.note_en)
    return Input(
        label=one.name_nb if nb else one.name_en,
        value=one.shown(visit.lang),
        before=" · ".join(part for part in about if part),
        source=one.source or visit.say("published.worked_out", formula=one.formula),
    )


def _modelled_line(visit: Visit, opened: Opened, name: str) -> Input:
    one = opened.tree["areas"][opened.tree["deciding_area"]][name]
    found = None if one is None else Range(one["p10"], one["p50"], one["p90"])
    label = visit.say(f"figure.{name}")
    shown = figure(visit, label, found, kroner=name not in COUNTED)
    span = count_span if name in COUNTED else kroner_span
    value = visit.say("page.unknown") if found is None else span(visit.lang, found)
    return Input(label=label, value=value, shown=shown)


def sources(visit: Visit, opened: Opened, said: Words) -> None:
    """Tables, parameters and inputs with evidence and source; seed, draws, version, hash, and when it was locked."""
    layout.section(said.sources.heading)
    made = opened.tree
    lines = [
        visit.say(
            "estimate_page.sources.made",
            version=made["program"]["version"],
            draws=number(made["draws"], visit.lang),
            seed=str(made["seed"]),
        )
    ]
    row = opened.row
    if row is None:
        lines.append(visit.say("estimate_page.sources.running"))
    else:
        at = moment(row.locked_at, visit.lang)
        if visit.session is None:
            lines.append(visit.say("estimate_page.sources.locked", at=at))
        else:
            lines.append(visit.say("estimate_page.sources.locked_by", at=at, who=named(visit, row.locked_by)))
        lines.append(visit.say("estimate_page.sources.hash", sha=row.sha256))
        if row.published_at and not row.withdrawn_at:
            lines.append(visit.say("estimate_page.sources.published", at=moment(row.published_at, visit.lang)))
    layout.bullets([*lines, *said.sources.notes[:-1]])
    _tables(visit, opened)


def _tables(visit: Visit, opened: Opened) -> None:
    """The three lists, each read from the estimate when it is opened: they are long."""
    what = [visit.say(f"document.column.{one}") for one in ("name", "value", "evidence", "source")]
    lists = {
        "tables": ([what[0], visit.say("document.column.year"), what[3]], tables),
        "inputs": (what, given_inputs),
        "parameters": (what, parameters),
    }
    for name, (columns, rows) in lists.items():
        key = f"{opened.field}_{name}"
        with st.expander(visit.say(f"document.{name}"), key=key, on_change="rerun") as opening:
            if opening.open:
                table(visit.say(f"document.{name}"), columns, _sourced(rows(opened.tree, visit.lang)))


def _sourced(rows: Iterable[Sequence[str]]) -> list[list[Cell]]:
    return [[*row[:-1], Source(row[-1])] for row in rows]
