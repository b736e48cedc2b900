"""The public pages' answers, kept between runs and visitors: whoever asks the same of the same data gets the same.

Nothing here depends on who asks: only what is published is read. Each is kept until something that it was made of has
changed; that is asked again at every change of anything, which costs far less than an answer.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from app.given import reference
from app.visit import Visit
from data.clock import today
from data.connection import data_folder
from data.permission import ANYONE
from data.store import Store
from impact.ahead import Ahead, YearTotal, next_events, public_stamp, year_total
from impact.business import Answer, answer
from impact.estimates import PublishedRow, get_estimate, published_estimates
from impact.municipality_view import MunicipalAnswer, municipality_answer
from impact.report import Tree


def year(visit: Visit) -> YearTotal:
    """What this year's events may give the region."""
    return _year(*_now(visit), today().year, visit.store)


def ahead(visit: Visit, count: int) -> list[Ahead]:
    """The next events."""
    return _ahead(*_now(visit), today(), count, visit.store)


def published(visit: Visit) -> list[PublishedRow]:
    """Every published estimate, by the event's first day."""
    return _published(*_now(visit), visit.store)


def business(visit: Visit, trade: str, municipality: str | None, since: dt.date, until: dt.date) -> Answer:
    """The answer for a trade. Raises as :func:`impact.business.answer` does."""
    return _business(*_now(visit), trade, municipality, since, until, visit.store)


def municipal(visit: Visit, municipality: str, since: dt.date, until: dt.date) -> MunicipalAnswer:
    """The answer for a municipality. Raises as :func:`impact.business.answer` does."""
    return _municipal(*_now(visit), municipality, since, until, visit.store)


def tree(visit: Visit, estimate: int) -> Tree:
    """A published estimate as anyone may read it, its hash verified. Raises as ``get_estimate``."""
    return _tree(*_now(visit), estimate, visit.store)


def _now(visit: Visit) -> tuple[str, str]:
    folder = str(data_folder())
    return folder, _stamp(folder, visit.version, visit.store)


@st.cache_resource(max_entries=4, show_spinner=False)
def _stamp(folder: str, version: int, _store: Store) -> str:
    return public_stamp(_store)


@st.cache_resource(max_entries=4, show_spinner=False)
def _year(folder: str, stamp: str, number: int, _store: Store) -> YearTotal:
    return year_total(_store, reference(), number)


@st.cache_resource(max_entries=4, show_spinner=False)
def _ahead(folder: str, stamp: str, day: dt.date, count: int, _store: Store) -> list[Ahead]:
    return next_events(_store, day, count)


@st.cache_resource(max_entries=2, show_spinner=False)
def _published(folder: str, stamp: str, _store: Store) -> list[PublishedRow]:
    return published_estimates(_store)


@st.cache_resource(max_entries=200, show_spinner=False)
def _business(
    folder: str,
    stamp: str,
    trade: str,
    municipality: str | None,
    since: dt.date,
    until: dt.date,
    _store: Store,
) -> Answer:
    return answer(_store, reference(), trade, municipality, since, until)


@st.cache_resource(max_entries=60, show_spinner=False)
def _municipal(
    folder: str, stamp: str, municipality: str, since: dt.date, until: dt.date, _store: Store
) -> MunicipalAnswer:
    return municipality_answer(_store, reference(), municipality, since, until)


@st.cache_resource(max_entries=8, show_spinner=False)
def _tree(folder: str, stamp: str, estimate: int, _store: Store) -> dict[str, Any]:
    return get_estimate(_store, ANYONE, estimate)[1]
