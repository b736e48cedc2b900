"""One posting: what it moved, what it is of, and back along the line to what was decided and what was sent."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import partial

import streamlit as st

from app import asked, layout
from app.deed import Fields, deed, fields, text_area
from app.going import ways
from app.tables import Cell, Column, Link, amount, table
from app.text import plain
from app.treasury.line_back import line_back
from app.treasury.words import kind_name, what_name
from app.visit import Visit
from app.who import named
from data.clock import day, moment
from data.numbers import kroner
from fund.books.accounts_plan import KINDS, Account
from fund.books.ledger import PostingRow, correct
from fund.books.partners import partners
from fund.books.posting_list import get_posting, posting_size
from fund.payout.trace import trace

BY_ITSELF = frozenset({"contributed", "pledge", "in_kind", "interest", "fee", "carried_over", "frame_set"})
"""What the treasurer booked by itself, and takes back so; the others follow from a case, and are put right there."""
TOLD = ("note", "reason")
"""What a request may say in words."""


def show(visit: Visit) -> None:
    """The posting that the address names. Raises LookupError where there is none."""
    number = asked.the_row()
    row, before, reversed_by = get_posting(visit.store, visit.actor, number)
    of = trace(visit.store, visit.actor, number)
    size = kroner(posting_size(visit.store, visit.actor, number), visit.lang)
    on = day(dt.date.fromisoformat(row.day), visit.lang)
    lead = visit.say("posting_page.lead", what=what_name(visit, row.what), amount=size, day=on)
    layout.title(visit.say("posting_page.title", number=number), lead)
    _reversal(visit, row, reversed_by)
    _facts(visit, row, of.partners)
    layout.section(visit.say("posting_page.line"))
    line_back(visit, of)
    layout.section(visit.say("posting_page.legs"))
    _legs(visit, row)
    _chain(visit, row, before)
    if visit.may("ledger.correct") and reversed_by is None and row.what != "reversed":
        _correction(visit, row)
    ways([Link(visit.say("posting_page.all"), "/regnskap?vis=posteringer")])


def _reversal(visit: Visit, row: PostingRow, reversed_by: int | None) -> None:
    if reversed_by is not None:
        st.warning(plain(visit.say("posting_page.reversed_by", number=reversed_by)), icon=":material/undo:")
        ways([Link(visit.say("posting_page.title", number=reversed_by), f"/postering?id={reversed_by}")])
    if row.reverses is not None:
        st.info(plain(visit.say("posting_page.reverses", number=row.reverses)), icon=":material/undo:")
        ways([Link(visit.say("posting_page.title", number=row.reverses), f"/postering?id={row.reverses}")])


def _facts(visit: Visit, row: PostingRow, givers: tuple[str, ...]) -> None:
    facts = {
        visit.say("posting_page.booked"): visit.say(
            "posting_page.booked_by", at=moment(row.at, visit.lang), who=named(visit, row.actor)
        )
    }
    if givers:
        facts[visit.say("posting_page.partners")] = ", ".join(givers)
    request = json.loads(row.request)
    for name in TOLD:
        if said := request.get(name):
            facts[visit.say(f"posting_page.{name}")] = str(said)
    layout.facts(facts)


def _legs(visit: Visit, row: PostingRow) -> None:
    """What was moved on each account; together nothing."""
    heads = ("account", "amount", "belongs")
    columns = [Column(visit.say(f"posting_page.column.{one}"), number=one == "amount") for one in heads]
    names = {one.id: one.name for one in partners(visit.store, visit.actor)}
    in_order = sorted(row.legs.items(), key=lambda one: (KINDS.index(one[0].kind), one[0]))
    rows: list[list[Cell]] = [
        [kind_name(visit, account.kind), amount(moved, visit.lang), _belongs(visit, account, names)]
        for account, moved in in_order
    ]
    table(visit.say("posting_page.legs_caption"), columns, rows)
    layout.text(visit.say("posting_page.legs_about"), small=True)


def _belongs(visit: Visit, account: Account, names: Mapping[int, str]) -> str:
    """What an account belongs to: «Eksempel kommune, år 2026, ramme 1»."""
    parts = [names.get(account.partner, "")] if account.partner else []
    parts += [
        visit.say(f"posting_page.part.{name}", value=str(getattr(account, name)))
        for name in ("earmark", "year", "meeting", "award", "frame")
        if getattr(account, name)
    ]
    return ", ".join(parts)


def _chain(visit: Visit, row: PostingRow, before: str) -> None:
    with st.expander(plain(visit.say("posting_page.chain"))):
        facts = {
            "hash": row.hash,
            "previous": before or visit.say("posting_page.first"),
            "key": row.key,
            "request": row.request,
        }
        layout.bullets(f"{visit.say(f'posting_page.{name}')}: {value}" for name, value in facts.items())
        layout.text(visit.say("posting_page.chain_about"), small=True)


def _correction(visit: Visit, row: PostingRow) -> None:
    with st.expander(plain(visit.say("posting_page.correct"))):
        if row.what not in BY_ITSELF:
            layout.text(visit.say("posting_page.not_by_itself"))
            return
        layout.text(visit.say("posting_page.correct_about"))
        form = fields(visit, f"posting_{row.id}_correct", "reason")
        text_area(form, "reason", visit.say("posting_page.reason"), hint=visit.say("posting_page.reason_hint"), lines=3)
        act = partial(_correct, form=form, posting=row.id, once=form.once)
        sure = visit.say("posting_page.correct_sure", number=row.id)
        deed(form, visit.say("posting_page.do_correct"), act, sure=sure)


def _correct(visit: Visit, form: Fields, posting: int, once: str) -> str:
    made = correct(visit.store, visit.actor, once, posting, str(form["reason"] or ""))
    return visit.say("posting_page.corrected", number=posting, by=made.id)
