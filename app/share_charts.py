"""Who gets it and where: the charts of industries and of municipalities."""

from __future__ import annotations

from typing import Any

import altair as alt

from app.charts import STEPS, TOP, Ranges, head_of, lower, measure, name, range_words, reach, stacked, table_of
from app.figure import LINE, Figure, bars, described, layered, line_at, rows, span, words
from app.theme import PALETTES, Mode
from data.numbers import percent
from data.phrases import Lang, say
from impact.places import DECIDING
from impact.reference import Reference
from impact.report import Tree


def industries(
    tree: Tree,
    reference: Reference,
    lang: Lang,
    mode: Mode,
    area: str | None = None,
    quantity: str = DECIDING,
    top: int = TOP,
) -> Figure:
    """Who gets it: the ``top`` industries and all others together, in the three parts, at the modes."""
    area = area or tree["deciding_area"]
    found = tree["areas"][area]["by_industry"][quantity]
    codes = ranked(tree, area, quantity)
    frame = reference.table(tree["tables"]["table"]["id"])
    labels, parts = [frame.name(code, lang) for code in codes[:top]], [found[code] for code in codes[:top]]
    if rest := [found[code] for code in codes[top:]]:
        labels.append(say("chart.industries.rest", lang, count=len(rest)))
        parts.append({part: sum(row[part] for row in rest) for part in STEPS})
    totals = [sum(row.values()) for row in parts]
    unit = measure(tree, quantity, totals, lang)
    layout = rows(labels, [unit.written(total) for total in totals])
    domain = reach(parts, unit)
    layers: list[alt.Chart] = []
    if labels:
        segments = bars(stacked(parts, layout, unit, mode), layout, domain, mode)
        layers = [segments, line_at(0.0, layout, domain, mode), *words(layout, mode)]
    key = "chart.industries.title" if totals and totals[0] > 0 else "chart.industries.nobody"
    title = say(key, lang, industry=lower(labels[0]) if labels else "")
    text = say("chart.industries.alt", lang, unit=unit.unit, rows=described(layout, lang))
    columns = {head_of(part, unit, lang): [row[part] / unit.scale for row in parts] for part in STEPS}
    columns[head_of("total", unit, lang)] = [total / unit.scale for total in totals]
    note = say("chart.industries.note", lang, unit=unit.unit, quantity=name(quantity, lang))
    chart = layered(layers or words(layout, mode), max(layout.height, 1), lang, mode, text)
    return Figure("industries", lang, mode, title, note, chart, table_of(layout.labels, columns), text, unit.places)


def ranked(tree: Tree, area: str, quantity: str) -> list[str]:
    """The industries of an area in the order in which they are drawn: who gets most first."""
    found = tree["areas"][area]["by_industry"][quantity]
    return sorted(found, key=lambda code: (-sum(found[code].values()), code))


def places(
    tree: Tree,
    reference: Reference,
    lang: Lang,
    mode: Mode,
    chosen: str = "",
    quantity: str = DECIDING,
) -> Figure | None:
    """The municipalities' shares as bars of one hue, the ``chosen`` one dark; None where the table serves no region.

    ``quantity`` is one of the effects, ``pay_by_residence`` or ``income_tax_gross``; pay that leaves the region is then
    a row of its own.
    """
    found = tree["municipalities"]
    if found is None:
        return None
    chosen = chosen or tree["event"]["event"]["municipality"]
    named = {code: _of(row, quantity) for code, row in found["rows"].items()}
    known = {code: figure for code, figure in named.items() if figure}
    order = sorted(known, key=lambda code: -known[code]["p50"])
    labels = [reference.municipalities[code] for code in order]
    figures = [known[code] for code in order]
    if quantity == "pay_by_residence" and found["pay_leaving_region"]:
        labels.append(say("report.leaves", lang))
        figures.append(found["pay_leaving_region"])
    unit = measure(tree, quantity, [figure["p90"] for figure in figures], lang)
    layout = rows(labels, [range_words(figure, unit) for figure in figures])
    colours = PALETTES[mode]
    domain = span(figure["p50"] / unit.scale for figure in figures)
    records = [
        {
            **layout.at(place),
            "x": 0.0,
            "x2": figure["p50"] / unit.scale,
            "fill": colours.money_out if place >= len(order) else colours.place,
        }
        for place, figure in enumerate(figures)
    ]
    for code, record in zip(order, records, strict=False):
        record["fill"] = colours.chosen if code == chosen else colours.place
    layers = [
        bars(records, layout, domain, mode),
        line_at(0.0, layout, domain, mode),
        *words(layout, mode),
    ]
    total = sum(figure["mode"] for figure in known.values())
    first = order[0]
    whole = total > 0 and known[first]["mode"] > 0
    title = say(
        "chart.places.title" if whole else "chart.places.plain",
        lang,
        share=percent(known[first]["mode"] / total, lang) if whole else "",
        quantity=name(quantity, lang),
        place=reference.municipalities[first],
    )
    text = say("chart.places.alt", lang, quantity=name(quantity, lang), unit=unit.unit, rows=described(layout, lang))
    note = say("chart.places.note", lang, unit=unit.unit)
    chart = layered(layers, layout.height + LINE, lang, mode, text)
    ranges_ = Ranges(tuple(labels), tuple(figures), unit, {})
    return Figure("places", lang, mode, title, note, chart, ranges_.table(lang), text, unit.places)


def _of(row: Tree, quantity: str) -> dict[str, float] | None:
    found: dict[str, Any] | None = row[quantity]
    return found.get("total", found) if found else None
