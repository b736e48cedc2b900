"""An estimate in Excel: what it says, the sums live, and everything that it stands on.

Works on the plain data of :func:`impact.estimate.estimate`, so a locked estimate can be written too. Sums are formulas
at the most likely values, where they hold to the krone; percentiles are written as figures, since they don't add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from data.numbers import money, percent
from data.phrases import Lang, say
from data.xlsx import cell_name
from impact.effects import QUANTITIES
from impact.estimate_book import COUNT, KRONER, ONE_DECIMAL, PARTS_COLOURS, Live, Page, across, bars, stepped
from impact.estimate_grounds import write_inputs, write_parameters, write_sources, write_tornado, write_warnings
from impact.event import AREAS
from impact.places import DECIDING
from impact.reference import Reference
from impact.report import sentence
from impact.sheet_writing import about_book, packed
from impact.simulation import PARTS

Tree = dict[str, Any]
SHOWN_IN_CHART = 10
_ENDS = ("mode", "p10", "p50", "p90")
_ROOMS = ("displaced_room_nights", "unsupported_room_nights", "unhoused_room_nights")


@dataclass(frozen=True)
class Locked:
    """What the register says of a locked estimate: its hash, and when it was locked (ISO 8601)."""

    sha256: str
    locked_at: str = ""


def write_estimate(tree: Tree, reference: Reference, lang: Lang, locked: Locked | None = None) -> bytes:
    """The workbook of one estimate, in ``lang``; ``locked`` where it is. The same estimate gives the same bytes.

    Sheets: summary, bridge, effects, industries, municipalities, tornado, warnings, inputs, parameters and sources.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    writer = _Writer(book, tree, reference, lang)
    writer.summary()
    writer.bridge()
    writer.effects()
    writer.industries()
    writer.municipalities()
    write_tornado(writer.page("tornado"), tree, writer.named(tree["deciding_area"]))
    write_warnings(writer.page("warnings"), tree)
    write_inputs(writer.page("inputs"), tree)
    write_parameters(writer.page("parameters"), tree)
    write_sources(writer.page("sources"), tree, locked.sha256 if locked else "", locked.locked_at if locked else "")
    about_book(book, writer.name, say("sheet.estimate.about", lang), lang)
    return packed(book, writer.results)


