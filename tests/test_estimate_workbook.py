"""The workbook of an estimate: live sums that come out right, and all that the estimate stands on."""

from __future__ import annotations

import copy
import io
import math
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from conftest import ROOT

from data.phrases import LANGUAGES, Lang, say
from impact.estimate import estimate
from impact.estimate_workbook import Locked, write_estimate
from impact.event_reading import read_event, read_event_file
from impact.reference import Reference
from impact.simulation import frame, simulate

SHEETS = ("summary", "bridge", "effects", "industries", "municipalities", "tornado", "warnings", "inputs", "parameters")
HASH = "ab" * 32


@pytest.fixture(scope="module")
def tree(reference: Reference) -> dict[str, Any]:
    event = read_event_file(ROOT / "data" / "samples" / "ski-vm-2025.toml", reference)
    return estimate(simulate(event, frame(reference, event.first_day), 1, 300))


def named(key: str, lang: Lang = "nb") -> str:
    return say(f"sheet.estimate_title.{key}", lang)


def opened(content: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


class Reckoner:
    """What the formulas of a workbook come to: sums, differences, ABS, MAX and the check of the bridge."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        self.book = book

    def of(self, sheet: str, cell: str) -> Any:
        value = self.book[sheet][cell].value
        if not (isinstance(value, str) and value.startswith("=")):
            return value or 0
        text = re.sub(r"\bSUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)", lambda found: self._sum(sheet, found), value[1:])
        text = re.sub(r"\b([A-Z]{1,2}\d+)\b", lambda found: repr(self.of(sheet, found[1])), text)
        text = text.replace("^", "**").replace("IF(", "choose(")
        known = {"ABS": abs, "MAX": max, "choose": lambda test, yes, no: yes if test else no}
        return eval(text, {"__builtins__": {}}, known)

    def _sum(self, sheet: str, found: re.Match[str]) -> str:
        rows = self.book[sheet][f"{found[1]}{found[2]}:{found[3]}{found[4]}"]
        return repr(math.fsum(self.of(sheet, cell.coordinate) for row in rows for cell in row))


def formulas(book: openpyxl.Workbook) -> list[tuple[str, str]]:
    return [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_formula_comes_to_what_stands_beside_it(tree: dict[str, Any], reference: Reference, lang: Lang) -> None:
    """Where nothing reckons (a preview, a phone, protected view) the file shows the same as where Excel does."""
    content = write_estimate(tree, reference, lang)
    live, kept = opened(content), opened(content, values=True)
    reckoner, found = Reckoner(live), formulas(live)
    assert len(found) > 100
    for sheet, cell in found:
        shown, right = kept[sheet][cell].value, reckoner.of(sheet, cell)
        assert shown == right if isinstance(right, str) else shown == pytest.approx(right, rel=1e-9, abs=1e-6), (
            sheet,
            cell,
        )


def column(sheet: Any, text: str) -> dict[str, Any]:
    """The cells of a column by the words in the first, below the heading ``text``."""
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)
    rows = range(head.row + 1, sheet.max_row + 1)
    return {str(sheet.cell(row, 1).value): sheet.cell(row, head.column) for row in rows}


def test_the_bridge_is_live_and_closes(tree: dict[str, Any], reference: Reference) -> None:
    book = opened(write_estimate(tree, reference, "nb"))
    sheet, reckoner = book[named("bridge")], Reckoner(book)
    cells = column(sheet, "Regionen, mest sannsynlig")
    here = tree["areas"]["region"]
    available, used = cells["= Nye kroner i området"], cells["= Etterspørsel, avgift og lekkasje"]
    assert available.data_type == used.data_type == "f"
    total = here["audience_spending"]["mode"] - here["displaced_spending"]["mode"] + here["organiser_net"]["mode"]
    assert reckoner.of(sheet.title, available.coordinate) == pytest.approx(total)
    assert reckoner.of(sheet.title, used.coordinate) == pytest.approx(total)
    check = cells["Går broen opp?"].coordinate
    assert reckoner.of(sheet.title, check) == "ja"
    cells["Merverdiavgift"].value += 10
    assert reckoner.of(sheet.title, check) == "nei"


def test_totals_are_those_of_the_model(tree: dict[str, Any], reference: Reference) -> None:
    book = opened(write_estimate(tree, reference, "nb"))
    reckoner = Reckoner(book)
    value_added = tree["areas"]["region"]["effects"]["value_added"]["total"]["mode"]
    for key in ("industries", "municipalities"):
        cell = column(book[named(key)], "verdiskaping i alt")["I alt"]
        assert cell.data_type == "f"
        assert reckoner.of(named(key), cell.coordinate) == pytest.approx(value_added)
    demand = column(book[named("industries")], "endelig etterspørsel")["I alt"].coordinate
    assert reckoner.of(named("industries"), demand) == pytest.approx(tree["areas"]["region"]["final_demand"]["mode"])
    sheet, checked = book[named("effects")], 0
    for row in range(1, sheet.max_row):
        if sheet.cell(row, 6).data_type == "f":
            area = {say(f"figure.{one}", "nb"): one for one in tree["areas"]}[sheet.cell(row, 2).value]
            names = {say(f"figure.{one}", "nb"): one for one in tree["areas"][area]["effects"]}
            total = tree["areas"][area]["effects"][names[sheet.cell(row, 1).value]]["total"]
            assert reckoner.of(sheet.title, f"F{row}") == pytest.approx(total["mode"])
            ends = [sheet.cell(row, place).value for place in (7, 8, 9)]
            assert ends == pytest.approx([total[end] for end in ("p10", "p50", "p90")])
            checked += 1
    assert checked == 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sheets_charts_and_look(tree: dict[str, Any], reference: Reference, lang: Lang) -> None:
    book = opened(write_estimate(tree, reference, lang))
    assert book.sheetnames == [named(key, lang) for key in (*SHEETS, "sources")]
    charts = {sheet.title: len(sheet._charts) for sheet in book if sheet._charts}
    assert charts == {named(key, lang): 1 for key in ("bridge", "industries", "municipalities")}
    for sheet in book:
        assert sheet.freeze_panes and sheet.print_title_rows and sheet.page_setup.orientation == "landscape"
    text = " ".join(str(cell.value) for row in book[named("summary", lang)].iter_rows() for cell in row)
    assert {"nb": "Modellberegnet", "en": "Modelled"}[lang] in text
    assert {"nb": "8 av 10 beregninger", "en": "8 of 10 calculations"}[lang] in text


def test_everything_it_stands_on_is_there(tree: dict[str, Any], reference: Reference) -> None:
    book = opened(write_estimate(tree, reference, "nb", Locked(HASH, "2025-01-02T12:00:00Z")))
    inputs = [cell.value for cell in book[named("inputs")]["G"]]
    sources = re.findall(r"'source': ['\"](.*?)['\"][,}]", repr(tree["event"]))
    assert len(sources) > 20 and {one for one in sources if one} <= set(inputs)
    assert [cell.value for cell in book[named("parameters")]["B"]][-len(tree["parameters"]) :] == list(
        tree["parameters"]
    )
    assert len(column(book[named("tornado")], "utslag")) >= len(tree["tornado"])
    assert book[named("warnings")].max_row >= len(tree["warnings"]) + 3
    text = repr([[cell.value for cell in row] for row in book[named("sources")].iter_rows()])
    for wanted in (tree["tables"]["table"]["sha256"], tree["tables"]["places"]["sha256"], HASH, "2025-01-02T12:00:00Z"):
        assert wanted in text


def test_the_same_estimate_gives_the_same_bytes(tree: dict[str, Any], reference: Reference) -> None:
    assert write_estimate(tree, reference, "nb") == write_estimate(copy.deepcopy(tree), reference, "nb")


def test_names_are_never_formulas(reference: Reference, event_dict: Callable[..., dict[str, Any]]) -> None:
    evil = "=cmd|' /C calc'!A0"
    raw = event_dict()
    raw["event"] |= {"name_nb": evil, "name_en": "+1"}
    raw["audience"][0]["name"] = "@SUM(A1)"
    raw["organiser_cost"][0] |= {"name": "=1+1"}
    raw["organiser_cost"][0]["amount"]["source"] = "-2"
    event = read_event(raw, "event", reference)
    tree = estimate(simulate(event, frame(reference, event.first_day), 1, 50))
    book = opened(write_estimate(tree, reference, "nb"))
    title = book[named("summary")]["A1"]
    assert (title.value, title.data_type, title.quotePrefix) == (evil, "s", True)
    ours = re.compile(r"=(SUM|IF|ABS|-?[A-Z]\d+)")
    for sheet, cell in formulas(book):
        assert ours.match(book[sheet][cell].value), (sheet, cell)


def test_a_table_of_norway_alone_has_no_municipalities(
    reference: Reference, event_dict: Callable[..., dict[str, Any]]
) -> None:
    event = read_event(event_dict(), "event", reference)
    tree = estimate(simulate(event, frame(reference, event.first_day), 1, 50))
    tree |= {"municipalities": None, "rooms": None, "deciding_area": "norway"}
    tree["areas"] |= {"municipality": None, "region": None}
    book = opened(write_estimate(tree, reference, "en"))
    assert "whole country only" in str(book["Municipalities"]["A2"].value)
    assert column(book["Bridge"], "Norway, most likely")["Does the bridge close?"].data_type == "f"
