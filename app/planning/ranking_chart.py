"""The ranking as a chart: each case's mean, the scorers' lowest and highest, and the bands as grounds behind them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import altair as alt
import pandas as pd

from app.figure import (
    BAR,
    GAP,
    LINE,
    Figure,
    Rows,
    bands,
    described,
    inline,
    layered,
    rows,
    words,
    y_of,
)
from app.theme import PALETTES, Mode
from data.numbers import number
from data.phrases import Lang, say
from fund.review.ranking import Ranked

MOST = 40
"""Cases that are drawn; the table has them all."""
DECIMALS = 2


def ranking_chart(cases: Sequence[Ranked], top: float, lang: Lang, mode: Mode) -> Figure | None:
    """The cases that have a score, highest first, on a scale from 0 to ``top``; None where there are none."""
    scored = [one for one in cases if one.score is not None]
    if not scored:
        return None
    shown = scored[:MOST]
    layout = rows(
        [say("ranking_page.chart.row", lang, band=one.band or 0, title=one.title) for one in shown],
        [points_and_spread(one, lang) for one in shown],
    )
    domain = (0.0, top)
    records = [
        {
            **layout.at(place),
            "low": float(one.lowest or 0),
            "mid": float(one.score or 0),
            "high": float(one.highest or 0),
        }
        for place, one in enumerate(shown)
    ]
    layers = [_grounds(shown, layout, mode), *bands(records, layout, domain, mode), *words(layout, mode)]
    text = say("ranking_page.chart.alt", lang, rows=described(layout, lang))
    chart = layered(layers, layout.height + LINE, lang, mode, text)
    several = any(len(list(group)) > 1 for _, group in groupby(scored, key=lambda one: one.band))
    title = say("ranking_page.chart.title" if several else "ranking_page.chart.apart", lang, title=scored[0].title)
    note = say("ranking_page.chart.note", lang, top=top)
    return Figure("ranking", lang, mode, title, note, chart, pd.DataFrame(), text, DECIMALS)


def points(value: float, lang: Lang) -> str:
    """Points as a table shows them."""
    return number(value, lang, DECIMALS)


def spread(one: Ranked, lang: Lang) -> str:
    """«3,00–4,75», or one figure where all say the same."""
    ends = [points(float(end), lang) for end in (one.lowest or 0, one.highest or 0)]
    return ends[0] if ends[0] == ends[1] else say("report.to", lang, low=ends[0], high=ends[1])


def points_and_spread(one: Ranked, lang: Lang) -> str:
    """«4,08 (3,50–4,50)»."""
    mean, ends = points(float(one.score or 0), lang), spread(one, lang)
    return mean if mean == ends else f"{mean} ({ends})"


def _grounds(shown: Sequence[Ranked], layout: Rows, mode: Mode) -> alt.Chart:
    """A pale ground behind every other band, so that one sees where a band ends."""
    records, first = [], 0
    for band, group in groupby(shown, key=lambda one: one.band):
        last = first + len(list(group)) - 1
        if (band or 0) % 2:
            records.append({"y": layout.tops[first] - GAP / 2, "y2": layout.bars[last] + BAR + GAP / 2})
        first = last + 1
    chart: alt.Chart = (
        alt.Chart(inline(records or [{"y": 0, "y2": 0}]))
        .mark_rect(fill=PALETTES[mode].grid, opacity=0.35)
        .encode(y=y_of("y", layout), y2=alt.Y2("y2:Q"))
    )
    return chart
