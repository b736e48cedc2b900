"""The payment plan row by row: the parts sum to the award, and what is off is always in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from app import layout
from app.awarding.typed_rows import written_amount
from app.deed import Fields, amount_field, day_field, deed, fields
from app.text import plain
from app.visit import Visit
from data.faults import Fault, Faults
from fund.award.award_plans import NewPart, PlanPart, proposed_plan, set_plan
from fund.award.awards import Award
from fund.books.money import ore
from fund.rulebook.schemes import PAYOUT_WHEN, PayoutWhen, word

MOST = 8
"""Rows that can be typed; one that is empty is no part of the plan."""
_FIELDS = ("moment", "amount", "day")


def planning(visit: Visit, award: Award, held: Sequence[PlanPart], *, first: bool) -> None:
    """The rows, their sum beside the award's, and the button that sets the plan. ``first``: it is what waits now."""
    say = visit.say
    parts = [one.new for one in held] or proposed_plan(award)
    given = {f"{name}_{row}": value for row, part in enumerate(parts) for name, value in _given(part).items()}
    names = [f"{name}_{row}" for row in range(MOST) for name in _FIELDS]
    form = fields(visit, f"award_{award.id}_plan", *names, given=given)
    if not held:
        layout.text(say("award_page.plan_proposed"))
    shown = _rows(form, len(parts))
    for row in range(shown):
        _row(visit, form, row)
    if shown < MOST:
        st.button(say("award_page.plan_add"), key=form.key("add"), on_click=_add, args=(form.key("rows"), shown + 1))
    _sums(visit, form, award)

    def act(visit: Visit) -> str:
        set_plan(visit.store, visit.actor, award.id, held, _parts(visit, form))
        st.session_state.pop(form.key("rows"), None)
        return visit.say("award_page.plan_set")

    deed(form, say("award_page.plan_do"), act, first=first)


def _given(part: NewPart) -> dict[str, Any]:
    return {"moment": part.moment, "amount": written_amount(part.amount), "day": part.due}


def _rows(form: Fields, least: int) -> int:
    """How many rows are shown: those of the plan, those that were added, those that hold something."""
    filled = [row + 1 for row in range(MOST) if form[f"amount_{row}"] or form[f"moment_{row}"]]
    return min(MOST, max(least, int(st.session_state.get(form.key("rows"), 0)), *filled, 1))


def _add(key: str, rows: int) -> None:
    st.session_state[key] = rows


def _row(visit: Visit, form: Fields, row: int) -> None:
    say, number = visit.say, row + 1
    when, much, day = st.columns([4, 3, 3])
    with when:
        st.selectbox(
            plain(say("award_page.plan_moment", number=number)),
            PAYOUT_WHEN,
            index=None,
            format_func=lambda one: word("when", one, visit.lang),
            key=form.key(f"moment_{row}"),
            placeholder=say("award_page.choose"),
        )
    with much:
        amount_field(form, f"amount_{row}", say("award_page.plan_amount", number=number))
    with day:
        day_field(form, f"day_{row}", say("award_page.plan_day", number=number))


def _sums(visit: Visit, form: Fields, award: Award) -> None:
    total = sum(_read(form[f"amount_{row}"]) for row in range(MOST))
    off = award.amount - total
    key = "award_page.plan_sums" if off == 0 else "award_page.plan_short" if off > 0 else "award_page.plan_over"
    layout.text(visit.say(key, ore_sum=total, ore_award=award.amount, ore_off=abs(off)))


def _read(text: Any) -> int:
    try:
        return ore(str(text)) if text else 0
    except Faults:
        return 0


def _parts(visit: Visit, form: Fields) -> list[NewPart]:
    """The rows that hold something, as parts; the domain says what is wrong with them. Raises :class:`Faults`."""
    parts: list[NewPart] = []
    faults: list[Fault] = []
    for row in range(MOST):
        moment, text, day = (form[f"{name}_{row}"] for name in _FIELDS)
        if not (moment or text or day):
            continue
        try:
            amount = ore(str(text or ""), place=visit.say("award_page.plan_amount", number=row + 1))
            parts.append(NewPart(cast(PayoutWhen, moment or ""), amount, day))
        except Faults as found:
            faults += found.faults
    if faults:
        raise Faults(faults)
    return parts
