"""The claims as an Excel workbook, with a sum that is a formula. Every text is a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from data.clock import day_at
from data.phrases import Lang, say
from fund.books.sheets import Heading, Leaf, in_kroner, sheets
from fund.payout.claim_list import ClaimRow
from fund.rulebook.schemes import word
from fund.workflow import state_name

COLUMNS = ("case", "title", "organisation", "form", "claim", "claimed", "amount", "state", "since", "paid_day")
WIDE = frozenset({"title", "organisation", "claim", "state"})
SUMMED = frozenset({"claimed", "amount"})


def claims_workbook(rows: Sequence[ClaimRow], lang: Lang) -> bytes:
    """The workbook as bytes: a row for each claim. Declined claims stand there, and their approved amount is zero."""
    heads = [Heading(say(f"claims_page.column.{one}", lang), one in WIDE, one in SUMMED) for one in COLUMNS]
    leaf = Leaf(say("claims_page.sheet", lang), heads, [_cells(one, lang) for one in rows])
    return sheets(leaf.name, [say("claims_page.sheet_about", lang)], [leaf], lang)


def _cells(one: ClaimRow, lang: Lang) -> list[Any]:
    kind = say(f"claims_page.kind.{one.part}", lang, number=one.number)
    given = 0 if one.state == "declined" else one.amount
    paid = dt.date.fromisoformat(one.paid_day) if one.paid_day else None
    since = day_at(dt.datetime.fromisoformat(one.moved_at))
    about = [one.case_number, one.title, one.organisation_name, word("form", one.form, lang), kind]
    amounts = [in_kroner(one.claimed), in_kroner(given)]
    return [*about, *amounts, state_name("claim", one.state, lang), since, paid]
