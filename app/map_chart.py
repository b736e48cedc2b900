"""The eight municipalities as a map: one hue, the chosen one dark, drawn from borders that lie in the house."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import altair as alt

from app.figure import Figure, Record, inline, layered
from app.share_charts import places
from app.theme import PALETTES, TEXT_SIZE, Mode
from data.phrases import Lang, say
from impact.places import DECIDING
from impact.reference import SHIPPED, Reference
from impact.report import Tree

BORDERS = "region/kommuner.geojson"
HEIGHT = 340
Ring = Sequence[Sequence[float]]


def municipality_map(
    tree: Tree, reference: Reference, lang: Lang, mode: Mode, chosen: str = "", quantity: str = DECIDING
) -> Figure | None:
    """The map beside :func:`app.share_charts.places`, with its title and table; None without municipalities.

    Borders: Kartverket, CC BY 4.0, as ``data/reference/region/kommuner.geojson`` says.
    """
    beside = places(tree, reference, lang, mode, chosen, quantity)
    if beside is None:
        return None
    chosen = chosen or tree["event"]["event"]["municipality"]
    colours = PALETTES[mode]
    shapes = [
        {
            "type": "Feature",
            "geometry": geometry,
            "name": name,
            "fill": _fill(code == chosen, mode),
        }
        for code, name, geometry, _ in borders()
    ]
    names = [
        {
            "name": name,
            "longitude": at[0],
            "latitude": at[1],
            "ink": _ink(code == chosen, mode),
            "fill": _fill(code == chosen, mode),
        }
        for code, name, _, at in borders()
    ]
    land = (
        alt.Chart(inline(shapes))
        .mark_geoshape(stroke=colours.outline, strokeWidth=1)
        .encode(fill=alt.Fill("fill:N", scale=None), tooltip=alt.Tooltip("name:N", title=" "))
    )
    label = alt.Chart(inline(names)).encode(
        longitude=alt.Longitude("longitude:Q"),
        latitude=alt.Latitude("latitude:Q"),
        text=alt.Text("name:N"),
    )
    halo = label.mark_text(fontSize=TEXT_SIZE - 1, strokeWidth=4, strokeJoin="round")
    ink = label.mark_text(fontSize=TEXT_SIZE - 1).encode(fill=alt.Fill("ink:N", scale=None))
    text = say("chart.map.alt", lang, chosen=reference.municipalities[chosen])
    layers = [land, halo.encode(stroke=alt.Stroke("fill:N", scale=None)), ink]
    chart = layered(layers, HEIGHT, lang, mode, text, projection=alt.Projection(type="mercator"))
    note = say("chart.map.note", lang, chosen=reference.municipalities[chosen])
    return Figure("map", lang, mode, beside.title, note, chart, beside.table, text, beside.decimals)


def _ink(chosen: bool, mode: Mode) -> str:
    """The colour of a name: on the chosen one's dark ground in light mode, and its light ground in dark mode."""
    colours = PALETTES[mode]
    return colours.ground if chosen else colours.ink


def _fill(chosen: bool, mode: Mode) -> str:
    return PALETTES[mode].chosen if chosen else PALETTES[mode].place


@cache
def borders() -> tuple[tuple[str, str, Record, tuple[float, float]], ...]:
    """(code, name, geometry, where its name stands) of each of the eight municipalities."""
    raw: dict[str, Any] = json.loads((SHIPPED / BORDERS).read_text(encoding="utf-8"))
    return tuple(
        (one["id"], one["properties"]["navn"], one["geometry"], _centre(one["geometry"])) for one in raw["features"]
    )


def _centre(geometry: Record) -> tuple[float, float]:
    """The centroid of the largest ring (area-weighted, by the shoelace formula)."""
    shapes = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    _, x, y = max(_centroid(shape[0]) for shape in shapes)
    return x, y


def _centroid(ring: Ring) -> tuple[float, float, float]:
    """(area, x, y) of a closed ring."""
    crosses = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring)]
    doubled = sum(cross for *_, cross in crosses)
    x = sum((a[0] + b[0]) * cross for a, b, cross in crosses) / (3 * doubled)
    y = sum((a[1] + b[1]) * cross for a, b, cross in crosses) / (3 * doubled)
    return abs(doubled) / 2, x, y
