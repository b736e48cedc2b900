"""An estimate to read in a terminal: sentence first, then ranges, bridge, industries, places, what decides, warnings.

Works on the plain data of :func:`impact.estimate.estimate`. Rich text where the reader sits at a terminal; plain,
with the same words and columns, in a pipe.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from data.numbers import number, percent
from data.phrases import Lang, say
from impact.effects import QUANTITIES
from impact.event import AREAS
from impact.places import DECIDING
from impact.reference import Reference
from impact.simulation import PARTS
from impact.terminal import print_table
from impact.warnings import Warning
from impact.wording import input_name

Tree = dict[str, Any]
MILLION, THOUSAND = 1e6, 1e3
UNITS = {MILLION: "millions", THOUSAND: "thousands"}
ROWS = 10
FEWEST_DRAWS = 100
"""Below this many draws percentiles mean little, and the sentence does not use them."""
BRIDGE = (
    ("", "audience_spending"),
    ("−", "displaced_spending"),
    ("+", "organiser_net"),
    ("−", "vat"),
    ("−", "leakage"),
    ("=", "final_demand"),
)


def decimals(largest: float, least: int = 0) -> int:
    """Decimals that give ``largest`` three significant digits, and all beside it the same: at least ``least``."""
    return max(0, least) if not largest else min(6, max(least, 2 - math.floor(math.log10(abs(largest)))))


def sentence(tree: Tree, lang: Lang, area: str) -> str:
    """The estimate in one sentence of plain words: between what and what eight of ten calculations lie."""
    total = tree["areas"][area]["effects"][DECIDING]["total"]
    where = say(f"report.in_{area}", lang)
    if tree["draws"] < FEWEST_DRAWS:
        likely = _kroner(lang, total["mode"])
        return say("report.sentence_few_draws", lang, mode=likely, area=where, draws=tree["draws"])
    low, high = total["p10"], total["p90"]
    if low < 0 < high:
        ends = {"low": _kroner(lang, -low), "high": _kroner(lang, high)}
        return say("report.sentence_both", lang, area=where, **ends)
    key = "report.sentence_loss" if high <= 0 and low < 0 else "report.sentence"
    return say(key, lang, between=_kroner(lang, *sorted((abs(low), abs(high)))), area=where)


def _kroner(lang: Lang, *amounts: float) -> str:
    """One amount or two in words, to three significant digits of the larger: «67 og 124 millioner kroner»."""
    scale = MILLION if max(map(abs, amounts)) >= MILLION else 1.0
    places = decimals(max(amounts, key=abs) / scale, -9)
    figures = [number(amount / scale, lang, places) for amount in amounts]
    figure = figures[0] if len(set(figures)) == 1 else say("report.and", lang, low=figures[0], high=figures[1])
    return say(f"report.kroner_{'millions' if scale == MILLION else 'plain'}", lang, figure=figure)


def unit_of(tree: Tree) -> float:
    """Kroner that amounts are shown in: a million, or a thousand where the largest output is below ten million."""
    output = [here["effects"]["output"]["total"] for here in tree["areas"].values() if here]
    largest = max(abs(figure[end]) for figure in output for end in ("p10", "p90"))
    return MILLION if largest >= 10 * MILLION else THOUSAND


class Report:
    """Writes one estimate to a console, in ``lang``, with ``area`` in front (default: the area that decides)."""

    def __init__(self, tree: Tree, out: Console, lang: Lang, reference: Reference, area: str | None = None) -> None:
        self.tree, self.out, self.lang, self.reference = tree, out, lang, reference
        self.area = area or tree["deciding_area"]
        self.scale = unit_of(tree)
        self.unit = self._say(UNITS[self.scale])
        self.shown = [one for one in AREAS if tree["areas"][one] is not None]

    def write(self) -> None:
        """The whole report."""
        event = self.tree["event"]["event"]
        self.out.print(Text(event[f"name_{self.lang}"], style="bold"))
        self.out.print(Text(sentence(self.tree, self.lang, self.area), style="bold dark_cyan"))
        self.out.print(self._say("modelled", year=str(event["price_year"])))
        for part in (
            self._organiser,
            self._ranges,
            self._bridge,
            self._industries,
            self._places,
            self._tornado,
            self._warnings,
            self._sources,
        ):
            part()

    def _say(self, key: str, **figures: Any) -> str:
        return say(f"report.{key}", self.lang, **figures)

    def _heading(self, key: str, **figures: Any) -> None:
        self.out.print()
        self.out.print(Text(self._say(key, **figures), style="bold"))

    def _range(self, figure: dict[str, float] | None, scale: float = 0.0, places: int | None = None) -> str:
        """«12,3 (10,1–14,9)»: P50 with P10–P90, of the same decimals; in the report's unit of money, or ``scale``."""
        if figure is None:
            return self._say("unknown")
        scale = scale or self.scale
        if places is None:
            least = -9 if scale == 1.0 else int(scale == MILLION)
            places = decimals(max(abs(figure[key]) for key in ("p10", "p90")) / scale, least)
        mid, low, high = (number(figure[key] / scale, self.lang, places) for key in ("p50", "p10", "p90"))
        return mid if low == high else f"{mid} ({self._say('to', low=low, high=high)})"

    def _millions(self, value: float, places: int) -> str:
        return number(value / self.scale, self.lang, places)

    def _column(self, figures: Sequence[dict[str, float]]) -> int:
        """The decimals that a column of millions shares."""
        return decimals(max(abs(figure["p90"]) for figure in figures) / self.scale, int(self.scale == MILLION))

    def _organiser(self) -> None:
        result = self.tree["organiser_result"]
        if result["costs"] is None and result["incomes"] is None:
            return
        known = {key: self._range(result[key]) for key in ("costs", "incomes", "deficit")}
        self.out.print(self._say("organiser", unit=self.unit, **known))

    def _ranges(self) -> None:
        self._heading("ranges")
        areas = [self.tree["areas"][one] for one in self.shown]
        rows = []
        for quantity in QUANTITIES:
            scale = 1.0 if quantity == "employment" else self.scale
            label = self._name(quantity) + ("" if quantity == "employment" else f", {self.unit}")
            rows.append([label, *(self._range(area["effects"][quantity]["total"], scale) for area in areas)])
        for figure in ("eligible_persons", "guest_nights"):
            rows.append([self._name(figure), *(self._range(area[figure], 1.0) for area in areas)])
        if self.tree["rooms"] is not None:
            for figure in ("displaced_room_nights", "unsupported_room_nights", "unhoused_room_nights"):
                rows.append([self._name(figure), *(self._range(area[figure], 1.0) for area in areas)])
        print_table(self.out, ["", *(self._name(one) for one in self.shown)], rows)
        self.out.print(self._say("never_added"))

    def _name(self, key: str) -> str:
        return say(f"figure.{key}", self.lang)

    def _bridge(self) -> None:
        self._heading("bridge", unit=self.unit, area=self._name(self.area))
        here = self.tree["areas"][self.area]
        effects = here["effects"][DECIDING]
        lines = [(f"{sign} {self._name(key)}".strip(), here[key]) for sign, key in BRIDGE]
        lines += [(f"{self._name(DECIDING)}, {self._name(part).lower()}", effects[part]) for part in PARTS[:3]]
        places = self._column([figure for _, figure in lines])
        rows = [
            [label, self._millions(figure["mode"], places), self._range(figure, places=places)]
            for label, figure in lines
        ]
        print_table(self.out, ["", self._say("at_modes"), self._say("p50_range")], rows)
        self.out.print(self._say("percentiles"))
        if here["leakage"]["mode"] < 0:
            self.out.print(self._say("negative_leakage"))
        if here["retained_spending"]["mode"]:
            self.out.print(self._say("retained", retained=f"{self._range(here['retained_spending'])} {self.unit}"))
        if self.tree["rooms"] is None:
            self.out.print(self._say("not_assessed"))

    def _industries(self) -> None:
        table = self.tree["areas"][self.area]["by_industry"][DECIDING]
        ranked = sorted(table.items(), key=lambda one: -abs(sum(one[1].values())))[:ROWS]
        self._heading("industries", unit=self.unit, area=self._name(self.area))
        frame = self.reference.table(self.tree["tables"]["table"]["id"])
        sums = {code: [*parts.values(), sum(parts.values())] for code, parts in ranked}
        places = decimals(
            max((abs(one[-1]) for one in sums.values()), default=0) / self.scale, int(self.scale == MILLION)
        )
        rows = [
            [f"{frame.name(code, self.lang)} ({code})", *(self._millions(value, places) for value in values)]
            for code, values in sums.items()
        ]
        print_table(self.out, ["", *(self._name(part) for part in PARTS)], rows)

    def _places(self) -> None:
        places = self.tree["municipalities"]
        if places is None:
            return
        self._heading("places", unit=self.unit)
        columns = {
            code: (row[DECIDING]["total"], row["pay_by_residence"], row["income_tax_gross"])
            for code, row in places["rows"].items()
        }
        digits = [self._column(column) for column in zip(*columns.values(), strict=True)]
        rows = [
            [
                self.reference.municipalities[code],
                *(self._range(figure, places=places) for figure, places in zip(row, digits, strict=True)),
            ]
            for code, row in columns.items()
        ]
        rows.append([self._say("leaves"), "", self._range(places["pay_leaving_region"], places=digits[1]), ""])
        print_table(self.out, ["", self._name(DECIDING), self._say("pay_home"), self._say("tax")], rows)
        self.out.print(self._say("tax_gross"))

    def _tornado(self) -> None:
        swings = self.tree["tornado"][:ROWS]
        if not swings:
            return
        self._heading("tornado", unit=self.unit, area=self._name(self.tree["deciding_area"]))
        places = decimals(
            max(abs(swing[end]) for swing in swings for end in ("at_p10", "at_p90")) / self.scale,
            int(self.scale == MILLION),
        )
        rows = []
        for swing in swings:
            evidence = say(f"workbook.evidence.{swing['evidence']}", self.lang)
            label = f"{input_name(swing['path'], self.lang, self.tree['event'])} ({evidence})"
            rows.append([label, *(self._millions(swing[end], places) for end in ("at_p10", "at_p90"))])
        print_table(self.out, ["", self._say("at_p10"), self._say("at_p90")], rows)
        if self.tree["assumed_share"] is not None:
            self.out.print(self._say("assumed_share", share=percent(self.tree["assumed_share"], self.lang)))

    def _warnings(self) -> None:
        found = [Warning(one["code"], one["figures"]) for one in self.tree["warnings"]]
        if not found:
            return
        self._heading("warnings", count=len(found))
        for one in found:
            line = Text(f"{one.sentence(self.lang)} ", style="dark_orange3" if self.out.is_terminal else "")
            self.out.print(Padding(line.append(one.advice(self.lang), style="default"), (0, 0, 0, 2)))

    def _sources(self) -> None:
        self._heading("sources")
        table = self.tree["tables"]["table"]
        named = self._say("table", year=str(table["year"]), geography=table["geography"])
        self.out.print(Padding(f"{named}: {table['source']}. {table['licence']}.", (0, 0, 0, 2)))
        assumed = {key: entry for key, entry in self.tree["parameters"].items() if entry["evidence"] == "assumed"}
        drawn = [input_name(f"parameter/{key}", self.lang) for key, entry in assumed.items() if not entry.get("fixed")]
        said = self._say("assumed_parameters", count=len(assumed), drawn=len(drawn), names="; ".join(drawn))
        self.out.print(Padding(said, (0, 0, 0, 2)))
        made = {"version": self.tree["program"]["version"], "seed": str(self.tree["seed"])}
        draws = number(self.tree["draws"], self.lang)
        self.out.print(Padding(self._say("made", draws=draws, sha=table["sha256"][:12], **made), (0, 0, 0, 2)))
