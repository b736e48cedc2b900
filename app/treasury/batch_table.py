"""The payment files, newest first, with how far the bank has come with each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from app import layout
from app.tables import Cell, Column, Link, amount, table
from app.visit import Visit
from app.who import named
from data.clock import moment, short_day
from fund.payout.batches import BatchPayment, PaymentBatch, list_payments

COLUMNS = ("file", "count", "amount", "bank", "day", "xml", "made")
OUTCOMES = ("sent", "paid", "failed", "returned")
NUMBERS = frozenset({"count", "amount"})


def batch_table(visit: Visit, batches: Sequence[PaymentBatch]) -> None:
    """A line for each file; the file as the bank takes it."""
    lines: dict[int, list[BatchPayment]] = {}
    for one in list_payments(visit.store, visit.actor):
        lines.setdefault(one.batch, []).append(one)
    columns = [Column(visit.say(f"payouts_page.column.{name}"), number=name in NUMBERS) for name in COLUMNS]
    table(
        visit.say("payouts_page.files_caption"),
        columns,
        [_row(visit, one, lines.get(one.id, [])) for one in batches],
    )
    layout.text(visit.say("payouts_page.files_about"), small=True)


def told(visit: Visit, lines: Sequence[BatchPayment]) -> str:
    """What the bank has said of a file's payments: «2 betalt, 1 feilet»."""
    counts = Counter(one.outcome for one in lines)
    said = [visit.say(f"payouts_page.told.{name}", count=counts[name]) for name in OUTCOMES if counts[name]]
    return ", ".join(said)


def _row(visit: Visit, one: PaymentBatch, lines: Sequence[BatchPayment]) -> list[Cell]:
    return [
        Link(one.name, f"/utbetalinger?id={one.id}"),
        str(one.count),
        amount(one.amount, visit.lang),
        told(visit, lines),
        short_day(dt.date.fromisoformat(one.execution_day), visit.lang),
        Link("XML", file_address(one.id)),
        f"{moment(one.made_at, visit.lang)}, {named(visit, one.made_by)}",
    ]


def file_address(batch: int) -> str:
    """Where the file lies."""
    return f"/last-ned/betalingsfil/{batch}.xml"
