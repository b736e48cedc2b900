"""A comparison as an Excel workbook: the estimates' figures with their ranges, events by kind, and published figures.

Every text is a text: a name that begins as a formula does is never one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.phrases import Lang, say
from impact.comparison import FIGURES, KindRow, PublishedLine, Three, figure_name
from impact.register_fields import word
from impact.sheet_writing import about_book, packed, write_list
from impact.side_by_side import Side

Cell = str | float | None
_WIDE = {"estimate": 40.0, "event": 40.0, "figure": 36.0, "difference": 80.0, "source": 60.0, "kind": 20.0}


def comparison_workbook(
    sides: Mapping[str, Side], kinds: Sequence[KindRow], lines: Sequence[PublishedLine], lang: Lang
) -> bytes:
    """Estimates by the name that each is shown under, kinds of event, and published figures, each in a sheet."""
    book = Workbook()
    _sheet(
        book.worksheets[0],
        "estimates",
        ("estimate", "figure", "p10", "p50", "p90", "prices"),
        [
            [name, figure_name(figure, lang), found.p10, found.p50, found.p90, one.compared.prices(lang)]
            for name, one in sides.items()
            for figure in FIGURES
            if (found := one.ranges.get(figure)) is not None
        ],
        lang,
    )
    _sheet(
        book.create_sheet(),
        "kinds",
        ("kind", "events", *(f"{per}_{end}" for per in ("visitor", "night") for end in ("low", "middle", "high"))),
        [
            [word("kind", one.kind, lang), one.events, *_ends(one.per_visitor), *_ends(one.per_guest_night)]
            for one in kinds
        ],
        lang,
    )
    _sheet(
        book.create_sheet(),
        "published",
        ("event", "figure", "value", "year", "difference", "source"),
        [
            [
                one.name(lang),
                figure_name(one.figure, lang),
                one.value,
                None if one.year is None else str(one.year),
                one.difference(lang),
                one.source or one.formula,
            ]
            for one in lines
        ],
        lang,
    )
    about_book(book, say("comparison_page.book", lang), say("comparison_page.book_about", lang), lang)
    return packed(book)


def _ends(found: Three | None) -> Sequence[float | None]:
    return found or (None, None, None)


def _sheet(sheet: Worksheet, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: Lang) -> None:
    heads = [(say(f"comparison_page.column.{column}", lang), _WIDE.get(column, 18.0)) for column in columns]
    title = say(f"comparison_page.sheet.{name}", lang)
    write_list(sheet, title, heads, rows, lambda _, value: "#,##0" if abs(value) >= 100 else "#,##0.0")
