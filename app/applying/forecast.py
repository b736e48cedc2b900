"""The forecast that an application builds on: one of one's own that is locked, or locked from here."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import layout
from app.applying.form import Form, change
from app.deed import deed, fields
from app.given import reference
from app.going import ways
from app.tables import Link
from app.text import plain
from app.visit import Visit
from data.clock import days, moment
from fund.intake.contents import Document
from impact.estimates import EstimateRow, list_estimates, lock_estimate
from impact.register import EventRow, list_events

_EVENTS = 200


def forecast(form: Form) -> None:
    """Choose a forecast; where an event has none yet, lock it here, or make the event first."""
    visit = form.visit
    layout.subsection(form.words("forecast.title"))
    layout.text(form.words("forecast.about"))
    events = {
        one.id: one for one in list_events(visit.store, visit.actor, limit=_EVENTS)[0] if one.owner == visit.actor.id
    }
    locked = [one for one in list_estimates(visit.store, visit.actor) if _stands(one)]
    shown = {one.id: one for one in locked if one.owner == visit.actor.id or one.id == form.document.get("estimate")}
    if shown:
        _choose(form, shown, events)
    _lockable(form, [one for id, one in events.items() if id not in {each.event for each in shown.values()}])
    ways([Link(form.words("forecast.new"), "/skjema?ny=1"), Link(form.words("forecast.events"), "/arrangementer")])


def _stands(one: EstimateRow) -> bool:
    return one.purpose == "forecast" and one.withdrawn_at is None


def _choose(form: Form, shown: dict[int, EstimateRow], events: dict[int, EventRow]) -> None:
    key, held = form.key("estimate"), form.document.get("estimate")
    st.session_state.setdefault(key, held if held in shown else None)

    def words(id: int) -> str:
        one = shown[id]
        event = events.get(one.event)
        named = " – ".join(part for part in (event.name(form.visit.lang) if event else "", one.name) if part)
        return plain(form.words("forecast.one", event=named, number=id, at=moment(one.locked_at, form.visit.lang)))

    st.selectbox(
        form.words("forecast.choose"),
        list(shown),
        index=None,
        key=key,
        format_func=words,
        placeholder=form.words("choose"),
        on_change=_chosen,
        args=(form.one.id, key, {one.id: events.get(one.event) for one in shown.values()}),
    )
    if held in shown:
        ways([Link(form.words("forecast.see"), f"/anslag?id={held}")])


def _chosen(id: int, key: str, events: dict[int, EventRow | None]) -> None:
    estimate = st.session_state.get(key)
    change(id, partial(_take, estimate, events.get(estimate) if estimate else None), renewed=True)


def _take(estimate: int | None, event: EventRow | None, document: Document) -> None:
    """Name the forecast; title, days and place are taken from its event where nothing is typed yet."""
    if estimate is None:
        document.pop("estimate", None)
        return
    document["estimate"] = estimate
    if event is not None:
        known = {
            "title": event.name("nb"),
            "municipality": event.municipality,
            "first_day": event.first_day.isoformat() if event.first_day else "",
            "last_day": event.last_day.isoformat() if event.last_day else "",
        }
        for field, value in known.items():
            if value and not document.get(field):
                document[field] = value


def _lockable(form: Form, events: list[EventRow]) -> None:
    """Events of one's own without a locked forecast, each with what locks it."""
    if not events:
        return
    layout.text(form.words("forecast.unlocked"))
    for event in events[:10]:
        named = event.name(form.visit.lang) or form.visit.say("event_form_page.unnamed")
        with st.container(border=True):
            when = days(event.first_day, event.last_day, form.visit.lang) if event.first_day else ""
            layout.text(" · ".join(part for part in (named, when) if part))
            lock = fields(form.visit, f"application_{form.one.id}_lock_{event.id}")
            deed(lock, form.words("forecast.lock"), partial(_lock, form.one.id, event))
            ways([Link(form.words("forecast.edit"), f"/skjema?id={event.id}")])


def _lock(id: int, event: EventRow, visit: Visit) -> str:
    """Lock the event as it stands, and name the forecast in the application."""
    estimate = lock_estimate(visit.store, visit.actor, event.id, reference())
    change(id, partial(_take, estimate, event), renewed=True)
    return visit.say("application_page.forecast.locked", number=estimate)
