"""The fund in public: what it is for, its calls and their rules, what was awarded, and what each partner brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import layout
from app.applying.calls import purpose, rules, when
from app.event_list import public_style
from app.going import go, ways
from app.planning.awards_shown import awards_section
from app.tables import Column, Link, amount, table
from app.visit import Visit
from data.clock import day
from data.connection import data_folder
from data.store import Store
from fund.public.effects import AwardEffects, published_effects
from fund.public.published import (
    MADE_OF,
    PublishedAward,
    PublishedCall,
    PublishedPartner,
    published_awards,
    published_calls,
    published_partners,
)


def show(visit: Visit) -> None:
    """The answer in a sentence; then calls, awards and partners; or that there is no fund yet."""
    version = visit.version_of(MADE_OF)
    awards, partners, effects, answer = _held(str(data_folder()), version, visit.store)
    calls = published_calls(visit.store)
    if not (awards or partners or calls):
        layout.title(visit.say("fund_page.title"), visit.say("fund_page.about"))
        layout.empty(visit, "fund_page.empty")
        return
    layout.title(visit.say("fund_page.title"), _answer(visit, answer, len(awards)))
    layout.text(visit.say("fund_page.about"))
    _calls(visit, calls)
    awards_section(visit, version, awards, effects, partners)
    _partners(visit, partners)
    _open_data(visit)


@st.cache_resource(max_entries=4, show_spinner=False)
def _held(
    folder: str, version: int, _store: Store
) -> tuple[list[PublishedAward], list[PublishedPartner], Mapping[int, AwardEffects], dict[str, Any]]:
    """What is made of nothing but these rows, kept until one of them is changed."""
    awards = published_awards(_store)
    answer = {"ore_awarded": sum(one.amount for one in awards), "ore_paid": sum(one.disbursed for one in awards)}
    first = min((str(one.decided.year) for one in awards), default="")
    return awards, published_partners(_store), published_effects(_store), {**answer, "year": first}


def _answer(visit: Visit, figures: Mapping[str, Any], count: int) -> str:
    if not count:
        return visit.say("fund_page.nothing_awarded")
    return visit.say(f"fund_page.answer.{'one' if count == 1 else 'many'}", count=count, **figures)


# -- calls


def _calls(visit: Visit, calls: Sequence[PublishedCall]) -> None:
    layout.section(visit.say("fund_page.calls"))
    current = [one for one in calls if one.when != "over"]
    if not current:
        layout.text(visit.say("fund_page.no_call"))
    for one in current:
        layout.subsection(one.call.title(visit.lang))
        layout.text(when(visit, one))
        if one.scheme is not None:
            purpose(visit, one.scheme)
            rules(visit, one.scheme, visit.say("fund_page.rules"))
    if any(one.when == "open" for one in current):
        public_style()
        go(Link(visit.say("fund_page.apply"), "/utlysninger"))
    for one in [each for each in calls if each.when == "over"]:
        about = visit.say("fund_page.call.over", title=one.call.title(visit.lang), day=day(one.call.due, visit.lang))
        if one.scheme is not None:
            rules(visit, one.scheme, about)


def _many(found: Sequence[object]) -> str:
    return "one" if len(found) == 1 else "many"


# -- partners and data


def _partners(visit: Visit, partners: Sequence[PublishedPartner]) -> None:
    layout.section(visit.say("fund_page.partners"))
    if not partners:
        layout.text(visit.say("fund_page.no_partner"))
        return
    names = ("received", "granted", "disbursed")
    sums = [sum(getattr(one, name) for one in partners) for name in names]
    figures = {f"ore_{name}": ore for name, ore in zip(names, sums, strict=True)}
    layout.text(visit.say(f"fund_page.brought.{_many(partners)}", count=len(partners), **figures))
    rows = [
        [one.name, *(amount(getattr(one, name), visit.lang) for name in names), visit.say(f"fund_page.kind.{one.kind}")]
        for one in partners
    ]
    total = [visit.say("fund_page.column.total"), *(amount(ore, visit.lang) for ore in sums), ""]
    amounts = [Column(visit.say(f"fund_page.column.{name}"), number=True) for name in names]
    heads = [Column(visit.say("fund_page.column.partner")), *amounts, Column(visit.say("fund_page.column.kind"))]
    table(visit.say("fund_page.partners_caption"), heads, [*rows, total], totals=1)
    layout.text(visit.say("fund_page.note.partners"), small=True)


def _open_data(visit: Visit) -> None:
    layout.section(visit.say("fund_page.data"))
    layout.text(visit.say("fund_page.data_about"))
    ways(
        [
            Link(visit.say("fund_page.json"), "/api/tildelinger.json"),
            Link(visit.say("fund_page.csv"), "/api/tildelinger.csv"),
        ]
    )
