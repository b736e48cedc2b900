"""What the workbook of an estimate is built of: a sheet filled line by line, formulas with their results, charts.

A formula is written with what it comes to, so that the file says the same where nothing reckons: in a mail's preview,
on a phone, in Excel's protected view.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.title import title_maker
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from data.phrases import Lang, say
from data.xlsx import cell_name
from impact.sheet_writing import print_landscape, put_text, write_head

KRONER, COUNT, ONE_DECIMAL = "#,##0", "#,##0", "#,##0.0"
PARTS_COLOURS = {"direct": "0A5A78", "indirect": "4E9BB9", "induced": "A9D0DF"}
MONEY_IN, MONEY_OUT, INK = "0A5A78", "B3541E", "22313A"
_SUM_RULE = Border(top=Side(style="thin", color="0A5A78"))
_MOST_LINES = 27
"""Of 15 points: Excel has no higher row than 409."""
_MILLIONS = "#,##0.0,,"
"""Excel's own way to show kroner as millions."""


@dataclass(frozen=True)
class Live:
    """A formula and what it comes to."""

    formula: str
    result: float | str


class Page:
    """One sheet, filled from the top: title, notes, then headings and lines. ``row`` is the next free one."""

    def __init__(self, book: Workbook, key: str, lang: Lang, results: dict[str, dict[str, float | str]]) -> None:
        self.sheet: Worksheet = book.create_sheet(say(f"sheet.estimate_title.{key}", lang))
        self.lang, self.row = lang, 1
        self.widths: list[float] = []
        self.results = results.setdefault(self.sheet.title, {})

    def words(self, key: str, **figures: Any) -> str:
        """A phrase of this workbook in the page's language."""
        return say(f"sheet.estimate.{key}", self.lang, **figures)

    def title(self, text: str, *notes: str) -> None:
        """The sheet's title and what is to be known of all of it."""
        for number, line in enumerate((text, *notes)):
            cell = self.sheet.cell(self.row, 1)
            put_text(cell, line)
            cell.font = Font(bold=number == 0, size=14 if number == 0 else 11, color=INK)
            self.row += 1
        self.row += 1

    def head(self, texts: Sequence[str], widths: Sequence[float]) -> None:
        """Headings that stay when one scrolls, and on every page of paper."""
        write_head(self.sheet, self.row, list(texts), list(widths))
        self.widths = list(widths)
        self.sheet.row_dimensions[self.row].height = 46
        self.sheet.freeze_panes = cell_name(self.row + 1, 2)
        print_landscape(self.sheet, self.row)
        self.row += 1

    def line(self, values: Sequence[Any], formats: Sequence[str] | str = KRONER, *, total: bool = False) -> int:
        """One line, and its number: texts as texts, numbers in their formats, formulas live, None as an empty cell."""
        for column, value in enumerate(values, 1):
            cell = self.sheet.cell(self.row, column)
            if isinstance(value, Live):
                cell.value = value.formula
                self.results[cell_name(self.row, column)] = value.result
            elif isinstance(value, str):
                put_text(cell, value)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            elif value is not None:
                cell.value = value
            if not isinstance(value, str):
                cell.number_format = formats if isinstance(formats, str) else formats[column - 1]
            if total:
                cell.font, cell.border = Font(bold=True), _SUM_RULE
        needed = [len(one) / width for one, width in zip(values, self.widths, strict=False) if isinstance(one, str)]
        if (lines := math.ceil(max(needed, default=1))) > 1:
            self.sheet.row_dimensions[self.row].height = 15.0 * min(lines, _MOST_LINES)
        self.row += 1
        return self.row - 1

    def note(self, text: str) -> None:
        """A sentence below the lines."""
        put_text(self.sheet.cell(self.row, 1), text)
        self.row += 1

    def total(self, column: int, first: int, last: int, results: Sequence[float]) -> Live:
        """The live sum of a column's lines."""
        return Live(f"=SUM({cell_name(first, column)}:{cell_name(last, column)})", sum(results))


def across(row: int, first: int, last: int, results: Sequence[float]) -> Live:
    """The live sum of neighbouring cells of a line."""
    return Live(f"=SUM({cell_name(row, first)}:{cell_name(row, last)})", sum(results))


def bars(
    page: Page, title: str, columns: Sequence[int], rows: tuple[int, int], colours: Sequence[str], at: str
) -> BarChart:
    """A chart of lying bars, stacked where there are several columns: names in column A, headings above the rows."""
    head, last = rows
    chart = BarChart()
    chart.type, chart.gapWidth = "bar", 60
    if len(columns) > 1:
        chart.grouping, chart.overlap = "stacked", 100
    for column, colour in zip(columns, colours, strict=True):
        values = Reference(page.sheet, min_col=column, min_row=head, max_row=last)
        chart.add_data(values, titles_from_data=True)
        series = chart.series[-1]
        series.graphicalProperties.solidFill = colour
        series.graphicalProperties.line.solidFill = INK
        series.invertIfNegative = False
    return _dressed(chart, page, title, head, last, at)


def stepped(page: Page, title: str, column: int, rows: tuple[int, int], out: Sequence[int], at: str) -> BarChart:
    """A chart of one series, the bars of money that goes out in their own colour; ``out`` are their places from 0."""
    chart = bars(page, title, [column], rows, [MONEY_IN], at)
    for place in out:
        point = DataPoint(idx=place, invertIfNegative=False)
        point.graphicalProperties.solidFill = MONEY_OUT
        point.graphicalProperties.line.solidFill = INK
        chart.series[0].dPt.append(point)
    chart.series[0].dLbls = DataLabelList()
    chart.series[0].dLbls.showVal = True
    for extra in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(chart.series[0].dLbls, extra, False)
    chart.series[0].dLbls.numFmt = _MILLIONS
    return chart


def _dressed(chart: BarChart, page: Page, title: str, head: int, last: int, at: str) -> BarChart:
    chart.set_categories(Reference(page.sheet, min_col=1, min_row=head + 1, max_row=last))
    heading: Any = title_maker(title)
    heading.overlay = False
    heading.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=1200, b=True))
    chart.title = heading
    chart.x_axis.scaling.orientation = "maxMin"  # the first line on top
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.numFmt, chart.y_axis.number_format = None, _MILLIONS
    chart.y_axis.title = page.words("chart_kroner")
    chart.y_axis.crosses = "max"
    chart.y_axis.majorGridlines = None
    if len(chart.series) == 1:
        chart.legend = None
    else:
        chart.legend.position = "b"
    chart.layout = Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.32, y=0.14, w=0.62, h=0.64))
    chart.width, chart.height = 26, max(9, 1.1 * (last - head) + 5)
    page.sheet.add_chart(chart, at)
    return chart
