"""The parts of an estimate below its first screen: the bridge, effects, where, who, what decides, warnings, beside."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from app import layout
from app.charts import TOP
from app.drawn import Words, below, chart, chart_table, heads, linked, show_chart
from app.opened import Opened
from app.share_charts import ranked
from app.tables import table
from app.text import markup
from app.visit import Visit
from data.phrases import Lang, say
from impact.beside import strategy_name
from impact.effects import QUANTITIES
from impact.event import Area
from impact.places import DECIDING
from impact.report import BRIDGE, Tree
from impact.simulation import PARTS

STEPS = PARTS[:3]


def demand(visit: Visit, opened: Opened, said: Words, area: Area) -> None:
    """From spending to final demand and value added; direct, indirect, induced; the three areas, never added."""
    lang = visit.lang
    left, right = st.columns(2, gap="large")
    with left:
        drawn = chart(opened, "bridge", lang, area)
        assert drawn is not None
        show_chart(drawn, f"{opened.field}_bridge")
        part = said.bridge
        paths = [f"{area}.{name}" for _, name in BRIDGE] + [f"{area}.effects.{DECIDING}.{one}" for one in STEPS]
        below(visit, part.heading, part.headings, linked(opened, part.rows, [(path, path) for path in paths]))
        layout.text(*part.notes, small=True)
    with right:
        drawn = chart(opened, "effects", lang, area)
        assert drawn is not None
        show_chart(drawn, f"{opened.field}_effects")
        known = [one for one in opened.areas if opened.tree["areas"][one]["effects"][DECIDING]["total"]]
        chart_table(visit, opened, drawn, [[f"{one}.effects.{DECIDING}.{part}" for part in PARTS] for one in known])
        drawn = chart(opened, "ranges", lang, area)
        assert drawn is not None
        show_chart(drawn, f"{opened.field}_ranges")
        part = said.ranges
        below(visit, part.heading, part.headings, linked(opened, part.rows, list(_range_paths(opened, len(part.rows)))))


def _range_paths(opened: Opened, count: int) -> Iterator[list[str]]:
    """The paths of the table of areas side by side, row by row."""
    names = [f"effects.{quantity}.total" for quantity in QUANTITIES]
    names += ["eligible_persons", "guest_nights"]
    names += ["displaced_room_nights", "unsupported_room_nights", "unhoused_room_nights"]
    for name in names[:count]:
        yield [f"{area}.{name}" for area in opened.areas]


def where(visit: Visit, opened: Opened, said: Words, area: Area) -> None:
    """The map and the table of the municipalities; what leaves the region is a row of its own."""
    drawn, part = chart(opened, "map", visit.lang, area), said.places
    if drawn is None or part is None:
        layout.section(visit.say("estimate_page.where.none"))
        layout.text(visit.say("estimate_page.where.why_none"))
        return
    layout.section(drawn.title)
    left, right = st.columns([1, 2], gap="large")
    with left:
        show_chart(drawn, f"{opened.field}_map", heading=False)
    with right:
        codes = opened.tree["municipalities"]["rows"]
        figures = (f"{DECIDING}.total", "pay_by_residence", "income_tax_gross")
        paths = [[f"municipalities.{code}.{figure}" for figure in figures] for code in codes]
        paths.append(["", "municipalities.pay_leaving_region", ""])
        columns = heads(visit.say("estimate_page.column.place"), part.headings)
        table(part.heading, columns, linked(opened, part.rows, paths), totals=1)
        layout.text(visit.say("estimate_page.why.press"), *part.notes, small=True)


def who(visit: Visit, opened: Opened, said: Words, area: Area) -> None:
    """The industries that get it, and what decides the result, with what is only assumed."""
    left, right = st.columns(2, gap="large")
    with left:
        drawn = chart(opened, "industries", visit.lang, area)
        assert drawn is not None
        show_chart(drawn, f"{opened.field}_industries")
        chart_table(visit, opened, drawn, _industry_paths(opened, area, len(drawn.labels)))
    with right:
        drawn = chart(opened, "tornado", visit.lang, area)
        assert drawn is not None
        if not drawn.rows:
            layout.section(drawn.title)
            return
        show_chart(drawn, f"{opened.field}_tornado")
        layout.text(*said.decides)
        chart_table(visit, opened, drawn)


def _industry_paths(opened: Opened, area: Area, count: int) -> list[list[str]]:
    """The paths of the chart's rows: its industries in their order; none for their sum and for all others together."""
    codes = ranked(opened.tree, area, DECIDING)
    paths = [[*(f"{area}.by_industry.{DECIDING}.{code}.{part}" for part in STEPS), ""] for code in codes[:TOP]]
    return paths + [[""] * len(PARTS)] * (count - len(paths))


def beware(visit: Visit, said: Words) -> None:
    """Each warning in plain words, with what to do about it."""
    heading, found = said.warnings
    if found:
        layout.section(heading)
        lines = "".join(f"<li><b>{markup(sentence)}</b><br>{markup(advice)}</li>" for sentence, advice in found)
        st.html(f'<ul class="rv-list rv-warnings">{lines}</ul>')


def beside(visit: Visit, opened: Opened, said: Words) -> None:
    """What stands beside the money: each on a line of its own, never added."""
    layout.section(visit.say("document.beside"))
    part = said.beside
    if part is None:
        layout.text(visit.say("estimate_page.beside.none"))
    else:
        paths = list(_beside_paths(opened.tree))
        columns = heads(visit.say("estimate_page.column.what"), part.headings)
        table(part.notes[0], columns, linked(opened, part.rows, [[path] for path in paths]))
    grounds = list(_beside_grounds(opened.tree, visit.lang))
    if grounds:
        layout.bullets(grounds)


def _beside_paths(tree: Tree) -> Iterator[str]:
    """The path of each line of the section, "" where nothing is behind it but an answer."""
    found = tree["beside"]
    for part in ("volunteers", "media"):
        yield from (f"beside.{part}.{name}" for name, figure in found[part].items() if figure is not None)
    for one in found["indicators"]:
        yield "" if "." in one["name"] or one["value"] is None else f"beside.indicators.{one['name']}"
    if found["travel"] is not None:
        yield f"beside.travel.total.{tree['deciding_area']}" if found["travel"]["total"] else ""
    yield from ("" for _ in found["strategy"])


def _beside_grounds(tree: Tree, lang: Lang) -> Iterator[str]:
    """Who was asked, which journeys have no known emissions and why, and the grounds for the fit with the strategy."""
    found = tree.get("beside") or {"indicators": (), "travel": None, "strategy": {}}
    for one in found["indicators"]:
        asked = {"name": one["name"], "who": say(f"beside.who.{one['who']}", lang)}
        if one["n"] is None:
            yield say("estimate_page.beside.asked_unknown", lang, **asked)
        else:
            yield say("estimate_page.beside.asked", lang, **asked, n=one["n"])
    for row in (found["travel"] or {"rows": ()})["rows"]:
        if row["why_unknown"]:
            why = say(f"beside.why_unknown.{row['why_unknown']}", lang)
            yield say("estimate_page.beside.journey", lang, name=row["name"], why=why)
    given = tree["event"].get("beside", {}).get("strategy", {})
    for key in found["strategy"]:
        yield say("estimate_page.beside.fit", lang, name=strategy_name(key, lang), ground=given[key]["ground"])
