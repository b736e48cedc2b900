"""The review of an event that is over: ``/gjennomgang?id=7``. Three parties write, and all who may, read."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.going import ways
from app.reviewing.reading import businesses, grades, standing, whole
from app.reviewing.writing import write
from app.tables import Link
from app.text import plain
from app.visit import Visit
from data.clock import days
from data.permission import require
from impact.register import EventRow, get_event
from impact.review.businesses import business_sums
from impact.review.questions import PARTIES, Party, party_name
from impact.review.reviews import is_over, list_reviews, writes


def show(visit: Visit) -> None:
    """Who has handed in; what one writes oneself; then all that was handed in, and what businesses answered."""
    row = get_event(visit.store, visit.actor, asked.the_row()).row
    require(visit.actor, "review.read", row)
    held = list_reviews(visit.store, visit.actor, row.id)
    name = row.name(visit.lang) or visit.say("events_page.unnamed")
    layout.title(
        visit.say("review_page.title", name=name), visit.say("review_page.lead", count=len(held), of=len(PARTIES))
    )
    ways([Link(name, f"/arrangement?id={row.id}"), Link(visit.say("page.title.lessons"), f"/erfaringer?id={row.id}")])
    standing(visit, held)
    mine = [party for party in writes(visit.store, visit.actor, row) if party not in held]
    if not is_over(row):
        when = days(row.first_day, row.last_day, visit.lang) if row.first_day else visit.say("page.unknown")
        layout.empty(visit, "review_page.not_over", days=when)
    elif mine:
        write(visit, row, _party(visit, row, mine))
    if held:
        grades(visit, held)
        whole(visit, held)
    businesses(visit, business_sums(visit.store, visit.actor, row.id))


def _party(visit: Visit, row: EventRow, mine: list[Party]) -> Party:
    """For whom one writes now; a choice where there are several."""
    if len(mine) == 1:
        return mine[0]
    key = f"review_{row.id}_party"
    if st.session_state.get(key) not in mine:
        st.session_state[key] = "fund" if "fund" in mine else mine[0]
    return st.radio(
        plain(visit.say("review_page.whose")),
        mine,
        format_func=lambda party: party_name(party, visit.lang),
        key=key,
        horizontal=True,
    )
