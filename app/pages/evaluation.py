"""An event's evaluation: ``/evaluering?id=7``. What the forecast said, what came of it, and why they differ."""

from __future__ import annotations

import streamlit as st

from app import asked, layout
from app.deed import deed, fields
from app.evaluating.opened import Opened, opened
from app.evaluating.shown import by_today, causes, figures, missing, numbers
from app.evaluating.sources import take_in
from app.evaluating.words import sentence
from app.event_estimates import publication, value_added
from app.event_list import public_style
from app.given import reference
from app.going import go, ways
from app.recording.published_outcome import published_outcome
from app.tables import Link
from app.text import plain
from app.visit import Visit
from data.clock import moment, today
from impact.estimates import EstimateRow
from impact.evaluation.evaluations import begin, forecasts, get_evaluation, lock_outcome, reopen
from impact.register import EventRow, get_event


def show(visit: Visit) -> None:
    """The evaluation of the event that the address names, as far as it has come."""
    row = get_event(visit.store, visit.actor, asked.the_row()).row
    evaluation = get_evaluation(visit.store, visit.actor, row.id)
    public_style()
    title = visit.say("evaluation_page.title", event=row.name(visit.lang) or visit.say("events_page.unnamed"))
    if evaluation is None:
        layout.title(title)
        _not_begun(visit, row)
    else:
        _begun(visit, title, opened(visit.store, visit.actor, row, evaluation))
    published_outcome(visit, row)
    links = [Link(visit.say("evaluation_page.to_event"), f"/arrangement?id={row.id}")]
    if visit.may("record.read"):
        links.append(Link(visit.say("forecast_record.case.link"), "/treffsikkerhet"))
    ways(links)


def _not_begun(visit: Visit, row: EventRow) -> None:
    """What to do first: lock a forecast, or begin from one."""
    found = forecasts(visit.store, visit.actor, row)
    if not found:
        layout.empty(visit, "evaluation_page.no_forecast")
        return
    if not visit.may("evaluation.write", row):
        layout.empty(visit, "evaluation_page.not_begun")
        return
    layout.text(visit.say("evaluation_page.begin_text"))
    form = fields(visit, f"evaluation_{row.id}_begin", "forecast")
    known = {one.id: one for one in found}
    if form["forecast"] not in known:
        st.session_state[form.key("forecast")] = found[0].id
    st.radio(
        visit.say("evaluation_page.choose_forecast"),
        list(known),
        format_func=lambda id: plain(_forecast(visit, known[id])),
        key=form.key("forecast"),
    )

    def act(visit: Visit) -> str:
        begin(visit.store, visit.actor, row.id, int(form["forecast"]))
        return visit.say("evaluation_page.was_begun")

    deed(form, visit.say("evaluation_page.begin"), act, first=True)


def _forecast(visit: Visit, one: EstimateRow) -> str:
    """«Vinter: 69–123 (2024), låst 3. mars 2024, publisert»."""
    name = one.name or visit.say("event_page.estimate_number", number=str(one.id))
    kind = "published" if one.published else "locked"
    at = moment(one.locked_at, visit.lang)
    return visit.say(f"evaluation_page.forecast_{kind}", name=name, value=value_added(visit, one), at=at)


def _begun(visit: Visit, title: str, one: Opened) -> None:
    """The outcome, locked or as it stands."""
    layout.title(title, sentence(one, visit.lang))
    figures(visit, one)
    missing(visit, one)
    writes = visit.may("evaluation.write", one.row)
    if one.evaluation.locked:
        _of_locked(visit, one, writes)
    elif writes:
        take_in(visit, one)
    if one.measured:
        causes(visit, one)
        by_today(visit, one)
    numbers(visit, one)
    if not one.evaluation.locked and writes:
        _locking(visit, one)


def _locking(visit: Visit, one: Opened) -> None:
    """The button that locks, or why it can't be yet."""
    layout.section(visit.say("evaluation_page.lock"))
    if one.row.last_day is None or one.row.last_day >= today():
        layout.empty(visit, "evaluation_page.lock_not_over")
    elif not one.measured:
        layout.empty(visit, "evaluation_page.lock_nothing")
    else:
        layout.text(visit.say("evaluation_page.lock_text"))
        form = fields(visit, f"evaluation_{one.row.id}_lock")

        def act(visit: Visit) -> str:
            lock_outcome(visit.store, visit.actor, one.row.id, one.evaluation.version, reference())
            return visit.say("evaluation_page.was_locked")

        deed(form, visit.say("evaluation_page.lock_do"), act, first=True, sure=visit.say("evaluation_page.lock_sure"))


def _of_locked(visit: Visit, one: Opened, writes: bool) -> None:
    """The report, the two estimates, publishing, and opening it again."""
    assert one.outcome is not None
    go(Link(visit.say("evaluation_page.report"), f"/last-ned/evaluering/{one.row.id}.docx?lang={visit.lang}"))
    ways(
        [
            Link(visit.say("evaluation_page.to_forecast"), f"/anslag?id={one.forecast.id}"),
            Link(visit.say("evaluation_page.to_outcome"), f"/anslag?id={one.outcome.id}"),
        ]
    )
    with st.container(horizontal=True):
        publication(visit, one.outcome)
        if writes and not one.outcome.published:
            form = fields(visit, f"evaluation_{one.row.id}_reopen")

            def act(visit: Visit) -> str:
                reopen(visit.store, visit.actor, one.row.id, one.evaluation.version)
                return visit.say("evaluation_page.was_reopened")

            deed(form, visit.say("evaluation_page.reopen"), act, sure=visit.say("evaluation_page.reopen_sure"))
