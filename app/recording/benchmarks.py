"""Estimates per visitor, per visitor and day and per guest-night, against what was published of other events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app import layout
from app.charts import lower
from app.spans import kroner_middle, kroner_span
from app.tables import Cell, table
from app.visit import Visit
from impact.benchmark import PER, benchmarks, place, unknown
from impact.comparison import PublishedLine, figure_name
from impact.ranges import Range
from impact.side_by_side import Side


def benchmark_section(visit: Visit, sides: Mapping[str, Side], lines: Sequence[PublishedLine]) -> None:
    """A table for each of the three, which are never mixed; and what was not published, by event."""
    layout.section(visit.say("benchmark.title"))
    layout.text(visit.say("benchmark.text"))
    missing = unknown(lines, visit.lang)
    for per in PER:
        name = figure_name(per, visit.lang)
        own = [one for one in benchmarks(lines) if one.figure == per]
        heads = [visit.say(f"benchmark.head.{one}") for one in ("event", "value", *(("yours",) if sides else ()))]
        year = str(own[0].year) if own else ""
        table(visit.say("benchmark.caption", figure=name, year=year), heads, [_row(visit, sides, one) for one in own])
        layout.text(visit.say("benchmark.differs"), small=True)
        layout.bullets(_event(visit, one, one.difference(visit.lang)) for one in own)
        layout.text(visit.say("benchmark.unknown", events="; ".join(missing[per])), small=True)


def _row(visit: Visit, sides: Mapping[str, Side], one: PublishedLine) -> list[Cell]:
    lang = visit.lang
    value = kroner_middle(lang, Range(one.value, one.value, one.value))
    published = visit.say(
        "benchmark.value",
        value=value,
        then=str(one.published_year),
        grade=visit.say(f"published.grade.{one.grade}"),
    )
    ours = "; ".join(_ours(visit, name, side, one) for name, side in sides.items())
    return [_event(visit, one, lower(one.figure_called(lang))), published, *([ours] if sides else [])]


def _event(visit: Visit, one: PublishedLine, text: str) -> str:
    return visit.say("benchmark.event", event=one.name(visit.lang), text=text)


def _ours(visit: Visit, name: str, side: Side, one: PublishedLine) -> str:
    """An estimate's own figure, and where the published one lies by it; only kroner of one year are compared."""
    found = side.ranges.get(one.figure)
    if found is None:
        return visit.say("benchmark.ours_unknown", name=name)
    said = {"name": name, "middle": kroner_middle(visit.lang, found), "span": kroner_span(visit.lang, found)}
    if side.year != one.year:
        return visit.say("benchmark.other_year", **said, year=str(side.year))
    return visit.say(f"benchmark.published_{place(found, one.value)}", **said)
