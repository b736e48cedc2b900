"""An event's own page: ``/arrangement?id=7``. What it is, its estimates, its history, and what was learnt."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app import asked, doing, layout
from app.dates import DATES
from app.event_estimates import estimates
from app.event_excel import excel
from app.event_history import history
from app.event_list import public_style
from app.event_state import change_state, register_columns
from app.given import reference
from app.going import ways
from app.tables import Cell, Link, table
from app.text import markup
from app.visit import Visit
from data.clock import days, moment, today
from impact.drafts import read_draft
from impact.lessons import Lesson, LessonSearch, about_name, list_lessons, similar_lessons, tag_name, why_name
from impact.register import EventRow, copy_event, delete_event, editions, get_event
from impact.register_fields import KINDS

SIMILAR = 5
AFTERWARDS = {
    "surveys": ("/undersokelser", "survey.read"),
    "counts": ("/tellinger", "count.read"),
    "evaluation": ("/evaluering", "evaluation.read"),
    "review": ("/gjennomgang", "review.read"),
}
"""Pages of what is done after an event: their addresses, and who may open them."""


def show(visit: Visit) -> None:
    """The event that the address names."""
    doing.tell(visit)
    if st.session_state.pop("event_deleted", None) is not None:
        layout.title(visit.say("page.title.event"))
        st.html(f'<a href="/arrangementer">{markup(visit.say("event_page.to_events"))}</a>')
        return
    event = asked.the_row()
    registered = get_event(visit.store, visit.actor, event)
    row = registered.row
    layout.title(row.name(visit.lang) or visit.say("event_form_page.unnamed"))
    writes = visit.may("event.write", row)
    draft = read_draft(visit.store, visit.actor, event) if visit.may("event.write") else None
    _head(visit, row)
    if writes:
        _way_to_form(visit, row, draft.saved_at if draft else "")
        with st.container(horizontal=True):
            change_state(visit, row)
            if visit.may("event.create"):
                _copying(visit, row)
    _facts(visit, row)
    if writes:
        register_columns(visit, row)
    rows = estimates(visit, registered, drafted=draft is not None)
    _afterwards(visit, row)
    _editions(visit, row)
    _lessons(visit, row)
    excel(visit, registered)
    history(visit, event)
    if visit.may("event.delete", row):
        _deleting(visit, row, bool(rows))


def _head(visit: Visit, row: EventRow) -> None:
    """State, days and place in one line."""
    place = reference().municipalities.get(row.municipality, row.municipality)
    tags = [visit.say(f"register.state.{row.state}"), *([visit.say("event_page.sample")] if row.sample else [])]
    shown = "".join(f'<span class="rv-tag">{markup(tag)}</span> ' for tag in tags)
    when = days(row.first_day, row.last_day, visit.lang) if row.first_day else visit.say("event_page.no_days")
    st.html(f'<p class="rv-lead">{shown}{markup(" · ".join(part for part in (when, place) if part))}</p>')


def _way_to_form(visit: Visit, row: EventRow, saved_at: str) -> None:
    text = visit.say("event_page.to_form")
    st.html(f'<p><a href="/skjema?id={row.id}">{markup(text)}</a></p>')
    if saved_at:
        layout.text(visit.say("event_page.has_draft", at=moment(saved_at, visit.lang)), small=True)


def _facts(visit: Visit, row: EventRow) -> None:
    say = visit.say
    kind = say(f"sheet.kind.{row.kind}") if row.kind in KINDS else row.kind
    facts = {
        say("event_form_page.kind"): kind,
        say("event_page.column.series"): row.series,
        say("event_page.column.edition"): row.edition,
        say("event_page.column.venues"): ", ".join(row.venues),
        say("event_page.column.crews"): ", ".join(row.crews),
    }
    if any(facts.values()):
        layout.facts({name: value for name, value in facts.items() if value})


def _afterwards(visit: Visit, row: EventRow) -> None:
    """The ways to what is asked, counted, evaluated and learnt once it has been held."""
    shown = {name: path for name, (path, right) in AFTERWARDS.items() if visit.may(right, row)}
    if shown:
        layout.section(visit.say("event_page.afterwards"))
        layout.text(visit.say("event_page.afterwards_text"))
        public_style()
        ways([Link(visit.say(f"page.title.{name}"), f"{path}?id={row.id}") for name, path in shown.items()])


def _editions(visit: Visit, row: EventRow) -> None:
    """The other editions of its series."""
    others = editions(visit.store, visit.actor, row)
    if not others:
        return
    say = visit.say
    layout.section(say("event_page.editions"))
    headings = [say("event_page.edition_name"), say("event_page.edition_days"), say("event_page.column.state")]
    body = [
        (
            Link(one.name(visit.lang), f"/arrangement?id={one.id}"),
            days(one.first_day, one.last_day, visit.lang),
            say(f"register.state.{one.state}"),
        )
        for one in others
    ]
    table(say("event_page.editions_caption", series=row.series), headings, body)


def _lessons(visit: Visit, row: EventRow) -> None:
    """What this event taught, and what events like it did."""
    if not visit.may("lesson.read"):
        return
    say, lang = visit.say, visit.lang
    layout.section(say("event_page.lessons"))
    own = list_lessons(visit.store, visit.actor, LessonSearch(event=row.id))
    if own:
        layout.bullets(
            _tagged(one.text, (about_name(one.about, lang), *(tag_name(tag, lang) for tag in one.tags))) for one in own
        )
    else:
        layout.text(say("event_page.no_lessons"))
    similar = similar_lessons(visit.store, visit.actor, row, limit=SIMILAR)
    if similar:
        st.subheader(say("event_page.similar"), anchor=False)
        headings = [say("event_page.lesson"), say("event_page.lesson_from"), say("event_page.lesson_why")]
        body = [
            (
                one.lesson.text,
                _event(visit, one.lesson),
                "; ".join(why_name(why, lang) for why in one.why),
            )
            for one in similar
        ]
        table(say("event_page.similar_caption"), headings, body)
    st.html(f'<p><a href="/erfaringer">{markup(say("event_page.to_lessons"))}</a></p>')


def _event(visit: Visit, lesson: Lesson) -> Cell:
    """The event that taught a lesson, with the way there for who may see events that aren't their own."""
    name = lesson.name(visit.lang)
    return Link(name, f"/arrangement?id={lesson.event}") if visit.may("event.read", {}) else name


