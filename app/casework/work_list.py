"""The list of work: every case with what is next and until when, found by call, state and who handles it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app import asked, layout
from app.going import ways
from app.tables import Column, Link, amount, download, table
from app.text import plain
from app.visit import Visit
from app.who import named
from data.clock import short_day, today
from fund.review.looks import Change, changes, seen_cases
from fund.review.queue import CaseLine, CasesKnown, case_lines, open_lines
from fund.review.queue_workbook import queue_workbook
from fund.rulebook.schemes import word
from fund.workflow import state_name

SHOWN = 100
CALL, STATE, MINE = "utlysning", "tilstand", "mine"
STATE_WORDS = {
    "sendt": "submitted",
    "venter": "needs_completing",
    "vurdering": "in_review",
    "klar": "ready",
    "utsatt": "deferred",
    "innvilget": "granted",
    "delvis": "granted_in_part",
    "vilkar": "granted_on_conditions",
    "garanti": "guaranteed",
    "lan": "lent",
    "avslag": "rejected",
    "avvist": "dismissed",
    "trukket": "withdrawn",
}
"""States of a case, by what the address calls them."""


def work_list(visit: Visit, known: CasesKnown) -> None:
    """The sentence that counts, the filters, the table, and where else to go."""
    day = today()
    at_work = open_lines(visit.store, visit.actor)
    urgent = {kind: sum(one.urgency(day) == kind for one in at_work) for kind in ("overdue", "today")}
    said = [visit.say(f"cases_page.{kind}", count=count) for kind, count in urgent.items() if count]
    count = visit.say(f"cases_page.at_work.{_many(at_work)}", count=len(at_work))
    layout.title(visit.say("page.title.cases"), " ".join([count, *said]))
    found = _found(visit, known, at_work)
    if found:
        _table(visit, found)
    else:
        layout.empty(visit, "cases_page.none_found")
    _on(visit, found)


def _many(found: Sequence[object]) -> str:
    return "one" if len(found) == 1 else "many"


# -- what is asked for


def _found(visit: Visit, known: CasesKnown, at_work: Sequence[CaseLine]) -> list[CaseLine]:
    """The cases that the filters leave; without a state, those that somebody has something to do with."""
    calls = {str(id): titles[visit.lang] for id, titles in known.calls.items()}
    first, second, third = st.columns([2, 2, 1], vertical_alignment="bottom")
    with first:
        asked.follow("cases_call", asked.text(CALL) if asked.text(CALL) in calls else "")
        st.selectbox(
            visit.say("cases_page.call"),
            ["", *calls],
            format_func=lambda one: calls.get(one) or visit.say("cases_page.every_call"),
            key="cases_call",
            on_change=asked.keeping(CALL, "cases_call", lambda one: str(one or "")),
        )
    with second:
        words = {word: state for word, state in STATE_WORDS.items() if state in known.states}
        asked.follow("cases_state", asked.several(STATE, words))
        st.multiselect(
            visit.say("cases_page.state"),
            list(words.values()),
            format_func=lambda one: state_name("application", one, visit.lang),
            key="cases_state",
            placeholder=visit.say("cases_page.under_way"),
            on_change=asked.keeping(STATE, "cases_state", asked.joined({state: word for word, state in words.items()})),
            select_all=False,
        )
    if visit.may("case.handle"):
        with third:
            asked.follow("cases_mine", asked.text(MINE) == "ja")
            st.checkbox(
                visit.say("cases_page.mine"),
                key="cases_mine",
                on_change=asked.keeping(MINE, "cases_mine", lambda one: "ja" if one else ""),
            )
    call, states = st.session_state["cases_call"], st.session_state["cases_state"]
    mine = bool(st.session_state.get("cases_mine")) and visit.may("case.handle")
    return [
        one
        for one in (case_lines(visit.store, visit.actor, states) if states else at_work)
        if call in ("", str(one.call)) and (not mine or visit.actor.id in one.officers)
    ]


# -- the table


def _table(visit: Visit, found: Sequence[CaseLine]) -> None:
    new, seen = changes(visit.store, visit.actor), seen_cases(visit.store, visit.actor)
    heads = ("case", "next", "due", "new", "state", "officer", "asked", "applicant", "call")
    table(
        visit.say("cases_page.caption", count=len(found)),
        [Column(visit.say(f"cases_page.column.{name}"), number=name == "asked") for name in heads],
        [_row(visit, one, new, seen) for one in found[:SHOWN]],
    )
    if len(found) > SHOWN:
        layout.text(visit.say("cases_page.shown", shown=SHOWN, count=len(found)), small=True)
    lang = visit.lang
    download(
        visit.say("cases_page.excel"),
        visit.say("cases_page.file"),
        lambda: queue_workbook(found, lang),
        key="cases_excel",
    )


def _row(visit: Visit, one: CaseLine, new: Mapping[int, Sequence[Change]], seen: Mapping[int, str]) -> list[str | Link]:
    return [
        Link(f"{one.number} {one.title}", f"/sak?id={one.id}"),
        visit.say(f"cases_page.next.{one.next}"),
        _due(visit, one),
        _new(visit, one, new, seen),
        state_name("application", one.state, visit.lang),
        ", ".join(named(visit, officer) for officer in one.officers) or visit.say("cases_page.nobody"),
        amount(one.asked, visit.lang),
        one.organisation,
        f"{one.call_title(visit.lang)} ({word('form', one.form, visit.lang)})" if one.form else "",
    ]


def _due(visit: Visit, one: CaseLine) -> str:
    """The day of what is next, and whether it has passed or is today."""
    if one.due is None or one.next == "none":
        return ""
    return visit.say(f"cases_page.urgency.{one.urgency(today())}", day=short_day(one.due, visit.lang))


def _new(visit: Visit, one: CaseLine, new: Mapping[int, Sequence[Change]], seen: Mapping[int, str]) -> str:
    if one.id not in seen:
        return visit.say("cases_page.unseen")
    count = len(new.get(one.id, ()))
    return visit.say("cases_page.changed", count=count) if count else ""


def _on(visit: Visit, found: Sequence[CaseLine]) -> None:
    """Where else to go: rankings of the calls in view, calls, meetings, mandates."""
    calls = {one.call: one.call_title(visit.lang) for one in found if one.state in ("in_review", "ready")}
    links = [
        Link(visit.say("cases_page.ranking", call=title), f"/rangering?utlysning={id}") for id, title in calls.items()
    ]
    if visit.may("call.manage"):
        links.append(Link(visit.say("cases_page.calls"), "/ordninger"))
    if visit.may("meeting.prepare"):
        links.append(Link(visit.say("cases_page.meetings"), "/moter"))
    links.append(Link(visit.say("cases_page.mandates"), "/fullmakter"))
    layout.section(plain(visit.say("cases_page.more")))
    ways(links)
