"""The charts of one estimate: bridge, ranges, effects, and what decides.

Each takes the plain data of :func:`impact.estimate.estimate` and gives a :class:`app.figure.Figure`. Figures at the
modes add up and are drawn as bars; ranges are drawn as bands. A chart holds only the data that it draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from app.figure import (
    BAR,
    LINE,
    Figure,
    Record,
    Rows,
    at_edge,
    bands,
    bars,
    described,
    inline,
    layered,
    line_at,
    rows,
    span,
    words,
    x_of,
    y_of,
)
from app.theme import PALETTES, TEXT_SIZE, Mode
from data.numbers import number, percent
from data.phrases import Lang, say
from impact.event import AREAS, Area
from impact.places import DECIDING
from impact.report import BRIDGE, MILLION, UNITS, Tree, decimals, kroner, swing_name, unit_of
from impact.simulation import PARTS

TOP = 10
STEPS = PARTS[:3]


@dataclass(frozen=True)
class Measure:
    """What a chart counts in: ``scale`` kroner (or 1 for persons), its unit in words, and decimals."""

    scale: float
    unit: str
    places: int
    lang: Lang

    def written(self, value: float) -> str:
        return number(value / self.scale, self.lang, self.places)


def measure(tree: Tree, quantity: str, values: Sequence[float], lang: Lang) -> Measure:
    """The unit that ``values`` of a quantity are shown in: persons for employment, else the report's unit of money."""
    largest = max((abs(value) for value in values), default=0.0)
    if quantity == "employment":
        return Measure(1.0, say("chart.persons", lang), max(0, min(1, decimals(largest))), lang)
    scale = unit_of(tree)
    return Measure(scale, say(f"report.{UNITS[scale]}", lang), decimals(largest / scale, int(scale == MILLION)), lang)


def name(key: str, lang: Lang) -> str:
    return say(f"figure.{key}", lang)


