"""The years as a page shows them, kept until something that they are made of changes."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app.given import reference
from app.visit import Visit
from data.clock import today
from data.connection import data_folder
from data.permission import Actor, require
from data.store import Store
from fund.years.over_years import MADE_OF, OverYears, over_years
from impact.reference import Reference


def kept_years(visit: Visit) -> OverYears:
    """All of it. Raises Refused for who may not read it, kept or not."""
    require(visit.actor, "years.read")
    with st.spinner(visit.say("years_page.computing")):
        return _kept(str(data_folder()), visit.version_of(MADE_OF), today(), reference(), visit.store, visit.actor)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Reference: id})
def _kept(folder: str, version: int, day: dt.date, reference: Reference, _store: Store, _actor: Actor) -> OverYears:
    return over_years(_store, _actor, reference)
