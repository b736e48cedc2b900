"""Scenarios as chips: what is chosen is shown as the difference to the base, never as a second page.

What is chosen and what is typed of an own scenario stand in the address, so that it can be sent to a colleague.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import layout
from app.drawn import below, mode, show_chart
from app.entries import as_typed
from app.opened import CHANGED, SCENARIO, Opened
from app.spans import figure, kroner_between, kroner_span, kroner_words
from app.tables import Column, table
from app.text import plain
from app.visit import Visit
from app.what_if import BASE, FOOD, OTHER, OWN, Changeable, Changes, Compared, Fitting, WhatIf, label_of, read_change
from data.faults import Faults
from impact.event import Area
from impact.ranges import Range
from impact.scenario import worth_name

WORDS = {
    "occupancy_high": "belegg-hoyt",
    "occupancy_low": "belegg-lavt",
    FOOD: "mat-fra-regionen",
    OTHER: "alt-fra-regionen",
    OWN: "egne-tall",
}
"""The scenarios in the address."""
_SEPARATOR = "="


def scenario_view(visit: Visit, opened: Opened, area: Area) -> None:
    """The chips, what two guesses at the rooms sold do, and what is chosen beside the base."""
    ask = WhatIf(opened, visit.store)
    layout.section(visit.say("estimate_page.scenario.title"))
    try:
        fitting = ask.fitting()
        if not fitting.keys:
            layout.text(visit.say("estimate_page.scenario.none"))
            return
        chosen = _chips(visit, opened, fitting)
        if said := ask.baseline(visit.lang):
            layout.text(said)
        with st.spinner(visit.say("estimate_page.scenario.computing")):
            _chosen(visit, opened, ask, fitting, chosen, area)
    except Faults as found:
        layout.faults(visit, found.faults, heading=visit.say("estimate_page.scenario.impossible"))


def _chips(visit: Visit, opened: Opened, fitting: Fitting) -> str:
    key = f"{opened.field}_scenario"
    options = (BASE, *fitting.keys)
    if st.session_state.get(key) not in options:
        asked = {word: name for name, word in WORDS.items()}.get(st.query_params.get(SCENARIO, ""), BASE)
        st.session_state[key] = asked if asked in options else BASE
    high, low = fitting.shares

    def name(one: str) -> str:
        return visit.say(f"estimate_page.scenario.chip.{one}", high=high, low=low)

    st.pills(
        visit.say("estimate_page.scenario.choose"),
        options,
        required=True,
        format_func=name,
        key=key,
        on_change=_to_address,
        args=(key,),
    )
    return str(st.session_state[key])


def _to_address(key: str) -> None:
    chosen = st.session_state[key]
    if chosen in WORDS:
        st.query_params[SCENARIO] = WORDS[chosen]
    elif SCENARIO in st.query_params:
        del st.query_params[SCENARIO]


def _chosen(visit: Visit, opened: Opened, ask: WhatIf, fitting: Fitting, chosen: str, area: Area) -> None:
    if chosen in (FOOD, OTHER):
        _worth(visit, ask, chosen)
        if chosen not in fitting.moving:
            return
    changes: Changes = ()
    if chosen == OWN:
        changes = _typed(visit, opened, fitting)
        if not changes:
            return
    if chosen != BASE:
        _difference(visit, opened, ask.compared(chosen, changes, visit.lang, mode()), area)


def _difference(visit: Visit, opened: Opened, found: Compared, area: Area) -> None:
    """The difference in one sentence, its figures with ranges, and both beside each other in a chart and its table."""
    change = found.change["areas"][area]
    value = _range(change["value_added"])
    layout.sentence(_sentence(visit, found.name, value, area))
    nights = found.change["room_nights"]["sold_above_baseline"] or found.change["room_nights"]["incremental"]
    shown = [
        figure(visit, visit.say("estimate_page.scenario.value_added"), value, kroner=True),
        figure(visit, visit.say("estimate_page.scenario.employment"), _range(change["employment"])),
    ]
    if nights is not None and nights["p10"] != nights["p90"]:
        shown.append(figure(visit, visit.say("estimate_page.scenario.nights"), _range(nights)))
    layout.figures(visit, shown)
    layout.subsection(visit.say("estimate_page.scenario.beside"))
    show_chart(found.drawn, f"{opened.field}_scenarios", heading=False)
    rows = [(label, *row) for label, row in zip(found.drawn.labels, found.drawn.rows, strict=True)]
    below(visit, found.drawn.title, ("", *found.drawn.columns), rows)
    layout.text(visit.say("estimate_page.scenario.paired"), small=True)


def _sentence(visit: Visit, name: str, value: Range | None, area: Area) -> str:
    where = visit.say(f"report.in_{area}")
    if value is None:
        return visit.say("estimate_page.scenario.unknown", name=name)
    if value.p10 == value.p90 == 0:
        return visit.say("estimate_page.scenario.same", name=name, area=where)
    if value.p10 < 0 < value.p90:
        ends = {"low": kroner_words(visit.lang, -value.p10), "high": kroner_words(visit.lang, value.p90)}
        return visit.say("estimate_page.scenario.both", name=name, area=where, **ends)
    key = "more" if value.p90 > 0 else "less"
    between = kroner_between(visit.lang, value)
    return visit.say(f"estimate_page.scenario.{key}", name=name, area=where, between=between)


def _worth(visit: Visit, ask: WhatIf, chosen: str) -> None:
    """What each tenth of the purchases moved to suppliers in the region is worth, food first."""
    worth = ask.worth()
    keys = ("food_lines", "caterers", *(("other_lines", "together") if chosen == OTHER else ()))
    known = _range(worth["together"] if chosen == OTHER else worth["food_lines"] or worth["caterers"])
    if known is None:
        layout.sentence(visit.say("estimate_page.scenario.no_purchases"))
    else:
        between = kroner_between(visit.lang, known)
        layout.sentence(visit.say(f"estimate_page.scenario.worth_{chosen}", between=between))
    columns: list[Column | str] = [
        visit.say("estimate_page.scenario.purchase"),
        Column(visit.say("report.p50"), number=True),
        Column(visit.say("estimate_page.scenario.span"), number=True),
    ]
    rows = []
    for key in keys:
        found = _range(worth[key])
        nothing = visit.say("estimate_page.scenario.no_such")
        middle = nothing if found is None else kroner_span(visit.lang, Range(found.p50, found.p50, found.p50))
        rows.append([worth_name(key, visit.lang), middle, "" if found is None else kroner_span(visit.lang, found)])
    table(visit.say("estimate_page.scenario.worth"), columns, rows, totals=int(chosen == OTHER))
    layout.text(visit.say("estimate_page.scenario.worth_how"), small=True)


# -- own figures


def _typed(visit: Visit, opened: Opened, fitting: Fitting) -> Changes:
    """The fields of an own scenario, and what was typed in them; () where nothing was, or something can't be read."""
    layout.text(visit.say("estimate_page.scenario.own_how"))
    given = dict(one.partition(_SEPARATOR)[::2] for one in st.query_params.get_all(CHANGED))
    keys = {one.path: f"{opened.field}_own_{one.path}" for one in fitting.changeable}
    found, wrong = [], False
    columns: list[Any] = []
    for one in fitting.changeable:
        columns = columns or list(st.columns(2, gap="large"))  # a pair at a time, so that a phone keeps their order
        with columns.pop(0):
            text = st.text_input(
                plain(label_of(one, opened.tree, visit.lang)),
                given.get(one.path, ""),
                key=keys[one.path],
                on_change=_typed_to_address,
                args=(keys,),
                max_chars=60,
            ).strip()
            reading, fault = _reading(visit, one, text)
            st.caption(plain(" ".join([visit.say("estimate_page.scenario.now", now=one.now[visit.lang]), reading])))
            if fault is not None:
                layout.faults(visit, fault.faults, heading=visit.say("estimate_page.scenario.unread"))
                wrong = True
            elif text:
                found.append((one.path, text))
    return () if wrong else tuple(sorted(found))


def _reading(visit: Visit, one: Changeable, text: str) -> tuple[str, Faults | None]:
    """How a text was read, or what is wrong with it."""
    if not text:
        return "", None
    try:
        read: dict[str, Any] = read_change(one, text)
    except Faults as found:
        return "", found
    ends = [read[name] for name in ("value", "low", "mode", "high") if name in read]
    written = " / ".join(as_typed(end, one.kind, visit.lang) for end in ends)
    return visit.say("estimate_page.scenario.read_as", reading=written), None


def _typed_to_address(keys: dict[str, str]) -> None:
    typed = {path: str(st.session_state.get(key) or "").strip() for path, key in keys.items()}
    st.query_params[CHANGED] = [f"{path}{_SEPARATOR}{text}" for path, text in typed.items() if text]


def _range(found: dict[str, float] | None) -> Range | None:
    return None if found is None else Range(found["p10"], found["p50"], found["p90"])
