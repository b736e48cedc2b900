"""The charts and words of an opened estimate, made once for each language, colours and study area.

What is kept holds no address and nothing of who looks; it is kept by the content of the estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app import layout
from app.beside_words import beside_section
from app.charts import bridge, effects, ranges, tornado
from app.figure import Figure
from app.given import reference
from app.map_chart import municipality_map
from app.opened import Opened
from app.share_charts import industries
from app.tables import Cell, Column, Link, table
from app.theme import Mode
from app.visit import Visit
from data.phrases import Lang
from impact.report import Section, Sections, Tree

Draw = Callable[[Tree, Lang, Mode, str], Figure | None]
CHARTS: dict[str, Draw] = {
    "bridge": bridge,
    "effects": lambda tree, lang, mode, area: effects(tree, lang, mode),
    "ranges": lambda tree, lang, mode, area: ranges(tree, lang, mode),
    "map": lambda tree, lang, mode, area: municipality_map(tree, reference(), lang, mode),
    "industries": lambda tree, lang, mode, area: industries(tree, reference(), lang, mode, area),
    "tornado": lambda tree, lang, mode, area: tornado(tree, lang, mode),
}


@dataclass(frozen=True)
class Drawn:
    """A chart as the browser takes it, its words, and its table as written."""

    title: str
    note: str
    alt: str
    spec: dict[str, Any]
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Words:
    """An estimate in words, with one study area in front."""

    title: str
    sentence: str
    modelled: str
    organiser: str | None
    ranges: Section
    bridge: Section
    places: Section | None
    decides: tuple[str, ...]
    warnings: tuple[str, tuple[tuple[str, str], ...]]
    sources: Section
    beside: Section | None


def mode() -> Mode:
    """The colours that the visitor's browser shows now."""
    return "dark" if st.context.theme.type == "dark" else "light"


def words(opened: Opened, lang: Lang, area: str) -> Words:
    """The sentences and tables of an estimate."""
    return _words(opened.key, lang, area, opened.tree)


def chart(opened: Opened, kind: str, lang: Lang, area: str) -> Drawn | None:
    """A chart of :data:`CHARTS`; None where the estimate has nothing to draw."""
    return _chart(opened.key, kind, lang, mode(), area, opened.tree)


def show_chart(drawn: Drawn, key: str, *, heading: bool = True) -> None:
    """The title as a heading, the chart, and how to read it."""
    if heading:
        layout.section(drawn.title)
    st.vega_lite_chart(drawn.spec, width="stretch", theme=None, key=key)
    layout.text(drawn.note, small=True)


def chart_table(visit: Visit, opened: Opened, drawn: Drawn, figures: Sequence[Sequence[str]] = ()) -> None:
    """The chart's table, closed at first; ``figures`` are the paths of its cells, "" where there is none."""
    rows = linked(opened, [(label, *row) for label, row in zip(drawn.labels, drawn.rows, strict=True)], figures)
    below(visit, drawn.title, ("", *drawn.columns), rows)


def below(visit: Visit, caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """A table under its chart, closed at first."""
    with st.expander(visit.say("estimate_page.table")):
        table(caption, heads(columns[0] or visit.say("estimate_page.column.what"), columns), rows)
        if any(isinstance(cell, Link) for row in rows for cell in row):
            layout.text(visit.say("estimate_page.why.press"), small=True)


def heads(first: str, headings: Sequence[str]) -> list[Column | str]:
    """The columns of a table whose first is words, headed ``first``, and whose others are figures."""
    return [first, *(Column(one, True) for one in headings[1:])]


def linked(opened: Opened, rows: Sequence[Sequence[str]], figures: Sequence[Sequence[str]] = ()) -> list[list[Cell]]:
    """Rows whose cells lead to where they come from; the first cell of a row is words, and has no path."""
    if not figures:
        return [list(row) for row in rows]
    return [
        [
            row[0],
            *(Link(cell, opened.why(path)) if path else cell for cell, path in zip(row[1:], paths, strict=True)),
        ]
        for row, paths in zip(rows, figures, strict=True)
    ]


def drawn_of(figure: Figure) -> Drawn:
    """A figure as it is kept."""
    shown = figure.shown()
    return Drawn(
        figure.title,
        figure.note,
        figure.alt,
        figure.spec(),
        tuple(map(str, shown.columns)),
        tuple(map(str, shown.index)),
        tuple(tuple(map(str, row)) for row in shown.itertuples(index=False)),
    )


@st.cache_resource(max_entries=600, show_spinner=False)
def _chart(key: str, kind: str, lang: Lang, mode: Mode, area: str, _tree: Tree) -> Drawn | None:
    figure = CHARTS[kind](_tree, lang, mode, area)
    return None if figure is None else drawn_of(figure)


@st.cache_resource(max_entries=200, show_spinner=False)
def _words(key: str, lang: Lang, area: str, _tree: Tree) -> Words:
    parts = Sections(_tree, lang, reference(), area)
    decides = parts.tornado()
    heading, found = parts.warnings()
    return Words(
        parts.title,
        parts.sentence,
        parts.modelled,
        parts.organiser,
        parts.ranges(),
        parts.bridge(),
        parts.places(),
        decides.notes if decides else (),
        (heading, tuple(found)),
        parts.sources(),
        beside_section(_tree, lang),
    )
