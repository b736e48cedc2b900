"""Claims that wait for their money: which are ready, what hinders the others, and the payment file that is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

import streamlit as st

from app import layout
from app.deed import Fields, day_field, day_of, deed, fields
from app.tables import Cell, Column, Link, amount, table
from app.text import plain
from app.treasury.payer import written_account
from app.visit import Visit
from app.who import named
from data.clock import day, today
from data.numbers import kroner
from fund.payout.batches import get_batch, make_batch
from fund.payout.claim_approval import retry
from fund.payout.credit_transfer import Payer
from fund.payout.payable import FAILED, Payable, payable_claims

COLUMNS = ("claim", "amount", "state", "account", "first", "second")


def make_file(visit: Visit, waiting: Sequence[Payable], payer: Payer | None) -> None:
    """The claims, and for who may the file of those that are chosen."""
    layout.section(visit.say("payouts_page.ready"))
    heads = [visit.say(f"payouts_page.column.{name}") for name in COLUMNS]
    columns = [Column(head, number=name == "amount") for name, head in zip(COLUMNS, heads, strict=True)]
    table(visit.say("payouts_page.ready_caption"), columns, [_row(visit, one) for one in waiting])
    _hinders(visit, waiting)
    if not visit.may("payment.make"):
        return
    going = {one.claim.id: one for one in waiting if one.ready}
    if not going:
        layout.text(visit.say("payouts_page.none_ready"))
        return
    if payer is not None:
        _form(visit, going, payer)


def claim_name(visit: Visit, one: Payable) -> str:
    """A claim as people speak of it."""
    return visit.say("payouts_page.claim", number=one.number, claim=one.claim.number, who=one.organisation)


def _hinders(visit: Visit, waiting: Sequence[Payable]) -> None:
    """Why claims can't go into a file that the visitor makes, each reason once."""
    why: dict[str, list[str]] = {}
    for one in waiting:
        for fault in (*one.hinders, *one.yours):
            if visit.may("payment.make") or fault in one.hinders:
                said = f"{fault.problem(visit.lang)} {fault.expected(visit.lang)}"
                why.setdefault(said, []).append(f"{one.number}-{one.claim.number}")
    if why:
        layout.bullets(f"{', '.join(names)}: {said}" for said, names in why.items())


def _row(visit: Visit, one: Payable) -> list[Cell]:
    claim = one.claim
    state = "waits" if one.hinders else "not_you" if one.yours else "ready"
    return [
        Link(claim_name(visit, one), f"/anmodning?id={claim.id}"),
        amount(claim.amount, visit.lang),
        visit.say(f"payouts_page.state.{state}"),
        written_account(claim.account),
        named(visit, claim.first_by or ""),
        named(visit, claim.second_by or ""),
    ]


def _form(visit: Visit, going: dict[int, Payable], payer: Payer) -> None:
    form = fields(visit, "payouts_make", "chosen", "day", given={"chosen": list(going), "day": today()})
    chosen_key = form.key("chosen")
    st.session_state[chosen_key] = [one for one in form["chosen"] or [] if one in going]
    chosen = st.multiselect(
        plain(visit.say("payouts_page.choose")),
        list(going),
        key=chosen_key,
        format_func=lambda id: f"{claim_name(visit, going[id])}: {kroner(going[id].claim.amount, visit.lang)}",
        placeholder=visit.say("payouts_page.choose_none"),
    )
    day_field(form, "day", visit.say("payouts_page.day"), hint=visit.say("payouts_page.day_hint"))
    if not chosen or not isinstance(form["day"], dt.date):
        layout.text(visit.say("payouts_page.choose_first"))
        return
    wanted = [(id, going[id].claim.version) for id in chosen]
    sums = {"count": len(chosen), "ore_sum": sum(going[id].claim.amount for id in chosen)}
    words = {"account": written_account(payer.account), "day": day(form["day"], visit.lang)}
    layout.text(visit.say("payouts_page.will_be", **sums, **words))
    sure = visit.say("payouts_page.make_sure", **sums, **words)
    deed(form, visit.say("payouts_page.make"), lambda here: _make(here, form, wanted), first=True, sure=sure)


def _make(visit: Visit, form: Fields, wanted: Sequence[tuple[int, int]]) -> str:
    made = make_batch(visit.store, visit.actor, wanted, day_of(form, "day", visit.say("payouts_page.day")))
    batch = get_batch(visit.store, visit.actor, made.batch)
    figures = {"name": batch.name, "count": batch.count, "ore_sum": batch.amount, "hash": batch.sha256}
    said = visit.say("payouts_page.made", **figures)
    return f"{said} {visit.say('payouts_page.held', count=len(made.held))}" if made.held else said


def came_back(visit: Visit) -> None:
    """Claims that failed at the bank or came back: why, and for who may, once more."""
    failed = payable_claims(visit.store, visit.actor, FAILED)
    if not failed:
        return
    layout.section(visit.say("payouts_page.failed"))
    layout.text(visit.say("payouts_page.failed_about"))
    for one in failed:
        claim = one.claim
        layout.text(
            visit.say(
                "payouts_page.failed_one",
                claim=claim_name(visit, one),
                ore_amount=claim.amount,
                account=written_account(claim.account),
                reason=claim.reason,
            )
        )
        if visit.may("claim.approve"):
            form = fields(visit, f"payouts_retry_{claim.id}_{claim.version}")
            deed(form, visit.say("payouts_page.retry", number=one.number), partial(_retry, one=one))


def _retry(visit: Visit, one: Payable) -> str:
    retry(visit.store, visit.actor, one.claim.id, one.claim.version)
    return visit.say("payouts_page.retried", claim=claim_name(visit, one))
