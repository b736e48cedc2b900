"""Vouchers for an accounting system: each posting that moves money in the accounts, as lines of debit and credit.

    lines = vouchers(store, treasurer, 2026)
    vouchers_csv(lines, "nb"); vouchers_workbook(lines, 2026, "nb")

What is reserved, committed or guaranteed is still the fund's money in the bank, and pledges are notes: they make no
voucher. What is left of a posting (bank, contributed, interest, fees, lent, paid, written off) sums to zero by itself,
since a posting moves the bank as much as what stands in it, and both sides of the fund's book alike.

Which account each kind is written to stands in ``data/voucher_accounts.toml``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from data.permission import Actor, require
from data.phrases import Lang, say
from data.store import Store
from fund.books.accounts_plan import KINDS, Kind
from fund.books.sheets import Heading, Leaf, in_kroner, sheets

FILE = Path(__file__).parent.parent.parent / "data" / "voucher_accounts.toml"
COLUMNS = ("voucher", "day", "account", "name", "debit", "credit", "text", "partner", "award", "year")
_LEGS = "posting AS p JOIN leg ON leg.posting = p.id JOIN ledger_account AS a ON a.id = leg.account"
_OF_YEAR = "WHERE p.day >= ? AND p.day < ? AND a.kind IN (SELECT value FROM json_each(?))"
_BY_LINE = "GROUP BY p.id, a.kind, a.partner, a.award, a.year HAVING sum(leg.amount) <> 0"
_WIDE = frozenset({"name", "text", "partner"})


@dataclass(frozen=True)
class VoucherAccount:
    """An account of the accounting system, and what it is called there."""

    number: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class VoucherLine:
    """A line of a voucher, in øre: above zero is debit, below it credit. ``voucher`` is the posting's number.

    ``award`` is the number of the application that it was awarded to; "" where the line is of none.
    """

    voucher: int
    day: dt.date
    kind: Kind
    amount: int
    what: str
    partner: str
    award: str
    year: int

    @property
    def debit(self) -> int:
        return max(0, self.amount)

    @property
    def credit(self) -> int:
        return max(0, -self.amount)


@cache
def voucher_accounts() -> Mapping[Kind, VoucherAccount]:
    """The account of each kind that makes vouchers. Raises ValueError for a kind that the ledger doesn't have."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))["account"]
    if wrong := set(told) - set(KINDS):
        raise ValueError(f"{FILE.name}: {sorted(wrong)} are no kinds of the ledger")
    return {kind: VoucherAccount(told[kind]["number"], told[kind]) for kind in KINDS if kind in told}


def voucher_source() -> str:
    """What the choice of accounts stands on."""
    return str(tomllib.loads(FILE.read_text(encoding="utf-8"))["source"])


def vouchers(store: Store, actor: Actor, year: int) -> list[VoucherLine]:
    """The vouchers of the postings that count for days of a year, first to last. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        return _lines(db, year)


def voucher_sums(store: Store, actor: Actor, year: int) -> tuple[int, int]:
    """How many lines :func:`vouchers` has, and the sum of their debit in øre. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    sums = f"SELECT sum(leg.amount) AS ore FROM {_LEGS} {_OF_YEAR} {_BY_LINE}"
    with store.read() as db:
        query = f"SELECT count(*), coalesce(sum(max(ore, 0)), 0) FROM ({sums})"
        return tuple(db.execute(query, _in_year(year)).fetchone())


def vouchers_csv(lines: Sequence[VoucherLine], lang: Lang) -> bytes:
    """The lines as CSV, semicolons between, kroner with øre as the language writes them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([say(f"books_page.voucher.{name}", lang) for name in COLUMNS])
    for one in lines:
        writer.writerow([_plain(value, lang) for value in _cells(one, lang)])
    return text.getvalue().encode("utf-8-sig")


def vouchers_workbook(lines: Sequence[VoucherLine], year: int, lang: Lang) -> bytes:
    """The lines as a workbook, with sums of debit and credit."""
    heads = [
        Heading(say(f"books_page.voucher.{name}", lang), name in _WIDE, name in ("debit", "credit")) for name in COLUMNS
    ]
    about = [say("books_page.voucher.about", lang), say("books_page.voucher.source", lang, source=voucher_source())]
    title = say("books_page.voucher.title", lang, year=str(year))
    leaf = Leaf(say("books_page.sheet.vouchers", lang), heads, [_cells(one, lang) for one in lines])
    return sheets(title, about, [leaf], lang)


def _cells(one: VoucherLine, lang: Lang) -> list[Any]:
    account = voucher_accounts()[one.kind]
    amounts = [in_kroner(one.debit) if one.debit else None, in_kroner(one.credit) if one.credit else None]
    text = say(f"books_page.what.{one.what}", lang)
    about = [text[:1].upper() + text[1:], one.partner, one.award, one.year or None]
    return [one.voucher, one.day, account.number, account.names[lang], *amounts, *about]


def _plain(value: Any, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", "," if lang == "nb" else ".")
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"  # no cell of ours becomes someone else's formula
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _lines(db: Database, year: int) -> list[VoucherLine]:
    query = (
        "SELECT p.id, p.day, a.kind, sum(leg.amount), p.what, coalesce(partner.name, ''), coalesce(one.number, ''),"
        f" a.year FROM {_LEGS}"
        " LEFT JOIN partner ON partner.id = a.partner LEFT JOIN award ON award.id = a.award"
        " LEFT JOIN application AS one ON one.id = award.application"
        f" {_OF_YEAR} {_BY_LINE}"
        " ORDER BY p.id, sum(leg.amount) < 0, a.kind, a.partner, a.award, a.year"
    )
    rows = db.execute(query, _in_year(year))
    return [VoucherLine(id, dt.date.fromisoformat(day), *rest) for id, day, *rest in rows]


def _in_year(year: int) -> tuple[str, str, str]:
    return f"{year:04}-01-01", f"{year + 1:04}-01-01", json.dumps(list(voucher_accounts()))


def voucher_years(store: Store, actor: Actor) -> list[int]:
    """The years with postings, newest first. Needs ``ledger.read``."""
    require(actor, "ledger.read")
    with store.read() as db:
        rows = db.execute("SELECT DISTINCT CAST(substr(day, 1, 4) AS INTEGER) AS year FROM posting ORDER BY year DESC")
        return [year for (year,) in rows]
