"""Payouts: what is ready for a payment file and what hinders the rest; the files; and what the bank answered."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.text import plain
from app.treasury.answer import bank_answer
from app.treasury.batch import show_batch
from app.treasury.batch_making import came_back, make_file
from app.treasury.batch_table import batch_table
from app.treasury.payer import payer_form
from app.visit import Visit
from fund.payout.batches import get_payer, list_batches
from fund.payout.payable import payable_claims


def show(visit: Visit) -> None:
    """One file, where the address names it; else what waits, and all files."""
    if (id := asked.row()) is not None:
        show_batch(visit, id)
        return
    waiting = payable_claims(visit.store, visit.actor)
    ready = [one for one in waiting if not one.hinders]
    sums = {"count": len(ready), "ore_sum": sum(one.claim.amount for one in ready)}
    lead = "none" if not waiting else "one" if len(ready) == 1 else "many"
    layout.title(visit.say("page.title.payouts"), visit.say(f"payouts_page.lead.{lead}", **sums))
    payer = get_payer(visit.store, visit.actor)
    if payer is None:
        st.warning(plain(visit.say("payouts_page.no_payer")), icon=":material/error:")
    if waiting:
        make_file(visit, waiting, payer)
    came_back(visit)
    batches = list_batches(visit.store, visit.actor)
    layout.section(visit.say("payouts_page.files"))
    if batches:
        batch_table(visit, batches)
    else:
        layout.empty(visit, "payouts_page.no_file")
    if visit.may("payment.reconcile") and batches:
        bank_answer(visit)
    payer_form(visit, payer)
