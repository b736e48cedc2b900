"""An estimate: ``/anslag?id=3`` a locked one, ``/anslag?arrangement=7`` the running one of an event of the register.

Sentence and figures first, then what if, the bridge, where, who, what decides, warnings, what stands beside the money,
and what it all stands on. With ``tall=…`` the chain behind one figure is shown in place of the rest.
"""

from __future__ import annotations

import streamlit as st

from app import layout
from app.drawn import words
from app.estimate_actions import actions
from app.estimate_front import about, choose_area, front
from app.estimate_grounds import published, sources
from app.estimate_parts import beside, beware, demand, where, who
from app.event_list import public_style
from app.explaining import explaining
from app.form_faults import faults_of, plain_words
from app.given import reference
from app.going import ways
from app.opened import EVENT, FIGURE, open_estimate
from app.scenario_view import scenario_view
from app.tables import Link
from app.visit import Visit
from data.faults import Faults
from impact.register import get_event


def show(visit: Visit) -> None:
    """The estimate that the address names, as far as the visitor may read it."""
    public_style()
    try:
        with st.spinner(visit.say("estimate_page.computing")):
            opened = open_estimate(visit)
    except Faults as found:
        if EVENT not in st.query_params:
            raise
        _lacking(visit, found)
        return
    if figure := st.query_params.get(FIGURE):
        layout.title(words(opened, visit.lang, opened.tree["deciding_area"]).title)
        explaining(visit, opened, figure)
        return
    name = opened.tree["event"]["event"][f"name_{visit.lang}"]
    layout.title(name)
    about(visit, opened)
    area = choose_area(visit, opened)
    said = words(opened, visit.lang, area)
    front(visit, opened, said, area)
    actions(visit, opened)
    scenario_view(visit, opened, area)
    demand(visit, opened, said, area)
    where(visit, opened, said, area)
    who(visit, opened, said, area)
    beware(visit, said)
    beside(visit, opened, said)
    published(visit, opened)
    sources(visit, opened, said)


def _lacking(visit: Visit, found: Faults) -> None:
    """An event that can't be computed yet: what it lacks, and the way to its form."""
    registered = get_event(visit.store, visit.actor, int(st.query_params[EVENT]))
    row, document = registered.row, registered.document
    layout.title(row.name(visit.lang) or visit.say("page.title.estimate"))
    unread = [plain_words(document, place, one, visit.lang) for place, one in faults_of(document, reference())]
    if unread:
        layout.section(visit.say("estimate_page.lacking"))
        layout.bullets(dict.fromkeys(lack.sentence for lack in unread))
    else:  # the event can be read, and something else is lacking: a table, say
        layout.faults(visit, found.faults, heading=visit.say("estimate_page.lacking"))
    if visit.may("event.write", row):
        ways([Link(visit.say("estimate_page.to_form"), f"/skjema?id={row.id}")])
