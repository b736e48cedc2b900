"""The fund in public: what it is for, its calls and their rules, what was awarded, and what each partner brought."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import layout
from app.given import reference
from app.going import ways
from app.inputs import source_links
from app.tables import Column, Link, download, table
from app.text import markup, plain
from app.visit import Visit
from data.clock import day, short_day
from data.connection import data_folder
from data.numbers import HARD_SPACE, number
from data.store import Store
from fund.public.awards_workbook import awards_workbook, person
from fund.public.published import (
    PublishedAward,
    PublishedCall,
    PublishedPartner,
    published_awards,
    published_calls,
    published_partners,
)
from fund.public.scheme_words import rule_lines
from fund.rulebook.schemes import Scheme, word

SHOWN = 100
"""The awards that the page lists; the files have them all."""
EARLIER = 3
ASKED = "sok"


def show(visit: Visit) -> None:
    """The answer in a sentence; then calls, awards and partners; or that there is no fund yet."""
    awards, partners = _held(str(data_folder()), visit.version, visit.store)
    calls = published_calls(visit.store)
    if not (awards or partners or calls):
        layout.title(visit.say("fund_page.title"), visit.say("fund_page.about"))
        layout.empty(visit, "fund_page.empty")
        return
    layout.title(visit.say("fund_page.title"), _answer(visit, awards))
    layout.text(visit.say("fund_page.about"))
    _calls(visit, calls)
    _awards(visit, awards, partners)
    _partners(visit, partners)
    _open_data(visit)


@st.cache_resource(max_entries=4, show_spinner=False)
def _held(folder: str, version: int, _store: Store) -> tuple[list[PublishedAward], list[PublishedPartner]]:
    """What depends on nothing but what is stored, kept until something is."""
    return published_awards(_store), published_partners(_store)


def _answer(visit: Visit, awards: Sequence[PublishedAward]) -> str:
    if not awards:
        return visit.say("fund_page.nothing_awarded")
    sums = {"ore_awarded": sum(one.amount for one in awards), "ore_paid": sum(one.disbursed for one in awards)}
    year = str(min(one.decided for one in awards).year)
    return visit.say(f"fund_page.answer.{_many(awards)}", count=len(awards), year=year, **sums)


# -- calls


def _calls(visit: Visit, calls: Sequence[PublishedCall]) -> None:
    layout.section(visit.say("fund_page.calls"))
    current = [one for one in calls if one.when != "over"]
    if not current:
        layout.text(visit.say("fund_page.no_call"))
    for one in current:
        layout.subsection(one.call.title(visit.lang))
        layout.text(_when(visit, one))
        if one.scheme is not None:
            _purpose(visit, one.scheme)
            _rules(visit, one.scheme, visit.say("fund_page.rules"))
    for one in [each for each in calls if each.when == "over"][:EARLIER]:
        about = visit.say("fund_page.call.over", title=one.call.title(visit.lang), day=day(one.call.due, visit.lang))
        if one.scheme is not None:
            _rules(visit, one.scheme, about)


def _when(visit: Visit, one: PublishedCall) -> str:
    opens, due = day(one.call.opens, visit.lang), day(one.call.due, visit.lang)
    if one.when == "coming":
        key = "late" if one.days < 1 else "tomorrow" if one.days == 1 else "coming"
        return visit.say(f"fund_page.call.{key}", opens=opens, due=due, days=one.days)
    key = "last_day" if not one.days else "one_left" if one.days == 1 else "open"
    return visit.say(f"fund_page.call.{key}", due=due, days=one.days)


def _purpose(visit: Visit, scheme: Scheme) -> None:
    if scheme.purpose is not None:
        source = str(scheme.document.get("purpose", {}).get("source", ""))
        st.html(f'<p class="rv-text">{markup(scheme.purpose(visit.lang))} {_source(source)}</p>')


def _rules(visit: Visit, scheme: Scheme, label: str) -> None:
    """The rules in plain words, each with its source, and what the scheme says nothing about."""
    with st.expander(plain(label)):
        lines = rule_lines(scheme, visit.lang)
        items = "".join(
            f"<li><strong>{markup(one.section)}.</strong> {markup(one.text)} {_source(one.source)}</li>"
            for one in lines
        )
        st.html(f'<ul class="rv-list">{items}</ul>')
        if scheme.criteria:
            layout.text(scheme.weights_note(visit.lang), small=True)
        if scheme.not_found:
            silent = ", ".join(word("rule", one, visit.lang) for one in scheme.not_found)
            layout.text(visit.say("fund_page.silent", sections=silent), small=True)


def _source(source: str) -> str:
    return f'<span class="rv-small">({source_links(source)})</span>' if source else ""


# -- awards


def _awards(visit: Visit, awards: Sequence[PublishedAward], partners: Sequence[PublishedPartner]) -> None:
    layout.section(visit.say("fund_page.awards"))
    if not awards:
        layout.text(visit.say("fund_page.nothing_awarded"))
        return
    asked = st.text_input(
        visit.say("fund_page.search"), key="fund_search", value=st.query_params.get(ASKED, ""), max_chars=100
    ).strip()
    if asked:
        st.query_params[ASKED] = asked
    else:
        st.query_params.pop(ASKED, None)
    found = [one for one in awards if asked.casefold() in _searched(visit, one)]
    layout.text(_found(visit, found, asked))
    if found:
        table(
            visit.say("fund_page.awards_caption"),
            [
                visit.say("fund_page.column.title"),
                Column(visit.say("fund_page.column.amount"), number=True),
                Column(visit.say("fund_page.column.paid_out"), number=True),
                Column(visit.say("fund_page.column.came_back"), number=True),
                visit.say("fund_page.column.recipient"),
                visit.say("fund_page.column.place"),
                visit.say("fund_page.column.form"),
                visit.say("fund_page.column.decided"),
            ],
            [*(_row(visit, one) for one in found[:SHOWN]), _total(visit, found)],
            totals=1,
        )
        if len(found) > SHOWN:
            layout.text(visit.say("fund_page.shown", shown=SHOWN, count=len(found)), small=True)
        layout.text(visit.say("fund_page.note.guarantee"), small=True)
        lang = visit.lang
        download(
            visit.say("fund_page.excel"),
            visit.say("fund_page.file"),
            lambda: awards_workbook(found, partners, lang),
            key="fund_excel",
        )


def _searched(visit: Visit, one: PublishedAward) -> str:
    """What a search looks in: what the row shows."""
    return " ".join([one.number, *_about(visit, one), one.call(visit.lang)]).casefold()


def _found(visit: Visit, found: Sequence[PublishedAward], asked: str) -> str:
    if not found:
        return visit.say("fund_page.none_found", asked=asked)
    sums = {"ore_awarded": sum(one.amount for one in found), "ore_paid": sum(one.disbursed for one in found)}
    key = "found" if asked else "sum"
    return visit.say(f"fund_page.{key}.{_many(found)}", count=len(found), **sums)


def _many(found: Sequence[object]) -> str:
    return "one" if len(found) == 1 else "many"


def _about(visit: Visit, one: PublishedAward) -> list[str]:
    place = reference().municipalities.get(one.municipality, one.municipality)
    return [one.title, person(one, visit.lang), place, word("form", one.form, visit.lang)]


def _row(visit: Visit, one: PublishedAward) -> list[str]:
    """The amounts stand next to the name, where a phone shows them without scrolling."""
    title, *about = _about(visit, one)
    sums = [_amount(visit, ore) for ore in (one.amount, one.paid_out, one.came_back)]
    return [title, *sums, *about, short_day(one.decided, visit.lang).replace(" ", HARD_SPACE, 1)]


def _total(visit: Visit, found: Sequence[PublishedAward]) -> list[str]:
    sums = [sum(getattr(one, name) for one in found) for name in ("amount", "paid_out", "came_back")]
    return [visit.say("fund_page.column.total"), *(_amount(visit, ore) for ore in sums), "", "", "", ""]


def _amount(visit: Visit, ore: int) -> str:
    """Kroner without the word, which stands above the table; with øre where there are any."""
    return number(ore / 100, visit.lang, 2 if ore % 100 else 0)


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
        [one.name, *(_amount(visit, getattr(one, name)) for name in names), visit.say(f"fund_page.kind.{one.kind}")]
        for one in partners
    ]
    total = [visit.say("fund_page.column.total"), *(_amount(visit, ore) for ore in sums), ""]
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
