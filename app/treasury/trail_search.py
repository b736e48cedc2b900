"""What is looked for in the audit trail: words, a krone, a person's actions, a case; all of it in the address."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import asked, layout
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.faults import Faults
from data.numbers import kroner
from data.trail import Sought, actions, actors
from fund.books.money import ore
from fund.payout.case_things import case_things, things_of_amount

FIELDS = {"text": "q", "amount": "belop", "case": "sak", "resource": "gjelder", "actor": "hvem", "action": "handling"}
"""The fields, and what the address calls each."""


def looked_for(visit: Visit) -> Sought:
    """The fields, which follow the address; and what they ask for."""
    first, second, third = st.columns(3)
    with first:
        text = _text(visit, "text")
        amount = _amount(visit, _text(visit, "amount"))
    with second:
        case = _text(visit, "case")
        resource = _text(visit, "resource")
    with third:
        who, what = _done(str(visit.store.folder), visit.version, (visit.actor.id, *sorted(visit.actor.roles)), visit)
        actor = _choice(visit, "actor", who, lambda one: f"{named(visit, one)} ({one})")
        action = _choice(visit, "action", what, str)
    kind, _, key = resource.partition(" ")
    things = tuple(case_things(visit.store, visit.actor, case)) if case else None
    if things == ():
        layout.text(visit.say("trail_page.no_case", case=case))
    holding = tuple(things_of_amount(visit.store, visit.actor, amount)) if amount is not None else ()
    return Sought(
        actor=actor, action=action, kind=kind, resource=key, text=text, number=amount, things=things, holding=holding
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _done(folder: str, version: int, who: tuple[str, ...], _visit: Visit) -> tuple[list[str], list[str]]:
    """Who did anything, and what was done at all; every row is read for it, so it is kept until something is done."""
    return actors(_visit.store, _visit.actor), actions(_visit.store, _visit.actor)


def _text(visit: Visit, field: str) -> str:
    asked.follow(f"trail_{field}", asked.text(FIELDS[field]))
    key = f"trail_{field}"
    hint = visit.say(f"trail_page.hint.{field}")
    label = plain(visit.say(f"trail_page.{field}"))
    return st.text_input(
        label, key=key, help=plain(hint), on_change=asked.keeping(FIELDS[field], key, str, "side")
    ).strip()


def _choice(visit: Visit, field: str, options: list[str], words: Callable[[str], str]) -> str:
    wanted, key = asked.text(FIELDS[field]), f"trail_{field}"
    asked.follow(key, wanted if wanted in options else "")
    chosen = st.selectbox(
        plain(visit.say(f"trail_page.{field}")),
        ["", *options],
        format_func=lambda one: words(one) if one else visit.say("trail_page.any"),
        key=key,
        on_change=asked.keeping(FIELDS[field], key, str, "side"),
    )
    return chosen or ""


def _amount(visit: Visit, text: str) -> int | None:
    """The øre that is looked for, with how it was read or what is wrong below the field."""
    if not text:
        return None
    try:
        read = ore(text, place=visit.say("trail_page.amount"))
    except Faults as found:
        st.html("".join(f'<p class="rv-fault">{markup(one.line(visit.lang))}</p>' for one in found.faults))
        return None
    st.html(f'<p class="rv-read">{markup(visit.say("page.read_as", amount=kroner(read, visit.lang)))}</p>')
    return read
