"""What is recommended to the board: the officer's form, held against the rules while typing, and what stands."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.deed import Fields, amount_field, deed, text_area
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.clock import moment
from data.limits import limit
from data.numbers import kroner
from data.phrases import Lang
from fund.books.money import ore
from fund.review.conflicts import TAKES_PART
from fund.review.recommendations import (
    GIVES_NOTHING,
    OUTCOMES,
    Recommendation,
    earmark_names,
    recommend,
    recommendations_of,
    weigh,
)
from fund.workflow import action_name, workflows

_WHOLE = 100


def recommendation(one: Opened) -> None:
    """What stands as recommended and what was before it; for who handles cases, the form while it is in review."""
    layout.section(one.say("case_page.recommendation"))
    held = one.case.recommendation
    if held is None:
        layout.text(one.say("case_page.no_recommendation"))
    else:
        _standing(one, held)
    if one.officer and one.state == "in_review":
        _form(one)


def _standing(one: Opened, held: Recommendation) -> None:
    _show(one, held)
    earlier = recommendations_of(one.visit.store, one.visit.actor, one.id)[:-1]
    if earlier:
        with st.expander(plain(one.say("case_page.earlier", count=len(earlier)))):
            for before in reversed(earlier):
                _show(one, before)


def _show(one: Opened, held: Recommendation) -> None:
    lang = one.visit.lang
    outcome = outcome_name(held.outcome, lang)
    key = "recommended_nothing" if held.amount is None else "recommended"
    figures = {} if held.amount is None else {"amount": kroner(held.amount, lang)}
    layout.text(one.say(f"case_page.{key}", outcome=outcome, **figures), held.grounds)
    if held.conditions:
        layout.bullets([one.say("case_page.condition", text=text) for text in held.conditions])
    if held.earmarks:
        layout.text(one.say("case_page.earmarked", names=", ".join(held.earmarks)))
    at = moment(held.at, lang)
    layout.text(one.say("case_page.by", who=named(one.visit, held.actor), at=at), small=True)


def _form(one: Opened) -> None:
    layout.subsection(one.say("case_page.recommend"))
    if one.case.standing not in TAKES_PART:
        layout.text(one.say("case_page.declare_first"))
        return
    last = one.case.recommendation
    given: dict[str, Any] = {}
    if last is not None:
        amount = "" if last.amount is None else _typed(last.amount)
        given = {"outcome": last.outcome, "amount": amount, "grounds": last.grounds}
        given |= {"conditions": "\n".join(last.conditions), "earmarks": list(last.earmarks)}
    held = one.form("recommend", "outcome", "amount", "grounds", "conditions", "earmarks", given=given)
    _fields(one, held)
    deed(held, one.say("case_page.recommend_do"), partial(_recommend, one.id, one.version, held), first=True)


def _fields(one: Opened, held: Fields) -> None:
    outcome = st.selectbox(
        plain(one.say("case_page.outcome")),
        OUTCOMES,
        index=None,
        format_func=lambda name: outcome_name(name, one.visit.lang),
        key=held.key("outcome"),
        placeholder=one.say("case_page.choose"),
    )
    amount = None
    if outcome is not None and outcome not in GIVES_NOTHING:
        amount = amount_field(held, "amount", one.say("case_page.amount"), hint=_bounds(one))
        layout.text(_bounds(one), small=True)
    text_area(held, "grounds", one.say("case_page.grounds", least=limit("note_shortest")))
    if outcome is not None and outcome not in GIVES_NOTHING:
        text_area(held, "conditions", one.say("case_page.conditions"), hint=one.say("case_page.conditions_hint"))
        if names := earmark_names(one.visit.store, one.visit.actor):
            st.multiselect(
                plain(one.say("case_page.earmarks")),
                names,
                key=held.key("earmarks"),
                placeholder=one.say("case_page.no_earmark"),
                select_all=False,
            )
    if outcome is not None and (amount is not None or outcome in GIVES_NOTHING):
        _weighed(one, held, outcome, amount)


def _bounds(one: Opened) -> str:
    """What the amount is held against: asked, least, and the most that the scheme gives."""
    asked, least = one.case.application.asked or 0, one.case.application.least or 0
    figures = {"asked": kroner(asked, one.visit.lang), "least": kroner(least, one.visit.lang)}
    if one.case.highest is None:
        return one.say("case_page.bounds", **figures)
    return one.say("case_page.bounds_most", most=kroner(one.case.highest, one.visit.lang), **figures)


def _weighed(one: Opened, held: Fields, outcome: Any, amount: int | None) -> None:
    """What stands against what is typed so far, at once."""
    found = weigh(one.visit.store, one.visit.actor, one.id, outcome, amount, _lines(held["conditions"]))
    for fault in found:
        line = f"{fault.problem(one.visit.lang)} {fault.expected(one.visit.lang)}"
        st.html(f'<p class="rv-fault">{markup(line)}</p>')
    if not found:
        st.html(f'<p class="rv-read">{markup(one.say("case_page.within"))}</p>')


def _recommend(application: int, version: int, held: Fields, visit: Visit) -> str:
    outcome: Any = held["outcome"] or ""
    gives = outcome not in GIVES_NOTHING
    typed = str(held["amount"] or "").strip() if gives else ""
    amount = ore(typed, place=visit.say("case_page.amount")) if typed else None
    conditions = _lines(held["conditions"]) if gives else []
    earmarks = list(held["earmarks"] or ()) if gives else []
    grounds = str(held["grounds"] or "")
    recommend(visit.store, visit.actor, application, version, outcome, amount, grounds, conditions, earmarks)
    return visit.say("case_page.recommend_done")


def outcome_name(outcome: str, lang: Lang) -> str:
    """What the board would do: the name of the step that leads to the outcome."""
    flow = workflows()["application"].transitions
    return action_name("application", next(one.action for one in flow if one.target == outcome), lang)


def _lines(text: Any) -> list[str]:
    """One condition a line; empty lines are none."""
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _typed(amount: int) -> str:
    """Øre as one types kroner."""
    whole, rest = divmod(amount, _WHOLE)
    return f"{whole},{rest:02d}" if rest else str(whole)
