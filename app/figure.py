"""A figure: a chart with its title, its table and its text; and the layout that the row charts share.

In a row chart every row has its words and its value in a line of their own, above its marks: nothing is cut on a
screen of 320 pixels, and no legend or axis of names is needed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import disable_debug_mode

from app.theme import PALETTES, TEXT_SIZE, Mode, vega_config
from data.numbers import number
from data.phrases import Lang, say

LINE = 17
"""Pixels of a line of text."""
BAR = 18
GAP = 10
CHARACTERS = 44
"""What fits in a line on a screen of 320 pixels, words and value together."""

Record = dict[str, Any]

# Altair checks each piece as it is made, and the whole again when it is written. Once is enough: 15 ms become 6.
disable_debug_mode()


@dataclass(frozen=True)
class Figure:
    """``title`` says what one sees and ``note`` how to read it; both stand outside the chart, where text can wrap.

    ``table`` holds what is drawn, numbers in full precision in the chart's unit, shown with ``decimals``; ``alt`` says
    the same in a sentence. ``chart`` is as wide as what holds it.
    """

    key: str
    lang: Lang
    mode: Mode
    title: str
    note: str
    chart: alt.LayerChart
    table: pd.DataFrame
    alt: str
    decimals: int = 0

    def shown(self) -> pd.DataFrame:
        """The table with numbers written as the language does."""
        return self.table.map(self._written)

    def _written(self, cell: Any) -> str:
        if cell is None or (isinstance(cell, float) and pd.isna(cell)):
            return ""
        return cell if isinstance(cell, str) else number(float(cell), self.lang, self.decimals)

    def spec(self) -> Record:
        """The chart as Vega-Lite, for ``st.vega_lite_chart``: a third of the time of Altair's own checked way."""
        found: Record = self.chart.to_dict(validate=False)
        return found

    def png(self, width: int = 640, pixels_per_point: float = 2.0) -> bytes:
        """The chart as a picture on the mode's ground, without the internet."""
        import vl_convert

        spec = {**self.spec(), "width": width, "background": PALETTES[self.mode].ground}
        locales = spec["config"]["locale"]
        picture: bytes = vl_convert.vegalite_to_png(
            spec,
            scale=pixels_per_point,
            format_locale=locales["number"],
            time_format_locale=locales["time"],
            allowed_base_urls=[],
        )
        return picture


@dataclass(frozen=True)
class Rows:
    """Where rows stand: y runs in pixels from the top, the marks of row i from ``bars[i]`` to ``bars[i] + BAR``."""

    labels: tuple[str, ...]
    values: tuple[str, ...]
    tops: tuple[int, ...]
    bars: tuple[int, ...]
    height: int

    def at(self, place: int) -> Record:
        """The y of a row's marks, and the words and value that a pointer shows."""
        top = self.bars[place]
        words = {"label": self.labels[place].replace("\n", " "), "value": self.values[place]}
        return {"y": top, "y2": top + BAR, "middle": top + BAR / 2, **words}


def rows(labels: Iterable[str], values: Iterable[str], below: int = 0) -> Rows:
    """Rows with a line or more of words above the marks and ``below`` lines under them."""
    written = tuple(values)
    wrapped = tuple(
        "\n".join(textwrap.wrap(label, max(16, CHARACTERS - len(value) - 1), break_on_hyphens=False)) or " "
        for label, value in zip(labels, written, strict=True)
    )
    tops, bars, y = [], [], 0
    for label in wrapped:
        tops.append(y)
        bars.append(y + LINE * (label.count("\n") + 1) + 1)
        y = bars[-1] + BAR + LINE * below + GAP
    return Rows(wrapped, written, tuple(tops), tuple(bars), y)


def y_of(field: str, layout: Rows) -> alt.Y:
    """A y in pixels from the top."""
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[layout.height, 0], nice=False, zero=False))


def x_of(field: str, domain: Sequence[float], ticks: int = 4) -> alt.X:
    """An x over ``domain``, with few ticks in the language's numbers, or none."""
    axis = None
    if ticks:
        axis = alt.Axis(
            title=None, tickCount=ticks, format=",.6~f", labelFlush=True, domain=False, ticks=False, grid=False
        )
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=list(domain), nice=False, zero=False))


def inline(records: list[Record]) -> alt.Data:
    """The records as the chart's own data: nothing but what it draws."""
    return alt.Data(values=records)  # type: ignore[no-untyped-call]


def at_edge(place: int | str) -> alt.XValue:
    """An x in pixels, or ``width``: the right edge."""
    return alt.XValue(place)  # type: ignore[no-untyped-call]


