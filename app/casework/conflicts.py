"""What was said of conflicts in a case, and what the body decided of each; who leads records its ruling here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.deed import Fields, deed, text_area
from app.tables import table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import moment, today
from data.limits import limit
from fund.review.board import Seat, list_seats
from fund.review.conflicts import Declaration, conflicts_of, doubts, rule_on

_VOTES: Mapping[str, bool | None] = {"absent": None, "yes": True, "no": False}


def said(one: Opened) -> None:
    """Everyone's last word; then a form for each doubt that waits for the body."""
    declared, rulings = conflicts_of(one.visit.store, one.visit.actor, one.id)
    layout.section(one.say("case_page.conflicts"))
    if not declared:
        layout.text(one.say("case_page.nobody_declared"))
        return
    ruled = {held.declaration: held for held in rulings}
    rows = []
    for held in {each.account: each for each in declared}.values():
        word = one.say(f"case_page.word.{held.word}")
        ruling = ruled.get(held.id)
        if ruling is not None:
            found = one.say("case_page.disqualified" if ruling.disqualified else "case_page.cleared")
            word = one.say("case_page.ruled", word=word, found=found, reason=ruling.reason)
        rows.append([named(one.visit, held.account), word, held.reason, moment(held.at, one.visit.lang)])
    heads = [one.say(f"case_page.column.{name}") for name in ("who", "word", "why", "when")]
    table(one.say("case_page.conflicts_caption", count=len(rows)), heads, rows)
    for doubt in doubts(one.visit.store, one.visit.actor, one.id):
        _ruling(one, doubt)


def _ruling(one: Opened, doubt: Declaration) -> None:
    """The body's votes on one person, without that person, and what they came to."""
    who = named(one.visit, doubt.account)
    seats = [
        held for held in list_seats(one.visit.store, one.visit.actor, day=today()) if held.account != doubt.account
    ]
    layout.subsection(one.say("case_page.rule_on", who=who))
    layout.text(one.say("case_page.doubted", who=who, reason=doubt.reason), one.say("case_page.rule_text"))
    votes = {f"vote_{held.id}": "absent" for held in seats}
    form = one.form(f"rule_{doubt.id}", "found", "reason", *votes, given=dict(votes))
    for held in seats:
        key = "deputy" if held.deputy_for is not None else "member"
        st.radio(
            plain(one.say(f"case_page.{key}", who=named(one.visit, held.account))),
            list(_VOTES),
            index=0,
            horizontal=True,
            format_func=lambda vote: one.say(f"case_page.vote.{vote}"),
            key=form.key(f"vote_{held.id}"),
        )
    st.radio(
        plain(one.say("case_page.found", who=who)),
        ["yes", "no"],
        index=None,
        horizontal=True,
        format_func=lambda vote: one.say(f"case_page.vote.{vote}"),
        key=form.key("found"),
    )
    text_area(form, "reason", one.say("case_page.rule_reason", least=limit("note_shortest")), lines=3)
    act = partial(_rule, one.id, doubt.account, form, seats)
    if form["found"] is not None:
        deed(form, one.say("case_page.rule_do"), act, sure=one.say("case_page.rule_sure", who=who))


def _rule(application: int, account: str, form: Fields, seats: list[Seat], visit: Visit) -> str | None:
    cast = {held.account: _VOTES[form[f"vote_{held.id}"] or "absent"] for held in seats}
    votes = {who: vote for who, vote in cast.items() if vote is not None}
    disqualified = form["found"] == "yes"
    rule_on(visit.store, visit.actor, application, account, disqualified, str(form["reason"] or ""), votes)
    return visit.say("case_page.ruled_done")
