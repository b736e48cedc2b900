"""An event's estimates on its own page: locked, published and withdrawn, and the buttons that do so."""

from __future__ import annotations

import streamlit as st

from app import doing, layout
from app.drafting import Drafting
from app.evidence_step import address
from app.form_faults import Lack, lacks
from app.given import reference
from app.tables import Column, Link, table
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.clock import moment
from data.numbers import number
from impact.estimates import EstimateRow, Purpose, list_estimates, lock_estimate, publish_estimate, withdraw_estimate
from impact.register import Registered

_MILLION = 1e6
PURPOSES = ("forecast", "evaluation")


def estimates(visit: Visit, registered: Registered, *, drafted: bool) -> list[EstimateRow]:
    """The event's estimates, newest first, and the way to a new one; the rows."""
    say = visit.say
    layout.section(say("event_page.estimates"))
    rows = list_estimates(visit.store, visit.actor, event=registered.row.id)
    if rows:
        headings: list[Column | str] = [
            say("event_page.estimate"),
            say("event_page.purpose"),
            Column(say("event_page.value_added"), number=True),
            say("event_page.standing"),
            say("event_page.locked"),
        ]
        table(say("event_page.estimates_caption"), headings, [_cells(visit, row) for row in rows])
        for row in rows:
            publication(visit, row)
    else:
        layout.empty(visit, "event_page.no_estimates")
    if visit.may("estimate.lock", registered.row):
        _locking(visit, registered, len(rows), drafted)
    return rows


def _cells(visit: Visit, row: EstimateRow) -> tuple[str | Link, ...]:
    say = visit.say
    return (
        Link(row.name or say("event_page.estimate_number", number=str(row.id)), f"/anslag?id={row.id}"),
        say(f"event_page.purpose_{row.purpose}"),
        value_added(visit, row),
        standing(visit, row),
        say("event_page.by_at", who=named(visit, row.locked_by), at=moment(row.locked_at, visit.lang)),
    )


def value_added(visit: Visit, row: EstimateRow) -> str:
    """«69–123 (2024)»: P10 to P90 in millions of kroner, and the year of the kroner."""
    if row.value_added is None:
        return visit.say("page.unknown")
    low, _, high = (number(one / _MILLION, visit.lang, 1) for one in row.value_added)
    return visit.say("event_page.range", low=low, high=high, year=str(row.price_year))


def standing(visit: Visit, row: EstimateRow) -> str:
    """Locked, published since when, or withdrawn and why."""
    if row.withdrawn_at:
        return visit.say("event_page.withdrawn", at=moment(row.withdrawn_at, visit.lang), why=row.withdrawn_why or "–")
    if row.published_at:
        return visit.say("event_page.published", at=moment(row.published_at, visit.lang))
    return visit.say("event_page.only_locked")


# -- locking


def _locking(visit: Visit, registered: Registered, count: int, drafted: bool) -> None:
    """The button that locks, or what is lacking before it can be."""
    row = registered.row
    key = f"event_{row.id}_lock"
    missing = lacks(Drafting(row.id, row, registered.document, row.version), reference(), visit.lang)
    if missing:
        layout.text(visit.say("event_page.cannot_lock"))
        shown = "".join(_missing(visit, row.id, lack) for lack in missing[:6])
        st.html(f'<ul class="rv-list">{shown}</ul>')
        return
    with st.container(border=True):
        if drafted:
            st.warning(visit.say("event_page.draft_not_in"), icon=":material/edit_note:")
        first, second = st.columns(2)
        first.text_input(
            visit.say("event_page.scenario"),
            key=f"{key}_name",
            max_chars=100,
            help=visit.say("event_page.scenario_hint"),
        )
        second.selectbox(
            visit.say("event_page.purpose"),
            PURPOSES,
            index=int(row.state in ("held", "evaluated")),
            format_func=lambda one: visit.say(f"event_page.purpose_{one}"),
            key=f"{key}_purpose",
        )
        st.button(
            visit.say("event_page.lock"),
            key=f"{key}_{count}",
            type="primary",
            icon=":material/lock:",
            on_click=_lock,
            args=(row.id, f"{key}_{count}"),
        )
        layout.text(visit.say("event_page.lock_hint"), small=True)


def _missing(visit: Visit, event: int, lack: Lack) -> str:
    to = markup(address(event, lack.place, lack.step))
    return f'<li>{markup(lack.sentence)} <a href="{to}">{markup(visit.say("event_form_page.go_there"))}</a></li>'


def _lock(event: int, token: str) -> None:
    """Lock once: a second click on the same button finds its token used."""
    used: set[str] = st.session_state.setdefault("event_locks", set())
    if token in used:
        return
    name = str(st.session_state.get(f"event_{event}_lock_name") or "")
    purpose = st.session_state.get(f"event_{event}_lock_purpose")

    def lock(visit: Visit) -> str:
        kind: Purpose = "evaluation" if purpose == "evaluation" else "forecast"
        made = lock_estimate(visit.store, visit.actor, event, reference(), name=name, purpose=kind)
        return visit.say("event_page.was_locked", number=str(made))

    if doing.attempt(lock):
        used.add(token)
        st.session_state[f"event_{event}_lock_name"] = ""


# -- publishing


def publication(visit: Visit, row: EstimateRow) -> None:
    """Publish what is locked, or withdraw what is published, with the reason."""
    if not visit.may("estimate.publish", row) or row.withdrawn_at:
        return
    say, key = visit.say, f"event_{row.event}_estimate_{row.id}_{row.version}"
    name = row.name or say("event_page.estimate_number", number=str(row.id))
    if not row.published:
        with st.popover(plain(say("event_page.publish", name=name)), icon=":material/public:", key=f"{key}_publish"):
            layout.text(say("event_page.publish_sure"))
            st.button(
                say("event_page.publish_yes"), key=f"{key}_publish_yes", on_click=_publish, args=(row.id, row.version)
            )
        return
    with st.popover(plain(say("event_page.withdraw", name=name)), icon=":material/undo:", key=f"{key}_withdraw"):
        layout.text(say("event_page.withdraw_sure"))
        st.text_input(say("event_page.reason"), key=f"{key}_reason", max_chars=300)
        st.button(
            say("event_page.withdraw_yes"),
            key=f"{key}_withdraw_yes",
            on_click=_withdraw,
            args=(row.id, row.version, f"{key}_reason"),
        )


def _publish(estimate: int, version: int) -> None:
    def publish(visit: Visit) -> str:
        publish_estimate(visit.store, visit.actor, estimate, version, reference())
        return visit.say("event_page.was_published")

    doing.attempt(publish)


def _withdraw(estimate: int, version: int, reason: str) -> None:
    def withdraw(visit: Visit) -> str:
        withdraw_estimate(visit.store, visit.actor, estimate, version, str(st.session_state.get(reason) or ""))
        return visit.say("event_page.was_withdrawn")

    doing.attempt(withdraw)
