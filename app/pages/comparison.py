"""Estimates side by side: per visitor and guest-night, by kind, in kroner of one year; and what others published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from app import answers, asked, layout
from app.charts import lower
from app.event_charts import EventFigure, Per, comparison
from app.event_list import public_style
from app.figure import Figure
from app.given import reference
from app.inputs import source_links
from app.recording.benchmarks import benchmark_section
from app.spans import count_middle, count_span, kroner_middle, kroner_span
from app.tables import Cell, Column, Link, download, table
from app.text import markup
from app.theme import Mode
from app.visit import Visit
from data.clock import days, moment
from data.connection import data_folder
from data.phrases import Lang
from impact.benchmark import PER
from impact.comparison import FIGURES, KindRow, PublishedLine, by_kind, compared_row, figure_name, published_lines
from impact.comparison_workbook import comparison_workbook
from impact.estimates import PublishedRow, estimates_of, find_estimates, get_estimate
from impact.ranges import Range
from impact.register_fields import word
from impact.side_by_side import Side, side

STYLE = Path(__file__).parent.parent / "lists.css"
MOST = 6
"""Estimates beside each other: more columns nobody reads."""
FOUND = 30
COUNTS = ("employment", "guest_nights", "visitors")
"""Figures that are no money."""
PER_WORDS: dict[str, Per] = {"besokende": "visitor", "gjestedogn": "guest_night"}


def show(visit: Visit) -> None:
    """The estimates that the address names (``?id=3&id=5``), what else there is, and how they compare."""
    public_style()
    st.html(STYLE)
    chosen = _asked(visit)
    named = _names(visit, chosen)
    sides = {named[one.estimate.id]: _side(visit, one) for one in chosen}
    per = PER_WORDS.get(asked.text("per"), "visitor")
    drawn = _drawn(visit, sides, per) if sides else None
    several = (
        len(sides) > 1 and drawn is not None and any(f"value_added_per_{per}" in one.ranges for one in sides.values())
    )
    layout.title(
        visit.say("page.title.comparison"), drawn[0].title if drawn and several else visit.say("comparison_page.lead")
    )
    _choose(visit, chosen)
    if not sides:
        layout.empty(visit, "comparison_page.none")
    else:
        if drawn is not None:
            _chart(visit, *drawn, said=several)
        _grounds(visit, chosen, sides, named)
        _figures(visit, sides)
    kinds = _kinds(str(data_folder()), visit.version, answers.published(visit))
    _by_kind(visit, kinds)
    lines = _lines(str(data_folder()), reference().price_years[1])
    benchmark_section(visit, sides, lines)
    _published(visit, sides, lines)
    lang = visit.lang
    download(
        visit.say("comparison_page.excel"),
        f"{visit.say('comparison_page.file')}.xlsx",
        lambda: comparison_workbook(sides, kinds, lines, lang),
        key="comparison_excel",
    )


# -- what is compared


def _asked(visit: Visit) -> list[PublishedRow]:
    """The estimates of the address. Raises as :func:`impact.estimates.get_estimate` for one that isn't to be had."""
    ids = asked.numbers("id", MOST)
    found = estimates_of(visit.store, visit.actor, ids)
    for missing in set(ids) - {one.estimate.id for one in found}:
        get_estimate(visit.store, visit.actor, missing)
        raise LookupError(f"no estimate {missing}")
    return found


def _side(visit: Visit, one: PublishedRow) -> Side:
    """An estimate that the visitor was found to see; what is locked never changes, so that it is kept by its hash."""
    return _computed(str(data_folder()), one.estimate.id, one.estimate.sha256, reference().price_years[1], visit)


@st.cache_resource(max_entries=200, show_spinner=False)
def _computed(folder: str, id: int, sha256: str, year: int, _visit: Visit) -> Side:
    return side(get_estimate(_visit.store, _visit.actor, id)[1], reference(), year)


@st.cache_resource(max_entries=2, show_spinner=False)
def _lines(folder: str, year: int) -> list[PublishedLine]:
    return published_lines(reference(), year)


@st.cache_resource(max_entries=2, show_spinner=False)
def _kinds(folder: str, version: int, _rows: Sequence[PublishedRow]) -> list[KindRow]:
    """Every event with a published estimate, the evaluation where there is one, by kind."""
    latest = {one.event.id: one for one in sorted(_rows, key=lambda one: one.estimate.purpose == "evaluation")}
    return by_kind(compared_row(one.estimate, one.event, reference()) for one in latest.values())


