"""The partners side by side, each sum leading to its postings; the same in Excel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from app import layout
from app.tables import Cell, Column, Link, amount, download, table
from app.treasury.words import KIND_WORDS
from app.visit import Visit
from data.phrases import Lang, say
from fund.books.accounts_plan import Kind
from fund.books.brought import Brought
from fund.books.sheets import Heading, Leaf, in_kroner, sheets

SUMS: tuple[tuple[str, Kind | None], ...] = (
    ("pledged", None),
    ("received", "contributed"),
    ("left", "pledge"),
    ("in_kind", "in_kind"),
    ("interest", "interest"),
    ("fees", "fees"),
    ("available", "available"),
)
"""The columns of money, and the kind of account that each is the balance of."""


def partner_table(visit: Visit, held: Sequence[Brought], year: int | None) -> None:
    """The table, its sums, and the statement of each partner."""
    heads = [visit.say("contributions_page.column.partner")]
    columns: list[Column | str] = [*heads, *(_head(visit, name) for name, _ in SUMS)]
    columns += [visit.say("contributions_page.column.kind"), visit.say("contributions_page.column.statement")]
    rows = [_row(visit, one, year) for one in held]
    total: list[Cell] = [visit.say("contributions_page.column.total")]
    total += [amount(sum(_sum(one, name, kind) for one in held), visit.lang) for name, kind in SUMS]
    title = visit.say("contributions_page.caption", year=_years(visit.lang, year))
    table(title, columns, [*rows, [*total, "", ""]], totals=1)
    layout.text(visit.say("contributions_page.about"), small=True)
    name = visit.say("contributions_page.file") + ".xlsx"
    make = partial(_workbook, held, year, visit.lang)
    download(visit.say("fund_page.excel"), name, make, key="contributions_excel")


def _head(visit: Visit, name: str) -> Column:
    return Column(visit.say(f"contributions_page.column.{name}"), number=True)


def _row(visit: Visit, one: Brought, year: int | None) -> list[Cell]:
    partner = one.partner
    cells: list[Cell] = [partner.name]
    for name, kind in SUMS:
        shown = amount(_sum(one, name, kind), visit.lang)
        wanted = {"konto": KIND_WORDS[kind or "pledge"], "partner": partner.id, "ar": year or ""}
        if not _sum(one, name, kind):
            cells.append(shown)
            continue
        if kind is None:
            wanted["hva"] = "pledge"
        cells.append(Link(shown, f"/regnskap?{urlencode({key: value for key, value in wanted.items() if value})}"))
    cells.append(visit.say(f"contributions_page.kind.{partner.kind}"))
    cells.append(
        Link(visit.say("contributions_page.word"), f"/last-ned/bidragsoversikt/{partner.id}.docx?lang={visit.lang}")
    )
    return cells


def _sum(one: Brought, name: str, kind: Kind | None) -> int:
    if kind is None:
        return one.pledged
    return -one.stands(kind) if name in ("received", "interest") else one.stands(kind)


def _years(lang: Lang, year: int | None) -> str:
    return str(year) if year else say("contributions_page.every_year", lang)


def _workbook(held: Sequence[Brought], year: int | None, lang: Lang) -> bytes:
    names = [name for name, _ in SUMS]
    heads = [
        Heading(say("contributions_page.column.partner", lang), wide=True),
        Heading(say("contributions_page.column.kind", lang)),
        *(Heading(say(f"contributions_page.column.{name}", lang), summed=True) for name in names),
    ]
    rows = [
        [
            one.partner.name,
            say(f"contributions_page.kind.{one.partner.kind}", lang),
            *(in_kroner(_sum(one, name, kind)) for name, kind in SUMS),
        ]
        for one in held
    ]
    title = say("contributions_page.caption", lang, year=_years(lang, year))
    leaf = Leaf(say("contributions_page.sheet", lang), heads, rows)
    return sheets(title, [title, say("contributions_page.about", lang)], [leaf], lang)
