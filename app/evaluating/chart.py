"""The waterfall from the forecast to the outcome, cause by cause, at the modes."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from app.charts import Measure, head, measure, table_of
from app.evaluating.words import cause_name
from app.figure import BAR, Figure, bars, described, inline, layered, line_at, rows, span, words, x_of, y_of
from app.theme import PALETTES, Mode
from data.numbers import number
from data.phrases import Lang, say
from impact.evaluation.causes import CAUSES, Cause, Split
from impact.evaluation.evaluations import Tree
from impact.event import Area
from impact.places import DECIDING


def unit_of_split(before: Tree, found: Split, lang: Lang) -> Measure:
    """The unit that a split is shown in."""
    return measure(before, DECIDING, [found.forecast, found.outcome, *found.parts.values()], lang)


def shown(found: Split, unit: Measure) -> Split:
    """The split rounded to what is shown, so that what is shown sums."""
    return found.rounded(unit.scale * 10.0**-unit.places)


def signed(value: float, unit: Measure) -> str:
    """A change with its sign: «+1,2», «−0,4», «0»."""
    text = unit.written(value)
    return f"+{text}" if value > 0 and text != number(0, unit.lang, unit.places) else text


def waterfall(before: Tree, split: Split, lang: Lang, mode: Mode) -> Figure:
    """The forecast, what each cause that moved anything took or gave, and the outcome."""
    unit = unit_of_split(before, split, lang)
    found, colours = shown(split, unit), PALETTES[mode]
    steps = [(say("evaluation_page.forecast", lang), 0.0, found.forecast, colours.direct)]
    level = found.forecast
    for cause in (one for one in CAUSES if found.parts[one]):
        change = found.parts[cause]
        fill = colours.money_in if change > 0 else colours.money_out
        steps.append((cause_name(cause, lang), level, level + change, fill))
        level += change
    steps.append((say("evaluation_page.outcome", lang), 0.0, found.outcome, colours.direct))
    inner = range(1, len(steps) - 1)
    values = [
        signed(stop - start, unit) if place in inner else unit.written(stop)
        for place, (_, start, stop, _) in enumerate(steps)
    ]
    layout = rows([label for label, *_ in steps], values)
    domain = span(end / unit.scale for _, start, stop, _ in steps for end in (start, stop))
    records = [
        {**layout.at(place), "x": start / unit.scale, "x2": stop / unit.scale, "fill": fill}
        for place, (_, start, stop, fill) in enumerate(steps)
    ]
    links = [
        {"x": stop / unit.scale, "y": layout.bars[place] + BAR, "y2": layout.bars[place + 1]}
        for place, (_, _, stop, _) in enumerate(steps[:-1])
    ]
    link = alt.Chart(inline(links)).mark_rule(color=colours.muted, strokeDash=[2, 2])
    layers = [
        line_at(0.0, layout, domain, mode),
        link.encode(x=x_of("x", domain), y=y_of("y", layout), y2=alt.Y2("y2:Q")),
        bars(records, layout, domain, mode),
        *words(layout, mode),
    ]
    text = say("evaluation_page.chart.alt", lang, unit=unit.unit, rows=described(layout, lang))
    table = table_of(
        layout.labels, {head("at_modes", unit, lang): [(stop - start) / unit.scale for _, start, stop, _ in steps]}
    )
    chart = layered(layers, layout.height, lang, mode, text)
    note = say("evaluation_page.chart.note", lang, unit=unit.unit)
    return Figure("waterfall", lang, mode, _title(found, lang), note, chart, table, text, unit.places)


def _title(found: Split, lang: Lang) -> str:
    """What one sees: the cause that pulled most."""
    cause = found.foremost
    if cause is None:
        return say("evaluation_page.chart.same", lang)
    way = "up" if found.difference > 0 else "down"
    return say(f"evaluation_page.chart.{way}", lang, cause=cause_name(cause, lang))


def cause_rows(
    splits: Mapping[Area, Split], unit: Measure, first: Area
) -> tuple[list[tuple[str, ...]], tuple[str, ...], list[Area]]:
    """(the forecast and each cause that moved anything anywhere, the outcome that they sum to, the areas in their
    order): what the table shows, the area ``first`` before the others."""
    lang, areas = unit.lang, sorted(splits, key=lambda area: area != first)
    found = [shown(splits[area], unit) for area in areas]
    moved: list[Cause] = [cause for cause in CAUSES if any(one.parts[cause] for one in splits.values())]
    body = [
        (say("evaluation_page.forecast", lang), *(unit.written(one.forecast) for one in found)),
        *((cause_name(cause, lang), *(signed(one.parts[cause], unit) for one in found)) for cause in moved),
    ]
    return body, (say("evaluation_page.outcome", lang), *(unit.written(one.outcome) for one in found)), areas
