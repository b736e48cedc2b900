"""What was awarded each year, as bars: grants and loans solid, guarantees outlined as all that is contingent."""

from __future__ import annotations

import pandas as pd

from app.figure import LINE as TEXT_LINE
from app.figure import Figure, Record, bars, described, layered, line_at, rows, span, words
from app.theme import PALETTES, Mode
from data.numbers import kroner
from data.phrases import Lang, say
from fund.years.accounts import AWARDED, LINE
from fund.years.over_years import OverYears

MOST = 12
"""Years that are drawn, the newest; the table has them all."""
_UNIT = 1e8
"""Øre in a million kroner."""


def awarded_by_year(found: OverYears, lang: Lang, mode: Mode) -> Figure:
    """The bars, a row for each year, newest first."""
    books, colours = found.accounts, PALETTES[mode]
    years = books.years[:MOST]
    given = [(books.of(LINE["granted"], year=one), books.of(LINE["guaranteed"], year=one)) for one in years]
    layout = rows([str(one) for one in years], [kroner(sum(both), lang) for both in given])
    domain = span([max(0, sum(both)) / _UNIT for both in given])
    solid: list[Record] = []
    outlined: list[Record] = []
    for place, both in enumerate(given):
        start = 0.0
        for records, name, ore in zip((solid, outlined), ("granted", "guaranteed"), both, strict=True):
            if ore > 0:
                shown = {"label": say(f"years.line.{name}", lang), "value": kroner(ore, lang)}
                records.append({**layout.at(place), **shown, "x": start, "x2": start + ore / _UNIT})
                start += ore / _UNIT
    text = say("years_page.chart.alt", lang, rows=described(layout, lang))
    grants = bars([{**one, "fill": colours.direct} for one in solid], layout, domain, mode)
    caps = bars([{**one, "fill": colours.ground} for one in outlined], layout, domain, mode)
    caps = caps.mark_rect(stroke=colours.contingent, strokeWidth=2)
    layers = [grants, caps, line_at(0.0, layout, domain, mode), *words(layout, mode)]
    chart = layered(layers, layout.height + TEXT_LINE, lang, mode, text)
    awarded = [books.of(*AWARDED, year=one) for one in years]
    title = say("years_page.chart.title", lang, year=str(years[awarded.index(max(awarded))]))
    note = say("years_page.chart.note", lang)
    return Figure("awarded_by_year", lang, mode, title, note, chart, pd.DataFrame(), text)
