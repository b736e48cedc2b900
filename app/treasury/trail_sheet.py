"""The audit trail as a workbook: what was found, a line a step, with before and after. The CSV has every hash."""

from __future__ import annotations

from collections.abc import Sequence

from data.audit import Entry, canonical
from data.phrases import Lang, say
from fund.books.sheets import Heading, Leaf, sheets

COLUMNS = ("seq", "at", "actor", "action", "on", "before", "after")
_WIDE = frozenset({"before", "after"})


def trail_sheet(rows: Sequence[Entry], lang: Lang) -> bytes:
    """The workbook as bytes, the newest first as on the page."""
    heads = [Heading(say(f"trail_page.head.{name}", lang), name in _WIDE) for name in COLUMNS]
    cells = [
        [
            one.seq,
            one.at,
            one.actor,
            one.action,
            f"{one.kind} {one.resource}",
            "" if one.before is None else canonical(one.before),
            "" if one.after is None else canonical(one.after),
        ]
        for one in rows
    ]
    title = say("page.title.trail", lang)
    return sheets(title, [say("trail_page.sheet_about", lang)], [Leaf(title, heads, cells)], lang)
