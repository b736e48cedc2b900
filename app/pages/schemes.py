"""Schemes and calls: the lists, one call with ``?utlysning=``, one scheme with ``?ordning=``."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.going import ways
from app.settings.call import show_call
from app.settings.call_list import show_calls
from app.settings.scheme import show_scheme
from app.settings.scheme_list import show_schemes
from app.tables import Link
from app.visit import Visit
from data.permission import require
from fund.deadlines import clock
from fund.intake.calls import list_calls


def show(visit: Visit) -> None:
    """What the address asks for. Whoever sets nothing here finds calls and rules on the fund's own page."""
    require(visit.actor, "ledger.read")
    if (call := asked.row("utlysning")) is not None:
        show_call(visit, call)
        return
    if scheme := st.query_params.get("ordning", ""):
        show_scheme(visit, scheme)
        return
    layout.title(visit.say("schemes_page.title"), _lead(visit))
    show_calls(visit)
    show_schemes(visit)
    _settings(visit)


def _lead(visit: Visit) -> str:
    """How many calls take applications just now."""
    now = clock(None)
    count = sum(one.takes(now) for one in list_calls(visit.store, visit.actor))
    return visit.say(f"schemes_page.lead.{'none' if not count else 'one' if count == 1 else 'many'}", count=count)


def _settings(visit: Visit) -> None:
    """Where roles, the board, limits, templates and messages are set."""
    layout.section(visit.say("schemes_page.settings.heading"))
    links = [Link(visit.say("schemes_page.settings.parameters"), "/satser")]
    if visit.may("seat.read"):
        links.append(Link(visit.say("schemes_page.settings.board"), "/styret"))
    if visit.may("account.read"):
        links.append(Link(visit.say("schemes_page.settings.accounts"), "/kontoer"))
    if visit.may("template.read"):
        links.append(Link(visit.say("page.title.templates"), "/maler"))
    if visit.may("outbox.read"):
        links.append(Link(visit.say("page.title.messages"), "/meldinger"))
    ways(links)