def _names(visit: Visit, chosen: Sequence[PublishedRow]) -> dict[int, str]:
    """What each is called here: the event's name, with the estimate's where two would be called the same."""
    names = [one.event.name(visit.lang) or visit.say("events_page.unnamed") for one in chosen]
    return {
        one.estimate.id: name
        if names.count(name) == 1
        else visit.say("comparison_page.of_several", event=name, id=str(one.estimate.id), name=_purpose(visit, one))
        for one, name in zip(chosen, names, strict=True)
    }


def _purpose(visit: Visit, one: PublishedRow) -> str:
    name = visit.say(f"comparison_page.purpose.{one.estimate.purpose}")
    return f"{name} «{one.estimate.name}»" if one.estimate.name else name


def _choose(visit: Visit, chosen: Sequence[PublishedRow]) -> None:
    """Some words find estimates; those that are taken stand in the address."""
    text_field, choice = st.columns([1, 2])
    with text_field:
        text = st.text_input(
            visit.say("choosing_event.text"),
            key="comparison_text",
            type="search",
            placeholder=visit.say("events_page.text_where"),
            help=visit.say("choosing_event.hint"),
        )
    found = find_estimates(visit.store, visit.actor, text or "", limit=FOUND)
    known = {one.estimate.id: one for one in (*chosen, *found)}
    asked.follow("comparison_chosen", [one.estimate.id for one in chosen])
    with choice:
        st.multiselect(
            visit.say("comparison_page.choose", most=MOST),
            list(known),
            format_func=lambda id: _label(visit, known[id]) if id in known else str(id),
            key="comparison_chosen",
            placeholder=visit.say("comparison_page.placeholder"),
            max_selections=MOST,
            on_change=_to_address,
            select_all=False,
        )
    if len(found) == FOUND:
        layout.text(visit.say("comparison_page.more", shown=FOUND), small=True)


def _label(visit: Visit, one: PublishedRow) -> str:
    state = "published" if one.estimate.published else "locked"
    event = one.event.name(visit.lang) or visit.say("events_page.unnamed")
    at = moment(one.estimate.locked_at, visit.lang)
    return visit.say(f"comparison_page.label.{state}", event=event, purpose=_purpose(visit, one), at=at)


def _to_address() -> None:
    st.query_params["id"] = [str(id) for id in st.session_state.get("comparison_chosen") or ()]


# -- how they compare


def _drawn(visit: Visit, sides: Mapping[str, Side], per: Per) -> tuple[Figure, dict[str, Any]] | None:
    """The chart; only money of one year can be drawn on one scale."""
    drawn = {name: one for name, one in sides.items() if one.compared.carried}
    if not drawn:
        return None
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    figures = tuple((name, one.ranges.get(f"value_added_per_{per}")) for name, one in drawn.items())
    return _figure(figures, per, visit.lang, mode)


@st.cache_resource(max_entries=100, show_spinner=False)
def _figure(
    figures: tuple[tuple[str, Range | None], ...], per: Per, lang: Lang, mode: Mode
) -> tuple[Figure, dict[str, Any]]:
    """The figure, and its chart as it is sent: writing it anew at every run is slow."""
    drawn = comparison(
        [EventFigure(name, None if one is None else vars(one)) for name, one in figures], per, lang, mode
    )
    return drawn, drawn.spec()


def _chart(visit: Visit, drawn: Figure, spec: dict[str, Any], *, said: bool) -> None:
    """The chart; its title is the page's sentence where that is ``said`` already."""
    layout.section(visit.say("comparison_page.chart"))
    asked.follow("comparison_per", asked.text("per") if asked.text("per") in PER_WORDS else next(iter(PER_WORDS)))
    st.segmented_control(
        visit.say("comparison_page.per"),
        list(PER_WORDS),
        required=True,
        format_func=lambda one: visit.say(f"comparison_page.per_{PER_WORDS[one]}"),
        key="comparison_per",
        on_change=asked.keeping("per", "comparison_per", str),
    )
    if not said:
        layout.text(drawn.title)
    st.vega_lite_chart(spec, width="stretch", theme=None)
    layout.text(drawn.note, small=True)


def _grounds(visit: Visit, chosen: Sequence[PublishedRow], sides: Mapping[str, Side], named: Mapping[int, str]) -> None:
    """Which estimates these are, and in which kroner."""
    names = ("event", "kind", "days", "estimate", "prices")
    heads = [visit.say(f"comparison_page.head.{one}") for one in names]
    rows: list[list[Cell]] = []
    for one in chosen:
        name = named[one.estimate.id]
        shown = visit.say("events_page.sample", name=name) if one.event.sample else name
        if one.estimate.withdrawn_at:
            shown = visit.say("comparison_page.withdrawn", name=shown)
        rows.append(
            [
                Link(shown, f"/anslag?id={one.estimate.id}"),
                word("kind", one.event.kind, visit.lang) or "–",
                days(one.event.first_day, one.event.last_day, visit.lang),
                f"{_purpose(visit, one)}, {moment(one.estimate.locked_at, visit.lang)}",
                str(sides[name].year),
            ]
        )
    layout.section(visit.say("comparison_page.which"))
    table(visit.say("comparison_page.which_caption"), heads, rows)


