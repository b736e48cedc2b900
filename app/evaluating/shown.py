"""What is shown of an evaluation: figures side by side, the causes, and every number with what it stands on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import layout
from app.drawn import drawn_of, mode, show_chart
from app.evaluating.chart import cause_rows, unit_of_split, waterfall
from app.evaluating.opened import Opened
from app.evaluating.words import (
    between,
    cause_lines,
    cause_name,
    held,
    lacking,
    number_rows,
    range_of,
)
from app.layout import Shown
from app.spans import kroner_middle, kroner_span
from app.tables import Column, Source, table
from app.text import plain
from app.visit import Visit
from impact.evaluation.evaluations import value_added
from impact.evaluation.outcome import Field, unmeasured
from impact.ranges import Range
from impact.report import kroner

FEW = 12
"""Measured numbers that stand open; more of them are folded, so that a phone finds what comes after."""


def figures(visit: Visit, one: Opened) -> None:
    """Forecast and outcome with their bands on one scale, and whether the forecast's range held."""
    label = "outcome" if one.evaluation.locked else "so_far"
    both = [("forecast", one.before)] + ([(label, one.after)] if one.measured else [])
    ranges = {name: range_of(tree) for name, tree in both}
    top = max(0.0, *(found.p90 for found in ranges.values()))
    bottom = min(0.0, *(found.p10 for found in ranges.values()))
    layout.figures(visit, [_figure(visit, name, found, bottom, top) for name, found in ranges.items()])
    year = str(one.before["event"]["event"]["price_year"])
    said = [visit.say("evaluation_page.what", area=visit.say(f"report.in_{one.area}"), year=year)]
    layout.text(*([held(one, visit.lang)] if one.measured else []), *said)


def _figure(visit: Visit, name: str, found: Range, bottom: float, top: float) -> Shown:
    scale = (top - bottom) or 1.0
    start, end, middle = ((value - bottom) / scale for value in (found.p10, found.p90, found.p50))
    words = visit.say("choosing.span", span=kroner_span(visit.lang, found))
    label = visit.say(f"evaluation_page.{name}")
    return Shown(label, kroner_middle(visit.lang, found), words, (start, end, middle))


# -- causes


def causes(visit: Visit, one: Opened) -> None:
    """The waterfall, what each cause did in words, and the table that sums, for every study area."""
    if one.splits is None or one.split is None:
        layout.section(visit.say("evaluation_page.causes"))
        layout.text(visit.say("evaluation_page.no_split"))
        return
    show_chart(drawn_of(waterfall(one.before, one.split, visit.lang, mode())), f"evaluation_{one.row.id}_waterfall")
    lines = cause_lines(one.split, visit.lang)
    layout.bullets(
        visit.say(
            "evaluation_page.cause_line", cause=cause_name(cause, visit.lang), why=why, value=_signed(visit, one, cause)
        )
        for cause, why in lines
    )
    unit = unit_of_split(one.before, one.split, visit.lang)
    body, total, areas = cause_rows(one.splits, unit, one.area)
    heads: list[Column | str] = [visit.say("evaluation_page.cause")]
    heads += [Column(visit.say(f"evaluation_page.area.{area}"), number=True) for area in areas]
    table(visit.say("evaluation_page.causes_caption", unit=unit.unit), heads, [*body, total], totals=1)
    layout.text(visit.say("evaluation_page.split_how"), small=True)


def _signed(visit: Visit, one: Opened, cause: str) -> str:
    assert one.split is not None
    value = one.split.parts[cause]  # type: ignore[index]
    return visit.say(f"evaluation_page.{'plus' if value > 0 else 'minus'}", amount=kroner(visit.lang, abs(value)))


def by_today(visit: Visit, one: Opened) -> None:
    """What today's table makes of the same outcome; nothing where the forecast's is still in use."""
    if one.today is None or not one.evaluation.locked:
        return
    row, tree = one.today
    layout.section(visit.say("evaluation_page.today"))
    names = {"forecast": one.before["tables"]["table"]["name"], "today": tree["tables"]["table"]["name"]}
    change = value_added(tree)["mode"] - value_added(one.after)["mode"]
    ends = {"outcome": between(one.after, visit.lang), "by_today": between(tree, visit.lang)}
    key = "more" if change > 0 else "less"
    said = visit.say(f"evaluation_page.today_{key}", amount=kroner(visit.lang, abs(change)), **ends, **names)
    layout.text(said, visit.say("evaluation_page.today_why"))
    st.html(f'<p><a href="/anslag?id={row.id}">{plain(visit.say("evaluation_page.today_link"))}</a></p>')


# -- numbers


def missing(visit: Visit, one: Opened) -> None:
    """What isn't measured, said first."""
    layout.text(lacking(one, visit.lang))


def numbers(visit: Visit, one: Opened) -> None:
    """What was measured, with evidence and source; below it, closed, what is as it was forecast."""
    layout.section(visit.say("evaluation_page.numbers"))
    if one.measured:
        label = plain(visit.say("evaluation_page.measured", count=len(one.measured)))
        with st.expander(label, expanded=len(one.measured) <= FEW):
            table(visit.say("evaluation_page.measured_caption"), _heads(visit), _rows(visit, one, one.measured))
    else:
        layout.empty(visit, "evaluation_page.nothing_measured")
    if left := unmeasured(one.fields, one.before):
        with st.expander(plain(visit.say("evaluation_page.unmeasured", count=len(left)))):
            heads = _heads(visit)
            table(
                visit.say("evaluation_page.unmeasured_caption"),
                [heads[0], heads[1], heads[3]],
                [(row[0], row[1], row[3]) for row in _rows(visit, one, left)],
            )


def _heads(visit: Visit) -> list[Column | str]:
    return [
        visit.say("evaluation_page.number"),
        Column(visit.say("evaluation_page.forecast"), number=True),
        Column(visit.say("evaluation_page.outcome"), number=True),
        visit.say("evaluation_page.evidence"),
        visit.say("evaluation_page.source"),
    ]


def _rows(visit: Visit, one: Opened, fields: Sequence[Field]) -> list[tuple[str | Source, ...]]:
    return [(*row[:4], Source(row[4])) for row in number_rows(one, fields, visit.lang)]
