"""What can be done with an estimate: lock the running one, publish, withdraw with a reason, download, compare."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import doing, layout
from app.given import reference
from app.going import ways
from app.opened import AREA, CHANGED, EVENT, FIGURE, ID, SCENARIO, Opened
from app.tables import Link
from app.visit import Visit
from impact.drafts import read_draft
from impact.estimates import EstimateRow, lock_estimate, publish_estimate, withdraw_estimate

KINDS = ("xlsx", "docx", "json")
PURPOSES = ("forecast", "evaluation")


def actions(visit: Visit, opened: Opened) -> None:
    """The buttons of who may, in a row, and the ways on."""
    row = opened.row
    if row is not None and visit.session is not None and not row.withdrawn_at:
        layout.text(visit.say(f"estimate_page.state.{'published' if row.published else 'locked'}"), small=True)
    if row is None:
        _lock(visit, opened)
    elif visit.may("estimate.publish", row) and not row.withdrawn_at:
        with st.container(horizontal=True):
            if row.published:
                _withdraw(visit, row)
            else:
                _publish(visit, row)
    ways(list(_ways(visit, opened)))


def _ways(visit: Visit, opened: Opened) -> list[Link]:
    links = []
    if opened.row is not None:
        for kind in KINDS:
            to = f"/last-ned/anslag/{opened.row.id}.{kind}?lang={visit.lang}"
            links.append(Link(visit.say(f"estimate_page.download.{kind}"), to))
    if visit.may("event.read", opened.row or opened.event_row):
        links.append(Link(visit.say("estimate_page.to_event"), f"/arrangement?id={opened.event}"))
        if opened.row is not None:
            links.append(Link(visit.say("estimate_page.to_running"), f"/anslag?{EVENT}={opened.event}"))
            links.append(Link(visit.say("estimate_page.compare"), f"/sammenlign?id={opened.row.id}"))
    return links


# -- locking


def _lock(visit: Visit, opened: Opened) -> None:
    """Lock what the register has, as a forecast or an evaluation, with a name of one's own where one is wanted."""
    layout.text(visit.say("estimate_page.lock.running"), small=True)
    if visit.may("event.write", opened.event_row) and read_draft(visit.store, visit.actor, opened.event) is not None:
        layout.empty(visit, "estimate_page.lock.draft")
    if not visit.may("estimate.lock", opened.event_row):
        return
    field = opened.field
    with st.popover(visit.say("estimate_page.lock.open"), icon=":material/lock:", key=f"{field}_lock"):
        layout.text(visit.say("estimate_page.lock.what"))
        st.radio(
            visit.say("estimate_page.lock.purpose"),
            PURPOSES,
            format_func=lambda one: visit.say(f"estimate_page.tag.{one}"),
            key=f"{field}_purpose",
        )
        st.text_input(visit.say("estimate_page.lock.name"), key=f"{field}_name", max_chars=100)
        st.button(
            visit.say("estimate_page.lock.do"),
            key=f"{field}_lock_do",
            type="primary",
            on_click=_do_lock,
            args=(opened.event, f"{field}_name", f"{field}_purpose"),
        )


def _do_lock(event: int, name: str, purpose: str) -> None:
    made: list[int] = []

    def act(visit: Visit) -> str:
        chosen = st.session_state.get(purpose)
        made.append(
            lock_estimate(
                visit.store,
                visit.actor,
                event,
                reference(),
                name=str(st.session_state.get(name) or ""),
                purpose="evaluation" if chosen == "evaluation" else "forecast",
            )
        )
        return visit.say("estimate_page.lock.done")

    if doing.attempt(act):
        for asked in (EVENT, FIGURE, SCENARIO, CHANGED, AREA):
            if asked in st.query_params:
                del st.query_params[asked]
        st.query_params[ID] = str(made[0])


# -- publishing


def _publish(visit: Visit, row: EstimateRow) -> None:
    with st.popover(
        visit.say("estimate_page.publish.open"), icon=":material/public:", key=f"estimate_{row.id}_publish"
    ):
        layout.text(visit.say("estimate_page.publish.what"))
        st.button(
            visit.say("estimate_page.publish.do"),
            key=f"estimate_{row.id}_publish_do",
            type="primary",
            on_click=partial(_do_publish, row.id, row.version),
        )


def _do_publish(id: int, version: int) -> None:
    def act(visit: Visit) -> str:
        publish_estimate(visit.store, visit.actor, id, version, reference())
        return visit.say("estimate_page.publish.done")

    doing.attempt(act)


def _withdraw(visit: Visit, row: EstimateRow) -> None:
    key = f"estimate_{row.id}_reason"
    with st.popover(
        visit.say("estimate_page.withdraw.open"), icon=":material/undo:", key=f"estimate_{row.id}_withdraw"
    ):
        layout.text(visit.say("estimate_page.withdraw.what"))
        st.text_input(visit.say("estimate_page.withdraw.reason"), key=key, max_chars=300)
        st.button(
            visit.say("estimate_page.withdraw.do"),
            key=f"estimate_{row.id}_withdraw_do",
            on_click=partial(_do_withdraw, row.id, row.version, key),
        )


def _do_withdraw(id: int, version: int, key: str) -> None:
    def act(visit: Visit) -> str:
        withdraw_estimate(visit.store, visit.actor, id, version, str(st.session_state.get(key) or ""))
        return visit.say("estimate_page.withdraw.done")

    doing.attempt(act)
