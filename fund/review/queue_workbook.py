"""The list of cases as an Excel workbook. Every text is a text; who handles a case isn't in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from data.clock import day_at
from data.phrases import Lang, say
from fund.books.sheets import Heading, Leaf, in_kroner, sheets
from fund.review.queue import CaseLine
from fund.rulebook.schemes import word
from fund.workflow import state_name

COLUMNS = ("number", "title", "applicant", "call", "form", "asked", "state", "next", "due", "sent")
WIDE = frozenset({"title", "applicant", "call", "next"})


def queue_workbook(lines: Sequence[CaseLine], lang: Lang) -> bytes:
    """The workbook as bytes: a row for each case, the sum of what is asked for below."""
    heads = [Heading(say(f"cases_page.column.{one}", lang), one in WIDE, one == "asked") for one in COLUMNS]
    leaf = Leaf(say("cases_page.sheet", lang), heads, [_cells(one, lang) for one in lines])
    return sheets(say("page.title.cases", lang), [say("cases_page.about_sheet", lang)], [leaf], lang)


def _cells(one: CaseLine, lang: Lang) -> list[Any]:
    return [
        one.number,
        one.title,
        one.organisation,
        one.call_title(lang),
        word("form", one.form, lang) if one.form else "",
        None if one.asked is None else in_kroner(one.asked),
        state_name("application", one.state, lang),
        say(f"cases_page.next.{one.next}", lang),
        one.due,
        day_at(dt.datetime.fromisoformat(one.submitted_at)),
    ]