def _tagged(text: str, words: tuple[str, ...]) -> str:
    return f"{text} ({', '.join(words)})"


# -- a new edition, and the end


def _copying(visit: Visit, row: EventRow) -> None:
    """A new edition begins with its first day."""
    key = f"event_{row.id}_copy"
    with st.popover(visit.say("event_page.copy"), icon=":material/content_copy:", key=key):
        layout.text(visit.say("event_page.copy_lead"))
        st.date_input(
            visit.say("event_form_page.first_day"),
            None,
            min_value=dt.date(1990, 1, 1),
            max_value=dt.date(today().year + 50, 12, 31),
            key=f"{key}_day",
            format=DATES[visit.lang],
        )
        st.button(visit.say("event_page.copy_yes"), key=f"{key}_yes", on_click=_copy, args=(row.id,))


def _copy(event: int) -> None:
    """Copy once: the day is taken away with the first click."""
    day = st.session_state.get(f"event_{event}_copy_day")
    if day is None:
        return

    def copy(visit: Visit) -> str:
        made = copy_event(visit.store, visit.actor, event, day)
        st.query_params["id"] = str(made)
        return visit.say("event_page.was_copied")

    if doing.attempt(copy):
        del st.session_state[f"event_{event}_copy_day"]


def _deleting(visit: Visit, row: EventRow, locked: bool) -> None:
    """Deleting asks first; where something is locked on the event it isn't to be had."""
    key = f"event_{row.id}_{row.version}_delete"
    if locked:
        layout.text(visit.say("event_page.cannot_delete"), small=True)
        return
    with st.popover(visit.say("event_page.delete"), icon=":material/delete:", key=key):
        layout.text(visit.say("event_page.delete_sure"))
        st.button(visit.say("event_page.delete_yes"), key=f"{key}_yes", on_click=_delete, args=(row.id, row.version))


def _delete(event: int, version: int) -> None:
    def delete(visit: Visit) -> str:
        delete_event(visit.store, visit.actor, event, version)
        return visit.say("event_page.was_deleted")

    if doing.attempt(delete):
        st.session_state["event_deleted"] = event
