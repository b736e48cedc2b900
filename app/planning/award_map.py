"""Awards by municipality as a map: a disc for the kroner, over municipalities of one hue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from app.figure import Figure, Record, inline, layered
from app.map_chart import HEIGHT, borders
from app.theme import PALETTES, TEXT_SIZE, Mode
from data.phrases import Lang, say
from fund.books.money import kroner

LARGEST = 2_200
"""The area in square pixels of the disc for the municipality that got most."""


def award_map(given: Mapping[str, int], lang: Lang, mode: Mode) -> Figure | None:
    """Øre by the municipality's code; None where none of the eight got anything."""
    colours, most = PALETTES[mode], max((given.get(code, 0) for code, *_ in borders()), default=0)
    shapes: list[Record] = []
    discs: list[Record] = []
    names: list[Record] = []
    for code, name, geometry, centre in borders():
        ore = given.get(code, 0)
        value = kroner(ore, lang) if ore else say("fund_page.map.nothing", lang)
        shapes.append({"type": "Feature", "geometry": geometry, "name": name, "value": value})
        where = {"longitude": centre[0], "latitude": centre[1], "name": name, "value": value}
        names.append(where)
        if ore:
            discs.append({**where, "size": LARGEST * ore / most})
    if not discs:
        return None
    tooltip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("value:N", title=" ")]
    land = (
        alt.Chart(inline(shapes))
        .mark_geoshape(fill=colours.place, stroke=colours.outline, strokeWidth=1)
        .encode(tooltip=tooltip)
    )
    at: dict[str, Any] = {"longitude": alt.Longitude("longitude:Q"), "latitude": alt.Latitude("latitude:Q")}
    disc = (
        alt.Chart(inline(discs))
        .mark_circle(fill=colours.indirect, stroke=colours.outline, strokeWidth=1, opacity=0.85)
        .encode(**at, size=alt.Size("size:Q", scale=None), tooltip=tooltip)
    )
    label = alt.Chart(inline(names)).encode(**at, text=alt.Text("name:N"), tooltip=tooltip)
    halo = label.mark_text(fontSize=TEXT_SIZE - 1, strokeWidth=4, strokeJoin="round", stroke=colours.place)
    ink = label.mark_text(fontSize=TEXT_SIZE - 1, fill=colours.ink)
    said = "; ".join(say("chart.pair", lang, label=one["name"], value=one["value"]) for one in names)
    text = say("fund_page.map.alt", lang, rows=said)
    chart = layered([land, disc, halo, ink], HEIGHT, lang, mode, text, projection=alt.Projection(type="mercator"))
    first = max(discs, key=lambda one: one["size"])["name"]
    key = "title" if most == max(given.values()) else "heading"
    title, note = say(f"fund_page.map.{key}", lang, place=first), say("fund_page.map.note", lang)
    return Figure("award_map", lang, mode, title, note, chart, pd.DataFrame(), text)