class _Writer:
    """Writes the sheets of figures. ``results`` collects what the formulas come to."""

    def __init__(self, book: Workbook, tree: Tree, reference: Reference, lang: Lang) -> None:
        self.book, self.tree, self.reference, self.lang = book, tree, reference, lang
        self.results: dict[str, dict[str, float | str]] = {}
        about = tree["event"]["event"]
        self.name = str(about[f"name_{lang}"])
        self.modelled = say("sheet.estimate.modelled", lang, year=str(about["price_year"]))
        self.shown = [area for area in AREAS if tree["areas"][area] is not None]
        self.deciding = tree["deciding_area"]

    def page(self, key: str) -> Page:
        return Page(self.book, key, self.lang, self.results)

    def named(self, key: str) -> str:
        return say(f"figure.{key}", self.lang)

    def _in(self, area: str) -> str:
        return say(f"report.in_{area}", self.lang)

    def summary(self) -> None:
        """The sentence, then the main figures of the three areas with their ranges."""
        page = self.page("summary")
        page.title(self.name, sentence(self.tree, self.lang, self.deciding), self.modelled)
        heads = [page.words(end, area=self.named(area)) for area in self.shown for end in _ENDS[1:]]
        page.head([page.words("figure"), page.words("unit"), *heads], [36, 12, *(17.0 for _ in heads)])
        areas = [self.tree["areas"][area] for area in self.shown]
        lines = [(key, "kroner", KRONER, [one["effects"][key]["total"] for one in areas]) for key in QUANTITIES]
        lines[-1] = (QUANTITIES[-1], "persons", ONE_DECIMAL, lines[-1][3])
        lines += [("eligible_persons", "persons", COUNT, [one["eligible_persons"] for one in areas])]
        lines += [(key, "nights", COUNT, [one[key] for one in areas]) for key in ("guest_nights", *_ROOMS)]
        lines.insert(0, lines.pop(QUANTITIES.index(DECIDING)))
        unknown = say("report.unknown", self.lang)
        for key, unit, written, figures in lines:
            values = [figure[end] if figure else unknown for figure in figures for end in _ENDS[1:]]
            page.line([self.named(key), page.words(unit), *values], written)
        page.row += 1
        page.note(say("report.never_added", self.lang))
        page.note(page.words("at_modes"))

    def bridge(self) -> None:
        """From spending to final demand: live sums on both sides, and a cell that says whether they agree."""
        page = self.page("bridge")
        page.title(self.name, self.modelled, page.words("at_modes"))
        ends = [page.words(end, area=self.named(self.deciding)) for end in _ENDS[1:]]
        heads = [*(page.words("mode", area=self.named(area)) for area in self.shown), page.words("in_chart"), *ends]
        page.head([page.words("figure"), *heads], [34, *(20.0 for _ in heads)])
        head, count = page.row - 1, len(self.shown)
        at = {key: page.row + number for number, key in enumerate(_STEPS)}
        for key, row in at.items():
            modes = [self._step(key, area, column, at) for column, area in enumerate(self.shown, 2)]
            drawn = self._drawn(row, modes, _STEPS[key] == "−")
            figure = self.tree["areas"][self.deciding].get(key)
            label = page.words(key) if key in ("available", "used") else f"{_STEPS[key]} {self.named(key)}".strip()
            quantiles = [figure[end] for end in _ENDS[1:]] if figure else [None] * 3
            page.line([label, *modes, drawn, *quantiles], total=figure is None)
        checks = [
            Live(self._check(cell_name(at["available"], column), cell_name(at["used"], column)), page.words("closes"))
            for column in range(2, count + 2)
        ]
        page.line([page.words("check"), *checks])
        if self.tree["areas"][self.deciding]["leakage"]["mode"] < 0:
            page.note(say("report.negative_leakage", self.lang))
        if self.tree["rooms"] is None:
            page.note(say("report.not_assessed", self.lang))
        out = [list(_STEPS).index(key) for key in ("displaced_spending", "vat", "leakage")]
        title = self._bridge_title()
        stepped(page, title, count + 2, (head, at["final_demand"]), out, cell_name(page.row + 1, 1))

    def _step(self, key: str, area: str, column: int, at: dict[str, int]) -> Any:
        here = {name: self.tree["areas"][area][name]["mode"] for name in _STEPS if name in self.tree["areas"][area]}
        names = {name: cell_name(row, column) for name, row in at.items()}
        if key == "available":
            result = here["audience_spending"] - here["displaced_spending"] + here["organiser_net"]
            cells = f"{names['audience_spending']}-{names['displaced_spending']}+{names['organiser_net']}"
            return Live(f"={cells}", result)
        if key == "used":
            result = here["vat"] + here["leakage"] + here["final_demand"]
            return Live(f"={names['vat']}+{names['leakage']}+{names['final_demand']}", result)
        return here[key]

    def _drawn(self, row: int, modes: Sequence[Any], out: bool) -> Live:
        """The deciding area's figure as the chart shows it: what goes out is below zero."""
        place = self.shown.index(self.deciding)
        value = modes[place].result if isinstance(modes[place], Live) else modes[place]
        return Live(f"={'-' if out else ''}{cell_name(row, place + 2)}", -value if out else value)

    def _check(self, one: str, other: str) -> str:
        """Whether two cells agree to the krone (or, in figures of nine digits, to their last)."""
        yes, no = (say(f"sheet.estimate.{key}", self.lang) for key in ("closes", "open"))
        return f'=IF(ABS({one}-{other})<=MAX(1,ABS({one})/10^8),"{yes}","{no}")'

    def _bridge_title(self) -> str:
        here = self.tree["areas"][self.deciding]
        left = here["final_demand"]["mode"]
        new = left + here["vat"]["mode"] + here["leakage"]["mode"]
        if 0 < left < new:
            amounts = {"new": money(new, self.lang), "left": money(left, self.lang)}
            return say("sheet.chart.bridge", self.lang, area=self._in(self.deciding), **amounts)
        return say("sheet.chart.bridge_plain", self.lang, area=self._in(self.deciding))

    def effects(self) -> None:
        """Direct, indirect and induced with their live total, and the range of the total, in each area."""
        page = self.page("effects")
        page.title(self.name, self.modelled, page.words("at_modes"))
        total = self.named("total")
        heads = [page.words("area"), *(self.named(part) for part in PARTS[:3]), total, *("P10", "P50", "P90")]
        page.head([page.words("figure"), *heads], [24, 20, *(17.0 for _ in heads[1:])])
        for area in self.shown:
            for quantity in QUANTITIES:
                figures = self.tree["areas"][area]["effects"][quantity]
                modes = [figures[part]["mode"] for part in PARTS[:3]]
                values = [*modes, across(page.row, 3, 5, modes), *(figures["total"][end] for end in _ENDS[1:])]
                written = ONE_DECIMAL if quantity == "employment" else KRONER
                page.line([self.named(quantity), self.named(area), *values], written)
        page.row += 1
        page.note(say("report.never_added", self.lang))

    def industries(self) -> None:
        """Every industry that gets something in the deciding area, the largest first, with live totals."""
        page = self.page("industries")
        page.title(self.name, page.words("of_area", area=self.named(self.deciding)), self.modelled)
        keys = ("final_demand", *PARTS[:3], "total", "jobs")
        heads = [page.words("industry"), page.words("code"), *(page.words(key) for key in keys)]
        page.head(heads, [52, 12, *(18.0 for _ in keys)])
        here = self.tree["areas"][self.deciding]
        table = self.reference.table(self.tree["tables"]["table"]["id"])
        found = here["by_industry"]
        demand = here["final_demand"]["by_industry"]
        nothing = dict.fromkeys(PARTS[:3], 0.0)
        codes = sorted(
            found[DECIDING].keys() | found["employment"].keys() | demand.keys(),
            key=lambda code: (-sum(found[DECIDING].get(code, nothing).values()), code),
        )
        head, rows = page.row - 1, []
        for code in codes:
            parts = [found[DECIDING].get(code, nothing)[part] for part in PARTS[:3]]
            jobs = sum(found["employment"].get(code, nothing).values())
            rows.append([demand.get(code, 0.0), *parts, sum(parts), jobs])
            total = across(page.row, 4, 6, parts)
            page.line(
                [table.name(code, self.lang), code, demand.get(code, 0.0), *parts, total, jobs], self._jobs_last(8)
            )
        self._sums(page, head, rows, 3, 8)
        names = [table.name(code, self.lang) for code in codes[:2]]
        title = say("sheet.chart.industries_plain", self.lang)
        if len(names) == 2 and rows[1][4] > 0:
            title = say("sheet.chart.industries", self.lang, first=names[0], second=names[1])
        if rows:
            last = head + min(SHOWN_IN_CHART, len(rows))
            bars(page, title, (4, 5, 6), (head, last), list(PARTS_COLOURS.values()), cell_name(head, 10))
        page.sheet.print_area = f"A1:H{page.row}"

    def _jobs_last(self, columns: int) -> list[str]:
        return [*(KRONER for _ in range(columns - 1)), ONE_DECIMAL]

    def _sums(self, page: Page, head: int, rows: Sequence[Sequence[float]], first: int, columns: int) -> None:
        """A last line of live sums, from column ``first`` to ``columns``, below the lines that follow ``head``."""
        if not rows:
            return
        last = page.row - 1
        totals = [
            page.total(column, head + 1, last, [row[column - first] for row in rows])
            for column in range(first, columns + 1)
        ]
        labels = [page.words("sum"), *(None for _ in range(first - 2))]
        page.line([*labels, *totals], self._jobs_last(columns), total=True)

    def municipalities(self) -> None:
        """The region's effects by municipality, with live totals; pay is moved to where people live."""
        page = self.page("municipalities")
        places = self.tree["municipalities"]
        if places is None:
            page.title(self.name, page.words("no_places"))
            return
        page.title(self.name, page.words("of_area", area=self.named("region")), self.modelled)
        keys = (*PARTS[:3], "total", "pay", "tax", "jobs")
        page.head(
            [page.words("municipality"), page.words("code"), *(page.words(key) for key in keys)],
            [30, 10, *(18.0 for _ in keys)],
        )
        head, rows = page.row - 1, []
        for code, row in places["rows"].items():
            parts = [row[DECIDING][part]["mode"] for part in PARTS[:3]]
            rest = [
                row["pay_by_residence"]["mode"],
                row["income_tax_gross"]["mode"],
                row["employment"]["total"]["mode"],
            ]
            rows.append([*parts, sum(parts), *rest])
            total = across(page.row, 3, 5, parts)
            page.line([self.reference.municipalities[code], code, *parts, total, *rest], self._jobs_last(9))
        self._sums(page, head, rows, 3, 9)
        leaving = [None] * 4
        page.line([say("report.leaves", self.lang), None, *leaving, places["pay_leaving_region"]["mode"]])
        page.row += 1
        page.note(say("report.tax_gross", self.lang))
        last = head + len(rows)
        bars(
            page,
            self._places_title(rows),
            (3, 4, 5),
            (head, last),
            list(PARTS_COLOURS.values()),
            cell_name(page.row + 1, 1),
        )

    def _places_title(self, rows: Sequence[Sequence[float]]) -> str:
        totals = [row[3] for row in rows]
        largest = max(range(len(rows)), key=lambda number: totals[number])
        if min(totals) < 0 or sum(totals) <= 0:
            return say("sheet.chart.municipalities_plain", self.lang)
        place = list(self.reference.municipalities.values())[largest]
        return say(
            "sheet.chart.municipalities",
            self.lang,
            share=percent(totals[largest] / sum(totals), self.lang),
            place=place,
        )


_STEPS = {
    "audience_spending": "",
    "displaced_spending": "−",
    "organiser_net": "+",
    "available": "=",
    "vat": "",
    "leakage": "",
    "final_demand": "",
    "used": "=",
}
"""The lines of the bridge with their signs."""
