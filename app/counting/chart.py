"""What was counted, period by period, against what is ordinary: bands of earlier years and a dot for what was seen."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from app.counting.words import between, period, signed, spell_years
from app.figure import Figure, Record, inline, layered
from app.theme import PALETTES, Mode
from data.numbers import number
from data.phrases import Lang, say
from impact.counts.baseline import Baseline, Compared
from impact.counts.series import Series

HEIGHT = 220
NAMES = 5
"""Names of days that find room under a narrow chart."""
_COLUMNS = ("seen", "mean", "range", "difference", "difference_range", "years")


def against(series: Series, found: Baseline, lang: Lang, mode: Mode) -> Figure:
    """A count against its baseline; its table has the difference, and the years that it is made from."""
    colours = PALETTES[mode]
    records = [_record(one, found, lang) for one in found.periods]
    step = -(-len(records) // NAMES) or 1
    named = [one["period"] for one in records[::step]]
    axis: Any = {
        "title": None,
        "values": named,
        "labelAngle": 0,
        "labelOverlap": False,
        "domain": False,
        "ticks": False,
    }
    x = alt.X("period:N", sort=None, axis=alt.Axis(**axis), scale=alt.Scale(paddingInner=0.25))
    top = max((one[end] or 0.0 for one in records for end in ("seen", "high", "mean")), default=0.0) * 1.1 or 1.0
    scale = alt.Scale(domain=[0, top], nice=False)
    height = alt.Axis(title=None, tickCount=4, format=",.0f", domain=False)
    tooltip = [alt.Tooltip("period:N", title=" "), alt.Tooltip("value:N", title=" ")]
    base = alt.Chart(inline(records))
    dot: Any = {"filled": True, "size": 70, "opacity": 1, "color": colours.ink}
    layers = [
        base.mark_bar(fill=colours.band, stroke=colours.indirect, strokeWidth=1).encode(
            x=x, y=alt.Y("low:Q", scale=scale, axis=height), y2=alt.Y2("high:Q"), tooltip=tooltip
        ),
        base.mark_tick(color=colours.direct, thickness=3).encode(x=x, y=alt.Y("mean:Q", scale=scale), tooltip=tooltip),
        base.mark_point(**dot).encode(x=x, y=alt.Y("seen:Q", scale=scale), tooltip=tooltip),
    ]
    said = "; ".join(say("chart.pair", lang, label=one["period"], value=one["value"]) for one in records)
    title = say("counts_page.chart_title", lang, name=series.name)
    note = say("counts_page.chart_note", lang, unit=say(f"counts.unit.{series.unit.unit}", lang))
    chart = layered(layers, HEIGHT, lang, mode, f"{title}. {said}")
    return Figure("counts", lang, mode, title, note, chart, _table(found, lang), f"{title}. {said}")


def _record(one: Compared, found: Baseline, lang: Lang) -> Record:
    ordinary = one.baseline
    value = say(
        "counts_page.chart_value",
        lang,
        seen=say("page.unknown", lang) if one.seen is None else number(one.seen, lang),
        ordinary=say("page.unknown", lang) if ordinary is None else number(ordinary.mean, lang),
    )
    return {
        "period": period(found.step, one.period, lang),
        "seen": one.seen,
        "mean": ordinary.mean if ordinary else None,
        "low": ordinary.low if ordinary else None,
        "high": ordinary.high if ordinary else None,
        "value": value,
    }


def _table(found: Baseline, lang: Lang) -> pd.DataFrame:
    unknown = say("page.unknown", lang)
    rows = []
    for one in found.periods:
        ordinary, more = one.baseline, one.difference
        rows.append(
            [
                unknown if one.seen is None else number(one.seen, lang),
                unknown if ordinary is None else number(ordinary.mean, lang),
                between(ordinary, lang) or unknown,
                unknown if more is None else signed(more.mean, lang),
                between(more, lang, signs=True) or unknown,
                spell_years(one.years) or "–",
            ]
        )
    columns = [say(f"counts_page.column.{name}", lang) for name in _COLUMNS]
    index = [period(found.step, one.period, lang) for one in found.periods]
    return pd.DataFrame(rows, index=index, columns=columns)