def _figures(visit: Visit, sides: Mapping[str, Side]) -> None:
    """Every figure with its range, a column for each estimate."""
    layout.section(visit.say("comparison_page.figures"))
    caption = visit.say("comparison_page.figures_caption")
    heads = [Column(visit.say("comparison_page.head.figure")), *(Column(name, number=True) for name in sides)]
    rows = [[figure_name(one, visit.lang), *(_range(visit, one, each) for each in sides.values())] for one in FIGURES]
    table(caption, heads, rows)
    notes = list(dict.fromkeys(one.compared.prices(visit.lang) for one in sides.values()))
    notes.append(visit.say("comparison_page.quotient"))
    if not all(one.quotients for one in sides.values()):
        notes.append(visit.say("comparison_page.not_drawn"))
    layout.text(*notes, small=True)


def _range(visit: Visit, figure: str, one: Side) -> str:
    """The middle and the range: «94 mill. kr (67–124 mill. kr)»."""
    found = one.ranges.get(figure)
    if found is None:
        return visit.say("page.unknown")
    middle, span = (count_middle, count_span) if figure in COUNTS else (kroner_middle, kroner_span)
    both = middle(visit.lang, found), span(visit.lang, found)
    return both[0] if both[0] == both[1] else f"{both[0]} ({both[1]})"


def _by_kind(visit: Visit, kinds: Sequence[KindRow]) -> None:
    """Published estimates by kind of event: the lowest, middle and highest of their medians."""
    layout.section(visit.say("comparison_page.kinds"))
    if not kinds:
        layout.text(visit.say("comparison_page.kinds_none"))
        return
    layout.text(visit.say("comparison_page.kinds_text", year=str(reference().price_years[1])))
    names = ("kind", "events", "visitor", "night")
    heads = [Column(visit.say(f"comparison_page.kind_head.{one}"), number=one != "kind") for one in names]
    rows = [
        [
            word("kind", one.kind, visit.lang) or "–",
            str(one.events),
            *(_spread(visit, each) for each in (one.per_visitor, one.per_guest_night)),
        ]
        for one in kinds
    ]
    table(visit.say("comparison_page.kinds_caption"), heads, rows)


def _spread(visit: Visit, found: tuple[float, float, float] | None) -> str:
    if found is None:
        return visit.say("page.unknown")
    both = kroner_middle(visit.lang, Range(*found)), kroner_span(visit.lang, Range(*found))
    return both[0] if both[0] == both[1] else f"{both[0]} ({both[1]})"


def _published(visit: Visit, sides: Mapping[str, Side], lines: Sequence[PublishedLine]) -> None:
    """What others have published of events as wholes, the same of the chosen ones, and how it was made otherwise."""
    layout.section(visit.say("comparison_page.published"))
    layout.text(visit.say("comparison_page.published_text"))
    names = ("event", "figure", "value", *(("yours",) if sides else ()), "difference")
    heads = [visit.say(f"comparison_page.published_head.{one}") for one in names]
    rows = [_line(visit, sides, one) for one in lines if one.figure not in PER]
    table(visit.say("comparison_page.published_caption"), heads, rows)
    sources = "".join(
        f"<li>{markup(one.name(visit.lang))}, {markup(lower(one.figure_called(visit.lang)))}: "
        f"{source_links(one.source or one.formula)}</li>"
        for one in lines
    )
    with st.expander(visit.say("comparison_page.sources")):
        st.html(f'<ul class="rv-list">{sources}</ul>')


def _line(visit: Visit, sides: Mapping[str, Side], one: PublishedLine) -> list[Cell]:
    lang = visit.lang
    point = Range(one.value, one.value, one.value)
    value = count_middle(lang, point) if one.figure in COUNTS else kroner_middle(lang, point)
    if one.year is not None:
        value = visit.say("comparison_page.in_prices", value=value, year=str(one.year))
    ours = "; ".join(f"{name}: {_range(visit, one.figure, each)}" for name, each in sides.items())
    own = [ours] if sides else []
    return [one.name(lang), figure_name(one.figure, lang), value, *own, one.difference(lang)]
