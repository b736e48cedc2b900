"""An estimate in words: sentence first, then ranges, bridge, industries, places, what decides, warnings, sources.

Works on the plain data of :func:`impact.estimate.estimate`, and gives sections of text for whatever shows them: a
terminal, a page or a document.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data.numbers import number, percent
from data.phrases import Lang, say
from impact.effects import QUANTITIES
from impact.event import AREAS
from impact.places import DECIDING
from impact.reference import Reference
from impact.simulation import PARTS
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
        likely = kroner(lang, total["mode"])
        return say("report.sentence_few_draws", lang, mode=likely, area=where, draws=tree["draws"])
    low, high = total["p10"], total["p90"]
    if low < 0 < high:
        ends = {"low": kroner(lang, -low), "high": kroner(lang, high)}
        return say("report.sentence_both", lang, area=where, **ends)
    key = "report.sentence_loss" if high <= 0 and low < 0 else "report.sentence"
    return say(key, lang, between=kroner(lang, *sorted((abs(low), abs(high)))), area=where)


def kroner(lang: Lang, *amounts: float) -> str:
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


@dataclass(frozen=True)
class Section:
    """A part of a report: a table whose first column is words and whose other columns are figures, then sentences."""

    key: str
    heading: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()


class Sections:
    """The parts of one estimate in ``lang``, with ``area`` in front (default: the area that decides)."""

    def __init__(self, tree: Tree, lang: Lang, reference: Reference, area: str | None = None) -> None:
        self.tree, self.lang, self.reference = tree, lang, reference
        self.area = area or tree["deciding_area"]
        self.scale = unit_of(tree)
        self.unit = self._say(UNITS[self.scale])
        self.shown = [one for one in AREAS if tree["areas"][one] is not None]

    @property
    def title(self) -> str:
        """The event's name."""
        return str(self.tree["event"]["event"][f"name_{self.lang}"])

    @property
    def sentence(self) -> str:
        """The estimate in one sentence of plain words."""
        return sentence(self.tree, self.lang, self.area)

    @property
    def modelled(self) -> str:
        """That the figures are modelled, in kroner of which year, and what is shown of them."""
        return self._say("modelled", year=str(self.tree["event"]["event"]["price_year"]))

    def _say(self, key: str, **figures: Any) -> str:
        return say(f"report.{key}", self.lang, **figures)

    def _name(self, key: str) -> str:
        return say(f"figure.{key}", self.lang)

    def range(self, figure: dict[str, float] | None, scale: float = 0.0, places: int | None = None) -> str:
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

    @property
    def organiser(self) -> str | None:
        """The organiser's own account in one sentence; None where nothing of it is known."""
        result = self.tree["organiser_result"]
        if result["costs"] is None and result["incomes"] is None:
            return None
        known = {key: self.range(result[key]) for key in ("costs", "incomes", "deficit")}
        return self._say("organiser", unit=self.unit, **known)

    def ranges(self) -> Section:
        """Effects and visitors of the areas side by side."""
        areas = [self.tree["areas"][one] for one in self.shown]
        rows = []
        for quantity in QUANTITIES:
            scale = 1.0 if quantity == "employment" else self.scale
            label = self._name(quantity) + ("" if quantity == "employment" else f", {self.unit}")
            rows.append((label, *(self.range(area["effects"][quantity]["total"], scale) for area in areas)))
        for figure in ("eligible_persons", "guest_nights"):
            rows.append((self._name(figure), *(self.range(area[figure], 1.0) for area in areas)))
        if self.tree["rooms"] is not None:
            for figure in ("displaced_room_nights", "unsupported_room_nights", "unhoused_room_nights"):
                rows.append((self._name(figure), *(self.range(area[figure], 1.0) for area in areas)))
        headings = ("", *(self._name(one) for one in self.shown))
        return Section("ranges", self._say("ranges"), headings, tuple(rows), (self._say("never_added"),))

    def bridge(self) -> Section:
        """From spending to final demand and value added."""
        here = self.tree["areas"][self.area]
        effects = here["effects"][DECIDING]
        lines = [(f"{sign} {self._name(key)}".strip(), here[key]) for sign, key in BRIDGE]
        lines += [(f"{self._name(DECIDING)}, {self._name(part).lower()}", effects[part]) for part in PARTS[:3]]
        places = self._column([figure for _, figure in lines])
        rows = [
            (label, self._millions(figure["mode"], places), self.range(figure, places=places))
            for label, figure in lines
        ]
        heading = self._say("bridge", unit=self.unit, area=self._name(self.area))
        headings = ("", self._say("at_modes"), self._say("p50_range"))
        return Section("bridge", heading, headings, tuple(rows), tuple(self._bridge_notes(here)))

    def _bridge_notes(self, here: Tree) -> Iterator[str]:
        yield self._say("percentiles")
        if here["leakage"]["mode"] < 0:
            yield self._say("negative_leakage")
        if here["retained_spending"]["mode"]:
            yield self._say("retained", retained=f"{self.range(here['retained_spending'])} {self.unit}")
        if self.tree["rooms"] is None:
            yield self._say("not_assessed")

    def industries(self) -> Section:
        """Who gets it: the industries with most value added."""
        table = self.tree["areas"][self.area]["by_industry"][DECIDING]
        ranked = sorted(table.items(), key=lambda one: -abs(sum(one[1].values())))[:ROWS]
        frame = self.reference.table(self.tree["tables"]["table"]["id"])
        sums = {code: [*parts.values(), sum(parts.values())] for code, parts in ranked}
        places = decimals(
            max((abs(one[-1]) for one in sums.values()), default=0) / self.scale, int(self.scale == MILLION)
        )
        rows = [
            (f"{frame.name(code, self.lang)} ({code})", *(self._millions(value, places) for value in values))
            for code, values in sums.items()
        ]
        heading = self._say("industries", unit=self.unit, area=self._name(self.area))
        return Section("industries", heading, ("", *(self._name(part) for part in PARTS)), tuple(rows))

    def places(self) -> Section | None:
        """Where: the municipalities; None where the table serves no region."""
        places = self.tree["municipalities"]
        if places is None:
            return None
        columns = {
            code: (row[DECIDING]["total"], row["pay_by_residence"], row["income_tax_gross"])
            for code, row in places["rows"].items()
        }
        digits = [self._column(column) for column in zip(*columns.values(), strict=True)]
        rows = [
            (
                self.reference.municipalities[code],
                *(self.range(figure, places=places) for figure, places in zip(row, digits, strict=True)),
            )
            for code, row in columns.items()
        ]
        rows.append((self._say("leaves"), "", self.range(places["pay_leaving_region"], places=digits[1]), ""))
        headings = ("", self._name(DECIDING), self._say("pay_home"), self._say("tax"))
        notes = (self._say("tax_gross"),)
        return Section("places", self._say("places", unit=self.unit), headings, tuple(rows), notes)

    def tornado(self) -> Section | None:
        """What decides the result; None where nothing is uncertain."""
        swings = self.tree["tornado"][:ROWS]
        if not swings:
            return None
        places = decimals(
            max(abs(swing[end]) for swing in swings for end in ("at_p10", "at_p90")) / self.scale,
            int(self.scale == MILLION),
        )
        rows = []
        for swing in swings:
            label = swing_name(swing, self.lang, self.tree)
            rows.append((label, *(self._millions(swing[end], places) for end in ("at_p10", "at_p90"))))
        heading = self._say("tornado", unit=self.unit, area=self._name(self.tree["deciding_area"]))
        share = self.tree["assumed_share"]
        notes = () if share is None else (self._say("assumed_share", share=percent(share, self.lang)),)
        return Section("tornado", heading, ("", self._say("at_p10"), self._say("at_p90")), tuple(rows), notes)

    def warnings(self) -> tuple[str, list[tuple[str, str]]]:
        """A heading, and each warning as a sentence and what to do about it."""
        found = [Warning(one["code"], one["figures"]) for one in self.tree["warnings"]]
        return self._say("warnings", count=len(found)), [
            (one.sentence(self.lang), one.advice(self.lang)) for one in found
        ]

    def sources(self) -> Section:
        """The table, the parameters that are assumed, and what made the estimate."""
        table = self.tree["tables"]["table"]
        named = self._say("table", year=str(table["year"]), geography=table["geography"])
        assumed = {key: entry for key, entry in self.tree["parameters"].items() if entry["evidence"] == "assumed"}
        drawn = [input_name(f"parameter/{key}", self.lang) for key, entry in assumed.items() if not entry.get("fixed")]
        said = self._say("assumed_parameters", count=len(assumed), drawn=len(drawn), names="; ".join(drawn))
        made = {"version": self.tree["program"]["version"], "seed": str(self.tree["seed"])}
        draws = number(self.tree["draws"], self.lang)
        made_by = self._say("made", draws=draws, sha=table["sha256"][:12], **made)
        notes = (f"{named}: {table['source']}. {table['licence']}.", said, made_by)
        return Section("sources", self._say("sources"), notes=notes)


def swing_name(swing: Tree, lang: Lang, tree: Tree) -> str:
    """An input of the tornado in words, with its evidence: «Guests: persons (assumed)»."""
    evidence = say(f"workbook.evidence.{swing['evidence']}", lang)
    return f"{input_name(swing['path'], lang, tree['event'])} ({evidence})"
