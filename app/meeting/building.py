"""Another motion than the recommended one: outcome, amount, grounds, conditions, earmarks, and a guarantee's or a
loan's terms. Who puts it forward votes for it; the others see it at once."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import layout
from app.awarding.typed_rows import written_amount
from app.deed import Fields, amount_field, day_field, deed, fields, text_area, text_field
from app.meeting.words import naming
from app.text import plain
from app.visit import Visit
from fund.books.money import ore
from fund.meeting.floor import Floor
from fund.meeting.outline import Line
from fund.meeting.proposals import OUTCOMES, Proposal
from fund.meeting.votes import cast
from fund.workflow import state_name

GIVES_NOTHING = ("rejected", "deferred")
STATED = ("for_whom", "purpose", "kind", "steps_down")
"""What a guarantee states in words."""
_NAMES = ("outcome", "amount", "grounds", "conditions", "earmarks", "bid", "terms", "equivalent", "ground")
_GUARANTEE = (*STATED, "first", "last", "needs_approval")


def show(visit: Visit, line: Line, held: Floor, *, first: bool, expanded: bool) -> None:
    """The form, filled from the recommendation; only for who may vote in the case now."""
    if not visit.may("case.vote") or held.may_vote:
        return
    form = fields(visit, f"meeting_motion_{line.item.id}", *_NAMES, *_GUARANTEE, given=_given(visit, line, held))
    label = visit.say(f"meeting_page.{'build_first' if first else 'build'}")
    with st.expander(plain(label), expanded=expanded):
        layout.text(visit.say("meeting_page.build_about"))
        _what(visit, form, held)
        outcome = form["outcome"]
        if outcome == "guaranteed":
            _guarantee(visit, form)
        if outcome == "lent":
            text_area(form, "terms", visit.say("meeting_page.field.terms"), hint=visit.say("meeting_page.hint.terms"))
            amount_field(form, "equivalent", visit.say("meeting_page.field.equivalent"))
            text_field(form, "ground", visit.say("meeting_page.field.ground"))
        deed(form, visit.say("meeting_page.put_forward"), naming(lambda visit: _put(visit, form, line)))


def _given(visit: Visit, line: Line, held: Floor) -> dict[str, Any]:
    """What is recommended, and what a guarantee most often states."""
    given: dict[str, Any] = {"outcome": OUTCOMES[0], "amount": written_amount(line.asked), "needs_approval": False}
    given |= {"for_whom": line.organisation, "purpose": visit.say("meeting_page.given.purpose", title=line.title)}
    given |= {name: visit.say(f"meeting_page.given.{name}") for name in ("kind", "steps_down")}
    if held.advice is not None:
        one = held.advice
        given |= {"outcome": one.outcome, "amount": written_amount(one.amount), "grounds": one.grounds}
        given |= {"conditions": "\n".join(one.conditions), "earmarks": list(one.earmarks)}
    return given


def _what(visit: Visit, form: Fields, held: Floor) -> None:
    st.selectbox(
        plain(visit.say("meeting_page.field.outcome")),
        OUTCOMES,
        format_func=lambda one: plain(state_name("application", one, visit.lang)),
        key=form.key("outcome"),
    )
    if form["outcome"] not in GIVES_NOTHING:
        amount_field(form, "amount", visit.say("meeting_page.field.amount"))
    text_area(form, "grounds", visit.say("meeting_page.field.grounds"), hint=visit.say("meeting_page.hint.grounds"))
    if form["outcome"] in GIVES_NOTHING:
        return
    hint = visit.say("meeting_page.hint.conditions")
    text_area(form, "conditions", visit.say("meeting_page.field.conditions"), hint=hint, lines=3)
    known = sorted({*held.earmarks, *(form["earmarks"] or ())})
    if known:
        st.multiselect(
            plain(visit.say("meeting_page.field.earmarks")),
            known,
            key=form.key("earmarks"),
            placeholder=visit.say("meeting_page.hint.earmarks"),
        )
    st.checkbox(plain(visit.say("meeting_page.field.bid")), key=form.key("bid"))


def _guarantee(visit: Visit, form: Fields) -> None:
    """The six statements; the amount is the motion's own."""
    layout.text(visit.say("meeting_page.six"))
    for name in STATED:
        text_field(form, name, visit.say(f"meeting_page.field.{name}"))
    for name in ("first", "last"):
        day_field(form, name, visit.say(f"meeting_page.field.{name}"))
    st.checkbox(plain(visit.say("meeting_page.field.needs_approval")), key=form.key("needs_approval"))


def _put(visit: Visit, form: Fields, line: Line) -> str:
    cast(visit.store, visit.actor, line.item.id, "for", _proposal(form))
    return visit.say("meeting_page.put_forward_done")


def _proposal(form: Fields) -> Proposal:
    """What is typed. Raises :class:`Faults` for amounts that can't be read."""
    outcome = form["outcome"]
    gives = outcome not in GIVES_NOTHING
    amount = _ore(form, "amount") if gives else None
    conditions = [one.strip() for one in str(form["conditions"] or "").splitlines()] if gives else []
    guarantee: dict[str, Any] | None = None
    loan: dict[str, Any] | None = None
    if outcome == "guaranteed":
        guarantee = {"cap": amount, **{name: str(form[name] or "").strip() for name in STATED}}
        guarantee |= {name: form[name].isoformat() for name in ("first", "last") if form[name]}
        guarantee["needs_approval"] = bool(form["needs_approval"])
    if outcome == "lent":
        loan = {"terms": str(form["terms"] or "").strip()}
        if (equivalent := _ore(form, "equivalent")) is not None:
            loan |= {"equivalent": equivalent, "ground": str(form["ground"] or "").strip()}
    return Proposal(
        outcome,
        amount,
        str(form["grounds"] or "").strip(),
        tuple(one for one in conditions if one),
        tuple(form["earmarks"] or ()) if gives else (),
        guarantee,
        loan,
        bool(form["bid"]) if gives else False,
    )


def _ore(form: Fields, name: str) -> int | None:
    text = str(form[name] or "").strip()
    return ore(text, place=form.visit.say(f"meeting_page.field.{name}")) if text else None
