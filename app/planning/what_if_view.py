"""What if? Other amounts, and cases held in or out, with the plans made anew beside those that stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from app import asked, layout
from app.planning.case_choice import chosen_case
from app.planning.made_plans import Made, make_plans
from app.planning.plan_tables import case_link, level_words, plan_heads
from app.planning.what_if_address import CHANGED, HOLD_WORDS, read_what_if, write_what_if
from app.tables import Cell, amount, table
from app.text import markup, plain
from app.visit import Visit
from data.faults import Faults
from fund.books.money import kroner, ore
from fund.plans.portfolio import Case
from fund.plans.three_plans import PLANS
from fund.plans.what_if import Hold, WhatIf, what_if
from fund.review.call_portfolio import CallPortfolio

_FREE = ""
_HOLDS: tuple[str, ...] = (_FREE, *HOLD_WORDS.values())


def tried_out(visit: Visit, found: CallPortfolio, made: Made) -> Made | None:
    """The fields, what they change, and the plans anew; those plans, None where nothing is changed or can be."""
    put = read_what_if(found.applications)
    layout.text(visit.say("portfolio_page.if.about"))
    _amount_field(
        visit, "frame", visit.say("portfolio_page.if.frame", room=kroner(made.caps.frame, visit.lang)), put.frame
    )
    _case_fields(visit, found, put)
    if not put:
        return None
    _changes(visit, found, made, put)
    try:
        anew = make_plans(visit, found, what_if(made.cases, made.caps, put))
    except Faults as trouble:
        named = [replace(one, place=found.titles.get(one.place, one.place)) for one in trouble.faults]
        layout.faults(visit, named, heading=visit.say("portfolio_page.if.faults", count=len(named)))
        return None
    _beside(visit, found, made, anew)
    return anew


# -- the fields


def _case_fields(visit: Visit, found: CallPortfolio, put: WhatIf) -> None:
    """One case at a time: what it asks for, its least, and whether it is held."""
    chosen = chosen_case(visit, found, found.cases, CHANGED, "portfolio_if_case", visit.say("portfolio_page.if.case"))
    if chosen is None:
        return
    one = next(case for case in found.cases if case.id == chosen)
    first, second = st.columns(2)
    for column, part in ((first, "asked"), (second, "least")):
        with column:
            label = visit.say(f"portfolio_page.if.{part}", amount=kroner(getattr(one, part), visit.lang))
            _amount_field(visit, part, label, getattr(put, part).get(chosen), chosen)
    _hold_field(visit, chosen, put.held.get(chosen, _FREE))


def _hold_field(visit: Visit, case: str, held: str) -> None:
    key = f"portfolio_if_hold_{case}"
    asked.follow(key, held)
    st.radio(
        visit.say("portfolio_page.if.hold"),
        _HOLDS,
        format_func=lambda one: visit.say(f"portfolio_page.if.held.{one or 'free'}"),
        key=key,
        on_change=_change,
        args=(lambda put: replace(put, held=_with(put.held, case, st.session_state.get(key) or None)),),
    )


def _amount_field(visit: Visit, part: str, label: str, now: int | None, case: str = "") -> None:
    """Kroner as people type them; empty is what stands. What can't be read is told, and changes nothing."""
    key = f"portfolio_if_{part}_{case}".rstrip("_")
    typed = str(st.session_state.get(key) or "")
    if not _wrong(typed) and _read(typed) != now:
        st.session_state[key] = "" if now is None else amount(now, "nb")  # spaces, which are read in every language
    st.text_input(plain(label), key=key, max_chars=40, on_change=_change, args=(partial(_typed, part, key, case),))
    typed = str(st.session_state.get(key) or "")
    for one in _wrong(typed):
        st.html(f'<p class="rv-fault">{markup(one.line(visit.lang))}</p>')
    if (read := _read(typed)) is not None:
        st.html(f'<p class="rv-read">{markup(visit.say("page.read_as", amount=kroner(read, visit.lang)))}</p>')


def _typed(part: str, key: str, case: str, put: WhatIf) -> WhatIf:
    text = str(st.session_state.get(key) or "")
    if _wrong(text):
        return put
    if part == "frame":
        return replace(put, frame=_read(text))
    changed: dict[str, Any] = {part: _with(getattr(put, part), case, _read(text))}
    return replace(put, **changed)


def _change(made: Callable[[WhatIf], WhatIf]) -> None:
    """Put the change into the address; what is there of other cases stays."""
    write_what_if(made(read_what_if()))


def _with(found: Mapping[str, Any], case: str, value: Any) -> dict[str, Any]:
    rest = {one: held for one, held in found.items() if one != case}
    return rest if value is None else {**rest, case: value}


def _read(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return ore(text)
    except Faults:
        return None


def _wrong(text: str) -> list[Any]:
    try:
        if text.strip():
            ore(text)
    except Faults as trouble:
        return list(trouble.faults)
    return []


# -- what comes of it


def _changes(visit: Visit, found: CallPortfolio, made: Made, put: WhatIf) -> None:
    """What is put otherwise, in words, and the button that lets go of it."""
    lines = []
    if put.frame is not None:
        figures = {"before": kroner(made.caps.frame, visit.lang), "after": kroner(put.frame, visit.lang)}
        lines.append(visit.say("portfolio_page.if.changed.frame", **figures))
    for id in put.cases:
        one = made.case(id)
        for part, given in (("asked", put.asked), ("least", put.least)):
            if id in given:
                figures = {"before": kroner(getattr(one, part), visit.lang), "after": kroner(given[id], visit.lang)}
                lines.append(visit.say(f"portfolio_page.if.changed.{part}", title=found.titles[id], **figures))
        if id in put.held:
            lines.append(visit.say(f"portfolio_page.if.changed.{_hold_key(put.held[id])}", title=found.titles[id]))
    layout.bullets(lines)
    st.button(
        visit.say("portfolio_page.if.reset"), key="portfolio_if_reset", on_click=_change, args=(lambda _: WhatIf(),)
    )


def _hold_key(hold: Hold) -> str:
    return "out" if hold == "out" else f"in_{hold}"


def _beside(visit: Visit, found: CallPortfolio, made: Made, anew: Made) -> None:
    """The plans anew beside those that stand: the cases that get another amount, and the sums."""
    rows: list[list[Cell]] = []
    for case in anew.cases:
        before = made.case(case.id)
        pairs = [(made.plans[name].amounts.get(case.id, 0), anew.plans[name].amounts.get(case.id, 0)) for name in PLANS]
        if any(one != other for one, other in pairs):
            rows.append([case_link(found, case.id), *(_pair(visit, before, case, *pair) for pair in pairs)])
    if not rows:
        layout.text(visit.say("portfolio_page.if.nothing"))
    total: list[Cell] = [visit.say("portfolio_page.total")]
    for name in PLANS:
        ends = [amount(sum(one.plans[name].amounts.values()), visit.lang) for one in (made, anew)]
        total.append(
            ends[0] if ends[0] == ends[1] else visit.say("portfolio_page.if.pair", before=ends[0], after=ends[1])
        )
    table(visit.say("portfolio_page.if.caption"), plan_heads(visit, "case"), [*rows, total], totals=1)
    layout.text(visit.say("portfolio_page.if.not_decision"), small=True)


def _pair(visit: Visit, before: Case, after: Case, was: int, now: int) -> str:
    """«ute → 200 000, det minste»; one word where nothing changes."""
    ends = level_words(visit, before, was), level_words(visit, after, now)
    return ends[1] if was == now else visit.say("portfolio_page.if.pair", before=ends[0], after=ends[1])
