"""What stands beside the money, as a section of a report: volunteers, travel, surveys, media and strategy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from data.numbers import localised
from data.phrases import Lang, say
from impact.beside import indicator_list, strategy_name
from impact.report import Section, Tree

Figure = Mapping[str, float] | None


def beside_section(tree: Tree, lang: Lang) -> Section | None:
    """Each part on lines of its own, never added; None where nothing of it was given."""
    beside = tree.get("beside")
    if beside is None:
        return None
    rows = tuple(_rows(beside, tree["deciding_area"], lang))
    headings = ("", say("report.p50_range", lang))
    notes = (say("beside.never_added", lang),)
    return Section("beside", say("document.beside", lang), headings, rows, notes) if rows else None


def _rows(beside: Tree, area: str, lang: Lang) -> Iterator[tuple[str, str]]:
    for part in ("volunteers", "media"):
        for name, figure in beside[part].items():
            if figure is not None:
                words = say(f"beside.figure.{name}", lang)
                yield words[:1].upper() + words[1:], _range(figure, lang)
    for one in beside["indicators"]:
        listed = indicator_list().get(one["name"])
        label = listed.label(lang) if listed else f"{one['code']} {one['name']}".strip()
        yield _label("indicators", label, lang), _range(one["value"], lang)
    travel: dict[str, Any] | None = beside["travel"]
    if travel is not None:
        where = say(f"report.in_{area}", lang)
        label = say("document.co2", lang, unit=say("beside.figure.co2_kg", lang), area=where)
        yield _label("travel", label, lang), _range(travel["total"] and travel["total"][area], lang)
    for key, degree in beside["strategy"].items():
        yield _label("strategy", strategy_name(key, lang), lang), say(f"beside.degree.{degree}", lang)


def _label(part: str, words: str, lang: Lang) -> str:
    return f"{say(f'beside.part.{part}', lang)}: {words}"


def _range(figure: Figure, lang: Lang) -> str:
    if figure is None:
        return say("beside.unknown", lang)
    mid, low, high = (localised(float(figure[end]), lang) for end in ("p50", "p10", "p90"))
    return mid if low == high else f"{mid} ({say('report.to', lang, low=low, high=high)})"
