"""A call in plain words: until when it takes applications, what it is for, and its rules with their sources."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.inputs import source_links
from app.text import markup, plain
from app.visit import Visit
from data.clock import day
from fund.public.published import PublishedCall
from fund.public.scheme_words import rule_lines
from fund.rulebook.schemes import Scheme, word


def when(visit: Visit, one: PublishedCall) -> str:
    """How long a call is open, or when it opens."""
    opens, due = day(one.call.opens, visit.lang), day(one.call.due, visit.lang)
    if one.when == "coming":
        key = "late" if one.days < 1 else "tomorrow" if one.days == 1 else "coming"
        return visit.say(f"fund_page.call.{key}", opens=opens, due=due, days=one.days)
    key = "last_day" if not one.days else "one_left" if one.days == 1 else "open"
    return visit.say(f"fund_page.call.{key}", due=due, days=one.days)


def purpose(visit: Visit, scheme: Scheme) -> None:
    """What the scheme is for."""
    if scheme.purpose is not None:
        source = str(scheme.document.get("purpose", {}).get("source", ""))
        st.html(f'<p class="rv-text">{markup(scheme.purpose(visit.lang))} {_source(source)}</p>')


def rules(visit: Visit, scheme: Scheme, label: str) -> None:
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