def lower(text: str) -> str:
    """``text`` as it stands in the middle of a sentence: «IT-tjenester» keeps its letters."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def bridge(tree: Tree, lang: Lang, mode: Mode, area: str | None = None) -> Figure:
    """From audience spending down to final demand, and up again by the three parts of value added; at the modes."""
    area = area or tree["deciding_area"]
    here, colours = tree["areas"][area], PALETTES[mode]
    effects = here["effects"][DECIDING]
    steps: list[tuple[str, float, float, str]] = []
    level = 0.0
    for sign, key in BRIDGE[:-1]:
        change = -here[key]["mode"] if sign == "−" else here[key]["mode"]
        steps.append((name(key, lang), level, level + change, colours.money_out if change < 0 else colours.money_in))
        level += change
    steps.append((name("final_demand", lang), 0.0, here["final_demand"]["mode"], colours.money_in))
    level = 0.0
    for part in STEPS:
        label = say("chart.bridge.part", lang, quantity=name(DECIDING, lang), part=lower(name(part, lang)))
        steps.append((label, level, level + effects[part]["mode"], colours.parts[part]))
        level += effects[part]["mode"]
    unit = measure(tree, DECIDING, [end for _, start, stop, _ in steps for end in (start, stop)], lang)
    changes = [stop - start for _, start, stop, _ in steps]
    layout = rows([label for label, *_ in steps], [unit.written(change) for change in changes])
    domain = span(end / unit.scale for _, start, stop, _ in steps for end in (start, stop))
    records = [
        {**layout.at(place), "x": start / unit.scale, "x2": stop / unit.scale, "fill": fill}
        for place, (_, start, stop, fill) in enumerate(steps)
    ]
    held = [place for place in range(len(steps) - 1) if place != len(BRIDGE) - 1]  # final demand holds up nothing
    links = [{"x": steps[one][2] / unit.scale, "y": layout.bars[one] + BAR, "y2": layout.bars[one + 1]} for one in held]
    link = alt.Chart(inline(links)).mark_rule(color=colours.muted, strokeDash=[2, 2])
    layers = [
        line_at(0.0, layout, domain, mode),
        link.encode(x=x_of("x", domain), y=y_of("y", layout), y2=alt.Y2("y2:Q")),
        bars(records, layout, domain, mode),
        *words(layout, mode),
    ]
    ends = {"spent": kroner(lang, here["audience_spending"]["mode"]), "added": kroner(lang, level)}
    title = say("chart.bridge.title", lang, area=say(f"report.in_{area}", lang), **ends)
    text = say("chart.bridge.alt", lang, unit=unit.unit, rows=described(layout, lang))
    table = table_of(layout.labels, {head("at_modes", unit, lang): [one / unit.scale for one in changes]})
    note = say("chart.bridge.note", lang, unit=unit.unit)
    chart = layered(layers, layout.height, lang, mode, text)
    return Figure("bridge", lang, mode, title, note, chart, table, text, unit.places)


def head(key: str, unit: Measure, lang: Lang) -> str:
    return say("chart.heading", lang, name=say(f"report.{key}", lang), unit=unit.unit)


def table_of(labels: Sequence[str], columns: Mapping[str, Sequence[float | None]]) -> pd.DataFrame:
    index = pd.Index([label.replace("\n", " ") for label in labels])
    return pd.DataFrame({name: pd.Series(list(values), index, dtype=float) for name, values in columns.items()}, index)


def range_words(figure: Mapping[str, float] | None, unit: Measure) -> str:
    """«94 (68–124)», or that it is not known."""
    if figure is None:
        return say("report.unknown", unit.lang)
    mid, low, high = (unit.written(figure[key]) for key in ("p50", "p10", "p90"))
    if low == high:
        return mid
    return f"{mid} ({say('report.to', unit.lang, low=low, high=high)})"


@dataclass(frozen=True)
class Ranges:
    """Named figures as bands, one a row; what is not known has words and no band."""

    labels: tuple[str, ...]
    figures: tuple[Mapping[str, float] | None, ...]
    unit: Measure
    published: Mapping[int, float]
    zero: bool = True

    def layout(self) -> Rows:
        return rows(self.labels, [range_words(figure, self.unit) for figure in self.figures])

    def layers(self, layout: Rows, mode: Mode) -> list[alt.Chart]:
        scale, colours = self.unit.scale, PALETTES[mode]
        known = [(place, figure) for place, figure in enumerate(self.figures) if figure is not None]
        ends = [figure[end] / scale for _, figure in known for end in ("p10", "p90")]
        domain = span([*ends, *(value / scale for value in self.published.values())], self.zero)
        records = [
            {**layout.at(place)} | {to: figure[of] / scale for to, of in _BAND.items()} for place, figure in known
        ]
        dots = [{**layout.at(place), "x": value / scale} for place, value in self.published.items()]
        dot = alt.Chart(inline(dots)).mark_point(
            filled=True, fill=colours.dot, stroke=colours.ground, strokeWidth=1, size=110, opacity=1
        )
        shown = [dot.encode(x=x_of("x", domain), y=y_of("middle", layout))] if dots else []
        zero = [line_at(0.0, layout, domain, mode)] if domain[0] <= 0 <= domain[1] else []
        return [*zero, *bands(records, layout, domain, mode), *shown, *words(layout, mode)]

    def table(self, lang: Lang) -> pd.DataFrame:
        columns = {
            head(key, self.unit, lang): [None if one is None else one[of] / self.unit.scale for one in self.figures]
            for key, of in (("at_p10", "p10"), ("p50", "p50"), ("at_p90", "p90"))
        }
        if self.published:
            given = [self.published.get(place) for place in range(len(self.labels))]
            heading = say("chart.heading", lang, name=say("chart.published", lang), unit=self.unit.unit)
            columns[heading] = [None if one is None else one / self.unit.scale for one in given]
        return table_of(self.labels, columns)


_BAND = {"low": "p10", "mid": "p50", "high": "p90"}


def ranges(
    tree: Tree, lang: Lang, mode: Mode, quantity: str = DECIDING, published: Mapping[Area, float] | None = None
) -> Figure:
    """One quantity in the areas side by side, never added; ``published`` figures, by area, as solid dots."""
    shown: list[Area] = [one for one in AREAS if tree["areas"][one] is not None]
    figures = tuple(tree["areas"][one]["effects"][quantity]["total"] for one in shown)
    known = [figure[end] for figure in figures if figure for end in ("p10", "p90")]
    unit = measure(tree, quantity, known, lang)
    dots = {shown.index(area): value for area, value in (published or {}).items() if area in shown}
    own = Ranges(tuple(name(one, lang) for one in shown), figures, unit, dots)
    layout = own.layout()
    area = tree["deciding_area"]
    ahead = tree["areas"][area]["effects"][quantity]["total"]
    title = say(
        "chart.ranges.title" if ahead else "chart.ranges.unknown",
        lang,
        quantity=name(quantity, lang),
        area=say(f"report.in_{area}", lang),
        between=_between(ahead, quantity, unit) if ahead else "",
    )
    text = say("chart.ranges.alt", lang, quantity=name(quantity, lang), unit=unit.unit, rows=described(layout, lang))
    note = say("chart.ranges.note_published" if dots else "chart.ranges.note", lang, unit=unit.unit)
    chart = layered(own.layers(layout, mode), layout.height + LINE, lang, mode, text)
    return Figure("ranges", lang, mode, title, note, chart, own.table(lang), text, unit.places)


def _between(figure: Mapping[str, float], quantity: str, unit: Measure) -> str:
    """«67 og 124 millioner kroner», «94 og 164 personer»."""
    if quantity != "employment":
        return kroner(unit.lang, figure["p10"], figure["p90"])
    ends = say("report.and", unit.lang, low=unit.written(figure["p10"]), high=unit.written(figure["p90"]))
    return say("chart.pair", unit.lang, label=ends, value=unit.unit)


def stacked(parts: Sequence[Mapping[str, float]], layout: Rows, unit: Measure, mode: Mode) -> list[Record]:
    """Segments of each row from zero, those below zero to the left."""
    colours, records = PALETTES[mode].parts, []
    for place, row in enumerate(parts):
        ends = {True: 0.0, False: 0.0}
        for part in STEPS:
            value = row[part] / unit.scale
            if value:
                start = ends[value > 0]
                ends[value > 0] = start + value
                words_ = {"label": f"{layout.at(place)['label']}: {part}", "value": unit.written(row[part])}
                records.append({**layout.at(place), **words_, "x": start, "x2": start + value, "fill": colours[part]})
    return records


def reach(parts: Sequence[Mapping[str, float]], unit: Measure) -> tuple[float, float]:
    sums = [sum(v for v in row.values() if (v > 0) is up) / unit.scale for row in parts for up in (True, False)]
    return span(sums)


def _under(parts: Sequence[Mapping[str, float]], layout: Rows, unit: Measure, lang: Lang, mode: Mode) -> alt.Chart:
    """The three parts in words under their bar, in the order of the segments."""
    records = []
    for place, row in enumerate(parts):
        said = [f"{name(part, lang).lower()} {unit.written(row[part])}" for part in STEPS]
        records.append({"y": layout.bars[place] + BAR + 3, "text": " · ".join(said)})
    mark: Any = {"baseline": "top", "align": "left", "fontSize": TEXT_SIZE - 1, "color": PALETTES[mode].muted}
    text = alt.Chart(inline(records)).mark_text(**mark)
    chart: alt.Chart = text.encode(x=at_edge(0), y=y_of("y", layout), text=alt.Text("text:N"))
    return chart


def effects(tree: Tree, lang: Lang, mode: Mode, quantity: str = DECIDING) -> Figure:
    """Direct, indirect and induced effects of each area, at the modes."""
    known = [one for one in AREAS if tree["areas"][one] and tree["areas"][one]["effects"][quantity]["total"]]
    parts = [{part: tree["areas"][one]["effects"][quantity][part]["mode"] for part in STEPS} for one in known]
    totals = [sum(row.values()) for row in parts]
    unit = measure(tree, quantity, totals, lang)
    layout = rows([name(one, lang) for one in known], [unit.written(total) for total in totals], below=1)
    domain = reach(parts, unit)
    layers = [
        bars(stacked(parts, layout, unit, mode), layout, domain, mode),
        line_at(0.0, layout, domain, mode),
        _under(parts, layout, unit, lang, mode),
        *words(layout, mode),
    ]
    area = tree["deciding_area"]
    ahead = parts[known.index(area)] if area in known else {}
    whole = sum(ahead.values()) > 0 and all(value >= 0 for value in ahead.values())
    title = say(
        "chart.effects.title" if whole else "chart.effects.plain",
        lang,
        share=percent(ahead["direct"] / sum(ahead.values()), lang) if whole else "",
        quantity=name(quantity, lang),
        area=say(f"report.in_{area}", lang),
    )
    text = say("chart.effects.alt", lang, quantity=name(quantity, lang), unit=unit.unit, rows=described(layout, lang))
    columns = {head_of(part, unit, lang): [row[part] / unit.scale for row in parts] for part in STEPS}
    columns[head_of("total", unit, lang)] = [total / unit.scale for total in totals]
    note = say("chart.effects.note", lang, unit=unit.unit)
    chart = layered(layers, layout.height, lang, mode, text)
    return Figure("effects", lang, mode, title, note, chart, table_of(layout.labels, columns), text, unit.places)


def head_of(part: str, unit: Measure, lang: Lang) -> str:
    return say("chart.heading", lang, name=name(part, lang), unit=unit.unit)


def tornado(tree: Tree, lang: Lang, mode: Mode, top: int = TOP) -> Figure:
    """What decides: value added with one input low and high; an assumed input is hollow with a broken outline."""
    swings = tree["tornado"][:top]
    area, colours = tree["deciding_area"], PALETTES[mode]
    middle = tree["areas"][area]["effects"][DECIDING]["total"]["mode"]
    ends = [swing[end] for swing in swings for end in ("at_p10", "at_p90")]
    unit = measure(tree, DECIDING, [*ends, middle], lang)
    values = [
        say("report.to", lang, **dict(zip(("low", "high"), map(unit.written, sorted(_ends(one))), strict=True)))
        for one in swings
    ]
    layout = rows([swing_name(swing, lang, tree) for swing in swings], values)
    domain = span([value / unit.scale for value in [*ends, middle]], zero=False)
    edge = 0.02 * (domain[1] - domain[0])
    domain = (domain[0] - edge, domain[1] + edge)
    records = [
        {
            **layout.at(place),
            "x": swing["at_p10"] / unit.scale,
            "x2": swing["at_p90"] / unit.scale,
            "assumed": swing["evidence"] == "assumed",
        }
        for place, swing in enumerate(swings)
    ]
    layers = words(layout, mode)
    if swings:
        marks = [_swings(records, known, layout, domain, mode) for known in (True, False)]
        high = alt.Chart(inline(records)).mark_point(
            filled=True, fill=colours.dot, stroke=colours.ground, strokeWidth=1, size=70, opacity=1
        )
        dots = high.encode(x=x_of("x2", domain), y=y_of("middle", layout))
        layers = [*marks, line_at(middle / unit.scale, layout, domain, mode), dots, *layers]
    key = "chart.tornado.title" if swings else "chart.tornado.certain"
    title = say(key, lang, input=swing_name(swings[0], lang, tree) if swings else "")
    text = say("chart.tornado.alt", lang, unit=unit.unit, rows=described(layout, lang))
    columns = {head(end, unit, lang): [swing[end] / unit.scale for swing in swings] for end in ("at_p10", "at_p90")}
    note = say("chart.tornado.note", lang, unit=unit.unit, middle=unit.written(middle))
    chart = layered(layers, layout.height + LINE, lang, mode, text)
    return Figure("tornado", lang, mode, title, note, chart, table_of(layout.labels, columns), text, unit.places)


def _ends(swing: Tree) -> tuple[float, float]:
    return swing["at_p10"], swing["at_p90"]


def _swings(records: list[Record], known: bool, layout: Rows, domain: Sequence[float], mode: Mode) -> alt.Chart:
    """The bars of inputs that are known, solid; or of those assumed, hollow with a broken outline."""
    colours = PALETTES[mode]
    own = [one for one in records if one["assumed"] is not known]
    look: Any = (
        {"fill": colours.indirect, "stroke": colours.outline, "strokeWidth": 1}
        if known
        else {"fill": colours.ground, "stroke": colours.direct, "strokeWidth": 2, "strokeDash": [5, 3]}
    )
    chart: alt.Chart = (
        alt.Chart(inline(own))
        .mark_rect(**look)
        .encode(
            x=x_of("x", domain),
            x2=alt.X2("x2:Q"),
            y=y_of("y", layout),
            y2=alt.Y2("y2:Q"),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("value:N", title=" ")],
        )
    )
    return chart
