"""Charts of more than one estimate: nights, events beside each other, and two scenarios."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd

from app.charts import Measure, Ranges, measure
from app.figure import LINE, Figure, at_edge, described, inline, layered
from app.theme import PALETTES, TEXT_SIZE, Mode
from data.clock import day_of_year
from data.numbers import number
from data.phrases import Lang, say
from impact.area_nights import NightView
from impact.event import AREAS
from impact.places import DECIDING
from impact.report import Tree, decimals, kroner

Per = Literal["visitor", "guest_night"]
PER: dict[Per, str] = {"visitor": "chart.comparison.per_visitor", "guest_night": "chart.comparison.per_guest_night"}
NIGHTS_HEIGHT = 200
DATES = 5
"""Dates that find room under the nights of a narrow screen."""


@dataclass(frozen=True)
class NightLoad:
    """One night: the rooms that events ask for, those free without them and guests; None is what is not known."""

    date: dt.date
    rooms_wanted: float
    rooms_free: float | None
    guests: float | None = None

    @property
    def full(self) -> bool:
        """Whether events ask for all that is free, or more."""
        return self.rooms_free is not None and self.rooms_wanted > 0 and self.rooms_wanted >= self.rooms_free


def loads_of(views: Iterable[NightView]) -> list[NightLoad]:
    """The nights of an area at their medians; rooms that are free stay unknown where the rooms are.

    What is free without events is what they leave and what they fill, less what they take from ordinary guests: a night
    that is full for the area is then full here.
    """
    return [NightLoad(one.date, one.demand.p50, _free(one), one.guests.p50) for one in views]


def _free(night: NightView) -> float | None:
    if night.free is None or night.housed is None or night.displaced is None:
        return None
    return max(0.0, night.free.p50 + night.housed.p50 - night.displaced.p50)


def nights(loads: Sequence[NightLoad], lang: Lang, mode: Mode) -> Figure:
    """Rooms that events ask for, night by night, against those that are free; full nights are marked.

    Rooms and not guests are drawn, since only rooms can be held against rooms; guests stand in the table.
    """
    colours = PALETTES[mode]
    loads = sorted(loads, key=lambda one: one.date)
    records = [
        {
            "date": one.date.isoformat(),
            "wanted": one.rooms_wanted,
            "free": one.rooms_free,
            "full": one.full,
            "fill": colours.direct if one.full else colours.induced,
            "night": day_of_year(one.date, lang),
            "value": say("chart.nights.value", lang, wanted=round(one.rooms_wanted), free=_known(one.rooms_free, lang)),
        }
        for one in loads
    ]
    top = max((max(one.rooms_wanted, one.rooms_free or 0.0) for one in loads), default=1.0) * 1.25 or 1.0
    step = -(-len(records) // DATES)
    named: Any = [one["date"] for one in records[:: step or 1]][:DATES]
    axis = alt.Axis(
        title=None, format="%-d.%-m." if lang == "nb" else "%-d %b", values=named, grid=False, labelOverlap=False
    )
    x = alt.X("date:T", timeUnit="utcyearmonthdate", axis=axis)
    scale = alt.Scale(domain=[0, top], nice=False)
    height = alt.Y("wanted:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4, format=",.0f", domain=False))
    tooltip = [alt.Tooltip("night:N", title=" "), alt.Tooltip("value:N", title=" ")]
    base = alt.Chart(inline(records))
    fill = alt.Fill("fill:N", scale=None)
    free = {"x": x, "y": alt.Y("free:Q", scale=scale)}
    line: Any = {"interpolate": "step", "strokeWidth": 2.5, "color": colours.contingent}
    halo: Any = {"interpolate": "step", "strokeWidth": 6, "color": colours.ground}
    name: Any = {"align": "right", "baseline": "top", "fontSize": TEXT_SIZE, "fontWeight": "bold"}
    layers = [
        base.mark_bar(stroke=colours.outline, strokeWidth=1).encode(x=x, y=height, fill=fill, tooltip=tooltip),
        base.mark_line(**halo).encode(**free),
        base.mark_line(**line).encode(**free),
        base.transform_filter("datum.full")
        .mark_point(shape="triangle-down", filled=True, size=70, yOffset=-8, color=colours.ink, opacity=1)
        .encode(x=x, y=alt.Y("wanted:Q", scale=scale)),
        alt.Chart(inline([{"text": f"— {say('chart.nights.free', lang)}", "top": top}]))
        .mark_text(color=colours.contingent, **name)
        .encode(x=at_edge("width"), y=alt.Y("top:Q", scale=scale), text=alt.Text("text:N")),
    ]
    full = [one for one in loads if one.full]
    unknown = not loads or any(one.rooms_free is None for one in loads)
    key = "chart.nights.title" if full else "chart.nights.unknown" if unknown else "chart.nights.room"
    title = say(key, lang, count=len(full), nights=len(loads))
    said = "; ".join(say("chart.pair", lang, label=one["night"], value=one["value"]) for one in records)
    text = say("chart.nights.alt", lang, rows=said)
    chart = layered(layers, NIGHTS_HEIGHT, lang, mode, text)
    return Figure("nights", lang, mode, title, say("chart.nights.note", lang), chart, _nights_table(loads, lang), text)


def _nights_table(loads: Sequence[NightLoad], lang: Lang) -> pd.DataFrame:
    full = ["report.unknown" if one.rooms_free is None else _ANSWER[one.full] for one in loads]
    columns: dict[str, list[Any]] = {
        say("chart.nights.wanted", lang): [one.rooms_wanted for one in loads],
        say("chart.nights.free", lang): [one.rooms_free for one in loads],
        say("chart.nights.guests", lang): [one.guests for one in loads],
        say("chart.nights.full", lang): [say(key, lang) for key in full],
    }
    return pd.DataFrame(columns, index=pd.Index([day_of_year(one.date, lang) for one in loads]))


_ANSWER = {True: "workbook.public.yes", False: "workbook.public.no"}


def _known(rooms: float | None, lang: Lang) -> str:
    return say("report.unknown", lang) if rooms is None else number(rooms, lang)


@dataclass(frozen=True)
class EventFigure:
    """An event's name and its figure {p10, p50, p90} in kroner per visitor or guest-night; None where unknown.

    A quotient's range is that of the quotients draw by draw, never a quotient of percentiles.
    """

    name: str
    figure: Mapping[str, float] | None


def comparison(events: Sequence[EventFigure], per: Per, lang: Lang, mode: Mode) -> Figure:
    """Events beside each other, ``per`` ``visitor`` or ``guest_night``: a band with a tick for each, highest first."""
    ordered = sorted(events, key=lambda one: (-(one.figure or {"p50": float("-inf")})["p50"], one.name))
    ends = [abs(one.figure["p90"]) for one in ordered if one.figure]
    unit = Measure(1.0, say(PER[per], lang), max(-9, min(0, decimals(max(ends, default=0), -9))), lang)
    own = Ranges(tuple(one.name for one in ordered), tuple(one.figure for one in ordered), unit, {})
    layout = own.layout()
    key = "chart.comparison.title" if ends else "chart.comparison.unknown"
    title = say(key, lang, event=ordered[0].name if ordered else "", per=unit.unit)
    text = say("chart.comparison.alt", lang, per=unit.unit, rows=described(layout, lang))
    note = say("chart.comparison.note", lang, per=unit.unit)
    layers = own.layers(layout, mode) if ordered else own.layers(layout, mode)[1:]
    chart = layered(layers, layout.height + LINE, lang, mode, text)
    return Figure("comparison", lang, mode, title, note, chart, own.table(lang), text, unit.places)


def scenarios(
    base: Tree, other: Tree, names: tuple[str, str], lang: Lang, mode: Mode, quantity: str = DECIDING
) -> Figure:
    """Two scenarios of one event as their difference: a band for each in each area that both have.

    The difference is that of the figures at the modes; both must be drawn from one seed.
    """
    shown = [one for one in AREAS if base["areas"][one] and other["areas"][one]]
    both = [[tree["areas"][one]["effects"][quantity]["total"] for tree in (base, other)] for one in shown]
    labels = [
        say("chart.scenarios.row", lang, area=say(f"figure.{one}", lang), scenario=name)
        for one in shown
        for name in names
    ]
    figures = [figure for pair in both for figure in pair]
    unit = measure(base, quantity, [figure[end] for figure in figures if figure for end in ("p10", "p90")], lang)
    own = Ranges(tuple(labels), tuple(figures), unit, {})
    layout = own.layout()
    area = base["deciding_area"] if base["deciding_area"] in shown else shown[0]
    one, two = both[shown.index(area)]
    change = two["mode"] - one["mode"] if one and two else 0.0
    amount = kroner(lang, abs(change)) if quantity != "employment" else number(abs(change), lang, unit.places)
    key = f"chart.scenarios.{'same' if not change else 'more' if change > 0 else 'less'}"
    figures_ = {"scenario": names[1], "amount": amount, "area": say(f"report.in_{area}", lang)}
    title = say(key, lang, quantity=say(f"figure.{quantity}", lang).lower(), **figures_)
    text = say("chart.scenarios.alt", lang, unit=unit.unit, rows=described(layout, lang))
    table = own.table(lang)
    heading = say("chart.heading", lang, name=say("chart.scenarios.change", lang), unit=unit.unit)
    changes = [(b["mode"] - a["mode"]) / unit.scale if a and b else None for a, b in both]
    table[heading] = pd.Series([x for change in changes for x in (None, change)], table.index, dtype=float)
    note = say("chart.scenarios.note", lang, unit=unit.unit)
    chart = layered(own.layers(layout, mode), layout.height + LINE, lang, mode, text)
    return Figure("scenarios", lang, mode, title, note, chart, table, text, unit.places)
