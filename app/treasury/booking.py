"""What a treasurer books: contributions, pledges, gifts in kind, interest and fees; and the partners themselves."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import layout
from app.deed import Fields, amount_field, amount_of, day_field, day_of, deed, fields, text_field
from app.text import plain
from app.treasury.typed import year_field
from app.visit import Visit
from data.numbers import kroner
from fund.books.brought import Brought
from fund.books.partners import (
    add_partner,
    book_fee,
    book_interest,
    contribute,
    give_in_kind,
    partners,
    pledge,
    rename_partner,
)

WHATS = ("contribution", "pledge", "in_kind", "interest", "fee")
OF_PARTNER = frozenset({"contribution", "pledge", "in_kind"})
IN_BANK = frozenset({"contribution", "interest", "fee"})
"""What the bank has a day for."""
KINDS = ("public", "private")


def book_something(visit: Visit, held: Sequence[Brought]) -> None:
    """One form for all that comes in and what the bank takes."""
    layout.section(visit.say("contributions_page.book"))
    names = {one.partner.id: one.partner.name for one in held}
    given = {"what": "contribution"}
    form = fields(
        visit, "contributions_book", "what", "partner", "year", "amount", "earmark", "day", "note", given=given
    )
    first, second = st.columns(2)
    with first:
        what = st.selectbox(
            plain(visit.say("contributions_page.what")),
            WHATS,
            key=form.key("what"),
            format_func=lambda one: visit.say(f"contributions_page.booked_as.{one}"),
        )
        if what in OF_PARTNER:
            _partner_field(visit, form, names)
        year_field(form, "year", visit.say("contributions_page.for_year"))
    with second:
        amount_field(
            form, "amount", visit.say("contributions_page.amount"), hint=visit.say("contributions_page.amount_hint")
        )
        if what in IN_BANK:
            day_field(form, "day", visit.say("contributions_page.day"), hint=visit.say("contributions_page.day_hint"))
        if what == "contribution":
            text_field(
                form,
                "earmark",
                visit.say("contributions_page.earmark"),
                hint=visit.say("contributions_page.earmark_hint"),
                longest=40,
            )
        text_field(form, "note", visit.say("contributions_page.note"))
    layout.text(visit.say(f"contributions_page.booked_about.{what}"), small=True)
    once = form.once
    deed(form, visit.say("contributions_page.do_book"), lambda here: _book(here, form, once), first=True)


def _partner_field(visit: Visit, form: Fields, names: dict[int, str]) -> None:
    if form["partner"] not in names:
        st.session_state[form.key("partner")] = None
    st.selectbox(
        plain(visit.say("contributions_page.column.partner")),
        list(names),
        key=form.key("partner"),
        format_func=lambda one: names[one],
        placeholder=visit.say("contributions_page.choose"),
    )


def _book(visit: Visit, form: Fields, once: str) -> str:
    """Book what the form says, once."""
    store, actor, what, year = visit.store, visit.actor, str(form["what"]), int(form["year"])
    amount = amount_of(form, "amount", visit.say("contributions_page.amount"))
    note, partner = str(form["note"] or "").strip(), int(form["partner"] or 0)
    if what == "pledge":
        pledge(store, actor, once, partner, year, amount, note=note)
    elif what == "in_kind":
        give_in_kind(store, actor, once, partner, year, amount, note=note)
    else:
        day = day_of(form, "day", visit.say("contributions_page.day"))
        if what == "interest":
            book_interest(store, actor, once, year, amount, day=day, note=note)
        elif what == "fee":
            book_fee(store, actor, once, year, amount, day=day, note=note)
        else:
            earmark = str(form["earmark"] or "").strip().lower()
            contribute(store, actor, once, partner, year, amount, earmark=earmark, day=day, note=note)
    words = visit.say(f"contributions_page.booked_as.{what}")
    return visit.say("contributions_page.booked", what=words, amount=kroner(amount, visit.lang))


def new_partner(visit: Visit, *, first: bool) -> None:
    """A partner to add; on an empty page this is what is done first."""
    with st.expander(plain(visit.say("contributions_page.new_partner")), expanded=first):
        form = fields(visit, "contributions_partner", "name", "kind", given={"kind": KINDS[0]})
        text_field(form, "name", visit.say("contributions_page.name"))
        st.radio(
            plain(visit.say("contributions_page.column.kind")),
            KINDS,
            key=form.key("kind"),
            format_func=lambda one: visit.say(f"contributions_page.kind.{one}"),
            horizontal=True,
            help=plain(visit.say("contributions_page.kind_hint")),
        )
        deed(form, visit.say("contributions_page.add"), lambda here: _add(here, form), first=first)


def _add(visit: Visit, form: Fields) -> str:
    name = str(form["name"] or "")
    if name.strip() and name.strip() in {one.name for one in partners(visit.store, visit.actor)}:
        return visit.say("contributions_page.there_already", name=name.strip())
    add_partner(visit.store, visit.actor, name, form["kind"])
    return visit.say("contributions_page.added", name=name.strip())


def rename(visit: Visit, held: Sequence[Brought]) -> None:
    """A partner's name, changed from what was read."""
    with st.expander(plain(visit.say("contributions_page.rename"))):
        form = fields(visit, "contributions_rename", "partner", "name")
        _partner_field(visit, form, {one.partner.id: one.partner.name for one in held})
        text_field(form, "name", visit.say("contributions_page.new_name"))
        seen = next((one.partner for one in held if one.partner.id == form["partner"]), None)

        def act(here: Visit) -> str:
            if seen is None:
                return here.say("contributions_page.no_partner_chosen")
            rename_partner(here.store, here.actor, seen, str(form["name"] or ""))
            return here.say("contributions_page.renamed", earlier=seen.name, name=str(form["name"]).strip())

        deed(form, visit.say("contributions_page.do_rename"), act)
