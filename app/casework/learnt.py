"""What earlier events taught, held against the case: what fires first, its figures, source and what to do."""

from __future__ import annotations

import streamlit as st

from app import layout
from app.casework.opened import Opened
from app.deed import Fields
from app.doing import attempt
from app.inputs import source_links
from app.tables import table
from app.text import markup, plain
from app.visit import Visit
from fund.review.conflicts import TAKES_PART
from fund.review.lesson_checks import LessonCheck, lesson_checks
from impact.lessons import similar_lessons, why_name
from impact.register import get_event

SIMILAR = 5


def learnt(one: Opened) -> None:
    """The lessons that fire, each with its way into the recommendation; then the others, and lessons of like events."""
    layout.section(one.say("lesson_checks.page.title"))
    checks = lesson_checks(one.visit.store, one.visit.actor, one.id)
    fired = [check for check in checks if check.fires]
    layout.text(
        one.say(
            "lesson_checks.page.fired" if fired else "lesson_checks.page.none_fired", count=len(fired), of=len(checks)
        )
    )
    for start in range(0, len(fired), 2):  # side by side where there is room
        for check, column in zip(fired[start : start + 2], st.columns(2), strict=False):
            with column:
                _fired(one, check)
    if rest := [check for check in checks if not check.fires]:
        with st.expander(plain(one.say("lesson_checks.page.rest", count=len(rest)))):
            _rest(one, rest)
    _similar(one, {tag for check in fired for tag in check.lesson.tags})


def _fired(one: Opened, check: LessonCheck) -> None:
    lang = one.visit.lang
    with st.container(border=True, key=f"case_{one.id}_learnt_{check.lesson.key}"):
        layout.text(check.sentence(lang))
        todo = one.say("lesson_checks.page.to_do", what=check.to_do(lang))
        why = f"{markup(check.lesson.text(lang))} {source_links(check.lesson.source_line(lang))}"
        st.html(f'<p class="rv-text">{markup(todo)}</p><p class="rv-small">{why}</p>')
        if one.officer and one.state == "in_review" and one.case.standing in TAKES_PART:
            st.button(
                plain(one.say("lesson_checks.page.propose")),
                key=f"case_{one.id}_propose_{check.lesson.key}",
                help=plain(check.condition(lang)),
                on_click=_propose,
                args=(Fields(one.visit, f"case_{one.id}_recommend", ("conditions",)).key("conditions"), check),
            )


def _propose(field: str, check: LessonCheck) -> None:
    """Put the condition into the recommendation's own field, once; what stands there stays."""

    def act(visit: Visit) -> str:
        text, lines = check.condition(visit.lang), str(st.session_state.get(field) or "").splitlines()
        if text not in lines:
            st.session_state[field] = "\n".join([*filter(None, lines), text])
        return visit.say("lesson_checks.page.proposed")

    attempt(act)


def _rest(one: Opened, checks: list[LessonCheck]) -> None:
    heads = [one.say(f"lesson_checks.page.column.{name}") for name in ("answer", "lesson")]
    rows = [[one.say(f"lesson_checks.page.outcome.{held.outcome}"), held.sentence(one.visit.lang)] for held in checks]
    table(one.say("lesson_checks.page.rest_caption"), heads, rows)


def _similar(one: Opened, tags: set[str]) -> None:
    """What officers and reviews wrote of events like the forecast's, or about the same as what fires."""
    visit, row = one.visit, one.case.forecast
    if row is None or not (visit.may("event.read") and visit.may("lesson.read")):
        return
    event = get_event(visit.store, visit.actor, row.event).row
    found = similar_lessons(visit.store, visit.actor, event, tags=tags, limit=SIMILAR)
    if not found:
        return
    with st.expander(plain(one.say("lesson_checks.page.similar", count=len(found)))):
        for like in found:
            why = ", ".join(why_name(part, visit.lang) for part in like.why)
            name = like.lesson.name(visit.lang) or one.say("events_page.unnamed")
            layout.text(like.lesson.text)
            layout.text(f"{name} · {why}", small=True)
