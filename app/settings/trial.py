"""A scheme tried on the applications of an earlier call, before it opens: nothing of it is stored."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.tables import Link, table
from app.visit import Visit
from fund.intake.calls import Call, list_calls, sent_by_call
from fund.rulebook.rules import RuleCheck
from fund.rulebook.schemes import Scheme
from fund.rulebook.trying import Tried, TriedCase, try_scheme


def show_trial(visit: Visit, key: str, scheme: Scheme) -> None:
    """Choose a call that has applications, and see what they fail by its rules and by these."""
    layout.section(visit.say("schemes_page.trial.heading"))
    if not visit.may("case.read"):
        layout.text(visit.say("schemes_page.trial.officers_only"))
        return
    sent = sent_by_call(visit.store, visit.actor)
    calls = {one.id: one for one in list_calls(visit.store, visit.actor) if one.id in sent}
    if not calls:
        layout.text(visit.say("schemes_page.trial.no_calls"))
        return
    layout.text(visit.say("schemes_page.trial.text"))
    chosen = st.selectbox(
        visit.say("schemes_page.trial.call"),
        list(calls),
        index=None,
        placeholder=visit.say("schemes_page.trial.choose"),
        format_func=lambda id: _called(visit, calls[id], sent[id]) if id in calls else str(id),
        key=f"schemes_{key}_trial",
    )
    if chosen is not None:
        _shown(visit, try_scheme(visit.store, visit.actor, scheme, chosen))


def _called(visit: Visit, call: Call, sent: int) -> str:
    return visit.say("schemes_page.trial.named", title=call.title(visit.lang), count=sent)


def _shown(visit: Visit, tried: Tried) -> None:
    counts = {"count": len(tried.cases), "before": tried.holding_before, "after": tried.holding_after}
    layout.sentence(visit.say("schemes_page.trial.answer", **counts))
    if tried.left_out:
        layout.text(visit.say("schemes_page.trial.left_out", count=tried.left_out))
    heads = [visit.say(f"schemes_page.trial.{name}") for name in ("application", "now", "before", "open")]
    rows = [_row(visit, one) for one in sorted(tried.cases, key=lambda one: (not _differs(one), one.number))]
    table(visit.say("schemes_page.trial.caption"), heads, rows)
    layout.text(visit.say("schemes_page.trial.note"), small=True)


def _differs(one: TriedCase) -> bool:
    """Whether the case comes out otherwise by the new rules."""
    return [each.rule for each in one.before] != [each.rule for each in one.after]


def _row(visit: Visit, one: TriedCase) -> list[str | Link]:
    fine = visit.say("schemes_page.trial.fails_none")
    waits = [each for each in one.open_after if each.rule not in {known.rule for known in one.open_before}]
    return [
        Link(f"{one.number} {one.title}", f"/sak?id={one.application}"),
        _said(visit, one.after) or fine,
        _said(visit, one.before) or fine,
        _said(visit, waits) or "–",
    ]


def _said(visit: Visit, found: tuple[RuleCheck, ...] | list[RuleCheck]) -> str:
    return " ".join(one.sentence(visit.lang) for one in found)