def bars(records: list[Record], layout: Rows, domain: Sequence[float], mode: Mode) -> alt.Chart:
    """Outlined bars from ``x`` to ``x2`` in the colour ``fill``."""
    mark: Any = {"strokeWidth": 1, "stroke": PALETTES[mode].outline}
    chart: alt.Chart = (
        alt.Chart(inline(records))
        .mark_rect(**mark)
        .encode(
            x=x_of("x", domain),
            x2=alt.X2("x2:Q"),
            y=y_of("y", layout),
            y2=alt.Y2("y2:Q"),
            fill=alt.Fill("fill:N", scale=None),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("value:N", title=" ")],
        )
    )
    return chart


def line_at(value: float, layout: Rows, domain: Sequence[float], mode: Mode) -> alt.Chart:
    """A line beside the marks of every row, at zero or another anchor; it leaves the words free."""
    records = [{"x": value, "y": top - 1, "y2": top + BAR + 1} for top in layout.bars]
    chart: alt.Chart = (
        alt.Chart(inline(records))
        .mark_rule(color=PALETTES[mode].muted, strokeWidth=1.5)
        .encode(x=x_of("x", domain), y=y_of("y", layout), y2=alt.Y2("y2:Q"))
    )
    return chart


def bands(records: list[Record], layout: Rows, domain: Sequence[float], mode: Mode) -> list[alt.Chart]:
    """Modelled ranges: a pale outlined band from ``low`` to ``high`` with a tick at ``mid``."""
    colours = PALETTES[mode]
    source = inline(records)
    tooltip = [alt.Tooltip("label:N", title=" "), alt.Tooltip("value:N", title=" ")]
    y, y2 = y_of("y", layout), alt.Y2("y2:Q")
    band = alt.Chart(source).mark_rect(fill=colours.band, stroke=colours.indirect, strokeWidth=1)
    tick = alt.Chart(source).mark_rule(color=colours.direct, strokeWidth=3)
    return [
        band.encode(x=x_of("low", domain), x2=alt.X2("high:Q"), y=y, y2=y2, tooltip=tooltip),
        tick.encode(x=x_of("mid", domain), y=y, y2=y2, tooltip=tooltip),
    ]


def words(layout: Rows, mode: Mode) -> list[alt.Chart]:
    """Each row's words to the left and its value to the right, above its marks; nothing runs through them."""
    records = [
        {"label": label, "value": value, "y": top}
        for label, value, top in zip(layout.labels, layout.values, layout.tops, strict=True)
    ]
    source = inline(records)
    colours = PALETTES[mode]
    style: Record = {"baseline": "top", "lineHeight": LINE, "fontSize": TEXT_SIZE}
    y, right = y_of("y", layout), at_edge("width")
    ground: Record = {"stroke": colours.ground, "strokeWidth": 4, "color": colours.ground}
    value = {"align": "right", "fontWeight": "bold", **style}
    return [
        alt.Chart(source).mark_text(**value, **ground).encode(x=right, y=y, text=alt.Text("value:N")),
        alt.Chart(source).mark_text(color=colours.ink, **value).encode(x=right, y=y, text=alt.Text("value:N")),
        alt.Chart(source)
        .mark_text(color=colours.ink, align="left", lineBreak="\n", **style)
        .encode(x=at_edge(0), y=y, text=alt.Text("label:N")),
    ]


def layered(
    layers: Sequence[alt.Chart], height: int, lang: Lang, mode: Mode, description: str, **more: Any
) -> alt.LayerChart:
    """The layers as one chart, as wide as what holds it, in the language and colours asked for.

    All is given at once: each later change of an Altair chart copies the whole of it.
    """
    chart: Any = alt.layer(
        *layers,
        width="container",
        height=height,
        description=description,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        config=vega_config(lang, mode),
        **more,
    )
    assert isinstance(chart, alt.LayerChart)
    return chart


def span(values: Iterable[float], zero: bool = True) -> tuple[float, float]:
    """The domain of a scale over ``values``, with zero in it unless ``zero`` says not; never of no width."""
    known = [*values, *([0.0] if zero else [])] or [0.0]
    low, high = min(known), max(known)
    return (low, high) if low < high else (low - 1.0, high + 1.0)


def described(layout: Rows, lang: Lang) -> str:
    """Every row of a chart in words: «Direct 1.0; Indirect 2.0»."""
    pairs = zip(layout.labels, layout.values, strict=True)
    return "; ".join(say("chart.pair", lang, label=label.replace("\n", " "), value=value) for label, value in pairs)
