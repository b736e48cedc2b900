"""One payment file: its sums and its hash, its payments line by line, and what became of each, said by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import streamlit as st

from app import layout
from app.deed import Fields, day_field, day_of, deed, fields, text_field
from app.going import ways
from app.tables import Cell, Column, Link, amount, table
from app.text import plain
from app.treasury.answer import bank_answer
from app.treasury.batch_table import file_address, told
from app.treasury.payer import written_account
from app.visit import Visit
from app.who import named
from data.clock import day, moment, short_day
from data.numbers import kroner
from fund.payout.batches import BatchPayment, PaymentBatch, get_batch, list_payments
from fund.payout.reconciling import HAND, Told, settle_by_hand

COLUMNS = ("payment", "amount", "outcome", "day_booked", "reason", "account", "settled_by")
NEXT: Mapping[str, tuple[Told, ...]] = {"sent": ("paid", "failed"), "paid": ("returned",)}
"""What can become of a payment, by what it is."""


def show_batch(visit: Visit, id: int) -> None:
    """The file; its payments; what the bank said. Raises LookupError where there is none."""
    batch = get_batch(visit.store, visit.actor, id)
    lines = list_payments(visit.store, visit.actor, id)
    sums = {"count": batch.count, "ore_sum": batch.amount, "told": told(visit, lines)}
    layout.title(visit.say("payouts_page.file", name=batch.name), visit.say("payouts_page.file_answer", **sums))
    _facts(visit, batch)
    layout.bullets([visit.say("payouts_page.hash", hash=batch.sha256)])
    ways(
        [
            Link(visit.say("payouts_page.get_file"), file_address(id)),
            Link(visit.say("payouts_page.back"), "/utbetalinger"),
        ]
    )
    layout.section(visit.say("payouts_page.lines"))
    columns = [Column(visit.say(f"payouts_page.column.{name}"), number=name == "amount") for name in COLUMNS]
    table(visit.say("payouts_page.lines_caption"), columns, [_row(visit, one) for one in lines])
    if not visit.may("payment.reconcile"):
        return
    if batch.made_by == visit.actor.id:
        st.info(plain(visit.say("payouts_page.made_by_you")), icon=":material/info:")
        return
    bank_answer(visit)
    _by_hand(visit, lines)


def _facts(visit: Visit, batch: PaymentBatch) -> None:
    layout.facts(
        {
            visit.say("payouts_page.column.day"): day(dt.date.fromisoformat(batch.execution_day), visit.lang),
            visit.say(
                "payouts_page.column.made"
            ): f"{moment(batch.made_at, visit.lang)}, {named(visit, batch.made_by)}",
        }
    )


def _row(visit: Visit, one: BatchPayment) -> list[Cell]:
    by = one.settled_by and named(visit, one.settled_by)
    how = visit.say("payouts_page.by_hand") if one.told_by == HAND else one.told_by
    return [
        Link(one.end_to_end, f"/anmodning?id={one.claim}"),
        amount(one.amount, visit.lang),
        visit.say(f"payouts_page.outcome.{one.outcome}"),
        short_day(dt.date.fromisoformat(one.day), visit.lang) if one.day else "",
        one.reason,
        written_account(one.account),
        f"{by} ({how})" if by else "",
    ]


def _by_hand(visit: Visit, lines: Sequence[BatchPayment]) -> None:
    """What became of one payment, as an account statement shows it."""
    open_lines = {one.id: one for one in lines if one.outcome in NEXT}
    if not open_lines:
        return
    layout.section(visit.say("payouts_page.hand"))
    layout.text(visit.say("payouts_page.hand_about"))
    chosen = st.selectbox(
        plain(visit.say("payouts_page.column.payment")),
        list(open_lines),
        key=f"payouts_batch_{lines[0].batch}_line",
        format_func=lambda id: _named(visit, open_lines[id]),
    )
    line = open_lines[chosen if chosen in open_lines else next(iter(open_lines))]
    form = fields(visit, f"payouts_line_{line.id}_{line.version}", "outcome", "day", "reason")
    st.radio(
        plain(visit.say("payouts_page.became")),
        NEXT[line.outcome],
        key=form.key("outcome"),
        format_func=lambda one: visit.say(f"payouts_page.outcome.{one}"),
        horizontal=True,
    )
    day_field(form, "day", visit.say("payouts_page.column.day_booked"), hint=visit.say("payouts_page.booked_hint"))
    text_field(form, "reason", visit.say("payouts_page.seen"), hint=visit.say("payouts_page.seen_hint"))
    sure = visit.say("payouts_page.hand_sure", payment=line.end_to_end, ore_amount=line.amount)
    deed(form, visit.say("payouts_page.hand_do"), lambda here: _settle(here, form, line), first=True, sure=sure)


def _named(visit: Visit, one: BatchPayment) -> str:
    said = visit.say(f"payouts_page.outcome.{one.outcome}")
    return f"{one.end_to_end}: {kroner(one.amount, visit.lang)}, {said}"


def _settle(visit: Visit, form: Fields, line: BatchPayment) -> str:
    became: Told = form["outcome"] or NEXT[line.outcome][0]
    booked = day_of(form, "day", visit.say("payouts_page.column.day_booked"))
    settle_by_hand(visit.store, visit.actor, line.id, line.version, became, booked, str(form["reason"] or ""))
    words = visit.say(f"payouts_page.outcome.{became}")
    return visit.say("payouts_page.settled", payment=line.end_to_end, outcome=words)
