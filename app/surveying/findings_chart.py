"""Spending per person-day by category, as bands from one end of the interval to the other."""

from __future__ import annotations

import pandas as pd

from app.figure import Figure, bands, described, layered, line_at, rows, span, words
from app.theme import Mode
from data.numbers import number
from data.phrases import Lang, say
from impact.survey.findings import Findings


def spending_chart(found: Findings, lang: Lang, mode: Mode) -> Figure | None:
    """Kroner per person and day, the most first; None where too few told of anything."""
    known = {name: one for name, one in found.spending.items() if found.shown(one.n) and one.value > 0}
    if not known:
        return None
    order = sorted(known, key=lambda name: -known[name].value)
    labels = [say(f"findings.category.{name}", lang) for name in order]
    ends = [(max(0.0, known[name].low), known[name].value, known[name].high) for name in order]
    written = [
        say("findings.cell", lang, value=number(middle, lang), low=number(low, lang), high=number(high, lang))
        for low, middle, high in ends
    ]
    layout = rows(labels, written)
    domain = span(high for _, _, high in ends)
    records = [
        {**layout.at(place), "low": low, "mid": middle, "high": high} for place, (low, middle, high) in enumerate(ends)
    ]
    layers = [*bands(records, layout, domain, mode), line_at(0.0, layout, domain, mode), *words(layout, mode)]
    title = say("findings.chart.title", lang, category=labels[0].lower())
    text = say("findings.chart.alt", lang, rows=described(layout, lang))
    columns = {
        say("findings.column.n", lang): [number(known[name].n, lang) for name in order],
        say("findings.column.low", lang): [low for low, _, _ in ends],
        say("findings.column.estimate", lang): [middle for _, middle, _ in ends],
        say("findings.column.high", lang): [high for _, _, high in ends],
    }
    chart = layered(layers, layout.height, lang, mode, text)
    table = pd.DataFrame(columns, index=pd.Index(labels))
    return Figure("spending", lang, mode, title, say("findings.chart.note", lang), chart, table, text)
