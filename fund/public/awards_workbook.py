"""The public list of awards and partners as an Excel workbook, with sums that are formulas. Every text is a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from data.phrases import Lang, say
from data.xlsx import cell_name
from fund.public.effects import AwardEffects
from fund.public.published import PublishedAward, PublishedPartner
from fund.rulebook.schemes import word
from impact.reference import reference_in
from impact.sheet_writing import DATE_FORMATS, about_book, packed, print_landscape, put_text, write_head

KRONER = "#,##0.00"
AWARDS = (
    "number",
    "title",
    "recipient",
    "orgnr",
    "place",
    "first_day",
    "last_day",
    "call",
    "form",
    "decided",
    "asked",
    "amount",
    "paid_out",
    "came_back",
)
PARTNERS = ("partner", "kind", "received", "granted", "disbursed")
EFFECTS = tuple(f"{what}_{part}" for what in ("forecast", "outcome") for part in ("p10", "p50", "p90", "year"))
"""The columns of published estimates: kroner of the price year beside them."""
SUMMED = frozenset({"asked", "amount", "paid_out", "came_back", "received", "granted", "disbursed"})
WIDTHS = {"title": 40.0, "recipient": 34.0, "call": 34.0, "partner": 34.0}
WIDTH = 16.0


def awards_workbook(
    awards: Sequence[PublishedAward],
    partners: Sequence[PublishedPartner],
    lang: Lang,
    effects: Mapping[int, AwardEffects] | None = None,
) -> bytes:
    """The workbook as bytes: a sheet of awards, one of partners, one that says what the figures are.

    With ``effects`` an award has its published forecast and outcome beside it; empty where nothing is published.
    """
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    columns = AWARDS if effects is None else (*AWARDS, *EFFECTS)
    results = dict(
        (
            _sheet(book, "awards", columns, [_award(one, lang) + _effects(one, effects) for one in awards], lang),
            _sheet(book, "partners", PARTNERS, [_partner(one, lang) for one in partners], lang),
        )
    )
    about = book.create_sheet(say("fund_page.sheet.about", lang))
    notes = ("amounts", "guarantee", "partners") if effects is None else ("amounts", "guarantee", "partners", "effects")
    for line, key in enumerate(notes, 1):
        put_text(about.cell(line, 1), say(f"fund_page.note.{key}", lang))
    about.column_dimensions["A"].width = 110
    about_book(book, say("fund_page.title", lang), say("fund_page.note.amounts", lang), lang)
    return packed(book, results)


def person(one: PublishedAward, lang: Lang) -> str:
    """Whom an award went to; a private person isn't named."""
    return one.recipient or say("fund_page.private", lang)


def _award(one: PublishedAward, lang: Lang) -> list[Any]:
    place = reference_in().municipalities.get(one.municipality, one.municipality)
    about = [one.number, one.title, person(one, lang), one.orgnr, place, one.first_day, one.last_day, one.call(lang)]
    amounts = [_kroner(ore) for ore in (one.asked, one.amount, one.paid_out, one.came_back)]
    return [*about, word("form", one.form, lang), one.decided, *amounts]


def _effects(one: PublishedAward, effects: Mapping[int, AwardEffects] | None) -> list[Any]:
    """What :data:`EFFECTS` names; nothing where nobody asks."""
    if effects is None:
        return []
    held = effects.get(one.id, AwardEffects())
    parts = [
        [None] * 4 if each is None else [each.p10, each.p50, each.p90, each.price_year]
        for each in (held.forecast, held.outcome)
    ]
    return [*parts[0], *parts[1]]


def _partner(one: PublishedPartner, lang: Lang) -> list[Any]:
    amounts = [_kroner(ore) for ore in (one.received, one.granted, one.disbursed)]
    return [one.name, say(f"fund_page.kind.{one.kind}", lang), *amounts]


def _kroner(ore: int) -> Decimal:
    return Decimal(ore) / 100


def _format(value: Any, column: str, lang: Lang) -> str:
    if isinstance(value, dt.date):
        return DATE_FORMATS[lang]
    return "0" if column.endswith("_year") else KRONER


def _sheet(
    book: Workbook, name: str, columns: Sequence[str], rows: Sequence[list[Any]], lang: Lang
) -> tuple[str, dict[str, float | str]]:
    """A sheet with a frozen heading and a sum below each column of money: its name, and what the sums come to."""
    sheet = book.create_sheet(say(f"fund_page.sheet.{name}", lang))
    texts = [say(f"fund_page.column.{column}", lang) for column in columns]
    write_head(sheet, 1, texts, [WIDTHS.get(column, WIDTH) for column in columns])
    for line, row in enumerate(rows, 2):
        for number, value in enumerate(row, 1):
            cell = sheet.cell(line, number)
            if isinstance(value, str):
                put_text(cell, value)
            elif value is not None:
                cell.value = value
                cell.number_format = _format(value, columns[number - 1], lang)
    results: dict[str, float | str] = {}
    if rows:
        last = len(rows) + 1
        put_text(sheet.cell(last + 1, 1), say("fund_page.column.total", lang))
        for number, column in enumerate(columns, 1):
            if column in SUMMED:
                cell = sheet.cell(last + 1, number, f"=SUM({cell_name(2, number)}:{cell_name(last, number)})")
                cell.number_format = KRONER
                results[cell_name(last + 1, number)] = float(sum(row[number - 1] for row in rows))
    sheet.freeze_panes = "A2"
    print_landscape(sheet)
    return sheet.title, results
