"""Lessons: found by words and tags, written down on an event, and found again for one like it that is planned."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import asked, layout
from app.doing import attempt
from app.event_chooser import choose_event, chosen_event
from app.event_list import public_style
from app.kept import keep, sent
from app.text import markup, plain
from app.visit import Visit
from app.who import named
from data.clock import moment
from impact.lessons import (
    ABOUT,
    MAX_SIGNS,
    TAGS,
    Lesson,
    LessonSearch,
    about_name,
    add_lesson,
    count_lessons,
    delete_lesson,
    list_lessons,
    similar_lessons,
    tag_name,
    used_tags,
    why_name,
)
from impact.register import EventRow

PAGE = 20
SIMILAR = 5
ABOUT_WORDS = dict(zip(("arrangor", "fondet", "naeringsliv"), ABOUT, strict=True))
"""Whom a lesson is about, by what the address calls it."""
TURN = "lessons_turn"


def show(visit: Visit) -> None:
    """What is like the event that the address names; the search; and, for who may, a lesson to add."""
    public_style()
    row = chosen_event(visit) if visit.may("event.read") else None
    layout.title(visit.say("page.title.lessons"), visit.say("lessons_page.lead"))
    layout.section(visit.say("lessons_page.planning"))
    if visit.may("event.read"):
        choose_event(visit, "lessons", row)
    if row is None:
        layout.text(visit.say("lessons_page.planning_text"))
    else:
        _similar(visit, row)
        if visit.may("lesson.write"):
            _add(visit, row)
    layout.section(visit.say("lessons_page.all"))
    _search(visit)


def _similar(visit: Visit, row: EventRow) -> None:
    """Lessons of events like the chosen one, and why each was found."""
    found = similar_lessons(visit.store, visit.actor, row, limit=SIMILAR)
    name = row.name(visit.lang) or visit.say("events_page.unnamed")
    layout.text(visit.say("lessons_page.similar" if found else "lessons_page.similar_none", name=name))
    for one in found:
        _lesson(visit, one.lesson, "similar", ", ".join(why_name(why, visit.lang) for why in one.why))


# -- the search


def _search(visit: Visit) -> None:
    used_by_some = used_tags(visit.store, visit.actor)
    if not used_by_some and not count_lessons(visit.store, visit.actor):
        layout.empty(visit, "lessons_page.none" if visit.may("lesson.write") else "lessons_page.none_to_read")
        return
    own = sorted(used_by_some - set(TAGS))
    used = {tag: tag for tag in (*TAGS, *own) if "," not in tag and tag in used_by_some}
    words, tags, about = st.columns(3)
    with words:
        asked.follow("lessons_text", asked.text("q"))
        change = asked.keeping("q", "lessons_text", lambda one: str(one or "").strip(), "side")
        st.text_input(
            visit.say("lessons_page.text"),
            key="lessons_text",
            type="search",
            placeholder=visit.say("lessons_page.text_where"),
            on_change=change,
        )
    with tags:
        asked.follow("lessons_tags", asked.several("stikkord", used))
        st.multiselect(
            visit.say("lessons_page.tags"),
            list(used),
            format_func=lambda tag: tag_name(tag, visit.lang),
            key="lessons_tags",
            placeholder=visit.say("events_page.any"),
            on_change=asked.keeping("stikkord", "lessons_tags", asked.joined(used), "side"),
            select_all=False,
        )
    with about:
        back: dict[str, str] = {value: word for word, value in ABOUT_WORDS.items()}
        asked.follow("lessons_about", asked.several("om", ABOUT_WORDS))
        st.multiselect(
            visit.say("lessons_page.about"),
            ABOUT,
            format_func=lambda one: about_name(one, visit.lang),
            key="lessons_about",
            placeholder=visit.say("events_page.any"),
            on_change=asked.keeping("om", "lessons_about", asked.joined(back), "side"),
            select_all=False,
        )
    search = LessonSearch(
        asked.text("q"), st.session_state["lessons_tags"] or (), st.session_state["lessons_about"] or ()
    )
    _found(visit, search)


def _found(visit: Visit, search: LessonSearch) -> None:
    count = count_lessons(visit.store, visit.actor, search)
    if not count:
        layout.empty(visit, "lessons_page.nothing_found")
        return
    pages = -(-count // PAGE)
    page = min(asked.number("side"), pages)
    layout.text(visit.say("lessons_page.count", count=count))
    for one in list_lessons(visit.store, visit.actor, search, skip=(page - 1) * PAGE, limit=PAGE):
        _lesson(visit, one, "found")
    if pages > 1:
        with st.container(horizontal=True):
            turns = (("newer", page - 1, page <= 1), ("older", page + 1, page >= pages))
            for name, to, last in turns:
                key = f"lessons_{name}"
                st.button(
                    visit.say(f"page.{name}"), key=key, disabled=last, on_click=asked.keep, args=("side", str(to))
                )


def _lesson(visit: Visit, one: Lesson, where: str, why: str = "") -> None:
    """A lesson: its text, the event that taught it, whom it is about, its tags; who wrote it may delete it."""
    with st.container(border=True, key=f"lessons_{where}_{one.id}"):
        layout.text(*(part for part in one.text.split("\n") if part.strip()))
        tags = "".join(f' <span class="rv-tag">{markup(tag_name(tag, visit.lang))}</span>' for tag in one.tags)
        event = one.name(visit.lang) or visit.say("events_page.unnamed")
        link = (
            f'<a href="/arrangement?id={one.event}">{markup(event)}</a>'
            if visit.may("event.read", {})
            else markup(event)
        )
        about = visit.say("lessons_page.is_about", about=about_name(one.about, visit.lang))
        by = visit.say("lessons_page.by", who=named(visit, one.written_by), at=moment(one.written_at, visit.lang))
        parts = [link, markup(about), markup(by), *([f"<b>{markup(why)}</b>"] if why else [])]
        st.html(f'<p class="rv-small">{" · ".join(parts)}{tags}</p>')
        if where == "found" and one.written_by == visit.actor.id and visit.may("lesson.write"):
            _deleting(visit, one)


def _deleting(visit: Visit, one: Lesson) -> None:
    key = f"lessons_{one.id}_{one.version}_delete"
    with st.popover(visit.say("lessons_page.delete"), icon=":material/delete:", key=key):
        layout.text(visit.say("lessons_page.delete_sure"))
        st.button(visit.say("lessons_page.delete_yes"), key=f"{key}_yes", on_click=_delete, args=(one.id, one.version))


def _delete(id: int, version: int) -> None:
    def act(visit: Visit) -> str:
        delete_lesson(visit.store, visit.actor, id, version)
        return visit.say("lessons_page.deleted")

    attempt(act)


# -- a new one


def _add(visit: Visit, row: EventRow) -> None:
    """The fields of a new lesson; what was typed stays until it is stored."""
    turn = st.session_state.get(TURN, 0)
    key = f"lessons_{row.id}_{turn}"
    keep(visit, _form(row.id), _fields(key), given={"about": ABOUT[0]})
    name = row.name(visit.lang) or visit.say("events_page.unnamed")
    with st.expander(
        plain(visit.say("lessons_page.add", name=name)), expanded=bool(st.session_state.get(f"{key}_text"))
    ):
        st.text_area(
            visit.say("lessons_page.add_text"),
            key=f"{key}_text",
            max_chars=MAX_SIGNS,
            help=visit.say("lessons_page.add_hint"),
        )
        st.radio(
            visit.say("lessons_page.about"),
            ABOUT,
            format_func=lambda one: about_name(one, visit.lang),
            key=f"{key}_about",
            horizontal=True,
        )
        st.multiselect(
            visit.say("lessons_page.tags"),
            TAGS,
            format_func=lambda tag: tag_name(tag, visit.lang),
            key=f"{key}_tags",
            placeholder=visit.say("lessons_page.add_tags"),
            accept_new_options=True,
            select_all=False,
        )
        st.button(
            visit.say("lessons_page.store"),
            key=f"{key}_store",
            type="primary",
            on_click=partial(_store, row.id, turn, key),
        )


def _form(event: int) -> str:
    return f"lesson:{event}"


def _fields(key: str) -> dict[str, str]:
    return {name: f"{key}_{name}" for name in ("text", "about", "tags")}


def _store(event: int, turn: int, key: str) -> None:
    """Store the lesson, once: a second click finds another turn."""
    if st.session_state.get(TURN, 0) != turn:
        return

    def act(visit: Visit) -> str:
        add_lesson(
            visit.store,
            visit.actor,
            event,
            str(st.session_state.get(f"{key}_text") or ""),
            tags=st.session_state.get(f"{key}_tags") or (),
            about=st.session_state.get(f"{key}_about") or ABOUT[0],
        )
        sent(visit, _form(event), _fields(key).values())
        return visit.say("lessons_page.stored")

    if attempt(act):
        st.session_state[TURN] = turn + 1
