"""Each forecast's range with its outcome as a dot, in per cent of the forecast's median."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from app.figure import LINE, Figure, bands, described, inline, layered, line_at, rows, span, words, x_of, y_of
from app.theme import PALETTES, Mode
from data.numbers import percent
from data.phrases import Lang, say
from impact.record.record import Line, Record

MOST = 30
"""Events that are drawn; the table has them all."""
MARGIN = 0.03
"""Of the scale, so that no dot is cut at its ends."""


def record_chart(record: Record, lang: Lang, mode: Mode) -> Figure | None:
    """The latest events that have a ratio, newest first; None where there are none."""
    shown = drawable(record)[:MOST]
    if not shown:
        return None
    colours = PALETTES[mode]
    layout = rows([_label(one, lang) for one in shown], [_value(one, lang) for one in shown])
    marks = [{**layout.at(place), **_band(one)} for place, one in enumerate(shown)]
    low, high = span([mark[end] for mark in marks for end in ("low", "high", "x")] + [100.0], zero=False)
    domain = (low - MARGIN * (high - low), high + MARGIN * (high - low))
    dot = alt.Chart(inline(marks)).mark_point(
        filled=True, fill=colours.dot, stroke=colours.ground, strokeWidth=1, size=110, opacity=1
    )
    layers = [
        line_at(100.0, layout, domain, mode),
        *bands(marks, layout, domain, mode),
        dot.encode(x=x_of("x", domain), y=y_of("middle", layout)),
        *words(layout, mode),
    ]
    text = say("forecast_record.chart.alt", lang, rows=described(layout, lang))
    chart = layered(layers, layout.height + LINE, lang, mode, text)
    title = say("forecast_record.chart.title", lang)
    return Figure("record", lang, mode, title, say("forecast_record.chart.note", lang), chart, pd.DataFrame(), text)


def drawable(record: Record) -> Sequence[Line]:
    """The events that can be drawn, the newest first."""
    return [one for one in reversed(record.lines) if one.ratio is not None]


def _band(one: Line) -> dict[str, float]:
    assert one.forecast is not None and one.ratio is not None
    per = 100 / one.forecast.p50
    return {"low": one.forecast.p10 * per, "mid": 100.0, "high": one.forecast.p90 * per, "x": 100 * one.ratio}


def _label(one: Line, lang: Lang) -> str:
    return one.event.name(lang) or say("events_page.unnamed", lang)


def _value(one: Line, lang: Lang) -> str:
    if one.drained:
        return say("forecast_record.chart.drained", lang)
    return say("forecast_record.chart.value", lang, share=percent(one.ratio or 0.0, lang))
