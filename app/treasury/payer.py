"""The account that payment files draw on."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.deed import Fields, deed, fields, text_field
from app.text import plain
from app.visit import Visit
from data.numbers import HARD_SPACE
from fund.payout.batches import set_payer
from fund.payout.credit_transfer import Payer

PARTS = ("name", "orgnr", "account", "customer", "bic")


def payer_form(visit: Visit, payer: Payer | None) -> None:
    """The account as it stands; for who makes files, another one."""
    layout.section(visit.say("payouts_page.payer"))
    if payer is not None:
        words = {"name": payer.name, "orgnr": payer.orgnr, "account": written_account(payer.account)}
        layout.text(visit.say("payouts_page.payer_is", **words))
    if not visit.may("payment.make"):
        return
    with st.expander(plain(visit.say("payouts_page.payer_change")), expanded=payer is None):
        form = fields(visit, "payouts_payer", *PARTS)
        for part in PARTS:
            hint = visit.say(f"payouts_page.payer_hint.{part}")
            text_field(form, part, visit.say(f"payouts_page.payer_part.{part}"), hint=hint, longest=70)
        sure = visit.say("payouts_page.payer_sure")
        deed(form, visit.say("payouts_page.payer_set"), lambda here: _set(here, form), sure=sure)


def written_account(number: str) -> str:
    """An account number as people read it: 1234 56 78903."""
    return HARD_SPACE.join((number[:4], number[4:6], number[6:])) if len(number) == 11 else number


def _set(visit: Visit, form: Fields) -> str:
    name, orgnr, account, customer, bic = (str(form[part] or "").strip() for part in PARTS)
    bare = account.replace(" ", "").replace(".", "")
    set_payer(visit.store, visit.actor, Payer(name, orgnr.replace(" ", ""), bare, customer, bic))
    return visit.say("payouts_page.payer_done", account=written_account(bare))
