"""The sheets of what an estimate stands on: what decides it, warnings, inputs, parameters, sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from data.numbers import percent
from data.phrases import say
from impact.estimate_book import KRONER, Live, Page
from impact.warnings import Warning
from impact.wording import input_name, parameter_name

Tree = dict[str, Any]
_NUMBER = "#,##0.####"
_GROUND_HEADS = ("low", "likely", "high", "evidence", "source")
_GROUND_WIDTHS = (14.0, 14.0, 14.0, 18.0, 70.0)


def write_tornado(page: Page, tree: Tree, area: str) -> None:
    """What value added becomes when one input is set low and high, the largest swing first."""
    page.title(str(tree["event"]["event"][f"name_{page.lang}"]), page.words("of_area", area=area))
    heads = [page.words(key) for key in ("input", "evidence", "at_p10", "at_p90", "swing")]
    page.head(heads, [60, 18, 22, 22, 18])
    for one in tree["tornado"]:
        low, high = one["at_p10"], one["at_p90"]
        swing = Live(f"=ABS(D{page.row}-C{page.row})", abs(high - low))
        evidence = say(f"workbook.evidence.{one['evidence']}", page.lang)
        page.line([input_name(one["path"], page.lang, tree["event"]), evidence, low, high, swing])
    if tree["assumed_share"] is not None:
        page.row += 1
        page.note(say("report.assumed_share", page.lang, share=percent(tree["assumed_share"], page.lang)))


def write_warnings(page: Page, tree: Tree) -> None:
    """What the program warns of, and what to do about it."""
    page.title(str(tree["event"]["event"][f"name_{page.lang}"]))
    page.head([page.words("warning"), page.words("advice")], [90, 70])
    for one in tree["warnings"]:
        warning = Warning(one["code"], one["figures"])
        page.line([warning.sentence(page.lang), warning.advice(page.lang)])
    if not tree["warnings"]:
        page.note(page.words("no_warnings"))


def write_inputs(page: Page, tree: Tree) -> None:
    """Every number that was entered, with its range, evidence and source; then what else is known of the event."""
    page.title(str(tree["event"]["event"][f"name_{page.lang}"]))
    heads = [page.words(key) for key in ("input", "value", *_GROUND_HEADS, "refers")]
    page.head(heads, [60, 14, *_GROUND_WIDTHS, 24])
    for path, raw in _inputs(tree["event"]):
        name = input_name(path, page.lang, tree["event"])
        page.line([name, *_number_cells(page, raw)], _NUMBER)
    for key, value in tree["event"]["event"].items():
        if isinstance(value, str | int):
            page.line([say(f"workbook.field.event.{key}.label", page.lang), value], "0")


def _inputs(event: Tree) -> Iterator[tuple[str, Any]]:
    """(path, raw number) of every number that was entered, as the tornado names them."""
    for section, rows in event.items():
        if isinstance(rows, list):
            for row in rows:
                name = row.get("name", row.get("date"))
                yield from _numbers(f"{section}/{name}", row)
        elif isinstance(rows, dict):
            yield from _numbers(section, rows)


def _numbers(path: str, table: Tree) -> Iterator[tuple[str, Any]]:
    for key, raw in table.items():
        if isinstance(raw, dict) and not raw.keys() & {"value", "mode", "ref", "of"}:
            yield from _numbers(f"{path}/{key}", raw)
        elif isinstance(raw, dict) or (
            isinstance(raw, int | float) and not isinstance(raw, bool) and key != "price_year"
        ):
            yield f"{path}/{key}", raw


def _number_cells(page: Page, raw: Any) -> list[Any]:
    """Value, low, most likely, high, evidence, source, and what it is the same as or a part of."""
    if not isinstance(raw, dict):
        return [raw]
    refers = raw.get("ref", raw.get("of"))
    inner = raw.get("share", raw)
    inner = inner if isinstance(inner, dict) else {"value": inner}
    evidence = say(f"workbook.evidence.{inner['evidence']}", page.lang) if inner.get("evidence") else None
    figures = [inner.get(key) for key in ("value", "low", "mode", "high")]
    return [*figures, evidence, inner.get("source") or None, None if refers is None else str(refers)]


def write_parameters(page: Page, tree: Tree) -> None:
    """Every parameter as it was, with its range, evidence and source."""
    page.title(str(tree["event"]["event"][f"name_{page.lang}"]))
    keys = ("figure", "code", "unit", "value", *_GROUND_HEADS, "since", "drawn")
    page.head([page.words(key) for key in keys], [60, 34, 16, 14, *_GROUND_WIDTHS, 14, 10])
    for key, entry in tree["parameters"].items():
        drawn = page.words("yes" if "low" in entry and not entry.get("fixed") else "no")
        cells = _number_cells(page, entry)[:6]
        page.line([parameter_name(key, page.lang), key, entry["unit"], *cells, entry["since"], drawn], _NUMBER)


def write_sources(page: Page, tree: Tree, sha256: str, locked_at: str) -> None:
    """The tables that the estimate was computed from, their hashes, and the estimate's own."""
    page.title(str(tree["event"]["event"][f"name_{page.lang}"]))
    page.head([page.words(key) for key in ("grounds", "year", "source", "hash")], [44, 16, 90, 70])
    tables = tree["tables"]
    table = tables["table"]
    page.line([str(table["name"]), table["year"], f"{table['source']}. {table['licence']}", table["sha256"]], "0")
    for key, year in (("quotients", "year"), ("conversion", "year"), ("jobs", "year"), ("places", "commuting")):
        if (entry := tables[key]) is not None:
            name = say(f"figure.{'commuting' if key == 'places' else key}", page.lang)
            page.line([name, entry[year], entry["source"], entry.get("sha256")], "0")
    prices = tables["prices"]
    page.line([page.words("price_index"), prices["last_year"], prices["source"]], "0")
    page.line([page.words("program"), str(tree["program"]["version"])])
    page.line([page.words("draws"), tree["draws"]], KRONER)
    page.line([page.words("seed"), str(tree["seed"])])
    page.line([page.words("lock"), page.words("yes" if sha256 else "not_locked"), None, sha256 or None])
    if locked_at:
        page.line([page.words("locked_at"), locked_at])
