"""An estimate to read in a terminal: sentence first, then ranges, bridge, industries, places, what decides, warnings.

Works on the plain data of :func:`impact.estimate.estimate`. Rich text where the reader sits at a terminal; plain,
with the same words and columns, in a pipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from data.numbers import number, percent, significant
from data.phrases import Lang, say
from impact.effects import QUANTITIES
from impact.event import AREAS
from impact.places import DECIDING
from impact.provenance import input_name
from impact.reference import Reference
from impact.warnings import Warning

Tree = dict[str, Any]
MILLION = 1e6
ROWS = 10
WIDTH = 100


def console(stream: Any = None) -> Console:
    """A console that is rich at a terminal and plain, of a fixed width, in a pipe."""
    at_terminal = Console(file=stream).is_terminal
    return Console(file=stream, highlight=False, width=None if at_terminal else WIDTH, emoji=False, markup=False)


def millions(value: float, lang: Lang) -> str:
    """Kroner as millions, three significant digits: ``12,3``."""
    return significant(value / MILLION, lang, 3)


def sentence(tree: Tree, lang: Lang, area: str) -> str:
    """The estimate in one sentence of plain words: between what and what eight of ten calculations lie."""
    total = tree["areas"][area]["effects"][DECIDING]["total"]
    low, high = (millions(total[key], lang) for key in ("p10", "p90"))
    key = "report.sentence" if low != high else "report.sentence_point"
    return say(
        key, lang, low=low, high=high, area=say(f"report.in_{area}", lang), event=tree["event"]["event"][f"name_{lang}"]
    )


class Report:
    """Writes one estimate to a console, in ``lang``, with ``area`` in front (default: the area that decides)."""

    def __init__(self, tree: Tree, out: Console, lang: Lang, reference: Reference, area: str | None = None) -> None:
        self.tree, self.out, self.lang, self.reference = tree, out, lang, reference
        self.area = area or tree["deciding_area"]
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

    def _table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], wide: int = 0) -> None:
        rich = self.out.is_terminal
        table = Table(
            box=box.SIMPLE_HEAD if rich else None, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim"
        )
        for place, heading in enumerate(headings):
            left = place == 0 or (wide and place == len(headings) - 1)
            table.add_column(
                heading, justify="left" if left else "right", overflow="fold", no_wrap=place != 0 and not left
            )
        for row in rows:
            table.add_row(*row)
        self.out.print(Padding(table, (0, 0, 0, 2)))

    def _range(self, figure: dict[str, float] | None, scale: float = MILLION) -> str:
        """«12,3 (10,1–14,9)»: P50 with P10–P90; three significant digits of what is shown."""
        if figure is None:
            return self._say("unknown")
        mid, low, high = (significant(figure[key] / scale, self.lang, 3) for key in ("p50", "p10", "p90"))
        if low == high:
            return mid
        return f"{mid} ({self._say('to', low=low, high=high)})"

    def _organiser(self) -> None:
        result = self.tree["organiser_result"]
        if result["costs"] is None and result["incomes"] is None:
            return
        known = {key: self._range(result[key]) for key in ("costs", "incomes", "deficit")}
        self.out.print(self._say("organiser", **known))

    def _ranges(self) -> None:
        self._heading("ranges")
        areas = [self.tree["areas"][one] for one in self.shown]
        rows = []
        for quantity in QUANTITIES:
            scale = 1.0 if quantity == "employment" else MILLION
            label = self._name(quantity) + (
                f", {self._say('persons')}" if quantity == "employment" else f", {self._say('millions')}"
            )
            rows.append([label, *(self._range(area["effects"][quantity]["total"], scale) for area in areas)])
        for figure in (
            "eligible_persons",
            "guest_nights",
            "displaced_room_nights",
            "unsupported_room_nights",
            "unhoused_room_nights",
        ):
            rows.append([self._name(figure), *(self._range(area[figure], 1.0) for area in areas)])
        self._table(["", *(self._name(one) for one in self.shown)], rows)
        self.out.print(self._say("never_added"))

    def _name(self, key: str) -> str:
        return say(f"figure.{key}", self.lang)

    def _bridge(self) -> None:
        self._heading("bridge", area=self._name(self.area))
        here = self.tree["areas"][self.area]
        rows = []
        for sign, key in (
            ("", "audience_spending"),
            ("−", "displaced_spending"),
            ("+", "organiser_net"),
            ("−", "vat"),
            ("−", "leakage"),
        ):
            rows.append(
                [f"{sign} {self._name(key)}".strip(), millions(here[key]["mode"], self.lang), self._range(here[key])]
            )
        final = here["final_demand"]
        rows.append([f"= {self._name('final_demand')}", millions(final["mode"], self.lang), self._range(final)])
        for part in ("direct", "indirect", "induced"):
            figure = here["effects"][DECIDING][part]
            label = f"{self._name(DECIDING)}, {self._name(part).lower()}"
            rows.append([label, millions(figure["mode"], self.lang), self._range(figure)])
        self._table(["", self._say("at_modes"), self._say("p50_range")], rows)
        if here["displaced_room_nights"] is None:
            self.out.print(self._say("not_assessed"))

    def _industries(self) -> None:
        table = self.tree["areas"][self.area]["by_industry"][DECIDING]
        ranked = sorted(table.items(), key=lambda one: -abs(sum(one[1].values())))[:ROWS]
        self._heading("industries", area=self._name(self.area))
        frame = self.reference.table(self.tree["tables"]["table"]["id"])
        rows = []
        for code, parts in ranked:
            figures = [millions(value, self.lang) for value in (*parts.values(), sum(parts.values()))]
            rows.append([f"{frame.name(code, self.lang)} ({code})", *figures])
        self._table(["", *(self._name(part) for part in ("direct", "indirect", "induced", "total"))], rows)

    def _places(self) -> None:
        places = self.tree["municipalities"]
        if places is None:
            return
        self._heading("places")
        rows = []
        for code, row in places["rows"].items():
            rows.append(
                [
                    self.reference.municipalities[code],
                    self._range(row[DECIDING]["total"]),
                    self._range(row["pay_by_residence"]),
                    self._range(row["income_tax_gross"]),
                ]
            )
        rows.append([self._say("leaves"), "", self._range(places["pay_leaving_region"]), ""])
        self._table(["", self._name(DECIDING), self._say("pay_home"), self._say("tax")], rows)
        self.out.print(self._say("tax_gross"))

    def _tornado(self) -> None:
        swings = self.tree["tornado"][:ROWS]
        if not swings:
            return
        self._heading("tornado", area=self._name(self.tree["deciding_area"]))
        rows = []
        for swing in swings:
            evidence = say(f"workbook.evidence.{swing['evidence']}", self.lang)
            low, high = millions(swing["at_p10"], self.lang), millions(swing["at_p90"], self.lang)
            rows.append([f"{input_name(swing['path'], self.lang, self.tree['event'])} ({evidence})", low, high])
        self._table(["", self._say("at_p10"), self._say("at_p90")], rows)
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
        self.out.print(Padding(f"{table['name']}: {table['source']}. {table['licence']}.", (0, 0, 0, 2)))
        assumed = {key: entry for key, entry in self.tree["parameters"].items() if entry["evidence"] == "assumed"}
        drawn = [input_name(f"parameter/{key}", self.lang) for key, entry in assumed.items() if not entry.get("fixed")]
        said = self._say("assumed_parameters", count=len(assumed), drawn=len(drawn), names="; ".join(drawn))
        self.out.print(Padding(said, (0, 0, 0, 2)))
        made = {"version": self.tree["program"]["version"], "seed": str(self.tree["seed"])}
        draws = number(self.tree["draws"], self.lang)
        self.out.print(Padding(self._say("made", draws=draws, sha=table["sha256"][:12], **made), (0, 0, 0, 2)))
