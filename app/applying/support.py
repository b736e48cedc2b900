"""The step of support from elsewhere: what others give this event, said in any case; and aid from before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

import streamlit as st

from app import layout
from app.applying import inputs
from app.applying.form import Form, name
from app.applying.rows import rows
from app.dates import DATES
from app.deed import Fields, amount_field, deed, fields, text_field
from app.tables import Column, amount, table
from app.text import plain
from app.visit import Visit
from data.clock import day, short_day, today
from data.faults import Fault, Faults
from fund.books.money import ore
from fund.state_aid.aid import Aid, NewAid
from fund.state_aid.declared import Declared, declare, declared_of


def support(form: Form) -> None:
    """Each who is asked or gives, or that there is none; then what the organisation was given before."""
    layout.text(form.words("part.support_about"))
    if not form.document.get("support"):
        inputs.tick(form, "no_support", form.words("no_support"))
    rows(form, "support")
    _before(form)


def _before(form: Form) -> None:
    """The organisation's declaration of aid, for who may act for it."""
    visit = form.visit
    layout.subsection(form.words("aid.title"))
    layout.text(form.words("aid.about"))
    try:
        held = declared_of(visit.store, visit.actor, form.one.id)
    except Faults:
        layout.text(form.words("aid.waits"), small=True)
        return
    _declared(form, held)
    with st.expander(form.words("aid.more"), expanded=held.day is None):
        _add(form, held)
        _remove(form, held)


def _declared(form: Form, held: Declared) -> None:
    if held.day is None:
        layout.text(form.words("aid.never"))
        return
    said = day(held.day, form.visit.lang)
    if not held.aid:
        layout.text(form.words("aid.nothing", day=said))
        return
    heads: list[Column | str] = [
        form.words("aid.grantor"),
        Column(form.words("aid.amount"), number=True),
        form.words("aid.day"),
    ]
    body = [(one.grantor, amount(one.amount, form.visit.lang), short_day(one.day, form.visit.lang)) for one in held.aid]
    table(form.words("aid.caption", day=said), heads, body)


def _add(form: Form, held: Declared) -> None:
    new = fields(form.visit, name(form.one.id, "aid"), "grantor", "amount", "day")
    text_field(new, "grantor", form.words("aid.grantor"), longest=200)
    amount_field(new, "amount", form.words("aid.amount"))
    st.date_input(
        plain(form.words("aid.day")),
        value=None,
        max_value=today(),
        min_value=inputs.FIRST,
        key=new.key("day"),
        format=DATES[form.visit.lang],
    )
    deed(new, form.words("aid.add"), partial(_added, form.one.id, new, held.aid))
    if held.day is None or held.aid:
        none = fields(form.visit, name(form.one.id, "aid_none"))
        deed(none, form.words("aid.none"), partial(_declare, form.one.id, ()), sure=form.words("aid.sure"))


def _added(id: int, new: Fields, before: Sequence[Aid], visit: Visit) -> str:
    given, chosen = str(new["grantor"] or "").strip(), new["day"]
    faults = [] if given else [Fault("", "", "", "application_page.aid_grantor")]
    if not isinstance(chosen, dt.date):
        faults.append(Fault("", "", "", "application_page.aid_day"))
    try:
        held = ore(str(new["amount"] or ""), least=1)
    except Faults as wrong:
        raise Faults([*faults, *wrong.faults]) from None
    if faults:
        raise Faults(faults)
    return _declare(id, (*map(_again, before), NewAid("", chosen, "grant", held, "declaration", grantor=given)), visit)


def _remove(form: Form, held: Declared) -> None:
    for one in held.aid:
        gone = fields(form.visit, name(form.one.id, f"aid_{one.id}"))
        label = form.words("aid.remove", name=f"{one.grantor} {short_day(one.day, form.visit.lang)}")
        rest = tuple(_again(other) for other in held.aid if other.id != one.id)
        deed(gone, label, partial(_declare, form.one.id, rest))


def _declare(id: int, rows: Sequence[NewAid], visit: Visit) -> str:
    declare(visit.store, visit.actor, id, rows)
    return visit.say("application_page.aid.done")


def _again(one: Aid) -> NewAid:
    """Aid of the declaration before, as the next one has it."""
    return NewAid(
        one.orgnr,
        one.day,
        one.form,
        one.amount,
        "declaration",
        grantor=one.grantor,
        basis=one.basis,
        currency=one.currency,
        equivalent=one.equivalent,
        ground=one.ground,
    )
