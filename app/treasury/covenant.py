"""The partners' covenant: how it stands today, and a new one from a day on."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app import layout
from app.deed import Fields, day_field, day_of, deed, fields, text_field
from app.tables import Column, table
from app.text import plain
from app.treasury.typed import whole_of
from app.visit import Visit
from data.clock import short_day, today
from fund.books.covenant import CovenantState, get_covenant_state, list_covenants, set_covenant


def covenant(visit: Visit) -> None:
    """The sentence, the earlier ones, and a new one."""
    layout.section(visit.say("contributions_page.covenant"))
    state = get_covenant_state(visit.store, visit.actor, today())
    _state(visit, state)
    earlier = list_covenants(visit.store, visit.actor)
    if len(earlier) > 1 or (earlier and state.covenant is None):
        heads = [visit.say(f"contributions_page.covenant_{one}") for one in ("from", "ratio", "ground")]
        rows = [[short_day(one.from_day, visit.lang), f"{one.private} : {one.public}", one.ground] for one in earlier]
        table(visit.say("contributions_page.covenants"), [Column(one) for one in heads], rows)
    if visit.may("partner.write"):
        with st.expander(plain(visit.say("contributions_page.covenant_new"))):
            _new(visit)


def _state(visit: Visit, state: CovenantState) -> None:
    if state.covenant is None:
        layout.text(visit.say("contributions_page.covenant_none"))
        return
    one = state.covenant
    about = visit.say(
        "contributions_page.covenant_asks",
        private=one.private,
        public=one.public,
        ground=one.ground,
        day=short_day(one.from_day, visit.lang),
    )
    sums = {"ore_private": state.private, "ore_public": state.public}
    if state.holds:
        st.success(plain(visit.say("contributions_page.covenant_holds", **sums)), icon=":material/check:")
    else:
        short = visit.say("contributions_page.covenant_short", **sums, ore_lacking=state.wanted - state.private)
        st.warning(plain(short), icon=":material/error:")
    layout.text(about)


def _new(visit: Visit) -> None:
    form = fields(visit, "contributions_covenant", "from_day", "private", "public", "ground")
    first, second = st.columns(2)
    with first:
        day_field(form, "from_day", visit.say("contributions_page.covenant_from"))
        text_field(
            form,
            "ground",
            visit.say("contributions_page.covenant_ground"),
            hint=visit.say("contributions_page.covenant_ground_hint"),
        )
    with second:
        text_field(form, "private", visit.say("contributions_page.covenant_private"), longest=9)
        text_field(form, "public", visit.say("contributions_page.covenant_public"), longest=9)
    sure = visit.say("contributions_page.covenant_sure")
    deed(form, visit.say("contributions_page.covenant_set"), lambda here: _set(here, form), sure=sure)


def _set(visit: Visit, form: Fields) -> str:
    day: dt.date = day_of(form, "from_day", visit.say("contributions_page.covenant_from"))
    private = whole_of(form, "private", visit.say("contributions_page.covenant_private"))
    public = whole_of(form, "public", visit.say("contributions_page.covenant_public"))
    ground = str(form["ground"] or "")
    set_covenant(visit.store, visit.actor, day, private=private, public=public, ground=ground)
    return visit.say("contributions_page.covenant_done", day=short_day(day, visit.lang))
